//! Members of values: fields, methods and associated functions, by the types that follow from declarations.
//!
//! The files' [`Typing`](crate::facts::typing::Typing) says how types are come by; here its paths get their meaning in the module where they
//! stand. A type has the fields that it declares, and the functions of the implementations for it; a trait those that it
//! declares. That is less than the language's rules (no inference from uses, no `Deref` of the project's own, no trait's
//! default methods), so all that is found is marked as inferred.

mod holding;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use super::modules::{Context, Entity, ModuleId, World};
use super::names::{Asker, Namespaces, Position, Segments};
use crate::facts::typing::{Term, TermId, Typing};
use crate::facts::{DefinitionId, DefinitionKind};
use crate::lang::infer::{Inference, Known, Meanings, Part};

/// A type, or the type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// A definition.
    Item(ModuleId, DefinitionId),
    /// One that is written out, or a function's: a term in a module.
    Literal(ModuleId, TermId),
}

/// What a term means.
type Types = Meanings<Type>;

/// A member: the module and definition that declare it.
pub type Place = (ModuleId, DefinitionId);

/// For each type and name the functions that implementations give it.
type Functions<'s> = FxHashMap<(Place, &'s str), SmallVec<[Place; 1]>>;

/// What the types of the project have, by what declares it.
#[derive(Default)]
pub struct Implementations<'s> {
    functions: Functions<'s>,
    /// What types declare themselves: fields, variants, a trait's functions.
    own: FxHashMap<(Place, &'s str), Place>,
}

impl<'s> Implementations<'s> {
    /// Ties the functions of every implementation to its type.
    pub fn new(world: &World<'s>) -> Self {
        let none = Self::default();
        let parts: Vec<Members<'s>> =
            world.contexts.par_iter().map(|context| members_of(world, &none, context)).collect();
        let mut all = Self::default();
        all.own.reserve(parts.iter().map(|part| part.own.len()).sum());
        for (context, part) in world.contexts.iter().zip(parts) {
            for (key, place) in part.own {
                all.own.entry(key).or_insert(place);
            }
            for (key, place) in part.functions {
                let places = all.functions.entry(key).or_default();
                // A file that is several modules has each function once.
                if !places.iter().any(|known| world.module(known.0).file == context.file && known.1 == place.1) {
                    places.push(place);
                }
            }
        }
        all
    }
}

/// A type with the name of a member, and what declares that.
type Member<'s> = ((Place, &'s str), Place);

/// The members of types that one file declares.
#[derive(Default)]
struct Members<'s> {
    functions: Vec<Member<'s>>,
    own: Vec<Member<'s>>,
}

fn members_of<'s>(world: &World<'s>, none: &Implementations<'s>, context: &Context) -> Members<'s> {
    let mut members = Members::default();
    let Some(facts) = world.facts_of(context.root) else { return members };
    let inside = inside(world, context);
    let mut inference = View::new(world, none);
    let mut holders: FxHashMap<DefinitionId, Types> = FxHashMap::default();
    for declared in &facts.typing.declared {
        let (id, Some(term)) = (declared.definition, declared.term) else { continue };
        let definition = &facts.definitions[id as usize];
        if definition.kind == DefinitionKind::Implementation {
            inference.known.refuel();
            holders.insert(id, inference.evaluate(inside[id as usize], term));
        }
    }
    for (id, definition) in (0..).zip(&facts.definitions) {
        let Some(parent) = definition.parent else { continue };
        let place = (inside[id as usize], id);
        match holders.get(&parent) {
            None => members.own.push((((inside[parent as usize], parent), &definition.name), place)),
            Some(types) => members.functions.extend(types.iter().filter_map(|of| match *of {
                Type::Item(module, item) => Some((((module, item), definition.name.as_str()), place)),
                Type::Literal(..) => None,
            })),
        }
    }
    members
}

/// For each definition of a context's file the module that its inside is in.
pub fn inside(world: &World<'_>, context: &Context) -> Vec<ModuleId> {
    let Some(facts) = world.sources.facts(context.file) else { return Vec::new() };
    let mut inside: Vec<ModuleId> = Vec::with_capacity(facts.definitions.len());
    let mut modules = context.inner.iter().peekable();
    for (index, definition) in facts.definitions.iter().enumerate() {
        let outer = definition.parent.map_or(context.root, |parent| inside[parent as usize]);
        let own = modules.next_if(|(id, _)| *id as usize == index).map(|(_, module)| *module);
        inside.push(own.unwrap_or(outer));
    }
    inside
}

/// Types as one file's modules see them.
pub struct View<'w, 's> {
    world: &'w World<'s>,
    implementations: &'w Implementations<'s>,
    known: Known<ModuleId, Type>,
}

impl<'w, 's> View<'w, 's> {
    /// With nothing known yet.
    pub fn new(world: &'w World<'s>, implementations: &'w Implementations<'s>) -> Self {
        Self { world, implementations, known: Known::default() }
    }

    /// Where the member of what a term of a module means is declared.
    pub fn places(&mut self, module: ModuleId, on: TermId, name: &str) -> SmallVec<[Place; 1]> {
        self.known.refuel();
        let mut places: SmallVec<[Place; 1]> = SmallVec::new();
        for of in self.evaluate(module, on) {
            for place in self.member(of, name) {
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        places
    }

    fn of_definition(&mut self, module: ModuleId, id: DefinitionId) -> Option<Types> {
        use DefinitionKind as Kind;
        let definition = self.world.definition(module, id)?;
        let declared = self.typing(module)?.declared(id);
        match definition.kind {
            Kind::Struct | Kind::Enum | Kind::Interface => Some(smallvec![Type::Item(module, id)]),
            Kind::Field => {
                let parent = definition.parent?;
                let is_variant = self.world.definition(module, parent)?.kind == Kind::Enum;
                is_variant.then(|| smallvec![Type::Item(module, parent)])
            }
            Kind::Function | Kind::Method => Some(smallvec![Type::Literal(module, declared?.term?)]),
            Kind::Type | Kind::Constant => Some(self.evaluate(module, declared?.term?)),
            _ => None,
        }
    }

    /// What a member is as a value.
    fn select(&mut self, of: Type, name: &str) -> Option<Types> {
        let Type::Item(module, id) = of else { return self.of_collection(of, name) };
        let field = || {
            let Term::Structure(structure) = self.typing(module)?.term(self.typing(module)?.declared(id)?.term?) else {
                return None;
            };
            let members = &self.typing(module)?.structures.get(structure as usize)?.members;
            let place = members.binary_search_by(|(member, _)| member.as_str().cmp(name)).ok()?;
            Some(members[place].1)
        };
        if let Some(value) = field() {
            return Some(self.evaluate(module, value?));
        }
        let places = self.member(of, name);
        if places.is_empty() && holding::gives_itself(name) {
            return Some(smallvec![of]);
        }
        let mut types = Types::new();
        for (module, id) in places {
            types.extend(self.of_definition(module, id).unwrap_or_default());
        }
        Some(types)
    }

    fn of_collection(&mut self, of: Type, name: &str) -> Option<Types> {
        if holding::gives_element(name) {
            return Some(self.part(of, Part::Element));
        }
        let is_collection = |(module, id): (ModuleId, TermId)| {
            self.typing(module).is_some_and(|typing| matches!(typing.term(id), Term::Collection { .. }))
        };
        match of {
            Type::Literal(module, id) if holding::gives_holder(name) && is_collection((module, id)) => {
                Some(smallvec![of])
            }
            _ => None,
        }
    }

    /// The definitions that a name means as a member of a type: what it declares itself, else what the implementations for
    /// it do. Those of several traits leave it open.
    fn member(&self, of: Type, name: &str) -> SmallVec<[Place; 1]> {
        let Type::Item(module, id) = of else { return SmallVec::new() };
        if let Some(places) = self.implementations.functions.get(&((module, id), name)) {
            let files = places.iter().map(|place| self.world.module(place.0).file);
            let is_one = files.clone().all(|file| files.clone().next() == Some(file));
            return if is_one { places.clone() } else { SmallVec::new() };
        }
        self.implementations.own.get(&((module, id), name)).copied().into_iter().collect()
    }
}

impl<'s> Inference<'s> for View<'_, 's> {
    type Scope = ModuleId;
    type Meaning = Type;

    fn known(&mut self) -> &mut Known<ModuleId, Type> {
        &mut self.known
    }

    fn typing(&self, module: ModuleId) -> Option<&'s Typing> {
        self.world.facts_of(module).map(|facts| &facts.typing)
    }

    /// What a path means: types as they are, functions and constants by their types, a variant as its enum.
    fn named(&mut self, module: ModuleId, path: &str) -> Types {
        let segments = Segments::of(path);
        let meaning = self.world.meaning(module, &segments, Namespaces::ALL, Position::Body, Asker::default());
        let mut types = Types::new();
        if meaning.complete && meaning.read == segments.names.len() {
            for entity in meaning.targets {
                if let Entity::Item(module, id) = entity {
                    types.extend(self.of_definition(module, id).unwrap_or_default());
                }
            }
        }
        types
    }

    /// A type and a value of it have the same members.
    fn value(&self, of: Type) -> Option<Type> {
        Some(of)
    }

    fn selected(&mut self, of: Type, name: &str) -> Types {
        self.select(of, name).unwrap_or_default()
    }

    /// What calling gives: the result of a function, a value of a structure or of a variant's enum.
    fn result(&mut self, called: Type, _: u32) -> Types {
        let Type::Literal(module, id) = called else { return smallvec![called] };
        match self.typing(module).map(|typing| (typing, typing.term(id))) {
            Some((typing, Term::Function { first, count: 1 })) => {
                let result = typing.results.get(first as usize).copied().flatten();
                result.map(|result| self.evaluate(module, result)).unwrap_or_default()
            }
            Some((_, Term::Function { .. })) | None => Types::new(),
            // A method of a collection: `select` has given what it gives.
            Some(_) => smallvec![called],
        }
    }

    /// What loops and indices give; of a map that is its values.
    fn part(&mut self, of: Type, _: Part) -> Types {
        let Type::Literal(module, id) = of else { return Types::new() };
        match self.typing(module).map(|typing| typing.term(id)) {
            Some(Term::Collection { element: Some(element), .. }) => self.evaluate(module, element),
            _ => Types::new(),
        }
    }

    fn literal(&self, module: ModuleId, id: TermId) -> Type {
        Type::Literal(module, id)
    }
}
