//! What changed, for people at a terminal.

use std::fmt::Write as _;

use super::{Comparison, Format, cycle_members, cycle_title, number, sign, sign_of, summary};
use crate::analysis::diff::{ComponentChange, DependencyChange, Diff, MetricChange};
use crate::graph::view::Level;
use crate::text::{counted, sanitize};

/// How many places of a dependency are printed.
const PLACES: usize = 5;

/// How many numbers of components are printed.
const METRICS: usize = 20;

/// For people.
pub const TEXT: Format =
    Format { name: "text", doc: "what was gained and lost, with the lines, for people", level: Level::File, write };

fn write(comparison: &Comparison<'_>) -> String {
    let Comparison { diff, level, before, after } = comparison;
    let (before, after) = (sanitize(before), sanitize(after));
    if diff.is_empty() {
        return format!("the architecture of {after} is that of {before}\n");
    }
    let mut out = format!("{before} -> {after}, level {}: {}\n", level.as_str(), summary(diff));
    components(&mut out, "components", &diff.components);
    components(&mut out, "external packages", &diff.externals);
    section(&mut out, "dependencies", &diff.dependencies, dependency);
    cycles(&mut out, diff);
    metrics(&mut out, diff);
    out
}

fn section<T>(out: &mut String, title: &str, items: &[T], line: impl Fn(&T) -> String) {
    if !items.is_empty() {
        let _ = writeln!(out, "\n{title}");
        out.extend(items.iter().map(line));
    }
}

fn components(out: &mut String, title: &str, changes: &[ComponentChange]) {
    section(out, title, changes, |change| match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("> {} -> {}\n", sanitize(before), sanitize(after)),
        (Some(name), None) => format!("- {}\n", sanitize(name)),
        (_, name) => format!("+ {}\n", name.as_deref().map(sanitize).unwrap_or_default()),
    });
}

fn dependency(change: &DependencyChange) -> String {
    let (from, to) = (sanitize(&change.from), sanitize(&change.to));
    let weight = match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{} -> {} statements", before.weight, after.weight),
        (before, after) => {
            counted(before.as_ref().or(after.as_ref()).map_or(0, |stand| stand.weight).into(), "statement")
        }
    };
    let Some(stand) = change.stand() else { return String::new() };
    let test = if stand.test { "  test" } else { "" };
    let mut text = format!("{} {from} -> {to}  {}, {weight}{test}\n", sign_of(change), change.kind.as_str());
    for (file, line) in stand.places.iter().take(PLACES) {
        let _ = writeln!(text, "    {}:{line}", sanitize(file));
    }
    if stand.places.len() > PLACES {
        let _ = writeln!(text, "    and {} more", stand.places.len() - PLACES);
    }
    text
}

fn cycles(out: &mut String, diff: &Diff) {
    section(out, "cycles", &diff.cycles, |change| {
        let sign = sign(!change.before.is_empty(), !change.after.is_empty());
        let mut text = format!("{sign} {}\n", cycle_title(change));
        for (sign, member) in cycle_members(change) {
            let _ = writeln!(text, "  {sign} {member}");
        }
        text
    });
}

fn metrics(out: &mut String, diff: &Diff) {
    // A file with more lines is no other architecture; the sum stands below.
    let mut shown: Vec<&MetricChange> = diff.metrics.iter().filter(|change| change.metric != "lines").collect();
    let size = |change: &MetricChange| (change.after - change.before).abs();
    shown.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let more = shown.len().saturating_sub(METRICS);
    shown.truncate(METRICS);
    section(out, "numbers of components", &shown, |change| {
        let (before, after) = (number(change.before), number(change.after));
        format!("  {:<12} {:>6} -> {:<6} {}\n", change.metric, before, after, sanitize(&change.path))
    });
    if more > 0 {
        let _ = writeln!(out, "  and {more} more");
    }
    let changed: Vec<_> = diff.totals.iter().filter(|(_, before, after)| before != after).collect();
    section(out, "numbers of the whole", &changed, |(name, before, after)| {
        let delta = *after as i128 - *before as i128;
        format!("  {name:<18} {before:>8} -> {after:<8} {delta:+}\n")
    });
}
