//! The source text, and for what has none an overview of it.

mod overview;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Outcome, Pane, PaneId};
use crate::graph::{NodeKind, Snapshot};
use crate::tui::action::Action;
use crate::tui::draw::{self, Row};
use crate::tui::list::List;
use crate::tui::model::{Item, Model, Place, Span, Spot, Text};
use crate::tui::search::{Query, Start};
use crate::tui::theme::Role;

/// The pane.
#[derive(Default)]
pub struct Source {
    /// What is shown, as it is on disk.
    shown: Spot,
    /// Where that is in the graph, which a what-if may have changed.
    path: Arc<str>,
    list: List,
    /// The spot is new: its line goes to the middle as soon as the text is there.
    pending: bool,
    overview: Vec<(Role, String)>,
    stale: bool,
}

impl Source {
    fn sync(&mut self, model: &Model) {
        let spot = model.real_spot(&model.cursor.spot);
        if self.path != model.cursor.spot.path {
            self.path = model.cursor.spot.path.clone();
            self.stale = true;
        }
        if self.shown != spot {
            let moved = self.shown.path != spot.path || self.shown.line != spot.line;
            self.stale |= self.shown.path != spot.path;
            self.shown = spot;
            self.pending |= moved;
        }
        if self.stale {
            self.overview = overview::of(model, &self.path);
            self.stale = false;
        }
    }

    fn is_file(&self, model: &Model) -> bool {
        let node = model.snapshot.find(&self.path).map(|id| model.snapshot.node(id));
        node.is_some_and(|node| node.kind == NodeKind::File)
    }

    /// The lines of the shown file that make the dependency under the cursor.
    fn evidence(&self) -> Vec<u32> {
        self.shown.trail.iter().filter(|(path, _)| *path == self.shown.path).map(|(_, line)| *line).collect()
    }

    fn jump(&mut self) {
        if self.pending {
            self.list.select(self.shown.line.saturating_sub(1) as usize);
            self.list.center();
            self.pending = false;
        }
    }

    fn title(&self, model: &Model) -> (String, String) {
        let path = if self.path.is_empty() {
            &*model.snapshot.node(crate::graph::NodeId::ROOT).name
        } else {
            &self.shown.path
        };
        let title = PaneId::Source.title();
        let mut note = path.to_owned();
        if self.shown.line > 0 {
            note.push_str(&format!(":{}", self.shown.line));
        }
        if self.shown.path != self.path && !self.path.is_empty() {
            note.push_str(&format!(" (what if: {})", self.path));
        }
        if let Some(step) = self.shown.step()
            && self.shown.trail.len() > 1
        {
            note.push_str(&format!(" ({} of {})", step + 1, self.shown.trail.len()));
        }
        (title, note)
    }

    fn render_text(&mut self, text: &Text, inner: Rect, buffer: &mut Buffer, model: &Model, focused: bool) {
        let digits = text.lines.len().max(1).ilog10() as u16 + 1;
        let evidence = self.evidence();
        let query = Query::new(&model.search);
        let style = |role| model.theme.style(role);
        for (offset, index) in self.list.visible().enumerate() {
            let mut row = Row::new(buffer, inner, inner.y + offset as u16);
            let number = index as u32 + 1;
            let marked = evidence.contains(&number) || number == self.shown.line;
            if marked {
                row.fill(style(Role::Evidence));
            }
            if focused && index == self.list.selected {
                row.fill(style(Role::Selection));
            }
            let cursor = focused && index == self.list.selected;
            let sign = match () {
                () if number == self.shown.line => "▶",
                () if marked => "▷",
                () if cursor => "▌",
                () => " ",
            };
            row.text(sign, style(if marked { Role::EvidenceMark } else { Role::BorderFocused }));
            let width = usize::from(digits);
            row.text(&format!("{number:>width$} "), style(Role::LineNumber));
            let spans = text.spans.get(index).map_or(&[][..], Vec::as_slice);
            render_line(&mut row, &text.lines[index], spans, &query, model);
        }
    }
}

/// A line with its roles and, over them, what was searched for.
fn render_line(row: &mut Row<'_>, line: &str, spans: &[Span], query: &Query, model: &Model) {
    let found = query.find(line).unwrap_or(0..0);
    let mut at = 0;
    let mut put = |row: &mut Row<'_>, start: usize, end: usize, style: Style| {
        for (start, end, style) in [
            (start, end.min(found.start), style),
            (start.max(found.start), end.min(found.end), style.patch(model.theme.style(Role::Match))),
            (start.max(found.end), end, style),
        ] {
            let start = start.max(at);
            if let Some(piece) = line.get(start..end)
                && start < end
            {
                row.text(piece, style);
                at = end;
            }
        }
    };
    let text = model.theme.style(Role::Text);
    let mut end = 0;
    for span in spans {
        put(row, end, span.start as usize, text);
        put(row, span.start as usize, span.end as usize, model.theme.style(span.role));
        end = span.end as usize;
    }
    put(row, end, line.len(), text);
}

impl Pane for Source {
    fn render(&mut self, area: Rect, buffer: &mut Buffer, model: &mut Model, focused: bool) {
        self.sync(model);
        let text: Option<Arc<Text>> =
            self.is_file(model).then(|| model.texts.get(&self.shown.path, true).unwrap_or_default());
        let height = usize::from(area.height.saturating_sub(2));
        let loading = model.texts.is_waiting(&self.shown.path);
        let problem = text.as_ref().and_then(|text| text.problem.clone());
        let lines = match &text {
            Some(text) if problem.is_none() => text.lines.len(),
            _ => self.overview.len(),
        };
        self.list.len = lines;
        self.list.height = height;
        if !(loading && lines == 0) {
            self.jump();
            self.list.resize(lines);
        }
        self.list.fit(height);
        let (title, note) = self.title(model);
        let frame = draw::Frame { title: &title, note: &note, columns: &[], focused, scroll: self.list.extent() };
        let inner = draw::frame(area, buffer, &model.theme, &frame);
        match &text {
            Some(text) if problem.is_none() => self.render_text(text, inner, buffer, model, focused),
            _ => {
                let mut y = inner.y;
                if let Some(problem) = problem {
                    Row::new(buffer, inner, y).skip(1).text(&problem, model.theme.style(Role::Warning));
                    y += 1;
                }
                for index in self.list.visible() {
                    let (role, line) = &self.overview[index];
                    let mut row = Row::new(buffer, inner, y);
                    if focused && index == self.list.selected {
                        row.fill(model.theme.style(Role::Selection));
                    }
                    row.text(
                        if focused && index == self.list.selected { "▌" } else { " " },
                        model.theme.style(Role::BorderFocused),
                    );
                    row.text(line, model.theme.style(*role));
                    y += 1;
                }
            }
        }
    }

    fn handle(&mut self, action: Action, model: &Model) -> Outcome {
        self.sync(model);
        if self.list.handle(action) {
            return Outcome::Used;
        }
        match action {
            Action::Enter => {
                let item = model.snapshot.find(&self.path).map(Item::Node);
                let Some(item) = item else { return Outcome::Used };
                let place = model.place(item);
                if place == *model.cursor.place() {
                    return Outcome::Used;
                }
                Outcome::Jump(place, model.cursor.spot.clone(), PaneId::Source)
            }
            _ => Outcome::Unused,
        }
    }

    fn follow(&mut self, model: &Model) {
        self.sync(model);
    }

    fn refresh(&mut self, _old: &Snapshot, _model: &Model) {
        self.stale = true;
    }

    fn target(&self, model: &Model) -> Option<(Item, Spot)> {
        let item = model.find_nearest(&Place::path(self.path.clone()));
        let line = if self.is_file(model) { self.list.selected as u32 + 1 } else { 0 };
        let (path, line) = if line > 0 { model.virtual_place(&self.shown.path, line) } else { (self.path.clone(), 0) };
        Some((item, Spot::at(path, line)))
    }

    fn click(&mut self, _column: u16, line: u16, _model: &Model) -> Outcome {
        if let Some(row) = line.checked_sub(1).and_then(|line| self.list.at(line)) {
            self.list.select(row);
        }
        Outcome::Used
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
        let lines: Vec<&str> = match model.texts.peek(&self.shown.path) {
            Some(text) if self.is_file(model) => text.lines.iter().map(|line| &**line).collect(),
            _ => self.overview.iter().map(|(_, line)| line.as_str()).collect(),
        };
        let found = query.search(lines.len(), self.list.selected, start, |row| query.matches(lines[row]))?;
        self.list.select(found);
        Some(Outcome::Used)
    }
}
