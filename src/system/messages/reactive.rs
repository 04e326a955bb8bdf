//! MicroProfile Reactive Messaging (Quarkus, SmallRye, Open Liberty): channels that configuration ties to a broker.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::{Act, Claims, Named, Sort};
use crate::facts::terms::{Annotation, annotation};
use crate::lang::resolve::Sources;
use crate::system::model::ChannelKind::{Queue, Topic};
use crate::system::model::{ComponentId, Place, Sureness};

/// Connectors with what they connect to and the setting that names the channel there.
const CONNECTORS: &[(&str, Sort, &[&str])] = &[
    ("smallrye-kafka", (Topic, "Kafka"), &["topic", "topics"]),
    ("liberty-kafka", (Topic, "Kafka"), &["topic"]),
    ("smallrye-rabbitmq", (Queue, "RabbitMQ"), &["queue.name", "exchange.name"]),
    ("smallrye-amqp", (Queue, "JMS"), &["address"]),
    ("smallrye-jms", (Queue, "JMS"), &["destination"]),
    ("smallrye-mqtt", (Topic, "MQTT"), &["topic"]),
    ("smallrye-pulsar", (Topic, "Pulsar"), &["topic"]),
];

const LIBRARIES: &[&str] = &["org.eclipse.microprofile.reactive.messaging", "io.smallrye.reactive.messaging"];

/// A channel's settings by their last parts.
type Settings = BTreeMap<String, (String, Place)>;

/// What code does with a channel: whether it receives, and where.
type Acts = BTreeSet<(bool, Place)>;

/// Channels that code names and configuration ties to a broker.
pub fn channels(sources: &Sources, claims: &mut Claims<'_, '_>) {
    let acts = acts(claims);
    if acts.is_empty() {
        return;
    }
    let settings = settings(sources, claims);
    for ((owner, channel), acts) in &acts {
        let is_both = |consumes: bool| acts.iter().any(|(known, _)| *known == consumes);
        for (consumes, place) in acts {
            let told = settings.get(&(*owner, channel.clone(), *consumes));
            // What one component sends to itself without a connector stays in its memory.
            if told.is_none() && is_both(!consumes) {
                continue;
            }
            let connector = told.and_then(|told| told.get("connector")).map(|(connector, _)| connector.clone());
            let Some(connector) = connector.or_else(|| sole_connector(&settings, *owner)) else { continue };
            let Some((_, sort, keys)) = CONNECTORS.iter().find(|(name, _, _)| *name == connector) else { continue };
            let named = keys.iter().find_map(|key| told?.get(*key));
            let sureness = if named.is_some() { Sureness::Resolved } else { Sureness::Inferred };
            // Without a setting the topic is called as the channel.
            let name = named.map_or_else(|| channel.clone(), |(name, _)| claims.expanded(*owner, name));
            for name in name.split(',') {
                let named = Named { name: name.trim().to_owned(), sureness };
                let act = if *consumes { Act::Consumes } else { Act::Publishes };
                let id = claims.claim_at(*owner, *sort, act, &named, place.clone());
                let failing = told.and_then(|told| told.get("failure-strategy"));
                if let Some((_, place)) = failing.filter(|(strategy, _)| strategy == "dead-letter-queue") {
                    claims.dead_letters(id, &place.path, place.line);
                }
            }
        }
    }
}

type Key = (Option<ComponentId>, String);

fn acts(claims: &Claims<'_, '_>) -> BTreeMap<Key, Acts> {
    let mut acts: BTreeMap<Key, Acts> = BTreeMap::new();
    for file in claims.program.files.iter().filter(|file| file.family == "jvm" && claims.uses(file, LIBRARIES)) {
        let owner = file.owner(claims.draft);
        let mut add = |found: &Annotation, consumes: bool| {
            for name in file.text_of(found, &["value"]) {
                acts.entry((owner, name)).or_default().insert((consumes, file.place(found.span.line)));
            }
        };
        for function in &file.terms.functions {
            for found in &function.annotations {
                match crate::facts::terms::last_part(&found.name) {
                    "Incoming" => add(found, true),
                    "Outgoing" => add(found, false),
                    _ => {}
                }
            }
        }
        for member in file.terms.classes.iter().flat_map(|class| &class.members) {
            let Some(found) = annotation(&member.annotations, "Channel") else { continue };
            let emits = member.r#type.as_deref().is_some_and(|written| written.contains("Emitter"));
            add(found, !emits);
        }
    }
    acts
}

/// The settings of channels, by component, channel and direction.
fn settings(sources: &Sources, claims: &Claims<'_, '_>) -> BTreeMap<(Option<ComponentId>, String, bool), Settings> {
    let mut settings: BTreeMap<_, Settings> = BTreeMap::new();
    for document in &sources.documents {
        for (key, value, line) in document.trees().iter().flat_map(|tree| tree.leaves()) {
            // `%prod.mp.messaging…` is of a profile.
            let Some((_, rest)) = key.split_once("mp.messaging.") else { continue };
            let (consumes, rest) = match rest.split_once('.') {
                Some(("incoming", rest)) => (true, rest),
                Some(("outgoing", rest)) => (false, rest),
                _ => continue,
            };
            // The name of a channel with dots in it is quoted.
            let split = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once("\"."),
                None => rest.split_once('.'),
            };
            let Some((channel, what)) = split else { continue };
            let owner = claims.draft.owner_of_path(&document.path);
            let known = settings.entry((owner, channel.to_owned(), consumes)).or_default();
            known.entry(what.to_owned()).or_insert_with(|| (value.to_string(), Place::new(&document.path, line)));
        }
    }
    settings
}

/// The only connector that a component's configuration names: what channels without one are tied to.
fn sole_connector(
    settings: &BTreeMap<(Option<ComponentId>, String, bool), Settings>,
    owner: Option<ComponentId>,
) -> Option<String> {
    let own = settings.iter().filter(|((of, _, _), _)| *of == owner);
    let connectors: BTreeSet<&String> = own.filter_map(|(_, known)| Some(&known.get("connector")?.0)).collect();
    match connectors.into_iter().collect::<Vec<_>>().as_slice() {
        [one] => Some((*one).clone()),
        _ => None,
    }
}
