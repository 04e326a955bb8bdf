//! C4 level 3: what each service is made of; of a library or a program each package.

use crate::graph::{NodeId, Snapshot};
use crate::report::facts::{diagram, inside, path, view_chart};
use crate::report::{Content, Input, Part, Statement, Text};
use crate::text::counted;

/// The section.
pub static INSIDE: Part = Part {
    title: "C4 level 3: components",
    looks_for: "directories or files with code in the source of each service and each package",
    write,
};

/// The most containers that are opened.
const CONTAINERS: usize = 20;

fn write(input: &Input<'_>, content: &mut Content) {
    let services = input.services();
    let mut of: Vec<(Text, NodeId)> = services
        .iter()
        .filter_map(|(_, component)| Some((Text::new().code(&component.name), input.source_of(component)?)))
        .collect();
    if of.is_empty() {
        let name = |id: NodeId| input.snapshot.package(id).map_or("", |package| package.name.as_str());
        of = input.packages().into_iter().map(|id| (Text::new().code(name(id)), id)).collect();
    }
    if of.is_empty() {
        of.push((Text::new().code(input.name), NodeId::ROOT));
    }
    of.sort_by_key(|(_, id)| std::cmp::Reverse(input.snapshot.node(*id).lines));
    let left_out = of.split_off(of.len().min(CONTAINERS));
    of.sort_by(|a, b| a.0.cmp(&b.0));
    for (title, node) in of {
        content.section(title, drawn(input.snapshot, node));
    }
    if !left_out.is_empty() {
        let names = Text::new().list(left_out.iter().map(|(name, _)| name.clone()), 40);
        let text =
            Text::from(format!("The {} with the fewest lines left out: ", counted(left_out.len() as u64, "container")));
        content.say(Statement::new(text.text(names).plain(".")));
    }
}

fn drawn(snapshot: &Snapshot, node: NodeId) -> Content {
    let mut content = Content::default();
    let Some(subgraph) = inside(snapshot, node) else {
        let files = counted(u64::from(snapshot.node(node).files), "file");
        content
            .say(Statement::new(Text::from("One component: ").text(path(snapshot, node)).plain(format!(", {files}."))));
        return content;
    };
    content.diagram(diagram(view_chart(snapshot, node, &subgraph)));
    content
}
