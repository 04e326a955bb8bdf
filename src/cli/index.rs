//! `transom index`: builds the index and says what is in it.

use super::input::Input;

/// Build or refresh the index and print a summary.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
}

/// Indexes and prints the summary.
///
/// # Errors
/// The project cannot be read or holds no source.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let snapshot = args.input.snapshot()?;
    let files = snapshot.sources.files.iter().filter(|file| file.language.is_some()).count();
    super::print(&format!(
        "{} files in known languages, {} dependencies, {} unresolved imports\n",
        files,
        snapshot.edges().len(),
        snapshot.unresolved().len()
    ))
}
