//! Go: the package clause, imports, what stands at package level, and mentions that leave the file.
//!
//! Go resolves by packages, not by files: a file sees everything that the other files of its package declare, without
//! an import. `packages` joins files to packages, `modules` finds the directory of an import path, `constraint` knows
//! which files are ever compiled together, and `resolve` puts them together. `typing` notes in each file what types follow
//! from, and `members` finds by it where the members of values are declared.

mod constraint;
mod members;
mod modules;
mod packages;
mod resolve;
mod typing;

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::{Family, Language};
use crate::facts::{FileFacts, Import, ImportKind, Reference, Visibility};
use crate::project::Ecosystem;

/// Go.
pub static GO: Language = Language {
    name: "go",
    label: "Go",
    extensions: &["go"],
    grammar: tree_sitter_go::LANGUAGE,
    query: include_str!("../../assets/queries/go.scm"),
    hooks: Hooks {
        import,
        visibility,
        is_test,
        typing: Some(typing::READER),
        finish,
        terms: Some(&crate::lang::terms::GO),
        ..Hooks::NONE
    },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "go", ecosystem: Some(Ecosystem::Go), resolve: resolve::resolve };

/// Reads an `import_spec`. The alias is the local name; `.` and `_` as they are written.
fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let Some(path) = node.child_by_field_name("path") else { return };
    let text = source.text(path).trim_matches(['"', '`']);
    if text.is_empty() {
        return;
    }
    imports.push(Import {
        kind: ImportKind::Import,
        path: text.into(),
        names: Vec::new(),
        alias: source.field(node, "name").map(Into::into),
        within: None,
        exported: false,
        test: false,
        statement: span_of(node),
        span: span_of(path),
    });
}

fn visibility(_source: &Source<'_>, _node: Node<'_>, name: &str) -> Visibility {
    if name.chars().next().is_some_and(char::is_uppercase) { Visibility::Public } else { Visibility::Restricted }
}

/// Tests are known by their file's name alone.
fn is_test(_source: &Source<'_>, _node: Node<'_>) -> bool {
    false
}

/// Drops the parts of mentions that stand there as a whole: `a` and `b` of `a.b`.
fn finish(facts: &mut FileFacts) {
    let mut last: Option<Reference> = None;
    facts.references.retain(|reference| {
        let is_part = last.is_some_and(|whole| whole.span.contains(reference.span));
        if !is_part {
            last = Some(*reference);
        }
        !is_part
    });
}

fn is_test_path(path: &str) -> bool {
    path.ends_with("_test.go") || super::has_directory(path, &["testdata"])
}
