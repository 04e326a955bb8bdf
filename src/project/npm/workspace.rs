//! Which packages belong together: npm's and yarn's `workspaces`, pnpm's, lerna's and Rush's lists.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::{PackageJson, ReadError, json, path, yaml};
use crate::facts::Name;
use crate::project::ConfigFile;

/// Every workspace of the project.
#[derive(Default)]
pub struct Workspaces {
    roots: Vec<Root>,
    /// pnpm's catalogs: the workspace's directory, the catalog, the package, the requirement.
    catalogs: Vec<(Box<str>, Name, Name, Name)>,
}

struct Root {
    directory: Box<str>,
    patterns: Vec<Name>,
}

impl Workspaces {
    /// Notes the packages that a `package.json` lists.
    pub fn add_package(&mut self, package: &PackageJson) {
        self.add(&package.directory, package.workspaces.clone());
    }

    /// Reads a `pnpm-workspace.yaml`.
    ///
    /// # Errors
    /// It is not YAML.
    pub fn add_pnpm(&mut self, config: &ConfigFile) -> Result<(), ReadError> {
        let document = yaml::read(&config.text)?;
        let packages = document.get("packages").map_or(&[][..], |packages| packages.elements());
        self.add(config.directory(), packages.iter().filter_map(|pattern| pattern.text().cloned()).collect());
        let default = document.get("catalog").map(|entries| (Name::from("default"), entries));
        let named = document.get("catalogs").map_or(&[][..], |catalogs| catalogs.entries());
        for (catalog, entries) in default.into_iter().chain(named.iter().map(|(name, entries)| (name.clone(), entries)))
        {
            for (package, requirement) in entries.entries() {
                let Some(requirement) = requirement.text() else { continue };
                self.catalogs.push((config.directory().into(), catalog.clone(), package.clone(), requirement.clone()));
            }
        }
        Ok(())
    }

    /// Reads a `lerna.json` or `rush.json`.
    ///
    /// # Errors
    /// It is not a JSON object.
    pub fn add_json(&mut self, config: &ConfigFile) -> Result<(), ReadError> {
        let object = json::object(&config.text)?;
        let mut patterns = json::strings(&object, "packages").unwrap_or_default();
        for project in object.get_array("projects").map_or(&[][..], |projects| projects.elements.as_slice()) {
            patterns.extend(project.as_object().and_then(|project| json::string(project, "projectFolder")));
        }
        self.add(config.directory(), patterns);
        Ok(())
    }

    fn add(&mut self, directory: &str, patterns: Vec<Name>) {
        if !patterns.is_empty() {
            self.roots.push(Root { directory: directory.into(), patterns });
        }
    }

    /// What a requirement `catalog:` or `catalog:name` stands for.
    pub fn catalog(&self, directory: &str, package: &str, requirement: &str) -> Option<Name> {
        let catalog = match requirement.strip_prefix("catalog:")? {
            "" => "default",
            name => name,
        };
        self.catalogs
            .iter()
            .filter(|(root, name, of, _)| name == catalog && of == package && path::below(directory, root).is_some())
            .max_by_key(|(root, ..)| root.len())
            .map(|(.., requirement)| requirement.clone())
    }

    /// Marks the packages that some workspace lists, and those that list others.
    pub fn mark_members(&self, packages: &mut [PackageJson]) {
        for root in &self.roots {
            let (listed, left_out) = root.globs();
            for package in packages.iter_mut() {
                let Some(relative) = path::below(&package.directory, &root.directory) else { continue };
                let is_listed = listed.is_match(relative) && !left_out.is_match(relative);
                let is_installed = relative.split('/').any(|part| part == "node_modules");
                package.member |= relative.is_empty() || is_listed && !is_installed;
            }
        }
    }
}

impl Root {
    /// What is listed and what is taken out again. A pattern that is no glob matches nothing.
    fn globs(&self) -> (GlobSet, GlobSet) {
        let mut listed = GlobSetBuilder::new();
        let mut left_out = GlobSetBuilder::new();
        for pattern in &self.patterns {
            let (set, pattern) = match pattern.strip_prefix('!') {
                Some(pattern) => (&mut left_out, pattern),
                None => (&mut listed, pattern.as_str()),
            };
            let pattern = pattern.trim_start_matches("./").trim_start_matches('/').trim_end_matches('/');
            if let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() {
                set.add(glob);
            }
        }
        (listed.build().unwrap_or_default(), left_out.build().unwrap_or_default())
    }
}
