//! What a part of the running system is connected with, in both directions, each link with the lines that say so: the way
//! from a route to its handler, to the modules that this needs, to the tables and topics that these use, to the workload
//! that runs them and the job that ships it.

mod code;
mod component;
mod others;

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::graph::Snapshot;
use crate::system::{Place, System, Thing};

/// What a link is about, in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// What it is a part of.
    Owner,
    /// What it is made of.
    Parts,
    /// What it uses.
    Uses,
    /// What uses it.
    UsedBy,
    /// Routes and operations.
    Serves,
    /// What answers or is made from which source.
    Code,
    /// Topics and queues.
    Messages,
    /// Tables.
    Data,
    /// Declared infrastructure that runs it.
    Runs,
    /// Pipelines that build and ship it.
    Ships,
    /// What a line says of it.
    Says,
}

impl Aspect {
    /// As a heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Owner => "is part of",
            Self::Parts => "holds",
            Self::Uses => "uses",
            Self::UsedBy => "is used by",
            Self::Serves => "serves",
            Self::Code => "code",
            Self::Messages => "messages",
            Self::Data => "tables",
            Self::Runs => "infrastructure",
            Self::Ships => "built and shipped by",
            Self::Says => "declared of it",
        }
    }
}

/// The other end of a link.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// Another part of the system.
    Thing(Thing),
    /// A file or directory of the source.
    Source(Arc<str>),
    /// A line, and what it says.
    Line(String),
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it is about.
    pub aspect: Aspect,
    /// What is at the other end.
    pub end: End,
    /// In which way: `http (resolved)`, `reads`, `handler`.
    pub how: String,
    /// The lines that say so, in the order in which they are best read.
    pub evidence: Vec<Place>,
}

/// Everything that a thing is connected with, by aspect.
pub fn links(snapshot: &Snapshot, thing: &Thing) -> Vec<Link> {
    let mut links = Links { snapshot, system: &snapshot.system, found: Vec::new() };
    match thing {
        Thing::Component(_) => links.component(thing),
        Thing::Endpoint { .. } => links.endpoint(thing),
        Thing::Channel(..) => links.channel(thing),
        Thing::Table(name) => links.table(name),
        Thing::Operation { .. } => links.operation(thing),
        Thing::Pipeline(..) => links.pipeline(thing),
        Thing::Job(..) => links.job(thing),
        Thing::Resource { .. } => links.resource(thing),
    }
    links.finish()
}

/// Links while they are collected.
struct Links<'a> {
    snapshot: &'a Snapshot,
    system: &'a System,
    found: Vec<Link>,
}

impl Links<'_> {
    fn add(&mut self, aspect: Aspect, end: End, how: impl Into<String>, evidence: Vec<Place>) {
        self.found.push(Link { aspect, end, how: how.into(), evidence });
    }

    /// Those of one aspect, end and way are one link with the lines of all.
    fn finish(self) -> Vec<Link> {
        let mut links: Vec<Link> = Vec::with_capacity(self.found.len());
        let mut known: FxHashMap<(Aspect, End, String), usize> = FxHashMap::default();
        for link in self.found {
            match known.entry((link.aspect, link.end.clone(), link.how.clone())) {
                Entry::Occupied(first) => links[*first.get()].evidence.extend(link.evidence),
                Entry::Vacant(place) => {
                    place.insert(links.len());
                    links.push(link);
                }
            }
        }
        links.sort_by_key(|link| link.aspect);
        for link in &mut links {
            let mut seen = BTreeSet::new();
            link.evidence.retain(|place| seen.insert(place.clone()));
        }
        links
    }
}

#[cfg(test)]
mod tests;
