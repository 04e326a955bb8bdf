//! Which rows the tree has.

use rustc_hash::FxHashSet;

use super::TreeRow;
use crate::facts::{Definition, DefinitionId};
use crate::graph::{NodeId, NodeKind, Snapshot};
use crate::tui::model::Item;

/// The rows that are visible with these open. With a filter only what it lets through, and that as if open.
pub fn build(snapshot: &Snapshot, open: &FxHashSet<Item>, passed: Option<&FxHashSet<NodeId>>) -> Vec<TreeRow> {
    let mut rows = Vec::new();
    let passes = |id: NodeId| passed.is_none_or(|passed| passed.contains(&id));
    let mut stack = vec![(NodeId::ROOT, 0_u16)];
    while let Some((first, depth)) = stack.pop() {
        let id = chain_end(snapshot, first);
        let item = Item::Node(id);
        if snapshot.node(id).kind == NodeKind::File {
            let definitions = snapshot.definitions(id);
            let is_open = open.contains(&item) && passed.is_none();
            rows.push(TreeRow { item, first, depth, open: (!definitions.is_empty()).then_some(is_open) });
            if is_open {
                symbols(id, definitions, depth + 1, open, &mut rows);
            }
            continue;
        }
        let is_open = passed.is_some() || open.contains(&item);
        let has_children = snapshot.subtree(id).len() > 1;
        rows.push(TreeRow { item, first, depth, open: has_children.then_some(is_open) });
        if is_open {
            let from = stack.len();
            stack.extend(snapshot.children(id).filter(|child| passes(*child)).map(|child| (child, depth + 1)));
            stack[from..].reverse();
        }
    }
    for (group, standard) in [(Item::Externals, false), (Item::Standard, true)] {
        let members: Vec<NodeId> =
            snapshot.externals().filter(|id| snapshot.node(*id).standard == standard && passes(*id)).collect();
        if members.is_empty() {
            continue;
        }
        let is_open = passed.is_some() || open.contains(&group);
        rows.push(TreeRow { item: group, first: NodeId::ROOT, depth: 0, open: Some(is_open) });
        if is_open {
            rows.extend(members.into_iter().map(|id| TreeRow {
                item: Item::Node(id),
                first: id,
                depth: 1,
                open: None,
            }));
        }
    }
    rows
}

/// Where a chain of directories ends that hold nothing but the next directory.
fn chain_end(snapshot: &Snapshot, first: NodeId) -> NodeId {
    let mut id = first;
    while snapshot.node(id).kind == NodeKind::Directory {
        let mut children = snapshot.children(id);
        match (children.next(), children.next()) {
            (Some(child), None) if snapshot.node(child).kind != NodeKind::File => id = child,
            _ => break,
        }
    }
    id
}

/// The name of a chain: `a/b/c`.
pub fn label(snapshot: &Snapshot, first: NodeId, last: NodeId) -> String {
    let node = snapshot.node(last);
    if first == last {
        return node.name.to_string();
    }
    let above = snapshot.node(first).path.len() - snapshot.node(first).name.len();
    node.path.get(above..).unwrap_or(&node.path).to_owned()
}

fn symbols(file: NodeId, definitions: &[Definition], depth: u16, open: &FxHashSet<Item>, rows: &mut Vec<TreeRow>) {
    let mut children: Vec<Vec<DefinitionId>> = vec![Vec::new(); definitions.len()];
    let mut stack: Vec<(DefinitionId, u16)> = Vec::new();
    for (id, definition) in definitions.iter().enumerate() {
        match definition.parent.and_then(|parent| children.get_mut(parent as usize)) {
            Some(siblings) => siblings.push(id as DefinitionId),
            None => stack.push((id as DefinitionId, depth)),
        }
    }
    stack.reverse();
    while let Some((id, depth)) = stack.pop() {
        let item = Item::Symbol(file, id);
        let below = &children[id as usize];
        let is_open = open.contains(&item);
        rows.push(TreeRow { item, first: file, depth, open: (!below.is_empty()).then_some(is_open) });
        if is_open {
            stack.extend(below.iter().rev().map(|child| (*child, depth + 1)));
        }
    }
}
