//! What lies over the panes and takes the keys: one file each. An overlay is opened by an action in
//! [`open`], or by the application when it needs an answer.

pub mod confirm;
mod finder;
mod help;
pub mod input;
mod palette;
pub mod prompt;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{BorderType, Borders, Clear, Widget};

use super::action::Action;
use super::draw::Row;
use super::key::Key;
use super::keymap::{Context, Keymap};
use super::model::{Model, Place, Spot, Subject};
use super::theme::Role;
use crate::report::Kind;

/// What an overlay wants next.
#[derive(Clone)]
pub enum Reply {
    /// To stay.
    Stay,
    /// To be closed.
    Close,
    /// To be closed, and this to be done.
    Act(Action),
    /// To be closed, and what a query selects to be marked and listed.
    Query(String),
    /// To be closed, and the cursor to jump.
    Jump(Place, Spot),
    /// To be closed, and a report to be read.
    Read(&'static Kind),
    /// To be closed, and the cursor to jump to a part of the running system.
    Follow(Subject, Option<Spot>),
    /// An answer to the application; with `done` it is closed.
    Answer {
        /// What was typed.
        text: String,
        /// Whether the user has finished.
        done: bool,
    },
}

/// Something that lies over the panes.
pub trait Overlay {
    /// Which keys it has.
    fn context(&self) -> Context;

    /// Draws itself over the screen; gives the position of the text cursor if it has one.
    fn render(&mut self, screen: Rect, buffer: &mut Buffer, model: &mut Model, keymap: &Keymap) -> Option<(u16, u16)>;

    /// Does what an action asks for.
    fn handle(&mut self, action: Action, model: &Model) -> Reply;

    /// Takes a key that no action has: text.
    fn key(&mut self, _key: Key, _model: &Model) -> Reply {
        Reply::Stay
    }

    /// A click on the screen.
    fn click(&mut self, _column: u16, _row: u16, _model: &Model) -> Reply {
        Reply::Stay
    }

    /// The wheel was turned.
    fn scroll(&mut self, _rows: isize) {}

    /// The model has a new snapshot.
    fn refresh(&mut self, _model: &Model) {}
}

/// The overlay that an action opens, if it is one that does.
pub fn open(action: Action, context: Context, model: &Model, keymap: &Keymap) -> Option<Box<dyn Overlay>> {
    match action {
        Action::Find => Some(Box::new(finder::Finder::new(model))),
        Action::Palette => Some(Box::new(palette::Palette::new(context, keymap))),
        Action::Help => Some(Box::new(help::Help::new(keymap))),
        _ => None,
    }
}

/// Draws a box in the middle of the screen and gives the area inside.
fn window(screen: Rect, (width, height): (u16, u16), title: &str, buffer: &mut Buffer, model: &Model) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    let area =
        Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 3, width, height };
    Clear.render(area, buffer);
    let block = ratatui::widgets::Block::new()
        .borders(Borders::ALL)
        .border_type(BorderType::Rounded)
        .border_style(model.theme.style(Role::BorderFocused));
    let inner = block.inner(area);
    block.render(area, buffer);
    Row::new(buffer, Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }, area.y)
        .text(&format!(" {title} "), model.theme.style(Role::TitleFocused));
    inner
}

/// The style of the selected row of a list.
fn selection(model: &Model, selected: bool) -> Style {
    if selected { model.theme.style(Role::Selection) } else { Style::new() }
}
