//! Every import of every file, resolved in parallel.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::resolver::{Meaning, Resolver};
use crate::facts::ImportKind;
use crate::lang::resolve::{Certainty, Dependency, FileId, Reason, Sources, Target};
use crate::project::npm::TsConfig;

/// See [`crate::lang::resolve::Resolve`].
pub fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let resolver = Resolver::new(sources);
    // Files come in path order, so those of one directory stand together; they mostly ask for the same things.
    let directories: Vec<&[FileId]> =
        files.chunk_by(|a, b| directory_of(sources, *a) == directory_of(sources, *b)).collect();
    directories.into_par_iter().flat_map_iter(|files| resolve_directory(&resolver, sources, files)).collect()
}

fn directory_of(sources: &Sources, file: FileId) -> &str {
    sources.get(file).path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

fn resolve_directory(resolver: &Resolver<'_>, sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let mut known: FxHashMap<(Option<*const TsConfig>, &str), Meaning> = FxHashMap::default();
    let mut answers = Vec::with_capacity(files.len());
    for file in files {
        let directory = directory_of(sources, *file);
        let config = resolver.config_of(&sources.get(*file).path);
        let imports = sources.facts(*file).map_or(&[][..], |facts| facts.imports.as_slice());
        let dependencies = imports.iter().map(|import| {
            let (target, certainty) = if import.kind == ImportKind::Computed {
                let text = import.path.clone();
                (Target::Unresolved { text, reason: Reason::NotLiteral }, Certainty::Resolved)
            } else {
                known
                    .entry((config.map(std::ptr::from_ref), &import.path))
                    .or_insert_with(|| resolver.resolve(&import.path, directory, config))
                    .clone()
            };
            Dependency { certainty, ..Dependency::of_import(import, target, import.span) }
        });
        answers.push(dependencies.collect());
    }
    answers
}
