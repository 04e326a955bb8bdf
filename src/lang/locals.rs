//! The local names at a place of a file, and what their declarations give them: for walks that make
//! [`Typing`](crate::facts::typing::Typing).

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::facts::typing::TermId;

/// A declaration whose names are not visible yet: that begins at the end of its statement.
struct Pending<'a> {
    from: u32,
    depth: usize,
    name: &'a str,
    term: Option<TermId>,
}

/// A stack of scopes. Each name is found with one look-up, however deep scopes nest.
#[derive(Default)]
pub struct Locals<'a> {
    /// What each name means in the open scopes that bind it, the innermost last. None: it is not known.
    bound: FxHashMap<&'a str, SmallVec<[Option<TermId>; 2]>>,
    /// One past the last byte of each open scope, and how many of `order` are below it.
    scopes: Vec<(u32, usize)>,
    order: Vec<&'a str>,
    pending: Vec<Pending<'a>>,
}

impl<'a> Locals<'a> {
    /// Whether some open scope binds the name.
    pub fn binds(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// What the innermost scope that binds a name gives it.
    pub fn get(&self, name: &str) -> Option<Option<TermId>> {
        self.bound.get(name)?.last().copied()
    }

    /// Whether a scope is open: what is declared outside of all is the package's.
    pub fn is_local(&self) -> bool {
        !self.scopes.is_empty()
    }

    /// A scope opens.
    pub fn enter(&mut self, end: u32) {
        self.scopes.push((end, self.order.len()));
    }

    /// Binds a name in the innermost scope, at once.
    pub fn bind(&mut self, name: &'a str, term: Option<TermId>) {
        if name != "_" && self.is_local() {
            self.bound.entry(name).or_default().push(term);
            self.order.push(name);
        }
    }

    /// Binds a name in the innermost scope from a byte on.
    pub fn bind_from(&mut self, from: u32, name: &'a str, term: Option<TermId>) {
        self.pending.push(Pending { from, depth: self.scopes.len(), name, term });
    }

    /// Goes on to a byte: leaves the scopes that end before it, and binds what is visible by then.
    pub fn advance(&mut self, position: u32) {
        loop {
            let end = self.scopes.last().map_or(u32::MAX, |(end, _)| *end);
            // Of two statements that are not over yet, the inner one was met last and ends first.
            let from = self.pending.last().map_or(u32::MAX, |pending| pending.from);
            if end <= position && end <= from {
                if let Some((_, below)) = self.scopes.pop() {
                    for name in self.order.drain(below..) {
                        self.bound.get_mut(name).map(SmallVec::pop);
                    }
                }
            } else if from <= position {
                // Those of one statement are bound together, in whatever order.
                if let Some(pending) = self.pending.pop()
                    && pending.depth == self.scopes.len()
                {
                    self.bind(pending.name, pending.term);
                }
            } else {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_visible_from_the_end_of_their_statement_to_the_end_of_their_scope() {
        let mut locals = Locals::default();
        locals.bind("outside", None);
        assert!(!locals.binds("outside"), "no scope is open");
        locals.enter(100);
        locals.bind_from(50, "outer", Some(TermId(1)));
        locals.enter(40);
        locals.bind_from(30, "inner", Some(TermId(2)));
        locals.advance(20);
        assert_eq!((locals.get("outer"), locals.get("inner")), (None, None));
        locals.advance(30);
        assert_eq!(locals.get("inner"), Some(Some(TermId(2))));
        locals.advance(60);
        assert_eq!((locals.get("outer"), locals.get("inner")), (Some(Some(TermId(1))), None));
        locals.advance(100);
        assert!(!locals.binds("outer"));
    }

    #[test]
    fn a_declaration_at_the_end_of_its_scope_binds_nothing_outside() {
        let mut locals = Locals::default();
        locals.enter(100);
        locals.enter(50);
        locals.bind_from(50, "last", None);
        locals.advance(60);
        assert!(!locals.binds("last"));
    }
}
