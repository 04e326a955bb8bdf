//! The running system: services, stores, connections, routes and data, as configuration files and code declare them.
//!
//! A [`Detector`] is a row of the table: a name, what it looks for, and a function of [`Sources`] that adds claims to a
//! [`Draft`]. Detectors of components run first, so that those of connections find every name. The draft merges what
//! several files say of one thing, and becomes a [`System`].

mod address;
mod answers;
mod applications;
mod aspire;
mod builds;
mod calls;
pub mod catalog;
mod clients;
mod code;
mod compose;
mod contracts;
mod draft;
mod environment;
pub mod evaluation;
mod kubernetes;
mod languages;
mod links;
mod messages;
mod model;
mod people;
mod pipelines;
mod practices;
mod proxies;
mod resources;
mod routes;
mod spring;
mod table_uses;
mod thing;
mod watching;

pub use address::{Address, is_local};
pub use model::*;
pub use thing::Thing;

use crate::document::Problem;
use crate::lang::resolve::{Mark, Resolved, SourceFile, Sources};
use crate::schema::{self, Code, Input, Schema, Text};
use crate::text::counted;
use draft::Draft;

/// When a detector runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Finds components and their names.
    Components,
    /// Finds what a component is and is told (roles, settings), given all components.
    Settings,
    /// Finds connections and routes, given all names.
    Connections,
    /// Looks at the whole.
    Whole,
}

/// A row of [`DETECTORS`].
pub struct Detector {
    /// A name for output.
    pub name: &'static str,
    /// What it looks for, for people who are told that nothing was found.
    pub looks_for: &'static str,
    /// When it runs.
    pub stage: Stage,
    /// Adds what it finds.
    pub detect: fn(&Sources, &mut Draft),
}

/// Every detector, in the order in which those of one stage run.
pub static DETECTORS: &[&Detector] = &[
    &compose::COMPOSE,
    &kubernetes::KUBERNETES,
    &builds::BUILDS,
    &aspire::ASPIRE,
    &applications::SPRING_BOOT,
    &resources::RESOURCES,
    &applications::OWNERS,
    &spring::CONFIGURATION,
    &spring::DISCOVERY,
    &spring::TRACING,
    &spring::ADMIN,
    &spring::TOKENS,
    &spring::STORES,
    &spring::ROUTES,
    &proxies::PROXIES,
    &routes::ROUTES,
    &clients::CLIENTS,
    &calls::CALLS,
    &watching::WATCHING,
    &environment::ENVIRONMENT,
    &environment::ORDER,
    &messages::MESSAGES,
    &contracts::CONTRACTS,
    &people::PEOPLE,
    &pipelines::PIPELINES,
    &practices::DEPLOYMENT,
    &practices::RUNNING,
    &languages::LANGUAGES,
];

/// Finds the running system in what is known of a project; `resolved` says what the names in its code mean.
pub fn detect(sources: &Sources, resolved: &Resolved) -> System {
    let mut draft = Draft::new(sources, resolved);
    let mut claims = Vec::new();
    for stage in [Stage::Components, Stage::Settings, Stage::Connections, Stage::Whole] {
        for detector in DETECTORS.iter().filter(|detector| detector.stage == stage) {
            let before = draft.claims();
            (detector.detect)(sources, &mut draft);
            claims.push((detector.name, draft.claims() - before));
        }
    }
    let schema = schema_of(sources);
    let unread = sources
        .documents
        .iter()
        .filter_map(|document| Some(BlindSpot { path: document.path.clone(), problem: document.problem.clone()? }));
    let skipped = schema.skipped.iter().map(|(path, count)| BlindSpot {
        path: path.clone(),
        problem: Problem { line: None, message: format!("{} not understood", counted(*count as u64, "statement")) },
    });
    let own = std::mem::take(&mut draft.blind_spots);
    let mut blind_spots: Vec<BlindSpot> = unread.chain(skipped).chain(own).collect();
    blind_spots.sort_by(|a, b| a.path.cmp(&b.path));
    let mut system = draft.finish();
    answers::link(&mut system);
    let mut system = System { blind_spots, claims, documents: sources.documents.len(), schema, ..system };
    system.table_uses = table_uses::of(sources, &system);
    system
}

/// The data models of a project.
fn schema_of(sources: &Sources) -> Schema {
    let is_own = |file: &&SourceFile| file.mark != Some(Mark::Vendored);
    let codes: Vec<Code<'_>> = sources
        .files
        .iter()
        .filter(is_own)
        .filter_map(|file| {
            Some(Code { path: &file.path, language: file.language?.name, facts: file.facts.as_deref()? })
        })
        .collect();
    let texts: Vec<Text<'_>> = sources
        .documents
        .iter()
        .filter_map(|document| Some(Text { path: &document.path, text: document.text()? }))
        .collect();
    schema::read(&Input { codes: &codes, texts: &texts })
}
