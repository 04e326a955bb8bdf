//! PHP.
//!
//! [`Import::path`] is the name as a `use` gives it, without the leading backslash and with its keyword before it where
//! it is no class: `A\B`, `function A\f`, `const A\C`. A group gives one import for each of its names. For an include it is
//! the path, beginning with `__DIR__/` where it is built on the file's own directory.

mod names;

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::{Family, Language};
use crate::facts::{FileFacts, Import, ImportKind, Name, Visibility};
use crate::project::Ecosystem;

/// PHP.
pub static PHP: Language = Language {
    name: "php",
    label: "PHP",
    extensions: &["php", "phtml", "php5", "php7", "php8", "phps"],
    grammar: tree_sitter_php::LANGUAGE_PHP,
    query: include_str!("../../assets/queries/php.scm"),
    hooks: Hooks { import, visibility, is_test, finish, terms: Some(&crate::lang::terms::PHP), ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "php", ecosystem: Some(Ecosystem::Composer), resolve: names::resolve };

/// Begins an include path that is no constant text; what is written follows.
const NOT_LITERAL: char = '\u{1}';

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    if node.kind() != "namespace_use_declaration" {
        include(source, node, imports);
        return;
    }
    let kind = source.field(node, "type");
    let mut cursor = node.walk();
    let mut prefix = Name::default();
    for child in node.named_children(&mut cursor) {
        match child.kind() {
            "namespace_name" => prefix = source.compact(child),
            "namespace_use_clause" => clause(source, node, child, ("", kind), imports),
            "namespace_use_group" => {
                let mut inner = child.walk();
                for part in child.named_children(&mut inner).filter(|part| part.kind() == "namespace_use_clause") {
                    clause(source, node, part, (&prefix, kind), imports);
                }
            }
            _ => {}
        }
    }
}

/// One name of a `use`.
fn clause(
    source: &Source<'_>,
    statement: Node<'_>,
    node: Node<'_>,
    (prefix, kind): (&str, Option<&str>),
    imports: &mut Vec<Import>,
) {
    let alias = node.child_by_field_name("alias");
    let mut cursor = node.walk();
    let named = node
        .named_children(&mut cursor)
        .find(|child| matches!(child.kind(), "name" | "qualified_name") && Some(*child) != alias);
    let Some(named) = named else { return };
    let name = source.compact(named);
    let mut path = Name::default();
    if let Some(kind) = source.field(node, "type").or(kind) {
        path.push_str(&kind.to_ascii_lowercase());
        path.push(' ');
    }
    for part in [prefix.trim_matches('\\'), name.trim_start_matches('\\')] {
        if !part.is_empty() {
            if !(path.is_empty() || path.ends_with([' ', '\\'])) {
                path.push('\\');
            }
            path.push_str(part);
        }
    }
    imports.push(Import {
        kind: ImportKind::Import,
        path,
        names: Vec::new(),
        alias: alias.map(|alias| source.compact(alias)),
        within: None,
        exported: false,
        test: false,
        statement: span_of(statement),
        span: span_of(named),
    });
}

fn include(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let Some(argument) = node.named_child(0) else { return };
    imports.push(Import {
        kind: ImportKind::Include,
        path: include_path(source, argument).unwrap_or_else(|| not_literal(source, argument)),
        names: Vec::new(),
        alias: None,
        within: None,
        exported: false,
        test: false,
        statement: span_of(node),
        span: span_of(argument),
    });
}

fn not_literal(source: &Source<'_>, argument: Node<'_>) -> Name {
    std::iter::once(NOT_LITERAL).chain(source.text(argument).chars().take(80)).collect()
}

/// The constant text of an include's argument: literals, `__DIR__`, `dirname(…)` and their concatenations.
fn include_path(source: &Source<'_>, argument: Node<'_>) -> Option<Name> {
    // Concatenation nests to the left, so its parts are met from the last to the first.
    let mut parts = Vec::new();
    let mut node = unwrap(argument)?;
    while node.kind() == "binary_expression" {
        if source.field(node, "operator") != Some(".") || parts.len() > 32 {
            return None;
        }
        parts.push(constant_text(source, unwrap(node.child_by_field_name("right")?)?)?);
        node = unwrap(node.child_by_field_name("left")?)?;
    }
    parts.push(constant_text(source, node)?);
    let mut path = Name::default();
    for part in parts.iter().rev() {
        path.push_str(part);
    }
    Some(path)
}

/// What stands in parentheses.
fn unwrap(mut node: Node<'_>) -> Option<Node<'_>> {
    while node.kind() == "parenthesized_expression" {
        node = node.named_child(0)?;
    }
    Some(node)
}

fn constant_text(source: &Source<'_>, node: Node<'_>) -> Option<Name> {
    match node.kind() {
        "string" | "encapsed_string" => {
            let mut cursor = node.walk();
            let is_plain = node.named_children(&mut cursor).all(|child| child.kind() == "string_content");
            let text = source.text(node);
            is_plain.then(|| text.get(1..text.len().saturating_sub(1)).unwrap_or_default().into())
        }
        "name" if source.text(node).eq_ignore_ascii_case("__DIR__") => Some("__DIR__".into()),
        "name" if source.text(node) == "DIRECTORY_SEPARATOR" => Some("/".into()),
        // A longer call is no `dirname` of something constant.
        "function_call_expression" if node.byte_range().len() <= 256 => {
            // `dirname(__DIR__, 2)`, `dirname(dirname(__FILE__))`: one level up for each.
            let text: String = source.text(node).chars().filter(|c| !c.is_whitespace()).collect();
            let mut levels = 0;
            let mut inner = text.trim_start_matches('\\').to_ascii_lowercase();
            while let Some(argument) = inner.strip_prefix("dirname(").and_then(|rest| rest.strip_suffix(')')) {
                let (argument, count) = match argument.rsplit_once(',') {
                    Some((argument, count)) => (argument, count.parse::<usize>().ok()?),
                    None => (argument, 1),
                };
                levels += count;
                inner = argument.trim_start_matches('\\').to_owned();
            }
            let levels = match inner.as_str() {
                "__dir__" => levels,
                "__file__" => levels.checked_sub(1)?,
                _ => return None,
            };
            (levels <= 32).then(|| format!("__DIR__{}", "/..".repeat(levels)).into())
        }
        _ => None,
    }
}

fn visibility(source: &Source<'_>, node: Node<'_>, _name: &str) -> Visibility {
    let mut cursor = node.walk();
    let modifier = node.named_children(&mut cursor).find(|child| child.kind() == "visibility_modifier");
    match modifier.map(|modifier| source.text(modifier)) {
        Some("private") => Visibility::Private,
        Some("protected") => Visibility::Restricted,
        _ => Visibility::Public,
    }
}

fn is_test(_source: &Source<'_>, _node: Node<'_>) -> bool {
    false
}

/// Names that stand for no class of another file.
fn finish(facts: &mut FileFacts) {
    const OWN: &[&str] = &["self", "static", "parent", "true", "false", "null", "mixed", "object", "iterable"];
    let is_own: Vec<bool> =
        facts.names.iter().map(|name| OWN.iter().any(|own| name.eq_ignore_ascii_case(own))).collect();
    facts.references.retain(|reference| !is_own[reference.name.0 as usize]);
}

fn is_test_path(path: &str) -> bool {
    super::has_directory(path, &["test", "tests", "Test", "Tests", "spec"]) || path.ends_with("Test.php")
}
