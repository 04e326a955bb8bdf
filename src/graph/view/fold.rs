//! Folders of a subgraph put into one box each.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{SubEdge, SubNode, Subgraph, grouping};
use crate::facts::DefinitionId;
use crate::graph::{NodeId, Snapshot};
use crate::lang::resolve::DependencyKind;

/// A box: a component, or a definition in a file.
type Key = (NodeId, Option<DefinitionId>);

impl Subgraph {
    /// The same view with some folders as one box each. Of folders inside each other the outermost counts.
    pub fn folded(&self, snapshot: &Snapshot, folders: &[NodeId]) -> Self {
        let folders: FxHashSet<NodeId> = folders.iter().copied().collect();
        // The outermost folder is the last one met on the way to the root.
        let target = |id: NodeId| {
            std::iter::once(id).chain(snapshot.ancestors(id)).filter(|id| folders.contains(id)).last().unwrap_or(id)
        };
        let is_folder = |id: &NodeId| folders.contains(id);
        let targets: Vec<Key> = self
            .nodes
            .iter()
            .map(|node| (target(node.id), node.symbol.filter(|_| !is_folder(&target(node.id)))))
            .collect();
        let mut merged: BTreeMap<Key, (Vec<NodeId>, u32)> = BTreeMap::new();
        for (node, target) in self.nodes.iter().zip(&targets) {
            let (files, boxes) = merged.entry(*target).or_default();
            files.extend_from_slice(&node.files);
            *boxes += node.boxes;
        }
        let index: BTreeMap<Key, u32> = merged.keys().enumerate().map(|(index, id)| (*id, index as u32)).collect();
        let mut links: BTreeMap<(u32, u32), SubEdge> = BTreeMap::new();
        for edge in &self.edges {
            let (from, to) = (index[&targets[edge.from as usize]], index[&targets[edge.to as usize]]);
            if from == to {
                continue;
            }
            links.entry((from, to)).and_modify(|link| merge(link, edge)).or_insert_with(|| SubEdge {
                from,
                to,
                ..edge.clone()
            });
        }
        // Parts of a box may lie on both sides of a part of another: tree order is made again.
        merged.values_mut().for_each(|(files, _)| files.sort_unstable());
        let nodes = merged
            .into_iter()
            .map(|((id, symbol), (files, boxes))| SubNode {
                id,
                symbol,
                label: String::new(),
                group: None,
                files,
                rest: false,
                boxes,
            })
            .collect();
        let mut edges: Vec<SubEdge> = links.into_values().collect();
        for edge in &mut edges {
            edge.edges.sort_unstable();
            edge.uses.sort_unstable();
        }
        let mut folded = Self { level: self.level, tests: self.tests, nodes, edges, groups: Vec::new() };
        grouping::group(snapshot, &mut folded);
        folded
    }

    /// A part of the same view: the nodes for which `keeps_node` holds, and of the edges between them those for which
    /// `keeps_edge` holds. Both are given indexes.
    pub fn restricted(
        &self,
        snapshot: &Snapshot,
        keeps_node: impl Fn(u32) -> bool,
        keeps_edge: impl Fn(u32) -> bool,
    ) -> Self {
        let kept: Vec<u32> = (0..self.nodes.len() as u32).filter(|index| keeps_node(*index)).collect();
        let renumbered: FxHashMap<u32, u32> = kept.iter().enumerate().map(|(new, old)| (*old, new as u32)).collect();
        let edges = self
            .edges
            .iter()
            .zip(0..)
            .filter(|(_, index)| keeps_edge(*index))
            .filter_map(|(edge, _)| {
                let (from, to) = (*renumbered.get(&edge.from)?, *renumbered.get(&edge.to)?);
                Some(SubEdge { from, to, ..edge.clone() })
            })
            .collect();
        let nodes = kept.iter().map(|index| self.nodes[*index as usize].clone()).collect();
        let mut part = Self { level: self.level, tests: self.tests, nodes, edges, groups: Vec::new() };
        grouping::group(snapshot, &mut part);
        part
    }
}

fn merge(link: &mut SubEdge, edge: &SubEdge) {
    link.weight += edge.weight;
    let mut kinds: BTreeMap<DependencyKind, u32> = link.kinds.iter().copied().collect();
    for (kind, weight) in &edge.kinds {
        *kinds.entry(*kind).or_default() += weight;
    }
    link.kinds = kinds.into_iter().collect();
    link.test &= edge.test;
    link.certainty = link.certainty.min(edge.certainty);
    link.edges.extend_from_slice(&edge.edges);
    link.uses.extend_from_slice(&edge.uses);
}
