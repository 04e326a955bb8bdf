//! What the user asked of the graph last: kept across snapshots, and answered again for each.

use std::collections::BTreeSet;

use super::Place;
use crate::graph::{NodeId, NodeKind, Snapshot};

/// A question about the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// The shortest ways from some components to others.
    Why {
        /// What needs.
        from: Vec<Place>,
        /// What is needed.
        to: Vec<Place>,
    },
    /// The fewest statements that part them.
    Cut {
        /// What needs.
        from: Vec<Place>,
        /// What is needed.
        to: Vec<Place>,
    },
    /// What depends on some components.
    Impact {
        /// Them.
        of: Vec<Place>,
    },
    /// What a query selects.
    Query {
        /// As it was typed.
        text: String,
    },
}

/// The files and packages from elsewhere at or below some places; a symbol stands for its file.
pub fn leaves(snapshot: &Snapshot, places: &[Place]) -> BTreeSet<NodeId> {
    places
        .iter()
        .filter_map(|place| snapshot.find(&place.path))
        .flat_map(|id| snapshot.subtree(id).map(NodeId))
        .filter(|id| matches!(snapshot.node(*id).kind, NodeKind::File | NodeKind::External))
        .collect()
}
