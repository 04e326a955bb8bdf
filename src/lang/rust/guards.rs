//! Conditions that macros put on items: those of a macro's definition, and those among a call's arguments.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::attributes::condition;
use super::imports::span;
use super::tokens::{Token, TokenKind, matching, tokenize};
use crate::facts::{Name, Span};
use crate::lang::extract::Source;

/// What the condition of an item that a macro passes on starts with.
pub const PASSED_ON: char = '$';

/// A part of the file with its tokens.
struct Stretch<'s, 'a> {
    source: &'s Source<'a>,
    tokens: Vec<Token>,
    closing: Vec<u32>,
}

impl<'s, 'a> Stretch<'s, 'a> {
    fn of(source: &'s Source<'a>, node: Node<'_>) -> Self {
        let line = node.start_position().row as u32 + 1;
        let tokens = tokenize(source.bytes, node.start_byte(), node.end_byte(), line);
        let closing = matching(&tokens);
        Self { source, tokens, closing }
    }

    fn text(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| self.source.slice(span(token, token)))
    }

    fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    /// The end of the attribute that starts at an index, if one does, and its condition if it is a `cfg`.
    fn attribute(&self, index: usize) -> Option<(usize, Option<Name>)> {
        let is_attribute = self.text(index) == "#" && self.kind(index + 1) == Some(TokenKind::Open(b'['));
        let close = self.closing.get(index + 1).copied().filter(|_| is_attribute)? as usize;
        let tokens = &self.tokens[index..=close];
        let is_cfg = self.text(index + 2) == "cfg";
        Some((close, condition(tokens, |token| self.source.slice(span(token, token))).filter(|_| is_cfg)))
    }
}

/// Notes the conditions under which a rule of a `macro_rules!` passes on the items that it is given
/// (`$( #[cfg(unix)] $item )*`), each at the place of the item.
pub fn of_rule(source: &Source<'_>, left: Node<'_>, right: Node<'_>) {
    let parameters = Stretch::of(source, left);
    let items: SmallVec<[&str; 2]> = (2..parameters.tokens.len())
        .filter(|index| parameters.text(*index) == "item" && parameters.text(index - 1) == ":")
        .map(|index| parameters.text(index - 2))
        .filter(|name| name.starts_with('$'))
        .collect();
    if items.is_empty() {
        return;
    }
    let body = Stretch::of(source, right);
    let mut conditions: SmallVec<[Name; 2]> = SmallVec::new();
    let mut index = 0;
    while let Some(token) = body.tokens.get(index) {
        if let Some((close, condition)) = body.attribute(index) {
            conditions.extend(condition);
            index = close;
        } else if items.contains(&body.text(index)) {
            // A parameter in a condition may be anything.
            let is_known = !conditions.iter().any(|condition| condition.contains('$'));
            let all = if is_known { conditions.join(",") } else { String::new() };
            source.guard(span(token, token), format!("{PASSED_ON}all({all})").into());
            conditions.clear();
        } else if matches!(token.kind, TokenKind::Identifier | TokenKind::Close(b'}') | TokenKind::Punctuation(b';')) {
            conditions.clear();
        }
        index += 1;
    }
}

/// Notes what holds for the items among a call's arguments: what the macro's own definition says, and what is written
/// there in the manner of `cfg_if!` (`if #[cfg(unix)] { … } else { … }`) or `cfg_select!` (`unix => { … }`).
pub fn of_call(source: &Source<'_>, name: &str, arguments: Node<'_>) {
    let stretch = Stretch::of(source, arguments);
    let (Some(first), Some(last)) = (stretch.tokens.first(), stretch.tokens.last()) else { return };
    let name = name.rsplit("::").next().unwrap_or(name);
    source.guard(span(first, last), format!("{name}!").into());
    let is_select = name == "cfg_select";
    let mut before: SmallVec<[Name; 4]> = SmallVec::new();
    let mut own: Option<Name> = None;
    let mut index = 1;
    while index + 1 < stretch.tokens.len() {
        let is_group = stretch.kind(index) == Some(TokenKind::Open(b'{'));
        if let Some((close, condition)) = stretch.attribute(index) {
            own = own.or(condition);
            index = close;
        } else if is_select && !is_group {
            let start = index;
            while index + 1 < stretch.tokens.len() && stretch.text(index) != "=>" {
                index += 1;
            }
            own = (stretch.text(start) != "_").then(|| (start..index).map(|at| stretch.text(at)).collect());
        } else if is_group {
            let close = stretch.closing[index] as usize;
            branch(source, span(&stretch.tokens[index], &stretch.tokens[close]), own.take(), &mut before);
            index = close;
        }
        index += 1;
    }
}

/// Notes one branch: its own condition holds and none before it does.
fn branch(source: &Source<'_>, span: Span, own: Option<Name>, before: &mut SmallVec<[Name; 4]>) {
    // Longer chains are no alternatives; each condition would be written out again in all that follow.
    if before.len() < 32 && (own.is_some() || !before.is_empty()) {
        let own_part = own.as_deref().unwrap_or("all()");
        source.guard(span, format!("all({own_part},not(any({})))", before.join(",")).into());
    }
    before.extend(own);
}

#[cfg(test)]
mod tests {
    use crate::lang::extract::extract;
    use crate::lang::rust::RUST;

    fn conditions(source: &str) -> Vec<String> {
        extract(&RUST, source.as_bytes()).guards.into_iter().map(|guard| guard.condition.to_string()).collect()
    }

    #[test]
    fn branches_exclude_those_before_them() {
        let chain = "cfg_if! { if #[cfg(unix)] { mod a; } else if #[cfg(flag)] { mod b; } else { mod c; } }";
        let expected =
            ["cfg_if!", "all(unix,not(any()))", "all(flag,not(any(unix)))", "all(all(),not(any(unix,flag)))"];
        assert_eq!(conditions(chain), expected);
        let select = "cfg_select! { feature = \"x\" => { mod a; } _ => { mod b; } }";
        let expected = ["cfg_select!", "all(feature=\"x\",not(any()))", "all(all(),not(any(feature=\"x\")))"];
        assert_eq!(conditions(select), expected);
    }

    #[test]
    fn a_definition_guards_the_items_it_passes_on() {
        let one = "macro_rules! a { ($($item:item)*) => { $( #[cfg(x)] #[doc = \"\"] #[cfg(not(y))] $item )* } }";
        assert_eq!(conditions(one), ["$all(x,not(y))"]);
        let both = "macro_rules! a { ($i:item) => { #[cfg(x)] fn f() {} $i }; ($a:tt $i:item) => { #[cfg($a)] $i } }";
        assert_eq!(conditions(both), ["$all()", "$all()"]);
        assert!(conditions("macro_rules! a { ($i:ident) => { #[cfg(x)] fn $i() {} } }").is_empty());
    }
}
