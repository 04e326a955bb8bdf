//! C4 level 1: the system among people and other systems.

use std::collections::BTreeSet;

use crate::export::chart::{Chart, Shape};
use crate::export::system::is_outside;
use crate::report::facts::{box_lines, diagram, shape};
use crate::report::{Content, Input, Part, Statement, Text};
use crate::text::counted;

/// The section.
pub static CONTEXT: Part = Part {
    title: "C4 level 1: system context",
    looks_for: "people, systems outside of the project, external packages",
    write,
};

/// Packages that stand for the outside of a project that reaches no other system.
const PACKAGES: usize = 12;

fn write(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut chart = Chart::default();
    let own = system.nodes.iter().filter(|component| !is_outside(component)).count();
    let about = match own {
        0 => counted(input.packages().len() as u64, "package"),
        _ => counted(own as u64, "container"),
    };
    let centre = chart.node(Shape::Plain, None, [input.name.to_owned(), about]);
    let mut is_alone = true;
    for (id, component) in input.components().filter(|(_, component)| is_outside(component)) {
        let outside = chart.node(shape(component.role), None, box_lines(component));
        is_alone = false;
        let mut ways: BTreeSet<(bool, &str)> = BTreeSet::new();
        for edge in &system.edges {
            if edge.from == id {
                ways.insert((true, edge.kind));
            } else if edge.to == id {
                ways.insert((false, edge.kind));
            }
        }
        for (inwards, kind) in ways {
            let (from, to) = if inwards { (outside, centre) } else { (centre, outside) };
            chart.arrow(from, to, kind, false);
        }
    }
    if is_alone {
        let mut packages: Vec<_> = input
            .analysis
            .externals()
            .packages
            .iter()
            .filter(|package| {
                let is_shipped = package.uses.iter().any(|of| !of.test);
                is_shipped && package.node.is_some_and(|id| !input.snapshot.node(id).standard)
            })
            .collect();
        packages.sort_by_key(|package| (std::cmp::Reverse(package.importers()), package.name.clone()));
        let more = packages.len().saturating_sub(PACKAGES);
        for package in packages.into_iter().take(PACKAGES) {
            let about = format!("{} package", package.ecosystem.as_str());
            let outside = chart.node(Shape::Outside, None, [package.name.to_string(), about]);
            chart.arrow(centre, outside, counted(package.importers() as u64, "file"), false);
        }
        if chart.boxes.len() == 1 {
            return;
        }
        let mut text = Text::from(
            "No person and no other system was found; the packages from elsewhere that most files need stand for the outside",
        );
        if more > 0 {
            text = text.plain(format!(", {} left out", counted(more as u64, "further package")));
        }
        content.say(Statement::new(text.plain(".")));
    }
    content.diagram(diagram(chart));
}
