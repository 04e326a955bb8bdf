//! The steps of a what-if as a list to work off, and what they change.

use std::fmt::Write as _;

use super::{Outcome, Reason, Touch, WhatIf};
use crate::analysis::Analysis;
use crate::graph::Snapshot;
use crate::text::{counted, sanitize};

/// A number of the graph as it is and as it would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figure {
    /// Of what.
    pub name: &'static str,
    /// As it is.
    pub now: u64,
    /// As it would be.
    pub then: u64,
}

/// What the steps change.
pub fn figures(now: (&Snapshot, &Analysis), then: (&Snapshot, &Analysis)) -> Vec<Figure> {
    let of = |(snapshot, analysis): (&Snapshot, &Analysis)| {
        let cycles = analysis.cycles();
        let coupling = snapshot.edges().filter(|(_, edge)| edge.kind.is_coupling());
        [
            coupling.map(|(_, edge)| u64::from(edge.weight)).sum(),
            cycles.of_files().len() as u64,
            cycles.of_files().iter().map(|members| members.len() as u64).sum(),
            cycles.all().len() as u64,
            cycles.all().iter().map(|cycle| cycle.members.len() as u64).sum(),
        ]
    };
    let names = [
        "statements of dependencies",
        "cycles of files",
        "files in cycles",
        "cycles of siblings",
        "components in them",
    ];
    let (now, then) = (of(now), of(then));
    (0..names.len()).map(|index| Figure { name: names[index], now: now[index], then: then[index] }).collect()
}

/// The list: what changes, then each step with the lines to touch, as they are on disk. `name` is the project's.
pub fn report(name: &str, what_if: &WhatIf, figures: &[Figure]) -> String {
    let mut text = format!("What if, on {}: in the graph only, nothing on disk was changed.\n\n", sanitize(name));
    let width = figures.iter().map(|figure| figure.name.len()).max().unwrap_or(0);
    for figure in figures {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{:width$}  {} -> {}", figure.name, figure.now, figure.then);
    }
    for (number, outcome) in what_if.outcomes.iter().enumerate() {
        let _ = write!(text, "\n{}. {}", number + 1, sanitize(&outcome.step.to_string()));
        match &outcome.refused {
            Some(why) => {
                let _ = writeln!(text, "\n   does not apply: {}", sanitize(why));
            }
            None => lines(&mut text, outcome),
        }
    }
    text
}

fn lines(text: &mut String, outcome: &Outcome) {
    let touched = &outcome.touched;
    let _ = writeln!(text, " ({})", counted(number_of_lines(touched) as u64, "line"));
    for of_reason in touched.chunk_by(|a, b| a.reason == b.reason) {
        let title = of_reason[0].reason.title();
        let _ = writeln!(text, "   {title}");
        for touch in of_reason {
            let _ = writeln!(text, "     {}:{}  {}", sanitize(&touch.path), touch.line, sanitize(&touch.names));
        }
    }
}

/// How many different lines there are.
fn number_of_lines(touched: &[Touch]) -> usize {
    let lines: std::collections::BTreeSet<_> = touched.iter().map(|touch| (&touch.path, touch.line)).collect();
    lines.len()
}

impl Reason {
    /// What to do with the lines.
    pub fn title(self) -> &'static str {
        match self {
            Self::Names => "lines that name it:",
            Self::Within => "lines in it that name others (relative ones change):",
            Self::Cut => "lines to cut:",
        }
    }
}

impl Outcome {
    /// How many different lines are to be touched.
    pub fn lines(&self) -> usize {
        number_of_lines(&self.touched)
    }
}
