//! Selectors: which member of a type a name means.

use smallvec::SmallVec;

use super::Place;
use super::infer::{Meaning, Meanings, Type, View};
use crate::facts::typing::{Term, TermId};
use crate::lang::infer::Inference;

/// How many types are looked at for one member. Types embed few others; a file may be made to embed many.
const TYPES: usize = 64;

/// A member of a type.
#[derive(Debug, Clone)]
pub(super) struct Selected {
    pub(super) place: Place,
    /// What it is as a value; empty if that is not known.
    pub(super) value: Meanings,
}

pub(super) type AllSelected = SmallVec<[Selected; 1]>;

impl View<'_, '_> {
    /// The member `name` of a type: at the shallowest depth of embedding where there is one, if there it is the only one.
    /// Several are the declarations of one method for different systems.
    pub(super) fn select(&mut self, of: Type, name: &str) -> AllSelected {
        let mut seen: SmallVec<[Type; 4]> = SmallVec::new();
        let mut level: SmallVec<[Type; 4]> = SmallVec::from_slice(&[of]);
        let mut sure = true;
        while !level.is_empty() {
            let mut found: Option<AllSelected> = None;
            let mut below: SmallVec<[Type; 4]> = SmallVec::new();
            let mut is_known = true;
            for of in level {
                if seen.contains(&of) {
                    continue;
                }
                if seen.len() == TYPES {
                    return AllSelected::new();
                }
                seen.push(of);
                let selected = self.own_member(of, name, &mut below, &mut is_known);
                if selected.is_empty() {
                    continue;
                }
                if found.is_some() {
                    // The language calls it an error to use such a name.
                    return AllSelected::new();
                }
                found = Some(selected);
            }
            if let Some(mut found) = found {
                for selected in &mut found {
                    selected.place.sure &= sure;
                }
                return found;
            }
            sure &= is_known;
            level = below;
        }
        AllSelected::new()
    }

    /// The member that a type has itself. Adds the types that it embeds, and notes if some of them are not known.
    fn own_member(
        &mut self,
        of: Type,
        name: &str,
        below: &mut SmallVec<[Type; 4]>,
        is_known: &mut bool,
    ) -> AllSelected {
        if let Type::Declared(member, definition) = of {
            let methods = self.methods(member, definition, name);
            if !methods.is_empty() {
                return methods;
            }
        }
        let Some(underlying) = self.underlying(of) else {
            *is_known = false;
            return AllSelected::new();
        };
        let Term::Structure(structure) = underlying.term else { return AllSelected::new() };
        let Some(member) = self.member(underlying.member) else { return AllSelected::new() };
        let Some(structure) = member.facts.typing.structures.get(structure as usize) else {
            return AllSelected::new();
        };
        if let Ok(found) = structure.members.binary_search_by(|(member, _)| member.as_str().cmp(name)) {
            let definition = underlying.definition.and_then(|parent| member.child(parent, name));
            let place = Place { member: underlying.member, definition, sure: true };
            let value = structure.members[found].1.map(|id| self.evaluate(underlying.member, id));
            return AllSelected::from_iter([Selected { place, value: value.unwrap_or_default() }]);
        }
        for embedded in &structure.embedded {
            let types = embedded.map(|id: TermId| self.evaluate(underlying.member, id)).unwrap_or_default();
            *is_known &= !types.is_empty();
            below.extend(types.into_iter().filter(|it| it.is_type).map(|it| it.of));
        }
        AllSelected::new()
    }

    /// The methods of that name which a declared type has, as the file at hand sees them.
    fn methods(&mut self, member: u32, definition: u32, name: &str) -> AllSelected {
        let Some(declaring) = self.member(member) else { return AllSelected::new() };
        let Some(receiver) = declaring.facts.definitions.get(definition as usize) else { return AllSelected::new() };
        let Some(package) = self.files.packages.own(declaring) else { return AllSelected::new() };
        let tests = self.seen_by.test && self.seen_by.directory == declaring.directory;
        let found = self.files.packages.methods(package, &receiver.name, name, self.seen_by, tests);
        let mut selected = AllSelected::new();
        for method in found {
            let term = self.declared(method.member, method.definition).and_then(|declared| declared.term);
            let value = term.map(|id| Meaning { of: Type::Literal(method.member, id), is_type: false, sure: true });
            let place = Place { member: method.member, definition: Some(method.definition), sure: true };
            selected.push(Selected { place, value: value.into_iter().collect() });
        }
        selected
    }
}
