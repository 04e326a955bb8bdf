//! What every subcommand that reads a project takes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow, bail};

use crate::analysis::adoption::Adoptions;
use crate::analysis::history::{End, Log};
use crate::analysis::{Analysis, Changed};
use crate::check::Rules;
use crate::config;
use crate::graph::Snapshot;
use crate::index::about;
use crate::index::adoption::adoptions;
use crate::index::git::Repository;
use crate::index::history::history_of;
use crate::index::introduced::Introductions;
use crate::index::{self, Indexed, Now, Options};
use crate::lang::LANGUAGES;
use crate::query::{self, NodeSet, Query};
use crate::text::counted;

/// A project and how to read it.
#[derive(Debug, clap::Args)]
pub struct Input {
    /// The project's directory
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    reading: Reading,
}

/// How a project is read.
#[derive(Debug, clap::Args)]
pub struct Reading {
    #[command(flatten)]
    how: How,
    /// Read a git revision (a branch, a tag, an id, `HEAD~2`) instead of the work tree
    #[arg(long, value_name = "REV")]
    rev: Option<String>,
}

/// How a project is read in any state.
#[derive(Debug, clap::Args)]
pub struct How {
    /// Parse everything again and leave nothing on disk
    #[arg(long)]
    no_cache: bool,
    /// Leave out paths that match, beside what the ignore files leave out (may be given several times)
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
}

/// How a command ended that looks for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// There is nothing that it should say by its exit code.
    Done,
    /// It found what it looks for: exit code 1.
    Findings,
}

impl Input {
    /// The project's directory as an absolute path.
    ///
    /// # Errors
    /// As [`directory`].
    pub fn directory(&self) -> anyhow::Result<PathBuf> {
        directory(&self.path)
    }

    /// Indexes it once.
    ///
    /// # Errors
    /// As [`directory`]; also where there is no file of a known language.
    pub fn snapshot(&self) -> anyhow::Result<Arc<Snapshot>> {
        self.reading.snapshot(&self.path)
    }

    /// As [`Self::snapshot`], with all that is known of the round.
    ///
    /// # Errors
    /// As [`Self::snapshot`].
    pub fn index(&self) -> anyhow::Result<Indexed> {
        self.reading.index(&self.path)
    }

    /// As [`Reading::changed`].
    ///
    /// # Errors
    /// As there.
    pub fn changed<'t>(
        &self,
        snapshot: &Snapshot,
        texts: impl IntoIterator<Item = &'t str>,
    ) -> anyhow::Result<Changed> {
        self.reading.changed(&self.path, snapshot, texts)
    }

    /// What the rules of the project ask about revisions.
    ///
    /// # Errors
    /// There is no repository, or no such revision, or it cannot be read; the error names the rule's line and key.
    pub fn changed_for(&self, rules: &Rules, snapshot: &Snapshot) -> anyhow::Result<Changed> {
        let mut changed = Changed::new();
        for revision in rules.revisions() {
            let found = self.reading.changed_since(&self.path, snapshot, &revision.value);
            changed.insert(revision.value.clone(), found.map_err(|error| revision.error(format!("{error:#}")))?);
        }
        Ok(changed)
    }

    /// The texts of files of the project whose paths are wanted.
    pub fn texts(&self, snapshot: &Snapshot, is_wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        let Ok(root) = self.directory() else { return Vec::new() };
        match self.reading.rev.as_deref() {
            None => about::texts(&about::From::WorkTree(&root), snapshot, is_wanted),
            Some(rev) => Repository::open(&root).map_or_else(
                |_| Vec::new(),
                |repository| about::texts(&about::From::Revision(&repository, rev), snapshot, is_wanted),
            ),
        }
    }

    /// When technologies came and went, up to the revision that is read; none where there is no history.
    pub fn adoptions(&self, snapshot: &Snapshot) -> Option<Arc<Adoptions>> {
        let options = Options { cache: !self.reading.how.no_cache, ..Options::default() };
        // Why there is none was said when the commits were asked for.
        let rev = self.reading.rev.as_deref().unwrap_or("HEAD");
        let sources = snapshot.system.nodes.iter().filter_map(|component| component.directory.as_deref());
        let sources: BTreeSet<String> = sources.filter(|path| !path.is_empty()).map(str::to_owned).collect();
        adoptions(&self.directory().ok()?, &options, rev, &Vec::from_iter(sources)).ok()
    }

    /// The project's commits; none, with a note why, where they cannot be read.
    pub fn history(&self) -> Option<Arc<Log>> {
        self.reading.history(&self.path)
    }

    /// The project's path as it was given, and how it is read.
    pub fn parts(&self) -> (&Path, &Reading) {
        (&self.path, &self.reading)
    }
}

impl How {
    /// What the flags ask for, on top of what the user's and the project's configuration leave out.
    ///
    /// # Errors
    /// A configuration file cannot be read.
    pub fn options(&self, root: &Path) -> anyhow::Result<Options> {
        let mut exclude = config::load(root)?.exclude;
        exclude.extend(self.exclude.iter().cloned());
        Ok(Options { cache: !self.no_cache, exclude, ..Options::default() })
    }
}

impl Reading {
    /// A project's commits up to the revision that is read; none, with a note why, where they cannot be read.
    pub fn history(&self, path: &Path) -> Option<Arc<Log>> {
        let options = Options { cache: !self.how.no_cache, ..Options::default() };
        let root = directory(path).ok()?;
        match history_of(&root, &options, self.rev.as_deref().unwrap_or("HEAD")) {
            Ok(log) => {
                if log.end == End::Shallow {
                    super::note("the history is cut off: this is a shallow clone");
                }
                if log.uncounted > 0 {
                    let changes = counted(log.uncounted, "change");
                    super::note(&format!(
                        "the lines of {changes} are not counted: their contents are missing, as in a partial clone"
                    ));
                }
                Some(log)
            }
            Err(error) => {
                super::note(&format!("no history: {error}"));
                None
            }
        }
    }

    /// A repository for [`Self::introductions`].
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn repository(&self, path: &Path) -> anyhow::Result<Repository> {
        Ok(Repository::open(path)?)
    }

    /// What finds the commits that brought dependencies, among those up to the revision that is read.
    ///
    /// # Errors
    /// There is no commit, or the history cannot be read.
    pub fn introductions<'r>(&self, path: &Path, repository: &'r Repository) -> anyhow::Result<Introductions<'r>> {
        let options = Options { cache: !self.how.no_cache, ..Options::default() };
        let revision = self.rev.as_deref().unwrap_or("HEAD");
        let log = history_of(&directory(path)?, &options, revision)?;
        Ok(Introductions::new(repository, log, revision)?)
    }

    /// What the queries among some texts ask about revisions. A text that is no query is left to who reads it.
    ///
    /// # Errors
    /// There is no repository, or no such revision, or it cannot be read.
    pub fn changed<'t>(
        &self,
        path: &Path,
        snapshot: &Snapshot,
        texts: impl IntoIterator<Item = &'t str>,
    ) -> anyhow::Result<Changed> {
        let mut changed = Changed::new();
        for query in texts.into_iter().filter_map(|text| Query::parse(text).ok()) {
            for text in query.revisions() {
                changed.insert(text.to_owned(), self.changed_since(path, snapshot, text)?);
            }
        }
        Ok(changed)
    }

    /// The files that changed between a revision and what is read.
    fn changed_since(&self, path: &Path, snapshot: &Snapshot, text: &str) -> anyhow::Result<BTreeSet<Arc<str>>> {
        let root = directory(path)?;
        let Some(rev) = &self.rev else { return Ok(index::changed_since(&root, text, snapshot)?) };
        let repository = Repository::open(path)?;
        Ok(index::changed(&repository, &repository.resolve(text)?, Now::Revision(&repository.resolve(rev)?))?)
    }

    /// Indexes a project once.
    ///
    /// # Errors
    /// As [`Input::snapshot`].
    pub fn snapshot(&self, path: &Path) -> anyhow::Result<Arc<Snapshot>> {
        Ok(self.index(path)?.snapshot)
    }

    /// As [`Self::snapshot`], with all that is known of the round.
    ///
    /// # Errors
    /// As [`Input::snapshot`].
    pub fn index(&self, path: &Path) -> anyhow::Result<Indexed> {
        let root = directory(path)?;
        let options = self.how.options(&root)?;
        let indexed = match &self.rev {
            None => index::index_and_report(&root, &options)?,
            Some(rev) => {
                let repository = Arc::new(Repository::open(path)?);
                let revision = repository.resolve(rev)?;
                index::index_revision(&root, &options, repository, &revision)?
            }
        };
        if let Some(warning) = &indexed.warning {
            super::note(warning);
        }
        require_sources(path, &indexed.snapshot)?;
        Ok(indexed)
    }
}

/// Splits what follows a subcommand into the project's directory and the words after it: the first of more than `words`
/// words is the directory.
pub fn split(given: &[String], words: usize) -> (&Path, &[String]) {
    match given {
        [path, rest @ ..] if given.len() > words => (Path::new(path), rest),
        _ => (Path::new("."), given),
    }
}

/// What a query selects.
///
/// # Errors
/// It is no query, or selects nothing; the message begins with what asked for it.
pub fn select(asked_by: &str, text: &str, snapshot: &Snapshot, analysis: &Analysis) -> anyhow::Result<NodeSet> {
    let found = query::select(text, snapshot, analysis).map_err(|error| anyhow!("{asked_by} {text}: {error}"))?;
    if found.is_empty() {
        bail!("{asked_by} {text}: selects nothing")
    }
    Ok(found)
}

/// How a command prints its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
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
    if files.iter().any(|file| file.language.is_some()) || !snapshot.system.nodes.is_empty() {
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
