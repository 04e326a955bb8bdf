//! What depends on something, by distance, and the tests that reach it.

use std::collections::BTreeMap;

use super::super::outline::Line;
use super::super::places;
use super::{names, through};
use crate::graph::reach::{Direction, Reach};
use crate::graph::{NodeId, Snapshot};
use crate::text::{count, counted};
use crate::tui::model::{Model, Place, leaves};
use crate::tui::theme::Role;

/// The reverse closure. Each file shows the line by which it depends.
pub fn build(model: &Model, of: &[Place]) -> (String, Vec<Line>) {
    let snapshot = &*model.snapshot;
    let reach = Reach::new(snapshot, through(model));
    let start = leaves(snapshot, of);
    let distances = reach.distances(&start, Direction::Dependents, None);
    let dependents: Vec<(NodeId, u32)> =
        distances.iter().filter(|(_, distance)| **distance > 0).map(|(id, distance)| (*id, *distance)).collect();
    let found = Found { snapshot, reach: &reach, distances: &distances };
    let mut lines = Vec::new();
    let tests: Vec<(NodeId, u32)> = dependents.iter().copied().filter(|(id, _)| snapshot.node(*id).test).collect();
    found.group("tests that reach it", &tests, &mut lines);
    let mut by_distance: BTreeMap<u32, Vec<(NodeId, u32)>> = BTreeMap::new();
    for (id, distance) in &dependents {
        by_distance.entry(*distance).or_default().push((*id, *distance));
    }
    for (distance, of_distance) in &by_distance {
        let title = match distance {
            1 => "directly".to_owned(),
            _ => format!("in {distance} steps"),
        };
        found.group(&title, of_distance, &mut lines);
    }
    let direct = by_distance.get(&1).map_or(0, Vec::len);
    let sentence = match dependents.len() {
        0 => format!("nothing depends on {}", names(of)),
        all => format!(
            "{} on {}, {} directly; {} among them",
            if all == 1 { "1 file depends".to_owned() } else { format!("{} files depend", count(all as u64)) },
            names(of),
            count(direct as u64),
            counted(tests.len() as u64, "test"),
        ),
    };
    (sentence, lines)
}

/// What the rows are made from.
struct Found<'a> {
    snapshot: &'a Snapshot,
    reach: &'a Reach<'a>,
    distances: &'a BTreeMap<NodeId, u32>,
}

impl Found<'_> {
    fn group(&self, title: &str, members: &[(NodeId, u32)], lines: &mut Vec<Line>) {
        if members.is_empty() {
            return;
        }
        let cells = vec![counted(members.len() as u64, "file")];
        lines.push(Line { cells, ..Line::new(0, title.to_owned(), title.to_owned(), Role::Heading) });
        lines.extend(members.iter().map(|(id, distance)| self.row(title, *id, *distance)));
    }

    fn row(&self, group: &str, id: NodeId, distance: u32) -> Line {
        let node = self.snapshot.node(id);
        let needed = self.reach.neighbours(id, Direction::Dependencies);
        let next = needed.iter().copied().find(|next| self.distances.get(next) == Some(&(distance - 1)));
        let (spot, note) = match next {
            Some(next) => {
                let found = places::of_edges(self.snapshot, &self.reach.step(id, next));
                (places::first(&found), format!("needs {}", self.snapshot.node(next).name))
            }
            None => (None, String::new()),
        };
        let pairs = next.map(|next| (node.path.clone(), self.snapshot.node(next).path.clone())).into_iter().collect();
        let key = format!("{group}\u{0}{}", node.written());
        let line = Line::new(1, key, node.written().to_owned(), Role::of_node(node)).showing(spot);
        Line { note, pairs, ..line }
    }
}
