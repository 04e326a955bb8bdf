//! Java.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source};
use super::resolve::{Dependency, FileId, Sources};
use super::{Family, Language};
use crate::facts::{FileFacts, Import, Visibility};

/// Java.
pub static JAVA: Language = Language {
    name: "java",
    label: "Java",
    extensions: &["java"],
    grammar: tree_sitter_java::LANGUAGE,
    query: include_str!("../../assets/queries/java.scm"),
    hooks: Hooks { import, visibility, is_test, finish },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "java", resolve };

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
