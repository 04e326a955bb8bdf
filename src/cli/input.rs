//! What every subcommand that reads a project takes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};

use crate::graph::Snapshot;
use crate::index::{self, Indexed, Options};
use crate::lang::LANGUAGES;

/// A project and how to read it.
#[derive(Debug, clap::Args)]
pub struct Input {
    /// The project's directory
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Parse everything again and leave nothing on disk
    #[arg(long)]
    no_cache: bool,
    /// Leave out paths that match, beside what the ignore files leave out (may be given several times)
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
}

impl Input {
    /// How to index it.
    pub fn options(&self) -> Options {
        Options { cache: !self.no_cache, exclude: self.exclude.clone(), ..Options::default() }
    }

    /// Indexes it once.
    ///
    /// # Errors
    /// As [`directory`]; also where there is no file of a known language.
    pub fn snapshot(&self) -> anyhow::Result<Arc<Snapshot>> {
        Ok(self.index()?.snapshot)
    }

    /// As [`Self::snapshot`], with all that is known of the round.
    ///
    /// # Errors
    /// As [`Self::snapshot`].
    pub fn index(&self) -> anyhow::Result<Indexed> {
        let indexed = index::index_and_report(&directory(&self.path)?, &self.options())?;
        if let Some(warning) = &indexed.warning {
            super::note(warning);
        }
        require_sources(&self.path, &indexed.snapshot)?;
        Ok(indexed)
    }
}

/// A project's directory as an absolute path.
///
/// # Errors
/// It is missing, no directory, or cannot be read.
pub fn directory(path: &Path) -> anyhow::Result<PathBuf> {
    let shown = path.display();
    let root = match path.canonicalize() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            bail!("{shown}: no such directory; give the directory of a project")
        }
        other => other.with_context(|| format!("{shown}: cannot be opened"))?,
    };
    if !root.is_dir() {
        bail!("{shown}: not a directory; give the directory of a project")
    }
    std::fs::read_dir(&root).with_context(|| format!("{shown}: cannot be read"))?;
    Ok(root)
}

/// Refuses a project in which there is nothing to show.
///
/// # Errors
/// No file is of a known language; the message says what was looked for.
fn require_sources(path: &Path, snapshot: &Snapshot) -> anyhow::Result<()> {
    let files = &snapshot.sources.files;
    if files.iter().any(|file| file.language.is_some()) {
        return Ok(());
    }
    let mut labels: Vec<&str> = LANGUAGES.iter().map(|language| language.label).collect();
    labels.dedup();
    let found = match files.len() {
        0 => "no files".to_owned(),
        1 => "1 file, and it is not in a known language".to_owned(),
        several => format!("{several} files, none in a known language"),
    };
    bail!("{}: {found}; looked for {}, leaving out what the ignore files leave out", path.display(), labels.join(", "))
}
