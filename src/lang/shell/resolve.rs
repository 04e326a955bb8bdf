//! Which file a script sources or runs, and whose functions it calls.
//!
//! A path built on the script's own is exact. A relative one is seen from the working directory, which nobody knows: it is
//! taken from the script's directory or the nearest above that has it ([`Certainty::Inferred`]). Where only the start of
//! a path is unknown, the file nearest to the script whose path ends with the rest is meant (inferred or ambiguous).
//! A path that leads out of the project is the system's.
//!
//! A script that is run by its path is a [`DependencyKind::Call`]; a program that is not of the project is not told. A
//! command is a call of a function where one of the files that the script sources, directly or through others, defines
//! a function of that name; where several do, all are kept as ambiguous.

use rustc_hash::FxHashMap;

use crate::facts::{DefinitionId, DefinitionKind, FileFacts, Import, ImportKind, NameId, ReferenceKind};
use crate::lang::paths::{self, Endings, Found};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, External, FileId, Reason, Sources};
use crate::lang::visible::{Visible, dependencies_on};
use crate::project::Ecosystem;

/// Resolves the sourced files, runs and calls of all scripts.
pub fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let all = (0..sources.files.len() as u32).map(FileId);
    let resolver = Resolver { sources, endings: Endings::new(sources, all) };
    let mut answers: Vec<Vec<Dependency>> = files.iter().map(|file| resolver.loads(*file)).collect();
    let functions = functions(sources, files, &answers);
    for (file, answer) in files.iter().zip(&mut answers) {
        if let Some(facts) = sources.facts(*file) {
            add_calls(facts, *file, &functions, answer);
        }
    }
    answers
}

struct Resolver<'a> {
    sources: &'a Sources,
    endings: Endings<'a>,
}

impl Resolver<'_> {
    fn loads(&self, file: FileId) -> Vec<Dependency> {
        let Some(facts) = self.sources.facts(file) else { return Vec::new() };
        let mut dependencies = Vec::new();
        for import in &facts.imports {
            let kind = match import.kind {
                ImportKind::Dynamic => DependencyKind::Call,
                _ => DependencyKind::Import,
            };
            let found = self.meaning(file, import).dependencies(import);
            dependencies.extend(found.map(|dependency| Dependency { kind, ..dependency }));
        }
        dependencies
    }

    fn meaning(&self, file: FileId, import: &Import) -> Found {
        let found = match import.kind {
            ImportKind::Include => self.bats_load(file, &import.path),
            _ => self.path(file, &import.path),
        };
        match import.kind {
            // Any program may be run, and any function be called `load`.
            ImportKind::Dynamic | ImportKind::Include if !found.is_file() => Found::Nothing,
            ImportKind::Dynamic if import.path.contains('$') => Found::Nothing,
            _ => found,
        }
    }

    /// `load x` of a Bats test: `x.bash` or `x` beside the test.
    fn bats_load(&self, file: FileId, path: &str) -> Found {
        let path = path.strip_prefix("__file__/../").unwrap_or(path);
        let directory = paths::directory_of(&self.sources.get(file).path);
        let candidates = [format!("{path}.bash"), path.to_owned(), format!("{path}.sh")];
        let found = candidates.iter().find_map(|path| paths::at(self.sources, directory, path));
        found.map_or(Found::Nothing, Found::resolved)
    }

    fn path(&self, file: FileId, path: &str) -> Found {
        let own = &*self.sources.get(file).path;
        if let Some(rest) = path.strip_prefix("__file__") {
            return match paths::at(self.sources, own, rest.trim_start_matches('/')) {
                _ if rest.contains('$') => self.ending(file, rest),
                Some(found) => Found::resolved(found),
                None => Found::Unresolved(Reason::Missing),
            };
        }
        if let Some(rest) = path.strip_prefix("__root__/") {
            let root = paths::above(own).find_map(|root| paths::at(self.sources, root, rest));
            return root.map_or(Found::Unresolved(Reason::Missing), |root| Found::File(root, Certainty::Inferred));
        }
        if path.contains('$') {
            return self.ending(file, path);
        }
        if path.starts_with('/') {
            // The system's: `/etc/os-release`, `/dev/stdin`.
            return Found::External(External { ecosystem: Ecosystem::Native, name: path.into(), standard: true });
        }
        let nearest = paths::above(own).find_map(|directory| paths::at(self.sources, directory, path));
        nearest.map_or(Found::Unresolved(Reason::Missing), |found| Found::File(found, Certainty::Inferred))
    }

    /// A path of which only the end is known: what follows the last variable.
    fn ending(&self, file: FileId, path: &str) -> Found {
        let rest = path.rsplit(['}', ')']).next().unwrap_or(path);
        let Some(rest) = rest.strip_prefix('/') else { return Found::Unresolved(Reason::NotLiteral) };
        // One that steps out of an unknown directory has no known beginning.
        let rest = rest.trim_start_matches("../").trim_start_matches("./");
        match self.endings.nearest(file, rest) {
            Found::Unresolved(Reason::Missing) => Found::Unresolved(Reason::NotLiteral),
            found => found,
        }
    }
}

/// The functions of all scripts, and who sources whom.
fn functions(sources: &Sources, files: &[FileId], answers: &[Vec<Dependency>]) -> Visible {
    let mut functions = Visible::default();
    for (file, answer) in files.iter().zip(answers) {
        let Some(facts) = sources.facts(*file) else { continue };
        for (id, definition) in facts.definitions.iter().enumerate() {
            if definition.kind == DefinitionKind::Function {
                functions.define(&definition.name, *file, id as DefinitionId);
            }
        }
        functions.import(*file, answer.iter().filter(|dependency| dependency.kind == DependencyKind::Import));
    }
    functions
}

/// The calls of functions that sourced files define.
fn add_calls(facts: &FileFacts, file: FileId, functions: &Visible, dependencies: &mut Vec<Dependency>) {
    let sourced = functions.reachable(file);
    if sourced.is_empty() {
        return;
    }
    let mut known: FxHashMap<NameId, Vec<(FileId, DefinitionId)>> = FxHashMap::default();
    for reference in facts.references.iter().filter(|reference| reference.kind == ReferenceKind::Call) {
        let places =
            known.entry(reference.name).or_insert_with(|| functions.places(file, facts.name(reference.name), &sourced));
        dependencies.extend(dependencies_on(places, DependencyKind::Call, reference));
    }
}
