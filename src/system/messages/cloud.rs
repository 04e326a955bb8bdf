//! Queues, topics and buses of clouds: SQS, SNS, EventBridge, Kinesis, Google Pub/Sub, Azure Service Bus and Event Hubs.

use super::claims::Sort;
use super::rules::{Rule, Slot, consumes, declares, publishes};
use crate::system::model::ChannelKind::{Queue, Stream, Topic};

const SQS: Sort = (Queue, "SQS");
const SNS: Sort = (Topic, "SNS");
const BUS: Sort = (Topic, "EventBridge");
const KINESIS: Sort = (Stream, "Kinesis");
const PYTHON: &[&str] = &["boto3", "aioboto3", "aiobotocore"];
const NODE_SQS: &[&str] = &["@aws-sdk/client-sqs", "aws-sdk", "sqs-consumer"];
const NODE_SNS: &[&str] = &["@aws-sdk/client-sns", "aws-sdk"];
const NODE_BUS: &[&str] = &["@aws-sdk/client-eventbridge", "aws-sdk"];
const GO_SQS: &[&str] = &["github.com/aws/aws-sdk-go-v2/service/sqs", "github.com/aws/aws-sdk-go/service/sqs"];
const GO_SNS: &[&str] = &["github.com/aws/aws-sdk-go-v2/service/sns", "github.com/aws/aws-sdk-go/service/sns"];
const GO_BUS: &[&str] =
    &["github.com/aws/aws-sdk-go-v2/service/eventbridge", "github.com/aws/aws-sdk-go/service/eventbridge"];
const JAVA_SQS: &[&str] = &["software.amazon.awssdk.services.sqs", "com.amazonaws.services.sqs", "io.awspring.cloud"];
const JAVA_SNS: &[&str] = &["software.amazon.awssdk.services.sns", "com.amazonaws.services.sns", "io.awspring.cloud"];
const DOTNET_SQS: &[&str] = &["Amazon.SQS"];
const DOTNET_SNS: &[&str] = &["Amazon.SimpleNotificationService"];

const PUBSUB: Sort = (Topic, "Google Pub/Sub");
const SUBSCRIPTION: Sort = (Queue, "Google Pub/Sub");
const GCP_PYTHON: &[&str] = &["google.cloud", "google.cloud.pubsub_v1"];
const GCP_NODE: &[&str] = &["@google-cloud/pubsub"];
const GCP_GO: &[&str] = &["cloud.google.com/go/pubsub"];

const BUS_QUEUE: Sort = (Queue, "Azure Service Bus");
const BUS_TOPIC: Sort = (Topic, "Azure Service Bus");
const HUB: Sort = (Stream, "Azure Event Hubs");
const AZURE_PYTHON: &[&str] = &["azure.servicebus"];
const AZURE_DOTNET: &[&str] = &["Azure.Messaging.ServiceBus", "Microsoft.Azure.ServiceBus"];
const AZURE_GO: &[&str] = &["github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"];
const HUBS: &[&str] = &["azure.eventhub", "@azure/event-hubs", "Azure.Messaging.EventHubs"];

/// Calls of the clouds' libraries.
pub static RULES: &[Rule] = &[
    publishes(SQS, PYTHON, &["send_message", "send_message_batch"], Slot::Deep(&["QueueUrl"])).spread(),
    publishes(SQS, PYTHON, &["send_message", "send_messages"], Slot::MakerKey(&["get_queue_by_name"], "QueueName")),
    consumes(SQS, PYTHON, &["receive_message"], Slot::Deep(&["QueueUrl"])).spread(),
    declares(SQS, PYTHON, &["create_queue", "get_queue_by_name", "get_queue_url"], Slot::Deep(&["QueueName"])),
    publishes(SNS, PYTHON, &["publish", "publish_batch"], Slot::Deep(&["TopicArn"])).spread(),
    declares(SNS, PYTHON, &["create_topic"], Slot::Deep(&["Name"])),
    publishes(BUS, PYTHON, &["put_events"], Slot::Deep(&["EventBusName"])).spread(),
    publishes(KINESIS, PYTHON, &["put_record", "put_records"], Slot::Deep(&["StreamName"])).spread(),
    publishes(
        SQS,
        NODE_SQS,
        &["SendMessageCommand", "SendMessageBatchCommand", "sendMessage", "sendMessageBatch"],
        Slot::Deep(&["QueueUrl"]),
    )
    .spread(),
    consumes(SQS, NODE_SQS, &["ReceiveMessageCommand", "receiveMessage"], Slot::Deep(&["QueueUrl"])).spread(),
    consumes(SQS, &["sqs-consumer"], &["Consumer.create"], Slot::Deep(&["queueUrl"])),
    declares(SQS, NODE_SQS, &["CreateQueueCommand", "createQueue"], Slot::Deep(&["QueueName"])),
    publishes(SNS, NODE_SNS, &["PublishCommand", "PublishBatchCommand", "publish"], Slot::Deep(&["TopicArn"])).spread(),
    declares(SNS, NODE_SNS, &["CreateTopicCommand", "createTopic"], Slot::Deep(&["Name"])),
    publishes(BUS, NODE_BUS, &["PutEventsCommand", "putEvents"], Slot::Deep(&["EventBusName"])).spread(),
    publishes(
        KINESIS,
        &["@aws-sdk/client-kinesis", "aws-sdk"],
        &["PutRecordCommand", "putRecord"],
        Slot::Deep(&["StreamName"]),
    ),
    publishes(SQS, GO_SQS, &["SendMessageInput", "SendMessageBatchInput"], Slot::Deep(&["QueueUrl"])),
    consumes(SQS, GO_SQS, &["ReceiveMessageInput"], Slot::Deep(&["QueueUrl"])),
    declares(SQS, GO_SQS, &["CreateQueueInput", "GetQueueUrlInput"], Slot::Deep(&["QueueName"])),
    publishes(SNS, GO_SNS, &["PublishInput"], Slot::Deep(&["TopicArn"])),
    declares(SNS, GO_SNS, &["CreateTopicInput"], Slot::Deep(&["Name"])),
    publishes(BUS, GO_BUS, &["PutEventsRequestEntry"], Slot::Deep(&["EventBusName"])),
    publishes(SQS, JAVA_SQS, &["queueUrl"], Slot::Built("SendMessageRequest")),
    consumes(SQS, JAVA_SQS, &["queueUrl"], Slot::Built("ReceiveMessageRequest")),
    publishes(SQS, JAVA_SQS, &["SendMessageRequest"], Slot::At(0)),
    publishes(SQS, JAVA_SQS, &["sendMessage"], Slot::At(0)),
    consumes(SQS, JAVA_SQS, &["ReceiveMessageRequest", "receiveMessage"], Slot::At(0)),
    publishes(SQS, &["io.awspring.cloud"], &["send", "convertAndSend"], Slot::At(0)),
    declares(SQS, JAVA_SQS, &["queueName", "createQueue"], Slot::At(0)),
    publishes(SNS, JAVA_SNS, &["topicArn"], Slot::Built("PublishRequest")),
    publishes(SNS, JAVA_SNS, &["PublishRequest", "withTopicArn"], Slot::At(0)),
    publishes(SQS, DOTNET_SQS, &["SendMessageRequest"], Slot::AtOr(0, "QueueUrl")),
    publishes(SQS, DOTNET_SQS, &["SendMessageAsync"], Slot::At(0)),
    consumes(SQS, DOTNET_SQS, &["ReceiveMessageRequest"], Slot::AtOr(0, "QueueUrl")),
    publishes(SNS, DOTNET_SNS, &["PublishRequest"], Slot::AtOr(0, "TopicArn")),
    publishes(SQS, &["aws_sdk_sqs"], &["queue_url"], Slot::At(0)),
    publishes(SNS, &["aws_sdk_sns"], &["topic_arn"], Slot::At(0)),
    declares(PUBSUB, GCP_PYTHON, &["topic_path"], Slot::At(1)),
    consumes(SUBSCRIPTION, GCP_PYTHON, &["subscription_path"], Slot::At(1)),
    publishes(PUBSUB, GCP_PYTHON, &["publish"], Slot::At(0)),
    publishes(PUBSUB, GCP_NODE, &["publishMessage", "publish", "publishJSON"], Slot::Maker(&["topic"])),
    declares(PUBSUB, GCP_NODE, &["createTopic", "topic"], Slot::At(0)),
    consumes(SUBSCRIPTION, GCP_NODE, &["on", "pull"], Slot::Maker(&["subscription"])),
    declares(SUBSCRIPTION, GCP_NODE, &["createSubscription", "subscription"], Slot::At(0)),
    publishes(PUBSUB, GCP_GO, &["Publish"], Slot::Maker(&["Topic", "Publisher"])),
    declares(PUBSUB, GCP_GO, &["Topic", "CreateTopic"], Slot::At(0)),
    consumes(SUBSCRIPTION, GCP_GO, &["Receive"], Slot::Maker(&["Subscription", "Subscriber"])),
    declares(SUBSCRIPTION, GCP_GO, &["Subscription", "Subscriber"], Slot::At(0)),
    declares(
        PUBSUB,
        &["com.google.pubsub", "com.google.cloud.pubsub"],
        &["TopicName.of", "ofProjectTopicName"],
        Slot::At(1),
    ),
    consumes(SUBSCRIPTION, &["com.google.pubsub", "com.google.cloud.pubsub"], &["SubscriptionName.of"], Slot::At(1)),
    publishes(PUBSUB, &["com.google.cloud.spring.pubsub"], &["publish"], Slot::At(0)),
    consumes(SUBSCRIPTION, &["com.google.cloud.spring.pubsub"], &["subscribe"], Slot::At(0)),
    publishes(BUS_QUEUE, AZURE_PYTHON, &["get_queue_sender"], Slot::AtOr(0, "queue_name")),
    consumes(BUS_QUEUE, AZURE_PYTHON, &["get_queue_receiver"], Slot::AtOr(0, "queue_name")),
    publishes(BUS_TOPIC, AZURE_PYTHON, &["get_topic_sender"], Slot::AtOr(0, "topic_name")),
    consumes(BUS_TOPIC, AZURE_PYTHON, &["get_subscription_receiver"], Slot::AtOr(0, "topic_name")),
    publishes(BUS_QUEUE, &["@azure/service-bus"], &["createSender"], Slot::At(0)),
    consumes(BUS_QUEUE, &["@azure/service-bus"], &["createReceiver"], Slot::At(0)),
    publishes(BUS_QUEUE, AZURE_DOTNET, &["CreateSender"], Slot::At(0)),
    consumes(BUS_QUEUE, AZURE_DOTNET, &["CreateReceiver", "CreateProcessor"], Slot::At(0)),
    publishes(BUS_QUEUE, AZURE_GO, &["NewSender"], Slot::At(0)),
    consumes(BUS_QUEUE, AZURE_GO, &["NewReceiverForQueue"], Slot::At(0)),
    consumes(BUS_TOPIC, AZURE_GO, &["NewReceiverForSubscription"], Slot::At(0)),
    publishes(HUB, HUBS, &["EventHubProducerClient"], Slot::AtOr(1, "eventhub_name")),
    publishes(HUB, HUBS, &["EventHubProducerClient.from_connection_string"], Slot::Deep(&["eventhub_name"])),
    consumes(HUB, HUBS, &["EventHubConsumerClient"], Slot::AtOr(2, "eventhub_name")),
    consumes(HUB, HUBS, &["EventHubConsumerClient.from_connection_string"], Slot::Deep(&["eventhub_name"])),
];
