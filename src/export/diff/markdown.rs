//! What changed, as a comment on a pull request: silent where nothing did.

use std::fmt::Write as _;

use super::{Comparison, Format, cycle_members, cycle_title, sign, sign_of, summary};
use crate::analysis::diff::{ComponentChange, DependencyChange};
use crate::graph::view::Level;
use crate::text::sanitize;

/// How many items a section shows: a comment has a largest size, and readers have one too.
const ITEMS: usize = 50;

/// Markdown.
pub const MARKDOWN: Format = Format {
    name: "markdown",
    doc: "a comment for a pull request; nothing where nothing changed",
    level: Level::File,
    write,
};

fn write(comparison: &Comparison<'_>) -> String {
    let diff = comparison.diff;
    if diff.is_empty() {
        return String::new();
    }
    let mut out =
        format!("### Architecture: {}\n\n{} → {}\n", summary(diff), code(comparison.before), code(comparison.after));
    section(&mut out, "Cycles", &diff.cycles, |change| {
        let sign = sign(!change.before.is_empty(), !change.after.is_empty());
        let members: Vec<String> = cycle_members(change)
            .into_iter()
            .map(
                |(sign, member)| {
                    if sign == ' ' { code(&member) } else { format!("{} {}", marked(sign), code(&member)) }
                },
            )
            .collect();
        format!("{} {}: {}", marked(sign), escaped(&cycle_title(change)), members.join(", "))
    });
    section(&mut out, "Dependencies", &diff.dependencies, dependency);
    section(&mut out, "External packages", &diff.externals, component);
    section(&mut out, "Components", &diff.components, component);
    let changed: Vec<_> = diff.totals.iter().filter(|(_, before, after)| before != after).collect();
    if !changed.is_empty() {
        out.push_str("\n| | before | after | |\n|---|--:|--:|--:|\n");
        for (name, before, after) in changed {
            let _ = writeln!(out, "| {name} | {before} | {after} | {:+} |", *after as i128 - *before as i128);
        }
    }
    out
}

fn section<T>(out: &mut String, title: &str, items: &[T], item: impl Fn(&T) -> String) {
    if items.is_empty() {
        return;
    }
    let _ = write!(out, "\n**{title}**\n\n");
    for one in items.iter().take(ITEMS) {
        let _ = writeln!(out, "- {}", item(one));
    }
    if items.len() > ITEMS {
        let _ = writeln!(out, "- and {} more", items.len() - ITEMS);
    }
}

fn component(change: &ComponentChange) -> String {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{} → {}", code(before), code(after)),
        (Some(name), None) => format!("{} {}", marked('-'), code(name)),
        (_, name) => format!("{} {}", marked('+'), code(name.as_deref().unwrap_or_default())),
    }
}

fn dependency(change: &DependencyChange) -> String {
    let weight = |stand: &Option<crate::analysis::diff::Stand>| stand.as_ref().map_or(0, |stand| stand.weight);
    let how = match (&change.before, &change.after) {
        (Some(_), Some(_)) => format!("{} → {}", weight(&change.before), weight(&change.after)),
        _ => String::new(),
    };
    let place = change.stand().and_then(|stand| stand.places.first());
    let place = place.map_or_else(String::new, |(file, line)| format!(" at {}", code(&format!("{file}:{line}"))));
    let (from, to, kind) = (code(&change.from), code(&change.to), change.kind.as_str());
    let how = if how.is_empty() { how } else { format!(" {how}") };
    format!("{} {from} → {to} ({kind}{how}){place}", marked(sign_of(change)))
}

/// A sign that stays one at the start of a line.
fn marked(sign: char) -> &'static str {
    match sign {
        '+' => "➕",
        '-' => "➖",
        _ => "🔁",
    }
}

/// A name as code, whatever it holds: the fence is longer than any run of backticks in it.
fn code(text: &str) -> String {
    let text = sanitize(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '/' | '.' | '-' | ',' | ':') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
