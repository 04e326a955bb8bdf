//! Who sends which messages where, and who receives them.

use std::collections::BTreeMap;

use crate::export::chart::{Chart, Shape};
use crate::report::facts::{NAMES, ROWS, box_lines, diagram, name_or_dash, or_dash, places, shape};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::system::{ChannelId, Direction, Flow};

/// The section.
pub static EVENTS: Part = Part {
    title: "Event flow",
    looks_for: "topics, queues and exchanges of Kafka, AMQP, NATS, Redis, SQS and SNS, Pub/Sub, JMS, Spring Cloud Stream, Celery, \
        Sidekiq, BullMQ, and who sends to and receives from them",
    write,
};

fn write(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut chart = Chart::default();
    let mut parts: BTreeMap<u32, usize> = BTreeMap::new();
    let mut table = Table::new(["Channel", "Kind", "Technology", "Sent by", "Received by", "Dead letters", "Where"]);
    let mut orphans = Vec::new();
    for (index, channel) in system.channels.iter().enumerate() {
        let id = ChannelId(index as u32);
        let flows = |direction: Direction| -> Vec<&Flow> {
            system.flows.iter().filter(|flow| flow.channel == id && flow.direction == direction).collect()
        };
        let (sent, received) = (flows(Direction::Publishes), flows(Direction::Consumes));
        let lines = [channel.name.to_string(), format!("{}: {}", channel.kind.as_str(), channel.technology)];
        let drawn = chart.node(Shape::Channel, None, lines);
        for flow in sent.iter().chain(&received) {
            let Some(by) = flow.component else { continue };
            let component = system.node(by);
            let part =
                *parts.entry(by.0).or_insert_with(|| chart.node(shape(component.role), None, box_lines(component)));
            match flow.direction {
                Direction::Publishes => chart.arrow(part, drawn, "publish", false),
                Direction::Consumes => chart.arrow(drawn, part, "consume", false),
            }
        }
        let who = |flows: &[&Flow]| {
            let mut named: Vec<Text> = flows.iter().map(|flow| name_or_dash(system, flow.component)).collect();
            named.dedup();
            or_dash(Text::new().list(named, NAMES))
        };
        table.row([
            Text::new().code(&channel.name),
            channel.kind.as_str().into(),
            channel.technology.as_str().into(),
            who(&sent),
            who(&received),
            channel.dead_letter.as_ref().map_or_else(|| "-".into(), |place| Text::new().place(place)),
            places(&channel.evidence),
        ]);
        let lacks = match (sent.is_empty(), received.is_empty()) {
            (false, true) => "nobody in the project receives from it",
            (true, false) => "nobody in the project sends to it",
            (true, true) => "it is declared, and nobody in the project uses it",
            (false, false) => continue,
        };
        let text = Text::new().code(&channel.name).plain(format!(": {lacks}"));
        orphans.push(Statement::new(text).by(&channel.evidence));
    }
    content.diagram(diagram(chart));
    content.table(table.most(ROWS));
    let mut inner = Content::default();
    inner.list(orphans);
    content.section("Orphans", inner);
}
