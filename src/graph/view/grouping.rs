//! Which folders are drawn around the boxes of a view, and what boxes and folders are called.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Group, GroupId, Level, SubNode, Subgraph};
use crate::facts::qualified_name;
use crate::graph::{NodeId, NodeKind, Snapshot};

/// Frames inside frames: more cannot be told apart in a drawing, and deep trees must stay within its limits.
const MAX_NESTING: u32 = 5;

/// Groups the nodes of a subgraph by folder and labels them. A folder becomes a group where it holds at least two boxes
/// or groups; a chain of folders that hold one thing each becomes a part of the label.
pub fn group(snapshot: &Snapshot, subgraph: &mut Subgraph) {
    let entries = entries(snapshot, subgraph);
    let mut folders: Vec<NodeId> = entries
        .iter()
        .filter(|(folder, entries)| **entries > 1 && **folder != NodeId::ROOT)
        .map(|(folder, _)| *folder)
        .collect();
    folders.sort_unstable();
    let mut of_folder: FxHashMap<NodeId, (GroupId, u32)> = FxHashMap::default();
    subgraph.groups.clear();
    for folder in folders {
        // Folders are in pre-order: outer groups are known.
        let around = snapshot.ancestors(folder).find_map(|id| of_folder.get(&id).copied());
        let nesting = around.map_or(1, |(_, nesting)| nesting + 1);
        if nesting > MAX_NESTING {
            continue;
        }
        let parent = around.map(|(group, _)| group);
        let slash = if snapshot.node(folder).kind == NodeKind::File { "" } else { "/" };
        let around = parent.and_then(|id| subgraph.groups[id as usize].folder);
        let label = format!("{}{slash}", relative(snapshot, folder, around));
        of_folder.insert(folder, (subgraph.groups.len() as GroupId, nesting));
        subgraph.groups.push(Group { folder: Some(folder), label, parent });
    }
    let has_externals = subgraph.nodes.iter().any(|node| snapshot.node(node.id).kind == NodeKind::External);
    let externals = subgraph.groups.len() as GroupId;
    if has_externals {
        subgraph.groups.push(Group { folder: None, label: "external packages".to_owned(), parent: None });
    }
    let mut nodes = std::mem::take(&mut subgraph.nodes);
    for node in &mut nodes {
        let id = node.id;
        node.rest = node.symbol.is_none() && entries.contains_key(&id);
        node.group = match snapshot.node(id).kind {
            NodeKind::External => Some(externals),
            _ => std::iter::once(id)
                .chain(snapshot.ancestors(id))
                .find_map(|id| of_folder.get(&id).map(|(group, _)| *group)),
        };
        let around = node.group.and_then(|group| subgraph.groups[group as usize].folder);
        node.label = label(snapshot, subgraph.level, node, around);
    }
    subgraph.nodes = nodes;
}

/// For every folder that holds boxes: how many things are directly in it. Itself, where it is a box too, is one.
fn entries(snapshot: &Snapshot, subgraph: &Subgraph) -> FxHashMap<NodeId, u32> {
    let whole = subgraph.nodes.iter().filter(|node| node.symbol.is_none());
    let boxes: FxHashSet<NodeId> = whole.map(|node| node.id).collect();
    let mut entries: FxHashMap<NodeId, u32> = FxHashMap::default();
    for node in &subgraph.nodes {
        // A file with definitions in it is a folder of them.
        let own = node.symbol.map(|_| node.id);
        for folder in own.into_iter().chain(snapshot.ancestors(node.id)) {
            let known = entries.entry(folder).or_default();
            *known += 1;
            // What was met before, or is a box itself, is counted in the folders above already.
            if *known > 1 || boxes.contains(&folder) {
                break;
            }
        }
    }
    for node in subgraph.nodes.iter().filter(|node| node.symbol.is_none()) {
        if let Some(entries) = entries.get_mut(&node.id) {
            *entries += 1;
        }
    }
    entries
}

/// A path inside a folder (none: inside the root).
fn relative(snapshot: &Snapshot, id: NodeId, folder: Option<NodeId>) -> &str {
    let path = &*snapshot.node(id).path;
    match folder.map(|folder| &*snapshot.node(folder).path) {
        Some(folder) if !folder.is_empty() => {
            path.strip_prefix(folder).map_or(path, |rest| rest.trim_start_matches('/'))
        }
        _ => path,
    }
}

fn label(snapshot: &Snapshot, level: Level, of: &SubNode, around: Option<NodeId>) -> String {
    let id = of.id;
    let node = snapshot.node(id);
    if let Some(symbol) = of.symbol {
        let name = qualified_name(snapshot.definitions(id), symbol);
        return if around == Some(id) { name } else { format!("{} {name}", relative(snapshot, id, around)) };
    }
    let path = if around == Some(id) { &*node.name } else { relative(snapshot, id, around) };
    match (node.kind, snapshot.package(id)) {
        (NodeKind::External, _) => match &node.version {
            Some(version) => format!("{} {version}", node.name),
            None => node.name.to_string(),
        },
        (NodeKind::File, _) => path.to_owned(),
        (_, Some(package)) if level == Level::Package && of.boxes == 1 => package.name.to_string(),
        _ => format!("{}/{}", if id == NodeId::ROOT { "." } else { path }, if of.rest { "*" } else { "" }),
    }
}
