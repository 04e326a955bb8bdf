//! Gradle: what settings and build scripts, in Groovy or Kotlin, say in literals, and version catalogs. The scripts are
//! programs; nothing of them is run.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use regex::Regex;
use serde::Deserialize;

use super::{Fault, Module, directory_name, join, report};
use crate::facts::Name;
use crate::project::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project};

/// Whether a file of this name is read here.
pub(super) fn is_config(file_name: &str) -> bool {
    file_name.ends_with(".gradle") || file_name.ends_with(".gradle.kts") || file_name.ends_with(".versions.toml")
}

/// Compiles a pattern of this file; each is run by a test, so that none can fail.
macro_rules! pattern {
    ($text:literal) => {
        LazyLock::new(|| Regex::new($text).unwrap_or_else(|error| panic!("{error}")))
    };
}

static INCLUDE: LazyLock<Regex> = pattern!(r#"^\s*include\b"#);
static QUOTED: LazyLock<Regex> = pattern!(r#"["']([^"'$\s]+)["']"#);
static PROJECT_DIRECTORY: LazyLock<Regex> =
    pattern!(r#"project\(\s*["']:?([^"']+)["']\s*\)\.projectDir\s*=.*?["']([^"'$]+)["']"#);
static CONFIGURATION: LazyLock<Regex> = pattern!(
    r#"^\s*["']?([a-zA-Z]*(?i:api|implementation|compile|compileOnly|runtime|runtimeOnly|annotationProcessor|kapt|ksp|shaded?|optional))["']?(?:\s*\(|\s)\s*(.*)$"#
);
static MODULE: LazyLock<Regex> = pattern!(r#"["']([\w.\-]+):([\w.\-]+)(?::([^"':@]+))?[^"']*["']"#);
static NAMED: LazyLock<Regex> = pattern!(
    r#"group\s*[:=]\s*["']([^"']+)["']\s*,\s*name\s*[:=]\s*["']([^"']+)["'](?:\s*,\s*version\s*[:=]\s*["']([^"']+)["'])?"#
);
static PROJECT: LazyLock<Regex> = pattern!(r#"project\(\s*(?:path\s*[:=]\s*)?["']:?([^"']+)["']"#);
static ACCESSOR: LazyLock<Regex> = pattern!(r#"\bprojects\.([\w.]+)"#);
static LIBRARY: LazyLock<Regex> = pattern!(r#"\blibs\.([\w.]+)"#);

/// A settings script's projects: path (`web:api`) to directory.
type Projects = BTreeMap<String, String>;

/// A version catalog's libraries: alias with dots to artifact and version.
type Catalog = BTreeMap<String, (Name, Option<Name>)>;

/// What the build scripts of one directory name.
struct Build {
    manifest: Arc<str>,
    declared: Vec<Declared>,
    /// Directories of other projects.
    needs: Vec<Box<str>>,
}

/// Reads every Gradle script and catalog among `configs`.
pub(super) fn read(configs: &[ConfigFile], project: &mut Project) {
    let mut projects: BTreeMap<&str, Projects> = BTreeMap::new();
    let mut catalog = Catalog::new();
    for config in configs.iter().filter(|config| is_config(config.file_name())) {
        if config.file_name().starts_with("settings.gradle") {
            projects.insert(config.directory(), settings(config));
        } else if config.file_name().ends_with(".toml") {
            match libraries(config) {
                Ok(found) => catalog.extend(found),
                Err(fault) => report(project, config, fault),
            }
        }
    }
    let mut found: BTreeMap<&str, Build> = BTreeMap::new();
    for config in configs.iter().filter(|config| is_build_script(config)) {
        let root = root_of(&projects, config.directory());
        let new = || Build { manifest: config.path.clone(), declared: Vec::new(), needs: Vec::new() };
        script(config, root, &catalog, found.entry(config.directory()).or_insert_with(new));
    }
    for (directory, Build { manifest, declared, mut needs }) in found {
        needs.sort();
        needs.dedup();
        let is_maven = |package: &Package| package.ecosystem == Ecosystem::Maven && &*package.directory == directory;
        if project.packages.iter().any(is_maven) {
            continue;
        }
        project.jvm.modules.push(Module { directory: directory.into(), needs, is_complete: false });
        project.packages.push(Package {
            ecosystem: Ecosystem::Maven,
            name: directory_name(directory).into(),
            version: None,
            directory: directory.into(),
            manifest,
            dependencies: declared,
        });
    }
}

/// `build.gradle`, or a script called like its directory.
fn is_build_script(config: &ConfigFile) -> bool {
    let name = config.file_name();
    let stem = name.strip_suffix(".gradle").or_else(|| name.strip_suffix(".gradle.kts"));
    stem.is_some_and(|stem| stem == "build" || stem == directory_name(config.directory()))
}

/// The nearest settings above a directory.
fn root_of<'p>(projects: &'p BTreeMap<&str, Projects>, directory: &str) -> Option<(&'p str, &'p Projects)> {
    let mut above = Some(directory);
    while let Some(current) = above {
        if let Some((root, projects)) = projects.get_key_value(current) {
            return Some((root, projects));
        }
        above = (!current.is_empty()).then(|| current.rsplit_once('/').map_or("", |(parent, _)| parent));
    }
    None
}

fn settings(config: &ConfigFile) -> Projects {
    let mut projects = Projects::new();
    let mut is_including = false;
    for line in code_lines(&config.text).map(|(_, line)| line) {
        is_including |= INCLUDE.is_match(line);
        if is_including {
            for path in QUOTED.captures_iter(line) {
                let path = path[1].trim_start_matches(':');
                if let Some(directory) = join(config.directory(), &path.replace(':', "/")) {
                    projects.insert(path.to_owned(), directory);
                }
            }
            // A list goes on over lines that end with a comma or an opening bracket.
            is_including = line.trim_end().ends_with([',', '(']) || line.trim() == "include";
        }
        if let Some(moved) = PROJECT_DIRECTORY.captures(line)
            && let Some(directory) = join(config.directory(), &moved[2])
        {
            projects.insert(moved[1].to_owned(), directory);
        }
    }
    projects
}

/// Lines without comments, numbered from 1.
fn code_lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    let mut is_comment = false;
    (1..).zip(text.lines()).filter_map(move |(number, line)| {
        let trimmed = line.trim_start();
        if is_comment {
            is_comment = !line.contains("*/");
            return None;
        }
        if trimmed.starts_with("/*") {
            is_comment = !line.contains("*/");
            return None;
        }
        (!trimmed.starts_with("//")).then_some((number, line))
    })
}

/// Collects what a build script's dependency blocks name.
fn script(config: &ConfigFile, root: Option<(&str, &Projects)>, catalog: &Catalog, build: &mut Build) {
    let file = (build.manifest != config.path).then(|| config.path.clone());
    for (line, text) in code_lines(&config.text) {
        let Some(found) = CONFIGURATION.captures(text) else { continue };
        let scope = scope_of(&found[1]);
        let rest = found.get(2).map_or("", |rest| rest.as_str());
        let mut add = |name: Name, requirement: Option<Name>| {
            build.declared.push(Declared { name, requirement, locked: None, scope, file: file.clone(), line });
        };
        if let Some(other) = PROJECT.captures(rest) {
            let directory = root.and_then(|(_, projects)| projects.get(&other[1]).cloned());
            let usual = || join(root.map_or("", |(root, _)| root), &other[1].replace(':', "/"));
            build.needs.extend(directory.or_else(usual).map(Box::from));
        } else if let Some(accessor) = ACCESSOR.captures(rest) {
            let wanted = plain(&accessor[1]);
            let projects = root.into_iter().flat_map(|(_, projects)| projects);
            build
                .needs
                .extend(projects.filter(|(path, _)| plain(path) == wanted).map(|(_, at)| Box::from(at.as_str())));
        } else if let Some(alias) = LIBRARY.captures(rest) {
            if let Some((name, version)) = catalog.get(alias[1].trim_end_matches(".get")) {
                add(name.clone(), version.clone());
            }
        } else if let Some(named) = NAMED.captures(rest).or_else(|| MODULE.captures(rest)) {
            let version = named.get(3).map(|version| Name::new(version.as_str()));
            add(format!("{}:{}", &named[1], &named[2]).into(), version);
        }
    }
}

/// A project's path without separators and case, as accessors write it.
fn plain(path: &str) -> String {
    path.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn scope_of(configuration: &str) -> DeclaredScope {
    let lower = configuration.to_ascii_lowercase();
    if lower.contains("test") {
        DeclaredScope::Development
    } else if lower.contains("compileonly") {
        DeclaredScope::Peer
    } else if lower.contains("processor") || lower == "kapt" || lower == "ksp" {
        DeclaredScope::Build
    } else if lower.contains("optional") {
        DeclaredScope::Optional
    } else {
        DeclaredScope::Runtime
    }
}

#[derive(Deserialize)]
struct CatalogFile {
    #[serde(default)]
    versions: BTreeMap<String, toml::Value>,
    #[serde(default)]
    libraries: BTreeMap<String, toml::Value>,
}

fn libraries(config: &ConfigFile) -> Result<Catalog, Fault> {
    let file: CatalogFile = toml::from_str(&config.text).map_err(|error| {
        let before = error.span().map(|span| &config.text.as_bytes()[..span.start.min(config.text.len())]);
        (before.map(|before| memchr::memchr_iter(b'\n', before).count() as u32 + 1), error.message().to_owned())
    })?;
    let text = |value: &toml::Value, key: &str| value.get(key).and_then(|value| value.as_str()).map(str::to_owned);
    let mut catalog = Catalog::new();
    for (alias, library) in &file.libraries {
        let (name, version) = if let Some(whole) = library.as_str() {
            let mut parts = whole.splitn(3, ':');
            let (Some(group), Some(artifact)) = (parts.next(), parts.next()) else { continue };
            (format!("{group}:{artifact}"), parts.next().map(Name::new))
        } else {
            let parts = || Some(format!("{}:{}", text(library, "group")?, text(library, "name")?));
            let Some(name) = text(library, "module").or_else(parts) else { continue };
            let written = library.get("version");
            let plain = written.and_then(|version| version.as_str()).map(Name::new);
            let referred = written
                .and_then(|version| text(version, "ref"))
                .and_then(|reference| file.versions.get(&reference)?.as_str().map(Name::new));
            (name, plain.or(referred))
        };
        catalog.insert(alias.replace(['-', '_'], "."), (name.into(), version));
    }
    Ok(catalog)
}
