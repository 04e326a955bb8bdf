//! The document that explains a system to whoever comes to it: what it is, how it is built, why, and where it hurts.

mod core;
mod environments;
mod future;
mod integration;
mod models;
mod overview;
mod performance;
mod purpose;
mod resilience;
mod storage;
mod technology;

use super::Kind;
use super::diagrams::{flows, security};

/// The architecture, explained.
pub static ARCHITECTURE: Kind = Kind {
    name: "architecture",
    doc: "overview, patterns, components, data, flows, storage, integration, environments, decisions, performance, security",
    title: "Architecture of",
    parts: &[
        &overview::OVERVIEW,
        &overview::DIAGRAM,
        &core::CORE,
        &models::MODELS,
        &flows::FLOWS,
        &storage::STORAGE,
        &integration::INTEGRATION,
        &environments::ENVIRONMENTS,
        &technology::DECISIONS,
        &technology::TECHNOLOGY,
        &performance::PERFORMANCE,
        &security::SECURITY,
        &resilience::RESILIENCE,
        &future::FUTURE,
    ],
};
