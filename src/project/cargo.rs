//! Rust: Cargo manifests and lock files.

mod dependencies;
mod flags;
mod lock;
mod unimported;
mod workspace;

use std::sync::Arc;

use rustc_hash::FxHashMap;
use toml::de::{DeTable, DeValue};

use super::{ConfigFile, DeclaredScope, Ecosystem, Package, Problem, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// Every package of the project, by directory.
    pub packages: Vec<CargoPackage>,
}

/// A Cargo package as its manifest describes it. Which of its targets exist is for the reader of the paths to find out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CargoPackage {
    /// As other manifests call it.
    pub name: Name,
    /// The manifest's directory; `""` is the root.
    pub directory: Box<str>,
    /// The edition's year.
    pub edition: u16,
    /// The library's name, if `[lib]` gives one that differs from the package's.
    pub library_name: Option<Name>,
    /// The library's root file, if `[lib]` gives one, relative to the project's root.
    pub library_path: Option<Box<str>>,
    /// Whether the library is a procedural macro.
    pub proc_macro: bool,
    /// Root files that the manifest names, relative to the project's root.
    pub targets: Vec<Target>,
    /// Kinds of target of which the files are not looked for.
    pub not_discovered: Vec<TargetKind>,
    /// The build script, if the manifest names one.
    pub build: Option<Box<str>>,
    /// Whether `build = false` is set.
    pub no_build: bool,
    /// Crates that its code can name.
    pub crates: Vec<CrateDependency>,
    /// The features it offers.
    pub features: Vec<Name>,
    /// Flags that `--cfg` sets: for all of the project (`.cargo/config.toml`), or where its documentation is built.
    pub flags: Vec<Name>,
    /// Whether the build script has dependencies, which may tell it to set further flags.
    pub has_build_dependencies: bool,
}

/// A target that a manifest lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Which section lists it.
    pub kind: TargetKind,
    /// Its name.
    pub name: Name,
    /// Its root file relative to the project's root, if given.
    pub path: Option<Box<str>>,
}

/// The kinds of target that a package may have several of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TargetKind {
    /// `[[bin]]`, `src/bin`.
    Binary,
    /// `[[test]]`, `tests`.
    Test,
    /// `[[bench]]`, `benches`.
    Bench,
    /// `[[example]]`, `examples`.
    Example,
}

impl TargetKind {
    /// Each kind with its section, its directory, and the key that turns off the search for its files.
    pub const ALL: [(TargetKind, &'static str, &'static str, &'static str); 4] = [
        (TargetKind::Binary, "bin", "src/bin", "autobins"),
        (TargetKind::Test, "test", "tests", "autotests"),
        (TargetKind::Bench, "bench", "benches", "autobenches"),
        (TargetKind::Example, "example", "examples", "autoexamples"),
    ];
}

/// A crate that a package's code can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrateDependency {
    /// The name in the manifest; in code its dashes are underscores.
    pub local: Name,
    /// The package's name.
    pub package: Name,
    /// Whether the manifest renames it, so that the library's own name does not count.
    pub renamed: bool,
    /// Where the package is, for path dependencies and patches; `""` is the root.
    pub directory: Option<Box<str>>,
}

/// Whether a file is read here.
pub fn is_config(path: &str) -> bool {
    let file_name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    matches!(file_name, "Cargo.toml" | "Cargo.lock") || is_cargo_config(path)
}

/// Whether a file is Cargo's own configuration.
fn is_cargo_config(path: &str) -> bool {
    path.strip_suffix(".cargo/config.toml").is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// A manifest's text with its tables.
struct Manifest<'a> {
    path: Arc<str>,
    directory: &'a str,
    text: &'a str,
    table: DeTable<'a>,
}

impl Manifest<'_> {
    /// The line of a byte, counted from 1.
    fn line(&self, at: usize) -> u32 {
        line_of(self.text, at)
    }

    fn problem(&self, at: usize, message: String) -> Problem {
        Problem { path: self.path.clone(), line: Some(self.line(at)), message }
    }

    /// A path that the manifest gives, relative to the project's root; none if it leaves it.
    fn resolve(&self, path: &str) -> Option<Box<str>> {
        join(self.directory, path)
    }
}

fn line_of(text: &str, at: usize) -> u32 {
    memchr::memchr_iter(b'\n', &text.as_bytes()[..at.min(text.len())]).count() as u32 + 1
}

/// A path below a directory with `.` and `..` taken out; none if it leaves the root. `""` is the root.
pub fn join(directory: &str, path: &str) -> Option<Box<str>> {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/").into())
}

fn table<'t, 'a>(table: &'t DeTable<'a>, key: &str) -> Option<&'t DeTable<'a>> {
    table.get(key)?.get_ref().as_table()
}

fn string<'t>(table: &'t DeTable<'_>, key: &str) -> Option<&'t str> {
    table.get(key)?.get_ref().as_str()
}

fn boolean(table: &DeTable<'_>, key: &str) -> Option<bool> {
    table.get(key)?.get_ref().as_bool()
}

/// Whether a value is `{ workspace = true }`.
fn is_inherited(value: &DeValue<'_>) -> bool {
    value.as_table().and_then(|table| boolean(table, "workspace")) == Some(true)
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let mut manifests = Vec::new();
    for config in configs.iter().filter(|config| config.file_name() == "Cargo.toml") {
        match DeTable::parse(&config.text) {
            Ok(table) => manifests.push(Manifest {
                path: config.path.clone(),
                directory: config.directory(),
                text: &config.text,
                table: table.into_inner(),
            }),
            Err(error) => project.problems.push(Problem {
                path: config.path.clone(),
                line: error.span().map(|span| line_of(&config.text, span.start)),
                message: error.message().to_owned(),
            }),
        }
    }
    let by_directory: FxHashMap<&str, usize> =
        manifests.iter().enumerate().map(|(index, manifest)| (manifest.directory, index)).collect();
    let workspaces = workspace::Workspaces::new(&manifests, &by_directory, &mut project.problems);
    let locks = lock::Locks::read(configs);
    let flags = flags::of_configs(configs);
    for (index, manifest) in manifests.iter().enumerate() {
        let Some(section) = table(&manifest.table, "package").or_else(|| table(&manifest.table, "project")) else {
            continue;
        };
        let workspace = workspaces.of(index);
        let inherited = |key: &str| {
            let value = section.get(key)?.get_ref();
            if is_inherited(value) { workspace?.package(key) } else { value.as_str() }
        };
        let Some(name) = string(section, "name") else {
            project.problems.push(manifest.problem(0, "a package without a name".to_owned()));
            continue;
        };
        let mut declared = Vec::new();
        let crates = dependencies::read(manifest, workspace, &mut declared, &mut project.problems);
        locks.fix(manifest.directory, name, &mut declared);
        let root = workspace.map(|workspace| workspace.manifest);
        project.unimported.extend(unimported::read(manifest, root, &crates));
        project.packages.push(Package {
            ecosystem: Ecosystem::Cargo,
            name: name.into(),
            version: inherited("version").map(Name::from),
            directory: manifest.directory.into(),
            manifest: manifest.path.clone(),
            dependencies: declared,
        });
        let mut package = targets(manifest, section);
        package.name = name.into();
        package.edition = inherited("edition").and_then(|edition| edition.parse().ok()).unwrap_or(2015);
        package.crates = crates;
        package.has_build_dependencies =
            project.packages.last().is_some_and(|it| it.dependencies.iter().any(|it| it.scope == DeclaredScope::Build));
        package.flags = flags::of_documentation(section);
        let is_above = |directory: &str| {
            directory.is_empty()
                || manifest.directory == directory
                || manifest.directory.starts_with(&format!("{directory}/"))
        };
        let of_project = flags.iter().filter(|(directory, _)| is_above(directory)).flat_map(|(_, flags)| flags);
        package.flags.extend(of_project.cloned());
        project.cargo.packages.push(package);
    }
    project.cargo.packages.sort_by(|a, b| a.directory.cmp(&b.directory));
}

/// The parts of a package that say where its targets are.
fn targets(manifest: &Manifest<'_>, section: &DeTable<'_>) -> CargoPackage {
    let library = table(&manifest.table, "lib");
    let of_library = |key: &str| library.and_then(|library| string(library, key));
    let mut targets = Vec::new();
    let mut not_discovered = Vec::new();
    for (kind, key, _, auto) in TargetKind::ALL {
        if boolean(section, auto) == Some(false) {
            not_discovered.push(kind);
        }
        let listed = manifest.table.get(key).and_then(|value| value.get_ref().as_array());
        for target in listed.into_iter().flat_map(|array| array.iter()).filter_map(|value| value.get_ref().as_table()) {
            targets.push(Target {
                kind,
                name: string(target, "name").unwrap_or_default().into(),
                path: string(target, "path").and_then(|path| manifest.resolve(path)),
            });
        }
    }
    let features = table(&manifest.table, "features");
    CargoPackage {
        name: Name::default(),
        directory: manifest.directory.into(),
        edition: 2015,
        library_name: of_library("name").map(Name::from),
        library_path: of_library("path").and_then(|path| manifest.resolve(path)),
        proc_macro: ["proc-macro", "proc_macro"]
            .iter()
            .any(|key| library.and_then(|library| boolean(library, key)) == Some(true)),
        targets,
        not_discovered,
        build: string(section, "build").and_then(|path| manifest.resolve(path)),
        no_build: boolean(section, "build") == Some(false),
        crates: Vec::new(),
        features: features
            .map(|table| table.keys().map(|key| Name::from(&**key.get_ref())).collect())
            .unwrap_or_default(),
        flags: Vec::new(),
        has_build_dependencies: false,
    }
}

#[cfg(test)]
mod tests;
