//! The risk of changing each component: one score with its parts, sortable by everything it is made of.

mod columns;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Outcome, Pane, PaneId, delta};
use crate::analysis::RiskLevel;
use crate::analysis::history::Churn;
use crate::graph::{NodeId, NodeKind, Snapshot};
use crate::tui::action::Action;
use crate::tui::draw::{self, Row, short};
use crate::tui::list::List;
use crate::tui::model::{Item, Model, Place, Spot};
use crate::tui::search::{Query, Start, fuzzy};
use crate::tui::theme::Role;
use columns::{COLUMNS, Column};

/// Which components are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Level {
    #[default]
    File,
    Directory,
    Package,
}

impl Level {
    fn next(self) -> Self {
        match self {
            Self::File => Self::Directory,
            Self::Directory => Self::Package,
            Self::Package => Self::File,
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::File => "files",
            Self::Directory => "directories",
            Self::Package => "packages",
        }
    }

    fn takes(self, snapshot: &Snapshot, id: NodeId) -> bool {
        let node = snapshot.node(id);
        match self {
            Self::File => node.kind == NodeKind::File && node.language.is_some(),
            Self::Directory => matches!(node.kind, NodeKind::Directory | NodeKind::Package),
            Self::Package => node.package.is_some(),
        }
    }
}

/// The pane.
pub struct Risk {
    level: Level,
    column: Column,
    reversed: bool,
    rows: Vec<NodeId>,
    /// Components that are left out because they are not the project's own code.
    left_out: usize,
    list: List,
    filter: String,
    built: bool,
    /// Of the last drawing: the right end of each visible column, relative to the frame.
    edges: Vec<(u16, Column)>,
}

impl Default for Risk {
    fn default() -> Self {
        Self {
            level: Level::File,
            column: Column::Score,
            reversed: false,
            rows: Vec::new(),
            left_out: 0,
            list: List::default(),
            filter: String::new(),
            built: false,
            edges: Vec::new(),
        }
    }
}

impl Risk {
    fn build(&mut self, model: &Model) {
        let snapshot = &model.snapshot;
        let all: Vec<NodeId> = snapshot.tree().filter(|id| self.level.takes(snapshot, *id)).collect();
        let mut rows: Vec<NodeId> = all.iter().copied().filter(|id| snapshot.node(*id).mark.is_none()).collect();
        self.left_out = all.len() - rows.len();
        if !self.filter.is_empty() {
            let paths: Vec<&str> = rows.iter().map(|id| &*snapshot.node(*id).path).collect();
            let mut passed = fuzzy(&self.filter, &paths);
            passed.sort_unstable();
            rows = passed.into_iter().map(|index| rows[index]).collect();
        }
        self.column.sort(&mut rows, model, self.reversed);
        self.rows = rows;
        self.list.resize(self.rows.len());
        self.built = true;
    }

    /// Builds the rows anew and keeps the selection on its component.
    fn rebuild(&mut self, model: &Model, selected: Option<NodeId>) {
        let line = self.list.selected as isize - self.list.first as isize;
        self.build(model);
        if let Some(row) = selected.and_then(|id| self.rows.iter().position(|row| *row == id)) {
            self.list.select(row);
            self.list.first = row.saturating_add_signed(-line);
        }
    }

    fn selected(&self) -> Option<NodeId> {
        self.rows.get(self.list.selected).copied()
    }

    fn sort_by(&mut self, column: Column, model: &Model) -> Outcome {
        self.reversed = column == self.column && !self.reversed;
        self.column = column;
        self.build(model);
        self.list.select(0);
        self.show(model)
    }

    fn show(&self, model: &Model) -> Outcome {
        self.selected().map_or(Outcome::Used, |id| Outcome::Show(model.spot(Item::Node(id))))
    }

    fn shift_column(&mut self, by: usize, model: &Model) -> Outcome {
        let visible: Vec<Column> = match self.edges.len() {
            0 => COLUMNS.iter().map(|column| column.0).collect(),
            _ => self.edges.iter().map(|(_, column)| *column).collect(),
        };
        let at = visible.iter().position(|column| *column == self.column).unwrap_or(0);
        self.reversed = false;
        self.column = visible[(at + by) % visible.len()];
        let selected = self.selected();
        self.rebuild(model, selected);
        Outcome::Used
    }

    /// The parts of the selected score, in as many lines as fit.
    fn render_parts(&self, area: Rect, buffer: &mut Buffer, model: &Model) {
        let Some(id) = self.selected() else { return };
        let risk = model.analysis.risk(id);
        let style = |role| model.theme.style(role);
        let mut y = area.y;
        let mut line = Row::new(buffer, area, y);
        line.skip(1).text(&format!("{:.0} {}", risk.score, risk.level().as_str()), style(level_role(risk.level())));
        line.text(" =", style(Role::Muted));
        let mut room = line.room();
        for part in &risk.parts {
            let value =
                if part.value.fract() == 0.0 { format!("{:.0}", part.value) } else { format!("{:.2}", part.value) };
            let text = format!(" {} {value}", part.name);
            let points = format!(" +{:.0}/{:.0}", part.points, part.most);
            let width = draw::width(&text) + draw::width(&points);
            if width > room {
                y += 1;
                room = area.width;
                if y >= area.bottom() {
                    return;
                }
            }
            let mut line = Row::new(buffer, area, y);
            line.skip(area.width - room);
            line.text(&text, style(Role::Muted))
                .text(&points, style(if part.points > 0.0 { Role::Number } else { Role::Muted }));
            room -= width.min(room);
        }
    }
}

impl Pane for Risk {
    fn render(&mut self, area: Rect, buffer: &mut Buffer, model: &mut Model, focused: bool) {
        if !self.built {
            self.build(model);
        }
        let parts = if area.height >= 9 { if area.width >= 96 { 1 } else { 2 } } else { 0 };
        self.list.fit(usize::from(area.height.saturating_sub(2 + parts)));
        let columns = columns::visible(area.width.saturating_sub(2), model.has_deltas());
        let mut right = area.width.saturating_sub(1);
        self.edges.clear();
        for (column, _, width) in columns.iter().rev() {
            self.edges.insert(0, (right, *column));
            right = right.saturating_sub(*width);
        }
        self.edges.insert(0, (right, Column::Name));
        let arrow = |column: Column, label: &str| {
            let sign = if self.reversed == column.ascends() { "↓" } else { "↑" };
            if column == self.column { format!("{sign}{label}") } else { label.to_owned() }
        };
        let labels: Vec<(String, u16)> =
            columns.iter().map(|(column, label, width)| (arrow(*column, label), *width)).collect();
        let labels: Vec<(&str, u16)> = labels.iter().map(|(label, width)| (label.as_str(), *width)).collect();
        let mut note = match self.filter.as_str() {
            "" => format!("{} {}", self.rows.len(), self.level.plural()),
            filter => format!("{} {} match `{filter}`", self.rows.len(), self.level.plural()),
        };
        if self.left_out > 0 {
            note.push_str(&format!(", {} not own", self.left_out));
        }
        if self.column == Column::Name {
            note.push_str(if self.reversed { " ↓name" } else { " ↑name" });
        }
        let frame = draw::Frame {
            title: &PaneId::Risk.title(),
            note: &note,
            columns: &labels,
            focused,
            scroll: self.list.extent(),
        };
        let inner = draw::frame(area, buffer, &model.theme, &frame);
        for (line, index) in self.list.visible().enumerate() {
            let mut row = Row::new(buffer, inner, inner.y + line as u16);
            if index == self.list.selected {
                row.fill(model.theme.style(if focused { Role::Selection } else { Role::SelectionUnfocused }));
            }
            row.text(if index == self.list.selected { "▌" } else { " " }, model.theme.style(Role::BorderFocused));
            render_row(&mut row, self.rows[index], model, &columns);
        }
        if self.rows.is_empty() && inner.height > 0 {
            let message = match () {
                () if !self.filter.is_empty() => "nothing matches; Esc shows all again".to_owned(),
                () if !model.complete => "the index is still being made".to_owned(),
                () => format!("no {} in a language that transom reads", self.level.plural()),
            };
            Row::new(buffer, inner, inner.y).skip(1).text(&message, model.theme.style(Role::Muted));
        }
        if parts > 0 {
            let area = Rect { y: inner.bottom() - parts, height: parts, ..inner };
            self.render_parts(area, buffer, model);
        }
    }

    fn handle(&mut self, action: Action, model: &Model) -> Outcome {
        if self.list.handle(action) {
            return self.show(model);
        }
        match action {
            Action::Enter | Action::Open => self.selected().map_or(Outcome::Used, |id| {
                Outcome::Jump(model.place(Item::Node(id)), model.spot(Item::Node(id)), PaneId::Dependencies)
            }),
            Action::SortNext => self.shift_column(1, model),
            Action::SortPrevious => self.shift_column(self.edges.len().max(COLUMNS.len()) - 1, model),
            Action::SortReverse => {
                self.reversed = !self.reversed;
                let selected = self.selected();
                self.rebuild(model, selected);
                Outcome::Used
            }
            Action::NextLevel => {
                self.level = self.level.next();
                self.build(model);
                self.list.select(0);
                self.show(model)
            }
            Action::GoToRisk => {
                let here = model.here().node();
                let mut ids = here.into_iter().flat_map(|id| std::iter::once(id).chain(model.snapshot.ancestors(id)));
                let Some(id) =
                    ids.find(|id| [Level::File, Level::Directory].iter().any(|l| l.takes(&model.snapshot, *id)))
                else {
                    return Outcome::Say("this component has no row in the risk table".to_owned());
                };
                self.level =
                    if model.snapshot.node(id).kind == NodeKind::File { Level::File } else { Level::Directory };
                self.filter.clear();
                self.rebuild(model, Some(id));
                if self.selected() != Some(id) {
                    return Outcome::Say("it is not the project's own code, so it is not in the table".to_owned());
                }
                self.list.center();
                Outcome::Used
            }
            _ => Outcome::Unused,
        }
    }

    fn follow(&mut self, _model: &Model) {}

    fn refresh(&mut self, old: &Snapshot, model: &Model) {
        if !self.built {
            return;
        }
        let place = self.selected().map(|id| Place::path(old.node(id).path.clone()));
        let selected = match place.map(|place| model.find_nearest(&place)) {
            Some(Item::Node(id)) => Some(id),
            _ => None,
        };
        self.rebuild(model, selected);
    }

    fn target(&self, model: &Model) -> Option<(Item, Spot)> {
        self.selected().map(|id| (Item::Node(id), model.spot(Item::Node(id))))
    }

    fn click(&mut self, column: u16, line: u16, model: &Model) -> Outcome {
        if line == 0 {
            let hit = self.edges.iter().find(|(right, _)| column < *right).map(|(_, column)| *column);
            return hit.map_or(Outcome::Used, |column| self.sort_by(column, model));
        }
        let Some(row) = self.list.at(line - 1) else { return Outcome::Used };
        self.list.select(row);
        self.show(model)
    }

    fn scroll(&mut self, rows: isize) {
        self.list.scroll(rows);
    }

    fn set_filter(&mut self, filter: &str, model: &Model) -> Outcome {
        filter.clone_into(&mut self.filter);
        let selected = self.selected();
        self.rebuild(model, selected);
        self.show(model)
    }

    fn filter(&self) -> &str {
        &self.filter
    }

    fn search(&mut self, query: &Query, start: Start, model: &Model) -> Option<Outcome> {
        let path = |row: usize| &*model.snapshot.node(self.rows[row]).path;
        let found = query.search(self.rows.len(), self.list.selected, start, |row| query.matches(path(row)))?;
        self.list.select(found);
        Some(self.show(model))
    }
}

fn level_role(level: RiskLevel) -> Role {
    match level {
        RiskLevel::Low => Role::RiskLow,
        RiskLevel::Medium => Role::RiskMedium,
        RiskLevel::High => Role::RiskHigh,
        RiskLevel::Critical => Role::RiskCritical,
    }
}

fn render_row(line: &mut Row<'_>, id: NodeId, model: &Model, columns: &[(Column, &str, u16)]) {
    let style = |role| model.theme.style(role);
    let coupling = model.analysis.coupling(id);
    let node = model.snapshot.node(id);
    let churn = |value: &dyn Fn(&Churn) -> u64| {
        model.analysis.history().map_or("·".to_owned(), |history| short(value(history.churn(id))))
    };
    for (column, _, width) in columns.iter().rev() {
        let (text, role) = match column {
            Column::Name => continue,
            Column::FanIn => (short(u64::from(coupling.fan_in)), Role::Number),
            Column::FanOut => (short(u64::from(coupling.fan_out)), Role::Number),
            Column::Instability => {
                (coupling.instability().map_or("·".to_owned(), |value| format!("{value:.2}")), Role::Muted)
            }
            Column::Cycle if model.analysis.cycles().is_in_cycle(id) => ("↻".to_owned(), Role::Cycle),
            Column::Cycle => (String::new(), Role::Muted),
            Column::Lines => (short(node.lines), Role::Muted),
            Column::Cognitive => (short(u64::from(model.analysis.size(id).complexity.cognitive)), Role::Muted),
            Column::Revisions => (churn(&|churn| u64::from(churn.revisions)), Role::Muted),
            Column::Authors => (churn(&|churn| churn.authors.len() as u64), Role::Muted),
            Column::Delta => delta::cell(model, id),
            Column::Score => {
                let risk = model.analysis.risk(id);
                (format!("{:.0} {}", risk.score, &risk.level().as_str()[..1]), level_role(risk.level()))
            }
        };
        line.column(&text, *width, style(role));
    }
    if node.test {
        line.right(" t", style(Role::Test));
    }
    line.text(if model.is_marked(Item::Node(id)) { "●" } else { " " }, style(Role::Marked));
    line.text(&node.name, style(if node.test { Role::Test } else { Role::File }));
    if let Some((directory, _)) = node.path.rsplit_once('/') {
        line.skip(1).path(directory, style(Role::Muted));
    }
}
