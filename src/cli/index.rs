//! `transom index`: builds the index and says what was read, what was not, and how long it took.

mod details;

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::input::{Format, Input};
use crate::index::{Indexed, Report};
use crate::lang::language_named;
use crate::text::{bytes, count};

/// How many skipped paths the text names for each reason.
const EXAMPLES: usize = 3;

/// Build or refresh the index and print a summary.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// How to print it
    #[arg(long, value_enum, value_name = "F", default_value = "text")]
    format: Format,
}

/// Indexes and prints the summary.
///
/// # Errors
/// The project cannot be read or holds no source.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let indexed = args.input.index()?;
    super::print(&match args.format {
        Format::Text => text(&indexed),
        Format::Json => format!("{:#}\n", value(&indexed)),
    })
}

fn text(indexed: &Indexed) -> String {
    let report = &indexed.report;
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("{:<14}{:>9}{:>12}{:>12}{:>9}{:>13}", "language", "files", "lines", "bytes", "parsed", "with errors"));
    for (name, of) in &report.languages {
        let label = language_named(name).map_or(*name, |language| language.label);
        line(format!(
            "{label:<14}{:>9}{:>12}{:>12}{:>9}{:>13}",
            count(of.files as u64),
            count(of.lines),
            bytes(of.bytes),
            count(of.parsed as u64),
            count(of.with_errors as u64)
        ));
    }
    line(format!(
        "{:<14}{:>9}{:>12}{:>12}",
        "other files",
        count(report.other_files as u64),
        "",
        bytes(report.other_bytes)
    ));
    line(String::new());
    line(format!(
        "dependencies: {} inside the project, {} on packages from elsewhere",
        count(report.dependencies as u64),
        count(report.external_dependencies as u64)
    ));
    line(format!("parsed {}, known from before {}", count(report.parsed as u64), count(report.cached as u64)));
    unresolved_text(report, &mut line);
    skipped_text(report, &mut line);
    details::text(indexed, &mut line);
    let stages: Vec<String> = report
        .timings
        .stages()
        .iter()
        .map(|(stage, time)| format!("{stage} {:.0}", time.as_secs_f64() * 1000.0))
        .collect();
    line(format!("milliseconds: {}", stages.join(", ")));
    out
}

fn unresolved_text(report: &Report, line: &mut impl FnMut(String)) {
    if report.unresolved.is_empty() {
        line("unresolved imports: none".to_owned());
    }
    for ((language, reason), number) in &report.unresolved {
        let label = language_named(language).map_or(*language, |language| language.label);
        line(format!("unresolved imports: {label} {} ({})", count(*number as u64), reason.as_str()));
    }
}

fn skipped_text(report: &Report, line: &mut impl FnMut(String)) {
    if report.skipped.is_empty() {
        line("skipped: none".to_owned());
    }
    for (reason, number) in report.skipped_by_reason() {
        let of_reason = || report.skipped.iter().filter(move |skipped| skipped.reason == reason);
        let mut named = String::new();
        for skipped in of_reason().take(EXAMPLES) {
            let separator = if named.is_empty() { "" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(named, "{separator}{}", crate::text::sanitize(&skipped.path));
        }
        let more = if number > EXAMPLES { ", …" } else { "" };
        line(format!("skipped: {} {} ({named}{more})", reason.as_str(), count(number as u64)));
    }
}

fn value(indexed: &Indexed) -> Value {
    let report = &indexed.report;
    let languages: Map<String, Value> = report
        .languages
        .iter()
        .map(|(name, of)| {
            let of = json!({
                "files": of.files, "bytes": of.bytes, "lines": of.lines,
                "parsed": of.parsed, "with_errors": of.with_errors,
            });
            ((*name).to_owned(), of)
        })
        .collect();
    let skipped: Map<String, Value> = report
        .skipped_by_reason()
        .into_iter()
        .map(|(reason, number)| (reason.as_str().to_owned(), json!(number)))
        .collect();
    let skipped_paths: Vec<Value> = report
        .skipped
        .iter()
        .map(|skipped| json!({"path": *skipped.path, "reason": skipped.reason.as_str()}))
        .collect();
    let mut unresolved: Map<String, Value> = Map::new();
    for ((language, reason), number) in &report.unresolved {
        let of = unresolved.entry((*language).to_owned()).or_insert_with(|| json!({}));
        of[reason.as_str()] = json!(number);
    }
    let milliseconds: Map<String, Value> = report
        .timings
        .stages()
        .iter()
        .map(|(stage, time)| ((*stage).to_owned(), json!((time.as_secs_f64() * 1e4).round() / 10.0)))
        .collect();
    let problems: Vec<Value> = indexed
        .snapshot
        .sources
        .project
        .problems
        .iter()
        .map(|problem| json!({"path": *problem.path, "line": problem.line, "message": problem.message}))
        .collect();
    let mut value = json!({
        "files": report.files(),
        "bytes": report.other_bytes + report.languages.iter().map(|(_, of)| of.bytes).sum::<u64>(),
        "lines": report.languages.iter().map(|(_, of)| of.lines).sum::<u64>(),
        "languages": languages,
        "other": {"files": report.other_files, "bytes": report.other_bytes},
        "parsed": report.parsed,
        "cached": report.cached,
        "skipped": skipped,
        "skipped_paths": skipped_paths,
        "dependencies": report.dependencies,
        "external_dependencies": report.external_dependencies,
        "unresolved": unresolved,
        "manifest_problems": problems,
        "milliseconds": milliseconds,
    });
    if let Value::Object(members) = &mut value {
        members.extend(details::members(indexed));
    }
    value
}
