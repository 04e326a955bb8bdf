//! Solidity.
//!
//! # Imports
//! `./` and `../` are relative to the file. Any other path is first rewritten by the remapping with the longest prefix, of
//! the nearest `remappings.txt` or `foundry.toml` above the file (a git submodule of Foundry stands for its sources
//! without one); then it is a package of the workspace, a file seen from a directory above, or a package that a
//! manifest declares.
//!
//! # Names
//! A contract inherits from, and mentions, what the file or one that it imports, directly or through others, defines.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::paths::{self, Found};
use super::resolve::{Certainty, Dependency, DependencyKind, External, FileId, Reason, Sources};
use super::visible::{Visible, dependencies_on};
use super::{Family, Language};
use crate::facts::{DefinitionId, FileFacts, Import, ImportKind, ImportedName, ReferenceKind, Visibility};
use crate::project::cmake::join;
use crate::project::{Ecosystem, foundry};

/// Solidity.
pub static SOLIDITY: Language = Language {
    name: "solidity",
    label: "Solidity",
    extensions: &["sol"],
    grammar: tree_sitter_solidity::LANGUAGE,
    query: include_str!("../../assets/queries/solidity.scm"),
    hooks: Hooks { import, visibility, ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "solidity", ecosystem: Some(Ecosystem::Npm), resolve };

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let Some(path) = node.child_by_field_name("source") else { return };
    let mut names: Vec<ImportedName> = Vec::new();
    let mut alias = None;
    let mut cursor = node.walk();
    for (index, child) in node.children(&mut cursor).enumerate() {
        match node.field_name_for_child(index as u32) {
            Some("import_name") => {
                names.push(ImportedName { name: source.text(child).into(), alias: None, span: span_of(child) });
            }
            Some("alias") => match names.last_mut() {
                Some(name) => name.alias = Some(source.text(child).into()),
                None => alias = Some(source.text(child).into()),
            },
            _ => {}
        }
    }
    let written = source.text(path).trim_matches(['"', '\'']);
    let import = Import::new(ImportKind::Import, written, span_of(node), span_of(path));
    imports.push(Import { names, alias, ..import });
}

fn visibility(source: &Source<'_>, node: Node<'_>, _name: &str) -> Visibility {
    let mut cursor = node.walk();
    let word = node.children(&mut cursor).find(|child| child.kind() == "visibility");
    match word.map(|word| source.text(word)) {
        Some("private") => Visibility::Private,
        Some("internal") => Visibility::Restricted,
        _ => Visibility::Public,
    }
}

fn is_test_path(path: &str) -> bool {
    super::has_directory(path, &["test", "tests"]) || path.ends_with(".t.sol")
}

fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let mut answers = paths::resolve_imports(sources, files, |file, import| meaning(sources, file, &import.path));
    let mut visible = Visible::default();
    for (file, answer) in files.iter().zip(&answers) {
        visible.import(*file, answer.iter());
        let definitions = sources.facts(*file).map_or(&[][..], |facts| &facts.definitions);
        for (id, definition) in definitions.iter().enumerate().filter(|(_, definition)| definition.parent.is_none()) {
            visible.define(&definition.name, *file, id as DefinitionId);
        }
    }
    for (file, answer) in files.iter().zip(&mut answers) {
        if let Some(facts) = sources.facts(*file) {
            add_mentions(facts, *file, &visible, answer);
        }
    }
    answers
}

fn add_mentions(facts: &FileFacts, file: FileId, visible: &Visible, dependencies: &mut Vec<Dependency>) {
    let reachable = visible.reachable(file);
    if reachable.is_empty() {
        return;
    }
    let modules: FxHashSet<&str> = facts.imports.iter().filter_map(|import| import.alias.as_deref()).collect();
    let names = facts.imports.iter().flat_map(|import| &import.names);
    let names: FxHashMap<&str, &str> = names.map(|name| (name.local(), name.name.as_str())).collect();
    for reference in &facts.references {
        let kind = match reference.kind {
            ReferenceKind::Inherit => DependencyKind::Inherit,
            _ => DependencyKind::Reference,
        };
        let written = facts.name(reference.name);
        let mut parts = written.split('.');
        let first = parts.next().unwrap_or(written);
        // `Module.Contract`, where the first part is how an import calls the whole file.
        let local = if modules.contains(first) { parts.next().unwrap_or(first) } else { first };
        let name = names.get(local).copied().unwrap_or(local);
        dependencies.extend(dependencies_on(&visible.places(file, name, &reachable), kind, reference));
    }
}

fn meaning(sources: &Sources, file: FileId, path: &str) -> Found {
    let own = &*sources.get(file).path;
    if path.starts_with("./") || path.starts_with("../") {
        let found = paths::at(sources, paths::directory_of(own), path);
        return found.map_or(Found::Unresolved(Reason::Missing), Found::resolved);
    }
    let manifests = &sources.project.foundry;
    let nearest = paths::above(own).find_map(|root| manifests.roots.get_key_value(root));
    if let Some((root, settings)) = nearest {
        let longest = settings.remappings.iter().filter(|remapping| path.starts_with(&*remapping.prefix));
        if let Some(remapping) = longest.max_by_key(|remapping| remapping.prefix.len()) {
            let target = format!("{}{}", remapping.target, &path[remapping.prefix.len()..]);
            if let Some(found) = paths::at(sources, root, &target) {
                return Found::resolved(found);
            }
            if let Some(library) = foundry::library(&target) {
                return external(Ecosystem::Foundry, library);
            }
        }
        if let Some(found) = submodule(sources, root, settings, path) {
            return found;
        }
    }
    if let Some(found) = package(sources, path) {
        return found;
    }
    let seen = paths::above(own).find_map(|root| paths::at(sources, root, path));
    seen.map_or(Found::Unresolved(Reason::Undeclared), |found| Found::File(found, Certainty::Inferred))
}

/// Foundry's own remappings: `name/x.sol` is `lib/name/src/x.sol`, or `contracts`, or beside these.
fn submodule(sources: &Sources, root: &str, settings: &foundry::Settings, path: &str) -> Option<Found> {
    let (name, rest) = path.split_once('/')?;
    for library in &settings.libraries {
        for below in ["src/", "contracts/", ""] {
            if let Some(found) = paths::at(sources, root, &format!("{library}/{name}/{below}{rest}")) {
                return Some(Found::resolved(found));
            }
        }
    }
    let is_submodule = |module: &&String| foundry::library(module) == Some(name);
    settings.submodules.iter().find(is_submodule).map(|_| external(Ecosystem::Foundry, name))
}

/// A package of npm, of the workspace or declared.
fn package(sources: &Sources, path: &str) -> Option<Found> {
    let (name, rest) = paths::npm_package(path);
    let packages = || sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Npm);
    if let Some(own) = packages().find(|package| package.name == name)
        && let Some(found) = join(&own.directory, rest).and_then(|path| sources.file(&path))
    {
        return Some(Found::resolved(found));
    }
    let is_declared = packages().flat_map(|package| &package.dependencies).any(|declared| declared.name == name);
    is_declared.then(|| external(Ecosystem::Npm, name))
}

fn external(ecosystem: Ecosystem, name: &str) -> Found {
    Found::External(External { ecosystem, name: name.into(), standard: false })
}
