//! The what-if that is on: what it changes, and each step with the lines to touch.

use super::PaneId;
use super::outline::{Contents, Kind, Lead, Line};
use crate::analysis::whatif::{Outcome, Touch};
use crate::text::{count, counted};
use crate::tui::model::{Applied, Model, Spot};
use crate::tui::theme::Role;

/// The view.
pub static KIND: Kind =
    Kind { id: PaneId::WhatIf, columns: &[("now", 9), ("what if", 10)], open: 1, lead: Lead::Alone, build };

fn build(model: &Model) -> Contents {
    let mut lines = Vec::new();
    if let Some(applied) = &model.overlay.applied {
        figures(applied, &mut lines);
        for (number, outcome) in (1..).zip(&applied.what_if.outcomes) {
            step(applied, number, outcome, &mut lines);
        }
    }
    Contents {
        lines,
        note: match model.overlay.steps().len() {
            0 => String::new(),
            steps => format!("{}, in the graph only", counted(steps as u64, "step")),
        },
        nothing: "no what-if: `m m` moves, `m j` merges, `m d` cuts the selected dependency, in the graph only",
    }
}

fn figures(applied: &Applied, lines: &mut Vec<Line>) {
    for figure in &applied.figures {
        let role = if figure.now == figure.then { Role::Muted } else { Role::Heading };
        let line = Line::new(0, format!("figure {}", figure.name), figure.name.to_owned(), role);
        lines.push(Line { cells: vec![count(figure.now), count(figure.then)], ..line });
    }
}

fn step(applied: &Applied, number: usize, outcome: &Outcome, lines: &mut Vec<Line>) {
    let key = format!("step {number}");
    let (role, note) = match &outcome.refused {
        Some(why) => (Role::Error, format!("does not apply: {why}")),
        None => (Role::Text, format!("{} to touch", counted(outcome.lines() as u64, "line"))),
    };
    let line = Line::new(0, key.clone(), format!("{number}. {}", outcome.step), role);
    lines.push(Line { note, ..line });
    for of_reason in outcome.touched.chunk_by(|a, b| a.reason == b.reason) {
        let key = format!("{key}\u{0}{}", of_reason[0].reason.title());
        lines.push(Line::new(1, key.clone(), of_reason[0].reason.title().to_owned(), Role::Muted));
        lines.extend(of_reason.iter().map(|touch| touch_row(applied, &key, touch)));
    }
}

fn touch_row(applied: &Applied, key: &str, touch: &Touch) -> Line {
    // The label is what is on disk; the place is that of the graph that is shown.
    let label = format!("{}:{}", touch.path, touch.line);
    let (path, line) = applied.what_if.origins.place(&touch.path, touch.line);
    let row = Line::new(2, format!("{key}\u{0}{label} {}", touch.names), label, Role::File);
    Line { note: touch.names.to_string(), ..row.showing(Some(Spot::at(path, line))) }
}
