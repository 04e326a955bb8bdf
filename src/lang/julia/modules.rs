//! Which file an include or a module's name means in Julia.
//!
//! `include` takes a path relative to the file. What it includes becomes a part of the module in which it stands, so each file is
//! in the module that its includers say: a file that nobody includes is one of its own (`Main`). The dots of a relative
//! path go up from the module around the statement: `.A` is a child of that module, `..A` one of the module around it. A name
//! without dots is a package: this project's own by `Project.toml` and `src/NAME.jl`, of the standard library, or
//! declared; else a module of that name that is in reach of the same `Main`.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::facts::{DefinitionId, DefinitionKind, FileFacts, ImportKind, Name};
use crate::lang::modules::{Answer, Externals, Modules};
use crate::lang::resolve::{Certainty, Dependency, FileId, Reason, Sources, Target};
use crate::project::cmake::join;
use crate::project::{Ecosystem, julia};

/// In how many modules a file is known to be, and how long their full names may be.
const CONTEXT_LIMIT: usize = 8;
const NAME_LIMIT: usize = 512;

/// Resolves the includes and imports of all files.
pub(super) fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let mut world = World {
        sources,
        contexts: FxHashMap::default(),
        modules: FxHashMap::default(),
        packages: Modules::new(sources, Ecosystem::Julia),
        externals: Externals::new(sources, Ecosystem::Julia, sources.project.julia.locked.iter().map(Name::as_str)),
    };
    world.place(files);
    for package in sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Julia) {
        let main = join(&package.directory, &format!("src/{}.jl", package.name));
        if let Some(file) = main.and_then(|path| sources.file(&path)) {
            world.packages.add(package.name.clone(), file);
        }
    }
    files.iter().map(|file| world.file(*file)).collect()
}

/// A module by the file that nobody includes and from which it is reached, and its full name there.
type Place = (FileId, Name);

struct World<'a> {
    sources: &'a Sources,
    /// The modules that each file is a part of.
    contexts: FxHashMap<FileId, SmallVec<[Place; 1]>>,
    /// The files that declare a module.
    modules: FxHashMap<Place, Vec<FileId>>,
    /// The project's own packages by name.
    packages: Modules<'a>,
    externals: Externals<'a>,
}

impl World<'_> {
    /// Follows includes from the files that nobody includes, and notes where modules are declared.
    fn place(&mut self, files: &[FileId]) {
        let mut included: FxHashSet<FileId> = FxHashSet::default();
        for file in files {
            let Some(facts) = self.sources.facts(*file) else { continue };
            let includes = facts.imports.iter().filter(|import| import.kind == ImportKind::Include);
            included.extend(includes.filter_map(|import| self.included(*file, &import.path)));
        }
        let mut left: Vec<(FileId, Place)> = Vec::new();
        // Files that include each other in a circle are all included: each then starts for itself.
        for phase in [false, true] {
            for file in files.iter().rev() {
                let is_root = if phase { !self.contexts.contains_key(file) } else { !included.contains(file) };
                if is_root {
                    left.push((*file, (*file, Name::default())));
                }
            }
            while let Some((file, place)) = left.pop() {
                self.enter(file, place, &mut left);
            }
        }
    }

    fn enter(&mut self, file: FileId, place: Place, left: &mut Vec<(FileId, Place)>) {
        let contexts = self.contexts.entry(file).or_default();
        if contexts.len() >= CONTEXT_LIMIT || contexts.contains(&place) || place.1.len() > NAME_LIMIT {
            return;
        }
        contexts.push(place.clone());
        let Some(facts) = self.sources.facts(file) else { return };
        let (root, outer) = place;
        let names = full_names(facts, &outer);
        for (definition, name) in facts.definitions.iter().zip(&names) {
            if definition.kind == DefinitionKind::Module {
                let files = self.modules.entry((root, name.clone())).or_default();
                if files.last() != Some(&file) {
                    files.push(file);
                }
            }
        }
        for import in facts.imports.iter().filter(|import| import.kind == ImportKind::Include) {
            if let Some(target) = self.included(file, &import.path) {
                left.push((target, (root, module_around(import.within, &names, &outer))));
            }
        }
    }

    fn included(&self, file: FileId, path: &str) -> Option<FileId> {
        let own = &*self.sources.get(file).path;
        let directory = own.rsplit_once('/').map_or("", |(directory, _)| directory);
        self.sources.file(&join(directory, path)?)
    }

    fn file(&self, file: FileId) -> Vec<Dependency> {
        let mut dependencies = Vec::new();
        let Some(facts) = self.sources.facts(file).filter(|facts| !facts.imports.is_empty()) else {
            return dependencies;
        };
        let places = self.contexts.get(&file).map_or(&[][..], |places| places.as_slice());
        let names: Vec<Vec<Name>> = places.iter().map(|(_, outer)| full_names(facts, outer)).collect();
        for import in &facts.imports {
            let answer = match import.kind {
                ImportKind::Computed => Answer::unresolved(&import.path, Reason::NotLiteral),
                ImportKind::Include => match self.included(file, &import.path) {
                    Some(target) => Answer::one(Target::File(target), Certainty::Resolved),
                    None => Answer::unresolved(&import.path, Reason::Missing),
                },
                _ => {
                    let path = import.path.trim_start_matches('.');
                    let dots = import.path.len() - path.len();
                    let mut found: Vec<FileId> = Vec::new();
                    for ((root, outer), names) in places.iter().zip(&names) {
                        let around = module_around(import.within, names, outer);
                        found.extend(self.module(*root, &around, dots, path, import.names.as_slice()));
                    }
                    found.sort_unstable();
                    found.dedup();
                    self.answer(file, &found, dots, path, &import.path)
                }
            };
            answer.add_import(import, import.span, &mut dependencies);
        }
        dependencies
    }

    /// The files of a module by its path from a module.
    fn module(
        &self,
        root: FileId,
        around: &str,
        dots: usize,
        path: &str,
        names: &[crate::facts::ImportedName],
    ) -> Vec<FileId> {
        let mut outer = around;
        for _ in 1..dots {
            outer = outer.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
        let below = |name: &str| if outer.is_empty() { Name::from(name) } else { format!("{outer}.{name}").into() };
        let at = |name: Name| self.modules.get(&(root, name)).map_or(&[][..], Vec::as_slice);
        if path.is_empty() {
            // `using ..: x` and `import ..A`'s bare form name a module around, of which the names may be modules.
            let of_names = names.iter().flat_map(|name| at(below(&name.name))).copied();
            let own = at(outer.into()).iter().copied();
            return own.chain(of_names).collect();
        }
        if dots == 0 {
            return at(path.strip_prefix("Main.").unwrap_or(path).into()).to_vec();
        }
        // A module knows itself by its own name.
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        if outer.rsplit('.').next() == Some(first) && at(below(first)).is_empty() {
            let name = if rest.is_empty() { outer.to_owned() } else { format!("{outer}.{rest}") };
            return at(name.into()).to_vec();
        }
        // `.A.x` may name something of `A` that is no module.
        let mut name = path;
        loop {
            let found = at(below(name));
            match name.rsplit_once('.') {
                Some((shorter, _)) if found.is_empty() => name = shorter,
                _ => return found.to_vec(),
            }
        }
    }

    fn answer(&self, file: FileId, found: &[FileId], dots: usize, path: &str, written: &str) -> Answer {
        let first = path.split('.').next().unwrap_or(path);
        if dots > 0 {
            return match found {
                // A relative name may be one of the module's own: what it means is in this module already.
                [] if path.is_empty() => Answer::NONE,
                [] => Answer::unresolved(written, Reason::Missing),
                _ => self.packages.choose(file, found, written),
            };
        }
        if first == "Main" && !found.is_empty() {
            return self.packages.choose(file, found, written);
        }
        self.packages
            .find(file, first)
            .or_else(|| {
                if julia::STANDARD.binary_search(&first).is_ok() {
                    return Answer::external(Ecosystem::Julia, first, true);
                }
                self.externals.first_of([first])
            })
            .or_else(|| if found.is_empty() { Answer::NONE } else { self.packages.choose(file, found, written) })
            .or_else(|| Answer::unresolved(written, Reason::Undeclared))
    }
}

/// For each definition the full name of the module that it is or is in.
fn full_names(facts: &FileFacts, outer: &Name) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::with_capacity(facts.definitions.len());
    for definition in &facts.definitions {
        let around = definition.parent.map_or(outer, |parent| &names[parent as usize]);
        let name = match definition.kind {
            DefinitionKind::Module if around.is_empty() => definition.name.clone(),
            DefinitionKind::Module if around.len() < NAME_LIMIT => format!("{around}.{}", definition.name).into(),
            _ => around.clone(),
        };
        names.push(name);
    }
    names
}

fn module_around(within: Option<DefinitionId>, names: &[Name], outer: &Name) -> Name {
    within.map_or_else(|| outer.clone(), |id| names[id as usize].clone())
}
