//! Services of protocol buffers: the methods that answer their procedures, and the code that calls them.
//!
//! What a compiler of protocol buffers makes of a service is called after it in every language, so the names that code
//! mentions say who serves and who calls: `RegisterCartServer` and `NewCartClient`, `CartImplBase` and `newBlockingStub`.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::{is_aside, method, place_of};
use crate::facts::terms::{Call, Value, annotation, last_part};
use crate::facts::{DefinitionId, DefinitionKind, FileFacts, Name, ReferenceKind};
use crate::lang::resolve::Sources;
use crate::system::code::{CodeFile, Program};
use crate::system::draft::Draft;
use crate::system::model::{ComponentId, ContractStyle, Operation, Place, RemoteCall, Sureness};

/// A service, by the name that its package and it make.
struct Service<'s> {
    full: String,
    /// The file and the lines of its procedures.
    declared: Vec<(&'s std::sync::Arc<str>, u32, &'s Name)>,
    /// Who serves it, and the methods that answer, by the procedure's name.
    servers: BTreeSet<ComponentId>,
    handlers: BTreeMap<&'s str, BTreeSet<Place>>,
}

/// Services by their own names; a name that several packages use means the first of them in all: their procedures stand
/// side by side.
type Services<'s> = FxHashMap<&'s str, Vec<Service<'s>>>;

/// Reads services, their servers and their clients.
pub fn operations<'s>(sources: &'s Sources, draft: &mut Draft, program: &Program<'s>) {
    let mut services = declared(sources);
    if services.is_empty() {
        return;
    }
    let own = || program.files.iter().filter(|file| !is_made(&file.file.path));
    for file in own() {
        serve(&mut services, file, draft);
    }
    let files = mentioning(sources, draft);
    let methods = methods(&files);
    for file in &files {
        registered(&mut services, file, &methods);
    }
    let mut calls = Vec::new();
    for file in &files {
        call(&services, file, &mut calls);
    }
    for call in calls {
        if let Some(to) = call.to {
            draft.connect(call.from, to, "grpc", Sureness::Resolved, call.evidence.clone());
        }
        draft.calls.push(call);
    }
    let mut names: Vec<&&str> = services.keys().collect();
    names.sort_unstable();
    for service in names.into_iter().flat_map(|name| &services[*name]) {
        let sole = sole(&service.servers);
        for (contract, line, procedure) in &service.declared {
            let handler = service.handlers.get(&***procedure).filter(|places| places.len() == 1);
            draft.operations.push(Operation {
                contract: (*contract).clone(),
                style: ContractStyle::Grpc,
                name: Name::from(format!("{}/{procedure}", service.full)),
                method: None,
                component: sole,
                handler: handler.and_then(|places| places.first().cloned()),
                evidence: Place::new(contract, *line),
            });
        }
    }
}

fn sole(servers: &BTreeSet<ComponentId>) -> Option<ComponentId> {
    servers.first().copied().filter(|_| servers.len() == 1)
}

/// Whether a file's name says that a compiler of protocol buffers wrote it.
fn is_made(path: &str) -> bool {
    const ENDS: [&str; 9] =
        ["_pb2.py", "_pb2_grpc.py", ".pb.go", "_pb.js", "_pb.d.ts", "_pb.rb", "Grpc.java", "Grpc.cs", "_grpc_pb.js"];
    ENDS.iter().any(|end| path.ends_with(end))
}

/// Every service that a file of the project declares; copies of one file count once.
fn declared(sources: &Sources) -> Services<'_> {
    let mut services: Services<'_> = FxHashMap::default();
    let protos = sources.files.iter().filter(|file| {
        !file.test && file.mark.is_none() && !is_aside(&file.path) && file.language.is_some_and(|l| l.name == "proto")
    });
    for file in protos {
        let Some(facts) = file.facts.as_deref() else { continue };
        for (id, service) in facts.definitions.iter().enumerate() {
            if service.kind != DefinitionKind::Interface {
                continue;
            }
            let package = facts.namespace.as_deref().map(|package| format!("{package}.")).unwrap_or_default();
            let full = format!("{package}{}", service.name);
            let known = services.entry(&*service.name).or_default();
            if known.iter().any(|other| other.full == full) {
                continue;
            }
            let procedures = facts.definitions.iter().filter(|found| found.parent == Some(id as DefinitionId));
            let declared = procedures.map(|found| (&file.path, found.name_span.line, &found.name)).collect();
            known.push(Service { full, declared, servers: BTreeSet::new(), handlers: BTreeMap::new() });
        }
    }
    services
}

impl<'s> Service<'s> {
    fn answer(&mut self, owner: Option<ComponentId>, find: impl Fn(&str) -> Option<Place>) {
        self.servers.extend(owner);
        for (_, _, procedure) in &self.declared {
            if let Some(place) = find(procedure) {
                self.handlers.entry(procedure).or_default().insert(place);
            }
        }
    }
}

/// Whether a method's name is a procedure's in the style of some language: `GetCart`, `getCart`, `get_cart`, `GetCartAsync`.
fn is_same(method: &str, procedure: &str) -> bool {
    plain(method.strip_suffix("Async").unwrap_or(method)) == plain(procedure)
}

/// A name as all styles of writing it have in common.
fn plain(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}

/// The service of which a base class is what servers extend.
fn served_by_base(base: &str) -> Option<&str> {
    let base = base.trim_end_matches(['(', ')']);
    let mut parts = base.rsplit('.');
    let (last, before) = (parts.next()?, parts.next());
    let last = last.split('<').next().unwrap_or(last);
    let suffixes = ["CoroutineImplBase", "ImplBase", "Servicer", "Base"];
    match (last, before) {
        // Ruby: `Helloworld::Greeter::Service`
        ("Service", Some(name)) => Some(name),
        _ => suffixes.iter().find_map(|suffix| last.strip_suffix(suffix)),
    }
    .filter(|name| !name.is_empty())
}

/// Servers that classes, annotations and calls with handlers say.
fn serve<'s>(services: &mut Services<'s>, file: &CodeFile<'s>, draft: &Draft) {
    let Some(facts) = file.file.facts.as_deref() else { return };
    let owner = file.owner(draft);
    let path = &file.file.path;
    for class in &file.terms.classes {
        for name in class.bases.iter().filter_map(|base| served_by_base(base)) {
            answer(services, name, owner, |procedure| {
                let found = method(facts, class.definition?, |name| is_same(name, procedure))?;
                Some(place_of(path, found))
            });
        }
    }
    for function in &file.terms.functions {
        // NestJS: `@GrpcMethod('Cart', 'AddItem')`
        let Some(found) = annotation(&function.annotations, "GrpcMethod") else { continue };
        let text = |index: usize| found.arguments.get(index).and_then(|argument| file.text(&argument.value));
        let procedure = text(1).unwrap_or_else(|| function.name.to_string());
        if let Some(name) = text(0) {
            let place = file.place(function.span.line);
            answer(services, &name, owner, |known| is_same(&procedure, known).then(|| place.clone()));
        }
    }
    for call in file.terms.calls.iter().filter(|call| call.name() == "addService") {
        added(services, file, call, owner);
    }
}

/// Node: `server.addService(shop.Cart.service, { addItem, getCart: read })`.
fn added<'s>(services: &mut Services<'s>, file: &CodeFile<'s>, call: &Call, owner: Option<ComponentId>) {
    let Some(name) = call.positional(0).and_then(Value::name) else { return };
    let name = name.strip_suffix(".service").map_or_else(|| last_part(name).trim_end_matches("Service"), last_part);
    let Some(facts) = file.file.facts.as_deref() else { return };
    let handlers = match call.positional(1) {
        Some(Value::Map(entries)) => entries.as_slice(),
        _ => &[],
    };
    for name in [name.to_owned(), format!("{name}Service")] {
        answer(services, &name, owner, |procedure| {
            let is_it = |name: &str| is_same(name, procedure);
            let entry = handlers
                .iter()
                .find(|entry| entry.name.as_deref().or_else(|| entry.value.name()).is_some_and(is_it))?;
            let function = entry.value.name().unwrap_or(procedure);
            let defined = facts.definitions.iter().find(|found| found.name == last_part(function));
            Some(defined.map_or_else(|| file.place(entry.line), |found| place_of(&file.file.path, found)))
        });
    }
}

/// Notes who serves the services of a name, and with which methods.
fn answer(services: &mut Services<'_>, name: &str, owner: Option<ComponentId>, find: impl Fn(&str) -> Option<Place>) {
    for service in services.get_mut(name).into_iter().flatten() {
        service.answer(owner, &find);
    }
}

/// A file of a component's, with what it mentions.
struct Mentions<'s> {
    path: &'s std::sync::Arc<str>,
    facts: &'s FileFacts,
    owner: ComponentId,
    family: &'static str,
}

impl<'s> Mentions<'s> {
    /// The last parts of the names of what is called, each with its line; calls on local variables are known in languages
    /// whose members are found by their values' types.
    fn called(&self) -> impl Iterator<Item = (&'s str, u32)> + use<'s> {
        let facts = self.facts;
        let calls = facts.references.iter().filter(|reference| reference.kind == ReferenceKind::Call);
        let named = calls.map(|reference| (last_part_of(facts.name(reference.name)), reference.span.line));
        let selected = facts.typing.selections.iter().filter(|selection| selection.call);
        named.chain(selected.map(|selection| (facts.typing.name(selection.name), selection.span.line)))
    }
}

/// Every code file of a component that no compiler of protocol buffers wrote.
fn mentioning<'s>(sources: &'s Sources, draft: &Draft) -> Vec<Mentions<'s>> {
    let files =
        sources.files.iter().enumerate().filter(|(_, file)| !file.test && file.mark.is_none() && !is_made(&file.path));
    let mention = |(index, file): (usize, &'s crate::lang::resolve::SourceFile)| {
        let family = file.language?.hooks.terms?.wanted;
        let owner = draft.owner(crate::lang::resolve::FileId(index as u32))?;
        Some(Mentions { path: &file.path, facts: file.facts.as_deref()?, owner, family })
    };
    files.filter_map(mention).collect()
}

/// Servers that a registration says: Go's `RegisterCartServer`, Python's `add_CartServicer_to_server`, Rust's `CartServer`.
fn registered<'s>(services: &mut Services<'s>, file: &Mentions<'s>, methods: &Methods) {
    for reference in &file.facts.references {
        let name = last_part_of(file.facts.name(reference.name));
        let service = match file.family {
            "go" => name.strip_prefix("Register").and_then(|name| name.strip_suffix("Server")),
            "python" => name.strip_prefix("add_").and_then(|name| name.strip_suffix("Servicer_to_server")),
            "rust" => name.strip_suffix("Server").or(Some(name).filter(|_| reference.kind == ReferenceKind::Inherit)),
            _ => None,
        };
        let Some(service) = service.filter(|service| !service.is_empty()) else { continue };
        let methods = methods.get(&file.owner).filter(|_| matches!(file.family, "go" | "rust"));
        answer(services, service, Some(file.owner), |procedure| match methods?.get(&plain(procedure))?.as_slice() {
            [place] => Some(place.clone()),
            _ => None,
        });
    }
}

/// Methods of components' types in Go and Rust, where what answers stands apart from what says so, by their plain names.
type Methods = FxHashMap<ComponentId, FxHashMap<String, Vec<Place>>>;

fn methods(files: &[Mentions<'_>]) -> Methods {
    let mut methods = Methods::default();
    for file in files.iter().filter(|file| matches!(file.family, "go" | "rust")) {
        let of_owner = methods.entry(file.owner).or_default();
        for found in file.facts.definitions.iter().filter(|found| found.kind == DefinitionKind::Method) {
            of_owner.entry(plain(&found.name)).or_default().push(place_of(file.path, found));
        }
    }
    methods
}

fn last_part_of(name: &str) -> &str {
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit(['.', ':', '\\']).next().unwrap_or(name)
}

/// The service of which a name is what clients make, by the file's language.
fn client_of<'n>(family: &str, name: &'n str, whole: &'n str) -> Option<&'n str> {
    let name = match family {
        "go" => name.strip_prefix("New")?.strip_suffix("Client")?,
        "python" => name.strip_suffix("Stub")?,
        "jvm" => ["CoroutineStub", "BlockingStub", "FutureStub", "Stub", "Grpc"]
            .iter()
            .find_map(|end| name.strip_suffix(end))?,
        "csharp" | "rust" | "php" => name.strip_suffix("Client")?,
        "ruby" => whole.strip_suffix("::Stub").or_else(|| whole.strip_suffix("::Stub.new")).map(last_part_of)?,
        "ecmascript" => name.strip_suffix("Client").unwrap_or(name),
        _ => return None,
    };
    Some(name).filter(|name| !name.is_empty())
}

/// The calls of procedures in a file that makes a client of their service.
fn call<'s>(services: &Services<'s>, file: &Mentions<'s>, calls: &mut Vec<RemoteCall>) {
    let speaks = |library: &str| file.facts.imports.iter().any(|import| import.path.contains(library));
    if file.family == "ecmascript" && !speaks("grpc") {
        return;
    }
    // What makes a client, with its line, once a service.
    let mut clients: BTreeMap<&str, u32> = BTreeMap::new();
    for reference in &file.facts.references {
        let whole = file.facts.name(reference.name);
        let name = last_part_of(whole);
        let Some(service) = client_of(file.family, name, whole) else { continue };
        if services.contains_key(service) {
            clients.entry(service).or_insert(reference.span.line);
        }
    }
    for (name, line) in clients {
        for service in &services[name] {
            // Who answers a service mentions its names as well.
            if service.servers.contains(&file.owner) {
                continue;
            }
            let to = sole(&service.servers);
            let called = |path: String, line: u32| RemoteCall {
                from: file.owner,
                to,
                kind: "grpc",
                method: None,
                path: Some(Name::from(path)),
                endpoint: None,
                evidence: Place::new(file.path, line),
            };
            let before = calls.len();
            for (method, line) in file.called() {
                if let Some((_, _, procedure)) = service.declared.iter().find(|(_, _, known)| is_same(method, known)) {
                    calls.push(called(format!("{}/{procedure}", service.full), line));
                }
            }
            if calls.len() == before {
                calls.push(called(service.full.clone(), line));
            }
        }
    }
}
