//! From facts to dependencies.
//!
//! ```text
//! configuration  which parts of the files are compiled
//! crates    targets of Cargo packages: root files, editions, the crates that their code can name
//! modules   each crate's module tree, with what every module declares, imports and globs
//! names     the meaning of a path in a module
//! fixpoint  what each import leads to
//! members   fields and methods of values, by the types that follow from declarations
//! emit      each file's imports and mentions, resolved, as dependencies (in parallel)
//! ```
//! A file may be several modules (a test helper that many test crates declare): it is read in each of them.

mod configuration;
mod crates;
mod emit;
mod fixpoint;
mod members;
mod modules;
mod names;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::lang::resolve::{Dependency, FileId, Sources};

/// Resolves all Rust files.
pub fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let crates = crates::Crates::of_packages(sources, files);
    let mut world = modules::World::new(sources, crates);
    world.add_orphans(files);
    world.resolve_imports();
    let implementations = members::Implementations::new(&world);
    let mut contexts: FxHashMap<FileId, Vec<usize>> = FxHashMap::default();
    for (index, context) in world.contexts.iter().enumerate() {
        let file = context.expansion.map_or(context.file, |expansion| expansion.at);
        contexts.entry(file).or_default().push(index);
    }
    files
        .par_iter()
        .map(|file| {
            let of_file = contexts.get(file).map_or(&[][..], |contexts| contexts.as_slice());
            emit::dependencies(&world, &implementations, *file, of_file)
        })
        .collect()
}
