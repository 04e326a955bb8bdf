//! A line of text that is being typed, and the line at the bottom of the screen for searching and filtering.

use crossterm::event::{Event, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tui_input::backend::crossterm::EventHandler as _;

use super::{Overlay, Reply};
use crate::tui::action::Action;
use crate::tui::draw::Row;
use crate::tui::key::Key;
use crate::tui::keymap::{Context, Keymap};
use crate::tui::model::Model;
use crate::tui::theme::Role;

/// A line of text with a cursor.
#[derive(Debug, Default)]
pub struct Line {
    input: tui_input::Input,
}

impl Line {
    /// Begins with a text, the cursor behind it.
    pub fn new(text: &str) -> Self {
        Self { input: tui_input::Input::new(text.to_owned()) }
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// Takes a key as editors of one line do, and says whether the text changed.
    pub fn key(&mut self, key: Key) -> bool {
        let event = Event::Key(KeyEvent::new(key.code, key.modifiers));
        self.input.handle_event(&event).is_some_and(|changed| changed.value)
    }

    /// Draws the text, scrolled so that the cursor is visible, and gives the cursor's position.
    pub fn render(&self, area: Rect, buffer: &mut Buffer, model: &Model) -> (u16, u16) {
        let width = usize::from(area.width.max(1));
        let scroll = self.input.visual_scroll(width.saturating_sub(1));
        // Scrolling is counted in columns; wide characters may be cut by one.
        let mut skipped = 0;
        let visible: String = self
            .text()
            .chars()
            .skip_while(|c| {
                let skip = skipped < scroll;
                skipped += unicode_width::UnicodeWidthChar::width(*c).unwrap_or(0);
                skip
            })
            .collect();
        Row::new(buffer, area, area.y).text(&visible, model.theme.style(Role::Text));
        let column = self.input.visual_cursor().saturating_sub(scroll).min(width - 1);
        (area.x + column as u16, area.y)
    }
}

/// A line at the bottom of the screen whose text is used with every letter.
pub struct Input {
    prompt: &'static str,
    line: Line,
}

impl Input {
    /// An input with a prompt and a text to begin with.
    pub fn new(prompt: &'static str, text: &str) -> Self {
        Self { prompt, line: Line::new(text) }
    }

    fn answer(&self, done: bool) -> Reply {
        Reply::Answer { text: self.line.text().to_owned(), done }
    }
}

impl Overlay for Input {
    fn context(&self) -> Context {
        Context::Input
    }

    fn render(&mut self, screen: Rect, buffer: &mut Buffer, model: &mut Model, _: &Keymap) -> Option<(u16, u16)> {
        let area = Rect { y: screen.bottom().saturating_sub(1), height: 1, ..screen };
        buffer.set_stringn(
            area.x,
            area.y,
            " ".repeat(usize::from(area.width)),
            usize::from(area.width),
            model.theme.style(Role::Text),
        );
        let mut row = Row::new(buffer, area, area.y);
        row.skip(1).text(self.prompt, model.theme.style(Role::Key)).skip(1);
        let room = row.room();
        let area = Rect { x: area.right() - room, width: room, ..area };
        Some(self.line.render(area, buffer, model))
    }

    fn handle(&mut self, action: Action, _: &Model) -> Reply {
        match action {
            Action::Accept => self.answer(true),
            Action::Cancel => Reply::Close,
            _ => Reply::Stay,
        }
    }

    fn key(&mut self, key: Key, _: &Model) -> Reply {
        if self.line.key(key) { self.answer(false) } else { Reply::Stay }
    }
}
