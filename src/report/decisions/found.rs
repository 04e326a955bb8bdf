//! Which decisions there are: what is in use, and what was and is no more.

use std::collections::BTreeMap;

use crate::analysis::Location;
use crate::analysis::adoption::{Adoption, Moment};
use crate::graph::Snapshot;
use crate::lang::resolve::SourceFile;
use crate::project::DeclaredScope;
use crate::report::facts::is_apart;
use crate::report::{Input, Statement, Text};
use crate::system::evaluation::{Entry, Evaluation, EvaluationId, Signs, evaluations, is_aside, of_entry};
use crate::system::{ComponentId, Place, PracticeKind, Role};
use crate::text::{count, counted};

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It holds.
    Accepted,
    /// It held until the last sign of it went away; what came in its place, if anything of its kind did.
    Past(Option<String>),
}

/// A decision.
pub struct Decision<'a> {
    /// `Use PostgreSQL`.
    pub title: String,
    /// What was chosen: a technology or a way.
    pub name: String,
    /// What it was chosen as: `relational database`.
    pub role: String,
    /// What is known of it apart from the project.
    pub evaluation: Option<EvaluationId>,
    /// What it became.
    pub status: Status,
    /// Since when there has been a sign of it.
    pub adoption: Option<&'a Adoption>,
    /// Where there is no sign: the directory of its source, and the commit that brought that.
    pub source: Option<(&'a str, &'a Moment)>,
    /// What the project needs it for.
    pub context: Vec<Statement>,
    /// What follows from it here.
    pub consequences: Vec<Statement>,
    /// Where it shows.
    pub evidence: Vec<Location>,
    /// What it took the place of, with the commit that took that away.
    pub instead_of: Vec<(String, Moment)>,
}

impl Decision<'_> {
    /// The commit that brought it, if that is known.
    pub fn since(&self) -> Option<&Moment> {
        match self.adoption {
            Some(adoption) => adoption.first.as_ref(),
            None => self.source.map(|(_, moment)| moment),
        }
    }

    /// What is known of what was chosen.
    pub fn known(&self) -> Option<&'static Evaluation> {
        self.evaluation.map(|id| &evaluations().rows[id])
    }
}

/// Languages with a smaller part of the code than this are left to others, in percent.
const LANGUAGE_SHARE: u64 = 20;

/// Roles of components that somebody chose a product for.
const CHOSEN: &[Role] = &[
    Role::Database,
    Role::Cache,
    Role::Search,
    Role::Storage,
    Role::Broker,
    Role::Gateway,
    Role::Web,
    Role::Discovery,
    Role::Config,
    Role::Auth,
    Role::Monitoring,
];

/// Every decision: by the day of the first sign of it, those without one at the end.
pub fn decisions<'a>(input: &Input<'a>) -> Vec<Decision<'a>> {
    let mut found: BTreeMap<String, Decision<'a>> = BTreeMap::new();
    for decision in
        [components(input), libraries(input), files(input), languages(input), ways(input)].into_iter().flatten()
    {
        match found.get_mut(&decision.name) {
            Some(known) => {
                known.context.extend(decision.context);
                known.evidence.extend(decision.evidence);
            }
            None => drop(found.insert(decision.name.clone(), decision)),
        }
    }
    let mut all: Vec<Decision<'a>> = found.into_values().collect();
    for decision in &mut all {
        // The line that names it first, then the others of its kind.
        decision.evidence.dedup();
    }
    past(input, &mut all);
    all.sort_by(|a, b| {
        let time = |of: &Decision<'_>| of.since().map_or(i64::MAX, |first| first.time);
        time(a).cmp(&time(b)).then_with(|| a.name.cmp(&b.name))
    });
    all
}

/// A decision for a technology.
fn technology<'a>(input: &Input<'a>, name: &str, role: &str) -> Decision<'a> {
    let evaluation = evaluations().named(name);
    Decision {
        title: format!("Use {name}"),
        name: name.to_owned(),
        role: evaluation.map_or(role, |id| &evaluations().rows[id].group).to_owned(),
        evaluation,
        status: Status::Accepted,
        adoption: input.adoptions.and_then(|adoptions| adoptions.of.get(name)),
        source: None,
        context: Vec::new(),
        consequences: Vec::new(),
        evidence: Vec::new(),
        instead_of: Vec::new(),
    }
}

/// What runs and is not built here, by its technology.
fn components<'a>(input: &Input<'a>) -> Vec<Decision<'a>> {
    let system = input.system();
    let mut by_name: BTreeMap<&str, Vec<ComponentId>> = BTreeMap::new();
    for (id, component) in input.of_roles(CHOSEN) {
        // What a component is made with first is what it is.
        if let Some(technology) = component.technologies.first() {
            by_name.entry(technology).or_default().push(id);
        }
    }
    // A web server that is known by nothing but a language is the project's own.
    by_name.retain(|name, ids| {
        evaluations().named(name).is_some() || ids.iter().all(|id| system.node(*id).role != Role::Web)
    });
    let decision = |(name, ids): (&str, Vec<ComponentId>)| {
        let mut decision = technology(input, name, system.node(ids[0]).role.as_str());
        for id in &ids {
            let component = system.node(*id);
            decision.evidence.extend(component.evidence.iter().map(Location::from));
            if let (Some(adoptions), Some(directory)) = (input.adoptions, component.directory.as_deref()) {
                let moment = adoptions.directories.get(directory);
                let older = |(_, known): &(&str, &Moment)| moment.is_some_and(|moment| known.time <= moment.time);
                if !decision.source.as_ref().is_some_and(older) {
                    decision.source = moment.map(|moment| (directory, moment)).or(decision.source);
                }
            }
            let users: Vec<_> = system.edges.iter().filter(|edge| edge.to == *id).collect();
            let named = Text::names(users.iter().map(|edge| &system.node(edge.from).name), 8);
            let text = match users.len() {
                0 => Text::from("No connection to ").code(&component.name).plain(" was found"),
                1 => named.plain(" uses ").code(&component.name),
                several => named.plain(format!(" ({several} connections) use ")).code(&component.name),
            };
            let lines = users.iter().filter_map(|edge| edge.evidence.first());
            decision.context.push(Statement::new(text.plain(".")).by(lines));
            decision.consequences.extend(single(input, *id));
        }
        decision
    };
    by_name.into_iter().map(decision).collect()
}

/// That several need a store of which no line says that more than one runs.
fn single(input: &Input<'_>, id: ComponentId) -> Option<Statement> {
    let system = input.system();
    let component = system.node(id);
    let users: Vec<_> =
        system.edges.iter().filter(|edge| edge.to == id && system.node(edge.from).role != Role::User).collect();
    let is_several = input
        .practices(Some(id), PracticeKind::Replicas)
        .any(|of| of.detail.parse::<u32>().is_ok_and(|count| count > 1));
    if users.is_empty() || is_several || !component.role.is_store() {
        return None;
    }
    let text = Text::from("Bad: no line says that ")
        .code(&component.name)
        .plain(" runs more than once, and without it ")
        .list(users.iter().map(|edge| Text::new().code(&system.node(edge.from).name)), 6)
        .plain(if users.len() == 1 { " stands still." } else { " stand still." });
    Some(Statement::new(text).by(component.evidence.first()))
}

/// Frameworks and stores inside of the process, by the libraries that code imports.
fn libraries<'a>(input: &Input<'a>) -> Vec<Decision<'a>> {
    let snapshot = input.snapshot;
    let mut found: BTreeMap<EvaluationId, Decision<'a>> = BTreeMap::new();
    let mut files: BTreeMap<EvaluationId, std::collections::BTreeSet<u32>> = BTreeMap::new();
    for package in &input.analysis.externals().packages {
        let Some(id) = evaluations().of_library(package.ecosystem, &package.name) else { continue };
        let row = &evaluations().rows[id];
        if !row.group.contains("framework") && row.group != "embedded database" {
            continue;
        }
        let shipped: Vec<_> =
            package.uses.iter().filter(|of| !of.test && snapshot.node(of.file).mark.is_none()).collect();
        let declared = package
            .declared
            .iter()
            .map(|at| at.of(snapshot))
            .filter(|(_, declared)| matches!(declared.scope, DeclaredScope::Runtime | DeclaredScope::Build));
        let declared: Vec<Location> = declared
            .map(|(of, declared)| Location {
                path: declared.file.clone().unwrap_or_else(|| of.manifest.clone()),
                line: Some(declared.line),
            })
            .filter(|place| !place.path.split('/').any(is_aside))
            .collect();
        if declared.is_empty() || shipped.is_empty() && row.group != "embedded database" {
            continue;
        }
        files.entry(id).or_default().extend(shipped.iter().map(|of| of.file.0));
        found.entry(id).or_insert_with(|| technology(input, &row.name, &row.group)).evidence.extend(declared);
    }
    for (id, decision) in &mut found {
        decision.evidence.sort_unstable_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        decision.evidence.dedup();
        let users = &files[id];
        if users.is_empty() {
            continue;
        }
        let first = users.iter().next().map(|file| snapshot.node(crate::graph::NodeId(*file)));
        let place = first.map(|node| Location { path: node.path.clone(), line: None });
        let verb = if users.len() == 1 { "imports" } else { "import" };
        let text = Text::from(format!("{} {verb} ", counted(users.len() as u64, "file"))).code(&decision.name);
        decision.context.push(Statement::new(text.plain(".")).by(place));
    }
    found.into_values().collect()
}

/// What files by their names are signs of: deployment, delivery, interface files.
fn files<'a>(input: &Input<'a>) -> Vec<Decision<'a>> {
    let mut places: BTreeMap<EvaluationId, Vec<Location>> = BTreeMap::new();
    let is_own = |file: &&SourceFile| file.mark.is_none() && !file.path.split('/').rev().skip(1).any(is_aside);
    for file in input.snapshot.sources.files.iter().filter(is_own) {
        let parts: Vec<&str> = file.path.split('/').collect();
        let mut signs = parts.last().map_or_else(Signs::default, |name| of_entry(&Entry::File(name)));
        let is_yaml = file.path.ends_with(".yml") || file.path.ends_with(".yaml");
        for pair in parts.windows(2).filter(|_| is_yaml) {
            signs.extend(of_entry(&Entry::Inside(pair[0], pair[1])));
        }
        for id in signs.iter().filter(|id| evaluations().rows[*id].group != "language") {
            places.entry(id).or_default().push(Location { path: file.path.clone(), line: Some(1) });
        }
    }
    let workloads = input
        .components()
        .flat_map(|(_, component)| &component.evidence)
        .filter(|place| is_workload(input.snapshot, place));
    if let Some(id) = evaluations().named("Kubernetes") {
        let mut workloads: Vec<Location> = workloads.map(Location::from).collect();
        workloads.sort_unstable_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        if !workloads.is_empty() {
            places.insert(id, workloads);
        }
    }
    let decision = |(id, places): (EvaluationId, Vec<Location>)| {
        let row = &evaluations().rows[id];
        let mut decision = technology(input, &row.name, &row.group);
        let mut paths: Vec<&str> = places.iter().map(|place| &*place.path).collect();
        paths.dedup();
        let text = Text::from(format!("{} of ", counted(paths.len() as u64, "file"))).code(&row.name).plain(": ");
        decision.context.push(Statement::new(text.text(Text::names(paths, 6)).plain(".")));
        decision.evidence = places;
        decision
    };
    places.into_iter().map(decision).collect()
}

/// Whether a line is in a file that declares something to Kubernetes.
fn is_workload(snapshot: &Snapshot, place: &Place) -> bool {
    let documents = &snapshot.sources.documents;
    let document = documents.iter().find(|document| document.path == place.path);
    let Some(crate::document::Content::Trees(trees)) = document.map(|document| &document.content) else { return false };
    trees.iter().any(|tree| tree.get("apiVersion").is_some() && tree.get("kind").is_some())
}

/// The languages that most of the code is in.
fn languages<'a>(input: &Input<'a>) -> Vec<Decision<'a>> {
    let mut lines: BTreeMap<&str, (u64, u64, Option<&SourceFile>)> = BTreeMap::new();
    for file in input.snapshot.sources.files.iter().filter(|file| file.mark.is_none() && !file.test) {
        let (Some(language), Some(facts)) = (file.language, &file.facts) else { continue };
        let Some(id) = evaluations().named(language.label) else { continue };
        if evaluations().rows[id].group != "language" {
            continue;
        }
        let known = lines.entry(language.label).or_default();
        known.0 += u64::from(facts.lines);
        known.1 += 1;
        let longest = known.2.and_then(|file| file.facts.as_ref()).map_or(0, |facts| facts.lines);
        if facts.lines > longest {
            known.2 = Some(file);
        }
    }
    let all: u64 = lines.values().map(|(lines, _, _)| lines).sum();
    let large = lines.into_iter().filter(|(_, (lines, _, _))| *lines * 100 >= all.max(1) * LANGUAGE_SHARE);
    let decision = |(name, (lines, files, longest)): (&str, (u64, u64, Option<&SourceFile>))| {
        let mut decision = technology(input, name, "language");
        let text = format!(
            "{} of {} lines of code that is no test are {name}, in {}; the longest file stands for them.",
            count(lines),
            count(all),
            counted(files, "file")
        );
        decision.context.push(Statement::new(text));
        decision.evidence.extend(longest.map(|file| Location { path: file.path.clone(), line: Some(1) }));
        decision
    };
    large.map(decision).collect()
}

/// Ways of building that are no technology: interfaces, services, one repository.
fn ways<'a>(input: &Input<'a>) -> Vec<Decision<'a>> {
    let system = input.system();
    let mut found = Vec::new();
    if !system.endpoints.is_empty() {
        let mut rest = technology(input, "REST over HTTP", "interface style");
        rest.title = "Offer interfaces as routes over HTTP".to_owned();
        let mut services: Vec<_> = system.endpoints.iter().map(|of| &system.node(of.service).name).collect();
        services.dedup();
        let text = Text::from(format!("{} in ", counted(system.endpoints.len() as u64, "route")))
            .text(Text::names(&services, 8));
        rest.context.push(Statement::new(text.plain(".")));
        rest.evidence = system.endpoints.iter().map(|of| Location::from(&of.evidence)).collect();
        rest.evidence.sort_unstable_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        found.push(rest);
    }
    let services = input.of_roles(&[Role::Service]);
    let own: Vec<_> = services.iter().filter(|(_, of)| of.directory.is_some()).collect();
    if own.len() > 1 {
        let mut split = technology(input, "services", "structure");
        split.title = "Split the application into services".to_owned();
        let between = system
            .edges
            .iter()
            .filter(|edge| own.iter().any(|(id, _)| *id == edge.from) && own.iter().any(|(id, _)| *id == edge.to));
        let text = Text::from(format!("{}: ", counted(own.len() as u64, "service")))
            .text(Text::names(own.iter().map(|(_, of)| &of.name), 12))
            .plain(format!("; {} between them.", counted(between.count() as u64, "connection")));
        split.context.push(Statement::new(text));
        split.evidence = own.iter().filter_map(|(_, of)| of.evidence.first().map(Location::from)).collect();
        split.consequences = chains(input);
        found.push(split);
    }
    let packages: Vec<_> =
        input.packages().into_iter().filter(|id| !is_apart(&input.snapshot.node(*id).path)).collect();
    if packages.len() > 1 {
        let mut one = technology(input, "one repository", "structure");
        one.title = "Keep all packages in one repository".to_owned();
        let named = packages.iter().filter_map(|id| input.snapshot.package(*id)).map(|package| &package.name);
        let text = Text::from(format!("{}: ", counted(packages.len() as u64, "package"))).text(Text::names(named, 10));
        one.context.push(Statement::new(text.plain(".")));
        one.evidence = packages.iter().map(|id| crate::report::facts::location(input.snapshot, *id)).collect();
        one.consequences.extend(crossings(input));
        found.push(one);
    }
    found
}

/// The longest chains of services that wait for each other.
fn chains(input: &Input<'_>) -> Vec<Statement> {
    let exposures = crate::analysis::exposure::of_system(input.system());
    let deepest = exposures.iter().max_by_key(|of| (of.chain, std::cmp::Reverse(of.component)));
    let said = deepest.filter(|of| of.chain > 1).map(|of| {
        let component = input.system().node(of.component);
        let text = Text::from("Bad: ").code(&component.name).plain(format!(
            " answers only if a chain of {} answers, and needs {} directly.",
            counted(u64::from(of.chain), "further component"),
            counted(of.needs.len() as u64, "component")
        ));
        Statement::new(text).by(component.evidence.first())
    });
    said.into_iter().collect()
}

/// How many dependencies cross the borders of packages.
fn crossings(input: &Input<'_>) -> Option<Statement> {
    use crate::graph::view::{Level, View};
    let subgraph = input.snapshot.project(&View { tests: false, ..View::drawing(Level::Package) });
    let statements: u64 = subgraph.edges.iter().map(|edge| u64::from(edge.weight)).sum();
    let text = match statements {
        0 => "No statement of one package needs another: they could be apart.".to_owned(),
        _ => format!(
            "Good: {} across the borders of packages ({} of packages) change in one commit.",
            counted(statements, "dependency statement"),
            counted(subgraph.edges.len() as u64, "pair")
        ),
    };
    (subgraph.nodes.len() > 1).then(|| Statement::new(text))
}

/// Adds the decisions that hold no more, and says of the others what they took the place of.
fn past<'a>(input: &Input<'a>, all: &mut Vec<Decision<'a>>) {
    let Some(adoptions) = input.adoptions else { return };
    let gone = adoptions.gone();
    let gone: Vec<_> = gone.into_iter().filter(|(name, ..)| !all.iter().any(|of| of.name == *name)).collect();
    for (name, ..) in &gone {
        all.push(Decision { status: Status::Past(None), ..technology(input, name, "technology") });
    }
    for (name, adoption, moment) in gone {
        let began = adoption.first.as_ref().map_or(i64::MIN, |first| first.time);
        let role = all.iter().find(|of| of.name == name).map(|of| of.role.clone()).unwrap_or_default();
        // Of its kind, the last that came while it was there.
        let came = all.iter().enumerate().filter_map(|(index, of)| {
            let first = of.since()?.time;
            (of.role == role && of.name != name && began < first && first <= moment.time).then_some((first, index))
        });
        let Some((_, index)) = came.max() else { continue };
        all[index].instead_of.push((name.to_owned(), moment.clone()));
        let by = all[index].name.clone();
        if let Some(old) = all.iter_mut().find(|of| of.name == name) {
            old.status = Status::Past(Some(by));
        }
    }
}
