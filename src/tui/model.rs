//! What the panes look at: the graph, the shared cursor with its history, marks, and texts that were read.

mod asked;
mod breaker;
mod cursor;
mod place;
mod texts;

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use crate::facts::qualified_name;
pub use asked::{Asked, leaves};
pub use breaker::{Breaker, Pair};
pub use cursor::Cursor;
pub use place::{Item, Place, Spot, item_label, kind_label};
pub use texts::{Answer, Span, Text, Texts, Wanted};

use super::theme::Theme;
use crate::analysis::Analysis;
use crate::graph::{NodeId, Snapshot};
use crate::index::{Report, Update};

/// The state that panes share and only the application changes.
pub struct Model {
    /// The graph.
    pub snapshot: Arc<Snapshot>,
    /// Its numbers.
    pub analysis: Arc<Analysis>,
    /// False while the first round still runs.
    pub complete: bool,
    /// What was read and what was not.
    pub report: Option<Arc<Report>>,
    /// Where the user is.
    pub cursor: Cursor,
    /// What is marked.
    pub marks: BTreeSet<Place>,
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
    /// What was asked of the graph last.
    pub asked: Option<Asked>,
    baseline: Option<FxHashMap<Arc<str>, (u32, u32)>>,
    has_deltas: bool,
}

impl Model {
    /// Before anything is known.
    pub fn new(name: &str, theme: Theme) -> Self {
        let snapshot = Arc::new(crate::index::from_memory(name, []));
        let analysis = Arc::new(Analysis::new(&snapshot));
        Self {
            snapshot,
            analysis,
            complete: false,
            report: None,
            cursor: Cursor::default(),
            marks: BTreeSet::new(),
            texts: Texts::default(),
            theme,
            search: String::new(),
            tests: true,
            breaker: Breaker::default(),
            asked: None,
            baseline: None,
            has_deltas: false,
        }
    }

    /// Takes a new state of the graph.
    pub fn update(&mut self, update: &Update) {
        let had_all = self.complete;
        self.snapshot = update.snapshot.clone();
        self.analysis = update.analysis.clone();
        self.report = Some(update.report.clone());
        self.complete = update.complete || self.complete;
        self.texts.age();
        if self.complete && !had_all {
            self.reset_deltas();
        }
        self.has_deltas = self.snapshot.tree().any(|id| self.delta(id) != (0, 0));
    }

    /// Counts changes of fan-in and fan-out from the present state on.
    pub fn reset_deltas(&mut self) {
        let coupling = |id: NodeId| self.analysis.coupling(id);
        let of = |id: NodeId| (self.snapshot.node(id).path.clone(), (coupling(id).fan_in, coupling(id).fan_out));
        self.baseline = Some(self.snapshot.tree().map(of).collect());
        self.has_deltas = false;
    }

    /// Whether any component's coupling differs from the state that deltas are counted from.
    pub fn has_deltas(&self) -> bool {
        self.has_deltas
    }

    /// How fan-in and fan-out of a node differ from the state that deltas are counted from.
    pub fn delta(&self, id: NodeId) -> (i64, i64) {
        let Some(baseline) = &self.baseline else { return (0, 0) };
        let now = self.analysis.coupling(id);
        let (fan_in, fan_out) = baseline.get(&*self.snapshot.node(id).path).copied().unwrap_or((0, 0));
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
