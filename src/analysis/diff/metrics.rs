//! Numbers of components and of the whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Metric, MetricChange, Names, State, written};
use crate::graph::{NodeId, NodeKind};

/// Compares the numbers of every file and folder that is in both states.
pub(super) fn compare(before: State<'_>, after: State<'_>, metrics: &[Metric], names: &Names<'_>) -> Vec<MetricChange> {
    let old: BTreeMap<Arc<str>, NodeId> =
        before.snapshot.tree().map(|id| (names.before(before.snapshot, id), id)).collect();
    let mut changes = Vec::new();
    for id in after.snapshot.tree() {
        let path = written(after.snapshot, id);
        let Some(old) = old.get(&path) else { continue };
        for (metric, value) in metrics {
            let (before, after) =
                (value(before.snapshot, before.analysis, *old), value(after.snapshot, after.analysis, id));
            if before != after {
                changes.push(MetricChange { path: path.clone(), metric, before, after });
            }
        }
    }
    changes.sort_by(|a, b| (&a.path, a.metric).cmp(&(&b.path, b.metric)));
    changes
}

/// Numbers of the whole project: before and now.
pub(super) fn totals(before: State<'_>, after: State<'_>) -> Vec<(&'static str, u64, u64)> {
    let of = |state: State<'_>| {
        let root = state.snapshot.node(NodeId::ROOT);
        let cycles = state.analysis.cycles();
        let coupling = || state.snapshot.edges().map(|(_, edge)| edge).filter(|edge| edge.kind.is_coupling());
        let is_external = |id| state.snapshot.node(id).kind == NodeKind::External;
        let inside = || coupling().filter(|edge| !is_external(edge.to));
        [
            ("files", u64::from(root.files)),
            ("lines", root.lines),
            ("dependencies", inside().count() as u64),
            ("statements", inside().map(|edge| u64::from(edge.weight)).sum()),
            (
                "external packages",
                state.snapshot.externals().filter(|id| !state.snapshot.node(*id).standard).count() as u64,
            ),
            ("cycles", cycles.all().len() as u64),
            ("files in cycles", cycles.of_files().iter().map(|members| members.len() as u64).sum()),
            ("unresolved imports", state.snapshot.unresolved().len() as u64),
        ]
    };
    of(before).into_iter().zip(of(after)).map(|((name, before), (_, after))| (name, before, after)).collect()
}
