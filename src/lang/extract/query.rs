//! A language's query, compiled, with the meaning of each capture.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use tree_sitter::{Node, Tree};

use super::docs::is_comment;
use super::matching::{Captured, Roots, matches};
use super::nodes::Nodes;
use super::pattern::{Pattern, parse};
use super::scopes::Hides;
use super::source::Fields;
use crate::facts::{DefinitionKind, ReferenceKind};
use crate::lang::Language;
use crate::lang::complexity::Construct;
use crate::lang::terms::Tables;

/// A compiled query and what each of its captures means.
pub struct Query {
    patterns: Vec<Pattern>,
    roots: Roots,
    #[cfg(test)]
    captures: Vec<String>,
    pub(super) roles: Vec<Role>,
    /// For each pattern whether it defines nothing inside functions and values.
    pub(super) outside_code: Vec<bool>,
    /// For each pattern whether it defines nothing inside scopes.
    pub(super) outside_scope: Vec<bool>,
    /// Whether it says what complexity is made of.
    pub(super) has_complexity: bool,
    /// For a language whose terms are read, what its kinds of nodes are; made with the first file that has any.
    pub(super) terms: OnceLock<Tables>,
    pub(super) fields: Fields,
    /// For each kind whether the reader of types looks at nodes of it.
    typed: Vec<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Definition(DefinitionKind),
    Name,
    Reference(ReferenceKind),
    Import,
    Namespace,
    Scope,
    Local(Hides),
    From,
    After,
    Ignore,
    Condition,
    Comment,
    Documentation { inside: bool },
    Complexity(Construct),
    Predicate,
}

/// Compiles a language's query.
///
/// # Errors
/// A syntax error in the query, or a capture name that this module does not know.
pub fn compile(language: &Language) -> Result<Query, String> {
    let grammar = tree_sitter::Language::new(language.grammar);
    let text = format!("{}\n{}", language.query, comments(&grammar));
    let read = parse(&grammar, &text)?;
    let roles: Vec<Role> = read.captures.iter().map(|name| role(name)).collect::<Result<_, _>>()?;
    let has_complexity = roles.iter().any(|role| matches!(role, Role::Complexity(_)));
    let patterns = read.patterns;
    let with_setting = |key: &str| -> Vec<bool> {
        patterns.iter().map(|pattern| pattern.settings.iter().any(|set| set == key)).collect()
    };
    let (outside_code, outside_scope) = (with_setting("outside-code"), with_setting("outside-scope"));
    let roots = Roots::new(&patterns, grammar.node_kind_count());
    Ok(Query {
        patterns,
        roots,
        #[cfg(test)]
        captures: read.captures,
        roles,
        outside_code,
        outside_scope,
        has_complexity,
        terms: OnceLock::new(),
        fields: Fields::of(&grammar),
        typed: named_kinds(&grammar, language.hooks.typing.as_ref().map_or(&[], |typing| typing.kinds)),
    })
}

impl Query {
    /// The names of the captures.
    #[cfg(test)]
    pub(super) fn capture_names(&self) -> &[String] {
        &self.captures
    }

    /// Those among the nodes of a tree that the reader of types looks at.
    pub(super) fn typed<'t>(&self, nodes: &Nodes<'t>) -> impl Iterator<Item = Node<'t>> {
        nodes.named(|kind| self.typed.get(usize::from(kind)).is_some_and(|typed| *typed))
    }

    /// The nodes of a tree that matter to the query.
    pub(super) fn nodes<'t>(&self, tree: &'t Tree) -> Nodes<'t> {
        Nodes::of(tree, |kind| self.roots.wants(kind), |kind| self.roots.asks_fields(kind))
    }

    /// Calls `found` for every match with the number of its pattern and what it captures.
    pub(super) fn matches(&self, nodes: &Nodes<'_>, bytes: &[u8], found: impl FnMut(usize, &[Captured])) {
        matches(&self.patterns, &self.roots, nodes, bytes, found);
    }
}

/// For each kind of a grammar whether it is a named one with one of these names.
fn named_kinds(grammar: &tree_sitter::Language, names: &[&str]) -> Vec<bool> {
    let is_one =
        |id| grammar.node_kind_is_named(id) && grammar.node_kind_for_id(id).is_some_and(|kind| names.contains(&kind));
    (0..grammar.node_kind_count() as u16).map(is_one).collect()
}

/// Patterns for the grammar's comments.
fn comments(grammar: &tree_sitter::Language) -> String {
    let ids = (0..grammar.node_kind_count() as u16)
        .filter(|id| grammar.node_kind_is_named(*id) && grammar.node_kind_is_visible(*id));
    let kinds: BTreeSet<&str> = ids.filter_map(|id| grammar.node_kind_for_id(id)).collect();
    kinds.into_iter().filter(|kind| is_comment(kind)).map(|kind| format!("({kind}) @comment\n")).collect()
}

fn role(capture: &str) -> Result<Role, String> {
    let unknown = || format!("unknown capture @{capture}");
    Ok(match capture.split_once('.') {
        Some(("definition", kind)) => {
            let (kind, _) = DefinitionKind::ALL.iter().find(|(_, name)| *name == kind).ok_or_else(unknown)?;
            Role::Definition(*kind)
        }
        Some(("reference", kind)) => {
            let (kind, _) = ReferenceKind::ALL.iter().find(|(_, name)| *name == kind).ok_or_else(unknown)?;
            Role::Reference(*kind)
        }
        Some(("complexity", construct)) => Role::Complexity(Construct::named(construct).ok_or_else(unknown)?),
        Some(("local", "type")) => Role::Local(Hides::All),
        Some(("local", "value")) => Role::Local(Hides::Values),
        Some(("documentation", "inside")) => Role::Documentation { inside: true },
        None if capture.starts_with('_') => Role::Predicate,
        None => match capture {
            "name" => Role::Name,
            "import" => Role::Import,
            "namespace" => Role::Namespace,
            "scope" => Role::Scope,
            "local" => Role::Local(Hides::ValuesAndCalls),
            "from" => Role::From,
            "after" => Role::After,
            "ignore" => Role::Ignore,
            "condition" => Role::Condition,
            "comment" => Role::Comment,
            "documentation" => Role::Documentation { inside: false },
            _ => return Err(unknown()),
        },
        Some(_) => return Err(unknown()),
    })
}
