//! Lines that make dependencies, as rows of an outline.

use std::sync::Arc;

use super::outline::Line;
use crate::graph::{EdgeId, Snapshot};
use crate::system;
use crate::tui::model::Spot;
use crate::tui::theme::Role;

/// Places in the order in which they are walked: path and line.
pub type Places = Arc<Vec<(Arc<str>, u32)>>;

/// The places that make some edges, each line once, sorted.
pub fn of_edges(snapshot: &Snapshot, edges: &[EdgeId]) -> Places {
    let mut places = collect(snapshot, edges);
    places.sort();
    places.dedup();
    Arc::new(places)
}

/// The places along a way: in the order of its edges, each line once.
pub fn along(snapshot: &Snapshot, edges: &[EdgeId]) -> Places {
    let mut places = collect(snapshot, edges);
    places.dedup();
    Arc::new(places)
}

/// Places of the running system in their order.
pub fn of_places(found: &[system::Place]) -> Places {
    Arc::new(found.iter().map(|place| (place.path.clone(), place.line)).collect())
}

fn collect(snapshot: &Snapshot, edges: &[EdgeId]) -> Vec<(Arc<str>, u32)> {
    let edges = edges.iter().map(|edge| snapshot.edge(*edge));
    edges
        .flat_map(|edge| snapshot.evidence(edge).iter().map(|at| (snapshot.node(edge.from).path.clone(), at.span.line)))
        .collect()
}

/// The first of them, with the others to be walked from there.
pub fn first(places: &Places) -> Option<Spot> {
    let (path, line) = places.first()?;
    Some(Spot { path: path.clone(), line: *line, trail: Arc::clone(places) })
}

/// A row for each of them inside a group with a key.
pub fn rows(depth: u16, key: &str, places: &Places) -> Vec<Line> {
    let row = |(path, number): &(Arc<str>, u32)| {
        let label = format!("{path}:{number}");
        let spot = Spot { path: path.clone(), line: *number, trail: Arc::clone(places) };
        Line::new(depth, format!("{key}\u{0}{label}"), label, Role::File).showing(Some(spot))
    };
    places.iter().map(row).collect()
}
