//! Topics and queues, who sends to them and who receives from them.

use super::{ComponentId, Place, Sureness};
use crate::facts::Name;

/// Index into [`System::channels`](super::System::channels).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelId(pub u32);

impl ChannelId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a channel does with messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChannelKind {
    /// Every subscriber gets every message.
    Topic,
    /// One receiver gets each message.
    Queue,
    /// Passes messages on to queues by rules.
    Exchange,
    /// A log that readers follow.
    Stream,
}

impl ChannelKind {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Queue => "queue",
            Self::Exchange => "exchange",
            Self::Stream => "stream",
        }
    }
}

/// A topic, a queue, an exchange or a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// As the broker knows it.
    pub name: Name,
    /// What it does with messages.
    pub kind: ChannelKind,
    /// Whose channel it is: `Kafka`, `Celery`.
    pub technology: Name,
    /// The component that carries it, where there is exactly one that can.
    pub broker: Option<ComponentId>,
    /// Where messages go that nobody could process, if something says so.
    pub dead_letter: Option<Place>,
    /// Sorted.
    pub evidence: Vec<Place>,
}

/// Which way messages go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The component sends.
    Publishes,
    /// The component receives.
    Consumes,
}

impl Direction {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publishes => "publish",
            Self::Consumes => "consume",
        }
    }
}

/// Somebody's use of a channel.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Flow {
    /// The topic or queue.
    pub channel: ChannelId,
    /// Which way.
    pub direction: Direction,
    /// Who; none where no component's source the place is.
    pub component: Option<ComponentId>,
    /// How sure it is.
    pub sureness: Sureness,
    /// Where.
    pub evidence: Place,
}
