//! Haskell.
//!
//! [`FileFacts::namespace`](crate::facts::FileFacts::namespace) is the module. [`Import::path`] is the imported one, with
//! [`SOURCE`] before it where the import asks for the module's `.hs-boot`.

mod modules;

use std::borrow::Cow;
use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::{Family, Language, clauses};
use crate::facts::{Import, ImportKind, ImportedName};
use crate::project::Ecosystem;

/// Haskell.
pub static HASKELL: Language = Language {
    name: "haskell",
    label: "Haskell",
    extensions: &["hs", "hsc", "hs-boot", "hsig"],
    grammar: tree_sitter_haskell::LANGUAGE,
    query: include_str!("../../assets/queries/haskell.scm"),
    hooks: HOOKS,
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

/// Haskell between lines of prose.
pub static LITERATE: Language = Language {
    name: "literate-haskell",
    label: "Literate Haskell",
    extensions: &["lhs"],
    grammar: tree_sitter_haskell::LANGUAGE,
    query: include_str!("../../assets/queries/haskell.scm"),
    hooks: Hooks { prepare: code_of_literate, ..HOOKS },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

const HOOKS: Hooks = Hooks { import, finish: clauses::join, ..Hooks::NONE };

static FAMILY: Family = Family { name: "haskell", ecosystem: Some(Ecosystem::Hackage), resolve: modules::resolve };

/// Begins the path of an import that asks for a `.hs-boot` file.
const SOURCE: &str = "{-# SOURCE #-} ";

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let Some(module) = node.child_by_field_name("module") else { return };
    let mut cursor = node.walk();
    let is_boot =
        node.children(&mut cursor).any(|child| child.kind() == "pragma" && source.text(child).contains("SOURCE"));
    let mut cursor = node.walk();
    let is_hiding = node.children(&mut cursor).any(|child| source.text(child) == "hiding");
    let mut names = Vec::new();
    if let Some(list) = node.child_by_field_name("names").filter(|_| !is_hiding) {
        let mut cursor = list.walk();
        for name in list.named_children(&mut cursor).filter_map(|import| import.named_child(0)) {
            names.push(ImportedName { name: source.compact(name), alias: None, span: span_of(name) });
        }
    }
    let path = source.compact(module);
    imports.push(Import {
        kind: ImportKind::Import,
        path: if is_boot { format!("{SOURCE}{path}").into() } else { path },
        names,
        alias: node.child_by_field_name("alias").map(|alias| source.compact(alias)),
        within: None,
        exported: false,
        test: false,
        statement: span_of(node),
        span: span_of(module),
    });
}

/// Blanks what is prose: all but the lines after `>`, or all outside `\begin{code}` and `\end{code}`.
fn code_of_literate(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut code = Vec::with_capacity(bytes.len());
    let mut in_block = false;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let starts_with = |prefix: &[u8]| line.trim_ascii_start().starts_with(prefix);
        if starts_with(br"\begin{code}") || starts_with(br"\end{code}") {
            in_block = starts_with(br"\begin{code}");
            blank(line, &mut code);
        } else if in_block {
            code.extend_from_slice(line);
        } else if let Some(rest) = line.strip_prefix(b">") {
            code.push(b' ');
            code.extend_from_slice(rest);
        } else {
            blank(line, &mut code);
        }
    }
    Cow::Owned(code)
}

fn blank(line: &[u8], code: &mut Vec<u8>) {
    code.extend(line.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { *byte } else { b' ' }));
}

fn is_test_path(path: &str) -> bool {
    super::has_directory(path, &["test", "tests", "testsuite", "spec"])
        || ["Spec.hs", "Test.hs", "Tests.hs"].iter().any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_blanked_at_its_length() {
        let text = b"Prose.\n> import A\n\\begin{code}\nx = 1\n\\end{code}\nmore";
        let code = code_of_literate(text);
        assert_eq!(&*code, b"      \n  import A\n            \nx = 1\n          \n    ");
    }
}
