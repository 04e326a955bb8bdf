//! Which file a load or a constant means.
//!
//! # Loads
//! Paths built on the file's own directory are exact. Others are looked for in the load path: the library directories of
//! the gem that the file belongs to, then `lib`, `test` and `spec` of each directory above it, then the directories that a
//! file at or above its own adds to the load path (the nearest first), then the library directories of the project's other
//! gems. What is not there is the standard library's or a gem's.
//!
//! # Constants
//! A constant is looked for from the innermost class or module around it outwards, as Ruby does. It means the file whose
//! path below an autoload root spells its name (Zeitwerk's rule), else the one file that declares it. Both are
//! [`Certainty::Inferred`]: what is loaded when decides.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{DefinitionId, DefinitionKind, FileFacts, Import, ImportKind, Name, ReferenceKind};
use crate::lang::paths::above;
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, External, FileId, Reason, Sources, Target};
use crate::project::Ecosystem;
use crate::project::cmake::join;
use crate::project::gem;

/// Classes and modules of the language itself. Sorted.
const CORE: &[&str] = &[
    "Array",
    "BasicObject",
    "Binding",
    "Class",
    "Comparable",
    "Complex",
    "Data",
    "Date",
    "DateTime",
    "Dir",
    "ERB",
    "Encoding",
    "Enumerable",
    "Enumerator",
    "Errno",
    "Exception",
    "FalseClass",
    "Fiber",
    "File",
    "FileUtils",
    "Float",
    "GC",
    "Hash",
    "IO",
    "Integer",
    "Kernel",
    "Logger",
    "Marshal",
    "MatchData",
    "Math",
    "Method",
    "Module",
    "Mutex",
    "NilClass",
    "Numeric",
    "Object",
    "ObjectSpace",
    "OpenStruct",
    "Pathname",
    "Proc",
    "Process",
    "Queue",
    "Ractor",
    "Random",
    "Range",
    "Rational",
    "RbConfig",
    "Regexp",
    "Set",
    "Signal",
    "StandardError",
    "String",
    "StringIO",
    "Struct",
    "Symbol",
    "TCPSocket",
    "Thread",
    "Time",
    "TracePoint",
    "TrueClass",
    "URI",
    "UnboundMethod",
];

/// Resolves the loads and constants of all files.
pub fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let resolver = Resolver::new(sources, files);
    files.par_iter().map(|file| resolver.file(*file)).collect()
}

struct Resolver<'a> {
    sources: &'a Sources,
    /// Library directories of the project's gems.
    libraries: Vec<String>,
    /// Directories that programs add to the load path, by the directory of the file that does.
    added: FxHashMap<&'a str, Vec<String>>,
    /// Gems that some manifest asks for or a lock file holds.
    gems: FxHashSet<&'a str>,
    /// Those that some manifest asks for.
    declared_gems: FxHashSet<&'a str>,
    /// Files by the name that their path below an autoload root spells, in [`squashed`] form.
    autoloaded: FxHashMap<String, Vec<FileId>>,
    /// Files that declare a constant, by its full name.
    declared: FxHashMap<String, Vec<FileId>>,
}

impl<'a> Resolver<'a> {
    fn new(sources: &'a Sources, files: &[FileId]) -> Self {
        let manifests = &sources.project.gem;
        let packages = || sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Gem);
        let declared_gems: FxHashSet<&str> =
            packages().flat_map(|package| &package.dependencies).map(|declared| &*declared.name).collect();
        let gems = declared_gems.iter().copied().chain(manifests.locked.iter().map(|name| &**name)).collect();
        let mut libraries: Vec<String> = Vec::new();
        for (directory, paths) in &manifests.libraries {
            libraries.extend(paths.iter().filter_map(|path| join(directory, path)));
        }
        let mut declared: FxHashMap<String, Vec<FileId>> = FxHashMap::default();
        for file in files {
            let Some(facts) = sources.facts(*file) else { continue };
            for (index, definition) in facts.definitions.iter().enumerate() {
                if !matches!(definition.kind, DefinitionKind::Class | DefinitionKind::Module | DefinitionKind::Constant)
                {
                    continue;
                }
                let files = declared.entry(full_name(facts, index as DefinitionId)).or_default();
                if files.last() != Some(file) {
                    files.push(*file);
                }
            }
        }
        let autoloaded = autoloaded(sources, files);
        Self {
            sources,
            libraries,
            added: added_to_load_path(sources, files),
            gems,
            declared_gems,
            autoloaded,
            declared,
        }
    }

    fn file(&self, file: FileId) -> Vec<Dependency> {
        let Some(facts) = self.sources.facts(file) else { return Vec::new() };
        let mut dependencies = Vec::new();
        for import in facts.imports.iter().filter(|import| !import.path.starts_with(super::LOAD_PATH)) {
            let (target, certainty) = self.load(file, facts, import);
            dependencies.push(Dependency { certainty, ..Dependency::of_import(import, target, import.span) });
        }
        let mut known: FxHashMap<(u32, Option<DefinitionId>), Option<FileId>> = FxHashMap::default();
        for reference in &facts.references {
            let enclosing = enclosing_scope(facts, reference.within);
            let target = *known
                .entry((reference.name.0, enclosing))
                .or_insert_with(|| self.constant(file, facts, facts.name(reference.name), enclosing));
            let Some(target) = target else { continue };
            let is_inherited = reference.kind == ReferenceKind::Inherit;
            dependencies.push(Dependency {
                target: Target::File(target),
                kind: if is_inherited { DependencyKind::Inherit } else { DependencyKind::Reference },
                certainty: Certainty::Inferred,
                span: reference.span,
                statement: reference.span.start,
                test: false,
                from_symbol: reference.within,
                to_symbol: None,
            });
        }
        dependencies
    }

    fn load(&self, file: FileId, facts: &FileFacts, import: &Import) -> (Target, Certainty) {
        let unresolved = |reason| (Target::Unresolved { text: import.path.clone(), reason }, Certainty::Resolved);
        let found = |file: FileId, certainty| (Target::File(file), certainty);
        if let Some(text) = import.path.strip_prefix(super::NOT_LITERAL) {
            return (Target::Unresolved { text: text.into(), reason: Reason::NotLiteral }, Certainty::Resolved);
        }
        let path = &*self.sources.get(file).path;
        let directory = parent(path);
        if import.path.is_empty() {
            return self.autoload_by_name(file, facts, import);
        }
        if let Some(rest) = import.path.strip_prefix("__dir__") {
            let rest = rest.trim_start_matches('/');
            return match self.at(directory, rest, import.kind) {
                Some(target) => found(target, Certainty::Resolved),
                None => unresolved(Reason::Missing),
            };
        }
        if let Some(rest) = import.path.strip_prefix('/') {
            // `Rails.root`: the directory above that has the application.
            let root = above(path).find_map(|root| self.at(root, rest, import.kind));
            return root.map_or_else(|| unresolved(Reason::Missing), |target| found(target, Certainty::Resolved));
        }
        if import.kind == ImportKind::Dynamic || import.path.starts_with("./") || import.path.starts_with("../") {
            // Relative to the working directory, which mostly is that of the project.
            let root = above(path).collect::<Vec<_>>().into_iter().rev();
            let target = root.into_iter().find_map(|root| self.at(root, &import.path, import.kind));
            return target.map_or_else(|| unresolved(Reason::Missing), |target| found(target, Certainty::Inferred));
        }
        if let Some((target, certainty)) = self.in_load_path(path, &import.path) {
            return found(target, certainty);
        }
        match self.outside(&import.path) {
            Some(external) => (Target::External(external), Certainty::Resolved),
            None => unresolved(Reason::Undeclared),
        }
    }

    /// The file of a path below a directory, with the extension that the kind of load adds.
    fn at(&self, directory: &str, path: &str, kind: ImportKind) -> Option<FileId> {
        let path = join(directory, path)?;
        let exact = || self.sources.file(&path).filter(|id| self.is_ruby(*id));
        if kind == ImportKind::Dynamic || path.ends_with(".rb") {
            return exact();
        }
        self.sources.file(&format!("{path}.rb"))
    }

    fn is_ruby(&self, file: FileId) -> bool {
        self.sources.get(file).language.is_some_and(|language| std::ptr::eq(language.family, &super::FAMILY))
    }

    fn in_load_path(&self, from: &str, path: &str) -> Option<(FileId, Certainty)> {
        let kind = ImportKind::Import;
        let own = |library: &&String| {
            let root = library.rsplit_once('/').map_or("", |(root, _)| root);
            root.is_empty() || from.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
        };
        // The innermost gem around the file comes first.
        let mut around: Vec<&String> = self.libraries.iter().filter(own).collect();
        around.sort_by_key(|library| std::cmp::Reverse(library.len()));
        if let Some(found) = around.into_iter().find_map(|library| self.at(library, path, kind)) {
            return Some((found, Certainty::Resolved));
        }
        for root in above(from) {
            for directory in ["lib", "test", "spec", "tests"] {
                if let Some(found) = join(root, directory).and_then(|directory| self.at(&directory, path, kind)) {
                    return Some((found, Certainty::Resolved));
                }
            }
        }
        let added = above(from).filter_map(|directory| self.added.get(directory)).flatten();
        let found = added.chain(&self.libraries).find_map(|directory| self.at(directory, path, kind))?;
        Some((found, Certainty::Resolved))
    }

    /// `autoload :Name` without a path loads what the name spells below the module around it.
    fn autoload_by_name(&self, file: FileId, facts: &FileFacts, import: &Import) -> (Target, Certainty) {
        let name = import.names.first().map_or("", |name| &*name.name);
        let scope = enclosing_scope(facts, import.within);
        let full = scope.map_or_else(|| name.to_owned(), |scope| format!("{}::{name}", full_name(facts, scope)));
        let from = &*self.sources.get(file).path;
        if let Some((found, _)) = self.in_load_path(from, &underscored(&full)) {
            return (Target::File(found), Certainty::Inferred);
        }
        match self.constant(file, facts, name, scope) {
            Some(found) => (Target::File(found), Certainty::Inferred),
            None => (Target::Unresolved { text: name.into(), reason: Reason::Missing }, Certainty::Resolved),
        }
    }

    /// The file of a constant, as seen from within a class or module.
    fn constant(&self, from: FileId, facts: &FileFacts, written: &str, within: Option<DefinitionId>) -> Option<FileId> {
        let (absolute, name) = match written.strip_prefix("::") {
            Some(name) => (true, name),
            None => (false, written),
        };
        let mut scope = if absolute { None } else { within };
        for _ in 0..NESTING_LIMIT {
            let full = match scope {
                Some(id) => format!("{}::{name}", full_name(facts, id)),
                None => name.to_owned(),
            };
            if let Some(found) = self.place_of(from, &full) {
                return found;
            }
            scope = enclosing_scope(facts, facts.definitions.get(scope? as usize)?.parent);
        }
        None
    }

    /// The file of a full name. `Some(None)` where it is known but by no single other file.
    fn place_of(&self, from: FileId, full: &str) -> Option<Option<FileId>> {
        if let Some(files) = self.autoloaded.get(&squashed(full)) {
            return Some(self.one_of(files, from));
        }
        let files = self.declared.get(full)?;
        // The language's own classes may be opened anywhere and are at home nowhere.
        if CORE.binary_search(&full).is_ok() || files.contains(&from) {
            return Some(None);
        }
        if let [one] = files.as_slice() {
            return Some(Some(*one));
        }
        // A class that is opened again elsewhere is at home where the path spells its name.
        let tail = format!("/{}", squashed(full));
        let spelled = |file: &&FileId| format!("/{}", squashed_path(&self.sources.get(**file).path)).ends_with(&tail);
        let home: Vec<FileId> = files.iter().filter(spelled).copied().collect();
        Some(if home.is_empty() { None } else { self.one_of(&home, from) })
    }

    fn one_of(&self, files: &[FileId], from: FileId) -> Option<FileId> {
        let is_test = self.sources.get(from).test;
        let mut fitting = files.iter().filter(|file| is_test || !self.sources.get(**file).test);
        match (fitting.next(), fitting.next()) {
            (Some(one), None) => Some(*one),
            _ => None,
        }
    }

    fn outside(&self, path: &str) -> Option<External> {
        let external = |name: &str, standard| External { ecosystem: Ecosystem::Gem, name: name.into(), standard };
        let path = path.strip_suffix(".rb").unwrap_or(path);
        let first = path.split('/').next().unwrap_or(path);
        let is_standard = gem::STANDARD.binary_search(&first).is_ok();
        match self.gem_of(path) {
            // A lock file holds the newer releases of standard libraries that other gems ask for.
            Some(gem) if !is_standard || self.declared_gems.contains(&*gem) => return Some(external(&gem, false)),
            _ if is_standard => return Some(external(first, true)),
            _ => {}
        }
        let provider = gem::PROVIDERS.iter().find(|(library, gem)| *library == first && self.gems.contains(gem));
        provider.map(|(_, gem)| external(gem, false))
    }

    /// The gem that a path is of. The longest name first: `a/b/c` is of `a-b-c` or `a_b_c` before it is of `a`.
    fn gem_of(&self, path: &str) -> Option<String> {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        ends.collect::<Vec<_>>().into_iter().rev().find_map(|end| {
            let part = &path[..end];
            let hyphened = part.replace(['/', '_'], "-");
            // Gems are also called by their library with no break in the word, or with the language's name beside it.
            let joined = hyphened.replace('-', "");
            let marked = [format!("{hyphened}-ruby"), format!("ruby-{hyphened}"), format!("ruby{joined}")];
            let names = [part.replace('/', "-"), part.replace('/', "_"), hyphened, joined];
            names.into_iter().chain(marked).find(|name| self.gems.contains(name.as_str()))
        })
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn added_to_load_path<'a>(sources: &'a Sources, files: &[FileId]) -> FxHashMap<&'a str, Vec<String>> {
    let mut added: FxHashMap<&str, Vec<String>> = FxHashMap::default();
    for file in files {
        let Some(facts) = sources.facts(*file) else { continue };
        let directory = parent(&sources.get(*file).path);
        for path in facts.imports.iter().filter_map(|import| import.path.strip_prefix(super::LOAD_PATH)) {
            let below = path.strip_prefix("__dir__").unwrap_or(path).trim_start_matches('/');
            added.entry(directory).or_default().extend(join(directory, below));
        }
    }
    added
}

/// The files below autoload roots: `app/*` of a Rails application, and the library of a gem that sets up Zeitwerk.
fn autoloaded(sources: &Sources, files: &[FileId]) -> FxHashMap<String, Vec<FileId>> {
    let path_of = |file: &FileId| &*sources.get(*file).path;
    let mut applications: FxHashSet<&str> = FxHashSet::default();
    let mut libraries: FxHashSet<&str> = FxHashSet::default();
    for file in files {
        let path = path_of(file);
        if let Some(root) =
            path.strip_suffix("config/application.rb").or_else(|| path.strip_suffix("config/environment.rb"))
            && (root.is_empty() || root.ends_with('/'))
        {
            applications.insert(root);
        }
        let uses_loader = |facts: &FileFacts| facts.names.iter().any(|name| name.starts_with("Zeitwerk"));
        if sources.facts(*file).is_some_and(|facts| uses_loader(facts))
            && let Some((library, _)) = path.rsplit_once('/')
            && (library == "lib" || library.ends_with("/lib"))
        {
            libraries.insert(library);
        }
    }
    let mut found: FxHashMap<String, Vec<FileId>> = FxHashMap::default();
    for file in files {
        let path = path_of(file);
        let mut add = |below: &str| found.entry(squashed_path(below)).or_default().push(*file);
        for (at, _) in path.match_indices("app/") {
            if !applications.contains(&path[..at]) {
                continue;
            }
            let Some((_, below)) = path[at + 4..].split_once('/') else { continue };
            add(below.strip_prefix("concerns/").unwrap_or(below));
        }
        for (at, _) in path.match_indices("lib/") {
            let is_library = libraries.contains(&path[..at + 3]);
            if is_library || applications.contains(&path[..at]) {
                add(&path[at + 4..]);
            }
        }
    }
    found
}

/// The innermost class or module at or around a definition.
fn enclosing_scope(facts: &FileFacts, mut within: Option<DefinitionId>) -> Option<DefinitionId> {
    loop {
        let definition = facts.definitions.get(within? as usize)?;
        if matches!(definition.kind, DefinitionKind::Class | DefinitionKind::Module) {
            return within;
        }
        within = definition.parent;
    }
}

/// The deepest nesting of which names are made; deeper ones are cut at the outer end.
const NESTING_LIMIT: usize = 32;

/// The full name of a class, module or constant.
fn full_name(facts: &FileFacts, id: DefinitionId) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut at = Some(id);
    while let Some(definition) = at.and_then(|id| facts.definitions.get(id as usize)) {
        let is_named = matches!(definition.kind, DefinitionKind::Class | DefinitionKind::Module) || at == Some(id);
        if is_named {
            parts.push(definition.name.trim_start_matches("::"));
            if definition.name.starts_with("::") {
                break;
            }
        }
        if parts.len() == NESTING_LIMIT {
            break;
        }
        at = definition.parent;
    }
    parts.reverse();
    parts.join("::")
}

/// `Api::HTMLParser` as `api/htmlparser`: where words end in an acronym depends on the inflections of the project.
fn squashed(name: &str) -> String {
    name.replace("::", "/").to_lowercase().replace('_', "")
}

fn squashed_path(path: &str) -> String {
    path.strip_suffix(".rb").unwrap_or(path).to_lowercase().replace('_', "")
}

/// `Api::HTMLParser` as `api/html_parser`.
fn underscored(name: &str) -> Name {
    let name = name.replace("::", "/");
    let characters: Vec<char> = name.chars().collect();
    let mut path = Name::default();
    for (index, character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| characters[index]);
        let after = characters.get(index + 1);
        let starts_word = character.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_uppercase() && after.is_some_and(|c| c.is_lowercase()))
            });
        if starts_word {
            path.push('_');
        }
        path.extend(character.to_lowercase());
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(CORE.is_sorted());
    }

    #[test]
    fn names_as_paths() {
        assert_eq!(underscored("Api::HTMLParser"), "api/html_parser");
        assert_eq!(underscored("FooBar::V2Thing"), "foo_bar/v2_thing");
        assert_eq!(squashed("Api::HTMLParser"), squashed_path("api/html_parser.rb"));
    }
}
