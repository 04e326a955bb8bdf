//! What the state that is shown is compared with, and what came out.

use std::sync::Arc;

use crate::analysis::Analysis;
use crate::analysis::diff::Diff;
use crate::graph::Snapshot;

/// What to compare with.
#[derive(Clone)]
pub enum Since {
    /// The first complete state of the session, or the one from which the user had changes counted.
    Session(Arc<Snapshot>, Arc<Analysis>),
    /// The commit at which the work parted from the main branch, else `HEAD`.
    Base,
}

/// What changed since another state.
pub struct Changes {
    /// What that state is called.
    pub name: String,
    /// What changed, or why nobody can say.
    pub found: Result<Compared, String>,
}

/// A comparison with another state.
pub struct Compared {
    /// What changed.
    pub diff: Diff,
    /// That state.
    pub snapshot: Arc<Snapshot>,
    /// Its numbers.
    pub analysis: Arc<Analysis>,
}
