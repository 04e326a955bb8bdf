//! `transom export`: the graph in another program's format.

use super::input::Input;

/// Write the graph, or a part of it, in another program's format.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// The format
    #[arg(long, value_name = "F")]
    format: String,
    /// What one node stands for
    #[arg(long)]
    level: Option<String>,
}

/// Writes the graph.
///
/// # Errors
/// The project cannot be read or holds no source; the output cannot be written.
pub fn run(args: &Args) -> anyhow::Result<()> {
    super::print(&crate::export::jsonl(&*args.input.snapshot()?))
}
