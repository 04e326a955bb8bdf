//! What the panes look at: the graph, the shared cursor with its history, marks, and texts that were read.

mod asked;
mod breaker;
mod changes;
mod cursor;
mod dating;
mod document;
mod overlay;
mod place;
mod texts;

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use crate::facts::qualified_name;
pub use asked::{Asked, leaves};
pub use breaker::{Breaker, Pair};
pub use changes::{Changes, Compared, Since};
pub use cursor::{Cursor, Subject};
pub use dating::Dating;
pub use document::{Commission, Reading, Written};
pub use overlay::{Applied, Job, Overlay, RulesAnswer, Thought};
pub use place::{Item, Place, Spot, item_label, kind_label};
pub use texts::{Answer, Span, Text, Texts, Wanted};

use super::theme::Theme;
use crate::analysis::whatif::Step;
use crate::analysis::{Analysis, Changed};
use crate::graph::{NodeId, Snapshot};
use crate::index::{Report, Update};
use crate::query::Query;
use crate::system::Thing;

/// A query that waits for what it asks about revisions.
pub struct Wanting {
    /// As it was typed.
    pub text: String,
    /// Whether what it selects is listed, not only marked.
    pub lists: bool,
}

/// The state that panes share and only the application changes.
pub struct Model {
    /// The graph that is shown: what the files make, or a what-if of it.
    pub snapshot: Arc<Snapshot>,
    /// Its numbers.
    pub analysis: Arc<Analysis>,
    /// The graph that the files make, with its numbers.
    on_disk: (Arc<Snapshot>, Arc<Analysis>),
    /// The what-if that is on.
    pub overlay: Overlay,
    /// Whether the project's rules hold on what is shown.
    pub rules: RulesAnswer,
    /// The last job for the background, how many were handed out, and the last that is answered.
    job: Option<Job>,
    asked_jobs: u64,
    answered_jobs: u64,
    /// False while the first round still runs.
    pub complete: bool,
    /// What was read and what was not.
    pub report: Option<Arc<Report>>,
    /// Where the user is.
    pub cursor: Cursor,
    /// What is marked.
    pub marks: BTreeSet<Place>,
    /// What is marked of the running system.
    pub things: BTreeSet<Thing>,
    /// Sources that were read.
    pub texts: Texts,
    /// The styles.
    pub theme: Theme,
    /// What is searched for, in the pane where the search began; empty for nothing.
    pub search: String,
    /// Whether dependencies that only test code has are shown.
    pub tests: bool,
    /// What was decided about the cycles.
    pub breaker: Breaker,
    /// The report that is read.
    pub reading: Reading,
    /// What was asked of the graph last.
    pub asked: Option<Asked>,
    /// A query that waits until it is looked up what changed since its revisions.
    pub wanted: Option<Wanting>,
    /// A question about commits that waits for its answer.
    pub dating: Option<Dating>,
    /// What changed since the revisions that were asked about.
    changed: Changed,
    /// What changed since another state, as far as it is worked out.
    pub changes: Option<Changes>,
    /// The state from which changes are counted; none before the first complete one.
    session: Option<(Arc<Snapshot>, Arc<Analysis>)>,
    /// Whether they are counted from the main branch instead.
    since_base: bool,
    baseline: Option<FxHashMap<Arc<str>, (u32, u32)>>,
    has_deltas: bool,
}

impl Model {
    /// Before anything is known.
    pub fn new(name: &str, theme: Theme) -> Self {
        let snapshot = Arc::new(crate::index::from_memory(name, []));
        let analysis = Arc::new(Analysis::new(&snapshot));
        Self {
            on_disk: (snapshot.clone(), analysis.clone()),
            snapshot,
            analysis,
            overlay: Overlay::default(),
            rules: RulesAnswer::default(),
            job: None,
            asked_jobs: 0,
            answered_jobs: 0,
            complete: false,
            report: None,
            cursor: Cursor::default(),
            marks: BTreeSet::new(),
            things: BTreeSet::new(),
            texts: Texts::default(),
            theme,
            search: String::new(),
            tests: true,
            breaker: Breaker::default(),
            reading: Reading::default(),
            asked: None,
            wanted: None,
            dating: None,
            changed: Changed::new(),
            changes: None,
            session: None,
            since_base: false,
            baseline: None,
            has_deltas: false,
        }
    }

    /// Takes a new state of the graph. While a what-if is on, the old one is shown until that is worked out again.
    pub fn update(&mut self, update: &Update) {
        let had_all = self.complete;
        self.on_disk = (update.snapshot.clone(), update.analysis.clone());
        if !self.overlay.is_on() {
            (self.snapshot, self.analysis) = self.on_disk.clone();
            // What changed is as it was until it is looked up again.
            self.analysis = self.analysis.clone().knowing(self.changed.clone());
        }
        self.report = Some(update.report.clone());
        self.complete = update.complete || self.complete;
        self.texts.age();
        if self.complete && !had_all {
            self.reset_deltas();
        }
        self.has_deltas = self.snapshot.tree().any(|id| self.delta(id) != (0, 0));
        if self.complete {
            self.think();
        }
    }

    /// Has the background work out what depends on the graph and the what-if.
    pub fn think(&mut self) {
        self.asked_jobs += 1;
        let (snapshot, analysis) = self.on_disk.clone();
        let session = self.session.clone().map(|(snapshot, analysis)| Since::Session(snapshot, analysis));
        let since = if self.since_base { Some(Since::Base) } else { session };
        let steps = self.overlay.steps().to_vec();
        let revisions = self.revisions();
        let dating = self.dating.clone();
        self.job = Some(Job { number: self.asked_jobs, snapshot, analysis, steps, since, revisions, dating });
    }

    /// The revisions that the last question and the one that waits ask about.
    fn revisions(&self) -> Vec<String> {
        let asked = match &self.asked {
            Some(Asked::Query { text }) => Some(text),
            _ => None,
        };
        let texts = asked.into_iter().chain(self.wanted.as_ref().map(|wanting| &wanting.text));
        let queries: Vec<Query> = texts.filter_map(|text| Query::parse(text).ok()).collect();
        let found: BTreeSet<&str> = queries.iter().flat_map(Query::revisions).collect();
        found.into_iter().map(str::to_owned).collect()
    }

    /// Whether a query asks for what changed since a revision that has not been looked up.
    pub fn has_to_look_up(&self, text: &str) -> bool {
        let query = Query::parse(text);
        query.is_ok_and(|query| query.revisions().into_iter().any(|text| self.analysis.changed(text).is_none()))
    }

    /// What is to be worked out since the last call.
    pub fn take_job(&mut self) -> Option<Job> {
        self.job.take()
    }

    /// Whether something is being worked out.
    pub fn is_thinking(&self) -> bool {
        self.answered_jobs < self.asked_jobs
    }

    /// Whether this is the answer that is waited for.
    pub fn awaits(&self, number: u64) -> bool {
        number == self.asked_jobs
    }

    /// Takes what was worked out. Answers the new steps, or why one of them does not apply.
    pub fn take_thought(&mut self, thought: Thought) -> Result<Vec<Step>, String> {
        self.answered_jobs = thought.number;
        self.rules = thought.rules;
        self.changes = thought.changes;
        (self.snapshot, self.analysis) = match &thought.applied {
            Some(applied) => (applied.what_if.snapshot.clone(), applied.analysis.clone()),
            None => self.on_disk.clone(),
        };
        if let Ok(changed) = thought.changed {
            self.changed = changed;
        }
        self.analysis = self.analysis.clone().knowing(self.changed.clone());
        let settled = self.overlay.settle(thought.applied);
        if settled.is_err() {
            // What was worked out knows a step that is not among them any more.
            self.think();
        }
        self.count_from_changes();
        self.has_deltas = self.snapshot.tree().any(|id| self.delta(id) != (0, 0));
        settled
    }

    /// The file and line on disk of a place in the graph that is shown.
    pub fn real(&self, path: &Arc<str>, line: u32) -> (Arc<str>, u32) {
        match &self.overlay.applied {
            Some(applied) => applied.what_if.origins.real(path, line),
            None => (path.clone(), line),
        }
    }

    /// The other way round.
    pub fn virtual_place(&self, path: &Arc<str>, line: u32) -> (Arc<str>, u32) {
        match &self.overlay.applied {
            Some(applied) => applied.what_if.origins.place(path, line),
            None => (path.clone(), line),
        }
    }

    /// A spot with every place as it is on disk.
    pub fn real_spot(&self, spot: &Spot) -> Spot {
        if self.overlay.applied.is_none() {
            return spot.clone();
        }
        let (path, line) = self.real(&spot.path, spot.line);
        let trail = spot.trail.iter().map(|(path, line)| self.real(path, *line)).collect();
        Spot { path, line, trail: Arc::new(trail) }
    }

    /// Counts changes from the present state of the files on.
    pub fn reset_deltas(&mut self) {
        self.session = Some(self.on_disk.clone());
        self.since_base = false;
        self.baseline = Some(couplings(&self.snapshot, &self.analysis));
        self.has_deltas = false;
    }

    /// Counts changes from the main branch, or from the session's beginning again; whether it is the former now.
    pub fn compare_otherwise(&mut self) -> bool {
        self.since_base = !self.since_base;
        self.think();
        self.since_base
    }

    /// Deltas are those of what the changes are since.
    fn count_from_changes(&mut self) {
        if let Some(Changes { found: Ok(compared), .. }) = &self.changes {
            self.baseline = Some(couplings(&compared.snapshot, &compared.analysis));
        }
    }

    /// Whether any component's coupling differs from the state that deltas are counted from.
    pub fn has_deltas(&self) -> bool {
        self.has_deltas
    }

    /// How fan-in and fan-out of a node differ from the state that deltas are counted from.
    pub fn delta(&self, id: NodeId) -> (i64, i64) {
        let Some(baseline) = &self.baseline else { return (0, 0) };
        let now = self.analysis.coupling(id);
        let (path, _) = self.real(&self.snapshot.node(id).path, 0);
        let (fan_in, fan_out) = baseline.get(&path).copied().unwrap_or((0, 0));
        (i64::from(now.fan_in) - i64::from(fan_in), i64::from(now.fan_out) - i64::from(fan_out))
    }

    /// What the cursor is on, or the nearest ancestor that still exists.
    pub fn here(&self) -> Item {
        self.find_nearest(self.cursor.place())
    }

    /// A place's item, if it exists.
    pub fn find(&self, place: &Place) -> Option<Item> {
        place.find(&self.snapshot)
    }

    /// A place's item, or the nearest ancestor that exists.
    pub fn find_nearest(&self, place: &Place) -> Item {
        place.find_nearest(&self.snapshot)
    }

    /// The place of an item.
    pub fn place(&self, item: Item) -> Place {
        Place::of(&self.snapshot, item)
    }

    /// Whether an item is marked.
    pub fn is_marked(&self, item: Item) -> bool {
        !self.marks.is_empty() && self.marks.contains(&self.place(item))
    }

    /// The component of the running system whose source an item is in.
    pub fn owner(&self, item: Item) -> Option<Thing> {
        let id = item.node()?;
        let system = &self.snapshot.system;
        let of_file = |id: NodeId| {
            let file = self.snapshot.node(id).file?;
            *system.owners.get(file.0 as usize)?
        };
        // Of a directory all files must be one component's.
        let mut owners = self.snapshot.subtree(id).map(NodeId).filter_map(of_file);
        let first = owners.next()?;
        owners.all(|owner| owner == first).then(|| Thing::component(system, first))
    }

    /// Where a part of the running system is declared, with all its places to be walked.
    pub fn declared(&self, thing: &Thing) -> Option<Spot> {
        let places = thing.places(&self.snapshot.system);
        let trail: Vec<(Arc<str>, u32)> = places.into_iter().map(|place| (place.path, place.line)).collect();
        let (path, line) = trail.first()?.clone();
        Some(Spot { path, line, trail: Arc::new(trail) })
    }

    /// Where an item begins in the source.
    pub fn spot(&self, item: Item) -> Spot {
        match item {
            Item::Node(id) => Spot::at(self.snapshot.node(id).path.clone(), 0),
            Item::Symbol(id, definition) => {
                let line = self
                    .snapshot
                    .definitions(id)
                    .get(definition as usize)
                    .map_or(0, |definition| definition.name_span.line);
                Spot::at(self.snapshot.node(id).path.clone(), line)
            }
            Item::Externals | Item::Standard => Spot::at("".into(), 0),
        }
    }
}

/// Fan-in and fan-out of every component.
fn couplings(snapshot: &Snapshot, analysis: &Analysis) -> FxHashMap<Arc<str>, (u32, u32)> {
    let of = |id: NodeId| {
        let coupling = analysis.coupling(id);
        (snapshot.node(id).path.clone(), (coupling.fan_in, coupling.fan_out))
    };
    snapshot.tree().map(of).collect()
}
