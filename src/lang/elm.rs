//! Elm.
//!
//! Module `A.B` is `A/B.elm` below a source directory of the nearest `elm.json` above the file (`src` of a package, and
//! `tests`). What is not there is of the declared package that is known to have it, or whose name is the module's.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::paths::{self, Found};
use super::resolve::{Dependency, External, FileId, Reason, Sources};
use super::{Family, Language};
use crate::facts::{Import, ImportKind};
use crate::project::{Ecosystem, elm};

/// Elm.
pub static ELM: Language = Language {
    name: "elm",
    label: "Elm",
    extensions: &["elm"],
    grammar: tree_sitter_elm::LANGUAGE,
    query: include_str!("../../assets/queries/elm.scm"),
    hooks: Hooks { import, ..Hooks::NONE },
    is_test_path: |path| super::has_directory(path, &["test", "tests"]),
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "elm", ecosystem: Some(Ecosystem::Elm), resolve };

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let Some(module) = node.child_by_field_name("moduleName") else { return };
    let alias = node.child_by_field_name("asClause").and_then(|clause| source.field(clause, "name"));
    let import = Import::new(ImportKind::Import, source.text(module), span_of(node), span_of(module));
    imports.push(Import { alias: alias.map(Into::into), ..import });
}

fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    paths::resolve_imports(sources, files, |file, import| meaning(sources, file, &import.path))
}

fn meaning(sources: &Sources, file: FileId, module: &str) -> Found {
    let own = &*sources.get(file).path;
    let manifests = &sources.project.elm.directories;
    let nearest = paths::above(own).find_map(|directory| manifests.get_key_value(directory));
    let path = format!("{}.elm", module.replace('.', "/"));
    let mut found = Vec::new();
    if let Some((root, directories)) = nearest {
        let below = |directory: &String| paths::at(sources, &format!("{root}/{directory}"), &path);
        found.extend(directories.iter().filter_map(below));
    }
    if !found.is_empty() {
        return Found::of(found, super::resolve::Certainty::Resolved);
    }
    let packages = sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Elm);
    let mut declared = packages.flat_map(|package| &package.dependencies).map(|declared| declared.name.as_str());
    let external =
        |name: &str, standard| Found::External(External { ecosystem: Ecosystem::Elm, name: name.into(), standard });
    let known = elm::package_of(module);
    match declared.find(|name| known.map_or_else(|| elm::may_have(name, module), |known| known == *name)) {
        Some(name) => external(name, name == elm::CORE),
        None if known == Some(elm::CORE) => external(elm::CORE, true),
        None => Found::Unresolved(Reason::Undeclared),
    }
}
