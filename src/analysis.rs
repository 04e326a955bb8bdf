//! Numbers and findings about one snapshot: pure functions of it.

pub mod blind_spots;
mod breaker;
mod coupling;
mod cut;
mod cycles;
pub mod externals;
mod feedback;
mod finding;
mod risk;
pub mod whatif;

pub use breaker::{Cut, Pin, Plan, Remains, shortest_cycle};
pub use coupling::Coupling;
pub use cut::{Step, smallest_cut};
pub use cycles::{Cycle, CycleId, Cycles, Tangle, Tie, strongly_connected};
pub use externals::Externals;
pub use feedback::{Arc as FeedbackArc, feedback_arcs};
pub use finding::{Finding, Location, Severity};
pub use risk::{Risk, RiskLevel, RiskPart};

use crate::graph::{NodeId, Snapshot};

/// Everything that views and exports show beside the graph itself. Indexed by the tree nodes of one snapshot.
pub struct Analysis {
    coupling: Vec<Coupling>,
    cycles: Cycles,
    risks: Vec<Risk>,
    externals: Externals,
}

impl Analysis {
    /// Computes all of it.
    pub fn new(snapshot: &Snapshot) -> Self {
        let coupling = coupling::of_tree(snapshot);
        let cycles = Cycles::find(snapshot);
        let risks = risk::of_tree(snapshot, &coupling, &cycles);
        let externals = Externals::find(snapshot);
        Self { coupling, cycles, risks, externals }
    }

    /// Fan-in, fan-out and instability of a node of the tree.
    pub fn coupling(&self, id: NodeId) -> Coupling {
        self.coupling[id.index()]
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
