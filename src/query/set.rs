//! Sets of nodes in which a folder stands for all that it holds.

use std::collections::BTreeSet;

use crate::graph::{NodeId, NodeKind, Snapshot};

/// Nodes of one snapshot, in their order. A folder and something inside it may both be members (`kind(package)` has nested
/// packages); what a member holds is in the set as well, without being listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NodeSet {
    nodes: BTreeSet<NodeId>,
}

impl FromIterator<NodeId> for NodeSet {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> Self {
        Self { nodes: nodes.into_iter().collect() }
    }
}

impl NodeSet {
    /// The members, in the snapshot's order.
    pub fn into_nodes(self) -> Vec<NodeId> {
        self.nodes.into_iter().collect()
    }

    /// The members, in the snapshot's order.
    pub fn iter(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.nodes.iter().copied()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Whether a node is a member or lies inside one.
    pub fn covers(&self, snapshot: &Snapshot, id: NodeId) -> bool {
        self.nodes.contains(&id) || snapshot.ancestors(id).any(|above| self.nodes.contains(&above))
    }

    /// Whether a member lies at or below a node.
    fn reaches_into(&self, snapshot: &Snapshot, id: NodeId) -> bool {
        let below = snapshot.subtree(id);
        self.nodes.range(NodeId(below.start)..NodeId(below.end)).next().is_some()
    }

    /// The files at or below the members, and the packages from elsewhere among them.
    pub fn leaves(&self, snapshot: &Snapshot) -> BTreeSet<NodeId> {
        self.iter()
            .flat_map(|id| snapshot.subtree(id).map(NodeId))
            .filter(|id| matches!(snapshot.node(*id).kind, NodeKind::File | NodeKind::External))
            .collect()
    }

    /// What is in one of the two.
    pub fn union(mut self, other: Self) -> Self {
        self.nodes.extend(other.nodes);
        self
    }

    /// What is in both: of a folder and a part of it, the part.
    pub fn intersect(&self, snapshot: &Snapshot, other: &Self) -> Self {
        let of_one = self.iter().filter(|id| other.covers(snapshot, *id));
        let of_other = other.iter().filter(|id| self.covers(snapshot, *id));
        of_one.chain(of_other).collect()
    }

    /// What is in this one only. A folder of which a part is taken away is replaced by what remains of it.
    pub fn except(&self, snapshot: &Snapshot, other: &Self) -> Self {
        let mut kept = BTreeSet::new();
        let mut open: Vec<NodeId> = self.iter().filter(|id| !other.covers(snapshot, *id)).collect();
        while let Some(id) = open.pop() {
            if other.nodes.contains(&id) {
                continue;
            }
            if other.reaches_into(snapshot, id) {
                open.extend(snapshot.children(id));
            } else {
                kept.insert(id);
            }
        }
        Self { nodes: kept }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::{at, graph};

    fn set(snapshot: &Snapshot, paths: &[&str]) -> NodeSet {
        paths.iter().map(|path| at(snapshot, path)).collect()
    }

    #[test]
    fn a_folder_holds_its_files() {
        let snapshot = graph(&["a/x", "a/y", "a/z/w", "b/v"]);
        let (all, part) = (set(&snapshot, &["a"]), set(&snapshot, &["a/y", "b/v"]));
        assert_eq!(all.intersect(&snapshot, &part), set(&snapshot, &["a/y"]));
        assert_eq!(all.except(&snapshot, &part), set(&snapshot, &["a/x", "a/z"]));
        assert_eq!(part.except(&snapshot, &all), set(&snapshot, &["b/v"]));
        assert_eq!(all.union(part), set(&snapshot, &["a", "a/y", "b/v"]));
    }

    #[test]
    fn what_is_taken_away_deep_inside_opens_the_folders_on_the_way() {
        let snapshot = graph(&["a/b/c/x", "a/b/c/y", "a/b/d/z"]);
        let rest = set(&snapshot, &["a"]).except(&snapshot, &set(&snapshot, &["a/b/c/x"]));
        assert_eq!(rest, set(&snapshot, &["a/b/d", "a/b/c/y"]));
    }
}
