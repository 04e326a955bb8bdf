//! The versions that lock files fix.

use jsonc_parser::ast::Object;
use rustc_hash::FxHashMap;

use super::{ReadError, json, path, yaml};
use crate::facts::Name;
use crate::project::ConfigFile;

/// What all lock files of the project say.
#[derive(Default)]
pub struct Locks {
    /// By the lock file's directory.
    by_directory: FxHashMap<Box<str>, Lock>,
}

#[derive(Default)]
struct Lock {
    /// The importing package's directory relative to the lock file (`""`: all of them), the name, the requirement (`""`
    /// where the lock file does not repeat it).
    versions: FxHashMap<(Name, Name, Name), Name>,
}

impl Locks {
    /// Reads a `package-lock.json` or `npm-shrinkwrap.json`.
    ///
    /// # Errors
    /// It is not a JSON object.
    pub fn add_npm(&mut self, config: &ConfigFile) -> Result<(), ReadError> {
        let object = json::object(&config.text)?;
        let lock = self.lock(config);
        if let Some(packages) = object.get_object("packages") {
            for property in &packages.properties {
                let key = property.name.as_str();
                let Some((owner, name)) = key.rsplit_once("node_modules/") else { continue };
                let owner = owner.trim_end_matches('/');
                // What is installed inside another installed package is not what the project itself asks for.
                if !owner.contains("node_modules") {
                    lock.add_entry(owner, name, property.value.as_object());
                }
            }
        } else if let Some(dependencies) = object.get_object("dependencies") {
            for property in &dependencies.properties {
                lock.add_entry("", property.name.as_str(), property.value.as_object());
            }
        }
        Ok(())
    }

    /// Reads a `yarn.lock` of either format. Its lines are regular enough to be read as such: a line without
    /// indentation lists what is asked for, the `version` below it what is taken.
    ///
    /// # Errors
    /// None; the signature is its siblings'.
    pub fn add_yarn(&mut self, config: &ConfigFile) -> Result<(), ReadError> {
        let lock = self.lock(config);
        let mut asked: Vec<(Name, Name)> = Vec::new();
        for line in config.text.lines() {
            if line.starts_with('#') || line.trim().is_empty() {
                continue;
            }
            if !line.starts_with(' ') {
                asked = line.trim_end_matches(':').split(',').filter_map(asked_for).collect();
            } else if let Some(version) = line.trim_start().strip_prefix("version") {
                let version = version.trim_matches([' ', ':', '"']);
                for (name, requirement) in asked.drain(..) {
                    lock.versions.insert((Name::default(), name, requirement), Name::from(version));
                }
            }
        }
        Ok(())
    }

    /// Reads a `pnpm-lock.yaml`: only the part that says what each package of the workspace takes.
    ///
    /// # Errors
    /// It is not YAML.
    pub fn add_pnpm(&mut self, config: &ConfigFile) -> Result<(), ReadError> {
        let text = &*config.text;
        let end = text.find("\npackages:").map_or(text.len(), |at| at + 1);
        let document = yaml::read(text.get(..end).unwrap_or(text))?;
        let lock = self.lock(config);
        match document.get("importers") {
            Some(importers) => {
                for (directory, importer) in importers.entries() {
                    let directory = if directory == "." { Name::default() } else { directory.clone() };
                    lock.add_importer(&directory, importer);
                }
            }
            None => lock.add_importer(&Name::default(), &document),
        }
        Ok(())
    }

    fn lock(&mut self, config: &ConfigFile) -> &mut Lock {
        self.by_directory.entry(config.directory().into()).or_default()
    }

    /// The version fixed for a dependency of the package in `directory`, by the nearest lock file that knows it.
    pub fn version(&self, directory: &str, name: &str, requirement: &str) -> Option<Name> {
        path::ancestors(directory).find_map(|root| {
            let lock = self.by_directory.get(root)?;
            let relative = Name::from(path::below(directory, root)?);
            let find = |owner: &Name, requirement: &str| {
                lock.versions.get(&(owner.clone(), Name::from(name), Name::from(requirement))).cloned()
            };
            find(&relative, "").or_else(|| find(&Name::default(), requirement)).or_else(|| find(&Name::default(), ""))
        })
    }
}

impl Lock {
    fn add_entry(&mut self, owner: &str, name: &str, entry: Option<&Object<'_>>) {
        if let Some(version) = entry.and_then(|entry| json::string(entry, "version")) {
            self.versions.insert((Name::from(owner), Name::from(name), Name::default()), version);
        }
    }

    fn add_importer(&mut self, directory: &Name, importer: &yaml::Yaml) {
        for table in ["dependencies", "devDependencies", "optionalDependencies"] {
            let Some(entries) = importer.get(table) else { continue };
            for (name, value) in entries.entries() {
                let version = value.text().or_else(|| value.get("version")?.text());
                let Some(version) = version else { continue };
                // `1.2.3(peer@4)`, and before that `1.2.3_peer@4`, name the peers; a link is no version.
                let version = version.split(['(', '_']).next().unwrap_or_default();
                if !version.starts_with("link:") && !version.is_empty() {
                    self.versions.insert((directory.clone(), name.clone(), Name::default()), Name::from(version));
                }
            }
        }
    }
}

/// `"@scope/name@^1.0"` or `name@npm:^1.0` as name and requirement.
fn asked_for(text: &str) -> Option<(Name, Name)> {
    let text = text.trim().trim_matches('"');
    let at = text.get(1..)?.find('@')? + 1;
    let requirement = text.get(at + 1..)?;
    Some((Name::from(text.get(..at)?), Name::from(requirement.strip_prefix("npm:").unwrap_or(requirement))))
}
