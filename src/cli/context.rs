//! `transom context`: a digest of the project for somebody's prompt.

use anyhow::bail;

use super::input::{Input, select};
use crate::graph::NodeId;
use crate::index::Indexed;
use crate::report::{self, digest};
use crate::text::counted;

/// Print a ranked digest of the project for somebody's prompt: layout, running system, signatures, with paths and lines
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// Print at most about so many tokens
    #[arg(long, value_name = "N", default_value_t = 8000, value_parser = clap::value_parser!(u32).range(100..))]
    tokens: u32,
    /// Rank by what is near to what this query selects
    #[arg(long, value_name = "QUERY")]
    focus: Option<String>,
}

/// Indexes and prints the digest.
///
/// # Errors
/// The project cannot be read or holds no source; the query is none, or selects nothing.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let Indexed { snapshot, analysis, .. } = args.input.index()?;
    let focus: Vec<NodeId> = match &args.focus {
        Some(text) => {
            let selected = select("--focus", text, &snapshot, &analysis)?.leaves(&snapshot);
            let files: Vec<NodeId> = selected.into_iter().filter(|id| snapshot.node(*id).file.is_some()).collect();
            if files.is_empty() {
                bail!("--focus {text}: selects no file of the project")
            }
            files
        }
        None => Vec::new(),
    };
    let root = args.input.directory()?;
    let directory = root.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let name = report::name_of(&snapshot, &directory);
    let input = report::Input::new(&snapshot, &analysis, &name);
    let digest = digest::digest(&input, &focus, args.tokens as usize);
    let (told, all) = digest.files;
    if told < all {
        super::note(&format!(
            "{told} of {} with definitions; more with a larger --tokens",
            counted(all as u64, "file")
        ));
    }
    super::print(&digest.text)
}
