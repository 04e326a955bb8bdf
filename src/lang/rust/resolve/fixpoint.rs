//! What every import leads to, as a fixpoint: re-exports are followed through any number of files and through circles.
//!
//! An import is asked again only when one that its answer was read from has changed, so the work follows the chains of
//! re-exports and not the number of all imports.

use rayon::prelude::*;
use smallvec::SmallVec;

use super::modules::{UseId, World};
use super::names::Entities;

/// Rounds in which all waiting imports are asked at once, in parallel. In later ones each sees what those before it
/// found, so that circles cannot answer each other out of step.
const PARALLEL_ROUNDS: usize = 8;

/// A chain longer than this, or a circle that never settles, is left as it is.
const ROUNDS: usize = 64;

impl World<'_> {
    /// Resolves every import.
    pub fn resolve_imports(&mut self) {
        let count = self.uses.len();
        // For each import those whose answer was read from it.
        let mut readers: Vec<SmallVec<[u32; 2]>> = vec![SmallVec::new(); count];
        let mut waiting: Vec<u32> = (0..count as u32).collect();
        for round in 0..ROUNDS {
            if waiting.is_empty() {
                break;
            }
            let mut changed = Vec::new();
            if round < PARALLEL_ROUNDS {
                let world = &*self;
                let answers: Vec<_> = waiting.par_iter().map(|id| world.targets_of_use(UseId(*id))).collect();
                for (id, answer) in waiting.iter().zip(answers) {
                    self.take(*id, answer, &mut readers, &mut changed);
                }
            } else {
                for id in &waiting {
                    let answer = self.targets_of_use(UseId(*id));
                    self.take(*id, answer, &mut readers, &mut changed);
                }
            }
            // Whoever is asked again notes anew what it reads.
            waiting = changed.iter().flat_map(|id: &u32| std::mem::take(&mut readers[*id as usize])).collect();
            waiting.sort_unstable();
            waiting.dedup();
        }
    }

    fn take(
        &mut self,
        id: u32,
        (targets, reads): (Entities, Vec<UseId>),
        readers: &mut [SmallVec<[u32; 2]>],
        changed: &mut Vec<u32>,
    ) {
        for read in reads {
            let of_read = &mut readers[read.0 as usize];
            if of_read.last() != Some(&id) {
                of_read.push(id);
            }
        }
        let known = &mut self.uses[id as usize].targets;
        if known.as_slice() != targets.as_slice() {
            *known = SmallVec::from_slice(&targets);
            changed.push(id);
        }
    }
}
