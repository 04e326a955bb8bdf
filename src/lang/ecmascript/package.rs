//! Which file of a package a specifier means: `exports`, `main` and its kin, and the sources of what is not built.

use smallvec::SmallVec;

use super::files::{self, PASSES, Pass};
use super::resolver::Resolver;
use crate::facts::Name;
use crate::lang::resolve::{Certainty, FileId};
use crate::project::npm::path::{self, join};
use crate::project::npm::{Entry, PackageJson};

/// What TypeScript asks for, whatever a file's module system is. `require` is added afterwards: what a package offers
/// for both is the same code twice.
const CONDITIONS: &[&str] = &["types", "import", "default"];
const REQUIRE_CONDITIONS: &[&str] = &["types", "require", "node", "module", "default"];

/// Conditions by which packages offer what they were built from.
const SOURCE_CONDITIONS: &[&str] = &["source", "development", "src", "typescript", "bun", "ts"];

/// Directories that builds write to.
const OUTPUT_DIRECTORIES: &[&str] = &[
    "dist",
    "build",
    "lib",
    "out",
    "output",
    "es",
    "esm",
    "cjs",
    "umd",
    "types",
    "typings",
    "dist-types",
    "dist-src",
    "commonjs",
    "module",
    "modules",
    "bundles",
    "bin",
    "_esm",
    "_cjs",
    "_types",
];

/// Directories that sources lie in.
const SOURCE_DIRECTORIES: &[&str] = &["src", "source", "lib", ""];

/// Paths relative to a package, in the order in which they are tried.
type Targets = SmallVec<[String; 4]>;

impl Resolver<'_> {
    /// The file that `subpath` (`""`: the package itself) of the package in `directory` means. `conditions` are those
    /// of the importing file's configuration.
    pub fn in_package(&self, directory: &str, subpath: &str, conditions: &[Name]) -> Option<(FileId, Certainty)> {
        let manifest = self.package_at(directory);
        let exports = manifest.and_then(|manifest| manifest.exports.as_ref());
        let resolved = |file| (file, Certainty::Resolved);
        let inferred = |file| (file, Certainty::Inferred);
        let mut targets = Targets::new();
        if let Some(exports) = exports {
            if is_kept_back(exports, subpath) {
                return None;
            }
            targets = exported(exports, subpath, conditions);
            if let Some(file) = self.first_existing(directory, &targets) {
                return Some(resolved(file));
            }
            let sources = exported_for(exports, subpath, &|c| is_source_condition(c) || c == "default");
            if let Some(file) = self.first_existing(directory, &sources) {
                return Some(inferred(file));
            }
        } else {
            for pass in PASSES {
                if let Some(file) = self.without_exports(directory, manifest, subpath, pass) {
                    return Some(resolved(file));
                }
            }
            if let Some(file) = join(directory, subpath).and_then(|path| files::exact(self.sources, &path)) {
                return Some(resolved(file));
            }
        }
        if let Some(manifest) = manifest.filter(|_| subpath.is_empty()) {
            let fields = [&manifest.types, &manifest.source, &manifest.module, &manifest.main, &manifest.browser];
            targets.extend(fields.into_iter().flatten().map(|field| field.to_string()));
        }
        if let Some(source) = manifest.and_then(|manifest| manifest.source.as_ref()).filter(|_| subpath.is_empty())
            && let Some(file) = join(directory, source).and_then(|path| self.sources.file(&path))
        {
            return Some(inferred(file));
        }
        self.unbuilt(directory, subpath, &targets).map(inferred)
    }

    /// The first of some paths that names a file: in both passes, and at last as it is.
    fn first_existing(&self, directory: &str, targets: &[String]) -> Option<FileId> {
        let paths: SmallVec<[String; 4]> = targets.iter().filter_map(|target| join(directory, target)).collect();
        let no_suffixes: &[&str] = &[];
        PASSES
            .iter()
            .flat_map(|pass| paths.iter().map(move |path| (pass, path)))
            .find_map(|(pass, path)| {
                // `exports` names files: no extension may be left out, only another stand in its place.
                let found = files::file(self.sources, path, *pass, no_suffixes)?;
                let found_path = &self.sources.get(found).path;
                (found_path.len() <= path.len() + 2 || path.ends_with(".d.ts")).then_some(found)
            })
            .or_else(|| paths.iter().find_map(|path| files::exact(self.sources, path)))
    }

    fn without_exports(
        &self,
        directory: &str,
        manifest: Option<&PackageJson>,
        subpath: &str,
        pass: Pass,
    ) -> Option<FileId> {
        if subpath.is_empty() {
            return self.main(directory, manifest, pass);
        }
        let mapped = manifest.filter(|_| pass == Pass::Types).into_iter().flat_map(|m| types_version(m, subpath));
        for target in mapped {
            if let Some(file) = join(directory, &target).and_then(|path| self.file_or_directory(&path, pass)) {
                return Some(file);
            }
        }
        self.file_or_directory(&join(directory, subpath)?, pass)
    }

    /// A directory as a module: its manifest's `types` or `main`, else its index.
    pub fn main(&self, directory: &str, manifest: Option<&PackageJson>, pass: Pass) -> Option<FileId> {
        if let Some(manifest) = manifest {
            let types = manifest.types.as_ref().filter(|_| pass == Pass::Types);
            let fields = [types, manifest.main.as_ref()];
            let module = manifest.module.as_ref().filter(|_| pass == Pass::Scripts);
            for field in fields.into_iter().chain([module]).flatten() {
                let Some(path) = join(directory, field) else { continue };
                let index = || files::file(self.sources, &join(&path, "index")?, pass, self.no_suffixes());
                if let Some(file) = files::file(self.sources, &path, pass, self.no_suffixes()).or_else(index) {
                    return Some(file);
                }
                if pass == Pass::Scripts
                    && let Some(file) = files::exact(self.sources, &path)
                {
                    return Some(file);
                }
            }
        }
        files::file(self.sources, &join(directory, "index")?, pass, self.no_suffixes())
    }

    /// The source of what a package offers but its repository does not hold, because a build writes it.
    fn unbuilt(&self, directory: &str, subpath: &str, targets: &[String]) -> Option<FileId> {
        for target in targets {
            let Some(path) = join(directory, target) else { continue };
            if let Some(file) = self.source_of_output(&path, directory) {
                return Some(file);
            }
        }
        // What is offered under a name that says nothing (`dist/my-package.umd.js`).
        let stem = files::without_extension(if subpath.is_empty() { "index" } else { subpath });
        let candidates = SOURCE_DIRECTORIES.iter().filter_map(|base| join(&join(directory, base)?, stem));
        candidates.into_iter().find_map(|candidate| files::source_at(self.sources, &candidate)).or_else(|| {
            let main = join(directory, "src/main").filter(|_| subpath.is_empty())?;
            files::source_at(self.sources, &main)
        })
    }

    /// The source of a file that a build of the package in `directory` writes: by the compiler's `outDir`, by the
    /// entries in the bundler's configuration, else by the usual places.
    pub fn source_of_output(&self, output: &str, directory: &str) -> Option<FileId> {
        let inside = path::below(output, directory)?;
        self.by_out_dir(output, directory)
            .or_else(|| self.by_entry(inside, directory))
            .or_else(|| self.by_convention(inside, directory))
    }

    fn by_out_dir(&self, output: &str, directory: &str) -> Option<FileId> {
        self.configs_for_output(directory).find_map(|config| {
            let rest = config.out_dirs.iter().find_map(|out_dir| path::below(output, out_dir))?;
            let above = path::parent(&config.directory);
            let guessed =
                [join(&config.directory, "src"), Some(config.directory.to_string()), above.map(str::to_owned)];
            let roots = config.root_dir.iter().cloned().chain(guessed.into_iter().flatten());
            roots.into_iter().find_map(|root| {
                let source = files::source_of(self.sources, &join(&root, rest)?)?;
                (self.sources.get(source).path.as_ref() != output).then_some(source)
            })
        })
    }

    fn by_entry(&self, inside: &str, directory: &str) -> Option<FileId> {
        let stem = files::without_extension(inside);
        let entries = self.bundlers_of(directory).flat_map(|bundler| &bundler.entries);
        let is_output = |rest: &str| rest.split('/').skip(1).all(|part| part.is_empty() || is_output_directory(part));
        let matching = entries.filter(|entry| {
            let rest = stem.strip_suffix(&*entry.name).filter(|rest| rest.ends_with('/'));
            rest.is_some_and(|rest| !entry.listed || is_output(rest))
        });
        matching.max_by_key(|entry| entry.name.len()).map(|entry| entry.file)
    }

    fn by_convention(&self, inside: &str, directory: &str) -> Option<FileId> {
        let (first, mut rest) = inside.split_once('/')?;
        if !is_output_directory(first) {
            return None;
        }
        // `dist/esm/a/b.js` may be `src/esm/a/b.ts`, `src/a/b.ts` or, flattened, `src/b.ts`.
        loop {
            for base in SOURCE_DIRECTORIES {
                let Some(candidate) = join(directory, base).and_then(|base| join(&base, rest)) else { continue };
                if let Some(source) = files::source_of(self.sources, &candidate) {
                    return Some(source);
                }
            }
            rest = rest.split_once('/')?.1;
        }
    }

    /// What `#name` means to the package around the importing file: a file, or another specifier.
    pub fn subpath_import(&self, manifest: &PackageJson, specifier: &str, conditions: &[Name]) -> Targets {
        match &manifest.imports {
            Some(Entry::Map(entries)) => subpath_targets(entries, specifier, conditions),
            _ => Targets::new(),
        }
    }

    /// [`Self::first_existing`] for the targets of `imports`, and the sources of what is not built.
    pub fn import_target(&self, directory: &str, targets: &[String]) -> Option<(FileId, Certainty)> {
        self.first_existing(directory, targets).map(|file| (file, Certainty::Resolved)).or_else(|| {
            let paths = targets.iter().filter_map(|target| join(directory, target));
            let source = paths.into_iter().find_map(|path| self.source_of_output(&path, directory))?;
            Some((source, Certainty::Inferred))
        })
    }
}

fn is_output_directory(name: &str) -> bool {
    OUTPUT_DIRECTORIES.contains(&name) || name.starts_with("dist") || name.starts_with("build")
}

fn is_source_condition(condition: &str) -> bool {
    SOURCE_CONDITIONS.contains(&condition)
        || ["/source", "/src", "-source", "-src", ":source", "/development"].iter().any(|end| condition.ends_with(end))
}

/// What `exports` says about a subpath under TypeScript's conditions and the configuration's own.
fn exported(exports: &Entry, subpath: &str, custom: &[Name]) -> Targets {
    let is_custom = |condition: &str| custom.iter().any(|name| name == condition);
    let mut targets = exported_for(exports, subpath, &|c| CONDITIONS.contains(&c) || is_custom(c));
    targets.extend(exported_for(exports, subpath, &|c| REQUIRE_CONDITIONS.contains(&c) || is_custom(c)));
    targets
}

/// Whether `exports` says that a subpath is not to be had.
fn is_kept_back(exports: &Entry, subpath: &str) -> bool {
    let Entry::Map(entries) = exports else { return false };
    matching(entries, &key_of(subpath)).is_some_and(|(entry, _)| *entry == Entry::Null)
}

fn key_of(subpath: &str) -> String {
    if subpath.is_empty() { ".".to_owned() } else { format!("./{subpath}") }
}

fn exported_for(exports: &Entry, subpath: &str, is_met: &dyn Fn(&str) -> bool) -> Targets {
    let mut targets = Targets::new();
    match exports {
        Entry::Map(entries) if entries.iter().any(|(key, _)| key.starts_with('.')) => {
            let key = key_of(subpath);
            if let Some((entry, star)) = matching(entries, &key) {
                collect(entry, star, is_met, &mut targets);
            }
        }
        entry if subpath.is_empty() => collect(entry, "", is_met, &mut targets),
        _ => {}
    }
    targets
}

fn subpath_targets(entries: &[(Name, Entry)], specifier: &str, custom: &[Name]) -> Targets {
    let mut targets = Targets::new();
    let Some((entry, star)) = matching(entries, specifier) else { return targets };
    let is_custom = |condition: &str| custom.iter().any(|name| name == condition);
    collect(entry, star, &|c| CONDITIONS.contains(&c) || is_custom(c), &mut targets);
    collect(entry, star, &|c| REQUIRE_CONDITIONS.contains(&c) || is_source_condition(c), &mut targets);
    targets
}

/// Node's rule: the very key, else the pattern with the longest part before its star. Returns what the star stands for.
fn matching<'e, 's>(entries: &'e [(Name, Entry)], key: &'s str) -> Option<(&'e Entry, &'s str)> {
    if let Some((_, entry)) = entries.iter().find(|(name, _)| name == key && !name.contains('*')) {
        return Some((entry, ""));
    }
    let fitting = entries.iter().filter_map(|(name, entry)| {
        let (prefix, suffix) = match name.split_once('*') {
            Some(parts) => parts,
            // The folder mappings of old: everything below.
            None if name.ends_with('/') => (name.as_str(), ""),
            None => return None,
        };
        let star = key.strip_prefix(prefix)?.strip_suffix(suffix).filter(|star| !star.is_empty())?;
        Some((prefix.len(), entry, star))
    });
    fitting.max_by_key(|(length, ..)| *length).map(|(_, entry, star)| (entry, star))
}

/// Appends the paths under the conditions that are met, in order. The depth of an entry is the JSON parser's limit.
fn collect(entry: &Entry, star: &str, is_met: &dyn Fn(&str) -> bool, targets: &mut Targets) {
    match entry {
        Entry::Path(target) => {
            let target = if target.ends_with('/') { format!("{target}{star}") } else { target.replace('*', star) };
            if !targets.contains(&target) {
                targets.push(target);
            }
        }
        Entry::Map(entries) => {
            for (_, inner) in entries.iter().filter(|(condition, _)| is_met(condition)) {
                collect(inner, star, is_met, targets);
            }
        }
        Entry::List(entries) => entries.iter().for_each(|inner| collect(inner, star, is_met, targets)),
        Entry::Null => {}
    }
}

/// What `typesVersions` puts in a subpath's place.
fn types_version(manifest: &PackageJson, subpath: &str) -> Vec<String> {
    for (pattern, replacements) in &manifest.types_versions {
        let star = match pattern.split_once('*') {
            Some((prefix, suffix)) => subpath.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix)),
            None => (pattern == subpath).then_some(""),
        };
        if let Some(star) = star {
            return replacements.iter().map(|replacement| replacement.replace('*', star)).collect();
        }
    }
    Vec::new()
}
