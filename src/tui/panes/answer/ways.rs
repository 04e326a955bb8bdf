//! Why one part needs another, and what to cut so that it does not.

use super::super::outline::Line;
use super::super::places;
use super::{names, through, weight};
use crate::analysis::{Step, smallest_cut};
use crate::graph::reach::Reach;
use crate::graph::{EdgeId, NodeId, Snapshot};
use crate::text::counted;
use crate::tui::model::{Model, Pair, Place, leaves};
use crate::tui::theme::Role;

/// So many ways of the same length are shown.
const MOST: usize = 20;

/// The shortest ways; where there is none, those that lead the other way round.
pub fn why(model: &Model, from: &[Place], to: &[Place]) -> (String, Vec<Line>) {
    let snapshot = &*model.snapshot;
    let reach = Reach::new(snapshot, through(model));
    let ends = (leaves(snapshot, from), leaves(snapshot, to));
    let there = reach.shortest(&ends.0, &ends.1, MOST);
    let is_back = there.is_empty();
    let chains = if is_back { reach.shortest(&ends.1, &ends.0, MOST) } else { there };
    let (from, to) = (names(from), names(to));
    let steps = counted(chains.first().map_or(0, |chain| chain.len() as u64 - 1), "step");
    let sentence = match (is_back, chains.is_empty()) {
        (true, true) => format!("{from} and {to} do not need each other"),
        (true, false) => format!("{from} does not need {to}; the other way round in {steps}"),
        (false, _) => format!("{from} needs {to} in {steps}"),
    };
    let mut lines = Vec::new();
    for (number, chain) in chains.iter().enumerate() {
        chain_rows(snapshot, &reach, number, chain, &mut lines);
    }
    (sentence, lines)
}

fn chain_rows(snapshot: &Snapshot, reach: &Reach<'_>, number: usize, chain: &[NodeId], lines: &mut Vec<Line>) {
    let names: Vec<&str> = chain.iter().map(|id| &*snapshot.node(*id).name).collect();
    let key = format!("way {number}");
    let edges: Vec<EdgeId> = chain.windows(2).flat_map(|pair| reach.step(pair[0], pair[1])).collect();
    let places = places::along(snapshot, &edges);
    lines.push(Line::new(0, key.clone(), names.join(" → "), Role::Heading).showing(places::first(&places)));
    for pair in chain.windows(2) {
        step_rows(snapshot, (pair[0], pair[1]), &reach.step(pair[0], pair[1]), 1, &key, lines);
    }
}

/// A step with its lines.
fn step_rows(snapshot: &Snapshot, step: Step, edges: &[EdgeId], depth: u16, key: &str, lines: &mut Vec<Line>) {
    let path = |id: NodeId| snapshot.node(id).written();
    let key = format!("{key}\u{0}{} {}", path(step.0), path(step.1));
    let found = places::of_edges(snapshot, edges);
    let all: u64 = edges.iter().map(|edge| u64::from(snapshot.edge(*edge).weight)).sum();
    let mut kinds: Vec<&str> = edges.iter().map(|edge| snapshot.edge(*edge).kind.as_str()).collect();
    kinds.dedup();
    let test = if edges.iter().all(|edge| snapshot.edge(*edge).test) { ", test" } else { "" };
    let label = format!("{} → {}", path(step.0), path(step.1));
    let line = Line::new(depth, key.clone(), label, Role::Text).showing(places::first(&found));
    let note = format!("{}{test}", kinds.join(" "));
    lines.push(Line { note, cells: weight(all), pairs: vec![pair(snapshot, step)], ..line });
    lines.extend(places::rows(depth + 1, &key, &found));
}

/// The smallest cut.
pub fn cut(model: &Model, from: &[Place], to: &[Place]) -> (String, Vec<Line>) {
    let snapshot = &*model.snapshot;
    let reach = Reach::new(snapshot, through(model));
    let steps = smallest_cut(snapshot, &reach, &leaves(snapshot, from), &leaves(snapshot, to));
    let edges: Vec<Vec<EdgeId>> = steps.iter().map(|step| reach.step(step.0, step.1)).collect();
    let all: u64 = edges.iter().flatten().map(|edge| u64::from(snapshot.edge(*edge).weight)).sum();
    let (from, to) = (names(from), names(to));
    let mut lines = Vec::new();
    if !steps.is_empty() {
        let key = "cut".to_owned();
        let head = Line::new(0, key.clone(), format!("cut {}", counted(all, "statement")), Role::Heading)
            .showing(places::first(&places::of_edges(snapshot, &edges.concat())));
        let pairs = steps.iter().map(|step| pair(snapshot, *step)).collect();
        lines.push(Line { cells: weight(all), pairs, ..head });
        for (step, edges) in steps.iter().zip(&edges) {
            step_rows(snapshot, *step, edges, 1, &key, &mut lines);
        }
    }
    let sentence = match steps.len() {
        0 => format!("nothing is to be cut: {from} does not need {to}"),
        _ => format!("what parts {from} from {to}"),
    };
    (sentence, lines)
}

fn pair(snapshot: &Snapshot, step: Step) -> Pair {
    (snapshot.node(step.0).path.clone(), snapshot.node(step.1).path.clone())
}
