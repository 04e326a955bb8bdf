//! Go manifests: `go.mod`, `go.work` and the list of vendored modules.

mod lines;

use lines::{Directive, read_lines};

use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Problem, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// Sorted by directory.
    pub modules: Vec<Module>,
    /// Sorted by directory.
    pub workspaces: Vec<Workspace>,
    /// Sorted by directory.
    pub vendored: Vec<Vendored>,
}

/// What a `go.mod` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The directory it covers; `""` for the root.
    pub directory: Box<str>,
    /// The path that imports of its packages start with.
    pub path: Name,
    /// Paths of the modules that it needs.
    pub requires: Vec<Name>,
    /// In the manifest's order.
    pub replaces: Vec<Replace>,
}

/// A module that is taken from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replace {
    /// The module's path in imports.
    pub path: Name,
    /// What stands in for it.
    pub with: Replacement,
}

/// What stands in for a replaced module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replacement {
    /// A directory of the project; `""` for the root.
    Directory(Box<str>),
    /// Another module, or a directory outside of the project: its path as written.
    Elsewhere(Name),
}

/// What a `go.work` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Where it stands; `""` for the root.
    pub directory: Box<str>,
    /// Directories of the modules in it.
    pub uses: Vec<Box<str>>,
    /// In the file's order. They outrank those of the modules.
    pub replaces: Vec<Replace>,
}

/// What a `vendor/modules.txt` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vendored {
    /// The directory that has the `vendor` directory.
    pub directory: Box<str>,
    /// Paths of the modules in it.
    pub modules: Vec<Name>,
}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "go.mod" | "go.work" | "modules.txt")
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    for config in configs {
        match config.file_name() {
            "go.mod" => read_module(config, project),
            "go.work" => read_workspace(config, project),
            "modules.txt" => read_vendored(config, project),
            _ => {}
        }
    }
    project.go.modules.sort_by(|a, b| a.directory.cmp(&b.directory));
    project.go.workspaces.sort_by(|a, b| a.directory.cmp(&b.directory));
    project.go.vendored.sort_by(|a, b| a.directory.cmp(&b.directory));
}

/// A manifest while it is read.
struct Reader<'a> {
    config: &'a ConfigFile,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, line: Option<u32>, message: impl Into<String>) {
        self.problems.push(Problem { path: self.config.path.clone(), line, message: message.into() });
    }

    /// `path [version] => target [version]`
    fn replace(&mut self, line: u32, words: &[&str]) -> Option<Replace> {
        let arrow = words.iter().position(|word| *word == "=>");
        let (Some(arrow), Some(path)) = (arrow, words.first()) else {
            self.problem(Some(line), "a replace directive without =>");
            return None;
        };
        let Some(target) = words.get(arrow + 1).filter(|_| arrow > 0) else {
            self.problem(Some(line), "a replace directive with only one side");
            return None;
        };
        let is_local = target.starts_with("./") || target.starts_with("../") || matches!(*target, "." | "..");
        let directory = if is_local { join(self.config.directory(), target) } else { None };
        let with = match directory {
            Some(directory) => Replacement::Directory(directory.into()),
            None => Replacement::Elsewhere((*target).into()),
        };
        Some(Replace { path: (*path).into(), with })
    }
}

fn read_module(config: &ConfigFile, project: &mut Project) {
    let Project { problems, packages, go, .. } = project;
    let (directives, broken) = read_lines(&config.text);
    let mut reader = Reader { config, problems };
    for (line, message) in broken {
        reader.problem(Some(line), message);
    }
    let mut path: Option<Name> = None;
    let mut dependencies = Vec::new();
    let mut replaces = Vec::new();
    for Directive { line, verb, words, comment } in directives {
        match (verb, words.as_slice()) {
            ("module", [name]) if path.is_none() => path = Some((*name).into()),
            ("module", _) => reader.problem(Some(line), "a second or malformed module directive"),
            ("require", [name, version]) => dependencies.push(Declared {
                name: (*name).into(),
                requirement: Some((*version).into()),
                locked: None,
                scope: if is_indirect(comment) { DeclaredScope::Indirect } else { DeclaredScope::Runtime },
                file: None,
                line,
            }),
            ("require", _) => reader.problem(Some(line), "a require directive is a path and a version"),
            ("replace", words) => replaces.extend(reader.replace(line, words)),
            ("exclude", [_, _]) => {}
            ("exclude", _) => reader.problem(Some(line), "an exclude directive is a path and a version"),
            ("go" | "toolchain" | "godebug" | "retract" | "tool" | "ignore", _) => {}
            _ => reader.problem(Some(line), format!("unknown directive {verb}")),
        }
    }
    let Some(path) = path else {
        reader.problem(None, "no module directive");
        return;
    };
    go.modules.push(Module {
        directory: config.directory().into(),
        path: path.clone(),
        requires: dependencies.iter().map(|declared| declared.name.clone()).collect(),
        replaces,
    });
    packages.push(Package {
        ecosystem: Ecosystem::Go,
        name: path,
        version: None,
        directory: config.directory().into(),
        manifest: config.path.clone(),
        dependencies,
    });
}

/// Whether a comment says that a dependency is needed by other dependencies only.
fn is_indirect(comment: &str) -> bool {
    comment == "indirect" || comment.starts_with("indirect;")
}

fn read_workspace(config: &ConfigFile, project: &mut Project) {
    let (directives, broken) = read_lines(&config.text);
    let mut reader = Reader { config, problems: &mut project.problems };
    for (line, message) in broken {
        reader.problem(Some(line), message);
    }
    let mut workspace = Workspace { directory: config.directory().into(), uses: Vec::new(), replaces: Vec::new() };
    for Directive { line, verb, words, .. } in directives {
        match (verb, words.as_slice()) {
            ("use", [path]) => match join(config.directory(), path) {
                Some(directory) => workspace.uses.push(directory.into()),
                None => reader.problem(Some(line), format!("{path} is outside of the project")),
            },
            ("use", _) => reader.problem(Some(line), "a use directive is one directory"),
            ("replace", words) => workspace.replaces.extend(reader.replace(line, words)),
            ("go" | "toolchain" | "godebug", _) => {}
            _ => reader.problem(Some(line), format!("unknown directive {verb}")),
        }
    }
    project.go.workspaces.push(workspace);
}

/// Reads the lines `# path version` (with `=> …` where replaced) of `vendor/modules.txt`.
fn read_vendored(config: &ConfigFile, project: &mut Project) {
    let directory = match config.directory() {
        "vendor" => "",
        directory => match directory.strip_suffix("/vendor") {
            Some(directory) => directory,
            None => return,
        },
    };
    let modules = config
        .text
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter_map(|line| line.split_whitespace().next())
        .map(Name::from)
        .collect();
    project.go.vendored.push(Vendored { directory: directory.into(), modules });
}

/// `path` seen from `directory`, both with `/`; none if it leads out of the root.
fn join(directory: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> Project {
        let configs: Vec<ConfigFile> =
            files.iter().map(|(path, text)| ConfigFile { path: (*path).into(), text: (*text).into() }).collect();
        Project::read(&configs)
    }

    #[test]
    fn a_module_is_a_package_with_its_requirements() {
        let text = "module \"example.org/m\" // a comment\n\ngo 1.22\n\nrequire example.org/a v1.0.0\n\nrequire (\n\texample.org/b/v2 v2.1.0 // indirect\n\t`example.org/c` v0.0.1\n)\nexclude example.org/a v0.9.0\nreplace (\n\texample.org/a => ../a\n\texample.org/b/v2 v2.1.0 => example.org/fork v2.2.0\n)\nretract [v1.0.0, v1.1.0]\n";
        let project = project(&[("x/m/go.mod", text)]);
        assert_eq!(project.problems, []);
        let package = &project.packages[0];
        assert_eq!((&*package.name, &*package.directory), ("example.org/m", "x/m"));
        let declared: Vec<(&str, DeclaredScope, u32)> =
            package.dependencies.iter().map(|d| (&*d.name, d.scope, d.line)).collect();
        assert_eq!(
            declared,
            [
                ("example.org/a", DeclaredScope::Runtime, 5),
                ("example.org/b/v2", DeclaredScope::Indirect, 8),
                ("example.org/c", DeclaredScope::Runtime, 9)
            ]
        );
        let module = &project.go.modules[0];
        assert_eq!(module.replaces[0].with, Replacement::Directory("x/a".into()));
        assert_eq!(module.replaces[1].with, Replacement::Elsewhere("example.org/fork".into()));
    }

    #[test]
    fn problems_have_their_line() {
        let text = "module a b\nrequire x\nreplace x\nreplace x =>\nexclude x\nfoo bar\nrequire (\n";
        let project = project(&[("go.mod", text)]);
        let lines: Vec<Option<u32>> = project.problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [None, Some(1), Some(2), Some(3), Some(4), Some(5), Some(6), Some(7)]);
        assert!(project.packages.is_empty());
    }

    #[test]
    fn a_workspace_names_directories_of_the_project() {
        let text = "go 1.22\nuse .\nuse (\n\t./b\n\t../../out\n)\nreplace x => ./y\n";
        let project = project(&[("w/go.work", text)]);
        let workspace = &project.go.workspaces[0];
        assert_eq!(workspace.uses, ["w".into(), "w/b".into()] as [Box<str>; 2]);
        assert_eq!(workspace.replaces[0].with, Replacement::Directory("w/y".into()));
        assert_eq!(project.problems[0].line, Some(5));
    }

    #[test]
    fn vendored_modules_are_listed() {
        let text = "# example.org/a v1.0.0\n## explicit; go 1.17\nexample.org/a/p\n# example.org/b => ./b\n";
        let project = project(&[("m/vendor/modules.txt", text), ("docs/modules.txt", text)]);
        assert_eq!(project.go.vendored.len(), 1);
        assert_eq!(&*project.go.vendored[0].directory, "m");
        assert_eq!(project.go.vendored[0].modules, ["example.org/a", "example.org/b"]);
    }
}
