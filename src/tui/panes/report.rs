//! A report's headings as a tree; the text of the selected section stands beside it.

use super::PaneId;
use super::outline::{Contents, Kind, Lead, Line};
use crate::report::{Block, Section};
use crate::text::counted;
use crate::tui::model::{Model, Subject};
use crate::tui::theme::Role;

/// The view.
pub static KIND: Kind = Kind { id: PaneId::Report, columns: &[], open: 1, lead: Lead::Leads, build };

fn build(model: &Model) -> Contents {
    let reading = &model.reading;
    let Some(document) = &reading.document else {
        return Contents {
            lines: Vec::new(),
            note: reading.kind.name.to_owned(),
            nothing: "the report is being written",
        };
    };
    let mut lines = Vec::new();
    for section in &document.sections {
        rows(0, "", section, &mut lines);
    }
    let note = format!("{}, {}", reading.kind.name, counted(document.sections.len() as u64, "section"));
    Contents { lines, note, nothing: "the report has no sections" }
}

fn rows(depth: u16, outer: &str, section: &Section, lines: &mut Vec<Line>) {
    let key = key(outer, section);
    let is_empty = section.sections.is_empty() && matches!(*section.blocks, [Block::Nothing(_)]);
    let role = match depth {
        _ if is_empty => Role::Muted,
        0 => Role::Heading,
        _ => Role::Text,
    };
    let note = if is_empty { "none found" } else { "" };
    let line = Line::new(depth, key.clone(), section.title.unmarked(), role);
    let subject = Some(Subject::Section(key.as_str().into()));
    lines.push(Line { note: note.to_owned(), subject, ..line });
    for inner in &section.sections {
        rows(depth + 1, &key, inner, lines);
    }
}

/// The key of a section inside another one, which is empty for none.
fn key(outer: &str, section: &Section) -> String {
    if outer.is_empty() { section.id.clone() } else { format!("{outer}\u{0}{}", section.id) }
}

/// The section with a key.
pub fn find<'d>(sections: &'d [Section], key: &str) -> Option<&'d Section> {
    let (first, rest) = match key.split_once('\u{0}') {
        Some((first, rest)) => (first, Some(rest)),
        None => (key, None),
    };
    let section = sections.iter().find(|section| section.id == first)?;
    match rest {
        Some(rest) => find(&section.sections, rest),
        None => Some(section),
    }
}
