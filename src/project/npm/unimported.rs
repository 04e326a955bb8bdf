//! Packages that an npm package uses without importing them: what scripts run, what tools load by the names in their
//! configuration, what other packages want beside themselves.

use jsonc_parser::common::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};

use super::installed::{Commands, InstalledPackages};
use super::{PackageJson, json, path};
use crate::project::{ConfigFile, DeclaredScope, Ecosystem, Unimported, Way};

/// Members of a `package.json` that name packages without using them, or tell about the package itself.
const NOT_USES: &[&str] = &[
    "name",
    "version",
    "description",
    "keywords",
    "author",
    "contributors",
    "maintainers",
    "repository",
    "homepage",
    "bugs",
    "license",
    "funding",
    "engines",
    "packageManager",
    "devEngines",
    "dependencies",
    "devDependencies",
    "peerDependencies",
    "optionalDependencies",
    "peerDependenciesMeta",
    "dependenciesMeta",
    "overrides",
    "resolutions",
    "bundledDependencies",
    "bundleDependencies",
    "pnpm",
    "workspaces",
    "exports",
    "main",
    "module",
    "types",
    "typings",
    "files",
    "browser",
];

/// Whether a file of this name configures a tool that may load packages by their names.
pub fn is_tool_config(file_name: &str) -> bool {
    const NAMES: &[&str] =
        &["nx.json", "turbo.json", "angular.json", "project.json", "babel.config.json", "jest.config.json"];
    let is_rc = || {
        let stem = file_name.trim_start_matches('.');
        let stem = [".json", ".yaml", ".yml", ".toml", ".js", ".cjs", ".mjs", ".ts"]
            .iter()
            .find_map(|extension| stem.strip_suffix(extension))
            .unwrap_or(stem);
        file_name.starts_with('.') && stem.ends_with("rc")
    };
    let is_program = || {
        let Some((stem, extension)) = file_name.rsplit_once('.') else { return false };
        let is_script = matches!(extension, "js" | "mjs" | "cjs" | "ts" | "mts" | "cts");
        is_script && (stem.ends_with(".config") || stem.ends_with(".conf"))
    };
    NAMES.contains(&file_name) || is_rc() || is_program()
}

/// Finds them for every package: `packages` sorted by directory, `configs` the files that configure tools.
pub fn find(packages: &[PackageJson], configs: &[&ConfigFile], installed: &InstalledPackages) -> Vec<Unimported> {
    let by_directory: FxHashMap<&str, usize> =
        packages.iter().enumerate().map(|(index, package)| (&*package.directory, index)).collect();
    let mut words: Vec<FxHashSet<&str>> = vec![FxHashSet::default(); packages.len()];
    for config in configs {
        let (directory, text) = (config.directory(), &*config.text);
        let is_manifest = config.file_name() == "package.json";
        let parts = if is_manifest { parts_of_manifest(text) } else { vec![text] };
        for index in path::ancestors(directory).filter_map(|above| by_directory.get(above)) {
            words[*index].extend(parts.iter().flat_map(|part| words_of(part)));
        }
    }
    let mut found = Vec::new();
    for (package, words) in packages.iter().zip(&words) {
        let peers: FxHashSet<&str> = package
            .dependencies
            .iter()
            .filter_map(|dependency| installed.get(&package.directory, &dependency.name))
            .flat_map(|installed| installed.peers.iter().map(|peer| peer.as_str()))
            .collect();
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            let commands = installed.get(&package.directory, name).map(|installed| &installed.commands);
            let runs = |command: &str| words.contains(command);
            let way = if words.contains(name) {
                Some(Way::Mentioned)
            } else if peers.contains(name) {
                Some(Way::Peer)
            } else {
                match commands {
                    Some(Commands::Known(commands)) => commands.iter().any(|name| runs(name)).then_some(Way::Mentioned),
                    Some(Commands::Some) => Some(Way::Command),
                    _ => (dependency.scope == DeclaredScope::Development).then_some(Way::Command),
                }
            };
            found.extend(way.map(|way| Unimported {
                ecosystem: Ecosystem::Npm,
                manifest: package.path.clone(),
                name: dependency.registry_name().into(),
                way,
            }));
        }
    }
    found
}

/// The parts of a `package.json` that use packages: scripts, and the settings of tools.
fn parts_of_manifest(text: &str) -> Vec<&str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Ok(object) = json::object(text) else { return Vec::new() };
    let uses = object.properties.iter().filter(|property| !NOT_USES.contains(&property.name.as_str()));
    // The key of a tool's settings is its name.
    uses.filter_map(|property| text.get(property.start()..property.end())).collect()
}

/// The words of a text that may be packages or commands: names as they are written, and the package of a path into one.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '@' | '/' | '.' | '-' | '_');
    text.split(move |c| !is_of_word(c)).filter(|word| !word.is_empty()).flat_map(|word| {
        let parts = if word.starts_with('@') { 2 } else { 1 };
        let end = word.match_indices('/').nth(parts - 1).map_or(word.len(), |(at, _)| at);
        let command = word.rsplit('/').next().filter(|_| word.contains("bin/"));
        // `name@1.2` asks for a version.
        let versioned = word.get(1..).and_then(|rest| rest.find('@')).map(|at| &word[..=at]);
        [Some(&word[..end]), command, versioned].into_iter().flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    #[test]
    fn files_that_configure_tools() {
        for name in [".eslintrc", ".babelrc.json", "jest.config.ts", "karma.conf.js", "nx.json", ".prettierrc.yaml"] {
            assert!(is_tool_config(name), "{name}");
        }
        for name in ["src.json", "rc.js", "config.js", ".env"] {
            assert!(!is_tool_config(name), "{name}");
        }
    }

    #[test]
    fn scripts_settings_peers_and_commands() {
        let manifest = "{\"name\": \"a\", \"scripts\": {\"x\": \"run-c --fast && npx d@2 .\"}, \"tool\": {\"use\": [\"e/sub\"]},\n\
                        \"overrides\": {\"g\": \"1\"}, \"dependencies\": {\"b\": \"1\", \"e\": \"1\", \"f\": \"1\", \"g\": \"1\"},\n\
                        \"devDependencies\": {\"c\": \"1\", \"d\": \"1\", \"h\": \"1\", \"i\": \"1\", \"j\": \"1\"}}";
        let lock = "{\"packages\": {\"node_modules/c\": {\"bin\": {\"run-c\": \"\"}}, \"node_modules/b\": \
                    {\"peerDependencies\": {\"f\": \"1\"}}, \"node_modules/h\": {}, \"node_modules/i\": {\"bin\": {\"run-i\": \"\"}}}}";
        let configs = [("package.json", manifest), ("package-lock.json", lock)]
            .map(|(path, text)| ConfigFile { path: path.into(), text: text.into() });
        let project = Project::read(&configs);
        let found: Vec<(&str, Way)> = project.unimported.iter().map(|found| (&*found.name, found.way)).collect();
        assert_eq!(
            found,
            [
                ("e", Way::Mentioned),
                ("f", Way::Peer),
                ("c", Way::Mentioned),
                ("d", Way::Mentioned),
                ("j", Way::Command)
            ]
        );
    }
}
