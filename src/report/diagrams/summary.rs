//! Every component in one line.

use crate::analysis::exposure;
use crate::graph::NodeId;
use crate::report::facts::{ROWS, path, technologies};
use crate::report::{Content, Input, Part, Table, Text};
use crate::system::Component;

/// The section.
pub static SUMMARY: Part = Part { title: "Summary", looks_for: "components, packages", write };

fn write(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let exposures = exposure::of_system(system);
    let mut table = Table::new(["Component", "Type", "Technology", "Status", "Needs", "Needed by", "Risk"]);
    for (id, component) in input.components() {
        let count = |is: &dyn Fn(&crate::system::Connection) -> bool| {
            system.edges.iter().filter(|edge| is(edge)).count().to_string()
        };
        let exposure = exposures.iter().find(|exposure| exposure.component == id);
        table.row([
            Text::new().code(&component.name),
            component.role.as_str().into(),
            technologies(component),
            status(component).into(),
            count(&|edge| edge.from == id).into(),
            count(&|edge| edge.to == id).into(),
            exposure.map_or("-", |exposure| exposure.risk.level().as_str()).into(),
        ]);
    }
    content.table(table.most(ROWS));
    packages(input, content);
}

/// Who makes it.
fn status(component: &Component) -> &'static str {
    match (&component.directory, component.role) {
        (_, crate::system::Role::External | crate::system::Role::User) => "outside",
        (Some(_), _) => "built here",
        (None, _) => "run as it is",
    }
}

fn packages(input: &Input<'_>, content: &mut Content) {
    let (snapshot, analysis) = (input.snapshot, input.analysis);
    let mut table = Table::new(["Package", "Directory", "Files", "Lines", "Fan-in", "Fan-out", "In a cycle", "Risk"]);
    let mut packages: Vec<NodeId> = input.packages();
    packages.sort_unstable();
    for id in packages {
        let (node, coupling) = (snapshot.node(id), analysis.coupling(id));
        let name = snapshot.package(id).map_or("", |package| package.name.as_str());
        table.row([
            Text::new().code(name),
            path(snapshot, id),
            node.files.to_string().into(),
            node.lines.to_string().into(),
            coupling.fan_in.to_string().into(),
            coupling.fan_out.to_string().into(),
            if analysis.cycles().is_in_cycle(id) { "yes" } else { "no" }.into(),
            analysis.risk(id).level().as_str().into(),
        ]);
    }
    content.table(table.most(ROWS));
}
