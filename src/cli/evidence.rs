//! Dependencies with their lines, as commands print them.

use serde_json::{Value, json};

use crate::graph::{EdgeId, NodeId, Snapshot};
use crate::text::sanitize;

/// A node's path for people: the root is `.`.
pub fn shown(snapshot: &Snapshot, id: NodeId) -> String {
    sanitize(snapshot.node(id).written()).into_owned()
}

/// One line for each place that makes the edges: `src/a.rs:3 -> src/b.rs  import`, with the certainty unless it is resolved.
pub fn lines(snapshot: &Snapshot, edges: &[EdgeId]) -> Vec<String> {
    let mut lines = Vec::new();
    for id in edges {
        let edge = snapshot.edge(*id);
        let (from, to) = (shown(snapshot, edge.from), shown(snapshot, edge.to));
        let certainty = match edge.certainty.as_str() {
            "resolved" => String::new(),
            other => format!("  ({other})"),
        };
        for evidence in snapshot.evidence(edge) {
            let test = if evidence.test { "  test" } else { "" };
            let (line, kind) = (evidence.span.line, edge.kind.as_str());
            lines.push(format!("{from}:{line} -> {to}  {kind}{test}{certainty}"));
        }
    }
    lines.dedup();
    lines
}

/// The edges as JSON, each in the form of `transom export --format jsonl`.
pub fn values(snapshot: &Snapshot, edges: &[EdgeId]) -> Vec<Value> {
    let value = |id: &EdgeId| {
        let edge = snapshot.edge(*id);
        let mut lines: Vec<u32> = snapshot.evidence(edge).iter().map(|evidence| evidence.span.line).collect();
        lines.dedup();
        json!({
            "from": path(snapshot, edge.from), "to": path(snapshot, edge.to), "kind": edge.kind.as_str(),
            "weight": edge.weight, "test": edge.test, "certainty": edge.certainty.as_str(), "lines": lines,
        })
    };
    edges.iter().map(value).collect()
}

/// A node's path for programs: the root is `.`.
pub fn path(snapshot: &Snapshot, id: NodeId) -> &str {
    snapshot.node(id).written()
}
