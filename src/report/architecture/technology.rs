//! What was decided, in short, and what it is made with.

use crate::report::decisions::found::{Status, decisions};
use crate::report::diagrams::stack;
use crate::report::facts::PLACES;
use crate::report::{Content, Input, Part, Statement, Table, Text};

/// The decisions.
pub static DECISIONS: Part = Part {
    title: "Key decisions",
    looks_for: "stores, brokers, frameworks, languages, deployment, delivery and the structure of the repository",
    write: write_decisions,
};

/// The technologies.
pub static TECHNOLOGY: Part = Part {
    title: "Technology choices",
    looks_for: "technologies of components, languages, external packages",
    write: write_technologies,
};

fn write_decisions(input: &Input<'_>, content: &mut Content) {
    let all = decisions(input);
    let (current, past): (Vec<_>, Vec<_>) = all.iter().partition(|decision| decision.status == Status::Accepted);
    let said = current.iter().map(|decision| {
        let mut text = Text::from(format!("{} ({})", decision.title, decision.role));
        if let Some(first) = decision.since() {
            text = text.plain(format!(", since {} by commit ", first.date)).code(&first.commit);
        }
        for (name, _) in &decision.instead_of {
            text = text.plain(format!(", in place of {name}"));
        }
        Statement::new(text.plain(".")).by(decision.evidence.iter().take(PLACES))
    });
    content.list(said.collect());
    let mut inner = Content::default();
    let said = past.iter().filter_map(|decision| {
        let gone = decision.adoption.and_then(|of| of.gone.as_ref())?;
        let text = Text::from(format!("{} ({}), until {} by commit ", decision.name, decision.role, gone.date))
            .code(&gone.commit);
        let text = match &decision.status {
            Status::Past(Some(by)) => text.plain(format!("; {by} had come in its place.")),
            _ => text.plain("."),
        };
        Some(Statement::new(text))
    });
    inner.list(said.collect());
    content.section("Given up", inner);
}

fn write_technologies(input: &Input<'_>, content: &mut Content) {
    let mut table = Table::new(["Technology", "As", "To run it", "What binds to it", "Where"]);
    for decision in decisions(input).iter().filter(|decision| decision.status == Status::Accepted) {
        let Some(row) = decision.known() else { continue };
        table.row([
            row.name.as_str().into(),
            row.group.as_str().into(),
            row.operation.as_str().into(),
            row.lock_in.as_str().into(),
            Text::places(&decision.evidence, PLACES),
        ]);
    }
    content.table(table);
    stack::languages(input, content);
    stack::libraries(input, content);
}
