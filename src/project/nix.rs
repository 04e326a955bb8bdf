//! Nix flakes: the inputs that `flake.nix` declares and `flake.lock` fixes.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project, blocks};
use crate::facts::Name;

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "flake.nix" | "flake.lock")
}

struct Patterns {
    /// Inside `inputs = { … }`: `name.url = "…"` and `name = { … url = "…"`.
    inside: Regex,
    /// Anywhere: `inputs.name.url = "…"` and `inputs.name = { … url = "…"`.
    outside: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    let value = r#"([A-Za-z][\w-]*)\s*(?:\.\s*url\s*=|=\s*\{[^{}]*?\burl\s*=)\s*"([^"]*)""#;
    Some(Patterns {
        inside: Regex::new(&format!(r"(?m)^\s*{value}")).ok()?,
        outside: Regex::new(&format!(r"(?m)^\s*inputs\.{value}")).ok()?,
    })
});

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let Some(patterns) = &*PATTERNS else { return };
    let locks: Vec<(&str, Value)> = (configs.iter())
        .filter(|config| config.file_name() == "flake.lock")
        .filter_map(|config| Some((config.directory(), serde_json::from_str(&config.text).ok()?)))
        .collect();
    for config in configs.iter().filter(|config| config.file_name() == "flake.nix") {
        let lock = locks.iter().find(|(directory, _)| *directory == config.directory()).map(|(_, lock)| lock);
        let block = blocks::after(&config.text, "inputs", '{', '}').into_iter().next();
        let inside = block
            .into_iter()
            .flat_map(|block| patterns.inside.captures_iter(block.text).map(move |found| (block.start, found)));
        let outside = patterns.outside.captures_iter(&config.text).map(|found| (0, found));
        let dependencies = inside.chain(outside).filter_map(|(start, found)| {
            let name = found.get(1)?;
            Some(Declared {
                name: name.as_str().into(),
                requirement: Some(found[2].into()),
                locked: lock.and_then(|lock| revision(lock, name.as_str())),
                scope: DeclaredScope::Runtime,
                file: None,
                line: blocks::line_of(&config.text, start + name.start()),
            })
        });
        let folder = config.directory().rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("flake");
        project.packages.push(Package {
            ecosystem: Ecosystem::Nix,
            name: folder.into(),
            version: None,
            directory: config.directory().into(),
            manifest: config.path.clone(),
            dependencies: dependencies.collect(),
        });
    }
}

/// The commit to which a lock file fixes an input of the flake itself.
fn revision(lock: &Value, input: &str) -> Option<Name> {
    let nodes = lock.get("nodes")?;
    let node = nodes.get(lock.get("root")?.as_str()?)?.get("inputs")?.get(input)?.as_str()?;
    Some(nodes.get(node)?.get("locked")?.get("rev")?.as_str()?.into())
}
