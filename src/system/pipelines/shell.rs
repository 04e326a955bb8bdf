//! The commands of a shell script, as far as its text says them.

/// A command with its words, without quotes; a word that a parenthesis makes opens or closes a subshell.
#[derive(Debug, PartialEq, Eq)]
pub struct Command {
    /// The words.
    pub words: Vec<String>,
    /// Counted from 0 from the beginning of the script.
    pub line: u32,
}

/// Words that stand before a command without being part of it.
const KEYWORDS: &[&str] =
    &["if", "then", "elif", "else", "do", "while", "until", "!", "{", "}", "fi", "done", "@", "-"];

/// Commands that are kept of one script.
const LIMIT: usize = 2_000;

/// The commands of a script in order. Comments and the bodies of here-documents are none.
pub fn commands(script: &str) -> Vec<Command> {
    let mut reader = Reader::default();
    let mut lines = script.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if reader.quote.is_none() && !reader.continues {
            reader.start = number as u32;
        }
        reader.continues = false;
        reader.line(line);
        if reader.found.len() >= LIMIT {
            break;
        }
        if reader.quote.is_none()
            && let Some(end) = reader.here.take()
        {
            lines.by_ref().find(|(_, line)| line.trim() == end);
        }
    }
    reader.quote = None;
    reader.end_command();
    reader.found
}

#[derive(Default)]
struct Reader {
    found: Vec<Command>,
    words: Vec<String>,
    word: String,
    has_word: bool,
    quote: Option<char>,
    continues: bool,
    start: u32,
    here: Option<String>,
}

impl Reader {
    fn line(&mut self, line: &str) {
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            if let Some(quote) = self.quote {
                match c {
                    '\\' if quote == '"' => self.word.extend(chars.next()),
                    _ if c == quote => self.quote = None,
                    _ => self.word.push(c),
                }
                continue;
            }
            match c {
                '\'' | '"' => {
                    self.quote = Some(c);
                    self.has_word = true;
                }
                '\\' | '`' if chars.peek().is_none() => self.continues = true,
                '\\' => {
                    self.has_word = true;
                    self.word.extend(chars.next());
                }
                '#' if !self.has_word => break,
                '$' if matches!(chars.peek(), Some('(' | '{')) => {
                    self.has_word = true;
                    self.word.push(c);
                    self.nested(&mut chars);
                }
                '<' if chars.peek() == Some(&'<') => {
                    chars.next();
                    self.here_document(&mut chars);
                }
                ';' | '|' => self.end_command(),
                '&' if chars.peek() == Some(&'&') => {
                    chars.next();
                    self.end_command();
                }
                '&' if !self.word.ends_with('>') => self.end_command(),
                '(' | ')' => {
                    self.end_command();
                    self.found.push(Command { words: vec![c.to_string()], line: self.start });
                }
                _ if c.is_whitespace() => self.end_word(),
                _ => {
                    self.has_word = true;
                    self.word.push(c);
                }
            }
        }
        match self.quote {
            Some(_) => self.word.push('\n'),
            None if self.continues => self.end_word(),
            None => self.end_command(),
        }
    }

    /// The word after `<<`, which ends what follows the line. `<<<` gives a text of one line and begins nothing.
    fn here_document(&mut self, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
        let rest = chars.clone().collect::<String>();
        let word = rest.trim_start_matches('-').trim_start().trim_start_matches(['"', '\'']);
        let end = word.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(word.len());
        if rest.starts_with('<') || end == 0 {
            return;
        }
        self.here = Some(word[..end].to_owned());
        let after = word[end..].trim_start_matches(['"', '\'']);
        let taken = rest[..rest.len() - after.len()].chars().count();
        chars.by_ref().take(taken).for_each(drop);
    }

    /// What stands in `$(…)` and `${…}`, which is part of a word.
    fn nested(&mut self, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
        let mut depth = 0_u32;
        for c in chars.by_ref() {
            self.word.push(c);
            match c {
                '(' | '{' => depth += 1,
                ')' | '}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }

    fn end_word(&mut self) {
        if std::mem::take(&mut self.has_word) {
            let word = std::mem::take(&mut self.word);
            if !(self.words.is_empty() && KEYWORDS.contains(&word.as_str())) {
                self.words.push(word);
            }
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        if !self.words.is_empty() {
            self.found.push(Command { words: std::mem::take(&mut self.words), line: self.start });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_with_quotes_comments_continuations_and_here_documents() {
        let script = "# docker build .\nset -e; cd cart && docker build \\\n  -t \"acme/cart:$(git rev-parse HEAD)\" .\n\
            cat <<EOF > x\nnpm test\nEOF\n(cd b; make)\nif ! npm test; then exit 1; fi\n";
        let found: Vec<(String, u32)> = commands(script).into_iter().map(|c| (c.words.join(" "), c.line)).collect();
        let expected = [
            ("set -e", 1),
            ("cd cart", 1),
            ("docker build -t acme/cart:$(git rev-parse HEAD) .", 1),
            ("cat > x", 3),
            ("(", 6),
            ("cd b", 6),
            ("make", 6),
            (")", 6),
            ("npm test", 7),
            ("exit 1", 7),
        ];
        assert_eq!(found, expected.map(|(words, line)| (words.to_owned(), line)));
    }
}
