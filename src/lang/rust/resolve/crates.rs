//! Crates: the targets of Cargo packages.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::configuration::{Configuration, Configurations, above};
use crate::facts::Name;
use crate::lang::resolve::{FileId, Sources};
use crate::project::cargo::{CargoPackage, TargetKind};

/// Index into [`Crates::all`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CrateId(pub u32);

/// One target.
#[derive(Debug)]
pub struct Crate {
    /// Its root file.
    pub root: FileId,
    /// Its package's directory; `""` is the project's root.
    pub directory: Box<str>,
    /// The edition's year.
    pub edition: u16,
    /// Which parts of its files are compiled.
    pub configuration: Arc<Configuration>,
    /// Whether only tests are in it.
    pub test: bool,
    /// The crates that its code can name, by that name.
    pub externs: Arc<Externs>,
}

/// Crates by the name that code has for them.
pub type Externs = FxHashMap<Name, Extern>;

/// What a crate's name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extern {
    /// A crate of the project.
    Crate(CrateId),
    /// A package from elsewhere, by its name there.
    Package(Name),
}

/// Every crate of a project.
#[derive(Debug, Default)]
pub struct Crates {
    /// Libraries first, in the order of their packages.
    pub all: Vec<Crate>,
    /// For each package's directory what its code can name, and its edition: for files that are in no target.
    packages: FxHashMap<Box<str>, (Arc<Externs>, u16)>,
    configurations: Configurations,
}

/// The crates that come with the compiler.
pub const STANDARD: &[&str] = &["std", "core", "alloc", "proc_macro", "test"];

impl Crates {
    /// A crate.
    pub fn get(&self, id: CrateId) -> &Crate {
        &self.all[id.0 as usize]
    }

    /// Finds the targets of every package.
    pub fn of_packages(sources: &Sources, files: &[FileId]) -> Self {
        let packages = &sources.project.cargo.packages;
        let mut crates = Self { configurations: Configurations::new(sources, files), ..Self::default() };
        let mut library_of: FxHashMap<&str, (CrateId, Name)> = FxHashMap::default();
        for package in packages {
            let path = package.library_path.clone().unwrap_or_else(|| below(package, "src/lib.rs"));
            if let Some(root) = rust_file(sources, &path) {
                let id = crates.add(sources, root, &package.directory, package.edition, false, Arc::default());
                let name = package.library_name.as_deref().unwrap_or(&package.name);
                library_of.insert(&package.directory, (id, in_code(name)));
            }
        }
        for package in packages {
            let externs = Arc::new(externs(package, &library_of));
            let own = library_of.get(&*package.directory);
            if let Some((library, _)) = own {
                crates.all[library.0 as usize].externs = externs.clone();
            }
            let mut with_own = (*externs).clone();
            if let Some((library, name)) = own {
                with_own.insert(name.clone(), Extern::Crate(*library));
            }
            let with_own = Arc::new(with_own);
            let library = own.map(|(library, _)| crates.get(*library).root);
            for (root, test) in roots(sources, package) {
                if Some(root) != library {
                    crates.add(sources, root, &package.directory, package.edition, test, with_own.clone());
                }
            }
            crates.packages.insert(package.directory.clone(), (with_own, package.edition));
        }
        crates
    }

    fn add(
        &mut self,
        sources: &Sources,
        root: FileId,
        directory: &str,
        edition: u16,
        test: bool,
        externs: Arc<Externs>,
    ) -> CrateId {
        let configuration = self.configurations.of(&sources.get(root).path).clone();
        self.all.push(Crate { root, directory: directory.into(), edition, configuration, test, externs });
        CrateId(self.all.len() as u32 - 1)
    }

    /// Adds a crate for a file that is in no target. It can name what its package's targets can.
    pub fn add_orphan(&mut self, sources: &Sources, root: FileId) -> CrateId {
        let path = &*sources.get(root).path;
        let package = above(path).find_map(|directory| Some((directory, self.packages.get(directory)?)));
        // Without any manifest the newest rules are the likeliest.
        let (directory, externs, edition) = package
            .map_or(("", Arc::default(), 2021), |(directory, (externs, edition))| {
                (directory, externs.clone(), *edition)
            });
        self.add(sources, root, directory, edition, false, externs)
    }
}

/// A package's or crate's name as code writes it.
pub fn in_code(name: &str) -> Name {
    name.replace('-', "_").into()
}

fn below(package: &CargoPackage, path: &str) -> Box<str> {
    if package.directory.is_empty() { path.into() } else { format!("{}/{path}", package.directory).into() }
}

fn rust_file(sources: &Sources, path: &str) -> Option<FileId> {
    sources.file(path).filter(|file| sources.facts(*file).is_some())
}

fn externs(package: &CargoPackage, library_of: &FxHashMap<&str, (CrateId, Name)>) -> Externs {
    let mut externs = Externs::default();
    for dependency in &package.crates {
        let library = dependency.directory.as_deref().and_then(|directory| library_of.get(directory));
        match library {
            Some((id, name)) => {
                let name = if dependency.renamed { in_code(&dependency.local) } else { name.clone() };
                externs.insert(name, Extern::Crate(*id));
            }
            None => {
                let package = Extern::Package(dependency.package.clone());
                externs.entry(in_code(&dependency.local)).or_insert(package);
            }
        }
    }
    externs
}

/// The root files of a package's targets beside its library, by path, and whether each is of tests.
fn roots(sources: &Sources, package: &CargoPackage) -> Vec<(FileId, bool)> {
    let mut roots: Vec<(FileId, bool)> = Vec::new();
    let mut seen = FxHashSet::default();
    let mut add = |path: &str, test: bool| {
        if let Some(file) = rust_file(sources, path)
            && seen.insert(file)
        {
            roots.push((file, test));
        }
    };
    let build = package.build.clone().unwrap_or_else(|| below(package, "build.rs"));
    if !package.no_build {
        add(&build, false);
    }
    for (kind, _, directory, _) in TargetKind::ALL {
        let test = kind == TargetKind::Test;
        let directory = below(package, directory);
        for target in package.targets.iter().filter(|target| target.kind == kind) {
            match &target.path {
                Some(path) => add(path, test),
                None => {
                    add(&format!("{directory}/{}.rs", target.name), test);
                    add(&format!("{directory}/{}/main.rs", target.name), test);
                }
            }
        }
        if kind == TargetKind::Binary {
            let is_listed = package.targets.iter().any(|target| target.kind == kind && target.name == package.name);
            if is_listed || !package.not_discovered.contains(&kind) {
                add(&below(package, "src/main.rs"), false);
            }
        }
        if !package.not_discovered.contains(&kind) {
            for path in discovered(sources, &directory) {
                add(path, test);
            }
        }
    }
    roots
}

/// `<directory>/*.rs` and `<directory>/*/main.rs`, by path.
fn discovered<'s>(sources: &'s Sources, directory: &str) -> impl Iterator<Item = &'s str> {
    let prefix = format!("{directory}/");
    let start = sources.files.partition_point(|file| *file.path < *prefix);
    let below =
        sources.files[start..].iter().map_while(move |file| Some((&*file.path, file.path.strip_prefix(&prefix)?)));
    below.filter_map(|(path, rest)| match rest.split_once('/') {
        None => rest.ends_with(".rs").then_some(path),
        Some((_, "main.rs")) => Some(path),
        Some(_) => None,
    })
}
