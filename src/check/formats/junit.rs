//! JUnit's XML, as build servers read it: a test case for each violation, and one for each rule that holds.

use super::super::{Report, Rule};
use crate::analysis::{Finding, Severity};
use crate::text::sanitize;

/// Writes the report.
pub fn write(report: &Report) -> String {
    let mut cases = String::new();
    let (mut tests, mut failures, mut skipped) = (0usize, 0usize, 0usize);
    for rule in &report.rules {
        let findings = report.violations.iter().map(|violation| &violation.finding).chain(&report.notices);
        let of_rule: Vec<&Finding> = findings.filter(|finding| *finding.rule == *rule.name.value).collect();
        tests += of_rule.len().max(1);
        if of_rule.is_empty() {
            cases.push_str(&format!("    {}/>\n", case(rule, &rule.name.value)));
        }
        for finding in of_rule {
            let is_failure = finding.severity == Severity::Error;
            failures += usize::from(is_failure);
            skipped += usize::from(!is_failure);
            cases.push_str(&format!("    {}>\n{}    </testcase>\n", case(rule, &finding.message), outcome(finding)));
        }
    }
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  \
         <testsuite name=\"transom\" {counts} skipped=\"{skipped}\">\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

fn case(rule: &Rule, name: &str) -> String {
    format!("<testcase classname=\"transom.{}\" name=\"{}\"", escape(&rule.name.value), escape(name))
}

/// What became of a case: a warning is none that failed.
fn outcome(finding: &Finding) -> String {
    let lines: Vec<String> = finding.evidence.iter().map(|location| escape(&location.to_string())).collect();
    let message = escape(&super::said(finding));
    if finding.severity == Severity::Error {
        let lines = lines.join("\n");
        format!("      <failure type=\"{}\" message=\"{message}\">{lines}</failure>\n", finding.severity.as_str())
    } else {
        format!("      <skipped message=\"{message} ({})\"/>\n", lines.join(", "))
    }
}

/// Text for an attribute or an element. Controls, which XML 1.0 has no way to write, are shown as elsewhere.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in sanitize(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // Not characters of XML, and no controls either.
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn no_name_ends_an_attribute_or_opens_an_element() {
        assert_eq!(escape("a\"<b>&\u{1b}"), "a&quot;&lt;b&gt;&amp;␛");
    }
}
