//! Lock files: the version of every distribution that an installation gets.

use serde::Deserialize;

use super::super::ConfigFile;
use super::{Fault, normalised};
use crate::facts::Name;

/// Whether a file of this name is a lock file that is read here.
pub(super) fn is_lock(file_name: &str) -> bool {
    matches!(file_name, "uv.lock" | "poetry.lock" | "pdm.lock" | "pylock.toml" | "Pipfile.lock")
}

#[derive(Deserialize)]
struct Lock {
    #[serde(default, alias = "packages")]
    package: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: Name,
    version: Option<Name>,
}

#[derive(Deserialize)]
struct Pipfile {
    #[serde(default)]
    default: std::collections::BTreeMap<Name, PipfileEntry>,
    #[serde(default)]
    develop: std::collections::BTreeMap<Name, PipfileEntry>,
}

#[derive(Deserialize)]
struct PipfileEntry {
    version: Option<Name>,
}

/// Distributions by normalised name with their versions.
///
/// # Errors
/// The line, if known, and what is wrong.
pub(super) fn read(config: &ConfigFile) -> Result<Vec<(Name, Name)>, Fault> {
    if config.file_name() == "Pipfile.lock" {
        let lock: Pipfile =
            serde_json::from_str(&config.text).map_err(|error| (Some(error.line() as u32), error.to_string()))?;
        let versions = lock.default.into_iter().chain(lock.develop).filter_map(|(name, entry)| {
            let version = entry.version?;
            Some((normalised(&name), version.trim_start_matches('=').into()))
        });
        return Ok(versions.collect());
    }
    let lock: Lock = toml::from_str(&config.text).map_err(|error| super::pyproject::problem(&config.text, &error))?;
    Ok(lock.package.into_iter().filter_map(|entry| Some((normalised(&entry.name), entry.version?))).collect())
}
