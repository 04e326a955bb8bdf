//! Which module, source set and source root a file belongs to, and how near that makes another file.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lang::merged::reachable;
use crate::lang::resolve::{FileId, Sources};
use crate::project::Ecosystem;

/// From this rank on the two ends' modules have nothing to do with each other as far as manifests say.
pub(super) const UNRELATED: u32 = 15;

/// Where a file belongs.
#[derive(Debug, Clone, Default)]
struct Place<'a> {
    /// Index of the module; modules are directories with a Maven, Gradle or sbt manifest.
    module: u32,
    /// The directory above the package's folders.
    source_root: &'a str,
    directory: &'a str,
    /// Of Kotlin's source sets for several platforms (`jvmMain`, `commonTest`) the platform.
    platform: &'a str,
    test: bool,
}

/// Every file's place, and what the manifests say of their modules.
pub(super) struct Places<'a> {
    places: FxHashMap<FileId, Place<'a>>,
    /// For each module the modules that it needs, directly or not.
    closure: Vec<FxHashSet<u32>>,
    /// For each module whether its manifest names all that it needs (Maven).
    is_complete: Vec<bool>,
}

impl<'a> Places<'a> {
    pub(super) fn new(sources: &'a Sources, files: &[FileId]) -> Self {
        let mut places = Self { places: FxHashMap::default(), closure: Vec::new(), is_complete: Vec::new() };
        let modules = places.read_modules(sources);
        for id in files {
            let source = sources.get(*id);
            let directory = source.path.rsplit_once('/').map_or("", |(directory, _)| directory);
            let package = source.facts.as_ref().and_then(|facts| facts.namespace.as_deref()).unwrap_or_default();
            let module = std::iter::successors(Some(directory), |above| {
                (!above.is_empty()).then(|| above.rsplit_once('/').map_or("", |(parent, _)| parent))
            })
            .find_map(|directory| modules.get(directory).copied())
            .unwrap_or_default();
            let source_root = source_root(directory, package);
            let platform = platform(directory);
            places.places.insert(*id, Place { module, source_root, directory, platform, test: source.test });
        }
        places
    }

    /// The directory of every module to its index; index 0 is what lies in none.
    fn read_modules(&mut self, sources: &'a Sources) -> FxHashMap<&'a str, u32> {
        let mut modules: FxHashMap<&str, u32> = FxHashMap::default();
        let mut next = 1;
        for package in &sources.project.packages {
            if package.ecosystem == Ecosystem::Maven {
                modules.entry(&*package.directory).or_insert_with(|| {
                    next += 1;
                    next - 1
                });
            }
        }
        let mut needs: Vec<Vec<u32>> = vec![Vec::new(); next as usize];
        self.is_complete = vec![false; next as usize];
        for module in &sources.project.jvm.modules {
            let Some(index) = modules.get(&*module.directory) else { continue };
            self.is_complete[*index as usize] = module.is_complete;
            needs[*index as usize].extend(module.needs.iter().filter_map(|need| modules.get(&**need)));
        }
        self.closure = (0..needs.len()).map(|start| reachable(&needs, start)).collect();
        modules
    }

    /// Whether a rank is that of a source set for another platform than one's own, which need not see each other.
    pub(super) fn is_of_other_platform(rank: u32) -> bool {
        rank % 3 == 2
    }

    /// Whether there is one module at most, so that none is unrelated.
    pub(super) fn is_one_module(&self) -> bool {
        self.closure.len() <= 2
    }

    /// Whether the manifest of a file's module names all that the module needs.
    pub(super) fn is_complete(&self, file: FileId) -> bool {
        let module = self.places.get(&file).map(|place| place.module);
        module.is_some_and(|module| self.is_complete.get(module as usize).copied().unwrap_or_default())
    }

    /// Whether two files lie in one folder.
    pub(super) fn are_beside(&self, one: FileId, other: FileId) -> bool {
        let directory = |file: FileId| self.places.get(&file).map(|place| place.directory);
        directory(one) == directory(other)
    }

    /// The source root of a file, if it is of another one's module.
    pub(super) fn root_beside(&self, from: FileId, file: FileId) -> Option<&'a str> {
        let (from, place) = (self.places.get(&from)?, self.places.get(&file)?);
        (from.module == place.module).then_some(place.source_root)
    }

    /// How near a file is to another: in its own source root, its own module, a module that its own needs, any other;
    /// production code before test code; of several platforms its own, then what all share.
    pub(super) fn rank(&self, from: FileId, to: FileId) -> Option<u32> {
        let (from, to) = (self.places.get(&from)?, self.places.get(&to)?);
        let platform = match to.platform {
            other if other == from.platform => 0,
            "common" => 1,
            _ => 2,
        };
        if from.module == to.module {
            let near = match (from.source_root == to.source_root, to.test) {
                (true, _) => 0,
                (false, false) => 1,
                (false, true) => 2,
            };
            return Some(near * 3 + platform);
        }
        let is_needed = self.closure.get(from.module as usize).is_some_and(|needs| needs.contains(&to.module));
        Some(match (is_needed, to.test) {
            (true, false) => 9 + platform,
            (true, true) => 12 + platform,
            (false, false) => UNRELATED + platform,
            (false, true) => UNRELATED + 3 + platform,
        })
    }
}

/// `jvm` of `src/jvmMain/kotlin`; nothing where the source set is for one platform only.
fn platform(directory: &str) -> &str {
    let mut parts = directory.split('/').skip_while(|part| *part != "src").skip(1);
    let set = parts.next().unwrap_or_default();
    set.strip_suffix("Main").or_else(|| set.strip_suffix("Test")).unwrap_or_default()
}

/// The directory above a package's folders; the directory itself where they differ from the package.
fn source_root<'d>(directory: &'d str, package: &str) -> &'d str {
    let mut root = directory;
    for part in package.split('.').rev() {
        let (parent, name) = root.rsplit_once('/').unwrap_or(("", root));
        if name != part {
            return directory;
        }
        root = parent;
    }
    root
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_root_is_above_the_package() {
        assert_eq!(source_root("m/src/main/java/a/b", "a.b"), "m/src/main/java");
        assert_eq!(source_root("a/b", "a.b"), "");
        assert_eq!(source_root("src/x", "a.b"), "src/x");
        assert_eq!(source_root("src/x", ""), "src/x");
    }

    #[test]
    fn a_source_set_names_its_platform() {
        assert_eq!(platform("lib/src/jvmTest/kotlin/a"), "jvm");
        assert_eq!(platform("src/commonMain/kotlin"), "common");
        assert_eq!(platform("src/main/java/a"), "");
    }
}
