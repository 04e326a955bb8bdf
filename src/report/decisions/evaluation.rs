//! The technologies in use, as the catalogue knows them.

use super::found::{Status, decisions};
use crate::report::facts::PLACES;
use crate::report::{Content, Input, Part, Statement, Table, Text};

/// The section.
pub static EVALUATION: Part = Part {
    title: "Technology evaluation",
    looks_for: "technologies in use that the catalogue of evaluations knows",
    write,
};

fn write(input: &Input<'_>, content: &mut Content) {
    let mut table = Table::new([
        "Technology",
        "As",
        "First release",
        "Ecosystem",
        "Operational weight",
        "Lock-in",
        "Found at",
        "Source",
    ]);
    let mut unknown = Vec::new();
    for decision in decisions(input).iter().filter(|decision| decision.status == Status::Accepted) {
        let Some(row) = decision.known() else {
            if decision.title == format!("Use {}", decision.name) {
                unknown.push(Text::new().code(&decision.name));
            }
            continue;
        };
        table.row([
            row.name.as_str().into(),
            row.group.as_str().into(),
            row.since.to_string().into(),
            row.ecosystem.as_str().into(),
            row.operation.as_str().into(),
            row.lock_in.as_str().into(),
            Text::places(&decision.evidence, PLACES),
            Text::new().address(&row.source),
        ]);
    }
    content.table(table);
    if !unknown.is_empty() {
        let text = Text::from("In use and not in the catalogue of evaluations: ").list(unknown, 20).plain(".");
        content.say(Statement::new(text));
    }
}
