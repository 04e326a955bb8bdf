//! Topics of Kafka.

use std::sync::Arc;

use super::claims::{Act, Claims, Named, Sort};
use super::rules::{Rule, Slot, consumes, declares, publishes};
use crate::system::model::{ChannelKind, Place, Sureness};

/// A topic of Kafka.
pub const TOPIC: Sort = (ChannelKind::Topic, "Kafka");

const JVM: &[&str] = &["org.apache.kafka", "org.springframework.kafka", "io.projectreactor.kafka", "reactor.kafka"];
const STREAMS: &[&str] = &["org.apache.kafka.streams"];
const NODE: &[&str] = &["kafkajs", "kafka-node", "node-rdkafka", "@confluentinc/kafka-javascript"];
const PYTHON: &[&str] = &["kafka", "confluent_kafka", "aiokafka"];
const SARAMA: &[&str] = &["github.com/Shopify/sarama", "github.com/IBM/sarama"];
const SEGMENTIO: &[&str] = &["github.com/segmentio/kafka-go"];
const CONFLUENT_GO: &[&str] =
    &["github.com/confluentinc/confluent-kafka-go", "gopkg.in/confluentinc/confluent-kafka-go.v1"];
const FRANZ: &[&str] = &["github.com/twmb/franz-go"];
const DOTNET: &[&str] = &["Confluent.Kafka"];
const RUST: &[&str] = &["rdkafka"];
const RUBY: &[&str] = &["kafka", "karafka", "waterdrop", "rdkafka", "racecar"];

/// Calls of Kafka's client libraries.
pub static RULES: &[Rule] = &[
    publishes(TOPIC, JVM, &["ProducerRecord"], Slot::At(0)).spread(),
    publishes(TOPIC, &["org.springframework.kafka"], &["send"], Slot::At(0)),
    consumes(TOPIC, JVM, &["subscribe"], Slot::At(0)),
    declares(TOPIC, JVM, &["NewTopic", "TopicBuilder.name"], Slot::At(0)),
    consumes(TOPIC, STREAMS, &["stream", "table", "globalTable"], Slot::At(0)),
    publishes(TOPIC, STREAMS, &["to", "through"], Slot::At(0)),
    publishes(TOPIC, NODE, &["send", "sendBatch"], Slot::Deep(&["topic"])).spread(),
    publishes(TOPIC, NODE, &["produce"], Slot::At(0)),
    consumes(TOPIC, NODE, &["subscribe"], Slot::Deep(&["topic", "topics"])).spread(),
    consumes(TOPIC, &["node-rdkafka"], &["subscribe"], Slot::At(0)),
    consumes(TOPIC, &["kafka-node"], &["Consumer", "ConsumerGroup"], Slot::Deep(&["topic"])),
    declares(TOPIC, NODE, &["createTopics"], Slot::Deep(&["topic"])).spread(),
    publishes(TOPIC, PYTHON, &["send", "produce", "send_and_wait"], Slot::AtOr(0, "topic")),
    consumes(TOPIC, &["kafka", "aiokafka"], &["KafkaConsumer", "AIOKafkaConsumer"], Slot::All),
    consumes(TOPIC, PYTHON, &["subscribe"], Slot::AtOr(0, "topics")),
    declares(TOPIC, PYTHON, &["NewTopic"], Slot::AtOr(0, "name")),
    declares(TOPIC, &["faust"], &["topic"], Slot::At(0)),
    publishes(TOPIC, SARAMA, &["ProducerMessage"], Slot::Deep(&["Topic"])),
    consumes(TOPIC, SARAMA, &["ConsumePartition"], Slot::At(0)),
    consumes(TOPIC, SARAMA, &["Consume"], Slot::At(1)),
    declares(TOPIC, SARAMA, &["CreateTopic"], Slot::At(0)),
    publishes(TOPIC, SEGMENTIO, &["Writer", "WriterConfig", "Message"], Slot::Deep(&["Topic"])),
    consumes(TOPIC, SEGMENTIO, &["ReaderConfig"], Slot::Deep(&["Topic", "GroupTopics"])),
    declares(TOPIC, SEGMENTIO, &["TopicConfig"], Slot::Deep(&["Topic"])),
    publishes(TOPIC, CONFLUENT_GO, &["TopicPartition"], Slot::Deep(&["Topic"])),
    consumes(TOPIC, CONFLUENT_GO, &["Subscribe", "SubscribeTopics"], Slot::At(0)),
    declares(TOPIC, CONFLUENT_GO, &["TopicSpecification"], Slot::Deep(&["Topic"])),
    publishes(TOPIC, FRANZ, &["Record"], Slot::Deep(&["Topic"])),
    publishes(TOPIC, FRANZ, &["DefaultProduceTopic"], Slot::At(0)),
    consumes(TOPIC, FRANZ, &["ConsumeTopics"], Slot::All),
    publishes(TOPIC, DOTNET, &["ProduceAsync", "Produce"], Slot::At(0)),
    consumes(TOPIC, DOTNET, &["Subscribe"], Slot::At(0)),
    declares(TOPIC, DOTNET, &["TopicSpecification"], Slot::Deep(&["Name"])),
    publishes(TOPIC, RUST, &["FutureRecord.to", "BaseRecord.to"], Slot::At(0)),
    consumes(TOPIC, RUST, &["subscribe"], Slot::At(0)),
    declares(TOPIC, RUST, &["NewTopic.new"], Slot::At(0)),
    publishes(TOPIC, RUBY, &["deliver_message", "produce", "produce_async", "produce_sync"], Slot::Deep(&["topic"])),
    consumes(TOPIC, RUBY, &["subscribe", "subscribes_to"], Slot::All),
    declares(TOPIC, &["RdKafka"], &["newTopic"], Slot::At(0)),
    consumes(TOPIC, &["RdKafka"], &["subscribe"], Slot::At(0)),
];

/// A topic that is made when the system starts.
pub fn created(claims: &mut Claims<'_, '_>, name: &str, path: &Arc<str>, line: u32) {
    let named = Named { name: name.to_owned(), sureness: Sureness::Declared };
    claims.claim_at(None, TOPIC, Act::Declares, &named, Place::new(path, line));
}
