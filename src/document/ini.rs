//! Units of systemd: sections in brackets, `key = value` lines.

use super::tree::{Entry, Tree, Value};
use crate::facts::Name;

/// Reads every line below the heading of a section; keys may be given several times.
pub(super) fn read(text: &str) -> Tree {
    let mut sections: Vec<Entry> = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let number = index as u32 + 1;
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let value = Tree { line: number, value: Value::Map(Vec::new()) };
            sections.push(Entry { key: Name::from(name), line: number, value });
            continue;
        }
        let mut whole = line.to_owned();
        while whole.ends_with('\\') {
            whole.pop();
            match lines.next() {
                Some((_, next)) => whole.push_str(next.trim()),
                None => break,
            }
        }
        let Some((key, value)) = whole.split_once('=').filter(|_| !whole.starts_with(['#', ';'])) else { continue };
        if let Some(Entry { value: Tree { value: Value::Map(entries), .. }, .. }) = sections.last_mut() {
            let value = super::text(index + 1, value.trim());
            entries.push(Entry { key: Name::from(key.trim()), line: number, value });
        }
    }
    Tree { line: 1, value: Value::Map(sections) }
}
