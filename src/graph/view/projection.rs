//! From a view to the boxes that it shows and the edges between them.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Externals, Level, SubEdge, SubNode, Subgraph, View, grouping};
use crate::graph::{Edge, EdgeId, NodeId, NodeKind, Snapshot};
use crate::lang::resolve::DependencyKind;

/// Rolls a snapshot up to what a view shows.
pub fn project(snapshot: &Snapshot, view: &View) -> Subgraph {
    let mut projection = Projection::new(snapshot, view);
    projection.choose();
    if view.depth > 0 && !view.selection.is_empty() {
        projection.add_neighbours();
    }
    projection.draw()
}

struct Projection<'a> {
    snapshot: &'a Snapshot,
    view: &'a View,
    /// For each node the box that stands for it at the view's level.
    unit: Vec<NodeId>,
    /// For each node the box that it is shown in.
    shown: Vec<Option<NodeId>>,
    /// Boxes that are shown even where there is nothing to say about them.
    asked_for: FxHashSet<NodeId>,
}

impl<'a> Projection<'a> {
    fn new(snapshot: &'a Snapshot, view: &'a View) -> Self {
        let mut unit: Vec<NodeId> = Vec::with_capacity(snapshot.nodes().len());
        let mut package: Vec<NodeId> = Vec::with_capacity(snapshot.nodes().len());
        for (id, node) in snapshot.nodes() {
            // Nodes are in pre-order: the parent's package is known.
            let own = if node.package.is_some() { None } else { node.parent };
            package.push(own.map_or(id, |parent| package[parent.index()]));
            unit.push(match (view.level, node.parent) {
                (Level::Package, _) => package[id.index()],
                (Level::Module, Some(parent)) if node.kind == NodeKind::File => parent,
                _ => id,
            });
        }
        let shown = vec![None; unit.len()];
        Self { snapshot, view, unit, shown, asked_for: FxHashSet::default() }
    }

    /// Whether the view leaves a file out.
    fn is_hidden(&self, id: NodeId) -> bool {
        let node = self.snapshot.node(id);
        node.kind == NodeKind::File && node.test && !self.view.tests
    }

    /// Puts every node of the selection into its box.
    fn choose(&mut self) {
        let mut choice: FxHashMap<NodeId, bool> = FxHashMap::default();
        for chosen in &self.view.selection {
            // Chosen twice: opened says more than whole.
            let whole = choice.entry(chosen.node).or_insert(true);
            *whole &= chosen.whole;
        }
        if self.view.selection.is_empty() {
            choice.insert(NodeId::ROOT, false);
        }
        // For each node the nearest chosen node at or above it.
        let mut cover: Vec<Option<NodeId>> = Vec::with_capacity(self.unit.len());
        for (id, node) in self.snapshot.nodes() {
            let inherited = node.parent.and_then(|parent| cover[parent.index()]);
            cover.push(if choice.contains_key(&id) { Some(id) } else { inherited });
            if self.is_hidden(id) {
                continue;
            }
            self.shown[id.index()] = match cover[id.index()] {
                Some(root) if choice[&root] => Some(root),
                Some(_) => Some(self.unit[id.index()]),
                None => None,
            };
            let is_leaf = matches!(node.kind, NodeKind::File | NodeKind::External);
            if let Some(whole) = choice.get(&id) {
                self.asked_for.extend(if *whole { Some(id) } else { is_leaf.then_some(self.unit[id.index()]) });
            }
        }
    }

    /// Whether the view shows this edge at all.
    fn keeps(&self, edge: &Edge) -> bool {
        let target = self.snapshot.node(edge.to);
        (self.view.tests || !edge.test)
            && (self.view.type_only || edge.kind != DependencyKind::TypeOnly)
            && (self.view.containment || edge.kind != DependencyKind::Module)
            && (target.kind != NodeKind::External
                || self.shown[edge.to.index()].is_some()
                || match self.view.externals {
                    Externals::None => false,
                    Externals::Packages => !target.standard,
                    Externals::All => true,
                })
    }

    /// Adds the boxes within reach of the selection, a step at a time. Nothing is followed through a package from
    /// elsewhere: two files that use the same library are no neighbours.
    fn add_neighbours(&mut self) {
        let mut members: FxHashMap<NodeId, Vec<NodeId>> = FxHashMap::default();
        for id in self.snapshot.tree() {
            members.entry(self.unit[id.index()]).or_default().push(id);
        }
        let mut frontier: Vec<NodeId> =
            self.snapshot.nodes().map(|(id, _)| id).filter(|id| self.shown[id.index()].is_some()).collect();
        for _ in 0..self.view.depth {
            let mut reached: Vec<NodeId> = Vec::new();
            for id in frontier {
                for edge in self.snapshot.outgoing(id).chain(self.snapshot.incoming(id)) {
                    let edge = self.snapshot.edge(edge);
                    let other = if edge.from == id { edge.to } else { edge.from };
                    let is_new = self.shown[other.index()].is_none() && !self.is_hidden(other);
                    if is_new && self.snapshot.node(other).kind != NodeKind::External && self.keeps(edge) {
                        reached.push(self.unit[other.index()]);
                    }
                }
            }
            reached.sort_unstable();
            reached.dedup();
            frontier = Vec::new();
            for unit in reached {
                for member in members.get(&unit).into_iter().flatten() {
                    if self.shown[member.index()].is_none() && !self.is_hidden(*member) {
                        self.shown[member.index()] = Some(unit);
                        frontier.push(*member);
                    }
                }
            }
            if frontier.is_empty() {
                break;
            }
        }
    }

    /// Pairs of a file and a directory in which it mentions files: there an import of the directory says nothing new.
    fn mentions(&self) -> FxHashSet<(NodeId, NodeId)> {
        if self.view.package_imports {
            return FxHashSet::default();
        }
        self.snapshot
            .edges()
            .filter(|(_, edge)| self.snapshot.node(edge.to).kind == NodeKind::File && self.keeps(edge))
            .filter_map(|(_, edge)| Some((edge.from, self.snapshot.node(edge.to).parent?)))
            .collect()
    }

    fn draw(mut self) -> Subgraph {
        let mut files: BTreeMap<NodeId, Vec<NodeId>> = self.asked_for.iter().map(|id| (*id, Vec::new())).collect();
        for (id, node) in self.snapshot.nodes() {
            if let (Some(unit), NodeKind::File, true) = (self.shown[id.index()], node.kind, node.language.is_some()) {
                files.entry(unit).or_default().push(id);
            }
        }
        let mentions = self.mentions();
        let mut links: BTreeMap<(NodeId, NodeId), Vec<EdgeId>> = BTreeMap::new();
        for (id, edge) in self.snapshot.edges() {
            let Some(from) = self.shown[edge.from.index()] else { continue };
            if !self.keeps(edge) {
                continue;
            }
            let target = self.snapshot.node(edge.to).kind;
            let is_said = target != NodeKind::File && mentions.contains(&(edge.from, edge.to));
            if target == NodeKind::External {
                self.shown[edge.to.index()] = Some(edge.to);
            }
            let Some(to) = self.shown[edge.to.index()].filter(|to| *to != from && !is_said) else { continue };
            links.entry((from, to)).or_default().push(id);
            files.entry(from).or_default();
            files.entry(to).or_default();
        }
        let index: FxHashMap<NodeId, u32> = files.keys().enumerate().map(|(index, id)| (*id, index as u32)).collect();
        let nodes = files
            .into_iter()
            .map(|(id, files)| SubNode {
                id,
                symbol: None,
                label: String::new(),
                group: None,
                files,
                rest: false,
                boxes: 1,
            })
            .collect();
        let edges = links.into_iter().map(|((from, to), edges)| self.link(index[&from], index[&to], edges)).collect();
        let mut subgraph =
            Subgraph { level: self.view.level, tests: self.view.tests, nodes, edges, groups: Vec::new() };
        grouping::group(self.snapshot, &mut subgraph);
        subgraph
    }

    fn link(&self, from: u32, to: u32, edges: Vec<EdgeId>) -> SubEdge {
        let mut kinds: BTreeMap<DependencyKind, u32> = BTreeMap::new();
        let (mut test, mut certainty) = (true, None);
        for id in &edges {
            let edge = self.snapshot.edge(*id);
            *kinds.entry(edge.kind).or_default() += self.weight(edge);
            test &= edge.test;
            certainty = Some(certainty.map_or(edge.certainty, |known| edge.certainty.min(known)));
        }
        SubEdge {
            from,
            to,
            weight: kinds.values().sum(),
            kinds: kinds.into_iter().collect(),
            test,
            certainty: certainty.unwrap_or(crate::lang::resolve::Certainty::Resolved),
            edges,
            uses: Vec::new(),
        }
    }

    /// The number of statements, those of hidden test code not counted: there a statement is told by its line.
    fn weight(&self, edge: &Edge) -> u32 {
        let evidence = self.snapshot.evidence(edge);
        if self.view.tests || !evidence.iter().any(|evidence| evidence.test) {
            return edge.weight;
        }
        let mut lines: Vec<u32> = evidence.iter().filter(|evidence| !evidence.test).map(|e| e.span.line).collect();
        lines.dedup();
        edge.weight.min(lines.len() as u32)
    }
}
