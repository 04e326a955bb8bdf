//! Patterns of how components of the running system are cut and asked.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judgement, Pattern, Verdict};
use crate::analysis::smells::{self, ids, is_program, listed, waits};
use crate::analysis::{Analysis, Location, Severity};
use crate::graph::Snapshot;
use crate::system::{ComponentId, Connection, PracticeKind, Role, System};
use crate::text::counted;

/// Names in a claim; the rest is counted.
const NAMES: usize = 8;

fn names(system: &System, ids: &[ComponentId]) -> String {
    listed(ids.iter().map(|id| system.node(*id).name.as_str()), NAMES)
}

fn declared(system: &System, ids: &[ComponentId]) -> Vec<Location> {
    ids.iter().filter_map(|id| system.node(*id).evidence.first()).map(Location::from).collect()
}

fn lines<'e>(edges: impl IntoIterator<Item = &'e Connection>) -> Vec<Location> {
    edges.into_iter().filter_map(|edge| edge.evidence.first()).map(Location::from).collect()
}

/// Adds a smell's findings as what speaks against a pattern.
fn oppose(judgement: &mut Judgement, smell: &'static smells::Smell, snapshot: &Snapshot, analysis: &Analysis) -> bool {
    let found = smell.occurrences(snapshot, analysis);
    for of in &found {
        judgement.oppose(of.finding.message.clone(), of.finding.evidence.clone());
    }
    !found.is_empty()
}

/// Services that are built and run apart.
pub static MICROSERVICES: Pattern = Pattern {
    name: "Microservices",
    test: "Three services or more are built from folders of their own and ask each other over the network or by messages, and \
           none is built from the source of another. Where one is, or a database is shared: partly.",
    citation: "S. Newman, Building Microservices, 2nd edition 2021; J. Lewis and M. Fowler, Microservices, 2014",
    judge: microservices,
};

fn microservices(snapshot: &Snapshot, analysis: &Analysis) -> Judgement {
    let system = &snapshot.system;
    let services = ids(system, |of| is_program(of) && of.directory.is_some());
    let folders: BTreeSet<&str> = services.iter().filter_map(|id| system.node(*id).directory.as_deref()).collect();
    let between = |edge: &&Connection| {
        services.contains(&edge.to) && services.contains(&edge.from) && edge.from != edge.to || edge.kind == "message"
    };
    let edges: Vec<&Connection> = system.edges.iter().filter(between).collect();
    let mut judgement = Judgement::default();
    if services.is_empty() {
        return judgement;
    }
    let told = format!(
        "{} are built from {} of their own: {}",
        counted(services.len() as u64, "program"),
        counted(folders.len() as u64, "folder"),
        names(system, &services)
    );
    let is_many = services.len() >= 3 && folders.len() >= 3;
    match is_many {
        true => judgement.support(told, declared(system, &services)),
        false => judgement.oppose(told, declared(system, &services)),
    }
    match edges.is_empty() {
        false => judgement.support(
            format!("{} between them, over the network or by a broker", counted(edges.len() as u64, "connection")),
            lines(edges.iter().copied()),
        ),
        true => judgement.oppose("no connection between them was found", Vec::new()),
    }
    let is_shared = oppose(&mut judgement, &smells::SHARED_DATABASE, snapshot, analysis);
    oppose(&mut judgement, &smells::SHARED_LIBRARY, snapshot, analysis);
    let is_tied =
        smells::SHARED_LIBRARY.occurrences(snapshot, analysis).iter().any(|of| of.finding.severity < Severity::Note);
    judgement.verdict = match is_many && !edges.is_empty() {
        true if is_shared || is_tied => Verdict::Partly,
        true => Verdict::Found,
        false => Verdict::NotFound,
    };
    judgement
}

/// A client that asks a server.
pub static CLIENT_SERVER: Pattern = Pattern {
    name: "Client-server",
    test: "A component of the project serves routes or remote procedures, and a web front end or another client of the project \
           asks it. Where only the server is here: partly.",
    citation: "L. Bass, P. Clements and R. Kazman, Software Architecture in Practice, 4th edition 2021 (client-server)",
    judge: client_server,
};

fn client_server(snapshot: &Snapshot, _: &Analysis) -> Judgement {
    let system = &snapshot.system;
    let mut judgement = Judgement::default();
    let serving: BTreeSet<ComponentId> = system.endpoints.iter().map(|of| of.service).collect();
    for id in serving.iter().take(NAMES) {
        let routes: Vec<Location> =
            system.endpoints.iter().filter(|of| of.service == *id).map(|of| Location::from(&of.evidence)).collect();
        let told = format!("{} serves {}", system.node(*id).name, counted(routes.len() as u64, "route"));
        judgement.support(told, routes.into_iter().take(3).collect());
    }
    let asks = |edge: &&Connection| {
        let is_client = matches!(system.node(edge.from).role, Role::Web | Role::Gateway | Role::Service);
        is_client && waits(edge.kind) && is_program(system.node(edge.to)) && edge.from != edge.to
    };
    let edges: Vec<&Connection> = system.edges.iter().filter(asks).collect();
    for edge in edges.iter().take(NAMES) {
        let told = format!("{} asks {} by {}", system.node(edge.from).name, system.node(edge.to).name, edge.kind);
        judgement.support(told, lines([*edge]));
    }
    if !serving.is_empty() && edges.is_empty() {
        judgement.oppose("no component of the project was found that asks one of them", Vec::new());
    }
    judgement.verdict = match (edges.is_empty(), serving.is_empty()) {
        (false, _) => Verdict::Found,
        (true, false) => Verdict::Partly,
        _ => Verdict::NotFound,
    };
    judgement
}

/// One entry for all.
pub static GATEWAY: Pattern = Pattern {
    name: "API gateway",
    test: "A gateway, or a web server before services, routes requests to two services or more. Where services are published \
           beside it: partly.",
    citation: "C. Richardson, Microservices Patterns, 2018 (API gateway)",
    judge: gateway,
};

fn gateway(snapshot: &Snapshot, _: &Analysis) -> Judgement {
    let system = &snapshot.system;
    let mut judgement = Judgement::default();
    for id in ids(system, |of| matches!(of.role, Role::Gateway | Role::Web)) {
        let routed: Vec<&Connection> = system
            .edges
            .iter()
            .filter(|edge| edge.from == id && waits(edge.kind) && is_program(system.node(edge.to)))
            .collect();
        let to: BTreeSet<ComponentId> = routed.iter().map(|edge| edge.to).collect();
        if to.len() >= 2 {
            let to: Vec<ComponentId> = to.into_iter().collect();
            let told = format!(
                "{} ({}) routes to {}: {}",
                system.node(id).name,
                system.node(id).role.as_str(),
                counted(to.len() as u64, "service"),
                names(system, &to)
            );
            judgement.support(told, lines(routed));
        }
    }
    let beside = system.practices.iter().filter(|of| {
        let is_service = of.component.is_some_and(|id| system.node(id).role == Role::Service);
        of.kind == PracticeKind::PublishedPort && is_service
    });
    let mut published: BTreeMap<ComponentId, Vec<Location>> = BTreeMap::new();
    for practice in beside {
        if let Some(id) = practice.component {
            published.entry(id).or_default().push((&practice.evidence).into());
        }
    }
    if !judgement.supports.is_empty() && !published.is_empty() {
        let ids: Vec<ComponentId> = published.keys().copied().collect();
        let told = format!("{} beside it: {}", counted(ids.len() as u64, "published service"), names(system, &ids));
        judgement.oppose(told, published.into_values().flatten().collect());
    }
    judgement.verdict = match (judgement.supports.is_empty(), judgement.opposes.is_empty()) {
        (true, _) => Verdict::NotFound,
        (false, true) => Verdict::Found,
        (false, false) => Verdict::Partly,
    };
    judgement
}

/// A server for one kind of client.
pub static BFF: Pattern = Pattern {
    name: "Backend for frontend",
    test: "Two services or more that each ask two others or more and nothing else, and are asked by one web front end or by a \
           person only. One such service: partly.",
    citation: "S. Newman, Backends For Frontends, 2015",
    judge: bff,
};

fn bff(snapshot: &Snapshot, _: &Analysis) -> Judgement {
    let system = &snapshot.system;
    let mut judgement = Judgement::default();
    for id in ids(system, |of| of.role == Role::Service) {
        let out: Vec<&Connection> = system.edges.iter().filter(|edge| edge.from == id).collect();
        let asked: BTreeSet<ComponentId> = out
            .iter()
            .filter(|edge| waits(edge.kind) && is_program(system.node(edge.to)))
            .map(|edge| edge.to)
            .collect();
        let keeps =
            out.iter().any(|edge| system.node(edge.to).role.is_store() || system.node(edge.to).role == Role::External);
        let by: BTreeSet<ComponentId> =
            system.edges.iter().filter(|edge| edge.to == id).map(|edge| edge.from).collect();
        let only = by.iter().next().filter(|_| by.len() == 1).map(|id| system.node(*id));
        let Some(client) = only.filter(|of| matches!(of.role, Role::Web | Role::User)) else { continue };
        if asked.len() >= 2 && !keeps {
            let asked: Vec<ComponentId> = asked.into_iter().collect();
            let told = format!(
                "{} asks {} and is asked by {} only",
                system.node(id).name,
                names(system, &asked),
                client.name.split('#').next().unwrap_or_default()
            );
            judgement.support(told, lines(out.iter().filter(|edge| waits(edge.kind)).copied()));
        }
    }
    judgement.verdict = match judgement.supports.len() {
        0 => Verdict::NotFound,
        1 => Verdict::Partly,
        _ => Verdict::Found,
    };
    if judgement.verdict == Verdict::Partly {
        judgement.oppose("there is one such service, and not one for each kind of client", Vec::new());
    }
    judgement
}

/// Nobody else's tables.
pub static DATABASE_PER_SERVICE: Pattern = Pattern {
    name: "Database per service",
    test: "Two services or more use databases, and no database is used by two. Where some are shared and some are not: partly.",
    citation: "C. Richardson, Microservices Patterns, 2018 (database per service)",
    judge: database_per_service,
};

fn database_per_service(snapshot: &Snapshot, _: &Analysis) -> Judgement {
    let system = &snapshot.system;
    let mut users: BTreeMap<ComponentId, BTreeMap<ComponentId, &Connection>> = BTreeMap::new();
    for edge in system.edges.iter().filter(|edge| is_program(system.node(edge.from))) {
        if system.node(edge.to).role == Role::Database {
            users.entry(edge.to).or_default().insert(edge.from, edge);
        }
    }
    let mut judgement = Judgement::default();
    for (store, users) in &users {
        let ids: Vec<ComponentId> = users.keys().copied().collect();
        let told = format!("{} is used by {}", system.node(*store).name, names(system, &ids));
        let evidence = lines(users.values().copied());
        if ids.len() == 1 { judgement.support(told, evidence) } else { judgement.oppose(told, evidence) }
    }
    let owners: BTreeSet<&ComponentId> =
        users.values().filter(|users| users.len() == 1).flat_map(BTreeMap::keys).collect();
    judgement.verdict = match (owners.len(), judgement.opposes.is_empty()) {
        (2.., true) => Verdict::Found,
        (1.., false) => Verdict::Partly,
        _ => Verdict::NotFound,
    };
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::smells::testing;
    use crate::graph::fixture::graph;

    fn judged(pattern: &Pattern, system: System) -> Judgement {
        let mut snapshot = graph(&["a.py"]);
        snapshot.system = system;
        (pattern.judge)(&snapshot, &Analysis::new(&snapshot))
    }

    const SHOP: &[(&str, Role)] = &[
        ("web", Role::Web),
        ("cart", Role::Service),
        ("user", Role::Service),
        ("cart-db", Role::Database),
        ("user-db", Role::Database),
    ];

    fn shop(more: &[(u32, u32, &'static str)]) -> System {
        let edges = [(0, 1, "http"), (0, 2, "http"), (1, 3, "database"), (2, 4, "database")];
        testing::system(SHOP).connected(&edges).connected(more)
    }

    #[test]
    fn services_with_stores_of_their_own_are_microservices_and_a_shared_store_speaks_against_it() {
        assert_eq!(judged(&MICROSERVICES, shop(&[])).verdict, Verdict::Found);
        let shared = judged(&MICROSERVICES, shop(&[(1, 4, "database")]));
        assert_eq!((shared.verdict, shared.opposes.len()), (Verdict::Partly, 1));
        let two = &[("a", Role::Service), ("b", Role::Service)];
        assert_eq!(
            judged(&MICROSERVICES, testing::system(two).connected(&[(0, 1, "http")])).verdict,
            Verdict::NotFound
        );
    }

    #[test]
    fn databases_of_one_user_each_are_the_pattern() {
        assert_eq!(judged(&DATABASE_PER_SERVICE, shop(&[])).verdict, Verdict::Found);
        assert_eq!(judged(&DATABASE_PER_SERVICE, shop(&[(1, 4, "database")])).verdict, Verdict::Partly);
        assert_eq!(judged(&DATABASE_PER_SERVICE, testing::system(SHOP)).verdict, Verdict::NotFound);
    }

    #[test]
    fn a_web_server_that_routes_to_two_services_is_a_gateway_unless_they_are_published_too() {
        assert_eq!(judged(&GATEWAY, shop(&[])).verdict, Verdict::Found);
        let open = shop(&[]).practising(1, PracticeKind::PublishedPort, "81:80");
        assert_eq!(judged(&GATEWAY, open).verdict, Verdict::Partly);
        assert_eq!(judged(&GATEWAY, testing::system(SHOP).connected(&[(0, 1, "http")])).verdict, Verdict::NotFound);
    }

    #[test]
    fn a_server_without_its_client_is_half_a_pattern() {
        assert_eq!(judged(&CLIENT_SERVER, shop(&[])).verdict, Verdict::Found);
        assert_eq!(judged(&CLIENT_SERVER, testing::system(SHOP).serving(1, "GET", "/x")).verdict, Verdict::Partly);
        assert_eq!(judged(&CLIENT_SERVER, testing::system(SHOP)).verdict, Verdict::NotFound);
    }

    #[test]
    fn a_backend_of_each_frontend_asks_several_and_keeps_nothing() {
        let names = &[
            ("shop", Role::Web),
            ("admin", Role::Web),
            ("shop-bff", Role::Service),
            ("admin-bff", Role::Service),
            ("a", Role::Service),
            ("b", Role::Service),
        ];
        let edges = [(0, 2, "http"), (1, 3, "http"), (2, 4, "http"), (2, 5, "http"), (3, 4, "http"), (3, 5, "http")];
        assert_eq!(judged(&BFF, testing::system(names).connected(&edges)).verdict, Verdict::Found);
        assert_eq!(judged(&BFF, testing::system(names).connected(&edges[..4])).verdict, Verdict::Partly);
        assert_eq!(judged(&BFF, testing::system(names).connected(&edges[..3])).verdict, Verdict::NotFound);
    }
}
