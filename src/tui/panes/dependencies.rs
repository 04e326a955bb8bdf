//! What the selection needs and what needs it, opening down to files and to lines.

mod groups;
mod render;
mod rows;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Outcome, Pane, PaneId};
use crate::graph::{NodeId, Snapshot};
use crate::tui::action::Action;
use crate::tui::list::List;
use crate::tui::model::{Item, Model, Pair, Place, Spot};
use crate::tui::search::{Query, Start, fuzzy};
use groups::{Group, Groups, Other, Section};
use rows::{DependencyRow, RowKind};

/// Places of which the pane remembers what was open.
const REMEMBERED: usize = 100;

/// The longest trail of lines that `]` walks.
const TRAIL_LIMIT: usize = 5000;

/// What was open and selected when the cursor left a place.
#[derive(Debug, Clone, Default)]
struct Memory {
    open: FxHashSet<String>,
    selected: String,
}

/// The pane.
#[derive(Default)]
pub struct Dependencies {
    of: Place,
    groups: Groups,
    rows: Vec<DependencyRow>,
    list: List,
    memory: Memory,
    memories: FxHashMap<Place, Memory>,
    filter: String,
    built: bool,
    tests: bool,
}

impl Dependencies {
    fn build(&mut self, model: &Model) {
        if self.of != *model.cursor.place() {
            if self.memories.len() >= REMEMBERED {
                self.memories.clear();
            }
            self.remember();
            self.memories.insert(self.of.clone(), std::mem::take(&mut self.memory));
            self.of = model.cursor.place().clone();
            self.memory = self.memories.remove(&self.of).unwrap_or_default();
            self.list = List { height: self.list.height, ..List::default() };
        }
        self.tests = model.tests;
        self.groups = Groups::collect(&model.snapshot, model.analysis.history(), model.here(), model.tests);
        self.build_rows(model);
        self.built = true;
    }

    fn build_rows(&mut self, model: &Model) {
        if !self.filter.is_empty() {
            let labels: Vec<String> =
                self.groups.all.iter().map(|group| group.label(&model.snapshot, self.groups.of)).collect();
            let passed = fuzzy(&self.filter, &labels);
            self.rows = rows::build(&model.snapshot, &self.groups, &self.memory.open, Some(&passed));
        } else {
            self.rows = rows::build(&model.snapshot, &self.groups, &self.memory.open, None);
        }
        self.list.resize(self.rows.len());
        self.restore();
    }

    fn remember(&mut self) {
        // Before there are dependencies, nothing is chosen.
        if let Some(row) = self.rows.get(self.list.selected).filter(|_| !self.groups.all.is_empty()) {
            row.key.clone_into(&mut self.memory.selected);
        }
    }

    /// Selects the remembered row or the nearest one that contains it; where nothing is remembered, the first group.
    fn restore(&mut self) {
        let line = self.list.selected as isize - self.list.first as isize;
        let mut key: &str = &self.memory.selected;
        loop {
            if let Some(row) = self.rows.iter().position(|row| row.key == key) {
                self.list.select(row);
                self.list.first = row.saturating_add_signed(-line);
                return;
            }
            match key.rsplit_once('\u{0}') {
                Some((outer, _)) => key = outer,
                None => break,
            }
        }
        let first_group = self.rows.iter().position(|row| !matches!(row.kind, RowKind::Section(_)));
        self.list.select(first_group.unwrap_or(0));
        self.list.first = 0;
    }

    fn ensure(&mut self, model: &Model) {
        if !self.built || self.of != *model.cursor.place() || self.tests != model.tests {
            self.build(model);
        }
    }

    fn selected(&self) -> Option<&DependencyRow> {
        self.rows.get(self.list.selected)
    }

    fn group(&self, index: usize) -> Option<&Group> {
        self.groups.all.get(index)
    }

    fn set_open(&mut self, open: bool, model: &Model) -> Outcome {
        if let Some(key) = self.selected().map(|row| row.key.clone()) {
            // Sections are open unless closed, all else is closed unless opened.
            let is_section = self.selected().is_some_and(|row| matches!(row.kind, RowKind::Section(_)));
            if open != is_section {
                self.memory.open.insert(key);
            } else {
                self.memory.open.remove(&key);
            }
            self.remember();
            self.build_rows(model);
        }
        Outcome::Used
    }

    fn show(&self, model: &Model) -> Outcome {
        self.spot(&model.snapshot).map_or(Outcome::Used, Outcome::Show)
    }

    /// The line that the selected row shows: its own, or the first of those inside it.
    fn spot(&self, snapshot: &Snapshot) -> Option<Spot> {
        let row = self.selected()?;
        let (RowKind::Group(group) | RowKind::File { group, .. } | RowKind::Line { group, .. }) = row.kind else {
            return None;
        };
        let group = self.group(group)?;
        let file = match row.kind {
            RowKind::File { file, .. } => Some(file),
            _ => None,
        };
        let mut trail = group.lines(snapshot, &self.groups, file);
        trail.truncate(TRAIL_LIMIT);
        let trail: Vec<(Arc<str>, u32)> =
            trail.into_iter().map(|line| (snapshot.node(line.from).path.clone(), line.line)).collect();
        let (path, line) = match row.kind {
            RowKind::Line { from, line, .. } => (snapshot.node(from).path.clone(), line),
            _ => trail.first().cloned()?,
        };
        let mut trail = trail;
        trail.dedup();
        Some(Spot { path, line, trail: Arc::new(trail) })
    }

    /// The component at the other end of the selected row.
    fn other_end(&self) -> Option<NodeId> {
        let row = self.selected()?;
        match row.kind {
            RowKind::Section(_) => None,
            RowKind::Group(group) => self.group(group)?.other(),
            RowKind::File { file, .. } => Some(file),
            RowKind::Line { group, other, .. } => other.or_else(|| self.group(group)?.other()),
        }
    }

    fn enter(&mut self, model: &Model) -> Outcome {
        let Some(row) = self.selected() else { return Outcome::Used };
        match row.kind {
            RowKind::Line { .. } => match self.spot(&model.snapshot) {
                Some(spot) => Outcome::Jump(model.cursor.place().clone(), spot, PaneId::Source),
                None => Outcome::Used,
            },
            _ => match self.other_end() {
                Some(node) => {
                    let item = Item::Node(node);
                    Outcome::Jump(model.place(item), model.spot(item), PaneId::Dependencies)
                }
                None => {
                    let open = row.open == Some(true);
                    self.set_open(!open, model)
                }
            },
        }
    }
}

impl Pane for Dependencies {
    fn render(&mut self, area: Rect, buffer: &mut Buffer, model: &mut Model, focused: bool) {
        self.ensure(model);
        self.list.fit(usize::from(area.height.saturating_sub(2)));
        render::render(self, area, buffer, model, focused);
    }

    fn handle(&mut self, action: Action, model: &Model) -> Outcome {
        self.ensure(model);
        if self.list.handle(action) {
            self.remember();
            return self.show(model);
        }
        let open = self.selected().and_then(|row| row.open);
        match action {
            Action::Enter => self.enter(model),
            Action::Open => match open {
                Some(false) => self.set_open(true, model),
                Some(true) => {
                    self.list.select(self.list.selected + 1);
                    self.remember();
                    self.show(model)
                }
                None => self.enter(model),
            },
            Action::Close => {
                if open == Some(true) {
                    return self.set_open(false, model);
                }
                let depth = self.selected().map_or(0, |row| row.depth);
                if let Some(outer) = self.rows[..self.list.selected].iter().rposition(|row| row.depth < depth) {
                    self.list.select(outer);
                    self.remember();
                }
                self.show(model)
            }
            Action::OpenAll | Action::CloseAll => {
                self.memory.open.clear();
                if action == Action::OpenAll {
                    // Opening a row makes new ones: groups, files, lines.
                    for _ in 0..2 {
                        let keys: Vec<String> =
                            self.rows.iter().filter(|row| row.open == Some(false)).map(|row| row.key.clone()).collect();
                        self.memory.open.extend(keys);
                        self.build_rows(model);
                    }
                }
                self.build_rows(model);
                Outcome::Used
            }
            _ => Outcome::Unused,
        }
    }

    fn follow(&mut self, model: &Model) {
        if self.of != *model.cursor.place() {
            self.remember();
        }
    }

    fn refresh(&mut self, _old: &Snapshot, model: &Model) {
        if self.built {
            self.remember();
            self.build(model);
        }
    }

    fn target(&self, model: &Model) -> Option<(Item, Spot)> {
        let spot = self.spot(&model.snapshot).unwrap_or_else(|| model.spot(model.here()));
        let item = match self.selected().map(|row| row.kind) {
            Some(RowKind::Section(_)) | None => model.here(),
            Some(_) => self.other_end().map_or(model.here(), Item::Node),
        };
        Some((item, spot))
    }

    fn dependencies(&self, model: &Model) -> Vec<Pair> {
        let path = |id: NodeId| model.snapshot.node(id).path.clone();
        let row = self.selected().map(|row| row.kind);
        let (Some(RowKind::Group(group) | RowKind::File { group, .. } | RowKind::Line { group, .. }), Some(here)) =
            (row, model.here().node())
        else {
            return Vec::new();
        };
        let Some(group) = self.group(group) else { return Vec::new() };
        let far = match row {
            Some(RowKind::File { file, .. }) => Some(file),
            _ => None,
        };
        match (&group.other, group.section) {
            (Other::Import(..), _) => Vec::new(),
            (Other::Pair(from, to), _) => vec![(path(*from), path(*to))],
            (Other::Node(node), Section::NeededBy) => vec![(path(far.unwrap_or(*node)), path(here))],
            (Other::Node(node), _) => vec![(path(here), path(far.unwrap_or(*node)))],
        }
    }

    fn click(&mut self, column: u16, line: u16, model: &Model) -> Outcome {
        let Some(row) = line.checked_sub(1).and_then(|line| self.list.at(line)) else { return Outcome::Used };
        self.list.select(row);
        self.remember();
        let Some((depth, open)) = self.selected().map(|row| (row.depth, row.open)) else { return Outcome::Used };
        if let Some(open) = open
            && column == 2 + depth * 2
        {
            return self.set_open(!open, model);
        }
        self.show(model)
    }

    fn scroll(&mut self, rows: isize) {
        self.list.scroll(rows);
        self.remember();
    }

    fn set_filter(&mut self, filter: &str, model: &Model) -> Outcome {
        filter.clone_into(&mut self.filter);
        self.remember();
        self.ensure(model);
        self.build_rows(model);
        self.show(model)
    }

    fn filter(&self) -> &str {
        &self.filter
    }

    fn search(&mut self, query: &Query, start: Start, model: &Model) -> Option<Outcome> {
        self.ensure(model);
        let label = |row: usize| render::search_text(&self.rows[row], &self.groups, model);
        let found = query.search(self.rows.len(), self.list.selected, start, |row| query.matches(&label(row)))?;
        self.list.select(found);
        self.remember();
        Some(self.show(model))
    }
}
