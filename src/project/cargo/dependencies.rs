//! The dependencies that a manifest declares.

use rustc_hash::FxHashMap;
use toml::de::{DeTable, DeValue};

use super::workspace::Workspace;
use super::{CrateDependency, Manifest, boolean, is_inherited, string, table};
use crate::facts::Name;
use crate::project::{Declared, DeclaredScope, Problem};

/// The sections that declare dependencies.
const SECTIONS: [(&str, DeclaredScope); 5] = [
    ("dependencies", DeclaredScope::Runtime),
    ("dev-dependencies", DeclaredScope::Development),
    ("dev_dependencies", DeclaredScope::Development),
    ("build-dependencies", DeclaredScope::Build),
    ("build_dependencies", DeclaredScope::Build),
];

/// Reads every section, also those for some targets only: the crates by first mention, and the declarations in the
/// manifest's order.
pub fn read(
    manifest: &Manifest<'_>,
    workspace: Option<&Workspace<'_>>,
    declared: &mut Vec<Declared>,
    problems: &mut Vec<Problem>,
) -> Vec<CrateDependency> {
    let mut reader =
        Reader { manifest, workspace, crates: Vec::new(), known: FxHashMap::default(), declared: Vec::new(), problems };
    reader.sections(&manifest.table);
    for (_, target) in table(&manifest.table, "target").into_iter().flatten() {
        if let Some(target) = target.get_ref().as_table() {
            reader.sections(target);
        }
    }
    reader.declared.sort_by_key(|(at, _)| *at);
    let lines = reader.declared.into_iter().map(|(at, entry)| Declared { line: manifest.line(at), ..entry });
    declared.extend(lines);
    reader.crates
}

struct Reader<'r> {
    manifest: &'r Manifest<'r>,
    workspace: Option<&'r Workspace<'r>>,
    crates: Vec<CrateDependency>,
    /// The local names among `crates`, and whether one has a directory.
    known: FxHashMap<Name, bool>,
    /// With the byte at which each is declared.
    declared: Vec<(usize, Declared)>,
    problems: &'r mut Vec<Problem>,
}

/// What an entry says, from its own table or the workspace's.
#[derive(Default)]
struct Entry<'v> {
    requirement: Option<&'v str>,
    package: Option<&'v str>,
    directory: Option<Box<str>>,
    optional: bool,
}

impl<'v> Entry<'v> {
    fn read(value: &'v DeValue<'_>, manifest: &Manifest<'_>) -> Self {
        let Some(entry) = value.as_table() else {
            return Entry { requirement: value.as_str(), ..Entry::default() };
        };
        Entry {
            requirement: string(entry, "version"),
            package: string(entry, "package"),
            directory: string(entry, "path").and_then(|path| manifest.resolve(path)),
            optional: boolean(entry, "optional") == Some(true),
        }
    }
}

impl Reader<'_> {
    fn sections(&mut self, parent: &DeTable<'_>) {
        for (section, scope) in SECTIONS {
            for (key, value) in table(parent, section).into_iter().flatten() {
                self.entry(key.get_ref(), key.span().start, value.get_ref(), scope);
            }
        }
    }

    fn entry(&mut self, key: &str, at: usize, value: &DeValue<'_>, scope: DeclaredScope) {
        let own = Entry::read(value, self.manifest);
        let optional = own.optional;
        let entry = if is_inherited(value) {
            match self.workspace.and_then(|workspace| Some((workspace, workspace.dependency(key)?))) {
                Some((workspace, value)) => Entry::read(value, workspace.manifest),
                None => {
                    let message = format!("{key:?} is not among the workspace's dependencies");
                    self.problems.push(self.manifest.problem(at, message));
                    own
                }
            }
        } else {
            own
        };
        let package: Name = entry.package.unwrap_or(key).into();
        let directory = entry.directory.or_else(|| self.workspace?.patches.get(&package).cloned());
        // A crate may be declared in several sections; one with a place in the project says more.
        let is_new = match self.known.get(key) {
            None => true,
            Some(has_directory) => !has_directory && directory.is_some(),
        };
        if is_new {
            self.known.insert(key.into(), directory.is_some());
            self.crates.push(CrateDependency {
                local: key.into(),
                package: package.clone(),
                renamed: entry.package.is_some(),
                directory,
            });
        }
        let scope = if optional { DeclaredScope::Optional } else { scope };
        let requirement = entry.requirement.map(Name::from);
        self.declared.push((at, Declared { name: package, requirement, locked: None, scope, file: None, line: 0 }));
    }
}
