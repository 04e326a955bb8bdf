//! From imports and mentions to dependencies.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::constraint::Constraints;
use super::modules::{Location, Modules};
use super::packages::{Found, Member, Package, Packages, members};
use crate::facts::{DefinitionKind, Import, Reference, ReferenceKind};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, External, FileId, Sources, Target};
use crate::project::Ecosystem;

/// The family's resolver.
pub(super) fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let modules = Modules::new(&sources.project.go);
    let mut constraints = Constraints::new();
    let members = members(sources, files, &mut constraints);
    let packages = Packages::new(&members, constraints);
    let of_file = |member: &Member<'_>| Resolver { modules: &modules, packages: &packages, member }.dependencies();
    members.par_iter().map(|member| member.as_ref().map(of_file).unwrap_or_default()).collect()
}

/// What an import makes visible in its file.
struct Visible<'a> {
    package: &'a Package<'a>,
    certainty: Certainty,
    /// Whether the package's tests are compiled with it: for the outside tests of the same directory.
    tests: bool,
}

struct Resolver<'a> {
    modules: &'a Modules<'a>,
    packages: &'a Packages<'a>,
    member: &'a Member<'a>,
}

impl<'a> Resolver<'a> {
    fn dependencies(&self) -> Vec<Dependency> {
        let mut dependencies = Vec::new();
        let mut named: FxHashMap<&str, Visible<'a>> = FxHashMap::default();
        let mut dotted: Vec<Visible<'a>> = Vec::new();
        for import in &self.member.facts.imports {
            let Some(visible) = self.import(import, &mut dependencies) else { continue };
            match import.alias.as_deref() {
                Some("_") => {}
                Some(".") => dotted.push(visible),
                alias => {
                    named.insert(alias.unwrap_or(visible.package.name), visible);
                }
            }
        }
        self.mentions(&named, &dotted, &mut dependencies);
        dependencies
    }

    /// Adds what an import statement declares; answers the imported package if it is one of the project.
    fn import(&self, import: &'a Import, dependencies: &mut Vec<Dependency>) -> Option<Visible<'a>> {
        let directory_of_file = self.member.directory;
        let context = self.modules.context_of(directory_of_file);
        let has_files = |directory: &str| self.packages.has_files(directory);
        match self.modules.locate(context, &import.path, has_files) {
            Location::Local { directory, certainty } => {
                let package = self.packages.imported(&directory);
                let tests = self.member.test && directory == directory_of_file;
                let target = Target::Directory(directory.into());
                let dependency = Dependency::of_import(import, target, import.span);
                dependencies.push(Dependency { kind: DependencyKind::Package, certainty, ..dependency });
                package.map(|package| Visible { package, certainty, tests })
            }
            Location::External { name, standard } => {
                let external = External { ecosystem: Ecosystem::Go, name: name.into(), standard };
                dependencies.push(Dependency::of_import(import, Target::External(external), import.span));
                None
            }
            Location::Unresolved(reason) => {
                let target = Target::Unresolved { text: import.path.clone(), reason };
                dependencies.push(Dependency::of_import(import, target, import.span));
                None
            }
        }
    }

    /// Adds what the file's mentions of names need. Each name is looked up once.
    fn mentions(&self, named: &FxHashMap<&str, Visible<'a>>, dotted: &[Visible<'a>], to: &mut Vec<Dependency>) {
        let facts = self.member.facts;
        let own = self.packages.own(self.member);
        let found: Vec<(Found, Certainty)> =
            facts.names.iter().map(|name| self.look_up(name, own, named, dotted)).collect();
        for reference in &facts.references {
            // `FileFacts` numbers its names itself, so each number has its entry.
            let (declarations, certainty) = &found[reference.name.0 as usize];
            for declaration in declarations {
                to.push(Dependency {
                    target: Target::File(declaration.file),
                    kind: kind_of(reference, declaration.kind),
                    certainty: *certainty,
                    span: reference.span,
                    statement: reference.span.start,
                    test: false,
                    from_symbol: reference.within,
                    to_symbol: Some(declaration.definition),
                });
            }
        }
    }

    fn look_up(
        &self,
        name: &str,
        own: Option<&Package<'a>>,
        named: &FxHashMap<&str, Visible<'a>>,
        dotted: &[Visible<'a>],
    ) -> (Found, Certainty) {
        let (root, selected) = name.split_once('.').unwrap_or((name, ""));
        if !selected.is_empty()
            && let Some(visible) = named.get(root)
        {
            let found = self.packages.declarations(visible.package, selected, self.member, visible.tests);
            return (found, visible.certainty);
        }
        let found = own.map(|package| self.packages.declarations(package, root, self.member, self.member.test));
        if let Some(found) = found.filter(|found| !found.is_empty()) {
            return (found, Certainty::Resolved);
        }
        for visible in dotted {
            let found = self.packages.declarations(visible.package, root, self.member, visible.tests);
            if !found.is_empty() {
                return (found, visible.certainty);
            }
        }
        (Found::new(), Certainty::Resolved)
    }
}

fn kind_of(reference: &Reference, declared: DefinitionKind) -> DependencyKind {
    match reference.kind {
        ReferenceKind::Inherit => DependencyKind::Inherit,
        // `T(x)` with a type is a conversion.
        ReferenceKind::Call if matches!(declared, DefinitionKind::Function | DefinitionKind::Constant) => {
            DependencyKind::Call
        }
        _ => DependencyKind::Reference,
    }
}
