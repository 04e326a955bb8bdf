//! Topics, queues, exchanges and streams: who sends to them and who receives from them.
//!
//! Most libraries name a channel in a call: [`rules`] are rows of tables, one table a technology, that say which calls
//! of which library do what with the channel that which argument names. What annotations, classes and settings say has
//! functions of its own. A name is a literal, a constant, a setting's value or the default of a variable of the
//! environment; where it is none of these, nothing is claimed.

mod amqp;
mod bus;
mod claims;
mod cloud;
mod jobs;
mod kafka;
mod light;
mod nest;
mod reactive;
mod rules;
mod spring;
mod stream;

use super::code::Program;
use super::draft::Draft;
use super::{Detector, Stage};
use crate::document::Document;
use crate::lang::resolve::Sources;
use claims::Claims;
use rules::Rules;

/// Topics and queues.
pub static MESSAGES: Detector = Detector {
    name: "messages",
    looks_for: "topics, queues, exchanges and streams of Kafka, RabbitMQ, NATS, Redis, JMS, SQS, SNS, EventBridge, Kinesis, Google \
        Pub/Sub, Azure Service Bus, Event Hubs, MQTT, Spring Cloud Stream, MicroProfile Reactive Messaging, NestJS, MassTransit, \
        NServiceBus, Rebus, Celery, RQ, Dramatiq, Sidekiq, Active Job, Resque, BullMQ, Laravel, Oban",
    stage: Stage::Whole,
    detect,
};

fn detect(sources: &Sources, draft: &mut Draft) {
    let program = Program::new(sources, draft);
    let rules = Rules::new(&[kafka::RULES, amqp::RULES, light::RULES, cloud::RULES, jobs::RULES]);
    let transports = nest::Transports::new(&program, draft);
    let mut claims = Claims::new(&program, draft);
    for file in &program.files {
        rules.apply(&mut claims, file);
        match file.family {
            "jvm" => {
                spring::listeners(&mut claims, file);
                spring::beans(&mut claims, file);
            }
            "csharp" => bus::by_type(&mut claims, file),
            "ecmascript" => nest::patterns(&mut claims, file, &transports),
            _ => {}
        }
        amqp::publications(&mut claims, file);
        jobs::by_name(&mut claims, file);
    }
    stream::bindings(sources, &mut claims);
    reactive::channels(sources, &mut claims);
    for document in &sources.documents {
        declared(&mut claims, document);
    }
    claims.finish();
}

/// Channels that are made when the system starts: Strimzi's resources and what images of Kafka are told to create.
fn declared(claims: &mut Claims<'_, '_>, document: &Document) {
    for tree in document.trees() {
        if tree.text_at("kind") == Some("KafkaTopic")
            && let Some(name) = tree.text_at("spec.topicName").or_else(|| tree.text_at("metadata.name"))
        {
            kafka::created(claims, name, &document.path, tree.at("metadata").map_or(tree.line, |tree| tree.line));
        }
    }
}
