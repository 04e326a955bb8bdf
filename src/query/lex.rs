//! From a query's text to words and signs.

use super::QueryError;

/// A word or a sign, with the column at which it starts (in characters from 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub column: usize,
    pub kind: TokenKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A path, glob, number, name or operator word.
    Word(String),
    /// A word in quotes: never an operator or function.
    Quoted(String),
    Open,
    Close,
    Comma,
    /// `+`, `^` or `-` that stands alone.
    Sign(char),
    End,
}

/// Splits a text. Signs that may be part of a path (`-`, `+`, `^`) are operators only where white space, a parenthesis or
/// an end stands on both sides, so that `react-dom` and `c++/x` are words. `{a,b}` and `[a-z]` belong to a glob.
///
/// # Errors
/// A quote that is not closed.
pub(super) fn lex(text: &str) -> Result<Vec<Token>, QueryError> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        let column = at + 1;
        let sign = match c {
            _ if c.is_whitespace() => {
                at += 1;
                continue;
            }
            '(' => Some(TokenKind::Open),
            ')' => Some(TokenKind::Close),
            ',' => Some(TokenKind::Comma),
            '+' | '^' | '-' if chars.get(at + 1).is_none_or(|next| ends_word(*next)) => Some(TokenKind::Sign(c)),
            _ => None,
        };
        if let Some(kind) = sign {
            tokens.push(Token { column, kind });
            at += 1;
        } else if matches!(c, '"' | '\'') {
            let closing = chars[at + 1..].iter().position(|other| *other == c);
            let Some(length) = closing else {
                return Err(QueryError { column, message: format!("this {c} is not closed") });
            };
            let quoted = chars[at + 1..at + 1 + length].iter().collect();
            tokens.push(Token { column, kind: TokenKind::Quoted(quoted) });
            at += length + 2;
        } else {
            let end = end_of_word(&chars, at);
            tokens.push(Token { column, kind: TokenKind::Word(chars[at..end].iter().collect()) });
            at = end;
        }
    }
    tokens.push(Token { column: chars.len() + 1, kind: TokenKind::End });
    Ok(tokens)
}

/// Whether a character cannot be in a word.
fn ends_word(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | ',' | '"' | '\'')
}

/// Where the word that starts at `at` ends: commas inside braces belong to it.
fn end_of_word(chars: &[char], at: usize) -> usize {
    let mut braces = 0usize;
    let mut end = at;
    while let Some(c) = chars.get(end) {
        match c {
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            ',' if braces > 0 => {}
            _ if ends_word(*c) => break,
            _ => {}
        }
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<(usize, String)> {
        let show = |token: &Token| match &token.kind {
            TokenKind::Word(word) => word.clone(),
            TokenKind::Quoted(word) => format!("<{word}>"),
            other => format!("{other:?}"),
        };
        lex(text).expect("tokens").iter().map(|token| (token.column, show(token))).collect()
    }

    #[test]
    fn signs_inside_words_belong_to_them() {
        let expected = [(1, "react-dom"), (11, "Sign('-')"), (13, "c++/x"), (18, "End")];
        assert_eq!(words("react-dom - c++/x"), expected.map(|(column, word)| (column, word.to_owned())));
    }

    #[test]
    fn braces_keep_their_commas_and_quotes_their_spaces() {
        let expected = [(1, "*.{rs,ts}"), (10, "Comma"), (12, "<a b>"), (17, "End")];
        assert_eq!(words("*.{rs,ts}, 'a b'"), expected.map(|(column, word)| (column, word.to_owned())));
    }

    #[test]
    fn an_open_quote_is_an_error_where_it_opens() {
        assert_eq!(lex("a + 'b").map_err(|error| error.column), Err(5));
    }
}
