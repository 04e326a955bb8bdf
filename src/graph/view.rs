//! Views: what of a snapshot is shown, and the smaller graph that this makes.
//!
//! A [`View`] chooses components and a level; [`Snapshot::project`] rolls the graph up to it. Drawings, exports and the
//! explorer all show a [`Subgraph`], so what is exported is what is seen.

mod fold;
mod grouping;
mod projection;
mod symbols;
#[cfg(test)]
mod tests;

use super::symbols::UseId;
use super::{EdgeId, NodeId, Snapshot};
use crate::facts::DefinitionId;
use crate::lang::resolve::{Certainty, DependencyKind};

/// What one box of a view stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A package with all its files (those of packages inside it not counted).
    Package,
    /// A directory with the files directly in it.
    Module,
    /// A file.
    File,
    /// A definition; what stands outside of definitions is the file's.
    Symbol,
}

impl Level {
    /// Every level, from coarse to fine.
    pub const ALL: [Self; 4] = [Self::Package, Self::Module, Self::File, Self::Symbol];

    /// The name in output and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Module => "module",
            Self::File => "file",
            Self::Symbol => "symbol",
        }
    }

    /// The level with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }
}

/// A component that a view shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chosen {
    /// Which: a node of the tree, or a package from elsewhere.
    pub node: NodeId,
    /// As one box, whatever the level; else opened down to the level.
    pub whole: bool,
}

/// Which packages from elsewhere a view shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Externals {
    /// None.
    None,
    /// Those that do not come with the language itself.
    Packages,
    /// All that are used.
    All,
}

impl Externals {
    /// Every choice, from few to many.
    pub const ALL: [Self; 3] = [Self::None, Self::Packages, Self::All];

    /// The name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Packages => "packages",
            Self::All => "all",
        }
    }

    /// The choice with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|externals| externals.as_str() == name)
    }
}

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The components; none for the whole project. Of two that contain each other, the inner one counts for what it
    /// holds, so a folder can be opened with one of its parts left whole, and the other way round.
    pub selection: Vec<Chosen>,
    /// How far what is opened is opened.
    pub level: Level,
    /// How many steps along dependencies, in both directions, are shown around the selection.
    pub depth: u32,
    /// Whether test code is shown.
    pub tests: bool,
    /// Whether dependencies are shown that only a type checker sees.
    pub type_only: bool,
    /// Whether `module` edges are shown: they say what a file is a part of, which the grouping shows already.
    pub containment: bool,
    /// Whether a file's import of a directory as one unit (Go) is shown beside the same file's mentions of files in it.
    /// Where there are no such mentions, it always is.
    pub package_imports: bool,
    /// Which packages from elsewhere are shown.
    pub externals: Externals,
}

impl View {
    /// The whole project as a drawing shows it: no containment, one arrow where Go has two, nothing from elsewhere.
    pub fn drawing(level: Level) -> Self {
        Self {
            selection: Vec::new(),
            level,
            depth: 0,
            tests: true,
            type_only: true,
            containment: false,
            package_imports: false,
            externals: Externals::None,
        }
    }

    /// The whole project with everything that is known.
    pub fn complete(level: Level) -> Self {
        Self { containment: true, package_imports: true, externals: Externals::All, ..Self::drawing(level) }
    }
}

/// Index into [`Subgraph::groups`].
pub type GroupId = u32;

/// The graph of a view. Nodes are in tree order, packages from elsewhere last; edges are sorted by their ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subgraph {
    /// The level of the view.
    pub level: Level,
    /// Whether test code is shown.
    pub tests: bool,
    /// What is shown as one box each.
    pub nodes: Vec<SubNode>,
    /// One for each pair of nodes and direction.
    pub edges: Vec<SubEdge>,
    /// Folders around nodes, an outer one before those inside it.
    pub groups: Vec<Group>,
}

/// One box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubNode {
    /// The component.
    pub id: NodeId,
    /// The definition in that file, at the level of symbols.
    pub symbol: Option<DefinitionId>,
    /// What to call it inside its group. Not escaped: it may hold any character.
    pub label: String,
    /// The innermost group around it.
    pub group: Option<GroupId>,
    /// The source files that it stands for, in tree order.
    pub files: Vec<NodeId>,
    /// Whether parts of the component are shown as boxes of their own, so that this one stands for the rest.
    pub rest: bool,
    /// How many boxes of the view were put into this one by [`Subgraph::folded`]; 1 where none were.
    pub boxes: u32,
}

/// Everything that one box needs of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubEdge {
    /// Index into [`Subgraph::nodes`].
    pub from: u32,
    /// Index into [`Subgraph::nodes`].
    pub to: u32,
    /// The number of statements.
    pub weight: u32,
    /// The number of statements by kind, in the order of kinds.
    pub kinds: Vec<(DependencyKind, u32)>,
    /// Whether only test code says so.
    pub test: bool,
    /// The most certain of what it is made of.
    pub certainty: Certainty,
    /// The snapshot's edges that it is made of, in their order.
    pub edges: Vec<EdgeId>,
    /// At the level of symbols the uses that it is made of, in their order.
    pub uses: Vec<UseId>,
}

impl SubEdge {
    /// Whether only a type checker sees it.
    pub fn is_type_only(&self) -> bool {
        self.kinds.iter().all(|(kind, _)| *kind == DependencyKind::TypeOnly)
    }
}

/// A folder drawn around its parts, or the frame around packages from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The folder; none for the frame around packages from elsewhere.
    pub folder: Option<NodeId>,
    /// What to call it inside its parent. Not escaped.
    pub label: String,
    /// The next group around it.
    pub parent: Option<GroupId>,
}

/// What one kind of dependency has in an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// In which way.
    pub kind: DependencyKind,
    /// The number of statements; at the level of symbols of mentions.
    pub weight: u32,
    /// Whether only test code says so.
    pub test: bool,
    /// The most certain of what it is made of.
    pub certainty: Certainty,
    /// File and line of each place, sorted.
    pub places: Vec<(NodeId, u32)>,
}

impl Subgraph {
    /// What an edge is made of, by kind.
    pub fn parts(&self, snapshot: &Snapshot, edge: &SubEdge) -> Vec<Part> {
        edge.kinds.iter().map(|(kind, weight)| self.part(snapshot, edge, *kind, *weight)).collect()
    }

    fn part(&self, snapshot: &Snapshot, edge: &SubEdge, kind: DependencyKind, weight: u32) -> Part {
        let mut part = Part { kind, weight, test: true, certainty: Certainty::Ambiguous, places: Vec::new() };
        for edge in edge.edges.iter().map(|id| snapshot.edge(*id)).filter(|edge| edge.kind == kind) {
            part.test &= edge.test;
            part.certainty = part.certainty.min(edge.certainty);
            let evidence = snapshot.evidence(edge).iter().filter(|evidence| self.tests || !evidence.test);
            part.places.extend(evidence.map(|evidence| (edge.from, evidence.span.line)));
        }
        for id in &edge.uses {
            let found = snapshot.symbols().get(*id);
            if found.kind == kind {
                let from = snapshot.node_of(snapshot.symbols().file_of(*id));
                part.test &= found.test || snapshot.node(from).test;
                part.certainty = part.certainty.min(found.certainty);
                part.places.push((from, found.span.line));
            }
        }
        part.places.sort_unstable();
        part.places.dedup();
        part
    }

    /// The places that make an edge: file and line, sorted.
    pub fn places(&self, snapshot: &Snapshot, edge: &SubEdge) -> Vec<(NodeId, u32)> {
        let mut places: Vec<(NodeId, u32)> =
            self.parts(snapshot, edge).into_iter().flat_map(|part| part.places).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

impl Snapshot {
    /// Rolls the graph up to what a view shows.
    pub fn project(&self, view: &View) -> Subgraph {
        let files = projection::project(self, view);
        if view.level == Level::Symbol { symbols::open(self, view, &files) } else { files }
    }
}
