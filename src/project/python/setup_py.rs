//! What a `setup.py` says in literals. Nothing of it is run: strings, lists and tables in the call of `setup`, and in
//! variables that the call names, are read; everything else counts as unknown.

use rustc_hash::FxHashMap;

use super::super::{ConfigFile, DeclaredScope};
use super::Draft;
use crate::facts::Name;

/// Deeper nesting of literals is unknown.
const DEPTH_LIMIT: u32 = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Text(String),
    Mark(char),
}

#[derive(Debug, Clone)]
enum Value<'a> {
    Text(String, u32),
    List(Vec<Value<'a>>),
    Table(Vec<(String, Value<'a>)>),
    Variable(&'a str),
    Unknown,
}

/// Reads the package's name, version, layout and requirements.
pub(super) fn read(config: &ConfigFile, draft: &mut Draft) {
    let mut reader = Reader { tokens: tokens(&config.text), next: 0, variables: FxHashMap::default() };
    let Some(arguments) = reader.setup_call() else { return };
    draft.manifest.get_or_insert_with(|| config.path.clone());
    for (key, value) in arguments {
        let value = reader.look_up(value);
        apply(config.directory(), key, value, &reader, draft);
    }
}

fn apply(directory: &str, key: &str, value: Value<'_>, reader: &Reader<'_>, draft: &mut Draft) {
    match (key, value) {
        ("name", Value::Text(name, _)) => draft.name = draft.name.take().or_else(|| Some(Name::new(name))),
        ("version", Value::Text(version, _)) => {
            draft.version = draft.version.take().or_else(|| Some(Name::new(version)));
        }
        ("package_dir", Value::Table(entries)) => {
            for (package, path) in entries {
                if let Value::Text(path, _) = reader.look_up(path) {
                    let package = Some(package.as_str()).filter(|package| !package.is_empty());
                    draft.root(directory, &path, package);
                    draft.has_layout |= package.is_none();
                }
            }
        }
        ("install_requires", value) => require(value, DeclaredScope::Runtime, reader, draft),
        ("setup_requires", value) => require(value, DeclaredScope::Build, reader, draft),
        ("tests_require", value) => require(value, DeclaredScope::Development, reader, draft),
        ("extras_require", Value::Table(extras)) => {
            for (_, value) in extras {
                require(reader.look_up(value), DeclaredScope::Optional, reader, draft);
            }
        }
        _ => {}
    }
}

fn require(value: Value<'_>, scope: DeclaredScope, reader: &Reader<'_>, draft: &mut Draft) {
    match value {
        Value::Text(text, line) => draft.require(&text, scope, line),
        Value::List(items) => {
            for item in items {
                if let Value::Text(text, line) = reader.look_up(item) {
                    draft.require(&text, scope, line);
                }
            }
        }
        _ => {}
    }
}

struct Reader<'a> {
    tokens: Vec<(Token<'a>, u32)>,
    next: usize,
    variables: FxHashMap<&'a str, Value<'a>>,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&Token<'a>> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    fn is_mark(&self, mark: char) -> bool {
        self.peek() == Some(&Token::Mark(mark))
    }

    fn look_up(&self, value: Value<'a>) -> Value<'a> {
        match value {
            Value::Variable(name) => self.variables.get(name).cloned().unwrap_or(Value::Unknown),
            other => other,
        }
    }

    /// Collects `name = literal` on the way to `setup(…)`, whose keyword arguments it returns.
    fn setup_call(&mut self) -> Option<Vec<(&'a str, Value<'a>)>> {
        while let Some(token) = self.peek().cloned() {
            self.next += 1;
            let Token::Word(word) = token else { continue };
            if word == "setup" && self.is_mark('(') {
                self.next += 1;
                return Some(self.arguments());
            }
            if self.is_mark('=') {
                self.next += 1;
                // A word is looked at again: it may be the call itself.
                if !matches!(self.peek(), Some(Token::Word(_))) {
                    let value = self.value(0);
                    self.variables.insert(word, value);
                }
            }
        }
        None
    }

    fn arguments(&mut self) -> Vec<(&'a str, Value<'a>)> {
        let mut arguments = Vec::new();
        while let Some(token) = self.peek().cloned() {
            if token == Token::Mark(')') {
                break;
            }
            self.next += 1;
            if let Token::Word(word) = token
                && self.is_mark('=')
            {
                self.next += 1;
                arguments.push((word, self.value(0)));
            }
            self.skip_to_separator();
        }
        arguments
    }

    /// A value up to the next separator of its level.
    fn value(&mut self, depth: u32) -> Value<'a> {
        let Some((token, line)) = self.tokens.get(self.next).cloned() else { return Value::Unknown };
        if depth > DEPTH_LIMIT {
            return Value::Unknown;
        }
        let value = match token {
            Token::Text(mut text) => {
                self.next += 1;
                while let Some(Token::Text(more)) = self.peek() {
                    text.push_str(more);
                    self.next += 1;
                }
                Value::Text(text, line)
            }
            Token::Mark('[' | '(') => {
                self.next += 1;
                self.list(depth)
            }
            Token::Mark('{') => {
                self.next += 1;
                self.table(depth)
            }
            Token::Word(name) => {
                self.next += 1;
                Value::Variable(name)
            }
            Token::Mark(_) => Value::Unknown,
        };
        // An operator, a call or an attribute after it makes it something else.
        let is_whole = !matches!(self.peek(), Some(Token::Mark('+' | '-' | '*' | '/' | '%' | '(' | '[' | '.' | '|')));
        if is_whole { value } else { Value::Unknown }
    }

    fn list(&mut self, depth: u32) -> Value<'a> {
        let mut items = Vec::new();
        while let Some(token) = self.peek() {
            if matches!(token, Token::Mark(']' | ')' | '}')) {
                self.next += 1;
                break;
            }
            items.push(self.value(depth + 1));
            self.skip_to_separator();
        }
        Value::List(items)
    }

    fn table(&mut self, depth: u32) -> Value<'a> {
        let mut entries = Vec::new();
        while let Some(token) = self.peek().cloned() {
            if matches!(token, Token::Mark(']' | ')' | '}')) {
                self.next += 1;
                break;
            }
            self.next += 1;
            if let Token::Text(key) = token
                && self.is_mark(':')
            {
                self.next += 1;
                entries.push((key, self.value(depth + 1)));
            }
            self.skip_to_separator();
        }
        Value::Table(entries)
    }

    /// Goes behind the next comma of this level, or to the bracket that closes it.
    fn skip_to_separator(&mut self) {
        let mut depth = 0;
        while let Some(token) = self.peek() {
            match token {
                Token::Mark('(' | '[' | '{') => depth += 1,
                Token::Mark(')' | ']' | '}') if depth == 0 => return,
                Token::Mark(')' | ']' | '}') => depth -= 1,
                Token::Mark(',') if depth == 0 => {
                    self.next += 1;
                    return;
                }
                _ => {}
            }
            self.next += 1;
        }
    }
}

/// Words, strings and marks with their lines; comments and numbers' digits count as words that name nothing.
fn tokens(text: &str) -> Vec<(Token<'_>, u32)> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\n' => {
                line += 1;
                1
            }
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => {
                let (value, length) = string(rest, first);
                tokens.push((Token::Text(value.to_owned()), line));
                line += rest[..length].matches('\n').count() as u32;
                length
            }
            _ if first.is_alphanumeric() || first == '_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                let word = &rest[..end];
                // The prefix of a string; an f-string's text is not its value.
                let is_prefix = rest[end..].starts_with(['"', '\'']) && word.len() <= 2;
                if !is_prefix || word.contains(['f', 'F']) {
                    tokens.push((Token::Word(word), line));
                }
                end
            }
            _ if first.is_whitespace() => first.len_utf8(),
            _ => {
                tokens.push((Token::Mark(first), line));
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    tokens
}

/// The content of the string at the start of `text` and the length of the whole.
fn string(text: &str, quote: char) -> (&str, usize) {
    let triple = match quote {
        '"' => "\"\"\"",
        _ => "'''",
    };
    let closing = if text.starts_with(triple) { triple } else { &triple[..1] };
    let start = closing.len();
    let mut at = start;
    loop {
        let Some(found) = text[at..].find(['\\', quote, '\n']).map(|offset| at + offset) else {
            return (&text[start..], text.len());
        };
        if text[found..].starts_with('\\') {
            let escaped = text[found + 1..].chars().next().map_or(0, char::len_utf8);
            at = found + 1 + escaped;
        } else if text[found..].starts_with(closing) {
            return (&text[start..found], found + closing.len());
        } else if text[found..].starts_with('\n') && closing.len() == 1 {
            // An unclosed string ends with its line.
            return (&text[start..found], found);
        } else {
            at = found + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_end_where_python_ends_them() {
        assert_eq!(string("'a\\'b' c", '\''), ("a\\'b", 6));
        assert_eq!(string("\"\"\"a\n\"b\"\"\"", '"'), ("a\n\"b", 10));
        assert_eq!(string("'open\nx", '\''), ("open", 5));
        assert_eq!(string("'open\\", '\''), ("open\\", 6));
        assert_eq!(string("''", '\''), ("", 2));
    }

    #[test]
    fn deep_nesting_is_unknown() {
        let text = format!("setup(install_requires={}", "[".repeat(100_000));
        let mut draft = Draft::default();
        read(&ConfigFile { path: "setup.py".into(), text: text.into() }, &mut draft);
        assert!(draft.dependencies.is_empty());
    }
}
