//! `transom [PATH]`: the explorer, or one frame of it.

use std::io::IsTerminal as _;
use std::path::PathBuf;

use anyhow::bail;

use crate::tui::{self, Print, Session};

/// The explorer's flags.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The project's directory
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Parse everything again and leave nothing on disk
    #[arg(long)]
    no_cache: bool,
    /// The theme, in place of the configured one
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    /// Leave the mouse to the terminal
    #[arg(long)]
    no_mouse: bool,
    /// Keys to press as soon as the index is complete, as in `jj<enter>`
    #[arg(long)]
    keys: Option<String>,
    /// Run without a terminal: print one frame, after the keys, and leave
    #[arg(long, value_name = "AS", value_enum)]
    print: Option<Picture>,
    /// Columns and rows of the printed frame
    #[arg(long, requires = "print", value_name = "WxH", default_value = "120x40", value_parser = size)]
    size: (u16, u16),
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Picture {
    /// Characters only
    Text,
    /// A picture with the theme's colours
    Svg,
}

fn size(text: &str) -> Result<(u16, u16), String> {
    text.split_once('x')
        .and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)))
        .filter(|(width, height)| (1..=1000).contains(width) && (1..=1000).contains(height))
        .ok_or_else(|| "columns and rows from 1 to 1000, as in 120x40".to_owned())
}

/// Opens the explorer.
///
/// # Errors
/// The project cannot be read, or there is no terminal to draw on.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let root = super::input::directory(&args.path)?;
    if args.print.is_none() && !(std::io::stdin().is_terminal() && std::io::stdout().is_terminal()) {
        bail!(
            "the explorer needs a terminal; without one use `transom index`, `transom export`, or `--print text` for a frame"
        )
    }
    tui::run(Session {
        keys: args.keys.clone(),
        print: args.print.map(|picture| match picture {
            Picture::Text => Print::Text,
            Picture::Svg => Print::Svg,
        }),
        size: args.size,
        theme: args.theme.clone(),
        mouse: args.no_mouse.then_some(false),
        cache: !args.no_cache,
        ..Session::new(root)
    })
}
