//! Go.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source};
use super::resolve::{Dependency, FileId, Sources};
use super::{Family, Language};
use crate::facts::{FileFacts, Import, Visibility};

/// Go.
pub static GO: Language = Language {
    name: "go",
    label: "Go",
    extensions: &["go"],
    grammar: tree_sitter_go::LANGUAGE,
    query: include_str!("../../assets/queries/go.scm"),
    hooks: Hooks { import, visibility, is_test, finish },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "go", resolve };

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
