//! The shell: Bash and its kin.
//!
//! [`Import::path`] is the path as far as the file itself says it. `__file__` stands for the script's own path (`$0`,
//! `BASH_SOURCE`), so that its directory is `__file__/..`; `__root__` for the root of the work tree. Variables that the
//! file sets once to such a path are expanded; any other stays as `${NAME}`, a command's output as `$(…)`.
//! A file that is sourced is [`ImportKind::Import`], one that is run [`ImportKind::Dynamic`], and what Bats' `load` names
//! [`ImportKind::Include`].

mod resolve;
mod words;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::{Family, Language};
use crate::facts::{FileFacts, Import, ImportKind, Name};

/// Bash, and what is close enough to it for its grammar.
pub static SHELL: Language = Language {
    name: "shell",
    label: "Shell",
    extensions: &["sh", "bash", "bats", "ksh", "ash", "dash"],
    grammar: tree_sitter_bash::LANGUAGE,
    query: include_str!("../../assets/queries/shell.scm"),
    hooks: Hooks { import, finish, ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "shell", ecosystem: None, resolve: resolve::resolve };

/// Programs that run the script which their first argument names.
const INTERPRETERS: &[&str] = &["bash", "sh", "dash", "ksh", "zsh", "ash"];

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    if node.kind() == "variable_assignment" {
        imports.extend(assignment(source, node));
        return;
    }
    let Some(name) = node.child_by_field_name("name") else { return };
    let word = source.text(name);
    let mut cursor = node.walk();
    let mut arguments = node.children_by_field_name("argument", &mut cursor);
    let (kind, written) = match word {
        "source" | "." => (ImportKind::Import, arguments.find(|argument| source.text(*argument) != "--")),
        "load" => (ImportKind::Include, arguments.next()),
        _ if INTERPRETERS.contains(&word) => {
            let script = arguments.find(|argument| {
                let text = source.text(*argument);
                !text.starts_with(['-', '+']) || text == "-c"
            });
            (ImportKind::Dynamic, script.filter(|script| source.text(*script) != "-c"))
        }
        _ if word.contains('/') => (ImportKind::Dynamic, name.named_child(0)),
        _ => return,
    };
    let Some(written) = written else { return };
    let path = words::value(source, written, 0);
    imports.push(Import::new(kind, path, span_of(node), span_of(written)));
}

/// A variable that may be part of a path: until [`finish`] an import that is called like it.
fn assignment(source: &Source<'_>, node: Node<'_>) -> Option<Import> {
    let name = source.field(node, "name")?;
    let value = words::value(source, node.child_by_field_name("value")?, 0);
    let import = Import::new(ImportKind::Module, value, span_of(node), span_of(node));
    Some(Import { alias: Some(name.into()), ..import })
}

/// Expands the variables in paths.
fn finish(facts: &mut FileFacts) {
    let mut variables: FxHashMap<Name, Option<Name>> = FxHashMap::default();
    for import in facts.imports.extract_if(.., |import| import.kind == ImportKind::Module) {
        let Some(name) = import.alias else { continue };
        let value = Some(import.path);
        // A variable that is set to several things is not known.
        variables
            .entry(name)
            .and_modify(|known| *known = known.take().filter(|known| Some(known) == value.as_ref()))
            .or_insert(value);
    }
    for import in &mut facts.imports {
        if import.path.contains("${") {
            import.path = words::expand(&import.path, &variables);
        }
    }
}

fn is_test_path(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    super::has_directory(path, &["test", "tests", "spec"])
        || name.starts_with("test_")
        || [".bats", "_test.sh", "_spec.sh", ".test.sh"].iter().any(|end| name.ends_with(end))
}
