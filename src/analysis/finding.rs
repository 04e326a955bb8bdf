//! What rules, smells and detectors have to say: one type, so that every reader (explorer, reports, checks) shows all of
//! them alike.

use std::borrow::Cow;
use std::sync::Arc;

use crate::facts::Name;
use crate::schema::Place;

/// One thing that is wrong or worth a look, with the lines that show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's name: lower case with hyphens, the same in every output.
    pub rule: Name,
    /// How much it matters.
    pub severity: Severity,
    /// What was found, in one sentence with the names of what it is about.
    pub message: String,
    /// The lines that show it, in the order in which they are best read. Never empty.
    pub evidence: Vec<Location>,
    /// What to do about it.
    pub help: Cow<'static, str>,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It breaks something, or a rule that the project set itself.
    Error,
    /// It is likely to be a mistake.
    Warning,
    /// It is worth knowing.
    Note,
}

impl Severity {
    /// The name in output; SARIF's levels are called the same.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A line of a file of the project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    /// Counted from 1; none for the file as a whole.
    pub line: Option<u32>,
}

impl std::fmt::Display for Location {
    /// `path:line`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.path),
            None => f.write_str(&self.path),
        }
    }
}

impl From<&Place> for Location {
    fn from(place: &Place) -> Self {
        Self { path: place.path.clone(), line: Some(place.line) }
    }
}

impl From<&Location> for Location {
    fn from(location: &Location) -> Self {
        location.clone()
    }
}
