//! One file with what its imports mean, and from names to symbols by its language's order of scopes.
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

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::{SmallVec, smallvec};

use super::symbols::{Choice, Ids, SymbolId, Symbols, Want, join};
use crate::facts::{DefinitionId, FileFacts, Import, ImportedName, Name, Reference, ReferenceKind};
use crate::lang::resolve::{Certainty, FileId, Sources};

/// A symbol that a name leads to, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) id: SymbolId,
    pub(super) certainty: Certainty,
    /// Whether an import of the file names this very symbol.
    pub(super) imported: bool,
}

/// The symbols along a name, the overloads of its last part each for itself.
pub(super) type Path = SmallVec<[Named; 2]>;

/// Whose rules a file follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Java,
    Kotlin,
    Scala,
}

impl Dialect {
    /// What every file imports on demand, the last first.
    fn defaults(self) -> &'static [&'static str] {
        match self {
            Self::Java => &["java.lang"],
            Self::Kotlin => &[
                "kotlin",
                "kotlin.annotation",
                "kotlin.collections",
                "kotlin.comparisons",
                "kotlin.io",
                "kotlin.ranges",
                "kotlin.sequences",
                "kotlin.text",
                "kotlin.jvm",
                "java.lang",
            ],
            Self::Scala => &["scala.Predef", "scala", "java.lang"],
        }
    }
}

#[derive(Debug, Clone)]
enum Binding {
    Symbols(Path),
    /// A package, or something that the project does not hold.
    Elsewhere(Name),
}

#[derive(Debug, Clone)]
enum OnDemand {
    Package(Name),
    Symbol(SymbolId),
}

/// A compilation unit with what its imports mean.
pub(super) struct Unit<'a> {
    pub(super) file: FileId,
    pub(super) facts: Option<&'a FileFacts>,
    pub(super) dialect: Dialect,
    package: &'a str,
    /// The definition around an import and the local name: what it means.
    single: FxHashMap<(Option<DefinitionId>, &'a str), Binding>,
    on_demand: Vec<(Option<DefinitionId>, OnDemand)>,
    /// Definitions with imports of their own.
    importing: FxHashSet<DefinitionId>,
}

impl<'a> Unit<'a> {
    pub(super) fn new(sources: &'a Sources, symbols: &Symbols<'a>, file: FileId) -> Self {
        let facts = sources.facts(file).map(|facts| &**facts);
        let mut unit = Self {
            file,
            facts,
            dialect: match sources.get(file).language.map_or("", |language| language.name) {
                "kotlin" => Dialect::Kotlin,
                "scala" => Dialect::Scala,
                _ => Dialect::Java,
            },
            package: facts.and_then(|facts| facts.namespace.as_deref()).unwrap_or_default(),
            single: FxHashMap::default(),
            on_demand: Vec::new(),
            importing: FxHashSet::default(),
        };
        for import in facts.into_iter().flat_map(|facts| &facts.imports) {
            unit.importing.extend(import.within);
            unit.bind(symbols, import);
        }
        unit
    }

    fn bind(&mut self, symbols: &Symbols<'a>, import: &'a Import) {
        let within = import.within;
        let holder = self.imported(symbols, import, None);
        if import.names.is_empty() {
            let last = import.path.rsplit('.').next().unwrap_or(&import.path);
            // A path that stops short of its last name is not resolved.
            let binding = self.binding(symbols, holder, last, || import.path.clone());
            self.single.insert((within, import.alias.as_deref().unwrap_or(last)), binding);
            return;
        }
        for name in &import.names {
            if name.is_glob() {
                let target = match holder.last() {
                    Some(named) => OnDemand::Symbol(named.id),
                    None => OnDemand::Package(self.full_package(symbols, &import.path, within)),
                };
                self.on_demand.push((within, target));
            } else if self.dialect == Dialect::Scala {
                let found = self.imported(symbols, import, Some(&name.name));
                let full = || join(&self.full_package(symbols, &import.path, within), &name.name);
                let binding = self.binding(symbols, found, &name.name, full);
                self.single.insert((within, name.local()), binding);
            } else if let Some(named) = holder.last()
                && let Some(member) = symbols.member(named.id, &name.name, Want::Types)
            {
                let member = Named { id: member, imported: true, ..*named };
                self.single.entry((within, &name.name)).or_insert(Binding::Symbols(Path::from_slice(&[member])));
            }
        }
    }

    fn binding(&self, symbols: &Symbols<'_>, found: Path, last: &str, full: impl FnOnce() -> Name) -> Binding {
        let ends: Path = found
            .into_iter()
            .filter(|named| symbols.get(named.id).name == last)
            .map(|named| Named { imported: true, ..named })
            .collect();
        // Of the symbols along the path only those of its end bear the name, unless an outer one is called the same.
        match ends.last().copied() {
            Some(last) if symbols.get(last.id).is_type => Binding::Symbols(Path::from_slice(&[last])),
            Some(_) => Binding::Symbols(ends),
            None => Binding::Elsewhere(full()),
        }
    }

    /// The symbols along what an import names: its path, with a name behind it where one is given.
    pub(super) fn imported(&self, symbols: &Symbols<'_>, import: &Import, name: Option<&str>) -> Path {
        let full = name.map(|name| join(&import.path, name));
        let path = full.as_ref().unwrap_or(&import.path);
        match self.dialect {
            Dialect::Scala => self.named(symbols, path, import.within, Want::Any),
            Dialect::Kotlin => self.written(symbols, path, Want::Any),
            Dialect::Java => self.written(symbols, path, Want::Types),
        }
    }

    /// The package that an import means by a path: Scala's may be relative to the packages around it.
    fn full_package(&self, symbols: &Symbols<'_>, path: &Name, scope: Option<DefinitionId>) -> Name {
        if self.dialect != Dialect::Scala {
            return path.clone();
        }
        self.expansions(symbols, path, scope).into_iter().find(|full| symbols.is_prefix(full)).unwrap_or_else(|| {
            let first = path.split('.').next().unwrap_or(path);
            match self.bound(first, scope) {
                Some(Binding::Elsewhere(full)) => format!("{full}{}", &path[first.len()..]).into(),
                _ => path.strip_prefix("_root_.").map_or_else(|| path.clone(), Name::from),
            }
        })
    }

    /// What an import names in full, as far as the project's packages tell.
    pub(super) fn full_name(&self, symbols: &Symbols<'_>, import: &Import, name: Option<&ImportedName>) -> Name {
        match name.filter(|name| !name.is_glob()) {
            Some(name) => join(&self.full_package(symbols, &import.path, import.within), &name.name),
            None => self.full_package(symbols, &import.path, import.within),
        }
    }

    /// Whether Scala's import of a name is one of a package.
    pub(super) fn is_package(&self, symbols: &Symbols<'_>, full: &str) -> bool {
        self.dialect == Dialect::Scala && symbols.is_prefix(full)
    }

    /// What a path that begins with a package can be in full, by rank.
    fn expansions(&self, symbols: &Symbols<'_>, path: &str, scope: Option<DefinitionId>) -> SmallVec<[Name; 4]> {
        if self.dialect != Dialect::Scala {
            return smallvec![path.into()];
        }
        if let Some(full) = path.strip_prefix("_root_.") {
            return smallvec![full.into()];
        }
        let first = path.split('.').next().unwrap_or(path);
        if let Some(Binding::Elsewhere(full)) = self.bound(first, scope) {
            return smallvec![format!("{full}{}", &path[first.len()..]).into()];
        }
        let around = self.packages(symbols, scope);
        around.iter().map(|package| join(package, path)).chain([path.into()]).collect()
    }

    /// The packages that a place stands in, from the inside out.
    fn packages<'s>(&'s self, symbols: &'s Symbols<'_>, scope: Option<DefinitionId>) -> SmallVec<[&'s str; 2]> {
        let mut packages: SmallVec<[&str; 2]> = SmallVec::new();
        let mut next = scope;
        while let Some(definition) = next {
            packages.extend(symbols.package_of(self.file, definition));
            next = self.parent(definition);
        }
        packages.push(self.package);
        packages
    }

    fn parent(&self, definition: DefinitionId) -> Option<DefinitionId> {
        self.facts?.definitions.get(definition as usize)?.parent
    }

    /// What the innermost import of a name around a place means.
    fn bound<'u>(&'u self, name: &'u str, scope: Option<DefinitionId>) -> Option<&'u Binding> {
        let mut next = scope.filter(|_| !self.importing.is_empty());
        while let Some(definition) = next {
            if self.importing.contains(&definition)
                && let Some(binding) = self.single.get(&(Some(definition), name))
            {
                return Some(binding);
            }
            next = self.parent(definition);
        }
        self.single.get(&(None, name))
    }

    /// The symbols along a full name: the first behind the longest package, then members.
    fn written(&self, symbols: &Symbols<'_>, path: &str, want: Want) -> Path {
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
            found = self.offered(symbols, name, want);
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
            found = self.offered(symbols, name, want);
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
                if symbols.get(around).name == name {
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
            Choice::Ambiguous | Choice::None => Path::new(),
        }
    }

    /// What on-demand imports offer, if it is one thing only.
    fn offered(&self, symbols: &Symbols<'_>, name: &str, want: Want) -> Path {
        let mut found = Path::new();
        for (_, import) in &self.on_demand {
            let offer = self.offer(symbols, import, name, want);
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

    fn offer(&self, symbols: &Symbols<'_>, import: &OnDemand, name: &str, want: Want) -> Path {
        match import {
            OnDemand::Symbol(id) => {
                symbols.member(*id, name, want).map_or_else(Path::new, |id| named(&[id], Certainty::Resolved, false))
            }
            OnDemand::Package(package) => match symbols.choose(self.file, symbols.top_level(package, name), want) {
                Choice::These(ids, certainty) => named(&ids, certainty, false),
                Choice::Ambiguous | Choice::None => Path::new(),
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
            found = self.offered(symbols, name, Want::Any);
        }
        found.retain(|named| symbols.get(named.id).is_extension);
        // Of overloads in several files the receiver decides.
        if found.len() > 1 {
            return Path::new();
        }
        found.iter_mut().for_each(|named| named.certainty = Certainty::Inferred);
        found
    }

    /// What each type of the file extends and implements.
    pub(super) fn supertypes(&self, symbols: &Symbols<'_>) -> Vec<(SymbolId, SymbolId)> {
        let Some(facts) = self.facts else { return Vec::new() };
        let inherits = facts.references.iter().filter(|reference| reference.kind == ReferenceKind::Inherit);
        inherits
            .filter_map(|reference| {
                let of = symbols.of_definition(self.file, reference.within?)?;
                let name = facts.name(reference.name);
                let path = self.named(symbols, name, self.scope_of(facts, reference), Want::Types);
                // A path that stops short of its last name is not resolved.
                let last = path.last().filter(|last| symbols.get(last.id).name == tail(name) || last.imported)?;
                Some((of, last.id))
            })
            .collect()
    }

    /// The scope in which a mention is looked up: a type's members are not in scope where it says what it extends.
    pub(super) fn scope_of(&self, facts: &FileFacts, reference: &Reference) -> Option<DefinitionId> {
        let within = reference.within?;
        if reference.kind == ReferenceKind::Inherit {
            facts.definitions.get(within as usize)?.parent
        } else {
            Some(within)
        }
    }

    /// For each definition the innermost one, itself or around it, that matters to what a name means.
    pub(super) fn scopes(&self, symbols: &Symbols<'_>, facts: &FileFacts) -> Vec<Option<DefinitionId>> {
        let mut scopes: Vec<Option<DefinitionId>> = Vec::with_capacity(facts.definitions.len());
        for (definition, index) in facts.definitions.iter().zip(0..) {
            let around = definition.parent.and_then(|parent| scopes.get(parent as usize).copied().flatten());
            let matters = symbols.is_scope(self.file, index) || self.importing.contains(&index);
            scopes.push(if matters { Some(index) } else { around });
        }
        scopes
    }
}

fn tail(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
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
