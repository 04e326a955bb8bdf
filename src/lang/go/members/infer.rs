//! Terms evaluated to types.

use smallvec::{SmallVec, smallvec};

use super::super::packages::{Found, Member};
use super::{Files, Place};
use crate::facts::typing::{Declared, Term, TermId, Typing};
use crate::facts::{DefinitionId, DefinitionKind};
use crate::lang::infer::{Inference, Known, Part};
use crate::lang::resolve::Certainty;

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

pub(super) type Meanings = crate::lang::infer::Meanings<Meaning>;

/// What a type is made of: a term of a file that writes a type out, and the definition that does, if it has a name.
pub(super) struct Underlying {
    pub(super) member: u32,
    pub(super) term: Term,
    pub(super) definition: Option<DefinitionId>,
}

/// Types as one file sees them.
pub(super) struct View<'f, 'a> {
    pub(super) files: &'f Files<'a>,
    /// The file whose mentions are asked for.
    pub(super) seen_by: &'f Member<'a>,
    known: Known<u32, Meaning>,
}

impl<'f, 'a> View<'f, 'a> {
    pub(super) fn new(files: &'f Files<'a>, seen_by: &'f Member<'a>) -> Self {
        Self { files, seen_by, known: Known::default() }
    }

    /// Where the member `name` of what a term of the file means is declared.
    pub(super) fn places(&mut self, on: TermId, name: &str) -> SmallVec<[Place; 1]> {
        self.known.refuel();
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

    pub(super) fn declared(&self, index: u32, definition: DefinitionId) -> Option<&'f Declared> {
        self.typing(index)?.declared(definition)
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

impl<'f, 'a> Inference<'f> for View<'f, 'a> {
    type Scope = u32;
    type Meaning = Meaning;

    fn known(&mut self) -> &mut Known<u32, Meaning> {
        &mut self.known
    }

    fn typing(&self, index: u32) -> Option<&'f Typing> {
        self.member(index).map(|member| &member.facts.typing)
    }

    fn named(&mut self, index: u32, name: &str) -> Meanings {
        let Some(member) = self.member(index) else { return Meanings::new() };
        let (found, certainty) = self.files.named(member, name);
        self.of_declarations(&found, certainty)
    }

    fn of_package(&mut self, index: u32, package: &str, name: &str) -> Option<Meanings> {
        let (found, certainty) = self.files.of_package(self.member(index)?, package, name)?;
        Some(self.of_declarations(&found, certainty))
    }

    fn value(&self, of: Meaning) -> Option<Meaning> {
        of.is_type.then_some(Meaning { is_type: false, ..of })
    }

    fn selected(&mut self, of: Meaning, name: &str) -> Meanings {
        let mut meanings = Meanings::new();
        for selected in self.select(of.of, name) {
            let sure = selected.place.sure;
            meanings.extend(selected.value.into_iter().map(|it| Meaning { sure: sure && it.sure, ..it }));
        }
        meanings
    }

    /// Of a type a call is a conversion.
    fn result(&mut self, called: Meaning, number: u32) -> Meanings {
        if called.is_type {
            let value = Meaning { is_type: false, ..called };
            return if number == 0 { smallvec![value] } else { Meanings::new() };
        }
        let result = |it: &mut Self| {
            let underlying = it.underlying(called.of)?;
            let Term::Function { first, count } = underlying.term else { return None };
            let place = first.checked_add(number).filter(|_| number < count)?;
            let result = *it.typing(underlying.member)?.results.get(place as usize)?;
            Some(it.value_of(underlying.member, result?))
        };
        result(self).unwrap_or_default()
    }

    fn part(&mut self, of: Meaning, part: Part) -> Meanings {
        let Some(underlying) = self.underlying(of.of) else { return Meanings::new() };
        match underlying.term {
            Term::Collection { key, element } if !of.is_type => {
                let of = if part == Part::Key { key } else { element };
                of.map(|of| self.value_of(underlying.member, of)).unwrap_or_default()
            }
            // `F[int]` is written like an index: the function or type with its type arguments.
            Term::Collection { .. } | Term::Structure(_) if of.is_type => smallvec![of],
            Term::Function { .. } => smallvec![of],
            _ => Meanings::new(),
        }
    }

    fn literal(&self, index: u32, id: TermId) -> Meaning {
        Meaning { of: Type::Literal(index, id), is_type: true, sure: true }
    }

    fn follows(&self, from: Meaning, found: Meaning) -> Meaning {
        Meaning { sure: found.sure && from.sure, ..found }
    }
}
