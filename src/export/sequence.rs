//! Mermaid sequence diagrams: who asks whom, in order.

use std::fmt::Write as _;

use super::mermaid::{escaped, size};
use crate::text::{counted, truncate_middle};

/// The longest label, in columns.
const LABEL_WIDTH: usize = 70;

/// The most messages that a reader follows.
pub const READABLE: usize = 40;

/// A sequence diagram.
#[derive(Debug, Clone, Default)]
pub struct Sequence {
    /// Who takes part, in the order in which they appear; not escaped.
    pub participants: Vec<Participant>,
    /// In order.
    pub steps: Vec<Step>,
}

/// Who takes part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Its name; not escaped.
    pub label: String,
    /// Whether it is a person or a client.
    pub actor: bool,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Somebody asks or tells somebody.
    Message {
        /// Index into the participants.
        from: usize,
        /// Index into the participants.
        to: usize,
        /// What; not escaped.
        text: String,
        /// Whether nobody waits for an answer.
        asynchronous: bool,
        /// Whether it is an answer.
        answer: bool,
    },
    /// What follows up to [`Step::End`] happens under a condition.
    Opt(String),
    /// What follows up to [`Step::Else`] is the usual case.
    Alt(String),
    /// The other case.
    Else(String),
    /// The condition ends.
    End,
}

impl Sequence {
    /// The number of a participant, who is added where it is new.
    pub fn participant(&mut self, label: &str, actor: bool) -> usize {
        self.participants.iter().position(|known| known.label == label).unwrap_or_else(|| {
            self.participants.push(Participant { label: label.to_owned(), actor });
            self.participants.len() - 1
        })
    }

    /// Adds a message.
    pub fn message(&mut self, from: usize, to: usize, text: impl Into<String>) {
        self.steps.push(Step::Message { from, to, text: text.into(), asynchronous: false, answer: false });
    }

    /// Adds a message whose sender goes on at once.
    pub fn tell(&mut self, from: usize, to: usize, text: impl Into<String>) {
        self.steps.push(Step::Message { from, to, text: text.into(), asynchronous: true, answer: false });
    }

    /// Keeps the first messages, at most so many, closes what is open then, and says what was left out.
    pub fn cut(&mut self, most: usize) -> Vec<String> {
        let is_message = |step: &Step| matches!(step, Step::Message { .. });
        let all = self.steps.iter().filter(|step| is_message(step)).count();
        if all <= most {
            return Vec::new();
        }
        let mut kept = 0;
        let end = self.steps.iter().position(|step| {
            kept += usize::from(is_message(step));
            kept > most
        });
        self.steps.truncate(end.unwrap_or(self.steps.len()));
        let mut open = 0_usize;
        for step in &self.steps {
            match step {
                Step::Opt(_) | Step::Alt(_) => open += 1,
                Step::End => open = open.saturating_sub(1),
                _ => {}
            }
        }
        self.steps.extend(std::iter::repeat_n(Step::End, open));
        vec![format!("The {} after the first {most} left out.", counted((all - most) as u64, "message"))]
    }

    /// As Mermaid's `sequenceDiagram`. Messages beyond Mermaid's limit of text are left out.
    pub fn mermaid(&self) -> String {
        let mut out = String::from("sequenceDiagram\n");
        for (id, participant) in self.participants.iter().enumerate() {
            let kind = if participant.actor { "actor" } else { "participant" };
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  {kind} p{id} as {}", shown(&participant.label));
        }
        for step in &self.steps {
            let _ = match step {
                Step::Message { from, to, text, asynchronous, answer } => {
                    let arrow = match (asynchronous, answer) {
                        (_, true) => "-->>",
                        (true, false) => "-)",
                        (false, false) => "->>",
                    };
                    writeln!(out, "  p{from}{arrow}p{to}: {}", shown(text))
                }
                Step::Opt(condition) => writeln!(out, "  opt {}", shown(condition)),
                Step::Alt(condition) => writeln!(out, "  alt {}", shown(condition)),
                Step::Else(condition) => writeln!(out, "  else {}", shown(condition)),
                Step::End => writeln!(out, "  end"),
            };
        }
        debug_assert!(size(&out) <= super::mermaid::MAX_SIZE, "cut it first");
        out
    }
}

/// A label; an empty one is no label.
fn shown(text: &str) -> String {
    let shown = escaped(&truncate_middle(text, LABEL_WIDTH));
    if shown.is_empty() { "?".to_owned() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_written_in_order_and_cut_with_what_is_open() {
        let mut sequence = Sequence::default();
        let (me, shop) = (sequence.participant("me", true), sequence.participant("shop", false));
        sequence.message(me, shop, "GET /a;b");
        sequence.steps.push(Step::Opt("found".to_owned()));
        sequence.tell(shop, shop, "note");
        sequence.message(shop, me, "ok");
        sequence.steps.push(Step::End);
        let expected = "sequenceDiagram\n  actor p0 as me\n  participant p1 as shop\n  p0->>p1: GET /a#59;b\n  opt found\n  \
                        p1-)p1: note\n  p1->>p0: ok\n  end\n";
        assert_eq!(sequence.mermaid(), expected);
        assert_eq!(sequence.cut(2), ["The 1 message after the first 2 left out."]);
        assert!(sequence.mermaid().ends_with("  p1-)p1: note\n  end\n"));
    }
}
