//! Terms evaluated to types.

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use super::super::packages::{Found, Member};
use super::{Files, Place};
use crate::facts::typing::{Declared, Term, TermId, Typing};
use crate::facts::{DefinitionId, DefinitionKind};
use crate::lang::resolve::Certainty;

/// How many terms are looked at for one mention. It bounds what chains of declarations can cost; real ones need a few.
const FUEL: u32 = 256;

/// How many meanings of one term are kept: declarations for different systems.
const ALTERNATIVES: usize = 4;

/// How many declarations deep a type is followed that is defined by another one.
const UNDERLYING: usize = 16;

/// A type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Type {
    /// One that is declared, by its file's member and its definition.
    Declared(u32, DefinitionId),
    /// One that is written out: a term of a file.
    Literal(u32, TermId),
}

/// What a term means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    /// The type, or the type of the value.
    pub(super) of: Type,
    /// Whether it is the type itself.
    pub(super) is_type: bool,
    /// Whether the language's rules say so.
    pub(super) sure: bool,
}

pub(super) type Meanings = SmallVec<[Meaning; 1]>;

/// What a type is made of: a term of a file that writes a type out, and the definition that does, if it has a name.
pub(super) struct Underlying {
    pub(super) member: u32,
    pub(super) term: Term,
    pub(super) definition: Option<DefinitionId>,
}

/// Types as one file sees them.
pub(super) struct Inference<'f, 'a> {
    pub(super) files: &'f Files<'a>,
    /// The file whose mentions are asked for.
    pub(super) seen_by: &'f Member<'a>,
    /// By member and term. What is being evaluated is there with no meaning, so that circles end.
    known: FxHashMap<(u32, TermId), Meanings>,
    fuel: u32,
}

impl<'f, 'a> Inference<'f, 'a> {
    pub(super) fn new(files: &'f Files<'a>, seen_by: &'f Member<'a>) -> Self {
        Self { files, seen_by, known: FxHashMap::default(), fuel: 0 }
    }

    /// Where the member `name` of what a term of the file means is declared.
    pub(super) fn places(&mut self, on: TermId, name: &str) -> SmallVec<[Place; 1]> {
        self.fuel = FUEL;
        let mut places: SmallVec<[Place; 1]> = SmallVec::new();
        for meaning in self.evaluate(self.seen_by.index, on) {
            for selected in self.select(meaning.of, name) {
                let place = Place { sure: selected.place.sure && meaning.sure, ..selected.place };
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
        places
    }

    pub(super) fn member(&self, index: u32) -> Option<&'f Member<'a>> {
        self.files.members.get(index as usize)?.as_ref()
    }

    fn typing(&self, index: u32) -> Option<&'f Typing> {
        self.member(index).map(|member| &member.facts.typing)
    }

    pub(super) fn declared(&self, index: u32, definition: DefinitionId) -> Option<&'f Declared> {
        self.typing(index)?.declared(definition)
    }

    /// What a term of a file means; empty if that is not known.
    pub(super) fn evaluate(&mut self, index: u32, id: TermId) -> Meanings {
        if let Some(known) = self.known.get(&(index, id)) {
            return known.clone();
        }
        let Some(left) = self.fuel.checked_sub(1) else { return Meanings::new() };
        self.fuel = left;
        self.known.insert((index, id), Meanings::new());
        let mut meanings = Meanings::new();
        for meaning in self.meanings(index, id).unwrap_or_default() {
            if meanings.len() < ALTERNATIVES && !meanings.contains(&meaning) {
                meanings.push(meaning);
            }
        }
        self.known.insert((index, id), meanings.clone());
        meanings
    }

    fn meanings(&mut self, index: u32, id: TermId) -> Option<Meanings> {
        let (member, typing) = (self.member(index)?, self.typing(index)?);
        Some(match typing.term(id) {
            Term::Name(name) => {
                let (found, certainty) = self.files.named(member, typing.name(name));
                self.of_declarations(&found, certainty)
            }
            Term::Member(on, name) => {
                let name = typing.name(name);
                if let Term::Name(package) = typing.term(on)
                    && let Some((found, certainty)) = self.files.of_package(member, typing.name(package), name)
                {
                    return Some(self.of_declarations(&found, certainty));
                }
                let mut meanings = Meanings::new();
                for base in self.evaluate(index, on) {
                    for selected in self.select(base.of, name) {
                        let sure = base.sure && selected.place.sure;
                        meanings.extend(selected.value.into_iter().map(|it| Meaning { sure: sure && it.sure, ..it }));
                    }
                }
                meanings
            }
            Term::Value(of) => {
                let types = self.evaluate(index, of).into_iter().filter(|meaning| meaning.is_type);
                types.map(|meaning| Meaning { is_type: false, ..meaning }).collect()
            }
            Term::Result(called, number) => self.each(index, called, |it, base| it.result(base, number)),
            Term::Element(of) => self.each(index, of, |it, base| it.part(base, |_, element| element)),
            Term::Key(of) => self.each(index, of, |it, base| it.part(base, |key, _| key)),
            Term::Collection { .. } | Term::Function { .. } | Term::Structure(_) => {
                smallvec![Meaning { of: Type::Literal(index, id), is_type: true, sure: true }]
            }
        })
    }

    fn each(&mut self, index: u32, id: TermId, each: impl Fn(&mut Self, Meaning) -> Option<Meanings>) -> Meanings {
        let mut meanings = Meanings::new();
        for base in self.evaluate(index, id) {
            let found = each(self, base).unwrap_or_default();
            meanings.extend(found.into_iter().map(|it| Meaning { sure: it.sure && base.sure, ..it }));
        }
        meanings
    }

    /// What a call gives. Of a type it is a conversion.
    fn result(&mut self, called: Meaning, number: u32) -> Option<Meanings> {
        if called.is_type {
            return (number == 0).then(|| smallvec![Meaning { is_type: false, ..called }]);
        }
        let underlying = self.underlying(called.of)?;
        let Term::Function { first, count } = underlying.term else { return None };
        let place = first.checked_add(number).filter(|_| number < count)?;
        let result = *self.typing(underlying.member)?.results.get(place as usize)?;
        Some(self.value_of(underlying.member, result?))
    }

    /// An element or key of a collection.
    fn part(&mut self, of: Meaning, part: fn(Option<TermId>, Option<TermId>) -> Option<TermId>) -> Option<Meanings> {
        let underlying = self.underlying(of.of)?;
        match underlying.term {
            Term::Collection { key, element } if !of.is_type => {
                Some(self.value_of(underlying.member, part(key, element)?))
            }
            // `F[int]` is written like an index: the function or type with its type arguments.
            Term::Collection { .. } | Term::Structure(_) if of.is_type => Some(smallvec![of]),
            Term::Function { .. } => Some(smallvec![of]),
            _ => None,
        }
    }

    fn value_of(&mut self, index: u32, of: TermId) -> Meanings {
        let types = self.evaluate(index, of).into_iter().filter(|meaning| meaning.is_type);
        types.map(|meaning| Meaning { is_type: false, ..meaning }).collect()
    }

    fn of_declarations(&mut self, found: &Found, certainty: Certainty) -> Meanings {
        let mut meanings = Meanings::new();
        for declaration in found {
            let of = self.of_definition(declaration.member, declaration.definition).unwrap_or_default();
            let sure = certainty <= Certainty::Resolved;
            meanings.extend(of.into_iter().map(|it| Meaning { sure: it.sure && sure, ..it }));
        }
        meanings
    }

    /// What a definition stands for.
    pub(super) fn of_definition(&mut self, index: u32, definition: DefinitionId) -> Option<Meanings> {
        let kind = self.member(index)?.facts.definitions.get(definition as usize)?.kind;
        let declared = self.declared(index, definition);
        match kind {
            DefinitionKind::Type | DefinitionKind::Struct | DefinitionKind::Interface => match declared {
                Some(Declared { alias: true, term, .. }) => Some(self.evaluate(index, (*term)?)),
                _ => Some(smallvec![Meaning { of: Type::Declared(index, definition), is_type: true, sure: true }]),
            },
            DefinitionKind::Function | DefinitionKind::Method => {
                let of = Type::Literal(index, declared?.term?);
                Some(smallvec![Meaning { of, is_type: false, sure: true }])
            }
            _ => Some(self.evaluate(index, declared?.term?)),
        }
    }

    /// What a type is made of in the end; none if that is not known.
    pub(super) fn underlying(&mut self, of: Type) -> Option<Underlying> {
        let mut next = of;
        for _ in 0..UNDERLYING {
            let (member, id, definition) = match next {
                Type::Literal(member, id) => (member, id, None),
                Type::Declared(member, definition) => {
                    (member, self.declared(member, definition)?.term?, Some(definition))
                }
            };
            let term = self.typing(member)?.term(id);
            if matches!(term, Term::Collection { .. } | Term::Function { .. } | Term::Structure(_)) {
                return Some(Underlying { member, term, definition });
            }
            match self.evaluate(member, id).as_slice() {
                [only] if only.is_type => next = only.of,
                _ => return None,
            }
        }
        None
    }
}
