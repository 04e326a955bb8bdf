//! JSON lines: the machine format. One dependency a line, sorted, inside the project, no self edges:
//!
//! ```text
//! {"from":"src/a.py","to":"src/b.py","kind":"import","weight":2,"test":false,"certainty":"resolved","lines":[3,17]}
//! ```
//! `lines` are lines of `from`. Where `from` is no file (the levels above), `evidence` stands in its place and names the
//! files: `["src/a.py:3","src/a.py:17"]`.

use serde::Serialize;

use super::{Format, Input, Output, path_of, to_json};
use crate::graph::view::{Externals, Level, SubEdge, View};
use crate::graph::{NodeId, NodeKind};
use crate::lang::resolve::{Certainty, DependencyKind};

/// JSON lines.
pub const JSONL: Format = Format {
    name: "jsonl",
    doc: "one dependency a line as JSON, sorted: for scripts",
    extension: "jsonl",
    level: Level::File,
    view: |level| View { externals: Externals::None, ..View::complete(level) },
    write,
};

#[derive(Serialize)]
struct Row<'a> {
    from: &'a str,
    to: &'a str,
    kind: &'static str,
    weight: u32,
    test: bool,
    certainty: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<Vec<u32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Vec<String>>,
}

fn write(input: &Input<'_>) -> Output {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for edge in &input.subgraph.edges {
        let to = input.subgraph.nodes[edge.to as usize].id;
        if input.snapshot.node(to).kind != NodeKind::External {
            rows.extend(edge.kinds.iter().map(|(kind, weight)| row(input, edge, *kind, *weight)));
        }
    }
    rows.sort_by_key(|row| (row.from, row.to, row.kind));
    let mut text = String::new();
    for row in rows {
        text.push_str(&to_json(&row));
        text.push('\n');
    }
    Output { text, notes: Vec::new() }
}

fn row<'a>(input: &Input<'a>, edge: &'a SubEdge, kind: DependencyKind, weight: u32) -> Row<'a> {
    let id = |index: u32| input.subgraph.nodes[index as usize].id;
    let snapshot = input.snapshot;
    let parts = || edge.edges.iter().map(|id| snapshot.edge(*id)).filter(|edge| edge.kind == kind);
    let mut places: Vec<(NodeId, u32)> = Vec::new();
    for part in parts() {
        let evidence = snapshot.evidence(part).iter().filter(|evidence| input.subgraph.tests || !evidence.test);
        places.extend(evidence.map(|evidence| (part.from, evidence.span.line)));
    }
    places.sort_unstable();
    places.dedup();
    let is_file = snapshot.node(id(edge.from)).kind == NodeKind::File;
    let written = |(file, line): &(NodeId, u32)| format!("{}:{line}", path_of(snapshot, *file));
    Row {
        from: path_of(snapshot, id(edge.from)),
        to: path_of(snapshot, id(edge.to)),
        kind: kind.as_str(),
        weight,
        test: parts().all(|part| part.test),
        certainty: parts().map(|part| part.certainty).min().unwrap_or(Certainty::Resolved).as_str(),
        lines: is_file.then(|| places.iter().map(|(_, line)| *line).collect()),
        evidence: (!is_file).then(|| places.iter().map(written).collect()),
    }
}
