//! `package.json`.

use std::sync::Arc;

use jsonc_parser::ast::{Object, Value};

use super::{ReadError, json};
use crate::facts::Name;
use crate::project::{ConfigFile, DeclaredScope};

/// What a `package.json` says that resolution needs.
#[derive(Debug, Clone, Default)]
pub struct PackageJson {
    /// The manifest's path.
    pub path: Arc<str>,
    /// The directory that holds it.
    pub directory: Box<str>,
    /// The package's name.
    pub name: Option<Name>,
    /// Its version.
    pub version: Option<Name>,
    /// Whether it must not be published.
    pub private: bool,
    /// `types` or `typings`.
    pub types: Option<Name>,
    /// `source`: where some bundlers look for what was not built yet.
    pub source: Option<Name>,
    /// `module`.
    pub module: Option<Name>,
    /// `main`.
    pub main: Option<Name>,
    /// `browser`, where it is one file.
    pub browser: Option<Name>,
    /// `exports`.
    pub exports: Option<Entry>,
    /// `imports`: the names that start with `#`.
    pub imports: Option<Entry>,
    /// The range-independent part of `typesVersions`: patterns to replacements.
    pub types_versions: Vec<(Name, Vec<Name>)>,
    /// Globs of the packages that belong to this one, if it is a workspace.
    pub workspaces: Vec<Name>,
    /// In the manifest's order.
    pub dependencies: Vec<Dependency>,
    /// Whether a workspace of the project lists it (or is it).
    pub member: bool,
}

/// A dependency as written.
#[derive(Debug, Clone)]
pub struct Dependency {
    /// The name that imports use.
    pub name: Name,
    /// The range, path or protocol asked for.
    pub requirement: Name,
    /// Which table names it.
    pub scope: DeclaredScope,
    /// Line in the manifest, counted from 1.
    pub line: u32,
}

impl Dependency {
    /// The name in the registry: `npm:real@1` and `workspace:real@*` give one name to another package.
    pub fn registry_name(&self) -> &str {
        let name_of = |target: &str| target.rfind('@').filter(|at| *at > 0);
        if let Some(target) = self.requirement.strip_prefix("npm:") {
            return name_of(target).map_or(target, |end| &target[..end]);
        }
        let target = self.requirement.strip_prefix("workspace:").unwrap_or_default();
        name_of(target).map_or(&self.name, |end| &target[..end])
    }

    /// The directory it is linked to, relative to the manifest's (`file:`, `link:`, `portal:`).
    pub fn linked_directory(&self) -> Option<&str> {
        let target = ["file:", "link:", "portal:", "workspace:"]
            .iter()
            .find_map(|protocol| self.requirement.strip_prefix(protocol))?;
        let is_workspace = self.requirement.starts_with("workspace:");
        let is_path = target.starts_with('.') || (!is_workspace && !target.ends_with(".tgz"));
        is_path.then_some(target)
    }
}

/// A value in `exports` or `imports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A path relative to the package, or in `imports` also another package's name.
    Path(Name),
    /// Subpaths or conditions to values, in order.
    Map(Vec<(Name, Entry)>),
    /// Fallbacks.
    List(Vec<Entry>),
    /// Not to be had.
    Null,
}

impl PackageJson {
    /// Whether it describes a package and not only the module system of a directory.
    pub fn is_package(&self) -> bool {
        self.name.is_some() || !self.dependencies.is_empty() || !self.workspaces.is_empty()
    }

    /// The first declaration of a dependency that imports call `name`.
    pub fn dependency(&self, name: &str) -> Option<&Dependency> {
        self.dependencies.iter().find(|dependency| dependency.name == name)
    }
}

/// Reads a `package.json`.
///
/// # Errors
/// It is not a JSON object.
pub fn read(config: &ConfigFile) -> Result<PackageJson, ReadError> {
    let object = json::object(&config.text)?;
    let workspaces = json::strings(&object, "workspaces")
        .or_else(|| object.get_object("workspaces").and_then(|inner| json::strings(inner, "packages")))
        .unwrap_or_default();
    Ok(PackageJson {
        path: config.path.clone(),
        directory: config.directory().into(),
        name: json::string(&object, "name").filter(|name| !name.is_empty()),
        version: json::string(&object, "version"),
        private: object.get_boolean("private").is_some_and(|private| private.value),
        types: json::string(&object, "types").or_else(|| json::string(&object, "typings")),
        source: json::string(&object, "source"),
        module: json::string(&object, "module"),
        main: json::string(&object, "main"),
        browser: json::string(&object, "browser"),
        exports: object.get("exports").map(|property| entry(&property.value)),
        imports: object.get("imports").map(|property| entry(&property.value)),
        types_versions: types_versions(&object),
        workspaces,
        dependencies: dependencies(&config.text, &object),
        member: false,
    })
}

/// The depth is the parser's: it refuses what is nested deeper than 512.
fn entry(value: &Value<'_>) -> Entry {
    match value {
        Value::StringLit(text) => Entry::Path(Name::from(&*text.value)),
        Value::Object(object) => Entry::Map(
            object
                .properties
                .iter()
                .map(|property| (Name::from(property.name.as_str()), entry(&property.value)))
                .collect(),
        ),
        Value::Array(array) => Entry::List(array.elements.iter().map(entry).collect()),
        _ => Entry::Null,
    }
}

fn types_versions(object: &Object<'_>) -> Vec<(Name, Vec<Name>)> {
    let ranges = object.get_object("typesVersions");
    let patterns = ranges.and_then(|ranges| ranges.properties.first()).and_then(|range| range.value.as_object());
    patterns.map_or_else(Vec::new, |patterns| {
        let of = |value: &Value<'_>| value.as_array().map(|array| json::texts(&array.elements)).unwrap_or_default();
        patterns.properties.iter().map(|property| (Name::from(property.name.as_str()), of(&property.value))).collect()
    })
}

fn dependencies(text: &str, object: &Object<'_>) -> Vec<Dependency> {
    const TABLES: [(&str, DeclaredScope); 4] = [
        ("dependencies", DeclaredScope::Runtime),
        ("devDependencies", DeclaredScope::Development),
        ("peerDependencies", DeclaredScope::Peer),
        ("optionalDependencies", DeclaredScope::Optional),
    ];
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut dependencies = Vec::new();
    for (table, scope) in TABLES {
        let Some(table) = object.get_object(table) else { continue };
        for (property, line) in table.properties.iter().zip(json::lines_of(text, table)) {
            let Some(requirement) = property.value.as_string_lit() else { continue };
            dependencies.push(Dependency {
                name: Name::from(property.name.as_str()),
                requirement: Name::from(&*requirement.value),
                scope,
                line,
            });
        }
    }
    dependencies.sort_by_key(|dependency| dependency.line);
    dependencies
}
