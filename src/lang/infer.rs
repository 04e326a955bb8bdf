//! Terms evaluated to what they mean: the part that is the same in every language.
//!
//! A language says what names, members, calls and parts of collections mean there. Here each term of a place is asked for
//! once, circles of declarations end, and what chains of them can cost is bounded.

use std::hash::Hash;

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use crate::facts::typing::{Term, TermId, Typing};

/// How many terms are looked at for one mention. Real chains need a few.
const FUEL: u32 = 256;

/// How many meanings of one term are kept: alternatives by configuration, overloads.
const ALTERNATIVES: usize = 4;

/// What a term means.
pub type Meanings<M> = SmallVec<[M; 1]>;

/// What is known of terms so far.
pub struct Known<S, M> {
    /// By place and term. What is being evaluated is there with no meaning, so that circles end.
    terms: FxHashMap<(S, TermId), Meanings<M>>,
    fuel: u32,
}

impl<S, M> Default for Known<S, M> {
    fn default() -> Self {
        Self { terms: FxHashMap::default(), fuel: FUEL }
    }
}

impl<S, M> Known<S, M> {
    /// Allows for the terms of one more mention.
    pub fn refuel(&mut self) {
        self.fuel = FUEL;
    }
}

/// A part of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What an index or a loop gives.
    Element,
    /// What it is found by.
    Key,
}

/// A language's rules over the terms of its files, whose facts live for `'f`.
pub trait Inference<'f> {
    /// A place where names have one meaning: a file, a module, a type's body.
    type Scope: Copy + Eq + Hash;
    /// A type, or the type of a value.
    type Meaning: Copy + PartialEq;

    /// The store of what is known.
    fn known(&mut self) -> &mut Known<Self::Scope, Self::Meaning>;

    /// The terms of a place.
    fn typing(&self, scope: Self::Scope) -> Option<&'f Typing>;

    /// What a name means in a place.
    fn named(&mut self, scope: Self::Scope, name: &str) -> Meanings<Self::Meaning>;

    /// What a package that is called `package` in a place holds under a name; none if no package is called so.
    fn of_package(&mut self, _: Self::Scope, _package: &str, _name: &str) -> Option<Meanings<Self::Meaning>> {
        None
    }

    /// A value of what a term means; none if that is no type.
    fn value(&self, of: Self::Meaning) -> Option<Self::Meaning>;

    /// What a member is as a value.
    fn selected(&mut self, of: Self::Meaning, name: &str) -> Meanings<Self::Meaning>;

    /// A result of a call, counted from 0.
    fn result(&mut self, called: Self::Meaning, number: u32) -> Meanings<Self::Meaning>;

    /// A part of a collection.
    fn part(&mut self, of: Self::Meaning, part: Part) -> Meanings<Self::Meaning>;

    /// A type that is written out: a term of a place.
    fn literal(&self, scope: Self::Scope, id: TermId) -> Self::Meaning;

    /// What follows from a meaning is no surer than that.
    fn follows(&self, _from: Self::Meaning, found: Self::Meaning) -> Self::Meaning {
        found
    }

    /// What a term of a place means; empty if that is not known.
    fn evaluate(&mut self, scope: Self::Scope, id: TermId) -> Meanings<Self::Meaning> {
        let known = self.known();
        if let Some(meanings) = known.terms.get(&(scope, id)) {
            return meanings.clone();
        }
        let Some(left) = known.fuel.checked_sub(1) else { return Meanings::new() };
        known.fuel = left;
        known.terms.insert((scope, id), Meanings::new());
        let mut meanings = Meanings::new();
        for meaning in self.meanings(scope, id) {
            if meanings.len() < ALTERNATIVES && !meanings.contains(&meaning) {
                meanings.push(meaning);
            }
        }
        self.known().terms.insert((scope, id), meanings.clone());
        meanings
    }

    /// One step of [`Self::evaluate`].
    fn meanings(&mut self, scope: Self::Scope, id: TermId) -> Meanings<Self::Meaning> {
        let Some(typing) = self.typing(scope) else { return Meanings::new() };
        match typing.term(id) {
            Term::Name(name) => self.named(scope, typing.name(name)),
            Term::Member(on, name) => {
                let name = typing.name(name);
                if let Term::Name(package) = typing.term(on)
                    && let Some(found) = self.of_package(scope, typing.name(package), name)
                {
                    return found;
                }
                self.each(scope, on, |it, base| it.selected(base, name))
            }
            Term::Value(of) => {
                let types = self.evaluate(scope, of);
                types.into_iter().filter_map(|meaning| self.value(meaning)).collect()
            }
            Term::Result(called, number) => self.each(scope, called, |it, base| it.result(base, number)),
            Term::Element(of) => self.each(scope, of, |it, base| it.part(base, Part::Element)),
            Term::Key(of) => self.each(scope, of, |it, base| it.part(base, Part::Key)),
            Term::Collection { .. } | Term::Function { .. } | Term::Structure(_) => smallvec![self.literal(scope, id)],
        }
    }

    /// What follows from each meaning of a term.
    fn each(
        &mut self,
        scope: Self::Scope,
        id: TermId,
        each: impl Fn(&mut Self, Self::Meaning) -> Meanings<Self::Meaning>,
    ) -> Meanings<Self::Meaning> {
        let mut meanings = Meanings::new();
        for base in self.evaluate(scope, id) {
            let found = each(self, base);
            meanings.extend(found.into_iter().map(|found| self.follows(base, found)));
        }
        meanings
    }
}
