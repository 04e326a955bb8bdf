//! What the attributes of an item say.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::imports::{span, string_value};
use super::tokens::{Token, TokenKind, tokenize};
use crate::lang::extract::Source;

/// The attributes before an item, as far as they matter here.
#[derive(Debug, Default)]
pub struct Attributes<'a> {
    /// Whether only tests compile the item: `#[cfg(test)]`, `#[test]`, `#[bench]` and test attributes of libraries.
    pub test: bool,
    /// The files of `#[path = "…"]`, also inside `cfg_attr`.
    pub paths: SmallVec<[&'a str; 2]>,
    /// Whether every one of [`Attributes::paths`] depends on a condition.
    pub path_is_conditional: bool,
    /// Whether a `#[cfg]` does not hold with every feature on and no special tool at work.
    pub fallback: bool,
    /// Whether there is `#[macro_export]`.
    pub macro_export: bool,
}

/// Attributes longer than this, in bytes, are not read: they are data, not attributes.
const LENGTH_LIMIT: usize = 4096;

/// Reads the attributes before a definition or import, and notes whether it is a fallback.
pub fn noted<'a>(source: &Source<'a>, node: Node<'_>) -> Attributes<'a> {
    let attributes = of(source, node);
    if attributes.fallback {
        source.mark_fallback(node);
    }
    attributes
}

/// Reads the attributes before a node. Items without any, which are most, cost no walk over siblings: what stands right
/// before the node tells.
pub fn of<'a>(source: &Source<'a>, node: Node<'_>) -> Attributes<'a> {
    let mut attributes = Attributes { path_is_conditional: true, ..Attributes::default() };
    if !may_have_attributes(source.bytes, node.start_byte()) {
        return attributes;
    }
    let mut sibling = node.prev_named_sibling();
    while let Some(before) = sibling {
        match before.kind() {
            "attribute_item" => read(source, before, &mut attributes),
            "line_comment" | "block_comment" => {}
            _ => break,
        }
        sibling = before.prev_named_sibling();
    }
    attributes
}

/// Whether the text before an item ends with an attribute or with a comment (before which there may be one).
fn may_have_attributes(bytes: &[u8], start: usize) -> bool {
    let before = bytes[..start.min(bytes.len())].trim_ascii_end();
    if matches!(before.last(), Some(b']' | b'/')) {
        return true;
    }
    // A line comment's start is looked for in its own line, and not far: a file may be one line.
    let near = &before[before.len().saturating_sub(256)..];
    let line = memchr::memrchr(b'\n', near).map_or(0, |newline| newline + 1);
    memchr::memmem::find(&near[line..], b"//").is_some()
}

fn read<'a>(source: &Source<'a>, node: Node<'_>, attributes: &mut Attributes<'a>) {
    if node.end_byte() - node.start_byte() > LENGTH_LIMIT {
        return;
    }
    let tokens = tokenize(source.bytes, node.start_byte(), node.end_byte(), 1);
    let text = |token: &Token| source.slice(span(token, token));
    // Tokens: `#`, `[`, then the path.
    let head = tokens.get(2).map(text).unwrap_or_default();
    let is_conditional = head == "cfg_attr";
    match head {
        "cfg" => {
            attributes.test |= requires_test(&tokens, text);
            attributes.fallback |= holds(&tokens, text) == Some(false);
        }
        "test" | "bench" if tokens.len() == 4 => attributes.test = true,
        _ => {
            // `#[tokio::test]`, `#[rstest::rstest]` and the like end in `test`, with or without arguments.
            let path = tokens[2.min(tokens.len())..]
                .iter()
                .take_while(|token| matches!(token.kind, TokenKind::Identifier | TokenKind::PathSeparator));
            attributes.test |= path.last().is_some_and(|last| text(last) == "test");
        }
    }
    attributes.macro_export |= tokens.iter().any(|token| text(token) == "macro_export");
    for window in tokens.windows(4) {
        if let [before, name, equals, value] = window
            && text(name) == "path"
            && equals.kind == TokenKind::Punctuation(b'=')
            && matches!(before.kind, TokenKind::Open(b'[') | TokenKind::Punctuation(b','))
            && (is_conditional || before.kind == TokenKind::Open(b'['))
            && let Some(path) = string_value(text(value))
        {
            attributes.paths.push(path);
            attributes.path_is_conditional &= is_conditional;
        }
    }
}

/// Flags that only special tools set, each when it runs.
const TOOL_FLAGS: &[&str] = &["doc", "docsrs", "doctest", "fuzzing", "kani", "loom", "miri"];

/// Whether a `cfg` holds with every feature on and no special tool at work; none where that depends on the platform or
/// on flags of the project's own.
fn holds<'a>(tokens: &[Token], text: impl Fn(&Token) -> &'a str) -> Option<bool> {
    // Each open operator with the values of its conditions so far; the outermost is the attribute itself.
    let mut open: Vec<(&str, Vec<Option<bool>>)> = vec![("all", Vec::new())];
    for (index, token) in tokens.iter().enumerate().skip(3) {
        let next = tokens.get(index + 1).map(|next| next.kind);
        let value = match token.kind {
            TokenKind::Identifier if next == Some(TokenKind::Open(b'(')) => {
                open.push((text(token), Vec::new()));
                continue;
            }
            TokenKind::Identifier if next == Some(TokenKind::Punctuation(b'=')) => {
                (text(token) == "feature").then_some(true)
            }
            TokenKind::Identifier => TOOL_FLAGS.contains(&text(token)).then_some(false),
            TokenKind::Close(b')') if open.len() > 1 => {
                let (operator, values) = open.pop()?;
                joined(operator, &values)
            }
            _ => continue,
        };
        open.last_mut()?.1.push(value);
    }
    let (operator, values) = open.first()?;
    joined(operator, values)
}

/// The value of an operator over conditions, as far as theirs are known.
fn joined(operator: &str, values: &[Option<bool>]) -> Option<bool> {
    let decisive = operator == "any";
    match operator {
        "not" => values.first().copied().flatten().map(|value| !value),
        "all" | "any" if values.contains(&Some(decisive)) => Some(decisive),
        "all" | "any" if values.iter().all(|value| *value == Some(!decisive)) => Some(!decisive),
        _ => None,
    }
}

/// Whether a `cfg` holds only in tests: `test` is among its conditions, under no `not` and no `any`.
fn requires_test<'a>(tokens: &[Token], text: impl Fn(&Token) -> &'a str) -> bool {
    let mut operators: Vec<&str> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Open(b'(') => operators.push(index.checked_sub(1).map_or("", |index| text(&tokens[index]))),
            TokenKind::Close(_) => {
                operators.pop();
            }
            TokenKind::Identifier if text(token) == "test" => {
                let is_value = tokens.get(index + 1).is_some_and(|next| next.kind == TokenKind::Punctuation(b'='));
                if !is_value && !operators.iter().any(|operator| matches!(*operator, "not" | "any")) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}
