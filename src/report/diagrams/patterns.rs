//! Which patterns the project follows, with what speaks for and against each.

use crate::analysis::patterns::{Claim, Judgement, Pattern, Verdict};
use crate::report::{Content, Input, Part, Statement, Table, Text};

/// The section.
pub static PATTERNS: Part = Part {
    title: "Patterns",
    looks_for: "patterns of code, of the running system and of messages, each by a stated test",
    write,
};

/// Claims of one side that are listed; the rest is counted.
const CLAIMS: usize = 10;

fn write(input: &Input<'_>, content: &mut Content) {
    let mut table = Table::new(["Pattern", "Verdict", "For", "Against", "Test"]);
    for (pattern, judgement) in input.patterns() {
        table.row([
            pattern.name.into(),
            judgement.verdict.as_str().into(),
            judgement.supports.len().to_string().into(),
            judgement.opposes.len().to_string().into(),
            pattern.test.into(),
        ]);
    }
    content.table(table);
    for (pattern, judgement) in input.patterns().iter().filter(|(_, of)| of.verdict != Verdict::NotFound) {
        content.section(format!("{}: {}", pattern.name, judgement.verdict.as_str()), told(pattern, judgement));
    }
    let mut inner = Content::default();
    let missed = input.patterns().iter().filter(|(_, of)| of.verdict == Verdict::NotFound);
    let first = missed.flat_map(|(pattern, judgement)| {
        let claims = judgement.opposes.iter().take(2);
        claims.map(|claim| Statement::new(format!("{}: {}.", pattern.name, claim.text)).by(&claim.evidence))
    });
    inner.list(first.collect());
    content.section("Counter-evidence of patterns that were not found", inner);
}

fn told(pattern: &Pattern, judgement: &Judgement) -> Content {
    let mut content = Content::default();
    let list = |claims: &[Claim]| -> Vec<Statement> {
        let said = claims.iter().take(CLAIMS).map(|claim| Statement::new(sentence(&claim.text)).by(&claim.evidence));
        said.collect()
    };
    content.say(Statement::new(format!("After {}.", pattern.citation)));
    for (title, claims) in [("For", &judgement.supports), ("Against", &judgement.opposes)] {
        let mut inner = Content::default();
        inner.list(list(claims));
        if claims.len() > CLAIMS {
            inner.say(Statement::new(format!("And {} more.", claims.len() - CLAIMS)));
        }
        content.section(title, inner);
    }
    content
}

/// A claim as a sentence. Names of the project keep their case, also at its beginning.
pub fn sentence(text: &str) -> Text {
    let text = text.trim_end_matches('.');
    match text.strip_prefix("the ") {
        Some(rest) => Text::from(format!("The {rest}.")),
        None => Text::from(format!("{text}.")),
    }
}
