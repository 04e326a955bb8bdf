//! `transom export`: the graph, or a part of it, in another program's format.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::input::{Input, select};
use crate::analysis::Analysis;
use crate::export::{self, FORMATS, Format};
use crate::graph::view::{Chosen, Externals, Level, View};
use crate::graph::{NodeId, NodeKind, Snapshot};
use crate::index::Indexed;
use crate::output;
use crate::query;

/// Write the graph, or a part of it, in another program's format.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// The format; where it is not given, the output file's extension says it
    #[arg(long, short, value_name = "F", value_parser = formats(), required_unless_present = "output")]
    format: Option<String>,
    /// What one box stands for; `symbol` is a definition (`src/a.py#Class.method`), or its file where that is not known
    #[arg(long, value_name = "L", value_parser = levels())]
    level: Option<String>,
    /// Show only what this query selects, in the simplest case a path or glob: files, folders with all they hold, or external
    /// packages such as `npm:react` (may be given several times)
    #[arg(long, value_name = "QUERY")]
    select: Vec<String>,
    /// Show these folders as one box each (may be given several times)
    #[arg(long, value_name = "GLOB")]
    fold: Vec<String>,
    /// Show also what is within N dependencies of the selection, in both directions
    #[arg(long, value_name = "N", requires = "select", default_value_t = 0)]
    depth: u32,
    /// Leave out test code
    #[arg(long)]
    no_tests: bool,
    /// Leave out dependencies that only a type checker sees
    #[arg(long)]
    no_type_only: bool,
    /// Which packages from elsewhere to show [default: none in drawings, all in json]
    #[arg(long, value_name = "WHICH", value_parser = PossibleValuesParser::new(Externals::ALL.map(Externals::as_str)))]
    externals: Option<String>,
    /// Write to this file, whole or not at all; `-` is the standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.doc)))
}

fn levels() -> PossibleValuesParser {
    PossibleValuesParser::new(Level::ALL.map(Level::as_str))
}

/// Writes the graph.
///
/// # Errors
/// The project cannot be read or holds no source; a pattern matches nothing; the output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let output = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let format = format(args.format.as_deref(), output)?;
    let Indexed { snapshot, analysis, .. } = args.input.index()?;
    let changed = args.input.changed(&snapshot, args.select.iter().map(String::as_str))?;
    let analysis = analysis.knowing(changed);
    let view = view(args, format, &snapshot, &analysis)?;
    let input = export::Input { snapshot: &snapshot, analysis: Some(&analysis), subgraph: &snapshot.project(&view) };
    let written = (format.write)(&input);
    if input.subgraph.nodes.is_empty() {
        super::note("nothing is selected: all of it is left out by the other options");
    }
    for note in &written.notes {
        super::note(note);
    }
    match output {
        Some(path) => output::write_file(path, written.text.as_bytes()),
        None => super::print(&written.text),
    }
}

fn format(name: Option<&str>, output: Option<&Path>) -> anyhow::Result<&'static Format> {
    if let Some(name) = name {
        return export::format_named(name).ok_or_else(|| anyhow!("--format {name}: no such format"));
    }
    let extension = output.and_then(Path::extension).and_then(|extension| extension.to_str());
    FORMATS.iter().find(|format| Some(format.extension) == extension).ok_or_else(|| {
        let names: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        anyhow!("the output's name does not say the format; give --format: {}", names.join(", "))
    })
}

fn view(args: &Args, format: &Format, snapshot: &Snapshot, analysis: &Analysis) -> anyhow::Result<View> {
    let level = args.level.as_deref().and_then(Level::named).unwrap_or(format.level);
    let mut view = (format.view)(level);
    for text in &args.select {
        let found = select("--select", text, snapshot, analysis)?;
        view.selection.extend(found.iter().map(|node| Chosen { node, whole: false }));
    }
    if view.selection.is_empty() && !args.fold.is_empty() {
        view.selection.push(Chosen { node: NodeId::ROOT, whole: false });
    }
    for pattern in &args.fold {
        let found = query::matching(snapshot, pattern).map_err(|message| anyhow!("--fold: {message}"))?;
        let folders = found.into_iter().filter(|node| snapshot.node(*node).kind != NodeKind::File);
        view.selection.extend(folders.map(|node| Chosen { node, whole: true }));
    }
    view.depth = args.depth;
    view.tests = !args.no_tests;
    view.type_only = !args.no_type_only;
    view.externals = args.externals.as_deref().and_then(Externals::named).unwrap_or(view.externals);
    Ok(view)
}
