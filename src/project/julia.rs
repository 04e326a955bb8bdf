//! Julia packages: `Project.toml` and `Manifest.toml`.

use rustc_hash::FxHashMap;
use toml::Table;

use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Problem, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// Every package that a lock file holds, sorted.
    pub locked: Vec<Name>,
}

/// The packages that come with the language. Sorted.
pub const STANDARD: &[&str] = &[
    "ArgTools",
    "Artifacts",
    "Base",
    "Base64",
    "CRC32c",
    "CompilerSupportLibraries_jll",
    "Core",
    "Dates",
    "DelimitedFiles",
    "Distributed",
    "Downloads",
    "FileWatching",
    "Future",
    "InteractiveUtils",
    "LazyArtifacts",
    "LibCURL",
    "LibGit2",
    "Libdl",
    "LinearAlgebra",
    "Logging",
    "Main",
    "Markdown",
    "Mmap",
    "NetworkOptions",
    "OpenBLAS_jll",
    "Pkg",
    "Printf",
    "Profile",
    "REPL",
    "Random",
    "SHA",
    "Serialization",
    "SharedArrays",
    "Sockets",
    "SparseArrays",
    "Statistics",
    "StyledStrings",
    "SuiteSparse",
    "TOML",
    "Tar",
    "Test",
    "UUIDs",
    "Unicode",
];

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "Project.toml" | "JuliaProject.toml" | "Manifest.toml" | "JuliaManifest.toml")
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let mut locked: FxHashMap<(&str, Name), Name> = FxHashMap::default();
    for config in configs.iter().filter(|config| config.file_name().ends_with("Manifest.toml")) {
        let Some(table) = parse(config, project) else { continue };
        // The older format has the packages at the top, the newer one below `deps`.
        let packages = table.get("deps").and_then(|deps| deps.as_table()).unwrap_or(&table);
        for (name, entries) in packages {
            let Some(entry) = entries.as_array().and_then(|entries| entries.first()) else { continue };
            project.julia.locked.push(name.as_str().into());
            if let Some(version) = entry.get("version").and_then(|version| version.as_str()) {
                locked.insert((config.directory(), name.as_str().into()), version.into());
            }
        }
    }
    project.julia.locked.sort_unstable();
    project.julia.locked.dedup();
    for config in configs.iter().filter(|config| config.file_name().ends_with("Project.toml")) {
        let Some(table) = parse(config, project) else { continue };
        let directory = config.directory();
        let section = |key: &str| table.get(key).and_then(|value| value.as_table());
        let requirement = |name: &str| section("compat")?.get(name)?.as_str().map(Name::from);
        let mut dependencies = Vec::new();
        let sections = [
            ("deps", DeclaredScope::Runtime),
            ("weakdeps", DeclaredScope::Optional),
            ("extras", DeclaredScope::Development),
        ];
        for (key, scope) in sections {
            for name in section(key).into_iter().flat_map(Table::keys) {
                if STANDARD.binary_search(&name.as_str()).is_ok() {
                    continue;
                }
                dependencies.push(Declared {
                    name: name.as_str().into(),
                    requirement: requirement(name),
                    locked: locked.get(&(directory, name.as_str().into())).cloned(),
                    scope,
                    file: None,
                    line: line_of(&config.text, name),
                });
            }
        }
        let text = |key: &str| table.get(key).and_then(|value| value.as_str()).map(Name::from);
        project.packages.push(Package {
            ecosystem: Ecosystem::Julia,
            name: text("name").unwrap_or_else(|| directory.rsplit('/').next().unwrap_or(directory).into()),
            version: text("version"),
            directory: directory.into(),
            manifest: config.path.clone(),
            dependencies,
        });
    }
}

fn parse(config: &ConfigFile, project: &mut Project) -> Option<Table> {
    let problem = |error: toml::de::Error| Problem {
        path: config.path.clone(),
        line: error.span().map(|span| config.text[..span.start].matches('\n').count() as u32 + 1),
        message: error.message().to_owned(),
    };
    config.text.parse().map_err(|error| project.problems.push(problem(error))).ok()
}

/// The line on which a key is set.
fn line_of(text: &str, key: &str) -> u32 {
    let sets = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    text.lines().position(|line| sets(line.trim_start())).map_or(1, |index| index as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_and_what_is_locked() {
        assert!(STANDARD.is_sorted());
        let config = |path: &str, text: &str| ConfigFile { path: path.into(), text: text.into() };
        let project = Project::read(&[
            config(
                "Project.toml",
                "name = \"Shop\"\nversion = \"0.1.0\"\n[deps]\nDates = \"ade2\"\nJSON = \"682c\"\n[extras]\nAqua = \"4c88\"\n\
                 [compat]\nJSON = \"0.21\"\n",
            ),
            config("Manifest.toml", "manifest_format = \"2.0\"\n[[deps.JSON]]\nversion = \"0.21.4\"\n"),
        ]);
        assert_eq!(project.packages[0].name, "Shop");
        let dependencies = &project.packages[0].dependencies;
        let found: Vec<_> = dependencies
            .iter()
            .map(|d| (d.name.as_str(), d.requirement.as_deref(), d.locked.as_deref(), d.scope, d.line))
            .collect();
        let expected = [
            ("JSON", Some("0.21"), Some("0.21.4"), DeclaredScope::Runtime, 5),
            ("Aqua", None, None, DeclaredScope::Development, 7),
        ];
        assert_eq!(found, expected);
    }
}
