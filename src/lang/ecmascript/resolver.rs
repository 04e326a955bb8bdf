//! From a specifier and the file it stands in to what it means.

use rustc_hash::FxHashMap;

use super::bundler::Bundler;
use super::files::{self, PASSES, Pass};
use super::owner::Owners;
use crate::facts::Name;
use crate::lang::resolve::{Certainty, External, FileId, Reason, Sources, Target};
use crate::project::Ecosystem;
use crate::project::npm::path::{self, ancestors, join};
use crate::project::npm::tsconfig::PathMapping;
use crate::project::npm::{PackageJson, TsConfig};

/// Everything that resolution looks at, indexed.
pub struct Resolver<'a> {
    pub(super) sources: &'a Sources,
    packages: FxHashMap<&'a str, &'a PackageJson>,
    /// Packages that a workspace lists, by name.
    pub(super) members: FxHashMap<&'a str, Vec<&'a PackageJson>>,
    /// All packages by name: where only one bears it, an undeclared import of it can mean nothing else.
    pub(super) named: FxHashMap<&'a str, Vec<&'a PackageJson>>,
    owners: Owners<'a>,
    bundlers: Vec<Bundler>,
}

/// What a specifier means.
pub type Meaning = (Target, Certainty);

impl<'a> Resolver<'a> {
    /// Indexes the manifests.
    pub fn new(sources: &'a Sources) -> Self {
        let npm = &sources.project.npm;
        let mut members: FxHashMap<&str, Vec<&PackageJson>> = FxHashMap::default();
        let mut named: FxHashMap<&str, Vec<&PackageJson>> = FxHashMap::default();
        for package in &npm.packages {
            let Some(name) = &package.name else { continue };
            named.entry(name).or_default().push(package);
            if package.member {
                members.entry(name).or_default().push(package);
            }
        }
        let mut bundlers: Vec<Bundler> = npm.bundlers.iter().map(|config| Bundler::read(config, sources)).collect();
        bundlers.sort_by(|a, b| a.directory.cmp(&b.directory));
        Self {
            sources,
            packages: npm.packages.iter().map(|package| (&*package.directory, package)).collect(),
            members,
            named,
            owners: Owners::new(&npm.configs),
            bundlers,
        }
    }

    /// The configuration that a file belongs to.
    pub fn config_of(&self, file: &str) -> Option<&'a TsConfig> {
        self.owners.config_of(file)
    }

    /// What a specifier means in a file of `directory` that belongs to `config`.
    pub fn resolve(&self, specifier: &str, directory: &str, config: Option<&TsConfig>) -> Meaning {
        // Loaders of old: `style!css!./a.css`.
        let specifier = specifier.rsplit('!').next().unwrap_or(specifier);
        let found = self.resolve_as_written(specifier, directory, config);
        if !matches!(found.0, Target::Unresolved { .. }) {
            return found;
        }
        // What bundlers take as an instruction: `./a.svg?url`, `./sprite.svg#icon`.
        match specifier.find(['?', '#']).filter(|at| *at > 0) {
            Some(at) => match self.resolve_as_written(&specifier[..at], directory, config) {
                (Target::Unresolved { reason, .. }, certainty) => (unresolved(specifier, reason), certainty),
                meaning => meaning,
            },
            None => found,
        }
    }

    fn resolve_as_written(&self, specifier: &str, directory: &str, config: Option<&TsConfig>) -> Meaning {
        if specifier == "." || specifier == ".." || specifier.starts_with("./") || specifier.starts_with("../") {
            return self.relative(specifier, directory, config);
        }
        if let Some(config) = config
            && let Some(found) = self.by_paths(specifier, config)
        {
            return found;
        }
        let found = self.without_aliases(specifier, directory, config);
        let is_certain = !matches!(found.0, Target::Unresolved { .. }) && found.1 != Certainty::Inferred;
        if is_certain {
            return found;
        }
        match (self.by_alias(specifier, directory, config), &found.0) {
            (Some(meaning), _) => meaning,
            // A name that the configuration gives to a place of the project is no package's.
            (None, Target::Unresolved { reason: Reason::Undeclared, .. })
                if is_mapped(specifier, config) || self.is_place(specifier, directory) =>
            {
                (unresolved(specifier, Reason::Missing), Certainty::Resolved)
            }
            (None, _) => found,
        }
    }

    /// What the compiler makes of a name that is not relative.
    fn without_aliases(&self, specifier: &str, directory: &str, config: Option<&TsConfig>) -> Meaning {
        if specifier.starts_with('/') {
            return self.at_server_root(specifier, directory);
        }
        if specifier.starts_with('#') {
            return self.subpath(specifier, directory, config);
        }
        if let Some(base) = config.and_then(|config| config.base_url.as_deref())
            && let Some(file) = join(base, specifier).and_then(|path| self.file_or_asset(&path, config))
        {
            return (Target::File(file), Certainty::Resolved);
        }
        self.package(specifier, directory, config)
    }

    fn relative(&self, specifier: &str, directory: &str, config: Option<&TsConfig>) -> Meaning {
        let missing = || (unresolved(specifier, Reason::Missing), Certainty::Resolved);
        let Some(path) = join(directory, specifier) else { return missing() };
        let is_directory = specifier.rsplit('/').next().is_some_and(|last| matches!(last, "" | "." | ".."));
        if let Some(file) = self.relative_path(&path, is_directory, config) {
            return (Target::File(file), Certainty::Resolved);
        }
        let root_dirs = config.map_or(&[][..], |config| &config.root_dirs);
        let rest = root_dirs.iter().filter_map(|root| Some((root.len(), path::below(&path, root)?))).max();
        if let Some((_, rest)) = rest {
            let elsewhere = root_dirs.iter().filter_map(|root| join(root, rest));
            if let Some(file) = elsewhere.into_iter().find_map(|path| self.file_or_asset(&path, config)) {
                return (Target::File(file), Certainty::Resolved);
            }
        }
        let package = ancestors(&path).find(|directory| self.packages.contains_key(directory)).unwrap_or("");
        match self.source_of_output(&path, package) {
            Some(file) => (Target::File(file), Certainty::Inferred),
            None => missing(),
        }
    }

    fn relative_path(&self, path: &str, is_directory: bool, config: Option<&TsConfig>) -> Option<FileId> {
        if is_directory {
            return PASSES.iter().find_map(|pass| self.main(path, self.package_at(path), *pass));
        }
        self.file_or_asset(path, config)
    }

    /// A path as a module in both passes, then as it is.
    fn file_or_asset(&self, path: &str, config: Option<&TsConfig>) -> Option<FileId> {
        let suffixes = config.map_or(&[][..], |config| config.module_suffixes.as_slice());
        PASSES
            .iter()
            .find_map(|pass| files::file(self.sources, path, *pass, suffixes).or_else(|| self.directory(path, *pass)))
            .or_else(|| files::exact(self.sources, path))
    }

    /// A path as a module: a file, or a directory with a manifest or an index.
    pub(super) fn file_or_directory(&self, path: &str, pass: Pass) -> Option<FileId> {
        files::file(self.sources, path, pass, self.no_suffixes()).or_else(|| self.directory(path, pass))
    }

    fn directory(&self, path: &str, pass: Pass) -> Option<FileId> {
        self.sources.is_directory(path).then(|| self.main(path, self.package_at(path), pass)).flatten()
    }

    /// TypeScript's `paths`: the very name, else the pattern with the longest part before its star.
    fn by_paths(&self, specifier: &str, config: &TsConfig) -> Option<Meaning> {
        let fitting = config.paths.iter().filter_map(|mapping| Some((mapping, star(mapping, specifier)?)));
        let (mapping, star) = fitting.max_by_key(|(mapping, _)| (mapping.suffix.is_none(), mapping.prefix.len()))?;
        let targets: Vec<String> = mapping.targets.iter().map(|target| target.replacen('*', star, 1)).collect();
        let tidy = |target: &String| join("", target);
        if let Some(file) = targets.iter().filter_map(tidy).find_map(|path| self.file_or_asset(&path, Some(config))) {
            return Some((Target::File(file), Certainty::Resolved));
        }
        // The path of something that is not built.
        targets.iter().filter_map(tidy).find_map(|path| {
            let package = ancestors(&path).find(|directory| self.packages.contains_key(directory)).unwrap_or("");
            self.source_of_output(&path, package).map(|file| (Target::File(file), Certainty::Inferred))
        })
    }

    /// What bundlers' configurations and frameworks call so. The compiler's own answer goes first: it is what editors
    /// and type checks follow, and where an alias only repeats it nothing is lost.
    fn by_alias(&self, specifier: &str, directory: &str, config: Option<&TsConfig>) -> Option<Meaning> {
        for above in ancestors(directory) {
            for alias in self.bundlers_of(above).flat_map(|bundler| &bundler.aliases) {
                let Some(rest) = alias.rest(specifier) else { continue };
                if let Some(path) = alias.path.as_ref().and_then(|path| join(path, rest.trim_start_matches('/')))
                    && let Some(file) = self.file_or_asset(&path, config)
                {
                    return Some((Target::File(file), Certainty::Resolved));
                }
                if let Some(package) = alias.package.as_ref().filter(|package| **package != specifier) {
                    let meaning = self.package(&format!("{package}{rest}"), directory, config);
                    if !matches!(meaning.0, Target::Unresolved { .. }) {
                        return Some(meaning);
                    }
                }
            }
        }
        None
    }

    /// Whether a bundler's configuration gives a specifier's beginning to a place.
    fn is_place(&self, specifier: &str, directory: &str) -> bool {
        let aliases = ancestors(directory).flat_map(|above| self.bundlers_of(above)).flat_map(|b| &b.aliases);
        aliases.into_iter().any(|alias| alias.path.is_some() && alias.rest(specifier).is_some())
    }

    /// `/src/main.ts`: bundlers serve a package's directory as the root, and what lies in its `public`.
    fn at_server_root(&self, specifier: &str, directory: &str) -> Meaning {
        let rest = specifier.trim_start_matches('/');
        let is_root = |above: &&str| self.packages.contains_key(above) || self.bundlers_of(above).next().is_some();
        for root in ancestors(directory).filter(is_root) {
            let places = [join(root, rest), join(root, &format!("public/{rest}"))];
            if let Some(file) = places.into_iter().flatten().find_map(|path| self.file_or_asset(&path, None)) {
                return (Target::File(file), Certainty::Inferred);
            }
        }
        (unresolved(specifier, Reason::Missing), Certainty::Resolved)
    }

    /// `#name`: what the nearest manifest calls so.
    fn subpath(&self, specifier: &str, directory: &str, config: Option<&TsConfig>) -> Meaning {
        let conditions = config.map_or(&[][..], |config| config.conditions.as_slice());
        let Some(manifest) = ancestors(directory).find_map(|above| self.package_at(above)) else {
            return (unresolved(specifier, Reason::Missing), Certainty::Resolved);
        };
        let targets = self.subpath_import(manifest, specifier, conditions);
        if let Some((file, certainty)) = self.import_target(&manifest.directory, &targets) {
            return (Target::File(file), certainty);
        }
        match targets.iter().find(|target| !target.starts_with(['.', '/', '#'])) {
            Some(package) => self.package(package, &manifest.directory, config),
            None => (unresolved(specifier, Reason::Missing), Certainty::Resolved),
        }
    }

    /// The manifest in a directory.
    pub(super) fn package_at(&self, directory: &str) -> Option<&'a PackageJson> {
        self.packages.get(directory).copied()
    }

    /// The configurations that may say where a package's outputs come from: those in it and above it.
    pub(super) fn configs_for_output(&self, directory: &str) -> impl Iterator<Item = &'a TsConfig> {
        self.owners.around(directory)
    }

    /// The bundlers configured in a directory.
    pub(super) fn bundlers_of(&self, directory: &str) -> impl Iterator<Item = &Bundler> {
        let start = self.bundlers.partition_point(|bundler| *bundler.directory < *directory);
        self.bundlers[start..].iter().take_while(move |bundler| *bundler.directory == *directory)
    }

    /// For packages, whose files are found without a configuration's `moduleSuffixes`.
    pub(super) fn no_suffixes(&self) -> &'static [&'static str] {
        &[]
    }
}

fn is_mapped(specifier: &str, config: Option<&TsConfig>) -> bool {
    let mut paths = config.into_iter().flat_map(|config| &config.paths);
    paths.any(|mapping| !mapping.prefix.is_empty() && star(mapping, specifier).is_some())
}

fn star<'s>(mapping: &PathMapping, specifier: &'s str) -> Option<&'s str> {
    match &mapping.suffix {
        None => (mapping.prefix == specifier).then_some(""),
        Some(suffix) => specifier.strip_prefix(&*mapping.prefix)?.strip_suffix(&**suffix),
    }
}

pub(super) fn unresolved(specifier: &str, reason: Reason) -> Target {
    Target::Unresolved { text: Name::from(specifier), reason }
}

pub(super) fn external(name: &str, standard: bool) -> Target {
    Target::External(External { ecosystem: Ecosystem::Npm, name: Name::from(name), standard })
}
