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
mod links;
mod outline;
mod packages;
mod places;
mod report;
mod risk;
mod rules;
mod section;
mod source;
mod system;
mod tree;
mod what_if;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::action::Action;
use super::keymap::Context;
use super::model::{Item, Model, Pair, Place, Spot, Subject};
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
    /// The running system.
    System,
    /// What the selected part of the system is connected with.
    Links,
    /// A report's headings.
    Report,
    /// The text of the selected section.
    Section,
}

/// Where a pane stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// On the home screen.
    Home,
    /// It is a view of its own: in place of the home screen, with these panes beside it.
    View(&'static [PaneId]),
    /// Beside a view.
    Beside,
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
    /// The action that goes there; none beside a view.
    pub focus: Option<Action>,
    /// Where it stands.
    pub stand: Stand,
    /// Makes it.
    pub new: fn() -> Box<dyn Pane>,
}

/// Every pane: those of the home screen in the order of their digits, then views.
pub const PANES: [Entry; 15] = [
    Entry {
        id: PaneId::Tree,
        title: "Components",
        tab: "Tree",
        context: Context::Tree,
        focus: Some(Action::FocusTree),
        stand: Stand::Home,
        new: || Box::new(tree::Tree::default()),
    },
    Entry {
        id: PaneId::Dependencies,
        title: "Dependencies",
        tab: "Deps",
        context: Context::Dependencies,
        focus: Some(Action::FocusDependencies),
        stand: Stand::Home,
        new: || Box::new(dependencies::Dependencies::default()),
    },
    Entry {
        id: PaneId::Risk,
        title: "Risk",
        tab: "Risk",
        context: Context::Risk,
        focus: Some(Action::FocusRisk),
        stand: Stand::Home,
        new: || Box::new(risk::Risk::default()),
    },
    Entry {
        id: PaneId::Source,
        title: "Source",
        tab: "Source",
        context: Context::Source,
        focus: Some(Action::FocusSource),
        stand: Stand::Home,
        new: || Box::new(source::Source::default()),
    },
    Entry {
        id: PaneId::BlindSpots,
        title: "Blind spots",
        tab: "Blind spots",
        context: Context::Global,
        focus: Some(Action::ViewBlindSpots),
        stand: Stand::View(&[PaneId::Source]),
        new: || Box::new(outline::Outline::new(&blind_spots::KIND)),
    },
    Entry {
        id: PaneId::Packages,
        title: "External packages",
        tab: "Packages",
        context: Context::Global,
        focus: Some(Action::ViewPackages),
        stand: Stand::View(&[PaneId::Source]),
        new: || Box::new(outline::Outline::new(&packages::KIND)),
    },
    Entry {
        id: PaneId::Cycles,
        title: "Cycles",
        tab: "Cycles",
        context: Context::Cycles,
        focus: Some(Action::ViewCycles),
        stand: Stand::View(&[PaneId::Source]),
        new: || Box::new(outline::Outline::new(&cycles::KIND)),
    },
    Entry {
        id: PaneId::Answer,
        title: "Answer",
        tab: "Answer",
        context: Context::Global,
        focus: Some(Action::ViewAnswer),
        stand: Stand::View(&[PaneId::Source]),
        new: || Box::new(outline::Outline::new(&answer::KIND)),
    },
    Entry {
        id: PaneId::Rules,
        title: "Rules",
        tab: "Rules",
        context: Context::Global,
        focus: Some(Action::ViewRules),
        stand: Stand::View(&[PaneId::Source]),
        new: || Box::new(outline::Outline::new(&rules::KIND)),
    },
    Entry {
        id: PaneId::WhatIf,
        title: "What if",
        tab: "What if",
        context: Context::Global,
        focus: Some(Action::ViewWhatIf),
        stand: Stand::View(&[PaneId::Source]),
        new: || Box::new(outline::Outline::new(&what_if::KIND)),
    },
    Entry {
        id: PaneId::Changes,
        title: "Changes",
        tab: "Changes",
        context: Context::Global,
        focus: Some(Action::ViewChanges),
        stand: Stand::View(&[PaneId::Source]),
        new: || Box::new(outline::Outline::new(&changes::KIND)),
    },
    Entry {
        id: PaneId::System,
        title: "System",
        tab: "System",
        context: Context::Global,
        focus: Some(Action::ViewSystem),
        stand: Stand::View(&[PaneId::Links, PaneId::Source]),
        new: || Box::new(outline::Outline::new(&system::KIND)),
    },
    Entry {
        id: PaneId::Links,
        title: "Links",
        tab: "Links",
        context: Context::Global,
        focus: None,
        stand: Stand::Beside,
        new: || Box::new(outline::Outline::new(&links::KIND)),
    },
    Entry {
        id: PaneId::Report,
        title: "Report",
        tab: "Report",
        context: Context::Report,
        focus: Some(Action::ViewReport),
        stand: Stand::View(&[PaneId::Section, PaneId::Source]),
        new: || Box::new(outline::Outline::new(&report::KIND)),
    },
    Entry {
        id: PaneId::Section,
        title: "Section",
        tab: "Section",
        context: Context::Report,
        focus: None,
        stand: Stand::Beside,
        new: || Box::new(section::Text::default()),
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
            Some(view) => std::iter::once(view).chain(view.beside().iter().copied()).collect(),
            None => PANES.iter().filter(|entry| entry.stand == Stand::Home).map(|entry| entry.id).collect(),
        }
    }

    /// The seat at a pane: in the same view where that shows it, else in the view that it is, or on the home screen.
    pub fn at(self, focus: PaneId) -> Self {
        match focus.entry().stand {
            Stand::View(_) => Self { view: Some(focus), focus },
            _ if self.panes().contains(&focus) => Self { focus, ..self },
            Stand::Home => Self { view: None, focus },
            Stand::Beside => {
                let view = PANES.iter().map(|entry| entry.id).find(|view| view.beside().contains(&focus));
                Self { view, focus }
            }
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
        self.with_digit(self.entry().title)
    }

    /// The word on the tab, with the digit that leads there if there is one.
    pub fn tab(self) -> String {
        self.with_digit(self.entry().tab)
    }

    fn with_digit(self, word: &str) -> String {
        match self.entry().stand {
            Stand::Home => format!("{} {word}", self as usize + 1),
            Stand::View(_) | Stand::Beside => word.to_owned(),
        }
    }

    /// The panes beside a view.
    pub fn beside(self) -> &'static [PaneId] {
        match self.entry().stand {
            Stand::View(beside) => beside,
            Stand::Home | Stand::Beside => &[],
        }
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
    /// The view's tree has another subject, without a trace in the history; the source pane may show something else.
    Point(Option<Subject>, Option<Spot>),
    /// The cursor jumps to another subject. Going back returns here.
    Follow(Subject, Option<Spot>),
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

    /// The part of the running system, or of a report, that the selected row is about.
    fn subject(&self) -> Option<Subject> {
        None
    }

    /// The pane comes on the screen as a view, or the model has changed under it: what the panes beside it are to be about,
    /// where that is not what the cursor says.
    fn arrive(&mut self, _model: &Model) -> Option<Subject> {
        None
    }

    /// The Mermaid source under the cursor.
    fn mermaid(&self) -> Option<String> {
        None
    }

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
