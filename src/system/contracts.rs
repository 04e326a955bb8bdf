//! Interfaces that files declare, and the code that answers them: OpenAPI, AsyncAPI, protocol buffers, GraphQL.
//!
//! An operation of OpenAPI or AsyncAPI is answered by a route or a receiver; which one is known only when all of them are,
//! so [`answers`](super::answers) finds it. Services of protocol buffers and fields of GraphQL are answered by methods that
//! code says to be theirs.

mod graphql;
mod grpc;
mod openapi;

use std::sync::Arc;

use super::code::Program;
use super::draft::Draft;
use super::model::Place;
use super::{Detector, Stage};
use crate::facts::{Definition, DefinitionId, DefinitionKind, FileFacts};
use crate::lang::has_directory;
use crate::lang::resolve::Sources;

/// Interface files.
pub static CONTRACTS: Detector = Detector {
    name: "contracts",
    looks_for: "OpenAPI and AsyncAPI documents, services of protocol buffers with their servers and clients, GraphQL schemas with \
        their resolvers and queries",
    stage: Stage::Whole,
    detect,
};

fn detect(sources: &Sources, draft: &mut Draft) {
    let program = Program::new(sources, draft);
    openapi::operations(sources, draft);
    grpc::operations(sources, draft, &program);
    graphql::operations(sources, draft, &program);
}

/// Whether a path lies among tests or examples, whose interfaces nobody serves.
fn is_aside(path: &Arc<str>) -> bool {
    has_directory(path, &["test", "tests", "testdata", "fixtures", "examples", "example", "__tests__", "node_modules"])
}

/// A method of a class, by its name.
fn method(facts: &FileFacts, class: DefinitionId, is_called: impl Fn(&str) -> bool) -> Option<&Definition> {
    facts.definitions.iter().find(|found| {
        found.parent == Some(class)
            && matches!(found.kind, DefinitionKind::Method | DefinitionKind::Function)
            && is_called(&found.name)
    })
}

/// The line of a definition's name.
fn place_of(path: &Arc<str>, definition: &Definition) -> Place {
    Place::new(path, definition.name_span.line)
}
