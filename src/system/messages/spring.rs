//! Listeners of Spring and Micronaut: Kafka, RabbitMQ, JMS, SQS, Pulsar, RocketMQ.

use super::amqp::{EXCHANGE, QUEUE};
use super::claims::{Act, Claims, Named, Sort};
use super::kafka::TOPIC;
use crate::facts::terms::{Annotation, Call, Value, annotation, last_part};
use crate::system::code::CodeFile;
use crate::system::model::ChannelKind;

const JMS: Sort = (ChannelKind::Queue, "JMS");
const SPRING_JMS: &[&str] = &["org.springframework.jms"];

/// An annotation of a listener, what it listens to, and the names of the values that say so; `""` for the one without a name.
const LISTENERS: &[(&str, Sort, &[&str])] = &[
    ("KafkaListener", TOPIC, &["topics"]),
    ("RabbitListener", QUEUE, &["queues", "queuesToDeclare", "bindings"]),
    ("JmsListener", JMS, &["destination"]),
    ("SqsListener", (ChannelKind::Queue, "SQS"), &["value", "queueNames", ""]),
    ("PulsarListener", (ChannelKind::Topic, "Pulsar"), &["topics", "value", ""]),
    ("RocketMQMessageListener", (ChannelKind::Topic, "RocketMQ"), &["topic"]),
];

/// What the annotations of a file's classes and methods listen to.
pub fn listeners<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
    let methods = file.terms.functions.iter().map(|function| &function.annotations);
    let classes = file.terms.classes.iter().map(|class| &class.annotations);
    for annotations in methods.chain(classes) {
        for found in annotations {
            let name = last_part(&found.name);
            if let Some((_, sort, keys)) = LISTENERS.iter().find(|(listener, _, _)| *listener == name) {
                listener(claims, file, annotations, found, *sort, keys);
            } else if matches!(name, "KafkaListeners" | "RabbitListeners" | "JmsListeners") {
                repeated(claims, file, found);
            }
        }
    }
    micronaut(claims, file);
}

fn listener<'s>(
    claims: &mut Claims<'_, 's>,
    file: &CodeFile<'s>,
    annotations: &[Annotation],
    found: &Annotation,
    sort: Sort,
    keys: &[&str],
) {
    let line = found.span.line;
    // A retry topic's last stop is the topic of dead letters.
    let retried = annotation(annotations, "RetryableTopic").map(|retried| retried.span.line);
    for key in keys {
        let value = if key.is_empty() { found.first() } else { found.option(key) };
        for value in value.into_iter().flat_map(each) {
            let channel = heard(claims, file, value, sort, line);
            if let Some(line) = retried {
                claims.dead_letters(channel, &file.file.path, line);
            }
        }
    }
    // What a listener gives back is sent on.
    if let Some(answer) = annotation(annotations, "SendTo") {
        let value = answer.option("value").or_else(|| answer.first());
        for named in value.map(|value| spelled(claims, file, value)).unwrap_or_default() {
            claims.claim(file, sort, Act::Publishes, &named, answer.span.line);
        }
    }
}

fn each(value: &Value) -> &[Value] {
    if let Value::List(values) = value { values } else { std::slice::from_ref(value) }
}

/// A listener's channel: a name, or `@Queue("q")` by itself or in a `@QueueBinding`.
fn heard<'s>(
    claims: &mut Claims<'_, 's>,
    file: &CodeFile<'s>,
    value: &Value,
    sort: Sort,
    line: u32,
) -> Option<crate::system::model::ChannelId> {
    let inner = match value {
        Value::Call(id) => file.call(*id).filter(|call| matches!(call.name(), "Queue" | "QueueBinding" | "Exchange")),
        _ => None,
    };
    let Some(inner) = inner else {
        let mut channel = None;
        for named in spelled(claims, file, value) {
            channel = claims.claim(file, sort, Act::Consumes, &named, line);
        }
        return channel;
    };
    if inner.name() == "QueueBinding" {
        if let Some(exchange) = part(file, inner, "exchange") {
            let given = exchange.option("value").or_else(|| exchange.option("name")).or_else(|| exchange.positional(0));
            for named in given.map(|given| spelled(claims, file, given)).unwrap_or_default() {
                claims.claim(file, EXCHANGE, Act::Declares, &named, line);
            }
        }
        return inner.option("value").and_then(|queue| heard(claims, file, queue, sort, line));
    }
    let given = inner.option("value").or_else(|| inner.option("name")).or_else(|| inner.positional(0))?;
    let named = spelled(claims, file, given).into_iter().next()?;
    claims.claim(file, sort, Act::Consumes, &named, line)
}

fn part<'f>(file: &CodeFile<'f>, call: &Call, key: &str) -> Option<&'f Call> {
    match call.option(key) {
        Some(Value::Call(id)) => file.call(*id),
        _ => None,
    }
}

/// Several annotations in one: `@KafkaListeners({@KafkaListener(topics = "a"), …})`.
fn repeated<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>, found: &Annotation) {
    let calls = found.arguments.iter().flat_map(|argument| each(&argument.value)).filter_map(|value| match value {
        Value::Call(id) => file.call(*id),
        _ => None,
    });
    for call in calls {
        let Some((_, sort, keys)) = LISTENERS.iter().find(|(name, _, _)| *name == call.name()) else { continue };
        for value in keys.iter().filter_map(|key| call.option(key)).flat_map(each) {
            heard(claims, file, value, *sort, call.span.line);
        }
    }
}

/// The names in a listener's text: settings are put in, an expression that splits a setting is the setting, and commas part
/// several.
fn spelled<'s>(claims: &Claims<'_, 's>, file: &CodeFile<'s>, value: &Value) -> Vec<Named> {
    let mut found = Vec::new();
    for value in each(value) {
        let Some(text) = claims.program.text(file, value) else { continue };
        // `#{'${app.topics}'.split(',')}`
        let inner = text.strip_prefix("#{'").and_then(|rest| rest.split_once('\'')).map_or(&*text, |(inner, _)| inner);
        let expanded = claims.expanded(file.owner(claims.draft), inner);
        let sureness = claims.name(file, value).map(|named| named.sureness);
        let names = expanded.split(',').map(str::trim).filter(|name| !name.is_empty());
        found.extend(names.map(|name| Named {
            name: name.to_owned(),
            sureness: sureness.unwrap_or(crate::system::model::Sureness::Resolved),
        }));
    }
    found
}

/// Micronaut's listeners and clients: `@Topic("a")` on their methods.
fn micronaut<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
    for function in &file.terms.functions {
        let Some(topic) = annotation(&function.annotations, "Topic") else { continue };
        let class = function.class.and_then(|id| file.terms.classes.get(id as usize));
        let Some(class) = class else { continue };
        let is = |name| annotation(&class.annotations, name).is_some();
        let act = match () {
            () if is("KafkaListener") => Act::Consumes,
            () if is("KafkaClient") => Act::Publishes,
            () => continue,
        };
        let value = topic.option("value").or_else(|| topic.first());
        for named in value.map(|value| spelled(claims, file, value)).unwrap_or_default() {
            claims.claim(file, TOPIC, act, &named, topic.span.line);
        }
    }
}

/// Sending by JMS, by headers and to a template's default, and handlers of what cannot be processed.
pub fn beans<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
    let jms = claims.uses(file, SPRING_JMS) || claims.uses(file, &["javax.jms", "jakarta.jms"]);
    let kafka = claims.uses(file, &["org.springframework.kafka"]);
    if !jms && !kafka {
        return;
    }
    for call in &file.terms.calls {
        let line = call.span.line;
        match call.name() {
            "convertAndSend" | "send" | "sendAndReceive"
                if claims.uses(file, SPRING_JMS) && call.arguments.len() > 1 =>
            {
                let receiver = call.receiver().to_ascii_lowercase();
                if receiver.contains("rabbit") || receiver.contains("kafka") {
                    continue;
                }
                if let Some(named) = call.positional(0).and_then(|value| claims.name(file, value)) {
                    claims.claim(file, JMS, Act::Publishes, &named, line);
                }
            }
            "ActiveMQQueue" | "createQueue" if jms => {
                if let Some(named) = call.positional(0).and_then(|value| claims.name(file, value)) {
                    claims.claim(file, JMS, Act::Declares, &named, line);
                }
            }
            "ActiveMQTopic" | "createTopic" if jms => {
                if let Some(named) = call.positional(0).and_then(|value| claims.name(file, value)) {
                    claims.claim(file, (ChannelKind::Topic, "JMS"), Act::Declares, &named, line);
                }
            }
            "setHeader"
                if call
                    .positional(0)
                    .and_then(Value::name)
                    .is_some_and(|name| name.ends_with("KafkaHeaders.TOPIC")) =>
            {
                if let Some(named) = call.positional(1).and_then(|value| claims.name(file, value)) {
                    claims.claim(file, TOPIC, Act::Publishes, &named, line);
                }
            }
            "sendDefault" if kafka => {
                let named = Value::Text("${spring.kafka.template.default-topic}".into());
                if let Some(named) = claims.name(file, &named) {
                    claims.claim(file, TOPIC, Act::Publishes, &named, line);
                }
            }
            "DeadLetterPublishingRecoverer" => claims.recovers(file, TOPIC, line),
            _ => {}
        }
    }
}
