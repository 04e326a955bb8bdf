//! Which service needs which.

use crate::export::chart::Chart;
use crate::report::facts::{NAMES, ROWS, box_lines, diagram, or_dash, places, shape};
use crate::report::{Content, Input, Part, Table, Text};
use crate::system::{Place, Role};

/// The section.
pub static SERVICES: Part = Part {
    title: "Service dependency graph",
    looks_for: "connections between services: HTTP and gRPC clients, gateway routes, configuration that names a service, messages",
    write,
};

fn write(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let is_service = |role: Role| !role.is_store() && !matches!(role, Role::User | Role::Monitoring | Role::Mail);
    let mut chart = Chart::default();
    let mut numbers = vec![None; system.nodes.len()];
    let is_between = |edge: &&crate::system::Connection| {
        is_service(system.node(edge.from).role) && is_service(system.node(edge.to).role)
    };
    let edges: Vec<_> = system.edges.iter().filter(is_between).collect();
    if edges.is_empty() {
        return;
    }
    for (id, component) in input.components() {
        if edges.iter().any(|edge| edge.from == id || edge.to == id) {
            numbers[id.index()] = Some(chart.node(shape(component.role), None, box_lines(component)));
        }
    }
    for edge in &edges {
        if let (Some(from), Some(to)) = (numbers[edge.from.index()], numbers[edge.to.index()]) {
            chart.arrow(from, to, edge.kind, edge.sureness == crate::system::Sureness::Inferred);
        }
    }
    content.diagram(diagram(chart));
    let mut table = Table::new(["Component", "Needs", "Is needed by", "Lines"]);
    for (id, component) in input.components() {
        let needs: Vec<_> = edges.iter().filter(|edge| edge.from == id).collect();
        let needed: Vec<_> = edges.iter().filter(|edge| edge.to == id).collect();
        if needs.is_empty() && needed.is_empty() {
            continue;
        }
        let lines: Vec<Place> = needs.iter().filter_map(|edge| edge.evidence.first().cloned()).collect();
        table.row([
            Text::new().code(&component.name),
            or_dash(Text::names(needs.iter().map(|edge| &system.node(edge.to).name), NAMES)),
            or_dash(Text::names(needed.iter().map(|edge| &system.node(edge.from).name), NAMES)),
            places(&lines),
        ]);
    }
    content.table(table.most(ROWS));
}
