//! What the selected part of the running system is connected with, in both directions. Each link opens to its lines and leads
//! to its other end.

use super::PaneId;
use super::outline::{Contents, Kind, Lead, Line, Way};
use super::places;
use crate::analysis::links::{End, Link, links};
use crate::system::System;
use crate::text::{count, counted};
use crate::tui::model::{Model, Subject};
use crate::tui::theme::Role;

/// The pane.
pub static KIND: Kind = Kind { id: PaneId::Links, columns: &[("lines", 6)], open: 1, lead: Lead::Follows, build };

fn build(model: &Model) -> Contents {
    let empty = |nothing| Contents { lines: Vec::new(), note: String::new(), nothing };
    let Some(Subject::Thing(thing)) = &model.cursor.subject else {
        return empty("select a part of the system: its links stand here");
    };
    let system = &model.snapshot.system;
    if thing.places(system).is_empty() {
        return empty("it is not there any more");
    }
    let links = links(&model.snapshot, thing);
    let mut lines = Vec::new();
    for of_aspect in links.chunk_by(|a, b| a.aspect == b.aspect) {
        let title = of_aspect[0].aspect.title();
        let line = Line::new(0, title.to_owned(), title.to_owned(), Role::Heading);
        lines.push(Line { note: count(of_aspect.len() as u64), ..line });
        for link in of_aspect {
            rows(system, title, link, &mut lines);
        }
    }
    let kind = thing.kind(system);
    let declared = counted(thing.places(system).len() as u64, "place");
    Contents {
        lines,
        note: format!("of {kind} {}, declared in {declared}", thing.label()),
        nothing: "nothing was found that it is connected with",
    }
}

fn rows(system: &System, group: &str, link: &Link, lines: &mut Vec<Line>) {
    let places = places::of_places(&link.evidence);
    let (label, role, subject, way, kind) = match &link.end {
        End::Thing(thing) => {
            let subject = Some(Subject::Thing(thing.clone()));
            (thing.label(), Role::Text, subject, Some(Way::Subject), thing.kind(system))
        }
        End::Source(path) => {
            let shown = if path.is_empty() { "." } else { &**path };
            (shown.to_owned(), Role::File, None, Some(Way::Component(path.clone())), "")
        }
        End::Line(said) => (said.clone(), Role::Text, None, places::first(&places).map(Way::Line), ""),
    };
    let key = format!("{group}\u{0}{:?} {}", link.end, link.how);
    let note = if kind.is_empty() || link.how.is_empty() {
        format!("{kind}{}", link.how)
    } else {
        format!("{kind}, {}", link.how)
    };
    let home = match &link.end {
        End::Source(path) => Some(path.clone()),
        End::Thing(thing) => thing.id(system).and_then(|id| system.node(id).directory.as_deref().map(Into::into)),
        End::Line(_) => None,
    };
    let lines_of = if link.evidence.is_empty() { String::new() } else { count(link.evidence.len() as u64) };
    let line = Line::new(1, key.clone(), label, role).showing(places::first(&places));
    lines.push(Line { note, cells: vec![lines_of], subject, way, home, ..line });
    lines.extend(places::rows(2, &key, &places));
}
