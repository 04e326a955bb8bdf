//! Files by the name of the module that they hold: what the languages share whose imports name modules, not paths.
//!
//! A language fills [`Modules`] with the names that its files declare or that their paths spell, and asks it with the full
//! name that an import or a mention means.
//!
//! # Which of several
//! A file that holds the module itself means itself. Else these steps are taken in turn, each of them only where it leaves
//! a file: code that is no test, unless the asking file is a test; files of the package around the asking file; files of
//! the packages that this one declares; hand-written files. What is then left is the answer: one file is resolved, up to
//! [`AMBIGUOUS_LIMIT`] are all kept as ambiguous, more are unresolved.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::resolve::{Certainty, Dependency, External, FileId, Reason, Sources, Target};
use crate::facts::{Import, Name, Reference, Span};
use crate::project::{Ecosystem, Package};

/// Of how many files one name may mean any.
pub const AMBIGUOUS_LIMIT: usize = 4;

/// A name that more files hold than this is not narrowed down.
const CANDIDATE_LIMIT: usize = 256;

/// What a name means: no target where nothing is known of it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Every target that the rules leave.
    pub targets: Vec<Target>,
    /// How it was found.
    pub certainty: Certainty,
}

impl Answer {
    /// Nothing is known.
    pub const NONE: Self = Self { targets: Vec::new(), certainty: Certainty::Resolved };

    /// One target.
    pub fn one(target: Target, certainty: Certainty) -> Self {
        Self { targets: vec![target], certainty }
    }

    /// A package from elsewhere.
    pub fn external(ecosystem: Ecosystem, name: &str, standard: bool) -> Self {
        let external = External { ecosystem, name: name.into(), standard };
        Self::one(Target::External(external), Certainty::Resolved)
    }

    /// Nothing that is known, and why.
    pub fn unresolved(text: &str, reason: Reason) -> Self {
        Self::one(Target::Unresolved { text: text.into(), reason }, Certainty::Resolved)
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }

    /// This answer, or another where nothing is known.
    pub fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        if self.is_empty() { other() } else { self }
    }

    /// The same targets, found by a rule that is not the language's own.
    pub fn inferred(self) -> Self {
        Self { certainty: self.certainty.max(Certainty::Inferred), ..self }
    }

    /// The dependencies of an import that means this.
    pub fn add_import(&self, import: &Import, span: Span, dependencies: &mut Vec<Dependency>) {
        dependencies.extend(self.targets.iter().map(|target| Dependency {
            certainty: self.certainty,
            ..Dependency::of_import(import, target.clone(), span)
        }));
    }

    /// The dependencies of a mention that means this.
    pub fn add_reference(&self, reference: &Reference, dependencies: &mut Vec<Dependency>) {
        dependencies.extend(self.targets.iter().map(|target| Dependency {
            certainty: self.certainty,
            ..Dependency::of_reference(reference, target.clone())
        }));
    }
}

/// The files of a family by the names of their modules.
pub struct Modules<'a> {
    sources: &'a Sources,
    /// The packages of the family's ecosystem, by directory.
    packages: FxHashMap<&'a str, &'a Package>,
    /// The same by name; of several the first by directory.
    by_name: FxHashMap<&'a str, &'a Package>,
    files: FxHashMap<Name, Vec<FileId>>,
}

impl<'a> Modules<'a> {
    /// No modules yet, in a project whose packages are those of an ecosystem.
    pub fn new(sources: &'a Sources, ecosystem: Ecosystem) -> Self {
        let of_ecosystem = sources.project.packages.iter().filter(|package| package.ecosystem == ecosystem);
        let (mut packages, mut by_name) = (FxHashMap::default(), FxHashMap::default());
        for package in of_ecosystem {
            packages.entry(&*package.directory).or_insert(package);
            by_name.entry(&*package.name).or_insert(package);
        }
        Self { sources, packages, by_name, files: FxHashMap::default() }
    }

    /// Notes that a file holds a module. Files are to be given in path order.
    pub fn add(&mut self, name: impl Into<Name>, file: FileId) {
        let files = self.files.entry(name.into()).or_default();
        if files.last() != Some(&file) {
            files.push(file);
        }
    }

    /// Every file that holds a module, in path order.
    pub fn files(&self, name: &str) -> &[FileId] {
        self.files.get(name).map_or(&[], Vec::as_slice)
    }

    /// What the names of the modules begin with, up to the first dot.
    pub fn first_parts(&self) -> FxHashSet<&str> {
        self.files.keys().map(|name| name.split('.').next().unwrap_or(name)).collect()
    }

    /// What a module's full name means in a file.
    pub fn find(&self, from: FileId, name: &str) -> Answer {
        self.choose(from, self.files(name), name)
    }

    /// Which of some files, sorted, a name means in a file: see the module's documentation.
    pub fn choose(&self, from: FileId, found: &[FileId], text: &str) -> Answer {
        if found.binary_search(&from).is_ok() {
            return Answer::one(Target::File(from), Certainty::Resolved);
        }
        if found.len() > CANDIDATE_LIMIT {
            return Answer::unresolved(text, Reason::Ambiguous);
        }
        let mut left: SmallVec<[FileId; 4]> = found.iter().copied().collect();
        if left.len() > 1 {
            self.narrow(from, &mut left);
        }
        if left.len() > AMBIGUOUS_LIMIT {
            return Answer::unresolved(text, Reason::Ambiguous);
        }
        let certainty = if left.len() > 1 { Certainty::Ambiguous } else { Certainty::Resolved };
        Answer { targets: left.into_iter().map(Target::File).collect(), certainty }
    }

    fn narrow(&self, from: FileId, left: &mut SmallVec<[FileId; 4]>) {
        let source = |file: FileId| self.sources.get(file);
        if !source(from).test {
            keep(left, |file| !source(file).test);
        }
        if let Some(own) = self.package_of(from) {
            keep(left, |file| self.package_of(file).is_some_and(|other| std::ptr::eq(own, other)));
            let declared = |name: &str| own.dependencies.iter().any(|declared| declared.name == name);
            keep(left, |file| self.package_of(file).is_some_and(|other| declared(&other.name)));
        }
        keep(left, |file| source(file).mark.is_none());
    }

    /// The project's own package of a name.
    pub fn package_named(&self, name: &str) -> Option<&'a Package> {
        self.by_name.get(name).copied()
    }

    /// The innermost package around a file.
    pub fn package_of(&self, file: FileId) -> Option<&'a Package> {
        if self.packages.is_empty() {
            return None;
        }
        directories(&self.sources.get(file).path).find_map(|directory| self.packages.get(directory).copied())
    }
}

/// Keeps the files that fit, where there are any.
fn keep(files: &mut SmallVec<[FileId; 4]>, fits: impl Fn(FileId) -> bool) {
    if files.len() > 1 && files.iter().any(|file| fits(*file)) {
        files.retain(|file| fits(*file));
    }
}

/// The directories around a file, from its own up to the root (`""`).
pub fn directories(path: &str) -> impl Iterator<Item = &str> {
    let parent = |path: &str| path.rfind('/').unwrap_or(0);
    let mut next = Some(&path[..parent(path)]);
    std::iter::from_fn(move || {
        let directory = next?;
        next = if directory.is_empty() { None } else { Some(&directory[..parent(directory)]) };
        Some(directory)
    })
}

/// The packages of an ecosystem that the project's manifests and lock files name, other than its own.
pub struct Externals<'a> {
    ecosystem: Ecosystem,
    names: FxHashSet<&'a str>,
}

impl<'a> Externals<'a> {
    /// What manifests declare, and further names that are known from lock files.
    pub fn new(sources: &'a Sources, ecosystem: Ecosystem, locked: impl IntoIterator<Item = &'a str>) -> Self {
        let own = || sources.project.packages.iter().filter(|package| package.ecosystem == ecosystem);
        let mut names: FxHashSet<&str> = locked.into_iter().collect();
        names.extend(own().flat_map(|package| &package.dependencies).map(|declared| declared.name.as_str()));
        for package in own() {
            names.remove(package.name.as_str());
        }
        Self { ecosystem, names }
    }

    /// The names, in no order.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.names.iter().copied()
    }

    /// The first of these names that is a package's.
    pub fn first_of<N: AsRef<str>>(&self, names: impl IntoIterator<Item = N>) -> Answer {
        let name = names.into_iter().find(|name| self.names.contains(name.as_ref()));
        name.map_or(Answer::NONE, |name| Answer::external(self.ecosystem, name.as_ref(), false))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_go_up_to_the_root() {
        assert_eq!(directories("a/b/c.x").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(directories("c.x").collect::<Vec<_>>(), [""]);
    }
}
