//! Technical debt: smells by how much they matter, dependencies that manifests and code disagree about, and what to do.

use std::collections::BTreeMap;

use super::patterns::sentence;
use crate::analysis::Severity;
use crate::analysis::smells::{Occurrence, SMELLS, Smell};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::text::{count, counted};

/// The section.
pub static DEBT: Part = Part {
    title: "Technical debt and recommendations",
    looks_for: "smells of code, data, integration, resilience, deployment and security; packages that are declared and not used, or \
                used and not declared",
    write,
};

/// Findings of one smell that are listed; the rest is counted.
const FINDINGS: usize = 8;

const SEVERITIES: [(Severity, &str); 3] =
    [(Severity::Error, "Errors"), (Severity::Warning, "Warnings"), (Severity::Note, "Notes")];

fn write(input: &Input<'_>, content: &mut Content) {
    let all = input.smells();
    let of = |severity| all.iter().filter(|of| of.finding.severity == severity).count() as u64;
    if !all.is_empty() {
        content.say(Statement::new(format!(
            "{} of {}: {}, {}, {}.",
            counted(all.len() as u64, "finding"),
            counted(names(all).len() as u64, "smell"),
            counted(of(Severity::Error), "error"),
            counted(of(Severity::Warning), "warning"),
            counted(of(Severity::Note), "note"),
        )));
    }
    for (severity, title) in SEVERITIES {
        let mut inner = Content::default();
        let found: Vec<&Occurrence> = all.iter().filter(|of| of.finding.severity == severity).collect();
        by_smell(&found, &mut inner);
        content.section(title, inner);
    }
    packages(input, content);
    recommendations(input, content);
    definitions(input, content);
}

/// The names of the smells that were found, in the order of the table.
fn names(found: &[Occurrence]) -> Vec<&'static str> {
    let is_found = |name: &&str| found.iter().any(|of| of.smell.name == *name);
    SMELLS.iter().map(|smell| smell.name).filter(is_found).collect()
}

/// A list of findings for each smell.
pub fn by_smell(found: &[&Occurrence], content: &mut Content) {
    for of_smell in found.chunk_by(|a, b| a.smell.name == b.smell.name) {
        let mut inner = Content::default();
        let said = of_smell.iter().take(FINDINGS).map(|of| told(of));
        inner.list(said.collect());
        if of_smell.len() > FINDINGS {
            inner.say(Statement::new(format!("And {} more.", count((of_smell.len() - FINDINGS) as u64))));
        }
        content.section(of_smell[0].smell.name, inner);
    }
}

/// A finding as a sentence with its lines.
pub fn told(of: &Occurrence) -> Statement {
    Statement::new(sentence(&of.finding.message)).by(&of.finding.evidence)
}

/// Packages from elsewhere about which manifests and code disagree.
fn packages(input: &Input<'_>, content: &mut Content) {
    let mut inner = Content::default();
    for of_rule in input.analysis.externals().findings.chunk_by(|a, b| a.rule == b.rule) {
        let mut list = Content::default();
        let said = of_rule.iter().take(FINDINGS).map(|of| Statement::new(sentence(&of.message)).by(&of.evidence));
        list.list(said.collect());
        if of_rule.len() > FINDINGS {
            list.say(Statement::new(format!("And {} more.", count((of_rule.len() - FINDINGS) as u64))));
        }
        inner.section(of_rule[0].rule.as_str(), list);
    }
    content.section("Packages from elsewhere", inner);
}

/// What to do, with the lines that it touches.
fn recommendations(input: &Input<'_>, content: &mut Content) {
    let mut table = Table::new(["Recommendation", "Because of", "Findings", "To touch"]);
    for (smell, findings, effort) in efforts(input.smells()) {
        table.row([smell.remedy.into(), smell.name.into(), count(findings).into(), counted(effort, smell.unit).into()]);
    }
    let mut inner = Content::default();
    inner.table(table);
    content.section("Recommendations", inner);
}

/// The smells that were found, the worst first, with the number of findings and of what is to be touched.
pub fn efforts(found: &[Occurrence]) -> Vec<(&'static Smell, u64, u64)> {
    let mut order: Vec<&'static Smell> = Vec::new();
    let mut sums: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for of in found {
        if !order.iter().any(|smell| smell.name == of.smell.name) {
            order.push(of.smell);
        }
        let sum = sums.entry(of.smell.name).or_default();
        sum.0 += 1;
        sum.1 += of.effort();
    }
    let with = |smell: &'static Smell| {
        let (findings, effort) = sums.get(smell.name).copied().unwrap_or_default();
        (smell, findings, effort)
    };
    order.into_iter().map(with).collect()
}

/// By which tests smells were found, and which were looked for in vain.
fn definitions(input: &Input<'_>, content: &mut Content) {
    let names = names(input.smells());
    let mut table = Table::new(["Smell", "Test", "After"]);
    for smell in SMELLS.iter().filter(|smell| names.contains(&smell.name)) {
        table.row([smell.name.into(), smell.definition.into(), smell.citation.into()]);
    }
    let mut inner = Content::default();
    inner.table(table);
    let clean = SMELLS.iter().map(|smell| smell.name).filter(|name| !names.contains(name));
    let clean: Vec<Text> = clean.map(Text::from).collect();
    if !clean.is_empty() && !inner.is_empty() {
        inner.say(Statement::new(Text::from("Looked for in vain: ").list(clean, SMELLS.len()).plain(".")));
    }
    content.section("How smells were found", inner);
}
