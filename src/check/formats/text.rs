//! For people: a violation with its lines, then what was looked at.

use super::super::Report;
use super::gone;
use crate::analysis::Finding;
use crate::text::{counted, sanitize};

/// So many lines of a violation are shown.
const LINES: usize = 10;

/// Writes the report.
pub fn write(report: &Report) -> String {
    let mut text = String::new();
    for finding in report.violations.iter().map(|violation| &violation.finding).chain(&report.notices) {
        text.push_str(&block(finding));
    }
    for key in &report.gone {
        text.push_str(&format!("note: {}\n", sanitize(&gone(key))));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text + &summary(report)
}

fn block(finding: &Finding) -> String {
    let mut text =
        format!("{}[{}]: {}\n", finding.severity.as_str(), sanitize(&finding.rule), sanitize(&finding.message));
    for location in finding.evidence.iter().take(LINES) {
        text.push_str(&format!("  {}\n", sanitize(&location.to_string())));
    }
    if finding.evidence.len() > LINES {
        text.push_str(&format!("  … and {}\n", counted((finding.evidence.len() - LINES) as u64, "more line")));
    }
    if !finding.help.is_empty() {
        text.push_str(&format!("  = {}\n", sanitize(&finding.help)));
    }
    text
}

fn summary(report: &Report) -> String {
    let looked = format!(
        "{} checked on {} and {} dependencies",
        counted(report.rules.len() as u64, "rule"),
        counted(report.files as u64, "file"),
        crate::text::count(report.dependencies as u64)
    );
    let found = match report.violations.len() {
        0 => "no new violation".to_owned(),
        several => counted(several as u64, "violation"),
    };
    let known = match &report.baseline {
        Some(file) => format!(", {} known in {}", report.known.len(), sanitize(&file.display().to_string())),
        None => String::new(),
    };
    let found =
        if report.baseline.is_none() && report.violations.is_empty() { "no violation".to_owned() } else { found };
    format!("{found}{known}; {looked}\n")
}
