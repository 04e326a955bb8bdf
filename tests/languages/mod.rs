//! Runs the fixture documents `tests/languages/<lang>/*.md`.
//!
//! A heading (`##`) starts a case. A fenced block whose info string is `<anything> <path>` is a file of the case; the
//! block with the info string `edges` closes it and holds what is expected, one dependency a line:
//!
//! ```text
//! from -> to kind lines [certainty] [test]
//! from -> ecosystem:package kind lines
//! from -> ? text reason lines
//! ```
//! `resolved`, the common certainty, is not written. A block with the info string `symbols` may follow it: what
//! definitions use of definitions, in the file and outside of it:
//!
//! ```text
//! from#Outer.inner -> to#name kind lines [certainty] [test]
//! ```
//! A block with the info string `complexity` may follow too: each function that holds code, with its cyclomatic and its
//! cognitive complexity.
//!
//! `UPDATE=1` rewrites all of them.

use std::fmt::Write as _;
use std::path::Path;

use transom::facts::qualified_names;
use transom::graph::Snapshot;
use transom::graph::view::{Externals, Level, View};
use transom::index::from_memory;

use crate::support::fixture::{Block, blocks, documents};

/// A block of what is expected: its lines, and which lines of the document these are.
struct Expected {
    text: String,
    place: std::ops::Range<usize>,
}

/// One heading's files and what is expected of them.
struct Case {
    title: String,
    files: Vec<(String, String)>,
    edges: Expected,
    symbols: Option<Expected>,
    complexity: Option<Expected>,
}

fn parse(document: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut files: Vec<(String, String)> = Vec::new();
    let mut title = String::new();
    for Block { title: heading, info, text, place } in blocks(document) {
        assert!(heading == title || files.is_empty(), "{title}: no edges block");
        title = heading;
        if info == "edges" {
            let edges = Expected { text, place };
            let files = std::mem::take(&mut files);
            cases.push(Case { title: title.clone(), files, edges, symbols: None, complexity: None });
        } else if info == "symbols" || info == "complexity" {
            let case = cases.last_mut().filter(|case| case.title == title).expect("an edges block before");
            let block = if info == "symbols" { &mut case.symbols } else { &mut case.complexity };
            *block = Some(Expected { text, place });
        } else if let Some((_, path)) = info.split_once(' ') {
            files.push((path.to_owned(), text));
        }
    }
    cases
}

/// Every dependency of a snapshot in the fixtures' notation.
fn render(snapshot: &Snapshot) -> String {
    let mut lines = Vec::new();
    for (_, edge) in snapshot.edges() {
        let numbers: Vec<String> = snapshot.evidence(edge).iter().map(|e| e.span.line.to_string()).collect();
        let to = &*snapshot.node(edge.to).path;
        let mut line = format!(
            "{} -> {} {} {}",
            snapshot.node(edge.from).path,
            if to.is_empty() { "." } else { to },
            edge.kind.as_str(),
            numbers.join(",")
        );
        if edge.certainty.as_str() != "resolved" {
            let _ = write!(line, " {}", edge.certainty.as_str());
        }
        if edge.test {
            line.push_str(" test");
        }
        lines.push(line);
    }
    for import in snapshot.unresolved() {
        let from = &snapshot.node(import.from).path;
        lines.push(format!("{from} -> ? {} {} {}", import.text, import.reason.as_str(), import.span.line));
    }
    lines.sort();
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Every use of a definition in the fixtures' notation, one line for each pair of ends and kind.
fn render_symbols(snapshot: &Snapshot) -> String {
    let subgraph = snapshot.project(&View { externals: Externals::None, ..View::complete(Level::Symbol) });
    let name = |index: u32| {
        let node = &subgraph.nodes[index as usize];
        let path = &snapshot.node(node.id).path;
        let names = qualified_names(snapshot.definitions(node.id));
        node.symbol.map_or(path.to_string(), |symbol| format!("{path}#{}", names[symbol as usize]))
    };
    let mut lines = Vec::new();
    let is_named = |index: u32| subgraph.nodes[index as usize].symbol.is_some();
    for edge in subgraph.edges.iter().filter(|edge| is_named(edge.from) || is_named(edge.to)) {
        for part in subgraph.parts(snapshot, edge) {
            let numbers: Vec<String> = part.places.iter().map(|(_, line)| line.to_string()).collect();
            let (from, to) = (name(edge.from), name(edge.to));
            let mut line = format!("{from} -> {to} {} {}", part.kind.as_str(), numbers.join(","));
            if part.certainty.as_str() != "resolved" {
                let _ = write!(line, " {}", part.certainty.as_str());
            }
            if part.test {
                line.push_str(" test");
            }
            lines.push(line);
        }
    }
    lines.sort();
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Every function that holds code, with both complexities, in source order.
fn render_complexity(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    for (id, node) in snapshot.nodes() {
        let definitions = snapshot.definitions(id);
        for (definition, name) in definitions.iter().zip(qualified_names(definitions)) {
            let complexity = definition.complexity;
            if complexity.cyclomatic > 0 {
                let _ = writeln!(text, "{}#{name} {} {}", node.path, complexity.cyclomatic, complexity.cognitive);
            }
        }
    }
    text
}

#[test]
fn fixture_documents_resolve_as_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/languages");
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = String::new();
    let mut count = 0;
    for path in documents(&root) {
        let document = std::fs::read_to_string(&path).expect("a readable document");
        let mut lines: Vec<String> = document.lines().map(str::to_owned).collect();
        for case in parse(&document).iter().rev() {
            count += 1;
            let files = case.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
            let snapshot = from_memory("fixture", files);
            let mut blocks = vec![(&case.edges, render(&snapshot))];
            blocks.extend(case.symbols.as_ref().map(|expected| (expected, render_symbols(&snapshot))));
            blocks.extend(case.complexity.as_ref().map(|expected| (expected, render_complexity(&snapshot))));
            // The later block first, so that the places of the earlier one still hold.
            blocks.sort_by_key(|(expected, _)| std::cmp::Reverse(expected.place.start));
            for (expected, actual) in blocks {
                if actual == expected.text {
                    continue;
                }
                if update {
                    lines.splice(expected.place.clone(), actual.lines().map(str::to_owned));
                } else {
                    let name = path.strip_prefix(&root).unwrap_or(&path).display();
                    let _ =
                        writeln!(failures, "\n{name}: {}\nexpected:\n{}actual:\n{actual}", case.title, expected.text);
                }
            }
        }
        if update {
            std::fs::write(&path, lines.join("\n") + "\n").expect("a writable document");
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(count > 0, "no fixture documents");
}
