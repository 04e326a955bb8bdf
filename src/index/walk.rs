//! Which files there are: the directory walk, of everything or of the directories that changed.

use std::collections::BTreeSet;
use std::fs::FileType;
use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::Context;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, ParallelVisitor, ParallelVisitorBuilder, WalkBuilder, WalkState};

use super::links;
use super::path;
use super::report::{SkipReason, Skipped};
use super::stat::Stat;

/// Directories in which version control keeps its own data. They are no part of the project, so they are not counted.
pub const VERSION_CONTROL: [&str; 6] = [".git", ".hg", ".svn", ".jj", ".bzr", "CVS"];

/// Directories that a package manager, build tool or interpreter fills.
const DEPENDENCIES: [&str; 14] = [
    "node_modules",
    "bower_components",
    "jspm_packages",
    ".yarn",
    ".pnpm-store",
    ".venv",
    "site-packages",
    "__pycache__",
    "__pypackages__",
    ".tox",
    ".nox",
    ".gradle",
    "Pods",
    ".dart_tool",
];

/// What the walk leaves out beside the ignore files.
pub struct Rules {
    excluded: Gitignore,
    /// Whether ignore files above the root count: only inside a git work tree that begins above the root.
    parents: bool,
}

impl Rules {
    /// `root` is canonical; `exclude` holds globs as in a `.gitignore`.
    ///
    /// # Errors
    /// A glob is malformed.
    pub fn new(root: &Path, exclude: &[String]) -> anyhow::Result<Self> {
        let mut builder = GitignoreBuilder::new(root);
        for glob in exclude {
            builder.add_line(None, glob).with_context(|| format!("bad glob {glob:?} in exclude"))?;
        }
        let excluded = builder.build().context("bad globs in exclude")?;
        let parents = root.ancestors().any(|directory| directory.join(".git").exists());
        Ok(Self { excluded, parents })
    }

    /// Whether the configuration leaves out a path below the root.
    pub fn excludes(&self, path: &Path, is_directory: bool) -> bool {
        self.excluded.matched(path, is_directory).is_ignore()
    }
}

/// Which directories a walk lists. A directory that is not in `known` is listed with all below it wherever the walk
/// meets it, so the empty scope stands for everything.
#[derive(Debug, Default)]
pub struct Scope {
    /// Directories that earlier walks entered.
    pub known: BTreeSet<Arc<str>>,
    /// Known directories to list again.
    pub shallow: BTreeSet<String>,
    /// Known directories to list again with all below.
    pub deep: BTreeSet<String>,
}

impl Scope {
    /// Whether the entries of a directory that the walk is in are wanted.
    pub fn lists(&self, directory: &str) -> bool {
        !self.known.contains(directory)
            || self.shallow.contains(directory)
            || self.deep.contains("")
            || self.deep.contains(directory)
            || directory.match_indices('/').any(|(index, _)| self.deep.contains(&directory[..index]))
    }

    /// Whether the walk has to enter a directory, to list it or one below.
    fn enters(&self, directory: &str) -> bool {
        let below = format!("{directory}/");
        let leads_to =
            |set: &BTreeSet<String>| set.range(below.clone()..).next().is_some_and(|d| d.starts_with(&below));
        self.lists(directory) || leads_to(&self.shallow) || leads_to(&self.deep)
    }
}

/// What a walk found in the directories that it listed.
#[derive(Debug, Default)]
pub struct Listing {
    /// Regular files with their paths, sorted.
    pub files: Vec<(Arc<str>, Stat)>,
    /// The directories whose entries are in this listing.
    pub listed: BTreeSet<Arc<str>>,
    /// Directories that are there and belong to the project: those listed, and those met on the way.
    pub directories: BTreeSet<Arc<str>>,
    /// What was left out and is worth telling, sorted.
    pub skipped: Vec<Skipped>,
    /// The symbolic links among that which stay inside the root, with the path that each points to.
    pub links: Vec<(Arc<str>, Arc<str>)>,
}

impl Listing {
    fn append(&mut self, mut other: Self) {
        self.files.append(&mut other.files);
        self.listed.append(&mut other.listed);
        self.directories.append(&mut other.directories);
        self.skipped.append(&mut other.skipped);
        self.links.append(&mut other.links);
    }
}

/// Lists the directories of a scope below a canonical root.
///
/// # Errors
/// The root is missing, no directory, or cannot be read.
pub fn walk(root: &Path, rules: &Rules, scope: &Scope) -> anyhow::Result<Listing> {
    check_root(root)?;
    let walker = WalkBuilder::new(root)
        .hidden(false)
        .require_git(false)
        .git_global(false)
        .parents(rules.parents)
        .follow_links(false)
        .threads(std::thread::available_parallelism().map_or(2, |count| count.get().min(8)))
        .build_parallel();
    let found = Mutex::new(Listing::default());
    walker.visit(&mut Visitors { root, rules, scope, found: &found });
    let mut found = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    found.files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    found.skipped.sort_unstable();
    Ok(found)
}

/// Says in one line why a directory cannot be indexed, if it cannot.
///
/// # Errors
/// The root is missing, no directory, or cannot be read.
pub fn check_root(root: &Path) -> anyhow::Result<()> {
    let metadata = root.metadata().with_context(|| format!("cannot read {}", root.display()))?;
    anyhow::ensure!(metadata.is_dir(), "{} is not a directory", root.display());
    root.read_dir().with_context(|| format!("cannot read {}", root.display()))?;
    Ok(())
}

struct Visitors<'s> {
    root: &'s Path,
    rules: &'s Rules,
    scope: &'s Scope,
    found: &'s Mutex<Listing>,
}

impl<'s> ParallelVisitorBuilder<'s> for Visitors<'s> {
    fn build(&mut self) -> Box<dyn ParallelVisitor + 's> {
        let Self { root, rules, scope, found } = *self;
        Box::new(Visitor { root, rules, scope, found, own: Listing::default() })
    }
}

/// One walking thread's share; it is handed in when the thread ends.
struct Visitor<'s> {
    root: &'s Path,
    rules: &'s Rules,
    scope: &'s Scope,
    found: &'s Mutex<Listing>,
    own: Listing,
}

impl Drop for Visitor<'_> {
    fn drop(&mut self) {
        let mut found = self.found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        found.append(std::mem::take(&mut self.own));
    }
}

impl ParallelVisitor for Visitor<'_> {
    fn visit(&mut self, entry: Result<DirEntry, ignore::Error>) -> WalkState {
        match entry {
            Ok(entry) => self.entry(&entry),
            Err(error) => {
                if let Some(path) = path_of(&error).and_then(|path| path.strip_prefix(self.root).ok()) {
                    let path = path::to_text(path);
                    // The walk says the same of a directory as of a file: that it could not be opened.
                    if self.scope.lists(&path) || self.scope.lists(path::directory_of(&path)) {
                        self.skip(path, SkipReason::Unreadable);
                    }
                }
                WalkState::Continue
            }
        }
    }
}

impl Visitor<'_> {
    fn entry(&mut self, entry: &DirEntry) -> WalkState {
        let Ok(relative) = entry.path().strip_prefix(self.root) else { return WalkState::Skip };
        let path = path::to_text(relative);
        let is_wanted = self.scope.lists(path::directory_of(&path));
        let Some(kind) = entry.file_type() else { return WalkState::Skip };
        if path.is_empty() {
            return self.directory(path);
        }
        if kind.is_dir() && VERSION_CONTROL.iter().any(|name| entry.file_name() == *name) {
            return WalkState::Skip;
        }
        if let Some(reason) = self.reason_to_skip(entry, kind) {
            if is_wanted {
                if reason == SkipReason::SymbolicLink
                    && let Ok(written) = entry.path().read_link()
                    && let Some(target) = links::target(self.root, relative, &written)
                {
                    self.own.links.push((path.as_str().into(), target.into()));
                }
                self.skip(path, reason);
            }
            return WalkState::Skip;
        }
        if kind.is_dir() {
            return self.directory(path);
        }
        // In a submodule or a linked work tree `.git` is a file.
        if is_wanted && entry.file_name() != ".git" {
            match entry.metadata() {
                Ok(metadata) => self.own.files.push((path.into(), Stat::of(&metadata))),
                Err(_) => self.skip(path, SkipReason::Unreadable),
            }
        }
        WalkState::Continue
    }

    fn directory(&mut self, path: String) -> WalkState {
        let path: Arc<str> = path.into();
        self.own.directories.insert(path.clone());
        if self.scope.lists(&path) {
            self.own.listed.insert(path);
            return WalkState::Continue;
        }
        if path.is_empty() || self.scope.enters(&path) { WalkState::Continue } else { WalkState::Skip }
    }

    fn reason_to_skip(&self, entry: &DirEntry, kind: FileType) -> Option<SkipReason> {
        if self.rules.excludes(entry.path(), kind.is_dir()) {
            return Some(SkipReason::Excluded);
        }
        if kind.is_symlink() {
            return Some(SkipReason::SymbolicLink);
        }
        if kind.is_dir() {
            let has = |file: &str| entry.path().join(file).symlink_metadata().is_ok();
            let is_dependency = entry.file_name().to_str().is_some_and(|name| is_dependency_directory(name, has));
            return is_dependency.then_some(SkipReason::DependencyDirectory);
        }
        (!kind.is_file()).then_some(SkipReason::SpecialFile)
    }

    fn skip(&mut self, path: String, reason: SkipReason) {
        self.own.skipped.push(Skipped { path: path.into(), reason });
    }
}

/// Whether a package manager, build tool or interpreter fills a directory, by its name and by what it `has`.
pub fn is_dependency_directory(name: &str, has: impl Fn(&str) -> bool) -> bool {
    match name {
        _ if DEPENDENCIES.contains(&name) => true,
        "venv" | "env" | "virtualenv" => has("pyvenv.cfg"),
        // cargo's build directory says what it is (https://bford.info/cachedir/).
        "target" => has("CACHEDIR.TAG"),
        _ => false,
    }
}

/// The path that a walk's error is about.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}
