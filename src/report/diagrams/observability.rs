//! Metrics, traces and logs.

use crate::export::chart::Chart;
use crate::report::facts::{box_lines, diagram, list_of_roles, practices, shape};
use crate::report::{Content, Input, Part};
use crate::system::{PracticeKind, Role};

/// The section.
pub static OBSERVABILITY: Part = Part {
    title: "Observability",
    looks_for: "monitoring systems, scrape configurations, metrics, tracing and logging libraries, health checks",
    write,
};

fn write(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut chart = Chart::default();
    let mut numbers = vec![None; system.nodes.len()];
    let is_watching = |edge: &&crate::system::Connection| {
        [edge.from, edge.to].iter().any(|id| system.node(*id).role == Role::Monitoring)
    };
    for edge in system.edges.iter().filter(is_watching) {
        let mut number = |id: crate::system::ComponentId| {
            let component = system.node(id);
            *numbers[id.index()].get_or_insert_with(|| chart.node(shape(component.role), None, box_lines(component)))
        };
        let (from, to) = (number(edge.from), number(edge.to));
        chart.arrow(from, to, edge.kind, false);
    }
    content.list(list_of_roles(input, &[Role::Monitoring]));
    content.diagram(diagram(chart));
    let kinds = [PracticeKind::Metrics, PracticeKind::Tracing, PracticeKind::Logging, PracticeKind::HealthCheck];
    practices(input, content, &kinds);
}
