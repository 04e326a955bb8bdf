//! The paths and names that a file mentions, read from its tokens.

use rustc_hash::FxHashSet;

use super::attributes;
use super::imports::{span, strip_raw};
use super::tokens::{Token, TokenKind, matching, tokenize};
use crate::facts::{ReferenceKind, Span};
use crate::lang::extract::Source;

/// Macros whose arguments are code for some other place: paths in them mean nothing here.
const QUOTING: &[&str] = &["quote", "quote_spanned", "parse_quote", "parse_quote_spanned", "stringify"];

/// Attributes of the language itself.
const BUILT_IN_ATTRIBUTES: &[&str] = &[
    "allow",
    "automatically_derived",
    "bench",
    "cfg",
    "cold",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "export_name",
    "feature",
    "forbid",
    "global_allocator",
    "ignore",
    "inline",
    "link",
    "link_name",
    "link_section",
    "macro_export",
    "macro_use",
    "must_use",
    "no_link",
    "no_main",
    "no_mangle",
    "no_std",
    "non_exhaustive",
    "panic_handler",
    "path",
    "proc_macro",
    "proc_macro_attribute",
    "proc_macro_derive",
    "recursion_limit",
    "repr",
    "rustfmt",
    "should_panic",
    "target_feature",
    "test",
    "track_caller",
    "type_length_limit",
    "unsafe",
    "used",
    "warn",
    "windows_subsystem",
    "crate_name",
    "crate_type",
    "diagnostic",
    "clippy",
    "rustc_on_unimplemented",
];

/// How many names are kept of one macro's call.
const EXPANSION_LIMIT: usize = 256;

/// Words that cannot be names.
const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "extern", "false", "fn", "for", "if",
    "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "static", "struct", "trait",
    "true", "type", "unsafe", "use", "where", "while", "yield", "box", "_",
];

/// Adds every mention of the file to `source`.
pub fn read(source: &Source<'_>) {
    let tokens = tokenize(source.bytes, 0, source.bytes.len(), 1);
    let closing = matching(&tokens);
    source.note_annotated(attributes::annotated(&tokens, &closing));
    let mut reader = Reader {
        source,
        tokens: &tokens,
        closing: &closing,
        used: FxHashSet::default(),
        has_glob: false,
        inherits: Vec::new(),
        in_macro_until: 0,
        in_code_until: 0,
    };
    reader.survey();
    reader.run();
}

/// The stretches of a macro's arguments that look like items: the outermost brace groups whose content starts with an
/// attribute or an item's keyword. None where the macro quotes code.
pub fn item_groups(source: &Source<'_>, name: &str, first: usize, last: usize, line: u32) -> Vec<Span> {
    let mut groups = Vec::new();
    if QUOTING.contains(&name.rsplit("::").next().unwrap_or(name)) {
        return groups;
    }
    let tokens = tokenize(source.bytes, first, last, line);
    let closing = matching(&tokens);
    let text = |index: usize| tokens.get(index).map_or("", |token| source.slice(span(token, token)));
    let mut index = 0;
    while index < tokens.len() {
        let close = closing[index] as usize;
        let kind = tokens[index].kind;
        if kind == TokenKind::Punctuation(b'!') && index > 0 && QUOTING.contains(&text(index - 1)) {
            index = closing.get(index + 1).map_or(tokens.len(), |close| *close as usize);
        } else if kind == TokenKind::Open(b'{') && close > index + 1 && starts_item(&text, index + 1) {
            let (open, end) = (tokens[index], tokens[close].start);
            groups.push(Span { start: open.end, end, line: open.line });
            index = close;
        }
        index += 1;
    }
    groups
}

fn starts_item<'a>(text: &impl Fn(usize) -> &'a str, index: usize) -> bool {
    let (first, second, third) = (text(index), text(index + 1), text(index + 2));
    let is_name = |word: &str| word.starts_with(|c: char| c.is_alphabetic() || c == '_') && !KEYWORDS.contains(&word);
    match first {
        "#" => second == "[" || (second == "!" && third == "["),
        "pub" => true,
        "use" => second == "::" || second == "{" || third == "::" || third == ";" || third == "as",
        "mod" | "struct" | "enum" | "union" | "trait" | "type" | "fn" => is_name(second),
        "impl" => true,
        "static" | "const" => is_name(second) || matches!(second, "fn" | "unsafe" | "mut" | "ref" | "async"),
        "unsafe" => matches!(second, "fn" | "impl" | "trait" | "extern"),
        "async" => second == "fn",
        "extern" => second == "crate" || second == "fn" || second.starts_with('"'),
        "macro_rules" => second == "!",
        _ => false,
    }
}

struct Reader<'s, 't> {
    source: &'s Source<'s>,
    tokens: &'t [Token],
    closing: &'t [u32],
    /// Every name that a `use` declaration of the file may bring in.
    used: FxHashSet<&'s str>,
    /// Whether some `use` declaration has a `*`.
    has_glob: bool,
    /// Indices of tokens where the path of a trait that is implemented starts.
    inherits: Vec<usize>,
    /// Tokens before this index are in a `macro_rules!` definition.
    in_macro_until: usize,
    /// Tokens before this index are in braces that hold no items.
    in_code_until: usize,
}

impl<'s> Reader<'s, '_> {
    fn text(&self, index: usize) -> &'s str {
        self.tokens.get(index).map_or("", |token| self.source.slice(span(token, token)))
    }

    fn kind(&self, index: usize) -> Option<TokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    fn is_identifier(&self, index: usize) -> bool {
        self.kind(index) == Some(TokenKind::Identifier)
    }

    fn is_separator(&self, index: usize) -> bool {
        self.kind(index) == Some(TokenKind::PathSeparator)
    }

    fn is_open(&self, index: usize) -> bool {
        matches!(self.kind(index), Some(TokenKind::Open(_)))
    }

    fn is_punctuation(&self, index: usize, byte: u8) -> bool {
        self.kind(index) == Some(TokenKind::Punctuation(byte))
    }

    /// Notes which names `use` declarations bring in.
    fn survey(&mut self) {
        let mut index = 0;
        while index < self.tokens.len() {
            if self.is_use(index) {
                let end = self.statement_end(index);
                for inner in index + 1..end {
                    match self.kind(inner) {
                        Some(TokenKind::Identifier) if !self.is_separator(inner + 1) => {
                            self.used.insert(self.text(inner));
                        }
                        Some(TokenKind::Punctuation(b'*')) => self.has_glob = true,
                        _ => {}
                    }
                }
                index = end;
            }
            index += 1;
        }
    }

    /// Whether a `use` declaration (not the `use<…>` of a bound) starts here.
    fn is_use(&self, index: usize) -> bool {
        self.text(index) == "use"
            && (self.is_identifier(index + 1) || self.is_separator(index + 1) || self.is_open(index + 1))
    }

    /// The index of the `;` that ends a statement, or of what stands in its place: groups are stepped over, and a closing
    /// token ends it too.
    fn statement_end(&self, start: usize) -> usize {
        let mut index = start;
        while let Some(kind) = self.kind(index) {
            match kind {
                TokenKind::Open(_) => index = self.closing[index] as usize,
                TokenKind::Close(_) | TokenKind::Punctuation(b';') => return index,
                _ => {}
            }
            index += 1;
        }
        index
    }

    fn run(&mut self) {
        let mut index = 0;
        while let Some(token) = self.tokens.get(index) {
            index = match token.kind {
                TokenKind::Identifier => self.word(index),
                TokenKind::PathSeparator if self.starts_global_path(index) => self.path(index),
                TokenKind::Punctuation(b'#') => self.attribute(index),
                TokenKind::Open(b'{') if index >= self.in_code_until && !self.holds_items(index) => {
                    self.in_code_until = self.closing[index] as usize;
                    index + 1
                }
                _ => index + 1,
            };
        }
    }

    /// Whether the braces that open at an index are a module's, or a macro's that is called where items stand.
    fn holds_items(&self, index: usize) -> bool {
        index >= 2 && (self.text(index - 2) == "mod" || self.text(index - 1) == "!" && self.is_identifier(index - 2))
    }

    /// Whether a macro's call is a statement of its own: nothing stands before it that it could be a part of.
    fn starts_statement(&self, index: usize) -> bool {
        index.checked_sub(1).is_none_or(|before| {
            matches!(
                self.tokens[before].kind,
                TokenKind::Close(_) | TokenKind::Open(b'{') | TokenKind::Punctuation(b';')
            )
        })
    }

    /// Notes the names among the arguments of a macro's call that stands where items do.
    fn expansion(&self, index: usize, open: usize) {
        let close = self.closing[open] as usize;
        let mut seen = FxHashSet::default();
        let names = (open + 1..close)
            .filter(|at| self.is_identifier(*at))
            .map(|at| self.text(at))
            .filter(|name| !KEYWORDS.contains(name) && !name.starts_with('$') && seen.insert(*name))
            // More is a table of data.
            .take(EXPANSION_LIMIT)
            .map(|name| strip_raw(name).into())
            .collect();
        self.source.expansion(self.tokens[index].start, names);
    }

    /// Whether the `::` at an index begins a path: nothing stands before it that it could continue.
    fn starts_global_path(&self, index: usize) -> bool {
        self.is_identifier(index + 1)
            && index.checked_sub(1).is_none_or(|before| match self.tokens[before].kind {
                TokenKind::Identifier => KEYWORDS.contains(&self.text(before)),
                TokenKind::Close(_) | TokenKind::Punctuation(b'>') => false,
                _ => true,
            })
    }

    /// Handles an identifier or keyword; gives the index to go on from.
    fn word(&mut self, index: usize) -> usize {
        let next = index + 1;
        match self.text(index) {
            "use" if self.is_use(index) => self.statement_end(index),
            "extern" if self.text(next) == "crate" => self.statement_end(index),
            "macro_rules" if self.is_punctuation(next, b'!') && self.is_open(next + 2) => {
                self.in_macro_until = self.in_macro_until.max(self.closing[next + 2] as usize);
                next + 2
            }
            // The restriction of a visibility is no mention.
            "pub" if self.kind(next) == Some(TokenKind::Open(b'(')) => match self.text(next + 1) {
                "crate" | "super" | "self" | "in" => self.closing[next] as usize + 1,
                _ => next,
            },
            "fn" | "struct" | "enum" | "mod" | "type" | "union" if self.is_identifier(next) => next + 1,
            "trait" if self.is_identifier(next) => next + 1,
            "impl" => {
                self.implementation(index);
                next
            }
            word if KEYWORDS.contains(&word) => next,
            word if QUOTING.contains(&word) && self.is_punctuation(next, b'!') && self.is_open(next + 1) => {
                self.closing[next + 1] as usize + 1
            }
            _ => self.path(index),
        }
    }

    /// Notes where the trait of `impl Trait for Type` is.
    fn implementation(&mut self, index: usize) {
        let mut start = index + 1;
        if self.is_punctuation(start, b'<') {
            start = self.skip_generics(start);
        }
        if self.is_punctuation(start, b'!') {
            start += 1;
        }
        let mut at = start;
        // A header longer than this is not looked at to its end: the search would be quadratic in a row of `impl`.
        for _ in 0..64 {
            match self.kind(at) {
                Some(TokenKind::Punctuation(b'<')) => at = self.skip_generics(at),
                Some(TokenKind::Identifier) if self.text(at) == "for" && at > start => {
                    self.inherits.push(start);
                    return;
                }
                Some(TokenKind::Open(b'(')) => at = self.closing[at] as usize + 1,
                Some(TokenKind::Identifier | TokenKind::PathSeparator | TokenKind::Arrow) => at += 1,
                _ => return,
            }
        }
    }

    /// The index after the `>` that closes the `<` at `index`, or after `index` where none is found near.
    fn skip_generics(&self, index: usize) -> usize {
        let mut depth = 0usize;
        let mut at = index;
        // Bounded for the same reason as above.
        for _ in 0..256 {
            match self.kind(at) {
                Some(TokenKind::Punctuation(b'<')) => depth += 1,
                Some(TokenKind::Punctuation(b'>')) => {
                    depth -= 1;
                    if depth == 0 {
                        return at + 1;
                    }
                }
                Some(TokenKind::Open(_)) => at = self.closing[at] as usize,
                Some(TokenKind::Close(_) | TokenKind::Punctuation(b';')) | None => break,
                _ => {}
            }
            at += 1;
        }
        index + 1
    }

    /// Reads the path that starts at an index; gives the index to go on from: generic arguments are read again by
    /// themselves, and what follows them is known by the `::` before it.
    fn path(&mut self, index: usize) -> usize {
        let is_global = self.is_separator(index);
        let first = index + usize::from(is_global);
        let mut last = first;
        let mut resume = first + 1;
        let mut after = first + 1;
        let mut segments = 1 + usize::from(is_global);
        while self.is_separator(after) && segments < 64 {
            if self.is_identifier(after + 1) {
                last = after + 1;
                segments += 1;
                after += 2;
                if resume + 2 == after {
                    resume = after;
                }
            } else if self.is_punctuation(after + 1, b'<') {
                after = self.skip_generics(after + 1);
            } else {
                break;
            }
        }
        let before = index.checked_sub(1).and_then(|before| self.kind(before));
        let continues = !is_global && before == Some(TokenKind::PathSeparator);
        let is_member = before == Some(TokenKind::Punctuation(b'.'));
        if !continues && !is_member {
            self.mention(index, last, after, segments);
        }
        resume
    }

    fn mention(&mut self, index: usize, last: usize, after: usize, segments: usize) {
        let head = self.text(index);
        let name = self.text(last);
        let is_macro = self.is_punctuation(after, b'!') && self.is_open(after + 1);
        let is_call = self.kind(after) == Some(TokenKind::Open(b'('));
        if is_macro && index >= self.in_code_until && index >= self.in_macro_until && self.starts_statement(index) {
            self.expansion(index, after + 1);
        }
        let is_upper = name.trim_start_matches('_').starts_with(|c: char| c.is_uppercase());
        if index < self.in_macro_until {
            // In a macro's own text only these mean the same wherever the macro is called.
            if segments == 1 || !matches!(head, "$crate" | "crate") {
                return;
            }
        } else if head.starts_with('$') {
            return;
        }
        if segments == 1 {
            let is_used = self.used.contains(name);
            let is_binding = self.is_punctuation(after, b':') || self.is_punctuation(after, b'@');
            let may_be_foreign = is_macro || is_used || (self.has_glob && (is_call || is_upper));
            if !may_be_foreign || matches!(name, "self" | "Self" | "super" | "crate") || (is_binding && !is_macro) {
                return;
            }
        }
        let is_constant = is_upper && name.len() > 1 && !name.contains(|c: char| c.is_lowercase());
        let kind = if is_macro {
            ReferenceKind::Macro
        } else if self.inherits.last() == Some(&index) {
            ReferenceKind::Inherit
        } else if is_call {
            ReferenceKind::Call
        } else if is_upper && !is_constant {
            ReferenceKind::Type
        } else {
            ReferenceKind::Value
        };
        self.source.mention(kind, self.span(index, last));
    }

    fn span(&self, first: usize, last: usize) -> Span {
        span(&self.tokens[first], &self.tokens[last])
    }

    /// Reads `#[…]` or `#![…]`; gives the index to go on from.
    fn attribute(&mut self, index: usize) -> usize {
        let open = index + 1 + usize::from(self.is_punctuation(index + 1, b'!'));
        if self.kind(open) != Some(TokenKind::Open(b'[')) {
            return index + 1;
        }
        let close = self.closing[open] as usize;
        self.attributes_between(open + 1, close);
        close + 1
    }

    /// Reads the attributes, separated by commas, between two indices.
    fn attributes_between(&mut self, start: usize, end: usize) {
        let mut at = start;
        let mut end_of_list = end;
        while at < end_of_list {
            let head = self.text(at);
            let mut last = at;
            while self.is_separator(last + 1) && self.is_identifier(last + 2) {
                last += 2;
            }
            let arguments = (self.kind(last + 1) == Some(TokenKind::Open(b'('))).then_some(last + 1);
            match (head, arguments) {
                ("derive", Some(open)) => self.derives(open),
                ("cfg_attr", Some(open)) => {
                    // The condition comes first; what follows its comma are attributes again.
                    end_of_list = self.closing[open] as usize;
                    at = self.next_in_list(open + 1, end_of_list);
                    continue;
                }
                // A single name is mostly a derive's helper, unless it was imported.
                _ if self.is_identifier(at)
                    && !BUILT_IN_ATTRIBUTES.contains(&head)
                    && (last > at || self.used.contains(head)) =>
                {
                    self.source.mention(ReferenceKind::Macro, self.span(at, last));
                }
                _ => {}
            }
            at = self.next_in_list(at, end_of_list);
        }
    }

    fn derives(&mut self, open: usize) {
        let end = self.closing[open] as usize;
        let mut at = open + 1;
        while at < end {
            let mut last = at + usize::from(self.is_separator(at));
            while self.is_separator(last + 1) && self.is_identifier(last + 2) {
                last += 2;
            }
            if self.is_identifier(last) && last < end {
                self.source.mention(ReferenceKind::Macro, self.span(at, last));
            }
            at = self.next_in_list(at, end);
        }
    }

    /// The index after the next comma that is not inside a group.
    fn next_in_list(&self, start: usize, end: usize) -> usize {
        let mut at = start;
        while at < end {
            match self.kind(at) {
                Some(TokenKind::Open(_)) => at = self.closing[at] as usize,
                Some(TokenKind::Punctuation(b',')) => return at + 1,
                _ => {}
            }
            at += 1;
        }
        end
    }
}
