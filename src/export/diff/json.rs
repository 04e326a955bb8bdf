//! What changed, for programs: everything that is known.

use serde_json::{Map, Value, json};

use super::{Comparison, Format};
use crate::analysis::diff::{ComponentChange, CycleChange, DependencyChange, Stand};
use crate::export::to_json;
use crate::graph::view::Level;

/// JSON.
pub const JSON: Format =
    Format { name: "json", doc: "everything that changed, in one document", level: Level::File, write };

fn write(comparison: &Comparison<'_>) -> String {
    let diff = comparison.diff;
    let metric = |change: &crate::analysis::diff::MetricChange| json!({"path": *change.path, "metric": change.metric, "before": change.before, "after": change.after});
    let totals: Map<String, Value> = diff
        .totals
        .iter()
        .map(|(name, before, after)| ((*name).to_owned(), json!({"before": before, "after": after})))
        .collect();
    let value = json!({
        "before": comparison.before,
        "after": comparison.after,
        "level": comparison.level.as_str(),
        "components": diff.components.iter().map(component).collect::<Vec<_>>(),
        "external_packages": diff.externals.iter().map(component).collect::<Vec<_>>(),
        "dependencies": diff.dependencies.iter().map(dependency).collect::<Vec<_>>(),
        "cycles": diff.cycles.iter().map(cycle).collect::<Vec<_>>(),
        "metrics": diff.metrics.iter().map(metric).collect::<Vec<_>>(),
        "totals": totals,
    });
    format!("{}\n", to_json(&value))
}

fn component(change: &ComponentChange) -> Value {
    json!({"before": change.before.as_deref(), "after": change.after.as_deref()})
}

fn dependency(change: &DependencyChange) -> Value {
    json!({
        "from": *change.from,
        "to": *change.to,
        "kind": change.kind.as_str(),
        "before": change.before.as_ref().map(stand),
        "after": change.after.as_ref().map(stand),
    })
}

fn stand(stand: &Stand) -> Value {
    let places: Vec<String> = stand.places.iter().map(|(file, line)| format!("{file}:{line}")).collect();
    json!({"weight": stand.weight, "test": stand.test, "certainty": stand.certainty.as_str(), "evidence": places})
}

fn cycle(change: &CycleChange) -> Value {
    let names = |members: &[std::sync::Arc<str>]| members.iter().map(|member| json!(**member)).collect::<Vec<_>>();
    json!({"parent": change.parent.as_deref(), "before": names(&change.before), "after": names(&change.after)})
}
