//! Arguments in notations that the grammars leave as tokens: Rust's attributes and Go's tags of fields.

use crate::facts::secret::redact;
use crate::facts::terms::{Argument, TEXT_LIMIT, Value};

use super::text::{cut, inner, unquoted};

/// How deep brackets are followed.
const DEPTH_LIMIT: usize = 8;

/// Reads `(a, b = "c", d(e))` with or without its brackets.
pub fn arguments(text: &str, line: u32) -> Vec<Argument> {
    read(inner(cut(text.trim(), TEXT_LIMIT)), line, 0)
}

fn read(text: &str, line: u32, depth: usize) -> Vec<Argument> {
    let mut line = line;
    let mut found = Vec::new();
    for piece in split(text) {
        let breaks = |text: &str| text.bytes().filter(|byte| *byte == b'\n').count() as u32;
        let at = line + breaks(&piece[..piece.len() - piece.trim_start().len()]);
        line += breaks(piece);
        let piece = piece.trim();
        if piece.is_empty() {
            continue;
        }
        let word = piece.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':' | '.')).unwrap_or(piece.len());
        let (name, rest) = (&piece[..word], piece[word..].trim_start());
        let value = rest.strip_prefix('=').filter(|rest| !rest.starts_with('=')).map(str::trim);
        found.push(match value {
            Some(given) if !name.is_empty() => Argument { name: Some(name.into()), value: value_of(given), line: at },
            None if rest.starts_with(['(', '[', '{']) && !name.is_empty() && depth < DEPTH_LIMIT => {
                let value = Value::Map(read(inner(rest), at, depth + 1));
                Argument { name: Some(name.into()), value, line: at }
            }
            _ => Argument { name: None, value: value_of(piece), line: at },
        });
    }
    found
}

fn value_of(text: &str) -> Value {
    let first = text.trim_start_matches(['r', 'b', '#']).chars().next();
    match first {
        Some('"') => Value::Text(redact(unquoted(text)).into()),
        Some(c) if c.is_ascii_digit() => Value::Number(text.into()),
        _ if matches!(text, "true" | "false") => Value::Bool(text == "true"),
        _ => Value::Name(text.split_whitespace().collect::<String>().replace("::", ".").into()),
    }
}

/// Splits at commas outside brackets and quotes.
fn split(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut depth, mut start, mut is_quoted, mut is_escaped) = (0_usize, 0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                pieces.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    pieces.push(&text[start..]);
    pieces
}

/// Reads the tag of a field in Go: `json:"id" gorm:"column:id"`.
pub fn tags(text: &str, line: u32) -> Vec<Argument> {
    let text = cut(text, TEXT_LIMIT);
    let unescaped = text.trim_matches('"').replace("\\\"", "\"");
    let mut rest = if text.starts_with('`') { text.trim_matches('`') } else { &unescaped };
    let mut found = Vec::new();
    while let Some((key, after)) = rest.split_once(":\"") {
        let (value, after) = after.split_once('"').unwrap_or((after, ""));
        found.push(Argument { name: Some(key.trim().into()), value: Value::Text(value.into()), line });
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_have_names_values_and_inner_arguments() {
        let found = arguments("(table_name = \"a,b\", primary_key,\n belongs_to(User, foreign_key = x::y))", 3);
        let shown: Vec<_> = found.iter().map(|found| (found.name.as_deref(), &found.value, found.line)).collect();
        assert_eq!(shown[0], (Some("table_name"), &Value::Text("a,b".into()), 3));
        assert_eq!(shown[1], (None, &Value::Name("primary_key".into()), 3));
        assert_eq!((shown[2].0, shown[2].2), (Some("belongs_to"), 4));
        assert_eq!(found[2].value.entry("foreign_key"), Some(&Value::Name("x.y".into())));
    }

    #[test]
    fn tags_are_pairs() {
        let found = tags("`json:\"id,omitempty\" gorm:\"column:user_id;primaryKey\"`", 1);
        assert_eq!(found[1].value, Value::Text("column:user_id;primaryKey".into()));
        assert_eq!(found.len(), 2);
    }
}
