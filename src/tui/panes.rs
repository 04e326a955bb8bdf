//! The panes. One file a pane and one entry in [`PANES`].
//!
//! Those of the home screen stand beside each other. A pane that is a view of its own takes their place, with the source
//! beside it; the cursor and the history go on.

mod answer;
mod blind_spots;
mod changes;
mod cycles;
mod delta;
mod dependencies;
mod outline;
mod packages;
mod places;
mod risk;
mod rules;
mod source;
mod tree;
mod what_if;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::action::Action;
use super::keymap::Context;
use super::model::{Item, Model, Pair, Place, Spot};
use super::search::{Query, Start};
use crate::graph::Snapshot;

/// Which pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum PaneId {
    /// The components.
    #[default]
    Tree,
    /// What the selection needs and what needs it.
    Dependencies,
    /// The risk of changing each component.
    Risk,
    /// The source text.
    Source,
    /// What the graph does not show.
    BlindSpots,
    /// Packages from elsewhere.
    Packages,
    /// Cycles of dependencies.
    Cycles,
    /// The answer to what was asked last.
    Answer,
    /// The project's own rules.
    Rules,
    /// What a what-if changes.
    WhatIf,
    /// What changed since another state.
    Changes,
}

/// A pane's entry in the table.
pub struct Entry {
    /// Which.
    pub id: PaneId,
    /// The word in its frame.
    pub title: &'static str,
    /// The word on its tab.
    pub tab: &'static str,
    /// The section of the keymap that its own keys stand in.
    pub context: Context,
    /// The action that goes there.
    pub focus: Action,
    /// Whether it is a view of its own and not a part of the home screen.
    pub is_view: bool,
    /// Makes it.
    pub new: fn() -> Box<dyn Pane>,
}

/// Every pane: those of the home screen in the order of their digits, then views.
pub const PANES: [Entry; 11] = [
    Entry {
        id: PaneId::Tree,
        title: "Components",
        tab: "Tree",
        context: Context::Tree,
        focus: Action::FocusTree,
        is_view: false,
        new: || Box::new(tree::Tree::default()),
    },
    Entry {
        id: PaneId::Dependencies,
        title: "Dependencies",
        tab: "Deps",
        context: Context::Dependencies,
        focus: Action::FocusDependencies,
        is_view: false,
        new: || Box::new(dependencies::Dependencies::default()),
    },
    Entry {
        id: PaneId::Risk,
        title: "Risk",
        tab: "Risk",
        context: Context::Risk,
        focus: Action::FocusRisk,
        is_view: false,
        new: || Box::new(risk::Risk::default()),
    },
    Entry {
        id: PaneId::Source,
        title: "Source",
        tab: "Source",
        context: Context::Source,
        focus: Action::FocusSource,
        is_view: false,
        new: || Box::new(source::Source::default()),
    },
    Entry {
        id: PaneId::BlindSpots,
        title: "Blind spots",
        tab: "Blind spots",
        context: Context::Global,
        focus: Action::ViewBlindSpots,
        is_view: true,
        new: || Box::new(outline::Outline::new(&blind_spots::KIND)),
    },
    Entry {
        id: PaneId::Packages,
        title: "External packages",
        tab: "Packages",
        context: Context::Global,
        focus: Action::ViewPackages,
        is_view: true,
        new: || Box::new(outline::Outline::new(&packages::KIND)),
    },
    Entry {
        id: PaneId::Cycles,
        title: "Cycles",
        tab: "Cycles",
        context: Context::Cycles,
        focus: Action::ViewCycles,
        is_view: true,
        new: || Box::new(outline::Outline::new(&cycles::KIND)),
    },
    Entry {
        id: PaneId::Answer,
        title: "Answer",
        tab: "Answer",
        context: Context::Global,
        focus: Action::ViewAnswer,
        is_view: true,
        new: || Box::new(outline::Outline::new(&answer::KIND)),
    },
    Entry {
        id: PaneId::Rules,
        title: "Rules",
        tab: "Rules",
        context: Context::Global,
        focus: Action::ViewRules,
        is_view: true,
        new: || Box::new(outline::Outline::new(&rules::KIND)),
    },
    Entry {
        id: PaneId::WhatIf,
        title: "What if",
        tab: "What if",
        context: Context::Global,
        focus: Action::ViewWhatIf,
        is_view: true,
        new: || Box::new(outline::Outline::new(&what_if::KIND)),
    },
    Entry {
        id: PaneId::Changes,
        title: "Changes",
        tab: "Changes",
        context: Context::Global,
        focus: Action::ViewChanges,
        is_view: true,
        new: || Box::new(outline::Outline::new(&changes::KIND)),
    },
];

/// What is on the screen and what has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seat {
    /// The view; none for the home screen.
    pub view: Option<PaneId>,
    /// The pane that has the keys.
    pub focus: PaneId,
}

impl Seat {
    /// The panes of the view, in the order of Tab.
    pub fn panes(self) -> Vec<PaneId> {
        match self.view {
            Some(view) => vec![view, PaneId::Source],
            None => PANES.iter().filter(|entry| !entry.is_view).map(|entry| entry.id).collect(),
        }
    }

    /// The seat at a pane: in the same view where that shows it, else in the view that it is, or on the home screen.
    pub fn at(self, focus: PaneId) -> Self {
        match () {
            () if focus.entry().is_view => Self { view: Some(focus), focus },
            () if self.panes().contains(&focus) => Self { focus, ..self },
            () => Self { view: None, focus },
        }
    }

    /// The seat some panes further along.
    pub fn next(self, steps: usize) -> Self {
        let panes = self.panes();
        let at = panes.iter().position(|pane| *pane == self.focus).unwrap_or(0);
        self.at(panes[(at + steps) % panes.len()])
    }
}

impl PaneId {
    /// The pane's entry.
    pub fn entry(self) -> &'static Entry {
        &PANES[self as usize]
    }

    /// The title, with the digit that leads there if there is one.
    pub fn title(self) -> String {
        if self.entry().is_view {
            return self.entry().title.to_owned();
        }
        format!("{} {}", self as usize + 1, self.entry().title)
    }
}

/// What a pane made of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It has no use for it.
    Unused,
    /// It is done.
    Used,
    /// The cursor moves along, without a trace in the history.
    Select(Place, Spot),
    /// The cursor jumps, and another pane may get the keys. Going back returns here.
    Jump(Place, Spot, PaneId),
    /// The source pane shows something else.
    Show(Spot),
    /// The user is told something.
    Say(String),
}

/// A view on the model. Panes never know each other.
pub trait Pane {
    /// Draws itself, with its frame.
    fn render(&mut self, area: Rect, buffer: &mut Buffer, model: &mut Model, focused: bool);

    /// Does what an action asks for.
    fn handle(&mut self, action: Action, model: &Model) -> Outcome;

    /// The cursor has moved.
    fn follow(&mut self, model: &Model);

    /// The model has a new snapshot; `old` is the one that ids in the pane's state belong to.
    fn refresh(&mut self, old: &Snapshot, model: &Model);

    /// The component and the line that the selected row is about.
    fn target(&self, model: &Model) -> Option<(Item, Spot)>;

    /// The dependencies that the selected row is about.
    fn dependencies(&self, _model: &Model) -> Vec<Pair> {
        Vec::new()
    }

    /// A click at a position relative to the pane's frame.
    fn click(&mut self, column: u16, line: u16, model: &Model) -> Outcome;

    /// The wheel was turned over the pane.
    fn scroll(&mut self, rows: isize);

    /// Shows only what matches; everything for an empty text.
    fn set_filter(&mut self, filter: &str, model: &Model) -> Outcome;

    /// What it is filtered by.
    fn filter(&self) -> &str;

    /// Goes to a match; none where nothing matches.
    fn search(&mut self, query: &Query, start: Start, model: &Model) -> Option<Outcome>;
}
