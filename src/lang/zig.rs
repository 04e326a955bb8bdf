//! Zig.
//!
//! [`Import::path`] is what the builtin is given: a path with its extension, or the name of a module. `@cInclude` is
//! [`ImportKind::Include`].
//!
//! A path is relative to the file. A module's name is what the nearest `build.zig` above the file ties to a root source
//! file, else to a dependency; a dependency that `build.zig.zon` finds by a path within the project is the module of that
//! name which the build file there adds, or its `src/root.zig`. A module that the build makes (options, generated code)
//! is unresolved as unsupported.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::paths::{self, Endings, Found, resolve_imports};
use super::resolve::{Dependency, External, FileId, Reason, Sources};
use super::{Family, Language};
use crate::facts::{Import, ImportKind, Name, Visibility};
use crate::project::Ecosystem;
use crate::project::zig::{Build, Module};

/// Zig.
pub static ZIG: Language = Language {
    name: "zig",
    label: "Zig",
    extensions: &["zig", "zon"],
    grammar: tree_sitter_zig::LANGUAGE,
    query: include_str!("../../assets/queries/zig.scm"),
    hooks: Hooks { import, visibility, is_test, ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "zig", ecosystem: Some(Ecosystem::Zig), resolve };

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let mut cursor = node.walk();
    let mut children = node.named_children(&mut cursor);
    let (Some(builtin), Some(arguments)) = (children.next(), children.next()) else { return };
    let Some(argument) = arguments.named_child(0) else { return };
    let kind = if source.text(builtin) == "@cInclude" { ImportKind::Include } else { ImportKind::Import };
    let (kind, path): (_, Name) = match argument.kind() {
        "string" => (kind, source.text(argument).trim_matches('"').into()),
        _ => (ImportKind::Computed, source.text(argument).chars().take(80).collect()),
    };
    imports.push(Import::new(kind, path, span_of(node), span_of(argument)));
}

fn visibility(source: &Source<'_>, node: Node<'_>, _name: &str) -> Visibility {
    let is_public = node.kind() == "container_field" || source.text(node).starts_with("pub");
    if is_public { Visibility::Public } else { Visibility::Private }
}

fn is_test(_source: &Source<'_>, node: Node<'_>) -> bool {
    node.kind() == "test_declaration"
}

fn is_test_path(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    super::has_directory(path, &["test", "tests"])
        || name.starts_with("test_")
        || ["_test.zig", "_tests.zig", ".test.zig"].iter().any(|end| name.ends_with(end))
        || matches!(name, "test.zig" | "tests.zig")
}

struct Resolver<'a> {
    sources: &'a Sources,
    headers: Endings<'a>,
}

fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let all = (0..sources.files.len() as u32).map(FileId);
    let headers = all.filter(|file| sources.get(*file).path.ends_with(".h"));
    let resolver = Resolver { sources, headers: Endings::new(sources, headers) };
    resolve_imports(sources, files, |file, import| match import.kind {
        ImportKind::Computed => Found::Unresolved(Reason::NotLiteral),
        ImportKind::Include => resolver.header(file, &import.path),
        _ => resolver.import(file, &import.path),
    })
}

impl Resolver<'_> {
    fn import(&self, file: FileId, path: &str) -> Found {
        let own = &*self.sources.get(file).path;
        if matches!(path, "std" | "builtin" | "root" | "@build" | "@dependencies") {
            return external(path, true);
        }
        let beside = paths::at(self.sources, paths::directory_of(own), path);
        let is_path = path.contains('.') || path.contains('/');
        match beside {
            Some(found) => Found::resolved(found),
            None if is_path => Found::Unresolved(Reason::Missing),
            None => self.module(own, path),
        }
    }

    fn module(&self, own: &str, name: &str) -> Found {
        let builds = &self.sources.project.zig.builds;
        let above = paths::above(own).filter_map(|directory| builds.get(directory).map(|build| (directory, build)));
        for (directory, build) in above {
            if let Some(found) = self.module_of(directory, build, name) {
                return found;
            }
        }
        Found::Unresolved(Reason::Undeclared)
    }

    fn module_of(&self, directory: &str, build: &Build, name: &str) -> Option<Found> {
        match build.modules.get(name) {
            Some(Module::File(path)) => {
                let found = paths::at(self.sources, directory, path);
                Some(found.map_or(Found::Unresolved(Reason::Missing), Found::resolved))
            }
            Some(Module::Dependency(dependency)) => Some(self.dependency(directory, build, dependency, name)),
            Some(Module::Made) if !build.dependencies.contains_key(name) => {
                Some(Found::Unresolved(Reason::Unsupported))
            }
            _ => {
                let declared = build.dependencies.contains_key(name);
                declared.then(|| self.dependency(directory, build, name, name))
            }
        }
    }

    fn dependency(&self, directory: &str, build: &Build, dependency: &str, module: &str) -> Found {
        let Some(Some(path)) = build.dependencies.get(dependency) else { return external(dependency, false) };
        let Some(place) = crate::project::cmake::join(directory, path) else {
            return Found::Unresolved(Reason::Missing);
        };
        let added = self.sources.project.zig.builds.get(&*place).and_then(|build| build.modules.get(module));
        let root = match added {
            Some(Module::File(root)) => paths::at(self.sources, &place, root),
            _ => paths::at(self.sources, &place, "src/root.zig"),
        };
        root.map_or(Found::Unresolved(Reason::Missing), Found::resolved)
    }

    /// `@cInclude`: a header of the project, else of a library, which is known by its first directory or its stem.
    fn header(&self, file: FileId, path: &str) -> Found {
        self.headers.nearest(file, path).or_else(|| {
            let first = path.split('/').next().unwrap_or(path);
            let name = first.strip_suffix(".h").unwrap_or(first).into();
            Found::External(External { ecosystem: Ecosystem::Native, name, standard: false })
        })
    }
}

fn external(name: &str, standard: bool) -> Found {
    Found::External(External { ecosystem: Ecosystem::Zig, name: name.into(), standard })
}
