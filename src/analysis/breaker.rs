//! How to break a tangle: which dependencies to cut, in which order, and what is left of it after each.
//!
//! The proposal is a cheapest [feedback arc set](super::feedback) under the user's pins. What is pinned to be removed is
//! taken out first and the rest is solved for each component that is still strongly connected; what is pinned to be kept
//! costs more than all other dependencies together, so that it is in the set only where kept ones tie a cycle by
//! themselves. Those are left in, and what they tie is what remains.

use std::collections::{BTreeMap, VecDeque};

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use super::cycles::{Tangle, Tie};
use super::feedback::{Arc as FeedbackArc, feedback_arcs};
use crate::graph::NodeId;

/// What the user has decided about a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pin {
    /// It stays.
    Keep,
    /// It goes, whether or not that is cheapest.
    Remove,
}

/// Above this product of cuts, cuts and dependencies the order of the cuts is by their statements alone.
const ORDER_BUDGET: usize = 2_000_000;

/// How to break a tangle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What to cut, in the order in which the tangle comes apart soonest.
    pub cuts: Vec<Cut>,
    /// Dependencies (indexes into [`Tangle::ties`]) that are pinned to be kept and tie a cycle with others that are.
    pub stuck: Vec<usize>,
    /// What is left when everything is cut.
    pub remains: Remains,
}

/// One step of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// Index into [`Tangle::ties`].
    pub tie: usize,
    /// What is left of the tangle after it and those before it.
    pub remains: Remains,
}

/// How much is tied in cycles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Remains {
    /// Components in some cycle.
    pub members: usize,
    /// Statements between components of the same cycle.
    pub statements: u64,
}

impl Plan {
    /// Makes the plan for a tangle. The same tangle and pins give the same plan.
    pub fn new(tangle: &Tangle, pin_of: impl Fn(&Tie) -> Option<Pin>) -> Self {
        let ties = &tangle.ties;
        let pins: Vec<Option<Pin>> = ties.iter().map(pin_of).collect();
        let mut is_cut: Vec<bool> = pins.iter().map(|pin| *pin == Some(Pin::Remove)).collect();
        let mut stuck = Vec::new();
        for component in components(ties, &is_cut) {
            for index in solve(ties, &pins, &component) {
                match pins[index] {
                    Some(Pin::Keep) => stuck.push(index),
                    _ => is_cut[index] = true,
                }
            }
        }
        stuck.sort_unstable();
        let chosen: Vec<usize> = (0..ties.len()).filter(|index| is_cut[*index]).collect();
        let cuts = in_order(ties, chosen);
        let remains = remains(ties, &is_cut);
        Self { cuts, stuck, remains }
    }

    /// The number of statements to cut.
    pub fn statements(&self, tangle: &Tangle) -> u64 {
        self.cuts.iter().map(|cut| u64::from(tangle.ties[cut.tie].weight)).sum()
    }
}

/// A shortest cycle through a dependency, as indexes into the ties: the dependency itself, then the way back; of several
/// the one through the first components. Empty where it is in no cycle.
pub fn shortest_cycle(tangle: &Tangle, tie: usize) -> Vec<usize> {
    let ties = &tangle.ties;
    // The ties are sorted by their ends, so those that leave a component are a slice.
    let leaving = |id: NodeId| {
        let start = ties.partition_point(|tie| tie.from < id);
        (start..ties.len()).take_while(move |index| ties[*index].from == id)
    };
    let (end, start) = (ties[tie].from, ties[tie].to);
    let mut reached_by: BTreeMap<NodeId, usize> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(id) = queue.pop_front() {
        if id == end {
            break;
        }
        for index in leaving(id) {
            let next = ties[index].to;
            if next != start && !reached_by.contains_key(&next) {
                reached_by.insert(next, index);
                queue.push_back(next);
            }
        }
    }
    let mut cycle = Vec::new();
    let mut at = end;
    while let Some(index) = reached_by.get(&at) {
        cycle.push(*index);
        at = ties[*index].from;
    }
    if at != start {
        return Vec::new();
    }
    cycle.push(tie);
    cycle.reverse();
    cycle
}

/// The sets of more than one component that are still strongly connected, each sorted.
fn components(ties: &[Tie], is_cut: &[bool]) -> Vec<Vec<NodeId>> {
    let kept = ties.iter().zip(is_cut).filter(|(_, cut)| !**cut).map(|(tie, _)| (tie.from, tie.to));
    let graph: DiGraphMap<NodeId, ()> = DiGraphMap::from_edges(kept);
    let mut found: Vec<Vec<NodeId>> = tarjan_scc(&graph).into_iter().filter(|members| members.len() > 1).collect();
    for members in &mut found {
        members.sort_unstable();
    }
    found.sort_unstable();
    found
}

/// The cheapest ties to cut within one component.
fn solve(ties: &[Tie], pins: &[Option<Pin>], members: &[NodeId]) -> Vec<usize> {
    let place: BTreeMap<NodeId, u32> = members.iter().copied().zip(0..).collect();
    let inside: Vec<(usize, u32, u32)> = ties
        .iter()
        .enumerate()
        .filter(|(index, _)| pins[*index] != Some(Pin::Remove))
        .filter_map(|(index, tie)| Some((index, *place.get(&tie.from)?, *place.get(&tie.to)?)))
        .collect();
    let free = inside.iter().filter(|(index, ..)| pins[*index].is_none());
    let all = free.fold(0_u32, |sum, (index, ..)| sum.saturating_add(ties[*index].weight));
    let arcs: Vec<FeedbackArc> = inside
        .iter()
        .map(|(index, from, to)| {
            let weight = if pins[*index] == Some(Pin::Keep) { all.saturating_add(1) } else { ties[*index].weight };
            FeedbackArc { from: *from, to: *to, weight }
        })
        .collect();
    feedback_arcs(members.len(), &arcs).into_iter().map(|arc| inside[arc].0).collect()
}

fn remains(ties: &[Tie], is_cut: &[bool]) -> Remains {
    let components = components(ties, is_cut);
    let of: BTreeMap<NodeId, usize> =
        components.iter().enumerate().flat_map(|(index, members)| members.iter().map(move |id| (*id, index))).collect();
    let within = |tie: &Tie| of.get(&tie.from).is_some_and(|own| of.get(&tie.to) == Some(own));
    let left = ties.iter().zip(is_cut).filter(|(tie, cut)| !**cut && within(tie));
    Remains { members: of.len(), statements: left.map(|(tie, _)| u64::from(tie.weight)).sum() }
}

/// Orders the cuts: next comes the one that leaves least in cycles, of equal ones the one with the fewest statements, then
/// the first. Where that would cost too much, those with the fewest statements come first.
fn in_order(ties: &[Tie], mut left: Vec<usize>) -> Vec<Cut> {
    left.sort_by_key(|index| (ties[*index].weight, *index));
    let is_cheap = left.len().saturating_mul(left.len()).saturating_mul(ties.len()) <= ORDER_BUDGET;
    let mut is_cut = vec![false; ties.len()];
    let mut cuts = Vec::new();
    while !left.is_empty() {
        let candidates = if is_cheap { left.len() } else { 1 };
        let mut best: Option<(Remains, usize)> = None;
        for (at, tie) in left.iter().enumerate().take(candidates) {
            is_cut[*tie] = true;
            let after = remains(ties, &is_cut);
            is_cut[*tie] = false;
            if best.is_none_or(|(least, _)| after < least) {
                best = Some((after, at));
            }
        }
        let Some((remains, at)) = best else { break };
        let tie = left.remove(at);
        is_cut[tie] = true;
        cuts.push(Cut { tie, remains });
    }
    cuts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::graph::Snapshot;
    use crate::graph::fixture::graph;

    /// The tangle of all files of a graph.
    fn tangle(lines: &[&str]) -> (Snapshot, Tangle) {
        let snapshot = graph(lines);
        let files: Vec<NodeId> = snapshot.tree().filter(|id| snapshot.node(*id).file.is_some()).collect();
        let tangle = Tangle::of(&snapshot, None, &files);
        (snapshot, tangle)
    }

    fn plan(lines: &[&str], pins: &[(&str, &str, Pin)]) -> (Vec<String>, usize, Remains) {
        let (snapshot, tangle) = tangle(lines);
        let name = |id: NodeId| snapshot.node(id).path.to_string();
        let plan = Plan::new(&tangle, |tie| {
            let ends = (name(tie.from), name(tie.to));
            pins.iter().find(|(from, to, _)| (*from, *to) == (&*ends.0, &*ends.1)).map(|(_, _, pin)| *pin)
        });
        let shown = plan.cuts.iter().map(|cut| &tangle.ties[cut.tie]);
        let shown = shown.map(|tie| format!("{} {}", name(tie.from), name(tie.to))).collect();
        (shown, plan.stuck.len(), plan.remains)
    }

    #[test]
    fn pins_turn_the_cheapest_cut_around() {
        let lines = ["a b", "a b", "b c", "b c", "c a"];
        assert_eq!(plan(&lines, &[]), (vec!["c a".to_owned()], 0, Remains::default()));
        assert_eq!(plan(&lines, &[("c", "a", Pin::Keep)]).0, ["a b"]);
        assert_eq!(plan(&lines, &[("b", "c", Pin::Remove)]).0, ["b c"]);
        // More than is needed may be removed.
        let both = [("b", "c", Pin::Remove), ("c", "a", Pin::Remove)];
        assert_eq!(plan(&lines, &both).0, ["c a", "b c"]);
    }

    #[test]
    fn what_is_kept_may_tie_a_cycle_by_itself() {
        let lines = ["a b", "b a", "b c", "c b"];
        let (cuts, stuck, remains) = plan(&lines, &[("a", "b", Pin::Keep), ("b", "a", Pin::Keep)]);
        assert_eq!(cuts.len(), 1);
        assert_eq!((stuck, remains), (1, Remains { members: 2, statements: 2 }));
    }

    #[test]
    fn what_frees_most_is_cut_first() {
        // Two rings that share a component: the dearer cut frees three components, the cheaper one a single one.
        let lines = ["a b", "b a", "a c", "a c", "c d", "c d", "c d", "d e", "d e", "d e", "e a", "e a"];
        let (cuts, ..) = plan(&lines, &[]);
        assert_eq!(cuts, ["a c", "a b"]);
    }

    #[test]
    fn the_way_back_is_a_shortest_one() {
        let (snapshot, tangle) = tangle(&["a b", "b c", "c a", "b d", "d e", "e a", "x a"]);
        let shown = |from: &str| -> Vec<String> {
            let tie = tangle.ties.iter().position(|tie| *snapshot.node(tie.from).path == *from).expect("a tie");
            let cycle = shortest_cycle(&tangle, tie);
            cycle.iter().map(|index| snapshot.node(tangle.ties[*index].to).path.to_string()).collect()
        };
        assert_eq!(shown("a"), ["b", "c", "a"]);
        assert_eq!(shown("d"), ["e", "a", "b", "d"]);
        assert!(shown("x").is_empty());
    }

    proptest! {
        #[test]
        fn nothing_is_left_in_a_cycle_but_what_is_kept(
            pairs in proptest::collection::btree_map((0..7u8, 0..7u8), 0..6u8, 1..25),
        ) {
            let pairs: Vec<_> = pairs.into_iter().filter(|((a, b), _)| a != b).collect();
            let lines: Vec<String> = pairs.iter().map(|((a, b), _)| format!("f{a} f{b}")).collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let pin_of = |n: u8| match n { 0 => Some(Pin::Keep), 1 => Some(Pin::Remove), _ => None };
            let names: Vec<(String, String, Pin)> = pairs
                .iter()
                .filter_map(|((a, b), n)| Some((format!("f{a}"), format!("f{b}"), pin_of(*n)?)))
                .collect();
            let pins: Vec<(&str, &str, Pin)> = names.iter().map(|(a, b, pin)| (a.as_str(), b.as_str(), *pin)).collect();
            let (cuts, stuck, remains) = plan(&lines, &pins);
            for (from, to, pin) in &pins {
                prop_assert_eq!(cuts.contains(&format!("{from} {to}")), *pin == Pin::Remove);
            }
            prop_assert_eq!(remains.members == 0, stuck == 0);
        }
    }
}
