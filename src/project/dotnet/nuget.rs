//! NuGet's own files: `packages.lock.json` and `packages.config`.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::facts::Name;
use crate::project::{ConfigFile, Declared, DeclaredScope, Problem, xml};

/// What the files in the projects' directories say.
#[derive(Default)]
pub(super) struct Locks<'a> {
    /// Directory to package (in lower case) to version.
    versions: BTreeMap<&'a str, BTreeMap<String, Name>>,
    /// Directory to what its `packages.config` asks for.
    configs: BTreeMap<&'a str, Vec<Declared>>,
}

impl<'a> Locks<'a> {
    /// Reads those among `configs`.
    pub(super) fn read(configs: &'a [ConfigFile], problems: &mut Vec<Problem>) -> Self {
        let mut locks = Self::default();
        for config in configs {
            let fault = match config.file_name() {
                "packages.lock.json" => locks.lock(config).err(),
                "packages.config" => locks.config(config).err(),
                _ => None,
            };
            if let Some((line, message)) = fault {
                problems.push(Problem { path: config.path.clone(), line, message });
            }
        }
        locks
    }

    fn lock(&mut self, config: &'a ConfigFile) -> Result<(), (Option<u32>, String)> {
        let text = config.text.trim_start_matches('\u{feff}');
        let lock: Value =
            serde_json::from_str(text).map_err(|error| (u32::try_from(error.line()).ok(), error.to_string()))?;
        let versions = self.versions.entry(config.directory()).or_default();
        let frameworks = lock["dependencies"].as_object().into_iter().flat_map(|frameworks| frameworks.values());
        for (name, entry) in frameworks.filter_map(Value::as_object).flatten() {
            if let Some(version) = entry["resolved"].as_str() {
                versions.entry(name.to_lowercase()).or_insert_with(|| version.into());
            }
        }
        Ok(())
    }

    fn config(&mut self, config: &'a ConfigFile) -> Result<(), (Option<u32>, String)> {
        let document = xml::parse(&config.text)?;
        let packages = document.root_element().children().filter(|node| xml::is_element(*node, "package"));
        let declared = packages.filter_map(|node| {
            let is_development = node.attribute("developmentDependency") == Some("true");
            Some(Declared {
                name: node.attribute("id")?.into(),
                requirement: node.attribute("version").map(Into::into),
                locked: None,
                scope: if is_development { DeclaredScope::Development } else { DeclaredScope::Runtime },
                file: Some(config.path.clone()),
                line: document.text_pos_at(node.range().start).row,
            })
        });
        self.configs.insert(config.directory(), declared.collect());
        Ok(())
    }

    /// What the `packages.config` of a directory asks for.
    pub(super) fn of_config(&self, directory: &str) -> Vec<Declared> {
        self.configs.get(directory).cloned().unwrap_or_default()
    }

    /// The version that the lock file of a directory fixes.
    pub(super) fn version(&self, directory: &str, package: &str) -> Option<Name> {
        self.versions.get(directory)?.get(&package.to_lowercase()).cloned()
    }
}
