//! What it talks to: systems of others, its own services, channels.

use crate::report::facts::{ROWS, name_or_dash, or_dash, places, technologies};
use crate::report::{Content, Input, Part, Table, Text};
use crate::system::{ComponentId, Connection, Direction, RemoteCall, Role};

/// The section.
pub static INTEGRATION: Part = Part {
    title: "Integration points",
    looks_for: "external systems, connections between services, requests in code, channels",
    write,
};

fn write(input: &Input<'_>, content: &mut Content) {
    external(input, content);
    internal(input, content);
    requests(input, content);
    channels(input, content);
}

fn external(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut table = Table::new(["External system", "What it is", "Used by", "By way of", "Lines"]);
    for (id, component) in input.of_roles(&[Role::External, Role::Mail]) {
        let edges: Vec<&Connection> = system.edges.iter().filter(|edge| edge.to == id).collect();
        let mut ways: Vec<&str> = edges.iter().map(|edge| edge.kind).collect();
        ways.sort_unstable();
        ways.dedup();
        let lines: Vec<_> = edges.iter().flat_map(|edge| edge.evidence.iter().cloned()).collect();
        table.row([
            Text::new().code(&component.name),
            technologies(component),
            or_dash(Text::names(edges.iter().map(|edge| &system.node(edge.from).name), 6)),
            or_dash(ways.join(", ").into()),
            places(if lines.is_empty() { &component.evidence } else { &lines }),
        ]);
    }
    let mut inner = Content::default();
    inner.table(table.most(ROWS));
    if inner.is_empty() {
        inner.nothing(
            "addresses of the public internet and client libraries of hosted services in code and configuration",
        );
    }
    content.section("External systems", inner);
}

fn internal(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let is_part = |id: ComponentId| matches!(system.node(id).role, Role::Service | Role::Web | Role::Gateway);
    let mut table = Table::new(["From", "To", "By way of", "How sure", "Lines"]);
    for edge in system.edges.iter().filter(|edge| is_part(edge.from) && is_part(edge.to)) {
        table.row([
            name_or_dash(system, Some(edge.from)),
            name_or_dash(system, Some(edge.to)),
            edge.kind.into(),
            edge.sureness.as_str().into(),
            places(&edge.evidence),
        ]);
    }
    let mut inner = Content::default();
    inner.table(table.most(ROWS));
    if inner.is_empty() {
        inner.nothing("connections between services of the project");
    }
    content.section("Internal services", inner);
}

fn requests(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut table = Table::new(["From", "To", "Request", "Answered at", "Line"]);
    let route = |call: &RemoteCall| call.endpoint.and_then(|index| system.endpoints.get(index));
    for call in system.calls.iter().filter(|call| call.path.is_some()) {
        let method = call.method.as_deref().map_or_else(String::new, |method| format!("{method} "));
        table.row([
            name_or_dash(system, Some(call.from)),
            name_or_dash(system, call.to),
            Text::from(method).code(call.path.as_deref().unwrap_or_default()),
            route(call).map_or_else(|| "-".into(), |route| Text::new().place(&route.evidence)),
            Text::new().place(&call.evidence),
        ]);
    }
    let mut inner = Content::default();
    inner.table(table.most(ROWS));
    content.section("Requests in code", inner);
}

fn channels(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut table = Table::new(["Channel", "Technology", "Sent by", "Received by", "Lines"]);
    for (index, channel) in system.channels.iter().enumerate() {
        let who = |direction: Direction| {
            let flows = system.flows.iter().filter(|flow| flow.channel.index() == index && flow.direction == direction);
            let mut named: Vec<Text> = flows.map(|flow| name_or_dash(system, flow.component)).collect();
            named.dedup();
            or_dash(Text::new().list(named, 6))
        };
        table.row([
            Text::new().code(&channel.name),
            channel.technology.as_str().into(),
            who(Direction::Publishes),
            who(Direction::Consumes),
            places(&channel.evidence),
        ]);
    }
    let mut inner = Content::default();
    inner.table(table.most(ROWS));
    content.section("Channels", inner);
}
