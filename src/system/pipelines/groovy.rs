//! A tolerant reader of languages with calls and blocks: as much of Groovy as declarative Jenkinsfiles are written in, and
//! calls of Starlark.

/// A word, a text or a mark, with its line counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it begins.
    pub line: u32,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenKind {
    /// A name with what it is a member of: `docker.build`.
    Word(String),
    /// A text without its quotes.
    Text(String),
    /// One of the other characters.
    Mark(char),
    /// The end of a line.
    End,
}

impl Token {
    /// The text of a text.
    pub fn text(&self) -> Option<&str> {
        if let TokenKind::Text(text) = &self.kind { Some(text) } else { None }
    }

    /// The name of a word.
    pub fn word(&self) -> Option<&str> {
        if let TokenKind::Word(word) = &self.kind { Some(word) } else { None }
    }

    /// Whether it is this mark.
    pub fn is(&self, mark: char) -> bool {
        self.kind == TokenKind::Mark(mark)
    }
}

/// A statement with the block behind it.
#[derive(Debug, Default)]
pub struct Node {
    /// The statement.
    pub tokens: Vec<Token>,
    /// The statements of its block; none where there is no block.
    pub block: Option<Vec<Node>>,
}

impl Node {
    /// The first word.
    pub fn name(&self) -> &str {
        self.tokens.first().and_then(Token::word).unwrap_or_default()
    }

    /// The first text.
    pub fn text(&self) -> Option<&str> {
        self.tokens.iter().find_map(Token::text)
    }

    /// Where it begins.
    pub fn line(&self) -> u32 {
        self.tokens.first().map_or(1, |token| token.line)
    }

    /// The statements of the block.
    pub fn inner(&self) -> &[Node] {
        self.block.as_deref().unwrap_or_default()
    }

    /// The first statement of the block that begins with a word.
    pub fn find(&self, name: &str) -> Option<&Node> {
        self.inner().iter().find(|node| node.name() == name)
    }
}

/// Blocks nested deeper than this are not read.
const DEPTH_LIMIT: usize = 64;

/// How comments to the end of a line begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comments {
    /// `//`, and `/* … */`.
    Slashes,
    /// `#`
    Hashes,
}

/// The tokens of a text.
pub fn tokens(text: &str, comments: Comments) -> Vec<Token> {
    let mut found = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let start = line;
        let mut length = c.len_utf8();
        let kind = match c {
            '\n' => Some(TokenKind::End),
            '#' if comments == Comments::Hashes => {
                length = rest.find('\n').unwrap_or(rest.len());
                None
            }
            '/' if comments == Comments::Slashes && rest.starts_with("//") => {
                length = rest.find('\n').unwrap_or(rest.len());
                None
            }
            '/' if comments == Comments::Slashes && rest.starts_with("/*") => {
                length = rest[2..].find("*/").map_or(rest.len(), |end| end + 4);
                None
            }
            '"' | '\'' => {
                let (text, end) = quoted(rest, c);
                length = end;
                Some(TokenKind::Text(text))
            }
            _ if c.is_whitespace() => None,
            _ if c.is_alphanumeric() || matches!(c, '_' | '@') => {
                length =
                    rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | '@')).unwrap_or(rest.len());
                Some(TokenKind::Word(rest[..length].to_owned()))
            }
            _ => Some(TokenKind::Mark(c)),
        };
        line += memchr::memchr_iter(b'\n', &rest.as_bytes()[..length]).count() as u32;
        found.extend(kind.map(|kind| Token { kind, line: start }));
        rest = &rest[length..];
    }
    found
}

/// A text with which a source begins, and its length with the quotes.
fn quoted(source: &str, quote: char) -> (String, usize) {
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    let is_long = source.starts_with(&triple);
    let open = if is_long { 3 } else { 1 };
    let mut text = String::new();
    let mut chars = source[open..].char_indices();
    while let Some((at, c)) = chars.next() {
        let rest = &source[open + at..];
        if is_long && rest.starts_with(&triple) {
            return (text, open + at + 3);
        }
        match c {
            '\\' => match chars.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, '\n')) => text.push_str("\\\n"),
                Some((_, c)) => text.push(c),
                None => {}
            },
            _ if !is_long && c == quote => return (text, open + at + 1),
            // A text of one line that is not closed ends with the line.
            '\n' if !is_long => return (text, open + at),
            _ => text.push(c),
        }
    }
    (text, source.len())
}

/// The statements of a text with their blocks. None where blocks are nested too deeply or not closed.
pub fn statements(tokens: Vec<Token>) -> Option<Vec<Node>> {
    struct Open {
        done: Vec<Node>,
        statement: Vec<Token>,
        brackets: u32,
    }
    let mut open = vec![Open { done: Vec::new(), statement: Vec::new(), brackets: 0 }];
    for token in tokens {
        let depth = open.len();
        let current = open.last_mut()?;
        match token.kind {
            TokenKind::Mark('{') => {
                if depth > DEPTH_LIMIT {
                    return None;
                }
                open.push(Open { done: Vec::new(), statement: Vec::new(), brackets: 0 });
            }
            TokenKind::Mark('}') => {
                let mut inner = open.pop()?;
                end(&mut inner.done, &mut inner.statement);
                let outer = open.last_mut()?;
                let tokens = std::mem::take(&mut outer.statement);
                outer.done.push(Node { tokens, block: Some(inner.done) });
            }
            TokenKind::End | TokenKind::Mark(';') if current.brackets == 0 => {
                end(&mut current.done, &mut current.statement);
            }
            TokenKind::End => {}
            _ => {
                match token.kind {
                    TokenKind::Mark('(' | '[') => current.brackets += 1,
                    TokenKind::Mark(')' | ']') => current.brackets = current.brackets.saturating_sub(1),
                    _ => {}
                }
                current.statement.push(token);
            }
        }
    }
    let mut last = open.pop()?;
    end(&mut last.done, &mut last.statement);
    open.is_empty().then_some(last.done)
}

fn end(done: &mut Vec<Node>, statement: &mut Vec<Token>) {
    if !statement.is_empty() {
        done.push(Node { tokens: std::mem::take(statement), block: None });
    }
}

/// A call with its texts: of each the name of its argument, if it has one.
pub struct Call<'t> {
    /// What is called.
    pub name: &'t str,
    /// The texts among the arguments, in order.
    pub texts: Vec<(Option<&'t str>, &'t Token)>,
    /// Where it begins.
    pub line: u32,
}

/// Calls with their arguments in parentheses, outer ones before those among their arguments.
pub fn calls(tokens: &[Token]) -> Vec<Call<'_>> {
    let mut found: Vec<Call<'_>> = Vec::new();
    // Indexes of the calls around, none for parentheses of no call.
    let mut around: Vec<Option<usize>> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| &tokens[before]);
        match &token.kind {
            TokenKind::Mark('(') => {
                let name = before.and_then(Token::word);
                around.push(name.map(|name| {
                    found.push(Call { name, texts: Vec::new(), line: token.line });
                    found.len() - 1
                }));
            }
            TokenKind::Mark(')') => drop(around.pop()),
            TokenKind::Text(_) => {
                let is_named = before.is_some_and(|before| before.is('=') || before.is(':'));
                let name = if is_named { index.checked_sub(2).and_then(|at| tokens[at].word()) } else { None };
                if let Some(call) = around.iter().rev().find_map(|call| *call) {
                    found[call].texts.push((name, token));
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_with_blocks_texts_and_comments() {
        let text = "pipeline {\n  // stage('no') {}\n  stages {\n    stage('a') { steps { sh \"make ${X}\"\n      sh '''\n x\n''' } }\n  }\n}\n";
        let nodes = statements(tokens(text, Comments::Slashes)).expect("closed blocks");
        let stage = &nodes[0].inner()[0].inner()[0];
        assert_eq!((nodes[0].name(), stage.text(), stage.line()), ("pipeline", Some("a"), 4));
        let steps = stage.find("steps").expect("steps").inner();
        assert_eq!((steps[0].text(), steps[1].text(), steps[1].line()), (Some("make ${X}"), Some("\n x\n"), 5));
        assert!(statements(tokens("a { b", Comments::Slashes)).is_none());
        assert!(statements(tokens(&"{".repeat(100_000), Comments::Slashes)).is_none());
    }
}
