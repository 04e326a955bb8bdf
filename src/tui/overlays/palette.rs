//! Every action by its name, with its keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::input::Line;
use super::{Overlay, Reply, selection, window};
use crate::tui::action::{Action, Group};
use crate::tui::draw::{self, Row};
use crate::tui::key::Key;
use crate::tui::keymap::{Context, Keymap};
use crate::tui::list::List;
use crate::tui::model::Model;
use crate::tui::search::fuzzy;
use crate::tui::theme::Role;

/// The palette.
pub struct Palette {
    line: Line,
    /// Every action that can be asked for here: what is matched, and its keys.
    all: Vec<(Action, String, String)>,
    found: Vec<usize>,
    list: List,
    top: u16,
}

impl Palette {
    /// The actions with the keys that they have in a context.
    pub fn new(context: Context, keymap: &Keymap) -> Self {
        let all: Vec<(Action, String, String)> = Action::ALL
            .iter()
            .filter(|action| action.group() != Group::Input && **action != Action::Palette)
            .map(|action| {
                let keys = keymap.labels(context, *action).join(" ");
                (*action, format!("{} {}", action.name(), action.doc()), keys)
            })
            .collect();
        let mut palette = Self { line: Line::default(), all, found: Vec::new(), list: List::default(), top: 0 };
        palette.update();
        palette
    }

    fn update(&mut self) {
        let names: Vec<&str> = self.all.iter().map(|(action, ..)| action.name()).collect();
        let texts: Vec<&str> = self.all.iter().map(|(_, text, _)| text.as_str()).collect();
        // Names are what most people type; what only the description matches comes after them.
        self.found = fuzzy(self.line.text(), &names);
        for index in fuzzy(self.line.text(), &texts) {
            if !self.found.contains(&index) {
                self.found.push(index);
            }
        }
        self.list.resize(self.found.len());
        self.list.select(0);
        self.list.first = 0;
    }

    fn accept(&self) -> Reply {
        self.found.get(self.list.selected).map_or(Reply::Close, |index| Reply::Act(self.all[*index].0))
    }
}

impl Overlay for Palette {
    fn context(&self) -> Context {
        Context::Choose
    }

    fn render(&mut self, screen: Rect, buffer: &mut Buffer, model: &mut Model, _: &Keymap) -> Option<(u16, u16)> {
        let height = screen.height.saturating_sub(2).min(24);
        let inner = window(screen, (100, height), "Commands", buffer, model);
        let style = |role| model.theme.style(role);
        let line = Rect { x: inner.x + 3, width: inner.width.saturating_sub(4), height: 1, ..inner };
        Row::new(buffer, inner, inner.y).skip(1).text(":", style(Role::Key));
        let cursor = self.line.render(line, buffer, model);
        let rows = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        self.top = rows.y;
        self.list.fit(usize::from(rows.height));
        for (offset, index) in self.list.visible().enumerate() {
            let (action, _, keys) = &self.all[self.found[index]];
            let mut row = Row::new(buffer, rows, rows.y + offset as u16);
            row.fill(selection(model, index == self.list.selected));
            row.text(if index == self.list.selected { "▌" } else { " " }, style(Role::BorderFocused));
            let before = row.room();
            row.text(action.name(), style(Role::Heading));
            row.skip(22_u16.saturating_sub(before - row.room()));
            if row.room() > draw::width(keys) + 20 {
                row.skip_right(1).right(keys, style(Role::Key)).skip_right(1);
            }
            row.text(action.doc(), style(Role::Muted));
        }
        if self.found.is_empty() {
            Row::new(buffer, rows, rows.y).skip(1).text("no command matches", style(Role::Muted));
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

    fn key(&mut self, key: Key, _: &Model) -> Reply {
        if self.line.key(key) {
            self.update();
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
