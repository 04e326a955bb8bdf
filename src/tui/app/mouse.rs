//! The mouse.

use std::time::{Duration, Instant};

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Rect;

use super::App;
use crate::tui::action::Action;
use crate::tui::panes::PaneId;

/// Two clicks at the same place within this time are a double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(400);

/// Rows that one notch of the wheel scrolls.
const WHEEL: isize = 3;

impl App {
    /// Takes a mouse event at a time.
    pub fn mouse(&mut self, event: MouseEvent, now: Instant) {
        let wheel = match event.kind {
            MouseEventKind::ScrollDown => Some(WHEEL),
            MouseEventKind::ScrollUp => Some(-WHEEL),
            _ => None,
        };
        if let Some((overlay, _)) = &mut self.overlay {
            match wheel {
                Some(rows) => overlay.scroll(rows),
                None if event.kind == MouseEventKind::Down(MouseButton::Left) => {
                    let reply = overlay.click(event.column, event.row, &self.model);
                    self.reply(reply);
                }
                None => {}
            }
            return;
        }
        let under = self.layout.at(event.column, event.row);
        match (wheel, event.kind, under) {
            (Some(rows), _, Some((pane, _))) => self.panes[pane as usize].scroll(rows),
            (_, MouseEventKind::Down(MouseButton::Left), Some((pane, area))) => self.click(event, pane, area, now),
            (_, MouseEventKind::Down(MouseButton::Left), None) => {
                if let Some(pane) = self.layout.tab_at(event.column, event.row, self.seat) {
                    self.seat = self.seat.at(pane);
                }
            }
            _ => {}
        }
    }

    fn click(&mut self, event: MouseEvent, pane: PaneId, area: Rect, now: Instant) {
        self.status.message = None;
        self.pending.clear();
        self.seat = self.seat.at(pane);
        let is_double = self.last_click.is_some_and(|(then, column, row)| {
            (column, row) == (event.column, event.row) && now.duration_since(then) < DOUBLE_CLICK
        });
        self.last_click = (!is_double).then_some((now, event.column, event.row));
        let (column, line) = (event.column - area.x, event.row - area.y);
        if is_double && line > 0 {
            return self.act(Action::Enter);
        }
        let outcome = self.panes[pane as usize].click(column, line, &self.model);
        self.apply(outcome);
    }
}
