//! Levels and component dependency (J. Lakos, "Large-Scale C++ Software Design", 1996) among the children of each node.

use std::collections::BTreeMap;

use petgraph::algo::tarjan_scc;
use petgraph::graphmap::DiGraphMap;

use super::Counting;
use super::cycles::siblings_of;
use crate::graph::{NodeId, Snapshot};

/// How a component stands among its siblings, and how its own parts stand among each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Level {
    /// 1 where it needs no sibling, else one more than the highest of those that it needs. The members of a cycle share
    /// one. 0 for the root.
    pub level: u32,
    /// The siblings that it needs directly or indirectly, with itself: its component dependency.
    pub dependency: u32,
    /// Its parts.
    pub parts: u32,
    /// The sum of the component dependencies of its parts: cumulative component dependency, CCD.
    pub cumulative: u64,
    /// The highest level among its parts.
    pub depth: u32,
    /// The sum of the squared sizes of the cycles among its parts (cyclicity, as Sonargraph defines it).
    pub cyclicity: u64,
}

impl Level {
    /// CCD over the number of parts: how many of them one needs on average.
    pub fn average(&self) -> f64 {
        self.cumulative as f64 / f64::from(self.parts.max(1))
    }

    /// CCD over that of a balanced binary tree of as many parts, (n + 1) log2(n + 1) - n: above 1 there is more coupling
    /// than in a tree. 0 without parts.
    pub fn normalized(&self) -> f64 {
        let parts = f64::from(self.parts);
        let tree = (parts + 1.0) * (parts + 1.0).log2() - parts;
        if self.parts > 0 { self.cumulative as f64 / tree } else { 0.0 }
    }
}

/// The level of every node of the tree. Containment (`module` edges) does not count. A node with more than
/// [`PARTS_LIMIT`] children has no component dependency: its closure would be larger than what it is good for.
pub fn of_tree(snapshot: &Snapshot, counting: Counting) -> Vec<Level> {
    let mut levels = vec![Level::default(); snapshot.tree().len()];
    let mut needs: BTreeMap<NodeId, Vec<(NodeId, NodeId)>> = BTreeMap::new();
    for (_, edge) in snapshot.edges().filter(|(_, edge)| counting.counts(edge)) {
        if let Some((parent, from, to)) = siblings_of(snapshot, edge.from, edge.to) {
            needs.entry(parent).or_default().push((from, to));
        }
    }
    for parent in snapshot.tree() {
        let children: Vec<NodeId> = snapshot.children(parent).filter(|id| snapshot.node(*id).files > 0).collect();
        if !children.is_empty() {
            of_children(&children, needs.get(&parent).map_or(&[], Vec::as_slice), parent, &mut levels);
        }
    }
    levels
}

/// The most parts of which the closure is computed: a bit for each pair of them.
const PARTS_LIMIT: usize = 20_000;

fn of_children(children: &[NodeId], needs: &[(NodeId, NodeId)], parent: NodeId, levels: &mut [Level]) {
    let index = |id: NodeId| children.binary_search(&id).ok();
    let mut graph: DiGraphMap<usize, ()> = DiGraphMap::new();
    (0..children.len()).for_each(|child| _ = graph.add_node(child));
    for (from, to) in needs {
        if let (Some(from), Some(to)) = (index(*from), index(*to)) {
            graph.add_edge(from, to, ());
        }
    }
    // What is needed comes before what needs it.
    let components = tarjan_scc(&graph);
    let mut component_of = vec![0; children.len()];
    for (number, members) in components.iter().enumerate() {
        members.iter().for_each(|member| component_of[*member] = number);
    }
    let closes = children.len() <= PARTS_LIMIT;
    let words = if closes { children.len().div_ceil(64) } else { 0 };
    // For each component a bit for each child that it reaches.
    let mut reached: Vec<Vec<u64>> = Vec::with_capacity(components.len());
    let mut level_of = vec![0u32; components.len()];
    let mut own = Level { parts: children.len() as u32, ..Level::default() };
    for (number, members) in components.iter().enumerate() {
        let mut set = vec![0u64; words];
        let mut below = 0;
        for member in members {
            for needed in graph.neighbors(*member).map(|needed| component_of[needed]).filter(|other| *other != number) {
                below = below.max(level_of[needed]);
                set.iter_mut().zip(&reached[needed]).for_each(|(word, other)| *word |= other);
            }
        }
        if closes {
            members.iter().for_each(|member| set[member / 64] |= 1 << (member % 64));
        }
        level_of[number] = below + 1;
        let dependency = set.iter().map(|word| word.count_ones()).sum::<u32>();
        for member in members {
            let level = &mut levels[children[*member].index()];
            (level.level, level.dependency) = (below + 1, dependency);
            own.cumulative += u64::from(dependency);
        }
        own.depth = own.depth.max(below + 1);
        if members.len() > 1 {
            own.cyclicity += (members.len() as u64).pow(2);
        }
        reached.push(set);
    }
    let of_parent = &mut levels[parent.index()];
    *of_parent = Level { level: of_parent.level, dependency: of_parent.dependency, ..own };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::{at, graph};

    #[test]
    fn a_chain_has_one_level_for_each_part() {
        let snapshot = graph(&["a b", "b c", "d c"]);
        let levels = of_tree(&snapshot, Counting::ALL);
        let of = |path| levels[at(&snapshot, path).index()];
        assert_eq!((of("c").level, of("b").level, of("a").level, of("d").level), (1, 2, 3, 2));
        assert_eq!((of("c").dependency, of("a").dependency), (1, 3));
        let root = levels[NodeId::ROOT.index()];
        assert_eq!((root.parts, root.cumulative, root.depth, root.cyclicity), (4, 1 + 2 + 3 + 2, 3, 0));
        assert_eq!(root.average(), 2.0);
    }

    #[test]
    fn members_of_a_cycle_share_a_level_and_need_each_other() {
        let snapshot = graph(&["a b", "b a", "b c", "x/p x/q"]);
        let levels = of_tree(&snapshot, Counting::ALL);
        let of = |path| levels[at(&snapshot, path).index()];
        assert_eq!((of("a").level, of("b").level), (2, 2));
        assert_eq!((of("a").dependency, of("b").dependency), (3, 3));
        assert_eq!(levels[NodeId::ROOT.index()].cyclicity, 4);
        assert_eq!((of("x").parts, of("x").cumulative), (2, 3));
    }

    #[test]
    fn a_balanced_binary_tree_is_the_measure_of_cumulative_dependency() {
        let snapshot = graph(&["a b", "a c", "b d", "b e", "c f", "c g"]);
        assert_eq!(of_tree(&snapshot, Counting::ALL)[NodeId::ROOT.index()].normalized(), 1.0);
    }
}
