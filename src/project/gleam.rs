//! `gleam.toml` and `manifest.toml`.

use toml::Table;

use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Problem, Project};
use crate::facts::Name;

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "gleam.toml" | "manifest.toml")
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let locks = configs.iter().filter(|config| config.file_name() == "manifest.toml");
    let locks: Vec<(&str, Table)> =
        locks.filter_map(|lock| Some((lock.directory(), lock.text.parse().ok()?))).collect();
    for config in configs.iter().filter(|config| config.file_name() == "gleam.toml") {
        let manifest: Table = match config.text.parse() {
            Ok(manifest) => manifest,
            Err(error) => {
                let error: toml::de::Error = error;
                let message = error.message().to_owned();
                project.problems.push(Problem { path: config.path.clone(), line: None, message });
                continue;
            }
        };
        let text = |key: &str| manifest.get(key).and_then(|value| value.as_str()).map(Name::from);
        let lock = locks.iter().find(|(directory, _)| *directory == config.directory()).map(|(_, lock)| lock);
        let mut dependencies = Vec::new();
        for (keys, scope) in [
            (["dependencies", "dependencies"], DeclaredScope::Runtime),
            (["dev-dependencies", "dev_dependencies"], DeclaredScope::Development),
        ] {
            let table = keys.iter().find_map(|key| manifest.get(*key)).and_then(|value| value.as_table());
            for (name, value) in table.into_iter().flatten() {
                dependencies.push(Declared {
                    name: name.as_str().into(),
                    requirement: value.as_str().map(Name::from),
                    locked: lock.and_then(|lock| locked(lock, name)),
                    scope,
                    file: None,
                    line: line_of(&config.text, name),
                });
            }
        }
        let folder = config.directory().rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("gleam");
        project.packages.push(Package {
            ecosystem: Ecosystem::Hex,
            name: text("name").unwrap_or_else(|| folder.into()),
            version: text("version"),
            directory: config.directory().into(),
            manifest: config.path.clone(),
            dependencies,
        });
    }
}

fn locked(lock: &Table, name: &str) -> Option<Name> {
    let packages = lock.get("packages")?.as_array()?;
    let package = packages.iter().find(|package| package.get("name").and_then(|name| name.as_str()) == Some(name))?;
    Some(package.get("version")?.as_str()?.into())
}

/// The line on which a key stands, counted from 1.
fn line_of(text: &str, key: &str) -> u32 {
    let is_key =
        |line: &str| line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().position(is_key).map_or(1, |index| index as u32 + 1)
}
