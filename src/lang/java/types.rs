//! Every type that the project declares, by package, name and nesting.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::facts::is_type;
use crate::facts::DefinitionId;
use crate::lang::resolve::{Certainty, FileId, Sources};
use crate::project::Ecosystem;

/// Index into [`Types::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TypeId(pub u32);

/// A declared type.
pub(super) struct Type<'a> {
    pub(super) file: FileId,
    pub(super) definition: DefinitionId,
    pub(super) name: &'a str,
}

/// At most this many supertypes are searched for a member. It bounds the cost of a hostile hierarchy.
const SUPERTYPE_LIMIT: usize = 64;

/// With more modules than this, only direct dependencies between them count.
const CLOSURE_LIMIT: usize = 2000;

/// Where a file belongs.
#[derive(Debug, Clone, Default)]
pub(super) struct Place<'a> {
    /// Index of the module; modules are directories with a Maven or Gradle manifest.
    module: u32,
    /// The directory above the package's folders.
    source_root: &'a str,
    directory: &'a str,
    test: bool,
}

/// What the choice among types of one name comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    One(TypeId, Certainty),
    Ambiguous,
    None,
}

type Ids = SmallVec<[TypeId; 1]>;

pub(super) struct Types<'a> {
    types: Vec<Type<'a>>,
    by_definition: FxHashMap<(FileId, DefinitionId), TypeId>,
    /// Package -> name -> top-level types.
    packages: FxHashMap<&'a str, FxHashMap<&'a str, Ids>>,
    /// Types declared in a type or, as local ones, in a method.
    inner: FxHashMap<(FileId, DefinitionId, &'a str), TypeId>,
    inner_names: FxHashSet<&'a str>,
    /// Definitions that hold a type.
    holders: FxHashSet<(FileId, DefinitionId)>,
    /// Of each type, what it extends and implements.
    pub(super) supertypes: Vec<SmallVec<[TypeId; 2]>>,
    places: FxHashMap<FileId, Place<'a>>,
    /// For each module the modules that it needs, directly or not.
    closure: Vec<FxHashSet<u32>>,
    /// For each module whether its manifest names all that it needs (Maven).
    is_complete: Vec<bool>,
}

impl<'a> Types<'a> {
    pub(super) fn new(sources: &'a Sources, files: &[FileId]) -> Self {
        let mut types = Self {
            types: Vec::new(),
            by_definition: FxHashMap::default(),
            packages: FxHashMap::default(),
            inner: FxHashMap::default(),
            inner_names: FxHashSet::default(),
            holders: FxHashSet::default(),
            supertypes: Vec::new(),
            places: FxHashMap::default(),
            closure: Vec::new(),
            is_complete: Vec::new(),
        };
        let modules = types.read_modules(sources);
        for id in files {
            types.add(sources, *id, &modules);
        }
        types.supertypes = vec![SmallVec::new(); types.types.len()];
        types
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

    fn add(&mut self, sources: &'a Sources, file: FileId, modules: &FxHashMap<&'a str, u32>) {
        let source = &sources.files[file.index()];
        let Some(facts) = &source.facts else { return };
        let directory = source.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let package = facts.namespace.as_deref().unwrap_or_default();
        let module = std::iter::successors(Some(directory), |above| {
            (!above.is_empty()).then(|| above.rsplit_once('/').map_or("", |(parent, _)| parent))
        })
        .find_map(|directory| modules.get(directory).copied())
        .unwrap_or_default();
        let source_root = source_root(directory, package);
        self.places.insert(file, Place { module, source_root, directory, test: source.test });
        for (definition, index) in facts.definitions.iter().zip(0..) {
            if !is_type(definition.kind) {
                continue;
            }
            let id = TypeId(self.types.len() as u32);
            let name = definition.name.as_str();
            self.types.push(Type { file, definition: index, name });
            self.by_definition.insert((file, index), id);
            match definition.parent {
                Some(parent) => {
                    self.inner.entry((file, parent, name)).or_insert(id);
                    self.inner_names.insert(name);
                    self.holders.insert((file, parent));
                }
                None => self.packages.entry(package).or_default().entry(name).or_default().push(id),
            }
        }
    }

    pub(super) fn get(&self, id: TypeId) -> &Type<'a> {
        &self.types[id.0 as usize]
    }

    /// Every type's id.
    pub(super) fn ids(&self) -> std::ops::Range<u32> {
        0..self.types.len() as u32
    }

    /// The type that a definition declares.
    pub(super) fn of_definition(&self, file: FileId, definition: DefinitionId) -> Option<TypeId> {
        self.by_definition.get(&(file, definition)).copied()
    }

    /// Whether a definition is a type or holds one: only these matter to what a name means.
    pub(super) fn is_scope(&self, file: FileId, definition: DefinitionId) -> bool {
        self.by_definition.contains_key(&(file, definition)) || self.holders.contains(&(file, definition))
    }

    /// A type declared right inside a definition.
    pub(super) fn inside(&self, file: FileId, definition: DefinitionId, name: &str) -> Option<TypeId> {
        self.inner.get(&(file, definition, name)).copied()
    }

    /// Whether the project declares a type in this package.
    pub(super) fn is_package(&self, package: &str) -> bool {
        self.packages.contains_key(package)
    }

    /// The top-level types of a name in a package.
    pub(super) fn top_level(&self, package: &str, name: &str) -> &[TypeId] {
        self.packages.get(package).and_then(|names| names.get(name)).map_or(&[], |ids| ids.as_slice())
    }

    /// A member type, own or inherited.
    pub(super) fn member(&self, of: TypeId, name: &str) -> Option<TypeId> {
        if !self.inner_names.contains(name) {
            return None;
        }
        let mut seen: SmallVec<[TypeId; 8]> = SmallVec::from_slice(&[of]);
        let mut next = 0;
        while let Some(id) = seen.get(next).copied() {
            next += 1;
            let holder = self.get(id);
            if let Some(found) = self.inside(holder.file, holder.definition, name) {
                return Some(found);
            }
            for above in &self.supertypes[id.0 as usize] {
                if seen.len() < SUPERTYPE_LIMIT && !seen.contains(above) {
                    seen.push(*above);
                }
            }
        }
        None
    }

    /// Which of several types of one full name a file means: of its own source root, its own module, a module that its own
    /// needs, any other; production code before test code.
    pub(super) fn choose(&self, from: FileId, candidates: &[TypeId]) -> Choice {
        let Some(place) = self.places.get(&from) else { return Choice::None };
        let mut best = u32::MAX;
        let mut choice = Choice::None;
        for id in candidates {
            let Some(other) = self.places.get(&self.get(*id).file) else { continue };
            let rank = self.rank(place, other);
            if rank < best {
                let is_sure = rank < UNRELATED || self.closure.len() <= 2;
                best = rank;
                choice = Choice::One(*id, if is_sure { Certainty::Resolved } else { Certainty::Inferred });
            } else if rank == best {
                choice = Choice::Ambiguous;
            }
        }
        choice
    }

    /// As [`Self::choose`], for names that no import explains: only from modules that the file's own can see.
    pub(super) fn choose_visible(&self, from: FileId, candidates: &[TypeId]) -> Choice {
        let choice = self.choose(from, candidates);
        if let Choice::One(id, Certainty::Inferred) = choice {
            let is_complete = self
                .places
                .get(&from)
                .is_some_and(|place| self.is_complete.get(place.module as usize).copied().unwrap_or_default());
            if is_complete {
                return Choice::None;
            }
            return Choice::One(id, Certainty::Inferred);
        }
        choice
    }

    /// Types of the unnamed package are seen in their own folder.
    pub(super) fn in_same_directory(&self, from: FileId, candidates: &[TypeId]) -> Ids {
        let directory = |file: FileId| self.places.get(&file).map(|place| place.directory);
        candidates.iter().copied().filter(|id| directory(self.get(*id).file) == directory(from)).collect()
    }

    fn rank(&self, from: &Place<'_>, to: &Place<'_>) -> u32 {
        if from.module == to.module {
            return match (from.source_root == to.source_root, to.test) {
                (true, _) => 0,
                (false, false) => 1,
                (false, true) => 2,
            };
        }
        let is_needed = self.closure.get(from.module as usize).is_some_and(|needs| needs.contains(&to.module));
        match (is_needed, to.test) {
            (true, false) => 3,
            (true, true) => 4,
            (false, false) => UNRELATED,
            (false, true) => UNRELATED + 1,
        }
    }
}

/// From this rank on the two ends' modules have nothing to do with each other as far as manifests say.
const UNRELATED: u32 = 5;

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

fn reachable(needs: &[Vec<u32>], start: usize) -> FxHashSet<u32> {
    let mut seen: FxHashSet<u32> = FxHashSet::default();
    let mut open = needs.get(start).cloned().unwrap_or_default();
    while let Some(next) = open.pop() {
        if seen.insert(next) && needs.len() <= CLOSURE_LIMIT {
            open.extend(needs.get(next as usize).into_iter().flatten());
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::source_root;

    #[test]
    fn the_source_root_is_above_the_package() {
        assert_eq!(source_root("m/src/main/java/a/b", "a.b"), "m/src/main/java");
        assert_eq!(source_root("a/b", "a.b"), "");
        assert_eq!(source_root("src/x", "a.b"), "src/x");
        assert_eq!(source_root("src/x", ""), "src/x");
    }
}
