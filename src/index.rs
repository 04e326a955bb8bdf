//! From a directory to snapshots: the only module that reads the project.
//!
//! [`Indexer`] owns a thread that walks, parses, watches, and sends [`Message`]s; [`index_once`] does the first round of
//! the same work and returns.

pub mod about;
pub mod adoption;
mod assemble;
mod cache;
mod change;
pub mod git;
pub mod history;
mod ignores;
pub mod introduced;
mod links;
mod live;
mod load;
mod mark;
mod origin;
mod path;
mod preview;
mod report;
mod revision;
mod since;
mod stat;
mod state;
mod store;
mod tracked;
mod walk;
mod watch;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};

pub use assemble::{FileInput, from_memory};
pub use preview::{PREVIEW_LIMIT, read_source};
pub use report::{LanguageCount, Report, SkipReason, Skipped, Timings};
pub use since::{Now, changed, changed_since, renames};

use live::Command;

use crate::analysis::Analysis;
use crate::graph::Snapshot;

/// The largest source file that is parsed, in bytes.
pub const PARSE_LIMIT: u64 = 4 << 20;

/// How to index.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether facts are kept on disk between runs.
    pub cache: bool,
    /// Whether to go on after the first round and follow the file system.
    pub watch: bool,
    /// Globs of paths to leave out, beside the ignore files (`exclude` in the project's configuration).
    pub exclude: Vec<String>,
    /// Where caches are kept, if not in `TRANSOM_CACHE_DIR` or below the user's cache directory.
    pub cache_directory: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self { cache: true, watch: false, exclude: Vec::new(), cache_directory: None }
    }
}

/// What the indexer tells its owner.
#[derive(Clone)]
pub enum Message {
    /// How far the running round is.
    Progress(Progress),
    /// A new state of the graph.
    Update(Update),
    /// Something the user should know once: no cache can be written, the watch is lost and why.
    Warning(String),
    /// The root cannot be read (any more): one line.
    Failed(String),
}

/// A state of the graph.
#[derive(Clone)]
pub struct Update {
    /// Counts up with each update.
    pub revision: u64,
    /// The graph.
    pub snapshot: Arc<Snapshot>,
    /// Its metrics, cycles and risks.
    pub analysis: Arc<Analysis>,
    /// False for the partial states that the first round publishes (the tree after the walk, then more and more edges).
    pub complete: bool,
    /// What it changed against the last complete state; none for the first round.
    pub change: Option<Change>,
    /// What was read and what was not.
    pub report: Arc<Report>,
}

/// What one refresh changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Change {
    /// Files that are new.
    pub files_added: usize,
    /// Files whose content changed.
    pub files_changed: usize,
    /// Files that are gone.
    pub files_removed: usize,
    /// Dependencies (source, target, kind) that are new.
    pub edges_gained: usize,
    /// Dependencies that are gone.
    pub edges_lost: usize,
    /// Cycles (by their set of members) that are new.
    pub cycles_gained: usize,
    /// Cycles that are gone.
    pub cycles_lost: usize,
    /// From the first event of the batch being handled to the snapshot.
    pub elapsed: Duration,
}

/// How far a round is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub stage: Stage,
    /// Files that are parsed or came from the cache.
    pub files_done: usize,
    /// All files that are to be parsed; grows while walking.
    pub files_total: usize,
    /// Bytes of the files done.
    pub bytes_done: u64,
    /// Bytes of all.
    pub bytes_total: u64,
    /// Since the round began.
    pub elapsed: Duration,
}

/// What the indexer is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Finding files.
    Walking,
    /// Parsing them.
    Parsing,
    /// Resolving dependencies and building the graph.
    Resolving,
    /// Waiting for changes.
    Ready,
}

/// A running indexer. Dropping it stops the thread without waiting for it.
pub struct Indexer {
    commands: Sender<Command>,
    stop: Arc<AtomicBool>,
}

impl Indexer {
    /// Starts indexing a directory. Messages arrive in order; the first complete update ends the first round.
    pub fn start(root: PathBuf, options: Options) -> (Self, Receiver<Message>) {
        let (commands, inbox) = unbounded();
        let (outbox, messages) = unbounded();
        let stop = Arc::new(AtomicBool::new(false));
        let indexer = Self { commands: commands.clone(), stop: stop.clone() };
        std::thread::spawn(move || live::run(&root, &options, &live::Channels { commands, inbox, outbox, stop }));
        (indexer, messages)
    }

    /// Walks everything again, as if an overflow of the watch had happened.
    pub fn rescan(&self) {
        // The thread may be gone after a failure that it has reported: then there is nothing to do.
        let _ = self.commands.send(Command::Rescan);
    }
}

impl Drop for Indexer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // As above.
        let _ = self.commands.send(Command::Stop);
    }
}

/// What [`index_and_report`] found.
pub struct Indexed {
    /// The graph.
    pub snapshot: Arc<Snapshot>,
    /// Its metrics, cycles and risks.
    pub analysis: Arc<Analysis>,
    /// What was read and what was not.
    pub report: Report,
    /// Something the user should know: that no cache can be written.
    pub warning: Option<String>,
}

/// Indexes a directory once.
///
/// # Errors
/// The root cannot be read, or a glob of the options is malformed.
pub fn index_once(root: &Path, options: &Options) -> anyhow::Result<Arc<Snapshot>> {
    Ok(index_and_report(root, options)?.snapshot)
}

/// Indexes a directory once and tells what was read.
///
/// # Errors
/// The root cannot be read, or a glob of the options is malformed.
pub fn index_and_report(root: &Path, options: &Options) -> anyhow::Result<Indexed> {
    let (built, warning) = state::index_once(root, options)?;
    Ok(Indexed { snapshot: built.snapshot, analysis: built.analysis, report: built.report, warning })
}

/// As [`index_and_report`], of a revision of the repository that holds the directory. What is left out, and what the
/// project is called, is as for the directory.
///
/// # Errors
/// Also where the revision cannot be read, or has no such directory.
pub fn index_revision(
    root: &Path,
    options: &Options,
    repository: Arc<git::Repository>,
    revision: &git::Revision,
) -> anyhow::Result<Indexed> {
    let (built, warning) = state::index_revision(root, options, repository, revision)?;
    Ok(Indexed { snapshot: built.snapshot, analysis: built.analysis, report: built.report, warning })
}
