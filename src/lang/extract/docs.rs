//! Which comment documents which definition, and its first line.
//!
//! One rule for every language: comments on consecutive lines are one block, and a block documents the definition that
//! begins on the next line. Between them may stand what belongs to the definition: attributes, decorators, modifiers.
//! Comments are known by the names of the grammar's nodes, so that no query has to capture them.

use crate::facts::{DOC_LIMIT, Name, Span};

/// How far a definition may be from its comment, in bytes: so long may attributes be.
const GAP_LIMIT: usize = 4096;

/// How much of a comment is read for its first line, in bytes.
const READ_LIMIT: usize = 2048;

/// Whether nodes of this kind are comments.
pub(super) fn is_comment(kind: &str) -> bool {
    kind.ends_with("comment") || kind == "haddock"
}

/// The block of comments that no definition has taken yet.
#[derive(Default)]
pub(super) struct Comments {
    block: Option<Block>,
}

#[derive(Clone, Copy)]
struct Block {
    start: usize,
    end: usize,
    /// `//!`: it documents what is around it.
    inner: bool,
}

impl Comments {
    /// Takes a comment, in source order. Answers the first line of one that documents what is around it.
    pub(super) fn add(&mut self, bytes: &[u8], span: Span) -> Option<Name> {
        let start = span.start as usize;
        let text = bytes.get(start..span.end as usize).unwrap_or_default();
        let end = start + text.trim_ascii_end().len();
        let inner = text.starts_with(b"//!");
        match &mut self.block {
            // The parts of a comment that have nodes of their own.
            Some(block) if start < block.end => return None,
            Some(block) if inner == block.inner && is_next_line(&bytes[block.end..start]) => {
                block.end = end;
                return None;
            }
            _ => {}
        }
        self.block = is_first_on_line(bytes, start).then_some(Block { start, end, inner });
        (inner && self.block.is_some()).then(|| first_line(text)).flatten()
    }

    /// Takes what is no comment and documents the definition after it.
    pub(super) fn put(&mut self, span: Span) {
        self.block = Some(Block { start: span.start as usize, end: span.end as usize, inner: false });
    }

    /// The first line of the block that stands right above a place. The block serves once.
    pub(super) fn take(&mut self, bytes: &[u8], at: u32) -> Option<Name> {
        let block = self.block.take_if(|block| block.end <= at as usize)?;
        let gap = bytes.get(block.end..at as usize).filter(|gap| gap.len() <= GAP_LIMIT)?;
        (!block.inner && belongs(gap)).then(|| first_line(&bytes[block.start..block.end])).flatten()
    }
}

/// Whether only white space stands between the beginning of the line and a place.
fn is_first_on_line(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
    before.is_none_or(|byte| matches!(byte, b'\n' | b'\r'))
}

/// Whether a gap is white space with one line break at most.
fn is_next_line(gap: &[u8]) -> bool {
    gap.iter().all(u8::is_ascii_whitespace) && memchr::memchr_iter(b'\n', gap).count() <= 1
}

/// Whether a gap holds nothing but words, attributes and decorators, and no empty line.
fn belongs(gap: &[u8]) -> bool {
    let mut at = 0;
    let mut depth = 0_u32;
    let mut breaks = 0;
    let mut in_attribute = false;
    while let Some(byte) = gap.get(at) {
        match byte {
            b'\n' => {
                breaks += 1;
                if breaks > 1 {
                    return false;
                }
                in_attribute &= depth > 0;
            }
            b' ' | b'\t' | b'\r' => {}
            b'@' | b'#' => {
                in_attribute = true;
                breaks = 0;
            }
            b'(' | b'[' | b'{' => {
                depth += 1;
                in_attribute |= *byte == b'[';
                breaks = 0;
            }
            b')' | b']' | b'}' if depth > 0 => {
                depth -= 1;
                breaks = 0;
            }
            _ if byte.is_ascii_alphanumeric() || *byte == b'_' || depth > 0 || in_attribute => breaks = 0,
            _ => return false,
        }
        at += 1;
    }
    depth == 0
}

/// Lines that speak to a tool.
const DIRECTIVES: &[&str] = &[
    "eslint",
    "prettier-ignore",
    "istanbul ",
    "noqa",
    "nolint",
    "NOLINT",
    "clang-format",
    "pylint:",
    "type:",
    "mypy:",
    "-*-",
    "go:",
    "+build",
    "rubocop:",
    "frozen_string_literal",
    "SPDX-",
    "region",
    "endregion",
];

/// The first line of a comment or string that says something, without the marks around it, at most [`DOC_LIMIT`]
/// characters. None for notices of rights and instructions to tools.
pub(super) fn first_line(comment: &[u8]) -> Option<Name> {
    let text = String::from_utf8_lossy(&comment[..comment.len().min(READ_LIMIT)]);
    let quoted = text.trim_start_matches(|c: char| c.is_ascii_alphabetic() || matches!(c, '~' | '@'));
    let is_string = quoted.starts_with(['"', '\'']);
    let text = if is_string { quoted } else { &text };
    for line in text.lines() {
        let line = if is_string { line.trim().trim_matches(['"', '\'']).trim() } else { unmarked(line) };
        let line = untagged(line);
        if !line.chars().any(char::is_alphanumeric) || DIRECTIVES.iter().any(|word| line.starts_with(word)) {
            continue;
        }
        let lower = line.to_ascii_lowercase();
        if line.starts_with('@') || ["copyright", "license", "(c) "].iter().any(|word| lower.contains(word)) {
            return None;
        }
        return Some(line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(DOC_LIMIT).collect());
    }
    None
}

/// A line without the marks that make it a comment.
fn unmarked(line: &str) -> &str {
    let mut rest = line.trim();
    for open in ["{-", "(*", "<!--", "=begin", "=pod"] {
        rest = rest.strip_prefix(open).unwrap_or(rest);
    }
    for close in ["*/", "-}", "*)", "-->"] {
        rest = rest.strip_suffix(close).unwrap_or(rest);
    }
    let inner = match rest.chars().next() {
        Some(mark @ ('#' | ';' | '%')) => rest.trim_start_matches(mark),
        Some('/' | '*') => rest.trim_start_matches(['/', '*']),
        Some('-') if rest.starts_with("--") => rest.trim_start_matches('-'),
        _ => rest,
    };
    // `//!`, `/*!`, `-- |`, `#'`, `#:`.
    inner
        .strip_prefix(['!', '\'', ':'])
        .unwrap_or(inner)
        .trim()
        .trim_start_matches("| ")
        .trim_matches(['*', '='])
        .trim()
}

/// A line without the tag that opens it: `<summary>` of C#, `@brief` of Doxygen.
fn untagged(line: &str) -> &str {
    let line = line.strip_prefix(['@', '\\']).and_then(|rest| rest.strip_prefix("brief ")).unwrap_or(line);
    let Some(end) = line.find('>').filter(|_| line.starts_with('<')) else { return line };
    let rest = line[end + 1..].trim();
    rest.rfind("</").map_or(rest, |close| rest[..close].trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_freed_of_its_marks() {
        for (comment, line) in [
            ("/// Opens a file.\n/// Or fails.", Some("Opens a file.")),
            ("/**\n * Opens\ta file.\n */", Some("Opens a file.")),
            ("/** Opens. */", Some("Opens.")),
            ("/*! Opens. */", Some("Opens.")),
            ("# Opens *all* files", Some("Opens *all* files")),
            ("##\n# Opens.", Some("Opens.")),
            ("-- | Opens.", Some("Opens.")),
            (";;; Opens.", Some("Opens.")),
            ("%% @doc Opens.", None),
            ("(** Opens. *)", Some("Opens.")),
            ("// -----\n// Opens.\n// -----", Some("Opens.")),
            ("/// <summary>\n/// Opens.\n/// </summary>", Some("Opens.")),
            ("/// <summary>Opens.</summary>", Some("Opens.")),
            ("/** @brief Opens. */", Some("Opens.")),
            ("/** @param a what */", None),
            ("// eslint-disable-next-line\n// Opens.", Some("Opens.")),
            ("// Copyright 2020 Somebody", None),
            ("\"\"\"Opens a file.\n\n    More.\n\"\"\"", Some("Opens a file.")),
            ("r'''\n    Opens.\n'''", Some("Opens.")),
            ("/* */", None),
            ("//", None),
        ] {
            assert_eq!(first_line(comment.as_bytes()).as_deref(), line, "{comment}");
        }
        assert_eq!(first_line("x".repeat(9999).as_bytes()).map(|line| line.len()), Some(DOC_LIMIT));
    }

    /// The documentation of the file and of its definitions, each as `name: line`.
    fn docs(path: &str, text: &str) -> Vec<String> {
        let language = crate::lang::language_of(path).expect("a known language");
        let facts = crate::lang::extract::extract(language, text.as_bytes());
        let of_file = facts.doc.map(|doc| format!("{path}: {doc}"));
        let of_definitions =
            facts.definitions.into_iter().filter_map(|it| it.doc.map(|doc| format!("{}: {doc}", it.name)));
        of_file.into_iter().chain(of_definitions).collect()
    }

    #[test]
    fn definitions_have_the_comment_right_above_them() {
        let cases: &[(&str, &str, &[&str])] = &[
            (
                "a.rs",
                "//! The file.\n\n/// A.\n/// More.\n#[derive(Debug)]\npub struct A;\n\n// Apart.\n\nfn b() {} // b\nfn c() {}\n",
                &["a.rs: The file.", "A: A."],
            ),
            (
                "a.ts",
                "/** A. */\nexport const a = () => 1;\n// B.\nexport default class B {\n  /** M. */\n  m() {}\n}\n",
                &["a: A.", "B: B.", "m: M."],
            ),
            (
                "a.go",
                "// Copyright.\n\n// Package a serves.\npackage a\n\n// A is\n// one.\ntype A struct {\n\t// X counts.\n\tX, Y int\n}\n",
                &["a.go: Package a serves.", "A: A is", "X: X counts.", "Y: X counts."],
            ),
            (
                "A.java",
                "package a;\n/** A. */\n@Deprecated\npublic class A {\n  /**\n   * M.\n   * @return x\n   */\n  int m() { return 1; }\n}\n",
                &["A: A.", "m: M."],
            ),
            ("a.php", "<?php\n/** F. */\nfunction f() {}\n# G.\nfunction g() {}\n", &["f: F.", "g: G."]),
            ("a.rb", "# A.\nclass A\n  # M.\n  def m; end\nend\n", &["A: A.", "m: M."]),
            ("a.c", "/* Opens. */\nstatic int f(void) { return 0; }\nint x = 1; /* x */\nint y = 2;\n", &["f: Opens."]),
        ];
        for (path, text, expected) in cases {
            assert_eq!(docs(path, text), *expected, "{path}");
        }
    }

    #[test]
    fn docstrings_win_over_comments() {
        let text = "#!/usr/bin/env python\n\"\"\"The module.\"\"\"\n\n# Above.\ndef f():\n    \"\"\"Inside.\n\n    More.\n    \"\"\"\n    x = 1\n\n# G.\n@cached\ndef g(): pass\n\nclass C:\n    'Short.'\n    def m(self):\n        '''M.'''\n";
        assert_eq!(docs("a.py", text), ["a.py: The module.", "f: Inside.", "g: G.", "C: Short.", "m: M."]);
    }

    #[test]
    fn attributes_belong_to_a_definition_and_empty_lines_part_it_from_its_comment() {
        for gap in [
            "\n",
            "\n    ",
            "\nexport default ",
            "\n#[derive(Debug,\n  Clone)]\npub ",
            "\n@app.route(\"/x\")\n",
            "\r\n",
        ] {
            assert!(belongs(gap.as_bytes()), "{gap:?}");
        }
        for gap in ["\n\n", "\nlet x = 1;\n", "\n}\n", "\n@a\n\n", "\nf(x);\n"] {
            assert!(!belongs(gap.as_bytes()), "{gap:?}");
        }
    }
}
