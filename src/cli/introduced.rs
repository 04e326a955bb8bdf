//! Since when there is a dependency, as commands print it.

use std::cmp::Reverse;

use serde_json::{Value, json};

use crate::graph::{EdgeId, Snapshot};
use crate::index::git::{Commit, Error};
use crate::index::introduced::{Introduced, Introductions};
use crate::text::sanitize;

/// Since when there is a dependency.
pub enum Origin {
    /// Since this commit.
    Commit(Box<Commit>),
    /// Since before the commits that are known, or by a merge.
    Earlier,
    /// No commit has it yet.
    Uncommitted,
}

impl Origin {
    /// Of any of some edges.
    ///
    /// # Errors
    /// An object is missing or damaged.
    pub fn of(introductions: &mut Introductions<'_>, snapshot: &Snapshot, edges: &[EdgeId]) -> Result<Self, Error> {
        let found = introductions.of(snapshot, edges)?;
        Self::new(introductions, found)
    }

    /// With the commit read.
    ///
    /// # Errors
    /// It is missing or damaged.
    pub fn new(introductions: &Introductions<'_>, found: Introduced) -> Result<Self, Error> {
        Ok(match found {
            Introduced::Earlier => Self::Earlier,
            Introduced::By(Reverse(index)) => Self::Commit(Box::new(introductions.commit(index)?)),
            Introduced::Uncommitted => Self::Uncommitted,
        })
    }

    /// For people.
    pub fn text(&self) -> String {
        match self {
            Self::Commit(commit) => sanitize(&commit.in_a_line()).into_owned(),
            Self::Earlier => "before the commits that were read, or a merge".to_owned(),
            Self::Uncommitted => "not committed yet".to_owned(),
        }
    }

    /// For programs: null where no commit is known.
    pub fn value(&self) -> Value {
        match self {
            Self::Commit(commit) => json!({
                "commit": commit.id.to_string(), "time": commit.time, "author": commit.author.name,
                "subject": commit.message.lines().next().unwrap_or_default(),
            }),
            Self::Earlier => json!(null),
            Self::Uncommitted => json!({"commit": null}),
        }
    }
}
