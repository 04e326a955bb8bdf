//! Which file an include means.
//!
//! # The search
//! 1. `"…"`: beside the file itself.
//! 2. The directories that the file's own entry in `compile_commands.json` names.
//! 3. The directories that build files declare, of the file's directory first, then of each directory above.
//! 4. `<…>` of a header that comes with the language or the system: not the project's.
//! 5. What is written, seen from a directory above the file or from its `include`, `inc` or `src`, the nearest first;
//!    else a file of which the path ends with what is written (both [`Certainty::Inferred`]). Of several, those with the most
//!    directories in common with the file; then those in a directory that some build file declares; then, unless the file is a
//!    test, those that are none; then those with the fewest directories before what is written. What is still several
//!    is [`Certainty::Ambiguous`], up to [`AMBIGUOUS_LIMIT`] of them.
//! 6. What is not found: `<…>` and `"library/…"` are a library's, known by its first directory or the stem, unless the
//!    project has that very directory of headers (then a generated header is missing). Other `"…"` are missing.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::standard;
use crate::facts::{DefinitionKind, FileFacts, Import, ImportKind, Name};
use crate::lang::resolve::{Certainty, Dependency, External, FileId, Reason, Sources, Target};
use crate::project::Ecosystem;
use crate::project::cmake::{self, Manifests};

/// More files than this that fit equally are no answer.
const AMBIGUOUS_LIMIT: usize = 4;

/// Resolves the includes and module imports of all files.
pub fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let resolver = Resolver::new(sources, files);
    files.par_iter().map(|file| resolver.file(*file)).collect()
}

struct Resolver<'a> {
    sources: &'a Sources,
    manifests: &'a Manifests,
    /// Files by the last part of their path, in path order.
    by_name: FxHashMap<&'a str, Vec<FileId>>,
    /// Include directories from `compile_commands.json`, by file.
    commands: FxHashMap<FileId, Vec<String>>,
    /// The units that may be imported, by module name.
    modules: FxHashMap<&'a str, Vec<FileId>>,
    /// Every declared include directory.
    declared: FxHashSet<&'a str>,
    /// The packages that build files ask for: by simplified name, as they write it.
    packages: FxHashMap<String, &'a Name>,
    /// Macros that stand for a header, for files that include a macro.
    header_macros: FxHashMap<&'a str, Vec<(String, bool)>>,
    /// The last one to three parts of the directories of headers.
    own_directories: FxHashSet<&'a str>,
    /// Headers that a build makes from a template (`config.h.in`).
    templates: FxHashSet<&'a str>,
}

/// What an include means.
enum Found {
    One(FileId, Certainty),
    Several(Vec<FileId>),
    None,
}

impl<'a> Resolver<'a> {
    fn new(sources: &'a Sources, files: &[FileId]) -> Self {
        let manifests = &sources.project.cmake;
        let mut by_name: FxHashMap<&str, Vec<FileId>> = FxHashMap::default();
        for (index, file) in sources.files.iter().enumerate() {
            by_name.entry(file_name(&file.path)).or_default().push(FileId(index as u32));
        }
        let (own_directories, templates) = own_headers(sources);
        let mut modules: FxHashMap<&str, Vec<FileId>> = FxHashMap::default();
        for file in files {
            let Some(facts) = sources.facts(*file) else { continue };
            let Some(module) = facts.namespace.as_deref() else { continue };
            if !is_implementation(facts, module) {
                modules.entry(module).or_default().push(*file);
            }
        }
        let declared = manifests.directories.values().flatten().map(|directory| &**directory).collect();
        let packages = (sources.project.packages.iter())
            .filter(|package| package.ecosystem == Ecosystem::Native)
            .flat_map(|package| &package.dependencies)
            .map(|dependency| (simplified(&dependency.name), &dependency.name))
            .collect();
        let commands = cmake::commands_by_file(manifests, sources);
        Self {
            sources,
            manifests,
            by_name,
            commands,
            modules,
            declared,
            packages,
            header_macros: header_macros(sources, files),
            own_directories,
            templates,
        }
    }

    fn file(&self, file: FileId) -> Vec<Dependency> {
        let Some(facts) = self.sources.facts(file) else { return Vec::new() };
        let mut dependencies = Vec::new();
        for import in &facts.imports {
            self.import(file, facts, import, &mut dependencies);
        }
        dependencies
    }

    fn import(&self, file: FileId, facts: &FileFacts, import: &Import, out: &mut Vec<Dependency>) {
        let mut add = |target, certainty| {
            out.push(Dependency { certainty, ..Dependency::of_import(import, target, import.span) });
        };
        let unresolved = |reason| Target::Unresolved { text: import.path.clone(), reason };
        let Some((written, is_quoted)) = header_name(&import.path) else {
            if import.kind == ImportKind::Include {
                match self.by_macro(file, &import.path).as_slice() {
                    [] => add(unresolved(Reason::NotLiteral), Certainty::Resolved),
                    [one] => add(Target::File(*one), Certainty::Inferred),
                    several => several.iter().for_each(|target| add(Target::File(*target), Certainty::Ambiguous)),
                }
            } else {
                self.module(file, facts, &import.path, &mut add);
            }
            return;
        };
        match self.header(file, &written, is_quoted) {
            Found::One(target, certainty) => add(Target::File(target), certainty),
            Found::Several(targets) if targets.len() <= AMBIGUOUS_LIMIT => {
                targets.into_iter().for_each(|target| add(Target::File(target), Certainty::Ambiguous));
            }
            Found::Several(_) => add(unresolved(Reason::Ambiguous), Certainty::Ambiguous),
            Found::None => match self.outside(&written, is_quoted) {
                Some((external, certainty)) => add(Target::External(external), certainty),
                None => add(unresolved(Reason::Missing), Certainty::Resolved),
            },
        }
    }

    /// The headers that `#include MACRO` may mean: what the project defines the macro as.
    fn by_macro(&self, file: FileId, written: &str) -> Vec<FileId> {
        let mut targets = Vec::new();
        for (header, is_quoted) in self.header_macros.get(written).into_iter().flatten() {
            match self.header(file, header, *is_quoted) {
                Found::One(target, _) if !targets.contains(&target) => targets.push(target),
                _ => {}
            }
        }
        targets.truncate(AMBIGUOUS_LIMIT);
        targets
    }

    fn module(&self, file: FileId, facts: &FileFacts, written: &str, add: &mut impl FnMut(Target, Certainty)) {
        let own = facts.namespace.as_deref().unwrap_or_default();
        let own = own.split(':').next().unwrap_or(own);
        let name = if written.starts_with(':') { format!("{own}{written}") } else { written.to_owned() };
        match self.modules.get(name.as_str()).map(Vec::as_slice) {
            Some([unit]) => add(Target::File(*unit), Certainty::Resolved),
            Some(units) if units.len() <= AMBIGUOUS_LIMIT => {
                units.iter().for_each(|unit| add(Target::File(*unit), Certainty::Ambiguous));
            }
            Some(_) => {
                add(Target::Unresolved { text: written.into(), reason: Reason::Ambiguous }, Certainty::Ambiguous)
            }
            None if standard::is_standard_module(written) => {
                let external = External { ecosystem: Ecosystem::Native, name: written.into(), standard: true };
                add(Target::External(external), Certainty::Resolved);
            }
            // `@import Name;` of a framework means its umbrella header.
            None if let Found::One(header, certainty) = self.by_suffix(file, &format!("{written}/{written}.h")) => {
                add(Target::File(header), certainty);
            }
            None => {
                let reason = if written.starts_with(':') { Reason::Missing } else { Reason::Undeclared };
                add(Target::Unresolved { text: written.into(), reason }, Certainty::Resolved);
            }
        }
    }

    fn header(&self, file: FileId, written: &str, is_quoted: bool) -> Found {
        let path = &*self.sources.get(file).path;
        let at = |directory: &str| self.sources.file(&cmake::join(directory, written)?);
        if is_quoted && let Some(found) = at(directory_of(path)) {
            return Found::One(found, Certainty::Resolved);
        }
        if let Some(found) = self.commands.get(&file).into_iter().flatten().find_map(|directory| at(directory)) {
            return Found::One(found, Certainty::Resolved);
        }
        for above in ancestors(path) {
            if let Some(found) = self.manifests.directories.get(above).into_iter().flatten().find_map(|d| at(d)) {
                return Found::One(found, Certainty::Resolved);
            }
        }
        // A framework's name may well be a directory of the project.
        if !is_quoted && standard::library_of(written).is_some_and(|library| library != "apple") {
            return Found::None;
        }
        self.by_suffix(file, written)
    }

    /// Step 5 of the search.
    fn by_suffix(&self, file: FileId, written: &str) -> Found {
        let tail = written.rsplit_once("../").map_or(written, |(_, tail)| tail);
        let tail = tail.trim_start_matches("./");
        let from = self.sources.get(file);
        let Some(named) = self.by_name.get(file_name(tail)) else { return Found::None };
        let mut candidates = self.nearest(named, &from.path, |path| ends_with_path(path, tail));
        if let Some(found) = self.above(&from.path, tail) {
            return Found::One(found, Certainty::Inferred);
        }
        if candidates.is_empty() {
            candidates = self.in_framework(named, &from.path, tail);
        }
        let root_of = |id: &FileId| {
            let path = &*self.sources.get(*id).path;
            path.strip_suffix(tail).unwrap_or(path).trim_end_matches('/')
        };
        prefer(&mut candidates, |id| self.declared.contains(root_of(id)));
        if !from.test {
            prefer(&mut candidates, |id| !self.sources.get(*id).test);
        }
        let depth = |id: &FileId| root_of(id).split('/').filter(|part| !part.is_empty()).count();
        if let Some(least) = candidates.iter().map(depth).min() {
            prefer(&mut candidates, |id| depth(id) == least);
        }
        match candidates.as_slice() {
            [] => Found::None,
            [one] => Found::One(*one, Certainty::Inferred),
            _ => Found::Several(candidates),
        }
    }

    /// What is written, seen from a directory above the file or from where headers usually lie in it.
    fn above(&self, from: &str, written: &str) -> Option<FileId> {
        ancestors(from).find_map(|above| {
            ["", "include", "inc", "src"].iter().find_map(|directory| {
                let directory = cmake::join(above, directory)?;
                self.sources.file(&cmake::join(&directory, written)?)
            })
        })
    }

    /// Those of `named` (in path order) that match and share the most directories with `from`.
    fn nearest(&self, named: &[FileId], from: &str, matches: impl Fn(&str) -> bool) -> Vec<FileId> {
        let path = |id: &FileId| &*self.sources.get(*id).path;
        let fits = |ids: &[FileId]| ids.iter().copied().filter(|id| matches(path(id))).collect::<Vec<_>>();
        let (mut start, mut end) = (0, 0);
        for above in ancestors(from) {
            // The paths below a directory stand together.
            let (wider_start, wider_end) = if above.is_empty() {
                (0, named.len())
            } else {
                let below = |id: &FileId| path(id).strip_prefix(above).is_some_and(|rest| rest.starts_with('/'));
                let prefix = format!("{above}/");
                let first = named.partition_point(|id| path(id) < prefix.as_str());
                (first, first + named[first..].partition_point(below))
            };
            if start == end {
                (start, end) = (wider_start, wider_start);
            }
            let mut found = fits(&named[wider_start..start]);
            found.extend(fits(&named[end..wider_end]));
            (start, end) = (wider_start, wider_end);
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// `<Name/header.h>` of a framework whose headers lie anywhere below a directory of its name, or in a project that has
    /// such a directory and one header of the name.
    fn in_framework(&self, named: &[FileId], from: &str, written: &str) -> Vec<FileId> {
        match written.split_once('/') {
            Some((framework, name)) if !name.contains('/') && !framework.starts_with('.') => {
                let inside =
                    self.nearest(named, from, |path| directory_of(path).split('/').any(|part| part == framework));
                let is_own = inside.is_empty() && named.len() == 1 && self.own_directories.contains(framework);
                if is_own { named.to_vec() } else { inside }
            }
            _ => Vec::new(),
        }
    }

    /// Step 6 of the search: what is not part of the project.
    fn outside(&self, written: &str, is_quoted: bool) -> Option<(External, Certainty)> {
        if standard::library_of(written).is_some() {
            let external = External { ecosystem: Ecosystem::Native, name: written.into(), standard: true };
            return Some((external, Certainty::Resolved));
        }
        let (directory, _) = written.rsplit_once('/').unwrap_or_default();
        let stem = file_name(written).split('.').next().unwrap_or(written);
        let name = written.split_once('/').map_or(stem, |(first, _)| first);
        if let Some(declared) = self.packages.get(&simplified(name)) {
            let external = External { ecosystem: Ecosystem::Native, name: (*declared).clone(), standard: false };
            return Some((external, Certainty::Resolved));
        }
        let is_own = !directory.is_empty() && self.own_directories.contains(directory);
        let is_own = is_own || (is_quoted && (directory.is_empty() || self.sources.is_directory(name)));
        if is_own || self.templates.contains(written) || name.is_empty() || name.starts_with('.') {
            return None;
        }
        let external = External { ecosystem: Ecosystem::Native, name: name.into(), standard: false };
        Some((external, Certainty::Inferred))
    }
}

/// What the names stand for that some file includes; each header once. What a build file defines goes before
/// `#define NAME "header.h"`, which is then its default.
fn header_macros<'a>(sources: &'a Sources, files: &[FileId]) -> FxHashMap<&'a str, Vec<(String, bool)>> {
    let facts = || files.iter().filter_map(|file| sources.facts(*file));
    let imports = facts().flat_map(|facts| &facts.imports).filter(|import| import.kind == ImportKind::Include);
    let mut macros: FxHashMap<&str, Vec<(String, bool)>> = imports
        .filter(|import| header_name(&import.path).is_none())
        .map(|import| (&*import.path, Vec::new()))
        .collect();
    if macros.is_empty() {
        return macros;
    }
    let given = &sources.project.cmake.header_macros;
    for (name, headers) in &mut macros {
        headers.extend(given.get(*name).into_iter().flatten().filter_map(|header| header_name(header)));
    }
    for definition in facts().flat_map(|facts| &facts.definitions).filter(|d| d.kind == DefinitionKind::Macro) {
        let is_open = |name: &str| !given.contains_key(name);
        let Some(headers) = macros.get_mut(&*definition.name).filter(|_| is_open(&definition.name)) else { continue };
        let value = definition.signature.split_once(&*definition.name).map_or("", |(_, value)| value.trim());
        if let Some(header) = header_name(value).filter(|header| !headers.contains(header)) {
            headers.push(header);
        }
    }
    macros
}

/// What the project's own headers are called, by directory and by template.
fn own_headers(sources: &Sources) -> (FxHashSet<&str>, FxHashSet<&str>) {
    let mut directories = FxHashSet::default();
    let mut templates = FxHashSet::default();
    for file in &sources.files {
        if let Some(header) = file.path.strip_suffix(".in").or_else(|| file.path.strip_suffix(".cmake")) {
            templates.insert(file_name(header));
        }
        if file.language.is_some_and(|language| std::ptr::eq(language.family, &super::FAMILY)) {
            let directory = directory_of(&file.path);
            let starts = directory.rmatch_indices('/').map(|(at, _)| at + 1).take(3);
            directories.extend(starts.map(|start| &directory[start..]));
            if directory.matches('/').count() < 3 {
                directories.insert(directory);
            }
        }
    }
    (directories, templates)
}

/// An implementation unit imports its own module, an interface or a partition does not.
fn is_implementation(facts: &FileFacts, module: &str) -> bool {
    facts.imports.iter().any(|import| import.kind == ImportKind::Import && import.path == module)
}

/// What stands between the delimiters, and whether they are quotes.
fn header_name(path: &str) -> Option<(String, bool)> {
    let quoted = path.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let name = quoted.or_else(|| path.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')))?;
    // Compilers for Windows take a backslash for a slash.
    Some((name.trim().replace('\\', "/"), quoted.is_some()))
}

/// Keeps what satisfies the condition, if anything does.
fn prefer(candidates: &mut Vec<FileId>, condition: impl Fn(&FileId) -> bool) {
    if candidates.iter().any(&condition) {
        candidates.retain(condition);
    }
}

fn ends_with_path(path: &str, tail: &str) -> bool {
    path.strip_suffix(tail).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The directories above a file, from its own to the root (`""`).
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let own = directory_of(path);
    std::iter::successors(Some(own), |path| (!path.is_empty()).then(|| directory_of(path)))
}

/// A package's name without what spellings differ in: `OpenSSL`, `openssl`; `Eigen3`, `Eigen`; `libevent`, `event`.
fn simplified(name: &str) -> String {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect();
    let name = name.trim_end_matches(|character: char| character.is_ascii_digit());
    name.strip_prefix("lib").filter(|rest| rest.len() > 1).unwrap_or(name).to_owned()
}
