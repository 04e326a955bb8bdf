//! What is claimed of channels: merged, with the broker that carries each.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::terms::{Call, Value, last_part};
use crate::system::code::{CodeFile, Program};
use crate::system::draft::Draft;
use crate::system::model::{ChannelId, ChannelKind, ComponentId, Direction, Flow, Place, Role, Sureness};

/// The longest name of a channel, in bytes: the longest that a broker takes is one of AMQP, 255.
const NAME_LIMIT: usize = 255;

/// A technology's channel: its kind and the technology's name.
pub type Sort = (ChannelKind, &'static str);

/// What a line says of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// It is there.
    Declares,
    /// The component sends to it.
    Publishes,
    /// The component receives from it.
    Consumes,
}

/// Claims of one run.
pub struct Claims<'a, 's> {
    /// All code.
    pub program: &'a Program<'s>,
    /// What was claimed so far of everything.
    pub draft: &'a mut Draft,
    /// Imports by component and family of languages, for libraries that one file makes an object of and another one uses.
    imports: FxHashMap<(Option<ComponentId>, &'static str), BTreeSet<&'s str>>,
    /// Lines by which a component sends on what it cannot process of all that it receives from channels of a sort.
    recoverers: Vec<(Option<ComponentId>, Sort, Place)>,
    /// The types that handlers of some interfaces take, once asked for.
    handled: OnceCell<FxHashMap<&'s str, FxHashSet<&'s str>>>,
    oban_workers: OnceCell<FxHashSet<&'s str>>,
}

/// A channel's name as it was found.
pub struct Named {
    /// The name.
    pub name: String,
    /// Whether it stands there as it is, or was found by following names and settings.
    pub sureness: Sureness,
}

impl<'a, 's> Claims<'a, 's> {
    /// Nothing claimed yet.
    pub fn new(program: &'a Program<'s>, draft: &'a mut Draft) -> Self {
        let mut imports: FxHashMap<_, BTreeSet<&str>> = FxHashMap::default();
        for file in &program.files {
            let of_owner = imports.entry((file.owner(draft), file.family)).or_default();
            of_owner.extend(file.imports());
        }
        Self {
            program,
            draft,
            imports,
            recoverers: Vec::new(),
            handled: OnceCell::new(),
            oban_workers: OnceCell::new(),
        }
    }

    /// Whether a file uses one of some libraries by itself.
    pub fn uses(&self, file: &CodeFile<'s>, libraries: &[&str]) -> bool {
        file.imports().any(|path| libraries.iter().any(|library| is_of(path, library)))
    }

    /// Whether some file of the same component uses one of some libraries.
    pub fn component_uses(&self, file: &CodeFile<'s>, libraries: &[&str]) -> bool {
        let Some(of_owner) = self.imports.get(&(file.owner(self.draft), file.family)) else { return false };
        // What begins with a library's name stands together.
        libraries.iter().any(|library| {
            let from = of_owner.range::<str, _>((Bound::Included(*library), Bound::Unbounded));
            from.take_while(|path| path.starts_with(library)).any(|path| is_of(path, library))
        })
    }

    /// The names that a value holds: a text, or a list of them, also one that a call makes (`List.of("a", "b")`).
    pub fn names(&self, file: &CodeFile<'s>, value: &Value) -> Vec<Named> {
        match value {
            Value::List(values) => values.iter().flat_map(|value| self.names(file, value)).collect(),
            Value::Call(id) if self.program.text(file, value).is_none() => {
                let call = file.call(*id).filter(|call| is_list(call));
                call.into_iter().flat_map(|call| &call.arguments).flat_map(|a| self.names(file, &a.value)).collect()
            }
            value => self.name(file, value).into_iter().collect(),
        }
    }

    /// The name that a value comes to, with the component's settings put in.
    pub fn name(&self, file: &CodeFile<'s>, value: &Value) -> Option<Named> {
        let Some(text) = self.program.text(file, value) else { return self.declared(file, value) };
        let is_written = matches!(value, Value::Text(_) | Value::Symbol(_)) && !text.contains("${");
        let sureness = if is_written { Sureness::Declared } else { Sureness::Resolved };
        Some(Named { name: self.expanded(file.owner(self.draft), &text), sureness })
    }

    /// The name of a channel by what a call gave back that declared it: `q, err := ch.QueueDeclare("a")` and then `q.Name`.
    fn declared(&self, file: &CodeFile<'s>, value: &Value) -> Option<Named> {
        let name = value.name()?;
        let call = match file.bound(name.split('.').next()?) {
            Some(Value::Call(id)) => file.call(*id)?,
            _ => return None,
        };
        let (_, position, key) = DECLARERS.iter().find(|(declarer, _, _)| *declarer == call.name())?;
        let given = call.option(key).or_else(|| call.positional(*position))?;
        let text = self.program.text(file, given)?;
        Some(Named { name: self.expanded(file.owner(self.draft), &text), sureness: Sureness::Resolved })
    }

    /// A text with a component's settings put in; placeholders keep their defaults where no component is known.
    pub fn expanded(&self, owner: Option<ComponentId>, text: &str) -> String {
        match owner {
            Some(owner) => self.draft.expand(owner, text),
            None => crate::system::draft::expand(&[], text, 4),
        }
    }

    /// Claims what a line of a file says of a channel.
    pub fn claim(&mut self, file: &CodeFile<'s>, sort: Sort, act: Act, named: &Named, line: u32) -> Option<ChannelId> {
        let owner = file.owner(self.draft);
        self.claim_at(owner, sort, act, named, file.place(line))
    }

    /// Claims what a place says of a channel. None where the name can be none of a channel.
    pub fn claim_at(
        &mut self,
        owner: Option<ComponentId>,
        (kind, technology): Sort,
        act: Act,
        named: &Named,
        place: Place,
    ) -> Option<ChannelId> {
        let name = plain(&named.name)?;
        let id = self.draft.channel(name, kind, technology, place.clone());
        let direction = match act {
            Act::Declares => return Some(id),
            Act::Publishes => Direction::Publishes,
            Act::Consumes => Direction::Consumes,
        };
        let flow = Flow { channel: id, direction, component: owner, sureness: named.sureness, evidence: place };
        self.draft.flows.push(flow);
        Some(id)
    }

    /// Claims that a line says where messages of a channel go that nobody could process.
    pub fn dead_letters(&mut self, channel: Option<ChannelId>, path: &Arc<str>, line: u32) {
        if let Some(channel) = channel.and_then(|id| self.draft.channels.get_mut(id.index())) {
            channel.dead_letter.get_or_insert_with(|| Place::new(path, line));
        }
    }

    /// Claims that a component sends on what it cannot process of all that it receives from channels of a sort.
    pub fn recovers(&mut self, file: &CodeFile<'s>, sort: Sort, line: u32) {
        self.recoverers.push((file.owner(self.draft), sort, file.place(line)));
    }

    /// The message types that classes of the project take by implementing an interface of this name: `IConsumer<T>`.
    pub fn handled(&self, interface: &str) -> Option<&FxHashSet<&'s str>> {
        let read = || {
            let mut handled: FxHashMap<&str, FxHashSet<&str>> = FxHashMap::default();
            let classes = self.program.files.iter().filter(|file| file.family == "csharp");
            for base in classes.flat_map(|file| &file.terms.classes).flat_map(|class| &class.bases) {
                if let Some((interface, message)) = base.split_once('<') {
                    let message = last_part(message.trim_end_matches('>'));
                    handled.entry(last_part(interface)).or_default().insert(message);
                }
            }
            handled
        };
        self.handled.get_or_init(read).get(interface)
    }

    /// The names of the modules that are workers of Oban.
    pub fn oban_workers(&self) -> &FxHashSet<&'s str> {
        self.oban_workers.get_or_init(|| super::jobs::oban_workers(self.program))
    }

    /// Finds the broker of every channel: the only one that can carry it among those that its users connect to, else the
    /// only one of the system.
    pub fn finish(self) {
        for (owner, (kind, technology), place) in &self.recoverers {
            for flow in self.draft.flows.iter().filter(|flow| flow.component == *owner) {
                let channel = &mut self.draft.channels[flow.channel.index()];
                let is_of = channel.kind == *kind && channel.technology == *technology;
                if is_of && flow.direction == Direction::Consumes {
                    channel.dead_letter.get_or_insert_with(|| place.clone());
                }
            }
        }
        let mut users: FxHashMap<ChannelId, Vec<ComponentId>> = FxHashMap::default();
        for flow in &self.draft.flows {
            users.entry(flow.channel).or_default().extend(flow.component);
        }
        let mut brokers: FxHashMap<&str, Vec<ComponentId>> = FxHashMap::default();
        for index in 0..self.draft.channels.len() {
            let technology = self.draft.channels[index].technology.clone();
            let Some(carriers) = CARRIERS.iter().find(|(name, _)| *name == technology) else { continue };
            let able: &Vec<ComponentId> = brokers
                .entry(carriers.0)
                .or_insert_with(|| carriers.1.iter().flat_map(|carrier| self.draft.of_technology(carrier)).collect());
            let of_users = users.get(&ChannelId(index as u32)).into_iter().flatten();
            let mut used: Vec<ComponentId> = of_users
                .flat_map(|user| self.draft.targets(*user))
                .map(|(to, _)| to)
                .filter(|to| able.contains(to))
                .collect();
            used.sort_unstable();
            used.dedup();
            // A store that carries messages beside its own work is no broker unless somebody who sends uses it.
            let is_broker = |id: &ComponentId| self.draft.component(*id).role == Role::Broker;
            self.draft.channels[index].broker = match (used.as_slice(), able.as_slice()) {
                ([one], _) => Some(*one),
                ([], [one]) if is_broker(one) || carriers.1.len() == 1 => Some(*one),
                _ => None,
            };
        }
    }
}

/// The technologies of the components that can carry a technology's channels.
const CARRIERS: &[(&str, &[&str])] = &[
    ("Kafka", &["Kafka", "Redpanda", "Azure Event Hubs"]),
    ("RabbitMQ", &["RabbitMQ"]),
    ("NATS", &["NATS"]),
    ("Redis", &["Redis", "Valkey", "KeyDB", "Dragonfly", "Garnet"]),
    ("JMS", &["ActiveMQ"]),
    ("SQS", &["SQS", "LocalStack"]),
    ("SNS", &["SNS", "LocalStack"]),
    ("EventBridge", &["EventBridge", "LocalStack"]),
    ("Kinesis", &["Kinesis", "LocalStack"]),
    ("Google Pub/Sub", &["Google Pub/Sub"]),
    ("Azure Service Bus", &["Azure Service Bus"]),
    ("Azure Event Hubs", &["Azure Event Hubs"]),
    ("MQTT", &["Mosquitto", "EMQX", "VerneMQ", "HiveMQ"]),
    ("Pulsar", &["Pulsar"]),
    ("RocketMQ", &["RocketMQ"]),
    ("Celery", &["RabbitMQ", "Redis", "Valkey", "SQS"]),
    ("Dramatiq", &["RabbitMQ", "Redis", "Valkey"]),
    ("RQ", &["Redis", "Valkey"]),
    ("BullMQ", &["Redis", "Valkey", "Dragonfly"]),
    ("Sidekiq", &["Redis", "Valkey", "Dragonfly"]),
    ("Resque", &["Redis", "Valkey"]),
    ("MassTransit", &["RabbitMQ", "Azure Service Bus", "SQS", "ActiveMQ", "Kafka"]),
    ("NServiceBus", &["RabbitMQ", "Azure Service Bus", "SQS"]),
    ("Rebus", &["RabbitMQ", "Azure Service Bus", "SQS"]),
    ("Oban", &["PostgreSQL", "MySQL", "SQLite"]),
];

/// Calls that give back a channel, with the place of its name.
const DECLARERS: &[(&str, usize, &str)] = &[
    ("QueueDeclare", 0, "queue"),
    ("QueueDeclareAsync", 0, "queue"),
    ("assertQueue", 0, "queue"),
    ("queue_declare", 0, "queue"),
    ("topic_path", 1, "topic"),
    ("subscription_path", 1, "subscription"),
    ("get_queue_url", 0, "QueueName"),
    ("create_queue", 0, "QueueName"),
    ("create_topic", 0, "Name"),
    ("TopicName", 1, "topicId"),
    ("topic", 0, "topic"),
];

/// Whether the path of an import is a library's, or of something inside it.
pub fn is_of(path: &str, library: &str) -> bool {
    path.strip_prefix(library).is_some_and(|rest| {
        let next = rest.bytes().next();
        next.is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_'))
    })
}

/// Whether a call makes a list of its arguments.
fn is_list(call: &Call) -> bool {
    matches!(
        call.name(),
        "of" | "asList" | "listOf" | "setOf" | "singletonList" | "singleton" | "Arrays" | "array" | "vec!"
    )
}

/// The name of a channel in a text: the last part of an address or a resource's name of a cloud. None where the text is
/// computed in part or no name at all.
fn plain(text: &str) -> Option<&str> {
    let text = text.trim();
    let name = match text {
        _ if text.starts_with("arn:") => text.rsplit([':', '/']).next()?,
        _ if text.starts_with("http://") || text.starts_with("https://") => {
            text.split_once("://")?.1.split_once('/')?.1.rsplit('/').next()?
        }
        _ if text.starts_with("projects/") => text.rsplit('/').next()?,
        _ => text,
    };
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '{' | '}' | '$' | '\'' | '"' | '(');
    let has_letter = name.chars().any(char::is_alphanumeric);
    (has_letter && name.len() <= NAME_LIMIT && name.chars().all(is_plain)).then_some(name)
}
