//! Expressions read into values, calls and names.

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use super::text::{self, Text};
use super::tokens;
use super::wanted::Wanted;
use super::{Form, Grammar, Part as Way, Tables, part, parts};
use crate::facts::secret::{is_placeholder, is_secret_name};
use crate::facts::terms::{Annotation, Argument, Call, CallId, Part, Value, last_part};
use crate::facts::{Name, Span};
use crate::lang::extract::{Source, span_of};

/// How deep values are read in values; what lies deeper is [`Value::Other`].
const DEPTH_LIMIT: u32 = 16;

/// How many values are read of one file.
const VALUE_LIMIT: usize = 100_000;

/// How many steps a name may have, and how many wrappers may be around an expression.
const STEP_LIMIT: usize = 32;

/// The longest name kept, in bytes.
const NAME_LIMIT: usize = 256;

/// Reads the expressions of one file; every call is read once.
pub struct Reader<'w, 't> {
    grammar: &'w Grammar,
    tables: &'w Tables,
    source: &'w Source<'w>,
    /// All calls so far.
    pub calls: Vec<Call>,
    known: FxHashMap<usize, CallId>,
    taken: FxHashSet<usize>,
    values_left: usize,
    tree: std::marker::PhantomData<Node<'t>>,
}

/// What is called, or named.
struct Path<'t> {
    /// The parts of the name, joined.
    name: Name,
    /// The node of the last part.
    last: Node<'t>,
    /// The call on whose result the first part is a member.
    on: Option<Node<'t>>,
    /// The type arguments of the last part.
    types: Option<Node<'t>>,
    /// Whether the name begins with something that has no name.
    is_computed: bool,
}

impl<'w, 't> Reader<'w, 't> {
    /// Nothing read yet.
    pub fn new(grammar: &'w Grammar, tables: &'w Tables, source: &'w Source<'w>) -> Self {
        Self {
            grammar,
            tables,
            source,
            calls: Vec::new(),
            known: FxHashMap::default(),
            taken: FxHashSet::default(),
            values_left: VALUE_LIMIT,
            tree: std::marker::PhantomData,
        }
    }

    /// Whether there was more than is read of one file.
    pub fn is_cut(&self) -> bool {
        self.values_left == 0
    }

    /// Notes that an annotation belongs to a declaration.
    pub fn take(&mut self, annotation: Node<'t>) {
        self.taken.insert(annotation.id());
    }

    /// Whether [`Reader::take`] was called for an annotation.
    pub fn is_taken(&self, annotation: Node<'t>) -> bool {
        self.taken.contains(&annotation.id())
    }

    /// The call that was read from a node.
    pub fn known_call(&self, node: Node<'t>) -> Option<CallId> {
        self.known.get(&node.id()).copied()
    }

    /// The text of a node without white space, cut to a length.
    pub fn short(&self, node: Node<'_>, limit: usize) -> Name {
        // The slack is for white space; a longer text is cut before it is copied.
        let text = text::cut(self.source.text(node), limit * 2);
        let text: Name = text.split_whitespace().collect();
        if text.len() > limit { text::cut(&text, limit).into() } else { text }
    }

    /// The expression in its wrappers.
    pub fn unwrapped(&self, mut node: Node<'t>) -> Node<'t> {
        for _ in 0..STEP_LIMIT {
            match self.tables.form(node) {
                Some(Form::Wrapper(way)) => match part(self.source, node, way) {
                    Some(inner) => node = inner,
                    None => break,
                },
                _ => break,
            }
        }
        node
    }

    /// The last part of what a call calls, as the tables of wanted names write it.
    pub fn called_name(&self, node: Node<'t>) -> Option<Name> {
        let (callee, suffix) = match self.tables.form(node)? {
            Form::Call { name, .. } => (part(self.source, node, name)?, ""),
            Form::Index { object, .. } => (part(self.source, node, object)?, "[]"),
            Form::Macro { name, .. } => (part(self.source, node, name)?, "!"),
            _ => return None,
        };
        let mut callee = callee;
        for _ in 0..STEP_LIMIT {
            match self.tables.form(callee) {
                Some(Form::Wrapper(way) | Form::Member { name: way, .. } | Form::Generic { name: way, .. }) => {
                    callee = part(self.source, callee, way)?;
                }
                _ => break,
            }
        }
        if self.tables.form(callee).is_none() && callee.named_child_count() > 0 {
            // A type without a name: `[]string{"a"}`.
            return None;
        }
        let text = self.source.text(callee);
        let last = text.rsplit(['.', ':', '\\']).next().unwrap_or(text);
        (last.len() <= NAME_LIMIT).then(|| {
            let mut name = Name::from(last.trim());
            name.push_str(suffix);
            name
        })
    }

    /// Whether a call, or one of those on whose results it is called, is wanted.
    pub fn is_chain_wanted(&self, node: Node<'t>, wanted: &Wanted) -> bool {
        let mut next = Some(node);
        for _ in 0..STEP_LIMIT {
            let Some(call) = next else { return false };
            if self.known_call(call).is_some() || self.called_name(call).is_some_and(|name| wanted.has_call(&name)) {
                return true;
            }
            next = self.callee(call).and_then(|path| path.on);
        }
        false
    }

    /// From which byte on what follows in a call is an argument of it or stands in its block.
    pub fn inner_start(&self, node: Node<'t>) -> u32 {
        let holders = match self.tables.form(node) {
            Some(Form::Call { arguments, block, .. }) => {
                parts(self.source, node, arguments).chain(part(self.source, node, block)).collect()
            }
            Some(Form::Index { key, .. }) => part(self.source, node, key).into_iter().collect(),
            _ => Vec::new(),
        };
        let starts = holders.iter().map(|holder: &Node<'_>| holder.start_byte());
        starts.min().unwrap_or(node.end_byte()) as u32
    }

    /// Reads a call, and first those that it is called on. None where calls are nested too deep.
    pub fn call(&mut self, node: Node<'t>, depth: u32) -> Option<CallId> {
        if depth > DEPTH_LIMIT {
            return None;
        }
        let mut chain = Vec::new();
        let mut on = None;
        let mut next = Some(node);
        while let Some(call) = next {
            on = self.known_call(call);
            if on.is_some() {
                break;
            }
            let path = self.callee(call)?;
            next = path.on;
            chain.push((call, path));
        }
        for (call, path) in chain.into_iter().rev() {
            on = Some(self.add_call(call, path, on, depth));
        }
        on
    }

    fn add_call(&mut self, node: Node<'t>, path: Path<'t>, on: Option<CallId>, depth: u32) -> CallId {
        let arguments = match self.tables.form(node) {
            Some(Form::Call { arguments, .. }) => self.arguments(node, arguments, depth + 1),
            Some(Form::Index { key, .. }) => {
                let key = part(self.source, node, key).map(|key| self.argument(None, key, depth + 1));
                key.into_iter().collect()
            }
            Some(Form::Macro { tokens, .. }) => {
                part(self.source, node, tokens).map(|tokens| self.macro_arguments(tokens)).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        let id = self.calls.len() as CallId;
        let span = Span { end: node.end_byte() as u32, ..span_of(path.last) };
        let types = path.types.map(|types| self.short(types, NAME_LIMIT)).map(|types| text::inner(&types).into());
        self.calls.push(Call {
            callee: path.name,
            on,
            types,
            arguments,
            inside: None,
            within: None,
            class: None,
            span,
        });
        self.known.insert(node.id(), id);
        id
    }

    /// What a call calls.
    fn callee(&self, node: Node<'t>) -> Option<Path<'t>> {
        let (object, name, types, suffix) = match self.tables.form(node)? {
            Form::Call { on, name, types, .. } => (on, name, types, ""),
            Form::Index { object, .. } => ("", object, "", "[]"),
            Form::Macro { name, .. } => ("", name, "", "!"),
            _ => return None,
        };
        let name = part(self.source, node, name)?;
        let mut path = self.path(name);
        if let Some(object) = part(self.source, node, object) {
            let before = self.path(object);
            if !before.name.is_empty() {
                path.name = Name::from(format!("{}.{}", before.name, path.name));
            }
            path.on = before.on;
        }
        path.types = part(self.source, node, types).or(path.types);
        path.name.push_str(suffix);
        Some(path)
    }

    /// The name that a path of members spells.
    fn path(&self, node: Node<'t>) -> Path<'t> {
        let mut names: Vec<Name> = Vec::new();
        let mut path = Path { name: Name::default(), last: node, on: None, types: None, is_computed: false };
        let mut next = Some(node);
        let mut steps = 0;
        while let Some(node) = next.take() {
            steps += 1;
            if steps > STEP_LIMIT {
                path.is_computed = true;
                break;
            }
            match self.tables.form(node) {
                Some(Form::Member { object, name }) => {
                    if let Some(name) = part(self.source, node, name) {
                        let name = self.without_types(name, &mut path, names.is_empty());
                        names.push(self.spelled(name));
                        if names.len() == 1 {
                            path.last = name;
                        }
                    }
                    next = part(self.source, node, object);
                }
                Some(Form::Name | Form::Symbol) => {
                    if names.is_empty() {
                        path.last = node;
                    }
                    names.push(self.spelled(node));
                }
                Some(Form::Generic { .. }) => {
                    let inner = self.without_types(node, &mut path, names.is_empty());
                    next = (inner != node).then_some(inner);
                }
                Some(Form::Wrapper(way)) => next = part(self.source, node, way),
                Some(Form::Call { .. } | Form::Index { .. } | Form::Macro { .. }) => path.on = Some(node),
                // The last part of a call's name has a kind of its own in some grammars.
                _ if names.is_empty() && node.named_child_count() == 0 => names.push(self.spelled(node)),
                _ => path.is_computed = true,
            }
        }
        names.reverse();
        // PHP writes a class as a value as `User::class`.
        path.name = names.join(".").trim_end_matches(".class").into();
        path
    }

    fn without_types(&self, node: Node<'t>, path: &mut Path<'t>, is_last: bool) -> Node<'t> {
        let Some(Form::Generic { name, types }) = self.tables.form(node) else { return node };
        if is_last {
            path.types = part(self.source, node, types);
        }
        part(self.source, node, name).unwrap_or(node)
    }

    /// A name with `.` between its parts.
    fn spelled(&self, node: Node<'_>) -> Name {
        let text = self.short(node, NAME_LIMIT);
        if text.contains("::") || text.contains('\\') {
            return text.replace("::", ".").replace('\\', ".").trim_start_matches('.').into();
        }
        text.trim_start_matches(':').into()
    }

    /// The arguments in all nodes at some ways.
    fn arguments(&mut self, node: Node<'t>, ways: Way, depth: u32) -> Vec<Argument> {
        let mut found = Vec::new();
        for holder in parts(self.source, node, ways) {
            match self.tables.form(holder) {
                // A template that a function is called with (`sql`…``).
                Some(Form::Text) => found.push(self.argument(None, holder, depth)),
                _ => self.entries(holder, depth, &mut found),
            }
        }
        found
    }

    /// Reads the children of a node as arguments or entries.
    fn entries(&mut self, holder: Node<'t>, depth: u32, found: &mut Vec<Argument>) {
        if self.tables.is_tokens(holder) {
            found.extend(tokens::arguments(self.source.text(holder), span_of(holder).line));
            return;
        }
        for child in holder.named_children(&mut holder.walk()) {
            match self.tables.form(child) {
                Some(Form::Comment | Form::Modifiers) => {}
                Some(Form::Spread) if depth <= DEPTH_LIMIT => self.entries(child, depth + 1, found),
                Some(Form::Pair { key, value }) => {
                    let (key, value) = (part(self.source, child, key), part(self.source, child, value));
                    let name = key.filter(|_| key != value).and_then(|key| self.key(key, true));
                    if let Some(value) = value {
                        found.push(self.argument(name, value, depth));
                    }
                }
                Some(Form::Entry { key, value }) => {
                    let (key, value) = (part(self.source, child, key), part(self.source, child, value));
                    let name = key.filter(|_| key != value).and_then(|key| self.key(key, false));
                    if let Some(value) = value {
                        found.push(self.argument(name, value, depth));
                    }
                }
                Some(Form::Binding { name, value, .. }) => {
                    let name = part(self.source, child, name).map(|name| self.short(name, NAME_LIMIT));
                    if let Some(value) = part(self.source, child, value) {
                        found.push(self.argument(name, value, depth));
                    }
                }
                Some(Form::Method { name, .. }) => {
                    let name = part(self.source, child, name).map(|name| self.short(name, NAME_LIMIT));
                    found.push(Argument { name, value: Value::Function(None), line: span_of(child).line });
                }
                _ => found.push(self.argument(None, child, depth)),
            }
        }
    }

    /// The text of a key; where keys are expressions, only of a literal.
    fn key(&self, key: Node<'t>, is_name: bool) -> Option<Name> {
        let key = self.unwrapped(key);
        match self.tables.form(key) {
            Some(Form::Text) => match self.text(key) {
                Text::Plain(text) => Some(text),
                Text::Template(_) => None,
            },
            Some(Form::Symbol) => Some(self.short(key, NAME_LIMIT).trim_matches(':').into()),
            Some(Form::Name) if is_name => Some(self.short(key, NAME_LIMIT)),
            Some(Form::Number) => Some(self.short(key, NAME_LIMIT)),
            _ => None,
        }
    }

    fn argument(&mut self, name: Option<Name>, value: Node<'t>, depth: u32) -> Argument {
        let line = span_of(value).line;
        let read = self.value(value, depth);
        let value = name.as_ref().map_or(read.clone(), |name| without_secret(name, read));
        Argument { name, value, line }
    }

    fn macro_arguments(&mut self, tokens: Node<'t>) -> Vec<Argument> {
        let text = text::inner(text::cut(self.source.text(tokens), crate::facts::terms::TEXT_LIMIT));
        let line = span_of(tokens).line;
        let literal = tokens.named_child(0).filter(|first| matches!(self.tables.form(*first), Some(Form::Text)));
        let value = match literal {
            Some(literal) => self.value(literal, 0),
            None => Value::Tokens(text.into()),
        };
        vec![Argument { name: None, value, line }]
    }

    /// The value that something of this name is given.
    pub fn named_value(&mut self, name: &str, node: Node<'t>) -> Value {
        without_secret(name, self.value(node, 0))
    }

    fn value(&mut self, node: Node<'t>, depth: u32) -> Value {
        let node = self.unwrapped(node);
        let Some(form) = self.tables.form(node) else { return Value::Other };
        self.values_left = self.values_left.saturating_sub(1);
        if depth > DEPTH_LIMIT || self.values_left == 0 {
            return Value::Other;
        }
        match form {
            Form::Text => text::checked(self.text(node)),
            Form::Heredoc => text::checked(Text::Plain(text::heredoc(self.source.bytes, node))),
            Form::Symbol => Value::Symbol(self.short(node, NAME_LIMIT).trim_matches([':', '"', '\'']).into()),
            Form::Number => Value::Number(self.short(node, NAME_LIMIT)),
            Form::Bool => Value::Bool(self.source.text(node).eq_ignore_ascii_case("true")),
            Form::Null => Value::Null,
            Form::Name | Form::Member { .. } | Form::Generic { .. } => {
                let path = self.path(node);
                let is_named = path.on.is_none() && !path.is_computed;
                if is_named { Value::Name(path.name) } else { Value::Other }
            }
            Form::Annotation { .. } => self.annotation_value(node, depth),
            Form::Call { .. } | Form::Index { .. } | Form::Macro { .. } => {
                if let Form::Call { arguments, .. } = form
                    && self.callee(node).is_some_and(|path| path.name.is_empty() && path.on.is_none())
                {
                    // A literal of a type without a name: `[]string{"a"}`.
                    return list_or_map(self.arguments(node, arguments, depth + 1));
                }
                let known = self.known_call(node).or_else(|| self.call(node, depth + 1));
                known.map_or(Value::Other, Value::Call)
            }
            Form::List => {
                let mut elements = Vec::new();
                self.entries(node, depth + 1, &mut elements);
                Value::List(elements.into_iter().map(|element| element.value).collect())
            }
            Form::Words => Value::List(text::words(self.source.text(node))),
            Form::Map => {
                let mut entries = Vec::new();
                self.entries(node, depth + 1, &mut entries);
                Value::Map(entries)
            }
            Form::Array => {
                let mut entries = Vec::new();
                self.entries(node, depth + 1, &mut entries);
                list_or_map(entries)
            }
            Form::Function { body } => {
                let body = part(self.source, node, body).map(|body| self.unwrapped(body));
                let body = body.filter(|body| self.tables.form(*body).is_some());
                Value::Function(body.map(|body| Box::new(self.value(body, depth + 1))))
            }
            Form::Operator => self.operation(node, depth),
            _ => Value::Other,
        }
    }

    /// An annotation among the arguments of another one, as a call.
    fn annotation_value(&mut self, node: Node<'t>, depth: u32) -> Value {
        let Some(Form::Annotation { name, arguments }) = self.tables.form(node) else { return Value::Other };
        let Some(name) = part(self.source, node, name) else { return Value::Other };
        let callee = self.path(name).name;
        let arguments = self.arguments(node, arguments, depth + 1);
        let id = self.calls.len() as CallId;
        let (on, types, inside, within, class) = (None, None, None, None, None);
        self.calls.push(Call { callee, on, types, arguments, inside, within, class, span: span_of(node) });
        Value::Call(id)
    }

    /// Texts that are joined, or values of which the second stands in where the first is missing.
    fn operation(&mut self, node: Node<'t>, depth: u32) -> Value {
        let Some(operator) = self.operator(node) else { return Value::Other };
        let joins = self.grammar.joins.contains(&operator);
        if !joins && !self.grammar.alternatives.contains(&operator) {
            return Value::Other;
        }
        let mut operands = Vec::new();
        let mut left = Some(node);
        while let Some(next) = left.map(|left| self.unwrapped(left)) {
            let same = matches!(self.tables.form(next), Some(Form::Operator)) && self.operator(next) == Some(operator);
            if !same {
                operands.push(next);
                break;
            }
            operands.extend(part(self.source, next, "right|#-1"));
            left = part(self.source, next, "left|#0");
        }
        let values: Vec<Value> = operands.into_iter().rev().map(|operand| self.value(operand, depth + 1)).collect();
        if joins { text::joined(values) } else { Value::Either(values) }
    }

    fn operator(&self, node: Node<'t>) -> Option<&'w str> {
        let operator = self.source.child(node, "operator").or_else(|| node.child(1))?;
        Some(self.source.text(operator))
    }

    /// The content of a text.
    fn text(&self, node: Node<'t>) -> Text {
        let mut parts = Vec::new();
        let mut open = vec![node];
        while let Some(next) = open.pop() {
            if self.tables.is_fragment(next) {
                let is_escape = next.kind().contains("escape");
                let content = self.source.text(next);
                parts.push(Part::Text(if is_escape { text::unescaped(content) } else { content.into() }));
                continue;
            }
            match self.tables.form(next) {
                Some(Form::Text) => {
                    let before = open.len();
                    open.extend(next.named_children(&mut next.walk()));
                    let is_empty = open.len() == before || open[before..].iter().all(|child| self.is_mark(*child));
                    if is_empty {
                        open.truncate(before);
                        parts.push(Part::Text(text::unquoted(self.source.text(next)).into()));
                    } else {
                        open[before..].reverse();
                    }
                }
                None | Some(Form::Comment) => {}
                Some(_) => {
                    let path = self.path(next);
                    let is_named = path.on.is_none() && !path.is_computed;
                    parts.push(Part::Name(if is_named { path.name } else { Name::default() }));
                }
            }
        }
        text::merged(parts)
    }

    /// Whether a child of a text is neither content nor a value in it.
    fn is_mark(&self, child: Node<'t>) -> bool {
        !self.tables.is_fragment(child) && self.tables.form(child).is_none()
    }

    /// Reads an annotation.
    pub fn annotation(&mut self, node: Node<'t>) -> Option<Annotation> {
        let Some(Form::Annotation { name, arguments }) = self.tables.form(node) else { return None };
        let name = self.unwrapped(part(self.source, node, name)?);
        let path = self.path(name);
        let (name, arguments) = match (path.on, self.tables.form(name)) {
            (Some(call), Some(Form::Call { arguments, .. })) if call == name => {
                (self.callee(call)?.name, self.arguments(call, arguments, 1))
            }
            _ => (path.name, self.arguments(node, arguments, 1)),
        };
        Some(Annotation { name, arguments, span: span_of(node) })
    }

    /// The tag of a field as an annotation.
    pub fn tag(&self, node: Node<'t>) -> Annotation {
        let span = span_of(node);
        Annotation { name: "tag".into(), arguments: tokens::tags(self.source.text(node), span.line), span }
    }

    /// The base classes that a node holds, and what stands among them under a name.
    pub fn bases(&mut self, holder: Node<'t>, bases: &mut Vec<Name>, keywords: &mut Vec<Argument>) {
        let mut open = vec![holder];
        while let Some(next) = open.pop() {
            match self.tables.form(next) {
                Some(Form::Spread) => {
                    let before = open.len();
                    open.extend(next.named_children(&mut next.walk()));
                    open[before..].reverse();
                }
                Some(Form::Comment | Form::Modifiers) => {}
                Some(Form::Pair { key, value }) => {
                    let name = part(self.source, next, key).and_then(|key| self.key(key, true));
                    if let Some(value) = part(self.source, next, value) {
                        keywords.push(self.argument(name, value, 1));
                    }
                }
                _ => bases.push(self.spelled(self.unwrapped(next))),
            }
        }
    }
}

fn list_or_map(entries: Vec<Argument>) -> Value {
    if entries.iter().any(|entry| entry.name.is_some()) {
        Value::Map(entries)
    } else {
        Value::List(entries.into_iter().map(|entry| entry.value).collect())
    }
}

/// A value, unless it is the value of a secret.
fn without_secret(name: &str, value: Value) -> Value {
    match &value {
        Value::Text(text) if !text.is_empty() && is_secret_name(last_part(name)) && !is_placeholder(text) => {
            Value::Secret
        }
        _ => value,
    }
}
