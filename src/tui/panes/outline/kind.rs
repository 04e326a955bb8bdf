//! What a view in groups is made of: its kind, and its rows.

use std::sync::Arc;

use super::super::{Pair, PaneId};
use crate::tui::model::{Model, Spot, Subject};
use crate::tui::theme::Role;

/// One row.
pub struct Line {
    /// Groups around it.
    pub depth: u16,
    /// What it is across snapshots; a row's key begins with the key of the group around it and a NUL.
    pub key: String,
    /// What it says; cut in the middle, as paths are.
    pub label: String,
    /// The style of the label.
    pub role: Role,
    /// After the label, in a quieter style.
    pub note: String,
    /// The cells of the columns at the right edge.
    pub cells: Vec<String>,
    /// What the source pane shows for it.
    pub spot: Option<Spot>,
    /// The dependencies that it is about, as paths of what needs and what is needed.
    pub pairs: Vec<Pair>,
    /// What it is about that is no component.
    pub subject: Option<Subject>,
    /// The component that it is about, where that is not the file of its spot.
    pub home: Option<Arc<str>>,
    /// Whether it is closed at first, whatever its depth.
    pub shut: bool,
    /// Where Enter leads, where that is not what the source pane shows.
    pub way: Option<Way>,
}

/// Where a row leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// To a line.
    Line(Spot),
    /// To a component, in the tree.
    Component(Arc<str>),
    /// To what its row is about, in the view that shows it.
    Subject,
}

impl Line {
    /// A row that says nothing but its label.
    pub fn new(depth: u16, key: String, label: String, role: Role) -> Self {
        Self {
            depth,
            key,
            label,
            role,
            note: String::new(),
            cells: Vec::new(),
            spot: None,
            pairs: Vec::new(),
            subject: None,
            home: None,
            shut: false,
            way: None,
        }
    }

    /// The row with something for the source pane to show.
    pub fn showing(self, spot: Option<Spot>) -> Self {
        Self { spot, ..self }
    }
}

/// What a view is about.
pub struct Contents {
    /// In order; the rows of a group come right after it.
    pub lines: Vec<Line>,
    /// After the title.
    pub note: String,
    /// What is said where there are no rows.
    pub nothing: &'static str,
}

/// What makes one view different from another.
pub struct Kind {
    /// The pane.
    pub id: PaneId,
    /// Labels and widths of the columns; the first go first where it is narrow.
    pub columns: &'static [(&'static str, u16)],
    /// Groups of a depth below this are open until they are closed, others closed until they are opened.
    pub open: u16,
    /// What it has to do with the panes beside it.
    pub lead: Lead,
    /// Makes the rows.
    pub build: fn(&Model) -> Contents,
}

/// What an outline has to do with the panes beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lead {
    /// Nothing.
    Alone,
    /// They are about what it has selected.
    Leads,
    /// It is about what another one has selected.
    Follows,
}
