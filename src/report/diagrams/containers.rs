//! C4 level 2: what the system is made of at run time; of a library or a program its packages.

use crate::export::system::{self, chart};
use crate::graph::NodeId;
use crate::graph::view::{Level, View};
use crate::report::facts::{diagram, view_chart};
use crate::report::{Content, Input, Part, Statement};

/// The section.
pub static CONTAINERS: Part =
    Part { title: "C4 level 2: containers", looks_for: "components of the running system, packages", write };

fn write(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    if system.nodes.len() > 1 {
        let whole = system::Input { system, name: input.name, chosen: None };
        content.diagram(diagram(chart(&whole)));
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
