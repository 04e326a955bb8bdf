//! The graph in other programs' formats. One file a format and one entry in the table.

pub mod chart;
pub mod diff;
mod dot;
pub mod er;
mod fit;
mod json;
mod jsonl;
mod mermaid;
pub mod sequence;
pub mod system;

use std::borrow::Cow;
use std::fmt::Write as _;

use rustc_hash::FxHashMap;

use crate::analysis::Analysis;
use crate::facts::qualified_names;
use crate::graph::view::{GroupId, Level, SubNode, Subgraph, View};
use crate::graph::{NodeId, NodeKind, Snapshot};
use crate::text::counted;

/// Every format, the one for documents first. The order is the order in help texts.
pub static FORMATS: &[Format] = &[mermaid::MERMAID, dot::DOT, json::JSON, jsonl::JSONL];

/// A format.
pub struct Format {
    /// The name on the command line: lower case, one word.
    pub name: &'static str,
    /// What it is, in one line.
    pub doc: &'static str,
    /// Of files in this format, without the dot.
    pub extension: &'static str,
    /// The level where none is asked for.
    pub level: Level,
    /// The view of the whole project that fits the format, at a level: the start for a selection too.
    pub view: fn(Level) -> View,
    /// Writes it.
    pub write: fn(&Input<'_>) -> Output,
}

/// What is written.
pub struct Input<'a> {
    /// The graph.
    pub snapshot: &'a Snapshot,
    /// Its metrics, where they are at hand.
    pub analysis: Option<&'a Analysis>,
    /// The part of the graph that is shown.
    pub subgraph: &'a Subgraph,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// The document.
    pub text: String,
    /// What the reader should know about it, one line each: what was folded or left out to stay within limits.
    pub notes: Vec<String>,
}

/// The format with this name.
pub fn format_named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// A node's path as formats write it: the root is `.`.
fn path_of(snapshot: &Snapshot, id: NodeId) -> &str {
    snapshot.node(id).written()
}

/// What nodes are called in formats for programs: a component by its path, a definition by `path#Outer.inner`.
struct Names<'a> {
    snapshot: &'a Snapshot,
    of_file: FxHashMap<NodeId, Vec<String>>,
}

impl<'a> Names<'a> {
    fn new(input: &Input<'a>) -> Self {
        let files = input.subgraph.nodes.iter().filter(|node| node.symbol.is_some()).map(|node| node.id);
        let files: std::collections::BTreeSet<NodeId> = files.collect();
        let names = |id: NodeId| (id, qualified_names(input.snapshot.definitions(id)));
        Self { snapshot: input.snapshot, of_file: files.into_iter().map(names).collect() }
    }

    fn of(&self, node: &SubNode) -> Cow<'a, str> {
        let path = path_of(self.snapshot, node.id);
        let name = node.symbol.and_then(|id| self.of_file.get(&node.id)?.get(id as usize));
        name.map_or(Cow::Borrowed(path), |name| Cow::Owned(format!("{path}#{name}")))
    }
}

/// A value as JSON on one line. Characters that would act on a terminal or hide are written as `\u` escapes, which changes
/// nothing for a reader of JSON.
fn to_json<T: serde::Serialize>(value: &T) -> String {
    // The values given here hold strings, finite numbers, lists and maps with text keys: serializing cannot fail.
    let plain = serde_json::to_string(value).unwrap_or_default();
    if !plain.chars().any(crate::text::is_unsafe) {
        return plain;
    }
    let mut safe = String::with_capacity(plain.len() + 16);
    for c in plain.chars() {
        if crate::text::is_unsafe(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

/// What a drawing writes into a box; not escaped. Folders say how many files they stand for.
fn label(snapshot: &Snapshot, node: &SubNode) -> String {
    match snapshot.node(node.id).kind {
        NodeKind::File | NodeKind::External => node.label.clone(),
        _ => format!("{} ({})", node.label, counted(node.files.len() as u64, "file")),
    }
}

/// What lies directly inside each group of a subgraph.
struct Contents {
    /// By group; what lies in none comes first.
    inside: Vec<(Vec<GroupId>, Vec<u32>)>,
}

impl Contents {
    fn of(subgraph: &Subgraph) -> Self {
        let slot = |group: Option<GroupId>| group.map_or(0, |group| group as usize + 1);
        let mut inside = vec![(Vec::new(), Vec::new()); subgraph.groups.len() + 1];
        for (group, id) in subgraph.groups.iter().zip(0..) {
            inside[slot(group.parent)].0.push(id);
        }
        for (node, index) in subgraph.nodes.iter().zip(0..) {
            inside[slot(node.group)].1.push(index);
        }
        Self { inside }
    }

    fn groups(&self, inside: Option<GroupId>) -> &[GroupId] {
        &self.inside[inside.map_or(0, |group| group as usize + 1)].0
    }

    fn nodes(&self, inside: Option<GroupId>) -> &[u32] {
        &self.inside[inside.map_or(0, |group| group as usize + 1)].1
    }
}

/// What every format says about its origin.
fn generator() -> String {
    format!("transom {}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_documented_and_unique() {
        let mut names = std::collections::BTreeSet::new();
        for format in FORMATS {
            assert!(names.insert(format.name), "{} twice", format.name);
            assert!(!format.doc.is_empty() && !format.doc.ends_with('.') && !format.extension.starts_with('.'));
            assert_eq!(format_named(format.name).map(|found| found.name), Some(format.name));
        }
    }

    #[test]
    fn json_holds_no_character_that_acts_on_a_terminal() {
        let written = to_json(&"a\u{1b}[31m\u{9b}\u{202e}\u{e0041}\u{7f}é");
        assert_eq!(written, "\"a\\u001b[31m\\u009b\\u202e\\udb40\\udc41\\u007fé\"");
        let read: String = serde_json::from_str(&written).expect("valid JSON");
        assert_eq!(read, "a\u{1b}[31m\u{9b}\u{202e}\u{e0041}\u{7f}é");
    }
}
