//! The indexer on real directories: what it finds, what it leaves out, what it remembers and how it follows changes.

mod adoption;
mod cache;
mod determinism;
mod git;
mod hostile;
mod live;
mod random_edits;
mod revision;
mod walk;

use std::collections::BTreeMap;
use std::path::Path;

use transom::graph::{NodeKind, Snapshot};
use transom::index::{Indexed, Options, index_and_report};

/// Options that leave nothing on disk.
fn plain() -> Options {
    Options { cache: false, ..Options::default() }
}

/// Writes files below a root, and the directories they need.
fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("files lie in a directory")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }
}

fn index(root: &Path) -> Indexed {
    index_and_report(root, &plain()).expect("a readable root")
}

/// Paths of all files.
fn files(snapshot: &Snapshot) -> Vec<String> {
    snapshot.nodes().filter(|(_, node)| node.kind == NodeKind::File).map(|(_, node)| node.path.to_string()).collect()
}

/// What was left out: path to reason.
fn skipped(indexed: &Indexed) -> BTreeMap<String, &'static str> {
    indexed.report.skipped.iter().map(|skipped| (skipped.path.to_string(), skipped.reason.as_str())).collect()
}

/// Everything that a snapshot shows, as lines.
fn picture(snapshot: &Snapshot) -> Vec<String> {
    let path = |id| &snapshot.node(id).path;
    let nodes = snapshot.nodes().map(|(_, node)| {
        format!("{} {:?} {} {} {:?} {}", node.path, node.kind, node.bytes, node.lines, node.mark, node.test)
    });
    let edges = snapshot.edges().map(|(_, edge)| {
        let lines: Vec<u32> = snapshot.evidence(edge).iter().map(|evidence| evidence.span.line).collect();
        format!("{} -> {} {:?} {} {lines:?}", path(edge.from), path(edge.to), edge.kind, edge.weight)
    });
    let unresolved = snapshot
        .unresolved()
        .iter()
        .map(|import| format!("{} ? {} {:?} {}", path(import.from), import.text, import.reason, import.span.line));
    nodes.chain(edges).chain(unresolved).collect()
}
