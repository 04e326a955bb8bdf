//! JavaScript.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source};
use super::resolve::{Dependency, FileId, Sources};
use super::{Family, Language};
use crate::facts::{FileFacts, Import, Visibility};

/// JavaScript.
pub static JAVASCRIPT: Language = Language {
    name: "javascript",
    label: "JavaScript",
    extensions: &["js", "jsx", "mjs", "cjs"],
    grammar: tree_sitter_javascript::LANGUAGE,
    query: include_str!("../../assets/queries/javascript.scm"),
    hooks: Hooks { import, visibility, is_test, finish },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "ecmascript", resolve };

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

/// TypeScript.
pub static TYPESCRIPT: Language = Language {
    name: "typescript",
    label: "TypeScript",
    extensions: &["ts", "mts", "cts"],
    grammar: tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
    query: include_str!("../../assets/queries/typescript.scm"),
    hooks: Hooks { import, visibility, is_test, finish },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

/// TypeScript with JSX.
pub static TSX: Language = Language {
    name: "tsx",
    label: "TypeScript JSX",
    extensions: &["tsx"],
    grammar: tree_sitter_typescript::LANGUAGE_TSX,
    query: include_str!("../../assets/queries/typescript.scm"),
    hooks: Hooks { import, visibility, is_test, finish },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};
