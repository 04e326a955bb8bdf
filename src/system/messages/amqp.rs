//! Queues and exchanges of RabbitMQ.

use super::claims::{Act, Claims, Sort};
use super::rules::{Rule, Slot, consumes, declares, publishes};
use crate::facts::terms::{Call, Value};
use crate::system::code::CodeFile;
use crate::system::model::ChannelKind;

/// A queue of RabbitMQ.
pub const QUEUE: Sort = (ChannelKind::Queue, "RabbitMQ");
/// An exchange of RabbitMQ.
pub const EXCHANGE: Sort = (ChannelKind::Exchange, "RabbitMQ");

const LIBRARIES: &[&str] = &[
    "amqplib",
    "amqp-connection-manager",
    "pika",
    "aio_pika",
    "kombu",
    "github.com/rabbitmq/amqp091-go",
    "github.com/streadway/amqp",
    "RabbitMQ.Client",
    "lapin",
    "bunny",
    "PhpAmqpLib",
    "com.rabbitmq.client",
    "org.springframework.amqp",
    "AMQP",
];
const NODE: &[&str] = &["amqplib", "amqp-connection-manager"];
const PYTHON: &[&str] = &["pika", "aio_pika"];
const GO: &[&str] = &["github.com/rabbitmq/amqp091-go", "github.com/streadway/amqp"];
const DOTNET: &[&str] = &["RabbitMQ.Client"];
const JAVA: &[&str] = &["com.rabbitmq.client"];
const SPRING: &[&str] = &["org.springframework.amqp"];
const PHP: &[&str] = &["PhpAmqpLib"];

/// Calls of AMQP's client libraries other than those that send.
pub static RULES: &[Rule] = &[
    declares(QUEUE, NODE, &["assertQueue", "checkQueue"], Slot::At(0)).spread(),
    declares(EXCHANGE, NODE, &["assertExchange", "checkExchange"], Slot::At(0)).spread(),
    publishes(QUEUE, NODE, &["sendToQueue"], Slot::At(0)).spread(),
    consumes(QUEUE, NODE, &["consume"], Slot::At(0)),
    declares(QUEUE, PYTHON, &["queue_declare", "declare_queue"], Slot::AtOr(0, "queue")).spread(),
    declares(EXCHANGE, PYTHON, &["exchange_declare", "declare_exchange"], Slot::AtOr(0, "exchange")).spread(),
    consumes(QUEUE, PYTHON, &["basic_consume"], Slot::AtOr(0, "queue")).spread(),
    consumes(QUEUE, &["aio_pika"], &["consume", "iterator"], Slot::Maker(&["declare_queue", "get_queue"])),
    declares(QUEUE, &["kombu"], &["Queue"], Slot::At(0)),
    declares(EXCHANGE, &["kombu"], &["Exchange"], Slot::At(0)),
    declares(QUEUE, GO, &["QueueDeclare"], Slot::At(0)),
    declares(EXCHANGE, GO, &["ExchangeDeclare"], Slot::At(0)),
    consumes(QUEUE, GO, &["Consume"], Slot::At(0)),
    consumes(QUEUE, GO, &["ConsumeWithContext"], Slot::At(1)),
    declares(QUEUE, DOTNET, &["QueueDeclare", "QueueDeclareAsync"], Slot::AtOr(0, "queue")).spread(),
    declares(EXCHANGE, DOTNET, &["ExchangeDeclare", "ExchangeDeclareAsync"], Slot::AtOr(0, "exchange")).spread(),
    consumes(QUEUE, DOTNET, &["BasicConsume", "BasicConsumeAsync"], Slot::AtOr(0, "queue")).spread(),
    declares(QUEUE, JAVA, &["queueDeclare"], Slot::At(0)).spread(),
    declares(EXCHANGE, JAVA, &["exchangeDeclare"], Slot::At(0)).spread(),
    consumes(QUEUE, JAVA, &["basicConsume"], Slot::At(0)).spread(),
    declares(QUEUE, SPRING, &["Queue", "QueueBuilder.durable", "QueueBuilder.nonDurable"], Slot::At(0)),
    declares(
        EXCHANGE,
        SPRING,
        &[
            "TopicExchange",
            "DirectExchange",
            "FanoutExchange",
            "HeadersExchange",
            "CustomExchange",
            "ExchangeBuilder.topicExchange",
            "ExchangeBuilder.directExchange",
            "ExchangeBuilder.fanoutExchange",
        ],
        Slot::At(0),
    ),
    consumes(QUEUE, SPRING, &["setQueueNames", "addQueueNames"], Slot::All),
    declares(QUEUE, &["lapin"], &["queue_declare"], Slot::At(0)),
    declares(EXCHANGE, &["lapin"], &["exchange_declare"], Slot::At(0)),
    consumes(QUEUE, &["lapin"], &["basic_consume"], Slot::At(0)),
    declares(QUEUE, &["bunny", "sneakers"], &["queue"], Slot::At(0)),
    declares(EXCHANGE, &["bunny"], &["topic", "direct", "fanout", "exchange"], Slot::At(0)),
    consumes(QUEUE, &["bunny"], &["subscribe"], Slot::Maker(&["queue"])),
    consumes(QUEUE, &["sneakers"], &["from_queue"], Slot::At(0)),
    declares(QUEUE, PHP, &["queue_declare"], Slot::AtOr(0, "queue")),
    declares(EXCHANGE, PHP, &["exchange_declare"], Slot::AtOr(0, "exchange")),
    consumes(QUEUE, PHP, &["basic_consume", "basic_get"], Slot::AtOr(0, "queue")),
    declares(QUEUE, &["AMQP"], &["Queue.declare"], Slot::At(1)),
    declares(EXCHANGE, &["AMQP"], &["Exchange.declare"], Slot::At(1)),
    consumes(QUEUE, &["AMQP"], &["Basic.consume"], Slot::At(1)),
];

/// Where a call that sends names an exchange and a routing key.
struct Sender {
    libraries: &'static [&'static str],
    calls: &'static [&'static str],
    exchange: (usize, &'static str),
    key: (usize, &'static str),
}

const SENDERS: &[Sender] = &[
    Sender { libraries: NODE, calls: &["publish"], exchange: (0, "exchange"), key: (1, "routingKey") },
    Sender { libraries: PYTHON, calls: &["basic_publish"], exchange: (0, "exchange"), key: (1, "routing_key") },
    Sender { libraries: GO, calls: &["Publish"], exchange: (0, ""), key: (1, "") },
    Sender { libraries: GO, calls: &["PublishWithContext"], exchange: (1, ""), key: (2, "") },
    Sender {
        libraries: DOTNET,
        calls: &["BasicPublish", "BasicPublishAsync"],
        exchange: (0, "exchange"),
        key: (1, "routingKey"),
    },
    Sender { libraries: JAVA, calls: &["basicPublish"], exchange: (0, ""), key: (1, "") },
    Sender { libraries: &["lapin"], calls: &["basic_publish"], exchange: (0, ""), key: (1, "") },
    Sender { libraries: PHP, calls: &["basic_publish"], exchange: (1, "exchange"), key: (2, "routing_key") },
    Sender { libraries: &["AMQP"], calls: &["Basic.publish"], exchange: (1, ""), key: (2, "") },
];

/// Messages that are sent to an exchange or, through the one without a name, to the queue that the routing key names.
pub fn publications<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
    if !claims.component_uses(file, LIBRARIES) {
        return;
    }
    for call in &file.terms.calls {
        spring(claims, file, call);
        default_exchange(claims, file, call);
        for sender in SENDERS {
            let is_meant =
                sender.calls.iter().any(|wanted| call.callee.ends_with(wanted) && wanted.ends_with(call.name()));
            if is_meant && claims.component_uses(file, sender.libraries) {
                let exchange = argument(call, sender.exchange);
                let key = argument(call, sender.key);
                sent(claims, file, call, exchange, key);
            }
        }
    }
}

fn argument<'c>(call: &'c Call, (index, name): (usize, &str)) -> Option<&'c Value> {
    call.option(name).or_else(|| call.positional(index))
}

fn sent<'s>(
    claims: &mut Claims<'_, 's>,
    file: &CodeFile<'s>,
    call: &Call,
    exchange: Option<&Value>,
    key: Option<&Value>,
) {
    let line = call.span.line;
    let Some(exchange) = exchange.and_then(|value| claims.name(file, value)) else { return };
    if !exchange.name.is_empty() {
        claims.claim(file, EXCHANGE, Act::Publishes, &exchange, line);
    } else if let Some(queue) = key.and_then(|value| claims.name(file, value)) {
        claims.claim(file, QUEUE, Act::Publishes, &queue, line);
    }
}

/// Spring's templates: `convertAndSend(exchange, key, message)`, or `convertAndSend(key, message)` to the exchange without
/// a name.
fn spring<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>, call: &Call) {
    let sends = matches!(call.name(), "convertAndSend" | "convertSendAndReceive" | "sendAndReceive")
        || call.name() == "send" && call.receiver().to_ascii_lowercase().contains("rabbit");
    let receiver = call.receiver().to_ascii_lowercase();
    let is_other =
        ["jms", "redis", "websocket", "messagingtemplate", "stomp"].iter().any(|other| receiver.contains(other));
    if !sends || is_other || !claims.uses(file, SPRING) {
        return;
    }
    match call.arguments.len() {
        0 | 1 => {}
        2 => {
            if let Some(queue) = call.positional(0).and_then(|value| claims.name(file, value)) {
                claims.claim(file, QUEUE, Act::Publishes, &queue, call.span.line);
            }
        }
        _ => sent(claims, file, call, call.positional(0), call.positional(1)),
    }
}

/// Sending through an object that stands for an exchange: bunny's and aio-pika's.
fn default_exchange<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>, call: &Call) {
    if call.name() != "publish" || !claims.uses(file, &["bunny", "aio_pika"]) {
        return;
    }
    let line = call.span.line;
    let on = call.on.and_then(|id| file.call(id)).map_or("", Call::name);
    if call.callee.contains("default_exchange") || on == "default_exchange" {
        if let Some(queue) = call.option("routing_key").and_then(|value| claims.name(file, value)) {
            claims.claim(file, QUEUE, Act::Publishes, &queue, line);
        }
        return;
    }
    const MAKERS: &[&str] = &["topic", "direct", "fanout", "exchange", "declare_exchange", "get_exchange"];
    for (named, line) in super::rules::slot(claims, file, call, Slot::Maker(MAKERS)) {
        claims.claim(file, EXCHANGE, Act::Publishes, &named, line);
    }
}
