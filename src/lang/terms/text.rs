//! Texts: what literals say, without quotes, escapes and secrets.

use tree_sitter::Node;

use crate::facts::Name;
use crate::facts::secret::{is_secret, redact};
use crate::facts::terms::{Part, TEXT_LIMIT, Value};

/// The content of a literal.
pub enum Text {
    /// Without values in it.
    Plain(Name),
    /// With values in it.
    Template(Vec<Part>),
}

/// Texts next to each other become one.
pub fn merged(parts: Vec<Part>) -> Text {
    let mut merged: Vec<Part> = Vec::new();
    let mut length = 0;
    for part in parts {
        match (merged.last_mut(), part) {
            (_, Part::Text(text)) if length >= TEXT_LIMIT || text.is_empty() => {}
            (Some(Part::Text(last)), Part::Text(text)) => {
                last.push_str(&text);
                length += text.len();
            }
            (_, part) => {
                length += if let Part::Text(text) = &part { text.len() } else { 1 };
                merged.push(part);
            }
        }
    }
    for part in &mut merged {
        if let Part::Text(text) = part {
            *text = cut(text, TEXT_LIMIT).into();
        }
    }
    match merged.as_slice() {
        [] => Text::Plain(Name::default()),
        [Part::Text(_)] => match merged.pop() {
            Some(Part::Text(text)) => Text::Plain(text),
            _ => Text::Plain(Name::default()),
        },
        _ => Text::Template(merged),
    }
}

/// A text as a value, without secrets.
pub fn checked(text: Text) -> Value {
    match text {
        Text::Plain(text) if is_secret(&text) => Value::Secret,
        Text::Plain(text) => Value::Text(redact(&text).into()),
        Text::Template(parts) => {
            // A password may begin in one part and end in another.
            let whole: String = parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => text.to_string(),
                    Part::Name(name) => format!("${{{name}}}"),
                })
                .collect();
            let safe = redact(&whole);
            if safe == whole { Value::Template(parts) } else { Value::Text(safe.into()) }
        }
    }
}

/// Values that are joined to one text.
pub fn joined(values: Vec<Value>) -> Value {
    // Two names may be numbers, but the first may also be the address that the second is a path below.
    let is_text = |value: &Value| matches!(value, Value::Text(_) | Value::Template(_));
    if !values.iter().any(is_text) && !matches!(values.first(), Some(Value::Name(_))) {
        return Value::Other;
    }
    let mut parts = Vec::new();
    for value in values {
        match value {
            Value::Text(text) | Value::Number(text) => parts.push(Part::Text(text)),
            Value::Template(inner) => parts.extend(inner),
            Value::Name(name) => parts.push(Part::Name(name)),
            Value::Secret => return Value::Secret,
            _ => parts.push(Part::Name(Name::default())),
        }
    }
    checked(merged(parts))
}

/// A text up to a number of bytes, whole characters only.
pub fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit { text } else { &text[..text.floor_char_boundary(limit)] }
}

/// What stands between the first and the last character: brackets of any kind.
pub fn inner(text: &str) -> &str {
    let text = text.trim_start_matches("::");
    let is_open = text.starts_with(['<', '[', '(', '{']);
    let text = if is_open { &text[1..] } else { text };
    if is_open && text.ends_with(['>', ']', ')', '}']) { &text[..text.len() - 1] } else { text }
}

/// A literal without quotes and what stands before them.
pub fn unquoted(text: &str) -> &str {
    let quotes = ['"', '\'', '`'];
    let Some(start) = text.find(quotes) else { return text };
    let body = &text[start..];
    for quote in ["\"\"\"", "'''", "```"] {
        if let Some(inner) = body.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner;
        }
    }
    let body = body.get(1..).unwrap_or_default();
    body.trim_end_matches('#').strip_suffix(quotes).unwrap_or(body)
}

/// What an escape sequence stands for, as far as texts of interest have any.
pub fn unescaped(sequence: &str) -> Name {
    match sequence {
        "\\n" | "\\r" => "\n".into(),
        "\\t" => "\t".into(),
        _ => sequence.strip_prefix('\\').filter(|rest| rest.chars().count() == 1).unwrap_or(sequence).into(),
    }
}

/// The texts of a list of words: `%w[a b]`.
pub fn words(text: &str) -> Vec<Value> {
    let body = text.get(3..).unwrap_or_default();
    let body = body.strip_suffix([')', ']', '}', '>', '|', '/']).unwrap_or(body);
    let is_symbols = text.starts_with("%i") || text.starts_with("%I");
    let word = |word: &str| if is_symbols { Value::Symbol(word.into()) } else { Value::Text(word.into()) };
    body.split_whitespace().map(word).collect()
}

/// The lines of a here document that begins at a node: from the next line to the one that holds its word alone.
pub fn heredoc(bytes: &[u8], node: Node<'_>) -> Name {
    let opening = bytes.get(node.byte_range()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let word = opening.trim_start_matches(['<', '-', '~']).trim_matches(['"', '\'', '`']);
    let end = bytes.len().min(node.end_byte() + TEXT_LIMIT);
    let text = String::from_utf8_lossy(bytes.get(node.end_byte()..end).unwrap_or_default());
    let mut lines = text.split_inclusive('\n');
    lines.next();
    let mut content = Name::default();
    for line in lines.take_while(|line| line.trim() != word) {
        content.push_str(line);
    }
    content
}
