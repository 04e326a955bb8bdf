//! Starlark: the build files and extensions of Bazel and its kin.
//!
//! `//a/b:c.bzl` is seen from the workspace's root, the nearest directory above that has a `MODULE.bazel` or `WORKSPACE`;
//! `:c.bzl` from the package, the nearest directory above that has a `BUILD` file. `@name//…` is of another repository,
//! unless a module of this one is called so.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::paths::{self, Found};
use super::resolve::{Dependency, External, FileId, Reason, Sources};
use super::{Family, Language};
use crate::facts::{Import, ImportKind, ImportedName, Name, Visibility};
use crate::project::Ecosystem;

/// Starlark.
pub static STARLARK: Language = Language {
    name: "starlark",
    label: "Starlark",
    extensions: &["bzl", "bazel", "star", "sky"],
    grammar: tree_sitter_starlark::LANGUAGE,
    query: include_str!("../../assets/queries/starlark.scm"),
    hooks: Hooks { import, visibility, ..Hooks::NONE },
    is_test_path: |path| super::has_directory(path, &["test", "tests"]) || path.ends_with("_test.bzl"),
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "starlark", ecosystem: Some(Ecosystem::Bazel), resolve };

/// Files that are Starlark by their name.
pub const FILE_NAMES: &[&str] = &["BUILD", "WORKSPACE", "BUCK", "Tiltfile"];

/// Files that make a directory the root of a workspace.
const ROOTS: &[&str] = &["MODULE.bazel", "WORKSPACE", "WORKSPACE.bazel", "REPO.bazel"];

/// Files that make a directory a package.
const PACKAGES: &[&str] = &["BUILD", "BUILD.bazel"];

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let Some(arguments) = node.child_by_field_name("arguments") else { return };
    let mut cursor = arguments.walk();
    let mut values = arguments.named_children(&mut cursor);
    let Some(label) = values.next() else { return };
    let text = |node: Node<'_>| -> Name { source.text(node).trim_matches(['"', '\'']).into() };
    let names = values.filter_map(|value| {
        let (alias, name) = match value.kind() {
            "keyword_argument" => (value.child_by_field_name("name"), value.child_by_field_name("value")?),
            _ => (None, value),
        };
        let alias = alias.map(|alias| source.text(alias).into());
        (name.kind() == "string").then(|| ImportedName { name: text(name), alias, span: span_of(name) })
    });
    let names = names.collect();
    let import = match label.kind() {
        "string" => Import::new(ImportKind::Import, text(label), span_of(node), span_of(label)),
        _ => Import::new(ImportKind::Computed, label.kind(), span_of(node), span_of(label)),
    };
    imports.push(Import { names, ..import });
}

fn visibility(_source: &Source<'_>, _node: Node<'_>, name: &str) -> Visibility {
    if name.starts_with('_') { Visibility::Private } else { Visibility::Public }
}

fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    paths::resolve_imports(sources, files, |file, import| match import.kind {
        ImportKind::Computed => Found::Unresolved(Reason::NotLiteral),
        _ => meaning(sources, file, &import.path),
    })
}

fn meaning(sources: &Sources, file: FileId, label: &str) -> Found {
    let own = &*sources.get(file).path;
    let has = |directory: &str, names: &[&str]| names.iter().any(|name| paths::at(sources, directory, name).is_some());
    let nearest = |names: &[&str]| paths::above(own).find(|directory| has(directory, names)).unwrap_or_default();
    let found = |directory: &str, path: &str| {
        paths::at(sources, directory, path).map_or(Found::Unresolved(Reason::Missing), Found::resolved)
    };
    if let Some((repository, rest)) = label.strip_prefix('@').and_then(|rest| rest.split_once("//")) {
        let repository = repository.trim_start_matches('@');
        let is_bazel = |package: &&crate::project::Package| package.ecosystem == Ecosystem::Bazel;
        let mut own_modules = sources.project.packages.iter().filter(is_bazel);
        return match own_modules.find(|package| package.name == repository) {
            Some(module) => found(&module.directory, &path_of(rest)),
            None if repository.is_empty() => found(nearest(ROOTS), &path_of(rest)),
            None => Found::External(External {
                ecosystem: Ecosystem::Bazel,
                name: repository.into(),
                standard: matches!(repository, "bazel_tools" | "local_config_platform" | "_builtins"),
            }),
        };
    }
    match label.strip_prefix("//") {
        Some(rest) => found(nearest(ROOTS), &path_of(rest)),
        None => found(nearest(PACKAGES), label.trim_start_matches(':')),
    }
}

/// `a/b:c.bzl` as a path; `a/b` alone is `a/b/b`.
fn path_of(label: &str) -> String {
    match label.split_once(':') {
        Some(("", name)) => name.to_owned(),
        Some((package, name)) => format!("{package}/{name}"),
        None => format!("{label}/{}", label.rsplit('/').next().unwrap_or(label)),
    }
}
