//! From imports and mentions to dependencies.

use rayon::prelude::*;

use super::constraint::Constraints;
use super::members::{self, Files, Imported, Visible};
use super::modules::{Location, Modules};
use super::packages::{Found, Member, Packages, members};
use crate::facts::{DefinitionKind, Import, Reference, ReferenceKind};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, External, FileId, Sources, Target};
use crate::project::Ecosystem;

/// The family's resolver.
pub(super) fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let modules = Modules::new(&sources.project.go);
    let mut constraints = Constraints::new();
    let members = members(sources, files, &mut constraints);
    let packages = Packages::new(&members, constraints);
    let (mut dependencies, imported): (Vec<Vec<Dependency>>, Vec<Imported<'_>>) = members
        .par_iter()
        .map(|member| {
            let importer = |member| Importer { modules: &modules, packages: &packages, member };
            member.as_ref().map(|member| importer(member).imports()).unwrap_or_default()
        })
        .unzip();
    let files = Files { members: &members, packages: &packages, imported };
    members.par_iter().zip(&mut dependencies).for_each(|(member, dependencies)| {
        if let Some(member) = member {
            mentions(&files, member, dependencies);
            dependencies.extend(members::dependencies(&files, member));
        }
    });
    dependencies
}

struct Importer<'a> {
    modules: &'a Modules<'a>,
    packages: &'a Packages<'a>,
    member: &'a Member<'a>,
}

impl<'a> Importer<'a> {
    /// What the file's import statements declare, and what they make visible.
    fn imports(&self) -> (Vec<Dependency>, Imported<'a>) {
        let mut dependencies = Vec::new();
        let mut imported = Imported::default();
        for import in &self.member.facts.imports {
            let Some(visible) = self.import(import, &mut dependencies) else { continue };
            match import.alias.as_deref() {
                Some("_") => {}
                Some(".") => imported.dotted.push(visible),
                alias => {
                    imported.named.insert(alias.unwrap_or(visible.package.name), visible);
                }
            }
        }
        (dependencies, imported)
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
}

/// Adds what the file's mentions of names need. Each name is looked up once.
fn mentions<'a>(files: &Files<'a>, member: &Member<'a>, to: &mut Vec<Dependency>) {
    let facts = member.facts;
    let found: Vec<(Found, Certainty)> = facts.names.iter().map(|name| look_up(files, member, name)).collect();
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

/// What a mention means that the file does not declare itself.
fn look_up<'a>(files: &Files<'a>, member: &Member<'a>, name: &str) -> (Found, Certainty) {
    let (root, selected) = name.split_once('.').unwrap_or((name, ""));
    let of_package = if selected.is_empty() { None } else { files.of_package(member, root, selected) };
    let (mut found, certainty) = of_package.unwrap_or_else(|| files.named(member, root));
    found.retain(|declaration| declaration.file != member.id);
    (found, certainty)
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
