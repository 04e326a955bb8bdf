//! Configuration that is written as nested brackets: Erlang's terms, Clojure's EDN, dune's s-expressions.

/// How deep brackets may be nested; what lies deeper is left out.
const DEPTH_LIMIT: usize = 64;

/// What tells one notation from another.
pub struct Syntax {
    /// Begins a comment that ends with the line.
    pub comment: char,
    /// Around a text.
    pub quotes: &'static [char],
}

/// Erlang's terms.
pub const ERLANG: Syntax = Syntax { comment: '%', quotes: &['"', '\''] };

/// EDN and s-expressions.
pub const LISP: Syntax = Syntax { comment: ';', quotes: &['"'] };

/// Package descriptions of opam.
pub const OPAM: Syntax = Syntax { comment: '#', quotes: &['"'] };

/// A term, with the line on which it begins.
#[derive(Debug, PartialEq, Eq)]
pub enum Term<'t> {
    /// A word or a quoted text, without its quotes.
    Text(u32, &'t str),
    /// What stands between brackets, and the opening one.
    List(u32, char, Vec<Term<'t>>),
}

impl<'t> Term<'t> {
    /// Where it begins, counted from 1.
    pub fn line(&self) -> u32 {
        match self {
            Self::Text(line, _) | Self::List(line, ..) => *line,
        }
    }

    /// What stands between the brackets; empty for a text.
    pub fn elements(&self) -> &[Self] {
        match self {
            Self::Text(..) => &[],
            Self::List(_, _, elements) => elements,
        }
    }

    /// The text.
    pub fn text(&self) -> Option<&'t str> {
        match self {
            Self::Text(_, text) => Some(text),
            Self::List(..) => None,
        }
    }

    /// The texts between the brackets.
    pub fn texts(&self) -> impl Iterator<Item = &'t str> {
        self.elements().iter().filter_map(Self::text)
    }

    /// What follows the key in `(key …)`.
    pub fn field(&self, key: &str) -> Option<&[Self]> {
        let (first, rest) = self.elements().split_first()?;
        (first.text() == Some(key)).then_some(rest)
    }

    /// The value in `{key, value}`.
    pub fn value_of(&self, key: &str) -> Option<&Self> {
        self.field(key)?.first()
    }

    /// The value of a key in `{key value key value}` or in a list that ends so.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let elements = self.elements();
        let at = elements.iter().position(|element| element.text() == Some(key))?;
        elements.get(at + 1)
    }
}

/// Reads the terms of a file. A bracket that is not closed ends with the file; one too many is skipped.
pub fn parse<'t>(text: &'t str, syntax: &Syntax) -> Vec<Term<'t>> {
    let mut open: Vec<(u32, char, Vec<Term<'t>>)> = Vec::new();
    let mut terms = Vec::new();
    let mut too_deep = 0_u32;
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let mut found = None;
        let length = match first {
            _ if first == syntax.comment => rest.find('\n').unwrap_or(rest.len()),
            _ if syntax.quotes.contains(&first) => {
                let length = quoted(rest, first);
                found = Some(Term::Text(line, rest[1..length].strip_suffix(first).unwrap_or(&rest[1..length])));
                length
            }
            '(' | '[' | '{' => {
                if open.len() < DEPTH_LIMIT {
                    open.push((line, first, Vec::new()));
                } else {
                    too_deep += 1;
                }
                1
            }
            ')' | ']' | '}' => {
                if too_deep > 0 {
                    too_deep -= 1;
                } else {
                    found = open.pop().map(|(line, bracket, elements)| Term::List(line, bracket, elements));
                }
                1
            }
            ',' => 1,
            _ if first.is_whitespace() => first.len_utf8(),
            _ => {
                let ends = |c: char| {
                    c.is_whitespace()
                        || c == ','
                        || c == syntax.comment
                        || matches!(c, '(' | '[' | '{' | ')' | ']' | '}')
                        || syntax.quotes.contains(&c)
                };
                let length = rest.find(ends).unwrap_or(rest.len());
                found = Some(Term::Text(line, &rest[..length]));
                length
            }
        };
        line += rest[..length].bytes().filter(|byte| *byte == b'\n').count() as u32;
        rest = &rest[length..];
        if let Some(term) = found.filter(|_| too_deep == 0) {
            open.last_mut().map_or(&mut terms, |(.., elements)| elements).push(term);
        }
    }
    while let Some((line, bracket, elements)) = open.pop() {
        let term = Term::List(line, bracket, elements);
        open.last_mut().map_or(&mut terms, |(.., elements)| elements).push(term);
    }
    terms
}

/// The length of a quoted text with its quotes; a backslash keeps what follows it from ending the text.
fn quoted(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (index, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            letter if letter == quote => return index + letter.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_texts_and_comments() {
        let terms = parse("{:paths [\"src\" \"a b\"] ; {no}\n :n \"q\\\"]\"}\n) (x", &LISP);
        let [map, open] = terms.as_slice() else { panic!("{terms:?}") };
        assert_eq!(map.get(":paths").map(|paths| paths.texts().collect::<Vec<_>>()), Some(vec!["src", "a b"]));
        assert_eq!(map.get(":n"), Some(&Term::Text(2, "q\\\"]")));
        assert_eq!(open.field("x"), Some(&[][..]));
    }

    #[test]
    fn nesting_without_end_costs_no_more_than_its_length() {
        let text = "(".repeat(100_000) + "a" + &")".repeat(100_000);
        assert_eq!(parse(&text, &LISP).len(), 1);
    }
}
