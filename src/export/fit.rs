//! Makes a subgraph small enough for a program that draws it.
//!
//! Folders are put into one box each, always one that holds no other frame, so that the picture grows coarser from the
//! inside out. Folders of tests go first, outermost folders last: they are what a reader looks for. Among the others it is
//! the folder that saves most, or, once one is enough, the one that gives up least. What then still does not fit (a folder
//! of thousands of files that is the whole selection) loses its lightest edges.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::graph::view::{Group, GroupId, SubNode, Subgraph};
use crate::graph::{NodeId, NodeKind, Snapshot};

/// How much can be drawn.
pub struct Limits {
    /// Edges.
    pub edges: usize,
    /// The sum of sizes.
    pub size: usize,
}

/// What things take, at most.
pub struct Sizes<'a> {
    /// A box.
    pub node: &'a dyn Fn(&SubNode) -> usize,
    /// A frame; also a box that it is folded into.
    pub group: &'a dyn Fn(&Group) -> usize,
    /// An edge.
    pub edge: usize,
}

/// A subgraph that fits, and what was done to it.
pub struct Fitted {
    /// What is left to draw.
    pub subgraph: Subgraph,
    /// Folders that became boxes, in tree order. None lies inside another.
    pub folded: Vec<NodeId>,
    /// Packages from elsewhere that were left out.
    pub dropped_externals: u32,
    /// Edges that were left out, those of left out packages not counted.
    pub dropped_edges: u32,
    /// Boxes that were left out, packages from elsewhere not counted.
    pub dropped_nodes: u32,
}

/// Folds a subgraph until it is within limits.
pub fn fit(snapshot: &Snapshot, subgraph: &Subgraph, limits: &Limits, sizes: &Sizes<'_>) -> Fitted {
    let mut folding = Folding::new(snapshot, subgraph, sizes);
    while let Some(excess) = folding.excess(limits) {
        let Some(group) = folding.best(excess) else { break };
        folding.fold(group);
    }
    let folded = folding.outermost(snapshot);
    let mut fitted = Fitted {
        subgraph: subgraph.folded(snapshot, &folded),
        folded,
        dropped_externals: 0,
        dropped_edges: 0,
        dropped_nodes: 0,
    };
    if folding.without_externals {
        let is_own = |node: &SubNode| snapshot.node(node.id).kind != NodeKind::External;
        let all = fitted.subgraph.nodes.len();
        let nodes: Vec<bool> = fitted.subgraph.nodes.iter().map(is_own).collect();
        fitted.subgraph = fitted.subgraph.restricted(snapshot, |index| nodes[index as usize], |_| true);
        fitted.dropped_externals = (all - fitted.subgraph.nodes.len()) as u32;
    }
    trim(snapshot, &mut fitted, limits, sizes);
    fitted
}

/// By how much something is over its limits.
#[derive(Clone, Copy)]
struct Amount {
    edges: usize,
    size: usize,
}

impl Amount {
    /// Whether saving this is enough.
    fn covers(self, excess: Self) -> bool {
        self.edges >= excess.edges && self.size >= excess.size
    }

    /// The part that is asked for comes first: edges, as long as there are too many.
    fn rank(self, excess: Self) -> (usize, usize) {
        if excess.edges > 0 { (self.edges, self.size) } else { (self.size, self.edges) }
    }
}

/// A subgraph while folders are folded. Boxes are the subgraph's nodes, then one for each folded group.
struct Folding {
    targets: Vec<BTreeSet<u32>>,
    sources: Vec<BTreeSet<u32>>,
    node_size: Vec<usize>,
    group_of: Vec<Option<GroupId>>,
    groups: Vec<Frame>,
    edge_size: usize,
    edges: usize,
    size: usize,
    /// Boxes that are not folded away.
    boxes: usize,
    folded: Vec<NodeId>,
    without_externals: bool,
}

/// Which folders go before others, whatever they save.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Tests,
    Inner,
    Outermost,
}

struct Frame {
    folder: Option<NodeId>,
    parent: Option<GroupId>,
    size: usize,
    turn: Turn,
    /// Boxes directly in it.
    boxes: Vec<u32>,
    /// Groups directly in it that are not folded.
    groups: usize,
    is_folded: bool,
    /// What folding it saves; none where that must be counted (again).
    saving: Option<Amount>,
}

impl Folding {
    fn new(snapshot: &Snapshot, subgraph: &Subgraph, sizes: &Sizes<'_>) -> Self {
        let count = subgraph.nodes.len();
        let mut targets = vec![BTreeSet::new(); count];
        let mut sources = vec![BTreeSet::new(); count];
        for edge in &subgraph.edges {
            targets[edge.from as usize].insert(edge.to);
            sources[edge.to as usize].insert(edge.from);
        }
        let mut groups: Vec<Frame> = subgraph
            .groups
            .iter()
            .map(|group| Frame {
                folder: group.folder,
                parent: group.parent,
                size: (sizes.group)(group),
                turn: match (group.folder, group.parent) {
                    (Some(folder), _) if snapshot.node(folder).test => Turn::Tests,
                    (_, Some(_)) => Turn::Inner,
                    (_, None) => Turn::Outermost,
                },
                boxes: Vec::new(),
                groups: 0,
                is_folded: false,
                saving: None,
            })
            .collect();
        for group in &subgraph.groups {
            if let Some(parent) = group.parent {
                groups[parent as usize].groups += 1;
            }
        }
        for (node, index) in subgraph.nodes.iter().zip(0..) {
            if let Some(group) = node.group {
                groups[group as usize].boxes.push(index);
            }
        }
        let node_size: Vec<usize> = subgraph.nodes.iter().map(|node| (sizes.node)(node)).collect();
        let frames: usize = groups.iter().map(|group| group.size).sum();
        Self {
            size: node_size.iter().sum::<usize>() + frames + subgraph.edges.len() * sizes.edge,
            edges: subgraph.edges.len(),
            boxes: count,
            group_of: subgraph.nodes.iter().map(|node| node.group).collect(),
            edge_size: sizes.edge,
            folded: Vec::new(),
            without_externals: false,
            targets,
            sources,
            node_size,
            groups,
        }
    }

    fn excess(&self, limits: &Limits) -> Option<Amount> {
        let over =
            Amount { edges: self.edges.saturating_sub(limits.edges), size: self.size.saturating_sub(limits.size) };
        (over.edges + over.size > 0).then_some(over)
    }

    /// The group to fold next. Of those whose turn it is: the one that gives up least where that is enough, else the one
    /// that saves most; of equals the first. A group that holds all there is stays: one box says nothing.
    fn best(&mut self, excess: Amount) -> Option<GroupId> {
        let open = |group: &Frame| !group.is_folded && group.groups == 0 && group.boxes.len() < self.boxes;
        let turn = self.groups.iter().filter(|group| open(group)).map(|group| group.turn).min()?;
        let candidates: Vec<GroupId> = self
            .groups
            .iter()
            .zip(0..)
            .filter(|(group, _)| group.turn == turn && open(group))
            .map(|(_, id)| id)
            .collect();
        let mut enough: Option<(GroupId, Amount)> = None;
        let mut most: Option<(GroupId, Amount)> = None;
        for id in candidates {
            let saving = match self.groups[id as usize].saving {
                Some(saving) => saving,
                None => self.saving(id),
            };
            self.groups[id as usize].saving = Some(saving);
            if saving.covers(excess) && enough.is_none_or(|(_, other)| saving.rank(excess) < other.rank(excess)) {
                enough = Some((id, saving));
            }
            if most.is_none_or(|(_, other)| saving.rank(excess) > other.rank(excess)) {
                most = Some((id, saving));
            }
        }
        enough.or(most).map(|(id, _)| id)
    }

    /// What folding a group saves. Packages from elsewhere are left out, not folded.
    fn saving(&self, id: GroupId) -> Amount {
        let group = &self.groups[id as usize];
        let (inner, outer) = self.edges_of(group);
        let kept = if group.folder.is_some() { outer.0.len() + outer.1.len() } else { 0 };
        let edges = inner.saturating_sub(kept);
        let boxes: usize = group.boxes.iter().map(|index| self.node_size[*index as usize]).sum();
        // The box that comes in its place takes about as much as the frame.
        let frame = if group.folder.is_some() { 0 } else { group.size };
        Amount { edges, size: boxes + frame + edges * self.edge_size }
    }

    /// How many edges start or end in a group, and the boxes outside that it needs and that need it.
    fn edges_of(&self, group: &Frame) -> (usize, (FxHashSet<u32>, FxHashSet<u32>)) {
        let members: FxHashSet<u32> = group.boxes.iter().copied().collect();
        let (mut needs, mut needed_by) = (FxHashSet::default(), FxHashSet::default());
        let mut edges = 0;
        for index in &group.boxes {
            edges += self.targets[*index as usize].len();
            needs.extend(self.targets[*index as usize].iter().filter(|other| !members.contains(other)));
            for source in self.sources[*index as usize].iter().filter(|other| !members.contains(other)) {
                edges += 1;
                needed_by.insert(*source);
            }
        }
        (edges, (needs, needed_by))
    }

    fn fold(&mut self, id: GroupId) {
        let (edges, (needs, needed_by)) = self.edges_of(&self.groups[id as usize]);
        let new = self.targets.len() as u32;
        let group = &mut self.groups[id as usize];
        group.is_folded = true;
        let (members, parent, folder) = (std::mem::take(&mut group.boxes), group.parent, group.folder);
        let mut outside: Vec<u32> = needs.iter().chain(&needed_by).copied().collect();
        outside.sort_unstable();
        outside.dedup();
        for member in &members {
            let (to, from) = (
                std::mem::take(&mut self.targets[*member as usize]),
                std::mem::take(&mut self.sources[*member as usize]),
            );
            for other in to {
                self.sources[other as usize].remove(member);
            }
            for other in from {
                self.targets[other as usize].remove(member);
            }
            self.size -= self.node_size[*member as usize];
        }
        self.boxes -= members.len();
        let kept = if folder.is_some() { needs.len() + needed_by.len() } else { 0 };
        self.edges = self.edges + kept - edges;
        self.size = self.size + kept * self.edge_size - edges * self.edge_size;
        match folder {
            Some(folder) => {
                for other in &needs {
                    self.sources[*other as usize].insert(new);
                }
                for other in &needed_by {
                    self.targets[*other as usize].insert(new);
                }
                self.targets.push(needs.into_iter().collect());
                self.sources.push(needed_by.into_iter().collect());
                self.node_size.push(self.groups[id as usize].size);
                self.group_of.push(parent);
                self.boxes += 1;
                self.folded.push(folder);
                if let Some(parent) = parent {
                    let parent = &mut self.groups[parent as usize];
                    parent.groups -= 1;
                    parent.boxes.push(new);
                    parent.saving = None;
                }
            }
            None => {
                self.size -= self.groups[id as usize].size;
                self.without_externals = true;
            }
        }
        for other in outside {
            if let Some(group) = self.group_of[other as usize] {
                self.groups[group as usize].saving = None;
            }
        }
    }

    /// The folded folders that lie in no other folded folder.
    fn outermost(&self, snapshot: &Snapshot) -> Vec<NodeId> {
        let all: FxHashSet<NodeId> = self.folded.iter().copied().collect();
        let mut outermost = self.folded.clone();
        outermost.retain(|folder| !snapshot.ancestors(*folder).any(|above| all.contains(&above)));
        outermost.sort_unstable();
        outermost
    }
}

/// Leaves out the lightest edges and what does not fit then, where folding was not enough.
fn trim(snapshot: &Snapshot, fitted: &mut Fitted, limits: &Limits, sizes: &Sizes<'_>) {
    let subgraph = &fitted.subgraph;
    let node_sizes: Vec<usize> = subgraph.nodes.iter().map(|node| (sizes.node)(node)).collect();
    let frames: usize = subgraph.groups.iter().map(|group| (sizes.group)(group)).sum();
    let all = node_sizes.iter().sum::<usize>() + frames + subgraph.edges.len() * sizes.edge;
    if all <= limits.size && subgraph.edges.len() <= limits.edges {
        return;
    }
    let mut heaviest: Vec<u32> = (0..subgraph.edges.len() as u32).collect();
    heaviest.sort_by_key(|index| (std::cmp::Reverse(subgraph.edges[*index as usize].weight), *index));
    let mut left = limits.size.saturating_sub(frames);
    let mut nodes = vec![false; subgraph.nodes.len()];
    let mut edges = vec![false; subgraph.edges.len()];
    for index in heaviest.into_iter().take(limits.edges) {
        let edge = &subgraph.edges[index as usize];
        let ends = [edge.from as usize, edge.to as usize];
        let cost = sizes.edge + ends.iter().filter(|end| !nodes[**end]).map(|end| node_sizes[*end]).sum::<usize>();
        if cost > left {
            break;
        }
        left -= cost;
        edges[index as usize] = true;
        ends.iter().for_each(|end| nodes[*end] = true);
    }
    for (index, size) in node_sizes.iter().enumerate() {
        if !nodes[index] && *size <= left {
            left -= size;
            nodes[index] = true;
        }
    }
    let missing = |kept: &[bool]| kept.iter().filter(|kept| !**kept).count() as u32;
    (fitted.dropped_nodes, fitted.dropped_edges) = (missing(&nodes), missing(&edges));
    fitted.subgraph = subgraph.restricted(snapshot, |index| nodes[index as usize], |index| edges[index as usize]);
}
