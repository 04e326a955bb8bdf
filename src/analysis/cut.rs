//! The smallest set of statements whose removal parts one set of files from another.
//!
//! By the theorem of L. R. Ford and D. R. Fulkerson (1956) the cheapest cut equals the largest flow, with statements as
//! capacities; the flow is Dinitz's. Of several cheapest cuts it is the one nearest to the start.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::algo::maximum_flow::dinics;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use crate::graph::reach::{Direction, Reach};
use crate::graph::{NodeId, Snapshot};

/// A dependency to remove: from, to.
pub type Step = (NodeId, NodeId);

/// The steps to remove so that no way leads from one of `from` to one of `to`, sorted; none where there is no way. What is in
/// both sets counts as an end, as in [`Reach::shortest`].
pub fn smallest_cut(
    snapshot: &Snapshot,
    reach: &Reach<'_>,
    from: &BTreeSet<NodeId>,
    to: &BTreeSet<NodeId>,
) -> Vec<Step> {
    let starts: BTreeSet<NodeId> = from.difference(to).copied().collect();
    let between = reach.between(&starts, to);
    if between.is_empty() {
        return Vec::new();
    }
    let weight = |step: Step| -> u64 {
        reach.step(step.0, step.1).iter().map(|edge| u64::from(snapshot.edge(*edge).weight)).sum()
    };
    let steps = between.iter().filter(|id| !to.contains(id)).flat_map(|id| {
        let next = reach.neighbours(*id, Direction::Dependencies).iter();
        next.filter(|next| between.contains(next) && !starts.contains(next)).map(|next| (*id, *next))
    });
    let weighted: Vec<(Step, u64)> = steps.map(|step| (step, weight(step).max(1))).collect();
    let network = Network::new(&between, &weighted, &starts, to);
    let side = network.side_of_source();
    weighted.iter().map(|(step, _)| *step).filter(|(a, b)| side.contains(a) && !side.contains(b)).collect()
}

/// A flow network with one source before all starts and one sink behind all ends.
struct Network {
    graph: DiGraph<Option<NodeId>, u64>,
    source: NodeIndex,
    sink: NodeIndex,
}

impl Network {
    fn new(
        nodes: &BTreeSet<NodeId>,
        steps: &[(Step, u64)],
        starts: &BTreeSet<NodeId>,
        ends: &BTreeSet<NodeId>,
    ) -> Self {
        let mut graph = DiGraph::new();
        let (source, sink) = (graph.add_node(None), graph.add_node(None));
        let place: BTreeMap<NodeId, NodeIndex> = nodes.iter().map(|id| (*id, graph.add_node(Some(*id)))).collect();
        for ((from, to), weight) in steps {
            graph.add_edge(place[from], place[to], *weight);
        }
        // More than all statements together: never worth cutting.
        let unlimited = 1 + steps.iter().map(|(_, weight)| weight).sum::<u64>();
        for start in starts.iter().filter_map(|id| place.get(id)) {
            graph.add_edge(source, *start, unlimited);
        }
        for end in ends.iter().filter_map(|id| place.get(id)) {
            graph.add_edge(*end, sink, unlimited);
        }
        Self { graph, source, sink }
    }

    /// What can still be reached from the source when the largest flow is flowing.
    fn side_of_source(&self) -> BTreeSet<NodeId> {
        let (_, flow) = dinics(&self.graph, self.source, self.sink);
        let mut seen = vec![false; self.graph.node_count()];
        let mut queue = VecDeque::from([self.source]);
        seen[self.source.index()] = true;
        while let Some(node) = queue.pop_front() {
            let onward = self.graph.edges(node).filter(|edge| flow[edge.id().index()] < *edge.weight());
            let back = self
                .graph
                .edges_directed(node, petgraph::Direction::Incoming)
                .filter(|edge| flow[edge.id().index()] > 0);
            for next in onward.map(|edge| edge.target()).chain(back.map(|edge| edge.source())) {
                if !std::mem::replace(&mut seen[next.index()], true) {
                    queue.push_back(next);
                }
            }
        }
        self.graph.node_indices().filter(|node| seen[node.index()]).filter_map(|node| self.graph[node]).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::fixture::{at, graph};
    use crate::graph::reach::Through;

    fn cut(lines: &[&str], from: &[&str], to: &[&str]) -> Vec<String> {
        let snapshot = graph(lines);
        let set = |paths: &[&str]| paths.iter().map(|path| at(&snapshot, path)).collect();
        let reach = Reach::new(&snapshot, Through::ALL);
        let show = |id: NodeId| snapshot.node(id).path.to_string();
        let steps = smallest_cut(&snapshot, &reach, &set(from), &set(to));
        steps.into_iter().map(|(from, to)| format!("{} {}", show(from), show(to))).collect()
    }

    #[test]
    fn the_narrowest_place_is_cut() {
        // Two ways in and two out, one statement in the middle.
        let lines = ["a b", "a c", "b m", "c m", "m n", "n x", "n y", "x z", "y z"];
        assert_eq!(cut(&lines, &["a"], &["z"]), ["m n"]);
        // Where the middle is said twice, nothing is cheaper than two.
        let twice = ["a m", "m n", "m n", "n z", "n z"];
        assert_eq!(cut(&twice, &["a"], &["z"]), ["a m"]);
        assert!(cut(&lines, &["z"], &["a"]).is_empty());
    }

    #[test]
    fn a_part_of_the_start_can_be_the_end() {
        assert_eq!(cut(&["d/a d/b", "d/c d/b"], &["d/a", "d/b", "d/c"], &["d/b"]), ["d/a d/b", "d/c d/b"]);
    }

    proptest! {
        #[test]
        fn no_smaller_set_parts_the_two(pairs in proptest::collection::btree_set((0..6u8, 0..6u8), 0..12)) {
            let lines: Vec<String> = pairs.iter().filter(|(a, b)| a != b).map(|(a, b)| format!("f{a} f{b}")).collect();
            let mut all: Vec<&str> = lines.iter().map(String::as_str).collect();
            all.extend(["f0", "f5"]);
            let parts = |removed: &[&str]| {
                let left: Vec<&str> = all.iter().filter(|line| !removed.contains(line)).copied().chain(["f0", "f5"]).collect();
                let snapshot = graph(&left);
                let reach = Reach::new(&snapshot, Through::ALL);
                let set = |path: &str| [at(&snapshot, path)].into_iter().collect();
                reach.shortest(&set("f0"), &set("f5"), 1).is_empty()
            };
            let found = cut(&all, &["f0"], &["f5"]);
            prop_assert!(parts(&found.iter().map(String::as_str).collect::<Vec<_>>()));
            let edges: Vec<&str> = lines.iter().map(String::as_str).collect();
            for subset in 0..1u32 << edges.len() {
                if (subset.count_ones() as usize) < found.len() {
                    let chosen: Vec<&str> = edges.iter().enumerate().filter(|(i, _)| subset & (1 << i) != 0).map(|(_, e)| *e).collect();
                    prop_assert!(!parts(&chosen), "{:?} parts them too", chosen);
                }
            }
        }
    }
}
