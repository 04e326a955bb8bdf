//! Nix.
//!
//! A path is relative to the file, wherever it stands: `import ./x`, `callPackage ./x.nix { }`, `imports = [ ./x ]`. A
//! directory means its `default.nix`. A file that is no Nix is read or copied: [`ImportKind::Include`]. `<nixpkgs>` and
//! `inputs.name`, which a flake declares, are from elsewhere.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::paths::{self, Found};
use super::resolve::{Dependency, External, FileId, Reason, Sources};
use super::{Family, Language};
use crate::facts::{Import, ImportKind, Name};
use crate::project::Ecosystem;
use crate::project::cmake::join;

/// Nix.
pub static NIX: Language = Language {
    name: "nix",
    label: "Nix",
    extensions: &["nix"],
    grammar: tree_sitter_nix::LANGUAGE,
    query: include_str!("../../assets/queries/nix.scm"),
    hooks: Hooks { import, ..Hooks::NONE },
    is_test_path: |path| super::has_directory(path, &["test", "tests"]),
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "nix", ecosystem: Some(Ecosystem::Nix), resolve };

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let text = source.text(node);
    let (kind, path): (_, Name) = match node.kind() {
        "select_expression" => {
            let Some(name) = node.child_by_field_name("attrpath").and_then(|path| path.named_child(0)) else { return };
            (ImportKind::Import, format!("inputs.{}", source.text(name)).into())
        }
        "path_expression" if node.named_child_count() > 1 || text.contains("${") => (ImportKind::Computed, text.into()),
        "path_expression" => (if is_nix(text) { ImportKind::Import } else { ImportKind::Include }, text.into()),
        _ => (ImportKind::Import, text.into()),
    };
    imports.push(Import::new(kind, path, span_of(node), span_of(node)));
}

/// Whether a path names a Nix file or a directory.
fn is_nix(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.ends_with(".nix") || !name.trim_start_matches('.').contains('.')
}

fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    paths::resolve_imports(sources, files, |file, import| match import.kind {
        ImportKind::Computed => Found::Unresolved(Reason::NotLiteral),
        _ => meaning(sources, file, &import.path),
    })
}

fn meaning(sources: &Sources, file: FileId, written: &str) -> Found {
    let external =
        |name: &str| Found::External(External { ecosystem: Ecosystem::Nix, name: name.into(), standard: false });
    if let Some(name) = written.strip_prefix('<') {
        return external(name.split(['/', '>']).next().unwrap_or(name));
    }
    if let Some(name) = written.strip_prefix("inputs.") {
        let packages = sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Nix);
        let mut declared = packages.flat_map(|package| &package.dependencies);
        // `inputs.self` and arguments of that name are not told.
        return if declared.any(|declared| declared.name == name) { external(name) } else { Found::Nothing };
    }
    if written.starts_with(['/', '~']) {
        return external(written);
    }
    let Some(path) = join(paths::directory_of(&sources.get(file).path), written) else {
        return Found::Unresolved(Reason::Missing);
    };
    match sources.file(&path).or_else(|| paths::at(sources, &path, "default.nix")) {
        Some(found) => Found::resolved(found),
        // A directory that is copied or searched.
        None if sources.is_directory(&path) => Found::Nothing,
        None => Found::Unresolved(Reason::Missing),
    }
}
