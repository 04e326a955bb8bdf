//! Includes, imports and module lines, read from the text.
//!
//! Macros that the grammar does not know can turn a whole file into one error node, and the grammar knows no C++20
//! modules. Directives are lines, so they are found as the preprocessor finds them: comments, literals and continued
//! lines are skipped, `#if 0` blocks are left out, all other branches are kept.

use crate::facts::{Import, ImportKind, Span};

/// Reads a file's directives and module lines, in source order. The file's own module declaration is the import of kind
/// [`ImportKind::Module`]; its path is the module's name with its partition (`a.b:part`).
pub fn scan(bytes: &[u8]) -> Vec<Import> {
    let mut scanner = Scanner { bytes, at: 0, line: 1, disabled: 0, has_module: false, imports: Vec::new() };
    scanner.run();
    scanner.imports
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
    /// How many conditionals are open since the `#if 0` (itself counted) that disables this text; 0 outside of one.
    disabled: u32,
    has_module: bool,
    imports: Vec<Import>,
}

impl<'a> Scanner<'a> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or_default()
    }

    fn run(&mut self) {
        if self.bytes.starts_with(b"\xEF\xBB\xBF") {
            self.at = 3;
        }
        let mut line_start = true;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\n' => {
                    self.newline();
                    line_start = true;
                }
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => self.at += 1,
                b'\\' if self.continuation() => {}
                b'/' if self.comment() => {}
                b'#' if line_start => {
                    self.directive();
                    line_start = false;
                }
                _ if self.disabled > 0 => self.skip_line(),
                byte => {
                    if !(line_start && self.statement(byte)) {
                        self.token(byte);
                    }
                    // `;` and braces end a statement as a line does, so that `module; import x;` is read.
                    line_start = matches!(byte, b';' | b'{' | b'}');
                }
            }
        }
    }

    fn newline(&mut self) {
        self.line = self.line.saturating_add(1);
        self.at += 1;
    }

    /// Steps over a backslash at the end of a line.
    fn continuation(&mut self) -> bool {
        let length = match (self.peek(1), self.peek(2)) {
            (b'\n', _) => 1,
            (b'\r', b'\n') => 2,
            _ => return false,
        };
        self.at += length;
        self.newline();
        true
    }

    /// Steps over a comment. A comment does not end a logical line, a line comment stops before the line's end.
    fn comment(&mut self) -> bool {
        match self.peek(1) {
            b'/' => self.skip_line(),
            b'*' => {
                self.at += 2;
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let length = memchr::memmem::find(rest, b"*/").map_or(rest.len(), |end| end + 2);
                self.advance(length);
            }
            _ => return false,
        }
        true
    }

    /// Moves over `length` bytes and counts their lines.
    fn advance(&mut self, length: usize) {
        let end = (self.at + length).min(self.bytes.len());
        self.line = self.line.saturating_add(memchr::memchr_iter(b'\n', &self.bytes[self.at..end]).count() as u32);
        self.at = end;
    }

    /// Moves to the newline that ends the logical line.
    fn skip_line(&mut self) {
        while self.at < self.bytes.len() && self.peek(0) != b'\n' {
            if !(self.peek(0) == b'\\' && self.continuation()) {
                self.at += 1;
            }
        }
    }

    /// Steps over one token of the code: a name, a literal or a single byte.
    fn token(&mut self, first: u8) {
        match first {
            b'"' | b'\'' => self.literal(first),
            _ if is_word(first) => {
                let start = self.at;
                let is_number = first.is_ascii_digit();
                // A quote between digits separates them (1'000).
                while is_word(self.peek(0)) || (is_number && self.peek(0) == b'\'' && is_word(self.peek(1))) {
                    self.at += 1;
                }
                let word = &self.bytes[start..self.at];
                if self.peek(0) == b'"' && matches!(word, b"R" | b"LR" | b"uR" | b"UR" | b"u8R") {
                    self.raw_string();
                }
            }
            _ => self.at += 1,
        }
    }

    /// Steps over a string or character literal; an unclosed one ends with its line.
    fn literal(&mut self, quote: u8) {
        self.at += 1;
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\n' => return,
                b'\\' if self.continuation() => {}
                b'\\' => self.at = (self.at + 2).min(self.bytes.len()),
                byte => {
                    self.at += 1;
                    if byte == quote {
                        return;
                    }
                }
            }
        }
    }

    /// Steps over `"delimiter( … )delimiter"`.
    fn raw_string(&mut self) {
        let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
        // The standard limits the delimiter to 16 characters.
        let Some(open) = rest.iter().take(17).position(|byte| *byte == b'(') else {
            return self.literal(b'"');
        };
        let mut close = Vec::with_capacity(open + 2);
        close.push(b')');
        close.extend_from_slice(&rest[..open]);
        close.push(b'"');
        let body = &rest[open..];
        let length = memchr::memmem::find(body, &close).map_or(body.len(), |end| end + close.len());
        self.advance(1 + open + length);
    }

    /// Steps over blanks, comments and continued lines within a logical line.
    fn blanks(&mut self) {
        loop {
            match self.peek(0) {
                b' ' | b'\t' | b'\r' | 0x0b | 0x0c => self.at += 1,
                b'\\' if self.continuation() => {}
                b'/' if self.peek(1) == b'*' && self.comment() => {}
                _ => return,
            }
        }
    }

    fn word(&mut self) -> &'a [u8] {
        let start = self.at;
        while is_word(self.peek(0)) {
            self.at += 1;
        }
        &self.bytes[start..self.at]
    }

    /// Reads a line that starts with `#`.
    fn directive(&mut self) {
        let (statement, line) = (self.at, self.line);
        self.at += 1;
        self.blanks();
        match self.word() {
            b"if" | b"ifdef" | b"ifndef" if self.disabled > 0 => self.disabled += 1,
            b"if" => {
                self.blanks();
                if self.word() == b"0" && self.is_line_end() {
                    self.disabled = 1;
                }
            }
            b"else" | b"elif" | b"elifdef" | b"elifndef" if self.disabled == 1 => self.disabled = 0,
            b"endif" => self.disabled = self.disabled.saturating_sub(1),
            b"include" | b"include_next" | b"import" if self.disabled == 0 => {
                self.blanks();
                let start = self.at;
                let kind = self.header(b"");
                self.push(ImportKind::Include, kind, (statement, start, line));
            }
            _ => {}
        }
        self.skip_directive();
    }

    fn is_line_end(&mut self) -> bool {
        self.blanks();
        matches!(self.peek(0), b'\n' | 0) || (self.peek(0) == b'/' && self.peek(1) == b'/')
    }

    /// The rest of a directive; a comment in it may go on over lines.
    fn skip_directive(&mut self) {
        while self.at < self.bytes.len() && self.peek(0) != b'\n' {
            match self.peek(0) {
                b'\\' if self.continuation() => {}
                b'/' if self.comment() => {}
                quote @ b'"' => self.literal(quote),
                _ => self.at += 1,
            }
        }
    }

    /// A header name with its delimiters, else the text up to a byte of `stop`, a blank, a comment or the line's end.
    fn header(&mut self, stop: &[u8]) -> &'a [u8] {
        let start = self.at;
        let close = match self.peek(0) {
            b'"' => b'"',
            b'<' => b'>',
            _ => {
                while !matches!(self.peek(0), 0 | b'\n' | b'\r' | b' ' | b'\t') && !stop.contains(&self.peek(0)) {
                    if self.peek(0) == b'/' && matches!(self.peek(1), b'/' | b'*') {
                        break;
                    }
                    self.at += 1;
                }
                return &self.bytes[start..self.at];
            }
        };
        self.at += 1;
        while !matches!(self.peek(0), 0 | b'\n') {
            self.at += 1;
            if self.bytes[self.at - 1] == close {
                return &self.bytes[start..self.at];
            }
        }
        // Unclosed: not a header name.
        &[]
    }

    fn push(&mut self, kind: ImportKind, path: &[u8], (statement, start, line): (usize, usize, u32)) {
        let Ok(path) = std::str::from_utf8(path) else { return };
        if path.is_empty() || matches!(path, "\"\"" | "<>") {
            return;
        }
        let end = (start + path.len()) as u32;
        self.imports.push(Import {
            kind,
            path: path.into(),
            names: Vec::new(),
            alias: None,
            within: None,
            exported: false,
            test: false,
            statement: Span { start: statement as u32, end, line },
            span: Span { start: start as u32, end, line: self.line },
        });
    }

    /// Reads `[export] module …;`, `[export] import …;` and `@import …;`. Nothing is taken if it is none of them.
    fn statement(&mut self, first: u8) -> bool {
        if !matches!(first, b'e' | b'm' | b'i' | b'@') {
            return false;
        }
        let (statement, line) = (self.at, self.line);
        let is_objective = first == b'@';
        self.at += usize::from(is_objective);
        let mut word = self.word();
        let exported = word == b"export" && !is_objective;
        if exported {
            self.blanks();
            word = self.word();
        }
        let taken = match word {
            b"import" => self.import((statement, line), exported),
            b"module" if !is_objective => self.module((statement, line), exported),
            _ => false,
        };
        if !taken {
            (self.at, self.line) = (statement, line);
            if is_objective {
                self.at += 1;
                return true;
            }
        }
        taken
    }

    fn import(&mut self, (statement, line): (usize, u32), exported: bool) -> bool {
        self.blanks();
        let start = self.at;
        let name = self.header(b";");
        let is_header = matches!(name.first(), Some(b'"' | b'<'));
        self.blanks();
        if !(self.peek(0) == b';' && (is_header || is_module_name(name))) {
            return false;
        }
        self.push(ImportKind::Import, name, (statement, start, line));
        if let Some(import) = self.imports.last_mut() {
            import.exported = exported;
        }
        true
    }

    fn module(&mut self, (statement, line): (usize, u32), exported: bool) -> bool {
        self.blanks();
        let start = self.at;
        let name = self.header(b";");
        self.blanks();
        // `module;` opens the global fragment and `module :private;` ends the interface: neither names a module.
        if self.peek(0) != b';' || !(name.is_empty() || is_module_name(name)) {
            return false;
        }
        let Ok(text) = std::str::from_utf8(name) else { return false };
        if !text.is_empty() && !text.starts_with(':') && !self.has_module {
            self.has_module = true;
            self.push(ImportKind::Module, name, (statement, start, line));
            if !exported && !text.contains(':') {
                // An implementation unit sees its module's interface without an import.
                self.push(ImportKind::Import, name, (statement, start, line));
            }
        }
        true
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// `a`, `a.b`, `a.b:part`, `:part`.
fn is_module_name(name: &[u8]) -> bool {
    let is_start = |byte: &u8| is_word(*byte) && !byte.is_ascii_digit();
    !name.is_empty()
        && name.split(|byte| matches!(byte, b'.' | b':')).enumerate().all(|(index, part)| {
            part.first().map_or(index == 0 && name.first() == Some(&b':'), is_start) && part.iter().all(|b| is_word(*b))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<(String, u32)> {
        scan(text.as_bytes()).iter().map(|import| (import.path.to_string(), import.span.line)).collect()
    }

    #[test]
    fn directives_are_found_in_any_spelling() {
        let text = "#include <a.h>\n  # /* x */ include \"b.h\" // c\n#include\\\n  <d.h>\n#include E(x)\n";
        let expected = [("<a.h>", 1), ("\"b.h\"", 2), ("<d.h>", 4), ("E(x)", 5)];
        assert_eq!(paths(text), expected.map(|(path, line)| (path.to_owned(), line)));
    }

    #[test]
    fn what_is_not_code_is_skipped() {
        let text = "/*\n#include <a.h>\n*/\nchar *s = \"\\\n#include <b.h>\";\nauto r = R\"x(\n#include <c.h>\n)\" )x\";\n\
                    #if 0\n#if X\n#include <d.h>\n#endif\ndon't\n#else\n#include <e.h>\n#endif\nint n = 1'000;\n#include <f.h>\n";
        assert_eq!(paths(text), [("<e.h>".to_owned(), 15), ("<f.h>".to_owned(), 18)]);
    }

    #[test]
    fn both_branches_of_a_condition_are_kept() {
        let text = "#ifdef A\n#include <a.h>\n#elif 0\n#include <b.h>\n#else\n#include <c.h>\n#endif\n";
        assert_eq!(paths(text).len(), 3);
    }

    #[test]
    fn module_lines() {
        let found =
            scan(b"module;\n#include <a.h>\nexport module x.y:z;\nimport std;\nexport import :w;\nimport \"h.h\";\n");
        let paths: Vec<&str> = found.iter().map(|import| import.path.as_str()).collect();
        assert_eq!(paths, ["<a.h>", "x.y:z", "std", ":w", "\"h.h\""]);
        assert_eq!(found[1].kind, ImportKind::Module);
        assert_eq!(scan(b"module x;\nimport y;").len(), 3, "an implementation imports its interface");
    }

    #[test]
    fn other_uses_of_the_words_are_no_imports() {
        assert_eq!(paths("import_thing(x);\nmodule_t module = 3;\nimport = x;\nexports;\n@interface import\n"), []);
    }

    #[test]
    fn unclosed_text_ends_with_the_file() {
        for text in ["/* #include", "\"", "R\"x(", "#include <a", "#include \"", "#", "export", "@", "#if 0\n#if", "\\"]
        {
            assert_eq!(paths(text), [], "{text}");
        }
    }
}
