//! How much a component of the running system is exposed to the failure of what it needs: one number with its parts.

use std::collections::BTreeSet;

use super::{Risk, RiskPart};
use crate::system::{ComponentId, Practice, PracticeKind, Role, System};

/// The exposure of one component.
#[derive(Debug, Clone, PartialEq)]
pub struct Exposure<'s> {
    /// Whose.
    pub component: ComponentId,
    /// What it cannot answer without, in order.
    pub needs: Vec<ComponentId>,
    /// The most components in one chain of needs, itself not counted.
    pub chain: u32,
    /// Lines that say what it does when something does not answer.
    pub fallbacks: Vec<&'s Practice>,
    /// What it needs of which no line says that more than one runs.
    pub single: Vec<ComponentId>,
    /// How many components need it, directly or not.
    pub needed_by: u32,
    /// The score with its parts.
    pub risk: Risk,
}

/// Connections whose target may be away without an answer failing: telling it, and being told by it.
const LOOSE: &[&str] = &["monitoring", "logs", "trace", "publish", "consume", "discovery", "user", "scrape"];

/// Practices that say what happens when something does not answer.
const FALLBACKS: &[PracticeKind] = &[
    PracticeKind::Timeout,
    PracticeKind::Retry,
    PracticeKind::CircuitBreaker,
    PracticeKind::Bulkhead,
    PracticeKind::Fallback,
];

/// The parts of a score with their weights, and from which value on a part counts whole. The weights are our own: what
/// fails together (needs, their chain) makes up half, and what is done about it the other half.
const PARTS: [(&str, f64, f64); 5] = [
    ("needs", 25.0, 6.0),
    ("chain of needs", 25.0, 4.0),
    ("no fallback found", 25.0, 1.0),
    ("needs of one instance", 15.0, 4.0),
    ("needed by", 10.0, 6.0),
];

/// The exposure of every component that needs another, in the order of components.
pub fn of_system(system: &System) -> Vec<Exposure<'_>> {
    let count = system.nodes.len();
    let mut needs: Vec<BTreeSet<ComponentId>> = vec![BTreeSet::new(); count];
    for edge in system.edges.iter().filter(|edge| !LOOSE.contains(&edge.kind)) {
        if system.node(edge.from).role != Role::User {
            needs[edge.from.index()].insert(edge.to);
        }
    }
    let mut needed: Vec<BTreeSet<ComponentId>> = vec![BTreeSet::new(); count];
    for (from, targets) in needs.iter().enumerate() {
        for to in targets {
            needed[to.index()].insert(ComponentId(from as u32));
        }
    }
    let exposed = (0..count as u32).map(ComponentId).filter(|id| !needs[id.index()].is_empty());
    exposed.map(|id| exposure(system, id, &needs, &needed)).collect()
}

fn exposure<'s>(
    system: &'s System,
    id: ComponentId,
    needs: &[BTreeSet<ComponentId>],
    needed: &[BTreeSet<ComponentId>],
) -> Exposure<'s> {
    let of = |kinds: &[PracticeKind], id: ComponentId| -> Vec<&'s Practice> {
        let is = |practice: &&Practice| practice.component == Some(id) && kinds.contains(&practice.kind);
        system.practices.iter().filter(is).collect()
    };
    let fallbacks = of(FALLBACKS, id);
    // What somebody else runs is not ours to run twice.
    let is_single = |to: &ComponentId| system.node(*to).role != Role::External && !is_several(system, *to);
    let single: Vec<ComponentId> = needs[id.index()].iter().copied().filter(is_single).collect();
    let chain = chain(id, needs);
    let needed_by = reached(id, needed);
    let values = [
        needs[id.index()].len() as f64,
        f64::from(chain),
        if fallbacks.is_empty() { 1.0 } else { 0.0 },
        single.len() as f64,
        f64::from(needed_by),
    ];
    let mut risk = Risk::default();
    for ((name, most, whole), value) in PARTS.into_iter().zip(values) {
        let points = (value / whole).min(1.0) * most;
        risk.score += points;
        risk.parts.push(RiskPart { name, value, points, most });
    }
    let needs = needs[id.index()].iter().copied().collect();
    Exposure { component: id, needs, chain, fallbacks, single, needed_by, risk }
}

/// Whether a line says that more than one of a component runs.
fn is_several(system: &System, id: ComponentId) -> bool {
    let of = |practice: &&Practice| practice.component == Some(id);
    system.practices.iter().filter(of).any(|practice| match practice.kind {
        PracticeKind::Autoscaling => true,
        PracticeKind::Replicas => practice.detail.trim().parse::<u32>().is_ok_and(|count| count > 1),
        _ => false,
    })
}

/// The steps of the longest of the shortest ways along needs: how far a failure comes from. A cycle ends where it began.
fn chain(from: ComponentId, needs: &[BTreeSet<ComponentId>]) -> u32 {
    let mut seen = BTreeSet::from([from]);
    let mut layer = vec![from];
    let mut steps = 0;
    loop {
        let next: Vec<ComponentId> =
            layer.iter().flat_map(|id| needs[id.index()].iter().copied()).filter(|id| seen.insert(*id)).collect();
        if next.is_empty() {
            return steps;
        }
        steps += 1;
        layer = next;
    }
}

/// How many components are reached from one.
fn reached(from: ComponentId, edges: &[BTreeSet<ComponentId>]) -> u32 {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        open.extend(edges[id.index()].iter().copied().filter(|id| seen.insert(*id)));
    }
    seen.len() as u32 - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::RiskLevel;
    use crate::system::{Component, Connection, Sureness};

    fn system(edges: &[(u32, u32, &'static str)], count: u32) -> System {
        let nodes = (0..count).map(|index| Component { name: format!("c{index}").into(), ..Component::default() });
        let edge = |(from, to, kind): &(u32, u32, &'static str)| Connection {
            from: ComponentId(*from),
            to: ComponentId(*to),
            kind,
            sureness: Sureness::Declared,
            evidence: Vec::new(),
        };
        System { nodes: nodes.collect(), edges: edges.iter().map(edge).collect(), ..System::default() }
    }

    #[test]
    fn chains_and_dependents_are_counted_and_telling_is_no_need() {
        let system = system(&[(0, 1, "http"), (1, 2, "database"), (2, 0, "http"), (1, 3, "logs")], 4);
        let found = of_system(&system);
        let told: Vec<(u32, usize, u32, u32)> =
            found.iter().map(|of| (of.component.0, of.needs.len(), of.chain, of.needed_by)).collect();
        assert_eq!(told, [(0, 1, 2, 2), (1, 1, 2, 2), (2, 1, 2, 2)]);
    }

    #[test]
    fn a_fallback_and_a_second_instance_lower_the_risk() {
        let mut system = system(&[(0, 1, "http"), (0, 2, "database")], 3);
        let before = of_system(&system)[0].risk.clone();
        assert_eq!(before.level(), RiskLevel::Medium);
        let place = crate::system::Place::new(&"a".into(), 1);
        let practice = |kind, component, detail: &str| Practice {
            kind,
            component: Some(ComponentId(component)),
            detail: detail.into(),
            evidence: place.clone(),
        };
        system.practices = vec![practice(PracticeKind::Retry, 0, "@Retry"), practice(PracticeKind::Replicas, 1, "3")];
        let after = of_system(&system)[0].clone();
        assert_eq!(after.single, [ComponentId(2)]);
        assert!(after.risk.score < before.score - 25.0);
    }
}
