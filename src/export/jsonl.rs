//! JSON lines: one dependency a line, sorted, inside the project, no self edges.

use serde::Serialize;

use crate::graph::{NodeKind, Snapshot};

#[derive(Serialize)]
struct Row<'a> {
    from: &'a str,
    to: &'a str,
    kind: &'a str,
    weight: u32,
    test: bool,
    certainty: &'a str,
    lines: Vec<u32>,
}

/// Writes every dependency between files and directories of the project.
pub fn write(snapshot: &Snapshot) -> String {
    let mut rows: Vec<Row<'_>> = snapshot
        .edges()
        .map(|(_, edge)| edge)
        .filter(|edge| edge.from != edge.to && snapshot.node(edge.to).kind != NodeKind::External)
        .map(|edge| {
            let mut lines: Vec<u32> = snapshot.evidence(edge).iter().map(|evidence| evidence.span.line).collect();
            lines.dedup();
            let to = &*snapshot.node(edge.to).path;
            Row {
                from: &snapshot.node(edge.from).path,
                to: if to.is_empty() { "." } else { to },
                kind: edge.kind.as_str(),
                weight: edge.weight,
                test: edge.test,
                certainty: edge.certainty.as_str(),
                lines,
            }
        })
        .collect();
    rows.sort_by_key(|row| (row.from, row.to, row.kind));
    let mut out = String::new();
    for row in rows {
        // A row holds strings, numbers and booleans only: serializing it cannot fail.
        out.push_str(&serde_json::to_string(&row).unwrap_or_default());
        out.push('\n');
    }
    out
}
