//! C4 level 2: what the system is made of at run time; of a library or a program its packages.

use super::context::is_outside;
use crate::export::chart::Chart;
use crate::graph::NodeId;
use crate::graph::view::{Level, View};
use crate::report::facts::{box_lines, diagram, shape, view_chart};
use crate::report::{Content, Input, Part, Statement};

/// The section.
pub static CONTAINERS: Part =
    Part { title: "C4 level 2: containers", looks_for: "components of the running system, packages", write };

fn write(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    if system.nodes.len() > 1 {
        content.diagram(diagram(chart(input)));
        return;
    }
    let subgraph = input.snapshot.project(&View { tests: false, ..View::drawing(Level::Package) });
    if subgraph.nodes.len() > 1 {
        content.say(Statement::new(
            "No more than one running component was found; the packages of the project stand for containers, an arrow \
             carries the number of statements that need the other.",
        ));
        content.diagram(diagram(view_chart(input.snapshot, NodeId::ROOT, &subgraph)));
    } else {
        content
            .say(Statement::new("The project is one container: one package, and no more than one running component."));
    }
}

/// The running system, everything that is not outside of it in one frame.
pub fn chart(input: &Input<'_>) -> Chart {
    let system = input.system();
    let mut chart = Chart::default();
    let frame = chart.frame(input.name, None);
    for component in &system.nodes {
        let frame = (!is_outside(component)).then_some(frame);
        chart.node(shape(component.role), frame, box_lines(component));
    }
    for edge in &system.edges {
        let dashed = edge.sureness == crate::system::Sureness::Inferred;
        chart.arrow(edge.from.index(), edge.to.index(), edge.kind, dashed);
    }
    chart
}
