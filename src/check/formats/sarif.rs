//! [SARIF 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), the static analysis results interchange
//! format.

use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use super::super::{Key, Report, Rule};
use crate::analysis::{Finding, Location, Severity};

/// Where the format's schema is published.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the report as one run. What the baseline knows is there as well, as suppressed and unchanged.
pub fn write(report: &Report) -> String {
    let mut results = Vec::new();
    for violation in &report.violations {
        results.push(result(report, &violation.finding, &violation.keys, report.baseline.as_ref().map(|_| "new")));
    }
    for violation in &report.known {
        let mut known = result(report, &violation.finding, &violation.keys, Some("unchanged"));
        known["suppressions"] = json!([{"kind": "external", "justification": "known in the baseline"}]);
        results.push(known);
    }
    for notice in &report.notices {
        results.push(result(report, notice, &[], None));
    }
    let rules: Vec<Value> = report.rules.iter().map(descriptor).collect();
    let value = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "transom", "version": env!("CARGO_PKG_VERSION"), "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{value:#}\n")
}

fn descriptor(rule: &Rule) -> Value {
    let help = if rule.reason.is_empty() { rule.kind.doc } else { &rule.reason };
    json!({
        "id": rule.name.value,
        "shortDescription": {"text": format!("{} ({})", rule.name.value, rule.kind.section)},
        "fullDescription": {"text": help},
        "help": {"text": help},
        "defaultConfiguration": {"level": level(rule.severity)},
    })
}

fn level(severity: Severity) -> &'static str {
    severity.as_str()
}

fn result(report: &Report, finding: &Finding, keys: &[Key], state: Option<&str>) -> Value {
    let mut value = json!({
        "ruleId": finding.rule.as_str(),
        "level": level(finding.severity),
        "message": {"text": super::said(finding)},
        "locations": finding.evidence.first().map(location).into_iter().collect::<Vec<_>>(),
        "partialFingerprints": {"transomDependency/v1": fingerprint(finding, keys)},
    });
    if let Some(index) = report.rules.iter().position(|rule| rule.name.value == *finding.rule) {
        value["ruleIndex"] = index.into();
    }
    let related: Vec<Value> = finding.evidence.iter().skip(1).map(location).collect();
    if !related.is_empty() {
        value["relatedLocations"] = related.into();
    }
    if let Some(state) = state {
        value["baselineState"] = state.into();
    }
    value
}

fn location(location: &Location) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(&location.path)}});
    if let Some(line) = location.line {
        physical["region"] = json!({"startLine": line.max(1)});
    }
    json!({"physicalLocation": physical})
}

/// What makes it the same violation in the next run, whatever its line: the rule and what the violation is between.
fn fingerprint(finding: &Finding, keys: &[Key]) -> String {
    let mut text = finding.rule.as_str().to_owned();
    if keys.is_empty() {
        text = format!("{text}\0{}", finding.message);
    }
    for key in keys {
        text.push_str(&format!("\0{}\0{}", key.from, key.to));
    }
    format!("{:016x}", xxh3_64(text.as_bytes()))
}

/// A path as a relative reference (RFC 3986): what is not unreserved or a slash is percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_are_relative_references() {
        assert_eq!(uri("src/a b#1.rs"), "src/a%20b%231.rs");
        assert_eq!(uri("größe:%.py"), "gr%C3%B6%C3%9Fe%3A%25.py");
    }
}
