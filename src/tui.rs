//! The explorer: one reader of the graph among others, and the only one with a terminal.
//!
//! ```text
//! keys, mouse  -> app -> action -> overlay, else focused pane -> outcome -> cursor -> all panes follow
//! index, reader, thinker, writer -> app -> model -> panes refresh                -> effects -> effect.rs, in one place
//! ```
//!
//! Actions (`action.rs`) and keys (`assets/keymap.toml`) are tables; the palette, the help screen, the hints and the
//! README's key table are made from them.

mod action;
mod app;
mod compare;
mod draw;
mod effect;
mod export;
mod key;
mod keymap;
mod layout;
mod list;
mod model;
mod overlays;
mod panes;
mod picture;
mod reader;
mod run;
mod script;
mod search;
mod terminal;
mod theme;
mod think;
mod write;

use std::path::PathBuf;

use anyhow::Context as _;

use crate::config::{self, Config};
use crate::index::{Indexer, Options};
use app::App;
use key::Key;
use keymap::Keymap;
use model::Model;
use theme::Theme;

pub use script::Headless;

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
    /// No colours whatever the theme; from `NO_COLOR` unless set otherwise (<https://no-color.org>).
    pub no_color: bool,
    /// Whether the mouse is used; stronger than the configuration.
    pub mouse: Option<bool>,
    /// Whether facts are kept on disk between runs.
    pub cache: bool,
    /// The configuration; where there is none, the user's and the project's files are read.
    pub config: Option<Config>,
}

impl Session {
    /// An interactive run with the defaults.
    pub fn new(root: PathBuf) -> Self {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            root,
            keys: None,
            print: None,
            size: (120, 40),
            theme: None,
            no_color,
            mouse: None,
            cache: true,
            config: None,
        }
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

/// What a run needs before it begins.
struct Setup {
    root: PathBuf,
    app: App,
    options: Options,
    keys: Vec<Key>,
    editor: effect::Editor,
    mouse: bool,
}

impl Setup {
    fn new(session: &Session) -> anyhow::Result<Self> {
        let cannot_read = || format!("{}: cannot be read", session.root.display());
        std::fs::read_dir(&session.root).with_context(cannot_read)?;
        let root = session.root.canonicalize().with_context(cannot_read)?;
        let config = match &session.config {
            Some(config) => config.clone(),
            None => config::load(&root)?,
        };
        let keys = Key::parse_script(session.keys.as_deref().unwrap_or_default()).map_err(anyhow::Error::msg)?;
        let mouse = session.mouse.or(config.mouse).unwrap_or(true);
        let options =
            Options { cache: session.cache, watch: true, exclude: config.exclude.clone(), ..Options::default() };
        let editor = effect::Editor::find(config.editor.as_deref());
        let theme = Theme::load(&config, session.theme.as_deref(), session.no_color)?;
        let keymap = Keymap::load(&config)?;
        let name = root.file_name().unwrap_or_default().to_string_lossy();
        let app = App::new(Model::new(&name, theme), keymap, config, mouse);
        Ok(Self { root, app, options, keys, editor, mouse })
    }
}

/// Runs the explorer until the user leaves, or prints one frame.
///
/// # Errors
/// The root cannot be read, the configuration or the keys are wrong, or there is no terminal to run on.
pub fn run(session: Session) -> anyhow::Result<()> {
    if let Some(print) = session.print {
        let mut headless = Headless::open(&session)?;
        headless.press(session.keys.as_deref().unwrap_or_default())?;
        std::io::Write::write_all(&mut std::io::stdout().lock(), headless.print(print).as_bytes())?;
        return Ok(());
    }
    let Setup { root, app, options, keys, editor, mouse } = Setup::new(&session)?;
    let (indexer, messages) = Indexer::start(root.clone(), options);
    let reader = reader::Reader::start(root.clone());
    let thinker = think::Thinker::start(root.clone());
    let writer = write::Writer::start();
    let left = run::Run { app, reader, thinker, writer, indexer, messages, keys, editor }.run(&root, mouse)?;
    if let Some(steps) = left {
        std::io::Write::write_all(&mut std::io::stdout().lock(), steps.as_bytes())?;
    }
    Ok(())
}

/// The key table of the README, in Markdown: every action with its default keys.
pub fn key_table_markdown() -> String {
    keymap::markdown()
}
