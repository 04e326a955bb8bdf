//! By which files components are run: what such a file could say and does not say is worth telling, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::document::{Document, Tree};
use crate::graph::Snapshot;
use crate::system::{ComponentId, Place, System};

/// A way in which containers are declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Services of a Compose file.
    Compose,
    /// Workloads of Kubernetes.
    Kubernetes,
}

impl Format {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Compose => "Compose",
            Self::Kubernetes => "Kubernetes",
        }
    }
}

/// Objects of Kubernetes that run containers for as long as they are there.
const WORKLOADS: &[&str] = &["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout"];

/// The components that each format runs, with the line that declares each.
pub fn deployed(snapshot: &Snapshot) -> BTreeMap<Format, BTreeMap<ComponentId, &Place>> {
    let documents: BTreeMap<&Arc<str>, &Document> =
        snapshot.sources.documents.iter().map(|document| (&document.path, document.as_ref())).collect();
    let mut deployed: BTreeMap<Format, BTreeMap<ComponentId, &Place>> = BTreeMap::new();
    for (index, component) in snapshot.system.nodes.iter().enumerate() {
        for place in &component.evidence {
            let format = documents.get(&place.path).and_then(|document| format_at(document, place.line));
            if let Some(format) = format {
                deployed.entry(format).or_default().entry(ComponentId(index as u32)).or_insert(place);
            }
        }
    }
    deployed
}

/// By which format a line of a document runs something.
fn format_at(document: &Document, line: u32) -> Option<Format> {
    // The trees of a stream follow each other; the line is in the last one that begins before it.
    let trees = document.trees();
    let after = trees.partition_point(|tree| tree.line <= line);
    let tree = trees.get(after.saturating_sub(1))?;
    let inside = |tree: &Tree| tree.text_at("kind").is_some_and(|kind| WORKLOADS.contains(&kind));
    let is_workload = inside(tree) || tree.get("items").is_some_and(|items| items.elements().iter().any(inside));
    if tree.get("apiVersion").is_some() {
        return is_workload.then_some(Format::Kubernetes);
    }
    let services = tree.get("services")?.entries();
    services.iter().any(|service| service.line == line).then_some(Format::Compose)
}

/// The components of which a practice says something, directly.
pub fn saying(system: &System, kinds: &[crate::system::PracticeKind]) -> BTreeSet<ComponentId> {
    let of = system.practices.iter().filter(|practice| kinds.contains(&practice.kind));
    of.filter_map(|practice| practice.component).collect()
}
