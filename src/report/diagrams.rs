//! The diagrams report: what there is, drawn, with the lines behind it.

mod api;
mod availability;
mod components;
pub(super) mod containers;
mod context;
pub(super) mod data;
pub(super) mod debt;
mod delivery;
mod dependency_risk;
mod deployment;
mod events;
pub(super) mod flows;
mod graphql;
mod inside;
mod network;
pub(super) mod observability;
pub(super) mod patterns;
mod sagas;
pub(super) mod security;
mod services;
pub(super) mod stack;
mod summary;

use super::Kind;

/// Diagrams of everything that was found.
pub static DIAGRAMS: Kind = Kind {
    name: "diagrams",
    doc: "components, C4, data flow, network, dependencies, data, APIs, events, security, deployment, delivery, drawn",
    title: "Architecture diagrams of",
    parts: &[
        &components::COMPONENTS,
        &stack::STACK,
        &context::CONTEXT,
        &containers::CONTAINERS,
        &inside::INSIDE,
        &flows::FLOWS,
        &network::NETWORK,
        &services::SERVICES,
        &dependency_risk::DEPENDENCY_RISK,
        &data::DATA,
        &api::API,
        &graphql::GRAPHQL,
        &events::EVENTS,
        &sagas::SAGAS,
        &security::SECURITY,
        &deployment::DEPLOYMENT,
        &delivery::DELIVERY,
        &observability::OBSERVABILITY,
        &availability::CACHING,
        &availability::AVAILABILITY,
        &summary::SUMMARY,
        &patterns::PATTERNS,
        &debt::DEBT,
    ],
};
