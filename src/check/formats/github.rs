//! [Workflow commands](https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions) of GitHub Actions:
//! each violation as an annotation on its first line.

use super::super::Report;
use super::{gone, said};
use crate::analysis::{Finding, Severity};
use crate::text::sanitize;

/// Writes the report.
pub fn write(report: &Report) -> String {
    let findings = report.violations.iter().map(|violation| &violation.finding).chain(&report.notices);
    let mut text: String = findings.map(annotation).collect();
    for key in &report.gone {
        text.push_str(&format!("::notice title=baseline::{}\n", data(&gone(key))));
    }
    text
}

fn annotation(finding: &Finding) -> String {
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let place = finding.evidence.first().map_or(String::new(), |location| {
        let line = location.line.map_or(String::new(), |line| format!(",line={line}"));
        format!("file={}{line},", property(&location.path))
    });
    format!("::{command} {place}title={}::{}\n", property(&finding.rule), data(&said(finding)))
}

/// The text of a command: a line, with `%` for what would end or change it.
fn data(text: &str) -> String {
    sanitize(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, which `:` and `,` would end as well.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn no_name_ends_a_command_or_property() {
        assert_eq!(property("a,b:c%.py"), "a%2Cb%3Ac%25.py");
        assert_eq!(data("50%: a, b"), "50%25: a, b");
    }
}
