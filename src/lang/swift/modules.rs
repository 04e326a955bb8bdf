//! Which module a file belongs to.
//!
//! A target of a `Package.swift` is a module. A file that belongs to no target is of the module of its first directory: in
//! an Xcode project each target has a folder of its own at the top. What lies at the root is one module too. Manifests are
//! programs of their own.

use rustc_hash::FxHashMap;

use crate::lang::resolve::{FileId, Sources};
use crate::project::Ecosystem;

/// A module.
pub(super) struct Module<'a> {
    /// The directory of its sources.
    pub(super) directory: &'a str,
    /// The directory of its package; none outside of packages.
    pub(super) package: Option<&'a str>,
}

/// The modules of the project, and where each file belongs.
#[derive(Default)]
pub(super) struct Modules<'a> {
    modules: Vec<Module<'a>>,
    by_name: FxHashMap<&'a str, Vec<u32>>,
    of: FxHashMap<FileId, u32>,
    /// For each file the modules that it imports.
    imported: FxHashMap<FileId, Vec<u32>>,
    /// For each module those that it exports.
    exported: FxHashMap<u32, Vec<u32>>,
}

/// Exports are followed through at most this many modules.
const EXPORT_DEPTH: usize = 8;

impl<'a> Modules<'a> {
    pub(super) fn new(sources: &'a Sources, files: &[FileId]) -> Self {
        let mut modules = Self::default();
        let mut by_directory: FxHashMap<&str, u32> = FxHashMap::default();
        for target in &sources.project.swiftpm.targets {
            let found = target.directories.iter().find(|directory| sources.is_directory(directory));
            // A package of one target may keep its sources right in `Sources`.
            if let Some(directory) = found {
                let module = Module { directory, package: Some(&target.package) };
                let id = *by_directory.entry(directory).or_insert_with(|| modules.add(module));
                modules.by_name.entry(&target.name).or_default().push(id);
            }
        }
        modules.whole_packages(sources, &mut by_directory);
        let mut loose: FxHashMap<&str, u32> = FxHashMap::default();
        for file in files {
            let path: &'a str = &sources.get(*file).path;
            let is_manifest = path
                .rsplit('/')
                .next()
                .is_some_and(|name| name.starts_with("Package.") || name.starts_with("Package@"));
            let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
            let above = std::iter::successors(Some(directory), |directory| {
                (!directory.is_empty()).then(|| directory.rsplit_once('/').map_or("", |(parent, _)| parent))
            });
            let known = above.into_iter().find_map(|directory| by_directory.get(directory).copied());
            let id = match known.filter(|_| !is_manifest) {
                Some(id) => id,
                None if is_manifest => modules.add(Module { directory, package: None }),
                None => {
                    let top = directory.split('/').next().unwrap_or(directory);
                    *loose.entry(top).or_insert_with(|| {
                        let id = modules.add(Module { directory: top, package: None });
                        modules.by_name.entry(top).or_default().push(id);
                        id
                    })
                }
            };
            modules.of.insert(*file, id);
        }
        for file in files {
            modules.add_imports(sources, *file);
        }
        modules
    }

    fn add_imports(&mut self, sources: &Sources, file: FileId) {
        let module = self.of(file);
        let imports = sources.facts(file).into_iter().flat_map(|facts| &facts.imports);
        for import in imports {
            let Some(imported) = self.named(module, &import.path) else { continue };
            push_new(self.imported.entry(file).or_default(), imported);
            if import.exported {
                push_new(self.exported.entry(module).or_default(), imported);
            }
        }
    }

    fn add(&mut self, module: Module<'a>) -> u32 {
        self.modules.push(module);
        self.modules.len() as u32 - 1
    }

    /// A package of one target may keep its sources right in `Sources`.
    fn whole_packages(&mut self, sources: &'a Sources, by_directory: &mut FxHashMap<&'a str, u32>) {
        let packages = sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Swift);
        for package in packages {
            let targets: Vec<_> =
                sources.project.swiftpm.targets.iter().filter(|target| target.package == package.directory).collect();
            for target in targets {
                let is_known = target.directories.iter().any(|directory| by_directory.contains_key(directory.as_str()));
                let roots = target.directories.iter().filter_map(|directory| directory.strip_suffix(&*target.name));
                let root = roots.map(|root| root.trim_end_matches('/')).find(|root| sources.is_directory(root));
                if let Some(root) =
                    root.filter(|root| !is_known && !root.is_empty() && !by_directory.contains_key(root))
                {
                    let module = Module { directory: root, package: Some(&target.package) };
                    let id = self.add(module);
                    by_directory.insert(root, id);
                    self.by_name.entry(&target.name).or_default().push(id);
                }
            }
        }
    }

    /// A file's module.
    pub(super) fn of(&self, file: FileId) -> u32 {
        self.of.get(&file).copied().unwrap_or_default()
    }

    /// The modules whose names a file sees: its own first, those that it imports, and those that these export.
    pub(super) fn seen(&self, file: FileId) -> Vec<u32> {
        let mut seen = vec![self.of(file)];
        for imported in self.imported.get(&file).into_iter().flatten() {
            push_new(&mut seen, *imported);
        }
        let mut fresh = 1;
        for _ in 0..EXPORT_DEPTH {
            let exported = seen[fresh..].iter().filter_map(|module| self.exported.get(module));
            let more: Vec<u32> = exported.flatten().copied().collect();
            fresh = seen.len();
            for module in more {
                push_new(&mut seen, module);
            }
        }
        seen
    }

    /// A module.
    pub(super) fn get(&self, id: u32) -> Option<&Module<'a>> {
        self.modules.get(id as usize)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.modules.len()
    }

    /// The module that a name means in a module: one of the same package, else the only one of that name.
    pub(super) fn named(&self, from: u32, name: &str) -> Option<u32> {
        let all = self.by_name.get(name)?;
        let package = self.get(from)?.package;
        let is_near = |id: &&u32| package.is_some() && self.get(**id).is_some_and(|module| module.package == package);
        all.iter().find(is_near).or_else(|| all.first().filter(|_| all.len() == 1)).copied()
    }
}

/// Adds what is not there yet; the lists are as short as a file's imports.
fn push_new(list: &mut Vec<u32>, module: u32) {
    if !list.contains(&module) {
        list.push(module);
    }
}
