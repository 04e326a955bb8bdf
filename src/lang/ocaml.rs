//! OCaml.
//!
//! [`Import::path`] is the path of an `open` or `include` (which is exported). An import holds from its statement to the
//! end of the file; one whose statement is longer than its path is a local `M.(…)` and holds there.

mod paths;
mod units;

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::{Family, Language};
use crate::facts::{Import, ImportKind, ImportedName};
use crate::project::Ecosystem;

/// OCaml.
pub static OCAML: Language = Language {
    name: "ocaml",
    label: "OCaml",
    extensions: &["ml"],
    grammar: tree_sitter_ocaml::LANGUAGE_OCAML,
    query: include_str!("../../assets/queries/ocaml.scm"),
    hooks: HOOKS,
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

/// OCaml's interfaces.
pub static INTERFACE: Language = Language {
    name: "ocaml-interface",
    label: "OCaml interface",
    extensions: &["mli"],
    grammar: tree_sitter_ocaml::LANGUAGE_OCAML_INTERFACE,
    query: include_str!("../../assets/queries/ocaml-interface.scm"),
    hooks: HOOKS,
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

const HOOKS: Hooks = Hooks { import, ..Hooks::NONE };

static FAMILY: Family = Family { name: "ocaml", ecosystem: Some(Ecosystem::Opam), resolve: paths::resolve };

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let Some(module) = node.child_by_field_name("module").or_else(|| node.named_child(0)) else { return };
    let span = span_of(module);
    let is_local = node.kind() == "local_open_expression";
    imports.push(Import {
        kind: ImportKind::Import,
        path: source.compact(module),
        names: vec![ImportedName { name: "*".into(), alias: None, span }],
        alias: None,
        within: None,
        exported: node.kind() == "include_module",
        test: false,
        statement: if is_local { span_of(node) } else { crate::facts::Span { end: span.end, ..span_of(node) } },
        span,
    });
}

fn is_test_path(path: &str) -> bool {
    super::has_directory(path, &["test", "tests", "testsuite"])
}
