//! The state of a list with one selected row: what every pane and overlay scrolls by.

use super::action::Action;

/// Rows that stay visible above and below the selection.
const MARGIN: usize = 2;

/// A selection and the first visible row.
#[derive(Debug, Clone, Copy, Default)]
pub struct List {
    /// The selected row.
    pub selected: usize,
    /// The first visible row.
    pub first: usize,
    /// Rows that fit, as of the last drawing.
    pub height: usize,
    /// All rows.
    pub len: usize,
}

impl List {
    /// Sets the number of rows; the selection stays inside.
    pub fn resize(&mut self, len: usize) {
        self.len = len;
        self.selected = self.selected.min(len.saturating_sub(1));
        self.first = self.first.min(len.saturating_sub(1));
    }

    /// Selects a row, as far as there is one.
    pub fn select(&mut self, row: usize) {
        self.selected = row.min(self.len.saturating_sub(1));
    }

    /// Sets the height and scrolls so that the selection is visible, no further than needed.
    pub fn fit(&mut self, height: usize) {
        self.height = height;
        let margin = MARGIN.min(height.saturating_sub(1) / 2);
        let lowest = (self.selected + margin + 1).min(self.len).saturating_sub(height);
        let highest = self.selected.saturating_sub(margin);
        self.first = self.first.clamp(lowest, highest.max(lowest));
        self.first = self.first.min(self.len.saturating_sub(height));
    }

    /// Scrolls so that the selection is in the middle.
    pub fn center(&mut self) {
        self.first = self.selected.saturating_sub(self.height / 2);
    }

    /// Moves the selection if the action is a movement, and says whether it was one.
    pub fn handle(&mut self, action: Action) -> bool {
        let (half, page) = ((self.height / 2).max(1), self.height.saturating_sub(1).max(1));
        let target = match action {
            Action::Down | Action::Next => self.selected.saturating_add(1),
            Action::Up | Action::Previous => self.selected.saturating_sub(1),
            Action::HalfDown => self.selected.saturating_add(half),
            Action::HalfUp => self.selected.saturating_sub(half),
            Action::PageDown => self.selected.saturating_add(page),
            Action::PageUp => self.selected.saturating_sub(page),
            Action::Top => 0,
            Action::Bottom => usize::MAX,
            _ => return false,
        };
        self.select(target);
        true
    }

    /// Scrolls by rows (the wheel); the selection is dragged along at the edges.
    pub fn scroll(&mut self, rows: isize) {
        let most = self.len.saturating_sub(self.height);
        self.first = self.first.saturating_add_signed(rows).min(most);
        let margin = MARGIN.min(self.height.saturating_sub(1) / 2);
        let lowest = if self.first == 0 { 0 } else { self.first + margin };
        let highest = if self.first == most { self.len } else { self.first + self.height.saturating_sub(margin) };
        self.select(self.selected.clamp(lowest, highest.saturating_sub(1).max(lowest)));
    }

    /// The visible rows.
    pub fn visible(&self) -> std::ops::Range<usize> {
        self.first..(self.first + self.height).min(self.len)
    }

    /// The row at a line of the list's area, if there is one.
    pub fn at(&self, line: u16) -> Option<usize> {
        let row = self.first + usize::from(line);
        (row < self.len && usize::from(line) < self.height).then_some(row)
    }

    /// For a frame's scrollbar.
    pub fn extent(&self) -> Option<(usize, usize, usize)> {
        Some((self.first, self.height, self.len))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selection_stays_visible() {
        let mut list = List { len: 100, ..List::default() };
        list.fit(10);
        for (action, selected, first) in [
            (Action::Down, 1, 0),
            (Action::PageDown, 10, 3),
            (Action::Bottom, 99, 90),
            (Action::HalfUp, 94, 90),
            (Action::Top, 0, 0),
        ] {
            assert!(list.handle(action));
            list.fit(10);
            assert_eq!((list.selected, list.first), (selected, first), "{action:?}");
        }
        assert!(!list.handle(Action::Quit));
    }

    #[test]
    fn the_wheel_drags_the_selection() {
        let mut list = List { len: 50, ..List::default() };
        list.fit(10);
        list.scroll(5);
        list.fit(10);
        assert_eq!((list.first, list.selected), (5, 7));
        list.scroll(-100);
        list.fit(10);
        assert_eq!((list.first, list.selected), (0, 7));
        list.resize(0);
        list.scroll(3);
        list.fit(10);
        assert_eq!((list.first, list.selected), (0, 0));
    }
}
