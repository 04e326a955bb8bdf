//! Python manifests: `pyproject.toml` of every common build tool, `setup.cfg`, what `setup.py` says in literals,
//! requirement files, and lock files.
//!
//! The manifests of one directory make one package. A requirement file alone makes none: what it asks for is added to
//! the package around it, if there is one.

mod locks;
mod pyproject;
mod requirements;
mod setup_cfg;
mod setup_py;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Problem, Project};
use crate::facts::Name;

/// A directory that is on the path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Root {
    /// Relative to the project's root.
    pub directory: Box<str>,
    /// Where the directory is itself a package under another name: the package's dotted name.
    pub package: Option<Name>,
}

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// Sorted, without repetition.
    pub roots: Vec<Root>,
    /// Every distribution in a lock file, by normalised name, with its version.
    pub locked: BTreeMap<Name, Name>,
}

/// A distribution's name as registries compare it: lower case, runs of `-`, `_` and `.` as one hyphen.
pub fn normalised(name: &str) -> Name {
    let mut normalised = Name::default();
    for part in name.split(['-', '_', '.']).filter(|part| !part.is_empty()) {
        if !normalised.is_empty() {
            normalised.push('-');
        }
        normalised.extend(part.chars().flat_map(char::to_lowercase));
    }
    normalised
}

/// Whether the file at this path is read here.
pub fn is_config(path: &str) -> bool {
    let file_name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    matches!(
        file_name,
        "pyproject.toml" | "setup.cfg" | "setup.py" | "pytest.ini" | "tox.ini" | "Pipfile" | "Pipfile.lock"
    ) || locks::is_lock(file_name)
        || requirements::is_requirements(path)
}

/// A manifest's problem: the line, if known, and what is wrong.
type Fault = (Option<u32>, String);

/// What the manifests of one directory say.
#[derive(Default)]
struct Draft {
    name: Option<Name>,
    version: Option<Name>,
    /// The first manifest that defines a package; none if there are only settings here.
    manifest: Option<Arc<str>>,
    dependencies: Vec<Declared>,
    /// How many of them say in which file they stand.
    placed: usize,
    /// Roots that are named, relative to the project's root.
    roots: Vec<Root>,
    /// Whether the place of the packages is stated, so that the usual `src` is not tried.
    has_layout: bool,
}

impl Draft {
    /// Notes a root, as it is written in a manifest of `directory`.
    fn root(&mut self, directory: &str, path: &str, package: Option<&str>) {
        if let Some(path) = join(directory, path) {
            self.roots.push(Root { directory: path.into(), package: package.map(Name::new) });
        }
    }

    /// Says of all requirements since the last call that they stand in this file.
    fn place(&mut self, file: &Arc<str>) {
        for declared in &mut self.dependencies[self.placed..] {
            declared.file = Some(Arc::clone(file));
        }
        self.placed = self.dependencies.len();
    }

    /// Notes a requirement as PEP 508 writes it.
    fn require(&mut self, requirement: &str, scope: DeclaredScope, line: u32) {
        if let Some((name, requirement)) = requirements::parse(requirement) {
            self.dependencies.push(Declared { name, requirement, locked: None, scope, file: None, line });
        }
    }
}

/// A path as a manifest in `directory` writes it; none where it leaves the project.
fn join(directory: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let mut drafts: BTreeMap<&str, Draft> = BTreeMap::new();
    let mut locks: BTreeMap<&str, BTreeMap<Name, Name>> = BTreeMap::new();
    let mut problem = |config: &ConfigFile, (line, message): Fault| {
        project.problems.push(Problem { path: config.path.clone(), line, message });
    };
    // In order of path, `pyproject.toml` comes before `setup.*`: what it says of name and version wins.
    for config in configs {
        let directory = config.directory();
        let file_name = config.file_name();
        let result = match file_name {
            "pyproject.toml" => pyproject::read(config, drafts.entry(directory).or_default()),
            "Pipfile" => pyproject::read_pipfile(config, drafts.entry(directory).or_default()),
            "setup.cfg" | "pytest.ini" | "tox.ini" => {
                setup_cfg::read(config, drafts.entry(directory).or_default());
                Ok(())
            }
            "setup.py" => {
                setup_py::read(config, drafts.entry(directory).or_default());
                Ok(())
            }
            _ if locks::is_lock(file_name) => {
                locks::read(config).map(|versions| locks.entry(directory).or_default().extend(versions))
            }
            _ => Ok(()),
        };
        if let Err(error) = result {
            problem(config, error);
        }
        if let Some(draft) = drafts.get_mut(directory) {
            draft.place(&config.path);
        }
    }
    requirement_files(configs, &mut drafts);
    for versions in locks.values() {
        for (name, version) in versions {
            project.python.locked.entry(name.clone()).or_insert_with(|| version.clone());
        }
    }
    for (directory, draft) in drafts {
        finish(directory, draft, &locks, project);
    }
    project.python.roots.sort();
    project.python.roots.dedup();
}

/// Adds what requirement files ask for to the package around them, else to a package of their own directory.
fn requirement_files<'a>(configs: &'a [ConfigFile], drafts: &mut BTreeMap<&'a str, Draft>) {
    for config in configs {
        if !requirements::is_requirements(&config.path) {
            continue;
        }
        let home = requirements::home_of(&config.path);
        let around = std::iter::successors(Some(home), |home| (!home.is_empty()).then(|| parent(home)))
            .find(|home| drafts.get(home).is_some_and(|draft| draft.manifest.is_some()));
        let draft = drafts.entry(around.unwrap_or(home)).or_default();
        draft.manifest.get_or_insert_with(|| config.path.clone());
        let scope = requirements::scope_of(&config.path);
        for (line, text) in requirements::lines(&config.text) {
            draft.require(text, scope, line);
        }
        draft.place(&config.path);
    }
}

fn parent(directory: &str) -> &str {
    directory.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn finish(directory: &str, mut draft: Draft, locks: &BTreeMap<&str, BTreeMap<Name, Name>>, project: &mut Project) {
    let manifests = &mut project.python;
    if draft.manifest.is_some() {
        manifests.roots.push(Root { directory: directory.into(), package: None });
        if !draft.has_layout {
            draft.root(directory, "src", None);
        }
    }
    manifests.roots.append(&mut draft.roots);
    let Some(manifest) = draft.manifest else { return };
    for declared in &mut draft.dependencies {
        declared.file.take_if(|file| *file == manifest);
        declared.locked = std::iter::successors(Some(directory), |home| (!home.is_empty()).then(|| parent(home)))
            .find_map(|home| locks.get(home)?.get(&declared.name).cloned());
    }
    let own_name = directory.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(".");
    project.packages.push(Package {
        ecosystem: Ecosystem::Pypi,
        name: draft.name.unwrap_or_else(|| own_name.into()),
        version: draft.version,
        directory: directory.into(),
        manifest,
        dependencies: draft.dependencies,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> Project {
        let configs: Vec<ConfigFile> =
            files.iter().map(|(path, text)| ConfigFile { path: (*path).into(), text: (*text).into() }).collect();
        Project::read(&configs)
    }

    fn roots(project: &Project) -> Vec<&str> {
        project.python.roots.iter().map(|root| &*root.directory).collect()
    }

    fn asked(project: &Project) -> Vec<String> {
        let of =
            |d: &Declared| format!("{} {} {:?} {}", d.name, d.requirement.as_deref().unwrap_or("-"), d.scope, d.line);
        project.packages.iter().flat_map(|package| package.dependencies.iter().map(of)).collect()
    }

    #[test]
    fn names_are_compared_as_registries_do() {
        assert_eq!(normalised("Zope.Interface_x"), "zope-interface-x");
    }

    #[test]
    fn paths_stay_inside() {
        assert_eq!(join("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(join("a", "../../c"), None);
        assert_eq!(join("a", "/c"), None);
    }

    #[test]
    fn a_project_table_with_locked_versions() {
        let text = "[project]\nname = \"One\"\nversion = \"1.2\"\ndependencies = [\n  \"Click[extra]>=8 ; python_version>'3'\",\n]\n\
                    [project.optional-dependencies]\nx = [\"y\"]\n[dependency-groups]\ndev = [\"z==1\", {include-group = \"b\"}]\n";
        let lock = "[[package]]\nname = \"click\"\nversion = \"8.1\"\n";
        let project = project(&[("a/pyproject.toml", text), ("uv.lock", lock)]);
        assert_eq!(asked(&project), ["click >=8 Runtime 5", "y - Optional 8", "z ==1 Development 10"]);
        let package = &project.packages[0];
        assert_eq!((&*package.name, package.version.as_deref(), &*package.directory), ("One", Some("1.2"), "a"));
        assert_eq!(package.dependencies[0].locked.as_deref(), Some("8.1"));
        assert_eq!(roots(&project), ["a", "a/src"]);
    }

    #[test]
    fn layouts_of_each_build_tool() {
        for (text, expected) in [
            ("[project]\nname='x'\n[tool.setuptools]\npackage-dir = {\"\" = \"lib\"}", "lib"),
            ("[project]\nname='x'\n[tool.setuptools.packages.find]\nwhere = ['python']", "python"),
            ("[tool.poetry]\nname='x'\npackages = [{include = 'x', from = 'code'}]", "code"),
            ("[project]\nname='x'\n[tool.hatch.build.targets.wheel]\npackages = ['sources/x']", "sources"),
            ("[project]\nname='x'\n[tool.pdm.build]\npackage-dir = 'pd'", "pd"),
            ("[project]\nname='x'\n[tool.uv.build-backend]\nmodule-root = 'mr'", "mr"),
            ("[project]\nname='x'\n[tool.maturin]\npython-source = 'py'", "py"),
            ("[tool.pytest.ini_options]\npythonpath = ['tp']", "tp"),
        ] {
            let project = project(&[("pyproject.toml", text)]);
            assert!(roots(&project).contains(&expected), "{text}: {:?}", roots(&project));
        }
    }

    #[test]
    fn setup_files() {
        let cfg = "[metadata]\nname = x\n[options]\npackage_dir =\n    =lib\ninstall_requires =\n    a>=1\n    # no\n    b\n\
                   [options.extras_require]\nt = c\n";
        let py = "from setuptools import setup\nREQUIRES = ['d', \"e<2\"]  # f\nsetup(name=\"y\", version='1',\n  \
                  package_dir={'': 'src2', 'p.q': 'other'}, install_requires=REQUIRES + [],\n  tests_require=REQUIRES)\n";
        let project = project(&[("one/setup.cfg", cfg), ("two/setup.py", py)]);
        assert_eq!(roots(&project), ["one", "one/lib", "two", "two/other", "two/src2"]);
        assert_eq!(project.python.roots[3].package.as_deref(), Some("p.q"));
        assert_eq!(
            asked(&project),
            ["a >=1 Runtime 7", "b - Runtime 9", "c - Optional 11", "d - Development 2", "e <2 Development 2"]
        );
        assert_eq!(project.packages[1].name, "y");
    }

    #[test]
    fn requirement_files_belong_to_the_package_around_them() {
        let project = project(&[
            ("app/requirements.txt", "-r base.txt\nDjango==5.0  # web\n--hash=x\ngit+https://x/y.git#egg=Other\n"),
            ("lib/pyproject.toml", "[project]\nname = 'lib'\n"),
            ("lib/requirements/dev.txt", "black\n"),
        ]);
        assert_eq!(asked(&project), ["django ==5.0 Runtime 2", "other - Runtime 4", "black - Development 1"]);
        assert_eq!(project.packages.iter().map(|p| &*p.directory).collect::<Vec<_>>(), ["app", "lib"]);
    }

    #[test]
    fn requirement_files_are_collected_in_directories() {
        for (path, expected) in [
            ("requirements/extras/redis.txt", true),
            ("a/reqs/ci.in", true),
            ("dev-requirements.txt", true),
            ("requirements_dev.txt", true),
            ("base.txt", false),
            ("requirements/notes.md", false),
            ("docs/robots.txt", false),
        ] {
            assert_eq!(is_config(path), expected, "{path}");
        }
        let project = project(&[
            ("lib/setup.py", "from setuptools import setup\nsetup(name='lib')\n"),
            ("lib/requirements/extras/redis.txt", "kombu[redis]\n"),
            ("lib/requirements/test.txt", "-r extras/redis.txt\n-c constraints.txt\npytest\n"),
            ("lib/requirements/notes.txt", "The system shall answer.\n"),
        ]);
        assert_eq!(asked(&project), ["kombu - Optional 1", "pytest - Development 3"]);
        let files: Vec<_> = project.packages[0].dependencies.iter().map(|declared| declared.file.as_deref()).collect();
        assert_eq!(files, [Some("lib/requirements/extras/redis.txt"), Some("lib/requirements/test.txt")]);
        assert_eq!(project.packages[0].directory.as_ref(), "lib");
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let project = project(&[("pyproject.toml", "[project\n"), ("Pipfile.lock", "{")]);
        assert_eq!(project.problems.len(), 2);
    }
}
