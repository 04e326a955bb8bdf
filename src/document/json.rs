//! JSON with comments and trailing commas.

use jsonc_parser::ast::{ObjectPropName, Value as Json};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::tree::{Entry, Tree, Value};
use super::{Problem, Read};
use crate::facts::Name;

/// Deeper nesting is refused: the parser recurses.
const DEPTH_LIMIT: usize = 128;

/// Reads a document.
pub(super) fn read(text: &str) -> Read {
    let failed = |line, message: String| (Vec::new(), Some(Problem { line, message }));
    if depth(text) > DEPTH_LIMIT {
        return failed(None, "nested too deeply".to_owned());
    }
    match parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()) {
        Ok(parsed) => {
            let lines = Lines::of(text);
            (parsed.value.iter().map(|value| tree(value, &lines)).collect(), None)
        }
        Err(error) => {
            let line = Lines::of(text).line(error.range().start);
            failed(Some(line), format!("not well-formed: {}", error.kind()))
        }
    }
}

/// How deep brackets are nested at most; those in texts count too, which no real file notices.
fn depth(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

/// Where each line begins.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        Self(memchr::memchr_iter(b'\n', text.as_bytes()).collect())
    }

    /// The line of a byte, counted from 1.
    pub(super) fn line(&self, at: usize) -> u32 {
        self.0.partition_point(|end| *end < at) as u32 + 1
    }
}

fn tree(json: &Json<'_>, lines: &Lines) -> Tree {
    let value = match json {
        Json::StringLit(text) => Value::Text(Name::from(&*text.value)),
        Json::NumberLit(number) => Value::Text(Name::from(number.value)),
        Json::BooleanLit(flag) => Value::Text(Name::from(if flag.value { "true" } else { "false" })),
        Json::NullKeyword(_) => Value::Text(Name::default()),
        Json::Array(array) => Value::List(array.elements.iter().map(|element| tree(element, lines)).collect()),
        Json::Object(object) => Value::Map(
            object
                .properties
                .iter()
                .map(|property| {
                    let key = match &property.name {
                        ObjectPropName::String(text) => Name::from(&*text.value),
                        ObjectPropName::Word(word) => Name::from(word.value),
                    };
                    Entry { key, line: lines.line(property.start()), value: tree(&property.value, lines) }
                })
                .collect(),
        ),
    };
    Tree { line: lines.line(json.start()), value }
}
