//! Rust.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source};
use super::resolve::{Dependency, FileId, Sources};
use super::{Family, Language};
use crate::facts::{FileFacts, Import, Visibility};

/// Rust.
pub static RUST: Language = Language {
    name: "rust",
    label: "Rust",
    extensions: &["rs"],
    grammar: tree_sitter_rust::LANGUAGE,
    query: include_str!("../../assets/queries/rust.scm"),
    hooks: Hooks { import, visibility, is_test, finish },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "rust", resolve };

fn import(_source: &Source<'_>, _node: Node<'_>, _imports: &mut Vec<Import>) {}

fn visibility(_source: &Source<'_>, _node: Node<'_>, _name: &str) -> Visibility {
    Visibility::Public
}

fn is_test(_source: &Source<'_>, _node: Node<'_>) -> bool {
    false
}

fn finish(_facts: &mut FileFacts) {}

fn is_test_path(path: &str) -> bool {
    super::has_directory(path, &["tests", "test"])
}

fn resolve(_sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    vec![Vec::new(); files.len()]
}
