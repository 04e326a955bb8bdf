//! Every action by its name, with its keys; reports; and queries, of which the result is marked and listed.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::input::Line;
use super::{Overlay, Reply, selection, window};
use crate::query::{self, QueryError};
use crate::report::{KINDS, Kind};
use crate::text::counted;
use crate::tui::action::{Action, Group};
use crate::tui::draw;
use crate::tui::key::Key;
use crate::tui::keymap::{Context, Keymap};
use crate::tui::list::List;
use crate::tui::model::Model;
use crate::tui::search::fuzzy;
use crate::tui::theme::Role;

/// The palette.
pub struct Palette {
    line: Line,
    /// Everything that can be asked for here.
    all: Vec<Command>,
    found: Vec<Row>,
    /// What is wrong with what was typed, where that can only be a query.
    error: Option<QueryError>,
    list: List,
    top: u16,
}

/// What can be asked for by name.
struct Command {
    /// What it does.
    reply: Reply,
    /// What is typed.
    name: String,
    /// What it is for.
    doc: &'static str,
    /// The keys that do the same.
    keys: String,
}

/// What can be chosen.
enum Row {
    /// A command, as an index into all of them.
    Command(usize),
    /// What was typed as a query, and how many components it selects.
    Query(usize),
    /// What was typed as a query that asks for what changed since a revision: it is looked up when it is chosen.
    LookUp,
}

/// What no action's name or description is searched by, but queries are made of.
const QUERY_SIGNS: [char; 6] = ['(', ')', '*', '/', '\'', '"'];

impl Palette {
    /// The actions with the keys that they have in a context.
    pub fn new(context: Context, keymap: &Keymap) -> Self {
        let actions = Action::ALL.iter().filter(|action| action.group() != Group::Input && **action != Action::Palette);
        let of_action = |action: &Action| Command {
            reply: Reply::Act(*action),
            name: action.name().to_owned(),
            doc: action.doc(),
            keys: keymap.labels(context, *action).join(" "),
        };
        let of_report = |kind: &&'static Kind| Command {
            reply: Reply::Read(kind),
            name: format!("report {}", kind.name),
            doc: kind.doc,
            keys: String::new(),
        };
        let all: Vec<Command> = actions.map(of_action).chain(KINDS.iter().map(of_report)).collect();
        let found = (0..all.len()).map(Row::Command).collect();
        let mut palette = Self { line: Line::default(), all, found, error: None, list: List::default(), top: 0 };
        palette.list.resize(palette.found.len());
        palette
    }

    fn update(&mut self, model: &Model) {
        let names: Vec<&str> = self.all.iter().map(|command| command.name.as_str()).collect();
        let texts: Vec<String> = self.all.iter().map(|command| format!("{} {}", command.name, command.doc)).collect();
        // Names are what most people type; what only the description matches comes after them.
        let mut found = fuzzy(self.line.text(), &names);
        for index in fuzzy(self.line.text(), &texts) {
            if !found.contains(&index) {
                found.push(index);
            }
        }
        self.found = found.into_iter().map(Row::Command).collect();
        self.update_query(model);
        self.list.resize(self.found.len());
        self.list.select(0);
        self.list.first = 0;
    }

    /// What was typed as a query: before the actions where it can only be one, else after them.
    fn update_query(&mut self, model: &Model) {
        self.error = None;
        let text = self.line.text().trim();
        if text.is_empty() {
            return;
        }
        if model.has_to_look_up(text) {
            self.found.insert(0, Row::LookUp);
            return;
        }
        let is_query = self.found.is_empty() || text.contains(QUERY_SIGNS);
        match query::select(text, &model.snapshot, &model.analysis) {
            Ok(selected) => {
                let number = selected.iter().count();
                if is_query {
                    self.found.insert(0, Row::Query(number));
                } else if number > 0 {
                    self.found.push(Row::Query(number));
                }
            }
            Err(error) if is_query => self.error = Some(error),
            Err(_) => {}
        }
    }

    fn accept(&self) -> Reply {
        match self.found.get(self.list.selected) {
            Some(Row::Command(index)) => self.all[*index].reply.clone(),
            Some(Row::Query(1..) | Row::LookUp) => Reply::Query(self.line.text().trim().to_owned()),
            Some(Row::Query(0)) => Reply::Stay,
            None if self.error.is_some() => Reply::Stay,
            None => Reply::Close,
        }
    }

    fn render_row(&self, row: &mut draw::Row<'_>, found: &Row, model: &Model) {
        let style = |role| model.theme.style(role);
        let index = match found {
            Row::Command(index) => index,
            Row::LookUp => {
                row.text("query", style(Role::Heading)).skip(1);
                row.text("look up what changed, then mark and list it", style(Role::Text));
                return;
            }
            Row::Query(number) => {
                row.text("query", style(Role::Heading)).skip(1);
                row.text(
                    &match number {
                        0 => "selects nothing".to_owned(),
                        _ => format!("mark and list {}", counted(*number as u64, "component")),
                    },
                    style(Role::Text),
                );
                return;
            }
        };
        let Command { name, doc, keys, .. } = &self.all[*index];
        let before = row.room();
        row.text(name, style(Role::Heading));
        row.skip(22_u16.saturating_sub(before - row.room()));
        if row.room() > draw::width(keys) + 20 {
            row.skip_right(1).right(keys, style(Role::Key)).skip_right(1);
        }
        row.text(doc, style(Role::Muted));
    }

    /// What is wrong with the query, under the place where it is.
    fn render_error(&self, error: &QueryError, area: Rect, buffer: &mut Buffer, model: &Model) {
        let style = model.theme.style(Role::Error);
        // What was typed begins behind a sign and two blanks; leading blanks were not part of the query.
        let blanks = self.line.text().chars().take_while(|c| c.is_whitespace()).count();
        let before: String = self.line.text().chars().take(blanks + error.column - 1).collect();
        let column = draw::width(&before).saturating_add(3).min(area.width.saturating_sub(1));
        draw::Row::new(buffer, area, area.y).skip(column).text("^", style);
        draw::Row::new(buffer, area, area.y + 1).skip(1).text(&error.to_string(), style);
    }
}

impl Overlay for Palette {
    fn context(&self) -> Context {
        Context::Choose
    }

    fn render(&mut self, screen: Rect, buffer: &mut Buffer, model: &mut Model, _: &Keymap) -> Option<(u16, u16)> {
        let height = screen.height.saturating_sub(2).min(24);
        let inner = window(screen, (100, height), "Commands and queries", buffer, model);
        let style = |role| model.theme.style(role);
        let line = Rect { x: inner.x + 3, width: inner.width.saturating_sub(4), height: 1, ..inner };
        draw::Row::new(buffer, inner, inner.y).skip(1).text(":", style(Role::Key));
        let cursor = self.line.render(line, buffer, model);
        let mut rows = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        if let Some(error) = &self.error {
            self.render_error(error, rows, buffer, model);
            let taken = rows.height.min(2);
            rows = Rect { y: rows.y + taken, height: rows.height - taken, ..rows };
        }
        self.top = rows.y;
        self.list.fit(usize::from(rows.height));
        for (offset, index) in self.list.visible().enumerate() {
            let mut row = draw::Row::new(buffer, rows, rows.y + offset as u16);
            row.fill(selection(model, index == self.list.selected));
            row.text(if index == self.list.selected { "▌" } else { " " }, style(Role::BorderFocused));
            self.render_row(&mut row, &self.found[index], model);
        }
        Some(cursor)
    }

    fn handle(&mut self, action: Action, _: &Model) -> Reply {
        if self.list.handle(action) {
            return Reply::Stay;
        }
        match action {
            Action::Accept => self.accept(),
            Action::Cancel => Reply::Close,
            _ => Reply::Stay,
        }
    }

    fn key(&mut self, key: Key, model: &Model) -> Reply {
        if self.line.key(key) {
            self.update(model);
        }
        Reply::Stay
    }

    fn click(&mut self, _: u16, row: u16, _: &Model) -> Reply {
        match row.checked_sub(self.top).and_then(|line| self.list.at(line)) {
            Some(index) => {
                self.list.select(index);
                self.accept()
            }
            None => Reply::Stay,
        }
    }

    fn scroll(&mut self, rows: isize) {
        self.list.scroll(rows);
    }
}
