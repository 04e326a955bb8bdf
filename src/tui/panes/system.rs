//! The running system as a tree: components by role, channels, routes by service, interfaces, tables, pipelines with their
//! jobs, declared infrastructure, and what was looked for and not found. The links of the selected part stand beside it.

use std::collections::BTreeMap;

use super::PaneId;
use super::outline::{Contents, Kind, Lead, Line, Way};
use super::places;
use crate::system::{
    Component, ComponentId, DETECTORS, Direction, Flow, Operation, Resource, ResourceGroup, Role as Part, System, Thing,
};
use crate::text::{count, counted};
use crate::tui::model::{Model, Spot, Subject};
use crate::tui::theme::Role;

/// The view.
pub static KIND: Kind =
    Kind { id: PaneId::System, columns: &[("in", 5), ("out", 5)], open: 1, lead: Lead::Leads, build };

/// Components by what they are for.
const GROUPS: [(&str, &[Part]); 7] = [
    ("services", &[Part::Service, Part::Web]),
    ("gateways", &[Part::Gateway]),
    ("stores", &[Part::Database, Part::Cache, Part::Search, Part::Storage]),
    ("brokers", &[Part::Broker]),
    ("platform", &[Part::Discovery, Part::Config, Part::Auth, Part::Monitoring]),
    ("outside", &[Part::External, Part::Mail]),
    ("people", &[Part::User]),
];

fn build(model: &Model) -> Contents {
    let system = &model.snapshot.system;
    let mut tree = Tree { system, lines: Vec::new() };
    tree.components();
    tree.channels();
    tree.routes();
    tree.interfaces();
    tree.tables();
    tree.pipelines();
    tree.resources();
    let is_empty = tree.lines.is_empty();
    tree.not_read();
    tree.looked_for();
    let parts = counted(system.nodes.len() as u64, "component");
    let routes = counted(system.endpoints.len() as u64, "route");
    let note = if is_empty { "nothing was found".to_owned() } else { format!("{parts}, {routes}") };
    Contents { lines: tree.lines, note, nothing: "nothing of a running system was found" }
}

struct Tree<'a> {
    system: &'a System,
    lines: Vec<Line>,
}

impl Tree<'_> {
    fn group(&mut self, depth: u16, key: &str, title: &str, note: String) {
        self.lines.push(Line { note, ..Line::new(depth, key.to_owned(), title.to_owned(), Role::Heading) });
    }

    /// A row about a thing; what it shows first is where it is declared.
    fn thing(&self, depth: u16, group: &str, thing: Thing, role: Role, note: String) -> Line {
        let places = places::of_places(&thing.places(self.system));
        let key = format!("{group}\u{0}{thing:?}");
        let line = Line::new(depth, key, thing.label(), role).showing(places::first(&places));
        Line { note, subject: Some(Subject::Thing(thing)), ..line }
    }

    fn components(&mut self) {
        let system = self.system;
        let mut degrees = vec![(0_u64, 0_u64); system.nodes.len()];
        for edge in &system.edges {
            degrees[edge.from.index()].1 += 1;
            degrees[edge.to.index()].0 += 1;
        }
        for (title, roles) in GROUPS {
            let all = system.nodes.iter().zip((0..).map(ComponentId));
            let of_group: Vec<(&Component, ComponentId)> = all.filter(|(of, _)| roles.contains(&of.role)).collect();
            if of_group.is_empty() {
                continue;
            }
            self.group(0, title, title, count(of_group.len() as u64));
            for (component, id) in of_group {
                let made_with = component.technologies.join(", ");
                let role = match component.role {
                    Part::External | Part::User | Part::Mail => Role::External,
                    role if role.is_store() => Role::Type,
                    _ => Role::Package,
                };
                let line = self.thing(1, title, Thing::component(system, id), role, made_with);
                let (needed, needs) = degrees[id.index()];
                let home = component.directory.as_deref().map(Into::into);
                self.lines.push(Line { cells: vec![count(needed), count(needs)], home, ..line });
            }
        }
    }

    fn channels(&mut self) {
        let system = self.system;
        if system.channels.is_empty() {
            return;
        }
        self.group(0, "channels", "channels", count(system.channels.len() as u64));
        for (index, channel) in system.channels.iter().enumerate() {
            let note = format!("{}: {}", channel.kind.as_str(), channel.technology);
            let flows = |direction| {
                let is_meant = |flow: &&Flow| flow.channel.index() == index && flow.direction == direction;
                count(system.flows.iter().filter(is_meant).count() as u64)
            };
            let cells = vec![flows(Direction::Publishes), flows(Direction::Consumes)];
            let line = self.thing(1, "channels", Thing::channel(channel), Role::Symbol, note);
            self.lines.push(Line { cells, ..line });
        }
    }

    fn routes(&mut self) {
        let system = self.system;
        if system.endpoints.is_empty() {
            return;
        }
        let mut called = vec![0_u64; system.endpoints.len()];
        for index in system.calls.iter().filter_map(|call| call.endpoint) {
            called[index] += 1;
        }
        self.group(0, "routes", "routes", count(system.endpoints.len() as u64));
        let mut at = 0;
        for of_service in system.endpoints.chunk_by(|a, b| a.service == b.service) {
            let service = &system.node(of_service[0].service).name;
            let key = format!("routes\u{0}{service}");
            self.group(1, &key, service, counted(of_service.len() as u64, "route"));
            for same in of_service.chunk_by(|a, b| (&a.path, &a.method) == (&b.path, &b.method)) {
                let endpoint = &same[0];
                let handler = endpoint.handler.as_ref();
                let note = handler.map_or_else(String::new, |handler| handler.name.to_string());
                let line = self.thing(2, &key, Thing::endpoint(system, endpoint), Role::Function, note);
                let way = handler.map(|handler| Way::Line(Spot::at(handler.place.path.clone(), handler.place.line)));
                let calls: u64 = called[at..at + same.len()].iter().sum();
                at += same.len();
                self.lines.push(Line { cells: vec![count(calls), String::new()], way, ..line });
            }
        }
    }

    fn interfaces(&mut self) {
        let system = self.system;
        let mut contracts: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
        for operation in &system.operations {
            contracts.entry(&operation.contract).or_default().push(operation);
        }
        if contracts.is_empty() {
            return;
        }
        self.group(0, "interfaces", "interfaces", counted(contracts.len() as u64, "file"));
        for (path, operations) in contracts {
            let key = format!("interfaces\u{0}{path}");
            self.group(1, &key, path, operations[0].style.as_str().to_owned());
            for operation in operations {
                let note = if operation.handler.is_some() { "" } else { "no code that answers was found" };
                let line = self.thing(2, &key, Thing::operation(operation), Role::Function, note.to_owned());
                self.lines.push(line);
            }
        }
    }

    fn tables(&mut self) {
        let system = self.system;
        if system.schema.tables.is_empty() {
            return;
        }
        let mut ends: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for relation in &system.schema.relations {
            ends.entry(&relation.from).or_default().1 += 1;
            ends.entry(&relation.to).or_default().0 += 1;
        }
        self.group(0, "tables", "tables", count(system.schema.tables.len() as u64));
        for table in &system.schema.tables {
            let note = counted(table.columns.len() as u64, "column");
            let (referred, refers) = ends.get(&*table.name).copied().unwrap_or_default();
            let line = self.thing(1, "tables", Thing::Table(table.name.clone()), Role::Type, note);
            self.lines.push(Line { cells: vec![count(referred), count(refers)], ..line });
        }
    }

    fn pipelines(&mut self) {
        let system = self.system;
        if system.pipelines.is_empty() {
            return;
        }
        self.group(0, "pipelines", "pipelines", count(system.pipelines.len() as u64));
        for pipeline in &system.pipelines {
            let line = self.thing(
                1,
                "pipelines",
                Thing::pipeline(pipeline),
                Role::Package,
                format!("{} {}", pipeline.technology, counted(pipeline.jobs.len() as u64, "job")),
            );
            let key = line.key.clone();
            self.lines.push(line);
            for job in &pipeline.jobs {
                let mut kinds: Vec<&str> = job.tasks.iter().map(|task| task.kind.as_str()).collect();
                kinds.dedup();
                let line = self.thing(2, &key, Thing::job(pipeline, job), Role::Function, kinds.join(", "));
                self.lines.push(line);
            }
        }
    }

    fn resources(&mut self) {
        let system = self.system;
        let mut groups: BTreeMap<ResourceGroup, Vec<&Resource>> = BTreeMap::new();
        for resource in &system.resources {
            groups.entry(resource.group).or_default().push(resource);
        }
        if groups.is_empty() {
            return;
        }
        self.group(0, "infrastructure", "infrastructure", count(system.resources.len() as u64));
        for (group, resources) in groups {
            let key = format!("infrastructure\u{0}{}", group.as_str());
            self.group(1, &key, group.as_str(), count(resources.len() as u64));
            for resource in resources {
                let note = format!("{}: {}", resource.technology, resource.kind);
                let line = self.thing(2, &key, Thing::resource(resource), Role::Constant, note);
                self.lines.push(line);
            }
        }
    }

    /// Files that were not read to their end: something may be missing above.
    fn not_read(&mut self) {
        let spots = &self.system.blind_spots;
        if spots.is_empty() {
            return;
        }
        self.group(0, "not read", "not read to the end", counted(spots.len() as u64, "file"));
        for (index, spot) in spots.iter().enumerate() {
            let key = format!("not read\u{0}{index} {}", spot.path);
            let shown = Spot::at(spot.path.clone(), spot.problem.line.unwrap_or(0));
            let line = Line::new(1, key, spot.path.to_string(), Role::Warning).showing(Some(shown));
            self.lines.push(Line { note: spot.problem.message.clone(), ..line });
        }
    }

    /// What each detector that made no claim looked for.
    fn looked_for(&mut self) {
        let silent: Vec<(&str, &str)> = DETECTORS
            .iter()
            .filter(|detector| self.system.claims.iter().any(|(name, claims)| *name == detector.name && *claims == 0))
            .map(|detector| (detector.name, detector.looks_for))
            .collect();
        if silent.is_empty() {
            return;
        }
        self.group(0, "looked for", "looked for, found none", String::new());
        if let Some(group) = self.lines.last_mut() {
            group.shut = true;
        }
        for (name, looks_for) in silent {
            let line = Line::new(1, format!("looked for\u{0}{name}"), name.to_owned(), Role::Muted);
            self.lines.push(Line { note: looks_for.to_owned(), ..line });
        }
    }
}
