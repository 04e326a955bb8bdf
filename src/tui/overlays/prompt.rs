//! A question with a line of text for an answer.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::input::Line;
use super::{Overlay, Reply, window};
use crate::tui::action::Action;
use crate::tui::draw::Row;
use crate::tui::key::Key;
use crate::tui::keymap::{Context, Keymap};
use crate::tui::model::Model;
use crate::tui::theme::Role;

/// The question.
pub struct Prompt {
    title: String,
    note: String,
    line: Line,
}

impl Prompt {
    /// A question with an answer to begin with.
    pub fn new(title: String, note: String, answer: &str) -> Self {
        Self { title, note, line: Line::new(answer) }
    }
}

impl Overlay for Prompt {
    fn context(&self) -> Context {
        Context::Input
    }

    fn render(&mut self, screen: Rect, buffer: &mut Buffer, model: &mut Model, _: &Keymap) -> Option<(u16, u16)> {
        let inner = window(screen, (72, 4), &self.title, buffer, model);
        let muted = model.theme.style(Role::Muted);
        Row::new(buffer, inner, inner.y + 1).skip(1).text(&self.note, muted);
        Some(self.line.render(
            Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), height: 1, ..inner },
            buffer,
            model,
        ))
    }

    fn handle(&mut self, action: Action, _: &Model) -> Reply {
        match action {
            Action::Accept => Reply::Answer { text: self.line.text().to_owned(), done: true },
            Action::Cancel => Reply::Close,
            _ => Reply::Stay,
        }
    }

    fn key(&mut self, key: Key, _: &Model) -> Reply {
        self.line.key(key);
        Reply::Stay
    }
}
