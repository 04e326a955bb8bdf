//! The explorer: one reader of the graph among others, and the only one with a terminal.

use std::path::PathBuf;

/// A run of the explorer, as the command line asks for it.
#[derive(Debug, Clone)]
pub struct Session {
    /// The directory to explore.
    pub root: PathBuf,
    /// Keys to press as soon as the index is complete: `jj<enter><ctrl-d>`.
    pub keys: Option<String>,
    /// Draw one frame to stdout after the keys, without a terminal, and leave.
    pub print: Option<Print>,
    /// Columns and rows of the printed frame.
    pub size: (u16, u16),
    /// The theme's name; stronger than the configuration.
    pub theme: Option<String>,
    /// Whether the mouse is used; stronger than the configuration.
    pub mouse: Option<bool>,
    /// Whether facts are kept on disk between runs.
    pub cache: bool,
}

impl Session {
    /// An interactive run with the defaults.
    pub fn new(root: PathBuf) -> Self {
        Self { root, keys: None, print: None, size: (120, 40), theme: None, mouse: None, cache: true }
    }
}

/// How a frame is written to stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Print {
    /// Characters only.
    Text,
    /// A picture with the theme's colours.
    Svg,
}

/// Runs the explorer until the user leaves.
///
/// # Errors
/// The root cannot be read, the configuration or the keys are wrong, or there is no terminal to run on.
pub fn run(session: Session) -> anyhow::Result<()> {
    anyhow::bail!("{}: the explorer cannot run in this build; see `transom export`", session.root.display())
}
