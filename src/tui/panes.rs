//! The panes of the home screen. One file a pane and one entry in [`PANES`].

mod dependencies;
mod risk;
mod source;
mod tree;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::action::Action;
use super::keymap::Context;
use super::model::{Item, Model, Place, Spot};
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
    /// Makes it.
    pub new: fn() -> Box<dyn Pane>,
}

/// Every pane, in the order of their digits.
pub const PANES: [Entry; 4] = [
    Entry {
        id: PaneId::Tree,
        title: "Components",
        tab: "Tree",
        context: Context::Tree,
        focus: Action::FocusTree,
        new: || Box::new(tree::Tree::default()),
    },
    Entry {
        id: PaneId::Dependencies,
        title: "Dependencies",
        tab: "Deps",
        context: Context::Dependencies,
        focus: Action::FocusDependencies,
        new: || Box::new(dependencies::Dependencies::default()),
    },
    Entry {
        id: PaneId::Risk,
        title: "Risk",
        tab: "Risk",
        context: Context::Risk,
        focus: Action::FocusRisk,
        new: || Box::new(risk::Risk::default()),
    },
    Entry {
        id: PaneId::Source,
        title: "Source",
        tab: "Source",
        context: Context::Source,
        focus: Action::FocusSource,
        new: || Box::new(source::Source::default()),
    },
];

impl PaneId {
    /// The pane's entry.
    pub fn entry(self) -> &'static Entry {
        &PANES[self as usize]
    }

    /// The title with the digit that leads there.
    pub fn title(self) -> String {
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
