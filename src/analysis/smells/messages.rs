//! Smells of topics and queues.

use super::{Concern, Found, Smell, located};
use crate::analysis::{Analysis, Severity};
use crate::graph::Snapshot;
use crate::system::{Channel, ChannelId, ChannelKind, Direction, System};
use crate::text::counted;

/// A channel with one end.
pub static ORPHAN_CHANNEL: Smell = Smell {
    name: "orphan-channel",
    concern: Concern::Integration,
    definition: "A topic or queue that the project sends to and nobody in it receives from, or the other way round, or that is \
                 declared and not used.",
    citation: "G. Hohpe and B. Woolf, Enterprise Integration Patterns, 2003 (message channel)",
    remedy: "Take it out, or write down who outside of the project is at the other end.",
    unit: "line",
    find: orphans,
};

/// What an orphan lacks; none of a channel with both ends.
pub fn lacks(system: &System, id: ChannelId) -> Option<&'static str> {
    let has = |direction| system.flows.iter().any(|flow| flow.channel == id && flow.direction == direction);
    match (has(Direction::Publishes), has(Direction::Consumes)) {
        (false, true) => Some("nobody in the project sends to it"),
        (true, false) => Some("nobody in the project receives from it"),
        (false, false) => Some("it is declared, and nobody in the project uses it"),
        (true, true) => None,
    }
}

fn channels(system: &System) -> impl Iterator<Item = (ChannelId, &Channel)> {
    system.channels.iter().enumerate().map(|(index, channel)| (ChannelId(index as u32), channel))
}

fn orphans(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let system = &snapshot.system;
    let orphan = |(id, channel): (ChannelId, &Channel)| {
        let lacks = lacks(system, id)?;
        Some(Found {
            severity: Severity::Note,
            message: format!("{} {} ({}): {lacks}", channel.kind.as_str(), channel.name, channel.technology),
            evidence: located(&channel.evidence),
        })
    };
    channels(system).filter_map(orphan).collect()
}

/// A queue whose poison has nowhere to go.
pub static MISSING_DEAD_LETTER: Smell = Smell {
    name: "missing-dead-letter",
    concern: Concern::Resilience,
    definition: "A queue that the project receives from, of a broker that has dead letter channels, and no line says where \
                 messages go that cannot be processed.",
    citation: "G. Hohpe and B. Woolf, Enterprise Integration Patterns, 2003 (dead letter channel)",
    remedy: "Declare a dead letter channel for it, and watch that it is empty.",
    unit: "receiver",
    find: missing_dead_letters,
};

/// Technologies whose queues have no dead letter channel to declare, by how their names begin.
const WITHOUT: &[&str] = &["redis", "nats", "zeromq", "mqtt", "celery", "sidekiq", "bullmq", "bull", "in memory"];

fn missing_dead_letters(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let system = &snapshot.system;
    let is_missing = |(id, channel): &(ChannelId, &Channel)| {
        let technology = channel.technology.to_ascii_lowercase();
        let receives = |direction| direction == Direction::Consumes;
        channel.dead_letter.is_none()
            && channel.kind != ChannelKind::Exchange
            && !WITHOUT.iter().any(|name| technology.starts_with(name))
            && system.flows.iter().any(|flow| flow.channel == *id && receives(flow.direction))
    };
    let found = channels(system).filter(is_missing).map(|(id, channel)| {
        let receiving = system.flows.iter().filter(|flow| flow.channel == id && flow.direction == Direction::Consumes);
        Found {
            severity: Severity::Warning,
            message: format!(
                "{} {} ({}) is received from at {} and has no dead letter channel",
                channel.kind.as_str(),
                channel.name,
                channel.technology,
                counted(receiving.clone().count() as u64, "place")
            ),
            evidence: located(receiving.map(|flow| &flow.evidence)),
        }
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{line, of_system};
    use super::*;
    use crate::system::{Flow, Sureness};

    fn system(technology: &str, ends: &[Direction], dead_letter: bool) -> System {
        let channel = Channel {
            name: "orders".into(),
            kind: ChannelKind::Queue,
            technology: technology.into(),
            broker: None,
            dead_letter: dead_letter.then(|| line(7)),
            evidence: vec![line(1)],
        };
        let flow = |(index, direction): (usize, &Direction)| Flow {
            channel: ChannelId(0),
            direction: *direction,
            component: None,
            sureness: Sureness::Declared,
            evidence: line(index as u32 + 2),
        };
        let flows = ends.iter().enumerate().map(flow).collect();
        System { channels: vec![channel], flows, ..System::default() }
    }

    #[test]
    fn a_channel_with_one_end_is_an_orphan() {
        use Direction::{Consumes, Publishes};
        let told = |ends: &[Direction]| of_system(&ORPHAN_CHANNEL, system("RabbitMQ", ends, false));
        assert_eq!(
            told(&[Publishes]),
            ["queue orders (RabbitMQ): nobody in the project receives from it [compose.yml:1]"]
        );
        assert!(told(&[Publishes, Consumes]).is_empty());
    }

    #[test]
    fn a_queue_without_a_dead_letter_channel_is_found_where_the_broker_has_some() {
        let told = |technology, dead| of_system(&MISSING_DEAD_LETTER, system(technology, &[Direction::Consumes], dead));
        assert_eq!(
            told("RabbitMQ", false),
            ["queue orders (RabbitMQ) is received from at 1 place and has no dead letter channel [compose.yml:2]"]
        );
        assert!(told("RabbitMQ", true).is_empty());
        assert!(told("Redis", false).is_empty());
        assert!(of_system(&MISSING_DEAD_LETTER, system("RabbitMQ", &[Direction::Publishes], false)).is_empty());
    }
}
