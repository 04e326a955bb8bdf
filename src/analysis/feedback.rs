//! Which dependencies to cut so that no cycle is left, at the least cost.
//!
//! A *feedback arc set* of a graph is a set of edges whose removal leaves no cycle. The cheapest one is NP-hard to find;
//! here a component of at most [`EXACT`] nodes is solved exactly, and a larger one by the heuristic of P. Eades, X. Lin and
//! W. F. Smyth ("A fast and effective heuristic for the feedback arc set problem", 1993) with weights, followed by a local
//! search that moves single nodes. Every answer is an order of the nodes: the edges that lead backwards in it are the set.

/// The largest component that is solved exactly: the time and memory double with each node.
pub const EXACT: usize = 14;

/// After so many rounds over all nodes the local search ends even if it could still improve.
const ROUNDS: usize = 20;

/// An edge between two nodes (numbered from 0), with what it costs to remove it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arc {
    /// The node that needs.
    pub from: u32,
    /// The node that is needed.
    pub to: u32,
    /// What removing it costs: the number of statements.
    pub weight: u32,
}

/// The indexes of the arcs to remove, in their order. `arcs` has at most one arc for each pair of nodes and direction, and
/// none from a node to itself.
pub fn feedback_arcs(nodes: usize, arcs: &[Arc]) -> Vec<usize> {
    let order = if nodes <= EXACT { exact(nodes, arcs) } else { improve(greedy(nodes, arcs), arcs) };
    let mut position = vec![0usize; nodes];
    for (at, node) in order.iter().enumerate() {
        position[*node] = at;
    }
    let is_backward = |arc: &Arc| position[arc.from as usize] > position[arc.to as usize];
    arcs.iter().enumerate().filter(|(_, arc)| is_backward(arc)).map(|(index, _)| index).collect()
}

/// The best order, by dynamic programming over sets of nodes: the cheapest order of a set ends with some node of it, and
/// costs what the order of the others costs plus the arcs from that node back to them.
fn exact(nodes: usize, arcs: &[Arc]) -> Vec<usize> {
    let mut weight = vec![vec![0u64; nodes]; nodes];
    for arc in arcs {
        weight[arc.from as usize][arc.to as usize] += u64::from(arc.weight);
    }
    let full = 1usize << nodes;
    let mut cost = vec![u64::MAX; full];
    let mut last = vec![0u8; full];
    cost[0] = 0;
    for set in 1..full {
        for node in (0..nodes).filter(|node| set & (1 << node) != 0) {
            let others = set & !(1 << node);
            let back: u64 =
                (0..nodes).filter(|other| others & (1 << other) != 0).map(|other| weight[node][other]).sum();
            let total = cost[others].saturating_add(back);
            if total < cost[set] {
                cost[set] = total;
                last[set] = node as u8;
            }
        }
    }
    let mut order = Vec::with_capacity(nodes);
    let mut set = full - 1;
    while set != 0 {
        let node = usize::from(last[set]);
        order.push(node);
        set &= !(1 << node);
    }
    order.reverse();
    order
}

/// The arcs of each node, both ways.
struct Neighbours {
    outgoing: Vec<Vec<(usize, i64)>>,
    incoming: Vec<Vec<(usize, i64)>>,
}

impl Neighbours {
    fn new(nodes: usize, arcs: &[Arc]) -> Self {
        let mut neighbours = Self { outgoing: vec![Vec::new(); nodes], incoming: vec![Vec::new(); nodes] };
        for arc in arcs {
            let (from, to, weight) = (arc.from as usize, arc.to as usize, i64::from(arc.weight));
            neighbours.outgoing[from].push((to, weight));
            neighbours.incoming[to].push((from, weight));
        }
        neighbours
    }
}

/// Eades, Lin and Smyth: sinks go to the end, sources to the front, else the node whose outgoing weight exceeds its
/// incoming weight by most goes to the front. Of equal nodes the one with the lowest number.
fn greedy(nodes: usize, arcs: &[Arc]) -> Vec<usize> {
    let neighbours = Neighbours::new(nodes, arcs);
    let sum = |of: &[(usize, i64)]| of.iter().map(|(_, weight)| weight).sum::<i64>();
    let mut out: Vec<i64> = neighbours.outgoing.iter().map(|of| sum(of)).collect();
    let mut into: Vec<i64> = neighbours.incoming.iter().map(|of| sum(of)).collect();
    let mut left: std::collections::BTreeSet<usize> = (0..nodes).collect();
    let (mut front, mut back) = (Vec::new(), Vec::new());
    while !left.is_empty() {
        let sink = left.iter().copied().find(|node| out[*node] == 0);
        let source = || left.iter().copied().find(|node| into[*node] == 0);
        let best = || left.iter().copied().max_by_key(|node| (out[*node] - into[*node], std::cmp::Reverse(*node)));
        let Some(node) = sink.or_else(source).or_else(best) else { break };
        left.remove(&node);
        if sink.is_some() {
            back.push(node)
        } else {
            front.push(node)
        }
        for (other, weight) in &neighbours.outgoing[node] {
            into[*other] -= weight;
        }
        for (other, weight) in &neighbours.incoming[node] {
            out[*other] -= weight;
        }
    }
    front.extend(back.into_iter().rev());
    front
}

/// Moves single nodes to where they cost least, until no move helps. A move's gain is found in one pass over the node's
/// arcs sorted by where they lead.
fn improve(mut order: Vec<usize>, arcs: &[Arc]) -> Vec<usize> {
    let neighbours = Neighbours::new(order.len(), arcs);
    for _ in 0..ROUNDS {
        let mut improved = false;
        for node in 0..order.len() {
            let Some(at) = order.iter().position(|other| *other == node) else { continue };
            if let Some(target) = better_place(&order, &neighbours, node, at) {
                order.remove(at);
                order.insert(target, node);
                improved = true;
            }
        }
        if !improved {
            break;
        }
    }
    order
}

/// The position (in the order without the node) where a node costs least, if that is less than where it is.
fn better_place(order: &[usize], neighbours: &Neighbours, node: usize, at: usize) -> Option<usize> {
    // What it costs to stand behind each other node instead of before it.
    let mut change = vec![0i64; order.len()];
    for (other, weight) in &neighbours.outgoing[node] {
        change[*other] += weight;
    }
    for (other, weight) in &neighbours.incoming[node] {
        change[*other] -= weight;
    }
    let others = || order.iter().filter(|other| **other != node);
    let (mut cost, mut least, mut place, mut here) = (0i64, 0i64, 0usize, 0i64);
    for (index, other) in others().enumerate() {
        if index == at {
            here = cost;
        }
        cost += change[*other];
        if cost < least {
            (least, place) = (cost, index + 1);
        }
    }
    if at + 1 == order.len() {
        here = cost;
    }
    (least < here).then_some(place)
}

#[cfg(test)]
mod tests {
    use petgraph::algo::{greedy_feedback_arc_set, is_cyclic_directed};
    use petgraph::graph::DiGraph;
    use proptest::prelude::*;

    use super::*;

    fn weight(arcs: &[Arc], chosen: &[usize]) -> u64 {
        chosen.iter().map(|index| u64::from(arcs[*index].weight)).sum()
    }

    fn is_acyclic_without(nodes: usize, arcs: &[Arc], removed: &[usize]) -> bool {
        let mut graph = DiGraph::<(), ()>::new();
        let ids: Vec<_> = (0..nodes).map(|_| graph.add_node(())).collect();
        for (index, arc) in arcs.iter().enumerate() {
            if !removed.contains(&index) {
                graph.add_edge(ids[arc.from as usize], ids[arc.to as usize], ());
            }
        }
        !is_cyclic_directed(&graph)
    }

    /// The cheapest set by trying every order.
    fn brute_force(nodes: usize, arcs: &[Arc]) -> u64 {
        fn visit(order: &mut Vec<u32>, nodes: u32, arcs: &[Arc], best: &mut u64) {
            if order.len() == nodes as usize {
                let at = |node: u32| order.iter().position(|other| *other == node);
                let cost: u64 =
                    arcs.iter().filter(|arc| at(arc.from) > at(arc.to)).map(|arc| u64::from(arc.weight)).sum();
                *best = cost.min(*best);
                return;
            }
            for node in 0..nodes {
                if !order.contains(&node) {
                    order.push(node);
                    visit(order, nodes, arcs, best);
                    order.pop();
                }
            }
        }
        let mut best = u64::MAX;
        visit(&mut Vec::new(), nodes as u32, arcs, &mut best);
        best
    }

    fn arcs(nodes: u32, most: usize) -> impl Strategy<Value = Vec<Arc>> {
        let pairs = proptest::collection::btree_map((0..nodes, 0..nodes), 1..9u32, 0..most);
        pairs.prop_map(|pairs| {
            let arc = |((from, to), weight)| Arc { from, to, weight };
            pairs.into_iter().map(arc).filter(|arc| arc.from != arc.to).collect()
        })
    }

    proptest! {
        #[test]
        fn small_components_are_solved_exactly(arcs in arcs(6, 24)) {
            let chosen = feedback_arcs(6, &arcs);
            prop_assert!(is_acyclic_without(6, &arcs, &chosen));
            prop_assert_eq!(weight(&arcs, &chosen), brute_force(6, &arcs));
        }

        #[test]
        fn large_components_lose_their_cycles(arcs in arcs(40, 200)) {
            let chosen = feedback_arcs(40, &arcs);
            prop_assert!(is_acyclic_without(40, &arcs, &chosen));
        }
    }

    /// A pseudo-random graph: the same at every run.
    fn scattered(nodes: u32, arcs: usize, seed: u64) -> Vec<Arc> {
        let mut state = seed;
        let mut next = |below: u32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as u32) % below
        };
        let mut found = std::collections::BTreeMap::new();
        while found.len() < arcs {
            let (from, to, weight) = (next(nodes), next(nodes), 1 + next(9));
            if from != to {
                found.insert((from, to), weight);
            }
        }
        found.into_iter().map(|((from, to), weight)| Arc { from, to, weight }).collect()
    }

    #[test]
    fn large_components_cost_no_more_than_by_the_unweighted_heuristic() {
        for seed in 0..12 {
            let (nodes, arcs) = (60, scattered(60, 260, seed));
            let mut graph = DiGraph::<(), usize>::new();
            let ids: Vec<_> = (0..nodes).map(|_| graph.add_node(())).collect();
            for (index, arc) in arcs.iter().enumerate() {
                graph.add_edge(ids[arc.from as usize], ids[arc.to as usize], index);
            }
            let theirs: Vec<usize> = greedy_feedback_arc_set(&graph).map(|edge| *edge.weight()).collect();
            let ours = feedback_arcs(nodes, &arcs);
            assert!(weight(&arcs, &ours) <= weight(&arcs, &theirs), "seed {seed}");
        }
    }
}
