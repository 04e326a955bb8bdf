//! Cycles of dependencies.

use std::collections::BTreeMap;

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use super::feedback::{Arc as FeedbackArc, feedback_arcs};
use crate::graph::{EdgeId, NodeId, NodeKind, Snapshot};

/// Index into [`Cycles::all`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CycleId(pub u32);

/// Components that all depend on each other: a strongly connected component of more than one node among the children of
/// one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// The node whose children they are.
    pub parent: NodeId,
    /// The members, in tree order.
    pub members: Vec<NodeId>,
}

/// The cycles of a snapshot: at each level of the tree, among the children of each node. `module` edges, type-only edges
/// and edges of test code do not count: they do not tie what is built.
#[derive(Clone, Debug, Default)]
pub struct Cycles {
    all: Vec<Cycle>,
    of_node: Vec<Option<CycleId>>,
    files: Vec<Vec<NodeId>>,
    file_cycle: Vec<Option<u32>>,
}

/// What ties a cycle together: the dependencies between its members, and which of them to cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tangle {
    /// Each pair of members of which the first needs the second, sorted.
    pub ties: Vec<Tie>,
}

/// Everything that one member of a cycle needs of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// The member that needs.
    pub from: NodeId,
    /// The member that is needed.
    pub to: NodeId,
    /// The snapshot's edges that it is made of, in their order.
    pub edges: Vec<EdgeId>,
    /// The number of statements.
    pub weight: u32,
    /// Whether it is one of those to cut: together they are a cheapest set (see [`feedback_arcs`]) without which no cycle
    /// is left.
    pub cut: bool,
}

impl Tangle {
    /// Of a cycle of siblings, or of files (`parent` is none then).
    pub fn of(snapshot: &Snapshot, parent: Option<NodeId>, members: &[NodeId]) -> Self {
        let place: BTreeMap<NodeId, u32> = members.iter().copied().zip(0..).collect();
        let mut ties: BTreeMap<(u32, u32), Tie> = BTreeMap::new();
        for member in members {
            for id in snapshot.outgoing_of_subtree(*member) {
                let edge = snapshot.edge(id);
                if !ties_together(snapshot, edge) {
                    continue;
                }
                let other = match parent {
                    None => Some(edge.to),
                    Some(_) => siblings_of(snapshot, edge.from, edge.to).filter(|s| Some(s.0) == parent).map(|s| s.2),
                };
                let Some((to, other)) = other.and_then(|other| Some((*place.get(&other)?, other))) else { continue };
                let tie = ties.entry((place[member], to)).or_insert_with(|| Tie {
                    from: *member,
                    to: other,
                    edges: Vec::new(),
                    weight: 0,
                    cut: false,
                });
                tie.edges.push(id);
                tie.weight += edge.weight;
            }
        }
        let arcs: Vec<FeedbackArc> =
            ties.iter().map(|((from, to), tie)| FeedbackArc { from: *from, to: *to, weight: tie.weight }).collect();
        let mut ties: Vec<Tie> = ties.into_values().collect();
        for index in feedback_arcs(members.len(), &arcs) {
            ties[index].cut = true;
        }
        Self { ties }
    }

    /// Of times at which the ties came to be, one each, that at which all members had come to need each other: the earliest
    /// by which they are one strongly connected component. None where they are none even now.
    pub fn closed_by<'t, T: Ord>(&self, members: &[NodeId], since: &'t [T]) -> Option<&'t T> {
        let mut times: Vec<&T> = since.iter().collect();
        times.sort_unstable();
        times.dedup();
        let is_closed = |time: &T| {
            let by_then = self.ties.iter().zip(since).filter(|(_, since)| *since <= time);
            let found = strongly_connected(by_then.map(|(tie, _)| (tie.from, tie.to)));
            found.first().is_some_and(|component| component.len() == members.len())
        };
        // What is closed stays closed, so that the first such time is found by halving.
        let first = times.partition_point(|time| !is_closed(time));
        times.get(first).copied()
    }
}

impl Cycles {
    /// Finds them.
    pub fn find(snapshot: &Snapshot) -> Self {
        let mut siblings: BTreeMap<NodeId, DiGraphMap<NodeId, ()>> = BTreeMap::new();
        let mut files: DiGraphMap<NodeId, ()> = DiGraphMap::new();
        for (_, edge) in snapshot.edges() {
            if !ties_together(snapshot, edge) {
                continue;
            }
            if snapshot.node(edge.to).kind == NodeKind::File {
                files.add_edge(edge.from, edge.to, ());
            }
            if let Some((parent, from, to)) = siblings_of(snapshot, edge.from, edge.to) {
                siblings.entry(parent).or_default().add_edge(from, to, ());
            }
        }
        let mut cycles = Self {
            of_node: vec![None; snapshot.tree().len()],
            file_cycle: vec![None; snapshot.tree().len()],
            ..Self::default()
        };
        for (parent, graph) in &siblings {
            for members in components(graph) {
                let id = CycleId(cycles.all.len() as u32);
                for member in &members {
                    cycles.of_node[member.index()] = Some(id);
                }
                cycles.all.push(Cycle { parent: *parent, members });
            }
        }
        cycles.files = components(&files);
        for (index, members) in cycles.files.iter().enumerate() {
            for member in members {
                cycles.file_cycle[member.index()] = Some(index as u32);
            }
        }
        cycles
    }

    /// Cycles among siblings, by parent, then by first member.
    pub fn all(&self) -> &[Cycle] {
        &self.all
    }

    /// The cycle of siblings that a node is in.
    pub fn of(&self, id: NodeId) -> Option<&Cycle> {
        self.of_node.get(id.index())?.map(|cycle| &self.all[cycle.0 as usize])
    }

    /// Cycles among files, wherever they lie, by first member.
    pub fn of_files(&self) -> &[Vec<NodeId>] {
        &self.files
    }

    /// The cycle of files that a file is in.
    pub fn files_with(&self, id: NodeId) -> Option<&[NodeId]> {
        self.file_cycle.get(id.index()).copied().flatten().map(|index| self.files[index as usize].as_slice())
    }

    /// Whether a file is in a cycle of files, or another node in a cycle of siblings.
    pub fn is_in_cycle(&self, id: NodeId) -> bool {
        self.file_cycle.get(id.index()).is_some_and(Option::is_some) || self.of(id).is_some()
    }
}

/// Whether a dependency counts for cycles: see [`Cycles`].
pub(super) fn ties_together(snapshot: &Snapshot, edge: &crate::graph::Edge) -> bool {
    edge.kind.is_coupling()
        && edge.kind != crate::lang::resolve::DependencyKind::TypeOnly
        && !edge.test
        && snapshot.node(edge.to).kind != NodeKind::External
}

/// The two children of the lowest common ancestor that hold the two ends; none where one end contains the other.
pub(super) fn siblings_of(snapshot: &Snapshot, from: NodeId, to: NodeId) -> Option<(NodeId, NodeId, NodeId)> {
    let parent = snapshot.common_ancestor(from, to)?;
    let child = |id: NodeId| {
        std::iter::once(id)
            .chain(snapshot.ancestors(id))
            .find(|ancestor| snapshot.node(*ancestor).parent == Some(parent))
    };
    Some((parent, child(from)?, child(to)?))
}

/// The strongly connected components of more than one node of the graph that has these edges, each sorted, by first member.
pub fn strongly_connected(edges: impl IntoIterator<Item = (NodeId, NodeId)>) -> Vec<Vec<NodeId>> {
    components(&DiGraphMap::from_edges(edges))
}

/// Strongly connected components of more than one node (R. Tarjan, "Depth-first search and linear graph algorithms",
/// 1972), each sorted, by first member.
fn components(graph: &DiGraphMap<NodeId, ()>) -> Vec<Vec<NodeId>> {
    let mut found: Vec<Vec<NodeId>> = tarjan_scc(graph).into_iter().filter(|members| members.len() > 1).collect();
    for members in &mut found {
        members.sort_unstable();
    }
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::{at, graph};

    #[test]
    fn directories_are_in_a_cycle_though_no_file_is() {
        let snapshot = graph(&["a/x b/y", "b/w a/z"]);
        let cycles = Cycles::find(&snapshot);
        assert!(cycles.of_files().is_empty());
        assert_eq!(
            cycles.all(),
            [Cycle { parent: NodeId::ROOT, members: vec![at(&snapshot, "a"), at(&snapshot, "b")] }]
        );
        assert!(cycles.is_in_cycle(at(&snapshot, "a")));
        assert!(!cycles.is_in_cycle(at(&snapshot, "a/x")));
    }

    #[test]
    fn files_are_in_a_cycle_across_directories() {
        let snapshot = graph(&["a/x b/y", "b/y c", "c a/x"]);
        let cycles = Cycles::find(&snapshot);
        let members = [at(&snapshot, "a/x"), at(&snapshot, "b/y"), at(&snapshot, "c")];
        assert_eq!(cycles.of_files(), [members]);
        assert_eq!(cycles.files_with(members[2]), Some(&members[..]));
    }

    #[test]
    fn the_cheaper_side_of_a_tangle_is_cut() {
        let snapshot = graph(&["a/x b/y", "a/x b/w", "a/z b/y", "b/w a/z", "b/w c/v", "b/y a/x test"]);
        let cycles = Cycles::find(&snapshot);
        let tangle = Tangle::of(&snapshot, Some(NodeId::ROOT), &cycles.all()[0].members);
        let shown: Vec<(&str, &str, u32, bool)> = tangle
            .ties
            .iter()
            .map(|tie| (&*snapshot.node(tie.from).path, &*snapshot.node(tie.to).path, tie.weight, tie.cut))
            .collect();
        assert_eq!(shown, [("a", "b", 3, false), ("b", "a", 1, true)]);
    }

    #[test]
    fn a_cycle_is_closed_when_its_last_member_joins() {
        let snapshot = graph(&["a b", "b a", "b c", "c a", "a c"]);
        let members: Vec<NodeId> = ["a", "b", "c"].map(|path| at(&snapshot, path)).to_vec();
        let tangle = Tangle::of(&snapshot, None, &members);
        let ties: Vec<(&str, &str)> =
            tangle.ties.iter().map(|tie| (&*snapshot.node(tie.from).path, &*snapshot.node(tie.to).path)).collect();
        assert_eq!(ties, [("a", "b"), ("a", "c"), ("b", "a"), ("b", "c"), ("c", "a")]);
        // a and b need each other since 2; c is needed since 3 and needs a since 4, the rest came later.
        assert_eq!(tangle.closed_by(&members, &[1, 9, 2, 3, 4]), Some(&4));
        assert_eq!(tangle.closed_by(&members, &[1, 3, 2, 9, 1]), Some(&3));
        assert_eq!(tangle.closed_by::<u8>(&members, &[]), None);
    }

    #[test]
    fn types_tests_and_containment_tie_nothing() {
        let snapshot = graph(&["a b", "b a type", "c d", "d c mod", "e f", "f e test"]);
        let cycles = Cycles::find(&snapshot);
        assert!(cycles.of_files().is_empty() && cycles.all().is_empty());
    }
}
