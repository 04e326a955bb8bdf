//! `tsconfig.json`, `jsconfig.json` and what they extend.

use std::sync::Arc;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use jsonc_parser::ast::Object;
use rustc_hash::FxHashMap;

use super::{PackageJson, ReadError, json, path};
use crate::facts::Name;
use crate::project::ConfigFile;

/// One TypeScript configuration with what it extends merged in. Paths are relative to the project's root.
#[derive(Debug, Clone, Default)]
pub struct TsConfig {
    /// The file.
    pub path: Arc<str>,
    /// The directory that holds it.
    pub directory: Box<str>,
    /// `baseUrl`: where names without a dot are looked for.
    pub base_url: Option<String>,
    /// `paths`.
    pub paths: Vec<PathMapping>,
    /// `rootDirs`: directories that count as one.
    pub root_dirs: Vec<String>,
    /// `references`: the paths of other configurations.
    pub references: Vec<String>,
    /// `outDir` and `declarationDir`.
    pub out_dirs: Vec<String>,
    /// `rootDir`.
    pub root_dir: Option<String>,
    /// `customConditions`.
    pub conditions: Vec<Name>,
    /// `moduleSuffixes`, without the empty one.
    pub module_suffixes: Vec<Name>,
    /// None where it is not written.
    files: Option<Vec<String>>,
    include: Option<GlobSet>,
    exclude: GlobSet,
}

/// One entry of `paths`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathMapping {
    /// Before the star, or the whole name.
    pub prefix: Name,
    /// After the star; none where there is no star.
    pub suffix: Option<Name>,
    /// Paths, each with at most one star.
    pub targets: Vec<String>,
}

impl TsConfig {
    /// Whether `files`, `include` and `exclude` make a file part of this configuration.
    pub fn includes(&self, file: &str) -> bool {
        if self.files.iter().flatten().any(|listed| listed == file) {
            return true;
        }
        let Some(relative) = path::below(file, &self.directory) else {
            // Only an `include` that leaves the directory can list it.
            return self.include.as_ref().is_some_and(|include| include.is_match(file) && !self.exclude.is_match(file));
        };
        let is_listed = match &self.include {
            Some(include) => include.is_match(file),
            None => self.files.is_none(),
        };
        is_listed && !self.exclude.is_match(file) && !relative.split('/').any(|part| part == "node_modules")
    }
}

/// One configuration as written.
#[derive(Debug)]
pub struct Raw {
    path: Arc<str>,
    directory: Box<str>,
    extends: Vec<Name>,
    options: Options,
    references: Vec<Name>,
    files: Option<Vec<Name>>,
    include: Option<Vec<Name>>,
    exclude: Option<Vec<Name>>,
}

/// Compiler options with the directory that each is relative to.
#[derive(Debug, Default, Clone)]
struct Options {
    base_url: Option<String>,
    paths: Option<Vec<PathMapping>>,
    root_dirs: Option<Vec<String>>,
    out_dir: Option<String>,
    declaration_dir: Option<String>,
    root_dir: Option<String>,
    conditions: Option<Vec<Name>>,
    module_suffixes: Option<Vec<Name>>,
}

/// Reads one configuration; none where the file is JSON but no configuration.
///
/// # Errors
/// It is not a JSON object.
pub fn read(config: &ConfigFile) -> Result<Option<Raw>, ReadError> {
    let object = json::object(&config.text)?;
    const KEYS: &[&str] = &["compilerOptions", "extends", "include", "files", "references", "exclude"];
    let is_plain = object.properties.is_empty();
    if !is_plain && !KEYS.iter().any(|key| object.get(key).is_some()) {
        return Ok(None);
    }
    let extends = json::string(&object, "extends").map(|path| vec![path]);
    let references = object.get_array("references").map_or(&[][..], |array| array.elements.as_slice());
    Ok(Some(Raw {
        path: config.path.clone(),
        directory: config.directory().into(),
        extends: extends.or_else(|| json::strings(&object, "extends")).unwrap_or_default(),
        options: object.get_object("compilerOptions").map(|o| options(o, config.directory())).unwrap_or_default(),
        references: references.iter().filter_map(|reference| json::string(reference.as_object()?, "path")).collect(),
        files: json::strings(&object, "files"),
        include: json::strings(&object, "include"),
        exclude: json::strings(&object, "exclude"),
    }))
}

fn options(object: &Object<'_>, directory: &str) -> Options {
    let place = |key: &str| json::string(object, key).and_then(|text| place(directory, &text));
    let base_url = place("baseUrl");
    let base = base_url.clone().unwrap_or_else(|| directory.to_owned());
    let paths = object.get_object("paths").map(|paths| {
        let mappings = paths.properties.iter().map(|property| {
            let targets = property.value.as_array().map(|array| json::texts(&array.elements)).unwrap_or_default();
            mapping(property.name.as_str(), &targets, &base)
        });
        mappings.collect()
    });
    Options {
        base_url,
        paths,
        root_dirs: json::strings(object, "rootDirs")
            .map(|dirs| dirs.iter().filter_map(|dir| self::place(directory, dir)).collect()),
        out_dir: place("outDir"),
        declaration_dir: place("declarationDir"),
        root_dir: place("rootDir"),
        conditions: json::strings(object, "customConditions"),
        module_suffixes: json::strings(object, "moduleSuffixes"),
    }
}

/// A path in a configuration. `${configDir}` is the directory of the configuration that is read in the end; where it
/// is extended from elsewhere, [`merge`] puts that in.
fn place(directory: &str, text: &str) -> Option<String> {
    if text.starts_with(CONFIG_DIR) { Some(text.to_owned()) } else { path::join(directory, text) }
}

const CONFIG_DIR: &str = "${configDir}";

fn mapping(pattern: &str, targets: &[Name], base: &str) -> PathMapping {
    let (prefix, suffix) = match pattern.split_once('*') {
        Some((prefix, suffix)) => (prefix, Some(Name::from(suffix))),
        None => (pattern, None),
    };
    let targets = targets.iter().filter_map(|target| place(base, target)).collect();
    PathMapping { prefix: Name::from(prefix), suffix, targets }
}

/// Resolves `extends` among the configurations that were read. What is not there (a package that is not part of the
/// project) adds nothing. `packages` is sorted by directory.
pub fn merge(raw: Vec<Raw>, packages: &[PackageJson]) -> Vec<TsConfig> {
    let by_path: FxHashMap<&str, usize> = raw.iter().enumerate().map(|(index, raw)| (&*raw.path, index)).collect();
    let merger = Merger { raw: &raw, by_path, packages };
    let mut configs: Vec<TsConfig> = (0..raw.len()).map(|index| merger.merge(index)).collect();
    configs.sort_by(|a, b| a.path.cmp(&b.path));
    configs
}

struct Merger<'a> {
    raw: &'a [Raw],
    by_path: FxHashMap<&'a str, usize>,
    packages: &'a [PackageJson],
}

impl Merger<'_> {
    fn merge(&self, index: usize) -> TsConfig {
        let chain = self.chain(index);
        let mut options = Options::default();
        let (mut files, mut include, mut exclude) = (None, None, None);
        for raw in chain.iter().map(|index| &self.raw[*index]) {
            inherit(&mut options, &raw.options);
            files = raw.files.as_ref().map(|list| (list, &raw.directory)).or(files);
            include = raw.include.as_ref().map(|list| (list, &raw.directory)).or(include);
            exclude = raw.exclude.as_ref().map(|list| (list, &raw.directory)).or(exclude);
        }
        let raw = &self.raw[index];
        let own = |text: String| match text.strip_prefix(CONFIG_DIR) {
            Some(rest) => path::join(&raw.directory, rest.trim_start_matches('/')),
            None => Some(text),
        };
        let all = |texts: Vec<String>| texts.into_iter().filter_map(own).collect::<Vec<_>>();
        let mut paths = options.paths.unwrap_or_default();
        for mapping in &mut paths {
            mapping.targets = all(std::mem::take(&mut mapping.targets));
        }
        let out_dirs = all(options.out_dir.into_iter().chain(options.declaration_dir).collect());
        // With `files` alone nothing else is part of it; where neither is written, everything below is.
        let exclude = match exclude {
            Some((list, directory)) => globs(list, directory, &raw.directory),
            None => globs(&out_dirs.iter().map(|dir| Name::from(&**dir)).collect::<Vec<_>>(), "", ""),
        };
        TsConfig {
            path: raw.path.clone(),
            directory: raw.directory.clone(),
            base_url: options.base_url.and_then(own),
            paths,
            root_dirs: all(options.root_dirs.unwrap_or_default()),
            references: raw.references.iter().filter_map(|text| self.reference(&raw.directory, text)).collect(),
            out_dirs,
            root_dir: options.root_dir.and_then(own),
            conditions: options.conditions.unwrap_or_default(),
            module_suffixes: options
                .module_suffixes
                .unwrap_or_default()
                .into_iter()
                .filter(|s| !s.is_empty())
                .collect(),
            files: files.map(|(list, directory)| list.iter().filter_map(|file| path::join(directory, file)).collect()),
            include: include.map(|(list, directory)| globs(list, directory, &raw.directory)),
            exclude,
        }
    }

    /// The configurations that one is made of, those that others override first.
    fn chain(&self, index: usize) -> Vec<usize> {
        /// More than anybody writes; a cycle ends here.
        const LIMIT: usize = 32;
        let mut chain = Vec::new();
        let mut pending = vec![index];
        while let Some(next) = pending.pop() {
            if chain.len() >= LIMIT || chain.contains(&next) {
                continue;
            }
            chain.push(next);
            let raw = &self.raw[next];
            // The last of several overrides the others, so it is nearest to the one that extends them.
            pending.extend(raw.extends.iter().filter_map(|extended| self.extended(&raw.directory, extended)));
        }
        chain.reverse();
        chain
    }

    fn extended(&self, directory: &str, text: &str) -> Option<usize> {
        if text.starts_with('.') {
            return self.file(&path::join(directory, text)?);
        }
        // A package of the project: by its name, or copied into a `node_modules` above.
        let name_end = if text.starts_with('@') { text.find('/')? + 1 } else { 0 };
        let end = text.get(name_end..)?.find('/').map_or(text.len(), |at| name_end + at);
        let (name, rest) = (text.get(..end)?, text.get(end..)?.trim_start_matches('/'));
        let named = self.packages.iter().filter(|package| package.name.as_deref() == Some(name));
        let installed =
            path::ancestors(directory).filter_map(|above| path::join(above, &format!("node_modules/{name}")));
        let rest = if rest.is_empty() { "tsconfig.json" } else { rest };
        named
            .map(|package| package.directory.to_string())
            .chain(installed)
            .find_map(|package| self.file(&path::join(&package, rest)?))
    }

    fn file(&self, file: &str) -> Option<usize> {
        self.by_path
            .get(file)
            .or_else(|| self.by_path.get(&*format!("{file}.json")))
            .or_else(|| self.by_path.get(&*format!("{file}/tsconfig.json")))
            .copied()
    }

    fn reference(&self, directory: &str, text: &str) -> Option<String> {
        let path = path::join(directory, text)?;
        self.file(&path).map(|index| self.raw[index].path.to_string())
    }
}

fn inherit(into: &mut Options, from: &Options) {
    fn set<T: Clone>(into: &mut Option<T>, from: &Option<T>) {
        if from.is_some() {
            into.clone_from(from);
        }
    }
    set(&mut into.base_url, &from.base_url);
    set(&mut into.paths, &from.paths);
    set(&mut into.root_dirs, &from.root_dirs);
    set(&mut into.out_dir, &from.out_dir);
    set(&mut into.declaration_dir, &from.declaration_dir);
    set(&mut into.root_dir, &from.root_dir);
    set(&mut into.conditions, &from.conditions);
    set(&mut into.module_suffixes, &from.module_suffixes);
}

/// The patterns of `include` and `exclude`: a directory stands for all below it. One that is no glob matches nothing.
fn globs(patterns: &[Name], directory: &str, config_directory: &str) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let joined = match pattern.strip_prefix(CONFIG_DIR) {
            Some(rest) => path::join(config_directory, rest.trim_start_matches('/')),
            None => path::join(directory, pattern),
        };
        // The directory's own name is text and not a pattern, whatever it looks like.
        let Some(joined) = joined else { continue };
        let pattern = match path::below(&joined, directory).filter(|_| !directory.is_empty()) {
            Some(rest) => format!("{}/{}", globset::escape(directory), rest),
            None => joined,
        };
        let last = pattern.rsplit('/').next().unwrap_or(&pattern);
        let is_file = last.contains('*') || last.contains('.') && !last.starts_with('.');
        let mut add = |text: &str| {
            if let Ok(glob) = GlobBuilder::new(text).literal_separator(true).build() {
                set.add(glob);
            }
        };
        if is_file {
            add(&pattern);
        }
        // `dir/*` lists files only when included, and everything below when excluded; both are rare enough.
        if !last.contains('*') || last == "**" {
            let below = pattern.trim_end_matches("**").trim_end_matches('/');
            add(&if below.is_empty() { "**".to_owned() } else { format!("{below}/**") });
        }
    }
    set.build().unwrap_or_default()
}
