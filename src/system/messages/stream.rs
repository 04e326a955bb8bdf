//! Spring Cloud Stream: bindings of functions and channels to destinations of a broker.

use std::collections::{BTreeMap, BTreeSet};

use super::claims::{Act, Claims, Named};
use crate::facts::terms::{annotation, last_part};
use crate::lang::resolve::Sources;
use crate::system::code::CodeFile;
use crate::system::model::{ChannelKind, ComponentId, Place, Sureness};
use crate::system::spring::{Application, applications};

/// Artifacts that bind channels to a broker, with the broker's technology.
const BINDERS: &[(&str, &[&str])] = &[
    (
        "Kafka",
        &[
            "spring-cloud-starter-stream-kafka",
            "spring-cloud-stream-binder-kafka",
            "spring-cloud-stream-binder-kafka-streams",
        ],
    ),
    ("RabbitMQ", &["spring-cloud-starter-stream-rabbit", "spring-cloud-stream-binder-rabbit"]),
    ("Kinesis", &["spring-cloud-stream-binder-kinesis"]),
    ("Google Pub/Sub", &["spring-cloud-gcp-pubsub-stream-binder"]),
    ("Azure Service Bus", &["spring-cloud-azure-stream-binder-servicebus"]),
    ("Azure Event Hubs", &["spring-cloud-azure-stream-binder-eventhubs"]),
    ("Pulsar", &["spring-cloud-stream-binder-pulsar"]),
];

/// What is known of one binding of an application.
#[derive(Default)]
struct Binding {
    destination: Option<(String, Place)>,
    acts: BTreeSet<(bool, Place)>,
    dead_letter: Option<Place>,
}

/// Channels of Spring Cloud Stream applications.
pub fn bindings(sources: &Sources, claims: &mut Claims<'_, '_>) {
    for application in applications(sources, claims.draft) {
        let Some(technology) = binder(&application) else { continue };
        let mut known: BTreeMap<String, Binding> = BTreeMap::new();
        settings(claims, &application, &mut known);
        code(claims, application.id, &mut known);
        for (name, binding) in known {
            let (destination, place) = match &binding.destination {
                Some((destination, place)) => (destination.clone(), Some(place)),
                // Without a destination of its own a binding has the channel's name.
                None => (name.clone(), None),
            };
            let sureness = if place.is_some() { Sureness::Resolved } else { Sureness::Inferred };
            let named = Named { name: destination, sureness };
            let sort = (ChannelKind::Topic, technology);
            let mut channel = None;
            if let Some(place) = place {
                channel = claims.claim_at(Some(application.id), sort, Act::Declares, &named, place.clone());
            }
            let by_name = direction_of(&name).zip(place).map(|(consumes, place)| (consumes, place.clone()));
            for (consumes, place) in binding.acts.into_iter().chain(by_name) {
                let act = if consumes { Act::Consumes } else { Act::Publishes };
                channel = claims.claim_at(Some(application.id), sort, act, &named, place).or(channel);
            }
            if let Some(place) = binding.dead_letter {
                claims.dead_letters(channel, &place.path, place.line);
            }
        }
    }
}

/// The technology that an application's channels are bound to: of the only binder among its libraries.
fn binder(application: &Application<'_>) -> Option<&'static str> {
    let mut found = BINDERS.iter().filter(|(_, artifacts)| application.library(artifacts).is_some());
    let (technology, _) = found.next()?;
    found.next().is_none().then_some(*technology)
}

/// Functions' bindings say in their names which way messages go: `consume-in-0`, `supply-out-0`.
fn direction_of(binding: &str) -> Option<bool> {
    let (before, number) = binding.rsplit_once('-')?;
    number.parse::<u32>().ok()?;
    match before.rsplit_once('-')?.1 {
        "in" => Some(true),
        "out" => Some(false),
        _ => None,
    }
}

fn settings(claims: &Claims<'_, '_>, application: &Application<'_>, known: &mut BTreeMap<String, Binding>) {
    const PREFIX: &str = "spring.cloud.stream.";
    let mut renamed: BTreeMap<String, (bool, Place)> = BTreeMap::new();
    for (_, setting) in application.settings("spring.cloud.stream.") {
        let Some(rest) = setting.key.strip_prefix(PREFIX) else { continue };
        if let Some(name) = rest.strip_prefix("function.bindings.") {
            if let Some(consumes) = direction_of(name) {
                renamed.insert(setting.value.to_string(), (consumes, setting.place.clone()));
            }
            continue;
        }
        // `bindings.NAME.destination`, `kafka.bindings.NAME.consumer.enableDlq`
        let Some((_, rest)) = rest.split_once("bindings.") else { continue };
        let Some((name, what)) = rest.split_once('.') else { continue };
        if what == "destination" {
            let destination = claims.draft.expand(application.id, &setting.value);
            // Profiles may say it again: the strongest comes first.
            known.entry(name.to_owned()).or_default().destination.get_or_insert((destination, setting.place.clone()));
        } else if matches!(
            what,
            "consumer.enableDlq"
                | "consumer.enable-dlq"
                | "consumer.autoBindDlq"
                | "consumer.auto-bind-dlq"
                | "consumer.dlqName"
        ) && setting.value != "false"
        {
            known.entry(name.to_owned()).or_default().dead_letter.get_or_insert(setting.place.clone());
        }
    }
    for (name, act) in renamed {
        known.entry(name).or_default().acts.insert(act);
    }
}

/// What the code of an application does with its channels.
fn code(claims: &Claims<'_, '_>, owner: ComponentId, known: &mut BTreeMap<String, Binding>) {
    let mut add = |name: String, consumes: bool, place: Place| {
        known.entry(name).or_default().acts.insert((consumes, place));
    };
    let files =
        claims.program.files.iter().filter(|file| file.family == "jvm" && file.owner(claims.draft) == Some(owner));
    for file in files.filter(|file| claims.uses(file, &["org.springframework.cloud.stream"])) {
        for function in &file.terms.functions {
            for (mark, consumes) in [("StreamListener", true), ("Input", true), ("Output", false)] {
                let Some(found) = annotation(&function.annotations, mark) else { continue };
                let value = found.option("value").or_else(|| found.option("target")).or_else(|| found.first());
                let name = match value {
                    Some(value) => {
                        value.name().and_then(standard).map(str::to_owned).or_else(|| claims.program.text(file, value))
                    }
                    // A channel is called after its method.
                    None => Some(function.name.to_string()),
                };
                if let Some(name) = name {
                    add(name, consumes, file.place(found.span.line));
                }
            }
        }
        bound(file, &mut add);
        for call in file.terms.calls.iter().filter(|call| call.name() == "send") {
            let is_bridge = last_part(call.receiver()).to_ascii_lowercase().contains("bridge");
            if let Some(name) =
                call.positional(0).filter(|_| is_bridge).and_then(|value| claims.program.text(file, value))
            {
                add(claims.draft.expand(owner, &name), false, file.place(call.span.line));
            }
        }
    }
}

/// Interfaces of the framework that an application binds: `@EnableBinding(Source.class)`.
fn bound(file: &CodeFile<'_>, add: &mut impl FnMut(String, bool, Place)) {
    for class in &file.terms.classes {
        let Some(found) = annotation(&class.annotations, "EnableBinding") else { continue };
        let values = found.arguments.iter().flat_map(|argument| match &argument.value {
            crate::facts::terms::Value::List(values) => values.as_slice(),
            value => std::slice::from_ref(value),
        });
        for name in values.filter_map(|value| value.name()) {
            let place = || file.place(found.span.line);
            if matches!(last_part(name), "Sink" | "Processor") {
                add("input".to_owned(), true, place());
            }
            if matches!(last_part(name), "Source" | "Processor") {
                add("output".to_owned(), false, place());
            }
        }
    }
}

/// The channels of the framework's own interfaces.
fn standard(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.').map(|(class, constant)| (last_part(class), constant))? {
        ("Sink" | "Processor", "INPUT") => Some("input"),
        ("Source" | "Processor", "OUTPUT") => Some("output"),
        _ => None,
    }
}
