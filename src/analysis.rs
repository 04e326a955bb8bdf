//! Numbers and findings about one snapshot: pure functions of it.

pub mod adoption;
pub mod blind_spots;
mod breaker;
mod coupling;
mod cut;
mod cycles;
pub mod diff;
pub mod exposure;
pub mod externals;
mod feedback;
mod finding;
pub mod history;
mod levels;
pub mod links;
pub mod parts;
pub mod patterns;
pub mod rank;
mod risk;
pub mod sagas;
mod size;
pub mod smells;
pub mod trace;
pub mod whatif;

pub use breaker::{Cut, Pin, Plan, Remains, shortest_cycle};
pub use coupling::{Counting, Coupling};
pub use cut::{Step, smallest_cut};
pub use cycles::{Cycle, CycleId, Cycles, Tangle, Tie, strongly_connected};
pub use externals::Externals;
pub use feedback::{Arc as FeedbackArc, feedback_arcs};
pub use finding::{Finding, Location, Severity};
pub use history::History;
pub use levels::Level;
pub use parts::Parts;
pub use risk::{Risk, RiskLevel, RiskPart};
pub use size::{Size, is_abstract};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::graph::{NodeId, Snapshot};

/// Everything that views and exports show beside the graph itself. Indexed by the tree nodes of one snapshot.
#[derive(Clone)]
pub struct Analysis {
    coupling: Vec<Coupling>,
    sizes: Vec<Size>,
    levels: Vec<Level>,
    cycles: Cycles,
    risks: Vec<Risk>,
    externals: Externals,
    history: Option<History>,
    changed: Changed,
}

/// For revisions, by what they are called: the paths of the files that are others now than there.
pub type Changed = BTreeMap<String, BTreeSet<Arc<str>>>;

impl Analysis {
    /// Computes all that needs no history, counting every dependency.
    pub fn new(snapshot: &Snapshot) -> Self {
        Self::with(snapshot, Counting::ALL, None)
    }

    /// Computes all of it. Without a log nothing is known of the components' history.
    pub fn with(snapshot: &Snapshot, counting: Counting, log: Option<Arc<history::Log>>) -> Self {
        let coupling = coupling::of_tree(snapshot, counting);
        let (sizes, levels) = (size::of_tree(snapshot), levels::of_tree(snapshot, counting));
        let cycles = Cycles::find(snapshot);
        let history = log.map(|log| History::new(snapshot, log));
        let known = risk::Known { coupling: &coupling, sizes: &sizes, cycles: &cycles, history: history.as_ref() };
        let risks = risk::of_tree(snapshot, &known);
        let externals = Externals::find(snapshot);
        Self { coupling, sizes, levels, cycles, risks, externals, history, changed: Changed::new() }
    }

    /// As it is, and knowing which files changed since some revisions.
    #[must_use]
    pub fn knowing(self: Arc<Self>, changed: Changed) -> Arc<Self> {
        if changed.is_empty() { self } else { Arc::new(Self { changed, ..Arc::unwrap_or_clone(self) }) }
    }

    /// The files that changed since a revision; none where nobody looked.
    pub fn changed(&self, revision: &str) -> Option<&BTreeSet<Arc<str>>> {
        self.changed.get(revision)
    }

    /// Fan-in, fan-out and instability of a node of the tree.
    pub fn coupling(&self, id: NodeId) -> Coupling {
        self.coupling[id.index()]
    }

    /// Functions, complexity and types of a node of the tree.
    pub fn size(&self, id: NodeId) -> Size {
        self.sizes[id.index()]
    }

    /// Where a node of the tree stands among its siblings.
    pub fn level(&self, id: NodeId) -> Level {
        self.levels[id.index()]
    }

    /// The distance from the main sequence, D = |A + I - 1| (Martin): none where there are no types or no coupling.
    pub fn distance(&self, id: NodeId) -> Option<f64> {
        Some((self.size(id).abstractness()? + self.coupling(id).instability()? - 1.0).abs())
    }

    /// What the commits say, if they were read.
    pub fn history(&self) -> Option<&History> {
        self.history.as_ref()
    }

    /// The cycles among files and among the children of each node.
    pub fn cycles(&self) -> &Cycles {
        &self.cycles
    }

    /// Packages from elsewhere, with what declares and imports them.
    pub fn externals(&self) -> &Externals {
        &self.externals
    }

    /// The risk of changing a node of the tree, with its parts.
    pub fn risk(&self, id: NodeId) -> &Risk {
        &self.risks[id.index()]
    }
}
