//! What one state of the graph has that another has not, in numbers.

use rustc_hash::FxHashSet;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use crate::analysis::Analysis;
use crate::graph::{NodeId, Snapshot};

/// The edges and cycles of a state, each as a hash of what names it across snapshots.
#[derive(Debug, Default)]
pub struct Fingerprints {
    /// Of (source path, target path, kind), sorted.
    edges: Vec<u64>,
    /// Of the members' paths.
    cycles: FxHashSet<u64>,
}

impl Fingerprints {
    /// Of a snapshot.
    pub fn of(snapshot: &Snapshot, analysis: &Analysis) -> Self {
        let paths: Vec<u64> = snapshot.nodes().map(|(_, node)| xxh3_64(node.path.as_bytes())).collect();
        let combine = |parts: &mut dyn Iterator<Item = u64>| {
            let mut hash = Xxh3::new();
            parts.for_each(|part| hash.update(&part.to_le_bytes()));
            hash.digest()
        };
        let mut edges: Vec<u64> = snapshot
            .edges()
            .map(|(_, edge)| {
                let parts = [paths[edge.from.index()], paths[edge.to.index()], edge.kind as u64];
                combine(&mut parts.into_iter())
            })
            .collect();
        edges.sort_unstable();
        let members = |members: &[NodeId]| {
            // The order of members follows the tree, which another state may order differently.
            let mut hashes: Vec<u64> = members.iter().map(|member| paths[member.index()]).collect();
            hashes.sort_unstable();
            combine(&mut hashes.into_iter())
        };
        let cycles = analysis.cycles();
        let of_siblings = cycles.all().iter().map(|cycle| members(&cycle.members));
        let of_files = cycles.of_files().iter().map(|cycle| members(cycle));
        Self { cycles: of_siblings.chain(of_files).collect(), edges }
    }

    /// How many edges this state has that `other` has not.
    pub fn edges_beyond(&self, other: &Self) -> usize {
        self.edges.iter().filter(|edge| other.edges.binary_search(edge).is_err()).count()
    }

    /// How many cycles this state has that `other` has not.
    pub fn cycles_beyond(&self, other: &Self) -> usize {
        self.cycles.difference(&other.cycles).count()
    }
}
