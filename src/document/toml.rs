//! TOML.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::json::Lines;
use super::tree::{Entry, Tree, Value};
use super::{Problem, Read};
use crate::facts::Name;

/// Reads a document. The parser bounds nesting itself.
pub(super) fn read(text: &str) -> Read {
    let lines = Lines::of(text);
    match DeTable::parse(text) {
        Ok(table) => (vec![map(table.get_ref(), 1, &lines)], None),
        Err(error) => {
            let line = error.span().map(|span| lines.line(span.start));
            (Vec::new(), Some(Problem { line, message: format!("not well-formed: {}", error.message()) }))
        }
    }
}

fn map(table: &DeTable<'_>, line: u32, lines: &Lines) -> Tree {
    let mut entries: Vec<Entry> = table
        .iter()
        .map(|(key, value)| Entry {
            key: Name::from(&**key.get_ref()),
            line: lines.line(key.span().start),
            value: tree(value, lines),
        })
        .collect();
    entries.sort_by_key(|entry| entry.line);
    Tree { line, value: Value::Map(entries) }
}

fn tree(value: &Spanned<DeValue<'_>>, lines: &Lines) -> Tree {
    let line = lines.line(value.span().start);
    let text = |text: &str| Tree { line, value: Value::Text(Name::from(text)) };
    match value.get_ref() {
        DeValue::String(found) => text(found),
        DeValue::Integer(number) => text(&number.to_string()),
        DeValue::Float(number) => text(&number.to_string()),
        DeValue::Boolean(flag) => text(if *flag { "true" } else { "false" }),
        DeValue::Datetime(date) => text(&date.to_string()),
        DeValue::Array(elements) => {
            Tree { line, value: Value::List(elements.iter().map(|element| tree(element, lines)).collect()) }
        }
        DeValue::Table(table) => map(table, line, lines),
    }
}
