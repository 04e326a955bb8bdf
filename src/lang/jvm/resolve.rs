//! From imports and mentions to files: the Java Language Specification, chapters 6 and 7, the Kotlin specification's
//! "Scopes and identifiers" and "Overload resolution", and chapter 2 of Scala's, over one index of all three languages.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::members::Files;
use super::packages::Libraries;
use super::symbols::{SymbolId, Symbols, Want};
use super::unit::{Dialect, Named, Path, Unit, hides};
use crate::facts::{DefinitionId, DefinitionKind, Import, ImportedName, Name, Reference, ReferenceKind};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, FileId, Reason, Sources, Target};

/// Types may name members of each other's supertypes; each round resolves one more step of that.
const ROUNDS: usize = 3;

/// [`crate::lang::resolve::Resolve`] for the languages of the Java platform.
pub(super) fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let mut symbols = Symbols::new(sources, files);
    let mut units: Vec<Unit<'_>> = Vec::new();
    for _ in 0..ROUNDS {
        units = files.par_iter().map(|file| Unit::new(sources, &symbols, *file)).collect();
        let supertypes = supertypes(&symbols, &units);
        let is_settled = supertypes == symbols.supertypes;
        symbols.supertypes = supertypes;
        if is_settled {
            break;
        }
    }
    let libraries = Libraries::new(&sources.project);
    let members = Files::new(&symbols, &units);
    let of_unit = |(index, unit): (usize, &Unit<'_>)| unit.dependencies(&symbols, &libraries, &members, index as u32);
    units.par_iter().enumerate().map(of_unit).collect()
}

fn supertypes(symbols: &Symbols<'_>, units: &[Unit<'_>]) -> Vec<SmallVec<[SymbolId; 2]>> {
    let found: Vec<Vec<(SymbolId, SymbolId)>> = units.par_iter().map(|unit| unit.supertypes(symbols)).collect();
    let mut supertypes = vec![SmallVec::new(); symbols.len()];
    for (id, above) in found.into_iter().flatten() {
        supertypes[id.0 as usize].push(above);
    }
    supertypes
}

impl Unit<'_> {
    fn dependencies(
        &self,
        symbols: &Symbols<'_>,
        libraries: &Libraries<'_>,
        members: &Files<'_, '_>,
        index: u32,
    ) -> Vec<Dependency> {
        let Some(facts) = self.facts else { return Vec::new() };
        let mut found = Vec::with_capacity(facts.imports.len());
        for import in &facts.imports {
            self.import(symbols, libraries, import, &mut found);
        }
        let scopes = self.scopes(symbols, facts);
        let mut known: FxHashMap<(u32, Option<DefinitionId>, Want), Path> = FxHashMap::default();
        let mut seen: FxHashSet<(SymbolId, DependencyKind, u32)> = FxHashSet::default();
        for reference in &facts.references {
            let scope = self.scope_of(facts, reference).and_then(|scope| scopes.get(scope as usize).copied().flatten());
            let want = self.want(reference.kind);
            let path = known
                .entry((reference.name.0, scope, want))
                .or_insert_with(|| self.named(symbols, facts.name(reference.name), scope, want));
            for (index, named) in path.iter().enumerate() {
                let is_last = index + 1 == path.len();
                let kind = match reference.kind {
                    ReferenceKind::Inherit if is_last => DependencyKind::Inherit,
                    // The import declaration says it already.
                    _ if named.imported => continue,
                    ReferenceKind::Call if !symbols.get(named.id).is_type => DependencyKind::Call,
                    _ => DependencyKind::Reference,
                };
                if symbols.get(named.id).file != self.file && seen.insert((named.id, kind, reference.span.line)) {
                    found.push(self.mention(symbols, *named, kind, reference));
                }
            }
        }
        found.extend(members.dependencies(index, &scopes));
        found
    }

    /// Java keeps types apart from methods and fields by where a name stands; in Kotlin and Scala a function may stand
    /// where a constructor does, and an object where a value does.
    fn want(&self, kind: ReferenceKind) -> Want {
        let is_value = matches!(kind, ReferenceKind::Value | ReferenceKind::Call);
        if is_value && self.dialect != Dialect::Java { Want::Any } else { Want::Types }
    }

    fn mention(&self, symbols: &Symbols<'_>, named: Named, kind: DependencyKind, reference: &Reference) -> Dependency {
        let target = symbols.get(named.id);
        Dependency {
            target: Target::File(target.file),
            kind,
            certainty: named.certainty,
            span: reference.span,
            statement: reference.span.start,
            test: false,
            from_symbol: reference.within,
            to_symbol: target.definition,
        }
    }

    fn import(&self, symbols: &Symbols<'_>, libraries: &Libraries<'_>, import: &Import, found: &mut Vec<Dependency>) {
        // A static import of Java names a member; the class is what is imported.
        let names: SmallVec<[Option<&ImportedName>; 2]> = match self.dialect {
            Dialect::Scala if !import.names.is_empty() => {
                import.names.iter().filter(|name| !hides(name)).map(Some).collect()
            }
            _ => SmallVec::from_slice(&[None]),
        };
        for name in names {
            let is_on_demand = name.or(import.names.first()).is_some_and(ImportedName::is_glob);
            let path = self.imported(symbols, import, name.filter(|_| !is_on_demand).map(|name| name.name.as_str()));
            let span = name.map_or(import.span, |name| name.span);
            for named in &path {
                let target = symbols.get(named.id);
                let mut dependency = Dependency::of_import(import, Target::File(target.file), span);
                dependency.certainty = named.certainty;
                dependency.to_symbol = target.definition;
                found.push(dependency);
            }
            let full = self.full_name(symbols, import, name);
            // What is taken from a package on demand is seen where it is named.
            if !path.is_empty() || is_on_demand && symbols.is_package(&full) || self.is_package(symbols, &full) {
                continue;
            }
            let target = match libraries.provider(&full) {
                Some((external, certainty)) => (Target::External(external), certainty),
                None => {
                    // Inside a definition Scala's imports may be from values, which have no path.
                    let is_local = self.dialect == Dialect::Scala && self.is_inside_code(import.within);
                    let reason = if is_local { Reason::Unsupported } else { self.reason(symbols, &full) };
                    (Target::Unresolved { text: text_of(import, name), reason }, Certainty::Resolved)
                }
            };
            let dependency = Dependency::of_import(import, target.0, span);
            found.push(Dependency { certainty: target.1, ..dependency });
        }
    }

    fn is_inside_code(&self, within: Option<DefinitionId>) -> bool {
        let around = within.and_then(|within| self.facts?.definitions.get(within as usize));
        around.is_some_and(|definition| definition.kind != DefinitionKind::Module)
    }

    fn reason(&self, symbols: &Symbols<'_>, path: &str) -> Reason {
        let mut package = path;
        while let Some((parent, name)) = package.rsplit_once('.') {
            if symbols.is_ambiguous(self.file, symbols.top_level(parent, name)) {
                return Reason::Ambiguous;
            }
            if symbols.is_package(parent) {
                return Reason::Missing;
            }
            package = parent;
        }
        Reason::Undeclared
    }
}

fn text_of(import: &Import, name: Option<&ImportedName>) -> Name {
    match name.or(import.names.first()) {
        Some(name) => format!("{}.{}", import.path, name.name).into(),
        None => import.path.clone(),
    }
}
