//! What a query finds in a file, tree by tree.

use std::cell::OnceCell;

use tree_sitter::{Node, Range, Tree};

use super::parse::parse_ranges;
use super::query::Role;
use super::{Hooks, Nodes, Query, Source, span_of};
use crate::facts::{Import, Span};
use crate::lang::Language;
use crate::lang::complexity::Constructs;

/// How deep code may be nested in code that is parsed again (see [`Source::parse_again`]); what lies deeper stays tokens.
pub(super) const LEVELS: usize = 5;

/// Runs the query on a file's tree, and level by level on what the import hook has parsed again. Gives what it found, and
/// the nodes of the file's own tree.
pub(super) fn gather<'t>(
    language: &Language,
    query: &Query,
    source: &Source<'_>,
    tree: Tree,
    levels: &'t [OnceCell<Vec<Tree>>; LEVELS],
    constructs: &mut Constructs<'t>,
) -> (Found<'t>, Option<Nodes<'t>>) {
    let _ = levels[0].set(vec![tree]);
    let mut found = Found::default();
    let mut of_file = None;
    for (level, trees) in levels.iter().enumerate() {
        let Some(trees) = trees.get() else { break };
        source.level.set(level);
        for tree in trees {
            let nodes = query.nodes(tree);
            collect(query, &language.hooks, source, &nodes, &mut found, constructs);
            of_file.get_or_insert(nodes);
        }
        let again = source.again.take();
        if let Some(next) = levels.get(level + 1).filter(|_| !again.is_empty()) {
            let parse = |range: &Range| parse_ranges(language, source.bytes, &[*range]);
            let _ = next.set(again.iter().filter_map(parse).collect());
        }
    }
    found.hits.extend(source.mentions.take().into_iter().map(|(kind, span)| Hit {
        role: Role::Reference(kind),
        pattern: 0,
        detail: 0,
        span,
        node: 0,
        name: 0,
    }));
    (found, of_file)
}

/// What the query finds in a file.
#[derive(Default)]
pub(super) struct Found<'t> {
    pub(super) hits: Vec<Hit>,
    /// Of each definition its node and its name.
    pub(super) definitions: Vec<(Node<'t>, Option<Node<'t>>)>,
    /// Of each import the name that must be free, and what the hook made of the node.
    pub(super) imports: Vec<(Option<Node<'t>>, Vec<Import>)>,
}

impl Found<'_> {
    /// Puts the hits in source order, outer ones first. Keys with places are sorted instead of the hits: they are small,
    /// and what one comparison of two numbers tells.
    pub(super) fn sort(&mut self) {
        let key = |(index, hit): (u32, &Hit)| {
            let place = u64::from(hit.span.start) << 32 | u64::from(!hit.span.end);
            let rank = u64::from(hit.role_order()) << 48 | u64::from(hit.pattern) << 32 | u64::from(index);
            u128::from(place) << 64 | u128::from(rank)
        };
        let mut order: Vec<u128> = (0..).zip(&self.hits).map(key).collect();
        order.sort_unstable();
        self.hits = order.into_iter().map(|key| self.hits[key as u32 as usize]).collect();
    }
}

/// One capture of interest. There are many of them, and they are sorted: what few have stands in [`Found`].
#[derive(Clone, Copy)]
pub(super) struct Hit {
    pub(super) role: Role,
    pub(super) pattern: u16,
    /// Of definitions and imports their index in [`Found`]; of locals the first byte at which they are bound.
    pub(super) detail: u32,
    pub(super) span: Span,
    /// The node's id; 0 for a mention that stands for no node.
    pub(super) node: usize,
    /// The id of the node that is its name; 0 for none.
    pub(super) name: usize,
}

impl Hit {
    /// Where two captures cover the same bytes, what opens a context comes first.
    pub(super) fn role_order(&self) -> u8 {
        match self.role {
            Role::Ignore => 0,
            Role::Definition(_) => 1,
            Role::Scope => 2,
            Role::Local(_) => 3,
            _ => 4,
        }
    }
}

fn collect<'t>(
    query: &Query,
    hooks: &Hooks,
    source: &Source<'_>,
    nodes: &Nodes<'t>,
    found: &mut Found<'t>,
    constructs: &mut Constructs<'t>,
) {
    query.matches(nodes, source.bytes, |pattern, captured| {
        let mut name = None;
        let mut bound_from = 0;
        for (capture, index) in captured {
            match query.roles[usize::from(*capture)] {
                Role::Name => name = name.or(Some(nodes.node(*index))),
                Role::From => bound_from = nodes.node(*index).start_byte() as u32,
                Role::After => bound_from = nodes.node(*index).end_byte() as u32,
                _ => {}
            }
        }
        for (capture, index) in captured {
            let (role, node) = (query.roles[usize::from(*capture)], nodes.node(*index));
            let detail = match role {
                Role::Name | Role::From | Role::After | Role::Predicate => continue,
                Role::Complexity(construct) => {
                    constructs.add(construct, node, pattern, source.bytes);
                    continue;
                }
                Role::Definition(_) => {
                    found.definitions.push((node, name));
                    found.definitions.len() as u32 - 1
                }
                Role::Import => {
                    let mut imports = Vec::new();
                    (hooks.import)(source, node, &mut imports);
                    found.imports.push((name, imports));
                    found.imports.len() as u32 - 1
                }
                _ => bound_from,
            };
            let name = name.map_or(0, |name| name.id());
            let (span, node) = (span_of(node), node.id());
            found.hits.push(Hit { role, pattern: pattern as u16, detail, span, node, name });
        }
    });
}
