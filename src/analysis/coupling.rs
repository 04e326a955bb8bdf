//! Coupling of a component with the rest of the project.

use std::collections::BTreeSet;

use crate::graph::{Edge, NodeId, Snapshot};
use crate::lang::resolve::{Certainty, DependencyKind};

/// Which dependencies metrics count. Containment (`module` edges) never counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counting {
    /// Those that only test code has.
    pub tests: bool,
    /// Those that only a type checker needs.
    pub type_only: bool,
    /// Those that are inferred, not resolved.
    pub inferred: bool,
}

impl Counting {
    /// All of them.
    pub const ALL: Self = Self { tests: true, type_only: true, inferred: true };

    /// Whether an edge counts.
    pub fn counts(self, edge: &Edge) -> bool {
        edge.kind.is_coupling()
            && (self.tests || !edge.test)
            && (self.type_only || edge.kind != DependencyKind::TypeOnly)
            && (self.inferred || edge.certainty != Certainty::Inferred)
    }
}

/// How strongly a node is coupled with files outside of it. Containment (`module` edges) and packages from elsewhere do
/// not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coupling {
    /// Files outside that need something inside: afferent coupling Ca, counted in files.
    pub fan_in: u32,
    /// Files (or Go packages) outside that something inside needs: efferent coupling Ce, counted in files.
    pub fan_out: u32,
    /// Statements outside that need something inside.
    pub statements_in: u32,
    /// Statements inside that need something outside.
    pub statements_out: u32,
    /// Packages from elsewhere that something inside needs, those of the language itself not counted.
    pub externals: u32,
}

impl Coupling {
    /// Instability I = Ce / (Ca + Ce) (R. C. Martin, "OO Design Quality Metrics", 1994): 0 where everything depends on
    /// it, 1 where it depends on others only. None where it is coupled with nothing.
    pub fn instability(&self) -> Option<f64> {
        let total = self.fan_in + self.fan_out;
        (total > 0).then(|| f64::from(self.fan_out) / f64::from(total))
    }
}

/// The coupling of every node of the tree.
pub fn of_tree(snapshot: &Snapshot, counting: Counting) -> Vec<Coupling> {
    let mut coupling = vec![Coupling::default(); snapshot.tree().len()];
    let mut pairs: BTreeSet<(NodeId, NodeId)> = BTreeSet::new();
    let mut externals: BTreeSet<(NodeId, NodeId)> = BTreeSet::new();
    for (_, edge) in snapshot.edges().filter(|(_, edge)| counting.counts(edge)) {
        if snapshot.node(edge.to).parent.is_none() && edge.to != NodeId::ROOT {
            if !snapshot.node(edge.to).standard {
                externals.insert((edge.to, edge.from));
            }
            continue;
        }
        pairs.insert((edge.from, edge.to));
        for id in climb(snapshot, edge.from, edge.to) {
            coupling[id.index()].statements_out += edge.weight;
        }
        for id in climb(snapshot, edge.to, edge.from) {
            coupling[id.index()].statements_in += edge.weight;
        }
    }
    // Each (component, outside file) pair counts once, however many files inside share it: `last_seen` holds the
    // outside file that a component was last counted with, so one pass over pairs grouped by that file suffices.
    let mut last_seen = vec![None; coupling.len()];
    for (from, to) in &pairs {
        for id in climb(snapshot, *to, *from) {
            if last_seen[id.index()].replace(*from) != Some(*from) {
                coupling[id.index()].fan_in += 1;
            }
        }
    }
    let by_target: BTreeSet<(NodeId, NodeId)> = pairs.iter().map(|(from, to)| (*to, *from)).collect();
    last_seen.fill(None);
    for (to, from) in &by_target {
        for id in climb(snapshot, *from, *to) {
            if last_seen[id.index()].replace(*to) != Some(*to) {
                coupling[id.index()].fan_out += 1;
            }
        }
    }
    last_seen.fill(None);
    for (external, from) in &externals {
        for id in std::iter::once(*from).chain(snapshot.ancestors(*from)) {
            if last_seen[id.index()].replace(*external) != Some(*external) {
                coupling[id.index()].externals += 1;
            }
        }
    }
    coupling
}

/// The node and its ancestors as far as they do not contain `other`.
fn climb(snapshot: &Snapshot, id: NodeId, other: NodeId) -> impl Iterator<Item = NodeId> + '_ {
    std::iter::once(id).chain(snapshot.ancestors(id)).take_while(move |ancestor| !snapshot.contains(*ancestor, other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::{at, graph};

    #[test]
    fn a_directory_counts_each_outside_file_once() {
        let snapshot = graph(&["a/x b/y", "a/z b/y", "a/x b/w", "b/y a/x", "a/x a/z"]);
        let coupling = of_tree(&snapshot, Counting::ALL);
        let a = coupling[at(&snapshot, "a").index()];
        assert_eq!((a.fan_in, a.fan_out), (1, 2));
        assert_eq!((a.statements_in, a.statements_out), (1, 3));
        let file = coupling[at(&snapshot, "a/x").index()];
        assert_eq!((file.fan_in, file.fan_out), (1, 3));
        assert_eq!(coupling[NodeId::ROOT.index()], Coupling::default());
    }

    #[test]
    fn containment_is_no_coupling() {
        let snapshot = graph(&["lib part mod"]);
        assert_eq!(of_tree(&snapshot, Counting::ALL)[at(&snapshot, "lib").index()].instability(), None);
    }

    #[test]
    fn instability_is_the_share_of_outgoing_coupling() {
        let snapshot = graph(&["a b", "a c", "d a"]);
        let instability = of_tree(&snapshot, Counting::ALL)[at(&snapshot, "a").index()].instability();
        assert_eq!(instability, Some(2.0 / 3.0));
    }
}
