//! Cycles, matched across states by what they share.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{CycleChange, Names, State, written};
use crate::graph::NodeId;

/// Where a cycle lies and who is in it.
type Found = (Option<Arc<str>>, BTreeSet<Arc<str>>);

/// Compares the cycles of siblings and those of files. A cycle before and one now, at the same place, are the same one if
/// they share at least two members, each with the one with which it shares most: less in common is a coincidence.
pub(super) fn compare(before: State<'_>, after: State<'_>, names: &Names<'_>) -> Vec<CycleChange> {
    let mut old = of(before, |id| names.before(before.snapshot, id));
    let new = of(after, |id| written(after.snapshot, id));
    let unchanged: BTreeSet<Found> = old.iter().filter(|cycle| new.contains(cycle)).cloned().collect();
    old.retain(|cycle| !unchanged.contains(cycle));
    let mut new: Vec<Option<Found>> = new.into_iter().filter(|cycle| !unchanged.contains(cycle)).map(Some).collect();
    let mut changes = Vec::new();
    for (parent, members) in old {
        let shared = |cycle: &Option<Found>| match cycle {
            Some((place, others)) if *place == parent => others.intersection(&members).count(),
            _ => 0,
        };
        // Of equals the first, which is the first by name.
        let best = (0..new.len()).rev().max_by_key(|index| shared(&new[*index])).filter(|best| shared(&new[*best]) > 1);
        let found = best.and_then(|best| new[best].take());
        let after = found.map_or_else(Vec::new, |(_, members)| members.into_iter().collect());
        changes.push(CycleChange { parent, before: members.into_iter().collect(), after });
    }
    changes.extend(new.into_iter().flatten().map(|(parent, members)| CycleChange {
        parent,
        before: Vec::new(),
        after: members.into_iter().collect(),
    }));
    changes.sort_by_cached_key(|change| {
        (change.parent.is_none(), change.parent.clone(), change.after.clone(), change.before.clone())
    });
    changes
}

/// All cycles of a state, sorted.
fn of(state: State<'_>, name: impl Fn(NodeId) -> Arc<str>) -> Vec<Found> {
    let cycles = state.analysis.cycles();
    let members = |members: &[NodeId]| members.iter().map(|id| name(*id)).collect::<BTreeSet<_>>();
    let siblings = cycles.all().iter().map(|cycle| (Some(name(cycle.parent)), members(&cycle.members)));
    let files = cycles.of_files().iter().map(|cycle| (None, members(cycle)));
    siblings.chain(files).collect::<BTreeSet<Found>>().into_iter().collect()
}
