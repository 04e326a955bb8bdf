//! From bytes to a tree, at a bounded cost.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, ParseState, Parser, Range, Tree};

use super::span_of;
use crate::facts::FileFacts;
use crate::lang::Language;

/// Whose grammar reads a file, and what the parser is given: `language` and `bytes` themselves but for languages that are
/// written inside others.
pub fn prepared<'b>(language: &'static Language, bytes: &'b [u8]) -> (&'static Language, Cow<'b, [u8]>) {
    (language.hooks.dialect.map_or(language, |dialect| dialect(bytes)), (language.hooks.prepare)(bytes))
}

/// Parses what [`prepared`] gives with the language's grammar alone: the part of [`extract`] that benches compare it with.
pub fn parse(language: &Language, bytes: &[u8]) -> Option<Tree> {
    parse_ranges(language, bytes, &[])
}

/// What a parse may cost: so many calls of the parser's progress callback (one in every hundred of its operations), and
/// one more for so many bytes. Real code needs at most one call for 45 bytes, 10 000 levels of nesting one for 17, but an
/// ambiguity that doubles at each level has no end. Counted in operations, not in time, so that the same file always gives
/// the same facts.
const PARSE_CALLS: usize = 1000;
const PARSE_BYTES_PER_CALL: usize = 8;

/// Parses some stretches of a file, or all of it where none is given. None where that would cost too much.
pub(super) fn parse_ranges(language: &Language, bytes: &[u8], ranges: &[Range]) -> Option<Tree> {
    thread_local! {
        static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
    }
    let length = match ranges {
        [] => bytes.len(),
        _ => ranges.iter().map(|range| range.end_byte.saturating_sub(range.start_byte)).sum(),
    };
    let mut calls_left = PARSE_CALLS + length / PARSE_BYTES_PER_CALL;
    let mut spend = |_: &ParseState| match calls_left.checked_sub(1) {
        Some(left) => {
            calls_left = left;
            ControlFlow::Continue(())
        }
        None => ControlFlow::Break(()),
    };
    PARSER.with_borrow_mut(|parser| {
        parser.set_language(&tree_sitter::Language::new(language.grammar)).ok()?;
        parser.set_included_ranges(ranges).ok()?;
        let options = ParseOptions::new().progress_callback(&mut spend);
        let tree = parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options));
        if tree.is_none() {
            // Else the next parse would go on with this one.
            parser.reset();
        }
        tree
    })
}

/// The number of lines, with or without a newline at the end.
pub(super) fn count_lines(bytes: &[u8]) -> u32 {
    let newlines = memchr::memchr_iter(b'\n', bytes).count();
    (newlines + usize::from(bytes.last().is_some_and(|last| *last != b'\n'))) as u32
}

/// Counts ERROR and MISSING nodes, entering only subtrees that have one.
pub(super) fn count_errors(tree: &Tree, facts: &mut FileFacts) {
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            facts.parse_errors += 1;
            facts.first_error.get_or_insert_with(|| span_of(node));
        }
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                // A tree may say that it has an error and show no node for it (a hidden missing token).
                facts.parse_errors = facts.parse_errors.max(1);
                return;
            }
        }
    }
}
