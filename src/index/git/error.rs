//! Why something could not be read from a repository: each in one line that says what to do where that is known.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Id;

/// Why something could not be read from a repository.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No directory above has a repository.
    #[error("{}: not in a git repository (there is no .git here or above)", .0.display())]
    NoRepository(PathBuf),
    /// The directory belongs to git's own data.
    #[error("{}: inside the data of a git repository; give the directory of a work tree", .0.display())]
    InsideGit(PathBuf),
    /// The configuration puts the work tree elsewhere.
    #[error("{}: the repository's configuration says that its work tree is elsewhere", .0.display())]
    OtherWorkTree(PathBuf),
    /// A format that is not read.
    #[error("{}: a git repository with {what}, which is not supported", .directory.display())]
    Unsupported {
        /// As it was given.
        directory: PathBuf,
        /// The format.
        what: String,
    },
    /// It is there but cannot be opened.
    #[error("{}: the git repository cannot be opened: {why}", .directory.display())]
    Opening {
        /// As it was given.
        directory: PathBuf,
        /// What the library says.
        why: String,
    },
    /// `HEAD` names a branch without a commit.
    #[error("{0}: there is no commit yet")]
    Unborn(String),
    /// No commit has this name.
    #[error("{text}: no such revision{absence}")]
    UnknownRevision {
        /// As it was given.
        text: String,
        /// Why it may be missing.
        absence: Absence,
    },
    /// The name is that of something else.
    #[error("{text}: is a {kind}, not a commit")]
    NotACommit {
        /// As it was given.
        text: String,
        /// What it names.
        kind: String,
    },
    /// The project's directory is not in that revision.
    #[error("{revision}: has no directory {directory}")]
    NoDirectory {
        /// As it was given.
        revision: String,
        /// Relative to the work tree.
        directory: String,
    },
    /// Two commits have no common history.
    #[error("{0} and {1}: have no commit in common{2}")]
    NoMergeBase(String, String, Absence),
    /// An object is missing.
    #[error("object {id} is missing{absence}")]
    Missing {
        /// Its name.
        id: Id,
        /// Why it may be missing.
        absence: Absence,
    },
    /// An object is damaged, or something else went wrong.
    #[error("the git repository cannot be read: {0}")]
    Corrupt(String),
    /// More than any checkout could hold.
    #[error("{0}: more files than can be read, or folders too deep")]
    TooLarge(String),
}

impl Error {
    pub(super) fn opening(directory: &Path, error: &impl fmt::Display) -> Self {
        Self::Opening { directory: directory.to_owned(), why: one_line(error) }
    }

    pub(super) fn corrupt(error: &impl fmt::Display) -> Self {
        Self::Corrupt(one_line(error))
    }
}

/// A library's error with its causes, in one line.
fn one_line(error: &impl fmt::Display) -> String {
    format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why something may be missing from a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absence {
    /// The history was cut off when it was cloned.
    Shallow,
    /// Files were left out when it was cloned.
    PartialClone,
    /// Nothing is known that would explain it.
    Unknown,
}

impl fmt::Display for Absence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shallow => "; this is a shallow clone: `git fetch --unshallow` gets the rest",
            Self::PartialClone => "; this is a partial clone: a checkout of that revision gets it",
            Self::Unknown => "",
        })
    }
}
