//! What happens after a request or a message, as sequence diagrams.

use crate::analysis::trace::{self, Actor, Message, Trace};
use crate::export::sequence::{READABLE, Sequence, Step};
use crate::report::facts::name_or_dash;
use crate::report::{Content, Diagram, Input, Part, Statement, Text};
use crate::system::System;
use crate::text::counted;

/// The section.
pub static FLOWS: Part = Part {
    title: "Data flow",
    looks_for: "what routes, receivers of messages and mains do to other components, tables and channels",
    write,
};

/// How many flows are drawn.
const FLOWS_DRAWN: usize = 10;

fn write(input: &Input<'_>, content: &mut Content) {
    let traces = trace::of_snapshot(input.snapshot);
    let drawn = chosen(&traces);
    for trace in &drawn {
        let mut inner = Content::default();
        inner.say(
            Statement::new(
                Text::from("Begins in ")
                    .text(name_or_dash(input.system(), trace.component))
                    .plain(format!(", {}.", counted(trace.messages.len() as u64, "step"))),
            )
            .by([&trace.place]),
        );
        inner.diagram(Some(sequence(input.system(), trace)));
        inner.list(trace.messages.iter().skip(1).take(READABLE).map(|message| step(input.system(), message)).collect());
        content.section(Text::new().code(&trace.name), inner);
    }
    if traces.len() > drawn.len() {
        let more = counted((traces.len() - drawn.len()) as u64, "further flow");
        content.say(Statement::new(format!("{more} left out, those that reach the fewest others.")));
    }
}

/// The flows that reach most, no two with the same steps.
fn chosen(traces: &[Trace]) -> Vec<&Trace> {
    let mut chosen: Vec<&Trace> = Vec::new();
    for trace in traces {
        let same = |known: &&&Trace| known.messages[1..] == trace.messages[1..];
        if chosen.iter().find(same).is_none() && chosen.len() < FLOWS_DRAWN {
            chosen.push(trace);
        }
    }
    chosen
}

/// An actor's name in a diagram.
fn label(system: &System, actor: &Actor) -> String {
    match actor {
        Actor::Client => "Client".to_owned(),
        Actor::Unit(name) => name.clone(),
        Actor::Component(id) => system.node(*id).name.to_string(),
        Actor::Tables => "tables".to_owned(),
        Actor::Channel(id) => system.channels[id.index()].name.to_string(),
    }
}

fn sequence(system: &System, trace: &Trace) -> Diagram {
    let mut sequence = Sequence::default();
    for message in &trace.messages {
        let from = sequence.participant(&label(system, &message.from), message.from == Actor::Client);
        let to = sequence.participant(&label(system, &message.to), false);
        let (text, asynchronous) = (message.text.clone(), message.tells);
        sequence.steps.push(Step::Message { from, to, text, asynchronous, answer: false });
    }
    let notes = sequence.cut(READABLE);
    Diagram { mermaid: sequence.mermaid(), notes }
}

fn step(system: &System, message: &Message) -> Statement {
    let text = Text::new()
        .code(label(system, &message.from))
        .plain(if message.tells { " tells " } else { " asks " })
        .code(label(system, &message.to))
        .plain(": ")
        .plain(&message.text);
    Statement::new(text).by([&message.place])
}
