//! The running system in other programs' formats: components and channels are boxes, connections and messages arrows.

mod c4;
mod json;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::chart::{BoxId, Chart, Shape};
use super::mermaid::{MAX_SIZE, RESERVED, size};
use super::{Output, generator};
use crate::system::{ChannelId, Component, ComponentId, Direction, Role, Sureness, System};
use crate::text::{counted, sanitize};

pub use json::value;

/// Every format of the running system, the one for documents first. The order is the order in help texts.
pub static FORMATS: &[Format] = &[
    Format { name: "mermaid", doc: "a Mermaid flowchart", extension: "mmd", write: mermaid },
    Format {
        name: "c4",
        doc: "Mermaid's C4 notation: the containers of the running system",
        extension: "mmd",
        write: c4,
    },
    Format { name: "dot", doc: "Graphviz, the system as a cluster", extension: "dot", write: dot },
    Format { name: "json", doc: "one object, as `transom system` prints it", extension: "json", write: json },
    Format { name: "jsonl", doc: "one connection or message a line", extension: "jsonl", write: jsonl },
];

/// A format.
pub struct Format {
    /// The name on the command line: lower case, one word.
    pub name: &'static str,
    /// What it is, in one line.
    pub doc: &'static str,
    /// Of files in this format, without the dot.
    pub extension: &'static str,
    /// Writes it.
    pub write: fn(&Input<'_>) -> Output,
}

/// What is written.
pub struct Input<'a> {
    /// The running system.
    pub system: &'a System,
    /// What it is called.
    pub name: &'a str,
    /// What is shown of it; all of it where nothing is chosen.
    pub chosen: Option<&'a Chosen>,
}

/// Parts of a system.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chosen {
    /// Components.
    pub components: BTreeSet<ComponentId>,
    /// Topics and queues.
    pub channels: BTreeSet<ChannelId>,
}

impl Chosen {
    /// Whether nothing is chosen.
    pub fn is_empty(&self) -> bool {
        self.components.is_empty() && self.channels.is_empty()
    }

    /// Adds what is within so many connections or messages, in both directions.
    #[must_use]
    pub fn with_neighbours(mut self, system: &System, depth: u32) -> Self {
        for _ in 0..depth {
            let before = self.clone();
            for edge in &system.edges {
                for (end, other) in [(edge.from, edge.to), (edge.to, edge.from)] {
                    if before.components.contains(&end) {
                        self.components.insert(other);
                    }
                }
            }
            for flow in &system.flows {
                let Some(by) = flow.component else { continue };
                if before.components.contains(&by) {
                    self.channels.insert(flow.channel);
                }
                if before.channels.contains(&flow.channel) {
                    self.components.insert(by);
                }
            }
            if self == before {
                break;
            }
        }
        self
    }
}

impl Input<'_> {
    fn has(&self, component: ComponentId) -> bool {
        self.chosen.is_none_or(|chosen| chosen.components.contains(&component))
    }

    fn has_channel(&self, channel: ChannelId) -> bool {
        self.chosen.is_none_or(|chosen| chosen.channels.contains(&channel))
    }
}

/// The format with this name.
pub fn format_named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// Whether a component is outside of the system.
pub fn is_outside(component: &Component) -> bool {
    matches!(component.role, Role::External | Role::User | Role::Mail)
}

/// How a component is drawn.
pub fn shape(role: Role) -> Shape {
    match role {
        Role::User => Shape::Person,
        Role::Database | Role::Cache | Role::Search | Role::Storage => Shape::Store,
        Role::Broker => Shape::Channel,
        Role::Gateway => Shape::Gateway,
        Role::External => Shape::Outside,
        _ => Shape::Plain,
    }
}

/// The lines of a component's box: its name, and what it is and is made with, as C4 writes it.
pub fn box_lines(component: &Component) -> [String; 2] {
    let made_with = component.technologies.iter().take(2).map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    let role = component.role.as_str();
    let about = if made_with.is_empty() { role.to_owned() } else { format!("{role}: {made_with}") };
    // A second thing of one name is numbered to tell it apart in lists; a person's box needs no number.
    let name = match component.role {
        Role::User => component.name.split('#').next().unwrap_or_default(),
        _ => component.name.as_str(),
    };
    [name.to_owned(), about]
}

/// The system as boxes, everything that is not outside of it in one frame. What is inferred is drawn with a dashed line.
pub fn chart(input: &Input<'_>) -> Chart {
    let system = input.system;
    let mut chart = Chart::default();
    let frame = chart.frame(input.name, None);
    let mut components: Vec<Option<BoxId>> = vec![None; system.nodes.len()];
    for (id, component) in (0..).map(ComponentId).zip(&system.nodes).filter(|(id, _)| input.has(*id)) {
        let frame = (!is_outside(component)).then_some(frame);
        components[id.index()] = Some(chart.node(shape(component.role), frame, box_lines(component)));
    }
    let mut channels: Vec<Option<BoxId>> = vec![None; system.channels.len()];
    for (id, channel) in (0..).map(ChannelId).zip(&system.channels).filter(|(id, _)| input.has_channel(*id)) {
        let lines = [channel.name.to_string(), format!("{}: {}", channel.kind.as_str(), channel.technology)];
        channels[id.index()] = Some(chart.node(Shape::Channel, Some(frame), lines));
    }
    for edge in &system.edges {
        if let (Some(from), Some(to)) = (components[edge.from.index()], components[edge.to.index()]) {
            chart.arrow(from, to, edge.kind, edge.sureness == Sureness::Inferred);
        }
    }
    for flow in &system.flows {
        let by = flow.component.and_then(|by| components[by.index()]);
        let (Some(by), Some(channel)) = (by, channels[flow.channel.index()]) else { continue };
        let (from, to) = match flow.direction {
            Direction::Publishes => (by, channel),
            Direction::Consumes => (channel, by),
        };
        chart.arrow(from, to, flow.direction.as_str(), flow.sureness == Sureness::Inferred);
    }
    chart
}

/// What a drawing says about itself, as comments behind a sign.
fn heading(sign: &str, chart: &Chart, notes: &[String]) -> String {
    let boxes = counted(chart.boxes.len() as u64, "box");
    let arrows = counted(chart.arrows.len() as u64, "arrow");
    let mut text = format!("{sign} {}, level system: {boxes}, {arrows}\n", generator());
    for note in notes {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{sign} {}", sanitize(note).replace('%', "#37;"));
    }
    text
}

/// A chart in a notation of Mermaid, cut to what Mermaid draws.
fn fitted(input: &Input<'_>, write: impl Fn(&Chart) -> String) -> Output {
    let whole = chart(input);
    let mut most = whole.boxes.len();
    loop {
        let mut chart = whole.clone();
        let notes = chart.cut(most);
        let text = write(&chart);
        if size(&text) <= MAX_SIZE - RESERVED || most == 0 {
            return Output { text: heading("%%", &chart, &notes) + &text, notes };
        }
        most = most * 9 / 10;
    }
}

fn mermaid(input: &Input<'_>) -> Output {
    fitted(input, Chart::mermaid)
}

fn c4(input: &Input<'_>) -> Output {
    fitted(input, c4::containers)
}

fn dot(input: &Input<'_>) -> Output {
    let chart = chart(input);
    Output { text: heading("//", &chart, &[]) + &chart.dot(), notes: Vec::new() }
}

fn json(input: &Input<'_>) -> Output {
    Output { text: format!("{}\n", super::to_json(&json::value(input))), notes: Vec::new() }
}

fn jsonl(input: &Input<'_>) -> Output {
    let lines = json::lines(input).iter().map(|line| super::to_json(line) + "\n").collect();
    Output { text: lines, notes: Vec::new() }
}

#[cfg(test)]
mod tests;
