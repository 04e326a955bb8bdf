//! npm, yarn and pnpm: `package.json`, workspaces, lock files, `tsconfig.json`, and the configuration of bundlers.

mod installed;
mod json;
mod lock;
mod manifest;
pub mod path;
pub mod tsconfig;
mod unimported;
mod workspace;
pub(super) mod yaml;

use std::sync::Arc;

pub use manifest::{Dependency, Entry, PackageJson};
pub use tsconfig::TsConfig;

use super::{ConfigFile, Declared, Ecosystem, Package, Problem, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// Every `package.json` that could be read, sorted by directory.
    pub packages: Vec<PackageJson>,
    /// Every TypeScript configuration that could be read, with what it extends merged in; sorted by path.
    pub configs: Vec<TsConfig>,
    /// Bundlers' configuration files: programs, of which the resolver reads the literals.
    pub bundlers: Vec<ConfigFile>,
}

/// Bundlers and frameworks whose configuration files are programs, by the part of the name before `.config.`.
const BUNDLERS: &[&str] = &[
    "vite",
    "vitest",
    "webpack",
    "rspack",
    "rsbuild",
    "next",
    "rollup",
    "rolldown",
    "tsup",
    "tsdown",
    "unbuild",
    "build",
    "svelte",
    "nuxt",
    "docusaurus",
    "astro",
    "babel",
    "metro",
    "craco",
    "electron.vite",
    "bunchee",
    "quasar",
    "vue",
    "jest",
];

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "package.json" | "pnpm-workspace.yaml" | "lerna.json" | "rush.json")
        || is_lock(file_name)
        || is_tsconfig(file_name)
        || is_bundler(file_name)
        || unimported::is_tool_config(file_name)
}

fn is_lock(file_name: &str) -> bool {
    matches!(file_name, "package-lock.json" | "npm-shrinkwrap.json" | "yarn.lock" | "pnpm-lock.yaml")
}

/// `tsconfig.json` and its variants, and the names that configuration packages give to what others extend.
fn is_tsconfig(file_name: &str) -> bool {
    file_name.ends_with(".json")
        && (file_name.contains("tsconfig") || file_name.contains("jsconfig") || file_name == "base.json")
}

fn is_bundler(file_name: &str) -> bool {
    let Some((stem, extension)) = file_name.rsplit_once('.') else { return false };
    matches!(extension, "js" | "mjs" | "cjs" | "ts" | "mts" | "cts")
        && stem.split_once(".config").is_some_and(|(tool, _)| BUNDLERS.contains(&tool))
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let mut packages = Vec::new();
    let mut typescript = Vec::new();
    let mut locks = lock::Locks::default();
    let mut installed = installed::InstalledPackages::default();
    let mut tools: Vec<&ConfigFile> = Vec::new();
    let mut workspaces = workspace::Workspaces::default();
    for config in configs {
        let name = config.file_name();
        if is_lock(name) {
            installed.add(config);
        }
        if name == "package.json" || is_tsconfig(name) || is_bundler(name) || unimported::is_tool_config(name) {
            tools.push(config);
        }
        let outcome = match name {
            "package.json" => manifest::read(config).map(|package| {
                workspaces.add_package(&package);
                packages.push(package);
            }),
            "pnpm-workspace.yaml" => workspaces.add_pnpm(config),
            "lerna.json" | "rush.json" => workspaces.add_json(config),
            "package-lock.json" | "npm-shrinkwrap.json" => locks.add_npm(config),
            "yarn.lock" => locks.add_yarn(config),
            "pnpm-lock.yaml" => locks.add_pnpm(config),
            _ if is_tsconfig(name) => tsconfig::read(config).map(|raw| typescript.extend(raw)),
            _ if is_bundler(name) => {
                project.npm.bundlers.push(config.clone());
                Ok(())
            }
            _ => Ok(()),
        };
        if let Err((line, message)) = outcome {
            project.problems.push(Problem { path: config.path.clone(), line, message });
        }
    }
    packages.sort_by(|a, b| a.directory.cmp(&b.directory));
    workspaces.mark_members(&mut packages);
    for package in packages.iter().filter(|package| package.is_package()) {
        project.packages.push(describe(package, &locks, &workspaces));
    }
    project.unimported.extend(unimported::find(&packages, &tools, &installed));
    let licences = installed.licences().map(|(name, licence)| ((Ecosystem::Npm, name.clone()), licence.clone()));
    project.licences.extend(licences);
    project.npm.configs = tsconfig::merge(typescript, &packages);
    project.npm.packages = packages;
}

/// What a reader of a manifest says when it cannot: the line, if known, and why.
type ReadError = (Option<u32>, String);

fn describe(package: &PackageJson, locks: &lock::Locks, workspaces: &workspace::Workspaces) -> Package {
    let folder = package.directory.rsplit('/').next().filter(|name| !name.is_empty());
    let dependencies = package.dependencies.iter().map(|dependency| Declared {
        name: dependency.registry_name().into(),
        requirement: Some(
            workspaces
                .catalog(&package.directory, &dependency.name, &dependency.requirement)
                .unwrap_or_else(|| dependency.requirement.clone()),
        ),
        locked: locks.version(&package.directory, &dependency.name, &dependency.requirement),
        scope: dependency.scope,
        file: None,
        line: dependency.line,
    });
    Package {
        ecosystem: Ecosystem::Npm,
        name: package.name.clone().unwrap_or_else(|| Name::from(folder.unwrap_or("package"))),
        version: package.version.clone(),
        directory: package.directory.clone(),
        manifest: Arc::clone(&package.path),
        dependencies: dependencies.collect(),
    }
}
