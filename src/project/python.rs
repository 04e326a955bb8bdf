//! Python manifests.

use std::collections::BTreeMap;

use super::{ConfigFile, Project};
use crate::facts::Name;

/// A directory that is on the path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Root {
    /// Relative to the project's root.
    pub directory: Box<str>,
    /// Where the directory is itself a package under another name: the package's dotted name.
    pub package: Option<Name>,
}

/// What the resolver needs beyond packages.
#[derive(Debug, Default)]
pub struct Manifests {
    /// Sorted, without repetition.
    pub roots: Vec<Root>,
    /// Every distribution in a lock file, by normalised name, with its version.
    pub locked: BTreeMap<Name, Name>,
}

/// A distribution's name as registries compare it: lower case, runs of `-`, `_` and `.` as one hyphen.
pub fn normalised(name: &str) -> Name {
    let mut normalised = Name::default();
    for part in name.split(['-', '_', '.']).filter(|part| !part.is_empty()) {
        if !normalised.is_empty() {
            normalised.push('-');
        }
        normalised.extend(part.chars().flat_map(char::to_lowercase));
    }
    normalised
}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "pyproject.toml")
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let _ = (configs, project);
}
