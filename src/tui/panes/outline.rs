//! A list in groups that open and close, each row with a place to show: what views of findings and places are made of. A
//! view says what its rows are; this draws them, walks them, filters and searches them.

mod kind;

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub use kind::{Contents, Kind, Lead, Line, Way};

use super::{Outcome, Pair, Pane, PaneId};
use crate::graph::Snapshot;
use crate::tui::action::Action;
use crate::tui::draw::{self, Row};
use crate::tui::list::List;
use crate::tui::model::{Item, Model, Place, Spot, Subject};
use crate::tui::search::{Query, Start, fuzzy};
use crate::tui::theme::Role;

/// The columns that a label needs before any cell is drawn.
const LABEL: u16 = 24;

/// The view.
pub struct Outline {
    kind: &'static Kind,
    contents: Option<Contents>,
    /// Whether the model has changed since the rows were made: they are made again when they are looked at.
    stale: bool,
    /// What the rows are about, where another pane leads.
    about: Option<Subject>,
    /// Rows that are shown, as indices of lines.
    rows: Vec<usize>,
    /// Groups that are not as they are at first.
    toggled: BTreeSet<String>,
    list: List,
    filter: String,
}

impl Outline {
    /// A view that has not been looked at yet: it costs nothing before that.
    pub fn new(kind: &'static Kind) -> Self {
        Self {
            kind,
            contents: None,
            stale: false,
            about: None,
            rows: Vec::new(),
            toggled: BTreeSet::new(),
            list: List::default(),
            filter: String::new(),
        }
    }

    /// Makes the rows, if there are none or the model has changed. Before the first round is complete there is nothing to
    /// say: what is not known yet would look like what is not there.
    fn ensure(&mut self, model: &Model) {
        if !model.complete || (self.contents.is_some() && !self.stale) {
            return;
        }
        let selected = self.selected().map(|line| line.key.clone());
        let line = self.list.selected;
        self.contents = Some((self.kind.build)(model));
        self.stale = false;
        self.rows = Vec::new();
        self.arrange();
        let same = selected.and_then(|key| self.row_of(&key));
        self.list.select(same.unwrap_or(line));
    }

    fn row_of(&self, key: &str) -> Option<usize> {
        self.rows.iter().position(|row| self.lines()[*row].key == key)
    }

    fn lines(&self) -> &[Line] {
        self.contents.as_ref().map_or(&[], |contents| contents.lines.as_slice())
    }

    fn is_group(&self, line: usize) -> bool {
        let lines = self.lines();
        lines.get(line + 1).is_some_and(|next| next.depth > lines[line].depth)
    }

    fn is_open_at_first(&self, line: &Line) -> bool {
        line.depth < self.kind.open && !line.shut
    }

    fn is_open(&self, line: usize) -> bool {
        let line = &self.lines()[line];
        !self.filter.is_empty() || self.is_open_at_first(line) != self.toggled.contains(&line.key)
    }

    /// Works out which rows are shown, and keeps the selected one, or the group around it, selected.
    fn arrange(&mut self) {
        let selected = self.selected().map(|line| line.key.clone());
        let passed = self.passed();
        let mut rows = Vec::new();
        let mut closed_below: Option<u16> = None;
        for (index, line) in self.lines().iter().enumerate() {
            if closed_below.is_some_and(|depth| line.depth > depth) {
                continue;
            }
            closed_below = None;
            if passed.as_ref().is_some_and(|passed| !passed.contains(&index)) {
                continue;
            }
            rows.push(index);
            if self.is_group(index) && !self.is_open(index) {
                closed_below = Some(line.depth);
            }
        }
        self.rows = rows;
        self.list.resize(self.rows.len());
        let mut key = selected.as_deref();
        while let Some(wanted) = key {
            if let Some(row) = self.row_of(wanted) {
                self.list.select(row);
                return;
            }
            key = wanted.rsplit_once('\u{0}').map(|(outer, _)| outer);
        }
    }

    /// The lines that match the filter, with the groups around them; none where there is no filter.
    fn passed(&self) -> Option<BTreeSet<usize>> {
        if self.filter.is_empty() {
            return None;
        }
        let lines = self.lines();
        let texts: Vec<String> = lines.iter().map(text_of).collect();
        let mut passed = BTreeSet::new();
        for found in fuzzy(&self.filter, &texts) {
            passed.insert(found);
        }
        // From the end, so that a group is met after all that is in it.
        let mut wanted: Option<u16> = None;
        for index in (0..lines.len()).rev() {
            let depth = lines[index].depth;
            if wanted.is_some_and(|wanted| depth < wanted) {
                passed.insert(index);
                wanted = None;
            }
            if passed.contains(&index) && depth > 0 {
                wanted = Some(wanted.map_or(depth, |wanted| wanted.min(depth)));
            }
        }
        Some(passed)
    }

    fn selected(&self) -> Option<&Line> {
        self.lines().get(*self.rows.get(self.list.selected)?)
    }

    /// The selection has moved: the source, and the panes beside it if it leads them, follow.
    fn show(&self) -> Outcome {
        let selected = self.selected();
        let spot = selected.and_then(|line| line.spot.clone());
        if self.kind.lead == Lead::Leads {
            return Outcome::Point(selected.and_then(|line| line.subject.clone()), spot);
        }
        spot.map_or(Outcome::Used, Outcome::Show)
    }

    /// Selects the row of a subject, in groups that are opened for it. Says whether there is one.
    fn go_to(&mut self, subject: &Subject) -> bool {
        if self.selected().is_some_and(|line| line.subject.as_ref() == Some(subject)) {
            return true;
        }
        let Some(found) = self.lines().iter().position(|line| line.subject.as_ref() == Some(subject)) else {
            return false;
        };
        let key = self.lines()[found].key.clone();
        let mut depth = self.lines()[found].depth;
        for index in (0..found).rev() {
            if self.lines()[index].depth < depth {
                depth = self.lines()[index].depth;
                if !self.is_open(index) {
                    let outer = self.lines()[index].key.clone();
                    if !self.toggled.remove(&outer) {
                        self.toggled.insert(outer);
                    }
                }
            }
        }
        self.arrange();
        if let Some(row) = self.row_of(&key) {
            self.list.select(row);
        }
        true
    }

    fn toggle(&mut self) -> Outcome {
        if let Some(key) = self.selected().map(|line| line.key.clone()) {
            if !self.toggled.remove(&key) {
                self.toggled.insert(key);
            }
            self.arrange();
        }
        self.moved()
    }

    /// Rows were opened or closed: what leads says again where it is.
    fn moved(&self) -> Outcome {
        if self.kind.lead == Lead::Leads { self.show() } else { Outcome::Used }
    }

    /// Whether the selected row is a group, and whether it is open.
    fn state(&self) -> Option<bool> {
        let line = *self.rows.get(self.list.selected)?;
        self.is_group(line).then(|| self.is_open(line))
    }

    fn enter(&self, model: &Model) -> Outcome {
        let Some(line) = self.selected() else { return Outcome::Used };
        let spot = match &line.way {
            Some(Way::Subject) => match &line.subject {
                Some(subject) => return Outcome::Follow(subject.clone(), line.spot.clone()),
                None => None,
            },
            Some(Way::Component(path)) => {
                let place = Place::path(path.clone());
                let Some(item) = model.find(&place) else {
                    return Outcome::Say(format!("{path} is not among the components"));
                };
                return Outcome::Jump(place, model.spot(item), PaneId::Tree);
            }
            Some(Way::Line(spot)) => Some(spot.clone()),
            None => line.spot.clone(),
        };
        match spot {
            Some(spot) => {
                let place = Place::path(spot.path.clone());
                let place = if model.find(&place).is_some() { place } else { model.cursor.place().clone() };
                Outcome::Jump(place, spot, PaneId::Source)
            }
            None => Outcome::Used,
        }
    }

    fn set_all(&mut self, open: bool) -> Outcome {
        let keys: Vec<String> = (0..self.lines().len())
            .filter(|index| self.is_group(*index))
            .map(|index| &self.lines()[index])
            .filter(|line| self.is_open_at_first(line) != open)
            .map(|line| line.key.clone())
            .collect();
        self.toggled = keys.into_iter().collect();
        self.arrange();
        self.moved()
    }

    fn render_row(&self, row: &mut Row<'_>, line: usize, model: &Model, columns: &[(&str, u16)]) {
        let style = |role| model.theme.style(role);
        let sign = match (self.is_group(line), self.is_open(line)) {
            (false, _) => " ",
            (true, true) => "▾",
            (true, false) => "▸",
        };
        let line = &self.lines()[line];
        let is_marked = matches!(&line.subject, Some(Subject::Thing(thing)) if model.things.contains(thing));
        let cells = line.cells.iter().skip(self.kind.columns.len() - columns.len());
        for ((_, width), cell) in columns.iter().zip(cells).rev() {
            row.column(cell, *width, style(Role::Muted));
        }
        row.skip(line.depth * 2).text(sign, style(Role::Muted)).skip(1);
        if is_marked {
            row.text("● ", style(Role::Marked));
        }
        row.path(&line.label, style(line.role));
        row.skip(1).text(&line.note, style(Role::Muted));
    }
}

fn text_of(line: &Line) -> String {
    format!("{} {}", line.label, line.note)
}

impl Pane for Outline {
    fn render(&mut self, area: Rect, buffer: &mut Buffer, model: &mut Model, focused: bool) {
        self.ensure(model);
        self.list.fit(usize::from(area.height.saturating_sub(2)));
        let mut columns = self.kind.columns;
        while columns.iter().map(|(_, width)| *width).sum::<u16>() + LABEL > area.width && !columns.is_empty() {
            columns = &columns[1..];
        }
        let (mut note, nothing) =
            self.contents.as_ref().map_or_else(Default::default, |contents| (contents.note.clone(), contents.nothing));
        if !self.filter.is_empty() {
            note = format!("{} rows match `{}`", self.rows.len(), self.filter);
        }
        let frame =
            draw::Frame { title: &self.kind.id.title(), note: &note, columns, focused, scroll: self.list.extent() };
        let inner = draw::frame(area, buffer, &model.theme, &frame);
        for (offset, index) in self.list.visible().enumerate() {
            let mut row = Row::new(buffer, inner, inner.y + offset as u16);
            if index == self.list.selected {
                row.fill(model.theme.style(if focused { Role::Selection } else { Role::SelectionUnfocused }));
            }
            row.text(if index == self.list.selected { "▌" } else { " " }, model.theme.style(Role::BorderFocused));
            self.render_row(&mut row, self.rows[index], model, columns);
        }
        if self.rows.is_empty() && inner.height > 0 {
            let message = match () {
                () if !self.filter.is_empty() => "nothing matches; Esc shows all again",
                () if !model.complete => "the index is still being made",
                () => nothing,
            };
            Row::new(buffer, inner, inner.y).skip(1).text(message, model.theme.style(Role::Muted));
        }
    }

    fn handle(&mut self, action: Action, model: &Model) -> Outcome {
        self.ensure(model);
        if self.list.handle(action) {
            return self.show();
        }
        let leads_on = self.selected().is_some_and(|line| line.way.is_some());
        match (action, self.state()) {
            (Action::Enter, Some(_)) if leads_on => self.enter(model),
            (Action::Enter, Some(_)) | (Action::Open, Some(false)) | (Action::Close, Some(true)) => self.toggle(),
            (Action::Open, Some(true)) => {
                self.list.select(self.list.selected + 1);
                self.show()
            }
            (Action::Enter | Action::Open, None) => self.enter(model),
            (Action::Close, _) => {
                let depth = self.selected().map_or(0, |line| line.depth);
                let outer = self.rows[..self.list.selected].iter().rposition(|row| self.lines()[*row].depth < depth);
                self.list.select(outer.unwrap_or(self.list.selected));
                self.show()
            }
            (Action::OpenAll, _) => self.set_all(true),
            (Action::CloseAll, _) => self.set_all(false),
            _ => Outcome::Unused,
        }
    }

    fn follow(&mut self, model: &Model) {
        match self.kind.lead {
            Lead::Alone => {}
            Lead::Leads => {
                if let Some(subject) = &model.cursor.subject {
                    self.go_to(subject);
                }
            }
            Lead::Follows if self.about != model.cursor.subject => {
                self.about = model.cursor.subject.clone();
                self.contents = None;
                self.rows = Vec::new();
                self.list = List { height: self.list.height, ..List::default() };
                self.filter.clear();
            }
            Lead::Follows => {}
        }
    }

    fn subject(&self) -> Option<Subject> {
        self.selected()?.subject.clone()
    }

    fn arrive(&mut self, model: &Model) -> Option<Subject> {
        if self.kind.lead != Lead::Leads {
            return None;
        }
        self.ensure(model);
        if model.cursor.subject.as_ref().is_some_and(|subject| self.go_to(subject)) {
            return None;
        }
        if self.selected().is_none_or(|line| line.subject.is_none()) {
            let first = self.rows.iter().position(|row| self.lines()[*row].subject.is_some())?;
            self.list.select(first);
        }
        self.selected()?.subject.clone()
    }

    fn refresh(&mut self, _old: &Snapshot, _model: &Model) {
        self.stale = true;
    }

    fn dependencies(&self, _model: &Model) -> Vec<Pair> {
        self.selected().map_or_else(Vec::new, |line| line.pairs.clone())
    }

    fn target(&self, model: &Model) -> Option<(Item, Spot)> {
        let line = self.selected()?;
        let home = line.home.clone().map(Place::path);
        let spot = match (&line.spot, &home) {
            (Some(spot), _) => spot.clone(),
            (None, Some(home)) => Spot::at(home.path.clone(), 0),
            (None, None) => return None,
        };
        let place = home.unwrap_or_else(|| Place::path(spot.path.clone()));
        let item = model.find(&place).unwrap_or_else(|| model.here());
        Some((item, spot))
    }

    fn click(&mut self, column: u16, line: u16, model: &Model) -> Outcome {
        self.ensure(model);
        let Some(row) = line.checked_sub(1).and_then(|line| self.list.at(line)) else { return Outcome::Used };
        self.list.select(row);
        let depth = self.selected().map_or(0, |line| line.depth);
        if self.state().is_some() && column == 2 + depth * 2 { self.toggle() } else { self.show() }
    }

    fn scroll(&mut self, rows: isize) {
        self.list.scroll(rows);
    }

    fn set_filter(&mut self, filter: &str, model: &Model) -> Outcome {
        self.ensure(model);
        filter.clone_into(&mut self.filter);
        self.arrange();
        self.show()
    }

    fn filter(&self) -> &str {
        &self.filter
    }

    fn search(&mut self, query: &Query, start: Start, model: &Model) -> Option<Outcome> {
        self.ensure(model);
        let matches = |row: usize| query.matches(&text_of(&self.lines()[self.rows[row]]));
        let found = query.search(self.rows.len(), self.list.selected, start, matches)?;
        self.list.select(found);
        Some(self.show())
    }
}
