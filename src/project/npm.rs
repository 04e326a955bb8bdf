//! npm manifests.

use super::{ConfigFile, Project};

/// What the resolver needs beyond packages.
#[derive(Debug, Default)]
pub struct Manifests {}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "package.json")
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let _ = (configs, project);
}
