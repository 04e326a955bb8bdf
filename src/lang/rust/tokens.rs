//! Rust's tokens, as far as reading paths needs them.
//!
//! A macro's arguments are tokens to the grammar, so paths among them can only be read from tokens; reading all paths of
//! a file that way costs a small part of what a query over every identifier does, and gives the same answer inside macros
//! and outside.

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Line, counted from 1.
    pub line: u32,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// An identifier or a keyword; also `$name` and `$crate`.
    Identifier,
    /// A lifetime or a label.
    Lifetime,
    /// A string, character or number.
    Literal,
    /// `(`, `[` or `{`.
    Open(u8),
    /// `)`, `]` or `}`.
    Close(u8),
    /// `::`.
    PathSeparator,
    /// `..`, `...` or `..=`.
    Range,
    /// `->` or `=>`.
    Arrow,
    /// Any other byte.
    Punctuation(u8),
}

/// Tokenizes `bytes[start..end]`; `line` is the line of its first byte. Comments and white space are left out. Bytes that
/// no Rust token may contain count as parts of identifiers: nothing is refused.
pub fn tokenize(bytes: &[u8], start: usize, end: usize, line: u32) -> Vec<Token> {
    let bytes = &bytes[..end.min(bytes.len())];
    let mut lexer = Lexer { bytes, at: start, line, tokens: Vec::with_capacity((end.saturating_sub(start)) / 5) };
    if start == 0 && bytes.starts_with(b"#!") && !bytes.starts_with(b"#![") {
        lexer.skip_line();
    }
    lexer.run();
    lexer.tokens
}

/// For each opening token the index of its closing one, for the others their own index. An opening token that is never
/// closed maps to the last token.
pub fn matching(tokens: &[Token]) -> Vec<u32> {
    let mut matching: Vec<u32> = (0..tokens.len() as u32).collect();
    let mut open = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Open(_) => open.push(index),
            TokenKind::Close(_) => {
                if let Some(start) = open.pop() {
                    matching[start] = index as u32;
                }
            }
            _ => {}
        }
    }
    for start in open {
        matching[start] = tokens.len() as u32 - 1;
    }
    matching
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
    tokens: Vec<Token>,
}

fn is_identifier_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_identifier_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

impl Lexer<'_> {
    fn peek(&self, offset: usize) -> u8 {
        self.bytes.get(self.at + offset).copied().unwrap_or(0)
    }

    fn run(&mut self) {
        while self.at < self.bytes.len() {
            let (start, line) = (self.at, self.line);
            let Some(kind) = self.next() else { continue };
            self.tokens.push(Token { kind, start: start as u32, end: self.at as u32, line });
        }
    }

    /// Steps over one token or one piece of white space or comment (none).
    fn next(&mut self) -> Option<TokenKind> {
        let byte = self.peek(0);
        match byte {
            b'\n' => {
                self.line += 1;
                self.at += 1;
                None
            }
            _ if byte.is_ascii_whitespace() => {
                self.at += 1;
                None
            }
            b'/' if self.peek(1) == b'/' => {
                self.skip_line();
                None
            }
            b'/' if self.peek(1) == b'*' => {
                self.skip_block_comment();
                None
            }
            b'"' => Some(self.string()),
            b'\'' => Some(self.quote()),
            b'r' | b'b' | b'c' if self.is_prefixed_literal() => Some(self.prefixed_literal()),
            _ if is_identifier_start(byte) => Some(self.identifier()),
            _ if byte.is_ascii_digit() => Some(self.number()),
            b'$' if is_identifier_start(self.peek(1)) => {
                self.at += 1;
                Some(self.identifier())
            }
            _ => Some(self.punctuation(byte)),
        }
    }

    fn punctuation(&mut self, byte: u8) -> TokenKind {
        let (kind, length) = match (byte, self.peek(1)) {
            (b'(' | b'[' | b'{', _) => (TokenKind::Open(byte), 1),
            (b')' | b']' | b'}', _) => (TokenKind::Close(byte), 1),
            (b':', b':') => (TokenKind::PathSeparator, 2),
            (b'.', b'.') => (TokenKind::Range, if matches!(self.peek(2), b'.' | b'=') { 3 } else { 2 }),
            (b'-' | b'=', b'>') => (TokenKind::Arrow, 2),
            _ => (TokenKind::Punctuation(byte), 1),
        };
        self.at += length;
        kind
    }

    fn identifier(&mut self) -> TokenKind {
        while is_identifier_part(self.peek(0)) {
            self.at += 1;
        }
        TokenKind::Identifier
    }

    fn number(&mut self) -> TokenKind {
        while is_identifier_part(self.peek(0)) {
            self.at += 1;
        }
        if self.peek(0) == b'.' && self.peek(1).is_ascii_digit() {
            self.at += 1;
            while is_identifier_part(self.peek(0)) {
                self.at += 1;
            }
        }
        TokenKind::Literal
    }

    fn skip_line(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    fn skip_block_comment(&mut self) {
        let mut depth = 0usize;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return;
                    }
                }
                (byte, _) => {
                    self.line += u32::from(byte == b'\n');
                    self.at += 1;
                }
            }
        }
    }

    /// A string with escapes, from its opening quote.
    fn string(&mut self) -> TokenKind {
        self.at += 1;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'"' => {
                    self.at += 1;
                    break;
                }
                b'\\' => {
                    self.line += u32::from(self.peek(1) == b'\n');
                    self.at += 2;
                }
                byte => {
                    self.line += u32::from(byte == b'\n');
                    self.at += 1;
                }
            }
        }
        self.at = self.at.min(self.bytes.len());
        TokenKind::Literal
    }

    /// A character or a lifetime, from its quote.
    fn quote(&mut self) -> TokenKind {
        if self.peek(1) == b'\\' {
            self.at += 3;
            while self.at < self.bytes.len() && !matches!(self.peek(0), b'\'' | b'\n') {
                self.at += 1;
            }
            self.at = (self.at + usize::from(self.peek(0) == b'\'')).min(self.bytes.len());
            return TokenKind::Literal;
        }
        let width = match self.peek(1) {
            0..=0x7f => 1,
            0x80..=0xdf => 2,
            0xe0..=0xef => 3,
            _ => 4,
        };
        if self.peek(1 + width) == b'\'' && self.peek(1) != b'\'' {
            self.line += u32::from(self.peek(1) == b'\n');
            self.at += 2 + width;
            return TokenKind::Literal;
        }
        self.at += 1;
        while is_identifier_part(self.peek(0)) {
            self.at += 1;
        }
        TokenKind::Lifetime
    }

    /// Whether `r`, `b` or `c` begins a literal or a raw identifier here.
    fn is_prefixed_literal(&self) -> bool {
        let mut offset = 1;
        if matches!(self.peek(0), b'b' | b'c') && self.peek(1) == b'r' {
            offset = 2;
        }
        match self.peek(offset) {
            b'"' => true,
            b'#' => self.peek(offset - 1) == b'r',
            b'\'' => self.peek(0) == b'b' && offset == 1,
            _ => false,
        }
    }

    fn prefixed_literal(&mut self) -> TokenKind {
        let is_raw = self.peek(0) == b'r' || self.peek(1) == b'r';
        self.at += 1 + usize::from(self.peek(1) == b'r');
        if self.peek(0) == b'\'' {
            return self.quote();
        }
        if !is_raw {
            return self.string();
        }
        let mut hashes = 0;
        while self.peek(hashes) == b'#' {
            hashes += 1;
        }
        if self.peek(hashes) != b'"' {
            self.at += hashes;
            return self.identifier();
        }
        self.at += hashes + 1;
        while self.at < self.bytes.len() {
            let byte = self.peek(0);
            self.line += u32::from(byte == b'\n');
            self.at += 1;
            if byte == b'"' && (0..hashes).all(|offset| self.peek(offset) == b'#') {
                self.at += hashes;
                break;
            }
        }
        TokenKind::Literal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        let tokens = tokenize(source.as_bytes(), 0, source.len(), 1);
        tokens.iter().map(|token| &source[token.start as usize..token.end as usize]).collect()
    }

    #[test]
    fn literals_hide_what_looks_like_code() {
        assert_eq!(texts(r####"a("b::c", r#"d"e"#, b'\'', 'f', '\'', 'g') "####).len(), 14);
        assert_eq!(texts("/* a /* b */ c */ d // e\nf"), ["d", "f"]);
        assert_eq!(texts("1.5 1..2 x.0.y"), ["1.5", "1", "..", "2", "x", ".", "0", ".", "y"]);
        assert_eq!(
            texts("'a: loop {} 'é' r#type $crate::x"),
            ["'a", ":", "loop", "{", "}", "'é'", "r#type", "$crate", "::", "x"]
        );
    }

    #[test]
    fn unfinished_input_ends() {
        for source in ["\"a", "'", "'\\", "r#\"a", "b'", "/* a", "r#", "$", "\"\\", "'é"] {
            texts(source);
        }
    }

    #[test]
    fn lines_are_counted_in_all_tokens() {
        let source = "/*\n*/ \"\n\\\n\" r\"\n\" x";
        let tokens = tokenize(source.as_bytes(), 0, source.len(), 1);
        assert_eq!(tokens.last().map(|token| token.line), Some(5));
    }
}
