//! Routers that are mounted on others, also across files: what stands before the paths of their routes.

use std::collections::{BTreeMap, BTreeSet};

use super::super::links::Links;
use super::join;
use crate::facts::{DefinitionId, Name};
use crate::lang::resolve::FileId;

/// How many routers around a router are followed.
const DEPTH_LIMIT: u32 = 8;

/// How many paths one router is given.
const WAYS_LIMIT: usize = 32;

/// What routes are declared on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Router {
    /// The file that makes it, or in which it is given to a function.
    pub file: FileId,
    /// What it is there.
    pub anchor: Anchor,
}

/// What a router is in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Anchor {
    /// A name in a definition, or outside of all.
    Name(Option<DefinitionId>, Name),
    /// What a function is given, or gives back.
    Definition(DefinitionId),
    /// What the file as a whole is given.
    Module,
}

/// A router below another one.
#[derive(Debug)]
pub struct Mount {
    /// The ways to say which one is mounted, the surest first.
    pub child: Vec<Router>,
    /// The same of the one that it is mounted on.
    pub parent: Vec<Router>,
    /// The path between them.
    pub path: String,
}

/// All that files say of routers.
#[derive(Debug, Default)]
pub struct Mounts {
    by_child: BTreeMap<Router, Vec<(Vec<Router>, String)>>,
    own: BTreeMap<Router, String>,
}

impl Mounts {
    /// Notes that a router is mounted on another one.
    pub fn add(&mut self, mount: Mount) {
        let Mount { child, parent, path } = mount;
        for router in child {
            self.by_child.entry(router).or_default().push((parent.clone(), path.clone()));
        }
    }

    /// Notes the path that a router is made with.
    pub fn made_with(&mut self, router: Router, path: String) {
        self.own.entry(router).or_insert(path);
    }

    /// What stands before the paths that are declared on a router, one for each way in which it is mounted, sorted.
    pub fn prefixes(&self, routers: &[Router]) -> Vec<String> {
        let mut found = BTreeSet::new();
        self.collect(routers, String::new(), DEPTH_LIMIT, &mut found);
        found.into_iter().collect()
    }

    fn collect(&self, routers: &[Router], below: String, depth: u32, found: &mut BTreeSet<String>) {
        if found.len() >= WAYS_LIMIT {
            return;
        }
        let own = routers.iter().find_map(|router| self.own.get(router));
        let path = own.map_or(below.clone(), |own| join(own, &below));
        let mounts = routers.iter().find_map(|router| self.by_child.get(router));
        match (mounts, depth.checked_sub(1)) {
            (Some(mounts), Some(depth)) => {
                for (parent, between) in mounts {
                    // A router that is mounted on itself by name is another one of the same name.
                    if parent.iter().any(|router| routers.contains(router)) {
                        found.insert(join(between, &path));
                        continue;
                    }
                    self.collect(parent, join(between, &path), depth, found);
                }
            }
            _ => {
                found.insert(path);
            }
        }
    }
}

/// The ways to say which router a definition or a file stands for.
pub fn routers_of(links: Links<'_>, meaning: super::super::links::Meaning) -> Vec<Router> {
    let of = |anchor| Router { file: meaning.file, anchor };
    if let Some(id) = meaning.definition {
        let Some(definition) = links.definition(meaning) else { return Vec::new() };
        let name = of(Anchor::Name(definition.parent, definition.name.clone()));
        return if links.is_function(meaning) { vec![of(Anchor::Definition(id))] } else { vec![name] };
    }
    // The module itself: what it exports as such.
    let Some(facts) = links.facts(meaning.file) else { return Vec::new() };
    let is_whole = |alias: &Name| alias == "=" || alias == "default";
    let exported = facts.exports.iter().find(|export| export.alias.as_ref().is_some_and(is_whole));
    let mut found = Vec::new();
    if let Some(export) = exported {
        let definition = facts.definitions.iter().position(|it| it.name == export.name && it.parent.is_none());
        found.extend(definition.map(|id| of(Anchor::Definition(id as DefinitionId))));
        found.push(of(Anchor::Name(None, export.name.clone())));
    }
    found.push(of(Anchor::Module));
    found
}
