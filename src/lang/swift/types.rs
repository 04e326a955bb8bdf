//! What each module declares: types with what extensions add to them, functions and variables.

use rustc_hash::FxHashMap;

use super::modules::Modules;
use crate::facts::{Definition, DefinitionKind, FileFacts, Visibility};
use crate::lang::merged::{Holder, Place, TypeId, Types, Units};
use crate::lang::resolve::{FileId, Sources};

/// What all files declare. Spaces are numbered: the modules first, then one for each file's private names, then one for
/// each module's extended types of elsewhere.
pub(super) struct World<'a> {
    pub(super) sources: &'a Sources,
    pub(super) modules: Modules<'a>,
    pub(super) types: Types<'a>,
    /// Functions and variables outside types.
    globals: FxHashMap<Holder, FxHashMap<&'a str, Vec<Place>>>,
}

impl<'a> World<'a> {
    pub(super) fn new(sources: &'a Sources, files: &[FileId]) -> Self {
        let modules = Modules::new(sources, files);
        let mut world = Self { sources, modules, types: Types::default(), globals: FxHashMap::default() };
        // Extensions are read when every type has its name, outer ones before what is declared in them.
        for is_extension in [false, true] {
            for file in files {
                if let Some(facts) = sources.facts(*file) {
                    world.add(*file, facts, is_extension);
                }
            }
        }
        world
    }

    /// Where a module's names are.
    pub(super) fn module_space(&self, module: u32) -> Holder {
        Holder::Space(module)
    }

    /// Where names are that only a file sees.
    pub(super) fn file_space(&self, file: FileId) -> Holder {
        Holder::Space(self.modules.len() as u32 + file.0)
    }

    /// Where types of elsewhere are that a module extends.
    pub(super) fn foreign_space(&self, module: u32) -> Holder {
        Holder::Space((self.modules.len() + self.sources.files.len()) as u32 + module)
    }

    /// Adds what a file declares: outside of extensions, or in them.
    fn add(&mut self, file: FileId, facts: &'a FileFacts, extensions: bool) {
        let module = self.modules.of(file);
        let seen = if extensions { self.modules.seen(file) } else { Vec::new() };
        let mut units = Units::new();
        units.push(module);
        // The type that each definition is or lies in, and whether that is within an extension.
        let mut around: Vec<(Option<TypeId>, bool)> = Vec::with_capacity(facts.definitions.len());
        for (definition, index) in facts.definitions.iter().zip(0..) {
            let parent = definition.parent.and_then(|parent| around.get(parent as usize).copied());
            let (outer, is_within) = parent.unwrap_or_default();
            let is_extension = definition.kind == DefinitionKind::Implementation;
            let is_turn = (is_within || is_extension) == extensions;
            let place = (file, index);
            if !is_turn {
                around.push((self.types.of_definition(file, index).or(outer), is_within || is_extension));
                continue;
            }
            if is_extension {
                let id = self.extended(file, &seen, &definition.name, &units);
                self.types.extend(id, place);
                around.push((Some(id), true));
                continue;
            }
            let is_top = definition.parent.is_none();
            let space = if definition.visibility == Visibility::Private && is_top {
                self.file_space(file)
            } else {
                self.module_space(module)
            };
            let own = match (definition.kind, outer) {
                (kind, _) if is_type(kind) => {
                    let holder = outer.map_or(space, Holder::Type);
                    Some(self.types.declare(holder, (&definition.name, 0), &units, place))
                }
                (_, Some(outer)) => {
                    if self.is_member(facts, definition) {
                        self.types.add_member(outer, &definition.name, place);
                    }
                    Some(outer)
                }
                (_, None) => {
                    if is_top {
                        self.globals.entry(space).or_default().entry(&definition.name).or_default().push(place);
                    }
                    None
                }
            };
            around.push((own, is_within));
        }
    }

    fn is_member(&self, facts: &FileFacts, definition: &Definition) -> bool {
        let parent = definition.parent.and_then(|parent| facts.definitions.get(parent as usize));
        parent.is_some_and(|parent| is_type(parent.kind) || parent.kind == DefinitionKind::Implementation)
    }

    /// The type that an extension extends: one of the module or of a module that the file sees, else one from elsewhere.
    fn extended(&mut self, file: FileId, seen: &[u32], name: &'a str, units: &Units) -> TypeId {
        let mut parts = name.split('.');
        let first = parts.next().unwrap_or(name);
        let mut at = self.top_level(file, seen, first).unwrap_or_else(|| {
            let space = self.foreign_space(self.modules.of(file));
            self.types.foreign(space, first, units)
        });
        for part in parts {
            at = match self.types.nested(at, part, 0) {
                Some(nested) => nested,
                None => self.types.foreign(Holder::Type(at), part, units),
            };
        }
        at
    }

    /// The type of a name outside all types, as a file sees it: its own private one, one of its module, the only one that
    /// the modules it imports have.
    pub(super) fn top_level(&self, file: FileId, seen: &[u32], name: &str) -> Option<TypeId> {
        let spaces = [self.file_space(file), self.module_space(*seen.first()?)];
        let own = spaces.iter().find_map(|space| self.types.inside(*space, name, 0).first().copied());
        own.or_else(|| {
            let mut imported =
                seen[1..].iter().filter_map(|module| self.types.inside(self.module_space(*module), name, 0).first());
            let first = imported.next()?;
            imported.next().is_none().then_some(*first)
        })
    }

    /// The function or variable of a name outside all types, in the same order. What several files declare (overloads) is
    /// no answer.
    pub(super) fn global(&self, file: FileId, seen: &[u32], name: &str) -> Option<Place> {
        let modules = seen.iter().map(|module| self.module_space(*module));
        let mut spaces = std::iter::once(self.file_space(file)).chain(modules);
        let places = spaces.find_map(|space| self.globals.get(&space)?.get(name))?;
        let first = places.first()?;
        places.iter().all(|place| place.0 == first.0).then_some(*first)
    }
}

/// Whether a definition is a type.
pub(super) fn is_type(kind: DefinitionKind) -> bool {
    use DefinitionKind::{Class, Enum, Interface, Struct, Type};
    matches!(kind, Class | Struct | Enum | Interface | Type)
}
