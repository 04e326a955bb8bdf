//! JSON lines: the machine format. One dependency a line, sorted, inside the project, no self edges:
//!
//! ```text
//! {"from":"src/a.py","to":"src/b.py","kind":"import","weight":2,"test":false,"certainty":"resolved","lines":[3,17]}
//! ```
//! `lines` are lines of `from`. Where `from` is no file (the levels above), `evidence` stands in its place and names the
//! files: `["src/a.py:3","src/a.py:17"]`.
//!
//! At the level of symbols `from` and `to` name definitions, dependencies inside a file are there too, and `weight` counts
//! mentions:
//!
//! ```text
//! {"from":"src/a.py#Class.method","to":"src/b.py#function","kind":"call","weight":1,"test":false,…,"lines":[17]}
//! ```
//! What stands outside of definitions, or is known no better, is the file's: `"from":"src/a.py"`. Of several definitions of
//! one name in a file the second is `#name#2`.

use std::borrow::Cow;

use serde::Serialize;

use super::{Format, Input, Names, Output, path_of, to_json};
use crate::graph::view::{Externals, Level, Part, SubEdge, View};
use crate::graph::{NodeId, NodeKind};

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
    from: Cow<'a, str>,
    to: Cow<'a, str>,
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
    let names = Names::new(input);
    let mut rows: Vec<Row<'_>> = Vec::new();
    for edge in &input.subgraph.edges {
        let to = input.subgraph.nodes[edge.to as usize].id;
        if input.snapshot.node(to).kind != NodeKind::External {
            let parts = input.subgraph.parts(input.snapshot, edge);
            rows.extend(parts.iter().map(|part| row(input, &names, edge, part)));
        }
    }
    rows.sort_by(|a, b| (&a.from, &a.to, a.kind).cmp(&(&b.from, &b.to, b.kind)));
    let mut text = String::new();
    for row in rows {
        text.push_str(&to_json(&row));
        text.push('\n');
    }
    Output { text, notes: Vec::new() }
}

fn row<'a>(input: &Input<'a>, names: &Names<'a>, edge: &'a SubEdge, part: &Part) -> Row<'a> {
    let node = |index: u32| &input.subgraph.nodes[index as usize];
    let snapshot = input.snapshot;
    let is_file = snapshot.node(node(edge.from).id).kind == NodeKind::File;
    let written = |(file, line): &(NodeId, u32)| format!("{}:{line}", path_of(snapshot, *file));
    Row {
        from: names.of(node(edge.from)),
        to: names.of(node(edge.to)),
        kind: part.kind.as_str(),
        weight: part.weight,
        test: part.test,
        certainty: part.certainty.as_str(),
        lines: is_file.then(|| part.places.iter().map(|(_, line)| *line).collect()),
        evidence: (!is_file).then(|| part.places.iter().map(written).collect()),
    }
}
