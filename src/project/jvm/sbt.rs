//! sbt: what build definitions say in literals. They are programs; nothing of them is run.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::{Module, directory_name, join};
use crate::facts::Name;
use crate::project::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project};

/// Whether a file of this name is read here.
pub(super) fn is_config(file_name: &str) -> bool {
    file_name.ends_with(".sbt")
}

/// Compiles a pattern of this file; each is run by a test, so that none can fail.
macro_rules! pattern {
    ($text:literal) => {
        LazyLock::new(|| Regex::new($text).unwrap_or_else(|error| panic!("{error}")))
    };
}

static PROJECT: LazyLock<Regex> =
    pattern!(r#"^\s*(?:lazy\s+)?val\s+`?([\w\-]+)`?\s*(?::\s*\w+\s*)?=.*\b(?:project|crossProject|Project)\b"#);
static DIRECTORY: LazyLock<Regex> = pattern!(r#"\bin\s*\(?\s*file\s*\(\s*"([^"$]+)"\s*\)"#);
static NEEDS: LazyLock<Regex> = pattern!(r#"\bdependsOn\s*\(([^)]*)"#);
static NEEDED: LazyLock<Regex> = pattern!(r#"`?([A-Za-z_][\w\-]*)`?(?:\.(?:jvm|js|native)\b)?"#);
static LIBRARY: LazyLock<Regex> =
    pattern!(r#""([\w.\-]+)"\s*%{1,3}\s*"([\w.\-]+)"\s*%\s*(?:"([^"]+)"|[\w.]+)(?:\s*%\s*(?:"([^"]+)"|(\w+)))?"#);
static NAME: LazyLock<Regex> = pattern!(r#"^\s*(?:ThisBuild\s*/\s*)?name\s*:=\s*"([^"]+)""#);
static VERSION: LazyLock<Regex> = pattern!(r#"^\s*(?:ThisBuild\s*/\s*)?version\s*:=\s*"([^"]+)""#);

/// A project that a build definition declares.
#[derive(Default)]
struct Build {
    /// What the definition calls it.
    id: String,
    directory: String,
    name: Option<Name>,
    needs: Vec<String>,
    declared: Vec<Declared>,
}

/// Reads every `build.sbt` among `configs`; `project/plugins.sbt` is of the build itself.
pub(super) fn read(configs: &[ConfigFile], project: &mut Project) {
    for config in configs.iter().filter(|config| config.file_name() == "build.sbt") {
        let (builds, version) = read_definition(config);
        let directories: BTreeMap<&str, &str> =
            builds.iter().map(|build| (build.id.as_str(), build.directory.as_str())).collect();
        for build in &builds {
            add(config, build, &directories, version.as_ref(), project);
        }
    }
}

fn add(
    config: &ConfigFile,
    build: &Build,
    directories: &BTreeMap<&str, &str>,
    version: Option<&Name>,
    project: &mut Project,
) {
    let is_there = |package: &Package| package.ecosystem == Ecosystem::Maven && *package.directory == *build.directory;
    if project.packages.iter().any(is_there) {
        return;
    }
    let mut needs: Vec<Box<str>> = build
        .needs
        .iter()
        .filter_map(|id| directories.get(id.as_str()))
        .map(|directory| Box::from(*directory))
        .collect();
    needs.sort();
    needs.dedup();
    project.jvm.modules.push(Module { directory: build.directory.as_str().into(), needs, is_complete: false });
    project.packages.push(Package {
        ecosystem: Ecosystem::Maven,
        name: build.name.clone().unwrap_or_else(|| directory_name(&build.directory).into()),
        version: version.cloned(),
        directory: build.directory.as_str().into(),
        manifest: Arc::clone(&config.path),
        dependencies: build.declared.clone(),
    });
}

/// The projects of a definition: the one of its own directory, and those it declares. What stands after a declaration is
/// that project's, up to the next one.
fn read_definition(config: &ConfigFile) -> (Vec<Build>, Option<Name>) {
    let mut builds = vec![Build { directory: config.directory().to_owned(), ..Build::default() }];
    let mut version = None;
    for (line, text) in (1..).zip(config.text.lines()) {
        let text = text.split("//").next().unwrap_or_default();
        if let Some(declared) = PROJECT.captures(text) {
            let id = declared[1].to_owned();
            let directory = join(config.directory(), &id).unwrap_or_default();
            builds.push(Build { id, directory, ..Build::default() });
        } else if !text.starts_with([' ', '\t', '.', ')', '}']) && !text.trim().is_empty() {
            // A new statement at the left edge is of the whole build.
            builds.push(Build::default());
        }
        let Some(build) = builds.last_mut() else { continue };
        if let Some(directory) = DIRECTORY.captures(text) {
            build.directory = join(config.directory(), &directory[1]).unwrap_or_default();
        }
        if let Some(needs) = NEEDS.captures(text) {
            build.needs.extend(NEEDED.captures_iter(&needs[1]).map(|needed| needed[1].to_owned()));
        }
        build.name = build.name.take().or_else(|| NAME.captures(text).map(|name| Name::new(&name[1])));
        version = version.or_else(|| VERSION.captures(text).map(|version| Name::new(&version[1])));
        build.declared.extend(LIBRARY.captures_iter(text).map(|library| declared(&library, line)));
    }
    (joined(builds), version)
}

/// Statements that declare no project are settings of the definition's own directory, which comes first.
fn joined(builds: Vec<Build>) -> Vec<Build> {
    let mut all: Vec<Build> = Vec::new();
    for build in builds {
        match all.iter_mut().find(|other| build.id.is_empty() || other.directory == build.directory) {
            Some(same) => {
                same.name = same.name.take().or(build.name);
                same.needs.extend(build.needs);
                same.declared.extend(build.declared);
                if same.id.is_empty() {
                    same.id = build.id;
                }
            }
            None => all.push(build),
        }
    }
    all
}

fn declared(library: &regex::Captures<'_>, line: u32) -> Declared {
    let scope = library.get(4).or_else(|| library.get(5)).map_or("", |scope| scope.as_str()).to_ascii_lowercase();
    Declared {
        name: format!("{}:{}", &library[1], &library[2]).into(),
        requirement: library.get(3).map(|version| Name::new(version.as_str())),
        locked: None,
        scope: match scope.as_str() {
            "provided" => DeclaredScope::Peer,
            "optional" => DeclaredScope::Optional,
            scope if scope.contains("test") || scope == "it" => DeclaredScope::Development,
            _ => DeclaredScope::Runtime,
        },
        file: None,
        line,
    }
}
