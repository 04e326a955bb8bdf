//! The components: workspace > package > directory > file > symbols, and the packages from elsewhere.

mod rows;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rustc_hash::FxHashSet;

use super::{Outcome, Pane, PaneId, delta};
use crate::graph::{NodeId, NodeKind, Snapshot};
use crate::lang::resolve::Mark;
use crate::tui::action::Action;
use crate::tui::draw::{self, Row, short};
use crate::tui::list::List;
use crate::tui::model::{Item, Model, Place, Spot, kind_label};
use crate::tui::search::{Query, Start, fuzzy};
use crate::tui::theme::Role;

/// One visible row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct TreeRow {
    item: Item,
    /// The first of a chain of directories with nothing else in them, which are one row.
    first: NodeId,
    depth: u16,
    /// None for rows with nothing below.
    open: Option<bool>,
}

/// The pane.
pub struct Tree {
    open: FxHashSet<Item>,
    rows: Vec<TreeRow>,
    list: List,
    filter: String,
    /// What the filter lets through: matches and what contains them.
    passed: Option<FxHashSet<NodeId>>,
    built: bool,
}

impl Default for Tree {
    fn default() -> Self {
        Self {
            open: FxHashSet::from_iter([Item::Node(NodeId::ROOT)]),
            rows: Vec::new(),
            list: List::default(),
            filter: String::new(),
            passed: None,
            built: false,
        }
    }
}

impl Tree {
    fn build(&mut self, model: &Model) {
        self.rows = rows::build(&model.snapshot, &self.open, self.passed.as_ref());
        self.list.resize(self.rows.len());
        self.built = true;
    }

    /// Rebuilds the rows and keeps the selected item on its line of the screen.
    fn rebuild(&mut self, model: &Model, item: Option<Item>) {
        let line = self.list.selected as isize - self.list.first as isize;
        self.build(model);
        if let Some(row) = item.and_then(|item| self.row_of(&model.snapshot, item)) {
            self.list.select(row);
            self.list.first = row.saturating_add_signed(-line);
        }
    }

    /// The row of an item or, where that is inside something closed, of what contains it.
    fn row_of(&self, snapshot: &Snapshot, item: Item) -> Option<usize> {
        if let Some(row) = self.rows.iter().position(|row| row.item == item) {
            return Some(row);
        }
        let node = item.node()?;
        let in_chain = |row: &TreeRow| {
            row.item.node().is_some_and(|last| snapshot.contains(row.first, node) && snapshot.contains(node, last))
        };
        let row = self.rows.iter().position(in_chain);
        row.or_else(|| {
            snapshot
                .ancestors(node)
                .find_map(|ancestor| self.rows.iter().position(|row| row.item == Item::Node(ancestor)))
        })
    }

    fn selected(&self) -> Option<TreeRow> {
        self.rows.get(self.list.selected).copied()
    }

    fn select(&mut self, row: usize, model: &Model) -> Outcome {
        self.list.select(row);
        self.selection(model)
    }

    fn selection(&self, model: &Model) -> Outcome {
        match self.selected() {
            Some(row) => Outcome::Select(model.place(row.item), model.spot(row.item)),
            None => Outcome::Used,
        }
    }

    fn set_open(&mut self, item: Item, open: bool, model: &Model) -> Outcome {
        if self.passed.is_some() {
            return Outcome::Say("a filtered tree is open as far as it matches; Esc shows all again".to_owned());
        }
        if open {
            self.open.insert(item);
        } else {
            self.open.remove(&item);
        }
        self.rebuild(model, Some(item));
        Outcome::Used
    }

    fn parent_row(&self) -> Option<usize> {
        let depth = self.selected()?.depth;
        self.rows[..self.list.selected].iter().rposition(|row| row.depth < depth)
    }

    fn enter(&mut self, row: TreeRow, model: &Model) -> Outcome {
        let jump = |focus| Outcome::Jump(model.place(row.item), model.spot(row.item), focus);
        match (row.item, row.open) {
            (Item::Symbol(..), _) => jump(PaneId::Source),
            (Item::Node(id), open) => match model.snapshot.node(id).kind {
                NodeKind::File => jump(PaneId::Source),
                NodeKind::External => jump(PaneId::Dependencies),
                _ => self.set_open(row.item, open == Some(false), model),
            },
            (_, open) => self.set_open(row.item, open == Some(false), model),
        }
    }

    /// Opens everything that contains an item.
    fn reveal(&mut self, snapshot: &Snapshot, item: Item) {
        if let Some(node) = item.node() {
            self.open.extend(snapshot.ancestors(node).map(Item::Node));
            if snapshot.node(node).kind == NodeKind::External {
                let standard = snapshot.node(node).standard;
                self.open.insert(if standard { Item::Standard } else { Item::Externals });
            }
            if let Item::Symbol(_, definition) = item {
                self.open.insert(Item::Node(node));
                let definitions = snapshot.definitions(node);
                let mut parent = definitions.get(definition as usize).and_then(|definition| definition.parent);
                while let Some(id) = parent {
                    self.open.insert(Item::Symbol(node, id));
                    parent = definitions.get(id as usize).and_then(|definition| definition.parent);
                }
            }
        }
    }

    /// Works out what passes the filter, and gives the best match.
    fn apply_filter(&mut self, model: &Model) -> Option<NodeId> {
        let mut best = None;
        self.passed = (!self.filter.is_empty()).then(|| {
            let snapshot = &model.snapshot;
            let ids: Vec<NodeId> = snapshot.tree().skip(1).chain(snapshot.externals()).collect();
            let paths: Vec<&str> = ids.iter().map(|id| &*snapshot.node(*id).path).collect();
            let mut passed = FxHashSet::from_iter([NodeId::ROOT]);
            for index in fuzzy(&self.filter, &paths) {
                best.get_or_insert(ids[index]);
                passed.insert(ids[index]);
                passed.extend(snapshot.ancestors(ids[index]));
            }
            passed
        });
        best
    }
}

impl Pane for Tree {
    fn render(&mut self, area: Rect, buffer: &mut Buffer, model: &mut Model, focused: bool) {
        if !self.built {
            self.build(model);
        }
        self.list.fit(usize::from(area.height.saturating_sub(2)));
        let columns = Columns::for_width(area.width.saturating_sub(2), model.has_deltas());
        let note = match &self.passed {
            Some(passed) => {
                format!("{} of {} match `{}`", passed.len() - 1, model.snapshot.nodes().len() - 1, self.filter)
            }
            None if !model.marks.is_empty() => format!("{} marked", model.marks.len()),
            None => String::new(),
        };
        let frame = draw::Frame {
            title: &PaneId::Tree.title(),
            note: &note,
            columns: &columns.labels(),
            focused,
            scroll: self.list.extent(),
        };
        let inner = draw::frame(area, buffer, &model.theme, &frame);
        for (line, row) in self.list.visible().enumerate() {
            let y = inner.y + line as u16;
            let state = RowState { selected: row == self.list.selected, focused };
            render_row(Row::new(buffer, inner, y), &self.rows[row], model, &columns, state);
        }
    }

    fn handle(&mut self, action: Action, model: &Model) -> Outcome {
        let Some(row) = self.selected() else { return Outcome::Unused };
        if self.list.handle(action) {
            return self.selection(model);
        }
        match action {
            Action::Enter => self.enter(row, model),
            Action::Open => match row.open {
                Some(false) => self.set_open(row.item, true, model),
                Some(true) => self.select(self.list.selected + 1, model),
                None => Outcome::Used,
            },
            Action::Close => match (row.open, self.parent_row()) {
                (Some(true), _) if self.passed.is_none() => self.set_open(row.item, false, model),
                (_, Some(parent)) => self.select(parent, model),
                _ => Outcome::Used,
            },
            Action::OpenAll => {
                let directories =
                    model.snapshot.tree().filter(|id| model.snapshot.node(*id).kind != NodeKind::File).map(Item::Node);
                self.open.extend(directories);
                self.rebuild(model, Some(row.item));
                Outcome::Used
            }
            Action::CloseAll => {
                self.open = FxHashSet::from_iter([Item::Node(NodeId::ROOT)]);
                self.rebuild(model, Some(row.item));
                self.selection(model)
            }
            _ => Outcome::Unused,
        }
    }

    fn follow(&mut self, model: &Model) {
        let item = model.here();
        if !self.built || self.selected().is_some_and(|row| row.item == item) {
            return;
        }
        if self.row_of(&model.snapshot, item).is_none_or(|row| self.rows[row].item != item) {
            self.reveal(&model.snapshot, item);
            self.build(model);
        }
        if let Some(row) = self.row_of(&model.snapshot, item) {
            let visible = self.list.visible().contains(&row);
            self.list.select(row);
            if !visible {
                self.list.center();
            }
        }
    }

    fn refresh(&mut self, old: &Snapshot, model: &Model) {
        let places: Vec<Place> = self.open.iter().map(|item| Place::of(old, *item)).collect();
        self.open = places.iter().filter_map(|place| model.find(place)).collect();
        self.open.insert(Item::Node(NodeId::ROOT));
        let selected = self.selected().map(|row| model.find_nearest(&Place::of(old, row.item)));
        self.apply_filter(model);
        self.rebuild(model, selected);
    }

    fn target(&self, model: &Model) -> Option<(Item, Spot)> {
        self.selected().map(|row| (row.item, model.spot(row.item)))
    }

    fn click(&mut self, column: u16, line: u16, model: &Model) -> Outcome {
        let Some(row) = line.checked_sub(1).and_then(|line| self.list.at(line)) else { return Outcome::Used };
        let outcome = self.select(row, model);
        let Some(TreeRow { item, depth, open: Some(open), .. }) = self.selected() else { return outcome };
        // The triangle stands behind the frame, the two signs of the row, and the indent.
        if column == 3 + depth * 2 {
            self.set_open(item, !open, model);
        }
        outcome
    }

    fn scroll(&mut self, rows: isize) {
        // The selection is the shared cursor: the wheel only looks around.
        let selected = self.list.selected;
        self.list.scroll(rows);
        self.list.selected = selected.clamp(self.list.first, (self.list.first + self.list.height).max(1) - 1);
    }

    fn set_filter(&mut self, filter: &str, model: &Model) -> Outcome {
        filter.clone_into(&mut self.filter);
        let best = self.apply_filter(model);
        if filter.is_empty() {
            self.reveal(&model.snapshot, model.here());
            self.rebuild(model, Some(model.here()));
            return Outcome::Used;
        }
        self.rebuild(model, best.map(Item::Node));
        if best.is_some() { self.selection(model) } else { Outcome::Used }
    }

    fn filter(&self) -> &str {
        &self.filter
    }

    fn search(&mut self, query: &Query, start: Start, model: &Model) -> Option<Outcome> {
        let snapshot = &model.snapshot;
        let here = model.here().node().unwrap_or(NodeId::ROOT).index();
        let name = |row: usize| &*snapshot.node(NodeId(row as u32)).name;
        let found = query.search(snapshot.nodes().len(), here, start, |row| query.matches(name(row)))?;
        let item = Item::Node(NodeId(found as u32));
        Some(Outcome::Select(model.place(item), model.spot(item)))
    }
}

/// Which numbers there is room for.
struct Columns {
    files: u16,
    lines: u16,
    coupling: u16,
    delta: u16,
}

impl Columns {
    fn for_width(width: u16, deltas: bool) -> Self {
        let delta = if deltas && width >= 30 { delta::WIDTH } else { 0 };
        let width = width.saturating_sub(delta);
        Self {
            files: if width >= 42 { 6 } else { 0 },
            lines: if width >= 52 { 7 } else { 0 },
            coupling: if width >= 32 {
                5
            } else if width >= 24 {
                4
            } else {
                0
            },
            delta,
        }
    }

    fn labels(&self) -> [(&'static str, u16); 5] {
        let label = |text, width| if width > 0 { text } else { "" };
        [
            (label("files", self.files), self.files),
            (label("lines", self.lines), self.lines),
            (label("in", self.coupling), self.coupling),
            (label("out", self.coupling), self.coupling),
            (label("±", self.delta), self.delta),
        ]
    }
}

#[derive(Clone, Copy)]
struct RowState {
    selected: bool,
    focused: bool,
}

fn render_row(mut line: Row<'_>, row: &TreeRow, model: &Model, columns: &Columns, state: RowState) {
    let style = |role| model.theme.style(role);
    if state.selected {
        line.fill(style(if state.focused { Role::Selection } else { Role::SelectionUnfocused }));
    }
    line.text(if state.selected { "▌" } else { " " }, style(Role::BorderFocused));
    line.text(if model.is_marked(row.item) { "●" } else { " " }, style(Role::Marked));
    line.skip(row.depth * 2);
    line.text(row.open.map_or("  ", |open| if open { "▾ " } else { "▸ " }), style(Role::Muted));
    let snapshot = &model.snapshot;
    match row.item {
        Item::Node(id) => {
            numbers(&mut line, id, model, columns);
            flags(&mut line, id, model);
            name(&mut line, row, id, model);
        }
        Item::Symbol(id, definition) => {
            let Some(definition) = snapshot.definitions(id).get(definition as usize) else { return };
            line.column(&format!("{}", definition.span.line), 6, style(Role::LineNumber));
            line.text(kind_label(definition.kind), style(Role::Keyword)).skip(1);
            line.text(&definition.name, style(if definition.test { Role::Test } else { Role::Symbol }));
        }
        Item::Externals | Item::Standard => {
            let standard = row.item == Item::Standard;
            let count = snapshot.externals().filter(|id| snapshot.node(*id).standard == standard).count();
            line.text(if standard { "standard libraries" } else { "external packages" }, style(Role::External));
            line.skip(1).text(&count.to_string(), style(Role::Muted));
        }
    }
}

fn numbers(line: &mut Row<'_>, id: NodeId, model: &Model, columns: &Columns) {
    let style = |role| model.theme.style(role);
    let node = model.snapshot.node(id);
    if node.kind == NodeKind::External {
        let mut users: Vec<NodeId> = model.snapshot.incoming(id).map(|edge| model.snapshot.edge(edge).from).collect();
        users.dedup();
        line.skip_right(columns.coupling + columns.delta);
        line.column(&users.len().to_string(), columns.coupling, style(Role::Number));
        line.skip_right(columns.files + columns.lines);
        return;
    }
    let coupling = model.analysis.coupling(id);
    if columns.delta > 0 {
        let (text, role) = delta::cell(model, id);
        line.column(&text, columns.delta, style(role));
    }
    for value in [coupling.fan_out, coupling.fan_in] {
        if columns.coupling > 0 {
            let text = if value == 0 { "·".to_owned() } else { short(u64::from(value)) };
            line.column(&text, columns.coupling, style(if value == 0 { Role::Muted } else { Role::Number }));
        }
    }
    if columns.lines > 0 {
        line.column(&short(node.lines), columns.lines, style(Role::Muted));
    }
    if columns.files > 0 {
        let text = if node.kind == NodeKind::File { String::new() } else { short(u64::from(node.files)) };
        line.column(&text, columns.files, style(Role::Muted));
    }
}

/// What is special about a component: in a cycle, test code, not the project's own.
fn flags(line: &mut Row<'_>, id: NodeId, model: &Model) {
    let node = model.snapshot.node(id);
    if node.kind == NodeKind::External {
        return;
    }
    if node.test {
        line.right("t", model.theme.style(Role::Test));
    }
    if let Some(mark) = node.mark {
        line.right(mark_letter(mark), model.theme.style(Role::Muted));
    }
    if model.analysis.cycles().is_in_cycle(id) {
        line.right("↻", model.theme.style(Role::Cycle));
    }
    line.skip_right(1);
}

/// The sign of what is not the project's own code.
pub fn mark_letter(mark: Mark) -> &'static str {
    match mark {
        Mark::Vendored => "v",
        Mark::Generated => "g",
        Mark::Minified => "m",
    }
}

fn name(line: &mut Row<'_>, row: &TreeRow, id: NodeId, model: &Model) {
    let style = |role| model.theme.style(role);
    let snapshot = &model.snapshot;
    let node = snapshot.node(id);
    let role = match node.kind {
        _ if node.mark.is_some() => Role::Muted,
        NodeKind::File if node.language.is_none() && !node.test => Role::Muted,
        _ => Role::of_node(node),
    };
    let label = rows::label(snapshot, row.first, id);
    let query = Query::new(&model.search);
    match query.find(&label) {
        Some(found) if !label.chars().any(char::is_control) => {
            let (before, rest) = label.split_at(found.start);
            let (matched, after) = rest.split_at(found.len());
            line.text(before, style(role))
                .text(matched, style(role).patch(style(Role::Match)))
                .text(after, style(role));
        }
        _ => drop(line.text(&label, style(role))),
    }
    if let Some(package) = snapshot.package(id) {
        let other_name = *package.name != *node.name;
        let mut note = package.ecosystem.as_str().to_owned();
        if other_name {
            note.push_str(&format!(" {}", package.name));
        }
        if let Some(version) = &package.version {
            note.push_str(&format!(" {version}"));
        }
        line.skip(1).text(&note, style(Role::Muted));
    } else if let Some(version) = &node.version {
        line.skip(1).text(version, style(Role::Muted));
    }
}
