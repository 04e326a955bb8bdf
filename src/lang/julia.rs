//! Julia.
//!
//! [`Import::path`] of an `include` is the file as written, relative to its own directory. That of `using` and `import` is
//! the module as written: `A.B`, or with the dots of a relative path before it, `..A`.

mod modules;

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::{Family, Language};
use crate::facts::{Import, ImportKind, ImportedName, Name, Visibility};
use crate::project::Ecosystem;

/// Julia.
pub static JULIA: Language = Language {
    name: "julia",
    label: "Julia",
    extensions: &["jl"],
    grammar: tree_sitter_julia::LANGUAGE,
    query: include_str!("../../assets/queries/julia.scm"),
    hooks: Hooks { import, visibility, ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "julia", ecosystem: Some(Ecosystem::Julia), resolve: modules::resolve };

/// The deepest `joinpath` that is read.
const DEPTH_LIMIT: usize = 8;

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let mut add = |kind, path: Name, names, alias, at: Node<'_>| {
        imports.push(Import {
            kind,
            path,
            names,
            alias,
            within: None,
            exported: false,
            test: false,
            statement: span_of(node),
            span: span_of(at),
        });
    };
    let mut cursor = node.walk();
    if node.kind() == "call_expression" {
        let Some(argument) = node.named_child(1).and_then(|list| list.named_children(&mut list.walk()).last()) else {
            return;
        };
        match constant_path(source, argument, 0) {
            Some(path) => add(ImportKind::Include, path, Vec::new(), None, argument),
            None => {
                let text = source.text(argument).chars().take(80).collect();
                add(ImportKind::Computed, text, Vec::new(), None, argument);
            }
        }
        return;
    }
    for module in node.named_children(&mut cursor) {
        let Some(first) = module.named_child(0) else {
            add(ImportKind::Import, source.compact(module), Vec::new(), None, module);
            continue;
        };
        match module.kind() {
            "selected_import" => {
                let mut cursor = module.walk();
                let names = module.named_children(&mut cursor).skip(1).map(|name| {
                    let (own, alias) = match (name.named_child(0), name.named_child(1)) {
                        (Some(own), Some(alias)) if name.kind() == "import_alias" => (own, Some(source.compact(alias))),
                        _ => (name, None),
                    };
                    ImportedName { name: source.compact(own), alias, span: span_of(own) }
                });
                let names = names.collect();
                add(ImportKind::Import, source.compact(first), names, None, first);
            }
            "import_alias" => {
                let alias = module.named_child(1).map(|alias| source.compact(alias));
                add(ImportKind::Import, source.compact(first), Vec::new(), alias, first);
            }
            _ => add(ImportKind::Import, source.compact(module), Vec::new(), None, module),
        }
    }
}

/// The path that a text, or `joinpath` of texts and `@__DIR__`, gives.
fn constant_path(source: &Source<'_>, node: Node<'_>, depth: usize) -> Option<Name> {
    let mut cursor = node.walk();
    match node.kind() {
        "string_literal" => {
            let mut parts = node.named_children(&mut cursor);
            let content = parts.next().filter(|part| part.kind() == "content")?;
            parts.next().is_none().then(|| source.text(content).into())
        }
        "macrocall_expression" if source.text(node) == "@__DIR__" => Some(".".into()),
        "call_expression" if depth < DEPTH_LIMIT && node.named_child(0).map(|f| source.text(f)) == Some("joinpath") => {
            let list = node.named_child(1)?;
            let mut cursor = list.walk();
            let parts = list.named_children(&mut cursor).map(|part| constant_path(source, part, depth + 1));
            Some(parts.collect::<Option<Vec<Name>>>()?.join("/").into())
        }
        _ => None,
    }
}

/// By convention what begins with an underscore is not for others.
fn visibility(_source: &Source<'_>, _node: Node<'_>, name: &str) -> Visibility {
    if name.starts_with('_') { Visibility::Private } else { Visibility::Public }
}

fn is_test_path(path: &str) -> bool {
    super::has_directory(path, &["test"])
}
