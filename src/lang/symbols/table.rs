//! What each file defines, hands on and takes from others, by name.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::Binding;
use crate::facts::{Definition, DefinitionId, DefinitionKind, FileFacts, Import, ImportKind, NameId, ReferenceKind};
use crate::lang::resolve::{Certainty, Dependency, FileId, Sources, Target};

/// How many definitions of one name in a file are looked at.
const NAMESAKES: usize = 256;

/// What an import binds a name to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound<'a> {
    /// The file that the import names.
    pub(super) file: FileId,
    /// The name that is taken from it; none for the module itself.
    pub(super) name: Option<&'a str>,
    pub(super) certainty: Certainty,
    /// The definition that the import stands in: only there is the name bound.
    pub(super) within: Option<DefinitionId>,
    /// Whether other files see it.
    pub(super) exported: bool,
}

/// One file.
#[derive(Default)]
pub(super) struct Table<'a> {
    pub(super) facts: Option<&'a FileFacts>,
    /// Every definition by name, by what it stands in, then in source order.
    definitions: Vec<(&'a str, Option<DefinitionId>, DefinitionId)>,
    /// Local names that imports bind.
    pub(super) bound: FxHashMap<&'a str, SmallVec<[Bound<'a>; 1]>>,
    /// Files of which all names are taken.
    pub(super) stars: Vec<Bound<'a>>,
    /// Names that the file calls otherwise for others than for itself: exported name and local one.
    pub(super) renamed: FxHashMap<&'a str, &'a str>,
    /// What each class extends, as written.
    bases: Vec<(DefinitionId, NameId)>,
}

/// All files.
pub(super) struct Tables<'a> {
    pub(super) of_file: Vec<Table<'a>>,
}

impl<'a> Tables<'a> {
    pub(super) fn new(sources: &'a Sources, dependencies: &[Vec<Dependency>]) -> Self {
        let of_file = |index: usize| {
            let file = FileId(index as u32);
            let Some(facts) = sources.facts(file) else { return Table::default() };
            let mut table = Table::of(facts);
            let binding = Binding::of(sources, file);
            if binding != Binding::None {
                table.bind(facts, binding, dependencies.get(index).map_or(&[], Vec::as_slice));
            }
            table
        };
        Self { of_file: (0..sources.files.len()).into_par_iter().map(of_file).collect() }
    }

    pub(super) fn get(&self, file: FileId) -> &Table<'a> {
        &self.of_file[file.index()]
    }
}

impl<'a> Table<'a> {
    fn of(facts: &'a FileFacts) -> Self {
        let entry = |(it, id): (&'a Definition, DefinitionId)| (it.name.as_str(), it.parent, id);
        let mut definitions: Vec<(&str, Option<DefinitionId>, DefinitionId)> =
            facts.definitions.iter().zip(0..).map(entry).collect();
        definitions.sort_unstable();
        let inherits = facts.references.iter().filter(|reference| reference.kind == ReferenceKind::Inherit);
        let mut bases: Vec<(DefinitionId, NameId)> =
            inherits.filter_map(|reference| Some((reference.within?, reference.name))).collect();
        bases.sort_unstable();
        Self { facts: Some(facts), definitions, bases, ..Self::default() }
    }

    fn bind(&mut self, facts: &'a FileFacts, binding: Binding, dependencies: &[Dependency]) {
        let mut targets: FxHashMap<u32, (FileId, Certainty)> = FxHashMap::default();
        for dependency in dependencies {
            if let Target::File(file) = dependency.target {
                targets.entry(dependency.span.start).or_insert((file, dependency.certainty));
            }
        }
        for import in facts.imports.iter().filter(|import| import.kind != ImportKind::Include) {
            self.bind_import(import, binding, &targets);
        }
        for export in &facts.exports {
            if let Some(alias) = &export.alias {
                self.renamed.entry(alias).or_insert(&export.name);
            }
        }
    }

    fn bind_import(&mut self, import: &'a Import, binding: Binding, targets: &FxHashMap<u32, (FileId, Certainty)>) {
        let bound = |at: u32, name: Option<&'a str>| {
            let (file, certainty) = *targets.get(&at)?;
            let exported = import.within.is_none() && (binding == Binding::All || import.exported);
            Some(Bound { file, name, certainty, within: import.within, exported })
        };
        let of_module = || bound(import.span.start, None);
        for name in &import.names {
            let at = if targets.contains_key(&name.span.start) { name.span.start } else { import.span.start };
            let Some(bound) = bound(at, Some(&name.name)) else { continue };
            if name.is_glob() {
                self.stars.push(bound);
            } else {
                self.bound.entry(name.local()).or_default().push(bound);
            }
        }
        // `import a.b` is found under the whole path: that is how the module is then named.
        let local = import.alias.as_deref().or(import.names.is_empty().then_some(&import.path));
        if let (Some(local), Some(bound)) = (local, of_module()) {
            self.bound.entry(local).or_default().push(bound);
        }
    }

    /// The definitions of a name, those at the top first; of very many some.
    pub(super) fn named(&self, name: &str) -> impl Iterator<Item = DefinitionId> {
        let first = self.definitions.partition_point(|(other, ..)| *other < name);
        let found = self.definitions[first..].iter().take_while(move |(other, ..)| *other == name);
        found.take(NAMESAKES).map(|(.., id)| *id)
    }

    /// The first definition of a name directly inside another one, or at the top.
    pub(super) fn inside(&self, parent: Option<DefinitionId>, name: &str) -> Option<DefinitionId> {
        let first = self.definitions.partition_point(|(other, around, _)| (*other, *around) < (name, parent));
        let found = self.definitions.get(first).filter(|(other, around, _)| (*other, *around) == (name, parent));
        found.map(|(.., id)| *id)
    }

    /// The one definition that a bare name can mean for somebody who knows no more: those of types and at the top go before
    /// members. Whether the file has no other of the name comes with it.
    pub(super) fn only(&self, name: &str) -> Option<(DefinitionId, bool)> {
        let facts = self.facts?;
        let rank = |id: &DefinitionId| match facts.definitions[*id as usize].kind {
            DefinitionKind::Method | DefinitionKind::Field => 2,
            DefinitionKind::Implementation | DefinitionKind::Module => 3,
            _ if facts.definitions[*id as usize].parent.is_some() => 1,
            _ => 0,
        };
        let best = self.named(name).map(|id| rank(&id)).min()?;
        let mut found = self.named(name).filter(|id| rank(id) == best);
        let first = found.next();
        // Rust's `impl` blocks and C's prototypes say the same name again; of members each is another thing.
        let is_single = self.named(name).nth(1).is_none();
        if best == 2 && found.next().is_some() { None } else { first.map(|id| (id, is_single)) }
    }

    /// What a class extends, as written.
    pub(super) fn bases(&self, class: DefinitionId) -> impl Iterator<Item = NameId> {
        let first = self.bases.partition_point(|(of, _)| *of < class);
        self.bases[first..].iter().take_while(move |(of, _)| *of == class).map(|(_, name)| *name)
    }
}
