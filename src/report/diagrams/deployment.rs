//! What is deployed and how.

use crate::export::chart::{Chart, Shape};
use crate::report::facts::{ROWS, diagram, name_or_dash, or_dash, places, practices, technologies};
use crate::report::{Content, Input, Part, Table, Text};
use crate::system::{Component, ComponentId, PracticeKind, ResourceGroup, Role};

/// The section.
pub static DEPLOYMENT: Part = Part {
    title: "Deployment",
    looks_for: "containers, workloads, volumes, replicas, limits, health checks, infrastructure resources",
    write,
};

fn write(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let is_deployed = |component: &Component| !matches!(component.role, Role::User | Role::External);
    let mut table =
        Table::new(["Component", "Technology", "Source", "Ports", "Replicas", "Health check", "Volumes", "Where"]);
    for (id, component) in input.components().filter(|(_, component)| is_deployed(component)) {
        let ports: Vec<String> = component.ports.iter().map(u16::to_string).collect();
        let directory = component.directory.as_deref().map(|path| if path.is_empty() { "." } else { path });
        table.row([
            Text::new().code(&component.name),
            technologies(component),
            directory.map_or_else(|| "-".into(), |path| Text::new().code(path)),
            or_dash(ports.join(", ").into()),
            details(input, id, PracticeKind::Replicas),
            details(input, id, PracticeKind::HealthCheck),
            details(input, id, PracticeKind::Volume),
            places(&component.evidence),
        ]);
    }
    let mut inner = Content::default();
    inner.diagram(diagram(volumes(input)));
    inner.table(table.most(ROWS));
    content.section("Containers", inner);
    let mut inner = Content::default();
    let scaling = [
        PracticeKind::Replicas,
        PracticeKind::Autoscaling,
        PracticeKind::DisruptionBudget,
        PracticeKind::Limits,
        PracticeKind::Restart,
    ];
    practices(input, &mut inner, &scaling);
    content.section("Scaling and limits", inner);
    let mut table = Table::new(["Resource", "Kind", "Of", "Provider", "For", "Component", "Where"]);
    for of in &system.resources {
        if matches!(of.group, ResourceGroup::Network | ResourceGroup::Firewall) {
            continue;
        }
        table.row([
            Text::new().code(&of.name),
            of.kind.as_str().into(),
            of.technology.into(),
            of.provider.unwrap_or("-").into(),
            of.group.as_str().into(),
            name_or_dash(system, of.component),
            places(&of.evidence),
        ]);
    }
    let mut inner = Content::default();
    inner.table(table.most(ROWS));
    content.section("Resources", inner);
}

/// What is said of a component in one cell.
fn details(input: &Input<'_>, id: ComponentId, kind: PracticeKind) -> Text {
    let said = input.practices(Some(id), kind).map(|practice| Text::new().code(&practice.detail));
    or_dash(Text::new().list(said, 3))
}

/// Components with the volumes that keep their files.
fn volumes(input: &Input<'_>) -> Chart {
    let system = input.system();
    let mut chart = Chart::default();
    let mut drawn: Vec<(ComponentId, usize)> = Vec::new();
    for practice in input.practices(None, PracticeKind::Volume) {
        let Some(id) = practice.component else { continue };
        let known = drawn.iter().find(|(known, _)| *known == id).map(|(_, number)| *number);
        let of = known.unwrap_or_else(|| {
            let number = chart.node(Shape::Plain, None, [system.node(id).name.to_string()]);
            drawn.push((id, number));
            number
        });
        let volume = chart.node(Shape::Store, None, [practice.detail.to_string()]);
        chart.arrow(of, volume, "", false);
    }
    chart
}
