//! Git repositories: read without a git program, and without trusting them.
//!
//! [`Repository`] is a repository seen from one directory of its work tree, which is the root of all paths. It is opened
//! with nothing but its own configuration: no other configuration file, no `include`, no environment variable. Of that
//! configuration only what the format of the data needs is used. Nothing that it names is ever run: files are taken as
//! the objects hold them, without filters, text conversion, hooks or a monitor. Nothing is written and no network is
//! used, so what a shallow or partial clone has left out stays missing, and is said to be.
//!
//! Objects may come from other directories (`objects/info/alternates`), as with every git program: a clone that borrows
//! from its neighbour is common, and an object is only found there by somebody who knows its name already.
//!
//! History is built on [`Repository::walk`], which visits commits from the newest on, and on [`Differ`], which tells the
//! files that differ between two trees with renames followed. Both are for one thread: each thread makes its own.

mod changes;
mod commits;
mod error;
mod renames;
mod revision;
mod tree;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use gix::bstr::BString;

pub use changes::{Differ, FileChange};
pub use commits::{Commit, Person};
pub use error::Error;
pub use revision::{Base, Revision};
pub(super) use tree::{DEPTH_LIMIT, FILE_LIMIT, join};
pub use tree::{EntryKind, Objects, TreeEntry, TreeFile};

/// The most memory that is used for one object, in bytes: what unpacks to more is taken for an attack or for data.
const OBJECT_LIMIT: &str = "gitoxide.objects.allocLimit=268435456";

/// The name of an object: a hash of 20 or 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(gix::ObjectId);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Id {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let unknown = |_| Error::UnknownRevision { text: text.to_owned(), absence: error::Absence::Unknown };
        gix::ObjectId::from_hex(text.as_bytes()).map(Self).map_err(unknown)
    }
}

impl Id {
    /// The first digits, as people write it.
    pub fn short(&self) -> String {
        self.0.to_hex_with_len(9).to_string()
    }
}

/// A repository, seen from one directory of its work tree.
pub struct Repository {
    shared: gix::ThreadSafeRepository,
    /// The directory, as git writes it: relative to the work tree, with `/`, empty for all of it.
    prefix: BString,
    layout: Layout,
}

/// How a repository and its work tree are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A work tree with its `.git`.
    Checkout,
    /// A work tree beside the main one (`git worktree add`), which shares its objects.
    LinkedWorkTree,
    /// The work tree of a submodule, of which the data lies with the repository around it.
    Submodule,
    /// No work tree: only revisions can be read.
    Bare,
}

impl Repository {
    /// Opens the repository to which a directory belongs: its own, or that of a directory above.
    ///
    /// # Errors
    /// There is none, it is of a kind that is not read, or it cannot be read.
    pub fn open(directory: &Path) -> Result<Self, Error> {
        let shown = || directory.to_owned();
        let real = directory.canonicalize().map_err(|error| Error::opening(directory, &error))?;
        let shared = discover(&real).map_err(|error| match error.dominant_class() {
            Some(gix::error::Class::NotFound) => Error::NoRepository(shown()),
            _ => Error::opening(directory, &error),
        })?;
        let local = shared.to_thread_local();
        refuse_unknown_formats(&local, directory)?;
        let git = local.git_dir().canonicalize().map_err(|error| Error::opening(directory, &error))?;
        let (prefix, layout) = match local.workdir() {
            None if real == git => (PathBuf::new(), Layout::Bare),
            None => return Err(Error::InsideGit(shown())),
            Some(_) if real.starts_with(&git) => return Err(Error::InsideGit(shown())),
            Some(root) => {
                let root = root.canonicalize().map_err(|error| Error::opening(directory, &error))?;
                let prefix = real.strip_prefix(&root).map_err(|_| Error::OtherWorkTree(shown()))?;
                (prefix.to_owned(), layout_of(&local))
            }
        };
        let prefix = gix::path::into_bstr(prefix).map_err(|error| Error::opening(directory, &error))?;
        let prefix = gix::path::to_unix_separators_on_windows(prefix).into_owned();
        Ok(Self { shared, prefix, layout })
    }

    /// How it is laid out.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Whether its history is cut off somewhere, as by `git clone --depth`.
    pub fn is_shallow(&self) -> bool {
        self.local().is_shallow().unwrap_or(false)
    }

    /// Whether `HEAD` names a commit and no branch.
    pub fn is_detached(&self) -> bool {
        self.local().head().is_ok_and(|head| head.is_detached())
    }

    /// Whether a content is that of a blob.
    pub fn names(&self, content: &[u8], blob: Id) -> bool {
        gix::objs::compute_hash(blob.0.kind(), gix::object::Kind::Blob, content).is_ok_and(|id| id == blob.0)
    }

    /// A handle for this thread.
    fn local(&self) -> gix::Repository {
        self.shared.to_thread_local()
    }

    /// Why something is not there that should be, for the reader of an error.
    fn absence(&self) -> error::Absence {
        let local = self.local();
        if local.config_snapshot().string("extensions.partialClone").is_some() {
            error::Absence::PartialClone
        } else if self.is_shallow() {
            error::Absence::Shallow
        } else {
            error::Absence::Unknown
        }
    }
}

/// Looks for a repository at a directory and above it.
fn discover(directory: &Path) -> gix::Result<gix::ThreadSafeRepository> {
    let options = || gix::open::Options::isolated().config_overrides([OBJECT_LIMIT]);
    let trust = gix::sec::trust::Mapping { full: options(), reduced: options() };
    gix::ThreadSafeRepository::discover_opts(directory, gix::discover::upwards::Options::default(), trust)
}

/// References in a table are not read by the library: it would take the place that is kept for them for an empty branch.
fn refuse_unknown_formats(local: &gix::Repository, directory: &Path) -> Result<(), Error> {
    match local.config_snapshot().string("extensions.refStorage") {
        Some(storage) if storage != "files" => {
            Err(Error::Unsupported { directory: directory.to_owned(), what: format!("references kept as {storage}") })
        }
        _ => Ok(()),
    }
}

fn layout_of(local: &gix::Repository) -> Layout {
    match local.kind() {
        gix::repository::Kind::Common => Layout::Checkout,
        gix::repository::Kind::Submodule => Layout::Submodule,
        gix::repository::Kind::LinkedWorkTree => Layout::LinkedWorkTree,
    }
}
