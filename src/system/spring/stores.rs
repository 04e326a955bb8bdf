//! Stores, brokers and mail servers of Spring applications.

use super::super::address::Address;
use super::super::catalog::{Technology, catalog};
use super::super::draft::{Draft, Setting, is_outside};
use super::super::model::{ComponentId, Place, Role, Sureness};
use super::super::{Detector, Stage};
use super::{Application, applications};
use crate::lang::resolve::Sources;
use crate::project::Ecosystem;

/// Stores, brokers and mail servers.
pub static STORES: Detector = Detector {
    name: "spring-stores",
    looks_for: "spring.datasource, spring.data, spring.rabbitmq, spring.kafka, spring.mail and the libraries that need them",
    stage: Stage::Connections,
    detect,
};

/// Settings that say where a store of a technology is; the technology of a URL is said by its scheme.
const PLACES: &[(&str, &str)] = &[
    ("spring.data.mongodb.uri", "MongoDB"),
    ("spring.data.mongodb.host", "MongoDB"),
    ("spring.data.redis.host", "Redis"),
    ("spring.data.redis.url", "Redis"),
    ("spring.redis.host", "Redis"),
    ("spring.redis.url", "Redis"),
    ("spring.rabbitmq.host", "RabbitMQ"),
    ("spring.rabbitmq.addresses", "RabbitMQ"),
    ("spring.kafka.bootstrapservers", "Kafka"),
    ("spring.cloud.stream.kafka.binder.brokers", "Kafka"),
    ("spring.activemq.brokerurl", "ActiveMQ"),
    ("spring.data.cassandra.contactpoints", "Cassandra"),
    ("spring.cassandra.contactpoints", "Cassandra"),
    ("spring.elasticsearch.uris", "Elasticsearch"),
    ("spring.elasticsearch.rest.uris", "Elasticsearch"),
    ("spring.data.elasticsearch.clusternodes", "Elasticsearch"),
    ("spring.neo4j.uri", "Neo4j"),
    ("spring.data.neo4j.uri", "Neo4j"),
    ("spring.influx.url", "InfluxDB"),
    ("spring.ldap.urls", "OpenLDAP"),
    ("spring.couchbase.connectionstring", "Couchbase"),
];

/// Settings that hold a URL whose scheme says the technology.
const URLS: &[&str] =
    &["spring.datasource.url", "spring.r2dbc.url", "spring.datasource.jdbcurl", "spring.datasource.hikari.jdbcurl"];

fn detect(sources: &Sources, draft: &mut Draft) {
    for application in applications(sources, draft) {
        let mut used: Vec<(&'static Technology, Place)> = Vec::new();
        for (name, place) in application.libraries() {
            if let Some(technology) = catalog().library(Ecosystem::Maven, name)
                && used.iter().all(|(known, _)| known.name != technology.name)
            {
                used.push((technology, place));
            }
        }
        let mut told: Vec<&str> = Vec::new();
        for key in URLS {
            if let Some(setting) = application.setting(key).cloned() {
                told.extend(by_url(draft, &application, &setting));
            }
        }
        for (key, technology) in PLACES {
            let Some(setting) = application.setting(key).cloned() else { continue };
            // Shared configuration may tell an application of a store that it has no library for.
            let Some((_, library)) = used.iter().find(|(known, _)| known.name == *technology) else { continue };
            let library = library.clone();
            if !told.contains(technology) {
                by_host(draft, &application, &setting, technology, library);
                told.push(technology);
            }
        }
        mail(draft, &application);
        // A driver beside an embedded database is for some other profile.
        let has_embedded = used.iter().any(|(technology, _)| technology.embedded);
        for (technology, place) in used {
            if technology.role == Role::Database && has_embedded {
                continue;
            }
            if !told.contains(&technology.name.as_str()) && !technology.embedded && technology.role.is_store() {
                by_library(draft, &application, technology, place);
            }
        }
    }
}

fn kind_of(role: Role) -> &'static str {
    match role {
        Role::Broker => "message",
        Role::Monitoring => "monitoring",
        Role::Discovery => "discovery",
        Role::Config => "config",
        Role::Auth => "auth",
        Role::Mail | Role::External => "http",
        _ => "database",
    }
}

/// A database by its URL; the technology that the URL says.
fn by_url(draft: &mut Draft, application: &Application<'_>, setting: &Setting) -> Option<&'static str> {
    let text = draft.expand(application.id, &setting.value);
    let scheme = text.trim_start_matches("jdbc:").trim_start_matches("r2dbc:").split(':').next()?;
    let technology = catalog().scheme(scheme)?;
    if technology.embedded {
        return Some(&technology.name);
    }
    let address = Address::url(&text)?;
    let place = setting.place.clone();
    // Two databases of one server are two: only a server that is deployed is meant by a port alone.
    let is_meant = |id: &ComponentId| !address.is_local() || !draft.parts[id.index()].images.is_empty();
    let to = draft.reach(&address).filter(is_meant);
    let to = to.unwrap_or_else(|| {
        let database = address.path.trim_matches('/');
        // On a developer's machine the host says nothing: the database's name does.
        let name = match database {
            "" => technology.name.to_lowercase(),
            _ if address.is_local() || address.host.contains('.') => database.to_owned(),
            _ => address.host.to_owned(),
        };
        let sole = draft.sole(&technology.name).filter(|_| address.is_local() && database.is_empty());
        let existing = sole.or_else(|| draft.named(&name).filter(|id| draft.component(*id).role == Role::Database));
        let id = existing.unwrap_or_else(|| draft.add(&name, technology.role, place.clone()));
        draft.classify(id, technology.role, &technology.name, false);
        draft.part(id).component.ports.extend(address.port);
        id
    });
    draft.support(to, place.clone());
    draft.connect(application.id, to, kind_of(technology.role), Sureness::Declared, place);
    Some(&technology.name)
}

/// A store by its host.
fn by_host(draft: &mut Draft, application: &Application<'_>, setting: &Setting, technology: &str, library: Place) {
    let Some(technology) = catalog().named(technology) else { return };
    let text = draft.expand(application.id, &setting.value);
    let first = text.split(',').next().unwrap_or_default();
    let Some(address) = Address::any(first) else { return };
    let found = draft.reach(&address).or_else(|| draft.sole(&technology.name).filter(|_| address.is_local()));
    let to = found.unwrap_or_else(|| {
        let name = if address.is_local() { technology.name.to_lowercase() } else { address.host.to_owned() };
        let id = draft.ensure(&name, technology.role, setting.place.clone());
        draft.classify(id, technology.role, &technology.name, false);
        id
    });
    draft.support(to, setting.place.clone());
    draft.connect(application.id, to, kind_of(technology.role), Sureness::Declared, setting.place.clone());
    draft.connect(application.id, to, kind_of(technology.role), Sureness::Declared, library);
}

/// A store by a library alone: the only one of its technology, which runs where the library's default says.
fn by_library(draft: &mut Draft, application: &Application<'_>, technology: &'static Technology, place: Place) {
    let known = draft.of_technology(&technology.name);
    let to = match known.as_slice() {
        [id] => *id,
        // A cache or a broker may be there for a profile that nobody uses; data has to be somewhere.
        [] if technology.role != Role::Database => return,
        [] => {
            let id = draft.ensure(&technology.name.to_lowercase(), technology.role, place.clone());
            draft.classify(id, technology.role, &technology.name, false);
            id
        }
        // Which of several it is nothing says: one that is called after the application, else none.
        several => match called_after(draft, application.id, several) {
            Some(id) => id,
            None => return,
        },
    };
    draft.connect(application.id, to, kind_of(technology.role), Sureness::Inferred, place);
}

fn called_after(draft: &Draft, application: ComponentId, stores: &[ComponentId]) -> Option<ComponentId> {
    let own = super::super::draft::key(&draft.component(application).name);
    let own = own.split('-').next().unwrap_or_default().to_owned();
    let is_after = |id: &&ComponentId| super::super::draft::key(&draft.component(**id).name).starts_with(&own);
    let mut found = stores.iter().filter(is_after);
    found.next().copied().filter(|_| found.next().is_none() && !own.is_empty())
}

/// The server that an application sends mail by.
fn mail(draft: &mut Draft, application: &Application<'_>) {
    let Some(setting) = application.setting("spring.mail.host").cloned() else { return };
    let text = draft.expand(application.id, &setting.value);
    let Some(address) = Address::bare(&text).filter(|address| !address.is_local()) else { return };
    let to = draft.reach(&address).unwrap_or_else(|| {
        let role = if is_outside(&address) { Role::External } else { Role::Mail };
        let id = draft.add(address.host, role, setting.place.clone());
        let technology = catalog().host(address.host).map_or("SMTP", |technology| technology.name.as_str());
        draft.classify(id, role, technology, false);
        id
    });
    draft.connect(application.id, to, "smtp", Sureness::Declared, setting.place);
}
