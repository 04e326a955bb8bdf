//! A view of files opened down to what they define.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{SubEdge, SubNode, Subgraph, View, grouping};
use crate::facts::DefinitionId;
use crate::graph::{EdgeId, NodeId, NodeKind, Snapshot};
use crate::lang::resolve::DependencyKind;

/// A box: a component, or a definition in a file.
type Key = (NodeId, Option<DefinitionId>);

/// Opens the files of a view: a box for each definition that uses something or is used, and the file itself for what stands
/// outside of definitions or is known no better. Folders that are one box stay so.
pub(super) fn open(snapshot: &Snapshot, view: &View, files: &Subgraph) -> Subgraph {
    let opening = Opening::new(snapshot, view, files);
    let mut links = Links::new();
    opening.uses(&mut links);
    opening.others(files, &mut links);
    let mut boxes: BTreeMap<Key, SubNode> = files.nodes.iter().map(|node| ((node.id, None), node.clone())).collect();
    for key in links.keys().flat_map(|(from, to)| [*from, *to]) {
        boxes.entry(key).or_insert_with(|| SubNode {
            id: key.0,
            symbol: key.1,
            label: String::new(),
            group: None,
            files: Vec::new(),
            rest: false,
            boxes: 1,
        });
    }
    let index: FxHashMap<Key, u32> = boxes.keys().enumerate().map(|(index, key)| (*key, index as u32)).collect();
    let edges = links.into_iter().map(|((from, to), (kinds, edge))| SubEdge {
        from: index[&from],
        to: index[&to],
        weight: kinds.values().sum(),
        kinds: kinds.into_iter().collect(),
        ..edge
    });
    let edges = edges.collect();
    let nodes = boxes.into_values().collect();
    let mut opened = Subgraph { level: view.level, tests: view.tests, nodes, edges, groups: Vec::new() };
    grouping::group(snapshot, &mut opened);
    opened
}

struct Opening<'a> {
    snapshot: &'a Snapshot,
    view: &'a View,
    /// For each file that is shown the box that holds it.
    holder: FxHashMap<NodeId, NodeId>,
}

type Links = BTreeMap<(Key, Key), (BTreeMap<DependencyKind, u32>, SubEdge)>;

impl<'a> Opening<'a> {
    fn new(snapshot: &'a Snapshot, view: &'a View, files: &Subgraph) -> Self {
        let mut holder: FxHashMap<NodeId, NodeId> = files.nodes.iter().map(|node| (node.id, node.id)).collect();
        for node in &files.nodes {
            holder.extend(node.files.iter().map(|file| (*file, node.id)));
        }
        Self { snapshot, view, holder }
    }

    /// The box of a definition of a file that is shown.
    fn key(&self, file: NodeId, definition: Option<DefinitionId>) -> Option<Key> {
        let holder = *self.holder.get(&file)?;
        Some((holder, definition.filter(|_| holder == file)))
    }

    fn keeps(&self, kind: DependencyKind, test: bool) -> bool {
        (self.view.tests || !test)
            && (self.view.type_only || kind != DependencyKind::TypeOnly)
            && (self.view.containment || kind.is_coupling())
    }

    fn uses(&self, links: &mut Links) {
        let snapshot = self.snapshot;
        let mut shown: Vec<NodeId> = self.holder.keys().copied().collect();
        shown.sort_unstable();
        for node in shown {
            let Some(file) = snapshot.node(node).file else { continue };
            let is_test_file = snapshot.node(node).test;
            for (id, found) in snapshot.symbols().uses_in(file) {
                let test = found.test || is_test_file;
                let ends = (self.key(node, found.from), self.key(snapshot.node_of(found.file), found.to));
                let (Some(from), Some(to)) = ends else { continue };
                if from == to || !self.keeps(found.kind, test) {
                    continue;
                }
                let (kinds, edge) = links.entry((from, to)).or_insert_with(|| {
                    let edge = SubEdge {
                        from: 0,
                        to: 0,
                        weight: 0,
                        kinds: Vec::new(),
                        test: true,
                        certainty: found.certainty,
                        edges: Vec::new(),
                        uses: Vec::new(),
                    };
                    (BTreeMap::new(), edge)
                });
                *kinds.entry(found.kind).or_default() += 1;
                edge.test &= test;
                edge.certainty = edge.certainty.min(found.certainty);
                edge.uses.push(id);
            }
        }
    }

    /// What leads to packages from elsewhere and to directories as one unit: from the file.
    fn others(&self, files: &Subgraph, links: &mut Links) {
        let snapshot = self.snapshot;
        for edge in &files.edges {
            let is_other = |id: &&EdgeId| snapshot.node(snapshot.edge(**id).to).kind != NodeKind::File;
            let edges: Vec<EdgeId> = edge.edges.iter().filter(is_other).copied().collect();
            if edges.is_empty() {
                continue;
            }
            let key = |index: u32| (files.nodes[index as usize].id, None);
            let mut kinds: BTreeMap<DependencyKind, u32> = BTreeMap::new();
            for id in &edges {
                *kinds.entry(snapshot.edge(*id).kind).or_default() += snapshot.edge(*id).weight;
            }
            let ends = (key(edge.from), key(edge.to));
            match links.get_mut(&ends) {
                Some((known, link)) => {
                    kinds.into_iter().for_each(|(kind, weight)| *known.entry(kind).or_default() += weight);
                    link.edges.extend(edges);
                }
                None => {
                    links.insert(ends, (kinds, SubEdge { edges, uses: Vec::new(), ..edge.clone() }));
                }
            }
        }
    }
}
