//! From what the types of a file's values follow: plain data like the rest of the facts, for inference across files.
//!
//! A [`Term`] says how a type is come by, not what it is: `f().x` is the member `x` of the first result of what `f` stands
//! for. Local variables are gone from it: each mention of one is the term that its declaration gives. So the terms of a
//! file can be evaluated later, when the declarations of other files are known, without its syntax tree.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{DefinitionId, Name, NameId, Span};

/// Index into [`Typing::terms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TermId(pub u32);

/// How the type of a value, or a type itself, is come by. A part that is not known is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Term {
    /// What a name means at the top of the file: a type, a function, a variable, an imported package.
    Name(NameId),
    /// The member of a value, or what a package declares.
    Member(TermId, NameId),
    /// A value of a type.
    Value(TermId),
    /// A result of a call, counted from 0; where what is called is a type, a value of that.
    Result(TermId, u32),
    /// An element of a collection.
    Element(TermId),
    /// A key of a collection.
    Key(TermId),
    /// The type of a collection.
    Collection {
        /// The type of its keys; none for a list.
        key: Option<TermId>,
        /// The type of its elements.
        element: Option<TermId>,
    },
    /// The type of a function: its results are so many entries of [`Typing::results`] from `first` on.
    Function {
        /// The first of them.
        first: u32,
        /// How many there are.
        count: u32,
    },
    /// A type with members: an entry of [`Typing::structures`].
    Structure(u32),
}

/// A type that is written out with its members.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Structure {
    /// Its members with their types, sorted by name.
    pub members: Vec<(Name, Option<TermId>)>,
    /// The types whose members it has too.
    pub embedded: Vec<Option<TermId>>,
}

/// What a definition of the file says about types.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// The definition.
    pub definition: DefinitionId,
    /// Of a variable or field its type's value, of a function or method its own type, of a type what it is made of.
    pub term: Option<TermId>,
    /// The type to which a method belongs that stands apart from it.
    pub receiver: Option<NameId>,
    /// Whether the definition is another name for the same type.
    pub alias: bool,
}

/// A mention of a member of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// The value.
    pub on: TermId,
    /// The member.
    pub name: NameId,
    /// Whether it is called.
    pub call: bool,
    /// The member's name.
    pub span: Span,
}

/// What a file says about types.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Typing {
    /// Once each; a term stands after those that it is made of.
    pub terms: Vec<Term>,
    /// The names in terms and selections, once each.
    pub names: Vec<Name>,
    /// The results of functions; none where the type is not known.
    pub results: Vec<Option<TermId>>,
    /// Types that are written out with their members.
    pub structures: Vec<Structure>,
    /// Sorted by definition.
    pub declared: Vec<Declared>,
    /// In source order.
    pub selections: Vec<Selection>,
}

impl Typing {
    /// The text of a name.
    pub fn name(&self, id: NameId) -> &str {
        &self.names[id.0 as usize]
    }

    /// A term by its id.
    pub fn term(&self, id: TermId) -> Term {
        self.terms[id.0 as usize]
    }

    /// What a definition says.
    pub fn declared(&self, definition: DefinitionId) -> Option<&Declared> {
        let place = self.declared.binary_search_by_key(&definition, |declared| declared.definition);
        place.ok().map(|place| &self.declared[place])
    }
}

/// Collects terms so that equal ones are the same.
#[derive(Default)]
pub struct Terms<'a> {
    /// What is collected.
    pub typing: Typing,
    terms: FxHashMap<Term, TermId>,
    names: FxHashMap<&'a str, NameId>,
}

impl<'a> Terms<'a> {
    /// The id of a name.
    pub fn name(&mut self, text: &'a str) -> NameId {
        *self.names.entry(text).or_insert_with(|| {
            self.typing.names.push(text.into());
            NameId(self.typing.names.len() as u32 - 1)
        })
    }

    /// The id of a term.
    pub fn term(&mut self, term: Term) -> TermId {
        *self.terms.entry(term).or_insert_with(|| {
            self.typing.terms.push(term);
            TermId(self.typing.terms.len() as u32 - 1)
        })
    }

    /// A function with these results.
    pub fn function(&mut self, results: &[Option<TermId>]) -> TermId {
        let first = self.typing.results.len() as u32;
        self.typing.results.extend_from_slice(results);
        // One without results is like any other.
        let first = if results.is_empty() { 0 } else { first };
        self.term(Term::Function { first, count: results.len() as u32 })
    }

    /// A type with members.
    pub fn structure(&mut self, mut structure: Structure) -> TermId {
        structure.members.sort_by(|a, b| a.0.cmp(&b.0));
        self.typing.structures.push(structure);
        self.term(Term::Structure(self.typing.structures.len() as u32 - 1))
    }

    /// All that was collected, in its order.
    pub fn finish(self) -> Typing {
        let mut typing = self.typing;
        typing.declared.sort_by_key(|declared| declared.definition);
        typing.declared.dedup_by_key(|declared| declared.definition);
        typing
    }
}
