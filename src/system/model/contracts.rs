//! Interfaces that files declare (OpenAPI, AsyncAPI, GraphQL, protocol buffers), the calls that code makes of them, and
//! the tables that code reads and writes.

use std::sync::Arc;

use super::{ComponentId, Place};
use crate::facts::Name;

/// In which notation an interface is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContractStyle {
    /// Paths and methods.
    OpenApi,
    /// Channels and messages.
    AsyncApi,
    /// Types with fields, queries and mutations.
    GraphQl,
    /// Services with remote procedures.
    Grpc,
}

impl ContractStyle {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpenApi => "OpenAPI",
            Self::AsyncApi => "AsyncAPI",
            Self::GraphQl => "GraphQL",
            Self::Grpc => "gRPC",
        }
    }
}

/// An operation that an interface file declares.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    /// The interface's file.
    pub contract: Arc<str>,
    /// Its notation.
    pub style: ContractStyle,
    /// The path with parameters in braces, the channel, `Query.user`, or `package.Service/Method`.
    pub name: Name,
    /// `GET`, `publish`, `query`, ...; none for remote procedures.
    pub method: Option<Name>,
    /// Who serves it, where exactly one can be meant.
    pub component: Option<ComponentId>,
    /// What answers it in code, if that was found: a route's line, a resolver, a method of a service class.
    pub handler: Option<Place>,
    /// Where it is declared.
    pub evidence: Place,
}

/// A type of a GraphQL schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ApiType {
    /// Its name.
    pub name: Name,
    /// `type`, `interface`, `input`, `enum`, `union`.
    pub kind: &'static str,
    /// Names and the types as written, in the order of the file; of unions and enums the members, without a type.
    pub fields: Vec<(Name, Name)>,
    /// Where it is declared.
    pub evidence: Place,
}

/// A request that code makes over the network.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RemoteCall {
    /// Who makes it.
    pub from: ComponentId,
    /// Who answers, where that is known.
    pub to: Option<ComponentId>,
    /// `http`, `grpc`.
    pub kind: &'static str,
    /// In upper case, where known.
    pub method: Option<Name>,
    /// The path with what is computed in braces, or `package.Service/Method`; none where it is not known.
    pub path: Option<Name>,
    /// Index into [`System::endpoints`](super::System::endpoints) of the route that answers, where exactly one can.
    pub endpoint: Option<usize>,
    /// Where.
    pub evidence: Place,
}

/// What code does with a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    /// Asks for rows.
    Reads,
    /// Adds, changes or deletes rows.
    Writes,
}

impl Access {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reads => "read",
            Self::Writes => "write",
        }
    }
}

/// A place in code that reads or writes a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableUse {
    /// Index into the schema's tables.
    pub table: usize,
    /// In which way.
    pub access: Access,
    /// Whose code it is, if a component's.
    pub component: Option<ComponentId>,
    /// Where.
    pub evidence: Place,
}
