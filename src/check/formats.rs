//! How a report is printed: one file a format.

mod github;
mod json;
mod junit;
mod sarif;
mod text;

use super::Report;
use crate::analysis::Finding;

/// A format.
pub struct Format {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it is, in one line.
    pub doc: &'static str,
    /// Writes a report, with a line feed at its end unless it is empty.
    pub write: fn(&Report) -> String,
}

/// Every format, in the order of the help.
pub static FORMATS: &[Format] = &[
    Format { name: "text", doc: "for people", write: text::write },
    Format { name: "json", doc: "for programs", write: json::write },
    Format { name: "sarif", doc: "SARIF 2.1.0, as code scanning reads it", write: sarif::write },
    Format { name: "junit", doc: "JUnit's XML, a test case a rule or violation", write: junit::write },
    Format { name: "github", doc: "annotations of GitHub Actions", write: github::write },
];

/// What is said of a finding where there is room for one text: the message and what to do about it.
fn said(finding: &Finding) -> String {
    match &*finding.help {
        "" => finding.message.clone(),
        help => format!("{}. {help}", finding.message),
    }
}

/// What is said of what the baseline holds and the project no longer does.
fn gone(key: &super::Key) -> String {
    let to = if key.to.is_empty() { String::new() } else { format!(" -> {}", key.to) };
    format!("{}: {}{to} is in the baseline and no longer there; --update-baseline takes it out", key.rule, key.from)
}
