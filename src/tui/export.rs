//! The diagram of what is marked, or of the selection and its neighbours, in the graph or in the running system.

mod running;

pub use running::of_system;

use super::model::{Item, Model};
use crate::export::{Input, Output, format_named};
use crate::graph::view::{Chosen, Level, View};
use crate::graph::{NodeId, NodeKind};
use crate::text::counted;

/// A diagram and what to say about it.
pub struct Diagram {
    /// The document.
    pub text: String,
    /// What it shows.
    pub what: String,
    /// What was left out, or how large it is.
    pub note: String,
    /// What its file may be called.
    pub file_name: String,
}

/// Draws the marked components; with none marked, an item and its neighbours up to a number of steps away.
pub fn diagram(model: &Model, item: Item, depth: u32) -> Diagram {
    let snapshot = &model.snapshot;
    let mut marked: Vec<NodeId> =
        model.marks.iter().filter_map(|place| model.find(place)).filter_map(Item::node).collect();
    marked.sort_unstable();
    marked.dedup();
    let chosen = |node: NodeId| Chosen { node, whole: true };
    let is_file = |node: NodeId| snapshot.node(node).kind == NodeKind::File;
    let (view, what, stem) = match item.node() {
        _ if !marked.is_empty() => {
            let level = if marked.iter().any(|node| is_file(*node)) { Level::File } else { Level::Module };
            let selection = marked.iter().copied().map(chosen).collect();
            let what = counted(marked.len() as u64, "marked component");
            (View { selection, tests: model.tests, ..View::drawing(level) }, what, "marked".to_owned())
        }
        Some(node) if node != NodeId::ROOT => {
            let level = if is_file(node) { Level::File } else { Level::Module };
            let selection = vec![chosen(node)];
            let name = &snapshot.node(node).name;
            let what = format!("{name} and its neighbours, depth {depth}");
            (View { selection, depth, tests: model.tests, ..View::drawing(level) }, what, name.to_string())
        }
        _ => {
            let name = &snapshot.node(NodeId::ROOT).name;
            let view = View { tests: model.tests, ..View::drawing(Level::Module) };
            (view, format!("{name}, by directory"), name.to_string())
        }
    };
    let subgraph = snapshot.project(&view);
    let size = format!(
        "{}, {}",
        counted(subgraph.nodes.len() as u64, "component"),
        counted(subgraph.edges.len() as u64, "dependency")
    );
    let input = Input { snapshot, analysis: Some(&model.analysis), subgraph: &subgraph };
    let written = format_named("mermaid").map(|format| (format.write)(&input));
    Diagram::new(written, what, size, &stem)
}

impl Diagram {
    /// What was written of what, how large that is, and a name for its file.
    fn new(written: Option<Output>, what: String, size: String, stem: &str) -> Self {
        let Output { text, notes } = written.unwrap_or(Output { text: String::new(), notes: Vec::new() });
        let note = if notes.is_empty() { size } else { format!("{size}; {}", notes.join("; ")) };
        Self { text, what, note, file_name: format!("{}.mmd", file_stem(stem)) }
    }
}

/// A name of which nothing surprises a file system or a shell.
fn file_stem(name: &str) -> String {
    let safe: String =
        name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' }).collect();
    let safe = safe.trim_matches(['.', '-']);
    if safe.is_empty() { "architecture".to_owned() } else { safe.to_owned() }
}
