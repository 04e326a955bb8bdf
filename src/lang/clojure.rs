//! Clojure and ClojureScript.
//!
//! [`Import::path`] is the namespace, or of a Java class its full name with [`CLASS`] before it; [`MACROS`] stands before a
//! namespace of which a ClojureScript file takes macros.

mod namespaces;

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::{Family, Language};
use crate::facts::{Import, ImportKind, ImportedName, Name, Visibility};
use crate::project::Ecosystem;

/// Clojure, also as ClojureScript and for both.
pub static CLOJURE: Language = Language {
    name: "clojure",
    label: "Clojure",
    extensions: &["clj", "cljs", "cljc", "bb"],
    grammar: tree_sitter_clojure_orchard::LANGUAGE,
    query: include_str!("../../assets/queries/clojure.scm"),
    hooks: Hooks { import, visibility, ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "clojure", ecosystem: Some(Ecosystem::Clojars), resolve: namespaces::resolve };

/// Begins the path of an import of a Java class.
const CLASS: &str = "class ";

/// Begins the path of an import of macros.
const MACROS: &str = "macros ";

/// The deepest list of prefixes that is read.
const DEPTH_LIMIT: usize = 8;

/// What the clause of a form asks for.
#[derive(Clone, Copy, PartialEq)]
enum Clause {
    Namespaces,
    Macros,
    Classes,
}

fn clause(word: &str) -> Option<Clause> {
    match word.trim_start_matches(':') {
        "require" | "use" | "requiring-resolve" => Some(Clause::Namespaces),
        "require-macros" | "use-macros" => Some(Clause::Macros),
        "import" => Some(Clause::Classes),
        _ => None,
    }
}

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let mut reader = Reader { source, statement: node, imports };
    let form = node.named_child(0).map_or("", |form| symbol(source, form));
    if let Some(clause) = clause(form) {
        reader.clause(clause, node, 0);
        return;
    }
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        reader.clause_of_ns(child, 0);
    }
}

struct Reader<'s, 'a, 'i> {
    source: &'s Source<'a>,
    statement: Node<'s>,
    imports: &'i mut Vec<Import>,
}

impl Reader<'_, '_, '_> {
    /// `(:require …)`, also within a reader conditional.
    fn clause_of_ns(&mut self, node: Node<'_>, depth: usize) {
        let mut cursor = node.walk();
        match node.kind() {
            "list_lit" => {
                let word = node.named_child(0).map_or("", |word| symbol(self.source, word));
                if let Some(clause) = clause(word) {
                    self.clause(clause, node, depth);
                }
            }
            "read_cond_lit" | "splicing_read_cond_lit" if depth < DEPTH_LIMIT => {
                for child in node.named_children(&mut cursor) {
                    self.clause_of_ns(child, depth + 1);
                }
            }
            "vec_lit" if depth > 0 && depth < DEPTH_LIMIT => {
                for child in node.named_children(&mut cursor) {
                    self.clause_of_ns(child, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// What follows the first word of a clause.
    fn clause(&mut self, clause: Clause, node: Node<'_>, depth: usize) {
        let mut cursor = node.walk();
        for spec in node.named_children(&mut cursor).skip(1) {
            self.spec(clause, spec, "", depth);
        }
    }

    /// `a.b`, `[a.b :as c]`, `(a b [c :as d])`, and each of them quoted or in a reader conditional.
    fn spec(&mut self, clause: Clause, node: Node<'_>, prefix: &str, depth: usize) {
        if depth > DEPTH_LIMIT {
            return;
        }
        let mut cursor = node.walk();
        match node.kind() {
            "sym_lit" => self.add(clause, prefix, node, None, Vec::new()),
            "quoting_lit" | "syn_quoting_lit" | "read_cond_lit" | "splicing_read_cond_lit" => {
                for child in node.named_children(&mut cursor) {
                    let is_branches = child.kind() == "vec_lit" && node.kind() == "splicing_read_cond_lit";
                    if is_branches {
                        let mut cursor = child.walk();
                        child.named_children(&mut cursor).for_each(|spec| self.spec(clause, spec, prefix, depth + 1));
                    } else {
                        self.spec(clause, child, prefix, depth + 1);
                    }
                }
            }
            "vec_lit" | "list_lit" => self.list(clause, node, prefix, depth),
            _ => {}
        }
    }

    fn list(&mut self, clause: Clause, node: Node<'_>, prefix: &str, depth: usize) {
        let mut cursor = node.walk();
        let values: Vec<Node<'_>> = node
            .named_children(&mut cursor)
            .filter(|child| child.kind() != "comment" && child.kind() != "dis_expr")
            .collect();
        let Some((first, rest)) = values.split_first() else { return };
        if first.kind() == "str_lit" {
            return;
        }
        let is_libspec = rest.is_empty() || rest[0].kind() == "kwd_lit";
        if is_libspec && clause != Clause::Classes {
            let source = self.source;
            let option = |names: &[&str]| {
                let at = rest.iter().position(|value| names.contains(&symbol(source, *value)))?;
                rest.get(at + 1).copied()
            };
            let alias = option(&[":as", ":as-alias"]).map(|alias| symbol(self.source, alias).into());
            let mut names = Vec::new();
            if let Some(list) = option(&[":refer", ":only", ":refer-macros"]) {
                let mut cursor = list.walk();
                for name in list.named_children(&mut cursor).filter(|name| name.kind() == "sym_lit") {
                    names.push(ImportedName {
                        name: symbol(self.source, name).into(),
                        alias: None,
                        span: span_of(name),
                    });
                }
            }
            if option(&[":refer-macros", ":include-macros"]).is_some() {
                self.add(Clause::Macros, prefix, *first, None, Vec::new());
            }
            // An alias alone loads nothing.
            if option(&[":as-alias"]).is_none() {
                self.add(clause, prefix, *first, alias, names);
            }
            return;
        }
        let prefix = format!("{prefix}{}.", symbol(self.source, *first));
        if prefix.len() < 512 {
            rest.iter().for_each(|spec| self.spec(clause, *spec, &prefix, depth + 1));
        }
    }

    fn add(&mut self, clause: Clause, prefix: &str, at: Node<'_>, alias: Option<Name>, names: Vec<ImportedName>) {
        let name = symbol(self.source, at);
        // `requiring-resolve` and some macros name a var; its namespace is what is loaded.
        let name = name.split('/').next().unwrap_or(name);
        let mark = match clause {
            Clause::Namespaces => "",
            Clause::Macros => MACROS,
            Clause::Classes => CLASS,
        };
        if name.is_empty() {
            return;
        }
        self.imports.push(Import {
            kind: ImportKind::Import,
            path: format!("{mark}{prefix}{name}").into(),
            names,
            alias,
            within: None,
            exported: false,
            test: false,
            statement: span_of(self.statement),
            span: span_of(at),
        });
    }
}

/// The text of a symbol without its metadata.
fn symbol<'a>(source: &Source<'a>, node: Node<'_>) -> &'a str {
    match node.kind() {
        "sym_lit" => match (node.child_by_field_name("namespace"), node.child_by_field_name("name")) {
            (None, Some(name)) => source.text(name),
            _ => source.text(node),
        },
        "kwd_lit" => source.text(node),
        _ => "",
    }
}

fn visibility(source: &Source<'_>, node: Node<'_>, _name: &str) -> Visibility {
    let form = node.named_child(0).map_or("", |form| source.text(form));
    let name = node.named_child(1).map_or("", |name| source.text(name));
    if form == "defn-" || name.starts_with("^:private") { Visibility::Private } else { Visibility::Public }
}

fn is_test_path(path: &str) -> bool {
    super::has_directory(path, &["test", "tests"])
        || ["_test.clj", "_test.cljs", "_test.cljc"].iter().any(|end| path.ends_with(end))
}
