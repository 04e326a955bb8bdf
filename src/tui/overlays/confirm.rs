//! A question with yes or no for an answer.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Overlay, Reply, window};
use crate::tui::action::Action;
use crate::tui::draw::Row;
use crate::tui::keymap::{Context, Keymap};
use crate::tui::model::Model;
use crate::tui::theme::Role;

/// The question.
pub struct Confirm {
    question: String,
}

impl Confirm {
    /// Asks.
    pub fn new(question: String) -> Self {
        Self { question }
    }
}

impl Overlay for Confirm {
    fn context(&self) -> Context {
        Context::Confirm
    }

    fn render(&mut self, screen: Rect, buffer: &mut Buffer, model: &mut Model, keymap: &Keymap) -> Option<(u16, u16)> {
        let inner = window(screen, (72, 4), "Sure?", buffer, model);
        Row::new(buffer, inner, inner.y).skip(1).text(&self.question, model.theme.style(Role::Text));
        let mut row = Row::new(buffer, inner, inner.y + 1);
        row.skip(1);
        for (action, word) in [(Action::Accept, "yes"), (Action::Cancel, "no")] {
            let keys = keymap.labels(Context::Confirm, action);
            row.text(keys.first().map_or("", String::as_str), model.theme.style(Role::Key));
            row.skip(1).text(word, model.theme.style(Role::Muted)).skip(3);
        }
        None
    }

    fn handle(&mut self, action: Action, _: &Model) -> Reply {
        match action {
            Action::Accept => Reply::Answer { text: String::new(), done: true },
            Action::Cancel => Reply::Close,
            _ => Reply::Stay,
        }
    }
}
