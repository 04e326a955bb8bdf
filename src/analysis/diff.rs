//! What one state of the project has that another has not: components, dependencies, cycles, packages from elsewhere and
//! numbers. A pure function of two snapshots, which may be of two revisions, of a revision and the work tree, or of two
//! moments of a session.
//!
//! Ids live within one snapshot, so everything is named by its path here. A file that was renamed is the same file: what
//! it was called before is read as what it is called now, so that a move alone neither gains nor loses dependencies
//! between files. Folders and packages are not renamed: a file that moves does change what they depend on.

mod cycles;
mod graph;
mod metrics;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Analysis;
use crate::graph::view::Level;
use crate::graph::{NodeId, NodeKind, Snapshot};
use crate::lang::resolve::{Certainty, DependencyKind};

/// A state of the project.
#[derive(Clone, Copy)]
pub struct State<'s> {
    /// Its graph.
    pub snapshot: &'s Snapshot,
    /// What is known of the graph.
    pub analysis: &'s Analysis,
}

/// A number for a node of the tree, and what it is called.
pub type Metric = (&'static str, fn(&Snapshot, &Analysis, NodeId) -> f64);

/// How to compare two states.
pub struct Options<'o> {
    /// What one component is.
    pub level: Level,
    /// Files that were renamed: the path before and now.
    pub renames: &'o BTreeMap<Arc<str>, Arc<str>>,
    /// The numbers to compare.
    pub metrics: &'o [Metric],
}

/// What changed from one state to another. Every list is sorted by its names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// Components that are new, gone or renamed.
    pub components: Vec<ComponentChange>,
    /// Packages from elsewhere that are used now or no longer; what comes with a language is none.
    pub externals: Vec<ComponentChange>,
    /// Dependencies that are new, gone, or stand on another number of statements.
    pub dependencies: Vec<DependencyChange>,
    /// Cycles that are new, gone, or have other members: those of siblings at each folder, then those of files.
    pub cycles: Vec<CycleChange>,
    /// Numbers of files and folders that were there before and still are.
    pub metrics: Vec<MetricChange>,
    /// Numbers of the whole project, whether they changed or not.
    pub totals: Vec<(&'static str, u64, u64)>,
}

/// A component that is new, gone or renamed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ComponentChange {
    /// What it was called; none where it is new.
    pub before: Option<Arc<str>>,
    /// What it is called; none where it is gone.
    pub after: Option<Arc<str>>,
}

/// A dependency that is new, gone or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DependencyChange {
    /// The component that needs.
    pub from: Arc<str>,
    /// The component that is needed.
    pub to: Arc<str>,
    /// In which way.
    pub kind: DependencyKind,
    /// As it was; none where it is new.
    pub before: Option<Stand>,
    /// As it is; none where it is gone.
    pub after: Option<Stand>,
}

/// What a dependency stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// The number of statements.
    pub weight: u32,
    /// Whether only test code says so.
    pub test: bool,
    /// The most certain of its evidence.
    pub certainty: Certainty,
    /// File and line of each place, sorted: as they were or are in that state.
    pub places: Vec<(Arc<str>, u32)>,
}

impl DependencyChange {
    /// Whether it was not there before.
    pub fn is_gained(&self) -> bool {
        self.before.is_none()
    }

    /// Whether it is there no longer.
    pub fn is_lost(&self) -> bool {
        self.after.is_none()
    }

    /// What it stands on now, or what it stood on.
    pub fn stand(&self) -> Option<&Stand> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

/// A cycle that is new, gone, or has other members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CycleChange {
    /// The folder of which the members are parts; none for a cycle of files wherever they lie.
    pub parent: Option<Arc<str>>,
    /// The members before; empty where it is new.
    pub before: Vec<Arc<str>>,
    /// The members now; empty where it is gone.
    pub after: Vec<Arc<str>>,
}

impl CycleChange {
    /// Whether something is in it now that was not in it before.
    pub fn is_worse(&self) -> bool {
        self.after.iter().any(|member| !self.before.contains(member))
    }
}

/// A number of a component that is another now.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricChange {
    /// The component, by its path now.
    pub path: Arc<str>,
    /// Which number.
    pub metric: &'static str,
    /// As it was.
    pub before: f64,
    /// As it is.
    pub after: f64,
}

impl Diff {
    /// What changed from one state to another.
    pub fn of(before: State<'_>, after: State<'_>, options: &Options<'_>) -> Self {
        let names = Names { renames: options.renames };
        let graph = graph::compare(before.snapshot, after.snapshot, options.level, &names);
        Self {
            components: graph.components,
            externals: graph.externals,
            dependencies: graph.dependencies,
            cycles: cycles::compare(before, after, &names),
            metrics: metrics::compare(before, after, options.metrics, &names),
            totals: metrics::totals(before, after),
        }
    }

    /// Whether nothing of the architecture changed. Numbers may have: a file with more lines is no other architecture.
    pub fn is_empty(&self) -> bool {
        self.components.is_empty()
            && self.externals.is_empty()
            && self.dependencies.is_empty()
            && self.cycles.is_empty()
    }

    /// Dependencies that were not there before.
    pub fn gained(&self) -> impl Iterator<Item = &DependencyChange> {
        self.dependencies.iter().filter(|change| change.is_gained())
    }

    /// Dependencies that are there no longer.
    pub fn lost(&self) -> impl Iterator<Item = &DependencyChange> {
        self.dependencies.iter().filter(|change| change.is_lost())
    }
}

/// By what the nodes of the state before are known now.
struct Names<'n> {
    renames: &'n BTreeMap<Arc<str>, Arc<str>>,
}

impl Names<'_> {
    /// The name of a node of the state before.
    fn before(&self, snapshot: &Snapshot, id: NodeId) -> Arc<str> {
        let node = snapshot.node(id);
        let renamed = (node.kind == NodeKind::File).then(|| self.renames.get(&node.path)).flatten();
        renamed.cloned().unwrap_or_else(|| written(snapshot, id))
    }
}

/// The name of a node of the state after.
fn written(snapshot: &Snapshot, id: NodeId) -> Arc<str> {
    let node = snapshot.node(id);
    if node.path.is_empty() { node.written().into() } else { node.path.clone() }
}

#[cfg(test)]
mod tests;
