//! Names for what is on the screen: ids within one snapshot, places across snapshots.

use std::sync::Arc;

use crate::facts::{Definition, DefinitionId, DefinitionKind, qualified_name};
use crate::graph::{NodeId, NodeKind, Snapshot};

/// A thing of one snapshot that can be selected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// A component.
    Node(NodeId),
    /// A definition in a file.
    Symbol(NodeId, DefinitionId),
    /// All packages from elsewhere.
    Externals,
    /// All that comes with the languages.
    Standard,
}

impl Item {
    /// The component: for a symbol its file, for a group of packages none.
    pub fn node(self) -> Option<NodeId> {
        match self {
            Self::Node(id) | Self::Symbol(id, _) => Some(id),
            Self::Externals | Self::Standard => None,
        }
    }
}

/// The key of an item across snapshots.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The path of the component (see [`crate::graph::Node::path`]).
    pub path: Arc<str>,
    /// The symbol's qualified name; `#2` is added to the second of its name.
    pub symbol: Option<Arc<str>>,
}

impl Default for Place {
    fn default() -> Self {
        Self { path: "".into(), symbol: None }
    }
}

// No path of a component ends in a colon and nothing: ecosystems' packages have names.
const EXTERNALS: &str = "elsewhere:";
const STANDARD: &str = "standard:";

impl Place {
    /// The place of a component.
    pub fn path(path: Arc<str>) -> Self {
        Self { path, symbol: None }
    }

    /// The place of an item.
    pub fn of(snapshot: &Snapshot, item: Item) -> Self {
        match item {
            Item::Node(id) => Self::path(snapshot.node(id).path.clone()),
            Item::Symbol(id, definition) => Self {
                path: snapshot.node(id).path.clone(),
                symbol: Some(symbol_key(snapshot.definitions(id), definition).into()),
            },
            Item::Externals => Self::path(EXTERNALS.into()),
            Item::Standard => Self::path(STANDARD.into()),
        }
    }

    /// The item at this place.
    pub fn find(&self, snapshot: &Snapshot) -> Option<Item> {
        match &*self.path {
            EXTERNALS => return Some(Item::Externals),
            STANDARD => return Some(Item::Standard),
            _ => {}
        }
        let id = snapshot.find(&self.path)?;
        match &self.symbol {
            None => Some(Item::Node(id)),
            Some(key) => find_symbol(snapshot.definitions(id), key).map(|definition| Item::Symbol(id, definition)),
        }
    }

    /// The item at this place or, where that is gone, what would contain it.
    pub fn find_nearest(&self, snapshot: &Snapshot) -> Item {
        if let Some(item) = self.find(snapshot) {
            return item;
        }
        if let (Some(symbol), Some(id)) = (&self.symbol, snapshot.find(&self.path)) {
            let outer = symbol.rsplit_once('.').and_then(|(outer, _)| find_symbol(snapshot.definitions(id), outer));
            return outer.map_or(Item::Node(id), |definition| Item::Symbol(id, definition));
        }
        let mut path: &str = &self.path;
        while let Some((directory, _)) = path.rsplit_once('/') {
            if let Some(id) = snapshot.find(directory) {
                return Item::Node(id);
            }
            path = directory;
        }
        Item::Node(NodeId::ROOT)
    }
}

fn symbol_key(definitions: &[Definition], id: DefinitionId) -> String {
    let name = qualified_name(definitions, id);
    let Some(own) = definitions.get(id as usize) else { return name };
    let before = definitions[..id as usize]
        .iter()
        .enumerate()
        .filter(|(other, definition)| {
            definition.name == own.name && qualified_name(definitions, *other as DefinitionId) == name
        })
        .count();
    if before == 0 { name } else { format!("{name}#{}", before + 1) }
}

fn find_symbol(definitions: &[Definition], key: &str) -> Option<DefinitionId> {
    let (name, ordinal) = match key.rsplit_once('#') {
        Some((name, ordinal)) => (name, ordinal.parse().unwrap_or(1)),
        None => (key, 1_usize),
    };
    let matching = |(id, definition): &(usize, &Definition)| {
        name.ends_with(definition.name.as_str()) && qualified_name(definitions, *id as DefinitionId) == name
    };
    let mut found = definitions.iter().enumerate().filter(matching).map(|(id, _)| id as DefinitionId);
    found.nth(ordinal.saturating_sub(1))
}

/// What an item is called where there is room for a whole path.
pub fn item_label(snapshot: &Snapshot, item: Item) -> String {
    match item {
        Item::Node(id) => {
            let node = snapshot.node(id);
            match node.kind {
                NodeKind::Workspace | NodeKind::External => node.name.to_string(),
                _ => node.path.to_string(),
            }
        }
        Item::Symbol(id, definition) => {
            format!("{} {}", snapshot.node(id).path, qualified_name(snapshot.definitions(id), definition))
        }
        Item::Externals => "external packages".to_owned(),
        Item::Standard => "standard libraries".to_owned(),
    }
}

/// A line of a file that is shown, and the lines that are walked from there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spot {
    /// The component's path.
    pub path: Arc<str>,
    /// Counted from 1; 0 for the component as a whole.
    pub line: u32,
    /// Places that make the dependency under the cursor, in order: path and line.
    pub trail: Arc<Vec<(Arc<str>, u32)>>,
}

impl Spot {
    /// A line without a trail.
    pub fn at(path: Arc<str>, line: u32) -> Self {
        Self { path, line, trail: Arc::default() }
    }

    /// The step of the trail that this is.
    pub fn step(&self) -> Option<usize> {
        self.trail.iter().position(|(path, line)| *path == self.path && *line == self.line)
    }

    /// The spot some steps further along the trail, in a circle.
    pub fn walk(&self, steps: isize) -> Option<Self> {
        let len = self.trail.len() as isize;
        if len == 0 {
            return None;
        }
        let at = self.step().map_or(if steps > 0 { -1 } else { 0 }, |at| at as isize);
        let (path, line) = &self.trail[(at + steps).rem_euclid(len) as usize];
        Some(Self { path: path.clone(), line: *line, trail: self.trail.clone() })
    }
}

/// A definition's kind in at most six letters.
pub fn kind_label(kind: DefinitionKind) -> &'static str {
    match kind {
        DefinitionKind::Module => "mod",
        DefinitionKind::Interface => "iface",
        DefinitionKind::Implementation => "impl",
        DefinitionKind::Function => "fn",
        DefinitionKind::Method => "method",
        DefinitionKind::Constant => "const",
        other => other.as_str(),
    }
}
