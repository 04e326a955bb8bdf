//! Dart's packages: `pubspec.yaml`, `pubspec_overrides.yaml` and `pubspec.lock`.

use std::collections::BTreeMap;

use super::npm::path::{ancestors, join};
use super::npm::yaml::{self, Yaml};
use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Problem, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// By package directory and name: where a dependency lies, as the pubspec or its overrides say.
    paths: BTreeMap<Box<str>, BTreeMap<Name, String>>,
    /// The workspace's root by the directory of a package that is in it; the root is in it too.
    workspaces: BTreeMap<Box<str>, Box<str>>,
}

impl Manifests {
    /// The directory that a dependency of the package in `directory` is taken from.
    pub fn path(&self, directory: &str, name: &str) -> Option<&str> {
        // Of a workspace, the root's overrides hold for all.
        let root = self.workspace(directory).filter(|root| *root != directory);
        let of = |directory: &str| self.paths.get(directory)?.get(name);
        of(directory).or_else(|| of(root?)).map(String::as_str)
    }

    /// The root of the workspace that the package in `directory` belongs to.
    pub fn workspace(&self, directory: &str) -> Option<&str> {
        self.workspaces.get(directory).map(|root| &**root)
    }
}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "pubspec.yaml" | "pubspec_overrides.yaml" | "pubspec.lock")
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let mut locks: BTreeMap<&str, Yaml> = BTreeMap::new();
    let mut overrides: BTreeMap<&str, Yaml> = BTreeMap::new();
    let mut manifests: Vec<(&ConfigFile, Yaml)> = Vec::new();
    for config in configs.iter().filter(|config| is_config(config.file_name())) {
        match yaml::read(&config.text) {
            Ok(document) => match config.file_name() {
                "pubspec.lock" => drop(locks.insert(config.directory(), document)),
                "pubspec_overrides.yaml" => drop(overrides.insert(config.directory(), document)),
                _ => manifests.push((config, document)),
            },
            Err((line, message)) => project.problems.push(Problem { path: config.path.clone(), line, message }),
        }
    }
    let directories: Vec<&str> = manifests.iter().map(|(config, _)| config.directory()).collect();
    for (config, document) in &manifests {
        let directory = config.directory();
        let lock = ancestors(directory).find_map(|directory| locks.get(directory));
        let more = overrides.get(directory);
        let paths = project.pubspec.paths.entry(directory.into()).or_default();
        // What is read later holds: overrides win over declarations, those in a file of their own over the pubspec's.
        for table in ["dependencies", "dev_dependencies", "dependency_overrides"] {
            for document in [Some(document), more].into_iter().flatten() {
                add_paths(document, table, directory, paths);
            }
        }
        let members = more.and_then(|more| more.get("workspace")).or_else(|| document.get("workspace"));
        for member in members.map_or(&[][..], Yaml::elements).iter().filter_map(Yaml::text) {
            for member in members_of(member, directory, &directories) {
                project.pubspec.workspaces.insert(member, directory.into());
            }
            project.pubspec.workspaces.entry(directory.into()).or_insert_with(|| directory.into());
        }
        project.packages.push(package(config, document, lock));
    }
}

fn package(config: &ConfigFile, document: &Yaml, lock: Option<&Yaml>) -> Package {
    let directory = config.directory();
    let text = |key: &str| document.get(key).and_then(Yaml::text).cloned();
    let mut dependencies = Vec::new();
    for (table, scope) in [("dependencies", DeclaredScope::Runtime), ("dev_dependencies", DeclaredScope::Development)] {
        let lines = lines_of(&config.text, table);
        for (name, value) in document.get(table).map_or(&[][..], Yaml::entries) {
            let locked = lock.and_then(|lock| lock.get("packages")?.get(name)?.get("version")?.text());
            dependencies.push(Declared {
                name: name.clone(),
                requirement: value.text().or_else(|| value.get("version")?.text()).cloned(),
                locked: locked.cloned(),
                scope,
                file: None,
                line: lines.get(name.as_str()).copied().unwrap_or(1),
            });
        }
    }
    Package {
        ecosystem: Ecosystem::Pub,
        name: text("name").unwrap_or_else(|| directory.rsplit('/').next().unwrap_or(directory).into()),
        version: text("version"),
        directory: directory.into(),
        manifest: config.path.clone(),
        dependencies,
    }
}

fn add_paths(document: &Yaml, table: &str, directory: &str, paths: &mut BTreeMap<Name, String>) {
    for (name, value) in document.get(table).map_or(&[][..], Yaml::entries) {
        let path = value.get("path").and_then(Yaml::text).and_then(|path| join(directory, path));
        if let Some(path) = path {
            paths.insert(name.clone(), path);
        }
    }
}

/// The packages that an entry of a workspace's list means: one directory, or all right below one (`pkgs/*`).
fn members_of(entry: &str, root: &str, directories: &[&str]) -> Vec<Box<str>> {
    let (above, is_all) = entry.strip_suffix("/*").map_or((entry, false), |above| (above, true));
    let Some(above) = join(root, above) else { return Vec::new() };
    let is_member = |directory: &&&str| match directory.rsplit_once('/') {
        Some((parent, _)) if is_all => parent == above,
        None if is_all => above.is_empty() && !directory.is_empty(),
        _ => **directory == above,
    };
    directories.iter().filter(is_member).map(|directory| (*directory).into()).collect()
}

/// The line of each key right below a table, counted from 1.
fn lines_of<'t>(text: &'t str, table: &str) -> BTreeMap<&'t str, u32> {
    let mut lines = BTreeMap::new();
    let mut is_inside = false;
    let mut depth = None;
    for (line, number) in text.lines().zip(1..) {
        let key = line.trim_start();
        let indent = line.len() - key.len();
        if key.is_empty() || key.starts_with('#') {
            continue;
        }
        if indent == 0 {
            is_inside = key.strip_prefix(table).is_some_and(|rest| rest.trim_start().starts_with(':'));
            depth = None;
        } else if is_inside && *depth.get_or_insert(indent) == indent {
            let name = key.split(':').next().unwrap_or(key).trim().trim_matches(['"', '\'']);
            lines.entry(name).or_insert(number);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> Project {
        let configs: Vec<ConfigFile> =
            files.iter().map(|(path, text)| ConfigFile { path: (*path).into(), text: (*text).into() }).collect();
        Project::read(&configs)
    }

    #[test]
    fn dependencies_with_lines_and_locked_versions() {
        let manifest = "name: app\nversion: 1.0.0\ndependencies:\n  # a comment\n  http: ^1.0.0\n  flutter:\n    sdk: flutter\ndev_dependencies:\n  test:\n    version: any\n";
        let lock = "packages:\n  http:\n    dependency: \"direct main\"\n    version: \"1.2.0\"\n";
        let project = project(&[("a/pubspec.lock", lock), ("a/pubspec.yaml", manifest)]);
        let package = &project.packages[0];
        assert_eq!((&*package.name, package.version.as_deref()), ("app", Some("1.0.0")));
        let told = |declared: &Declared| (declared.name.to_string(), declared.line, declared.scope);
        assert_eq!(
            package.dependencies.iter().map(told).collect::<Vec<_>>(),
            [
                ("http".into(), 5, DeclaredScope::Runtime),
                ("flutter".into(), 6, DeclaredScope::Runtime),
                ("test".into(), 9, DeclaredScope::Development),
            ]
        );
        assert_eq!(package.dependencies[0].locked.as_deref(), Some("1.2.0"));
        assert_eq!(package.dependencies[2].requirement.as_deref(), Some("any"));
    }

    #[test]
    fn overrides_win_and_workspaces_have_members() {
        let project = project(&[
            ("p/a/pubspec.yaml", "name: a\ndependencies:\n  b:\n    path: ../b\n"),
            ("p/a/pubspec_overrides.yaml", "dependency_overrides:\n  b:\n    path: ../c\n"),
            ("p/b/pubspec.yaml", "name: b\n"),
            ("pubspec.yaml", "name: all\nworkspace:\n  - p/*\n"),
            ("q/pubspec.yaml", "name: q\nx: [\n"),
        ]);
        assert_eq!(project.pubspec.path("p/a", "b"), Some("p/c"));
        assert_eq!(project.pubspec.workspace("p/b"), Some(""));
        assert_eq!(project.pubspec.workspace("q"), None);
        assert_eq!(project.problems.len(), 1);
    }
}
