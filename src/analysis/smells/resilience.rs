//! What callers do not say about answers that do not come.

use super::services::{ids, is_program, waits};
use super::{Concern, Found, Smell, located, named};
use crate::analysis::Severity;
use crate::graph::Snapshot;
use crate::system::{ComponentId, Connection, Practice, PracticeKind, Role, System};
use crate::text::counted;

/// Names in a message; the rest is counted.
const NAMES: usize = 8;

/// Waiting for ever.
pub static MISSING_TIMEOUT: Smell = Smell {
    name: "missing-timeout",
    concern: Concern::Resilience,
    definition: "A component whose source is here asks others and waits, and no line of its code or configuration says for how \
                 long.",
    citation: "M. T. Nygard, Release It!, 2nd edition 2018 (timeouts)",
    remedy: "Give each client a timeout shorter than the one of who asks itself.",
    unit: "component",
    find: |snapshot, _| missing(snapshot, PracticeKind::Timeout, "no timeout"),
};

/// Giving up at once.
pub static MISSING_RETRY: Smell = Smell {
    name: "missing-retry",
    concern: Concern::Resilience,
    definition: "A component whose source is here asks others and waits, and no line says that it tries again, stops asking for a \
                 while, or has another answer.",
    citation: "M. T. Nygard, Release It!, 2nd edition 2018 (circuit breaker, fail fast)",
    remedy: "Try again what may be asked twice, a few times and with growing pauses; stop asking what does not answer.",
    unit: "component",
    find: |snapshot, _| missing(snapshot, PracticeKind::Retry, "no retry, circuit breaker or fallback"),
};

/// Practices that say the same as another, or more.
fn stands_for(kind: PracticeKind, practice: &Practice) -> bool {
    use PracticeKind::{Bulkhead, CircuitBreaker, Fallback, Retry, Timeout};
    match kind {
        Timeout => matches!(practice.kind, Timeout | CircuitBreaker),
        _ => matches!(practice.kind, Retry | CircuitBreaker | Fallback | Bulkhead),
    }
}

fn missing(snapshot: &Snapshot, kind: PracticeKind, lacks: &str) -> Vec<Found> {
    let system = &snapshot.system;
    let says = |id: ComponentId| {
        system.practices.iter().any(|of| of.component.is_none_or(|other| other == id) && stands_for(kind, of))
    };
    let callers: Vec<ComponentId> = ids(system, |of| is_program(of) && of.role != Role::Web && of.directory.is_some())
        .into_iter()
        .filter(|id| requests(system, *id).next().is_some())
        .collect();
    let lacking: Vec<ComponentId> = callers.iter().copied().filter(|id| !says(*id)).collect();
    if lacking.is_empty() {
        return Vec::new();
    }
    vec![Found {
        severity: Severity::Warning,
        message: format!(
            "{lacks} was found in {} of {} that ask others: {}",
            lacking.len(),
            counted(callers.len() as u64, "component"),
            named(system, &lacking, NAMES)
        ),
        evidence: located(lacking.iter().filter_map(|id| requests(system, *id).next()?.evidence.first())),
    }]
}

/// The requests that a component waits for.
fn requests(system: &System, id: ComponentId) -> impl Iterator<Item = &Connection> {
    system.edges.iter().filter(move |edge| edge.from == id && waits(edge.kind))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{of_system, system};
    use super::*;

    #[test]
    fn callers_that_say_nothing_are_listed_and_those_that_do_or_only_answer_are_not() {
        let names = &[("a", Role::Service), ("b", Role::Service), ("c", Role::Service), ("d", Role::Service)];
        let all = || system(names).connected(&[(0, 2, "http"), (1, 2, "grpc"), (3, 2, "message")]);
        let told = of_system(&MISSING_TIMEOUT, all().practising(0, PracticeKind::Timeout, "3s"));
        assert_eq!(told, ["no timeout was found in 1 of 2 components that ask others: b [compose.yml:101]"]);
        let both = all().practising(0, PracticeKind::CircuitBreaker, "x").practising(1, PracticeKind::Retry, "y");
        assert!(of_system(&MISSING_RETRY, both.clone()).is_empty());
        assert_eq!(of_system(&MISSING_TIMEOUT, both).len(), 1);
        assert!(of_system(&MISSING_RETRY, system(names)).is_empty());
    }
}
