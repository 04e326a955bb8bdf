//! Which file a module path means in OCaml.
//!
//! The first part of a path that the file does not bind itself is looked for in what is opened, the last opened first;
//! then among the modules of the file's own library or executable; then among the libraries: the module that wraps one
//! stands for its modules, an unwrapped one gives them away directly. A dependency on a module is one on its `.mli` where it has one,
//! else on its `.ml`; a `.ml` depends on its own `.mli`. Directories without a dune file are units of their own.

use super::units::{Files, Unit, Units, capitalised};
use crate::facts::{Import, Span};
use crate::lang::modules::{Answer, Externals};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, FileId, Reason, Sources, Target};
use crate::project::{Ecosystem, opam};

/// How many opens are looked at for one name.
const OPEN_LIMIT: usize = 64;

/// Resolves all files.
pub(super) fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let world = World {
        sources,
        units: Units::new(sources),
        externals: Externals::new(sources, Ecosystem::Opam, opam::libraries(&sources.project)),
    };
    files.iter().map(|file| world.file(*file)).collect()
}

/// What the beginning of a path stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Entity {
    /// The modules of a library.
    Library(usize),
    /// A module that is a file.
    Module(usize, FileId),
    /// Something of a library from elsewhere.
    Elsewhere,
}

struct Opened {
    from: u32,
    to: u32,
    entity: Entity,
}

struct World<'a> {
    sources: &'a Sources,
    units: Units<'a>,
    externals: Externals<'a>,
}

/// The files on which a path depends, and what it stands for.
type Found = (Vec<FileId>, Entity);

impl World<'_> {
    fn file(&self, file: FileId) -> Vec<Dependency> {
        let mut dependencies = Vec::new();
        let (Some(facts), Some((unit, _))) = (self.sources.facts(file), self.units.of_file.get(&file)) else {
            return dependencies;
        };
        self.own_interface(file, *unit, &mut dependencies);
        let mut opened = self.flags(file, *unit);
        for import in &facts.imports {
            let found = self.path(file, *unit, &opened, &import.path, import.span);
            let answer = match &found {
                Some((files, _)) => modules(files),
                None => self.outside(*unit, &opened, import),
            };
            answer.add_import(import, import.span, &mut dependencies);
            let entity = found.map_or(Entity::Elsewhere, |(_, entity)| entity);
            let is_local = import.statement.end > import.span.end;
            let to = if is_local { import.statement.end } else { u32::MAX };
            opened.push(Opened { from: import.span.end, to, entity });
        }
        for reference in &facts.references {
            let written = facts.name(reference.name);
            match self.path(file, *unit, &opened, written, reference.span) {
                Some((files, _)) => modules(&files).add_reference(reference, &mut dependencies),
                None => {
                    let first = written.split(['.', '(']).next().unwrap_or(written);
                    self.library(*unit, first).add_reference(reference, &mut dependencies);
                }
            }
        }
        dependencies
    }

    fn own_interface(&self, file: FileId, unit: usize, dependencies: &mut Vec<Dependency>) {
        let own = |files: &&Files| files.implementation == Some(file);
        let stem = self.units.module_of(file);
        let Some(interface) = self.units.units[unit].modules.get(stem).filter(own).and_then(|own| own.interface) else {
            return;
        };
        dependencies.push(Dependency {
            target: Target::File(interface),
            kind: DependencyKind::Inherit,
            certainty: Certainty::Resolved,
            span: Span { start: 0, end: 0, line: 1 },
            statement: 0,
            test: false,
            from_symbol: None,
            to_symbol: None,
        });
    }

    /// What the compiler's flags `-open` open.
    fn flags(&self, file: FileId, unit: usize) -> Vec<Opened> {
        let mut opened = Vec::new();
        for path in self.units.units[unit].stanza.iter().flat_map(|stanza| &stanza.opens) {
            let found = self.path(file, unit, &opened, path, Span::default());
            let entity = found.map_or(Entity::Elsewhere, |(_, entity)| entity);
            opened.push(Opened { from: 0, to: u32::MAX, entity });
        }
        opened
    }

    fn path(&self, file: FileId, unit: usize, opened: &[Opened], path: &str, place: Span) -> Option<Found> {
        let mut parts = path.split(['.', '(', ')']).filter(|part| !part.is_empty());
        let first = parts.next()?;
        let (mut files, mut entity) = self.first(file, unit, opened, first, place)?;
        for part in parts {
            let Some((more, next)) = self.member(entity, part) else { break };
            files.extend(more);
            entity = next;
        }
        files.dedup();
        Some((files, entity))
    }

    fn first(&self, file: FileId, unit: usize, opened: &[Opened], name: &str, place: Span) -> Option<Found> {
        let holds = |open: &&Opened| (open.from..open.to).contains(&place.start) || place == Span::default();
        for open in opened.iter().rev().filter(holds).take(OPEN_LIMIT) {
            if let Some(found) = self.member(open.entity, name) {
                return Some(found);
            }
        }
        let own = &self.units.units[unit];
        let is_itself = self.units.module_of(file) == name;
        if let Some(seen) = own.modules.get(name).and_then(Files::seen).filter(|_| !is_itself) {
            return Some((vec![seen], Entity::Module(unit, seen)));
        }
        self.of_libraries(unit, name)
    }

    /// A module that the libraries of a unit give.
    fn of_libraries(&self, unit: usize, name: &str) -> Option<Found> {
        let named = self.units.units[unit].stanza.iter().flat_map(|stanza| &stanza.libraries);
        let direct = named.filter_map(|name| self.units.libraries.get(name.as_str()).copied());
        for id in direct {
            let library = &self.units.units[id];
            match library.wrapper() {
                Some(wrapper) if wrapper == name => return Some(self.whole(id, library, &wrapper)),
                Some(_) => {}
                None => {
                    if let Some(seen) = library.modules.get(name).and_then(Files::seen) {
                        return Some((vec![seen], Entity::Module(id, seen)));
                    }
                }
            }
        }
        None
    }

    /// A wrapped library as a module: the file that is written for it, if there is one, else nothing but its modules.
    fn whole(&self, id: usize, library: &Unit<'_>, wrapper: &str) -> Found {
        match library.modules.get(wrapper).and_then(Files::seen) {
            Some(seen) => (vec![seen], Entity::Module(id, seen)),
            None => (Vec::new(), Entity::Library(id)),
        }
    }

    /// A module inside what a path stands for so far.
    fn member(&self, of: Entity, name: &str) -> Option<Found> {
        match of {
            Entity::Elsewhere => None,
            Entity::Library(id) => {
                let seen = self.units.units[id].modules.get(name).and_then(Files::seen)?;
                Some((vec![seen], Entity::Module(id, seen)))
            }
            Entity::Module(id, file) => {
                let unit = &self.units.units[id];
                let stem = self.units.module_of(file);
                let own = unit.modules.get(stem);
                let both = own.into_iter().flat_map(|own| [own.implementation, own.interface]).flatten();
                if !both.into_iter().any(|file| self.units.declares(file, name)) {
                    return None;
                }
                // The file that stands for a library names the library's modules.
                let is_main = unit.wrapper().is_some_and(|wrapper| wrapper == stem);
                match unit.modules.get(name).and_then(Files::seen).filter(|_| is_main) {
                    Some(seen) => Some((vec![file, seen], Entity::Module(id, seen))),
                    None => Some((vec![file], Entity::Elsewhere)),
                }
            }
        }
    }

    /// What opens or includes something that is not the project's.
    fn outside(&self, unit: usize, opened: &[Opened], import: &Import) -> Answer {
        let first = import.path.split(['.', '(']).next().unwrap_or(&import.path);
        if opam::STANDARD.binary_search(&first).is_ok() {
            return Answer::external(Ecosystem::Opam, "ocaml", true);
        }
        self.library(unit, first).or_else(|| {
            // It may be of something that was opened before and is not known here.
            if opened.iter().any(|open| open.entity == Entity::Elsewhere) {
                return Answer::NONE;
            }
            Answer::unresolved(&import.path, Reason::Undeclared)
        })
    }

    /// A library from elsewhere by its module.
    fn library(&self, unit: usize, module: &str) -> Answer {
        let named = self.units.units[unit].stanza.iter().flat_map(|stanza| &stanza.libraries);
        let found = named.filter(|name| !self.units.libraries.contains_key(name.as_str())).find(|name| {
            let last = name.rsplit('.').next().unwrap_or(name);
            capitalised(name) == module || capitalised(last) == module
        });
        let package = found.map(|name| name.split('.').next().unwrap_or(name));
        self.externals.first_of(package)
    }
}

fn modules(files: &[FileId]) -> Answer {
    Answer { targets: files.iter().map(|file| Target::File(*file)).collect(), certainty: Certainty::Resolved }
}
