//! From files and their dependencies to a [`Snapshot`].

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::symbols::SymbolGraph;
use super::{Edge, EdgeId, Evidence, Node, NodeId, NodeKind, Snapshot, Unresolved};
use crate::facts::Name;
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, External, FileId, Resolved, Sources, Target};
use crate::project::{Ecosystem, Package};

/// Builds the snapshot. `resolved` is what [`crate::lang::resolve::resolve`] makes of `sources`; pass an empty one to get
/// the tree alone. `name` is what the workspace is called.
pub fn build(name: &str, sources: Arc<Sources>, resolved: &Resolved) -> Snapshot {
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
    let mut uses = Vec::new();
    let mut unresolved = Vec::new();
    for (index, of_file) in dependencies.iter().enumerate() {
        let from = node_of_file[index];
        let is_test_file = sources.files[index].test;
        for dependency in of_file {
            let test = dependency.test || is_test_file;
            let to = match &dependency.target {
                Target::File(file) => node_of_file[file.index()],
                Target::Directory(path) => match by_path.get(&**path) {
                    Some(id) => *id,
                    None => continue,
                },
                Target::External(external) => externals[external],
                Target::Unresolved { text, reason } => {
                    unresolved.push(Unresolved {
                        from,
                        text: text.clone(),
                        reason: *reason,
                        kind: dependency.kind,
                        span: dependency.span,
                        test,
                    });
                    continue;
                }
            };
            uses.push((from, to, dependency.kind, dependency, test));
        }
    }
    unresolved.sort_by_key(|import| (import.from, import.span));
    uses.sort_by_key(|(from, to, kind, dependency, _)| (*from, *to, *kind, dependency.span, dependency.statement));
    let (edges, evidence) = group(&uses);
    let outgoing = offsets(nodes.len(), edges.iter().map(|edge| edge.from));
    let mut by_target: Vec<EdgeId> = (0..edges.len() as u32).map(EdgeId).collect();
    by_target.sort_by_key(|id| (edges[id.index()].to, *id));
    let incoming = offsets(nodes.len(), by_target.iter().map(|id| edges[id.index()].to));
    let symbols = SymbolGraph::new(sources.files.len(), &resolved.symbols);
    let system = crate::system::detect(&sources);
    Snapshot {
        sources,
        system,
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

type Use<'a> = (NodeId, NodeId, DependencyKind, &'a Dependency, bool);

/// Joins uses (sorted) of the same ends and kind.
fn group(uses: &[Use<'_>]) -> (Vec<Edge>, Vec<Evidence>) {
    let mut edges: Vec<Edge> = Vec::new();
    let mut evidence: Vec<Evidence> = Vec::with_capacity(uses.len());
    for run in uses.chunk_by(|a, b| (a.0, a.1, a.2) == (b.0, b.1, b.2)) {
        let (from, to, kind, ..) = run[0];
        let start = evidence.len() as u32;
        let mut statements: Vec<u32> = run.iter().map(|(.., dependency, _)| dependency.statement).collect();
        statements.sort_unstable();
        statements.dedup();
        evidence.extend(run.iter().map(|(_, _, _, dependency, test)| Evidence {
            span: dependency.span,
            from_symbol: dependency.from_symbol,
            to_symbol: dependency.to_symbol,
            test: *test,
        }));
        edges.push(Edge {
            from,
            to,
            kind,
            weight: statements.len() as u32,
            test: run.iter().all(|(.., test)| *test),
            certainty: run.iter().map(|(.., dependency, _)| dependency.certainty).min().unwrap_or(Certainty::Resolved),
            evidence: start..evidence.len() as u32,
        });
    }
    (edges, evidence)
}

/// Appends a node for each package from elsewhere that is used, by path.
fn add_externals(
    sources: &Sources,
    dependencies: &[Vec<Dependency>],
    nodes: &mut Vec<Node>,
) -> FxHashMap<External, NodeId> {
    let mut used: BTreeMap<&External, ()> = BTreeMap::new();
    for dependency in dependencies.iter().flatten() {
        if let Target::External(external) = &dependency.target {
            used.insert(external, ());
        }
    }
    let mut ids = FxHashMap::default();
    for external in used.into_keys() {
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
