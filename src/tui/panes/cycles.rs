//! Cycles of dependencies, each with what ties it: what to cut stands first.

use std::sync::Arc;

use super::PaneId;
use super::outline::{Contents, Kind, Line};
use crate::analysis::{Cycle, Tangle, Tie};
use crate::graph::{NodeId, Snapshot};
use crate::text::{count, counted};
use crate::tui::model::{Model, Spot};
use crate::tui::theme::Role;

/// The view.
pub static KIND: Kind = Kind { id: PaneId::Cycles, columns: &[("cut", 6), ("statements", 12)], open: 1, build };

fn build(model: &Model) -> Contents {
    let snapshot = &model.snapshot;
    let cycles = model.analysis.cycles().all();
    let mut lines = Vec::new();
    for cycle in cycles {
        let mut tangle = Tangle::of(snapshot, Some(cycle.parent), &cycle.members);
        tangle.ties.sort_by_key(|tie| !tie.cut);
        // The members are the cycle's identity across snapshots as far as it has one.
        let key = path(snapshot, cycle.members[0]).to_owned();
        lines.push(head(snapshot, cycle, &tangle, key.clone()));
        for tie in &tangle.ties {
            let key = format!("{key}\u{0}{} {}", path(snapshot, tie.from), path(snapshot, tie.to));
            let places = Arc::new(places(snapshot, tie));
            lines.push(tie_line(snapshot, tie, key.clone(), &places));
            for (place, number) in places.iter() {
                let label = format!("{place}:{number}");
                let spot = Spot { path: place.clone(), line: *number, trail: Arc::clone(&places) };
                lines.push(Line {
                    depth: 2,
                    key: format!("{key}\u{0}{label}"),
                    label,
                    role: Role::File,
                    note: String::new(),
                    cells: Vec::new(),
                    spot: Some(spot),
                });
            }
        }
    }
    Contents {
        note: count(cycles.len() as u64),
        lines,
        nothing: "no cycles: type-only imports, test code and containment do not tie one",
    }
}

fn path(snapshot: &Snapshot, id: NodeId) -> &str {
    snapshot.node(id).written()
}

/// The places that make a tie, each line once.
fn places(snapshot: &Snapshot, tie: &Tie) -> Vec<(Arc<str>, u32)> {
    let mut places: Vec<(Arc<str>, u32)> = tie
        .edges
        .iter()
        .map(|edge| snapshot.edge(*edge))
        .flat_map(|edge| snapshot.evidence(edge).iter().map(|at| (snapshot.node(edge.from).path.clone(), at.span.line)))
        .collect();
    places.sort();
    places.dedup();
    places
}

fn head(snapshot: &Snapshot, cycle: &Cycle, tangle: &Tangle, key: String) -> Line {
    let names: Vec<&str> = cycle.members.iter().map(|id| &*snapshot.node(*id).name).collect();
    let sum = |cut: bool| tangle.ties.iter().filter(|tie| tie.cut || !cut).map(|tie| u64::from(tie.weight)).sum();
    Line {
        depth: 0,
        key,
        label: format!("{} in {}", counted(names.len() as u64, "component"), path(snapshot, cycle.parent)),
        role: Role::Heading,
        note: names.join(" "),
        cells: vec![count(sum(true)), count(sum(false))],
        spot: None,
    }
}

fn tie_line(snapshot: &Snapshot, tie: &Tie, key: String, places: &Arc<Vec<(Arc<str>, u32)>>) -> Line {
    let label = format!("{} → {}", path(snapshot, tie.from), path(snapshot, tie.to));
    let first = places.first();
    Line {
        depth: 1,
        key,
        label,
        role: if tie.cut { Role::Warning } else { Role::Text },
        note: if tie.cut { "cut".to_owned() } else { String::new() },
        cells: vec![if tie.cut { count(u64::from(tie.weight)) } else { "·".to_owned() }, count(u64::from(tie.weight))],
        spot: first.map(|(path, line)| Spot { path: path.clone(), line: *line, trail: Arc::clone(places) }),
    }
}
