//! A text split into statements, in one pass that knows quotes, comments, and the notations of dumps.

/// A statement and the line on which it begins, counted from 1.
pub struct Piece<'t> {
    /// Without the comments before it.
    pub text: &'t str,
    /// In the text that was split.
    pub line: u32,
}

/// Splits a text at `;`, at lines that hold `GO` alone, and at MySQL's own delimiters; the rows of `COPY … FROM stdin` are
/// left out.
pub fn statements(text: &str) -> Vec<Piece<'_>> {
    let mut splitter =
        Splitter { text, bytes: text.as_bytes(), at: 0, start: 0, line: 1, start_line: 1, found: Vec::new() };
    splitter.run();
    splitter.found
}

struct Splitter<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Where the running statement begins.
    start: usize,
    line: u32,
    start_line: u32,
    found: Vec<Piece<'t>>,
}

impl<'t> Splitter<'t> {
    fn run(&mut self) {
        while let Some(byte) = self.bytes.get(self.at).copied() {
            match byte {
                b'\'' | b'"' | b'`' => self.quoted(byte),
                b'-' if self.bytes[self.at..].starts_with(b"--") => self.skip_line(),
                b'#' if self.is_line_start() => self.skip_line(),
                b'\\' if self.is_line_start() => {
                    // A command of psql.
                    self.skip_line();
                    self.begin();
                }
                b'/' if self.bytes[self.at..].starts_with(b"/*") => self.comment(),
                b'$' => self.dollar(),
                b';' => {
                    self.end(self.at);
                    self.at += 1;
                    if self.found.last().is_some_and(|piece| is_copy(piece.text)) {
                        self.found.pop();
                        self.skip_rows();
                    }
                    self.begin();
                }
                b'G' | b'g' if self.is_line_start() && self.is_go() => {
                    self.end(self.at);
                    self.at += 2;
                    self.begin();
                }
                b'{' if self.bytes[self.at..].starts_with(b"{{") => self.skip_to(b"}}"),
                b'\n' => {
                    self.line += 1;
                    self.at += 1;
                    self.begin_if_blank();
                }
                byte if byte.is_ascii_whitespace() => {
                    self.at += 1;
                    self.begin_if_blank();
                }
                _ => self.at += 1,
            }
        }
        self.end(self.bytes.len());
    }

    /// Whether nothing but blanks stands before on the line.
    fn is_line_start(&self) -> bool {
        // The look back ends at the first letter, so all of them together are linear.
        let before = self.bytes[..self.at].iter().rev().find(|byte| **byte != b' ' && **byte != b'\t');
        before.is_none_or(|byte| *byte == b'\n' || *byte == b'\r')
    }

    fn is_go(&self) -> bool {
        let rest = &self.bytes[self.at..];
        let is_word = rest.get(..2).is_some_and(|word| word.eq_ignore_ascii_case(b"go"));
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()).min(16);
        is_word && rest.get(2..end).is_some_and(|tail| tail.iter().all(u8::is_ascii_whitespace))
    }

    fn begin(&mut self) {
        self.start = self.at;
        self.start_line = self.line;
    }

    /// Moves the beginning of a statement over the blanks and comments before it.
    fn begin_if_blank(&mut self) {
        if self.text[self.start..self.at].trim().is_empty() {
            self.begin();
        }
    }

    fn end(&mut self, end: usize) {
        let text = self.text.get(self.start..end).unwrap_or_default().trim();
        if !text.is_empty() {
            self.found.push(Piece { text, line: self.start_line });
        }
    }

    /// Goes on behind a position, counting the lines on the way.
    fn go_to(&mut self, end: usize) {
        let end = end.min(self.bytes.len());
        self.line += memchr::memchr_iter(b'\n', &self.bytes[self.at..end]).count() as u32;
        self.at = end;
    }

    fn skip_to(&mut self, mark: &[u8]) {
        let from = self.at + 2;
        let found = self.bytes.get(from..).and_then(|rest| memchr::memmem::find(rest, mark));
        self.go_to(found.map_or(self.bytes.len(), |at| from + at + mark.len()));
    }

    /// A comment before a statement does not belong to it.
    fn skip_line(&mut self) {
        let is_before = self.start == self.at;
        let end = memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |end| self.at + end);
        self.go_to(end);
        if is_before {
            self.begin();
        }
    }

    fn comment(&mut self) {
        let is_before = self.start == self.at;
        self.skip_to(b"*/");
        if is_before {
            self.begin();
        }
    }

    fn quoted(&mut self, quote: u8) {
        let mut at = self.at + 1;
        while let Some(byte) = self.bytes.get(at).copied() {
            at += 1;
            match byte {
                b'\\' if quote == b'\'' && self.is_escape(at) => at += 1,
                byte if byte == quote => break,
                _ => {}
            }
        }
        self.go_to(at);
    }

    /// Whether a backslash keeps a quote from ending a text: only MySQL has it so, and only there a quote follows it within
    /// a text.
    fn is_escape(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            Some(b'\\') => true,
            Some(b'\'') => !matches!(self.bytes.get(at + 1), Some(b',' | b')' | b';' | b' ' | b'\n' | b'\r') | None),
            _ => false,
        }
    }

    /// PostgreSQL's `$tag$ … $tag$`.
    fn dollar(&mut self) {
        let rest = &self.bytes[self.at + 1..];
        let length = rest.iter().take(64).position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        match length.filter(|length| rest.get(*length) == Some(&b'$')) {
            Some(length) => {
                let tag = &self.bytes[self.at..self.at + length + 2];
                let from = self.at + tag.len();
                let end = memchr::memmem::find(&self.bytes[from..], tag);
                self.go_to(end.map_or(self.bytes.len(), |at| from + at + tag.len()));
            }
            None => self.at += 1,
        }
    }

    /// The rows after `COPY … FROM stdin;` up to `\.`.
    fn skip_rows(&mut self) {
        let rest = &self.bytes[self.at..];
        let end = memchr::memmem::find(rest, b"\n\\.");
        self.go_to(end.map_or(self.bytes.len(), |end| self.at + end + 3));
    }
}

fn is_copy(statement: &str) -> bool {
    let starts = |text: &str, word: &str| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    let ends = |text: &str, word: &str| {
        text.len()
            .checked_sub(word.len())
            .and_then(|at| text.get(at..))
            .is_some_and(|tail| tail.eq_ignore_ascii_case(word))
    };
    starts(statement, "copy ") && ends(statement, "from stdin")
}

/// A `CREATE TABLE` up to the bracket that closes its columns: what follows are options of the store.
pub fn without_options(text: &str) -> Option<&str> {
    let open = text.find('(')?;
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(open) {
        match (quote, byte) {
            (Some(open), byte) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"' | b'`') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') => {
                depth -= 1;
                if depth == 0 {
                    return (at + 1 < text.len()).then(|| &text[..=at]);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_comments_rows_and_batches() {
        let text = "-- a; b\nCREATE TABLE a (x text DEFAULT ';');\n/* ; */ COPY a FROM stdin;\n1;2\n\\.\n\
                    SELECT $x$;$x$;\nCREATE TABLE b (\n y int)\nGO\nDROP TABLE c\ngo\n";
        let found: Vec<(u32, &str)> = statements(text).iter().map(|piece| (piece.line, piece.text)).collect();
        assert_eq!(
            found,
            [
                (2, "CREATE TABLE a (x text DEFAULT ';')"),
                (6, "SELECT $x$;$x$"),
                (7, "CREATE TABLE b (\n y int)"),
                (10, "DROP TABLE c"),
            ]
        );
    }

    #[test]
    fn options_of_the_store_are_cut_off() {
        assert_eq!(without_options("CREATE TABLE a (b enum(')')) ENGINE=x"), Some("CREATE TABLE a (b enum(')'))"));
        assert_eq!(without_options("CREATE TABLE a (b int)"), None);
    }
}
