//! SQL: the statements of a text that make or change tables.
//!
//! A text is split into statements first, in one pass; only those that can matter are parsed, each by itself, so that one
//! that no dialect's parser takes costs itself alone and is counted.

mod convert;
mod split;

use std::sync::Arc;

use sqlparser::ast::Statement;
use sqlparser::dialect::{Dialect, GenericDialect, MsSqlDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use super::state::Change;

/// The longest statement that is parsed, in bytes. Longer ones are rows, not tables.
const STATEMENT_LIMIT: usize = 1 << 20;

/// How deep expressions may be nested.
const RECURSION_LIMIT: usize = 64;

/// What a text says.
#[derive(Debug, Default)]
pub struct Script {
    /// In order.
    pub changes: Vec<Change>,
    /// Statements that would matter and could not be parsed.
    pub skipped: usize,
}

/// Reads a text; `first_line` is the line on which it begins in its file.
pub fn read(path: &Arc<str>, text: &str, first_line: u32) -> Script {
    let mut script = Script::default();
    for piece in split::statements(text) {
        if !is_of_interest(piece.text) {
            continue;
        }
        if piece.text.len() > STATEMENT_LIMIT {
            script.skipped += 1;
            continue;
        }
        match parse(piece.text) {
            Some(statements) => {
                for statement in statements {
                    let place = convert::Base { path, line: first_line + piece.line - 1 };
                    convert::changes(&statement, &place, &mut script);
                }
            }
            None => script.skipped += 1,
        }
    }
    script
}

/// Whether a statement makes or changes a table.
fn is_of_interest(statement: &str) -> bool {
    let mut words = statement.split_whitespace().map(str::to_ascii_uppercase);
    match words.next().as_deref() {
        Some("CREATE") => words.take(4).any(|word| word == "TABLE"),
        Some("ALTER" | "DROP" | "RENAME") => words.next().as_deref() == Some("TABLE"),
        Some("EXEC" | "EXECUTE") => {
            words.next().is_some_and(|word| word.trim_start_matches("SYS.").starts_with("SP_RENAME"))
        }
        _ => false,
    }
}

/// The statements of a text, by the first dialect that takes it.
fn parse(text: &str) -> Option<Vec<Statement>> {
    let dialects: [&dyn Dialect; 5] =
        [&PostgreSqlDialect {}, &MySqlDialect {}, &SQLiteDialect {}, &MsSqlDialect {}, &GenericDialect {}];
    let first = likely(text);
    let order = std::iter::once(first).chain((0..dialects.len()).filter(|index| *index != first));
    let attempts = [Some(text), split::without_options(text)];
    let mut found = None;
    for text in attempts.into_iter().flatten() {
        for index in order.clone() {
            let parser = Parser::new(dialects[index]).with_recursion_limit(RECURSION_LIMIT);
            let parsed = parser.try_with_sql(text).and_then(|mut parser| parser.parse_statements());
            if let Ok(statements) = parsed {
                found = Some(statements);
                break;
            }
        }
        if found.is_some() {
            break;
        }
    }
    found
}

/// The dialect that a statement looks like, as an index into the list of [`parse`].
fn likely(text: &str) -> usize {
    let has = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    if has("`") || has("AUTO_INCREMENT") {
        1
    } else if has("AUTOINCREMENT") || has("autoincrement") {
        2
    } else if has("[") && (has("[dbo]") || has("IDENTITY") || has("[int]") || has("NVARCHAR")) {
        3
    } else {
        0
    }
}
