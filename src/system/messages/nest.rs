//! NestJS: patterns that handlers answer, by the transport of their component; and its modules for RabbitMQ.

use std::collections::{BTreeMap, BTreeSet};

use super::amqp::{EXCHANGE, QUEUE};
use super::claims::{Act, Claims, Named, Sort};
use super::kafka::TOPIC;
use super::rules::deep;
use crate::facts::terms::{Annotation, Value, last_part};
use crate::system::code::{CodeFile, Program};
use crate::system::draft::Draft;
use crate::system::model::{ChannelKind, ComponentId};

const LIBRARIES: &[&str] = &["@nestjs/microservices"];
const GOLEVELUP: &[&str] = &["@golevelup/nestjs-rabbitmq"];

/// The transports that components are told to use, each with the queue that goes with it.
pub struct Transports {
    of: BTreeMap<Option<ComponentId>, BTreeSet<(String, Option<String>)>>,
}

impl Transports {
    /// Reads the options of NestJS's microservices and clients.
    pub fn new(program: &Program<'_>, draft: &Draft) -> Self {
        let mut of: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let files = program
            .files
            .iter()
            .filter(|file| file.family == "ecmascript" && file.imports().any(|path| LIBRARIES.contains(&path)));
        for file in files {
            for call in &file.terms.calls {
                let mut transport = None;
                deep(&call.arguments, &["transport"], &mut |found| {
                    let name = found.value.name().filter(|name| name.contains("Transport."));
                    transport = transport.take().or_else(|| name.map(|name| last_part(name).to_owned()));
                });
                let mut queue = None;
                deep(&call.arguments, &["queue"], &mut |found| {
                    queue = queue.take().or_else(|| program.text(file, &found.value));
                });
                if let Some(transport) = transport {
                    of.entry(file.owner(draft)).or_default().insert((transport, queue));
                }
            }
        }
        Self { of }
    }

    /// The channel of a pattern: by the only transport of a component. A component that speaks through several, or without a
    /// broker, has none.
    fn channel(&self, owner: Option<ComponentId>, pattern: &Named) -> Option<(Sort, String)> {
        let known = self.of.get(&owner)?;
        let names: BTreeSet<&str> = known.iter().map(|(transport, _)| &**transport).collect();
        let [transport] = names.into_iter().collect::<Vec<_>>()[..] else { return None };
        let own = pattern.name.clone();
        match transport {
            "KAFKA" => Some((TOPIC, own)),
            "REDIS" => Some(((ChannelKind::Topic, "Redis"), own)),
            "NATS" => Some(((ChannelKind::Topic, "NATS"), own)),
            "MQTT" => Some(((ChannelKind::Topic, "MQTT"), own)),
            // The pattern travels inside of the message.
            "RMQ" => {
                let queues: BTreeSet<&String> = known.iter().filter_map(|(_, queue)| queue.as_ref()).collect();
                let [queue] = queues.into_iter().collect::<Vec<_>>()[..] else { return None };
                Some((QUEUE, queue.clone()))
            }
            _ => None,
        }
    }
}

/// Handlers of patterns, and what clients send.
pub fn patterns<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>, transports: &Transports) {
    if claims.uses(file, GOLEVELUP) {
        rabbit(claims, file);
    }
    if !claims.uses(file, LIBRARIES) {
        return;
    }
    let owner = file.owner(claims.draft);
    let mut said: Vec<(Named, Act, u32)> = Vec::new();
    for found in file.terms.functions.iter().flat_map(|function| &function.annotations) {
        if matches!(last_part(&found.name), "EventPattern" | "MessagePattern")
            && let Some(named) = found.first().and_then(|value| pattern(claims, file, value))
        {
            said.push((named, Act::Consumes, found.span.line));
        }
    }
    for call in file.terms.calls.iter().filter(|call| matches!(call.name(), "emit" | "send")) {
        let is_client = last_part(call.receiver()).to_ascii_lowercase().contains("client");
        if let Some(named) = call.positional(0).filter(|_| is_client).and_then(|value| pattern(claims, file, value)) {
            said.push((named, Act::Publishes, call.span.line));
        }
    }
    for (named, act, line) in said {
        if let Some((sort, name)) = transports.channel(owner, &named) {
            claims.claim(file, sort, act, &Named { name, ..named }, line);
        }
    }
}

/// A pattern: a text, or `{ cmd: 'x' }`, which is sent as its JSON and has no name of its own.
fn pattern<'s>(claims: &Claims<'_, 's>, file: &CodeFile<'s>, value: &Value) -> Option<Named> {
    match value {
        Value::Map(entries) => claims.name(file, &entries.first()?.value),
        value => claims.name(file, value),
    }
}

/// `@RabbitSubscribe({ exchange, routingKey, queue })` and `amqpConnection.publish(exchange, key, message)`.
fn rabbit<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
    let mut claim = |found: &Annotation, key: &str, sort: Sort, act: Act| {
        let named = found.option(key).and_then(|value| claims.name(file, value));
        if let Some(named) = &named {
            claims.claim(file, sort, act, named, found.span.line);
        }
        named.is_some()
    };
    for found in file.terms.functions.iter().flat_map(|function| &function.annotations) {
        if matches!(last_part(&found.name), "RabbitSubscribe" | "RabbitRPC") {
            let has_queue = claim(found, "queue", QUEUE, Act::Consumes);
            claim(found, "exchange", EXCHANGE, if has_queue { Act::Declares } else { Act::Consumes });
        }
    }
    for call in file.terms.calls.iter().filter(|call| call.name() == "publish" && call.arguments.len() >= 3) {
        if let Some(named) = call.positional(0).and_then(|value| claims.name(file, value)) {
            claims.claim(file, EXCHANGE, Act::Publishes, &named, call.span.line);
        }
    }
}
