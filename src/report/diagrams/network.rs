//! Networks, what is in them, and what is reached from outside.

use std::collections::BTreeMap;

use crate::export::chart::{Chart, Shape};
use crate::report::facts::{NAMES, ROWS, box_lines, diagram, name_or_dash, or_dash, places, shape};
use crate::report::{Content, Input, Part, Table, Text};
use crate::system::{ComponentId, PracticeKind, ResourceGroup};

/// The section.
pub static NETWORK: Part = Part {
    title: "Network layout",
    looks_for: "Compose networks, published ports, Kubernetes services, ingresses, gateways and network policies, Terraform and \
        CloudFormation networks, subnets and security groups",
    write,
};

fn write(input: &Input<'_>, content: &mut Content) {
    content.diagram(diagram(networks(input)));
    let system = input.system();
    let mut table = Table::new(["Component", "Reached from outside at", "Where"]);
    for practice in input.practices(None, PracticeKind::PublishedPort) {
        let of = name_or_dash(system, practice.component);
        table.row([of, practice.detail.as_str().into(), Text::new().place(&practice.evidence)]);
    }
    content.table(table.most(ROWS));
    resources(input, content);
}

/// Components in the frames of their networks, with the connections between them.
fn networks(input: &Input<'_>) -> Chart {
    let mut members: BTreeMap<&str, Vec<ComponentId>> = BTreeMap::new();
    for practice in input.practices(None, PracticeKind::Network) {
        if let Some(id) = practice.component {
            members.entry(&practice.detail).or_default().push(id);
        }
    }
    let mut chart = Chart::default();
    if members.is_empty() {
        return chart;
    }
    let system = input.system();
    // A component in several networks stands in a frame that names them all.
    let mut of: BTreeMap<ComponentId, Vec<&str>> = BTreeMap::new();
    for (network, ids) in &members {
        for id in ids {
            let networks = of.entry(*id).or_default();
            if !networks.contains(network) {
                networks.push(network);
            }
        }
    }
    let mut frames: BTreeMap<String, usize> = BTreeMap::new();
    let mut numbers = BTreeMap::new();
    for (id, networks) in &of {
        let label = networks.join(" + ");
        let frame = *frames.entry(label.clone()).or_insert_with(|| chart.frame(label, None));
        let component = system.node(*id);
        numbers.insert(*id, chart.node(shape(component.role), Some(frame), box_lines(component)));
    }
    for edge in &system.edges {
        if let (Some(from), Some(to)) = (numbers.get(&edge.from), numbers.get(&edge.to)) {
            chart.arrow(*from, *to, edge.kind, false);
        }
    }
    chart
}

/// Declared networks and firewalls, and what they name.
fn resources(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let is_network = |group: ResourceGroup| matches!(group, ResourceGroup::Network | ResourceGroup::Firewall);
    let mut table = Table::new(["Resource", "Kind", "Of", "Details", "Names", "Where"]);
    let mut chart = Chart::default();
    let mut numbers = vec![None; system.resources.len()];
    for (index, resource) in system.resources.iter().enumerate().filter(|(_, resource)| is_network(resource.group)) {
        let details: Vec<String> = resource.details.iter().map(|(key, value)| format!("{key} {value}")).collect();
        let uses = resource.uses.iter().map(|id| &system.resources[id.index()].name);
        table.row([
            Text::new().code(&resource.name),
            resource.kind.as_str().into(),
            resource.technology.into(),
            or_dash(details.join(", ").into()),
            or_dash(Text::names(uses, NAMES)),
            places(&resource.evidence),
        ]);
        numbers[index] = Some(chart.node(Shape::Plain, None, [resource.name.to_string(), resource.kind.to_string()]));
    }
    for (index, resource) in system.resources.iter().enumerate() {
        for used in &resource.uses {
            if let (Some(from), Some(to)) = (numbers[index], numbers[used.index()]) {
                chart.arrow(from, to, "", false);
            }
        }
    }
    if !chart.arrows.is_empty() {
        content.diagram(diagram(chart));
    }
    content.table(table.most(ROWS));
}
