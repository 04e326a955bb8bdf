//! Drawing helpers: text cut to a width, frames with column labels on them.
//!
//! Whatever comes from the project is passed through [`sanitize`](crate::text::sanitize) here or before.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{BorderType, Borders, Clear, Widget};
use unicode_width::UnicodeWidthStr;

use super::theme::{Role, Theme};
use crate::text::{sanitize, truncate_end, truncate_middle};

/// Columns that a text takes once it is made safe.
pub fn width(text: &str) -> u16 {
    u16::try_from(sanitize(text).width()).unwrap_or(u16::MAX)
}

/// One line of the screen that is filled from the left and from the right.
pub struct Row<'a> {
    buffer: &'a mut Buffer,
    y: u16,
    left: u16,
    right: u16,
}

impl<'a> Row<'a> {
    /// The line `y` of an area. Where it is outside of the buffer, nothing is drawn.
    pub fn new(buffer: &'a mut Buffer, area: Rect, y: u16) -> Self {
        let area = area.intersection(buffer.area);
        let right = if y < area.bottom() && y >= area.top() { area.right() } else { area.left() };
        Self { buffer, y, left: area.left(), right }
    }

    /// Columns that are still free.
    pub fn room(&self) -> u16 {
        self.right.saturating_sub(self.left)
    }

    /// Gives the free columns a style.
    pub fn fill(&mut self, style: Style) -> &mut Self {
        if self.room() > 0 {
            self.buffer.set_style(Rect::new(self.left, self.y, self.room(), 1), style);
        }
        self
    }

    /// Leaves columns free on the left.
    pub fn skip(&mut self, columns: u16) -> &mut Self {
        self.left = self.left.saturating_add(columns).min(self.right);
        self
    }

    /// Leaves columns free on the right.
    pub fn skip_right(&mut self, columns: u16) -> &mut Self {
        self.right = self.right.saturating_sub(columns).max(self.left);
        self
    }

    /// Text from the left, cut at its end.
    pub fn text(&mut self, text: &str, style: Style) -> &mut Self {
        let safe = sanitize(text);
        let cut = truncate_end(&safe, usize::from(self.room()));
        self.put(&cut, style)
    }

    /// Text from the left, cut in its middle: for paths.
    pub fn path(&mut self, text: &str, style: Style) -> &mut Self {
        let safe = sanitize(text);
        let cut = truncate_middle(&safe, usize::from(self.room()));
        self.put(&cut, style)
    }

    fn put(&mut self, text: &str, style: Style) -> &mut Self {
        if self.room() > 0 {
            let (x, _) = self.buffer.set_stringn(self.left, self.y, text, usize::from(self.room()), style);
            self.left = x.min(self.right);
        }
        self
    }

    /// Text at the right edge; left out where there is no room for all of it.
    pub fn right(&mut self, text: &str, style: Style) -> &mut Self {
        let safe = sanitize(text);
        let width = safe.width() as u16;
        if width <= self.room() {
            self.right -= width;
            self.buffer.set_stringn(self.right, self.y, &*safe, usize::from(width), style);
        }
        self
    }

    /// A column at the right edge with its text at the right.
    pub fn column(&mut self, text: &str, width: u16, style: Style) -> &mut Self {
        if width <= self.room() {
            let start = self.right - width;
            let safe = sanitize(text);
            let cut = truncate_end(&safe, usize::from(width));
            let x = self.right - (cut.width() as u16).min(width);
            self.buffer.set_stringn(x, self.y, &*cut, usize::from(width), style);
            self.right = start;
        }
        self
    }
}

/// What is written on a frame.
pub struct Frame<'a> {
    /// At the left of the upper edge.
    pub title: &'a str,
    /// After the title, in a quieter style.
    pub note: &'a str,
    /// At the right of the upper edge: labels of columns and their widths, from left to right.
    pub columns: &'a [(&'a str, u16)],
    /// Whether keys go here.
    pub focused: bool,
    /// Of the list inside: first visible row, visible rows, all rows.
    pub scroll: Option<(usize, usize, usize)>,
}

/// Draws a frame and gives the area inside.
pub fn frame(area: Rect, buffer: &mut Buffer, theme: &Theme, frame: &Frame<'_>) -> Rect {
    let border = theme.style(if frame.focused { Role::BorderFocused } else { Role::Border });
    let block = ratatui::widgets::Block::new()
        .borders(Borders::ALL)
        .border_type(if frame.focused { BorderType::Thick } else { BorderType::Plain })
        .border_style(border);
    let inner = block.inner(area);
    Clear.render(area, buffer);
    block.render(area, buffer);
    if area.width < 4 {
        return inner;
    }
    let edge = Rect::new(area.x + 1, area.y, area.width - 2, 1);
    let mut row = Row::new(buffer, edge, area.y);
    for (label, width) in frame.columns.iter().rev() {
        if !label.is_empty() && row.room() > *width + 12 {
            row.column(label, *width, theme.style(Role::Muted));
        } else {
            row.skip_right(*width);
        }
    }
    let title = theme.style(if frame.focused { Role::TitleFocused } else { Role::Title });
    row.text(&format!(" {} ", frame.title), title);
    if !frame.note.is_empty() && row.room() > 4 {
        row.skip_right(1).text(&format!("{} ", frame.note), theme.style(Role::Muted));
    }
    if let Some((first, visible, all)) = frame.scroll {
        scrollbar(area, buffer, theme, (first, visible, all), border);
    }
    inner
}

/// A thumb on the right edge of a frame, where not everything is visible.
fn scrollbar(
    area: Rect,
    buffer: &mut Buffer,
    theme: &Theme,
    (first, visible, all): (usize, usize, usize),
    style: Style,
) {
    let track = usize::from(area.height.saturating_sub(2));
    if all <= visible || track < 3 || visible == 0 {
        return;
    }
    let length = (track * visible / all).max(1);
    let most = all - visible;
    let start = (first.min(most) * (track - length)).div_ceil(most.max(1));
    for offset in start..(start + length).min(track) {
        let (x, y) = (area.right() - 1, area.y + 1 + offset as u16);
        if let Some(cell) = buffer.cell_mut((x, y)) {
            cell.set_symbol("█").set_style(style.patch(theme.style(Role::Border)));
        }
    }
}

/// A number in at most five columns: `12345`, `1.2M`.
pub fn short(number: u64) -> String {
    match number {
        0..=99_999 => number.to_string(),
        100_000..=999_999 => format!("{}k", number / 1000),
        1_000_000..=999_999_999 => format!("{:.1}M", number as f64 / 1e6),
        _ => format!("{:.1}G", number as f64 / 1e9),
    }
}
