//! Which files matter most, seen from some of them: personalised PageRank on the graph of files.
//!
//! L. Page, S. Brin, R. Motwani, T. Winograd, "The PageRank Citation Ranking: Bringing Order to the Web", 1999; the
//! personalised form is section 6 there. A dependency passes importance on to what is needed; a third of it goes the other
//! way, since who uses a thing tells about it too.

use crate::graph::{NodeId, Snapshot};

/// The share of importance that is passed on; the rest starts anew from the focus. The paper's value.
const DAMPING: f64 = 0.85;

/// What goes from the needed to the one that needs it, for each statement.
const BACKWARDS: f64 = 1.0 / 3.0;

/// Iterations: enough for differences below 10^-6, since 0.85^90 is.
const ITERATIONS: usize = 90;

/// The importance of every node of the tree (0 for what is no file), in their order; they add up to 1. `focus` holds the
/// files that it starts from; all files where it is empty.
pub fn pagerank(snapshot: &Snapshot, focus: &[NodeId]) -> Vec<f64> {
    let count = snapshot.tree().len();
    let files: Vec<NodeId> = snapshot.tree().filter(|id| snapshot.node(*id).file.is_some()).collect();
    let start_from: &[NodeId] = if focus.is_empty() { &files } else { focus };
    let mut start = vec![0.0; count];
    for id in start_from {
        start[id.index()] += 1.0 / start_from.len() as f64;
    }
    let arcs: Vec<(usize, usize, f64)> = snapshot
        .edges()
        .filter(|(_, edge)| edge.kind.is_coupling() && edge.to.index() < count)
        .flat_map(|(_, edge)| {
            let (from, to, weight) = (edge.from.index(), edge.to.index(), f64::from(edge.weight).sqrt());
            [(from, to, weight), (to, from, weight * BACKWARDS)]
        })
        .collect();
    let mut out = vec![0.0; count];
    for (from, _, weight) in &arcs {
        out[*from] += weight;
    }
    let mut rank = start.clone();
    for _ in 0..ITERATIONS {
        // What leads nowhere hands its importance back to the start.
        let lost: f64 = rank.iter().zip(&out).filter(|(_, out)| **out == 0.0).map(|(rank, _)| rank).sum();
        let mut next: Vec<f64> = start.iter().map(|start| start * (1.0 - DAMPING + DAMPING * lost)).collect();
        for (from, to, weight) in &arcs {
            next[*to] += DAMPING * rank[*from] * weight / out[*from];
        }
        rank = next;
    }
    rank
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::{at, graph};

    #[test]
    fn importance_flows_to_what_is_needed_and_adds_up() {
        let snapshot = graph(&["a core", "b core", "c b", "lonely"]);
        let rank = pagerank(&snapshot, &[]);
        assert!((rank.iter().sum::<f64>() - 1.0).abs() < 1e-6);
        let of = |path: &str| rank[at(&snapshot, path).index()];
        assert!(of("core") > of("b") && of("b") > of("a"));
    }

    #[test]
    fn a_focus_draws_importance_to_what_is_near() {
        let snapshot = graph(&["a x", "b y", "x z", "y z"]);
        let rank = pagerank(&snapshot, &[at(&snapshot, "a")]);
        let of = |path: &str| rank[at(&snapshot, path).index()];
        assert!(of("x") > of("y") && of("a") > of("b"));
    }
}
