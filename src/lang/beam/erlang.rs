//! Erlang.
//!
//! [`FileFacts::namespace`](crate::facts::FileFacts::namespace) is the module. [`Import::path`] is a module, or of an
//! include the file as written, with `lib:` before it for `-include_lib`. A macro that stands for a module is one of the
//! definitions, with what it stands for in its signature.

use crate::facts::Name;

/// An atom without its quotes.
pub(super) fn unquoted(atom: &str) -> &str {
    atom.trim_matches('\'')
}

/// What a macro stands for by its signature `-define(NAME, text).`, where that is an atom.
pub(super) fn macro_atom(signature: &str) -> Option<Name> {
    let (_, text) = signature.strip_prefix("-define(")?.split_once(',')?;
    let atom = unquoted(text.trim_end_matches('.').trim_end().strip_suffix(')')?.trim());
    let is_atom = atom.starts_with(|c: char| c.is_ascii_lowercase())
        && atom.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '@'));
    is_atom.then(|| atom.into())
}

#[cfg(feature = "extra-langs")]
pub use self::language::ERLANG;

#[cfg(feature = "extra-langs")]
mod language {
    use std::sync::OnceLock;

    use tree_sitter::Node;

    use crate::facts::{Import, ImportKind};
    use crate::lang::extract::{Hooks, Source, span_of};
    use crate::lang::{Language, clauses};

    /// Erlang.
    pub static ERLANG: Language = Language {
        name: "erlang",
        label: "Erlang",
        extensions: &["erl", "hrl", "escript"],
        grammar: tree_sitter_erlang::LANGUAGE,
        query: include_str!("../../../assets/queries/erlang.scm"),
        hooks: Hooks { import, finish: clauses::join, ..Hooks::NONE },
        is_test_path,
        family: &super::super::FAMILY,
        compiled: OnceLock::new(),
    };

    fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
        let part = |field| node.child_by_field_name(field);
        let (kind, prefix, at) = match node.kind() {
            "pp_include" => (ImportKind::Include, "", part("file")),
            "pp_include_lib" => (ImportKind::Include, "lib:", part("file")),
            "import_attribute" => (ImportKind::Import, "", part("module")),
            _ => return,
        };
        let Some(at) = at else { return };
        let text = source.text(at).trim_matches(['"', '\'']);
        imports.push(Import {
            kind,
            path: format!("{prefix}{text}").into(),
            names: Vec::new(),
            alias: None,
            within: None,
            exported: false,
            test: false,
            statement: span_of(node),
            span: span_of(at),
        });
    }

    fn is_test_path(path: &str) -> bool {
        crate::lang::has_directory(path, &["test", "tests"])
            || ["_SUITE.erl", "_tests.erl", "_test.erl"].iter().any(|end| path.ends_with(end))
    }
}
