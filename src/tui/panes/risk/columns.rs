//! The columns of the risk table and their orders.

use std::cmp::Ordering;

use crate::graph::NodeId;
use crate::tui::model::Model;
use crate::tui::panes::delta;

/// What the table can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Name,
    FanIn,
    FanOut,
    Instability,
    Cycle,
    Lines,
    Cognitive,
    Revisions,
    Authors,
    Delta,
    Score,
}

/// The columns in the order of the screen: label, width, and how soon a narrow pane drops it (the highest first).
pub const COLUMNS: [(Column, &str, u16, u8); 11] = [
    (Column::Name, "name", 0, 0),
    (Column::FanIn, "in", 5, 3),
    (Column::FanOut, "out", 5, 4),
    (Column::Instability, "I", 6, 6),
    (Column::Cycle, "cyc", 5, 7),
    (Column::Lines, "lines", 7, 5),
    (Column::Cognitive, "cogn", 6, 8),
    (Column::Revisions, "revs", 6, 9),
    (Column::Authors, "auth", 6, 10),
    (Column::Delta, "±", delta::WIDTH, 2),
    (Column::Score, "score", 7, 1),
];

/// The narrowest that names may get.
const NAME_WIDTH: u16 = 20;

/// The columns of numbers that fit beside the names; that of deltas only where there are any.
pub fn visible(width: u16, deltas: bool) -> Vec<(Column, &'static str, u16)> {
    let mut limit = u8::MAX;
    loop {
        let is_asked = |column: &Column| deltas || *column != Column::Delta;
        let columns: Vec<_> =
            COLUMNS.iter().filter(|column| column.3 > 0 && column.3 < limit && is_asked(&column.0)).collect();
        let used: u16 = columns.iter().map(|column| column.2).sum();
        match columns.iter().map(|column| column.3).max() {
            Some(last) if used + NAME_WIDTH > width => limit = last,
            _ => return columns.iter().map(|column| (column.0, column.1, column.2)).collect(),
        }
    }
}

impl Column {
    /// Whether the usual order is from small to large.
    pub fn ascends(self) -> bool {
        self == Self::Name
    }

    /// Sorts components; equal ones by path.
    pub fn sort(self, rows: &mut [NodeId], model: &Model, reversed: bool) {
        let snapshot = &model.snapshot;
        let coupling = |id: NodeId| model.analysis.coupling(id);
        let instability = |id: NodeId| coupling(id).instability().unwrap_or(-1.0);
        let cognitive = |id: NodeId| model.analysis.size(id).complexity.cognitive;
        let churn = |id: NodeId| model.analysis.history().map(|history| history.churn(id));
        let revisions = |id: NodeId| churn(id).map(|churn| churn.revisions);
        let authors = |id: NodeId| churn(id).map(|churn| churn.authors.len());
        let moved = |id: NodeId| model.delta(id).0.abs() + model.delta(id).1.abs();
        let compare = |a: NodeId, b: NodeId| -> Ordering {
            match self {
                Self::Name => snapshot.node(b).path.cmp(&snapshot.node(a).path),
                Self::FanIn => coupling(a).fan_in.cmp(&coupling(b).fan_in),
                Self::FanOut => coupling(a).fan_out.cmp(&coupling(b).fan_out),
                Self::Instability => instability(a).total_cmp(&instability(b)),
                Self::Cycle => {
                    let cycles = model.analysis.cycles();
                    cycles.is_in_cycle(a).cmp(&cycles.is_in_cycle(b))
                }
                Self::Lines => snapshot.node(a).lines.cmp(&snapshot.node(b).lines),
                Self::Cognitive => cognitive(a).cmp(&cognitive(b)),
                Self::Revisions => revisions(a).cmp(&revisions(b)),
                Self::Authors => authors(a).cmp(&authors(b)),
                Self::Delta => moved(a).cmp(&moved(b)),
                Self::Score => model.analysis.risk(a).score.total_cmp(&model.analysis.risk(b).score),
            }
        };
        rows.sort_by(|a, b| {
            let order = if reversed { compare(*a, *b) } else { compare(*b, *a) };
            order.then_with(|| snapshot.node(*a).path.cmp(&snapshot.node(*b).path))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_tables_drop_columns_and_keep_the_score() {
        let names = |width| visible(width, false).iter().map(|column| column.1).collect::<Vec<_>>();
        assert_eq!(visible(30, true).iter().map(|column| column.1).collect::<Vec<_>>(), ["score"]);
        assert_eq!(visible(33, true).iter().map(|column| column.1).collect::<Vec<_>>(), ["±", "score"]);
        assert_eq!(names(80), ["in", "out", "I", "cyc", "lines", "cogn", "revs", "auth", "score"]);
        assert_eq!(names(40), ["in", "out", "score"]);
        assert_eq!(names(28), ["score"]);
        assert!(names(10).is_empty());
    }
}
