//! Where the panes are, for a size of the terminal.

use ratatui::layout::Rect;

use super::panes::{PaneId, Seat};

/// The smallest terminal that the explorer is drawn on.
pub const SMALLEST: (u16, u16) = (30, 8);

/// Where everything is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Layout {
    /// The names of the panes, where only one is visible.
    pub tabs: Option<Rect>,
    /// The visible panes.
    pub panes: Vec<(PaneId, Rect)>,
    /// What happens.
    pub status: Rect,
    /// The live keys, or a line of input.
    pub hints: Rect,
}

impl Layout {
    /// Three columns from 120, two from 80, else one pane with tabs. A view and the source stand side by side from 80. What
    /// has the keys is always visible.
    pub fn new(area: Rect, seat: Seat, zoomed: bool) -> Self {
        let focus = seat.focus;
        let line = |from_bottom: u16| Rect { y: area.bottom().saturating_sub(from_bottom), height: 1, ..area };
        let mut body = Rect { height: area.height.saturating_sub(2), ..area };
        let mut layout = Self { tabs: None, panes: Vec::new(), status: line(2), hints: line(1) };
        if zoomed || area.width < 80 {
            layout.tabs = Some(Rect { height: 1, ..body });
            body.y += 1;
            body.height = body.height.saturating_sub(1);
            layout.panes.push((focus, body));
            return layout;
        }
        if let Some(view) = seat.view {
            layout.panes = beside(body, view, focus);
            return layout;
        }
        layout.panes = if area.width >= 120 { three(body, focus) } else { two(body, focus) };
        layout
    }

    /// The pane under a position.
    pub fn at(&self, column: u16, row: u16) -> Option<(PaneId, Rect)> {
        self.panes.iter().copied().find(|(_, area)| area.contains((column, row).into()))
    }

    /// The tab under a position.
    pub fn tab_at(&self, column: u16, row: u16, seat: Seat) -> Option<PaneId> {
        let panes = seat.panes();
        let tabs = self.tabs.filter(|tabs| tabs.contains((column, row).into()))?;
        let width = (tabs.width / panes.len() as u16).max(1);
        panes.get(usize::from((column - tabs.x) / width)).copied()
    }
}

/// A view with what stands beside it: two panes of these above each other, or where it is low the one that counts.
fn beside(body: Rect, view: PaneId, focus: PaneId) -> Vec<(PaneId, Rect)> {
    match *view.beside() {
        [first, second] => {
            let (left, right) = split_columns(body, (body.width * 40 / 100).max(36));
            if body.height < 18 {
                let shown = if focus == second { second } else { first };
                return vec![(view, left), (shown, right)];
            }
            let (upper, lower) = split_rows(right, right.height * 55 / 100);
            vec![(view, left), (first, upper), (second, lower)]
        }
        [only] => {
            let (left, right) = split_columns(body, body.width - body.width * 45 / 100);
            vec![(view, left), (only, right)]
        }
        _ => vec![(view, body)],
    }
}

fn three(body: Rect, focus: PaneId) -> Vec<(PaneId, Rect)> {
    let left = (body.width * 30 / 100).clamp(36, 64);
    let middle = (body.width - left) / 2;
    let (tree, rest) = split_columns(body, left);
    let (center, source) = split_columns(rest, middle);
    if body.height < 16 {
        let center_pane = if focus == PaneId::Risk { PaneId::Risk } else { PaneId::Dependencies };
        return vec![(PaneId::Tree, tree), (center_pane, center), (PaneId::Source, source)];
    }
    let (upper, lower) = split_rows(center, center.height * 55 / 100);
    vec![(PaneId::Tree, tree), (PaneId::Dependencies, upper), (PaneId::Risk, lower), (PaneId::Source, source)]
}

/// Two columns; where it is low, first the source goes, then the risk table.
fn two(body: Rect, focus: PaneId) -> Vec<(PaneId, Rect)> {
    let (left, right) = split_columns(body, (body.width * 45 / 100).clamp(36, 52));
    if body.height < 18 {
        let pane = if focus == PaneId::Tree { PaneId::Dependencies } else { focus };
        return vec![(PaneId::Tree, left), (pane, right)];
    }
    let (tree, risk) = split_rows(left, left.height * 55 / 100);
    let (dependencies, source) = split_rows(right, right.height * 50 / 100);
    vec![(PaneId::Tree, tree), (PaneId::Dependencies, dependencies), (PaneId::Risk, risk), (PaneId::Source, source)]
}

fn split_columns(area: Rect, left: u16) -> (Rect, Rect) {
    let left = left.min(area.width);
    (Rect { width: left, ..area }, Rect { x: area.x + left, width: area.width - left, ..area })
}

fn split_rows(area: Rect, upper: u16) -> (Rect, Rect) {
    let upper = upper.min(area.height);
    (Rect { height: upper, ..area }, Rect { y: area.y + upper, height: area.height - upper, ..area })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::panes::PANES;

    #[test]
    fn panes_never_overlap_and_the_focused_one_is_there() {
        for width in [30, 60, 80, 100, 120, 200] {
            for height in [8, 12, 24, 40] {
                for seat in PANES.iter().map(|entry| Seat::default().at(entry.id)) {
                    let focus = seat.focus;
                    for zoomed in [false, true] {
                        let area = Rect::new(0, 0, width, height);
                        let layout = Layout::new(area, seat, zoomed);
                        assert!(layout.panes.iter().any(|(pane, _)| *pane == focus), "{width}x{height} {focus:?}");
                        let mut rects: Vec<Rect> = layout.panes.iter().map(|(_, rect)| *rect).collect();
                        rects.extend([layout.status, layout.hints]);
                        rects.extend(layout.tabs);
                        for (index, rect) in rects.iter().enumerate() {
                            assert_eq!(rect.intersection(area), *rect);
                            assert!(rects[..index].iter().all(|other| !other.intersects(*rect)));
                        }
                    }
                }
            }
        }
    }
}
