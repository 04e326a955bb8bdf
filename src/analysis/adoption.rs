//! When technologies came into a project and when they left it, as its commits tell.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::history::End;

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The first digits of its name.
    pub commit: String,
    /// The day, by universal time: `2024-05-01`.
    pub date: String,
    /// In seconds since 1970.
    pub time: i64,
    /// The first line of its message. Unsanitised.
    pub subject: String,
}

/// How long a technology has been in a project.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Adoption {
    /// The oldest commit with a sign of it; none where the oldest commit that was read has one already.
    pub first: Option<Moment>,
    /// The newest commit that took its last sign away; none while there is one.
    pub gone: Option<Moment>,
}

/// Every technology of which some commit had a sign.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Adoptions {
    /// By name.
    pub of: BTreeMap<String, Adoption>,
    /// Of directories that were asked for the oldest commit that has each; none where that is not known.
    pub directories: BTreeMap<String, Moment>,
    /// Where the reading ended.
    pub end: End,
    /// The day of the oldest commit that was read.
    pub oldest: Option<String>,
}

impl Adoptions {
    /// Technologies of which there is no sign any more, the first to go first.
    pub fn gone(&self) -> Vec<(&str, &Adoption, &Moment)> {
        let gone = self.of.iter().filter_map(|(name, of)| Some((name.as_str(), of, of.gone.as_ref()?)));
        let mut gone: Vec<_> = gone.collect();
        gone.sort_by_key(|(name, _, gone)| (gone.time, *name));
        gone
    }
}
