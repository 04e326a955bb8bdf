//! What the attributes of an item say.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::cfg;
use super::imports::{span, string_value};
use super::tokens::{Token, TokenKind, tokenize};
use crate::facts::{Name, Span};
use crate::lang::extract::{Source, span_of};

/// The attributes before an item, as far as they matter here.
#[derive(Debug, Default)]
pub struct Attributes<'a> {
    /// Whether only tests compile the item: `#[cfg(test)]`, `#[test]`, `#[bench]` and test attributes of libraries.
    pub test: bool,
    /// The files of `#[path = "…"]`, also inside `cfg_attr`.
    pub paths: SmallVec<[FilePath<'a>; 2]>,
    /// The conditions of `#[cfg]` that may not hold.
    pub conditions: SmallVec<[Name; 1]>,
    /// Whether there is `#[macro_export]`.
    pub macro_export: bool,
}

/// A file that an attribute names.
#[derive(Debug, Clone)]
pub struct FilePath<'a> {
    /// As written.
    pub path: &'a str,
    /// Where.
    pub span: Span,
    /// The condition of the `cfg_attr` around it.
    pub condition: Option<Name>,
}

/// What the guard of an inline module starts with whose `#[path]` says where its files are.
pub const DIRECTORY: &str = "path=";

/// Attributes longer than this, in bytes, are not read: they are data, not attributes.
const LENGTH_LIMIT: usize = 4096;

/// Reads the attributes before a definition or import, and notes the conditions under which it is compiled.
pub fn noted<'a>(source: &Source<'a>, node: Node<'_>) -> Attributes<'a> {
    let attributes = of(source, node);
    for condition in &attributes.conditions {
        source.guard(span_of(node), condition.clone());
    }
    if node.kind() == "mod_item"
        && let Some(FilePath { path, condition: None, .. }) = attributes.paths.first()
        && node.child_by_field_name("body").is_some()
    {
        source.guard(span_of(node), format!("{DIRECTORY}{path}").into());
    }
    attributes
}

/// Reads the attributes before a node. Only items that have some cost a walk over siblings, for each step of which
/// tree-sitter goes through all that stands before.
pub fn of<'a>(source: &Source<'a>, node: Node<'_>) -> Attributes<'a> {
    let mut attributes = Attributes::default();
    if !source.is_annotated(node.start_byte()) {
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

/// The first bytes of what attributes stand before, of all tokens of a file.
pub fn annotated(tokens: &[Token], closing: &[u32]) -> Vec<u32> {
    let ends = tokens.windows(2).zip(closing.iter().skip(1)).filter_map(|(pair, close)| {
        let starts = pair[0].kind == TokenKind::Punctuation(b'#') && pair[1].kind == TokenKind::Open(b'[');
        starts.then_some(*close as usize)
    });
    let mut starts: Vec<u32> = ends.filter_map(|close| Some(tokens.get(close + 1)?.start)).collect();
    starts.sort_unstable();
    starts
}

fn read<'a>(source: &Source<'a>, node: Node<'_>, attributes: &mut Attributes<'a>) {
    if node.end_byte() - node.start_byte() > LENGTH_LIMIT {
        return;
    }
    let tokens = tokenize(source.bytes, node.start_byte(), node.end_byte(), node.start_position().row as u32 + 1);
    let text = |token: &Token| source.slice(span(token, token));
    // Tokens: `#`, `[`, then the path.
    let head = tokens.get(2).map(text).unwrap_or_default();
    let is_conditional = head == "cfg_attr";
    match head {
        "cfg" => {
            attributes.test |= requires_test(&tokens, text);
            attributes.conditions.extend(condition(&tokens, text).filter(|condition| may_fail(condition)));
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
            let condition = if is_conditional { condition(&tokens, text) } else { None };
            attributes.paths.push(FilePath { path, span: span(value, value), condition });
        }
    }
}

/// The condition of `#[cfg(…)]` or `#[cfg_attr(…, …)]` without white space: what stands before the first comma.
pub fn condition<'a>(tokens: &[Token], text: impl Fn(&Token) -> &'a str) -> Option<Name> {
    let mut condition = Name::default();
    let mut depth = 0usize;
    for token in tokens.get(4..)? {
        match token.kind {
            TokenKind::Open(_) => depth += 1,
            TokenKind::Close(_) | TokenKind::Punctuation(b',') if depth == 0 => break,
            TokenKind::Close(_) => depth -= 1,
            _ => {}
        }
        condition.push_str(text(token));
    }
    Some(condition)
}

/// Whether a condition may not hold where every feature is on and all platforms count: it has a `not`, or a flag that is
/// not one of the compiler's own.
fn may_fail(condition: &str) -> bool {
    let tokens = tokenize(condition.as_bytes(), 0, condition.len(), 1);
    tokens.iter().filter(|token| token.kind == TokenKind::Identifier).any(|token| {
        let word = &condition[token.start as usize..token.end as usize];
        !matches!(word, "all" | "any" | "feature") && !cfg::is_platform(word)
    })
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
