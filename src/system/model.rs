//! The running system as one value: what detectors found, merged and in a defined order.

mod contracts;
mod delivery;
mod messages;
mod practices;
mod resources;

use std::sync::Arc;

pub use contracts::*;
pub use delivery::*;
pub use messages::*;
pub use practices::*;
pub use resources::*;

use crate::document::Problem;
use crate::facts::Name;
pub use crate::schema::Place;
use crate::schema::Schema;

/// Index into [`System::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentId(pub u32);

impl ComponentId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a component is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Role {
    /// A deployable with logic of its own.
    #[default]
    Service,
    /// Serves pages, or stands before services as a web server.
    Web,
    /// Routes requests to services.
    Gateway,
    /// Keeps data.
    Database,
    /// Keeps data that may be lost.
    Cache,
    /// Finds documents.
    Search,
    /// Keeps objects or files.
    Storage,
    /// Passes messages on.
    Broker,
    /// Knows where services are.
    Discovery,
    /// Hands out configuration or coordinates.
    Config,
    /// Says who somebody is and what they may do.
    Auth,
    /// Watches: metrics, traces, logs, dashboards.
    Monitoring,
    /// Takes mail.
    Mail,
    /// Runs outside of the project.
    External,
    /// A person.
    User,
}

impl Role {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Web => "web",
            Self::Gateway => "gateway",
            Self::Database => "database",
            Self::Cache => "cache",
            Self::Search => "search",
            Self::Storage => "storage",
            Self::Broker => "broker",
            Self::Discovery => "discovery",
            Self::Config => "config",
            Self::Auth => "auth",
            Self::Monitoring => "monitoring",
            Self::Mail => "mail",
            Self::External => "external",
            Self::User => "user",
        }
    }

    /// The role with this name.
    pub fn named(name: &str) -> Option<Self> {
        const ALL: [Role; 15] = [
            Role::Service,
            Role::Web,
            Role::Gateway,
            Role::Database,
            Role::Cache,
            Role::Search,
            Role::Storage,
            Role::Broker,
            Role::Discovery,
            Role::Config,
            Role::Auth,
            Role::Monitoring,
            Role::Mail,
            Role::External,
            Role::User,
        ];
        ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether what it holds is somebody else's data: stores, caches, brokers.
    pub fn is_store(self) -> bool {
        matches!(self, Self::Database | Self::Cache | Self::Search | Self::Storage | Self::Broker)
    }

    /// Whether the project runs such a component rather than builds it.
    pub fn is_infrastructure(self) -> bool {
        !matches!(self, Self::Service | Self::Web | Self::External | Self::User)
    }
}

/// How sure a claim is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sureness {
    /// A file says so.
    Declared,
    /// Several files together say so.
    Resolved,
    /// What a technology does by default, or the only one that can be meant.
    Inferred,
}

impl Sureness {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Resolved => "resolved",
            Self::Inferred => "inferred",
        }
    }
}

/// A container of the system.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Component {
    /// What it is called.
    pub name: Name,
    /// Other names of the same thing, sorted.
    pub aliases: Vec<Name>,
    /// What it is for.
    pub role: Role,
    /// What it is made with, the one that says most first.
    pub technologies: Vec<Name>,
    /// Ports that it listens on, sorted.
    pub ports: Vec<u16>,
    /// The directory of its source, if the project builds it.
    pub directory: Option<Box<str>>,
    /// Sorted.
    pub evidence: Vec<Place>,
}

/// A connection: `from` uses `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Who begins it.
    pub from: ComponentId,
    /// Who answers.
    pub to: ComponentId,
    /// In which way: `http`, `grpc`, `database`, `publish`, ...
    pub kind: &'static str,
    /// The surest of its evidence.
    pub sureness: Sureness,
    /// Sorted.
    pub evidence: Vec<Place>,
}

/// A route that a service serves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// Who serves it.
    pub service: ComponentId,
    /// With all prefixes; parameters in braces.
    pub path: Name,
    /// In upper case; none for any.
    pub method: Option<Name>,
    /// Where the route is declared.
    pub evidence: Place,
    /// What answers, if that was found.
    pub handler: Option<Handler>,
    /// Who may ask, as far as something says so.
    pub guard: Option<Guard>,
}

/// The function that answers a route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handler {
    /// As a reader would name it: `OrderController.create`.
    pub name: Name,
    /// Where it is defined.
    pub place: Place,
}

/// What a line says of who may ask a route.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Guard {
    /// Whether somebody unknown may ask.
    pub open: bool,
    /// In the words of the code: `@PreAuthorize`, `login_required`, `permitAll`.
    pub by: Name,
    /// Where.
    pub place: Place,
}

/// A document that was not read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlindSpot {
    /// The file.
    pub path: Arc<str>,
    /// What stopped the reading.
    pub problem: Problem,
}

/// Everything that was found of the running system.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct System {
    /// In order of name.
    pub nodes: Vec<Component>,
    /// In order of their ends.
    pub edges: Vec<Connection>,
    /// In order of service, path and method.
    pub endpoints: Vec<Endpoint>,
    /// Topics and queues, in order of name and kind.
    pub channels: Vec<Channel>,
    /// Who sends and receives, sorted.
    pub flows: Vec<Flow>,
    /// Operations that interface files declare, sorted.
    pub operations: Vec<Operation>,
    /// Types of GraphQL schemas, by name.
    pub types: Vec<ApiType>,
    /// Requests that code makes, sorted.
    pub calls: Vec<RemoteCall>,
    /// Tables and their relations.
    pub schema: Schema,
    /// Which code reads and writes which table, sorted.
    pub table_uses: Vec<TableUse>,
    /// In order of their files.
    pub pipelines: Vec<Pipeline>,
    /// Declared infrastructure, in order of technology and name.
    pub resources: Vec<Resource>,
    /// How components run, sorted.
    pub practices: Vec<Practice>,
    /// Documents that were not read to their end, by path.
    pub blind_spots: Vec<BlindSpot>,
    /// For each file of the sources whose source it is.
    pub owners: Vec<Option<ComponentId>>,
    /// For each detector, in the order of the table, how many claims it made: nodes, connections and endpoints.
    pub claims: Vec<(&'static str, usize)>,
    /// How many documents were looked at.
    pub documents: usize,
}

impl System {
    /// A node.
    pub fn node(&self, id: ComponentId) -> &Component {
        &self.nodes[id.index()]
    }
}
