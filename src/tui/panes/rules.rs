//! The project's own rules as they hold on the graph that is shown: violations with reasons and lines.

use std::sync::Arc;

use super::PaneId;
use super::outline::{Contents, Kind, Lead, Line};
use super::places;
use crate::analysis::{Finding, Location, Severity};
use crate::check::{Report, Rule, Violation};
use crate::config::Error;
use crate::text::count;
use crate::tui::model::{Model, RulesAnswer, Spot};
use crate::tui::theme::Role;

/// The view.
pub static KIND: Kind = Kind {
    id: PaneId::Rules,
    columns: &[("severity", 10), ("known", 7), ("broken", 8)],
    open: 1,
    lead: Lead::Alone,
    build,
};

fn build(model: &Model) -> Contents {
    let nothing = "no rules: `transom check --propose` prints a transom.toml with those that hold today";
    match &model.rules {
        RulesAnswer::Unknown => {
            Contents { lines: Vec::new(), note: String::new(), nothing: "the rules are being checked" }
        }
        RulesAnswer::Known(Ok(None)) => Contents { lines: Vec::new(), note: String::new(), nothing },
        RulesAnswer::Known(Err(error)) => {
            Contents { lines: vec![mistake(error)], note: "not checked".to_owned(), nothing }
        }
        RulesAnswer::Known(Ok(Some(report))) => Contents { lines: rows(report), note: note(report), nothing },
    }
}

/// What is wrong with the rules themselves, at its line.
fn mistake(error: &Error) -> Line {
    let line = u32::try_from(error.line).unwrap_or(1);
    let spot = Spot::at(error.file.as_str().into(), line);
    Line::new(0, "error".to_owned(), error.to_string(), Role::Error).showing(Some(spot))
}

fn note(report: &Report) -> String {
    let known =
        if report.known.is_empty() { String::new() } else { format!(", {} known", count(report.known.len() as u64)) };
    format!("{} broken{known}", count(report.violations.len() as u64))
}

fn rows(report: &Report) -> Vec<Line> {
    let mut lines = Vec::new();
    for (index, notice) in report.notices.iter().enumerate() {
        let line = Line::new(0, format!("notice {index}"), notice.message.clone(), Role::Warning);
        lines.push(line.showing(first(notice)));
    }
    for rule in &report.rules {
        rule_rows(report, rule, &mut lines);
    }
    for gone in &report.gone {
        let label = format!("{}: {} {} is in the baseline and no longer there", gone.rule, gone.from, gone.to);
        lines.push(Line::new(0, format!("gone {} {} {}", gone.rule, gone.from, gone.to), label, Role::Muted));
    }
    lines
}

fn rule_rows(report: &Report, rule: &Rule, lines: &mut Vec<Line>) {
    let of_rule = |violation: &&Violation| *violation.finding.rule == *rule.name.value;
    let broken: Vec<&Violation> = report.violations.iter().filter(of_rule).collect();
    let known: Vec<&Violation> = report.known.iter().filter(of_rule).collect();
    let key = format!("rule {}", rule.name.value);
    let role = if broken.is_empty() { Role::Text } else { role(rule.severity) };
    let place = Spot::at(rule.name.file.as_str().into(), u32::try_from(rule.name.line).unwrap_or(0));
    lines.push(Line {
        note: rule.reason.clone(),
        cells: vec![rule.severity.as_str().to_owned(), count(known.len() as u64), count(broken.len() as u64)],
        ..Line::new(0, key.clone(), rule.name.value.clone(), role).showing(Some(place))
    });
    for (is_known, violation) in broken.iter().map(|it| (false, it)).chain(known.iter().map(|it| (true, it))) {
        violation_rows(violation, is_known, &key, lines);
    }
}

fn violation_rows(violation: &Violation, is_known: bool, key: &str, lines: &mut Vec<Line>) {
    let finding = &violation.finding;
    let ends: Vec<String> = violation.keys.iter().map(|key| format!("{} {}", key.from, key.to)).collect();
    let key = format!("{key}\u{0}{is_known} {}", ends.join(" "));
    let pairs = violation.keys.iter().filter(|key| !key.to.is_empty());
    let role = if is_known { Role::Muted } else { role(finding.severity) };
    lines.push(Line {
        note: if is_known { "known".to_owned() } else { String::new() },
        pairs: pairs.map(|key| (key.from.as_str().into(), key.to.as_str().into())).collect(),
        ..Line::new(1, key.clone(), finding.message.clone(), role).showing(first(finding))
    });
    lines.extend(places::rows(2, &key, &trail(finding)));
}

fn role(severity: Severity) -> Role {
    if severity == Severity::Error { Role::Error } else { Role::Warning }
}

fn trail(finding: &Finding) -> places::Places {
    let place = |place: &Location| (place.path.clone(), place.line.unwrap_or(0));
    Arc::new(finding.evidence.iter().map(place).collect())
}

fn first(finding: &Finding) -> Option<Spot> {
    places::first(&trail(finding))
}
