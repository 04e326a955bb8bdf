//! Smells: structures that the literature ties to trouble, found by stated tests, each with the lines that show it.
//!
//! A [`Smell`] is a row of [`SMELLS`]: what it is, who described it, what to do about it, and a function that finds it. What
//! is much is a matter of the project: where a threshold is no fixed number of the literature it comes from the project's
//! own distribution, and the message states it.

mod addresses;
mod deployment;
mod formats;
mod interfaces;
mod messages;
mod modules;
mod resilience;
mod security;
mod services;
mod spread;
mod structure;
mod tested;
#[cfg(test)]
pub(super) mod testing;

use std::borrow::Cow;
use std::collections::BTreeSet;

pub use interfaces::is_lost;
pub use modules::{Module, Modules, is_own};
pub use services::{SHARED_DATABASE, SHARED_LIBRARY, ids, is_program, waits};
pub use spread::upper_fence;

use super::{Analysis, Finding, Location, Severity};
use crate::graph::{EdgeId, Snapshot};
use crate::system::{ComponentId, Place, System};

/// A row of [`SMELLS`].
#[derive(Debug)]
pub struct Smell {
    /// Lower case with hyphens: the rule of its findings.
    pub name: &'static str,
    /// What it is about.
    pub concern: Concern,
    /// What it is, and by which test it is found.
    pub definition: &'static str,
    /// Who described it, where and when.
    pub citation: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// What its lines stand for, each of which is to be touched: `statement`, `file`, `line`.
    pub unit: &'static str,
    /// Finds it, in the order of the graph or of the system.
    find: fn(&Snapshot, &Analysis) -> Vec<Found>,
}

/// What a smell is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Concern {
    /// How code depends on code.
    Modularity,
    /// Who owns which data.
    Data,
    /// How components talk to each other.
    Integration,
    /// What happens when something fails or is slow.
    Resilience,
    /// How components are run.
    Deployment,
    /// Who may do or see what.
    Security,
    /// How sure a change can be.
    Tests,
}

/// What a smell's test found.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    severity: Severity,
    message: String,
    evidence: Vec<Location>,
}

/// A smell that was found, where and why.
#[derive(Debug, Clone)]
pub struct Occurrence {
    /// Which one.
    pub smell: &'static Smell,
    /// What was found.
    pub finding: Finding,
}

impl Occurrence {
    /// How many things are to be touched: [`Smell::unit`] says what things.
    pub fn effort(&self) -> u64 {
        self.finding.evidence.len() as u64
    }
}

/// Every smell that is looked for, those of code first.
pub static SMELLS: &[&Smell] = &[
    &structure::CYCLIC_DEPENDENCY,
    &structure::LAYERING_BREACH,
    &structure::UNSTABLE_DEPENDENCY,
    &structure::HUB_LIKE,
    &structure::GOD_COMPONENT,
    &tested::UNTESTED_HOT_SPOT,
    &services::SHARED_DATABASE,
    &services::SHARED_LIBRARY,
    &services::CHATTY_CALLS,
    &services::DEEP_CHAIN,
    &services::NO_GATEWAY,
    &addresses::HARD_CODED_ENDPOINT,
    &interfaces::DEAD_ENDPOINT,
    &interfaces::CALL_WITHOUT_ROUTE,
    &messages::ORPHAN_CHANNEL,
    &messages::MISSING_DEAD_LETTER,
    &resilience::MISSING_TIMEOUT,
    &resilience::MISSING_RETRY,
    &deployment::MISSING_HEALTH_CHECK,
    &deployment::MISSING_LIMITS,
    &deployment::SINGLE_REPLICA,
    &deployment::MOVING_TAG,
    &security::SECRET_IN_FILE,
    &security::PRIVILEGED_CONTAINER,
    &security::ROOT_CONTAINER,
    &security::PUBLIC_STORE,
    &addresses::PLAINTEXT_PROTOCOL,
    &security::PLAIN_ENTRY,
];

/// Looks for all of them. The worst come first, then in the order of the table.
pub fn find(snapshot: &Snapshot, analysis: &Analysis) -> Vec<Occurrence> {
    let mut occurrences: Vec<Occurrence> =
        SMELLS.iter().flat_map(|smell| smell.occurrences(snapshot, analysis)).collect();
    occurrences.sort_by_key(|occurrence| occurrence.finding.severity);
    occurrences
}

impl Smell {
    /// Looks for it. A claim that no line shows is none.
    pub fn occurrences(&'static self, snapshot: &Snapshot, analysis: &Analysis) -> Vec<Occurrence> {
        let found = (self.find)(snapshot, analysis).into_iter().filter(|found| !found.evidence.is_empty());
        let occurrence = |found: Found| Occurrence {
            smell: self,
            finding: Finding {
                rule: self.name.into(),
                severity: found.severity,
                message: found.message,
                evidence: found.evidence,
                help: Cow::Borrowed(self.remedy),
            },
        };
        found.map(occurrence).collect()
    }
}

impl Concern {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Modularity => "modularity",
            Self::Data => "data",
            Self::Integration => "integration",
            Self::Resilience => "resilience",
            Self::Deployment => "deployment",
            Self::Security => "security",
            Self::Tests => "tests",
        }
    }
}

/// The lines that make some dependencies, sorted.
pub fn lines_of(snapshot: &Snapshot, edges: impl IntoIterator<Item = EdgeId>) -> Vec<Location> {
    let mut lines = BTreeSet::new();
    for id in edges {
        let edge = snapshot.edge(id);
        let path = &snapshot.node(edge.from).path;
        let line = |span: crate::facts::Span| Location { path: path.clone(), line: Some(span.line) };
        lines.extend(snapshot.evidence(edge).iter().map(|evidence| line(evidence.span)));
    }
    lines.into_iter().collect()
}

/// Places as lines of findings.
fn located<'p>(places: impl IntoIterator<Item = &'p Place>) -> Vec<Location> {
    places.into_iter().map(Location::from).collect()
}

/// The first line that names each of some components.
fn first_lines(system: &System, components: &[ComponentId]) -> Vec<Location> {
    located(components.iter().filter_map(|id| system.node(*id).evidence.first()))
}

/// Names with commas between them, at most so many; the rest is counted.
pub fn listed<S: AsRef<str>>(names: impl IntoIterator<Item = S>, most: usize) -> String {
    let names: Vec<S> = names.into_iter().collect();
    let shown: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The names of components.
fn named(system: &System, components: &[ComponentId], most: usize) -> String {
    listed(components.iter().map(|id| system.node(*id).name.as_str()), most)
}
