//! Bazel modules: `MODULE.bazel`, and the archives that a `WORKSPACE` fetches.

use std::sync::LazyLock;

use regex::Regex;

use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project, blocks};
use crate::facts::Name;

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "MODULE.bazel" | "WORKSPACE" | "WORKSPACE.bazel")
}

struct Patterns {
    call: Regex,
    argument: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    Some(Patterns {
        call: Regex::new(r"(?m)^\s*(module|workspace|bazel_dep|http_archive|git_repository|local_repository)\(")
            .ok()?,
        argument: Regex::new(r#"\b(name|version|repo_name|dev_dependency|tag)\s*=\s*"?([^",)\s]+)"#).ok()?,
    })
});

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let Some(patterns) = &*PATTERNS else { return };
    let mut packages: Vec<Package> = Vec::new();
    for config in configs.iter().filter(|config| is_config(config.file_name())) {
        let mut own = (None, None);
        let mut dependencies = Vec::new();
        for call in patterns.call.captures_iter(&config.text) {
            let (Some(whole), Some(function)) = (call.get(0), call.get(1)) else { continue };
            let block = blocks::until_close(&config.text, whole.end(), '(', ')');
            let argument = |key: &str| {
                let mut found = patterns.argument.captures_iter(block.text).filter(|found| &found[1] == key);
                found.next().map(|found| Name::from(&found[2]))
            };
            match function.as_str() {
                "module" | "workspace" => own = (argument("name"), argument("version")),
                _ => dependencies.extend(argument("name").map(|name| Declared {
                    // What labels call it, where that differs from the registry's name.
                    name: argument("repo_name").filter(|name| name != "None").unwrap_or(name),
                    requirement: argument("version").or_else(|| argument("tag")),
                    locked: None,
                    scope: match argument("dev_dependency").as_deref() {
                        Some("True") => DeclaredScope::Development,
                        _ => DeclaredScope::Build,
                    },
                    file: None,
                    line: blocks::line_of(&config.text, function.start()),
                })),
            }
        }
        // A module's file stands for the workspace file beside it.
        match packages.iter_mut().find(|package| *package.directory == *config.directory()) {
            Some(package) => {
                package.dependencies.extend(
                    dependencies.into_iter().map(|declared| Declared { file: Some(config.path.clone()), ..declared }),
                );
            }
            None => {
                let folder = config.directory().rsplit('/').next().filter(|name| !name.is_empty());
                packages.push(Package {
                    ecosystem: Ecosystem::Bazel,
                    name: own.0.unwrap_or_else(|| folder.unwrap_or("workspace").into()),
                    version: own.1,
                    directory: config.directory().into(),
                    manifest: config.path.clone(),
                    dependencies,
                });
            }
        }
    }
    project.packages.append(&mut packages);
}
