//! `transom export`: the graph, or a part of it, in another program's format.

mod system;

use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::input::{Input, select};
use crate::analysis::Analysis;
use crate::export::{self, FORMATS, Format, Output, system as running};
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
    /// What one box stands for; `symbol` is a definition (`src/a.py#Class.method`), or its file where that is not known;
    /// `system` is a component or channel of the running system, as `transom system` finds them
    #[arg(long, value_name = "L", value_parser = levels())]
    level: Option<String>,
    /// Show only what this query selects, in the simplest case a path or glob: files, folders with all they hold, or external
    /// packages such as `npm:react`; at the level of the system first names of components and channels, or globs of them
    /// (may be given several times)
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

/// The level that is no view of the dependency graph.
const SYSTEM: &str = "system";

fn formats() -> PossibleValuesParser {
    let of_code = FORMATS.iter().map(|format| (format.name, format.doc));
    let others = running::FORMATS.iter().filter(|format| export::format_named(format.name).is_none());
    let others = others.map(|format| (format.name, format.doc));
    PossibleValuesParser::new(of_code.chain(others).map(|(name, doc)| PossibleValue::new(name).help(doc)))
}

fn levels() -> PossibleValuesParser {
    PossibleValuesParser::new(Level::ALL.map(Level::as_str).into_iter().chain([SYSTEM]))
}

/// Writes the graph.
///
/// # Errors
/// The project cannot be read or holds no source; a pattern matches nothing; the output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let output = args.output.as_deref().filter(|path| *path != Path::new("-"));
    let format = format(args, output)?;
    let Indexed { snapshot, analysis, .. } = args.input.index()?;
    let changed = args.input.changed(&snapshot, args.select.iter().map(String::as_str))?;
    let analysis = analysis.knowing(changed);
    let written = match format {
        Asked::Code(format) => write(args, format, &snapshot, &analysis)?,
        Asked::System(format) => system::write(args, format, &snapshot, &analysis)?,
    };
    for note in &written.notes {
        super::note(note);
    }
    match output {
        Some(path) => output::write_file(path, written.text.as_bytes()),
        None => super::print(&written.text),
    }
}

fn write(args: &Args, format: &Format, snapshot: &Snapshot, analysis: &Analysis) -> anyhow::Result<Output> {
    let view = view(args, format, snapshot, analysis)?;
    let input = export::Input { snapshot, analysis: Some(analysis), subgraph: &snapshot.project(&view) };
    if input.subgraph.nodes.is_empty() {
        super::note("nothing is selected: all of it is left out by the other options");
    }
    Ok((format.write)(&input))
}

/// A format of the dependency graph or of the running system.
#[derive(Clone, Copy)]
enum Asked {
    Code(&'static Format),
    System(&'static running::Format),
}

/// The format that is asked for by name, else by the output's extension. One that only knows the running system implies that
/// level.
fn format(args: &Args, output: Option<&Path>) -> anyhow::Result<Asked> {
    let extension = output.and_then(Path::extension).and_then(|extension| extension.to_str());
    let is_meant = |name: &str, of: &str| args.format.as_deref().map_or(Some(of) == extension, |asked| asked == name);
    let of_code = FORMATS.iter().find(|format| is_meant(format.name, format.extension)).map(Asked::Code);
    let of_system = running::FORMATS.iter().find(|format| is_meant(format.name, format.extension)).map(Asked::System);
    let found = match args.level.as_deref() {
        Some(SYSTEM) => of_system,
        None => of_code.or(of_system),
        Some(level) => match (of_code, of_system) {
            (None, Some(_)) => bail!("this format knows only --level {SYSTEM}, not {level}"),
            (of_code, _) => of_code,
        },
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = running::FORMATS.iter().map(|format| format.name).collect();
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
