//! Ways that lead from many files to one set of files.

use std::collections::{BTreeSet, VecDeque};

use rustc_hash::FxHashMap;

use crate::graph::NodeId;

use super::context::Graph;

/// The shortest ways to some files through others that may be passed. Found once for all starts, by one breadth-first search
/// backwards from the ends.
pub struct Routes<'g, 'a> {
    graph: &'g Graph<'a>,
    ends: &'g BTreeSet<NodeId>,
    /// Of each node that may be passed: how far the nearest end is, and the next step to it.
    next: FxHashMap<NodeId, (u32, NodeId)>,
}

impl<'g, 'a> Routes<'g, 'a> {
    /// Only direct dependencies.
    pub fn direct(graph: &'g Graph<'a>, ends: &'g BTreeSet<NodeId>) -> Self {
        Self { graph, ends, next: FxHashMap::default() }
    }

    /// Also through nodes for which `passes` holds.
    pub fn new(graph: &'g Graph<'a>, ends: &'g BTreeSet<NodeId>, passes: impl Fn(NodeId) -> bool) -> Self {
        let mut next = FxHashMap::default();
        let mut open: VecDeque<(NodeId, u32)> = ends.iter().map(|end| (*end, 0)).collect();
        while let Some((id, distance)) = open.pop_front() {
            for from in graph.needed_by(id) {
                if !ends.contains(&from) && passes(from) && !next.contains_key(&from) {
                    next.insert(from, (distance + 1, id));
                    open.push_back((from, distance + 1));
                }
            }
        }
        Self { graph, ends, next }
    }

    /// The ends that a file needs directly.
    pub fn directly(&self, from: NodeId) -> Vec<NodeId> {
        self.graph.needs(from).filter(|to| *to != from && self.ends.contains(to)).collect()
    }

    /// A shortest way that is not direct, with both ends; of several the first in the order of the nodes.
    pub fn indirectly(&self, from: NodeId) -> Option<Vec<NodeId>> {
        let steps = self.graph.needs(from).filter(|to| *to != from);
        let (_, mut at) = steps.filter_map(|to| Some((self.next.get(&to)?.0, to))).min()?;
        let mut chain = vec![from, at];
        // Each step is nearer to the ends than the one before.
        while let Some((_, next)) = self.next.get(&at) {
            chain.push(*next);
            at = *next;
        }
        Some(chain)
    }
}
