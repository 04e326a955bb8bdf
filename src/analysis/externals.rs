//! Packages from elsewhere: what declares each, what imports it, and where the two disagree.
//!
//! A file stands in the packages whose directories are above it; a declaration counts for the files below its manifest.
//! Three findings come out of that, each per package of the project and package from elsewhere:
//!
//! | rule | what it says | evidence |
//! |---|---|---|
//! | `undeclared-dependency` | imported, but no manifest above the importing file declares it | the imports |
//! | `unused-dependency` | declared, but no file below the manifest imports it | the declaration |
//! | `development-dependency` | declared for development only, but imported by code that is shipped | the imports |
//!
//! A finding is made only where imports can show it; [`rules`] says for each ecosystem what they can. Every declaration
//! that is not judged is counted with the reason, so that silence is not taken for innocence.

mod catalog;
mod findings;
mod owners;
mod rules;

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::finding::Finding;
use crate::facts::{Name, Span};
use crate::graph::{NodeId, Snapshot};
use crate::lang::resolve::{Certainty, DependencyKind, Reason};
use crate::project::{Declared, Ecosystem, Package};
use owners::Owners;

pub use findings::{DEVELOPMENT, UNDECLARED, UNUSED};
pub use rules::Unjudged;

/// A package from elsewhere that some file imports or some manifest declares. What comes with a language is none.
#[derive(Debug, Clone)]
pub struct ExternalPackage {
    /// Whose rules it follows.
    pub ecosystem: Ecosystem,
    /// Its name in its registry; where nothing declares it, as imports call it.
    pub name: Name,
    /// Its node, where imports were tied to it.
    pub node: Option<NodeId>,
    /// What a lock file fixes, else what a manifest asks for.
    pub version: Option<Name>,
    /// As a lock file says.
    pub licence: Option<Name>,
    /// Where it is declared, by manifest and line.
    pub declared: Vec<DeclaredAt>,
    /// Where it is imported, by file and place.
    pub uses: Vec<Use>,
    /// Indices into [`Externals::findings`].
    pub findings: Vec<usize>,
    /// Why its declarations are not judged, where they are not.
    pub unjudged: Option<Unjudged>,
}

impl ExternalPackage {
    /// The number of files that import it.
    pub fn importers(&self) -> usize {
        self.uses.chunk_by(|a, b| a.file == b.file).count()
    }
}

/// A declaration: which package of the project, and which of its [`Package::dependencies`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeclaredAt {
    /// Index into [`crate::project::Project::packages`].
    pub package: u32,
    /// Index into that package's dependencies.
    pub index: u32,
}

impl DeclaredAt {
    /// The package of the project and the declaration.
    pub fn of(self, snapshot: &Snapshot) -> (&Package, &Declared) {
        let package = &snapshot.sources.project.packages[self.package as usize];
        (package, &package.dependencies[self.index as usize])
    }
}

/// One import of a package from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The importing file.
    pub file: NodeId,
    /// Where.
    pub span: Span,
    /// In which way.
    pub kind: DependencyKind,
    /// Whether it stands in test code.
    pub test: bool,
    /// How it was tied to the package; none where no declared package explains it.
    pub certainty: Option<Certainty>,
}

/// Every package from elsewhere, and the findings about them.
#[derive(Clone, Debug, Default)]
pub struct Externals {
    /// By ecosystem and name.
    pub packages: Vec<ExternalPackage>,
    /// By rule, package of the project, and name.
    pub findings: Vec<Finding>,
    /// How many declarations without an import are not judged, by ecosystem and reason.
    pub unjudged: BTreeMap<(Ecosystem, Unjudged), usize>,
}

impl Externals {
    /// Ties imports to declarations and judges both.
    pub fn find(snapshot: &Snapshot) -> Self {
        let mut packages = collect(snapshot);
        let owners = Owners::new(snapshot);
        let mut externals = Self::default();
        findings::judge(snapshot, &owners, &mut packages, &mut externals);
        externals.packages = packages;
        externals
    }

    /// The package at this node.
    pub fn of_node(&self, node: NodeId) -> Option<&ExternalPackage> {
        self.packages.iter().find(|package| package.node == Some(node))
    }
}

/// Whether a requirement names a directory.
fn is_local(requirement: &str) -> bool {
    ["file:", "link:", "portal:", "workspace:"].iter().any(|protocol| requirement.starts_with(protocol))
}

/// The packages with their declarations and uses, without any judgement.
fn collect(snapshot: &Snapshot) -> Vec<ExternalPackage> {
    let mut packages: BTreeMap<(Ecosystem, Name), ExternalPackage> = BTreeMap::new();
    let new = |ecosystem: Ecosystem, name: &Name| ExternalPackage {
        ecosystem,
        name: name.clone(),
        node: None,
        version: None,
        licence: snapshot.sources.project.licences.get(&(ecosystem, name.clone())).cloned(),
        declared: Vec::new(),
        uses: Vec::new(),
        findings: Vec::new(),
        unjudged: None,
    };
    let own: FxHashSet<(Ecosystem, &str)> =
        snapshot.sources.project.packages.iter().map(|package| (package.ecosystem, package.name.as_str())).collect();
    for (at, package) in (0..).zip(&snapshot.sources.project.packages) {
        for (index, declared) in (0..).zip(&package.dependencies) {
            if declared.requirement.as_deref().is_some_and(is_local) {
                continue;
            }
            let key = (package.ecosystem, declared.name.clone());
            let external = packages.entry(key).or_insert_with(|| new(package.ecosystem, &declared.name));
            external.declared.push(DeclaredAt { package: at, index });
        }
    }
    for id in snapshot.externals() {
        let node = snapshot.node(id);
        let Some(ecosystem) = node.ecosystem.filter(|_| !node.standard) else { continue };
        let name = Name::from(&*node.name);
        let external = packages.entry((ecosystem, name.clone())).or_insert_with(|| new(ecosystem, &name));
        external.node = Some(id);
        for edge in snapshot.incoming(id).map(|edge| snapshot.edge(edge)) {
            external.uses.extend(snapshot.evidence(edge).iter().map(|evidence| Use {
                file: edge.from,
                span: evidence.span,
                kind: edge.kind,
                test: evidence.test,
                certainty: Some(edge.certainty),
            }));
        }
    }
    for import in snapshot.unresolved().iter().filter(|import| import.reason == Reason::Undeclared) {
        let family = snapshot.node(import.from).language.map(|language| language.family);
        let Some(ecosystem) = family.and_then(|family| family.ecosystem) else { continue };
        let Some(name) = rules::package_of(ecosystem, &import.text) else { continue };
        let external = packages.entry((ecosystem, name.clone())).or_insert_with(|| new(ecosystem, &name));
        external.uses.push(Use {
            file: import.from,
            span: import.span,
            kind: import.kind,
            test: import.test,
            certainty: None,
        });
    }
    // A package of the project itself is a component, whatever manifests call it by, unless imports show that another is
    // meant: programs for tests are often called like what they stand in for.
    packages.retain(|(ecosystem, name), package| {
        package.uses.iter().any(|used| used.certainty.is_some()) || !own.contains(&(*ecosystem, name.as_str()))
    });
    let mut packages: Vec<ExternalPackage> = packages.into_values().collect();
    for package in &mut packages {
        package.uses.sort_unstable();
        let declared = || package.declared.iter().map(|at| at.of(snapshot).1);
        package.version = declared()
            .find_map(|declared| declared.locked.clone())
            .or_else(|| declared().find_map(|declared| declared.requirement.clone()));
    }
    packages
}

#[cfg(test)]
mod tests;
