//! Members of values: fields and methods, found by the types that follow from declarations.
//!
//! The files' [`Typing`](crate::facts::typing::Typing) says how types are come by; here its names get their meaning in the
//! type where they stand. A type has what it declares and what its supertypes do, the nearest first; of a bare name the
//! types around it are asked from the inside out. That is less than the language's rules (no type arguments of the
//! project's own types, no choice among overloads), so what is found is marked as inferred.

mod holding;

use rayon::prelude::*;
use smallvec::{SmallVec, smallvec};

use super::symbols::{SymbolId, Symbols, Want};
use super::unit::Unit;
use crate::facts::typing::{Term, TermId, Typing};
use crate::facts::{DefinitionId, DefinitionKind, FileFacts, Visibility, enclosing};
use crate::lang::infer::{Inference, Known, Meanings, Part};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, FileId, Target};

/// At most this many types are searched for a member: it bounds the cost of a hostile hierarchy.
const TYPES: usize = 64;

/// How many types around a place are asked: those nested deeper are no program.
const AROUND: usize = 16;

/// A type's body, or the top of a file: index of the unit, and the definition.
type Scope = (u32, Option<DefinitionId>);

/// A type, or the type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    /// One that is declared.
    Declared(SymbolId),
    /// One that is written out, or a method's.
    Literal(Scope, TermId),
    /// The types around a place: what a bare name is a member of.
    Around(Scope),
}

/// A member that a file declares: what holds it, its name, whether it is a method.
type Entry<'a> = (DefinitionId, &'a str, bool, DefinitionId);

/// A declared member: index of the unit, and the definition.
type Place = (u32, DefinitionId);

/// All files with the members that their types declare.
pub(super) struct Files<'u, 'a> {
    symbols: &'u Symbols<'a>,
    units: &'u [Unit<'a>],
    /// For each unit its members, sorted.
    members: Vec<Vec<Entry<'a>>>,
}

impl<'u, 'a> Files<'u, 'a> {
    pub(super) fn new(symbols: &'u Symbols<'a>, units: &'u [Unit<'a>]) -> Self {
        let members = units.par_iter().map(|unit| unit.facts.map_or_else(Vec::new, entries)).collect();
        Self { symbols, units, members }
    }

    /// What a file's mentions of members need.
    pub(super) fn dependencies(&self, index: u32, scopes: &[Option<DefinitionId>]) -> Vec<Dependency> {
        let unit = &self.units[index as usize];
        let Some(facts) = unit.facts else { return Vec::new() };
        let mut inference = Types { files: self, known: Known::default() };
        let mut found = Vec::new();
        for selection in &facts.typing.selections {
            let within = enclosing(&facts.definitions, selection.span);
            let scope = within.and_then(|id| scopes.get(id as usize).copied().flatten());
            let name = facts.typing.name(selection.name);
            let places = inference.places((index, scope), selection.on, name, selection.call);
            let Some((file, places)) = self.one_file(&places).filter(|(file, _)| *file != unit.file) else { continue };
            found.push(Dependency {
                target: Target::File(file),
                kind: if selection.call { DependencyKind::Call } else { DependencyKind::Reference },
                certainty: Certainty::Inferred,
                span: selection.span,
                statement: selection.span.start,
                test: false,
                from_symbol: within,
                to_symbol: if let [(_, only)] = places { Some(*only) } else { None },
            });
        }
        found
    }

    /// The file of places that are all in one: overloads of one type. Others leave it open.
    fn one_file<'p>(&self, places: &'p [Place]) -> Option<(FileId, &'p [Place])> {
        let first = places.first()?.0;
        places.iter().all(|place| place.0 == first).then(|| (self.units[first as usize].file, places))
    }

    fn unit_of(&self, file: FileId) -> Option<u32> {
        self.units.binary_search_by_key(&file, |unit| unit.file).ok().map(|index| index as u32)
    }

    fn facts(&self, index: u32) -> Option<&'a FileFacts> {
        self.units.get(index as usize)?.facts
    }

    /// What a type itself declares under a name, all overloads of a method.
    fn own(&self, of: SymbolId, name: &str, from: u32) -> SmallVec<[Place; 1]> {
        let symbol = self.symbols.get(of);
        let (Some(definition), Some(index)) = (symbol.definition, self.unit_of(symbol.file)) else {
            return SmallVec::new();
        };
        let (name, is_method) = name.strip_suffix('(').map_or((name, false), |name| (name, true));
        let key = (definition, name, is_method);
        let members = &self.members[index as usize];
        let first = members.partition_point(|(of, name, is_method, _)| (*of, *name, *is_method) < key);
        let same = members[first..].iter().take_while(|(of, name, is_method, _)| (*of, *name, *is_method) == key);
        let is_seen = |id: DefinitionId| {
            let definition = self.facts(index).and_then(|facts| facts.definitions.get(id as usize));
            from == index || definition.is_some_and(|it| it.visibility != Visibility::Private)
        };
        same.filter(|(.., id)| is_seen(*id)).map(|(.., id)| (index, *id)).collect()
    }

    /// What a type has under a name: its own, else what the nearest supertype declares.
    fn member(&self, of: SymbolId, name: &str, from: u32) -> SmallVec<[Place; 1]> {
        let mut seen: SmallVec<[SymbolId; 8]> = smallvec![of];
        let mut next = 0;
        while let Some(id) = seen.get(next).copied() {
            next += 1;
            let found = self.own(id, name, from);
            if !found.is_empty() {
                return found;
            }
            for above in &self.symbols.supertypes[id.0 as usize] {
                if seen.len() < TYPES && !seen.contains(above) {
                    seen.push(*above);
                }
            }
        }
        SmallVec::new()
    }

    /// The types around a place, from the inside out.
    fn around(&self, (index, scope): Scope) -> SmallVec<[SymbolId; 4]> {
        let mut around = SmallVec::new();
        let Some(unit) = self.units.get(index as usize) else { return around };
        let mut next = scope;
        while let Some(definition) = next.filter(|_| around.len() < AROUND) {
            let symbol = self.symbols.of_definition(unit.file, definition);
            around.extend(symbol.filter(|id| self.symbols.get(*id).is_type));
            next = unit.parent(definition);
        }
        around
    }
}

fn entries(facts: &FileFacts) -> Vec<Entry<'_>> {
    use DefinitionKind::{Constant, Field, Method};
    let mut entries: Vec<Entry<'_>> = (0..)
        .zip(&facts.definitions)
        .filter(|(_, definition)| matches!(definition.kind, Method | Field | Constant))
        .filter_map(|(id, it)| Some((it.parent?, it.name.as_str(), it.kind == Method, id)))
        .collect();
    entries.sort_unstable();
    entries
}

/// Types as one file sees them.
struct Types<'f, 'u, 'a> {
    files: &'f Files<'u, 'a>,
    known: Known<Scope, Type>,
}

impl<'a> Types<'_, '_, 'a> {
    /// Where the member of what a term of a place means is declared.
    fn places(&mut self, scope: Scope, on: TermId, name: &str, call: bool) -> SmallVec<[Place; 1]> {
        self.known.refuel();
        let mut places: SmallVec<[Place; 1]> = SmallVec::new();
        // `Type::method` is written without the parenthesis.
        let with_parenthesis = (call && !name.ends_with('(')).then(|| format!("{name}("));
        let name = with_parenthesis.as_deref().unwrap_or(name);
        for of in self.evaluate(scope, on) {
            for place in self.found(of, name, scope.0) {
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        places
    }

    fn found(&self, of: Type, name: &str, from: u32) -> SmallVec<[Place; 1]> {
        match of {
            Type::Declared(id) => self.files.member(id, name, from),
            Type::Around(scope) => {
                let around = self.files.around(scope);
                let found = around.into_iter().map(|id| self.files.member(id, name, from));
                found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
            }
            Type::Literal(..) => SmallVec::new(),
        }
    }

    /// What a declared member is as a value.
    fn of_definition(&mut self, (index, id): Place) -> Meanings<Type> {
        let Some(definition) = self.files.facts(index).and_then(|facts| facts.definitions.get(id as usize)) else {
            return Meanings::new();
        };
        let scope = (index, definition.parent);
        if definition.kind == DefinitionKind::Constant {
            let unit = &self.files.units[index as usize];
            let of = definition.parent.and_then(|parent| self.files.symbols.of_definition(unit.file, parent));
            return of.into_iter().map(Type::Declared).collect();
        }
        let term = self.typing(scope).and_then(|typing| typing.declared(id)?.term);
        match (term, definition.kind) {
            (Some(term), DefinitionKind::Method) => smallvec![Type::Literal((index, Some(id)), term)],
            (Some(term), _) => self.evaluate(scope, term),
            (None, _) => Meanings::new(),
        }
    }

    fn term(&self, scope: Scope, id: TermId) -> Option<Term> {
        self.typing(scope).map(|typing| typing.term(id))
    }

    /// What a method of the platform's collections gives.
    fn of_collection(&mut self, of: Type, name: &str) -> Meanings<Type> {
        let Type::Literal(scope, id) = of else { return Meanings::new() };
        match self.term(scope, id) {
            Some(Term::Collection { .. }) if holding::gives_element(name) => self.part(of, Part::Element),
            Some(Term::Collection { .. }) if holding::gives_holder(name) => smallvec![of],
            _ => Meanings::new(),
        }
    }
}

impl<'a> Inference<'a> for Types<'_, '_, 'a> {
    type Scope = Scope;
    type Meaning = Type;

    fn known(&mut self) -> &mut Known<Scope, Type> {
        &mut self.known
    }

    fn typing(&self, (index, _): Scope) -> Option<&'a Typing> {
        self.files.facts(index).map(|facts| &facts.typing)
    }

    /// What is around, the object at hand, else a field, else a type: the order of the language's chapter on obscuring.
    fn named(&mut self, scope: Scope, name: &str) -> Meanings<Type> {
        let around = || self.files.around(scope);
        match name {
            "" => return smallvec![Type::Around(scope)],
            "this" => return around().into_iter().take(1).map(Type::Declared).collect(),
            "super" => {
                let above = around().first().map(|id| self.files.symbols.supertypes[id.0 as usize].as_slice());
                return above.into_iter().flatten().copied().map(Type::Declared).collect();
            }
            _ => {}
        }
        let places = self.found(Type::Around(scope), name, scope.0);
        if !places.is_empty() {
            return places.into_iter().flat_map(|place| self.of_definition(place)).collect();
        }
        let Some(unit) = self.files.units.get(scope.0 as usize) else { return Meanings::new() };
        let path = unit.named(self.files.symbols, name, scope.1, Want::Types);
        let is_end = |id: SymbolId| self.files.symbols.get(id).name == name.rsplit('.').next().unwrap_or(name);
        path.last().filter(|last| is_end(last.id)).map(|last| Type::Declared(last.id)).into_iter().collect()
    }

    fn value(&self, of: Type) -> Option<Type> {
        Some(of)
    }

    fn selected(&mut self, of: Type, name: &str) -> Meanings<Type> {
        let from = match of {
            Type::Around(scope) | Type::Literal(scope, _) => scope.0,
            // Private members of other files are never seen; those of the same one may be.
            Type::Declared(id) => self.files.unit_of(self.files.symbols.get(id).file).unwrap_or(u32::MAX),
        };
        let places = self.found(of, name, from);
        if !places.is_empty() {
            return places.into_iter().flat_map(|place| self.of_definition(place)).collect();
        }
        if let Type::Declared(id) = of
            && let Some(inner) = self.files.symbols.member(id, name, Want::Types)
        {
            return smallvec![Type::Declared(inner)];
        }
        self.of_collection(of, name.trim_end_matches('('))
    }

    fn result(&mut self, called: Type, number: u32) -> Meanings<Type> {
        let Type::Literal(scope, id) = called else { return smallvec![called] };
        match self.term(scope, id) {
            Some(Term::Function { first, count }) if number < count => {
                let result = self.typing(scope).and_then(|typing| *typing.results.get((first + number) as usize)?);
                result.map(|result| self.evaluate(scope, result)).unwrap_or_default()
            }
            // A method of a collection: `selected` has given what it gives.
            Some(Term::Collection { .. }) => smallvec![called],
            _ => Meanings::new(),
        }
    }

    fn part(&mut self, of: Type, part: Part) -> Meanings<Type> {
        let Type::Literal(scope, id) = of else { return Meanings::new() };
        let Some(Term::Collection { key, element }) = self.term(scope, id) else { return Meanings::new() };
        let of = if part == Part::Key { key } else { element };
        of.map(|of| self.evaluate(scope, of)).unwrap_or_default()
    }

    fn literal(&self, scope: Scope, id: TermId) -> Type {
        Type::Literal(scope, id)
    }
}
