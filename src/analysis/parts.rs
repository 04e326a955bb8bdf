//! The parts of a folder and how they need each other: what layers and modules are about.

use std::collections::BTreeMap;

use super::cycles::{siblings_of, strongly_connected, ties_together};
use super::feedback::{Arc as FeedbackArc, feedback_arcs};
use super::smells::is_own;
use crate::graph::{EdgeId, NodeId, NodeKind, Snapshot};

/// The parts of a folder. A file and a folder of the same name are one part: in Rust `x.rs` is the door of `x/`.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// In the order of the tree.
    pub parts: Vec<Part>,
    /// What one part needs of another, by their indexes.
    pub ties: BTreeMap<(usize, usize), PartTie>,
    /// Statements between files of one part.
    pub within: u64,
}

/// One part.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// Its folder and its file, or one of them.
    pub nodes: Vec<NodeId>,
    /// Files of the project's own code.
    pub files: u32,
}

/// What one part needs of another.
#[derive(Debug, Clone, Default)]
pub struct PartTie {
    /// Statements.
    pub weight: u32,
    /// The dependencies.
    pub edges: Vec<EdgeId>,
}

/// Parts that all need each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Knot {
    /// Their indexes, in order.
    pub parts: Vec<usize>,
    /// The cheapest ties to cut so that no cycle is left among them.
    pub cut: Vec<(usize, usize)>,
    /// The statements of all ties among them.
    pub statements: u64,
}

impl Parts {
    /// The parts of a folder that hold code that is no test.
    pub fn of(snapshot: &Snapshot, folder: NodeId) -> Self {
        let mut parts = Self::default();
        let mut of_node: BTreeMap<NodeId, usize> = BTreeMap::new();
        let mut of_name: BTreeMap<&str, usize> = BTreeMap::new();
        for id in snapshot.children(folder) {
            let node = snapshot.node(id);
            let is_code = node.kind != NodeKind::File || is_own(snapshot, id);
            if node.files == 0 || node.test || node.mark.is_some() || !is_code {
                continue;
            }
            // Folders come before files.
            let index = *of_name.entry(stem(snapshot, id)).or_insert_with(|| {
                parts.parts.push(Part::default());
                parts.parts.len() - 1
            });
            parts.parts[index].nodes.push(id);
            parts.parts[index].files += node.files;
            of_node.insert(id, index);
        }
        for id in of_node.keys() {
            for edge_id in snapshot.subtree(*id).flat_map(|node| snapshot.outgoing(NodeId(node))) {
                let edge = snapshot.edge(edge_id);
                if !ties_together(snapshot, edge) {
                    continue;
                }
                let to = match siblings_of(snapshot, edge.from, edge.to) {
                    Some((parent, _, to)) if parent == folder => of_node.get(&to),
                    _ if snapshot.contains(*id, edge.to) => of_node.get(id),
                    _ => None,
                };
                match (of_node.get(id), to) {
                    (Some(from), Some(to)) if from == to => parts.within += u64::from(edge.weight),
                    (Some(from), Some(to)) => {
                        let tie = parts.ties.entry((*from, *to)).or_default();
                        tie.weight += edge.weight;
                        tie.edges.push(edge_id);
                    }
                    _ => {}
                }
            }
        }
        parts
    }

    /// The parts that all need each other, with what to cut.
    pub fn knots(&self) -> Vec<Knot> {
        let node = |part: usize| NodeId(part as u32);
        let tied = strongly_connected(self.ties.keys().map(|(from, to)| (node(*from), node(*to))));
        let knot = |members: Vec<NodeId>| {
            let place: BTreeMap<usize, u32> = members.iter().map(|id| id.index()).zip(0..).collect();
            let (mut pairs, mut arcs) = (Vec::new(), Vec::new());
            for (pair, tie) in &self.ties {
                if let (Some(from), Some(to)) = (place.get(&pair.0), place.get(&pair.1)) {
                    pairs.push(*pair);
                    arcs.push(FeedbackArc { from: *from, to: *to, weight: tie.weight });
                }
            }
            let cut = feedback_arcs(members.len(), &arcs).into_iter().map(|index| pairs[index]).collect();
            let statements = arcs.iter().map(|arc| u64::from(arc.weight)).sum();
            Knot { parts: place.into_keys().collect(), cut, statements }
        };
        tied.into_iter().map(knot).collect()
    }

    /// The ties that lead against the direction of the others: the cheapest set without which no cycle is left.
    pub fn upward(&self) -> Vec<(usize, usize)> {
        self.knots().into_iter().flat_map(|knot| knot.cut).collect()
    }

    /// The layer of each part, from 1 for those that need no other, without the ties that lead upwards.
    pub fn layers(&self, upward: &[(usize, usize)]) -> Vec<u32> {
        let mut layers = vec![1; self.parts.len()];
        // Without the ties upwards there is no cycle, so this ends after as many rounds as there are layers.
        loop {
            let mut changed = false;
            for pair @ (from, to) in self.ties.keys() {
                if !upward.contains(pair) && layers[*from] <= layers[*to] {
                    layers[*from] = layers[*to] + 1;
                    changed = true;
                }
            }
            if !changed {
                return layers;
            }
        }
    }

    /// Statements between parts.
    pub fn between(&self) -> u64 {
        self.ties.values().map(|tie| u64::from(tie.weight)).sum()
    }

    /// A part's name in its folder.
    pub fn name<'s>(&self, snapshot: &'s Snapshot, part: usize) -> &'s str {
        self.parts[part].nodes.first().map_or("", |id| &snapshot.node(*id).name)
    }

    /// Whether a part is one file.
    pub fn is_file(&self, snapshot: &Snapshot, part: usize) -> bool {
        self.parts[part].nodes.iter().all(|id| snapshot.node(*id).kind == NodeKind::File)
    }
}

/// What a file and the folder behind it have in common: the name without what follows the first dot.
pub fn stem(snapshot: &Snapshot, id: NodeId) -> &str {
    let node = snapshot.node(id);
    match node.kind {
        NodeKind::File => node.name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or(&node.name),
        _ => &node.name,
    }
}

/// The lines of hand-written code that is no test, at or below each node of the tree.
pub fn own_lines(snapshot: &Snapshot) -> Vec<u64> {
    let mut lines: Vec<u64> =
        snapshot.tree().map(|id| if is_own(snapshot, id) { snapshot.node(id).lines } else { 0 }).collect();
    // Children come after their parents.
    for id in (0..lines.len()).rev() {
        if let Some(parent) = snapshot.node(NodeId(id as u32)).parent {
            lines[parent.index()] += lines[id];
        }
    }
    lines
}

/// The folder below a node in which its code parts: folders of which one child holds nine tenths are passed.
pub fn body(snapshot: &Snapshot, lines: &[u64], from: NodeId) -> NodeId {
    let mut at = from;
    loop {
        let largest = snapshot.children(at).max_by_key(|id| (lines[id.index()], std::cmp::Reverse(*id)));
        let is_all = |id: &NodeId| lines[at.index()] > 0 && lines[id.index()] * 10 >= lines[at.index()] * 9;
        match largest.filter(is_all) {
            Some(id) if snapshot.node(id).kind != NodeKind::File => at = id,
            _ => return at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::{at, graph};

    #[test]
    fn a_file_and_its_folder_are_one_part_and_ties_against_the_direction_are_found() {
        let snapshot = graph(&[
            "ui.rs core.rs",
            "ui/a.rs core/b.rs",
            "ui/a.rs ui.rs",
            "core/b.rs base.rs",
            "base.rs core.rs",
            "core.rs base.rs",
        ]);
        let parts = Parts::of(&snapshot, NodeId::ROOT);
        let names: Vec<&str> = (0..parts.parts.len()).map(|part| parts.name(&snapshot, part)).collect();
        assert_eq!(names, ["core", "ui", "base.rs"]);
        assert_eq!((parts.between(), parts.within), (5, 1));
        let upward = parts.upward();
        assert_eq!(upward, [(2, 0)]);
        assert_eq!(parts.layers(&upward), [2, 3, 1]);
    }

    #[test]
    fn the_body_is_where_the_code_parts() {
        let files = [("src/main/a/x.py", "x = 1\n"), ("src/main/b/y.py", "y = 1\n"), ("setup.py", "")];
        let snapshot = crate::index::from_memory("x", files);
        assert_eq!(body(&snapshot, &own_lines(&snapshot), NodeId::ROOT), at(&snapshot, "src/main"));
    }
}
