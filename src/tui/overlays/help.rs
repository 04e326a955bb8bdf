//! Every key and what it does, made from the tables of actions and keys.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Overlay, Reply, window};
use crate::tui::action::{Action, Group};
use crate::tui::draw::Row;
use crate::tui::keymap::{Context, Keymap};
use crate::tui::list::List;
use crate::tui::model::Model;
use crate::tui::theme::Role;

/// Columns of the keys.
const KEYS: u16 = 22;

/// The signs on the screen.
const SIGNS: [(&str, &str); 8] = [
    ("in, out", "files outside that need something inside, and that something inside needs"),
    ("↻", "in a cycle of dependencies"),
    ("●", "marked"),
    ("t", "test code, or needed by test code only"),
    ("v g m", "vendored, generated, minified: not the project's own code"),
    ("~ ?", "a dependency that was inferred, or is one of several that fit"),
    ("12f", "so many files at the other end"),
    ("±  +1/-1", "change of fan-in and fan-out since the explorer was opened, or since `reset-deltas`"),
];

/// The help screen.
pub struct Help {
    lines: Vec<(Role, String, String)>,
    list: List,
}

impl Help {
    /// The keys as they are now.
    pub fn new(keymap: &Keymap) -> Self {
        let mut lines = Vec::new();
        let table = keymap.table();
        for (group, title) in Group::ALL {
            lines.push((Role::Heading, title.to_owned(), String::new()));
            for (_, action, keys, place) in table.iter().filter(|row| row.0 == group) {
                let keys = if keys.is_empty() { format!(":{}", action.name()) } else { keys.clone() };
                let place = place.map_or(String::new(), |place| format!(" ({place})"));
                lines.push((Role::Key, keys, format!("{}{place}", action.doc())));
            }
            lines.push((Role::Text, String::new(), String::new()));
        }
        lines.push((Role::Heading, "Signs".to_owned(), String::new()));
        lines.extend(SIGNS.map(|(sign, meaning)| (Role::Text, sign.to_owned(), meaning.to_owned())));
        Self { list: List { len: lines.len(), ..List::default() }, lines }
    }
}

impl Overlay for Help {
    fn context(&self) -> Context {
        Context::Help
    }

    fn render(&mut self, screen: Rect, buffer: &mut Buffer, model: &mut Model, _: &Keymap) -> Option<(u16, u16)> {
        let inner = window(screen, (104, screen.height.saturating_sub(2)), "Help", buffer, model);
        self.list.height = usize::from(inner.height);
        self.list.first = self.list.first.min(self.list.len.saturating_sub(self.list.height));
        for (offset, index) in self.list.visible().enumerate() {
            let (role, keys, doc) = &self.lines[index];
            let mut row = Row::new(buffer, inner, inner.y + offset as u16);
            row.skip(1);
            let before = row.room();
            row.text(keys, model.theme.style(*role));
            row.skip(KEYS.saturating_sub(before - row.room()).max(1)).text(doc, model.theme.style(Role::Text));
        }
        let last = inner.bottom();
        let more = self.list.len.saturating_sub(self.list.first + self.list.height);
        if more > 0 {
            let edge = Rect { y: last, height: 1, ..inner };
            Row::new(buffer, edge, last).skip_right(1).right(&format!(" {more} more "), model.theme.style(Role::Muted));
        }
        None
    }

    fn handle(&mut self, action: Action, _: &Model) -> Reply {
        let most = self.list.len.saturating_sub(self.list.height);
        let page = self.list.height.max(2);
        self.list.first = match action {
            Action::Cancel => return Reply::Close,
            Action::Down => self.list.first + 1,
            Action::Up => self.list.first.saturating_sub(1),
            Action::HalfDown => self.list.first + page / 2,
            Action::HalfUp => self.list.first.saturating_sub(page / 2),
            Action::PageDown => self.list.first + page - 1,
            Action::PageUp => self.list.first.saturating_sub(page - 1),
            Action::Top => 0,
            Action::Bottom => most,
            _ => self.list.first,
        }
        .min(most);
        Reply::Stay
    }

    fn scroll(&mut self, rows: isize) {
        let most = self.list.len.saturating_sub(self.list.height);
        self.list.first = self.list.first.saturating_add_signed(rows).min(most);
    }
}
