//! From files and their dependencies to a [`Snapshot`].

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::symbols::SymbolGraph;
use super::{Edge, EdgeId, Evidence, Node, NodeId, NodeKind, Snapshot, Unresolved};
use crate::facts::Name;
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, External, FileId, Resolved, Sources, Target};
use crate::project::{Ecosystem, Package};
use crate::system::System;

/// Builds the snapshot. `resolved` is what [`crate::lang::resolve::resolve`] makes of `sources`; pass an empty one to get
/// the tree alone. `name` is what the workspace is called.
pub fn build(name: &str, sources: Arc<Sources>, resolved: &Resolved) -> Snapshot {
    // The running system is read from what the graph is made of, not from the graph: that need not wait.
    let (system, snapshot) =
        rayon::join(|| crate::system::detect(&sources, resolved), || without_system(name, sources.clone(), resolved));
    Snapshot { system, ..snapshot }
}

fn without_system(name: &str, sources: Arc<Sources>, resolved: &Resolved) -> Snapshot {
    let dependencies = &*resolved.dependencies;
    let mut nodes = Tree::new(name, &sources).nodes;
    let tree_len = nodes.len() as u32;
    let externals = add_externals(&sources, dependencies, &mut nodes);
    let by_path: FxHashMap<Arc<str>, NodeId> =
        nodes.iter().enumerate().map(|(index, node)| (node.path.clone(), NodeId(index as u32))).collect();
    let mut node_of_file = vec![NodeId::ROOT; sources.files.len()];
    for (index, node) in nodes.iter().enumerate() {
        if let Some(file) = node.file {
            node_of_file[file.index()] = NodeId(index as u32);
        }
    }
    let ends = Ends { by_path: &by_path, node_of_file: &node_of_file, externals: &externals };
    // A file's edges are its own, and files come in the order of their nodes: so are all edges in order.
    let files: Vec<FileId> = nodes.iter().filter_map(|node| node.file).collect();
    let parts: Vec<OfFile> = files
        .par_iter()
        .map(|file| OfFile::new(&ends, *file, dependencies.get(file.index()).map_or(&[], Vec::as_slice), &sources))
        .collect();
    let mut all = OfFile::with_capacity_of(&parts);
    for part in parts {
        all.append(part);
    }
    let OfFile { edges, evidence, unresolved } = all;
    let outgoing = offsets(nodes.len(), edges.iter().map(|edge| edge.from));
    let mut by_target: Vec<EdgeId> = (0..edges.len() as u32).map(EdgeId).collect();
    by_target.sort_by_key(|id| (edges[id.index()].to, *id));
    let incoming = offsets(nodes.len(), by_target.iter().map(|id| edges[id.index()].to));
    let symbols = SymbolGraph::new(sources.files.len(), &resolved.symbols);
    Snapshot {
        sources,
        system: System::default(),
        nodes,
        tree_len,
        edges,
        evidence,
        outgoing,
        by_target,
        incoming,
        unresolved,
        symbols,
        by_path,
        node_of_file,
    }
}

/// Start of each node's slice in a list sorted by node.
fn offsets(nodes: usize, sorted: impl Iterator<Item = NodeId>) -> Vec<u32> {
    let mut offsets = vec![0; nodes + 1];
    for id in sorted {
        offsets[id.index() + 1] += 1;
    }
    for index in 0..nodes {
        offsets[index + 1] += offsets[index];
    }
    offsets
}

/// What dependencies lead to, as nodes.
struct Ends<'a> {
    by_path: &'a FxHashMap<Arc<str>, NodeId>,
    node_of_file: &'a [NodeId],
    externals: &'a FxHashMap<External, NodeId>,
}

/// The edges that leave one file, or several.
#[derive(Default)]
struct OfFile {
    edges: Vec<Edge>,
    evidence: Vec<Evidence>,
    unresolved: Vec<Unresolved>,
}

impl OfFile {
    /// Joins a file's dependencies to edges, by their other end and kind.
    fn new(ends: &Ends<'_>, file: FileId, dependencies: &[Dependency], sources: &Sources) -> Self {
        let from = ends.node_of_file[file.index()];
        let is_test_file = sources.get(file).test;
        let mut all = Self::default();
        let mut uses: Vec<Use<'_>> = Vec::with_capacity(dependencies.len());
        for dependency in dependencies {
            let to = match &dependency.target {
                Target::File(file) => Some(ends.node_of_file[file.index()]),
                Target::Directory(path) => ends.by_path.get(&**path).copied(),
                Target::External(external) => ends.externals.get(external).copied(),
                Target::Unresolved { text, reason } => {
                    all.unresolved.push(Unresolved {
                        from,
                        text: text.clone(),
                        reason: *reason,
                        kind: dependency.kind,
                        span: dependency.span,
                        test: dependency.test || is_test_file,
                    });
                    None
                }
            };
            uses.extend(to.map(|to| (to, dependency.kind, dependency)));
        }
        all.unresolved.sort_by_key(|import| import.span);
        uses.sort_by_key(|(to, kind, dependency)| (*to, *kind, dependency.span, dependency.statement));
        all.evidence.reserve_exact(uses.len());
        for run in uses.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            all.edge(from, run, is_test_file);
        }
        all
    }

    /// Adds the edge of uses of the same end and kind.
    fn edge(&mut self, from: NodeId, run: &[Use<'_>], is_test_file: bool) {
        let Some((to, kind, _)) = run.first().copied() else { return };
        let start = self.evidence.len() as u32;
        let mut statements: Vec<u32> = run.iter().map(|(.., dependency)| dependency.statement).collect();
        statements.sort_unstable();
        statements.dedup();
        self.evidence.extend(run.iter().map(|(.., dependency)| Evidence {
            span: dependency.span,
            from_symbol: dependency.from_symbol,
            to_symbol: dependency.to_symbol,
            test: dependency.test || is_test_file,
        }));
        let certainties = run.iter().map(|(.., dependency)| dependency.certainty);
        self.edges.push(Edge {
            from,
            to,
            kind,
            weight: statements.len() as u32,
            test: is_test_file || run.iter().all(|(.., dependency)| dependency.test),
            certainty: certainties.min().unwrap_or(Certainty::Resolved),
            evidence: start..self.evidence.len() as u32,
        });
    }

    fn with_capacity_of(parts: &[Self]) -> Self {
        Self {
            edges: Vec::with_capacity(parts.iter().map(|part| part.edges.len()).sum()),
            evidence: Vec::with_capacity(parts.iter().map(|part| part.evidence.len()).sum()),
            unresolved: Vec::with_capacity(parts.iter().map(|part| part.unresolved.len()).sum()),
        }
    }

    /// Adds those of a later file.
    fn append(&mut self, later: Self) {
        let start = self.evidence.len() as u32;
        let moved = |edge: Edge| Edge { evidence: edge.evidence.start + start..edge.evidence.end + start, ..edge };
        self.edges.extend(later.edges.into_iter().map(moved));
        self.evidence.extend(later.evidence);
        self.unresolved.extend(later.unresolved);
    }
}

/// The other end of a dependency, and how it is needed.
type Use<'a> = (NodeId, DependencyKind, &'a Dependency);

/// Appends a node for each package from elsewhere that is used, by path.
fn add_externals(
    sources: &Sources,
    dependencies: &[Vec<Dependency>],
    nodes: &mut Vec<Node>,
) -> FxHashMap<External, NodeId> {
    let external = |dependency| match dependency {
        &Dependency { target: Target::External(ref external), .. } => Some(external),
        _ => None,
    };
    let used: FxHashSet<&External> = dependencies.iter().flatten().filter_map(external).collect();
    let mut used: Vec<&External> = used.into_iter().collect();
    used.sort_unstable();
    let mut ids = FxHashMap::default();
    for external in used {
        let id = NodeId(nodes.len() as u32);
        nodes.push(Node {
            kind: NodeKind::External,
            name: external.name.as_str().into(),
            path: format!("{}:{}", external.ecosystem.as_str(), external.name).into(),
            parent: None,
            end: NodeId(id.0 + 1),
            depth: 0,
            language: None,
            file: None,
            package: None,
            ecosystem: Some(external.ecosystem),
            version: version_of(&sources.project.packages, external.ecosystem, &external.name),
            standard: external.standard,
            files: 0,
            lines: 0,
            bytes: 0,
            test: false,
            mark: None,
        });
        ids.insert(external.clone(), id);
    }
    ids
}

/// The version of a package from elsewhere: what a lock file fixes, else what a manifest asks for.
fn version_of(packages: &[Package], ecosystem: Ecosystem, name: &str) -> Option<Name> {
    let declared = || {
        packages
            .iter()
            .filter(|package| package.ecosystem == ecosystem)
            .flat_map(|package| &package.dependencies)
            .filter(|declared| declared.name == name)
    };
    declared()
        .find_map(|declared| declared.locked.clone())
        .or_else(|| declared().find_map(|declared| declared.requirement.clone()))
}

/// A directory while the tree is made.
#[derive(Default)]
struct Directory<'a> {
    directories: BTreeMap<&'a str, Directory<'a>>,
    files: BTreeMap<&'a str, FileId>,
}

struct Tree<'a> {
    sources: &'a Sources,
    packages: FxHashMap<&'a str, u32>,
    nodes: Vec<Node>,
}

impl<'a> Tree<'a> {
    fn new(name: &str, sources: &'a Sources) -> Self {
        let mut root = Directory::default();
        for (index, file) in sources.files.iter().enumerate() {
            let mut directory = &mut root;
            let mut rest: &str = &file.path;
            while let Some((first, tail)) = rest.split_once('/') {
                directory = directory.directories.entry(first).or_default();
                rest = tail;
            }
            directory.files.insert(rest, FileId(index as u32));
        }
        let mut packages = FxHashMap::default();
        for (index, package) in sources.project.packages.iter().enumerate() {
            packages.entry(&*package.directory).or_insert(index as u32);
        }
        let mut tree = Self { sources, packages, nodes: Vec::with_capacity(sources.files.len() * 2) };
        let kind = NodeKind::Workspace;
        tree.directory(kind, name, String::new(), None, &root);
        tree
    }

    fn directory(
        &mut self,
        kind: NodeKind,
        name: &str,
        path: String,
        parent: Option<NodeId>,
        of: &Directory<'a>,
    ) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        let depth = parent.map_or(0, |parent| self.nodes[parent.index()].depth + 1);
        self.nodes.push(Node {
            kind,
            name: name.into(),
            path: path.as_str().into(),
            parent,
            end: NodeId(id.0 + 1),
            depth,
            language: None,
            file: None,
            package: self.packages.get(path.as_str()).copied(),
            ecosystem: None,
            version: None,
            standard: false,
            files: 0,
            lines: 0,
            bytes: 0,
            test: false,
            mark: None,
        });
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        for (name, directory) in &of.directories {
            let path = below(name);
            let kind = if self.packages.contains_key(path.as_str()) { NodeKind::Package } else { NodeKind::Directory };
            self.directory(kind, name, path, Some(id), directory);
        }
        for (name, file) in &of.files {
            self.file(name, *file, id, depth + 1);
        }
        self.sum_up(id);
        id
    }

    fn file(&mut self, name: &str, file: FileId, parent: NodeId, depth: u16) {
        let source = self.sources.get(file);
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node {
            kind: NodeKind::File,
            name: name.into(),
            path: source.path.clone(),
            parent: Some(parent),
            end: NodeId(id.0 + 1),
            depth,
            language: source.language,
            file: Some(file),
            package: None,
            ecosystem: None,
            version: None,
            standard: false,
            files: 1,
            lines: source.facts.as_ref().map_or(0, |facts| u64::from(facts.lines)),
            bytes: source.bytes,
            test: source.test,
            mark: source.mark,
        });
    }

    /// Closes a directory: its end, and what it sums up or shares of the nodes below.
    fn sum_up(&mut self, id: NodeId) {
        let end = NodeId(self.nodes.len() as u32);
        let (files, lines, bytes) = self.nodes[id.index() + 1..]
            .iter()
            .filter(|node| node.kind == NodeKind::File)
            .fold((0, 0, 0), |(files, lines, bytes), node| (files + 1, lines + node.lines, bytes + node.bytes));
        let leaves = || self.nodes[id.index() + 1..].iter().filter(|node| node.kind == NodeKind::File);
        let test = files > 0 && leaves().all(|node| node.test);
        let first_mark = leaves().next().and_then(|node| node.mark);
        let mark = first_mark.filter(|mark| leaves().all(|node| node.mark == Some(*mark)));
        let node = &mut self.nodes[id.index()];
        node.end = end;
        (node.files, node.lines, node.bytes) = (files, lines, bytes);
        (node.test, node.mark) = (test, mark);
    }
}
