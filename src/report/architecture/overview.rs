//! What it is, in its own words and in numbers; and its parts, drawn.

use std::collections::BTreeMap;

use super::purpose;
use crate::analysis::Location;
use crate::export::chart::{Chart, READABLE, Shape};
use crate::graph::NodeId;
use crate::report::diagrams::containers;
use crate::report::facts::{NAMES, diagram, location};
use crate::report::{Content, Input, Part, Statement, Text};
use crate::system::Role;
use crate::text::{count, counted};

/// The first section.
pub static OVERVIEW: Part = Part {
    title: "Overview",
    looks_for: "a README, descriptions in manifests, documentation of the root, files of code",
    write,
};

/// The drawing.
pub static DIAGRAM: Part = Part {
    title: "Component diagram",
    looks_for: "components of the running system, packages, directories with code",
    write: draw,
};

fn write(input: &Input<'_>, content: &mut Content) {
    let of_whole = input.quotes.iter().filter(|quote| quote.directory.is_empty());
    let mut said: Vec<String> = Vec::new();
    for quote in of_whole {
        if is_new(&quote.text, &said) {
            said.push(quote.text.clone());
            content.say(Statement::new(quote.text.as_str()).by([&quote.place]));
        }
    }
    if let Some(of_root) = purpose::documented(input, NodeId::ROOT).filter(|of| is_new(&of.text.unmarked(), &said)) {
        content.say(of_root);
    }
    let mut list = Vec::new();
    list.extend(code(input));
    list.extend(packages(input));
    list.extend(system(input));
    list.extend(interfaces(input));
    content.list(list);
}

/// Whether a text says something that was not said before: a manifest often repeats the README.
fn is_new(text: &str, said: &[String]) -> bool {
    let bare = |text: &str| text.to_lowercase().trim_end_matches('.').to_owned();
    let text = bare(text);
    let without_name = text.split_once(": ").map_or(text.as_str(), |(_, rest)| rest);
    !said.iter().any(|known| bare(known).contains(&text) || bare(known).contains(without_name))
}

/// How much code there is, in which languages.
fn code(input: &Input<'_>) -> Option<Statement> {
    let mut lines: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let (mut tests, mut all) = (0, 0);
    for file in input.snapshot.sources.files.iter().filter(|file| file.mark.is_none()) {
        let (Some(language), Some(facts)) = (file.language, &file.facts) else { continue };
        let known = lines.entry(language.label).or_default();
        known.0 += 1;
        known.1 += u64::from(facts.lines);
        all += u64::from(facts.lines);
        tests += if file.test { u64::from(facts.lines) } else { 0 };
    }
    let mut rows: Vec<_> = lines.into_iter().collect();
    rows.sort_by_key(|(name, (_, lines))| (std::cmp::Reverse(*lines), *name));
    let files: u64 = rows.iter().map(|(_, (files, _))| files).sum();
    let named = rows.iter().map(|(name, (_, lines))| Text::from(format!("{name} {}", count(*lines))));
    let text = Text::from(format!("{} of code with {} lines", counted(files, "file"), count(all)));
    let text = text.plain(format!(", {} of them tests: ", count(tests))).list(named, NAMES).plain(".");
    (files > 0).then(|| Statement::new(text))
}

fn packages(input: &Input<'_>) -> Option<Statement> {
    let packages = super::core::packages(input);
    let named = packages.iter().filter_map(|id| input.snapshot.package(*id)).map(|package| &package.name);
    let text = Text::from(format!("{}: ", counted(packages.len() as u64, "package"))).text(Text::names(named, 10));
    (!packages.is_empty())
        .then(|| Statement::new(text.plain(".")).by(packages.iter().take(1).map(|id| location(input.snapshot, *id))))
}

/// What runs, by what it is for.
fn system(input: &Input<'_>) -> Option<Statement> {
    const GROUPS: &[(&str, &[Role])] = &[
        ("service", &[Role::Service]),
        ("web server", &[Role::Web]),
        ("gateway", &[Role::Gateway]),
        ("database", &[Role::Database]),
        ("cache", &[Role::Cache]),
        ("broker", &[Role::Broker]),
        ("search engine", &[Role::Search]),
        ("object store", &[Role::Storage]),
        ("supporting server", &[Role::Discovery, Role::Config, Role::Auth, Role::Monitoring, Role::Mail]),
        ("external system", &[Role::External]),
    ];
    let found = GROUPS.iter().map(|(noun, roles)| (noun, input.of_roles(roles))).filter(|(_, of)| !of.is_empty());
    let mut lines: Vec<Location> = Vec::new();
    let groups: Vec<Text> = found
        .map(|(noun, of)| {
            lines.extend(of.iter().take(1).filter_map(|(_, component)| component.evidence.first()).map(Location::from));
            let names = of.iter().map(|(_, component)| &component.name);
            Text::from(format!("{} (", counted(of.len() as u64, noun))).text(Text::names(names, 10)).plain(")")
        })
        .collect();
    (!groups.is_empty())
        .then(|| Statement::new(Text::from("At run time: ").list(groups, GROUPS.len()).plain(".")).by(lines))
}

/// What is offered, kept and sent.
fn interfaces(input: &Input<'_>) -> Option<Statement> {
    let system = input.system();
    let counts = [
        (system.endpoints.len(), "route"),
        (system.operations.len(), "declared operation"),
        (system.schema.tables.len(), "table"),
        (system.channels.len(), "channel"),
        (system.pipelines.len(), "pipeline"),
        (system.resources.len(), "infrastructure resource"),
    ];
    let told: Vec<String> =
        counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, noun)| counted(count as u64, noun)).collect();
    (!told.is_empty()).then(|| Statement::new(format!("It has {}.", told.join(", "))))
}

fn draw(input: &Input<'_>, content: &mut Content) {
    if input.system().nodes.len() > 1 || super::core::packages(input).len() > 1 {
        (containers::CONTAINERS.write)(input, content);
        return;
    }
    content.diagram(diagram(between(input)));
}

/// The directories of a single package, with how many statements of one need another.
fn between(input: &Input<'_>) -> Chart {
    let snapshot = input.snapshot;
    let mut chart = Chart::default();
    let mut of_node: BTreeMap<NodeId, usize> = BTreeMap::new();
    let mut nodes: Vec<NodeId> = super::core::parts(input).iter().filter_map(|part| part.node).collect();
    nodes.truncate(READABLE);
    nodes.sort_unstable();
    for id in nodes {
        let node = snapshot.node(id);
        let number = chart.node(Shape::Plain, None, [node.path.to_string(), counted(u64::from(node.files), "file")]);
        of_node.insert(id, number);
        // A module's own file may stand beside its directory.
        of_node.extend(snapshot.find(&format!("{}.rs", node.path)).map(|file| (file, number)));
    }
    let part = |id: NodeId| std::iter::once(id).chain(snapshot.ancestors(id)).find_map(|id| of_node.get(&id).copied());
    let mut weights: BTreeMap<(usize, usize), u64> = BTreeMap::new();
    for (_, edge) in snapshot.edges().filter(|(_, edge)| !edge.test && edge.kind.is_coupling()) {
        if let (Some(from), Some(to)) = (part(edge.from), part(edge.to))
            && from != to
        {
            *weights.entry((from, to)).or_default() += u64::from(edge.weight);
        }
    }
    for ((from, to), weight) in weights {
        chart.arrow(from, to, weight.to_string(), false);
    }
    chart
}
