//! A record for each decision, in the form of Markdown Architectural Decision Records, version 4
//! (<https://adr.github.io/madr/>).

use std::collections::BTreeSet;

use super::found::{Decision, Status, decisions};
use crate::analysis::adoption::{Adoption, Moment};
use crate::analysis::history::End;
use crate::report::facts::{PLACES, or_dash};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::system::evaluation::{Evaluation, evaluations};

/// The section.
pub static RECORDS: Part = Part {
    title: "Decision records",
    looks_for: "stores, brokers, gateways, frameworks, languages, interfaces, deployment, delivery, the structure of the repository, \
        and in the commits what went away",
    write,
};

/// Alternatives in one record.
const ALTERNATIVES: usize = 4;

/// Lines of evidence in one record; the rest is counted.
const EVIDENCE: usize = 12;

fn write(input: &Input<'_>, content: &mut Content) {
    let all = decisions(input);
    if all.is_empty() {
        return;
    }
    content.apart = true;
    let mut table = Table::new(["Decision", "As", "Status", "Since", "Instead of", "Where"]);
    for decision in &all {
        let first = decision.since();
        table.row([
            decision.title.as_str().into(),
            decision.role.as_str().into(),
            status(decision).into(),
            first.map_or_else(|| "-".into(), |first| Text::from(format!("{} ", first.date)).code(&first.commit)),
            or_dash(Text::new().list(decision.instead_of.iter().map(|(name, _)| name.into()), 4)),
            or_dash(Text::places(&decision.evidence, PLACES)),
        ]);
    }
    content.table(table);
    content.say(Statement::new(history(input)));
    let current = all.iter().filter(|decision| decision.status == Status::Accepted);
    let in_use: BTreeSet<&str> = current.map(|decision| decision.name.as_str()).collect();
    for decision in &all {
        let mut header = vec![("status", status(decision))];
        let first = decision.since();
        header.extend(first.map(|first| ("date", first.date.clone())));
        content.document(decision.title.as_str(), header, record(input, decision, &in_use));
    }
}

/// How far the commits tell.
fn history(input: &Input<'_>) -> String {
    let Some(adoptions) = input.adoptions else {
        return "No commits were read: what introduced a decision is not known.".to_owned();
    };
    let oldest = adoptions.oldest.as_deref().unwrap_or("-");
    match adoptions.end {
        End::First => format!("The commits were read to the first one, of {oldest}."),
        End::Shallow => format!("The clone is shallow and ends at {oldest}: what is older has no date here."),
        End::Limit => format!("The commits were read back to {oldest}: what is older has no date here."),
    }
}

fn status(decision: &Decision<'_>) -> String {
    match &decision.status {
        Status::Accepted => "accepted".to_owned(),
        Status::Past(Some(by)) => format!("superseded by Use {by}"),
        Status::Past(None) => "deprecated".to_owned(),
    }
}

fn record(input: &Input<'_>, decision: &Decision<'_>, in_use: &BTreeSet<&str>) -> Content {
    let mut content = Content::default();
    content.section("Context and Problem Statement", context(decision));
    content.section("Considered Options", options(decision, in_use));
    let mut outcome = Content::default();
    outcome.say(chosen(input, decision));
    for (name, gone) in &decision.instead_of {
        let text =
            Text::from(format!("It took the place of {name}, whose last sign went away with ")).text(moment(gone));
        outcome.say(Statement::new(text.plain(".")));
    }
    outcome.section("Consequences", consequences(decision));
    content.section("Decision Outcome", outcome);
    let mut options = Content::default();
    for row in alternatives(decision) {
        options.section(row.name.as_str(), weighed(row));
    }
    content.section("Pros and Cons of the Options", options);
    let mut more = Content::default();
    if !decision.evidence.is_empty() {
        let text =
            Text::from("Shown by ").list(decision.evidence.iter().map(|place| Text::new().place(place)), EVIDENCE);
        more.say(Statement::new(text.plain(".")));
    }
    if let Some(row) = decision.known() {
        let text = Text::from(format!("What is said of {} in general: ", row.name)).address(&row.source).plain(".");
        more.say(Statement::new(text));
    }
    content.section("More Information", more);
    content
}

fn context(decision: &Decision<'_>) -> Content {
    let mut content = Content::default();
    for said in &decision.context {
        content.say(said.clone());
    }
    match (&decision.status, decision.adoption) {
        (Status::Past(_), Some(adoption)) => {
            let mut text = Text::from(format!("{} was a {} here", decision.name, decision.role));
            if let Some(first) = &adoption.first {
                text = text.plain(" from ").text(moment(first));
            }
            if let Some(gone) = &adoption.gone {
                text = text.plain(" until ").text(moment(gone));
            }
            content.say(Statement::new(text.plain(". No line of it is left.")));
        }
        _ if decision.context.is_empty() => {
            let text =
                Text::from("What it is needed for: ").code(&decision.name).plain(format!(" as {}.", decision.role));
            content.say(Statement::new(text));
        }
        _ => {}
    }
    content
}

/// A commit in words.
fn moment(moment: &Moment) -> Text {
    let subject: String = moment.subject.chars().take(100).collect();
    Text::from("commit ").code(&moment.commit).plain(format!(" of {} (", moment.date)).code(subject).plain(")")
}

/// What was chosen among, as far as the catalogue knows.
fn options(decision: &Decision<'_>, in_use: &BTreeSet<&str>) -> Content {
    let mut content = Content::default();
    let others = alternatives(decision);
    let mut list = vec![Statement::new(decision.title.as_str())];
    list.extend(others.iter().map(|row| {
        let too = if in_use.contains(row.name.as_str()) { "; in use here too" } else { "" };
        Statement::new(format!("{} ({}{too})", row.name, row.group))
    }));
    content.list(list);
    if others.is_empty() {
        content.nothing(format!("alternatives to {} in the catalogue of technologies", decision.name));
    }
    content
}

/// Others of the group, without those that have decisions of their own.
fn alternatives(decision: &Decision<'_>) -> Vec<&'static Evaluation> {
    decision.evaluation.map_or_else(Vec::new, |id| evaluations().alternatives(id).take(ALTERNATIVES).collect())
}

fn chosen(input: &Input<'_>, decision: &Decision<'_>) -> Statement {
    let mut text = Text::from(format!("Chosen option: {}", decision.title));
    text = match (input.adoptions, decision.adoption, decision.source) {
        (None, ..) => text,
        (Some(_), Some(Adoption { first: Some(first), .. }), _) => {
            text.plain("; the first sign of it came with ").text(moment(first))
        }
        (Some(of), Some(_), _) => {
            let oldest = of.oldest.as_deref().unwrap_or("-");
            text.plain(format!("; there was a sign of it already on {oldest}, the oldest day that was read"))
        }
        (Some(_), None, Some((directory, first))) => {
            text.plain("; its source, ").code(directory).plain(", came with ").text(moment(first))
        }
        (Some(_), None, None) => text.plain(
            "; which commit brought it is not told by any library in a manifest, image, address, name of a file or source",
        ),
    };
    Statement::new(text.plain(".")).by(decision.evidence.iter().take(3))
}

fn consequences(decision: &Decision<'_>) -> Content {
    let mut content = Content::default();
    let mut list = Vec::new();
    if let Some(row) = decision.known() {
        list.push(Statement::new(format!("Good: {}.", row.good)));
        list.push(Statement::new(format!("Bad: {}.", row.bad)));
        list.push(Statement::new(format!("What binds to {}: {}.", row.name, row.lock_in)));
    }
    list.extend(decision.consequences.iter().cloned());
    content.list(list);
    content
}

fn weighed(row: &'static Evaluation) -> Content {
    let mut content = Content::default();
    content.list(vec![
        Statement::new(format!("Good: {}.", row.good)),
        Statement::new(format!("Bad: {}.", row.bad)),
        Statement::new(Text::from(format!("To run it: {} (", row.operation)).address(&row.source).plain(").")),
    ]);
    content
}
