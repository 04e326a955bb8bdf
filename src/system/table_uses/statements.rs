//! The tables that a statement of SQL or of a mapper's query language names, read from its tokens: statements in code are
//! often parts of one, or hold placeholders that no parser takes.

use crate::system::model::Access;

/// Words that statements begin with.
const BEGINS: &[&str] = &["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "TRUNCATE", "WITH", "FROM"];

/// The longest statement that is read, in bytes.
const LENGTH_LIMIT: usize = 1 << 16;

/// Whether a text can be a statement.
pub fn is_statement(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let is_word = text[length..].starts_with(|c: char| c.is_whitespace());
    is_word && BEGINS.iter().any(|begin| begin.eq_ignore_ascii_case(&text[..length])) && text.len() <= LENGTH_LIMIT
}

/// The tables that a statement reads and writes, given what a name means.
pub fn uses(text: &str, meant: impl Fn(&str) -> Option<usize>) -> Vec<(usize, Access)> {
    let tokens = tokens(text);
    let word = |index: usize| tokens.get(index).map(String::as_str).unwrap_or_default();
    let is = |index: usize, wanted: &str| word(index).eq_ignore_ascii_case(wanted);
    let mut found = Vec::new();
    let mut deletes = false;
    let mut at = 0;
    while at < tokens.len() {
        let before = at.checked_sub(1).map(&word).unwrap_or_default();
        let mut note = |at: usize, access| {
            if let Some(table) = meant(word(at))
                && !found.contains(&(table, access))
            {
                found.push((table, access));
            }
        };
        match word(at).to_ascii_uppercase().as_str() {
            "DELETE" => {
                // MySQL names the table before `FROM`, the query language of JPA without it.
                deletes = true;
                if !is(at + 1, "FROM") {
                    note(at + 1, Access::Writes);
                }
            }
            "FROM" => {
                let access = if std::mem::take(&mut deletes) { Access::Writes } else { Access::Reads };
                note(at + 1, access);
                let mut next = at + 2;
                // `a AS x, b y`
                while next < tokens.len() {
                    next += usize::from(is(next, "AS"));
                    let is_alias = word(next) != "," && is(next + 1, ",");
                    next += usize::from(is_alias);
                    if word(next) != "," {
                        break;
                    }
                    note(next + 1, access);
                    next += 2;
                }
            }
            "JOIN" => note(at + 1 + usize::from(is(at + 1, "FETCH")), Access::Reads),
            "USING" => note(at + 1, Access::Reads),
            "INTO" => note(at + 1, Access::Writes),
            "UPDATE" if !["FOR", "ON", "DO", "KEY", "THEN"].iter().any(|word| word.eq_ignore_ascii_case(before)) => {
                note(at + 1 + usize::from(is(at + 1, "ONLY")), Access::Writes);
            }
            "MERGE" if at == 0 && !is(1, "INTO") => note(1, Access::Writes),
            "TRUNCATE" => note(at + 1 + usize::from(is(at + 1, "TABLE")), Access::Writes),
            _ => {}
        }
        at += 1;
    }
    found
}

/// Names with the parts before them, and single signs; without texts and comments.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => quoted(rest, '\''),
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            c if is_name(c) || matches!(c, '"' | '`' | '[') => {
                let length = name(rest);
                tokens.push(rest[..length].to_owned());
                length
            }
            c => {
                if !c.is_whitespace() {
                    tokens.push(c.to_string());
                }
                c.len_utf8()
            }
        };
        rest = &rest[length.max(first.len_utf8()).min(rest.len())..];
    }
    tokens
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '#' | '{' | '}')
}

/// The length of a quoted text with its quotes.
fn quoted(text: &str, close: char) -> usize {
    text[1..].find(close).map_or(text.len(), |end| end + 1 + close.len_utf8())
}

/// The length of a name with its parts: `public."users"`, `[dbo].[users]`.
fn name(text: &str) -> usize {
    let mut length = 0;
    loop {
        let rest = &text[length..];
        length += match rest.chars().next() {
            Some(quote @ ('"' | '`')) => quoted(rest, quote),
            Some('[') => quoted(rest, ']'),
            _ => rest.find(|c: char| !is_name(c)).unwrap_or(rest.len()),
        };
        let is_more = text[length..]
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|c: char| is_name(c) || matches!(c, '"' | '`' | '[')));
        if !is_more {
            return length;
        }
        length += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        const TABLES: [&str; 4] = ["users", "orders", "items", "log"];
        let meant = |name: &str| {
            let name = crate::schema::key(name);
            TABLES.iter().position(|table| *table == name)
        };
        assert!(is_statement(text), "{text}");
        let shown = |(table, access): &(usize, Access)| format!("{} {}", access.as_str(), TABLES[*table]);
        uses(text, meant).iter().map(shown).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn statements_name_tables() {
        assert_eq!(read("SELECT * FROM users WHERE id = ?"), "read users");
        assert_eq!(
            read("select a from users u, orders AS o left join public.items i on 1 = 1"),
            "read users, read orders, read items"
        );
        assert_eq!(read("INSERT INTO \"orders\" (a) SELECT b FROM [dbo].[users]"), "write orders, read users");
        assert_eq!(
            read("UPDATE users SET a = 'x from orders' WHERE b IN (SELECT c FROM items)"),
            "write users, read items"
        );
        assert_eq!(read("DELETE FROM orders -- from users\n WHERE a = $1"), "write orders");
        assert_eq!(read("SELECT * FROM users FOR UPDATE"), "read users");
        assert_eq!(read("INSERT INTO log VALUES (1) ON CONFLICT DO UPDATE SET a = 1"), "write log");
        assert_eq!(read("MERGE INTO users USING orders ON 1 = 1"), "write users, read orders");
        assert_eq!(
            read("WITH x AS (SELECT 1 FROM users) DELETE FROM log USING items"),
            "read users, write log, read items"
        );
        assert_eq!(read("TRUNCATE TABLE log"), "write log");
        assert_eq!(read("FROM users u"), "read users");
        assert!(!is_statement("Selected from users") && !is_statement("update"));
    }

    #[test]
    fn unclosed_quotes_end_with_the_text() {
        assert_eq!(read("SELECT 'a FROM users"), "");
        assert_eq!(read("SELECT * FROM \"users"), "read users");
    }
}
