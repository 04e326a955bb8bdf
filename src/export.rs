//! The graph in other programs' formats. One file a format and one entry in the table.

mod jsonl;

use crate::graph::Snapshot;

/// Writes the graph in the machine format: one dependency a line.
pub fn jsonl(snapshot: &Snapshot) -> String {
    jsonl::write(snapshot)
}
