//! Components and the dependencies between them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{ComponentChange, DependencyChange, Names, Stand, written};
use crate::graph::view::{Externals, Level, Subgraph, View};
use crate::graph::{NodeId, NodeKind, Snapshot};
use crate::lang::resolve::DependencyKind;

/// The part of a [`super::Diff`] that is about the graph alone.
pub(super) struct Compared {
    pub components: Vec<ComponentChange>,
    pub externals: Vec<ComponentChange>,
    pub dependencies: Vec<DependencyChange>,
}

pub(super) fn compare(before: &Snapshot, after: &Snapshot, level: Level, names: &Names<'_>) -> Compared {
    let view = View { externals: Externals::Packages, ..View::complete(level) };
    let old = Side::new(before, before.project(&view), |id| names.before(before, id));
    let new = Side::new(after, after.project(&view), |id| written(after, id));
    let (externals, components) = components(&old, &new).into_iter().partition(|(_, external)| *external);
    let plain = |found: Vec<(ComponentChange, bool)>| found.into_iter().map(|(change, _)| change).collect();
    Compared { components: plain(components), externals: plain(externals), dependencies: dependencies(old, new) }
}

/// One state, by the names of now.
struct Side {
    /// For each component its own name in that state and whether it comes from elsewhere.
    components: BTreeMap<Arc<str>, (Arc<str>, bool)>,
    dependencies: BTreeMap<(Arc<str>, Arc<str>, DependencyKind), Stand>,
}

impl Side {
    fn new(snapshot: &Snapshot, subgraph: Subgraph, name: impl Fn(NodeId) -> Arc<str>) -> Self {
        let names: Vec<Arc<str>> = subgraph.nodes.iter().map(|node| name(node.id)).collect();
        let own = |id| (written(snapshot, id), snapshot.node(id).kind == NodeKind::External);
        let components = names.iter().cloned().zip(subgraph.nodes.iter().map(|node| own(node.id))).collect();
        let mut dependencies = BTreeMap::new();
        for edge in &subgraph.edges {
            let (from, to) = (&names[edge.from as usize], &names[edge.to as usize]);
            for part in subgraph.parts(snapshot, edge) {
                let places = part.places.iter().map(|(file, line)| (written(snapshot, *file), *line)).collect();
                let stand = Stand { weight: part.weight, test: part.test, certainty: part.certainty, places };
                dependencies.insert((from.clone(), to.clone(), part.kind), stand);
            }
        }
        Self { components, dependencies }
    }
}

fn components(old: &Side, new: &Side) -> Vec<(ComponentChange, bool)> {
    let mut changes = Vec::new();
    for (name, (own, external)) in &old.components {
        let after = new.components.contains_key(name).then(|| name.clone());
        if after.as_ref() != Some(own) {
            changes.push((ComponentChange { before: Some(own.clone()), after }, *external));
        }
    }
    for (name, (_, external)) in new.components.iter().filter(|(name, _)| !old.components.contains_key(*name)) {
        changes.push((ComponentChange { before: None, after: Some(name.clone()) }, *external));
    }
    let name = |change: &ComponentChange| change.after.clone().or_else(|| change.before.clone());
    changes.sort_by(|(a, _), (b, _)| name(a).cmp(&name(b)).then_with(|| a.cmp(b)));
    changes
}

fn dependencies(old: Side, new: Side) -> Vec<DependencyChange> {
    let mut all: BTreeMap<_, (Option<Stand>, Option<Stand>)> = BTreeMap::new();
    for (key, stand) in old.dependencies {
        all.entry(key).or_default().0 = Some(stand);
    }
    for (key, stand) in new.dependencies {
        all.entry(key).or_default().1 = Some(stand);
    }
    // Lines move with every edit: that alone is no change.
    let same = |stand: &Stand| (stand.weight, stand.test, stand.certainty);
    all.into_iter()
        .filter(|(_, (before, after))| before.as_ref().map(same) != after.as_ref().map(same))
        .map(|((from, to, kind), (before, after))| DependencyChange { from, to, kind, before, after })
        .collect()
}
