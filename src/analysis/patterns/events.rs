//! Patterns of messages, commands and queries.

use std::collections::{BTreeMap, BTreeSet};

use super::{Judgement, Pattern, Verdict, percent};
use crate::analysis::smells::{is_own, is_program, listed, waits};
use crate::analysis::{Analysis, Location, sagas};
use crate::facts::{DefinitionKind, qualified_name};
use crate::graph::{NodeId, Snapshot};
use crate::system::{Access, ChannelId, ComponentId, Direction, Flow, System};
use crate::text::counted;

/// Components that send to and receive from one channel.
struct Ends<'s> {
    sent: Vec<&'s Flow>,
    received: Vec<&'s Flow>,
}

fn ends(system: &System) -> BTreeMap<ChannelId, Ends<'_>> {
    let mut ends: BTreeMap<ChannelId, Ends<'_>> = BTreeMap::new();
    for flow in &system.flows {
        let of = ends.entry(flow.channel).or_insert_with(|| Ends { sent: Vec::new(), received: Vec::new() });
        match flow.direction {
            Direction::Publishes => of.sent.push(flow),
            Direction::Consumes => of.received.push(flow),
        }
    }
    ends
}

/// Components that tell each other what happened.
pub static EVENT_DRIVEN: Pattern = Pattern {
    name: "Event-driven",
    test: "Two channels or more have a sender in one component and a receiver in another, and at least as many pairs of \
           components are connected by channels as by requests. One such channel, or more requests: partly.",
    citation: "G. Hohpe and B. Woolf, Enterprise Integration Patterns, 2003; M. Richards and N. Ford, Fundamentals of Software \
               Architecture, 2020 (event-driven architecture)",
    judge: event_driven,
};

fn event_driven(snapshot: &Snapshot, _: &Analysis) -> Judgement {
    let system = &snapshot.system;
    let mut judgement = Judgement::default();
    let mut pairs: BTreeSet<(ComponentId, ComponentId)> = BTreeSet::new();
    for (id, of) in ends(system) {
        let across: Vec<(&Flow, &Flow, ComponentId, ComponentId)> = of
            .sent
            .iter()
            .flat_map(|sent| of.received.iter().map(move |received| (*sent, *received)))
            .filter_map(|(sent, received)| Some((sent, received, sent.component?, received.component?)))
            .filter(|(.., from, to)| from != to)
            .collect();
        let Some((sent, received, from, to)) = across.first() else { continue };
        pairs.extend(across.iter().map(|(.., from, to)| (*from, *to)));
        let told = format!(
            "{} carries messages from {} to {}",
            system.channels[id.index()].name,
            system.node(*from).name,
            system.node(*to).name
        );
        judgement.support(told, vec![(&sent.evidence).into(), (&received.evidence).into()]);
    }
    let asked: Vec<_> = system
        .edges
        .iter()
        .filter(|edge| waits(edge.kind) && is_program(system.node(edge.from)) && is_program(system.node(edge.to)))
        .collect();
    let asking: BTreeSet<(ComponentId, ComponentId)> = asked.iter().map(|edge| (edge.from, edge.to)).collect();
    if asking.len() > pairs.len() {
        let all = (asking.len() + pairs.len()) as u64;
        let told = format!(
            "{} of components ask and wait, {} are connected by channels ({} of all)",
            counted(asking.len() as u64, "pair"),
            pairs.len(),
            percent(pairs.len() as u64, all)
        );
        let lines = asked.iter().filter_map(|edge| edge.evidence.first()).take(3).map(Location::from).collect();
        judgement.oppose(told, lines);
    }
    judgement.verdict = match (judgement.supports.len(), asking.len() <= pairs.len()) {
        (2.., true) => Verdict::Found,
        (1.., _) => Verdict::Partly,
        _ => Verdict::NotFound,
    };
    judgement
}

/// Commands apart from queries.
pub static CQRS: Pattern = Pattern {
    name: "Command query responsibility segregation",
    test: "Two types or more handle commands and two or more handle queries (by their names' ends, CommandHandler and \
           QueryHandler), and no file of a query handler writes a table. One of each, or a query that writes: partly.",
    citation: "G. Young, CQRS Documents, 2010; M. Fowler, CQRS, 2011",
    judge: cqrs,
};

fn cqrs(snapshot: &Snapshot, _: &Analysis) -> Judgement {
    let mut handlers: [Vec<(NodeId, String, Location)>; 2] = [Vec::new(), Vec::new()];
    for id in snapshot.tree().filter(|id| is_own(snapshot, *id)) {
        let definitions = snapshot.definitions(id);
        for (index, definition) in (0..).zip(definitions) {
            let is_type = matches!(definition.kind, DefinitionKind::Class | DefinitionKind::Struct);
            let side = ["CommandHandler", "QueryHandler"].iter().position(|end| definition.name.ends_with(end));
            if let Some(side) = side.filter(|_| is_type && !definition.test) {
                let place = Location { path: snapshot.node(id).path.clone(), line: Some(definition.span.line) };
                handlers[side].push((id, qualified_name(definitions, index), place));
            }
        }
    }
    let mut judgement = Judgement::default();
    for (what, handlers) in ["commands", "queries"].iter().zip(&handlers) {
        if !handlers.is_empty() {
            let names = listed(handlers.iter().map(|(_, name, _)| name), 5);
            let told = format!("{} handle {what}: {names}", counted(handlers.len() as u64, "type"));
            judgement.support(told, handlers.iter().take(3).map(|(.., place)| place.clone()).collect());
        }
    }
    let asking: BTreeSet<&str> = handlers[1].iter().map(|(id, ..)| &*snapshot.node(*id).path).collect();
    let writes = snapshot.system.table_uses.iter().filter(|of| of.access == Access::Writes);
    let wrong: Vec<Location> =
        writes.filter(|of| asking.contains(&*of.evidence.path)).map(|of| (&of.evidence).into()).collect();
    let fewest = handlers.iter().map(Vec::len).min().unwrap_or(0);
    if !wrong.is_empty() {
        judgement
            .oppose(format!("files of query handlers write tables in {}", counted(wrong.len() as u64, "place")), wrong);
    }
    if fewest == 0 && !judgement.supports.is_empty() {
        judgement.oppose("only one of the two sides was found", Vec::new());
    }
    judgement.verdict = match (fewest, judgement.opposes.is_empty()) {
        (2.., true) => Verdict::Found,
        (1.., _) => Verdict::Partly,
        _ => Verdict::NotFound,
    };
    judgement
}

/// A transaction of several services.
pub static SAGA: Pattern = Pattern {
    name: "Saga",
    test: "An orchestrator of a library for sagas, or a chain of channels that leads back by one that undoes, with something that \
           compensates. Without compensation: partly.",
    citation: "H. Garcia-Molina and K. Salem, Sagas, 1987; C. Richardson, Microservices Patterns, 2018 (saga)",
    judge: |snapshot, _| {
        let mut judgement = Judgement::default();
        for saga in sagas::find(snapshot) {
            let told = format!("{} ({})", saga.name, saga.kind);
            judgement.support(told, saga.evidence.clone());
            match saga.compensations.is_empty() {
                true => judgement.oppose(format!("no step of {} compensates", saga.name), saga.evidence.clone()),
                false => judgement.verdict = Verdict::Found,
            }
        }
        if judgement.verdict == Verdict::NotFound && !judgement.supports.is_empty() {
            judgement.verdict = Verdict::Partly;
        }
        judgement
    },
};

/// Stages that hand on what they made.
pub static PIPELINE: Pattern = Pattern {
    name: "Pipes and filters",
    test: "Three components or more in a row, each of which receives from a channel to which the one before it sends.",
    citation: "G. Hohpe and B. Woolf, Enterprise Integration Patterns, 2003 (Pipes and Filters)",
    judge: pipeline,
};

fn pipeline(snapshot: &Snapshot, _: &Analysis) -> Judgement {
    let system = &snapshot.system;
    let mut next: BTreeMap<ComponentId, BTreeMap<ComponentId, (&Flow, &Flow)>> = BTreeMap::new();
    for of in ends(system).values() {
        for (sent, received) in
            of.sent.iter().flat_map(|sent| of.received.iter().map(move |received| (*sent, *received)))
        {
            if let (Some(from), Some(to)) = (sent.component, received.component)
                && from != to
            {
                next.entry(from).or_default().entry(to).or_insert((sent, received));
            }
        }
    }
    let targets: BTreeSet<ComponentId> = next.values().flat_map(|to| to.keys().copied()).collect();
    let mut judgement = Judgement::default();
    for start in next.keys().filter(|id| !targets.contains(id)) {
        let mut way = vec![*start];
        let mut evidence: Vec<Location> = Vec::new();
        while let Some((to, (sent, received))) =
            way.last().and_then(|id| next.get(id)).and_then(|to| to.iter().find(|(id, _)| !way.contains(id)))
        {
            way.push(*to);
            evidence.extend([(&sent.evidence).into(), (&received.evidence).into()]);
        }
        if way.len() >= 3 {
            let names: Vec<&str> = way.iter().map(|id| system.node(*id).name.as_str()).collect();
            judgement.support(format!("messages go {}", names.join(" → ")), evidence);
            judgement.verdict = Verdict::Found;
        }
    }
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::smells::testing;
    use crate::graph::fixture::graph;
    use crate::system::{Channel, ChannelKind, Role, Sureness};

    /// Three services and channels from one to another, by their numbers.
    fn system(flows: &[(u32, u32)]) -> System {
        let mut system = testing::system(&[("a", Role::Service), ("b", Role::Service), ("c", Role::Service)]);
        for (index, (from, to)) in (0..).zip(flows) {
            system.channels.push(Channel {
                name: format!("topic{index}").into(),
                kind: ChannelKind::Topic,
                technology: "Kafka".into(),
                broker: None,
                dead_letter: None,
                evidence: vec![testing::line(1)],
            });
            let flow = |component: u32, direction| Flow {
                channel: ChannelId(index),
                direction,
                component: Some(ComponentId(component)),
                sureness: Sureness::Declared,
                evidence: testing::line(2),
            };
            system.flows.extend([flow(*from, Direction::Publishes), flow(*to, Direction::Consumes)]);
        }
        system
    }

    fn verdict(pattern: &Pattern, system: System) -> Verdict {
        let mut snapshot = graph(&["a.py"]);
        snapshot.system = system;
        (pattern.judge)(&snapshot, &Analysis::new(&snapshot)).verdict
    }

    #[test]
    fn channels_between_components_are_events_and_a_channel_to_oneself_is_not() {
        assert_eq!(verdict(&EVENT_DRIVEN, system(&[(0, 1), (1, 2)])), Verdict::Found);
        assert_eq!(verdict(&EVENT_DRIVEN, system(&[(0, 1)])), Verdict::Partly);
        assert_eq!(verdict(&EVENT_DRIVEN, system(&[(0, 0), (1, 1)])), Verdict::NotFound);
    }

    #[test]
    fn three_components_in_a_row_are_a_pipeline_and_a_star_is_not() {
        assert_eq!(verdict(&PIPELINE, system(&[(0, 1), (1, 2)])), Verdict::Found);
        assert_eq!(verdict(&PIPELINE, system(&[(0, 1), (0, 2)])), Verdict::NotFound);
    }

    #[test]
    fn handlers_of_commands_and_of_queries_are_cqrs_and_one_side_alone_is_not() {
        let of = |text: &str| {
            let snapshot = crate::index::from_memory("x", [("a.py", text)]);
            (CQRS.judge)(&snapshot, &Analysis::new(&snapshot)).verdict
        };
        let class = |name: &str| format!("class {name}:\n    pass\n");
        let commands = class("CreateOrderCommandHandler") + &class("CancelOrderCommandHandler");
        let both = commands.clone() + &class("GetOrderQueryHandler") + &class("ListOrdersQueryHandler");
        assert_eq!((of(&both), of(&commands)), (Verdict::Found, Verdict::NotFound));
    }
}
