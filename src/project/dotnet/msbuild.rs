//! Evaluating project files: properties, imports, items.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use roxmltree::{Document, Node};

use super::GlobalUsing;
use crate::facts::Name;
use crate::project::cmake::join;
use crate::project::{ConfigFile, Declared, DeclaredScope, xml};

/// Imports are followed this deep.
const IMPORT_DEPTH: usize = 16;

/// At most this many files are read for one project.
const IMPORT_LIMIT: usize = 200;

/// The longest value that expanding properties may give: text that names itself many times grows without bound.
const VALUE_LIMIT: usize = 1 << 12;

/// What is wrong with a file, with the line if known.
type Fault = (Option<u32>, String);

/// The MSBuild files of the repository.
pub(super) struct Files<'a> {
    by_path: BTreeMap<&'a str, &'a ConfigFile>,
    parsed: BTreeMap<&'a str, Document<'a>>,
    /// Directories that hold a solution.
    solutions: BTreeSet<&'a str>,
}

/// What a project file comes to.
#[derive(Default)]
pub(super) struct Evaluation {
    properties: BTreeMap<String, String>,
    /// Paths of the projects that it references; those that go through unknown properties begin with `$(`.
    pub(super) references: BTreeSet<String>,
    /// Names of the assemblies that it references.
    pub(super) assemblies: BTreeSet<String>,
    /// The packages, in order.
    pub(super) packages: Vec<Declared>,
    /// Central package management: name in lower case to version.
    versions: BTreeMap<String, Name>,
    pub(super) usings: BTreeSet<GlobalUsing>,
    pub(super) links: BTreeSet<String>,
    read: BTreeSet<Arc<str>>,
}

impl Evaluation {
    /// A property's value.
    pub(super) fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(&name.to_lowercase()).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// What the project makes is called so.
    pub(super) fn name(&self, config: &ConfigFile) -> String {
        let known = |name| self.property(name).filter(|value| !value.contains("$("));
        let stem = config.file_name().strip_suffix(".csproj").unwrap_or(config.file_name());
        known("PackageId").or_else(|| known("AssemblyName")).unwrap_or(stem).to_owned()
    }

    /// Replaces `$(name)` by its value; what is not known stays.
    fn expand(&self, text: &str) -> String {
        let mut expanded = String::new();
        let mut rest = text;
        while let Some(start) = rest.find("$(") {
            let Some(length) = rest[start..].find(')') else { break };
            expanded.push_str(&rest[..start]);
            let name = &rest[start + 2..start + length];
            match self.properties.get(&name.to_lowercase()) {
                Some(value) => expanded.push_str(value),
                None => expanded.push_str(&rest[start..=start + length]),
            }
            rest = &rest[start + length + 1..];
            if expanded.len() > VALUE_LIMIT {
                return text.to_owned();
            }
        }
        expanded.push_str(rest);
        expanded
    }

    fn set(&mut self, name: &str, value: String) {
        self.properties.insert(name.to_lowercase(), value);
    }

    /// The paths of an item's `Include`.
    fn paths(&self, include: &str, directory: &str) -> Vec<String> {
        let expanded = self.expand(include).replace('\\', "/");
        let parts = expanded.split(';').map(str::trim).filter(|part| !part.is_empty());
        parts.filter_map(|part| located(directory, part)).collect()
    }
}

/// A path as a file in `directory` writes it. The root of the repository reads as `/` in values, so that directories in
/// properties can be told from relative paths.
fn located(directory: &str, path: &str) -> Option<String> {
    if path.contains("$(") {
        return Some(path.to_owned());
    }
    match path.strip_prefix('/') {
        Some(below) => join("", below.trim_start_matches('/')),
        None => join(directory, path),
    }
}

/// A directory as a value of a property: with a slash at either end.
fn as_value(directory: &str) -> String {
    if directory.is_empty() { "/".to_owned() } else { format!("/{directory}/") }
}

fn above(directory: &str) -> Option<&str> {
    (!directory.is_empty()).then(|| directory.rsplit_once('/').map_or("", |(parent, _)| parent))
}

impl<'a> Files<'a> {
    pub(super) fn new(configs: &'a [ConfigFile]) -> Self {
        let by_path = configs.iter().map(|config| (&*config.path, config)).collect();
        let is_solution = |config: &&ConfigFile| config.path.ends_with(".sln") || config.path.ends_with(".slnx");
        let solutions = configs.iter().filter(is_solution).map(ConfigFile::directory).collect();
        let is_build =
            |config: &&ConfigFile| [".props", ".targets", ".projitems"].iter().any(|end| config.path.ends_with(end));
        let parsed =
            configs.iter().filter(is_build).filter_map(|config| Some((&*config.path, xml::parse(&config.text).ok()?)));
        Self { by_path, parsed: parsed.collect(), solutions }
    }

    /// Evaluates a project file.
    pub(super) fn evaluate(&self, config: &'a ConfigFile) -> Result<Evaluation, Fault> {
        let document = xml::parse(&config.text)?;
        let directory = config.directory();
        let mut evaluation = Evaluation::default();
        evaluation.set("MSBuildProjectDirectory", as_value(directory).trim_end_matches('/').to_owned());
        evaluation.set("ProjectDir", as_value(directory));
        let stem = config.file_name().strip_suffix(".csproj").unwrap_or(config.file_name());
        evaluation.set("MSBuildProjectName", stem.to_owned());
        let solution = std::iter::successors(Some(directory), |directory| above(directory))
            .find(|directory| self.solutions.contains(directory));
        if let Some(solution) = solution {
            evaluation.set("SolutionDir", as_value(solution));
        }
        self.nearest("Directory.Build.props", directory, &mut evaluation);
        self.nearest("Directory.Packages.props", directory, &mut evaluation);
        self.apply(config, &document, &mut evaluation, 0);
        self.nearest("Directory.Build.targets", directory, &mut evaluation);
        let versions = std::mem::take(&mut evaluation.versions);
        for declared in &mut evaluation.packages {
            let central = || versions.get(declared.name.to_lowercase().as_str()).cloned();
            declared.requirement = declared.requirement.take().or_else(central);
        }
        Ok(evaluation)
    }

    /// Applies the nearest file of a name at or above a directory, as MSBuild does.
    fn nearest(&self, name: &str, directory: &str, evaluation: &mut Evaluation) {
        let found = std::iter::successors(Some(directory), |directory| above(directory))
            .find_map(|directory| self.by_path.get(join(directory, name)?.as_str()).copied());
        if let Some(config) = found {
            self.import(config, evaluation, 0);
        }
    }

    fn import(&self, config: &'a ConfigFile, evaluation: &mut Evaluation, depth: usize) {
        let Some(document) = self.parsed.get(&*config.path) else { return };
        let is_new = evaluation.read.len() < IMPORT_LIMIT && evaluation.read.insert(config.path.clone());
        if is_new && depth < IMPORT_DEPTH {
            self.apply(config, document, evaluation, depth);
        }
    }

    fn apply(&self, config: &'a ConfigFile, document: &Document<'_>, evaluation: &mut Evaluation, depth: usize) {
        let directory = config.directory();
        let this = as_value(directory);
        evaluation.set("MSBuildThisFileDirectory", this.clone());
        let lines = Lines::new(&config.text);
        for node in document.root_element().descendants().filter(Node::is_element) {
            let Some(parent) = node.parent_element() else { continue };
            match (parent.tag_name().name(), node.tag_name().name()) {
                ("PropertyGroup", name) => {
                    let value = evaluation.expand(node.text().unwrap_or_default().trim());
                    // A condition mostly asks whether the property has a value already, or which of several cases it is.
                    let is_default = node.has_attribute("Condition") || parent.has_attribute("Condition");
                    if !is_default || evaluation.property(name).is_none() {
                        evaluation.set(name, value);
                    }
                }
                ("ItemGroup", kind) => item(kind, node, config, evaluation, &lines),
                (_, "Import") => {
                    let path = node.attribute("Project").unwrap_or_default();
                    let found = if path.contains("GetPathOfFileAbove") {
                        let name = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"]
                            .into_iter()
                            .find(|name| path.contains(*name))
                            .unwrap_or(config.file_name());
                        std::iter::successors(above(directory), |directory| above(directory))
                            .find_map(|directory| self.by_path.get(join(directory, name)?.as_str()).copied())
                    } else {
                        let paths = evaluation.paths(path, directory);
                        paths.first().and_then(|path| self.by_path.get(path.as_str()).copied())
                    };
                    if let Some(found) = found {
                        self.import(found, evaluation, depth + 1);
                        evaluation.set("MSBuildThisFileDirectory", this.clone());
                    }
                }
                _ => {}
            }
        }
    }
}

/// Reads one item.
fn item(kind: &str, node: Node<'_, '_>, config: &ConfigFile, evaluation: &mut Evaluation, lines: &Lines) {
    let value = |name: &str| node.attribute(name).map(str::to_owned).or_else(|| xml::text(node, name));
    let is = |name: &str, wanted: &str| value(name).is_some_and(|value| value.eq_ignore_ascii_case(wanted));
    let Some(include) = node.attribute("Include") else { return };
    let directory = config.directory();
    match kind {
        "ProjectReference" if is("ReferenceOutputAssembly", "false") || is("OutputItemType", "Analyzer") => {}
        "ProjectReference" => evaluation.references.extend(evaluation.paths(include, directory)),
        "Reference" => {
            // `Name, Version=…, Culture=…`: the name of a library of the platform, or of one that another project makes.
            let name = evaluation.expand(include);
            evaluation.assemblies.insert(name.split(',').next().unwrap_or_default().trim().to_owned());
        }
        "PackageReference" | "GlobalPackageReference" => {
            let is_private = is("PrivateAssets", "all");
            let requirement = value("Version").or_else(|| value("VersionOverride"));
            let requirement = requirement.map(|version| evaluation.expand(&version).into());
            for name in evaluation.expand(include).split(';').map(str::trim).filter(|name| !name.is_empty()) {
                if evaluation.packages.iter().any(|known| known.name.eq_ignore_ascii_case(name)) {
                    continue;
                }
                evaluation.packages.push(Declared {
                    name: name.into(),
                    requirement: requirement.clone(),
                    locked: None,
                    scope: if is_private { DeclaredScope::Development } else { DeclaredScope::Runtime },
                    file: (!config.path.ends_with(".csproj")).then(|| config.path.clone()),
                    line: lines.of(node.range().start),
                });
            }
        }
        "PackageVersion" => {
            if let Some(version) = value("Version") {
                let version: Name = evaluation.expand(&version).into();
                evaluation.versions.insert(evaluation.expand(include).trim().to_lowercase(), version);
            }
        }
        "Using" => {
            let path = evaluation.expand(include).trim().into();
            evaluation.usings.insert(GlobalUsing {
                path,
                is_static: is("Static", "true"),
                alias: value("Alias").map(Into::into),
            });
        }
        "Compile" => {
            for path in evaluation.paths(include, directory) {
                let own = evaluation.property("ProjectDir").unwrap_or_default().trim_matches('/').to_owned();
                let is_own = own.is_empty() || path.strip_prefix(&own).is_some_and(|rest| rest.starts_with('/'));
                if !is_own && !path.contains("$(") && path.ends_with(".cs") {
                    evaluation.links.insert(path);
                }
            }
        }
        _ => {}
    }
}

/// Where lines begin, so that a node's line costs little.
struct Lines(Vec<usize>);

impl Lines {
    fn new(text: &str) -> Self {
        // Positions are those of the text without a byte order mark, which stands in the first line.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    fn of(&self, at: usize) -> u32 {
        self.0.partition_point(|newline| *newline < at) as u32 + 1
    }
}
