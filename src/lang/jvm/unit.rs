//! One file with what its imports mean.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::{SmallVec, smallvec};

use super::symbols::{SymbolId, Symbols, Want, join};
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
    pub(super) fn defaults(self) -> &'static [&'static str] {
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
pub(super) enum Binding {
    Symbols(Path),
    /// A package, or something that the project does not hold.
    Elsewhere(Name),
}

#[derive(Debug, Clone)]
pub(super) enum OnDemand {
    Package(Name),
    Symbol(SymbolId),
}

/// A compilation unit with what its imports mean.
pub(super) struct Unit<'a> {
    pub(super) file: FileId,
    pub(super) facts: Option<&'a FileFacts>,
    pub(super) dialect: Dialect,
    pub(super) package: &'a str,
    /// The definition around an import and the local name: what it means.
    pub(super) single: FxHashMap<(Option<DefinitionId>, &'a str), Binding>,
    pub(super) on_demand: Vec<(&'a Import, OnDemand)>,
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
                self.on_demand.push((import, target));
            } else if self.dialect == Dialect::Scala {
                if hides(name) {
                    continue;
                }
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
    pub(super) fn expansions(
        &self,
        symbols: &Symbols<'_>,
        path: &str,
        scope: Option<DefinitionId>,
    ) -> SmallVec<[Name; 4]> {
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
    pub(super) fn packages<'s>(
        &'s self,
        symbols: &'s Symbols<'_>,
        scope: Option<DefinitionId>,
    ) -> SmallVec<[&'s str; 2]> {
        let mut packages: SmallVec<[&str; 2]> = SmallVec::new();
        let mut next = scope;
        while let Some(definition) = next {
            packages.extend(symbols.package_of(self.file, definition));
            next = self.parent(definition);
        }
        if !self.package.is_empty() || packages.is_empty() {
            packages.push(self.package);
        }
        packages
    }

    pub(super) fn parent(&self, definition: DefinitionId) -> Option<DefinitionId> {
        self.facts?.definitions.get(definition as usize)?.parent
    }

    /// What the innermost import of a name around a place means.
    pub(super) fn bound<'u>(&'u self, name: &'u str, scope: Option<DefinitionId>) -> Option<&'u Binding> {
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

/// Whether a name is only listed so that a star does not bring it: `import a.{B => _, _}`.
pub(super) fn hides(name: &ImportedName) -> bool {
    name.alias.as_deref() == Some("_")
}

fn tail(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
