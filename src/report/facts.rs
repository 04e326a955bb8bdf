//! What several sections say of components, in one wording.

use std::collections::BTreeMap;

use super::Input;
use super::document::{Content, Statement, Table, Text};
use crate::analysis::Location;
use crate::export::chart;
use crate::export::chart::{Chart, READABLE, Shape};
pub use crate::export::system::{box_lines, shape};
use crate::graph::view::{Chosen, Level, Subgraph, View};
use crate::graph::{NodeId, NodeKind, Snapshot};
use crate::report::Diagram;
use crate::system::evaluation::is_aside;
use crate::system::{Component, ComponentId, Place, Practice, PracticeKind, Role, System};

/// Names in one cell; the rest is counted.
pub const NAMES: usize = 6;

/// Places in one cell; the rest is counted.
pub const PLACES: usize = 2;

/// Rows of one table; the rest is counted.
pub const ROWS: usize = 60;

impl<'a> Input<'a> {
    /// The running system.
    pub fn system(&self) -> &'a System {
        &self.snapshot.system
    }

    /// Components whose role is one of these, in their order.
    pub fn of_roles(&self, roles: &[Role]) -> Vec<(ComponentId, &'a Component)> {
        self.components().filter(|(_, component)| roles.contains(&component.role)).collect()
    }

    /// Every component.
    pub fn components(&self) -> impl Iterator<Item = (ComponentId, &'a Component)> {
        self.system().nodes.iter().enumerate().map(|(index, component)| (ComponentId(index as u32), component))
    }

    /// What is deployed and has logic of its own.
    pub fn services(&self) -> Vec<(ComponentId, &'a Component)> {
        self.of_roles(&[Role::Service, Role::Web, Role::Gateway])
    }

    /// What lines say of how a component runs, of one kind.
    pub fn practices(&self, of: Option<ComponentId>, kind: PracticeKind) -> impl Iterator<Item = &'a Practice> {
        self.system()
            .practices
            .iter()
            .filter(move |practice| practice.kind == kind && (of.is_none() || practice.component == of))
    }

    /// The packages of the project itself: nodes with a manifest, largest first, without those whose code is copied in,
    /// generated or only tests.
    pub fn packages(&self) -> Vec<NodeId> {
        let snapshot = self.snapshot;
        let mut packages: Vec<NodeId> = snapshot
            .tree()
            .filter(|id| {
                let node = snapshot.node(*id);
                node.package.is_some() && node.mark.is_none() && !node.test && node.files > 0
            })
            .collect();
        packages.sort_by_key(|id| (std::cmp::Reverse(snapshot.node(*id).lines), *id));
        packages
    }

    /// The node of a component's source, if it is in the tree.
    pub fn source_of(&self, component: &Component) -> Option<NodeId> {
        self.snapshot.find(component.directory.as_deref()?)
    }
}

/// A component's name.
pub fn name(system: &System, id: ComponentId) -> Text {
    Text::new().code(&system.node(id).name)
}

/// A component's name, or a dash.
pub fn name_or_dash(system: &System, id: Option<ComponentId>) -> Text {
    id.map_or_else(|| "-".into(), |id| name(system, id))
}

/// What a component is made with, or a dash.
pub fn technologies(component: &Component) -> Text {
    if component.technologies.is_empty() { "-".into() } else { component.technologies.join(", ").into() }
}

/// A dash for nothing.
pub fn or_dash(text: Text) -> Text {
    if text.is_empty() { "-".into() } else { text }
}

/// Where, in one cell.
pub fn places(places: &[Place]) -> Text {
    or_dash(Text::places(places, PLACES))
}

/// A node of the tree by its path.
pub fn path(snapshot: &Snapshot, id: NodeId) -> Text {
    Text::new().code(snapshot.node(id).written())
}

/// The manifest or the first file of a node, as its evidence.
pub fn location(snapshot: &Snapshot, id: NodeId) -> Location {
    let manifest = snapshot.package(id).map(|package| package.manifest.clone());
    let first = || {
        let file = snapshot.subtree(id).map(NodeId).find(|id| snapshot.node(*id).kind == NodeKind::File);
        file.map_or_else(|| snapshot.node(id).path.clone(), |file| snapshot.node(file).path.clone())
    };
    Location { path: manifest.unwrap_or_else(first), line: Some(1) }
}

/// A table of practices of some kinds: of whom, what, in which words, where.
pub fn practices(input: &Input<'_>, content: &mut Content, kinds: &[PracticeKind]) {
    let mut table = Table::new(["Component", "What", "As declared", "Where"]);
    for practice in input.system().practices.iter().filter(|practice| kinds.contains(&practice.kind)) {
        table.row([
            name_or_dash(input.system(), practice.component),
            practice.kind.as_str().into(),
            or_dash(Text::new().code(&practice.detail)),
            Text::new().place(&practice.evidence),
        ]);
    }
    content.table(table.most(ROWS));
}

/// Components of a role as a list with what they are made with and where they are declared.
pub fn list_of_roles(input: &Input<'_>, roles: &[Role]) -> Vec<Statement> {
    let said = |(_, component): (ComponentId, &Component)| {
        let made_with = technologies(component);
        Statement::new(Text::new().code(&component.name).plain(" (").text(made_with).plain(")")).by(&component.evidence)
    };
    input.of_roles(roles).into_iter().map(said).collect()
}

/// A chart as a diagram that a reader can take in; none where it has no boxes.
pub fn diagram(mut chart: Chart) -> Option<Diagram> {
    if chart.boxes.is_empty() {
        return None;
    }
    let notes = chart.cut(READABLE);
    Some(Diagram { mermaid: chart.mermaid(), notes })
}

/// With more boxes than this a drawing of components is opened no further.
const COMPONENTS: usize = 24;

/// What is below a node as boxes, coarse enough to be taken in: directories that hold nearly everything are entered, then
/// the largest ones opened while there is room. Test code is left out. None where there is one box only.
pub fn inside(snapshot: &Snapshot, node: NodeId) -> Option<Subgraph> {
    let is_code = |id: &NodeId| {
        let node = snapshot.node(*id);
        node.lines > 0 && !node.test && node.mark.is_none()
    };
    let children = |id: NodeId| snapshot.children(id).filter(is_code).collect::<Vec<_>>();
    let mut boxes = children(node);
    // What cannot be opened, or would be too much.
    let mut closed: Vec<NodeId> = Vec::new();
    while boxes.len() < COMPONENTS {
        let openable = boxes.iter().filter(|id| snapshot.node(**id).kind != NodeKind::File && !closed.contains(id));
        let Some(largest) = openable.max_by_key(|id| (snapshot.node(**id).lines, std::cmp::Reverse(**id))).copied()
        else {
            break;
        };
        let inner = children(largest);
        let (lines, all) = (snapshot.node(largest).lines, snapshot.node(node).lines);
        // A part of the whole that is small says more as one box, and one that is nearly all says nothing as one.
        let room = if lines * 5 > all * 3 { READABLE } else { COMPONENTS };
        if inner.is_empty() || boxes.len() - 1 + inner.len() > room || lines * 8 <= all {
            closed.push(largest);
            continue;
        }
        boxes.retain(|id| *id != largest);
        boxes.extend(inner);
    }
    if boxes.len() < 2 {
        return None;
    }
    boxes.sort_unstable();
    let project = |boxes: &[NodeId]| {
        let selection = boxes.iter().map(|node| Chosen { node: *node, whole: true }).collect();
        snapshot.project(&View { selection, tests: false, ..View::drawing(Level::File) })
    };
    // A directory may hold nothing but tests without being one itself.
    let subgraph = project(&boxes);
    let is_empty = |id: &NodeId| subgraph.nodes.iter().any(|of| of.id == *id && of.files.is_empty());
    boxes.retain(|id| !is_empty(id));
    Some(project(&boxes)).filter(|subgraph| subgraph.nodes.len() > 1)
}

/// A view of the graph as a chart without frames; arrows carry their number of statements.
pub fn view_chart(snapshot: &Snapshot, below: NodeId, subgraph: &Subgraph) -> Chart {
    let mut chart = Chart::default();
    // What all boxes have in common tells nobody anything.
    let around =
        subgraph.nodes.iter().map(|node| node.id).reduce(|a, b| snapshot.common_ancestor(a, b).unwrap_or(below));
    let prefix = match &*snapshot.node(around.unwrap_or(below)).path {
        "" => String::new(),
        path => format!("{path}/"),
    };
    for node in &subgraph.nodes {
        let of = snapshot.node(node.id);
        let label = of.path.strip_prefix(&prefix).filter(|label| !label.is_empty()).unwrap_or(&of.name);
        let about = match of.kind {
            NodeKind::File => crate::text::counted(of.lines, "line"),
            _ => crate::text::counted(node.files.len() as u64, "file"),
        };
        chart.node(Shape::Plain, None, [label.to_owned(), about]);
    }
    for edge in &subgraph.edges {
        let label = if edge.weight > 1 { edge.weight.to_string() } else { String::new() };
        let dashed = edge.is_type_only();
        chart.arrows.push(chart::Arrow { from: edge.from as usize, to: edge.to as usize, label, dashed });
    }
    chart
}

/// A library that manifests of the project ask for in several major versions.
pub struct Disagreement<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its ecosystem.
    pub ecosystem: &'static str,
    /// Each version with the first line that asks for it.
    pub versions: Vec<(&'a str, Location)>,
}

/// Libraries that manifests of the project ask for in several major versions.
pub fn disagreements<'a>(input: &Input<'a>) -> Vec<Disagreement<'a>> {
    let snapshot = input.snapshot;
    let different = input.analysis.externals().packages.iter().filter_map(|package| {
        let mut versions: BTreeMap<u64, (&str, Location)> = BTreeMap::new();
        for (of, declared) in package.declared.iter().map(|at| at.of(snapshot)) {
            let Some(asked) = declared.requirement.as_deref() else { continue };
            let Some(major) = major(asked) else { continue };
            let path = declared.file.clone().unwrap_or_else(|| of.manifest.clone());
            versions.entry(major).or_insert((asked, Location { path, line: Some(declared.line) }));
        }
        let versions: Vec<_> = versions.into_values().collect();
        let (name, ecosystem) = (package.name.as_str(), package.ecosystem.as_str());
        (versions.len() > 1).then_some(Disagreement { name, ecosystem, versions })
    });
    different.collect()
}

/// The major version that a requirement asks for; none where it leaves the choice or names none.
fn major(requirement: &str) -> Option<u64> {
    let version = requirement.trim_start_matches(['^', '~', '=', 'v', ' ', '>']);
    if requirement.starts_with('<') || requirement.contains("||") || requirement.starts_with('>') {
        return None;
    }
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Whether a path is below a directory of tests, examples or documentation by its name.
pub fn is_apart(path: &str) -> bool {
    let of_tests = |part: &str| {
        let mut words = part.split(['-', '_', '.']);
        let first = words.next();
        matches!(first, Some("test" | "tests")) || words.any(|word| word == "tests")
    };
    path.split('/').any(|part| is_aside(part) || of_tests(part))
}
