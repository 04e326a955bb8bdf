//! Patterns: architectures that the literature names, each looked for by a stated test, with what speaks for it and what
//! speaks against it. A folder's name alone is no evidence: the direction of dependencies has to agree.

mod code;
mod events;
mod plugins;
mod system;

use super::smells::{is_own, lines_of};
use super::{Analysis, Location, Parts, parts};
use crate::facts::DefinitionId;
use crate::graph::{EdgeId, NodeId, Snapshot};
use crate::lang::resolve::DependencyKind;
use crate::text::counted;

/// A row of [`PATTERNS`].
#[derive(Debug)]
pub struct Pattern {
    /// As the field calls it.
    pub name: &'static str,
    /// By which test it is found.
    pub test: &'static str,
    /// Who described it, where and when.
    pub citation: &'static str,
    judge: fn(&Snapshot, &Analysis) -> Judgement,
}

/// Whether a pattern was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Verdict {
    /// The test holds.
    Found,
    /// A part of the test holds.
    Partly,
    /// It does not hold.
    #[default]
    NotFound,
}

impl Verdict {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Partly => "partly",
            Self::NotFound => "not found",
        }
    }
}

/// A statement for or against a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// A sentence without its end, with names and numbers.
    pub text: String,
    /// The lines that show it; empty where it is that something is missing.
    pub evidence: Vec<Location>,
}

/// What became of a pattern's test.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// Whether it holds.
    pub verdict: Verdict,
    /// What speaks for it.
    pub supports: Vec<Claim>,
    /// What speaks against it.
    pub opposes: Vec<Claim>,
}

impl Judgement {
    fn support(&mut self, text: impl Into<String>, evidence: Vec<Location>) {
        self.supports.push(Claim { text: text.into(), evidence });
    }

    fn oppose(&mut self, text: impl Into<String>, evidence: Vec<Location>) {
        self.opposes.push(Claim { text: text.into(), evidence });
    }
}

/// Every pattern that is looked for: those of code, of the running system, and of messages.
pub static PATTERNS: &[&Pattern] = &[
    &code::LAYERED,
    &code::HEXAGONAL,
    &code::MVC,
    &code::MODULAR_MONOLITH,
    &plugins::PLUGIN,
    &system::MICROSERVICES,
    &system::CLIENT_SERVER,
    &system::GATEWAY,
    &system::BFF,
    &system::DATABASE_PER_SERVICE,
    &events::EVENT_DRIVEN,
    &events::CQRS,
    &events::SAGA,
    &events::PIPELINE,
];

/// The judgement of every pattern, in the order of the table.
pub fn judge(snapshot: &Snapshot, analysis: &Analysis) -> Vec<(&'static Pattern, Judgement)> {
    PATTERNS.iter().map(|pattern| (*pattern, (pattern.judge)(snapshot, analysis))).collect()
}

/// The most bodies of code that are judged: the largest.
const SUBJECTS: usize = 8;

/// The bodies of code that patterns of code are about: the sources of services, or the packages, or the whole; where each
/// of them parts into folders. The largest come first; what holds less than a twentieth of all is left out.
fn subjects(snapshot: &Snapshot) -> Vec<NodeId> {
    let system = &snapshot.system;
    let lines = parts::own_lines(snapshot);
    let size = |id: &NodeId| lines[id.index()];
    let services = system.nodes.iter().filter(|of| super::smells::is_program(of));
    let mut found: Vec<NodeId> = services.filter_map(|of| snapshot.find(of.directory.as_deref()?)).collect();
    if found.len() < 2 {
        found = snapshot.tree().filter(|id| snapshot.node(*id).package.is_some()).collect();
    }
    found.retain(|id| size(id) * 20 >= lines[NodeId::ROOT.index()]);
    found.push(NodeId::ROOT);
    // What holds others is judged by them where they are most of it, and else itself.
    let inner = |outer: &NodeId| -> u64 {
        found.iter().filter(|id| *id != outer && snapshot.contains(*outer, **id)).map(size).sum()
    };
    let judged: Vec<NodeId> = found.iter().copied().filter(|id| inner(id) * 2 <= size(id)).collect();
    let around = |id: &NodeId| judged.iter().any(|outer| outer != id && snapshot.contains(*outer, *id));
    let mut bodies: Vec<NodeId> =
        judged.iter().filter(|id| !around(id)).map(|id| parts::body(snapshot, &lines, *id)).collect();
    bodies.sort_by_key(|id| (std::cmp::Reverse(size(id)), *id));
    bodies.dedup();
    bodies.truncate(SUBJECTS);
    bodies
}

/// A type of one file that extends or implements a type of another one.
struct Inheritance {
    from: NodeId,
    to: NodeId,
    /// The type that is extended, where it is known.
    base: Option<DefinitionId>,
    place: Location,
}

/// Every inheritance between files of the project's own code, by file and line.
fn inheritances(snapshot: &Snapshot) -> Vec<Inheritance> {
    let mut found = Vec::new();
    for id in snapshot.tree().filter(|id| is_own(snapshot, *id)) {
        let Some(file) = snapshot.node(id).file else { continue };
        let uses = snapshot.symbols().uses_in(file).map(|(_, of)| of);
        for of in uses.filter(|of| of.kind == DependencyKind::Inherit && !of.test && of.file != file) {
            let to = snapshot.node_of(of.file);
            if is_own(snapshot, to) {
                let place = Location { path: snapshot.node(id).path.clone(), line: Some(of.span.line) };
                found.push(Inheritance { from: id, to, base: of.to, place });
            }
        }
    }
    found
}

/// The first lines of some dependencies.
fn first_lines(snapshot: &Snapshot, edges: &[EdgeId], most: usize) -> Vec<Location> {
    lines_of(snapshot, edges.iter().copied().take(most))
}

/// A share in percent.
fn percent(part: u64, whole: u64) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole.max(1) as f64)
}

/// `3 statements of a`.
fn statements(count: u64) -> String {
    counted(count, "statement")
}
