//! Each core component: what for, where, what it needs and what it offers.

use std::collections::{BTreeMap, BTreeSet};

use super::purpose;
use crate::analysis::Location;
use crate::facts::{Definition, DefinitionKind, Visibility};
use crate::graph::{NodeId, NodeKind, Snapshot};
use crate::lang::resolve::FileId;
use crate::report::about::unmarked;
use crate::report::facts::{NAMES, is_apart, name, path, technologies};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::system::{ComponentId, Connection};
use crate::text::{count, counted};

/// The section.
pub static CORE: Part =
    Part { title: "Core components", looks_for: "services with their source, packages, directories with code", write };

/// Components that are described, those with the most lines.
const COMPONENTS: usize = 20;

/// Definitions of one component's interface; the rest is counted.
const INTERFACE: usize = 8;

/// A part of the project that is described on its own.
pub struct Described {
    title: Text,
    /// Its code.
    pub node: Option<NodeId>,
    component: Option<ComponentId>,
}

/// Services; without those packages; of a single package its directories.
pub fn parts(input: &Input<'_>) -> Vec<Described> {
    let snapshot = input.snapshot;
    let services = input.services();
    let with_source = services.iter().filter(|(_, component)| component.directory.is_some());
    let mut parts: Vec<Described> = with_source
        .map(|(id, component)| Described {
            title: Text::new().code(&component.name),
            node: input.source_of(component),
            component: Some(*id),
        })
        .collect();
    if parts.len() < 2 {
        let of_package = |id: NodeId| {
            let name = snapshot.package(id).map_or("", |package| package.name.as_str());
            Described { title: Text::new().code(name), node: Some(id), component: None }
        };
        parts = packages(input).into_iter().map(of_package).collect();
    }
    if parts.len() < 2 {
        let around = heart(snapshot, parts.first().and_then(|part| part.node).unwrap_or(NodeId::ROOT));
        let of_directory = |id: NodeId| Described {
            title: Text::new().code(snapshot.node(id).written()),
            node: Some(id),
            component: None,
        };
        let is_part = |id: &NodeId| snapshot.node(*id).kind != NodeKind::File && is_own(snapshot, *id);
        parts = snapshot.children(around).filter(is_part).map(of_directory).collect();
    }
    let lines = |part: &Described| part.node.map_or(0, |node| snapshot.node(node).lines);
    parts.sort_by_key(|part| (std::cmp::Reverse(lines(part)), part.node));
    parts
}

/// The packages that are no tests, examples or documentation.
pub fn packages(input: &Input<'_>) -> Vec<NodeId> {
    input.packages().into_iter().filter(|id| !is_apart(&input.snapshot.node(*id).path)).collect()
}

fn is_own(snapshot: &Snapshot, id: NodeId) -> bool {
    let node = snapshot.node(id);
    !node.test && node.mark.is_none() && node.lines > 0 && !is_apart(&node.path)
}

/// Where the code parts: below directories that hold nearly all of it alone.
fn heart(snapshot: &Snapshot, from: NodeId) -> NodeId {
    let mut around = from;
    loop {
        let own = snapshot.children(around).filter(|id| is_own(snapshot, *id));
        let largest = own.max_by_key(|id| snapshot.node(*id).lines);
        let lines: u64 =
            snapshot.children(around).filter(|id| is_own(snapshot, *id)).map(|id| snapshot.node(id).lines).sum();
        match largest
            .filter(|id| snapshot.node(*id).kind != NodeKind::File && snapshot.node(*id).lines * 10 > lines * 8)
        {
            Some(next) => around = next,
            None => return around,
        }
    }
}

fn write(input: &Input<'_>, content: &mut Content) {
    let mut parts = parts(input);
    let left_out = parts.split_off(parts.len().min(COMPONENTS));
    parts.sort_by(|a, b| a.title.cmp(&b.title));
    let users = Users::of(input.snapshot);
    for part in parts {
        let described = described(input, &users, &part);
        content.section(part.title, described);
    }
    if !left_out.is_empty() {
        let names = Text::new().list(left_out.iter().map(|part| part.title.clone()), 40);
        let text = Text::from(format!("{} with fewer lines left out: ", counted(left_out.len() as u64, "component")));
        content.say(Statement::new(text.text(names).plain(".")));
    }
}

fn described(input: &Input<'_>, users: &Users<'_>, part: &Described) -> Content {
    let mut content = Content::default();
    if let Some(purpose) = part.node.and_then(|node| purpose::of_directory(input, node)) {
        content.say(purpose);
    }
    let mut list = Vec::new();
    list.extend(place(input, part));
    list.extend(needs(input, part));
    list.extend(part.node.and_then(|node| neighbours(input, node, part.component.is_some())));
    list.extend(part.component.and_then(|id| routes(input, id)));
    content.list(list);
    if let Some(node) = part.node {
        content.table(interface(input.snapshot, users, node));
    }
    content
}

/// Where it is and how large.
fn place(input: &Input<'_>, part: &Described) -> Option<Statement> {
    let component = part.component.map(|id| input.system().node(id));
    let evidence: Vec<Location> = component.into_iter().flat_map(|of| &of.evidence).map(Location::from).collect();
    let made_with =
        component.filter(|of| !of.technologies.is_empty()).map(|of| Text::from(", made with ").text(technologies(of)));
    let Some(node) = part.node else {
        return component.map(|_| {
            Statement::new(Text::from("Its source was not found").text(made_with.unwrap_or_default()).plain("."))
                .by(evidence)
        });
    };
    let of = input.snapshot.node(node);
    let size = format!(": {}, {} lines", counted(u64::from(of.files), "file"), count(of.lines));
    let text = Text::from("In ").text(path(input.snapshot, node)).plain(size).text(made_with.unwrap_or_default());
    Some(Statement::new(text.plain(".")).by(evidence))
}

/// What it needs at run time, and who needs it.
fn needs(input: &Input<'_>, part: &Described) -> Vec<Statement> {
    let Some(id) = part.component else { return Vec::new() };
    let edges = &input.system().edges;
    let outgoing = edges.iter().filter(|edge| edge.from == id).map(|edge| (edge.to, edge));
    let incoming = edges.iter().filter(|edge| edge.to == id).map(|edge| (edge.from, edge));
    [connected(input, "Needs ", outgoing), connected(input, "Is needed by ", incoming)].into_iter().flatten().collect()
}

/// Components with the ways in which they are connected.
fn connected<'a>(
    input: &Input<'a>,
    verb: &str,
    ends: impl Iterator<Item = (ComponentId, &'a Connection)>,
) -> Option<Statement> {
    let mut ways: BTreeMap<ComponentId, Vec<&Connection>> = BTreeMap::new();
    for (other, edge) in ends {
        ways.entry(other).or_default().push(edge);
    }
    let named = ways.iter().map(|(other, edges)| {
        let kinds: Vec<&str> = edges.iter().map(|edge| edge.kind).collect();
        name(input.system(), *other).plain(format!(" ({})", kinds.join(", ")))
    });
    let text = Text::from(verb).list(named, 12).plain(".");
    let lines = ways.values().filter_map(|edges| edges.first()?.evidence.first());
    (!ways.is_empty()).then(|| Statement::new(text).by(lines))
}

/// How many files around need it, and which packages from elsewhere it needs.
fn neighbours(input: &Input<'_>, node: NodeId, is_service: bool) -> Option<Statement> {
    let coupling = input.analysis.coupling(node);
    let packages = input.analysis.externals().packages.iter().filter_map(|package| {
        let is_standard = package.node.is_some_and(|id| input.snapshot.node(id).standard);
        let used: BTreeSet<NodeId> = package
            .uses
            .iter()
            .filter(|of| !of.test && input.snapshot.contains(node, of.file))
            .map(|of| of.file)
            .collect();
        (!used.is_empty() && !is_standard).then_some((used.len(), &package.name))
    });
    let mut packages: Vec<_> = packages.collect();
    packages.sort_by_key(|(files, name)| (std::cmp::Reverse(*files), *name));
    let mut text = Text::new();
    if !is_service || coupling.fan_in + coupling.fan_out > 0 {
        text = text.plain(format!(
            "Needed by {} outside of it, needs {}",
            counted(u64::from(coupling.fan_in), "file"),
            counted(u64::from(coupling.fan_out), "file")
        ));
    }
    if !packages.is_empty() {
        let between = if text.is_empty() { "Imports " } else { "; imports " };
        text = text.plain(between).text(Text::names(packages.into_iter().map(|(_, name)| name), NAMES));
    }
    (!text.is_empty()).then(|| Statement::new(text.plain(".")))
}

fn routes(input: &Input<'_>, id: ComponentId) -> Option<Statement> {
    let routes: Vec<_> = input.system().endpoints.iter().filter(|of| of.service == id).collect();
    let named =
        routes.iter().map(|of| Text::new().code(format!("{} {}", of.method.as_deref().unwrap_or("any"), of.path)));
    let text = Text::from(format!("Answers {}: ", counted(routes.len() as u64, "route"))).list(named, 10).plain(".");
    (!routes.is_empty()).then(|| Statement::new(text).by(routes.iter().take(3).map(|of| &of.evidence)))
}

/// Who uses which definition.
pub struct Users<'a> {
    /// For a file and a definition of it the files that use it.
    of: BTreeMap<(FileId, u32), BTreeSet<FileId>>,
    snapshot: &'a Snapshot,
}

impl<'a> Users<'a> {
    /// All uses of definitions by other files that are no tests.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        let mut of: BTreeMap<(FileId, u32), BTreeSet<FileId>> = BTreeMap::new();
        for (index, file) in snapshot.sources.files.iter().enumerate().filter(|(_, file)| !file.test) {
            let from = FileId(index as u32);
            if file.facts.is_none() {
                continue;
            }
            for (_, found) in snapshot.symbols().uses_in(from) {
                if let Some(to) = found.to.filter(|_| found.file != from && !found.test) {
                    of.entry((found.file, to)).or_default().insert(from);
                }
            }
        }
        Self { of, snapshot }
    }

    /// Every definition with the number of files that use it, the most used first.
    pub fn all(&self) -> Vec<(FileId, u32, usize)> {
        let mut found: Vec<_> = self.of.iter().map(|((file, of), users)| (*file, *of, users.len())).collect();
        found.sort_by_key(|(file, definition, users)| (std::cmp::Reverse(*users), *file, *definition));
        found
    }

    /// Definitions of files below a node with the number of files outside of it that use them, the most used first.
    pub fn below(&self, node: NodeId) -> Vec<(FileId, u32, usize)> {
        let is_inside = |file: FileId| self.snapshot.contains(node, self.snapshot.node_of(file));
        let found = self.of.iter().filter(|((file, _), _)| is_inside(*file)).map(|((file, definition), users)| {
            (*file, *definition, users.iter().filter(|user| !is_inside(**user)).count())
        });
        let mut found: Vec<_> = found.filter(|(_, _, users)| *users > 0).collect();
        found.sort_by_key(|(file, definition, users)| (std::cmp::Reverse(*users), *file, *definition));
        found
    }
}

/// What a definition says of itself, without markup.
pub fn doc(definition: &Definition) -> Text {
    definition.doc.as_deref().map_or_else(|| "-".into(), |doc| unmarked(doc).into())
}

/// The public definitions of a part that others use most.
fn interface(snapshot: &Snapshot, users: &Users<'_>, node: NodeId) -> Table {
    let mut table = Table::new(["Offers", "Kind", "What it is", "Used by files", "Where"]);
    for (file, id, count) in users.below(node) {
        let Some(facts) = snapshot.sources.facts(file) else { continue };
        let Some(definition) = facts.definitions.get(id as usize) else { continue };
        let is_offered = definition.visibility != Visibility::Private
            && !matches!(definition.kind, DefinitionKind::Module | DefinitionKind::Field);
        if !is_offered || definition.test {
            continue;
        }
        let place = Location { path: snapshot.sources.get(file).path.clone(), line: Some(definition.name_span.line) };
        table.row([
            Text::new().code(crate::facts::qualified_name(&facts.definitions, id)),
            definition.kind.as_str().into(),
            doc(definition),
            count.to_string().into(),
            Text::new().place(place),
        ]);
    }
    table.most(INTERFACE)
}
