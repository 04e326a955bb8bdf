//! What happens when something fails.

use crate::analysis::exposure;
use crate::report::facts::{NAMES, ROWS, name, or_dash, practices};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::system::{ChannelId, Direction, PracticeKind, Role};

/// The section.
pub static RESILIENCE: Part = Part {
    title: "Error handling and resilience",
    looks_for: "timeouts, retries, circuit breakers, bulkheads, rate limits, fallbacks, dead letters, health checks, restarts",
    write,
};

const KINDS: &[PracticeKind] = &[
    PracticeKind::Timeout,
    PracticeKind::Retry,
    PracticeKind::CircuitBreaker,
    PracticeKind::Bulkhead,
    PracticeKind::RateLimit,
    PracticeKind::Fallback,
];

const LIVENESS: &[PracticeKind] = &[PracticeKind::HealthCheck, PracticeKind::Restart, PracticeKind::DisruptionBudget];

fn write(input: &Input<'_>, content: &mut Content) {
    let mut inner = Content::default();
    practices(input, &mut inner, KINDS);
    unprotected(input, &mut inner);
    if inner.is_empty() {
        inner.nothing(
            "timeouts, retries, circuit breakers, bulkheads, rate limits, fallbacks in code and configuration",
        );
    }
    content.section("When something does not answer", inner);
    let mut inner = Content::default();
    letters(input, &mut inner);
    content.section("Messages that cannot be processed", inner);
    let mut inner = Content::default();
    practices(input, &mut inner, LIVENESS);
    unwatched(input, &mut inner);
    if inner.is_empty() {
        inner.nothing("health checks, restart policies, disruption budgets");
    }
    content.section("When a process dies", inner);
}

/// Components that need others, without a line that says what happens if these do not answer.
fn unprotected(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut table = Table::new(["No line of resilience found in", "Needs", "Longest chain", "Needed by"]);
    for of in exposure::of_system(system).iter().filter(|of| of.fallbacks.is_empty()) {
        if !matches!(system.node(of.component).role, Role::Service | Role::Web | Role::Gateway) {
            continue;
        }
        table.row([
            name(system, of.component),
            Text::new().list(of.needs.iter().map(|id| name(system, *id)), NAMES),
            of.chain.to_string().into(),
            of.needed_by.to_string().into(),
        ]);
    }
    content.table(table.most(ROWS));
}

/// Channels with receivers, and where messages go that nobody could process.
fn letters(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let is_received = |index: usize| {
        let id = ChannelId(index as u32);
        system.flows.iter().any(|flow| flow.channel == id && flow.direction == Direction::Consumes)
    };
    let mut table = Table::new(["Channel", "Dead letters", "Where"]);
    for (_, channel) in system.channels.iter().enumerate().filter(|(index, _)| is_received(*index)) {
        table.row([
            Text::new().code(&channel.name),
            channel.dead_letter.as_ref().map_or_else(|| "none found".into(), |place| Text::new().place(place)),
            or_dash(Text::places(&channel.evidence, 2)),
        ]);
    }
    content.table(table.most(ROWS));
}

/// Components that nothing asks whether they are alive.
fn unwatched(input: &Input<'_>, content: &mut Content) {
    let without = input
        .services()
        .into_iter()
        .filter(|(id, _)| LIVENESS.iter().all(|kind| input.practices(Some(*id), *kind).next().is_none()));
    let names: Vec<_> = without.map(|(_, component)| &component.name).collect();
    if !names.is_empty() {
        let text =
            Text::from("No health check, restart policy or disruption budget found of ").text(Text::names(names, 20));
        content.say(Statement::new(text.plain(".")));
    }
}
