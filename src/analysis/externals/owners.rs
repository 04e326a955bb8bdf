//! Which packages of the project a file stands in.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::graph::{NodeId, Snapshot};
use crate::project::Ecosystem;

/// The packages of the project by the directories that they cover.
pub(super) struct Owners {
    /// Of each node of the tree: the packages whose manifests stand in its directory, for files in their own.
    at: FxHashMap<(Ecosystem, NodeId), Vec<u32>>,
    nearest: FxHashMap<(Ecosystem, NodeId), Option<NodeId>>,
}

impl Owners {
    pub(super) fn new(snapshot: &Snapshot) -> Self {
        let mut at: FxHashMap<(Ecosystem, NodeId), Vec<u32>> = FxHashMap::default();
        for (index, package) in (0..).zip(&snapshot.sources.project.packages) {
            if let Some(node) = snapshot.find(&package.directory) {
                at.entry((package.ecosystem, node)).or_default().push(index);
            }
        }
        let mut owners = Self { at, nearest: FxHashMap::default() };
        let mut ecosystems: Vec<Ecosystem> = owners.at.keys().map(|(ecosystem, _)| *ecosystem).collect();
        ecosystems.sort_unstable();
        ecosystems.dedup();
        // Parents come before their children, so each node asks its parent once.
        for node in snapshot.tree() {
            for ecosystem in &ecosystems {
                let above = snapshot.node(node).parent.and_then(|parent| owners.directory(*ecosystem, parent));
                let own = owners.at.contains_key(&(*ecosystem, node)).then_some(node);
                if let Entry::Vacant(entry) = owners.nearest.entry((*ecosystem, node)) {
                    entry.insert(own.or(above));
                }
            }
        }
        owners
    }

    /// The nearest directory at or above a node that has a manifest of the ecosystem.
    pub(super) fn directory(&self, ecosystem: Ecosystem, node: NodeId) -> Option<NodeId> {
        self.nearest.get(&(ecosystem, node)).copied().flatten()
    }

    /// The packages whose manifests stand at the nearest such directory.
    pub(super) fn nearest(&self, ecosystem: Ecosystem, node: NodeId) -> &[u32] {
        self.directory(ecosystem, node)
            .and_then(|directory| self.at.get(&(ecosystem, directory)))
            .map_or(&[], Vec::as_slice)
    }

    /// The packages of all such directories at or above a node, nearest first.
    pub(super) fn all<'o>(
        &'o self,
        snapshot: &'o Snapshot,
        ecosystem: Ecosystem,
        node: NodeId,
    ) -> impl Iterator<Item = u32> + 'o {
        let above = move |directory: &NodeId| self.directory(ecosystem, snapshot.node(*directory).parent?);
        std::iter::successors(self.directory(ecosystem, node), above)
            .filter_map(move |directory| self.at.get(&(ecosystem, directory)))
            .flatten()
            .copied()
    }
}
