//! The text of a query, read into patterns.
//!
//! The language is tree-sitter's own, as far as queries here use it: nodes with fields, negated fields and children,
//! `(_)` and `_`, anonymous nodes, alternations, anchors, `?` and `*`, groups of siblings, captures, and the predicates
//! `#eq?`, `#not-eq?`, `#any-of?`, `#match?`, `#not-match?` and `#set!`. A repeated step has no children and captures nothing.

use regex::bytes::Regex;
use tree_sitter::Language;

/// One pattern of a query.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Siblings that follow each other; the first is the pattern's root.
    pub(super) steps: Vec<Step>,
    /// What the captured texts must be.
    pub(super) predicates: Vec<Predicate>,
    /// The keys of `#set!`.
    pub(super) settings: Vec<String>,
}

/// One of the children (or siblings) that a pattern asks for.
#[derive(Debug)]
pub(super) struct Step {
    /// What may stand there.
    pub(super) shapes: Vec<Shape>,
    pub(super) times: Times,
    /// Whether no named node may stand between it and what was matched before.
    pub(super) immediate: bool,
    /// Whether it or something inside it is captured.
    pub(super) captures: bool,
}

/// How often a step is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    One,
    Optional,
    Any,
}

/// What a node must be.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) kind: Kind,
    /// In which field of its parent it must stand; 0 for any.
    pub(super) field: u16,
    /// Fields that it must not have.
    pub(super) absent: Vec<u16>,
    /// The captures of the node, as indices into [`Patterns::captures`].
    pub(super) captures: Vec<u16>,
    pub(super) children: Vec<Step>,
    /// Whether no named child may stand behind the last that was matched.
    pub(super) closed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Is(u16),
    /// `(_)`
    Named,
    /// `_`
    Every,
}

/// What the text of a capture must be.
#[derive(Debug)]
pub(super) struct Predicate {
    pub(super) capture: u16,
    pub(super) test: Test,
    /// Whether the test must fail.
    pub(super) negated: bool,
}

#[derive(Debug)]
pub(super) enum Test {
    IsOneOf(Vec<String>),
    Matches(Regex),
}

/// A query's text, read.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    pub(super) patterns: Vec<Pattern>,
    /// The names of the captures.
    pub(super) captures: Vec<String>,
}

/// Reads a query.
///
/// # Errors
/// A syntax error, a node or field that the grammar does not have, or something of the language that is not known here.
pub(super) fn parse(grammar: &Language, text: &str) -> Result<Patterns, String> {
    let mut parser = Parser { grammar, text: text.as_bytes(), at: 0, patterns: Patterns::default() };
    loop {
        parser.skip_space();
        if parser.at == parser.text.len() {
            return Ok(parser.patterns);
        }
        let mut pattern = Pattern { steps: Vec::new(), predicates: Vec::new(), settings: Vec::new() };
        let steps = parser.item(&mut pattern)?;
        let is_rooted = |step: &Step| {
            let is_root = |shape: &Shape| matches!(shape.kind, Kind::Is(_)) && shape.field == 0;
            step.times == Times::One && step.shapes.iter().all(is_root)
        };
        if !steps.first().is_some_and(is_rooted) {
            return Err(parser.error("a pattern begins with a node of a known kind"));
        }
        pattern.steps = steps;
        parser.patterns.patterns.push(pattern);
    }
}

struct Parser<'q> {
    grammar: &'q Language,
    text: &'q [u8],
    at: usize,
    patterns: Patterns,
}

impl<'q> Parser<'q> {
    fn error(&self, what: &str) -> String {
        let line = 1 + memchr::memchr_iter(b'\n', &self.text[..self.at]).count();
        format!("line {line}: {what}")
    }

    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    /// Steps over white space and comments.
    fn skip_space(&mut self) {
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b';' => {
                    let rest = &self.text[self.at..];
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                _ if byte.is_ascii_whitespace() => self.at += 1,
                _ => return,
            }
        }
    }

    /// Steps over a byte and the space behind it, if it is there.
    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == byte;
        if is_there {
            self.at += 1;
            self.skip_space();
        }
        is_there
    }

    fn expect(&mut self, byte: u8) -> Result<(), String> {
        if self.take(byte) { Ok(()) } else { Err(self.error(&format!("expected {}", char::from(byte)))) }
    }

    fn word(&mut self) -> Result<&'q str, String> {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'?' | b'!');
        let start = self.at;
        self.at += self.text[start..].iter().take_while(|byte| is_part(byte)).count();
        let word = std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default();
        if word.is_empty() { Err(self.error("expected a name")) } else { Ok(word) }
    }

    /// The name of a node or field: no suffix that [`Parser::word`] would take for a part of it.
    fn name(&mut self) -> Result<&'q str, String> {
        let word = self.word()?;
        let name = word.find(['?', '!', '.']).map_or(word, |end| &word[..end]);
        self.at -= word.len() - name.len();
        Ok(name)
    }

    /// A string in quotes.
    fn string(&mut self) -> Result<String, String> {
        let mut bytes = Vec::new();
        self.at += 1;
        loop {
            match self.peek() {
                0 | b'\n' => return Err(self.error("a string without an end")),
                b'"' => break,
                b'\\' => {
                    self.at += 1;
                    bytes.push(match self.peek() {
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        other => other,
                    });
                }
                byte => bytes.push(byte),
            }
            self.at += 1;
        }
        self.at += 1;
        self.skip_space();
        String::from_utf8(bytes).map_err(|_| self.error("a string that is not UTF-8"))
    }

    fn field(&self, name: &str) -> Result<u16, String> {
        let field = self.grammar.field_id_for_name(name).map(u16::from);
        field.ok_or_else(|| self.error(&format!("no field {name}")))
    }

    fn kind(&self, name: &str, named: bool) -> Result<Kind, String> {
        match self.grammar.id_for_node_kind(name, named) {
            0 => Err(self.error(&format!("no node {name}"))),
            id if self.grammar.node_kind_is_supertype(id) => Err(self.error(&format!("{name} is a supertype"))),
            id => Ok(Kind::Is(id)),
        }
    }

    fn capture(&mut self, name: &str) -> u16 {
        let captures = &mut self.patterns.captures;
        let known = captures.iter().position(|known| known == name);
        known.unwrap_or_else(|| {
            captures.push(name.to_owned());
            captures.len() - 1
        }) as u16
    }

    /// Reads one item with its suffixes: a step, the steps of a group, or none for a predicate, which goes to `pattern`.
    fn item(&mut self, pattern: &mut Pattern) -> Result<Vec<Step>, String> {
        let mut steps = match self.peek() {
            b'[' => vec![self.alternation(pattern)?],
            b'(' => {
                self.take(b'(');
                match self.peek() {
                    b'#' => {
                        self.predicate(pattern)?;
                        return Ok(Vec::new());
                    }
                    b'(' | b'[' | b'"' => self.steps(pattern)?.0,
                    _ => vec![self.node(pattern)?],
                }
            }
            b'"' => {
                let name = self.string()?;
                vec![single(self.kind(&name, false)?)]
            }
            b'_' => {
                self.take(b'_');
                vec![single(Kind::Every)]
            }
            _ => {
                let name = self.name()?;
                let field = self.field(name)?;
                self.skip_space();
                self.expect(b':')?;
                let mut steps = self.item(pattern)?;
                let [step] = steps.as_mut_slice() else { return Err(self.error("a field of several nodes")) };
                step.shapes.iter_mut().for_each(|shape| shape.field = field);
                return Ok(steps);
            }
        };
        self.skip_space();
        self.suffixes(&mut steps)?;
        Ok(steps)
    }

    fn suffixes(&mut self, steps: &mut [Step]) -> Result<(), String> {
        loop {
            let times = match self.peek() {
                b'@' => None,
                b'?' => Some(Times::Optional),
                b'*' => Some(Times::Any),
                _ => return Ok(()),
            };
            self.at += 1;
            let [step] = steps else { return Err(self.error("a suffix of several nodes")) };
            match times {
                Some(times) => step.times = times,
                None => {
                    let word = self.word()?;
                    let capture = self.capture(word);
                    step.shapes.iter_mut().for_each(|shape| shape.captures.push(capture));
                    step.captures = true;
                }
            }
            if step.times == Times::Any && (step.captures || step.shapes.iter().any(|it| !it.children.is_empty())) {
                return Err(self.error("a repeated node has children or is captured"));
            }
            self.skip_space();
        }
    }

    fn alternation(&mut self, pattern: &mut Pattern) -> Result<Step, String> {
        self.take(b'[');
        let mut all = Step { shapes: Vec::new(), times: Times::One, immediate: false, captures: false };
        while !self.take(b']') {
            let mut branch = self.item(pattern)?;
            let (Some(step), true) = (branch.pop(), branch.is_empty()) else {
                return Err(self.error("a branch is one node"));
            };
            if step.times != Times::One {
                return Err(self.error("a branch is there once"));
            }
            all.shapes.extend(step.shapes);
            all.captures |= step.captures;
        }
        Ok(all)
    }

    /// Reads steps up to the closing parenthesis, and whether an anchor stands before it.
    fn steps(&mut self, pattern: &mut Pattern) -> Result<(Vec<Step>, bool), String> {
        let mut steps = Vec::new();
        loop {
            let anchored = self.take(b'.');
            if self.take(b')') {
                return Ok((steps, anchored));
            }
            let mut more = self.item(pattern)?;
            if let Some(first) = more.first_mut() {
                first.immediate = anchored;
            }
            steps.append(&mut more);
        }
    }

    /// Reads a node behind its opening parenthesis.
    fn node(&mut self, pattern: &mut Pattern) -> Result<Step, String> {
        let name = self.name()?;
        self.skip_space();
        let mut step = single(if name == "_" { Kind::Named } else { self.kind(name, true)? });
        let shape = &mut step.shapes[0];
        loop {
            while self.take(b'!') {
                let name = self.name()?;
                shape.absent.push(self.field(name)?);
                self.skip_space();
            }
            let anchored = self.take(b'.');
            if self.take(b')') {
                shape.closed = anchored;
                step.captures = shape.children.iter().any(|child| child.captures);
                return Ok(step);
            }
            if self.peek() == b'!' {
                continue;
            }
            let mut children = self.item(pattern)?;
            if let Some(first) = children.first_mut() {
                first.immediate = anchored;
            }
            shape.children.append(&mut children);
        }
    }

    /// Reads a predicate from its `#` on.
    fn predicate(&mut self, pattern: &mut Pattern) -> Result<(), String> {
        self.at += 1;
        let name = self.word()?;
        self.skip_space();
        let (mut capture, mut texts) = (None, Vec::new());
        while !self.take(b')') {
            match self.peek() {
                b'@' => {
                    self.at += 1;
                    let word = self.word()?;
                    if capture.replace(self.capture(word)).is_some() {
                        return Err(self.error("a predicate of two captures"));
                    }
                }
                b'"' => texts.push(self.string()?),
                _ => texts.push(self.word()?.to_owned()),
            }
            self.skip_space();
        }
        if name == "set!" {
            pattern.settings.append(&mut texts);
            return Ok(());
        }
        let (Some(capture), Some(first)) = (capture, texts.first()) else {
            return Err(self.error("a predicate has a capture and a text"));
        };
        let test = match name {
            "eq?" | "not-eq?" | "any-of?" => Test::IsOneOf(texts),
            "match?" | "not-match?" => {
                Test::Matches(Regex::new(first).map_err(|error| self.error(&error.to_string()))?)
            }
            _ => return Err(self.error(&format!("no predicate #{name}"))),
        };
        pattern.predicates.push(Predicate { capture, test, negated: name.starts_with("not-") });
        Ok(())
    }
}

/// A step that asks for one node of a kind.
fn single(kind: Kind) -> Step {
    let shape = Shape { kind, field: 0, absent: Vec::new(), captures: Vec::new(), children: Vec::new(), closed: false };
    Step { shapes: vec![shape], times: Times::One, immediate: false, captures: false }
}
