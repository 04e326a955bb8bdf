//! The dependency graph as one immutable value.
//!
//! A [`Snapshot`] is all that readers (explorer, exports, checks) see. Its tree nodes are numbered in pre-order, so the
//! nodes below a node are a contiguous range, and everything that depends on a subtree is found in contiguous slices of
//! the two edge indexes. Ids live within one snapshot; across snapshots the key is [`Node::path`].

mod build;
pub mod edit;
#[cfg(test)]
pub mod fixture;
pub mod reach;
mod skipped;
pub mod symbols;
pub mod view;

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use build::build;
pub use skipped::{SkipReason, Skipped};
use symbols::SymbolGraph;

use crate::facts::{Definition, DefinitionId, Name, Span};
use crate::lang::Language;
use crate::lang::resolve::{Certainty, DependencyKind, FileId, Mark, Reason, Sources};
use crate::project::{Ecosystem, Package};
use crate::system::System;

/// A node of one snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The workspace: the root of the tree.
    pub const ROOT: Self = Self(0);

    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// An edge of one snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EdgeId(pub u32);

impl EdgeId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// The root.
    Workspace,
    /// A directory with a manifest that defines a package.
    Package,
    /// Any other directory.
    Directory,
    /// A file.
    File,
    /// A package from elsewhere.
    External,
}

impl NodeKind {
    /// The name in output and in queries.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Package => "package",
            Self::Directory => "directory",
            Self::File => "file",
            Self::External => "external",
        }
    }
}

/// A component.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// The last part of the path; for the workspace and for packages from elsewhere the name.
    pub name: Box<str>,
    /// The key across snapshots: the path relative to the root (`""` for the root itself), or `ecosystem:name` for a
    /// package from elsewhere.
    pub path: Arc<str>,
    /// The containing node. None for the root and for packages from elsewhere.
    pub parent: Option<NodeId>,
    /// One past the last node below this one.
    pub end: NodeId,
    /// Steps from the root.
    pub depth: u16,
    /// Of files.
    pub language: Option<&'static Language>,
    /// Of files.
    pub file: Option<FileId>,
    /// Index into [`crate::project::Project::packages`], if a manifest here defines one.
    pub package: Option<u32>,
    /// Of packages from elsewhere: whose rules they follow.
    pub ecosystem: Option<Ecosystem>,
    /// Of packages from elsewhere: the version that a lock file or manifest names.
    pub version: Option<Name>,
    /// Of packages from elsewhere: whether it comes with the language.
    pub standard: bool,
    /// Source files at or below.
    pub files: u32,
    /// Physical lines at or below.
    pub lines: u64,
    /// Bytes at or below.
    pub bytes: u64,
    /// Whether all of it is test code.
    pub test: bool,
    /// Why it is not the project's own code; of a directory: where all its files agree.
    pub mark: Option<Mark>,
}

impl Node {
    /// The path as it is written in output: the root is `.`.
    pub fn written(&self) -> &str {
        if self.path.is_empty() { "." } else { &self.path }
    }
}

/// A dependency: `from` needs `to`.
#[derive(Debug, Clone)]
pub struct Edge {
    /// A file.
    pub from: NodeId,
    /// A file, a directory (a Go package) or a package from elsewhere.
    pub to: NodeId,
    /// In which way.
    pub kind: DependencyKind,
    /// The number of different statements that say so.
    pub weight: u32,
    /// Whether only test code needs it.
    pub test: bool,
    /// The most certain of its evidence.
    pub certainty: Certainty,
    evidence: Range<u32>,
}

/// One place in [`Edge::from`] that makes the edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// Where.
    pub span: Span,
    /// The definition around it, where known.
    pub from_symbol: Option<DefinitionId>,
    /// The definition in the target that it names, where known.
    pub to_symbol: Option<DefinitionId>,
    /// Whether it stands in test code.
    pub test: bool,
}

/// An import that has no target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// The importing file.
    pub from: NodeId,
    /// As written.
    pub text: Name,
    /// Why.
    pub reason: Reason,
    /// In which way it is imported.
    pub kind: DependencyKind,
    /// Where.
    pub span: Span,
    /// Whether it stands in test code.
    pub test: bool,
}

/// The graph of one state of the project.
pub struct Snapshot {
    /// The files and manifests that it was made from.
    pub sources: Arc<Sources>,
    /// The running system.
    pub system: System,
    nodes: Vec<Node>,
    tree_len: u32,
    edges: Vec<Edge>,
    evidence: Vec<Evidence>,
    /// Start of each node's slice of `edges`, which are sorted by source.
    outgoing: Vec<u32>,
    /// Edge ids sorted by target, and the start of each node's slice.
    by_target: Vec<EdgeId>,
    incoming: Vec<u32>,
    unresolved: Vec<Unresolved>,
    symbols: SymbolGraph,
    by_path: FxHashMap<Arc<str>, NodeId>,
    node_of_file: Vec<NodeId>,
}

impl Snapshot {
    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// Every node: the tree in pre-order, then packages from elsewhere by path.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId(index as u32), node))
    }

    /// The nodes of the tree.
    pub fn tree(&self) -> impl ExactSizeIterator<Item = NodeId> + use<> {
        (0..self.tree_len).map(NodeId)
    }

    /// Packages from elsewhere, by path.
    pub fn externals(&self) -> impl ExactSizeIterator<Item = NodeId> + use<> {
        (self.tree_len..self.nodes.len() as u32).map(NodeId)
    }

    /// The nodes directly below a node: directories first, then files, each by name.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let end = self.node(id).end;
        let mut next = NodeId(id.0 + 1);
        std::iter::from_fn(move || {
            let child = next;
            (child < end).then(|| {
                next = self.node(child).end;
                child
            })
        })
    }

    /// A node and all below it, as a range of ids.
    pub fn subtree(&self, id: NodeId) -> Range<u32> {
        id.0..self.node(id).end.0
    }

    /// Whether `inner` is `outer` or lies below it.
    pub fn contains(&self, outer: NodeId, inner: NodeId) -> bool {
        self.subtree(outer).contains(&inner.0)
    }

    /// The node's ancestors from its parent to the root.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.node(id).parent, |id| self.node(*id).parent)
    }

    /// The node with this path (see [`Node::path`]).
    pub fn find(&self, path: &str) -> Option<NodeId> {
        self.by_path.get(path).copied()
    }

    /// The node of a file.
    pub fn node_of(&self, file: FileId) -> NodeId {
        self.node_of_file[file.index()]
    }

    /// Every edge, sorted by source, target and kind.
    pub fn edges(&self) -> impl ExactSizeIterator<Item = (EdgeId, &Edge)> {
        self.edges.iter().enumerate().map(|(index, edge)| (EdgeId(index as u32), edge))
    }

    /// An edge.
    pub fn edge(&self, id: EdgeId) -> &Edge {
        &self.edges[id.index()]
    }

    /// Edges that start at this very node (not below it).
    pub fn outgoing(&self, id: NodeId) -> impl ExactSizeIterator<Item = EdgeId> + use<> {
        (self.outgoing[id.index()]..self.outgoing[id.index() + 1]).map(EdgeId)
    }

    /// Edges that end at this very node (not below it), by source.
    pub fn incoming(&self, id: NodeId) -> impl ExactSizeIterator<Item = EdgeId> + '_ {
        self.by_target[self.incoming[id.index()] as usize..self.incoming[id.index() + 1] as usize].iter().copied()
    }

    /// Edges that start in the subtree of a node and end outside of it, by source.
    pub fn outgoing_of_subtree(&self, id: NodeId) -> impl Iterator<Item = EdgeId> + '_ {
        let subtree = self.subtree(id);
        (self.outgoing[subtree.start as usize]..self.outgoing[subtree.end as usize])
            .map(EdgeId)
            .filter(move |edge| !subtree.contains(&self.edge(*edge).to.0))
    }

    /// Edges that end in the subtree of a node and start outside of it, by target.
    pub fn incoming_of_subtree(&self, id: NodeId) -> impl Iterator<Item = EdgeId> + '_ {
        let subtree = self.subtree(id);
        self.by_target[self.incoming[subtree.start as usize] as usize..self.incoming[subtree.end as usize] as usize]
            .iter()
            .copied()
            .filter(move |edge| !subtree.contains(&self.edge(*edge).from.0))
    }

    /// The places that make an edge, in source order.
    pub fn evidence(&self, edge: &Edge) -> &[Evidence] {
        &self.evidence[edge.evidence.start as usize..edge.evidence.end as usize]
    }

    /// Imports without a target, by file and place.
    pub fn unresolved(&self) -> &[Unresolved] {
        &self.unresolved
    }

    /// The uses of definitions by definitions.
    pub fn symbols(&self) -> &SymbolGraph {
        &self.symbols
    }

    /// What a file defines; empty for nodes that are no parsed files.
    pub fn definitions(&self, id: NodeId) -> &[Definition] {
        self.node(id).file.and_then(|file| self.sources.facts(file)).map_or(&[], |facts| facts.definitions.as_slice())
    }

    /// The package whose manifest stands at this node.
    pub fn package(&self, id: NodeId) -> Option<&Package> {
        self.node(id).package.map(|index| &self.sources.project.packages[index as usize])
    }

    /// The lowest node that contains both.
    pub fn common_ancestor(&self, a: NodeId, b: NodeId) -> Option<NodeId> {
        std::iter::successors(Some(a), |id| self.node(*id).parent).find(|id| self.contains(*id, b))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::fixture::{at, graph};
    use super::*;

    /// Paths of up to four parts from a small alphabet, so that directories are shared.
    fn paths() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::btree_set("[a-c](/[a-c]){0,3}\\.x", 1..30).prop_map(|set| set.into_iter().collect())
    }

    proptest! {
        #[test]
        fn a_subtree_is_a_contiguous_range_and_sums_up_its_files(paths in paths()) {
            let lines: Vec<&str> = paths.iter().map(String::as_str).collect();
            let snapshot = graph(&lines);
            prop_assert_eq!(snapshot.node(NodeId::ROOT).files as usize, paths.len());
            for id in snapshot.tree() {
                let below: Vec<NodeId> = snapshot.subtree(id).skip(1).map(NodeId).collect();
                for child in &below {
                    prop_assert!(snapshot.ancestors(*child).any(|ancestor| ancestor == id));
                }
                let children: Vec<NodeId> = snapshot.children(id).collect();
                prop_assert!(children.iter().all(|child| snapshot.node(*child).parent == Some(id)));
                let files: u32 = children.iter().map(|child| snapshot.node(*child).files).sum();
                let own = u32::from(snapshot.node(id).kind == NodeKind::File);
                prop_assert_eq!(snapshot.node(id).files, files + own);
            }
            for path in &paths {
                prop_assert_eq!(&*snapshot.node(at(&snapshot, path)).path, path.as_str());
            }
        }

        #[test]
        fn every_edge_is_found_from_both_ends(pairs in proptest::collection::vec((0..8usize, 0..8usize), 0..40)) {
            let lines: Vec<String> = pairs.iter().map(|(a, b)| format!("d{}/f{a} d{}/f{b}", a % 3, b % 3)).collect();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let snapshot = graph(&lines);
            for (id, edge) in snapshot.edges() {
                prop_assert!(snapshot.outgoing(edge.from).any(|other| other == id));
                prop_assert!(snapshot.incoming(edge.to).any(|other| other == id));
                let crosses = |outer: NodeId, inside: NodeId, outside: NodeId| {
                    snapshot.contains(outer, inside) && !snapshot.contains(outer, outside)
                };
                for node in snapshot.tree() {
                    let leaves = snapshot.outgoing_of_subtree(node).any(|other| other == id);
                    prop_assert_eq!(leaves, crosses(node, edge.from, edge.to));
                    let enters = snapshot.incoming_of_subtree(node).any(|other| other == id);
                    prop_assert_eq!(enters, crosses(node, edge.to, edge.from));
                }
            }
        }
    }

    #[test]
    fn statements_between_two_files_are_one_weighted_edge() {
        let snapshot = graph(&["a b", "a b", "a b type"]);
        let weights: Vec<(DependencyKind, u32)> = snapshot.edges().map(|(_, edge)| (edge.kind, edge.weight)).collect();
        assert_eq!(weights, [(DependencyKind::Import, 2), (DependencyKind::TypeOnly, 1)]);
        let lines: Vec<u32> =
            snapshot.edges().flat_map(|(_, edge)| snapshot.evidence(edge)).map(|evidence| evidence.span.line).collect();
        assert_eq!(lines, [1, 2, 3]);
    }
}
