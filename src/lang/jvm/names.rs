//! From names to symbols, by each language's order of scopes.
//!
//! A simple name means, in this order:
//! 1. what an enclosing definition declares or inherits;
//! 2. what an import names, the innermost import first;
//! 3. Java and Kotlin: what the file's package holds, of which the file's own comes first; then what imports on demand
//!    offer, if it is one thing only; last, what every file of the language imports without saying so;
//!    Scala: what imports on demand offer, then what the packages around it hold, from the inside out.
//!
//! A qualified name begins with such a name, else with a package: in Java and Kotlin a full one, in Scala one that may
//! be relative to the packages around it.

use smallvec::SmallVec;

use super::symbols::{Choice, Ids, SymbolId, Symbols, Want};
use super::unit::{Binding, Dialect, Named, OnDemand, Path, Unit};
use crate::facts::DefinitionId;
use crate::lang::resolve::Certainty;

impl Unit<'_> {
    /// The symbols along a full name: the first behind the longest package, then members.
    pub(super) fn written(&self, symbols: &Symbols<'_>, path: &str, want: Want) -> Path {
        let ends: SmallVec<[usize; 8]> = memchr::memchr_iter(b'.', path.as_bytes()).collect();
        for (index, end) in ends.iter().enumerate().rev() {
            let package = &path[..*end];
            if !symbols.is_package(package) {
                continue;
            }
            let name_end = ends.get(index + 1).copied().unwrap_or(path.len());
            let candidates = symbols.top_level(package, &path[end + 1..name_end]);
            if let Choice::These(ids, certainty) = symbols.choose(self.file, candidates, want) {
                let firsts = named(&ids, certainty, false);
                return members(symbols, firsts, path.get(name_end + 1..).unwrap_or_default(), want);
            }
        }
        Path::new()
    }

    /// The symbols along a name as it stands in the code.
    pub(super) fn named(&self, symbols: &Symbols<'_>, name: &str, scope: Option<DefinitionId>, want: Want) -> Path {
        if let Some(member) = name.strip_prefix('.') {
            return self.extension(symbols, member);
        }
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        let found = self.simple(symbols, first, scope, if rest.is_empty() { want } else { self.head(want) });
        if !found.is_empty() {
            return members(symbols, found, rest, want);
        }
        let is_import = self.dialect != Dialect::Scala && self.bound(first, scope).is_some();
        if rest.is_empty() || is_import {
            return Path::new();
        }
        let full = self.expansions(symbols, name, scope);
        full.iter().map(|full| self.written(symbols, full, want)).find(|path| !path.is_empty()).unwrap_or_default()
    }

    /// What the first part of a qualified name can be.
    fn head(&self, want: Want) -> Want {
        if self.dialect == Dialect::Scala { Want::Any } else { want }
    }

    fn simple(&self, symbols: &Symbols<'_>, name: &str, scope: Option<DefinitionId>, want: Want) -> Path {
        if let Some(id) = self.lexical(symbols, name, scope, want) {
            return named(&[id], Certainty::Resolved, false);
        }
        match self.bound(name, scope) {
            Some(Binding::Symbols(path)) => return path.clone(),
            Some(Binding::Elsewhere(_)) => return Path::new(),
            None => {}
        }
        let is_offered_first = self.dialect == Dialect::Scala;
        let mut found = Path::new();
        if is_offered_first {
            found = self.offered(symbols, name, scope, want);
        }
        if found.is_empty() {
            let packages = self.packages(symbols, scope);
            found = packages
                .iter()
                .map(|package| self.of_package(symbols, package, name, want))
                .find(|found| !found.is_empty())
                .unwrap_or_default();
        }
        if found.is_empty() && !is_offered_first {
            found = self.offered(symbols, name, scope, want);
        }
        if found.is_empty() {
            found = self.of_language(symbols, name, want);
        }
        found
    }

    /// What an enclosing definition declares, inherits or is itself.
    fn lexical(&self, symbols: &Symbols<'_>, name: &str, scope: Option<DefinitionId>, want: Want) -> Option<SymbolId> {
        let mut next = scope;
        while let Some(definition) = next {
            if let Some(id) = symbols.inside(self.file, definition, name, want) {
                return Some(id);
            }
            if let Some(around) = symbols.of_definition(self.file, definition)
                && symbols.get(around).is_type
            {
                // A package object's name is its package's.
                if symbols.get(around).name == name && symbols.package_of(self.file, definition).is_none() {
                    return Some(around);
                }
                if let Some(id) = symbols.member(around, name, want) {
                    return Some(id);
                }
            }
            next = self.parent(definition);
        }
        None
    }

    fn of_package(&self, symbols: &Symbols<'_>, package: &str, name: &str, want: Want) -> Path {
        let candidates = symbols.top_level(package, name);
        let is_own =
            |id: &SymbolId| symbols.get(*id).file == self.file && (want == Want::Any || symbols.get(*id).is_type);
        let choice = match candidates.iter().find(|id| is_own(id)) {
            // Overloads of one's own function may stand in other files; which is meant hangs on the arguments.
            Some(id) => Choice::These(Ids::from_slice(&[*id]), Certainty::Resolved),
            None if package.is_empty() && self.dialect == Dialect::Java => {
                symbols.choose_visible(self.file, &symbols.in_same_directory(self.file, candidates), want)
            }
            None => symbols.choose_visible(self.file, candidates, want),
        };
        match choice {
            // Of overloads in several files the arguments decide, of extensions the receiver in whose scope they are.
            Choice::These(ids, _) if ids.len() > 1 => named(&ids, Certainty::Ambiguous, false),
            Choice::These(ids, _) if symbols.get(ids[0]).is_extension => named(&ids, Certainty::Inferred, false),
            Choice::These(ids, certainty) => named(&ids, certainty, false),
            Choice::Ambiguous => Path::new(),
            Choice::None => self.of_package_object(symbols, package, name, want),
        }
    }

    fn of_package_object(&self, symbols: &Symbols<'_>, package: &str, name: &str, want: Want) -> Path {
        let found = symbols.of_package_object(package, name, want);
        found.map_or_else(Path::new, |id| named(&[id], Certainty::Resolved, false))
    }

    /// What on-demand imports offer, if it is one thing only.
    fn offered(&self, symbols: &Symbols<'_>, name: &str, scope: Option<DefinitionId>, want: Want) -> Path {
        let mut found = Path::new();
        for (import, target) in &self.on_demand {
            // What the same import renames or hides is not offered.
            let is_taken = import.names.iter().any(|other| other.name == name && other.alias.is_some());
            if is_taken || !self.is_around(import.within, scope) {
                continue;
            }
            let offer = self.offer(symbols, target, name, want);
            let is_other = |named: &Named| !found.iter().any(|other: &Named| other.id == named.id);
            if !found.is_empty() && offer.iter().any(is_other) {
                return Path::new();
            }
            if found.is_empty() {
                found = offer;
            }
        }
        found
    }

    /// Whether a place stands in a definition, or the definition is none.
    fn is_around(&self, definition: Option<DefinitionId>, place: Option<DefinitionId>) -> bool {
        let mut next = place;
        while next.is_some() && next != definition {
            next = next.and_then(|place| self.parent(place));
        }
        next == definition
    }

    fn offer(&self, symbols: &Symbols<'_>, import: &OnDemand, name: &str, want: Want) -> Path {
        match import {
            OnDemand::Symbol(id) => {
                symbols.member(*id, name, want).map_or_else(Path::new, |id| named(&[id], Certainty::Resolved, false))
            }
            OnDemand::Package(package) => match symbols.choose(self.file, symbols.top_level(package, name), want) {
                Choice::These(ids, certainty) => named(&ids, certainty, false),
                Choice::Ambiguous => Path::new(),
                Choice::None => self.of_package_object(symbols, package, name, want),
            },
        }
    }

    /// What every file of the language imports, where the project is what declares it.
    fn of_language(&self, symbols: &Symbols<'_>, name: &str, want: Want) -> Path {
        let packages = self.dialect.defaults().iter().filter(|package| symbols.is_package(package));
        packages
            .map(|package| self.offer(symbols, &OnDemand::Package((*package).into()), name, want))
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// The extension functions and properties of a name that the file sees without an import of that name: those of its
    /// package and of imports on demand. Whether one of them or a member is meant hangs on the receiver's type, so this is
    /// no more than likely, and only where no type of the project has a member of that name.
    fn extension(&self, symbols: &Symbols<'_>, name: &str) -> Path {
        if self.dialect != Dialect::Kotlin || symbols.is_member_name(name) || self.single.contains_key(&(None, name)) {
            return Path::new();
        }
        let mut found = self.of_package(symbols, self.package, name, Want::Any);
        if found.is_empty() {
            found = self.offered(symbols, name, None, Want::Any);
        }
        found.retain(|named| symbols.get(named.id).is_extension);
        // Of overloads in several files the receiver decides.
        if found.len() > 1 {
            return Path::new();
        }
        found.iter_mut().for_each(|named| named.certainty = Certainty::Inferred);
        found
    }
}

fn named(ids: &[SymbolId], certainty: Certainty, imported: bool) -> Path {
    ids.iter().map(|id| Named { id: *id, certainty, imported }).collect()
}

/// What a name begins with, and the members that the rest of it leads through, as far as there are any.
fn members(symbols: &Symbols<'_>, firsts: Path, rest: &str, want: Want) -> Path {
    let mut path = firsts;
    let Some(mut holder) = path.iter().find(|named| symbols.get(named.id).is_type).copied() else { return path };
    for name in rest.split('.').filter(|name| !name.is_empty()) {
        let Some(id) = symbols.member(holder.id, name, want) else { break };
        holder = Named { id, imported: false, ..holder };
        path.push(holder);
        if !symbols.get(id).is_type {
            break;
        }
    }
    path
}
