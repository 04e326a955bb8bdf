//! Subjects of NATS, channels and streams of Redis, topics of MQTT, Pulsar and RocketMQ.

use super::claims::Sort;
use super::rules::{Rule, Slot, consumes, declares, publishes};
use crate::system::model::ChannelKind::{Stream, Topic};

const SUBJECT: Sort = (Topic, "NATS");
const NATS_STREAM: Sort = (Stream, "NATS");
const NATS: &[&str] =
    &["nats", "@nats-io", "github.com/nats-io/nats.go", "NATS.Client", "NATS.Net", "async_nats", "io.nats", "Gnat"];

const CHANNEL: Sort = (Topic, "Redis");
const REDIS_STREAM: Sort = (Stream, "Redis");
const REDIS_GO: &[&str] = &["github.com/redis/go-redis", "github.com/go-redis/redis"];
const REDIS_SCRIPT: &[&str] = &["redis", "ioredis", "@redis/client", "aioredis"];
const REDIS_SPRING: &[&str] = &["org.springframework.data.redis"];

const MQTT: Sort = (Topic, "MQTT");
const MQTT_LIBRARIES: &[&str] = &["mqtt", "paho.mqtt", "aiomqtt", "asyncio_mqtt", "org.eclipse.paho", "rumqttc"];
const MQTT_GO: &[&str] = &["github.com/eclipse/paho.mqtt.golang"];

const PULSAR: Sort = (Topic, "Pulsar");
const ROCKETMQ: Sort = (Topic, "RocketMQ");
const WATERMILL: &[&str] = &["github.com/ThreeDotsLabs/watermill"];

/// Calls of the libraries.
pub static RULES: &[Rule] = &[
    publishes(
        SUBJECT,
        NATS,
        &[
            "publish",
            "Publish",
            "PublishAsync",
            "PublishRequest",
            "request",
            "Request",
            "RequestAsync",
            "publish_with_headers",
            "pub",
        ],
        Slot::At(0),
    ),
    consumes(
        SUBJECT,
        NATS,
        &[
            "subscribe",
            "Subscribe",
            "SubscribeAsync",
            "SubscribeSync",
            "QueueSubscribe",
            "QueueSubscribeSync",
            "ChanSubscribe",
            "PullSubscribe",
            "queue_subscribe",
            "sub",
        ],
        Slot::At(0),
    ),
    declares(NATS_STREAM, &["github.com/nats-io/nats.go"], &["StreamConfig"], Slot::Deep(&["Name"])),
    declares(NATS_STREAM, &["nats"], &["add_stream"], Slot::AtOr(0, "name")),
    publishes(CHANNEL, REDIS_SCRIPT, &["publish", "spublish"], Slot::At(0)),
    consumes(CHANNEL, REDIS_SCRIPT, &["subscribe", "psubscribe", "pSubscribe", "sSubscribe"], Slot::At(0)),
    publishes(REDIS_STREAM, REDIS_SCRIPT, &["xadd", "xAdd"], Slot::AtOr(0, "name")),
    consumes(REDIS_STREAM, REDIS_SCRIPT, &["xRead", "xReadGroup"], Slot::Deep(&["key"])),
    declares(REDIS_STREAM, REDIS_SCRIPT, &["xgroup_create", "xGroupCreate"], Slot::AtOr(0, "name")),
    publishes(CHANNEL, REDIS_GO, &["Publish"], Slot::At(1)),
    consumes(CHANNEL, REDIS_GO, &["Subscribe", "PSubscribe"], Slot::At(1)),
    publishes(REDIS_STREAM, REDIS_GO, &["XAddArgs"], Slot::Deep(&["Stream"])),
    consumes(REDIS_STREAM, REDIS_GO, &["XReadArgs", "XReadGroupArgs"], Slot::Deep(&["Streams"])),
    declares(REDIS_STREAM, REDIS_GO, &["XGroupCreate", "XGroupCreateMkStream"], Slot::At(1)),
    publishes(CHANNEL, &["StackExchange.Redis"], &["Publish", "PublishAsync"], Slot::At(0)),
    consumes(CHANNEL, &["StackExchange.Redis"], &["Subscribe", "SubscribeAsync"], Slot::At(0)),
    publishes(REDIS_STREAM, &["StackExchange.Redis"], &["StreamAdd", "StreamAddAsync"], Slot::At(0)),
    consumes(
        REDIS_STREAM,
        &["StackExchange.Redis"],
        &["StreamRead", "StreamReadGroup", "StreamReadGroupAsync"],
        Slot::At(0),
    ),
    publishes(CHANNEL, REDIS_SPRING, &["convertAndSend"], Slot::At(0)),
    consumes(CHANNEL, REDIS_SPRING, &["ChannelTopic", "PatternTopic"], Slot::At(0)),
    publishes(CHANNEL, &["redis.clients.jedis", "Predis"], &["publish"], Slot::At(0)),
    publishes(CHANNEL, &["Illuminate\\Support\\Facades\\Redis"], &["Redis.publish"], Slot::At(0)),
    consumes(CHANNEL, &["Illuminate\\Support\\Facades\\Redis"], &["Redis.subscribe"], Slot::At(0)),
    publishes(MQTT, MQTT_LIBRARIES, &["publish", "publishAsync"], Slot::AtOr(0, "topic")),
    consumes(MQTT, MQTT_LIBRARIES, &["subscribe", "subscribeAsync"], Slot::AtOr(0, "topic")),
    publishes(MQTT, MQTT_GO, &["Publish"], Slot::At(0)),
    consumes(MQTT, MQTT_GO, &["Subscribe"], Slot::At(0)),
    publishes(MQTT, &["MQTTnet"], &["WithTopic"], Slot::At(0)),
    consumes(MQTT, &["MQTTnet"], &["WithTopicFilter"], Slot::At(0)),
    publishes(PULSAR, &["pulsar", "pulsar-client"], &["create_producer", "createProducer"], Slot::AtOr(0, "topic")),
    consumes(PULSAR, &["pulsar", "pulsar-client"], &["subscribe"], Slot::AtOr(0, "topic")),
    publishes(PULSAR, &["github.com/apache/pulsar-client-go"], &["ProducerOptions"], Slot::Deep(&["Topic"])),
    consumes(PULSAR, &["github.com/apache/pulsar-client-go"], &["ConsumerOptions"], Slot::Deep(&["Topic", "Topics"])),
    publishes(ROCKETMQ, &["org.apache.rocketmq"], &["convertAndSend", "syncSend", "asyncSend"], Slot::At(0)),
    publishes((Topic, "Watermill"), WATERMILL, &["Publish"], Slot::At(0)),
    consumes((Topic, "Watermill"), WATERMILL, &["Subscribe"], Slot::At(1)),
    consumes((Topic, "Watermill"), WATERMILL, &["AddHandler", "AddNoPublisherHandler"], Slot::At(1)),
    publishes((Topic, "Dapr"), &["Dapr"], &["PublishEventAsync"], Slot::At(1)),
    publishes((Topic, "STOMP"), &["stomp"], &["send"], Slot::AtOr(0, "destination")),
    consumes((Topic, "STOMP"), &["stomp"], &["subscribe"], Slot::AtOr(0, "destination")),
];
