//! What the walk found and did not read: it is beside the graph, so that nothing is left out silently.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A file or directory that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    /// Why.
    pub reason: SkipReason,
}

/// Why something was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SkipReason {
    /// A symbolic link out of the root, to nothing, or to what holds no source file that a link's path could name.
    SymbolicLink,
    /// A pipe, socket or device: never opened.
    SpecialFile,
    /// A directory into which a package manager or build tool writes other people's code.
    DependencyDirectory,
    /// Left out by the configuration's `exclude`.
    Excluded,
    /// It could not be opened or listed.
    Unreadable,
    /// A source file larger than what is parsed: it has a node, but was not parsed.
    TooLarge,
    /// A source file by its name, but with NUL bytes: it has a node, but was not parsed.
    Binary,
    /// Minified code: it has a node, but was not parsed.
    Minified,
    /// The extraction of its facts broke off: it has a node, but no dependencies.
    Failed,
    /// In a revision: a submodule of which that state is not here.
    Submodule,
}

impl SkipReason {
    /// Every reason, in the order of output.
    pub const ALL: [Self; 10] = [
        Self::SymbolicLink,
        Self::SpecialFile,
        Self::DependencyDirectory,
        Self::Excluded,
        Self::Unreadable,
        Self::TooLarge,
        Self::Binary,
        Self::Minified,
        Self::Failed,
        Self::Submodule,
    ];

    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SymbolicLink => "symbolic-link",
            Self::SpecialFile => "special-file",
            Self::DependencyDirectory => "dependency-directory",
            Self::Excluded => "excluded",
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too-large",
            Self::Binary => "binary",
            Self::Minified => "minified",
            Self::Failed => "failed",
            Self::Submodule => "submodule",
        }
    }
}
