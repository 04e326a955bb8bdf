//! Which modules the project holds, by path.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lang::resolve::{FileId, Sources};
use crate::project::python::Root;

/// What stands where a module's path leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// A module, or a package's `__init__`.
    File(FileId),
    /// A directory without `__init__`: a namespace package.
    Namespace(String),
    /// A module in another language (Cython, a built library).
    Extension,
    /// A package of the project has no such module.
    Missing,
    /// Nothing by the first name.
    Nothing,
}

/// A place in which a top-level module is found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Offer {
    /// The directory that is on the path.
    pub(super) root: Box<str>,
    /// Where the directory itself is a package under another name: the package's dotted name.
    pub(super) mounted: Option<Box<str>>,
    /// Whether a manifest or a tool's configuration names the root.
    pub(super) declared: bool,
}

/// Suffixes of files that become modules when they are built.
const EXTENSIONS: [&str; 8] = [".pyx", ".pxd", ".so", ".pyd", ".pyx.tp", ".pyx.in", ".pxd.tp", ".pxd.in"];

/// The project's Python files by place and name.
pub(super) struct Modules<'a> {
    sources: &'a Sources,
    /// Directories that hold an `__init__`.
    packages: FxHashMap<&'a str, FileId>,
    /// Directories with Python files at or below them.
    directories: FxHashSet<&'a str>,
    /// The last part of every module and directory: what is not here is not the project's.
    names: FxHashSet<&'a str>,
    /// Where a top-level module is found, other than from its own files' directories.
    offers: FxHashMap<&'a str, Vec<Offer>>,
    /// Roots that manifests and tools name.
    declared: FxHashSet<&'a str>,
}

/// The directory of a path; `""` is the root.
pub(super) fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The directories above one, from its parent to the root.
pub(super) fn ancestors(directory: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(directory), |directory| (!directory.is_empty()).then(|| directory_of(directory))).skip(1)
}

impl<'a> Modules<'a> {
    pub(super) fn new(sources: &'a Sources, files: &[FileId], roots: &'a [Root]) -> Self {
        let mut modules = Self {
            sources,
            packages: FxHashMap::default(),
            directories: FxHashSet::default(),
            names: FxHashSet::default(),
            offers: FxHashMap::default(),
            declared: roots.iter().filter(|root| root.package.is_none()).map(|root| &*root.directory).collect(),
        };
        for id in files {
            modules.add(*id);
        }
        modules.offer_inferred();
        modules.offer_declared(files, roots);
        for offers in modules.offers.values_mut() {
            offers.sort();
            offers.dedup();
        }
        modules
    }

    fn add(&mut self, id: FileId) {
        let path: &'a str = &self.sources.get(id).path;
        let (directory, file) = path.rsplit_once('/').unwrap_or(("", path));
        let Some((stem, extension)) = file.rsplit_once('.') else { return };
        if stem == "__init__" {
            let package = self.packages.entry(directory).or_insert(id);
            if extension == "py" {
                *package = id;
            }
        }
        self.names.insert(stem);
        let mut above = directory;
        while self.directories.insert(above) && !above.is_empty() {
            self.names.insert(above.rsplit_once('/').map_or(above, |(_, name)| name));
            above = directory_of(above);
        }
    }

    /// Where a chain of packages ends, the directory above it is a root.
    fn offer_inferred(&mut self) {
        for package in self.packages.keys() {
            let (root, name) = package.rsplit_once('/').unwrap_or(("", package));
            if !package.is_empty() && !self.packages.contains_key(root) {
                let offer = Offer { root: root.into(), mounted: None, declared: false };
                self.offers.entry(name).or_default().push(offer);
            }
        }
    }

    fn offer_declared(&mut self, files: &[FileId], roots: &'a [Root]) {
        let offers = &mut self.offers;
        let mut offer = |root: &str, name: &'a str| {
            offers.entry(name).or_default().push(Offer { root: root.into(), mounted: None, declared: true });
        };
        for directory in &self.directories {
            let (root, name) = directory.rsplit_once('/').unwrap_or(("", directory));
            if !directory.is_empty() && self.declared.contains(root) {
                offer(root, name);
            }
        }
        for id in files {
            let path: &'a str = &self.sources.get(*id).path;
            let (root, file) = path.rsplit_once('/').unwrap_or(("", path));
            if let Some((stem, _)) = file.rsplit_once('.')
                && self.declared.contains(root)
            {
                offer(root, stem);
            }
        }
        for root in roots {
            let Some(package) = root.package.as_deref() else { continue };
            let top = package.split('.').next().unwrap_or(package);
            let offer = Offer { root: root.directory.clone(), mounted: Some(package.into()), declared: true };
            self.names.insert(top);
            self.offers.entry(top).or_default().push(offer);
        }
    }

    /// Whether some file or directory of the project bears this name.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether a manifest or a tool's configuration puts this directory on the path.
    pub(super) fn is_declared(&self, directory: &str) -> bool {
        self.declared.contains(directory)
    }

    /// Whether a directory is a package with an `__init__`.
    pub(super) fn is_package(&self, directory: &str) -> bool {
        self.packages.contains_key(directory)
    }

    /// The directory above the outermost package around a directory; itself if it is no package.
    pub(super) fn base<'d>(&self, directory: &'d str) -> &'d str {
        std::iter::once(directory)
            .chain(ancestors(directory))
            .find(|directory| !self.is_package(directory))
            .unwrap_or_default()
    }

    /// Roots under which a top-level module is found.
    pub(super) fn offers(&self, top: &str) -> &[Offer] {
        self.offers.get(top).map_or(&[], Vec::as_slice)
    }

    /// The module at a dotted path below an offer's root.
    pub(super) fn find_offered(&self, offer: &Offer, path: &str) -> Found {
        let Some(package) = &offer.mounted else { return self.find(&offer.root, path) };
        match path.strip_prefix(&**package) {
            Some("") => self.package(&offer.root),
            Some(rest) if rest.starts_with('.') => self.find(&offer.root, &rest[1..]),
            _ => Found::Nothing,
        }
    }

    /// What importing a directory itself gives.
    pub(super) fn package(&self, directory: &str) -> Found {
        match self.packages.get(directory) {
            Some(id) => Found::File(*id),
            None if self.directories.contains(directory) => Found::Namespace(directory.to_owned()),
            None => Found::Missing,
        }
    }

    /// The module at a dotted path below a directory, by the order in which Python's path finder looks: a package, a
    /// module, a namespace package.
    pub(super) fn find(&self, root: &str, path: &str) -> Found {
        let mut place = root.to_owned();
        let mut is_owned = false;
        let mut parts = path.split('.').peekable();
        while let Some(part) = parts.next() {
            if !place.is_empty() {
                place.push('/');
            }
            place.push_str(part);
            let is_last = parts.peek().is_none();
            if let Some(id) = self.packages.get(place.as_str()) {
                is_owned = true;
                if is_last {
                    return Found::File(*id);
                }
            } else if let Some(id) = self.module_file(&mut place) {
                return if is_last { Found::File(id) } else { Found::Missing };
            } else if is_last && self.is_extension(&mut place) {
                return Found::Extension;
            } else if !self.directories.contains(place.as_str()) {
                return if is_owned { Found::Missing } else { Found::Nothing };
            }
        }
        Found::Namespace(place)
    }

    /// `<place>.py`, else `<place>.pyi`.
    fn module_file(&self, place: &mut String) -> Option<FileId> {
        let length = place.len();
        place.push_str(".py");
        let source = self.sources.file(place);
        place.push('i');
        let found = source.or_else(|| self.sources.file(place));
        place.truncate(length);
        found
    }

    fn is_extension(&self, place: &mut String) -> bool {
        let length = place.len();
        EXTENSIONS.iter().any(|suffix| {
            place.push_str(suffix);
            let is_there = self.sources.file(place).is_some();
            place.truncate(length);
            is_there
        })
    }
}
