//! Foundry: remappings and libraries of Solidity projects.

use std::collections::BTreeMap;

use toml::Value;

use super::{ConfigFile, Problem, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// By the directory of the `foundry.toml` or `remappings.txt`.
    pub roots: BTreeMap<Box<str>, Settings>,
}

/// How a project finds what an import names.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// In the order of the files.
    pub remappings: Vec<Remapping>,
    /// Directories that hold libraries, relative to the project's.
    pub libraries: Vec<String>,
    /// Paths of git submodules, relative to the repository.
    pub submodules: Vec<String>,
}

/// `prefix=target`: what a path that starts with the prefix stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remapping {
    /// As an import writes it.
    pub prefix: Name,
    /// Relative to the project.
    pub target: Name,
}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "foundry.toml" | "remappings.txt" | ".gitmodules")
}

/// The library that a path lies in: the directory below `lib` or `node_modules`.
pub fn library(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("lib/").or_else(|| path.strip_prefix("node_modules/"))?;
    let parts = if rest.starts_with('@') { 2 } else { 1 };
    let end = rest.match_indices('/').nth(parts - 1).map_or(rest.len(), |(at, _)| at);
    Some(&rest[..end]).filter(|name| !name.is_empty())
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    for config in configs {
        match config.file_name() {
            "foundry.toml" => match config.text.parse::<toml::Table>() {
                Ok(table) => profile(&table, settings(config, project)),
                Err(error) => {
                    let message = error.message().to_owned();
                    project.problems.push(Problem { path: config.path.clone(), line: None, message });
                }
            },
            "remappings.txt" => {
                let remappings = config.text.lines().filter_map(remapping);
                settings(config, project).remappings.extend(remappings);
            }
            _ => {}
        }
    }
    let modules = configs.iter().filter(|config| &*config.path == ".gitmodules");
    let paths = modules.flat_map(|config| config.text.lines().filter_map(|line| line.trim().strip_prefix("path = ")));
    let paths: Vec<String> = paths.map(str::to_owned).collect();
    for (directory, settings) in &mut project.foundry.roots {
        let below = |path: &&String| path.strip_prefix(&**directory).is_some();
        let relative = |path: &String| path[directory.len()..].trim_start_matches('/').to_owned();
        settings.submodules = paths.iter().filter(below).map(relative).collect();
        if settings.libraries.is_empty() {
            settings.libraries.push("lib".to_owned());
        }
    }
}

fn settings<'p>(config: &ConfigFile, project: &'p mut Project) -> &'p mut Settings {
    project.foundry.roots.entry(config.directory().into()).or_default()
}

fn profile(table: &toml::Table, settings: &mut Settings) {
    let default = table.get("profile").and_then(|profiles| profiles.get("default"));
    let texts = |key: &str| {
        let values = default.and_then(|profile| profile.get(key)).and_then(Value::as_array);
        values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    settings.libraries = texts("libs");
    settings.remappings.extend(texts("remappings").iter().filter_map(|line| remapping(line)));
}

/// `context:prefix=target`; the context is left out, since most remappings have none.
fn remapping(line: &str) -> Option<Remapping> {
    let (prefix, target) = line.trim().split_once('=')?;
    let prefix = prefix.rsplit(':').next().unwrap_or(prefix);
    Some(Remapping { prefix: prefix.into(), target: target.into() })
}
