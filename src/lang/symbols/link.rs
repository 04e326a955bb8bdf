//! Every dependency and every mention as a use of a definition.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::scope::{Found, Path, Scope, is_on_receiver};
use super::table::{Table, Tables};
use super::{Binding, SymbolUse};
use crate::facts::{DefinitionId, FileFacts, Import, Name, NameId, Reference, ReferenceKind, Span};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, FileId, Sources, Target};

/// See [`super::link`].
pub(super) fn link(
    sources: &Sources,
    tables: &Tables<'_>,
    dependencies: &[Vec<Dependency>],
    own: &[Vec<Dependency>],
) -> Vec<Vec<SymbolUse>> {
    let of_file = |index: usize| {
        let file = FileId(index as u32);
        let Some(facts) = sources.facts(file) else { return Vec::new() };
        let mut linker = Linker::new(sources, tables, file, facts);
        if Binding::of(sources, file) == Binding::None {
            let of_file = |all: &'_ [Vec<Dependency>]| -> usize { all.get(index).map_or(0, Vec::len) };
            linker.uses.reserve_exact(of_file(dependencies) + of_file(own));
            linker.resolved(dependencies.get(index).into_iter().chain(own.get(index)).flatten());
            linker.unique();
        } else {
            linker.resolved(dependencies.get(index).into_iter().flatten());
            linker.bound(dependencies.get(index).map_or(&[], Vec::as_slice));
        }
        let mut uses = linker.uses;
        uses.sort_by_key(|found| (found.span.start, found.span.end, found.kind, found.file, found.to));
        uses.dedup();
        uses
    };
    (0..sources.files.len()).into_par_iter().map(of_file).collect()
}

struct Linker<'t, 'a> {
    sources: &'t Sources,
    tables: &'t Tables<'a>,
    file: FileId,
    facts: &'t FileFacts,
    uses: Vec<SymbolUse>,
    /// What imports name, by what the file calls it: for languages whose imports the resolver reads.
    imported: FxHashMap<&'t str, (FileId, DefinitionId, Certainty)>,
    /// First bytes of the mentions that are explained.
    seen: FxHashSet<u32>,
}

impl<'t, 'a> Linker<'t, 'a> {
    fn new(sources: &'t Sources, tables: &'t Tables<'a>, file: FileId, facts: &'t FileFacts) -> Self {
        let (imported, seen) = Default::default();
        Self { sources, tables, file, facts, uses: Vec::new(), imported, seen }
    }

    /// What resolvers found. The definition is theirs, else the only one that the name can mean in the target.
    fn resolved<'d>(&mut self, dependencies: impl Iterator<Item = &'d Dependency>) {
        let mut known: FxHashMap<(FileId, NameId), Option<(DefinitionId, bool)>> = FxHashMap::default();
        let binds = Binding::of(self.sources, self.file) != Binding::None;
        for dependency in dependencies {
            let Target::File(file) = dependency.target else { continue };
            self.seen.insert(dependency.span.start);
            let mut certainty = dependency.certainty;
            let to = dependency.to_symbol.or_else(|| {
                if binds {
                    return None;
                }
                let table = self.tables.get(file);
                let found = match self.reference_at(dependency.span) {
                    Some(name) => {
                        *known.entry((file, name)).or_insert_with(|| table.only(last_part(self.facts.name(name))))
                    }
                    None => table.only(last_part(self.imported(dependency.span)?)),
                };
                let (id, is_single) = found?;
                if !is_single {
                    certainty = certainty.max(Certainty::Inferred);
                }
                Some(id)
            });
            if file == self.file && (to.is_none() || to == dependency.from_symbol) {
                continue;
            }
            if let Some(to) = to.filter(|_| !binds)
                && let Some(local) = self.local_name(dependency)
            {
                self.imported.entry(local).or_insert((file, to, certainty));
            }
            self.uses.push(SymbolUse {
                from: dependency.from_symbol,
                file,
                to,
                via: None,
                kind: dependency.kind,
                certainty,
                test: dependency.test,
                span: dependency.span,
            });
        }
    }

    /// The name of the mention at a place.
    fn reference_at(&self, span: Span) -> Option<NameId> {
        let references = &self.facts.references;
        let first = references.partition_point(|reference| reference.span.start < span.start);
        references[first..]
            .iter()
            .take_while(|other| other.span.start == span.start)
            .find(|it| it.span == span)
            .map(|it| it.name)
    }

    fn import_at(&self, span: Span) -> Option<&'t Import> {
        let imports = &self.facts.imports;
        let first = imports.partition_point(|import| import.statement.end <= span.start);
        imports.get(first).filter(|import| import.statement.contains(span)).and_then(|first_of_statement| {
            let of_statement = imports[first..].iter().take_while(|it| it.statement == first_of_statement.statement);
            let exact =
                of_statement.clone().find(|it| it.span == span || it.names.iter().any(|name| name.span == span));
            exact.or(Some(first_of_statement))
        })
    }

    /// The name that an import takes at a place.
    fn imported(&self, span: Span) -> Option<&'t Name> {
        let import = self.import_at(span)?;
        let named = import.names.iter().find(|name| name.span == span || import.names.len() == 1);
        named
            .filter(|name| !name.is_glob())
            .map(|name| &name.name)
            .or((import.names.is_empty()).then_some(&import.path))
    }

    /// What the file calls the thing that an import statement names; none for mentions.
    fn local_name(&self, dependency: &Dependency) -> Option<&'t str> {
        if !matches!(dependency.kind, DependencyKind::Import | DependencyKind::Reexport | DependencyKind::TypeOnly) {
            return None;
        }
        let import = self.import_at(dependency.span)?;
        match import.names.iter().find(|name| name.span == dependency.span || import.names.len() == 1) {
            Some(name) => Some(name.local()).filter(|_| !name.is_glob()),
            None => import.alias.as_deref().or_else(|| Some(last_part(&import.path))),
        }
    }

    /// Names of imports and mentions by what the file's imports bind.
    fn bound(&mut self, dependencies: &[Dependency]) {
        let mut scope = Scope::new(self.sources, self.tables);
        let facts = self.facts;
        for import in &facts.imports {
            self.import(import, dependencies, &mut scope);
        }
        let mut known: FxHashMap<(NameId, Option<DefinitionId>), (Path, bool)> = FxHashMap::default();
        let has_inner_imports = self.facts.imports.iter().any(|import| import.within.is_some());
        for reference in &facts.references {
            // Where all imports stand at the top, a name means the same everywhere.
            let is_own = is_on_receiver(facts.name(reference.name));
            let place = reference.within.filter(|_| has_inner_imports || is_own);
            let (found, complete) = known
                .entry((reference.name, place))
                .or_insert_with(|| scope.path(self.file, facts.name(reference.name), place));
            let last = found.len().wrapping_sub(1);
            // The object itself is no use of its class.
            for (index, found) in found.iter().enumerate().skip(usize::from(is_own)) {
                let kind = if *complete && index == last { kind_of(reference.kind) } else { DependencyKind::Reference };
                self.mention(reference, found, kind);
            }
        }
    }

    fn mention(&mut self, reference: &Reference, found: &Found, kind: DependencyKind) {
        let meaning = found.meaning;
        let is_itself =
            meaning.file == self.file && (meaning.definition.is_none() || meaning.definition == reference.within);
        if is_itself {
            return;
        }
        self.uses.push(SymbolUse {
            from: reference.within,
            file: meaning.file,
            to: meaning.definition,
            via: found.via,
            kind,
            certainty: found.certainty,
            test: reference.within.is_some_and(|id| self.facts.definitions[id as usize].test),
            span: reference.span,
        });
    }

    /// The definitions that an import names, in the files that declare them.
    fn import(&mut self, import: &'t Import, dependencies: &[Dependency], scope: &mut Scope<'t, '_>) {
        let at = |start: u32| {
            let first = dependencies.partition_point(|dependency| dependency.span.start < start);
            dependencies.get(first).filter(|dependency| dependency.span.start == start)
        };
        for name in import.names.iter().filter(|name| !name.is_glob()) {
            let Some(dependency) = at(name.span.start).or_else(|| at(import.span.start)) else { continue };
            let Target::File(target) = dependency.target else { continue };
            let Some(meaning) = scope.export(target, &name.name) else { continue };
            if meaning.file == self.file || meaning.definition.is_none() {
                continue;
            }
            self.uses.push(SymbolUse {
                from: import.within,
                file: meaning.file,
                to: meaning.definition,
                via: (meaning.file != target).then_some(target),
                kind: dependency.kind,
                certainty: dependency.certainty,
                test: dependency.test,
                span: name.span,
            });
        }
    }

    /// Mentions that no dependency explains: of what an import names, else what can only mean one definition of the file.
    fn unique(&mut self) {
        let table = self.tables.get(self.file);
        let mut known: FxHashMap<NameId, Option<(FileId, DefinitionId, Certainty)>> = FxHashMap::default();
        let facts = self.facts;
        for reference in &facts.references {
            if self.seen.contains(&reference.span.start) {
                continue;
            }
            let name = facts.name(reference.name);
            let found = known.entry(reference.name).or_insert_with(|| {
                let inferred = |id| (self.file, id, Certainty::Inferred);
                self.of_import(name).or_else(|| own(facts, table, name).map(inferred))
            });
            let is_itself = |file, to| file == self.file && Some(to) == reference.within;
            let Some((file, to, certainty)) = found.filter(|(file, to, _)| !is_itself(*file, *to)) else { continue };
            self.uses.push(SymbolUse {
                from: reference.within,
                file,
                to: Some(to),
                via: None,
                kind: kind_of(reference.kind),
                certainty,
                test: reference.within.is_some_and(|id| self.facts.definitions[id as usize].test),
                span: reference.span,
            });
        }
    }

    /// What a name means whose first part an import names: that, or as far as they are known the members after it.
    fn of_import(&self, name: &str) -> Option<(FileId, DefinitionId, Certainty)> {
        let mut parts = parts(name);
        let (file, mut definition, certainty) = *self.imported.get(parts.next()?)?;
        let table = self.tables.get(file);
        for part in parts {
            let Some(member) = table.inside(Some(definition), part) else { break };
            definition = member;
        }
        Some((file, definition, certainty))
    }
}

/// The definition of a file that a name can mean there: a bare one the only one of that name, a path the only one inside
/// what its first part names.
fn own(facts: &FileFacts, table: &Table<'_>, name: &str) -> Option<DefinitionId> {
    let (head, last) = (parts(name).next()?, last_part(name));
    if head == name {
        return table.only(name).map(|(id, _)| id);
    }
    table.only(head)?;
    let is_inside = |id: &DefinitionId| {
        let mut around = facts.definitions[*id as usize].parent;
        while let Some(parent) = around.and_then(|id| facts.definitions.get(id as usize)) {
            if parent.name == head {
                return true;
            }
            around = parent.parent;
        }
        false
    };
    let mut found = table.named(last).filter(is_inside);
    found.next().filter(|_| found.next().is_none())
}

/// The parts of a name in any language: `a.b`, `a::b`, `a\b`.
fn parts(name: &str) -> impl DoubleEndedIterator<Item = &str> {
    let name = &name[..name.find(['<', '[', '(', '!', '{']).unwrap_or(name.len())];
    name.split(['.', ':', '\\', '/']).filter(|part| !part.is_empty())
}

fn last_part(name: &str) -> &str {
    parts(name).next_back().unwrap_or(name)
}

fn kind_of(kind: ReferenceKind) -> DependencyKind {
    match kind {
        ReferenceKind::Call => DependencyKind::Call,
        ReferenceKind::Inherit => DependencyKind::Inherit,
        ReferenceKind::Macro => DependencyKind::Macro,
        ReferenceKind::Value | ReferenceKind::Type => DependencyKind::Reference,
    }
}
