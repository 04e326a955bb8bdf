//! The text of a report's section: statements, tables and diagrams, each with the lines that support it one key away.

mod typeset;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::report::find;
use super::{Outcome, Pane, PaneId};
use crate::graph::Snapshot;
use crate::report::Document;
use crate::tui::action::Action;
use crate::tui::draw::{self, Row};
use crate::tui::list::List;
use crate::tui::model::{Item, Model, Place, Spot, Subject};
use crate::tui::search::{Query, Start};
use crate::tui::theme::Role;
use typeset::{Typeset, typeset};

/// The width that is set for before anything was drawn.
const FIRST_WIDTH: u16 = 80;

/// The pane.
#[derive(Default)]
pub struct Text {
    /// The section.
    about: Option<Subject>,
    /// What it is a section of, as it was set.
    document: Option<Arc<Document>>,
    title: String,
    width: u16,
    set: Typeset,
    list: List,
}

impl Text {
    /// Sets the text, where that is not what stands there already.
    fn ensure(&mut self, model: &Model, width: u16) {
        let now = model.reading.document.as_ref();
        let is_same_text = match (&self.document, now) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            (None, None) => true,
            _ => false,
        };
        let is_same_section = self.about == model.cursor.subject;
        if is_same_text && is_same_section && self.width == width {
            return;
        }
        let at = self.set.lines.get(self.list.selected).map(|line| line.block);
        (self.document, self.about, self.width) = (now.cloned(), model.cursor.subject.clone(), width);
        let key = match &self.about {
            Some(Subject::Section(key)) => Some(key),
            _ => None,
        };
        let section = now.zip(key).and_then(|(document, key)| find(&document.sections, key));
        self.title = section.map_or_else(String::new, |section| section.title.unmarked());
        self.set = section.map_or_else(Typeset::default, |section| typeset(section, usize::from(width)));
        self.list.resize(self.set.lines.len());
        // The statement that was selected stays so, wherever its lines are now.
        let row = if is_same_section { at.and_then(|block| self.set.first_of(block)) } else { None };
        self.list.select(row.unwrap_or(0));
        if !is_same_section {
            self.list.first = 0;
        }
    }

    fn spot(&self) -> Option<Spot> {
        let line = self.set.lines.get(self.list.selected)?;
        super::places::first(&self.set.trails[line.block])
    }

    fn show(&self) -> Outcome {
        self.spot().map_or(Outcome::Used, Outcome::Show)
    }

    /// The Mermaid source that the selected line is in.
    fn diagram(&self) -> Option<&str> {
        let line = self.set.lines.get(self.list.selected)?;
        self.set.diagrams.iter().find(|(block, _)| *block == line.block).map(|(_, text)| text.as_str())
    }
}

impl Pane for Text {
    fn render(&mut self, area: Rect, buffer: &mut Buffer, model: &mut Model, focused: bool) {
        self.ensure(model, area.width.saturating_sub(3));
        self.list.fit(usize::from(area.height.saturating_sub(2)));
        let frame = draw::Frame {
            title: &PaneId::Section.title(),
            note: &self.title,
            columns: &[],
            focused,
            scroll: self.list.extent(),
        };
        let inner = draw::frame(area, buffer, &model.theme, &frame);
        let selected = self.set.lines.get(self.list.selected).map(|line| line.block);
        for (offset, index) in self.list.visible().enumerate() {
            let line = &self.set.lines[index];
            let mut row = Row::new(buffer, inner, inner.y + offset as u16);
            if index == self.list.selected {
                row.fill(model.theme.style(if focused { Role::Selection } else { Role::SelectionUnfocused }));
            }
            let is_of_selected = selected == Some(line.block) && !self.set.trails[line.block].is_empty();
            row.text(if is_of_selected { "▌" } else { " " }, model.theme.style(Role::BorderFocused));
            for (role, text) in &line.runs {
                row.text(text, model.theme.style(*role));
            }
        }
        if self.set.lines.is_empty() && inner.height > 0 {
            let message = match () {
                () if model.reading.document.is_none() => "the report is being written",
                () => "select a section: its text stands here",
            };
            Row::new(buffer, inner, inner.y).skip(1).text(message, model.theme.style(Role::Muted));
        }
    }

    fn handle(&mut self, action: Action, model: &Model) -> Outcome {
        let width = if self.width == 0 { FIRST_WIDTH } else { self.width };
        self.ensure(model, width);
        if self.list.handle(action) {
            return self.show();
        }
        match action {
            Action::Enter | Action::Open => match self.spot() {
                Some(spot) => {
                    let place = Place::path(spot.path.clone());
                    let place = if model.find(&place).is_some() { place } else { model.cursor.place().clone() };
                    Outcome::Jump(place, spot, PaneId::Source)
                }
                None => Outcome::Say("no line stands behind this".to_owned()),
            },
            _ => Outcome::Unused,
        }
    }

    fn follow(&mut self, _model: &Model) {}

    fn refresh(&mut self, _old: &Snapshot, _model: &Model) {}

    fn target(&self, model: &Model) -> Option<(Item, Spot)> {
        let spot = self.spot()?;
        let item = model.find(&Place::path(spot.path.clone())).unwrap_or_else(|| model.here());
        Some((item, spot))
    }

    fn mermaid(&self) -> Option<String> {
        self.diagram().map(str::to_owned)
    }

    fn click(&mut self, _column: u16, line: u16, _model: &Model) -> Outcome {
        if let Some(row) = line.checked_sub(1).and_then(|line| self.list.at(line)) {
            self.list.select(row);
        }
        self.show()
    }

    fn scroll(&mut self, rows: isize) {
        self.list.scroll(rows);
    }

    fn set_filter(&mut self, _filter: &str, _model: &Model) -> Outcome {
        Outcome::Unused
    }

    fn filter(&self) -> &str {
        ""
    }

    fn search(&mut self, query: &Query, start: Start, model: &Model) -> Option<Outcome> {
        let width = if self.width == 0 { FIRST_WIDTH } else { self.width };
        self.ensure(model, width);
        let lines: Vec<String> = self.set.lines.iter().map(|line| line.text()).collect();
        let found = query.search(lines.len(), self.list.selected, start, |row| query.matches(&lines[row]))?;
        self.list.select(found);
        Some(self.show())
    }
}
