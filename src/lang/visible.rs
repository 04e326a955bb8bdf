//! Names that a file sees because the files that it imports define them.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::resolve::{Certainty, Dependency, DependencyKind, FileId, Target};
use crate::facts::{DefinitionId, Reference};

/// At most so many files that a file imports, directly or through others, are searched for names.
const IMPORTED_LIMIT: usize = 256;

/// More files than this that define one name are no answer.
const AMBIGUOUS_LIMIT: usize = 4;

/// Where names are defined, and who imports whom.
#[derive(Debug, Default)]
pub struct Visible {
    names: FxHashMap<Box<str>, Vec<(FileId, DefinitionId)>>,
    imported: FxHashMap<FileId, Vec<FileId>>,
}

impl Visible {
    /// Notes that a file defines a name. To be called in the order of files.
    pub fn define(&mut self, name: &str, file: FileId, definition: DefinitionId) {
        match self.names.get_mut(name) {
            Some(places) => places.push((file, definition)),
            None => {
                self.names.insert(name.into(), vec![(file, definition)]);
            }
        }
    }

    /// Notes that what the targets of these dependencies define is seen by a file.
    pub fn import<'d>(&mut self, file: FileId, dependencies: impl Iterator<Item = &'d Dependency>) {
        let targets = dependencies.filter_map(|dependency| match dependency.target {
            Target::File(target) if target != file => Some(target),
            _ => None,
        });
        self.imported.entry(file).or_default().extend(targets);
    }

    /// Whether a file itself defines a name.
    pub fn is_defined_in(&self, name: &str, file: FileId) -> bool {
        self.names.get(name).is_some_and(|places| places.iter().any(|(definer, _)| *definer == file))
    }

    /// The files that a file imports, directly or through others.
    pub fn reachable(&self, file: FileId) -> BTreeSet<FileId> {
        let mut reachable = BTreeSet::new();
        let mut open = vec![file];
        while let Some(next) = open.pop() {
            for target in self.imported.get(&next).into_iter().flatten() {
                if *target != file && reachable.len() < IMPORTED_LIMIT && reachable.insert(*target) {
                    open.push(*target);
                }
            }
        }
        reachable
    }

    /// Where a name is defined among the files that are reachable from a file; nowhere where the file has one of its own.
    pub fn places(&self, file: FileId, name: &str, reachable: &BTreeSet<FileId>) -> Vec<(FileId, DefinitionId)> {
        let Some(all) = self.names.get(name) else { return Vec::new() };
        // They are in the order of files, and what a file defines twice is the later one.
        let of = |file: FileId| {
            let end = all.partition_point(|(definer, _)| *definer <= file);
            all[..end].last().filter(|(definer, _)| *definer == file).copied()
        };
        if of(file).is_some() {
            return Vec::new();
        }
        let found: Vec<(FileId, DefinitionId)> = reachable.iter().filter_map(|file| of(*file)).collect();
        if found.len() > AMBIGUOUS_LIMIT { Vec::new() } else { found }
    }
}

/// The dependencies of a mention that means one of these definitions: on each as ambiguous, where they are several.
pub fn dependencies_on(
    places: &[(FileId, DefinitionId)],
    kind: DependencyKind,
    reference: &Reference,
) -> impl Iterator<Item = Dependency> {
    let certainty = if places.len() == 1 { Certainty::Resolved } else { Certainty::Ambiguous };
    places.iter().map(move |(target, symbol)| Dependency {
        target: Target::File(*target),
        kind,
        certainty,
        span: reference.span,
        statement: reference.span.start,
        test: false,
        from_symbol: reference.within,
        to_symbol: Some(*symbol),
    })
}
