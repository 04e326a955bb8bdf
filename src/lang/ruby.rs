//! Ruby.
//!
//! [`Import::path`] is what is loaded: `a/b` from the load path, `__dir__/a/b` where it is built on the file's own
//! directory (`require_relative`, `File.join(__dir__, …)`). An autoload names its constant in [`Import::names`]; without a
//! path of its own its path is empty. `load`, which takes a file name with its extension, is [`ImportKind::Dynamic`]. A
//! directory that is added to the load path is an import whose path begins with [`LOAD_PATH`]: it loads nothing itself.

mod loads;

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::{Family, Language};
use crate::facts::{FileFacts, Import, ImportKind, ImportedName, Name, Visibility};
use crate::project::Ecosystem;

/// Ruby.
pub static RUBY: Language = Language {
    name: "ruby",
    label: "Ruby",
    extensions: &["rb", "rake", "gemspec", "ru", "rbw", "jbuilder", "podspec", "thor"],
    grammar: tree_sitter_ruby::LANGUAGE,
    query: include_str!("../../assets/queries/ruby.scm"),
    hooks: Hooks { import, visibility, is_test, finish, terms: Some(&crate::lang::terms::RUBY), ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "ruby", ecosystem: Some(Ecosystem::Gem), resolve: loads::resolve };

/// Files that are Ruby by their name.
pub const FILE_NAMES: &[&str] =
    &["Rakefile", "Gemfile", "Guardfile", "Capfile", "Vagrantfile", "Brewfile", "Podfile", "Fastfile", "Dangerfile"];

/// Begins a path that is no constant text; what is written follows.
const NOT_LITERAL: char = '\u{1}';

/// Begins the path of a directory that `$LOAD_PATH.unshift` or the like adds to the load path.
const LOAD_PATH: char = '\u{2}';

/// The deepest expression that is looked at for a constant path.
const DEPTH_LIMIT: usize = 8;

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    if let Some(directories) = added_to_load_path(node) {
        for (directory, argument) in directories
            .into_iter()
            .filter_map(|argument| Some((constant_path(source, argument, 0)?, argument)))
            .filter(|(directory, _)| directory.starts_with("__dir__"))
        {
            let path = std::iter::once(LOAD_PATH).chain(directory.chars()).collect();
            imports.push(import_of(node, argument, path));
        }
        return;
    }
    let method = source.field(node, "method").unwrap_or_default();
    let is_autoload = method == "autoload";
    if node.child_by_field_name("receiver").is_some_and(|receiver| !is_autoload && source.text(receiver) != "Kernel") {
        return;
    }
    let Some(arguments) = node.child_by_field_name("arguments") else { return };
    let mut cursor = arguments.walk();
    let mut values = arguments.named_children(&mut cursor);
    let Some(first) = values.next() else { return };
    let mut names = Vec::new();
    let mut argument = first;
    let mut path = Name::default();
    if is_autoload {
        let name = source.text(first).trim_start_matches(':').trim_matches(['"', '\'']).into();
        names.push(ImportedName { name, alias: None, span: span_of(first) });
    }
    if !is_autoload || values.next().inspect(|second| argument = *second).is_some() {
        path = match constant_path(source, argument, 0) {
            Some(path) if method == "require_relative" && !path.starts_with('/') => format!("__dir__/{path}").into(),
            Some(path) => path,
            None => std::iter::once(NOT_LITERAL).chain(source.text(argument).chars().take(80)).collect(),
        };
    }
    let kind = if method == "load" { ImportKind::Dynamic } else { ImportKind::Import };
    imports.push(Import { kind, names, ..import_of(node, argument, path) });
}

fn import_of(statement: Node<'_>, argument: Node<'_>, path: Name) -> Import {
    Import {
        kind: ImportKind::Import,
        path,
        names: Vec::new(),
        alias: None,
        within: None,
        exported: false,
        test: false,
        statement: span_of(statement),
        span: span_of(argument),
    }
}

/// What `$: << directory` and `$LOAD_PATH.unshift(directory, …)` add. None for every other statement.
fn added_to_load_path(node: Node<'_>) -> Option<Vec<Node<'_>>> {
    if node.kind() == "binary" {
        return Some(node.child_by_field_name("right").into_iter().collect());
    }
    node.child_by_field_name("receiver").filter(|receiver| receiver.kind() == "global_variable")?;
    let arguments = node.child_by_field_name("arguments")?;
    let mut cursor = arguments.walk();
    Some(arguments.named_children(&mut cursor).collect())
}

/// The constant path that an expression builds.
fn constant_path(source: &Source<'_>, node: Node<'_>, depth: usize) -> Option<Name> {
    if depth > DEPTH_LIMIT {
        return None;
    }
    let mut cursor = node.walk();
    match node.kind() {
        "string" => {
            let mut text = Name::default();
            for part in node.named_children(&mut cursor) {
                match part.kind() {
                    "string_content" => text.push_str(source.text(part)),
                    "interpolation" => text.push_str(&constant_path(source, part.named_child(0)?, depth + 1)?),
                    _ => return None,
                }
            }
            Some(text)
        }
        "identifier" if source.text(node) == "__dir__" => Some("__dir__".into()),
        // `__FILE__` is one level below the directory, so that `..` from it gives the directory.
        "identifier" | "constant" | "file" if source.text(node) == "__FILE__" => Some("__dir__/.".into()),
        "parenthesized_statements" => constant_path(source, node.named_child(0)?, depth + 1),
        "call" => file_call(source, node, depth),
        "binary" if source.field(node, "operator") == Some("+") => {
            let mut text = constant_path(source, node.child_by_field_name("left")?, depth + 1)?;
            text.push_str(&constant_path(source, node.child_by_field_name("right")?, depth + 1)?);
            Some(text)
        }
        _ if source.text(node) == "__FILE__" => Some("__dir__/.".into()),
        _ => None,
    }
}

/// `File.join(…)`, `File.expand_path(path, base)`, `File.dirname(path)`, `Rails.root.join(…)`.
fn file_call(source: &Source<'_>, node: Node<'_>, depth: usize) -> Option<Name> {
    let receiver = source.field(node, "receiver")?;
    let arguments = node.child_by_field_name("arguments");
    let mut parts = Vec::new();
    if let Some(arguments) = arguments {
        let mut cursor = arguments.walk();
        for argument in arguments.named_children(&mut cursor) {
            parts.push(constant_path(source, argument, depth + 1)?);
        }
    }
    match (receiver, source.field(node, "method")?) {
        ("File", "join") => Some(parts.join("/").into()),
        ("Rails.root", "join") => Some(format!("/{}", parts.join("/")).into()),
        ("File", "expand_path" | "absolute_path") => match parts.as_slice() {
            [path] => Some(path.clone()),
            [path, base] => Some(format!("{}/{path}", expand_base(base)).into()),
            _ => None,
        },
        ("File", "dirname") => match parts.as_slice() {
            [path] if path.ends_with("/.") => Some(path.trim_end_matches("/.").into()),
            [path] => Some(format!("{path}/..").into()),
            _ => None,
        },
        _ => None,
    }
}

/// The base of `File.expand_path("..", __FILE__)`: the file itself counts as one level.
fn expand_base(base: &str) -> String {
    match base.strip_suffix("/.") {
        Some(directory) => format!("{directory}/__file__"),
        None => base.to_owned(),
    }
}

fn visibility(_source: &Source<'_>, _node: Node<'_>, _name: &str) -> Visibility {
    Visibility::Public
}

fn is_test(_source: &Source<'_>, _node: Node<'_>) -> bool {
    false
}

fn finish(_facts: &mut FileFacts) {}

fn is_test_path(path: &str) -> bool {
    super::has_directory(path, &["test", "tests", "spec", "features"])
        || ["_test.rb", "_spec.rb"].iter().any(|end| path.ends_with(end))
}
