//! R.
//!
//! [`Import::path`] is the package of `library` and its like, or of `source` the file as written.

mod names;

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::{Family, Language};
use crate::facts::{Import, ImportKind, Name, Visibility};
use crate::project::Ecosystem;

/// R.
pub static R: Language = Language {
    name: "r",
    label: "R",
    extensions: &["r"],
    grammar: tree_sitter_r::LANGUAGE,
    query: include_str!("../../assets/queries/r.scm"),
    hooks: Hooks { import, visibility, ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "r", ecosystem: Some(Ecosystem::Cran), resolve: names::resolve };

/// The deepest `file.path` that is read.
const DEPTH_LIMIT: usize = 8;

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let function = source.field(node, "function").unwrap_or_default();
    let Some(arguments) = node.child_by_field_name("arguments") else { return };
    let mut cursor = arguments.walk();
    let arguments: Vec<Node<'_>> =
        arguments.named_children(&mut cursor).filter(|argument| argument.kind() == "argument").take(8).collect();
    let is_named = |argument: &Node<'_>, name: &str| source.field(*argument, "name") == Some(name);
    let Some(first) = arguments.first().and_then(|argument| argument.child_by_field_name("value")) else { return };
    let is_file = matches!(function, "source" | "sys.source");
    let is_computed = arguments.iter().any(|argument| is_named(argument, "character.only"));
    let path = match first.kind() {
        "identifier" if !is_computed && matches!(function, "library" | "require") => Some(source.text(first).into()),
        _ => constant_path(source, first, 0),
    };
    let computed = || source.text(first).chars().take(80).collect();
    imports.push(Import {
        kind: match &path {
            None => ImportKind::Computed,
            Some(_) if is_file => ImportKind::Include,
            Some(_) => ImportKind::Import,
        },
        path: path.unwrap_or_else(computed),
        names: Vec::new(),
        alias: None,
        within: None,
        exported: false,
        test: false,
        statement: span_of(node),
        span: span_of(first),
    });
}

/// A text, or what `file.path` and `here` make of texts.
fn constant_path(source: &Source<'_>, node: Node<'_>, depth: usize) -> Option<Name> {
    match node.kind() {
        "string" => {
            Some(node.child_by_field_name("content").map_or_else(Name::default, |text| source.text(text).into()))
        }
        "call"
            if depth < DEPTH_LIMIT
                && matches!(source.field(node, "function")?, "file.path" | "here" | "here::here") =>
        {
            let arguments = node.child_by_field_name("arguments")?;
            let mut cursor = arguments.walk();
            let values = arguments.named_children(&mut cursor).filter(|argument| argument.kind() == "argument");
            let parts = values.map(|argument| constant_path(source, argument.child_by_field_name("value")?, depth + 1));
            Some(parts.collect::<Option<Vec<Name>>>()?.join("/").into())
        }
        _ => None,
    }
}

/// By convention what begins with a dot is not for others.
fn visibility(_source: &Source<'_>, _node: Node<'_>, name: &str) -> Visibility {
    if name.trim_matches('`').starts_with('.') { Visibility::Private } else { Visibility::Public }
}

fn is_test_path(path: &str) -> bool {
    super::has_directory(path, &["tests", "test"])
}
