//! From URIs to files.
//!
//! A URI without a scheme is relative to the file. `package:name/x` is `lib/x` of the package of that name: the file's own
//! one, the one that a `path` of its pubspec or of its overrides leads to, or one of the same workspace. A package that the
//! pubspec asks the registry for, but that lies in the project as well, is taken from there (`inferred`). `dart:x` is of
//! the SDK. `part of` with a name leads to the libraries that are called so, of several to those that have the file as part.

use rustc_hash::FxHashMap;

use crate::facts::{Import, ImportKind};
use crate::lang::paths::{self, Found, directory_of};
use crate::lang::resolve::{Certainty, Dependency, External, FileId, Reason, Sources};
use crate::project::{Ecosystem, Package};

/// What the path of a `part of` with a library's name starts with.
pub(super) const BY_NAME: &str = "library ";

/// [`crate::lang::resolve::Resolve`] for Dart.
pub(super) fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let world = World::new(sources, files);
    paths::resolve_imports(sources, files, |file, import| world.meaning(file, import))
}

struct World<'a> {
    sources: &'a Sources,
    /// By directory.
    packages: FxHashMap<&'a str, &'a Package>,
    /// By name, in order of directories.
    by_name: FxHashMap<&'a str, Vec<&'a Package>>,
    /// Libraries with a name, in path order.
    libraries: FxHashMap<&'a str, Vec<FileId>>,
}

impl<'a> World<'a> {
    fn new(sources: &'a Sources, files: &[FileId]) -> Self {
        let mut world = Self {
            sources,
            packages: FxHashMap::default(),
            by_name: FxHashMap::default(),
            libraries: FxHashMap::default(),
        };
        for package in sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Pub) {
            world.packages.insert(&package.directory, package);
            world.by_name.entry(&package.name).or_default().push(package);
        }
        for file in files {
            if let Some(name) = sources.facts(*file).and_then(|facts| facts.namespace.as_deref()) {
                world.libraries.entry(name).or_default().push(*file);
            }
        }
        world
    }

    fn meaning(&self, file: FileId, import: &Import) -> Found {
        let path = &*import.path;
        if let Some(name) = path.strip_prefix(BY_NAME) {
            return self.library(file, name);
        }
        if let Some(library) = path.strip_prefix("dart:") {
            return external(&format!("dart:{library}"), true);
        }
        if let Some(rest) = path.strip_prefix("package:") {
            return rest
                .split_once('/')
                .map_or(Found::Unresolved(Reason::Missing), |(name, path)| self.package(file, name, path));
        }
        if path.contains('$') {
            return Found::Unresolved(Reason::NotLiteral);
        }
        if path.split('/').next().is_some_and(|first| first.contains(':')) {
            return Found::Unresolved(Reason::Unsupported);
        }
        let found = paths::at(self.sources, directory_of(&self.sources.get(file).path), path);
        found.map_or(Found::Unresolved(Reason::Missing), Found::resolved)
    }

    /// The libraries of a name: those that have the file as a part, else all.
    fn library(&self, file: FileId, name: &str) -> Found {
        let named = self.libraries.get(name).map_or(&[][..], Vec::as_slice);
        let mut holding = named.to_vec();
        if named.len() > 1 {
            holding.retain(|library| self.has_part(*library, file));
        }
        Found::of(if holding.is_empty() { named.to_vec() } else { holding }, Certainty::Resolved)
    }

    fn has_part(&self, library: FileId, part: FileId) -> bool {
        let imports = self.sources.facts(library).map_or(&[][..], |facts| &facts.imports);
        let mut parts = imports.iter().filter(|import| import.kind == ImportKind::Module);
        parts.any(|import| self.meaning(library, import) == Found::resolved(part))
    }

    /// The file of a package, by its path below `lib`.
    fn package(&self, file: FileId, name: &str, path: &str) -> Found {
        let own = paths::above(&self.sources.get(file).path).find_map(|directory| self.packages.get(directory));
        let below = |directory: &str| paths::at(self.sources, &format!("{directory}/lib"), path);
        let certain = own.and_then(|own| self.certain(own, name));
        if let Some(directory) = certain {
            return below(directory).map_or(Found::Unresolved(Reason::Missing), Found::resolved);
        }
        let same_name = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        if !same_name.is_empty() {
            let files = same_name.iter().filter_map(|package| below(&package.directory)).collect();
            return Found::of(files, Certainty::Inferred);
        }
        match own.and_then(|own| own.dependencies.iter().find(|declared| declared.name == name)) {
            Some(_) => external(name, false),
            None => Found::Unresolved(Reason::Undeclared),
        }
    }

    /// The directory of the package that a name means in a package, where its own pubspec or the workspace says so.
    fn certain(&self, own: &'a Package, name: &str) -> Option<&'a str> {
        if own.name == name {
            return Some(&own.directory);
        }
        let manifests = &self.sources.project.pubspec;
        if let Some(directory) = manifests.path(&own.directory, name) {
            return Some(directory);
        }
        let workspace = manifests.workspace(&own.directory)?;
        let mut members = self.by_name.get(name)?.iter().map(|package| &*package.directory);
        members.find(|member| manifests.workspace(member) == Some(workspace))
    }
}

fn external(name: &str, standard: bool) -> Found {
    Found::External(External { ecosystem: Ecosystem::Pub, name: name.into(), standard })
}
