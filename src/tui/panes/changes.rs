//! What changed since the session began, or since the work parted from the main branch: dependencies with their lines,
//! cycles, components, packages from elsewhere and the numbers of the whole.

use std::sync::Arc;

use super::PaneId;
use super::outline::{Contents, Kind, Lead, Line};
use super::places;
use crate::analysis::diff::{ComponentChange, CycleChange, DependencyChange, Diff};
use crate::text::{count, counted};
use crate::tui::model::{Changes, Model};
use crate::tui::theme::Role;

/// The view.
pub static KIND: Kind = Kind {
    id: PaneId::Changes,
    columns: &[("before", 8), ("now", 8), ("change", 8)],
    open: 1,
    lead: Lead::Alone,
    build,
};

fn build(model: &Model) -> Contents {
    let nothing = "nothing of the architecture changed; `g D` compares with another state";
    let Some(Changes { name, found }) = &model.changes else {
        return Contents { lines: Vec::new(), note: String::new(), nothing: "the changes are being worked out" };
    };
    let note = format!("since {name}");
    match found {
        Err(why) => Contents { lines: vec![Line::new(0, "error".to_owned(), why.clone(), Role::Error)], note, nothing },
        Ok(compared) => Contents { lines: rows(&compared.diff), note, nothing },
    }
}

fn rows(diff: &Diff) -> Vec<Line> {
    let mut lines = Vec::new();
    if diff.is_empty() {
        return lines;
    }
    for (name, before, after) in diff.totals.iter().filter(|(_, before, after)| before != after) {
        let delta = *after as i128 - *before as i128;
        let line = Line::new(0, format!("total {name}"), (*name).to_owned(), Role::Heading);
        lines.push(Line { cells: vec![count(*before), count(*after), format!("{delta:+}")], ..line });
    }
    group(&mut lines, "cycles", diff.cycles.iter().filter(|change| change.parent.is_some()), cycle_rows);
    group(&mut lines, "dependencies", diff.dependencies.iter(), dependency_rows);
    group(&mut lines, "external packages", diff.externals.iter(), component_rows);
    group(&mut lines, "components", diff.components.iter(), component_rows);
    lines
}

fn group<'d, T: 'd>(
    lines: &mut Vec<Line>,
    title: &str,
    changes: impl Iterator<Item = &'d T>,
    rows: impl Fn(&str, &T) -> Vec<Line>,
) {
    let changes: Vec<&T> = changes.collect();
    if changes.is_empty() {
        return;
    }
    let line = Line::new(0, title.to_owned(), title.to_owned(), Role::Heading);
    lines.push(Line { note: counted(changes.len() as u64, "change"), ..line });
    lines.extend(changes.into_iter().flat_map(|change| rows(title, change)));
}

fn dependency_rows(group: &str, change: &DependencyChange) -> Vec<Line> {
    let weight = |stand: &Option<crate::analysis::diff::Stand>| stand.as_ref().map_or(0, |stand| stand.weight);
    let (sign, role) = sign(change.is_gained(), change.is_lost());
    let label = format!("{sign} {} -> {}", change.from, change.to);
    let key = format!("{group}\u{0}{} {} {}", change.from, change.to, change.kind.as_str());
    let (before, after) = (weight(&change.before), weight(&change.after));
    let delta = i64::from(after) - i64::from(before);
    // The lines of what is gone are those of the state before: there is nothing to open any more.
    let is_there = !change.is_lost();
    let stand = change.stand();
    let trail = Arc::new(stand.map_or_else(Vec::new, |stand| stand.places.clone()));
    let mut lines = vec![Line {
        note: change.kind.as_str().to_owned(),
        cells: vec![count(before.into()), count(after.into()), format!("{delta:+}")],
        pairs: vec![(change.from.clone(), change.to.clone())],
        ..Line::new(1, key.clone(), label, role).showing(places::first(&trail).filter(|_| is_there))
    }];
    if is_there {
        lines.extend(places::rows(2, &key, &trail));
    } else {
        let gone = |(path, line): &(Arc<str>, u32)| {
            let label = format!("{path}:{line} (before)");
            Line::new(2, format!("{key}\u{0}{label}"), label, Role::Muted)
        };
        lines.extend(trail.iter().map(gone));
    }
    lines
}

fn cycle_rows(group: &str, change: &CycleChange) -> Vec<Line> {
    let (sign, role) = sign(change.before.is_empty(), change.after.is_empty());
    let members = if change.after.is_empty() { &change.before } else { &change.after };
    let parent = change.parent.as_deref().unwrap_or_default();
    let names: Vec<&str> = members.iter().map(|member| &**member).collect();
    let key = format!("{group}\u{0}{parent} {}", names.join(" "));
    let role = if change.is_worse() { Role::Error } else { role };
    let (before, after) = (change.before.len() as u64, change.after.len() as u64);
    let delta = after as i128 - i128::from(before);
    let line = Line::new(1, key.clone(), format!("{sign} in {parent}"), role);
    let mut lines = vec![Line { cells: vec![count(before), count(after), format!("{delta:+}")], ..line }];
    lines.extend(members.iter().map(|member| {
        let is_new = !change.before.is_empty() && !change.before.contains(member);
        let note = if is_new { "joined".to_owned() } else { String::new() };
        let spot = crate::tui::model::Spot::at(member.clone(), 0);
        let line = Line::new(2, format!("{key}\u{0}{member}"), member.to_string(), Role::File);
        Line { note, ..line.showing(Some(spot).filter(|_| !change.after.is_empty())) }
    }));
    lines
}

fn component_rows(group: &str, change: &ComponentChange) -> Vec<Line> {
    let (sign, role) = sign(change.before.is_none(), change.after.is_none());
    let name = change.after.as_ref().or(change.before.as_ref());
    let name = name.map_or("", |name| &**name);
    let label = match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{before} -> {after}"),
        _ => format!("{sign} {name}"),
    };
    let spot = change.after.as_ref().map(|path| crate::tui::model::Spot::at(path.clone(), 0));
    vec![Line::new(1, format!("{group}\u{0}{name}"), label, role).showing(spot)]
}

/// The sign of what is new or gone, and its style: what is gone of a graph is mostly what one wants.
fn sign(is_new: bool, is_gone: bool) -> (char, Role) {
    match (is_new, is_gone) {
        (true, _) => ('+', Role::Warning),
        (_, true) => ('-', Role::Muted),
        _ => ('~', Role::Text),
    }
}
