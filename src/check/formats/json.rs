//! For programs.

use serde_json::{Value, json};

use super::super::{Report, Violation};
use crate::analysis::Finding;

/// Writes the report.
pub fn write(report: &Report) -> String {
    let rules: Vec<Value> = report
        .rules
        .iter()
        .map(|rule| {
            json!({
                "name": rule.name.value, "kind": rule.kind.section, "reason": rule.reason,
                "severity": rule.severity.as_str(), "line": rule.name.line,
            })
        })
        .collect();
    let violations = |list: &[Violation]| list.iter().map(violation).collect::<Vec<_>>();
    let value = json!({
        "rules": rules,
        "violations": violations(&report.violations),
        "known": violations(&report.known),
        "gone": report.gone,
        "notices": report.notices.iter().map(finding).collect::<Vec<_>>(),
        "files": report.files, "dependencies": report.dependencies, "fails": report.fails(),
    });
    format!("{value:#}\n")
}

fn violation(violation: &Violation) -> Value {
    let mut value = finding(&violation.finding);
    let pairs: Vec<Value> = violation
        .keys
        .iter()
        .map(|key| match &*key.to {
            "" => json!({"from": key.from}),
            to => json!({"from": key.from, "to": to}),
        })
        .collect();
    value["dependencies"] = Value::Array(pairs);
    value
}

fn finding(finding: &Finding) -> Value {
    let lines: Vec<Value> =
        finding.evidence.iter().map(|location| json!({"path": &*location.path, "line": location.line})).collect();
    json!({
        "rule": finding.rule.as_str(), "severity": finding.severity.as_str(), "message": finding.message,
        "reason": finding.help, "evidence": lines,
    })
}
