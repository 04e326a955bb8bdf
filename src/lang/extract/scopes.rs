//! Which names are bound by local scopes at a place of the file.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::facts::ReferenceKind;

/// From which byte on a name is bound; `u32::MAX` for never.
#[derive(Debug, Clone, Copy)]
struct Binding {
    values: u32,
    calls: u32,
    types: u32,
}

/// Which mentions a local name hides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hides {
    /// Those that are neither called nor types.
    Values,
    /// All but types.
    ValuesAndCalls,
    /// Of every kind.
    All,
}

impl Binding {
    const NEVER: Self = Self { values: u32::MAX, calls: u32::MAX, types: u32::MAX };

    fn min(self, other: Self) -> Self {
        Self {
            values: self.values.min(other.values),
            calls: self.calls.min(other.calls),
            types: self.types.min(other.types),
        }
    }
}

/// The scopes of one file. They are first all declared, in the order in which they open, and then entered in that same
/// order. Asking whether a name is bound costs one look-up, however deep scopes nest.
#[derive(Default)]
pub(super) struct Scopes<'a> {
    names: FxHashMap<&'a str, u32>,
    /// (scope, name, binding), sorted by scope once all are there.
    declared: Vec<(u32, u32, Binding)>,
    /// Start of each scope's slice of `declared`.
    offsets: Vec<u32>,
    scopes: u32,
    /// First byte after each open scope, and its number. Serves both passes.
    open: Vec<(u32, u32)>,
    /// For each name what the open scopes bind, each entry joined with those below it.
    active: Vec<SmallVec<[Binding; 2]>>,
    entered: u32,
}

impl<'a> Scopes<'a> {
    /// First pass: a scope ends before `position`, or not.
    pub(super) fn close_declared(&mut self, position: u32) {
        while self.open.last().is_some_and(|(end, _)| *end <= position) {
            self.open.pop();
        }
    }

    /// First pass: a scope opens.
    pub(super) fn declare_scope(&mut self, end: u32) {
        self.open.push((end, self.scopes));
        self.scopes += 1;
    }

    /// First pass: the innermost scope binds a name from a byte on. Without a scope the name is bound nowhere.
    pub(super) fn declare(&mut self, name: &'a str, from: u32, hides: Hides) {
        let Some((_, scope)) = self.open.last() else { return };
        let next = self.names.len() as u32;
        let id = *self.names.entry(name).or_insert(next);
        let from_if = |hidden| if hidden { from } else { u32::MAX };
        let binding =
            Binding { values: from, calls: from_if(hides != Hides::Values), types: from_if(hides == Hides::All) };
        self.declared.push((*scope, id, binding));
    }

    /// Between the passes.
    pub(super) fn finish_declaring(&mut self) {
        self.open.clear();
        self.active.resize(self.names.len(), SmallVec::new());
        self.declared.sort_unstable_by_key(|(scope, name, _)| (*scope, *name));
        self.offsets = vec![0; self.scopes as usize + 1];
        for (scope, ..) in &self.declared {
            self.offsets[*scope as usize + 1] += 1;
        }
        for index in 0..self.scopes as usize {
            self.offsets[index + 1] += self.offsets[index];
        }
    }

    fn bindings_of(&self, scope: u32) -> std::ops::Range<usize> {
        self.offsets[scope as usize] as usize..self.offsets[scope as usize + 1] as usize
    }

    /// Second pass: the next scope opens.
    pub(super) fn enter(&mut self, end: u32) {
        let scope = self.entered;
        self.entered += 1;
        self.open.push((end, scope));
        for index in self.bindings_of(scope) {
            let (_, name, binding) = self.declared[index];
            let stack = &mut self.active[name as usize];
            let below = stack.last().copied().unwrap_or(Binding::NEVER);
            stack.push(binding.min(below));
        }
    }

    /// Second pass: leaves the scopes that end before `position`.
    pub(super) fn leave(&mut self, position: u32) {
        while let Some((end, scope)) = self.open.last().copied()
            && end <= position
        {
            self.open.pop();
            for index in self.bindings_of(scope) {
                self.active[self.declared[index].1 as usize].pop();
            }
        }
    }

    /// Second pass: whether a scope is open.
    pub(super) fn is_inside(&self) -> bool {
        !self.open.is_empty()
    }

    /// Second pass: whether the open scopes bind the first part of `text` at `position`.
    pub(super) fn binds(&self, text: &str, kind: ReferenceKind, position: u32) -> bool {
        let end = text.bytes().position(|byte| matches!(byte, b'.' | b':' | b'<' | b' ' | b'\n')).unwrap_or(text.len());
        let Some(binding) = self.names.get(&text[..end]).and_then(|id| self.active[*id as usize].last()) else {
            return false;
        };
        let from = match kind {
            ReferenceKind::Value => binding.values,
            ReferenceKind::Call => binding.calls,
            _ => binding.types,
        };
        from <= position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_bound_from_its_place_to_the_end_of_its_scope() {
        let mut scopes = Scopes::default();
        scopes.declare("outside", 0, Hides::All);
        scopes.declare_scope(100);
        scopes.declare("value", 10, Hides::ValuesAndCalls);
        scopes.declare_scope(50);
        scopes.declare("value", 30, Hides::All);
        scopes.finish_declaring();
        scopes.enter(100);
        assert!(!scopes.binds("outside", ReferenceKind::Value, 5));
        assert!(!scopes.binds("value", ReferenceKind::Value, 5));
        assert!(scopes.binds("value.field", ReferenceKind::Call, 10));
        assert!(!scopes.binds("value", ReferenceKind::Type, 20));
        scopes.enter(50);
        assert!(scopes.binds("value", ReferenceKind::Value, 20), "the outer binding shows through");
        assert!(scopes.binds("value", ReferenceKind::Type, 30));
        scopes.leave(50);
        assert!(!scopes.binds("value", ReferenceKind::Type, 60));
        scopes.leave(100);
        assert!(!scopes.binds("value", ReferenceKind::Value, 100));
    }
}
