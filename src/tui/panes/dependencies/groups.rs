//! The dependencies of an item, grouped by the component at the other end.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{DefinitionId, Name};
use crate::graph::{Edge, EdgeId, Evidence, NodeId, NodeKind, Snapshot};
use crate::lang::resolve::{Certainty, DependencyKind, Reason};
use crate::tui::model::Item;

/// Which side of the selection a group stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What the selection needs inside the project.
    Needs,
    /// What needs the selection.
    NeededBy,
    /// Between the parts of the selection.
    Inside,
    /// Packages from elsewhere that it needs.
    Packages,
    /// What it needs of what comes with the language.
    Standard,
    /// Imports without a target.
    Unresolved,
}

impl Section {
    /// Every section, in the order of the screen.
    pub const ALL: [Section; 6] =
        [Section::Needs, Section::NeededBy, Section::Inside, Section::Packages, Section::Unresolved, Section::Standard];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Needs => "needs",
            Self::NeededBy => "needed by",
            Self::Inside => "between its parts",
            Self::Packages => "external packages",
            Self::Standard => "standard libraries",
            Self::Unresolved => "unresolved",
        }
    }
}

/// What the members of a group share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Other {
    /// The component at the other end.
    Node(NodeId),
    /// Two parts of the selection: the one that needs the other.
    Pair(NodeId, NodeId),
    /// An import as written, and why it has no target.
    Import(Name, Reason),
}

/// Dependencies that are one row.
#[derive(Debug, Clone)]
pub struct Group {
    /// On which side.
    pub section: Section,
    /// To or from what.
    pub other: Other,
    /// The dependencies; for unresolved imports indexes into [`Snapshot::unresolved`].
    pub edges: Vec<EdgeId>,
    /// Statements.
    pub weight: u32,
    /// Files at the other end.
    pub files: u32,
    /// In which ways, each once.
    pub kinds: BTreeSet<DependencyKind>,
    /// The least certain of them.
    pub certainty: Option<Certainty>,
    /// Whether all of it is needed by test code only.
    pub test: bool,
}

/// A line that makes a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The file that it stands in.
    pub from: NodeId,
    /// Counted from 1.
    pub line: u32,
    /// First byte.
    pub start: u32,
    /// The other file or package, if there is one.
    pub to: Option<NodeId>,
    /// The definition around it.
    pub from_symbol: Option<DefinitionId>,
    /// The definition that it names.
    pub to_symbol: Option<DefinitionId>,
}

/// All groups of an item.
#[derive(Debug, Clone)]
pub struct Groups {
    /// The item.
    pub of: Item,
    /// By section, then the heaviest first.
    pub all: Vec<Group>,
}

impl Default for Groups {
    fn default() -> Self {
        Self { of: Item::Node(NodeId::ROOT), all: Vec::new() }
    }
}

impl Group {
    /// The component at the other end, where that is one.
    pub fn other(&self) -> Option<NodeId> {
        match self.other {
            Other::Node(node) => Some(node),
            Other::Pair(_, to) => Some(to),
            Other::Import(..) => None,
        }
    }

    /// What the row says: paths relative to what the selection shares with them.
    pub fn label(&self, snapshot: &Snapshot, of: Item) -> String {
        match &self.other {
            Other::Node(node) => relative(snapshot, *node, of),
            Other::Pair(from, to) => format!("{} → {}", snapshot.node(*from).name, snapshot.node(*to).name),
            Other::Import(text, _) => text.to_string(),
        }
    }

    /// The file at the other end of one dependency.
    fn far_end(&self, edge: &Edge) -> NodeId {
        if self.section == Section::NeededBy { edge.from } else { edge.to }
    }

    /// The files (or packages) at the other end with the number of statements, the heaviest first.
    pub fn files(&self, snapshot: &Snapshot, groups: &Groups) -> Vec<(NodeId, u32)> {
        let mut weights: BTreeMap<NodeId, u32> = BTreeMap::new();
        if self.section != Section::Unresolved {
            for id in &self.edges {
                let edge = snapshot.edge(*id);
                *weights.entry(self.far_end(edge)).or_default() += groups.weight(snapshot, edge);
            }
        }
        let mut files: Vec<(NodeId, u32)> = weights.into_iter().collect();
        files.sort_by_key(|(node, weight)| (std::cmp::Reverse(*weight), *node));
        files
    }

    /// The lines that make the group, of one far file or of all, in source order.
    pub fn lines(&self, snapshot: &Snapshot, groups: &Groups, file: Option<NodeId>) -> Vec<Line> {
        let mut lines = Vec::new();
        for id in &self.edges {
            if self.section == Section::Unresolved {
                let import = &snapshot.unresolved()[id.index()];
                let (line, start) = (import.span.line, import.span.start);
                lines.push(Line { from: import.from, line, start, to: None, from_symbol: None, to_symbol: None });
                continue;
            }
            let edge = snapshot.edge(*id);
            if file.is_some_and(|file| self.far_end(edge) != file) {
                continue;
            }
            for evidence in snapshot.evidence(edge).iter().filter(|evidence| groups.keeps(snapshot, edge, evidence)) {
                lines.push(Line {
                    from: edge.from,
                    line: evidence.span.line,
                    start: evidence.span.start,
                    to: Some(edge.to),
                    from_symbol: evidence.from_symbol,
                    to_symbol: evidence.to_symbol,
                });
            }
        }
        lines.sort_unstable();
        // One line may stand for several kinds of dependency on the same thing.
        lines.dedup_by_key(|line| (line.from, line.line, line.to, line.to_symbol));
        lines
    }
}

impl Groups {
    /// Groups what crosses the border of an item, and what lies between its parts.
    pub fn collect(snapshot: &Snapshot, of: Item, tests: bool) -> Self {
        let mut collector = Collector { snapshot, tests, groups: BTreeMap::new(), own: Self { of, all: Vec::new() } };
        if let Some(node) = of.node() {
            collector.crossing(node);
            if matches!(of, Item::Node(_)) {
                collector.inside(node);
                collector.unresolved(node);
            }
        }
        let mut all: Vec<Group> = collector.groups.into_values().collect();
        let mut groups = Self { of, all: Vec::new() };
        for group in &mut all {
            group.files = group.files(snapshot, &groups).len() as u32;
        }
        all.sort_by(|a, b| {
            (a.section, std::cmp::Reverse(a.weight), &a.other).cmp(&(b.section, std::cmp::Reverse(b.weight), &b.other))
        });
        groups.all = all;
        groups
    }

    /// Whether a piece of evidence is about the item: of a symbol only what stands in it or names it.
    fn keeps(&self, snapshot: &Snapshot, edge: &Edge, evidence: &Evidence) -> bool {
        let Item::Symbol(file, symbol) = self.of else { return true };
        let inside = |id: Option<DefinitionId>| {
            let definitions = snapshot.definitions(file);
            let mut next = id;
            while let Some(id) = next {
                if id == symbol {
                    return true;
                }
                // Those around stand before those inside.
                next = definitions
                    .get(id as usize)
                    .and_then(|definition| definition.parent)
                    .filter(|parent| *parent >= symbol);
            }
            false
        };
        if edge.from == file { inside(evidence.from_symbol) } else { inside(evidence.to_symbol) }
    }

    fn weight(&self, snapshot: &Snapshot, edge: &Edge) -> u32 {
        match self.of {
            Item::Symbol(..) => {
                snapshot.evidence(edge).iter().filter(|evidence| self.keeps(snapshot, edge, evidence)).count() as u32
            }
            _ => edge.weight,
        }
    }
}

struct Collector<'a> {
    snapshot: &'a Snapshot,
    tests: bool,
    groups: BTreeMap<(Section, Other), Group>,
    own: Groups,
}

impl Collector<'_> {
    fn group(&mut self, section: Section, other: Other) -> &mut Group {
        self.groups.entry((section, other.clone())).or_insert_with(|| Group {
            section,
            other,
            edges: Vec::new(),
            weight: 0,
            files: 0,
            kinds: BTreeSet::new(),
            certainty: None,
            test: true,
        })
    }

    fn add(&mut self, section: Section, other: Other, id: EdgeId) {
        let edge = self.snapshot.edge(id);
        let weight = self.own.weight(self.snapshot, edge);
        if weight == 0 || (edge.test && !self.tests) {
            return;
        }
        let group = self.group(section, other);
        group.edges.push(id);
        group.weight += weight;
        group.kinds.insert(edge.kind);
        group.certainty = group.certainty.max(Some(edge.certainty));
        group.test &= edge.test;
    }

    fn crossing(&mut self, node: NodeId) {
        let snapshot = self.snapshot;
        for id in snapshot.outgoing_of_subtree(node) {
            let to = snapshot.edge(id).to;
            if snapshot.node(to).kind == NodeKind::External {
                let section = if snapshot.node(to).standard { Section::Standard } else { Section::Packages };
                self.add(section, Other::Node(to), id);
            } else {
                self.add(Section::Needs, Other::Node(peer(snapshot, node, to)), id);
            }
        }
        for id in snapshot.incoming_of_subtree(node) {
            let from = snapshot.edge(id).from;
            self.add(Section::NeededBy, Other::Node(peer(snapshot, node, from)), id);
        }
    }

    /// Dependencies between different children.
    fn inside(&mut self, node: NodeId) {
        let snapshot = self.snapshot;
        let children: Vec<NodeId> = snapshot.children(node).collect();
        let child_of = |id: NodeId| match children.partition_point(|child| *child <= id) {
            0 => None,
            after => Some(children[after - 1]).filter(|child| snapshot.contains(*child, id)),
        };
        for child in &children {
            for id in snapshot.outgoing_of_subtree(*child) {
                if let Some(other) = child_of(snapshot.edge(id).to) {
                    self.add(Section::Inside, Other::Pair(*child, other), id);
                }
            }
        }
    }

    fn unresolved(&mut self, node: NodeId) {
        let snapshot = self.snapshot;
        let (subtree, all) = (snapshot.subtree(node), snapshot.unresolved());
        let start = all.partition_point(|import| import.from.0 < subtree.start);
        for (index, import) in all.iter().enumerate().skip(start) {
            if import.from.0 >= subtree.end {
                break;
            }
            if import.test && !self.tests {
                continue;
            }
            let group = self.group(Section::Unresolved, Other::Import(import.text.clone(), import.reason));
            group.edges.push(EdgeId(index as u32));
            group.weight += 1;
            group.kinds.insert(import.kind);
            group.test &= import.test;
        }
    }
}

/// The component that stands for `far` beside `near`: the child of what both lie in.
fn peer(snapshot: &Snapshot, near: NodeId, far: NodeId) -> NodeId {
    let Some(shared) = snapshot.common_ancestor(far, near) else { return far };
    if shared == far {
        return far;
    }
    std::iter::once(far)
        .chain(snapshot.ancestors(far))
        .find(|id| snapshot.node(*id).parent == Some(shared))
        .unwrap_or(far)
}

/// A component's path from what it shares with the selection.
fn relative(snapshot: &Snapshot, node: NodeId, of: Item) -> String {
    let it = snapshot.node(node);
    match it.kind {
        NodeKind::External => return it.name.to_string(),
        NodeKind::Workspace => return it.name.to_string(),
        _ => {}
    }
    let shared = of.node().and_then(|of| snapshot.common_ancestor(of, node));
    let prefix = shared.map_or(0, |shared| snapshot.node(shared).path.len());
    let rest = it.path.get(prefix..).unwrap_or(&it.path).trim_start_matches('/');
    if rest.is_empty() { it.path.to_string() } else { rest.to_owned() }
}
