//! What more load would take, and what taking another product would.

use std::collections::{BTreeMap, BTreeSet};

use super::found::{Status, decisions};
use crate::report::facts::{NAMES, PLACES, ROWS, disagreements, or_dash};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::system::evaluation::evaluations;
use crate::system::{Component, ComponentId, PracticeKind, Role};
use crate::text::counted;

/// The section about more of the same.
pub static SCALING: Part = Part {
    title: "Scaling",
    looks_for: "components that run, their replicas, autoscaling, volumes and the stores that they share",
    write: scaling,
};

/// The section about something else in its place.
pub static MIGRATION: Part = Part {
    title: "Migration",
    looks_for: "client libraries of stores and brokers, libraries asked for in two major versions",
    write: migration,
};

fn scaling(input: &Input<'_>, content: &mut Content) {
    let is_run =
        |component: &Component| !matches!(component.role, Role::User | Role::External | Role::Mail | Role::Monitoring);
    let mut table = Table::new(["Component", "Instances", "Follows load", "Keeps", "Shares", "What must change first"]);
    let mut first: Vec<(usize, Statement)> = Vec::new();
    for (id, component) in input.components().filter(|(_, component)| is_run(component)) {
        let state = State::of(input, id, component);
        if let Some(statement) = state.blocks(input, component) {
            first.push((state.users.len(), statement));
        }
        let details = |kind| {
            let said =
                input.practices(Some(id), kind).map(|of| Text::new().code(&of.detail).plain(" ").place(&of.evidence));
            or_dash(Text::new().list(said, 2))
        };
        table.row([
            Text::new().code(&component.name),
            details(PracticeKind::Replicas),
            details(PracticeKind::Autoscaling),
            state.keeps(),
            or_dash(state.shares(input)),
            state.change(component),
        ]);
    }
    content.table(table.most(ROWS));
    first.sort_by_key(|(users, _)| std::cmp::Reverse(*users));
    let mut inner = Content::default();
    inner.list(first.into_iter().map(|(_, statement)| statement).take(10).collect());
    content.section("In which order", inner);
}

/// What keeps a component from running twice.
struct State<'a> {
    volumes: Vec<&'a crate::system::Practice>,
    is_several: bool,
    /// Who needs it.
    users: BTreeSet<ComponentId>,
    /// Stores that it shares with other services.
    shared: Vec<(ComponentId, BTreeSet<ComponentId>)>,
    is_store: bool,
}

impl<'a> State<'a> {
    fn of(input: &Input<'a>, id: ComponentId, component: &Component) -> Self {
        let system = input.system();
        let users = |of: ComponentId| -> BTreeSet<ComponentId> {
            let edges = system.edges.iter().filter(|edge| edge.to == of && system.node(edge.from).role != Role::User);
            edges.map(|edge| edge.from).collect()
        };
        let used = system.edges.iter().filter(|edge| edge.from == id).map(|edge| edge.to);
        let stores: BTreeSet<ComponentId> = used.filter(|to| system.node(*to).role.is_store()).collect();
        let with_others = |store: ComponentId| {
            let mut others = users(store);
            others.remove(&id);
            (!others.is_empty()).then_some((store, others))
        };
        let is_several = input.practices(Some(id), PracticeKind::Autoscaling).next().is_some()
            || input
                .practices(Some(id), PracticeKind::Replicas)
                .any(|of| of.detail.parse::<u32>().is_ok_and(|count| count > 1));
        Self {
            volumes: input.practices(Some(id), PracticeKind::Volume).collect(),
            is_several,
            users: users(id),
            shared: stores.into_iter().filter_map(with_others).collect(),
            is_store: component.role.is_store(),
        }
    }

    fn keeps(&self) -> Text {
        let volumes = self.volumes.iter().map(|of| Text::new().code(&of.detail).plain(" ").place(&of.evidence));
        match (self.is_store, self.volumes.is_empty()) {
            (_, false) => Text::new().list(volumes, 2),
            (true, true) => "data of others, no volume found".into(),
            (false, true) => "-".into(),
        }
    }

    fn shares(&self, input: &Input<'_>) -> Text {
        let name = |id: &ComponentId| &input.system().node(*id).name;
        let shared = self.shared.iter().map(|(store, others)| {
            Text::new().code(name(store)).plain(" with ").text(Text::names(others.iter().map(name), NAMES))
        });
        Text::new().list(shared, 3)
    }

    fn change(&self, component: &Component) -> Text {
        match (self.is_several, self.is_store, self.volumes.is_empty()) {
            (true, ..) => "-".into(),
            (false, true, _) => match evaluations().named(component.technologies.first().map_or("", |name| name)) {
                Some(id) => Text::from("a second instance: ").plain(&evaluations().rows[id].operation),
                None => "a second instance".into(),
            },
            (false, false, false) => "its files: a second instance would not see them".into(),
            (false, false, true) => "-".into(),
        }
    }

    /// What stands still first.
    fn blocks(&self, input: &Input<'_>, component: &Component) -> Option<Statement> {
        if self.is_several || !self.is_store || self.users.is_empty() {
            return None;
        }
        let users = Text::names(self.users.iter().map(|id| &input.system().node(*id).name), NAMES);
        let text =
            Text::new().code(&component.name).plain(": no line says that there is more than one, and ").text(users);
        let text = text.plain(if self.users.len() == 1 { " needs it." } else { " need it." });
        Some(Statement::new(text).by(component.evidence.iter().take(1)))
    }
}

fn migration(input: &Input<'_>, content: &mut Content) {
    let snapshot = input.snapshot;
    let mut clients: BTreeMap<usize, (BTreeSet<&str>, BTreeSet<u32>)> = BTreeMap::new();
    for package in &input.analysis.externals().packages {
        let Some(id) = evaluations().of_library(package.ecosystem, &package.name) else { continue };
        let known = clients.entry(id).or_default();
        known.0.insert(&package.name);
        known.1.extend(package.uses.iter().filter(|of| !of.test).map(|of| of.file.0));
    }
    let mut table =
        Table::new(["To leave", "As", "Client libraries", "Files that import them", "First of them", "What binds"]);
    for decision in decisions(input).iter().filter(|decision| decision.status == Status::Accepted) {
        let Some(id) = decision.evaluation else { continue };
        let Some((libraries, files)) = clients.get(&id).filter(|(_, files)| !files.is_empty()) else { continue };
        let paths = files.iter().map(|file| Text::new().code(snapshot.node(crate::graph::NodeId(*file)).written()));
        table.row([
            decision.name.as_str().into(),
            decision.role.as_str().into(),
            Text::names(libraries, NAMES),
            files.len().to_string().into(),
            Text::new().list(paths, 3),
            evaluations().rows[id].lock_in.as_str().into(),
        ]);
    }
    content.table(table.most(ROWS));
    let mut inner = Content::default();
    let different = disagreements(input);
    let said = different.iter().map(|of| {
        let asked = of.versions.iter().map(|(version, place)| Text::from(format!("{version} ")).place(place.clone()));
        let text = Text::new().code(of.name).plain(format!(" ({}): ", of.ecosystem)).list(asked, PLACES * 3);
        Statement::new(text)
    });
    inner.list(said.take(ROWS).collect());
    if !inner.is_empty() {
        let text = format!("{} asked for in more than one major version.", counted(different.len() as u64, "library"));
        inner.blocks.insert(0, crate::report::Block::Say(Statement::new(text)));
    }
    content.section("Versions that disagree", inner);
}
