//! One frame.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{BorderType, Borders, Clear, Widget};

use super::App;
use super::status;
use crate::text::{count, counted};
use crate::tui::draw::{self, Row};
use crate::tui::layout::{Layout, SMALLEST};
use crate::tui::model::{RulesAnswer, item_label};
use crate::tui::theme::Role;

impl App {
    /// Draws everything and gives the position of the text cursor, if there is one.
    pub fn render(&mut self, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
        buffer.set_style(area, self.model.theme.style(Role::Text));
        if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
            self.layout = Layout::default();
            let lines = [
                "too small".to_owned(),
                format!("needs {}x{}", SMALLEST.0, SMALLEST.1),
                format!("has {}x{}", area.width, area.height),
            ];
            for (y, line) in (area.y..area.bottom()).zip(lines) {
                Row::new(buffer, area, y).text(&line, self.model.theme.style(Role::Warning));
            }
            return None;
        }
        self.layout = Layout::new(area, self.seat, self.zoomed);
        for (pane, rect) in self.layout.panes.clone() {
            let focused = pane == self.seat.focus;
            self.panes[pane as usize].render(rect, buffer, &mut self.model, focused);
        }
        if let Some(tabs) = self.layout.tabs {
            self.render_tabs(tabs, buffer);
        }
        self.render_status(self.layout.status, buffer);
        self.render_hints(self.layout.hints, buffer);
        if !self.pending.is_empty() {
            self.render_prefix(area, buffer);
        }
        let (overlay, _) = self.overlay.as_mut()?;
        overlay.render(area, buffer, &mut self.model, &self.keymap)
    }

    fn render_tabs(&self, area: Rect, buffer: &mut Buffer) {
        let panes = self.seat.panes();
        let width = (area.width / panes.len() as u16).max(1);
        for (index, pane) in panes.iter().enumerate() {
            let tab = Rect { x: area.x + width * index as u16, width, ..area };
            let is_here = *pane == self.seat.focus;
            let label = pane.tab();
            let style = self.model.theme.style(if is_here { Role::TitleFocused } else { Role::Muted });
            let mut row = Row::new(buffer, tab, tab.y);
            row.text(if is_here { "▸" } else { " " }, style).text(&label, style);
        }
    }

    fn render_status(&self, area: Rect, buffer: &mut Buffer) {
        let style = |role| self.model.theme.style(role);
        let mut row = Row::new(buffer, area, area.y);
        row.skip(1).skip_right(1);
        if let Some(why) = &self.status.failed {
            row.text(&format!("cannot index: {why}"), style(Role::Error));
            return;
        }
        if self.model.overlay.is_on() {
            self.render_what_if(&mut row);
        }
        if area.width >= 60 {
            if let Some((role, text)) = self.rules_total() {
                row.right(&text, style(role)).skip_right(2);
            }
            row.right(&self.totals(), style(Role::Muted)).skip_right(2);
        }
        if let Some(message) = &self.status.message {
            row.text(message, style(Role::Warning));
            return;
        }
        if let Some(progress) = &self.status.progress {
            let (text, share) = status::progress(progress);
            let width = 16.min(area.width / 5);
            let done = (f64::from(width) * share).round() as u16;
            row.text(&"█".repeat(usize::from(done)), style(Role::Gauge));
            row.text(&"░".repeat(usize::from(width - done)), style(Role::Muted)).skip(1);
            row.text(&text, style(Role::Text));
            return;
        }
        match (&self.status.change, &self.status.rules) {
            (None, Some((is_worse, rules))) => drop(row.text(rules, style(role_of_rules(*is_worse)))),
            (Some(change), rules) => {
                if let Some((is_worse, rules)) = rules {
                    row.text(rules, style(role_of_rules(*is_worse))).skip(2);
                }
                row.text(&status::change(change), style(Role::Text));
            }
            (None, None) => drop(row.path(&item_label(&self.model.snapshot, self.model.here()), style(Role::Muted))),
        }
    }

    /// That what is shown is not what is on disk, in any case.
    fn render_what_if(&self, row: &mut Row<'_>) {
        let overlay = &self.model.overlay;
        let refused = overlay.refused();
        let steps = counted(overlay.steps().len() as u64, "step");
        let style = self.model.theme.style(Role::Match);
        row.text(&format!(" WHAT IF, in the graph only: {steps} "), style).skip(1);
        if let Some((number, why)) = refused.first() {
            let text = format!("step {number} does not apply any more: {why}");
            row.text(&text, self.model.theme.style(Role::Error)).skip(1);
        }
    }

    /// What breaks the project's rules, where it has any.
    fn rules_total(&self) -> Option<(Role, String)> {
        match &self.model.rules {
            RulesAnswer::Known(Err(_)) => Some((Role::Error, "rules: error".to_owned())),
            answer => {
                let broken = answer.report()?.violations.len();
                let role = if broken > 0 { Role::Error } else { Role::Muted };
                Some((role, counted(broken as u64, "violation")))
            }
        }
    }

    /// The whole project in one line.
    fn totals(&self) -> String {
        let snapshot = &self.model.snapshot;
        let files = snapshot.node(crate::graph::NodeId::ROOT).files;
        let mut text = counted(u64::from(files), "file");
        text.push_str(&format!("  {}", counted(snapshot.edges().len() as u64, "edge")));
        let cycles = self.model.analysis.cycles().of_files().len();
        text.push_str(&format!("  {}", counted(cycles as u64, "cycle")));
        if !snapshot.unresolved().is_empty() {
            text.push_str(&format!("  {} unresolved", count(snapshot.unresolved().len() as u64)));
        }
        let marked = self.model.marks.len() + self.model.things.len();
        if marked > 0 {
            text.push_str(&format!("  ● {marked} marked"));
        }
        text
    }

    fn render_hints(&self, area: Rect, buffer: &mut Buffer) {
        let mut row = Row::new(buffer, area, area.y);
        row.skip(1);
        for (key, action) in self.keymap.hints(self.context()) {
            let width = draw::width(&key) + draw::width(action.hint()) + 1;
            if row.room() < width {
                break;
            }
            row.text(&key, self.model.theme.style(Role::Key));
            row.skip(1).text(action.hint(), self.model.theme.style(Role::Muted)).skip(2);
        }
    }

    /// What may follow the keys pressed so far.
    fn render_prefix(&self, area: Rect, buffer: &mut Buffer) {
        let rows = self.keymap.continuations(self.context(), &self.pending);
        let width =
            3 + rows.iter().map(|(key, action)| draw::width(key) + draw::width(action.doc()) + 2).max().unwrap_or(0);
        let (width, height) = (width.min(area.width), (rows.len() as u16 + 2).min(area.height.saturating_sub(2)));
        let window = Rect { x: area.right() - width, y: area.bottom() - 2 - height, width, height };
        Clear.render(window, buffer);
        let block = ratatui::widgets::Block::new()
            .borders(Borders::ALL)
            .border_type(BorderType::Rounded)
            .border_style(self.model.theme.style(Role::BorderFocused));
        let inner = block.inner(window);
        block.render(window, buffer);
        let typed = super::super::key::sequence_label(&self.pending);
        let edge = Rect { x: window.x + 1, width: window.width.saturating_sub(2), ..window };
        Row::new(buffer, edge, window.y).text(&format!(" {typed} "), self.model.theme.style(Role::TitleFocused));
        for (offset, (key, action)) in rows.iter().enumerate() {
            let mut row = Row::new(buffer, inner, inner.y + offset as u16);
            row.text(key, self.model.theme.style(Role::Key)).skip(2);
            row.text(action.doc(), self.model.theme.style(Role::Text));
        }
    }
}

/// How news of the rules is shown.
fn role_of_rules(is_worse: bool) -> Role {
    if is_worse { Role::Error } else { Role::Gained }
}
