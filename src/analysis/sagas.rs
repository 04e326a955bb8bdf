//! Sagas: transactions of several components, each step of which can be undone by another one (H. Garcia-Molina and K. Salem,
//! "Sagas", 1987). Found where a library for them is used, and where channels lead forth and back.

use std::collections::BTreeSet;

use super::Location;
use crate::facts::FileFacts;
use crate::facts::terms::{Value, last_part};
use crate::graph::Snapshot;
use crate::lang::resolve::SourceFile;
use crate::system::{ChannelId, ComponentId, Direction, Flow};

/// A saga.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saga {
    /// The class or the function that leads it, or the channels of a dance without a leader.
    pub name: String,
    /// Whose it is: `Axon saga`, `Temporal saga`, `choreography`.
    pub kind: &'static str,
    /// The component that leads it.
    pub component: Option<ComponentId>,
    /// What it does, in the order of the file.
    pub steps: Vec<Step>,
    /// What undoes.
    pub compensations: Vec<Step>,
    /// Where it is.
    pub evidence: Vec<Location>,
}

/// A step of a saga.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// As the code calls it.
    pub name: String,
    /// Where.
    pub place: Location,
}

/// Base classes of orchestrators: the last part of the name, a text that an import of the file holds, and what it is.
const BASES: &[(&str, &str, &str)] = &[
    ("MassTransitStateMachine", "MassTransit", "MassTransit state machine"),
    ("SimpleSaga", "eventuate.tram.sagas", "Eventuate Tram saga"),
    ("Saga", "eventuate.tram.sagas", "Eventuate Tram saga"),
    ("Saga", "NServiceBus", "NServiceBus saga"),
];

/// Annotations of orchestrators, as [`BASES`].
const ANNOTATIONS: &[(&str, &str, &str)] =
    &[("Saga", "axonframework", "Axon saga"), ("SagaOrchestration", "", "saga orchestration")];

/// Calls and annotations that are steps.
const STEPS: &[&str] =
    &["invokeParticipant", "invokeLocal", "SagaEventHandler", "During", "Initially", "ExecuteActivity"];

/// Calls that say how a step is undone.
const COMPENSATIONS: &[&str] =
    &["withCompensation", "addCompensation", "AddCompensation", "add_compensation", "compensate", "Compensate"];

/// Words of channels that undo or say that a step failed.
const UNDOING: &[&str] =
    &["compensat", "cancel", "rollback", "rolled", "revert", "undo", "refund", "fail", "reject", "release"];

/// Every saga: those of libraries by file, then dances.
pub fn find(snapshot: &Snapshot) -> Vec<Saga> {
    let mut sagas = Vec::new();
    for (index, file) in snapshot.sources.files.iter().enumerate() {
        if let Some(facts) = file.facts.as_deref().filter(|_| !file.test && file.mark.is_none()) {
            let component = snapshot.system.owners.get(index).copied().flatten();
            sagas.extend(orchestrator(file, facts, component));
        }
    }
    sagas.extend(dances(snapshot));
    sagas
}

/// The saga that a file leads.
fn orchestrator(file: &SourceFile, facts: &FileFacts, component: Option<ComponentId>) -> Option<Saga> {
    let terms = &facts.terms;
    let imports = |text: &str| text.is_empty() || facts.imports.iter().any(|import| import.path.contains(text));
    let place = |line: u32| Location { path: file.path.clone(), line: Some(line) };
    let of_class = terms.classes.iter().find_map(|class| {
        let bases = class.bases.iter().map(|base| last_part(base));
        let annotations = class.annotations.iter().map(|annotation| last_part(&annotation.name));
        let known = |table: &'static [(&str, &str, &str)], name: &str| {
            table.iter().find(|(known, library, _)| *known == name && imports(library)).map(|(.., kind)| *kind)
        };
        let by_base = bases.into_iter().find_map(|base| known(BASES, base));
        let kind = by_base.or_else(|| annotations.into_iter().find_map(|name| known(ANNOTATIONS, name)))?;
        Some((class.name.to_string(), kind, class.span.line))
    });
    let is = |names: &'static [&str]| terms.calls.iter().filter(move |call| names.contains(&call.name()));
    let compensations: Vec<Step> = is(COMPENSATIONS)
        .map(|call| {
            let undone = call.arguments.iter().find_map(|argument| match &argument.value {
                Value::Name(name) | Value::Text(name) => Some(name.to_string()),
                _ => None,
            });
            Step { name: undone.unwrap_or_else(|| call.callee.to_string()), place: place(call.span.line) }
        })
        .collect();
    // A library's saga without a class of its own is known by what it undoes.
    let of_library = || {
        let is_temporal = imports("temporal");
        let first = compensations.first().filter(|_| is_temporal)?;
        let line = first.place.line.unwrap_or(1);
        let stem = file.path.rsplit('/').next().unwrap_or(&file.path);
        Some((stem.split('.').next().unwrap_or(stem).to_owned(), "Temporal saga", line))
    };
    let (name, kind, line) = of_class.or_else(of_library)?;
    let mut steps: Vec<Step> =
        is(STEPS).map(|call| Step { name: call.callee.to_string(), place: place(call.span.line) }).collect();
    let annotated = terms
        .functions
        .iter()
        .filter(|of| of.annotations.iter().any(|annotation| STEPS.contains(&last_part(&annotation.name))));
    for function in annotated {
        steps.push(Step { name: function.name.to_string(), place: place(function.span.line) });
    }
    let undoes = |step: &Step| {
        let name = step.name.to_ascii_lowercase();
        UNDOING.iter().any(|word| name.contains(word))
    };
    let (undoing, steps): (Vec<Step>, Vec<Step>) = steps.into_iter().partition(undoes);
    let mut compensations = compensations;
    compensations.extend(undoing);
    Some(Saga { name, kind, component, steps, compensations, evidence: vec![place(line)] })
}

/// Sagas without a leader: one component sends forth to another, and that one sends something that undoes back to it.
fn dances(snapshot: &Snapshot) -> Vec<Saga> {
    let system = &snapshot.system;
    let undoes = |id: ChannelId| {
        let name = system.channels[id.index()].name.to_ascii_lowercase();
        UNDOING.iter().any(|word| name.contains(word))
    };
    let receiving = |id: ChannelId| {
        let received =
            system.flows.iter().filter(move |flow| flow.channel == id && flow.direction == Direction::Consumes);
        received.filter_map(|flow| Some((flow, flow.component?)))
    };
    let sending = |id: ChannelId| {
        let sent = system.flows.iter().filter(move |flow| flow.channel == id && flow.direction == Direction::Publishes);
        sent.filter_map(|flow| Some((flow, flow.component?)))
    };
    let step = |id: ChannelId, flow: &Flow| Step {
        name: system.channels[id.index()].name.to_string(),
        place: (&flow.evidence).into(),
    };
    let channels: Vec<ChannelId> = (0..system.channels.len() as u32).map(ChannelId).collect();
    let mut told: BTreeSet<(ChannelId, ComponentId)> = BTreeSet::new();
    let mut sagas = Vec::new();
    for back in channels.iter().copied().filter(|id| undoes(*id)) {
        for (undone, first) in receiving(back) {
            let forth = channels.iter().copied().filter(|id| !undoes(*id)).find_map(|forth| {
                let (sent, _) = sending(forth).find(|(_, by)| *by == first)?;
                let (_, second) =
                    receiving(forth).find(|(_, by)| *by != first && sending(back).any(|(_, of)| of == *by))?;
                Some((forth, sent, second))
            });
            let Some((forth, sent, second)) = forth.filter(|_| told.insert((back, first))) else { continue };
            sagas.push(Saga {
                name: format!("{} and {}", system.node(first).name, system.node(second).name),
                kind: "choreography",
                component: Some(first),
                steps: vec![step(forth, sent)],
                compensations: vec![step(back, undone)],
                evidence: vec![(&sent.evidence).into(), (&undone.evidence).into()],
            });
        }
    }
    sagas
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::smells::testing;
    use crate::system::{Channel, ChannelKind, Role, Sureness, System};

    fn of(path: &str, text: &str) -> Vec<(String, &'static str, usize, usize)> {
        let snapshot = crate::index::from_memory("x", [(path, text)]);
        let told = |saga: Saga| (saga.name, saga.kind, saga.steps.len(), saga.compensations.len());
        find(&snapshot).into_iter().map(told).collect()
    }

    #[test]
    fn orchestrators_of_libraries_are_known_by_what_they_extend_and_import() {
        let machine = "using MassTransit;\npublic class OrderMachine : MassTransitStateMachine<OrderState> {\n  public OrderMachine() {\n    Initially(When(Submitted).Then(x => {}));\n  }\n}\n";
        assert_eq!(of("a.cs", machine), [("OrderMachine".to_owned(), "MassTransit state machine", 1, 0)]);
        let axon = "import org.axonframework.spring.stereotype.Saga;\nimport org.axonframework.modelling.saga.SagaEventHandler;\n@Saga\npublic class OrderSaga {\n  @SagaEventHandler(associationProperty = \"id\")\n  public void on(OrderCreated event) {}\n  @SagaEventHandler(associationProperty = \"id\")\n  public void cancelOrder(PaymentFailed event) {}\n}\n";
        assert_eq!(of("OrderSaga.java", axon), [("OrderSaga".to_owned(), "Axon saga", 1, 1)]);
        let tram = "import io.eventuate.tram.sagas.simpledsl.SimpleSaga;\npublic class CreateSaga implements SimpleSaga<Data> {\n  private Object definition = step().invokeLocal(this::create).withCompensation(this::reject).build();\n}\n";
        assert_eq!(of("CreateSaga.java", tram), [("CreateSaga".to_owned(), "Eventuate Tram saga", 1, 1)]);
        let other = "import createSagaMiddleware from 'redux-saga';\nexport class Saga {}\n";
        assert!(of("a.js", other).is_empty());
    }

    #[test]
    fn a_channel_that_undoes_on_the_way_back_is_a_dance_and_a_failure_that_nobody_hears_is_none() {
        let system = |hears: u32| {
            let mut system =
                testing::system(&[("order", Role::Service), ("pay", Role::Service), ("mail", Role::Service)]);
            for name in ["order-created", "payment-failed"] {
                system.channels.push(Channel {
                    name: name.into(),
                    kind: ChannelKind::Topic,
                    technology: "Kafka".into(),
                    broker: None,
                    dead_letter: None,
                    evidence: vec![testing::line(1)],
                });
            }
            let flow = |channel, direction, component| Flow {
                channel: ChannelId(channel),
                direction,
                component: Some(ComponentId(component)),
                sureness: Sureness::Declared,
                evidence: testing::line(2),
            };
            use Direction::{Consumes, Publishes};
            let flows =
                vec![flow(0, Publishes, 0), flow(0, Consumes, 1), flow(1, Publishes, 1), flow(1, Consumes, hears)];
            System { flows, ..system }
        };
        let find = |system| {
            let mut snapshot = crate::graph::fixture::graph(&["a.py"]);
            snapshot.system = system;
            super::find(&snapshot)
        };
        assert_eq!(find(system(0))[0].name, "order and pay");
        assert!(find(system(2)).is_empty());
    }
}
