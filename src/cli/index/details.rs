//! The parts of the summary that name places: packages from elsewhere with their findings, and what is not in the graph.
//!
//! | member | what it holds |
//! |---|---|
//! | `external_packages` | by ecosystem and name: `ecosystem`, `name`, `version`, `licence`, `declared` (`file:line`), `importers` (files), `imports` (statements' places), `findings` (indices into `findings`), `not_judged` (why a declaration without an import is no finding) |
//! | `findings` | `rule`, `severity` (`error`, `warning`, `note`), `message`, `evidence` (`file:line`), `help` |
//! | `not_judged` | ecosystem to reason to number of declarations |
//! | `blind_spots` | `reason` (as in `unresolved` and `skipped`, or `manifest`, `parse-errors`, `no-language`), `group` (the language or the extension), `count`, `places` (`path`, `line`, `text`) |

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::analysis::Finding;
use crate::analysis::blind_spots::{BlindSpots, Blindness};
use crate::index::Indexed;
use crate::text::{count, counted, sanitize};

/// How many groups or places the text names.
const EXAMPLES: usize = 5;

/// The members of the JSON object.
pub fn members(indexed: &Indexed) -> Map<String, Value> {
    let externals = indexed.analysis.externals();
    let packages: Vec<Value> = externals
        .packages
        .iter()
        .map(|package| {
            let declared: Vec<String> = package
                .declared
                .iter()
                .map(|at| {
                    let (of, declared) = at.of(&indexed.snapshot);
                    format!("{}:{}", declared.file.as_ref().unwrap_or(&of.manifest), declared.line)
                })
                .collect();
            json!({
                "ecosystem": package.ecosystem.as_str(), "name": *package.name, "version": package.version.as_deref(),
                "licence": package.licence.as_deref(), "declared": declared, "importers": package.importers(),
                "imports": package.uses.len(), "findings": package.findings,
                "not_judged": package.unjudged.map(|why| why.as_str()),
            })
        })
        .collect();
    let mut not_judged: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for ((ecosystem, why), number) in &externals.unjudged {
        not_judged.entry(ecosystem.as_str()).or_default().insert(why.as_str().to_owned(), json!(number));
    }
    let mut members = Map::new();
    members.insert("external_packages".to_owned(), packages.into());
    members.insert("findings".to_owned(), externals.findings.iter().map(finding).collect());
    members.insert("not_judged".to_owned(), json!(not_judged));
    members.insert("blind_spots".to_owned(), blind_spots(indexed));
    members
}

fn finding(finding: &Finding) -> Value {
    let evidence: Vec<String> = finding.evidence.iter().map(ToString::to_string).collect();
    json!({
        "rule": *finding.rule, "severity": finding.severity.as_str(), "message": finding.message, "evidence": evidence,
        "help": finding.help,
    })
}

fn blind_spots(indexed: &Indexed) -> Value {
    let spots = BlindSpots::find(&indexed.snapshot, &indexed.report.skipped);
    let of_group = |group: &crate::analysis::blind_spots::BlindGroup<'_>| {
        let places: Vec<Value> = group
            .places
            .iter()
            .map(|spot| json!({"path": *spot.location.path, "line": spot.location.line, "text": spot.text}))
            .collect();
        json!({"reason": group.blindness.name(), "group": group.name, "count": places.len(), "places": places})
    };
    spots.groups().iter().map(of_group).collect()
}

/// The lines of the text.
pub fn text(indexed: &Indexed, line: &mut impl FnMut(String)) {
    let externals = indexed.analysis.externals();
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &externals.findings {
        *rules.entry(&finding.rule).or_default() += 1;
    }
    let found: Vec<String> = rules.iter().map(|(rule, number)| format!("{rule} {}", count(*number as u64))).collect();
    let found = if found.is_empty() { "no findings".to_owned() } else { found.join(", ") };
    let not_judged: usize = externals.unjudged.values().sum();
    line(format!(
        "external packages: {}; {found}; {} without an import not judged",
        count(externals.packages.len() as u64),
        counted(not_judged as u64, "declaration")
    ));
    let spots = BlindSpots::find(&indexed.snapshot, &indexed.report.skipped);
    let groups = spots.groups();
    let of = |blindness: Blindness| groups.iter().filter(move |group| group.blindness == blindness);
    for group in of(Blindness::Manifest) {
        for spot in group.places {
            line(format!("not understood: {} ({})", sanitize(&spot.location.to_string()), sanitize(&spot.text)));
        }
    }
    for group in of(Blindness::ParseErrors) {
        let first = &group.places[0].location;
        let number = counted(group.places.len() as u64, "file");
        line(format!("syntax errors: {} {number} ({}, …)", group.name, sanitize(&first.to_string())));
    }
    let kinds: Vec<String> = of(Blindness::NoLanguage)
        .take(EXAMPLES)
        .map(|group| format!("{} {}", group.name, group.places.len()))
        .collect();
    if !kinds.is_empty() {
        let more = of(Blindness::NoLanguage).count().saturating_sub(EXAMPLES);
        let more = if more > 0 { format!(", {more} more kinds") } else { String::new() };
        line(format!("no language: {}{more}", kinds.join(", ")));
    }
}
