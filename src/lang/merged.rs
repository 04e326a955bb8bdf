//! Types that are declared in several places: the parts of C#'s partial types, Swift's types with their extensions.
//!
//! A type lies in a space (a namespace, a module) or in another type, belongs to units (assemblies, modules), and has
//! parts: the definitions that declare it.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::resolve::FileId;
use crate::facts::DefinitionId;

/// Index of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::lang) struct TypeId(pub u32);

/// What a type is declared in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::lang) enum Holder {
    /// A namespace or module, by the caller's own number.
    Space(u32),
    /// Another type.
    Type(TypeId),
}

/// A definition of a file.
pub(in crate::lang) type Place = (FileId, DefinitionId);

/// The units that a file or type belongs to, mostly one.
pub(in crate::lang) type Units = SmallVec<[u32; 1]>;

/// At most this many supertypes are searched for a member. It bounds the cost of a hostile hierarchy.
const SUPERTYPE_LIMIT: usize = 64;

/// A type.
pub(in crate::lang) struct Type<'a> {
    pub(in crate::lang) holder: Holder,
    pub(in crate::lang) name: &'a str,
    pub(in crate::lang) units: Units,
    /// In order of files.
    pub(in crate::lang) parts: SmallVec<[Place; 1]>,
}

/// The types of each name, one for each unit that has one.
type ByName<'a> = FxHashMap<&'a str, SmallVec<[TypeId; 1]>>;

/// The types of one family of languages.
#[derive(Default)]
pub(in crate::lang) struct Types<'a> {
    types: Vec<Type<'a>>,
    by_definition: FxHashMap<Place, TypeId>,
    /// By holder, number of type parameters, and name.
    inside: FxHashMap<(Holder, u8), ByName<'a>>,
    inner_names: FxHashSet<&'a str>,
    members: FxHashMap<TypeId, FxHashMap<&'a str, SmallVec<[Place; 1]>>>,
    /// Of each type, what it extends and implements. To be set when all types are declared.
    pub(in crate::lang) supertypes: Vec<SmallVec<[TypeId; 2]>>,
}

impl<'a> Types<'a> {
    /// Adds a declaration: of a new type, or a part of the one with the same holder, name, arity and units.
    pub(in crate::lang) fn declare(
        &mut self,
        holder: Holder,
        (name, arity): (&'a str, u8),
        units: &Units,
        place: Place,
    ) -> TypeId {
        let same = self.inside.entry((holder, arity)).or_default().entry(name).or_default();
        let known = same.iter().copied().find(|id| self.types[id.0 as usize].units == *units);
        let id = known.unwrap_or(TypeId(self.types.len() as u32));
        if known.is_none() {
            same.push(id);
            self.types.push(Type { holder, name, units: units.clone(), parts: SmallVec::new() });
            self.supertypes.push(SmallVec::new());
            if matches!(holder, Holder::Type(_)) {
                self.inner_names.insert(name);
            }
        }
        self.types[id.0 as usize].parts.push(place);
        self.by_definition.insert(place, id);
        id
    }

    /// Has a definition count as one of a type that does not declare it.
    pub(in crate::lang) fn extend(&mut self, id: TypeId, place: Place) {
        self.by_definition.insert(place, id);
    }

    /// A type that the project does not declare, but extends.
    pub(in crate::lang) fn foreign(&mut self, holder: Holder, name: &'a str, units: &Units) -> TypeId {
        if let Some(known) = self.inside(holder, name, 0).first() {
            return *known;
        }
        let id = TypeId(self.types.len() as u32);
        self.inside.entry((holder, 0)).or_default().entry(name).or_default().push(id);
        if matches!(holder, Holder::Type(_)) {
            self.inner_names.insert(name);
        }
        self.types.push(Type { holder, name, units: units.clone(), parts: SmallVec::new() });
        self.supertypes.push(SmallVec::new());
        id
    }

    /// Adds a member that is no type.
    pub(in crate::lang) fn add_member(&mut self, of: TypeId, name: &'a str, place: Place) {
        self.members.entry(of).or_default().entry(name).or_default().push(place);
    }

    /// A type.
    pub(in crate::lang) fn get(&self, id: TypeId) -> &Type<'a> {
        &self.types[id.0 as usize]
    }

    /// How many types there are.
    pub(in crate::lang) fn len(&self) -> usize {
        self.types.len()
    }

    /// The type that a definition declares or extends.
    pub(in crate::lang) fn of_definition(&self, file: FileId, definition: DefinitionId) -> Option<TypeId> {
        self.by_definition.get(&(file, definition)).copied()
    }

    /// The types of a name in a holder: one for each unit that has one.
    pub(in crate::lang) fn inside(&self, holder: Holder, name: &str, arity: u8) -> &[TypeId] {
        self.inside.get(&(holder, arity)).and_then(|names| names.get(name)).map_or(&[], SmallVec::as_slice)
    }

    /// A member type, own or inherited.
    pub(in crate::lang) fn nested(&self, of: TypeId, name: &str, arity: u8) -> Option<TypeId> {
        if !self.inner_names.contains(name) {
            return None;
        }
        self.search(of, |id| self.inside(Holder::Type(id), name, arity).first().copied())
    }

    /// Where a member that is no type is declared, in the type itself.
    pub(in crate::lang) fn own_member(&self, of: TypeId, name: &str) -> &[Place] {
        self.members.get(&of).and_then(|names| names.get(name)).map_or(&[], SmallVec::as_slice)
    }

    /// Where a member that is no type is declared, in the type or the nearest above it.
    pub(in crate::lang) fn member(&self, of: TypeId, name: &str) -> &[Place] {
        let own = |id| Some(self.own_member(id, name)).filter(|places| !places.is_empty());
        self.search(of, own).unwrap_or_default()
    }

    /// The first answer of a type or of those above it, the nearest first.
    fn search<T>(&self, of: TypeId, ask: impl Fn(TypeId) -> Option<T>) -> Option<T> {
        let mut seen: SmallVec<[TypeId; 8]> = SmallVec::from_slice(&[of]);
        let mut next = 0;
        while let Some(id) = seen.get(next).copied() {
            next += 1;
            if let Some(answer) = ask(id) {
                return Some(answer);
            }
            for above in &self.supertypes[id.0 as usize] {
                if seen.len() < SUPERTYPE_LIMIT && !seen.contains(above) {
                    seen.push(*above);
                }
            }
        }
        None
    }
}

/// Which units a unit sees: itself, what it needs, and what that needs.
pub(in crate::lang) struct Reach(Vec<FxHashSet<u32>>);

/// With more units than this, only direct needs count.
const CLOSURE_LIMIT: usize = 2000;

impl Reach {
    /// From what each unit needs.
    pub(in crate::lang) fn new(needs: &[Vec<u32>]) -> Self {
        Self((0..needs.len()).map(|start| reachable(needs, start)).collect())
    }

    /// Whether one unit sees another.
    pub(in crate::lang) fn sees(&self, from: u32, to: u32) -> bool {
        from == to || self.0.get(from as usize).is_some_and(|seen| seen.contains(&to))
    }

    /// The units that a unit needs, in order.
    pub(in crate::lang) fn of(&self, unit: u32) -> Vec<u32> {
        let mut units: Vec<u32> = self.0.get(unit as usize).into_iter().flatten().copied().collect();
        units.sort_unstable();
        units
    }
}

/// What can be reached from a node of a graph that is given by its successors.
pub(in crate::lang) fn reachable(needs: &[Vec<u32>], start: usize) -> FxHashSet<u32> {
    let mut seen: FxHashSet<u32> = FxHashSet::default();
    let mut open = needs.get(start).cloned().unwrap_or_default();
    while let Some(next) = open.pop() {
        if seen.insert(next) && needs.len() <= CLOSURE_LIMIT {
            open.extend(needs.get(next as usize).into_iter().flatten());
        }
    }
    seen
}
