//! What changed between two states, in the formats of `transom diff`. One file a format and one entry in the table.

mod json;
mod markdown;
mod mermaid;
mod text;

use std::borrow::Cow;

use crate::analysis::diff::{CycleChange, DependencyChange, Diff};
use crate::graph::view::Level;
use crate::text::{counted, sanitize};

/// Every format. The order is the order in help texts.
pub static FORMATS: &[Format] = &[text::TEXT, json::JSON, markdown::MARKDOWN, mermaid::MERMAID];

/// A format.
pub struct Format {
    /// The name on the command line: lower case, one word.
    pub name: &'static str,
    /// What it is, in one line.
    pub doc: &'static str,
    /// The level where none is asked for.
    pub level: Level,
    /// Writes it.
    pub write: fn(&Comparison<'_>) -> String,
}

/// What is written.
pub struct Comparison<'c> {
    /// What changed.
    pub diff: &'c Diff,
    /// What one component is.
    pub level: Level,
    /// What the state before is called.
    pub before: &'c str,
    /// What the state now is called.
    pub after: &'c str,
}

/// The format with this name.
pub fn format_named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The sign of something that may have been and may be.
fn sign(before: bool, after: bool) -> char {
    match (before, after) {
        (false, _) => '+',
        (true, false) => '-',
        (true, true) => '~',
    }
}

fn sign_of(change: &DependencyChange) -> char {
    sign(!change.is_gained(), !change.is_lost())
}

/// How many were gained and lost of each sort, in one line; nothing of sorts without a change.
fn summary(diff: &Diff) -> String {
    let of = |noun: &str, gained: usize, lost: usize, changed: usize| -> Option<String> {
        let mut parts = Vec::new();
        for (sign, number) in [('+', gained), ('-', lost), ('~', changed)] {
            if number > 0 {
                parts.push(format!("{sign}{number}"));
            }
        }
        let total = (gained + lost + changed) as u64;
        let noun = counted(total, noun).split_once(' ').map_or_else(String::new, |(_, noun)| noun.to_owned());
        (total > 0).then(|| format!("{} {noun}", parts.join(" ")))
    };
    let components = |noun: &str, changes: &[crate::analysis::diff::ComponentChange]| {
        let number = |before, after| {
            changes.iter().filter(|change| (change.before.is_some(), change.after.is_some()) == (before, after)).count()
        };
        of(noun, number(false, true), number(true, false), number(true, true))
    };
    let number = |wanted| diff.dependencies.iter().filter(|change| sign_of(change) == wanted).count();
    let cycles = |wanted| {
        let sign = |change: &CycleChange| sign(!change.before.is_empty(), !change.after.is_empty());
        diff.cycles.iter().filter(|change| change.parent.is_some() && sign(change) == wanted).count()
    };
    let parts = [
        components("component", &diff.components),
        of("dependency", number('+'), number('-'), number('~')),
        of("cycle", cycles('+'), cycles('-'), cycles('~')),
        components("external package", &diff.externals),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Where the members of a cycle are, and how it changed.
fn cycle_title(change: &CycleChange) -> String {
    let place = match &change.parent {
        Some(parent) => format!("components of {}", sanitize(parent)),
        None => "files".to_owned(),
    };
    match (change.before.len(), change.after.len()) {
        (0, now) => format!("{now} {place}"),
        (was, 0) => format!("{was} {place}"),
        (was, now) => format!("{was} -> {now} {place}"),
    }
}

/// The members of a cycle, each with its sign where it joined or left a cycle that is in both states.
fn cycle_members(change: &CycleChange) -> Vec<(char, Cow<'_, str>)> {
    let mut all: Vec<_> = change.before.iter().chain(&change.after).collect();
    all.sort_unstable();
    all.dedup();
    let is_in_both = !change.before.is_empty() && !change.after.is_empty();
    let sign_of = |member| match (change.before.contains(member), change.after.contains(member)) {
        (false, _) if is_in_both => '+',
        (_, false) if is_in_both => '-',
        _ => ' ',
    };
    all.into_iter().map(|member| (sign_of(member), sanitize(member))).collect()
}

/// A number as it is written: without a fraction where it has none.
fn number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

#[cfg(test)]
mod tests;
