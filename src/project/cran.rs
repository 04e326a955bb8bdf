//! R packages: `DESCRIPTION`, `NAMESPACE`, `renv.lock`.

use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashMap;
use serde_json::Value;

use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Problem, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// Every package that a lock file holds, sorted.
    pub locked: Vec<Name>,
    /// What `NAMESPACE` files import by name.
    pub imports: Vec<ImportFrom>,
}

/// `importFrom(package, name)` in the `NAMESPACE` of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFrom {
    /// The directory of the importing package.
    pub directory: Box<str>,
    /// What is imported.
    pub name: Name,
    /// From which package.
    pub package: Name,
}

/// The packages that come with the language. Sorted.
pub const STANDARD: &[&str] = &[
    "base",
    "compiler",
    "datasets",
    "grDevices",
    "graphics",
    "grid",
    "methods",
    "parallel",
    "splines",
    "stats",
    "stats4",
    "tcltk",
    "tools",
    "utils",
];

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "DESCRIPTION" | "NAMESPACE" | "renv.lock")
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let mut locked: FxHashMap<Name, Name> = FxHashMap::default();
    for config in configs.iter().filter(|config| config.file_name() == "renv.lock") {
        match serde_json::from_str::<Value>(&config.text) {
            Ok(lock) => {
                for (name, entry) in lock["Packages"].as_object().into_iter().flatten() {
                    let version = entry["Version"].as_str().unwrap_or_default();
                    locked.entry(name.as_str().into()).or_insert_with(|| version.into());
                }
            }
            Err(error) => project.problems.push(Problem {
                path: config.path.clone(),
                line: u32::try_from(error.line()).ok(),
                message: error.to_string(),
            }),
        }
    }
    for config in configs {
        match config.file_name() {
            "DESCRIPTION" => description(config, &locked, project),
            "NAMESPACE" => namespace(config, project),
            _ => {}
        }
    }
    project.cran.locked = locked.into_keys().collect();
    project.cran.locked.sort_unstable();
}

/// Fields of the form `Key: value`, with further lines indented.
fn description(config: &ConfigFile, locked: &FxHashMap<Name, Name>, project: &mut Project) {
    let mut name = None;
    let mut version = None;
    let mut dependencies: Vec<Declared> = Vec::new();
    let mut field = "";
    for (number, line) in (1..).zip(config.text.lines()) {
        let value = if line.starts_with([' ', '\t']) {
            line
        } else {
            let Some((key, value)) = line.split_once(':') else { continue };
            field = key;
            value
        };
        let scope = match field {
            "Package" => {
                name.get_or_insert(value.trim());
                continue;
            }
            "Version" => {
                version.get_or_insert(value.trim());
                continue;
            }
            "Depends" | "Imports" => DeclaredScope::Runtime,
            "LinkingTo" => DeclaredScope::Build,
            "Suggests" => DeclaredScope::Development,
            "Enhances" => DeclaredScope::Optional,
            _ => continue,
        };
        for entry in value.split(',').map(str::trim) {
            let (package, requirement) = entry.split_once('(').unwrap_or((entry, ""));
            let package = package.trim();
            let is_known = package.is_empty()
                || package == "R"
                || STANDARD.binary_search(&package).is_ok()
                || dependencies.iter().any(|known| known.name == package);
            if !is_known {
                let requirement = requirement.trim_end_matches(')').trim();
                dependencies.push(Declared {
                    name: package.into(),
                    requirement: (!requirement.is_empty()).then(|| requirement.into()),
                    locked: locked.get(package).cloned(),
                    scope,
                    file: None,
                    line: number,
                });
            }
        }
    }
    // Files of that name are found elsewhere too.
    if let Some(name) = name {
        project.packages.push(Package {
            ecosystem: Ecosystem::Cran,
            name: name.into(),
            version: version.map(Into::into),
            directory: config.directory().into(),
            manifest: config.path.clone(),
            dependencies,
        });
    }
}

fn namespace(config: &ConfigFile, project: &mut Project) {
    static IMPORT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"importFrom\(([^()]*)\)").ok());
    let found = IMPORT.iter().flat_map(|pattern| pattern.captures_iter(&config.text));
    for found in found {
        let mut words = found[1].split(',').map(|word| Name::from(word.trim().trim_matches(['"', '\'', '`'])));
        let Some(package) = words.next() else { continue };
        let import = |name| ImportFrom { directory: config.directory().into(), name, package: package.clone() };
        project.cran.imports.extend(words.map(import));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_a_namespace_and_a_lock() {
        assert!(STANDARD.is_sorted());
        let config = |path: &str, text: &str| ConfigFile { path: path.into(), text: text.into() };
        let project = Project::read(&[
            config(
                "DESCRIPTION",
                "Package: shop\nVersion: 1.0\nDepends: R (>= 4.0), methods\nImports:\n    rlang (>= 1.1.0),\n    cli\n\
                 Suggests: testthat\nDescription: Sells: things,\n  all of them\n",
            ),
            config("NAMESPACE", "export(run)\nimportFrom(rlang, \"%||%\", abort)\nimport(cli)\n"),
            config("renv.lock", "{\"Packages\": {\"cli\": {\"Package\": \"cli\", \"Version\": \"3.6.1\"}}}"),
        ]);
        let [package] = project.packages.as_slice() else { panic!("{:?}", project.packages) };
        assert_eq!((package.name.as_str(), package.version.as_deref()), ("shop", Some("1.0")));
        let found: Vec<_> = package
            .dependencies
            .iter()
            .map(|d| (d.name.as_str(), d.requirement.as_deref(), d.locked.as_deref(), d.line))
            .collect();
        let expected =
            [("rlang", Some(">= 1.1.0"), None, 5), ("cli", None, Some("3.6.1"), 6), ("testthat", None, None, 7)];
        assert_eq!(found, expected);
        let imports: Vec<_> = project.cran.imports.iter().map(|i| (i.name.as_str(), i.package.as_str())).collect();
        assert_eq!(imports, [("%||%", "rlang"), ("abort", "rlang")]);
    }
}
