//! Dart: libraries named by URI, and the parts that they are split into.

mod uris;

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::{Family, Language};
use crate::facts::{Import, ImportKind, ImportedName, Name, Visibility};
use crate::project::Ecosystem;

/// Dart.
pub static DART: Language = Language {
    name: "dart",
    label: "Dart",
    extensions: &["dart"],
    grammar: tree_sitter_dart::LANGUAGE,
    query: include_str!("../../assets/queries/dart.scm"),
    hooks: Hooks { import, visibility, ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "dart", ecosystem: Some(Ecosystem::Pub), resolve: uris::resolve };

/// Pub's folders for tests, and the ending by which `dart test` finds them.
fn is_test_path(path: &str) -> bool {
    path.ends_with("_test.dart") || super::has_directory(path, &["test", "integration_test", "test_driver"])
}

/// [`Hooks::import`]. One import for each URI of a directive: those of conditions are alternatives. The path of a `part of`
/// with a library's name is that name after `library `, which no URI starts with.
fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    match node.kind() {
        "part_directive" => {
            let uri = node.child_by_field_name("uri");
            imports.extend(uri.map(|uri| of_uri(source, ImportKind::Module, node, uri)));
        }
        "part_of_directive" => {
            let mut cursor = node.walk();
            for child in node.named_children(&mut cursor) {
                match child.kind() {
                    "uri" => imports.push(of_uri(source, ImportKind::Import, node, child)),
                    "dotted_identifier_list" => {
                        let path = format!("{}{}", uris::BY_NAME, source.compact(child));
                        imports.push(Import::new(ImportKind::Import, path, span_of(node), span_of(child)));
                    }
                    _ => {}
                }
            }
        }
        _ => directive(source, node, imports),
    }
}

/// `import` and `export`.
fn directive(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let mut outer = node.walk();
    let Some(directive) = node.named_children(&mut outer).next() else { return };
    let exported = directive.kind() == "library_export";
    let mut inner = directive.walk();
    let specification = directive.named_children(&mut inner).find(|child| child.kind() == "import_specification");
    let body = specification.unwrap_or(directive);
    let mut uris = Vec::new();
    let mut names = Vec::new();
    let mut kind = ImportKind::Import;
    let mut cursor = body.walk();
    for child in body.children(&mut cursor) {
        match child.kind() {
            "uri" => uris.push(child),
            "configurable_uri" => add_uris(child, &mut uris),
            "deferred" => kind = ImportKind::Dynamic,
            "combinator" => shown(source, child, &mut names),
            _ => {}
        }
    }
    let alias = source.field(body, "alias").map(Name::from);
    for uri in uris {
        let import = of_uri(source, kind, node, uri);
        // The names are the same in every alternative; many of both would be many copies.
        imports.push(Import { names: std::mem::take(&mut names), alias: alias.clone(), exported, ..import });
    }
}

/// The URI of a directive and those of its conditions.
fn add_uris<'t>(configurable: Node<'t>, uris: &mut Vec<Node<'t>>) {
    for child in configurable.named_children(&mut configurable.walk()) {
        match child.kind() {
            "uri" => uris.push(child),
            "configuration_uri" => {
                uris.extend(child.named_children(&mut child.walk()).filter(|part| part.kind() == "uri"));
            }
            _ => {}
        }
    }
}

/// The names after `show`; what `hide` leaves out is nothing that is taken.
fn shown(source: &Source<'_>, combinator: Node<'_>, names: &mut Vec<ImportedName>) {
    if source.text(combinator).starts_with("show") {
        let mut cursor = combinator.walk();
        let shown = combinator.named_children(&mut cursor).filter(|child| child.kind() == "identifier");
        names.extend(shown.map(|name| ImportedName {
            name: source.text(name).into(),
            alias: None,
            span: span_of(name),
        }));
    }
}

fn of_uri(source: &Source<'_>, kind: ImportKind, statement: Node<'_>, uri: Node<'_>) -> Import {
    let text = source.text(uri);
    let text = text.strip_prefix('r').unwrap_or(text).trim_matches(['"', '\'']);
    Import::new(kind, text, span_of(statement), span_of(uri))
}

/// A name that starts with an underscore is of its library alone.
fn visibility(_source: &Source<'_>, _node: Node<'_>, name: &str) -> Visibility {
    if name.starts_with('_') { Visibility::Private } else { Visibility::Public }
}
