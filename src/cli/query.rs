//! `transom query`: the nodes that a query selects, or the dependencies between them.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use super::evidence;
use super::input::{Format, Reading, select, split};
use crate::analysis::{Analysis, Counting};
use crate::graph::{EdgeId, NodeId, Snapshot};
use crate::index::Indexed;
use crate::query::metrics::needs_history;
use crate::query::{FUNCTIONS, METRICS};

/// Print the nodes that a query selects, or the dependencies between them.
#[derive(Debug, clap::Args)]
#[command(override_usage = "transom query [OPTIONS] [PATH] QUERY", after_help = help())]
pub struct Args {
    /// The project's directory (`.` unless given) and the query
    #[arg(value_name = "QUERY", required = true, num_args = 1..=2)]
    words: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    /// Print the dependencies between the selected nodes, with their lines
    #[arg(long)]
    edges: bool,
    /// How to print it
    #[arg(long, value_enum, value_name = "F", default_value = "text")]
    format: Format,
}

/// The language in short, made from its tables.
fn help() -> String {
    let mut help =
        "Queries: paths and globs (src/auth/**, 'in quotes', npm:react), joined by union + intersect ^ except -,\n\
                    parentheses, and\n"
            .to_owned();
    for function in FUNCTIONS {
        help.push_str(&format!("  {:<24}{}\n", function.usage, function.doc));
    }
    let metrics: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
    help.push_str(&format!(
        "Kinds: workspace, package, directory, file, external. Metrics: {}.\n\
         A folder stands for all that it holds.",
        metrics.join(", ")
    ));
    help
}

/// Prints the answer.
///
/// # Errors
/// The project cannot be read; the query is none, or selects nothing.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let (path, words) = split(&args.words, 1);
    let Indexed { snapshot, analysis, .. } = args.reading.index(path)?;
    // The argument parser asks for at least one word.
    let text = words.first().map_or("", String::as_str);
    let log = if needs_history(text) { args.reading.history(path) } else { None };
    let changed = args.reading.changed(path, &snapshot, [text])?;
    let analysis = match log {
        Some(log) => Arc::new(Analysis::with(&snapshot, Counting::ALL, Some(log))),
        None => analysis,
    }
    .knowing(changed);
    let nodes = select("query", text, &snapshot, &analysis)?;
    let edges = args.edges.then(|| between(&snapshot, &nodes.leaves(&snapshot)));
    super::print(&match (args.format, edges) {
        (Format::Text, None) => nodes.iter().map(|id| evidence::shown(&snapshot, id) + "\n").collect(),
        (Format::Text, Some(edges)) => evidence::lines(&snapshot, &edges).into_iter().map(|line| line + "\n").collect(),
        (Format::Json, None) => {
            let nodes: Vec<_> = nodes
                .iter()
                .map(|id| json!({"path": evidence::path(&snapshot, id), "kind": snapshot.node(id).kind.as_str()}))
                .collect();
            format!("{:#}\n", json!({"query": text, "nodes": nodes}))
        }
        (Format::Json, Some(edges)) => {
            format!("{:#}\n", json!({"query": text, "edges": evidence::values(&snapshot, &edges)}))
        }
    })
}

/// The edges of which both ends are among some files and packages from elsewhere. An import of a directory as one unit
/// counts where a file of the directory is among them.
fn between(snapshot: &Snapshot, leaves: &BTreeSet<NodeId>) -> Vec<EdgeId> {
    let is_inside = |id: NodeId| {
        let below = snapshot.subtree(id);
        leaves.range(NodeId(below.start)..NodeId(below.end)).next().is_some()
    };
    leaves.iter().flat_map(|from| snapshot.outgoing(*from)).filter(|edge| is_inside(snapshot.edge(*edge).to)).collect()
}
