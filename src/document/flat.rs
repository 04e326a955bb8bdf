//! `key = value` lines: Java's properties, environment files.

use super::tree::{Entry, Tree, Value};
use crate::facts::Name;

/// Reads every line that has a key. A value goes on in the next line after a backslash, and loses quotes around it.
pub(super) fn read(text: &str) -> Tree {
    let mut entries = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with(['#', '!', ';', '[']) {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let mut whole = line.to_owned();
        while whole.ends_with('\\') {
            whole.pop();
            match lines.next() {
                Some((_, next)) => whole.push_str(next.trim()),
                None => break,
            }
        }
        let Some(at) = whole.find(['=', ':']) else { continue };
        let key = whole[..at].trim();
        if key.is_empty() || key.contains(char::is_whitespace) {
            continue;
        }
        entries.push(Entry {
            key: Name::from(key),
            line: index as u32 + 1,
            value: super::text(index + 1, unquoted(whole[at + 1..].trim())),
        });
    }
    Tree { line: 1, value: Value::Map(entries) }
}

fn unquoted(text: &str) -> &str {
    let inside = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    inside('"').or_else(|| inside('\'')).unwrap_or(text)
}
