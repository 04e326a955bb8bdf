//! A YAML document as a tree, for the few files that need no more.

use saphyr_parser::{Event, Parser};

use super::ReadError;
use crate::facts::Name;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Yaml {
    /// A scalar as written.
    Text(Name),
    /// A sequence.
    List(Vec<Yaml>),
    /// A mapping, in order.
    Map(Vec<(Name, Yaml)>),
}

impl Yaml {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Yaml> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The entries of a mapping; empty for anything else.
    pub fn entries(&self) -> &[(Name, Yaml)] {
        if let Self::Map(entries) = self { entries } else { &[] }
    }

    /// The elements of a sequence; empty for anything else.
    pub fn elements(&self) -> &[Yaml] {
        if let Self::List(elements) = self { elements } else { &[] }
    }

    /// The scalar.
    pub fn text(&self) -> Option<&Name> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

/// Collections nested deeper than this are refused: dropping a tree recurses.
const DEPTH_LIMIT: usize = 64;

/// A collection that is not complete.
enum Open {
    List(Vec<Yaml>),
    Map(Vec<(Name, Yaml)>, Option<Name>),
}

/// Reads the first document.
///
/// # Errors
/// It is not YAML, or nested deeper than anybody's configuration.
pub fn read(text: &str) -> Result<Yaml, ReadError> {
    let mut open: Vec<Open> = Vec::new();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, _) = event.map_err(|error| (Some(error.marker().line() as u32), error.info().to_owned()))?;
        let value = match event {
            Event::Scalar(text, ..) => Yaml::Text(Name::from(&*text)),
            Event::Alias(_) => Yaml::Text(Name::default()),
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if open.len() >= DEPTH_LIMIT {
                    return Err((None, "nested too deeply".to_owned()));
                }
                let is_list = matches!(event, Event::SequenceStart(..));
                open.push(if is_list { Open::List(Vec::new()) } else { Open::Map(Vec::new(), None) });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List(elements)) => Yaml::List(elements),
                Some(Open::Map(entries, _)) => Yaml::Map(entries),
                None => continue,
            },
            Event::DocumentEnd | Event::StreamEnd => break,
            _ => continue,
        };
        match open.last_mut() {
            None => return Ok(value),
            Some(Open::List(elements)) => elements.push(value),
            Some(Open::Map(entries, key)) => match key.take() {
                Some(key) => entries.push((key, value)),
                None => *key = Some(value.text().cloned().unwrap_or_default()),
            },
        }
    }
    Ok(Yaml::Map(Vec::new()))
}
