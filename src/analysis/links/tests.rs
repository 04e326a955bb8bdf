use super::*;
use crate::index::from_memory;
use crate::system::{
    Access, Channel, ChannelId, ChannelKind, Component, ComponentId, Connection, Direction, Endpoint, Flow, Handler,
    Job, Pipeline, RemoteCall, Resource, ResourceGroup, ResourceId, Sureness, TableUse, Task, TaskKind,
};

fn place(path: &str, line: u32) -> Place {
    Place::new(&path.into(), line)
}

/// A shop: a route whose handler's file needs the file that writes the table and sends the message.
fn shop() -> Snapshot {
    let mut snapshot = from_memory(
        "shop",
        [
            ("cart/web.py", "from cart import orders\n"),
            ("cart/orders.py", "import json\n"),
            ("cart/__init__.py", ""),
            ("mail/main.py", "import json\n"),
        ],
    );
    let component = |name: &str, directory: &str| Component {
        name: name.into(),
        directory: Some(directory.into()),
        evidence: vec![place("compose.yml", 1)],
        ..Component::default()
    };
    let endpoint = Endpoint {
        service: ComponentId(0),
        path: "/orders".into(),
        method: Some("POST".into()),
        evidence: place("cart/web.py", 3),
        handler: Some(Handler { name: "create".into(), place: place("cart/web.py", 4) }),
        guard: None,
    };
    let flow = |direction, by, path| Flow {
        channel: ChannelId(0),
        direction,
        component: Some(ComponentId(by)),
        sureness: Sureness::Resolved,
        evidence: place(path, 7),
    };
    let task = Task {
        kind: TaskKind::Deploy,
        tool: "kubectl".into(),
        target: None,
        component: Some(ComponentId(0)),
        evidence: place("ci.yml", 9),
    };
    let job = |name: &str, needs: Vec<usize>, tasks| Job {
        name: name.into(),
        stage: None,
        needs,
        environment: None,
        tasks,
        evidence: place("ci.yml", 5),
    };
    let resource = |name: &str, component, uses| Resource {
        name: name.into(),
        kind: "Deployment".into(),
        technology: "Kubernetes",
        provider: None,
        group: ResourceGroup::Compute,
        component,
        details: Vec::new(),
        uses,
        evidence: vec![place("k8s.yml", 2)],
    };
    let mut table = crate::schema::Table::new("orders", place("cart/orders.py", 5));
    table.columns.push(crate::schema::Column::new("id", "int", place("cart/orders.py", 6)).primary());
    let system = &mut snapshot.system;
    system.nodes = vec![component("cart", "cart"), component("mail", "mail")];
    system.edges = vec![Connection {
        from: ComponentId(1),
        to: ComponentId(0),
        kind: "http",
        sureness: Sureness::Declared,
        evidence: vec![place("mail/main.py", 2)],
    }];
    system.endpoints = vec![endpoint];
    system.calls = vec![RemoteCall {
        from: ComponentId(1),
        to: Some(ComponentId(0)),
        kind: "http",
        method: Some("POST".into()),
        path: Some("/orders".into()),
        endpoint: Some(0),
        evidence: place("mail/main.py", 2),
    }];
    system.channels = vec![Channel {
        name: "placed".into(),
        kind: ChannelKind::Topic,
        technology: "Kafka".into(),
        broker: None,
        dead_letter: None,
        evidence: vec![place("cart/orders.py", 7)],
    }];
    system.flows = vec![flow(Direction::Publishes, 0, "cart/orders.py"), flow(Direction::Consumes, 1, "mail/main.py")];
    system.schema.tables = vec![table];
    system.table_uses = vec![TableUse {
        table: 0,
        access: Access::Writes,
        component: Some(ComponentId(0)),
        evidence: place("cart/orders.py", 8),
    }];
    system.pipelines = vec![Pipeline {
        name: "ci".into(),
        technology: "GitHub Actions",
        path: "ci.yml".into(),
        triggers: vec![("push".into(), place("ci.yml", 2))],
        jobs: vec![job("build", vec![], vec![]), job("ship", vec![0], vec![task])],
    }];
    system.resources =
        vec![resource("cart", Some(ComponentId(0)), vec![ResourceId(1)]), resource("disk", None, vec![])];
    let owner = |path: &str| path.starts_with("cart/").then_some(ComponentId(0));
    let owners: Vec<_> = snapshot.sources.files.iter().map(|file| owner(&file.path)).collect();
    snapshot.system.owners = owners;
    snapshot
}

/// `aspect: end (how) places` of each link.
fn said(snapshot: &Snapshot, thing: &Thing) -> Vec<String> {
    let of = |link: Link| {
        let end = match &link.end {
            End::Thing(thing) => thing.label(),
            End::Source(path) => path.to_string(),
            End::Line(said) => format!("`{said}`"),
        };
        let places: Vec<String> = link.evidence.iter().map(ToString::to_string).collect();
        format!("{}: {end} ({}) {}", link.aspect.title(), link.how, places.join(" ")).trim_end().to_owned()
    };
    links(snapshot, thing).into_iter().map(of).collect()
}

#[test]
fn a_route_leads_to_its_handler_the_modules_the_table_the_topic_the_workload_and_the_job() {
    let snapshot = shop();
    let route = Thing::endpoint(&snapshot.system, &snapshot.system.endpoints[0]);
    assert_eq!(
        said(&snapshot, &route),
        [
            "is part of: cart (served by) cart/web.py:3",
            "is used by: mail (http) mail/main.py:2",
            "code: `create` (handler) cart/web.py:4",
            "code: cart/web.py (file)",
            "code: cart/orders.py (needs) cart/web.py:1",
            "messages: placed (publishes, in a file that it needs) cart/orders.py:7",
            "tables: orders (write, in a file that it needs) cart/orders.py:8",
            "infrastructure: cart (Deployment) k8s.yml:2",
            "built and shipped by: ship (deploy (kubectl)) ci.yml:9",
        ]
    );
}

#[test]
fn a_component_says_what_it_uses_what_uses_it_and_what_it_is_made_of() {
    let snapshot = shop();
    let said = said(&snapshot, &Thing::component(&snapshot.system, ComponentId(0)));
    assert_eq!(
        said,
        [
            "is used by: mail (http (declared)) mail/main.py:2",
            "serves: POST /orders (create) cart/web.py:3",
            "code: cart (source)",
            "messages: placed (publishes) cart/orders.py:7",
            "tables: orders (write) cart/orders.py:8",
            "infrastructure: cart (Deployment) k8s.yml:2",
            "built and shipped by: ship (deploy (kubectl)) ci.yml:9",
        ]
    );
}

#[test]
fn what_is_no_component_has_links_too() {
    let snapshot = shop();
    let system = &snapshot.system;
    assert_eq!(
        said(&snapshot, &Thing::channel(&system.channels[0])),
        [
            "messages: cart (published by (resolved)) cart/orders.py:7",
            "messages: mail (consumed by (resolved)) mail/main.py:7",
        ]
    );
    assert_eq!(
        said(&snapshot, &Thing::Table("orders".into())),
        [
            "is used by: cart (writes) cart/orders.py:8",
            "code: cart/orders.py (writes) cart/orders.py:8",
            "declared of it: `id` (int, key) cart/orders.py:6",
        ]
    );
    let pipeline = &system.pipelines[0];
    assert_eq!(
        said(&snapshot, &Thing::job(pipeline, &pipeline.jobs[1])),
        [
            "is part of: ci (pipeline) ci.yml:5",
            "uses: build (waits for) ci.yml:5",
            "uses: cart (deploy (kubectl)) ci.yml:9",
        ]
    );
    assert_eq!(
        said(&snapshot, &Thing::pipeline(pipeline)),
        ["holds: build (job) ci.yml:5", "holds: ship (job) ci.yml:5", "declared of it: `on push` () ci.yml:2",]
    );
    assert_eq!(said(&snapshot, &Thing::resource(&system.resources[1])), ["is used by: cart (Deployment) k8s.yml:2"]);
    assert!(links(&snapshot, &Thing::Component("gone".into())).is_empty());
}
