//! Which file a Haskell module's name means.
//!
//! A module is known by the name in its header, which its path below a source directory spells. Of several of one name the
//! one below the importing file's own source directory is meant, then one below the other source directories of the components that
//! this directory belongs to, then by package (see [`modules`](crate::lang::modules)). `Main` is imported by nobody. What
//! the project does not have is of a package: by the table of [`hackage`](crate::project::hackage), or because the
//! package's name is part of the module's (`inferred`).

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::SOURCE;
use crate::facts::Name;
use crate::lang::modules::{Answer, Externals, Modules, directories};
use crate::lang::resolve::{Dependency, FileId, Reason, Sources};
use crate::project::{Ecosystem, hackage};

/// Resolves the imports of all files.
pub(super) fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let mut modules = Modules::new(sources, Ecosystem::Hackage);
    let mut boots = Modules::new(sources, Ecosystem::Hackage);
    for file in files {
        let Some(name) = sources.facts(*file).and_then(|facts| facts.namespace.as_ref()) else { continue };
        let is_boot = sources.get(*file).path.ends_with("-boot");
        (if is_boot { &mut boots } else { &mut modules }).add(name.clone(), *file);
    }
    let externals = Externals::new(sources, Ecosystem::Hackage, []);
    let mut by_squashed: FxHashMap<String, &str> = FxHashMap::default();
    let mut names: Vec<&str> = externals.names().collect();
    names.sort_unstable();
    for name in names {
        by_squashed.entry(squashed(name)).or_insert(name);
    }
    let trees = modules.first_parts().into_iter().map(Name::from).collect();
    let resolver = Resolver { sources, modules, boots, externals, by_squashed, trees };
    files.par_iter().map(|file| resolver.file(*file)).collect()
}

struct Resolver<'a> {
    sources: &'a Sources,
    modules: Modules<'a>,
    boots: Modules<'a>,
    externals: Externals<'a>,
    /// Packages from elsewhere by their [`squashed`] names.
    by_squashed: FxHashMap<String, &'a str>,
    /// What the names of the project's modules begin with.
    trees: FxHashSet<Name>,
}

impl Resolver<'_> {
    fn file(&self, file: FileId) -> Vec<Dependency> {
        let mut dependencies = Vec::new();
        let Some(facts) = self.sources.facts(file) else { return dependencies };
        for import in &facts.imports {
            let answer = match import.path.strip_prefix(SOURCE) {
                Some(name) => self.module(&self.boots, file, name).or_else(|| self.module(&self.modules, file, name)),
                None => self.module(&self.modules, file, &import.path),
            };
            let name = import.path.strip_prefix(SOURCE).unwrap_or(&import.path);
            answer.or_else(|| self.outside(name)).add_import(import, import.span, &mut dependencies);
        }
        dependencies
    }

    fn module(&self, modules: &Modules<'_>, from: FileId, name: &str) -> Answer {
        let found = modules.files(name);
        if found.len() > 1 {
            let own = self.root_of(from);
            let below = |root: &str| -> Vec<FileId> {
                found.iter().copied().filter(|file| self.root_of(*file) == root).collect()
            };
            let mut left = below(own);
            if left.is_empty() {
                let components = self.sources.project.hackage.components.iter();
                let around = components.filter(|component| component.iter().any(|root| root == own));
                left = around.flatten().flat_map(|root| below(root)).collect();
                left.sort_unstable();
                left.dedup();
            }
            if !left.is_empty() {
                return modules.choose(from, &left, name);
            }
        }
        modules.find(from, name)
    }

    /// The source directory that a file lies below: its path without what its module's name spells.
    fn root_of(&self, file: FileId) -> &str {
        let path = &*self.sources.get(file).path;
        let name = self.sources.facts(file).and_then(|facts| facts.namespace.as_deref()).unwrap_or("Main");
        let depth = if path.ends_with(&format!("{}.hs", name.rsplit('.').next().unwrap_or(name))) {
            name.matches('.').count()
        } else {
            0
        };
        directories(path).nth(depth).unwrap_or("")
    }

    fn outside(&self, name: &str) -> Answer {
        if let Some(package) = hackage::provider_of(name) {
            let standard = matches!(package, "base" | "ghc-prim" | "template-haskell");
            if standard {
                return Answer::external(Ecosystem::Hackage, package, true);
            }
            let declared = self.externals.first_of([package]);
            if !declared.is_empty() {
                return declared;
            }
        }
        // The longest run of the module's parts that is a package's name.
        let parts: Vec<&str> = name.split('.').take(8).collect();
        for length in (1..=parts.len()).rev() {
            for run in parts.windows(length) {
                if let Some(package) = self.by_squashed.get(&squashed(&run.concat())) {
                    return Answer::external(Ecosystem::Hackage, package, false).inferred();
                }
            }
        }
        let first = parts.first().copied().unwrap_or(name);
        let is_own = name.contains('.') && self.trees.contains(first);
        Answer::unresolved(name, if is_own { Reason::Missing } else { Reason::Undeclared })
    }
}

/// A name in lower case without hyphens.
fn squashed(name: &str) -> String {
    name.chars().filter(|c| *c != '-').flat_map(char::to_lowercase).collect()
}
