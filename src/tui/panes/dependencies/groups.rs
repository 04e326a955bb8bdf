//! The dependencies of an item, grouped by the component at the other end.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::History;
use crate::analysis::history::is_hidden;
use crate::facts::{Definition, DefinitionId, Name, Span};
use crate::graph::symbols::UseId;
use crate::graph::{Edge, EdgeId, Evidence, NodeId, NodeKind, Snapshot};
use crate::lang::resolve::{Certainty, DependencyKind, FileId, Reason};
use crate::tui::model::Item;

/// Which side of the selection a group stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What the selection needs inside the project.
    Needs,
    /// What needs the selection.
    NeededBy,
    /// What keeps changing together with it though no dependency says why.
    Together,
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
    pub const ALL: [Section; 7] = [
        Section::Needs,
        Section::NeededBy,
        Section::Together,
        Section::Inside,
        Section::Packages,
        Section::Unresolved,
        Section::Standard,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Needs => "needs",
            Self::NeededBy => "needed by",
            Self::Together => "hidden co-change",
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
    /// Of a symbol: its uses of definitions, and theirs of it.
    pub uses: Vec<UseId>,
    /// Statements; of what changes together the commits that both share.
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

    fn far_end_of_use(&self, snapshot: &Snapshot, id: UseId) -> NodeId {
        let symbols = snapshot.symbols();
        let file = if self.section == Section::NeededBy { symbols.file_of(id) } else { symbols.get(id).file };
        snapshot.node_of(file)
    }

    /// The names of the definitions that the dependencies with one far file are about, or with all; at most so many.
    pub fn names(&self, snapshot: &Snapshot, file: Option<NodeId>, limit: usize) -> Vec<String> {
        let mut used: Vec<(FileId, DefinitionId)> = Vec::new();
        let of_file = |id: &&UseId| file.is_none_or(|file| self.far_end_of_use(snapshot, **id) == file);
        let uses = self.uses.iter().filter(of_file).map(|id| snapshot.symbols().get(*id));
        used.extend(uses.filter_map(|found| Some((found.file, found.to?))));
        let edges = self.edges.iter().filter(|_| self.section != Section::Unresolved).map(|id| snapshot.edge(*id));
        for edge in edges.filter(|edge| file.is_none_or(|file| self.far_end(edge) == file)) {
            let ends = (snapshot.node(edge.from).file, snapshot.node(edge.to).file);
            let (Some(from), Some(to)) = ends else { continue };
            used.extend(snapshot.symbols().names_between(from, to));
            if used.len() >= limit {
                break;
            }
        }
        let mut names: Vec<String> = Vec::new();
        for (file, definition) in used {
            let definitions = snapshot.definitions(snapshot.node_of(file));
            let name = definitions.get(definition as usize).map_or("", |definition| &definition.name);
            if names.len() < limit && !name.is_empty() && !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }

    /// The files (or packages) at the other end with the number of statements, the heaviest first.
    pub fn files(&self, snapshot: &Snapshot, groups: &Groups) -> Vec<(NodeId, u32)> {
        let mut weights: BTreeMap<NodeId, u32> = BTreeMap::new();
        if self.section != Section::Unresolved {
            for id in &self.edges {
                let edge = snapshot.edge(*id);
                *weights.entry(self.far_end(edge)).or_default() += groups.weight(snapshot, edge);
            }
            for id in &self.uses {
                *weights.entry(self.far_end_of_use(snapshot, *id)).or_default() += 1;
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
                    to_symbol: evidence.to_symbol.or_else(|| named_at(snapshot, edge, evidence.span)),
                });
            }
        }
        let of_file = |id: &&UseId| file.is_none_or(|file| self.far_end_of_use(snapshot, **id) == file);
        lines.extend(self.uses.iter().filter(of_file).map(|id| line_of_use(snapshot, *id)));
        lines.sort_unstable();
        // One line may stand for several kinds of dependency on the same thing.
        lines.dedup_by_key(|line| (line.from, line.line, line.to, line.to_symbol));
        lines
    }
}

/// The definition that an edge's evidence names by a use at the same place, where that is one.
fn named_at(snapshot: &Snapshot, edge: &Edge, span: Span) -> Option<DefinitionId> {
    let (from, to) = (snapshot.node(edge.from).file?, snapshot.node(edge.to).file?);
    let mut found =
        snapshot.symbols().uses_on_line(from, span.line).filter(|found| found.file == to).filter_map(|found| found.to);
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

fn line_of_use(snapshot: &Snapshot, id: UseId) -> Line {
    let found = snapshot.symbols().get(id);
    Line {
        from: snapshot.node_of(snapshot.symbols().file_of(id)),
        line: found.span.line,
        start: found.span.start,
        to: Some(snapshot.node_of(found.file)),
        from_symbol: found.from,
        to_symbol: found.to,
    }
}

/// Whether a definition is another one or stands in it.
fn is_inside(definitions: &[Definition], outer: DefinitionId, inner: Option<DefinitionId>) -> bool {
    let mut next = inner;
    while let Some(id) = next {
        if id == outer {
            return true;
        }
        // Those around stand before those inside.
        let parent = definitions.get(id as usize).and_then(|definition| definition.parent);
        next = parent.filter(|parent| *parent >= outer);
    }
    false
}

impl Groups {
    /// Groups what crosses the border of an item, and what lies between its parts.
    pub fn collect(snapshot: &Snapshot, history: Option<&History>, of: Item, tests: bool) -> Self {
        let mut collector = Collector { snapshot, tests, groups: BTreeMap::new(), own: Self { of, all: Vec::new() } };
        if let Some(node) = of.node() {
            collector.crossing(node);
            match of {
                Item::Symbol(file, definition) => collector.symbol(file, definition),
                _ => {
                    collector.inside(node);
                    collector.unresolved(node);
                    if let Some(history) = history {
                        collector.together(history, node);
                    }
                }
            }
        }
        let mut all: Vec<Group> = collector.groups.into_values().collect();
        let mut groups = Self { of, all: Vec::new() };
        for group in &mut all {
            group.files = match group.section {
                Section::Together => 1,
                _ => group.files(snapshot, &groups).len() as u32,
            };
        }
        all.sort_by(|a, b| {
            (a.section, std::cmp::Reverse(a.weight), &a.other).cmp(&(b.section, std::cmp::Reverse(b.weight), &b.other))
        });
        groups.all = all;
        groups
    }

    /// Whether a piece of evidence is about the item: of a symbol only what stands in it, and only what leads out of the
    /// project; the rest is told by its uses.
    fn keeps(&self, snapshot: &Snapshot, edge: &Edge, evidence: &Evidence) -> bool {
        let Item::Symbol(file, symbol) = self.of else { return true };
        let is_outside = snapshot.node(edge.to).kind == NodeKind::External;
        is_outside && edge.from == file && is_inside(snapshot.definitions(file), symbol, evidence.from_symbol)
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
            uses: Vec::new(),
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

    /// What a definition with all in it uses, and who uses it, in the same file too.
    fn symbol(&mut self, node: NodeId, definition: DefinitionId) {
        let snapshot = self.snapshot;
        let Some(file) = snapshot.node(node).file else { return };
        let symbols = snapshot.symbols();
        let inside = |id| is_inside(snapshot.definitions(node), definition, id);
        for (id, found) in symbols.uses_in(file) {
            let is_own = found.file == file && inside(found.to);
            if inside(found.from) && !is_own {
                self.add_use(Section::Needs, snapshot.node_of(found.file), id);
            }
        }
        for (id, found) in symbols.uses_of(file) {
            let from = symbols.file_of(id);
            let is_own = from == file && inside(found.from);
            if inside(found.to) && !is_own {
                self.add_use(Section::NeededBy, snapshot.node_of(from), id);
            }
        }
    }

    fn add_use(&mut self, section: Section, other: NodeId, id: UseId) {
        let found = self.snapshot.symbols().get(id);
        let from = self.snapshot.node_of(self.snapshot.symbols().file_of(id));
        let test = found.test || self.snapshot.node(from).test;
        if test && !self.tests {
            return;
        }
        let group = self.group(section, Other::Node(other));
        group.uses.push(id);
        group.weight += 1;
        group.kinds.insert(found.kind);
        group.certainty = group.certainty.max(Some(found.certainty));
        group.test &= test;
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

    /// Files that change together with what is in a node, and that no dependency leads to or from.
    fn together(&mut self, history: &History, node: NodeId) {
        let snapshot = self.snapshot;
        for pair in history.pairs_of(snapshot, node) {
            let test = snapshot.node(pair.a).test || snapshot.node(pair.b).test;
            if is_hidden(snapshot, pair.a, pair.b) && (self.tests || !test) {
                let group = self.group(Section::Together, Other::Node(pair.b));
                group.weight += pair.shared;
                group.test &= test;
            }
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
