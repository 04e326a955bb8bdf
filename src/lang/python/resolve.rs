//! From imports to files and distributions.
//!
//! Python looks along `sys.path`, which no file states. What stands for it, in this order:
//!
//! 1. the directory above the importing file's outermost package (its own directory, if that is no package): where
//!    Python itself or pytest starts when it runs the file;
//! 2. the directories above that one, nearest first, up to the project's root;
//! 3. roots that manifests and tools declare, nearest (by common path) first;
//! 4. the standard library and what manifests ask for;
//! 5. roots at which other chains of packages end, nearest first; two equally near are ambiguous. Those among tests,
//!    examples and documents do not count: they are small projects of their own or data of a test.
//!
//! A later place is asked only if no earlier one holds the whole module. A standard module is overridden by the first
//! place and by declared roots alone, and a namespace package never hides a distribution that a manifest asks for.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::distributions::{Distributions, is_standard};
use super::facts::is_computed;
use super::modules::{Found, Modules, Offer, ancestors, directory_of};
use crate::facts::{DefinitionId, FileFacts, Import, ImportedName, Name, Span};
use crate::lang::resolve::{Certainty, Dependency, External, FileId, Reason, Sources, Target};
use crate::project::Ecosystem;

/// [`crate::lang::resolve::Resolve`] for Python.
pub(super) fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let modules = Modules::new(sources, files, &sources.project.python.roots);
    let distributions = Distributions::new(&sources.project);
    let symbols = Symbols::new(sources, files);
    let world = World { sources, modules, distributions, symbols };
    files.par_iter().map(|file| world.of_file(*file)).collect()
}

/// The names at the top of each file.
struct Symbols<'a>(FxHashMap<FileId, Vec<(&'a str, DefinitionId)>>);

impl<'a> Symbols<'a> {
    fn new(sources: &'a Sources, files: &[FileId]) -> Self {
        let of_file = |id: &FileId| {
            let facts: &'a FileFacts = sources.facts(*id)?;
            let mut names: Vec<(&'a str, DefinitionId)> = facts
                .definitions
                .iter()
                .zip(0..)
                .filter(|(definition, _)| definition.parent.is_none())
                .map(|(definition, id)| (definition.name.as_str(), id))
                .collect();
            names.sort_unstable();
            Some((*id, names))
        };
        Self(files.par_iter().filter_map(of_file).collect())
    }

    /// The first definition of a name in a file.
    fn find(&self, file: FileId, name: &str) -> Option<DefinitionId> {
        let names = self.0.get(&file)?;
        let first = names.partition_point(|(other, _)| *other < name);
        names.get(first).filter(|(other, _)| *other == name).map(|(_, id)| *id)
    }
}

struct World<'a> {
    sources: &'a Sources,
    modules: Modules<'a>,
    distributions: Distributions<'a>,
    symbols: Symbols<'a>,
}

/// Where the search for a module ended.
enum Answer {
    File(FileId, Certainty),
    Namespace(String, Certainty),
    External(External, Certainty),
    Unresolved(Reason),
}

/// What the places asked so far had to say beside the module itself.
#[derive(Default)]
struct Fallback {
    /// A module that is built from another language.
    extension: bool,
    /// A package of the project that lacks the module.
    missing: bool,
    /// The importing file itself.
    itself: bool,
    /// A directory of that path that holds none of the names.
    namespace: Option<String>,
}

impl World<'_> {
    fn of_file(&self, file: FileId) -> Vec<Dependency> {
        let Some(facts) = self.sources.facts(file) else { return Vec::new() };
        let mut found = Vec::with_capacity(facts.imports.len());
        let mut answers: FxHashMap<&str, Answer> = FxHashMap::default();
        for import in &facts.imports {
            let path = import.path.as_str();
            if is_computed(path) {
                found.push(unresolved(import, path.into(), Reason::NotLiteral));
            } else if path.starts_with('.') {
                let answer = self.relative(file, path);
                self.emit(file, import, &answer, &mut found);
            } else {
                // Whether a namespace package is meant depends on the names taken from it, so only the rest is shared.
                let first_names = import.names.as_slice();
                match answers.get(path) {
                    Some(answer @ (Answer::File(..) | Answer::External(..))) => {
                        self.emit(file, import, answer, &mut found)
                    }
                    _ => {
                        let answer = self.absolute(file, path, first_names);
                        self.emit(file, import, &answer, &mut found);
                        answers.insert(path, answer);
                    }
                }
            }
        }
        found
    }

    /// `from ..a import`: up one directory for each dot after the first, whatever these directories are.
    fn relative(&self, file: FileId, path: &str) -> Answer {
        let rest = path.trim_start_matches('.');
        let levels = path.len() - rest.len();
        let mut directory = directory_of(&self.sources.get(file).path);
        for _ in 1..levels {
            if directory.is_empty() {
                return Answer::Unresolved(Reason::Missing);
            }
            directory = directory_of(directory);
        }
        let found = if rest.is_empty() { self.modules.package(directory) } else { self.modules.find(directory, rest) };
        match found {
            Found::File(id) => Answer::File(id, Certainty::Resolved),
            Found::Namespace(directory) => Answer::Namespace(directory, Certainty::Resolved),
            Found::Extension => Answer::Unresolved(Reason::Unsupported),
            Found::Missing | Found::Nothing => Answer::Unresolved(Reason::Missing),
        }
    }

    fn absolute(&self, file: FileId, path: &str, names: &[ImportedName]) -> Answer {
        let top = path.split('.').next().unwrap_or(path);
        let standard = is_standard(top);
        let mut fallback = Fallback::default();
        if self.modules.is_named(top) {
            if let Some(answer) = self.local(file, path, names, standard, &mut fallback) {
                return answer;
            }
            if !standard
                && !self.distributions.declares(top)
                && let Some(answer) = self.elsewhere(file, path, names, &mut fallback)
            {
                return answer;
            }
        }
        if standard {
            let external = External { ecosystem: Ecosystem::Pypi, name: top.into(), standard };
            return Answer::External(external, Certainty::Resolved);
        }
        if fallback.extension {
            return Answer::Unresolved(Reason::Unsupported);
        }
        if fallback.missing {
            return Answer::Unresolved(Reason::Missing);
        }
        if let Some((external, certainty)) =
            self.distributions.provider(path).or_else(|| self.provider_of_names(path, names))
        {
            return Answer::External(external, certainty);
        }
        match fallback.namespace {
            _ if fallback.itself => Answer::File(file, Certainty::Resolved),
            Some(directory) => Answer::Namespace(directory, Certainty::Resolved),
            None => Answer::Unresolved(Reason::Undeclared),
        }
    }

    /// `from google.cloud import storage` takes a distribution's module out of a namespace.
    fn provider_of_names(&self, path: &str, names: &[ImportedName]) -> Option<(External, Certainty)> {
        names.iter().find_map(|name| self.distributions.provider(&format!("{path}.{}", name.name)))
    }

    /// Places 1 to 3.
    fn local(
        &self,
        file: FileId,
        path: &str,
        names: &[ImportedName],
        standard: bool,
        fallback: &mut Fallback,
    ) -> Option<Answer> {
        let own = directory_of(&self.sources.get(file).path);
        let base = self.modules.base(own);
        let top = path.split('.').next().unwrap_or(path);
        let above = std::iter::once(base).chain(ancestors(base).filter(|_| !standard));
        for directory in above {
            let found = self.modules.find(directory, path);
            let is_sure = directory == base || self.modules.is_declared(directory);
            let certainty = if is_sure { Certainty::Resolved } else { Certainty::Inferred };
            if let Some(answer) = self.accept(file, found, names, certainty, top, fallback) {
                return Some(answer);
            }
        }
        let declared = self.modules.offers(top).iter().filter(|offer| offer.declared);
        self.nearest(file, path, names, declared, Certainty::Resolved, fallback)
    }

    /// Place 5.
    fn elsewhere(&self, file: FileId, path: &str, names: &[ImportedName], fallback: &mut Fallback) -> Option<Answer> {
        let top = path.split('.').next().unwrap_or(path);
        let inferred = self.modules.offers(top).iter().filter(|offer| !offer.declared && !is_aside(&offer.root));
        self.nearest(file, path, names, inferred, Certainty::Inferred, fallback)
    }

    /// The module below the root that shares most of its path with the importing file.
    fn nearest<'o>(
        &self,
        file: FileId,
        path: &str,
        names: &[ImportedName],
        offers: impl Iterator<Item = &'o Offer>,
        certainty: Certainty,
        fallback: &mut Fallback,
    ) -> Option<Answer> {
        let top = path.split('.').next().unwrap_or(path);
        let from = &self.sources.get(file).path;
        let mut best: Option<(usize, Answer)> = None;
        let mut is_tie = false;
        for offer in offers {
            let shared = shared_directories(from, &offer.root);
            if best.as_ref().is_some_and(|(most, _)| shared < *most) {
                continue;
            }
            let found = self.modules.find_offered(offer, path);
            let Some(answer) = self.accept(file, found, names, certainty, top, fallback) else { continue };
            is_tie = best.as_ref().is_some_and(|(most, other)| shared == *most && !is_same(other, &answer));
            best = Some((shared, answer));
        }
        if is_tie {
            return Some(Answer::Unresolved(Reason::Ambiguous));
        }
        best.map(|(_, answer)| answer)
    }

    /// Whether a place has the whole module.
    fn accept(
        &self,
        file: FileId,
        found: Found,
        names: &[ImportedName],
        certainty: Certainty,
        top: &str,
        fallback: &mut Fallback,
    ) -> Option<Answer> {
        match found {
            // A script that is called like what it imports does not mean itself; a package may import its own modules.
            Found::File(id) => {
                let is_meant = id != file || is_init(&self.sources.get(id).path);
                fallback.itself |= !is_meant;
                is_meant.then_some(Answer::File(id, certainty))
            }
            Found::Namespace(directory) => {
                let holds = |name: &ImportedName| matches!(self.modules.find(&directory, &name.name), Found::File(_));
                if !is_standard(top) && names.iter().any(holds) {
                    return Some(Answer::Namespace(directory, certainty));
                }
                fallback.namespace.get_or_insert(directory);
                None
            }
            Found::Extension => {
                fallback.extension = true;
                None
            }
            Found::Missing => {
                fallback.missing = true;
                None
            }
            Found::Nothing => None,
        }
    }

    fn emit(&self, file: FileId, import: &Import, answer: &Answer, found: &mut Vec<Dependency>) {
        match answer {
            Answer::File(id, certainty) => self.emit_file(file, import, *id, *certainty, found),
            Answer::Namespace(directory, certainty) => {
                for name in &import.names {
                    match self.modules.find(directory, &name.name) {
                        Found::File(id) => found.push(to_file(import, id, *certainty, name.span)),
                        Found::Namespace(_) => {}
                        other => found.push(unresolved_name(import, name, &other)),
                    }
                }
            }
            Answer::External(external, certainty) => {
                let mut dependency = Dependency::of_import(import, Target::External(external.clone()), import.span);
                dependency.certainty = *certainty;
                found.push(dependency);
            }
            Answer::Unresolved(reason) => found.push(unresolved(import, import.path.clone(), *reason)),
        }
    }

    /// A module of the project: each name is something that it defines, else a submodule, else something that it hands
    /// on.
    fn emit_file(&self, file: FileId, import: &Import, id: FileId, certainty: Certainty, found: &mut Vec<Dependency>) {
        let path = &self.sources.get(id).path;
        let package = is_init(path).then(|| directory_of(path));
        if import.names.is_empty() {
            found.push(to_file(import, id, certainty, import.span));
        }
        for name in &import.names {
            let submodule =
                package.filter(|_| !name.is_glob()).and_then(|package| match self.modules.find(package, &name.name) {
                    Found::File(submodule) => Some(submodule),
                    _ => None,
                });
            // What a package's `__init__` takes from the package itself is there only if it is a submodule.
            let symbol = self.symbols.find(id, &name.name).filter(|_| id != file || submodule.is_none());
            let target = if symbol.is_some() { id } else { submodule.unwrap_or(id) };
            let mut dependency = to_file(import, target, certainty, name.span);
            dependency.to_symbol = symbol;
            found.push(dependency);
        }
    }
}

fn to_file(import: &Import, id: FileId, certainty: Certainty, span: Span) -> Dependency {
    Dependency { certainty, ..Dependency::of_import(import, Target::File(id), span) }
}

fn unresolved(import: &Import, text: Name, reason: Reason) -> Dependency {
    Dependency::of_import(import, Target::Unresolved { text, reason }, import.span)
}

fn unresolved_name(import: &Import, name: &ImportedName, found: &Found) -> Dependency {
    let reason = if *found == Found::Extension { Reason::Unsupported } else { Reason::Missing };
    let dot = if import.path.ends_with('.') { "" } else { "." };
    let text = format!("{}{dot}{}", import.path, name.name).into();
    Dependency::of_import(import, Target::Unresolved { text, reason }, name.span)
}

fn is_init(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("__init__.py" | "__init__.pyi"))
}

/// Whether a root lies among tests, examples or documents.
fn is_aside(root: &str) -> bool {
    const ASIDE: [&str; 14] = [
        "test",
        "tests",
        "testing",
        "testdata",
        "fixtures",
        "example",
        "examples",
        "sample",
        "samples",
        "demo",
        "demos",
        "doc",
        "docs",
        "benchmarks",
    ];
    root.split('/').any(|part| ASIDE.contains(&part))
}

fn is_same(a: &Answer, b: &Answer) -> bool {
    match (a, b) {
        (Answer::File(a, _), Answer::File(b, _)) => a == b,
        (Answer::Namespace(a, _), Answer::Namespace(b, _)) => a == b,
        _ => false,
    }
}

/// How many leading directories a file's path shares with a directory.
fn shared_directories(path: &str, directory: &str) -> usize {
    directory_of(path).split('/').zip(directory.split('/')).take_while(|(a, b)| a == b && !a.is_empty()).count()
}
