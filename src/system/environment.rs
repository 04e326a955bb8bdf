//! Connections that the environment of a component and the order of starting say.

use super::address::{self, Address};
use super::catalog::{Technology, catalog};
use super::draft::Draft;
use super::model::{ComponentId, Place, Role, Sureness};
use super::{Detector, Stage};
use crate::lang::resolve::Sources;
use crate::project::DeclaredScope;

/// Addresses in environments.
pub static ENVIRONMENT: Detector = Detector {
    name: "environment",
    looks_for: "variables of the environment that hold the address of another component",
    stage: Stage::Connections,
    detect: |_, draft| environment(draft),
};

/// What starts before what.
pub static ORDER: Detector = Detector {
    name: "order",
    looks_for: "depends_on and links of Compose services",
    stage: Stage::Whole,
    detect: order,
};

/// Words in the name of a variable whose value is where the component itself is, not what it connects to.
const OWN: &[&str] = &[
    "HOSTNAME",
    "LISTEN",
    "BIND",
    "ADVERTISED",
    "ALLOWED_HOSTS",
    "PUBLIC_URL",
    "SERVER_NAME",
    "VIRTUAL_HOST",
    "INSTANCE",
];

/// Words in the name of a variable whose value is an address without a scheme.
const POINTERS: &[&str] = &[
    "HOST",
    "ADDR",
    "ADDRESS",
    "URL",
    "URI",
    "SERVER",
    "SERVERS",
    "ENDPOINT",
    "SERVICE",
    "BROKER",
    "BROKERS",
    "CONNECT",
    "HOSTS",
    "DSN",
    "CONNECTION",
];

/// Whether a variable of this name holds an address of something else.
pub fn is_pointer(key: &str) -> bool {
    let key = key.to_ascii_uppercase();
    let words = || key.split(|c: char| !c.is_ascii_alphanumeric());
    !OWN.iter().any(|own| key.contains(own))
        && words().any(|word| POINTERS.iter().any(|pointer| word.ends_with(pointer)))
}

/// How a component is used, by the scheme of its address and by what it is for.
pub fn kind_of(draft: &Draft, to: ComponentId, scheme: &str) -> &'static str {
    match (scheme, draft.component(to).role) {
        ("grpc", _) => "grpc",
        (_, Role::Broker) => "message",
        (_, Role::Database | Role::Cache | Role::Search | Role::Storage) => "database",
        (_, Role::Discovery) => "discovery",
        (_, Role::Config) => "config",
        (_, Role::Monitoring) => "monitoring",
        (_, Role::Auth) => "auth",
        (_, Role::Mail) => "smtp",
        _ => "http",
    }
}

/// Variables that only the server of a technology reads.
const SERVERS: &[(&str, &str)] = &[
    ("MYSQL_ROOT_PASSWORD", "MySQL"),
    ("MYSQL_ALLOW_EMPTY_PASSWORD", "MySQL"),
    ("MYSQL_RANDOM_ROOT_PASSWORD", "MySQL"),
    ("MARIADB_ROOT_PASSWORD", "MariaDB"),
    ("POSTGRES_INITDB_ARGS", "PostgreSQL"),
    ("POSTGRES_HOST_AUTH_METHOD", "PostgreSQL"),
    ("MONGO_INITDB_ROOT_USERNAME", "MongoDB"),
    ("MONGO_INITDB_DATABASE", "MongoDB"),
    ("MSSQL_SA_PASSWORD", "SQL Server"),
    ("RABBITMQ_DEFAULT_USER", "RabbitMQ"),
    ("KAFKA_ADVERTISED_LISTENERS", "Kafka"),
    ("NEO4J_AUTH", "Neo4j"),
    ("MINIO_ROOT_USER", "MinIO"),
];

/// What the environment of a component says that it is, where nothing else does.
fn is_server(draft: &mut Draft, id: ComponentId) {
    let part = &draft.parts[id.index()];
    if !part.component.technologies.is_empty() {
        return;
    }
    let found = part.settings.iter().find_map(|setting| {
        let (_, technology) = SERVERS.iter().find(|(key, _)| *key == setting.key)?;
        catalog().named(technology)
    });
    if let Some(technology) = found {
        draft.classify(id, technology.role, &technology.name, false);
    }
}

fn environment(draft: &mut Draft) {
    for id in draft.ids() {
        is_server(draft, id);
    }
    for id in draft.ids() {
        let settings = draft.parts[id.index()].settings.clone();
        for setting in settings.iter().filter(|setting| setting.environment) {
            let value = draft.expand(id, &setting.value);
            if value.is_empty() || value.len() > 2000 {
                continue;
            }
            let mut targets: Vec<(ComponentId, &'static str)> = Vec::new();
            let mut outside = None;
            if value.contains("://") {
                for address in value.split([',', ' ']).filter_map(Address::url) {
                    match draft.reach(&address) {
                        Some(to) => targets.push((to, kind_of(draft, to, address.scheme))),
                        None if is_pointer(&setting.key) => outside = outside.or_else(|| external(&address)),
                        None => {}
                    }
                }
            } else if is_pointer(&setting.key) {
                let hosts = address::key_value_host(&value).into_iter();
                for host in hosts.chain(value.split(',')) {
                    let reached = Address::bare(host).filter(|address| !address.is_local());
                    if let Some(to) = reached.and_then(|address| draft.reach(&address)) {
                        targets.push((to, kind_of(draft, to, "")));
                    }
                }
            }
            if setting.key.to_ascii_uppercase().contains("GRPC") {
                targets.iter_mut().for_each(|(_, kind)| *kind = "grpc");
            }
            if OWN.iter().any(|own| setting.key.to_ascii_uppercase().contains(own)) {
                continue;
            }
            for (to, kind) in targets {
                draft.connect(id, to, kind, Sureness::Resolved, setting.place.clone());
            }
            if let Some((name, technology)) = outside {
                let to = draft.ensure(&name, Role::External, setting.place.clone());
                draft.classify(to, Role::External, technology, false);
                draft.connect(id, to, "http", Sureness::Resolved, setting.place.clone());
            }
        }
    }
}

/// A service of the internet that the catalogue knows, by its host: its name in lower case and for people.
pub fn external(address: &Address<'_>) -> Option<(String, &'static str)> {
    let technology = catalog().host(address.host)?;
    Some((technology.name.to_lowercase(), &technology.name))
}

/// Whether the manifests of a component say by their libraries that it does not use a technology. Nothing is said where
/// there is no manifest, or where no library of it is known.
fn is_ruled_out(sources: &Sources, draft: &Draft, id: ComponentId, store: ComponentId) -> bool {
    let (from, to) = (draft.component(id), draft.component(store));
    let Some(directory) = from.directory.as_deref().filter(|_| to.role.is_store()) else { return false };
    let packages = sources.project.packages.iter().filter(|package| {
        *package.directory == *directory || directory.starts_with(&format!("{}/", package.directory))
    });
    let mut libraries = packages.flat_map(|package| {
        let declared = package.dependencies.iter().filter(|wanted| wanted.scope == DeclaredScope::Runtime);
        declared.filter_map(|wanted| catalog().library(package.ecosystem, &wanted.name))
    });
    let is_it = |found: &Technology| to.technologies.iter().any(|known| *known == found.name);
    // One store's library among others says which of them are used.
    let mut any = false;
    !libraries.any(|found| {
        any |= found.role.is_store();
        is_it(found)
    }) && any
}

fn order(sources: &Sources, draft: &mut Draft) {
    for id in draft.ids() {
        let waits: Vec<(ComponentId, Place)> = draft.parts[id.index()]
            .waits_for
            .iter()
            .filter_map(|(name, place)| Some((draft.named(name)?, place.clone())))
            .collect();
        for (to, place) in waits {
            if to != id && !draft.is_connected(id, to) && !is_ruled_out(sources, draft, id, to) {
                let kind = match draft.component(to).role {
                    Role::Service | Role::Web | Role::Gateway => "depends",
                    _ => kind_of(draft, to, ""),
                };
                draft.connect(id, to, kind, Sureness::Inferred, place);
            }
        }
    }
}
