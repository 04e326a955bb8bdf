//! From what an import writes to files: what languages have in common whose imports name paths.

use rustc_hash::FxHashMap;

use super::resolve::{Certainty, Dependency, External, FileId, Reason, Sources, Target};
use crate::facts::Import;
use crate::project::cmake::join;

/// More files than this that fit equally are no answer.
const AMBIGUOUS_LIMIT: usize = 4;

/// More files than this with one ending are not compared.
const CANDIDATE_LIMIT: usize = 256;

/// What an import means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// This file.
    File(FileId, Certainty),
    /// One of these files, and no rule says which.
    Several(Vec<FileId>),
    /// A package from elsewhere.
    External(External),
    /// Nothing that is known.
    Unresolved(Reason),
    /// Nothing that a reader wants to hear of.
    Nothing,
}

impl Found {
    /// By the language's own rules.
    pub fn resolved(file: FileId) -> Self {
        Self::File(file, Certainty::Resolved)
    }

    /// The files among several that fit equally, unless they are too many to be an answer.
    pub fn of(files: Vec<FileId>, certainty: Certainty) -> Self {
        match files.as_slice() {
            [] => Self::Unresolved(Reason::Missing),
            [one] => Self::File(*one, certainty),
            several if several.len() <= AMBIGUOUS_LIMIT => Self::Several(files),
            _ => Self::Unresolved(Reason::Ambiguous),
        }
    }

    /// Whether it is a file or several.
    pub fn is_file(&self) -> bool {
        matches!(self, Self::File(..) | Self::Several(_))
    }

    /// This, or another if this names no file.
    pub fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        if self.is_file() { self } else { other() }
    }

    /// The dependencies of an import that means this.
    pub fn dependencies(self, import: &Import) -> impl Iterator<Item = Dependency> + use<'_> {
        let one = |target, certainty| vec![(target, certainty)];
        let targets = match self {
            Self::File(file, certainty) => one(Target::File(file), certainty),
            Self::Several(files) => files.into_iter().map(|file| (Target::File(file), Certainty::Ambiguous)).collect(),
            Self::External(external) => one(Target::External(external), Certainty::Resolved),
            Self::Unresolved(reason) => {
                one(Target::Unresolved { text: import.path.clone(), reason }, Certainty::Resolved)
            }
            Self::Nothing => Vec::new(),
        };
        let dependency =
            |(target, certainty)| Dependency { certainty, ..Dependency::of_import(import, target, import.span) };
        targets.into_iter().map(dependency)
    }
}

/// The dependencies of all files of a family whose imports are all there is to it.
pub fn resolve_imports(
    sources: &Sources,
    files: &[FileId],
    mut meaning: impl FnMut(FileId, &Import) -> Found,
) -> Vec<Vec<Dependency>> {
    let mut dependencies_of = |file: &FileId| {
        let imports = sources.facts(*file).map_or(&[][..], |facts| &facts.imports);
        imports.iter().flat_map(|import| meaning(*file, import).dependencies(import)).collect()
    };
    files.iter().map(&mut dependencies_of).collect()
}

/// The directory of a path; `""` is the root.
pub fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The directories above a file, the nearest first, ending with the root (`""`).
pub fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).collect::<Vec<_>>().into_iter().rev().chain([""])
}

/// The file at a path seen from a directory; both may step upwards.
pub fn at(sources: &Sources, directory: &str, path: &str) -> Option<FileId> {
    sources.file(&join(&join("", directory.trim_start_matches('/'))?, path)?)
}

/// The host of a URL, with or without its scheme.
pub fn url_host(written: &str) -> Option<&str> {
    let rest = written.split_once("://").map(|(_, rest)| rest).or_else(|| written.strip_prefix("//"))?;
    let end = rest.find(['/', '?', '#', ':']).unwrap_or(rest.len());
    Some(&rest[..end]).filter(|host| !host.is_empty())
}

/// The package of npm that a specifier starts with, and what follows it.
pub fn npm_package(specifier: &str) -> (&str, &str) {
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    let end = specifier.match_indices('/').nth(parts - 1).map_or(specifier.len(), |(at, _)| at);
    (&specifier[..end], specifier[end..].trim_start_matches('/'))
}

/// Files by what their paths end with.
pub struct Endings<'a> {
    sources: &'a Sources,
    by_ending: FxHashMap<&'a str, Vec<FileId>>,
}

impl<'a> Endings<'a> {
    /// The endings of these files' paths, up to sixteen parts long.
    pub fn new(sources: &'a Sources, files: impl Iterator<Item = FileId>) -> Self {
        let mut by_ending: FxHashMap<&str, Vec<FileId>> = FxHashMap::default();
        for file in files {
            let path = &*sources.get(file).path;
            let starts = path.rmatch_indices('/').map(|(at, _)| at + 1).take(16);
            for start in starts {
                by_ending.entry(&path[start..]).or_default().push(file);
            }
            if path.bytes().filter(|byte| *byte == b'/').count() < 16 {
                by_ending.entry(path).or_default().push(file);
            }
        }
        Self { sources, by_ending }
    }

    /// The files whose path is `ending` or ends with it at a `/`, in path order.
    pub fn of(&self, ending: &str) -> &[FileId] {
        self.by_ending.get(ending).map_or(&[], Vec::as_slice)
    }

    /// The file that `ending` means in the file `from`: of several, those with the most directories in common with
    /// it; then, unless it is a test, those that are none; then those with the fewest directories before the ending.
    /// The answer is [`Certainty::Inferred`] or ambiguous.
    pub fn nearest(&self, from: FileId, ending: &str) -> Found {
        let candidates = self.of(ending);
        if candidates.len() > CANDIDATE_LIMIT {
            return Found::Unresolved(Reason::Ambiguous);
        }
        let source = self.sources.get(from);
        let mut best: Vec<FileId> = candidates.iter().copied().filter(|candidate| *candidate != from).collect();
        keep_best(&mut best, |file| {
            let file = self.sources.get(file);
            let common = common_directories(&source.path, &file.path);
            let depth = file.path.bytes().filter(|byte| *byte == b'/').count();
            (common, source.test || !file.test, std::cmp::Reverse(depth))
        });
        Found::of(best, Certainty::Inferred)
    }
}

/// Keeps those of which the rank is the highest.
fn keep_best<R: Ord>(files: &mut Vec<FileId>, rank: impl Fn(FileId) -> R) {
    if let Some(best) = files.iter().map(|file| rank(*file)).max() {
        files.retain(|file| rank(*file) == best);
    }
}

/// How many directories two paths have in common from the root on.
pub fn common_directories(a: &str, b: &str) -> usize {
    let parts = |path| directory_of(path).split('/').filter(|part: &&str| !part.is_empty());
    parts(a).zip(parts(b)).take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::lang::resolve::SourceFile;

    fn sources(paths: &[&str]) -> Sources {
        let file = |path: &&str| SourceFile {
            path: (*path).into(),
            language: None,
            facts: None,
            bytes: 0,
            mark: None,
            test: path.contains("test/"),
        };
        Sources::new(paths.iter().map(file).collect(), Arc::default())
    }

    #[test]
    fn the_nearest_ending_wins_and_equals_stay_ambiguous() {
        let sources = sources(&["a/lib/x.q", "a/m.q", "b/lib/x.q", "c/lib/x.q", "m.q", "test/lib/y.q", "u/lib/y.q"]);
        let endings = Endings::new(&sources, (0..sources.files.len() as u32).map(FileId));
        let file = |path| sources.file(path).expect("a file");
        let nearest = |from, ending| endings.nearest(file(from), ending);
        assert_eq!(nearest("a/m.q", "lib/x.q"), Found::File(file("a/lib/x.q"), Certainty::Inferred));
        assert_eq!(nearest("m.q", "lib/x.q"), Found::Several(endings.of("lib/x.q").to_vec()));
        assert_eq!(nearest("m.q", "lib/y.q"), Found::File(file("u/lib/y.q"), Certainty::Inferred));
        assert_eq!(nearest("m.q", "b/x.q"), Found::Unresolved(Reason::Missing));
        assert_eq!(nearest("m.q", "ib/x.q"), Found::Unresolved(Reason::Missing));
    }

    #[test]
    fn directories_above_a_file() {
        assert_eq!(above("a/b/c.q").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(above("c.q").collect::<Vec<_>>(), [""]);
    }
}
