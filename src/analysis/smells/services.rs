//! Smells of how the components of the running system share and ask.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Concern, Found, Smell, first_lines, lines_of, listed, located, named};
use crate::analysis::{Analysis, Severity};
use crate::facts::qualified_name;
use crate::graph::{EdgeId, NodeId, NodeKind, Snapshot};
use crate::system::{Access, Component, ComponentId, Place, PracticeKind, RemoteCall, Role, System};
use crate::text::counted;

/// Names in a message; the rest is counted.
const NAMES: usize = 6;

/// Whether a component has logic of its own.
pub fn is_program(component: &Component) -> bool {
    matches!(component.role, Role::Service | Role::Web | Role::Gateway | Role::Auth)
}

/// The components of some roles.
pub fn ids(system: &System, is: impl Fn(&Component) -> bool) -> Vec<ComponentId> {
    (0..system.nodes.len() as u32).map(ComponentId).filter(|id| is(system.node(*id))).collect()
}

/// A store of several services.
pub static SHARED_DATABASE: Smell = Smell {
    name: "shared-database",
    concern: Concern::Data,
    definition: "A database, search engine or object store that two or more services connect to. Where lines say which tables \
                 each writes, and no table is written by two, it is a note.",
    citation: "D. Taibi and V. Lenarduzzi, On the Definition of Microservice Bad Smells, 2018 (shared persistency)",
    remedy: "Give each table one service that writes it; the others ask that service, or follow its events. Then the stores can \
             be parted.",
    unit: "connection",
    find: shared_databases,
};

fn shared_databases(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let system = &snapshot.system;
    let stores = ids(system, |of| matches!(of.role, Role::Database | Role::Search | Role::Storage));
    let found = stores.into_iter().filter_map(|store| {
        let edges = system.edges.iter().filter(|edge| edge.to == store && is_program(system.node(edge.from)));
        let users: BTreeSet<ComponentId> = edges.clone().map(|edge| edge.from).collect();
        if users.len() < 2 {
            return None;
        }
        let users: Vec<ComponentId> = users.into_iter().collect();
        let (tables, is_known) = common_tables(system, &users);
        let (severity, more) = match (tables.is_empty(), is_known) {
            (false, _) => (Severity::Warning, format!("; several of them write {}", listed(&tables, NAMES))),
            (true, true) => (Severity::Note, "; no table was found that two of them write".to_owned()),
            (true, false) => (Severity::Warning, String::new()),
        };
        Some(Found {
            severity,
            message: format!(
                "{} is used by {}: {}{more}",
                system.node(store).name,
                counted(users.len() as u64, "service"),
                named(system, &users, NAMES)
            ),
            evidence: located(edges.flat_map(|edge| edge.evidence.first())),
        })
    });
    found.collect()
}

/// The tables that several of some components write, and whether something is known of what each of them writes.
fn common_tables(system: &System, users: &[ComponentId]) -> (Vec<String>, bool) {
    let mut writers: BTreeMap<usize, BTreeSet<ComponentId>> = BTreeMap::new();
    for of in system.table_uses.iter().filter(|of| of.access == Access::Writes) {
        if let Some(component) = of.component.filter(|component| users.contains(component)) {
            writers.entry(of.table).or_default().insert(component);
        }
    }
    let known: BTreeSet<ComponentId> = writers.values().flatten().copied().collect();
    let shared = writers.iter().filter(|(_, writers)| writers.len() > 1);
    let name = |table: &usize| system.schema.tables.get(*table).map(|table| table.name.to_string());
    (shared.filter_map(|(table, _)| name(table)).collect(), known.len() == users.len())
}

/// Code that several services are built from.
pub static SHARED_LIBRARY: Smell = Smell {
    name: "shared-library",
    concern: Concern::Integration,
    definition: "Code of the project that no one service owns and that the sources of two or more services need, or a service \
                 whose source another service needs: they cannot be changed or released apart.",
    citation: "D. Taibi and V. Lenarduzzi, On the Definition of Microservice Bad Smells, 2018 (shared libraries)",
    remedy: "Keep in it what has no business of its own (formats, clients, logging) and give it versions; move the rest to the \
             service whose rules it holds.",
    unit: "statement",
    find: shared_libraries,
};

fn shared_libraries(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let system = &snapshot.system;
    let owner = |id: NodeId| -> Option<ComponentId> {
        let id = snapshot.node(id).file?;
        system.owners.get(id.index()).copied().flatten()
    };
    let mut shared: BTreeMap<NodeId, BTreeMap<ComponentId, Vec<EdgeId>>> = BTreeMap::new();
    let mut direct: BTreeMap<(ComponentId, ComponentId), Vec<EdgeId>> = BTreeMap::new();
    for (id, edge) in snapshot.edges().filter(|(_, edge)| edge.kind.is_coupling() && !edge.test) {
        let Some(from) = owner(edge.from).filter(|from| is_program(system.node(*from))) else { continue };
        match (owner(edge.to), snapshot.node(edge.to).kind) {
            (_, NodeKind::External) => {}
            (Some(to), _) if to != from && is_program(system.node(to)) => {
                direct.entry((from, to)).or_default().push(id)
            }
            (None, NodeKind::File) => {
                shared.entry(unit(snapshot, edge.to)).or_default().entry(from).or_default().push(id);
            }
            _ => {}
        }
    }
    let of_unit = shared.into_iter().filter(|(_, users)| users.len() > 1).map(|(unit, users)| {
        let names: Vec<ComponentId> = users.keys().copied().collect();
        let evidence = lines_of(snapshot, users.into_values().flatten());
        Found {
            severity: Severity::Note,
            message: format!(
                "{} is built into {}: {}, by {}",
                snapshot.node(unit).written(),
                counted(names.len() as u64, "service"),
                named(system, &names, NAMES),
                counted(evidence.len() as u64, "statement")
            ),
            evidence,
        }
    });
    let of_service = direct.into_iter().map(|((from, to), edges)| {
        let evidence = lines_of(snapshot, edges);
        Found {
            severity: Severity::Warning,
            message: format!(
                "{} is built from the source of {}, by {}",
                system.node(from).name,
                system.node(to).name,
                counted(evidence.len() as u64, "statement")
            ),
            evidence,
        }
    });
    of_unit.chain(of_service).collect()
}

/// The package around a file, or else its outermost folder.
fn unit(snapshot: &Snapshot, file: NodeId) -> NodeId {
    let around: Vec<NodeId> = snapshot.ancestors(file).filter(|id| *id != NodeId::ROOT).collect();
    let package = around.iter().find(|id| snapshot.node(**id).package.is_some());
    package.or(around.last()).copied().unwrap_or(file)
}

/// A function that asks other services again and again.
pub static CHATTY_CALLS: Smell = Smell {
    name: "chatty-calls",
    concern: Concern::Integration,
    definition: "A function with three or more requests to other components, each of which waits for its answer.",
    citation: "F. Palma et al., SOA Antipatterns: An Approach for Their Specification and Detection, 2013 (chatty service)",
    remedy: "Offer the answer that is needed as one operation, ask side by side instead of one after the other, or keep a copy \
             that events bring up to date.",
    unit: "request",
    find: chatty_calls,
};

/// Requests of one function from which on it is chatty.
const CHATTY: usize = 3;

fn chatty_calls(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let system = &snapshot.system;
    let mut of_function: BTreeMap<(&str, u32), Vec<&RemoteCall>> = BTreeMap::new();
    for call in system.calls.iter().filter(|call| call.to != Some(call.from)) {
        if let Some(function) = function_at(snapshot, &call.evidence) {
            of_function.entry((&call.evidence.path, function)).or_default().push(call);
        }
    }
    let chatty = of_function.into_iter().filter(|(_, calls)| calls.len() >= CHATTY).map(|((path, function), calls)| {
        let file = snapshot.find(path);
        let name = file.map_or_else(String::new, |id| qualified_name(snapshot.definitions(id), function));
        let to: BTreeSet<&str> =
            calls.iter().map(|call| call.to.map_or("an unknown address", |to| &system.node(to).name)).collect();
        Found {
            severity: Severity::Note,
            message: format!(
                "{name} of {} makes {}, of {}",
                system.node(calls[0].from).name,
                counted(calls.len() as u64, "request"),
                listed(to, NAMES)
            ),
            evidence: located(calls.iter().map(|call| &call.evidence)),
        }
    });
    chatty.collect()
}

/// The definition around the calls on a line.
fn function_at(snapshot: &Snapshot, place: &Place) -> Option<u32> {
    let file = snapshot.node(snapshot.find(&place.path)?).file?;
    let calls = &snapshot.sources.facts(file)?.terms.calls;
    // A call follows those among its arguments, so calls are not sorted by their lines.
    calls.iter().find(|call| call.span.line == place.line).and_then(|call| call.within)
}

/// A chain of services that all have to answer.
pub static DEEP_CHAIN: Smell = Smell {
    name: "deep-synchronous-chain",
    concern: Concern::Resilience,
    definition: "Three or more requests one inside the other: the shortest way along HTTP and remote procedure calls from a \
                 component to the farthest one that it needs.",
    citation: "M. T. Nygard, Release It!, 2nd edition 2018 (cascading failures)",
    remedy: "Let a step in the middle answer from its own data, or make it a message: the chain is then as likely to answer as \
             its parts, not as their product.",
    unit: "request",
    find: deep_chains,
};

/// Requests from which on a chain is deep.
const DEEP: usize = 3;

fn deep_chains(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let system = &snapshot.system;
    let mut chains: Vec<Vec<ComponentId>> =
        ids(system, is_program).into_iter().map(|id| farthest(system, id)).filter(|way| way.len() > DEEP).collect();
    // A chain that is the end of another one is told by that.
    let ends: BTreeSet<Vec<ComponentId>> =
        chains.iter().flat_map(|way| (1..way.len()).map(|at| way[at..].to_vec())).collect();
    chains.retain(|way| !ends.contains(way));
    let found = chains.into_iter().map(|way| {
        let names: Vec<&str> = way.iter().map(|id| system.node(*id).name.as_str()).collect();
        let lines = way.windows(2).filter_map(|step| {
            let edge = system.edges.iter().find(|edge| (edge.from, edge.to) == (step[0], step[1]) && waits(edge.kind));
            edge.and_then(|edge| edge.evidence.first())
        });
        Found {
            severity: Severity::Warning,
            message: format!("{} wait for each other: {}", counted(way.len() as u64 - 1, "request"), names.join(" → ")),
            evidence: located(lines),
        }
    });
    found.collect()
}

/// Whether who asks in this way waits for an answer of a service.
pub fn waits(kind: &str) -> bool {
    matches!(kind, "http" | "grpc" | "graphql" | "rpc" | "soap")
}

/// The shortest way to the component that is farthest away; of several the first.
fn farthest(system: &System, from: ComponentId) -> Vec<ComponentId> {
    let mut came: BTreeMap<ComponentId, ComponentId> = BTreeMap::from([(from, from)]);
    let mut open = VecDeque::from([from]);
    let mut last = from;
    let way = |came: &BTreeMap<ComponentId, ComponentId>, end: ComponentId| {
        let before = |id: &ComponentId| came.get(id).copied().filter(|before| before != id);
        std::iter::successors(Some(end), before).collect::<Vec<ComponentId>>()
    };
    // Breadth first: what is taken out later is not nearer.
    while let Some(id) = open.pop_front() {
        if way(&came, id).len() > way(&came, last).len() {
            last = id;
        }
        for edge in system.edges.iter().filter(|edge| edge.from == id && waits(edge.kind)) {
            if let Entry::Vacant(entry) = came.entry(edge.to) {
                entry.insert(id);
                open.push_back(edge.to);
            }
        }
    }
    let mut way = way(&came, last);
    way.reverse();
    way
}

/// Several doors, and no gateway.
pub static NO_GATEWAY: Smell = Smell {
    name: "no-api-gateway",
    concern: Concern::Integration,
    definition: "Two or more services are published to the outside, each at an address of its own, and no component is a \
                 gateway.",
    citation: "D. Taibi and V. Lenarduzzi, On the Definition of Microservice Bad Smells, 2018 (not having an API gateway)",
    remedy: "Put one entry before them that routes, asks who somebody is, and limits how often; publish only that.",
    unit: "published port",
    find: no_gateway,
};

fn no_gateway(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let system = &snapshot.system;
    if system.nodes.iter().any(|of| of.role == Role::Gateway) {
        return Vec::new();
    }
    let published = |id: ComponentId| {
        let is = |kind: PracticeKind, of: Option<ComponentId>| kind == PracticeKind::PublishedPort && of == Some(id);
        system
            .practices
            .iter()
            .find(|practice| is(practice.kind, practice.component))
            .map(|practice| &practice.evidence)
    };
    let open: Vec<(ComponentId, &Place)> =
        ids(system, |of| of.role == Role::Service).into_iter().filter_map(|id| Some((id, published(id)?))).collect();
    if open.len() < 2 {
        return Vec::new();
    }
    let names: Vec<ComponentId> = open.iter().map(|(id, _)| *id).collect();
    vec![Found {
        severity: Severity::Note,
        message: format!(
            "{} are published to the outside without a gateway: {}",
            counted(open.len() as u64, "service"),
            named(system, &names, NAMES)
        ),
        evidence: if open.is_empty() { first_lines(system, &names) } else { located(open.iter().map(|(_, at)| *at)) },
    }]
}

#[cfg(test)]
mod tests {
    use super::super::testing::{line, messages, of_system, system};
    use super::*;
    use crate::schema::{Schema, Table};
    use crate::system::TableUse;

    const TWO: &[(&str, Role)] = &[("a", Role::Service), ("b", Role::Service), ("db", Role::Database)];

    #[test]
    fn a_store_of_two_services_is_shared_and_a_cache_or_a_store_of_one_is_not() {
        let shared = system(TWO).connected(&[(0, 2, "database"), (1, 2, "database")]);
        let told = of_system(&SHARED_DATABASE, shared.clone());
        assert_eq!(told, ["db is used by 2 services: a, b [compose.yml:100 compose.yml:101]"]);
        assert!(of_system(&SHARED_DATABASE, system(TWO).connected(&[(0, 2, "database")])).is_empty());
        let cache = &[("a", Role::Service), ("b", Role::Service), ("c", Role::Cache)];
        assert!(
            of_system(&SHARED_DATABASE, system(cache).connected(&[(0, 2, "database"), (1, 2, "database")])).is_empty()
        );
        let writes = |table, component| TableUse {
            table,
            access: Access::Writes,
            component: Some(ComponentId(component)),
            evidence: line(1),
        };
        let with = |uses: Vec<TableUse>| {
            let tables = vec![Table::new("orders", line(1)), Table::new("users", line(2))];
            let schema = Schema { tables, ..Schema::default() };
            of_system(&SHARED_DATABASE, System { schema, table_uses: uses, ..shared.clone() })
        };
        assert!(with(vec![writes(0, 0), writes(0, 1)])[0].contains("several of them write orders"));
        assert!(with(vec![writes(0, 0), writes(1, 1)])[0].contains("no table was found that two of them write"));
    }

    #[test]
    fn code_of_nobody_that_two_services_need_is_a_shared_library() {
        let compose = "services:\n  a: {build: ./a}\n  b: {build: ./b}\n";
        let files = |of_b: &'static str| {
            [
                ("docker-compose.yml", compose),
                ("a/Dockerfile", "FROM python:3\n"),
                ("b/Dockerfile", "FROM python:3\n"),
                ("common/money.py", "x = 1\n"),
                ("a/app.py", "import common.money\n"),
                ("b/app.py", of_b),
            ]
        };
        let found = messages(&SHARED_LIBRARY, &crate::index::from_memory("x", files("import common.money\n")));
        assert_eq!(found, ["common is built into 2 services: a, b, by 2 statements [a/app.py:1 b/app.py:1]"]);
        assert!(messages(&SHARED_LIBRARY, &crate::index::from_memory("x", files("import os\n"))).is_empty());
    }

    #[test]
    fn a_function_with_three_requests_is_chatty_and_three_functions_with_one_are_not() {
        let of = |text: &'static str| {
            let mut snapshot = crate::index::from_memory("x", [("a/app.py", text)]);
            let path = "a/app.py".into();
            let call = |line| RemoteCall {
                from: ComponentId(0),
                to: Some(ComponentId(1)),
                kind: "http",
                method: None,
                path: None,
                endpoint: None,
                evidence: Place::new(&path, line),
            };
            let lines = text.lines().zip(1..).filter(|(text, _)| text.contains("requests.get"));
            let calls = lines.map(|(_, line)| call(line)).collect();
            snapshot.system = System { calls, ..system(TWO) };
            messages(&CHATTY_CALLS, &snapshot)
        };
        let one = "import requests\ndef f():\n    requests.get('http://b/1')\n    requests.get('http://b/2')\n    requests.get('http://b/3')\n";
        assert_eq!(of(one), ["f of a makes 3 requests, of b [a/app.py:3 a/app.py:4 a/app.py:5]"]);
        let three = "import requests\ndef f():\n    requests.get('http://b/1')\ndef g():\n    requests.get('http://b/2')\ndef h():\n    requests.get('http://b/3')\n";
        assert!(of(three).is_empty());
    }

    #[test]
    fn three_requests_one_inside_the_other_are_deep_and_messages_in_between_are_not() {
        let names = &[("a", Role::Web), ("b", Role::Service), ("c", Role::Service), ("d", Role::Service)];
        let deep = system(names).connected(&[(0, 1, "http"), (1, 2, "grpc"), (2, 3, "http"), (0, 2, "message")]);
        let told = of_system(&DEEP_CHAIN, deep);
        assert_eq!(
            told,
            ["3 requests wait for each other: a → b → c → d [compose.yml:100 compose.yml:101 compose.yml:102]"]
        );
        let shallow = system(names).connected(&[(0, 1, "http"), (1, 2, "message"), (2, 3, "http")]);
        assert!(of_system(&DEEP_CHAIN, shallow).is_empty());
    }

    #[test]
    fn two_published_services_want_a_gateway_and_those_behind_one_do_not() {
        let publish = |of: System| {
            of.practising(0, PracticeKind::PublishedPort, "80:80").practising(1, PracticeKind::PublishedPort, "81:80")
        };
        let told = of_system(&NO_GATEWAY, publish(system(TWO)));
        assert_eq!(
            told,
            ["2 services are published to the outside without a gateway: a, b [compose.yml:200 compose.yml:201]"]
        );
        let with = &[("a", Role::Service), ("b", Role::Service), ("door", Role::Gateway)];
        assert!(of_system(&NO_GATEWAY, publish(system(with))).is_empty());
    }
}
