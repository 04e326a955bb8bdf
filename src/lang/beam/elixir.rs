//! Elixir.
//!
//! [`Import::path`] is the module as written. An `alias` has the name that it binds in [`Import::alias`], as has
//! `require … as:`; `import`, `use` and plain `require` bind none.

use std::sync::OnceLock;

use tree_sitter::Node;

use crate::facts::{Import, ImportKind, Name, Visibility};
use crate::lang::extract::{Hooks, Source, span_of};
use crate::lang::{Language, clauses};

/// Elixir.
pub static ELIXIR: Language = Language {
    name: "elixir",
    label: "Elixir",
    extensions: &["ex", "exs"],
    grammar: tree_sitter_elixir::LANGUAGE,
    query: include_str!("../../../assets/queries/elixir.scm"),
    hooks: Hooks { import, visibility, finish: clauses::join, terms: Some(&crate::lang::terms::ELIXIR), ..Hooks::NONE },
    is_test_path,
    family: &super::FAMILY,
    compiled: OnceLock::new(),
};

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let keyword = source.field(node, "target").unwrap_or_default();
    let mut cursor = node.walk();
    let Some(arguments) = node.named_children(&mut cursor).find(|child| child.kind() == "arguments") else { return };
    let mut cursor = arguments.walk();
    let mut values = arguments.named_children(&mut cursor);
    let Some(module) = values.next() else { return };
    let bound = values.find(|value| value.kind() == "keywords").and_then(|keywords| alias_of(source, keywords));
    let group = if module.kind() == "dot" { module.child_by_field_name("right") } else { None };
    let mut add = |path: Name, at: Node<'_>| {
        let own = || if keyword == "alias" { path.rsplit('.').next().map(Name::from) } else { None };
        imports.push(Import {
            kind: ImportKind::Import,
            alias: bound.clone().or_else(own),
            path,
            names: Vec::new(),
            within: None,
            exported: false,
            test: false,
            statement: span_of(node),
            span: span_of(at),
        });
    };
    match group.filter(|group| group.kind() == "tuple") {
        Some(group) => {
            let prefix = source.field(module, "left").unwrap_or_default();
            let mut cursor = group.walk();
            for part in group.named_children(&mut cursor).filter(|part| part.kind() == "alias") {
                add(format!("{prefix}.{}", source.text(part)).into(), part);
            }
        }
        None if is_module(source, module) => add(source.compact(module), module),
        None => {}
    }
}

/// `Foo.Bar`, `__MODULE__`, `__MODULE__.Bar`. Anything else is computed by a macro.
fn is_module(source: &Source<'_>, node: Node<'_>) -> bool {
    match node.kind() {
        "alias" => true,
        "identifier" => source.text(node) == "__MODULE__",
        "dot" => source.field(node, "left") == Some("__MODULE__"),
        _ => false,
    }
}

/// The name after `as:`.
fn alias_of(source: &Source<'_>, keywords: Node<'_>) -> Option<Name> {
    let mut cursor = keywords.walk();
    let pair = keywords
        .named_children(&mut cursor)
        .find(|pair| source.field(*pair, "key").is_some_and(|key| key.trim_end() == "as:"))?;
    source.field(pair, "value").map(Into::into)
}

fn visibility(source: &Source<'_>, node: Node<'_>, _name: &str) -> Visibility {
    match source.field(node, "target") {
        Some("defp" | "defmacrop" | "defguardp") => Visibility::Private,
        _ => Visibility::Public,
    }
}

fn is_test_path(path: &str) -> bool {
    crate::lang::has_directory(path, &["test", "tests"]) || path.ends_with("_test.exs")
}

/// `Foo.BarBaz` as `foo/bar_baz`, as `Macro.underscore` does it.
pub(super) fn snake_case(module: &str) -> String {
    let mut snake = String::with_capacity(module.len() + 4);
    let mut before = '.';
    let mut letters = module.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_lower = |c: &char| c.is_lowercase();
        let starts_word = letter.is_uppercase()
            && before != '.'
            && (before.is_lowercase() || before.is_ascii_digit() || letters.peek().is_some_and(is_lower));
        if starts_word {
            snake.push('_');
        }
        match letter {
            '.' => snake.push('/'),
            letter => snake.extend(letter.to_lowercase()),
        }
        before = letter;
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_names_in_snake_case() {
        assert_eq!(snake_case("Phoenix.LiveView"), "phoenix/live_view");
        assert_eq!(snake_case("Phoenix.HTML.Form"), "phoenix/html/form");
        assert_eq!(snake_case("ExAWS.S3"), "ex_aws/s3");
    }
}
