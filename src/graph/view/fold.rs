//! Folders of a subgraph put into one box each.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{SubEdge, SubNode, Subgraph, grouping};
use crate::graph::{NodeId, Snapshot};
use crate::lang::resolve::DependencyKind;

impl Subgraph {
    /// The same view with some folders as one box each. Of folders inside each other the outermost counts.
    pub fn folded(&self, snapshot: &Snapshot, folders: &[NodeId]) -> Self {
        let folders: FxHashSet<NodeId> = folders.iter().copied().collect();
        // The outermost folder is the last one met on the way to the root.
        let target = |id: NodeId| {
            std::iter::once(id).chain(snapshot.ancestors(id)).filter(|id| folders.contains(id)).last().unwrap_or(id)
        };
        let targets: Vec<NodeId> = self.nodes.iter().map(|node| target(node.id)).collect();
        let mut merged: BTreeMap<NodeId, (u32, u32)> = BTreeMap::new();
        for (node, target) in self.nodes.iter().zip(&targets) {
            let (files, boxes) = merged.entry(*target).or_default();
            *files += node.files;
            *boxes += node.boxes;
        }
        let index: BTreeMap<NodeId, u32> = merged.keys().enumerate().map(|(index, id)| (*id, index as u32)).collect();
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
        let nodes = merged
            .into_iter()
            .map(|(id, (files, boxes))| SubNode { id, label: String::new(), group: None, files, rest: false, boxes })
            .collect();
        let mut edges: Vec<SubEdge> = links.into_values().collect();
        for edge in &mut edges {
            edge.edges.sort_unstable();
        }
        let mut folded = Self { level: self.level, tests: self.tests, nodes, edges, groups: Vec::new() };
        grouping::group(snapshot, &mut folded);
        folded
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
}
