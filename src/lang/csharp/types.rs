//! Every type that the code declares, by namespace, nesting, name and number of type parameters; and extension methods.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::facts::is_type;
use super::projects::Projects;
use crate::facts::{Definition, DefinitionId, DefinitionKind, FileFacts};
use crate::lang::merged::{Holder, Place, TypeId, Types, Units};
use crate::lang::resolve::{FileId, Sources};

/// A namespace's number.
pub(super) type Space = u32;

/// A static method that is called as if it were a member of its first argument.
pub(super) struct Extension {
    pub(super) space: Space,
    pub(super) place: Place,
}

/// What all files declare.
pub(super) struct World<'a> {
    pub(super) sources: &'a Sources,
    pub(super) projects: Projects<'a>,
    pub(super) types: Types<'a>,
    /// Every namespace that is declared, and those above: number 0 is the global one.
    spaces: FxHashMap<String, Space>,
    names: Vec<String>,
    /// Those that some file declares as they are.
    declared: FxHashSet<Space>,
    pub(super) units: FxHashMap<FileId, Units>,
    pub(super) extensions: FxHashMap<&'a str, Vec<Extension>>,
    /// Names of methods that are no extension methods.
    pub(super) methods: FxHashSet<&'a str>,
}

impl<'a> World<'a> {
    pub(super) fn new(sources: &'a Sources, files: &[FileId]) -> Self {
        let mut world = Self {
            sources,
            projects: Projects::new(sources),
            types: Types::default(),
            spaces: FxHashMap::default(),
            names: Vec::new(),
            declared: FxHashSet::default(),
            units: FxHashMap::default(),
            extensions: FxHashMap::default(),
            methods: FxHashSet::default(),
        };
        world.intern("");
        for file in files {
            let source = sources.get(*file);
            world.units.insert(*file, world.projects.units(&source.path));
            if let Some(facts) = &source.facts {
                world.add(*file, facts);
            }
        }
        world
    }

    /// The number of a namespace; those above it get theirs too.
    fn intern(&mut self, name: &str) -> Space {
        if let Some(space) = self.spaces.get(name) {
            return *space;
        }
        if let Some((above, _)) = name.rsplit_once('.') {
            self.intern(above);
        }
        let space = self.names.len() as Space;
        self.spaces.insert(name.to_owned(), space);
        self.names.push(name.to_owned());
        space
    }

    /// Whether some file declares this very namespace, not only one in it.
    pub(super) fn is_declared(&self, name: &str) -> bool {
        self.space(name).is_some_and(|space| self.declared.contains(&space))
    }

    /// The number of a namespace that some file declares, or one in it.
    pub(super) fn space(&self, name: &str) -> Option<Space> {
        self.spaces.get(name).copied()
    }

    /// The namespace of that name inside another.
    pub(super) fn space_below(&self, space: Space, name: &str) -> Option<Space> {
        match self.names[space as usize].as_str() {
            "" => self.space(name),
            above => self.space(&format!("{above}.{name}")),
        }
    }

    /// As [`Self::space_below`], for a name of several parts.
    pub(super) fn space_path(&self, space: Space, path: &str) -> Option<Space> {
        path.split('.').try_fold(space, |space, name| self.space_below(space, name))
    }

    /// The namespace around another; none around the global one.
    pub(super) fn space_above(&self, space: Space) -> Option<Space> {
        let name = self.names[space as usize].as_str();
        (!name.is_empty()).then(|| name.rsplit_once('.').map_or(Some(0), |(above, _)| self.space(above)))?
    }

    fn add(&mut self, file: FileId, facts: &'a FileFacts) {
        let units = self.units.get(&file).cloned().unwrap_or_default();
        let own = self.intern(facts.namespace.as_deref().unwrap_or_default());
        self.declared.insert(own);
        let arities = arities(facts);
        // The innermost type or namespace that each definition is or lies in.
        let mut holders: Vec<Holder> = Vec::with_capacity(facts.definitions.len());
        for (definition, index) in facts.definitions.iter().zip(0..) {
            let parent = definition.parent.and_then(|parent| holders.get(parent as usize).copied());
            let around = parent.unwrap_or(Holder::Space(own));
            let place = (file, index);
            let holder = match (definition.kind, around) {
                (DefinitionKind::Module, _) if is_file_scoped(facts, definition) => around,
                (DefinitionKind::Module, Holder::Space(space)) => {
                    let above = self.names[space as usize].clone();
                    let name = if above.is_empty() {
                        definition.name.to_string()
                    } else {
                        format!("{above}.{}", definition.name)
                    };
                    let space = self.intern(&name);
                    self.declared.insert(space);
                    Holder::Space(space)
                }
                (kind, _) if is_type(kind) => {
                    let arity = arities.get(&index).copied().unwrap_or_default();
                    Holder::Type(self.types.declare(around, (&definition.name, arity), &units, place))
                }
                (kind, Holder::Type(id)) => {
                    let is_member = definition.parent.is_some_and(|parent| {
                        facts.definitions.get(parent as usize).is_some_and(|parent| is_type(parent.kind))
                    });
                    if is_member {
                        self.types.add_member(id, &definition.name, place);
                        if kind == DefinitionKind::Method {
                            self.add_method(id, facts, place);
                        }
                    }
                    around
                }
                _ => around,
            };
            holders.push(holder);
        }
    }

    fn add_method(&mut self, of: TypeId, facts: &'a FileFacts, place: Place) {
        let Some(definition) = facts.definitions.get(place.1 as usize) else { return };
        match self.types.get(of).holder {
            Holder::Space(space) if definition.signature.contains("(this ") => {
                self.extensions.entry(&definition.name).or_default().push(Extension { space, place });
            }
            _ => {
                self.methods.insert(&definition.name);
            }
        }
    }

    /// Whether a file's projects see a type.
    pub(super) fn is_visible(&self, from: &Units, id: TypeId) -> bool {
        self.projects.sees(from, &self.types.get(id).units)
    }

    /// The types of a name in a namespace that a file may mean: of its own project, else those that it sees.
    pub(super) fn in_space(&self, from: &Units, space: Space, name: &str, arity: u8) -> SmallVec<[TypeId; 2]> {
        let all = self.types.inside(Holder::Space(space), name, arity);
        let is_own = |id: &TypeId| self.types.get(*id).units.iter().any(|unit| from.contains(unit));
        let own: SmallVec<[TypeId; 2]> = all.iter().copied().filter(is_own).collect();
        if own.is_empty() { all.iter().copied().filter(|id| self.is_visible(from, *id)).collect() } else { own }
    }
}

/// Whether a namespace is the one of the whole file.
pub(super) fn is_file_scoped(facts: &FileFacts, definition: &Definition) -> bool {
    facts.namespace.is_some() && definition.kind == DefinitionKind::Module && definition.parent.is_none()
}

/// How many type parameters the definitions that have any have.
fn arities(facts: &FileFacts) -> FxHashMap<DefinitionId, u8> {
    let number = |name: &str| name.strip_prefix('`')?.parse().ok();
    facts
        .references
        .iter()
        .filter_map(|reference| Some((reference.within?, number(facts.name(reference.name))?)))
        .collect()
}
