//! Threats to the elements of the data-flow diagram, by STRIDE per element: which apply to an external entity, a process, a
//! store and a flow across a trust boundary is chapter 3 of A. Shostack, "Threat Modeling: Designing for Security", 2014.

use std::collections::BTreeSet;

use crate::report::facts::{ROWS, or_dash};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::system::{Component, ComponentId, Connection, Practice, PracticeKind, Role};
use crate::text::counted;

/// The section.
pub static THREATS: Part = Part {
    title: "Threats",
    looks_for: "people, other systems, processes, stores, and flows between them that cross a trust boundary",
    write,
};

/// A threat, and what would stand against it.
type Threat = (char, &'static [PracticeKind]);

use PracticeKind as P;

const ENTITY: &[Threat] = &[('S', &[P::Authentication]), ('R', &[P::Logging, P::Tracing])];

const PROCESS: &[Threat] = &[
    ('S', &[P::Authentication]),
    ('T', &[P::Validation, P::Hardened]),
    ('R', &[P::Logging, P::Tracing]),
    ('I', &[P::Tls, P::DataProtection, P::SecretReference]),
    ('D', &[P::RateLimit, P::Limits, P::Autoscaling]),
    ('E', &[P::Authorization, P::Hardened]),
];

const STORE: &[Threat] = &[
    ('T', &[P::Authorization, P::SecretReference]),
    ('R', &[P::Logging]),
    ('I', &[P::DataProtection, P::Tls]),
    ('D', &[P::Backup, P::Replicas, P::Limits]),
];

const FLOW: &[Threat] =
    &[('T', &[P::Tls]), ('I', &[P::Tls]), ('D', &[P::Timeout, P::Retry, P::CircuitBreaker, P::RateLimit])];

/// Lines that help an attacker.
const AGAINST: &[PracticeKind] = &[P::SecretInFile, P::Privileged, P::RootUser];

/// Lines of one kind in one cell; the rest is counted.
const LINES: usize = 2;

fn write(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    if system.nodes.is_empty() {
        return;
    }
    content.say(Statement::new(
        "S spoofing, T tampering, R repudiation, I information disclosure, D denial of service, E elevation of privilege, \
         each where it applies to an element of this kind (A. Shostack, Threat Modeling, 2014, chapter 3).",
    ));
    let of = |is: &dyn Fn(&Component) -> bool| -> Vec<ComponentId> {
        input.components().filter(|(_, component)| is(component)).map(|(id, _)| id).collect()
    };
    let is_outside = |of: &Component| matches!(of.role, Role::External | Role::User | Role::Mail);
    let outside = of(&is_outside);
    let stores = of(&|of| of.role.is_store());
    let processes = of(&|of| !of.role.is_store() && !is_outside(of));
    elements(input, content, "External entities", &outside, ENTITY);
    elements(input, content, "Processes", &processes, PROCESS);
    elements(input, content, "Stores", &stores, STORE);
    flows(input, content);
    absent(input, content);
}

fn elements(input: &Input<'_>, content: &mut Content, title: &'static str, of: &[ComponentId], threats: &[Threat]) {
    // Elements of which the same is known stand in one row.
    let mut rows: Vec<([Text; 3], Vec<&str>)> = Vec::new();
    for id in of {
        // Whoever is outside has no lines of its own: what it reaches asks who it is.
        let whose = if std::ptr::eq(threats, ENTITY) { neighbours(input, *id) } else { BTreeSet::from([*id]) };
        let (found, missing) = weighed(input, &whose, threats);
        let found = or_dash(found.text(guards(input, &whose, !std::ptr::eq(threats, STORE))));
        let cells = [found, or_dash(missing), or_dash(against(input, *id))];
        let name = input.system().node(*id).name.as_str();
        match rows.iter_mut().find(|(known, _)| *known == cells) {
            Some((_, names)) => names.push(name),
            None => rows.push((cells, vec![name])),
        }
    }
    let mut table = Table::new(["Element", "Threats", "Mitigation found", "Looked for and not found", "Against it"]);
    for ([found, missing, against], names) in rows {
        table.row([Text::names(names, ROWS), letters(threats), found, missing, against]);
    }
    let mut inner = Content::default();
    inner.table(table.most(ROWS));
    content.section(title, inner);
}

fn letters(threats: &[Threat]) -> Text {
    let letters: Vec<String> = threats.iter().map(|(letter, _)| letter.to_string()).collect();
    letters.join(" ").into()
}

/// What is connected to a component.
fn neighbours(input: &Input<'_>, id: ComponentId) -> BTreeSet<ComponentId> {
    let other = |edge: &Connection| match (edge.from == id, edge.to == id) {
        (true, _) => Some(edge.to),
        (_, true) => Some(edge.from),
        _ => None,
    };
    input.system().edges.iter().filter_map(other).collect()
}

/// What stands against the threats to some components, and what was looked for and is not there.
fn weighed(input: &Input<'_>, whose: &BTreeSet<ComponentId>, threats: &[Threat]) -> (Text, Text) {
    let (mut found, mut missing) = (Text::new(), Text::new());
    for (letter, kinds) in threats {
        let mut absent: Vec<&str> = Vec::new();
        for kind in *kinds {
            let lines: Vec<&Practice> = practices(input, whose, *kind).collect();
            if lines.is_empty() {
                absent.push(kind.as_str());
                continue;
            }
            let between = if found.is_empty() { "" } else { "; " };
            found = found
                .plain(format!("{between}{letter}: {} ", kind.as_str()))
                .text(Text::places(lines.iter().map(|of| &of.evidence), LINES));
        }
        if !absent.is_empty() {
            let between = if missing.is_empty() { "" } else { "; " };
            missing = missing.plain(format!("{between}{letter}: {}", absent.join(", ")));
        }
    }
    (found, missing)
}

fn practices<'a>(
    input: &Input<'a>,
    whose: &BTreeSet<ComponentId>,
    kind: PracticeKind,
) -> impl Iterator<Item = &'a Practice> {
    input.practices(None, kind).filter(move |of| of.component.is_some_and(|id| whose.contains(&id)))
}

/// How many routes a line guards.
fn guards(input: &Input<'_>, whose: &BTreeSet<ComponentId>, is_asked: bool) -> Text {
    let routes: Vec<_> = input.system().endpoints.iter().filter(|of| is_asked && whose.contains(&of.service)).collect();
    let guarded: Vec<_> = routes.iter().filter_map(|of| of.guard.as_ref()).filter(|guard| !guard.open).collect();
    if guarded.is_empty() {
        return Text::new();
    }
    let text = format!(" S, E: {} of {} guarded ", guarded.len(), counted(routes.len() as u64, "route"));
    Text::from(text).text(Text::places(guarded.iter().map(|guard| &guard.place), LINES))
}

/// What helps an attacker.
fn against(input: &Input<'_>, id: ComponentId) -> Text {
    let is_store = input.system().node(id).role.is_store();
    let kinds = AGAINST.iter().chain(is_store.then_some(&PracticeKind::PublishedPort));
    let said = kinds.flat_map(|kind| input.practices(Some(id), *kind)).map(|of| {
        let detail = if of.detail.is_empty() { Text::new() } else { Text::from(" ").code(&of.detail) };
        Text::from(of.kind.as_str()).text(detail).plain(" ").place(&of.evidence)
    });
    Text::new().list(said, 4)
}

/// Which boundary a connection crosses.
fn boundary(input: &Input<'_>, edge: &Connection) -> Option<String> {
    let system = input.system();
    let (from, to) = (system.node(edge.from), system.node(edge.to));
    match (from.role, to.role) {
        (Role::User, _) => return Some("from outside".to_owned()),
        (_, Role::External | Role::Mail) => return Some("to another system".to_owned()),
        (Role::External, _) => return Some("from another system".to_owned()),
        _ => {}
    }
    let networks =
        |id| -> BTreeSet<&str> { input.practices(Some(id), P::Network).map(|of| of.detail.as_str()).collect() };
    let (one, other) = (networks(edge.from), networks(edge.to));
    if !one.is_empty() && !other.is_empty() && one.is_disjoint(&other) {
        let joined = |of: BTreeSet<&str>| of.into_iter().collect::<Vec<_>>().join(", ");
        return Some(format!("network {} to {}", joined(one), joined(other)));
    }
    let is_open = to.role.is_store() && input.practices(Some(edge.to), P::PublishedPort).next().is_some();
    is_open.then(|| "to a store with a port on the host".to_owned())
}

fn flows(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut table =
        Table::new(["Flow", "Way", "Boundary", "Threats", "Mitigation found", "Looked for and not found", "Where"]);
    let mut inside = 0;
    for edge in &system.edges {
        let Some(crossed) = boundary(input, edge) else {
            inside += 1;
            continue;
        };
        let ends = BTreeSet::from([edge.from, edge.to]);
        let (found, missing) = weighed(input, &ends, FLOW);
        table.row([
            Text::new().code(&system.node(edge.from).name).plain(" to ").code(&system.node(edge.to).name),
            edge.kind.into(),
            crossed.into(),
            letters(FLOW),
            or_dash(found),
            or_dash(missing),
            or_dash(Text::places(&edge.evidence, LINES)),
        ]);
    }
    let mut inner = Content::default();
    inner.table(table.most(ROWS));
    if inner.is_empty() {
        inner.nothing("connections from and to the outside, between networks, to stores with a published port");
    } else if inside > 0 {
        inner.say(Statement::new(format!("{} within a boundary left out.", counted(inside, "flow"))));
    }
    content.section("Flows across a trust boundary", inner);
}

/// Mitigations of which there is no line in the whole project.
fn absent(input: &Input<'_>, content: &mut Content) {
    let kinds: BTreeSet<PracticeKind> =
        [ENTITY, PROCESS, STORE, FLOW].into_iter().flatten().flat_map(|(_, kinds)| kinds.iter().copied()).collect();
    let (there, absent): (Vec<PracticeKind>, Vec<PracticeKind>) =
        kinds.into_iter().partition(|kind| input.practices(None, *kind).next().is_some());
    let names = |kinds: &[PracticeKind]| kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    let mut inner = Content::default();
    if !absent.is_empty() {
        let text = format!("No line of {} anywhere in {}.", names(&absent), input.name);
        inner.say(Statement::new(text));
    }
    let whole: Vec<Statement> = there
        .iter()
        .flat_map(|kind| input.practices(None, *kind).filter(|of| of.component.is_none()).take(LINES))
        .map(|of| {
            let text = Text::from(format!("For the whole project: {} ", of.kind.as_str())).code(&of.detail);
            Statement::new(text).by([&of.evidence])
        })
        .collect();
    inner.list(whole);
    content.section("In the whole project", inner);
}
