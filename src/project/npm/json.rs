//! Reading JSON with comments.

use jsonc_parser::ast::{Object, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::ReadError;
use crate::facts::Name;

/// The object that a document consists of.
///
/// # Errors
/// It is not JSON (comments and trailing commas are), or not an object.
pub fn object(text: &str) -> Result<Object<'_>, ReadError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let parsed = parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).map_err(|error| {
        let line = line_at(text, error.range().start);
        (Some(line), error.kind().to_string())
    })?;
    match parsed.value {
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err((None, "not an object".to_owned())),
        None => Err((None, "empty".to_owned())),
    }
}

/// The line of a byte, counted from 1.
pub fn line_at(text: &str, offset: usize) -> u32 {
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    memchr::memchr_iter(b'\n', before).count() as u32 + 1
}

/// The lines of the members of an object, in one pass over the text.
pub fn lines_of(text: &str, object: &Object<'_>) -> Vec<u32> {
    let mut line = line_at(text, object.start());
    let mut at = object.start();
    let mut lines = Vec::with_capacity(object.properties.len());
    for property in &object.properties {
        let between = text.as_bytes().get(at..property.start()).unwrap_or_default();
        line += memchr::memchr_iter(b'\n', between).count() as u32;
        at = property.start();
        lines.push(line);
    }
    lines
}

/// A member that is a string.
pub fn string(object: &Object<'_>, key: &str) -> Option<Name> {
    object.get_string(key).map(|text| Name::from(&*text.value))
}

/// The strings among the elements of a member that is an array; none where it is no array.
pub fn strings(object: &Object<'_>, key: &str) -> Option<Vec<Name>> {
    object.get_array(key).map(|array| texts(&array.elements))
}

/// The strings among some values.
pub fn texts(values: &[Value<'_>]) -> Vec<Name> {
    values.iter().filter_map(|value| value.as_string_lit()).map(|text| Name::from(&*text.value)).collect()
}
