//! What is reached along dependencies: closures, distances and shortest ways between files.
//!
//! All answers are over files and packages from elsewhere. A file's import of a directory as one unit (Go) leads to each of
//! the directory's files, unless the same file mentions some of them by itself: those are then what it needs of it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Edge, EdgeId, NodeId, NodeKind, Snapshot};
use crate::lang::resolve::{Certainty, DependencyKind};

/// Which dependencies are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Through {
    /// Those that only test code needs.
    pub tests: bool,
    /// Those that only a type checker sees.
    pub type_only: bool,
    /// Those that are found by a rule that is not the language's.
    pub inferred: bool,
}

impl Through {
    /// All of them.
    pub const ALL: Self = Self { tests: true, type_only: true, inferred: true };

    fn lets(self, edge: &Edge) -> bool {
        edge.kind.is_coupling()
            && (self.tests || !edge.test)
            && (self.type_only || edge.kind != DependencyKind::TypeOnly)
            && (self.inferred || edge.certainty <= Certainty::Resolved)
    }
}

/// Which way dependencies are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To what is needed.
    Dependencies,
    /// To what needs it.
    Dependents,
}

/// The dependencies between files of a snapshot, ready to be followed. Made once for any number of questions.
pub struct Reach<'a> {
    snapshot: &'a Snapshot,
    through: Through,
    forward: Adjacency,
    backward: Adjacency,
}

/// For each node its neighbours, sorted.
struct Adjacency {
    starts: Vec<u32>,
    neighbours: Vec<NodeId>,
}

impl Adjacency {
    /// From pairs without repetitions, sorted.
    fn new(nodes: usize, pairs: &[(NodeId, NodeId)]) -> Self {
        let mut starts = vec![0u32; nodes + 1];
        for (from, _) in pairs {
            starts[from.index() + 1] += 1;
        }
        for index in 0..nodes {
            starts[index + 1] += starts[index];
        }
        Self { starts, neighbours: pairs.iter().map(|(_, to)| *to).collect() }
    }

    fn of(&self, id: NodeId) -> &[NodeId] {
        &self.neighbours[self.starts[id.index()] as usize..self.starts[id.index() + 1] as usize]
    }
}

impl<'a> Reach<'a> {
    /// Prepares a snapshot.
    pub fn new(snapshot: &'a Snapshot, through: Through) -> Self {
        let mut pairs: Vec<(NodeId, NodeId)> = Vec::new();
        for (_, edge) in snapshot.edges().filter(|(_, edge)| through.lets(edge)) {
            match snapshot.node(edge.to).kind {
                NodeKind::File | NodeKind::External => pairs.push((edge.from, edge.to)),
                _ => pairs.extend(files_meant(snapshot, edge).into_iter().map(|file| (edge.from, file))),
            }
        }
        pairs.retain(|(from, to)| from != to);
        pairs.sort_unstable();
        pairs.dedup();
        let nodes = snapshot.nodes().len();
        let forward = Adjacency::new(nodes, &pairs);
        for pair in &mut pairs {
            *pair = (pair.1, pair.0);
        }
        pairs.sort_unstable();
        Self { snapshot, through, forward, backward: Adjacency::new(nodes, &pairs) }
    }

    /// What a file needs, or what needs it, directly; sorted.
    pub fn neighbours(&self, id: NodeId, direction: Direction) -> &[NodeId] {
        match direction {
            Direction::Dependencies => self.forward.of(id),
            Direction::Dependents => self.backward.of(id),
        }
    }

    /// How many steps each node is away from the nearest of some files (0 for those themselves), as far as it can be
    /// reached in at most `limit` steps.
    pub fn distances(
        &self,
        start: &BTreeSet<NodeId>,
        direction: Direction,
        limit: Option<u32>,
    ) -> BTreeMap<NodeId, u32> {
        let mut distances: BTreeMap<NodeId, u32> = start.iter().map(|id| (*id, 0)).collect();
        let mut queue: VecDeque<(NodeId, u32)> = start.iter().map(|id| (*id, 0)).collect();
        while let Some((id, distance)) = queue.pop_front() {
            if limit.is_some_and(|limit| distance >= limit) {
                continue;
            }
            for next in self.neighbours(id, direction) {
                if !distances.contains_key(next) {
                    distances.insert(*next, distance + 1);
                    queue.push_back((*next, distance + 1));
                }
            }
        }
        distances
    }

    /// Every node on a way from one of `from` to one of `to`, both ends included. Empty where there is no way.
    pub fn between(&self, from: &BTreeSet<NodeId>, to: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
        let forward = self.distances(from, Direction::Dependencies, None);
        let backward = self.distances(to, Direction::Dependents, None);
        forward.into_keys().filter(|id| backward.contains_key(id)).collect()
    }

    /// At most `most` of the shortest ways from one of `from` to one of `to`, in the order of their nodes. What is in both
    /// sets counts as an end, not as a start: from a folder to a part of it is asked about the folder's other files.
    pub fn shortest(&self, from: &BTreeSet<NodeId>, to: &BTreeSet<NodeId>, most: usize) -> Vec<Vec<NodeId>> {
        let left = self.distances(to, Direction::Dependents, None);
        let starts = || from.iter().filter(|id| !to.contains(id)).filter_map(|id| Some((*id, *left.get(id)?)));
        let Some(shortest) = starts().map(|(_, distance)| distance).min() else { return Vec::new() };
        let mut chains = Vec::new();
        // One chain a time, the smallest node first, so that the answer is the first `most` of a defined order.
        let mut open: Vec<Vec<NodeId>> =
            starts().filter(|(_, distance)| *distance == shortest).map(|(id, _)| vec![id]).rev().collect();
        while let Some(chain) = open.pop() {
            if chains.len() == most {
                break;
            }
            let Some(last) = chain.last().copied() else { continue };
            if to.contains(&last) {
                chains.push(chain);
                continue;
            }
            let next_distance = left.get(&last).map_or(0, |distance| distance.saturating_sub(1));
            for next in self.forward.of(last).iter().rev() {
                if left.get(next) == Some(&next_distance) {
                    let mut longer = chain.clone();
                    longer.push(*next);
                    open.push(longer);
                }
            }
        }
        chains
    }

    /// The edges that make one step of a way, in their order: those to the file itself, else the import of its directory.
    pub fn step(&self, from: NodeId, to: NodeId) -> Vec<EdgeId> {
        let lead_to = |target: NodeId| {
            self.snapshot
                .outgoing(from)
                .filter(move |id| self.snapshot.edge(*id).to == target && self.through.lets(self.snapshot.edge(*id)))
                .collect::<Vec<_>>()
        };
        let direct = lead_to(to);
        match self.snapshot.node(to).parent {
            Some(directory) if direct.is_empty() => lead_to(directory),
            _ => direct,
        }
    }
}

/// The files that an import of a directory as one unit brings in beside what is mentioned.
fn files_meant(snapshot: &Snapshot, import: &Edge) -> Vec<NodeId> {
    let is_inside = |id: NodeId| snapshot.node(id).parent == Some(import.to);
    let is_mentioned = snapshot.outgoing(import.from).any(|edge| is_inside(snapshot.edge(edge).to));
    if is_mentioned {
        return Vec::new();
    }
    let is_code = |id: &NodeId| {
        let node = snapshot.node(*id);
        node.kind == NodeKind::File && node.language.is_some() && !node.test
    };
    snapshot.children(import.to).filter(is_code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::{at, graph};

    fn set(snapshot: &Snapshot, paths: &[&str]) -> BTreeSet<NodeId> {
        paths.iter().map(|path| at(snapshot, path)).collect()
    }

    fn chains(snapshot: &Snapshot, from: &[&str], to: &[&str], most: usize) -> Vec<String> {
        Reach::new(snapshot, Through::ALL)
            .shortest(&set(snapshot, from), &set(snapshot, to), most)
            .iter()
            .map(|chain| chain.iter().map(|id| &*snapshot.node(*id).path).collect::<Vec<_>>().join(" "))
            .collect()
    }

    #[test]
    fn all_shortest_ways_are_found_in_order() {
        let snapshot = graph(&["a b", "a c", "b d", "c d", "d e", "a x", "x y", "y z", "z e"]);
        assert_eq!(chains(&snapshot, &["a"], &["e"], 9), ["a b d e", "a c d e"]);
        assert_eq!(chains(&snapshot, &["a"], &["e"], 1), ["a b d e"]);
        assert!(chains(&snapshot, &["e"], &["a"], 9).is_empty());
        assert_eq!(chains(&snapshot, &["a", "d"], &["d", "e"], 9), ["a b d", "a c d"]);
    }

    #[test]
    fn distances_stop_at_the_limit_and_go_both_ways() {
        let snapshot = graph(&["a b", "b c", "c d", "c npm:react"]);
        let reach = Reach::new(&snapshot, Through::ALL);
        let far = |path: &str, direction, limit| reach.distances(&set(&snapshot, &[path]), direction, limit);
        assert_eq!(far("a", Direction::Dependencies, Some(2)).len(), 3);
        assert_eq!(far("a", Direction::Dependencies, None)[&at(&snapshot, "npm:react")], 3);
        assert_eq!(far("c", Direction::Dependents, None)[&at(&snapshot, "a")], 2);
    }

    #[test]
    fn an_import_of_a_directory_leads_to_its_files_unless_some_are_mentioned() {
        let snapshot = graph(&["m.go p/", "n.go q/", "n.go q/x.go", "p/x.go", "p/y.go", "q/y.go"]);
        let reach = Reach::new(&snapshot, Through::ALL);
        let of = |path: &str| -> Vec<&str> {
            let next = reach.neighbours(at(&snapshot, path), Direction::Dependencies);
            next.iter().map(|id| &*snapshot.node(*id).path).collect()
        };
        assert_eq!(of("m.go"), ["p/x.go", "p/y.go"]);
        assert_eq!(of("n.go"), ["q/x.go"]);
        assert_eq!(reach.step(at(&snapshot, "m.go"), at(&snapshot, "p/y.go")).len(), 1);
    }

    #[test]
    fn what_is_left_out_is_not_followed() {
        let snapshot = graph(&["a b type", "b c test", "c d mod"]);
        let without = Through { tests: false, type_only: false, inferred: false };
        let reach = Reach::new(&snapshot, without);
        for path in ["a", "b", "c"] {
            assert!(reach.neighbours(at(&snapshot, path), Direction::Dependencies).is_empty(), "{path}");
        }
    }
}
