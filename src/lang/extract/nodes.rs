//! A syntax tree in one array.
//!
//! Moving a tree-sitter cursor costs about as much as making a sixth of the tree. So a file's tree is walked once, and all
//! that looks at every node (the patterns of the query, the readers of types) goes over an array.

use tree_sitter::{Node, Tree};

/// One node.
#[derive(Debug, Clone, Copy)]
struct Entry {
    kind: u16,
    /// In which field of its parent it stands; 0 for none, or where nobody asks.
    field: u16,
    named: bool,
    /// The index of the parent; the root's is its own.
    parent: u32,
    /// One past the index of the last node inside.
    end: u32,
}

/// The nodes of a tree in source order, each before those inside it. Anonymous leaves are there only if they were asked for.
pub struct Nodes<'t> {
    entries: Vec<Entry>,
    nodes: Vec<Node<'t>>,
}

/// About one in so many bytes of code begins a named node: for the size of the arrays.
const BYTES_PER_NODE: usize = 5;

impl<'t> Nodes<'t> {
    /// Walks a tree; `wanted` says of which kinds anonymous leaves are kept, `asks_fields` of which kinds of nodes the
    /// fields of the children are.
    pub(super) fn of(tree: &'t Tree, wanted: impl Fn(u16) -> bool, asks_fields: impl Fn(u16) -> bool) -> Self {
        let root = tree.root_node();
        let capacity = (root.end_byte() - root.start_byte()) / BYTES_PER_NODE;
        let mut all = Self { entries: Vec::with_capacity(capacity), nodes: Vec::with_capacity(capacity) };
        let mut cursor = tree.walk();
        let mut open = 0;
        let mut with_fields = false;
        loop {
            let node = cursor.node();
            let (kind, named, is_leaf) = (node.kind_id(), node.is_named(), node.child_count() == 0);
            let index = all.entries.len() as u32;
            if named || !is_leaf || wanted(kind) {
                let field = if with_fields { cursor.field_id().map_or(0, u16::from) } else { 0 };
                all.entries.push(Entry { kind, field, named, parent: open, end: index + 1 });
                all.nodes.push(node);
                if !is_leaf && cursor.goto_first_child() {
                    open = index;
                    with_fields = asks_fields(kind);
                    continue;
                }
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return all;
                }
                let end = all.entries.len() as u32;
                let entry = &mut all.entries[open as usize];
                entry.end = end;
                open = entry.parent;
                with_fields = asks_fields(all.entries[open as usize].kind);
            }
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        self.entries.len() as u32
    }

    /// The node at an index.
    pub(super) fn node(&self, index: u32) -> Node<'t> {
        self.nodes[index as usize]
    }

    /// Its kind.
    pub(super) fn kind(&self, index: u32) -> u16 {
        self.entries[index as usize].kind
    }

    /// The field of its parent in which it stands; 0 for none, or where no pattern asks.
    pub(super) fn field(&self, index: u32) -> u16 {
        self.entries[index as usize].field
    }

    /// Whether the grammar names it.
    pub(super) fn is_named(&self, index: u32) -> bool {
        self.entries[index as usize].named
    }

    /// The index of its parent; none of the root.
    pub(super) fn parent(&self, index: u32) -> Option<u32> {
        (index > 0).then(|| self.entries[index as usize].parent)
    }

    /// One past the index of the last node inside: where its next sibling is, if its parent goes on.
    pub(super) fn end(&self, index: u32) -> u32 {
        self.entries[index as usize].end
    }

    /// The named nodes of some kinds in source order, each before those inside it.
    pub(super) fn named(&self, wanted: impl Fn(u16) -> bool) -> impl Iterator<Item = Node<'t>> {
        let entries = self.entries.iter().zip(&self.nodes);
        entries.filter(move |(entry, _)| entry.named && wanted(entry.kind)).map(|(_, node)| *node)
    }

    /// Calls `enters` for every named node in source order, with its kind and how many nodes are around it. It says whether
    /// the nodes inside are of interest.
    pub fn walk(&self, mut enters: impl FnMut(Node<'t>, u16, u32) -> bool) {
        // One past the last node inside each node that is entered.
        let mut open: Vec<u32> = Vec::new();
        let mut index = 0;
        while let Some(entry) = self.entries.get(index as usize) {
            while open.pop_if(|end| *end <= index).is_some() {}
            if entry.named && enters(self.node(index), entry.kind, open.len() as u32) {
                open.push(entry.end);
                index += 1;
            } else {
                index = entry.end;
            }
        }
    }
}
