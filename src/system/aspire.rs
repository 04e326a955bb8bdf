//! .NET Aspire: the application model that an app host builds in code.

use std::collections::BTreeMap;

use super::catalog::catalog;
use super::code::{self, CodeFile};
use super::draft::Draft;
use super::environment::kind_of;
use super::model::{ComponentId, Role, Sureness};
use super::{Detector, Stage};
use crate::facts::terms::{Call, Value, last_part};
use crate::lang::resolve::Sources;
use crate::project::Ecosystem;

/// App hosts.
pub static ASPIRE: Detector = Detector {
    name: "aspire",
    looks_for: "resources that a .NET Aspire app host adds, and what references what",
    stage: Stage::Components,
    detect,
};

/// Calls that add a server of a technology. Azure's and the community's add a prefix that is left out here.
const SERVERS: &[(&str, &str)] = &[
    ("AddRedis", "Redis"),
    ("AddValkey", "Valkey"),
    ("AddGarnet", "Redis"),
    ("AddRabbitMQ", "RabbitMQ"),
    ("AddKafka", "Kafka"),
    ("AddNats", "NATS"),
    ("AddPostgres", "PostgreSQL"),
    ("AddPostgresFlexibleServer", "PostgreSQL"),
    ("AddSqlServer", "SQL Server"),
    ("AddMySql", "MySQL"),
    ("AddOracle", "Oracle Database"),
    ("AddMongoDB", "MongoDB"),
    ("AddElasticsearch", "Elasticsearch"),
    ("AddMilvus", "Milvus"),
    ("AddQdrant", "Qdrant"),
    ("AddKeycloak", "Keycloak"),
    ("AddSeq", "Seq"),
    ("AddYarp", "YARP"),
    ("AddMailPit", "Mailpit"),
    ("AddServiceBus", "Azure Service Bus"),
    ("AddEventHubs", "Azure Event Hubs"),
    ("AddCosmosDB", "Cosmos DB"),
    ("AddStorage", "Azure Blob Storage"),
    ("AddMinioContainer", "MinIO"),
    ("AddMeilisearch", "Meilisearch"),
];

/// Calls that add something that the project builds.
const BUILT: &[&str] = &[
    "AddProject",
    "AddNpmApp",
    "AddNodeApp",
    "AddViteApp",
    "AddPythonApp",
    "AddUvicornApp",
    "AddDockerfile",
    "AddExecutable",
    "AddCSharpApp",
];

/// Calls on a resource that say no more than an order or a family.
const NO_USES: &[&str] = &[
    "WaitFor",
    "WaitForCompletion",
    "WaitForStart",
    "WithParentRelationship",
    "WithChildRelationship",
    "WithRelationship",
];

fn detect(sources: &Sources, draft: &mut Draft) {
    let hosts: Vec<CodeFile<'_>> = code::files(sources)
        .filter(|file| file.family == "csharp")
        .filter(|file| file.terms.calls.iter().any(|call| &*call.callee == "DistributedApplication.CreateBuilder"))
        .collect();
    for file in hosts {
        let mut added: BTreeMap<u32, ComponentId> = BTreeMap::new();
        for (index, call) in file.terms.calls.iter().enumerate() {
            if let Some(id) = add(sources, draft, &file, &added, call) {
                added.insert(index as u32, id);
            }
        }
        // A server whose databases are what others use is no store by itself.
        for call in &file.terms.calls {
            uses(draft, &file, &added, call);
        }
    }
}

/// The component that a call adds.
fn add(
    sources: &Sources,
    draft: &mut Draft,
    file: &CodeFile<'_>,
    added: &BTreeMap<u32, ComponentId>,
    call: &Call,
) -> Option<ComponentId> {
    let name = file.text(call.positional(0)?)?;
    let method = call.name();
    let place = file.place(call.span.line);
    if method == "AddDatabase" {
        let server = resource_of(file, added, call)?;
        let technology = draft.component(server).technologies.first().cloned()?;
        let id = draft.ensure(&name, Role::Database, place);
        draft.classify(id, Role::Database, &technology, true);
        return Some(id);
    }
    if BUILT.contains(&method) {
        let id = draft.ensure(&name, Role::Service, place);
        project(sources, draft, id, call);
        return Some(id);
    }
    let plain = method.strip_prefix("AddAzure").map(|rest| format!("Add{rest}"));
    let plain = plain.as_deref().unwrap_or(method);
    if method == "AddContainer" {
        let id = draft.ensure(&name, Role::Service, place);
        let image = file.text(call.positional(1)?)?;
        if let Some(technology) = catalog().image(&image) {
            draft.classify(id, technology.role, &technology.name, true);
        }
        return Some(id);
    }
    let (_, technology) = SERVERS.iter().find(|(server, _)| *server == plain)?;
    let technology = catalog().named(technology)?;
    let id = draft.ensure(&name, technology.role, place);
    draft.classify(id, technology.role, &technology.name, true);
    Some(id)
}

/// Ties a resource to the project that its type argument names: `Projects.Orders_API` is `Orders.API.csproj`.
fn project(sources: &Sources, draft: &mut Draft, id: ComponentId, call: &Call) {
    let Some(wanted) = call.types.as_deref().map(last_part) else { return };
    let plain = |name: &str| name.replace(['.', '-', ' '], "_");
    let packages = sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Nuget);
    let stem = |manifest: &str| {
        let file = manifest.rsplit('/').next().unwrap_or(manifest);
        plain(file.rsplit_once('.').map_or(file, |(stem, _)| stem))
    };
    let found: Vec<_> = packages.filter(|package| stem(&package.manifest) == wanted).collect();
    let [package] = found.as_slice() else { return };
    draft.part(id).component.directory.get_or_insert(package.directory.clone());
    for wanted in &package.dependencies {
        if let Some(technology) = catalog().server(Ecosystem::Nuget, &wanted.name) {
            draft.classify(id, technology.role, &technology.name, true);
        }
    }
}

/// The resource that a call is made on: at the begin of its chain, or of the chain that its variable stands for.
fn resource_of(file: &CodeFile<'_>, added: &BTreeMap<u32, ComponentId>, call: &Call) -> Option<ComponentId> {
    let mut call = call;
    for _ in 0..64 {
        match call.on {
            Some(on) => {
                if let Some(id) = added.get(&on) {
                    return Some(*id);
                }
                call = file.call(on)?;
            }
            None => return variable(file, added, call.receiver()),
        }
    }
    None
}

/// The resource that a variable stands for.
fn variable(file: &CodeFile<'_>, added: &BTreeMap<u32, ComponentId>, name: &str) -> Option<ComponentId> {
    if name.is_empty() {
        return None;
    }
    match file.bound(name)? {
        Value::Call(id) => match added.get(id) {
            Some(found) => Some(*found),
            None => resource_of(file, added, file.call(*id)?),
        },
        _ => None,
    }
}

/// Connects a resource with those that it is given.
fn uses(draft: &mut Draft, file: &CodeFile<'_>, added: &BTreeMap<u32, ComponentId>, call: &Call) {
    if NO_USES.contains(&call.name()) || call.name().starts_with("Add") {
        return;
    }
    let Some(from) = resource_of(file, added, call) else { return };
    for argument in &call.arguments {
        let to = match &argument.value {
            Value::Name(name) => variable(file, added, name),
            Value::Call(id) => match added.get(id) {
                Some(found) => Some(*found),
                None => file.call(*id).and_then(|inner| resource_of(file, added, inner)),
            },
            _ => None,
        };
        if let Some(to) = to {
            let kind = kind_of(draft, to, "");
            draft.connect(from, to, kind, Sureness::Declared, file.place(argument.line));
        }
    }
}
