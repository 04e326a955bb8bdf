//! From one file's bytes to [`FileFacts`], with a grammar and a query.
//!
//! # Captures
//! | capture | meaning |
//! |---|---|
//! | `@definition.<kind>` with `@name` | a definition; `<kind>` is one of [`DefinitionKind::ALL`] |
//! | `@reference.<kind>` | a mention; `<kind>` is one of [`ReferenceKind::ALL`] |
//! | `@import` | a node that [`Hooks::import`] turns into imports; with `@name`: where no local scope binds that name |
//! | `@namespace` | the name in the file's package or namespace clause |
//! | `@scope` | a node that bounds local names |
//! | `@local` | a local name: hides values and calls of that name in the innermost `@scope` around it |
//! | `@local.type` | a local name that hides mentions of every kind (a type parameter) |
//! | `@local.value` | a local name that hides values only: calls look for a function of that name further out |
//! | `@from`, `@after` | beside `@local`: it is bound from the start or the end of this node on; else in all of its scope |
//! | `@ignore` | references inside this node are dropped |
//! | `@condition` | a build constraint of the whole file, if it stands before the `@namespace` |
//! | `@documentation` | what documents the definition that begins after it, where that is no comment (Elixir's `@doc`) |
//! | `@documentation.inside` | what documents the definition around it, or the file (Python's docstrings) |
//!
//! `@complexity.<construct>` is explained in [`complexity`].
//!
//! Comments need no capture: the grammar's kinds whose name ends in `comment` are known, see [`docs`].
//! Captures whose name starts with `_` serve predicates only. Where several patterns capture the same node as a
//! definition, or the same node as a reference, the pattern written last wins: general patterns first, special ones
//! after them. One pattern may define several names with one node (`var a, b int`). A pattern with
//! `(#set! outside-code)` defines nothing inside functions and values, one with `(#set! outside-scope)` nothing inside a
//! `@scope`.
//!
//! A pattern is tried at every node of its root's kind and looks at the children that it names, see [`matching`]: root
//! patterns at kinds that are rare, and lead to the parts by fields. [`pattern`] says what a query may be made of.

mod docs;
mod found;
mod matching;
mod nodes;
mod parse;
mod pattern;
mod query;
mod scopes;
mod source;

use std::borrow::Cow;
use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use tree_sitter::{Node, Tree};

use self::docs::Comments;
use self::found::{Found, Hit, LEVELS, gather};
pub use self::nodes::Nodes;
use self::parse::{count_errors, count_lines};
pub use self::parse::{parse, prepared};
use self::query::Role;
pub use self::query::{Query, compile};
use self::scopes::Scopes;
use self::source::compact;
pub use self::source::{Fields, Source, span_of};
use super::Language;
use super::complexity::{self, Constructs};
use super::terms::Grammar;
use crate::facts::typing::Typing;
use crate::facts::{
    Complexity, Definition, DefinitionId, DefinitionKind, FileFacts, Import, Name, NameId, Reference, ReferenceKind,
    SIGNATURE_LIMIT, Visibility,
};

/// What a language does beside its query. All functions look only at the node they are given, its descendants and its
/// siblings: a walk towards the root would be quadratic on deeply nested input.
pub struct Hooks {
    /// Appends what an `@import` node imports. [`Import::within`] and [`Import::test`] are filled in afterwards
    /// (`test` stays true if the hook set it).
    pub import: fn(&Source<'_>, Node<'_>, &mut Vec<Import>),
    /// Who may name a definition; it is given the definition node and the name.
    pub visibility: fn(&Source<'_>, Node<'_>, &str) -> Visibility,
    /// Whether only tests compile a definition (an attribute, an annotation).
    pub is_test: fn(&Source<'_>, Node<'_>) -> bool,
    /// What a file says about types.
    pub typing: Option<TypingReader>,
    /// How calls, annotations and class shapes look, where detectors read them.
    pub terms: Option<&'static Grammar>,
    /// A last look at the whole: drops references that cannot leave the file, joins what belongs together.
    pub finish: fn(&mut FileFacts),
    /// The language that really reads a file of this one, where only its content tells (a header of C or C++, a component's
    /// script). Its hooks take the place of these, but for `prepare`.
    pub dialect: Option<fn(&[u8]) -> &'static Language>,
    /// What the parser is given for a file: as many bytes, with blanks for what would mislead the grammar or is of another
    /// language.
    pub prepare: fn(&[u8]) -> Cow<'_, [u8]>,
}

/// Reads what a file says about types.
pub struct TypingReader {
    /// The kinds of nodes that it looks at.
    pub kinds: &'static [&'static str],
    /// It is given these nodes in source order, each before those inside it, and the facts for all else.
    pub read: fn(&Source<'_>, &mut dyn Iterator<Item = Node<'_>>, &FileFacts) -> Typing,
}

impl Hooks {
    /// Nothing beside the query.
    pub const NONE: Self = Self {
        import: |_, _, _| {},
        visibility: |_, _, _| Visibility::Public,
        is_test: |_, _| false,
        typing: None,
        terms: None,
        finish: |_| {},
        dialect: None,
        prepare: |bytes| Cow::Borrowed(bytes),
    };
}

/// The longest mention that is kept, in bytes. Nested mentions of one long chain would else be quadratic in its length.
const REFERENCE_LIMIT: usize = 512;

/// Extracts what a file declares and mentions. Never fails: what cannot be parsed is counted.
pub fn extract(language: &'static Language, bytes: &[u8]) -> FileFacts {
    let mut facts = FileFacts { lines: count_lines(bytes), ..FileFacts::default() };
    let (language, prepared) = prepared(language, bytes);
    let Some(tree) = parse(language, &prepared) else {
        facts.parse_errors = 1;
        return facts;
    };
    let query = language.compiled.get_or_init(|| {
        // `every_query_compiles` runs over the same static table, so a failure here cannot ship.
        compile(language).unwrap_or_else(|error| panic!("query of {}: {error}", language.name))
    });
    let source = Source::new(bytes, &query.fields);
    if tree.root_node().has_error() {
        count_errors(&tree, &mut facts);
    }
    let levels: [OnceCell<Vec<Tree>>; LEVELS] = Default::default();
    let mut constructs = Constructs::default();
    let (mut found, nodes) = gather(language, query, &source, tree, &levels, &mut constructs);
    found.sort();
    let mut extraction = Extraction { source, query, hooks: &language.hooks, facts: &mut facts, functions: Vec::new() };
    extraction.run(&mut found);
    if query.has_complexity {
        extraction.measure(constructs);
    }
    if let (Some(typing), Some(nodes)) = (&language.hooks.typing, &nodes) {
        extraction.facts.typing = (typing.read)(&extraction.source, &mut query.typed(nodes), extraction.facts);
    }
    if let (Some(grammar), Some(nodes)) = (language.hooks.terms, &nodes) {
        extraction.facts.terms = grammar.read(language, &query.terms, &extraction.source, nodes, extraction.facts);
    }
    let Source { flags, guards, expansions, .. } = extraction.source;
    facts.flags = flags.into_inner();
    facts.guards = guards.into_inner();
    facts.expansions = expansions.into_inner();
    facts.guards.sort_by(|a, b| (a.span, &a.condition).cmp(&(b.span, &b.condition)));
    facts.guards.dedup();
    (language.hooks.finish)(&mut facts);
    facts
}

struct Extraction<'a, 'f> {
    source: Source<'a>,
    query: &'f Query,
    hooks: &'f Hooks,
    facts: &'f mut FileFacts,
    /// The functions among the definitions.
    functions: Vec<complexity::Function>,
}

impl<'a> Extraction<'a, '_> {
    fn run(&mut self, found: &mut Found<'_>) {
        let Found { hits, definitions, imports } = found;
        let mut scopes = self.scopes(hits);
        let overridden = overridden(hits);
        let mut interned: FxHashMap<&'a str, NameId> = FxHashMap::default();
        let mut declared: FxHashSet<(u32, u32)> = FxHashSet::default();
        let mut open_definitions: Vec<OpenDefinition> = Vec::new();
        let mut comments = Comments::default();
        let mut ignored_until = 0;
        for (hit, overridden) in hits.iter().zip(overridden) {
            let (start, end) = (hit.span.start, hit.span.end);
            while open_definitions.last().is_some_and(|open| open.end <= start) {
                open_definitions.pop();
            }
            scopes.leave(start);
            let within = open_definitions.last().map(|open| open.id);
            match hit.role {
                Role::Ignore => ignored_until = ignored_until.max(end),
                Role::Scope => scopes.enter(end),
                Role::Local(_) => {
                    declared.insert((start, end));
                }
                Role::Definition(kind) => {
                    let ((node, Some(name)), false) = (definitions[hit.detail as usize], overridden) else { continue };
                    declared.insert((name.start_byte() as u32, name.end_byte() as u32));
                    // A second name of the same node stands beside the first, not inside it.
                    let beside = open_definitions.pop_if(|open| open.node == node.id());
                    let parent = beside.as_ref().map_or(within, |open| open.parent);
                    let is_inside = self.query.outside_code[usize::from(hit.pattern)] && self.is_code(parent)
                        || self.query.outside_scope[usize::from(hit.pattern)] && scopes.is_inside();
                    if is_inside {
                        continue;
                    }
                    let id = self.define(kind, node, name, parent);
                    let doc = match beside {
                        Some(first) => self.facts.definitions[first.id as usize].doc.clone(),
                        None => comments.take(self.source.bytes, start),
                    };
                    self.facts.definitions[id as usize].doc = doc;
                    open_definitions.push(OpenDefinition { node: node.id(), end, id, parent });
                }
                Role::Import => {
                    let is_bound = |name: Node<'_>| {
                        scopes.binds(self.source.text(name), ReferenceKind::Call, name.start_byte() as u32)
                    };
                    let (name, imports) = &mut imports[hit.detail as usize];
                    if !name.is_some_and(is_bound) {
                        self.import(std::mem::take(imports), within);
                    }
                }
                Role::Namespace => {
                    let namespace = compact(self.source.slice(hit.span));
                    self.facts.doc = self.facts.doc.take().or_else(|| comments.take(self.source.bytes, start));
                    self.facts.namespace.get_or_insert(namespace);
                }
                Role::Condition if self.facts.namespace.is_none() => {
                    self.facts.conditions.push(self.source.slice(hit.span).into());
                }
                Role::Reference(kind) => {
                    if start < ignored_until || overridden || declared.contains(&(start, end)) {
                        continue;
                    }
                    let text = self.source.slice(hit.span);
                    let is_call = kind == ReferenceKind::Call || self.source.bytes.get(end as usize) == Some(&b'(');
                    if is_call {
                        self.note_recursion(within, text);
                    }
                    if text.len() <= REFERENCE_LIMIT && (is_on_receiver(text) || !scopes.binds(text, kind, start)) {
                        let name = *interned.entry(text).or_insert_with(|| self.intern(text));
                        self.facts.references.push(Reference { name, kind, within, span: hit.span });
                    }
                }
                Role::Comment => {
                    let doc = comments.add(self.source.bytes, hit.span);
                    self.document(within, doc);
                }
                Role::Documentation { inside: false } => {
                    comments.put(hit.span);
                }
                Role::Documentation { inside: true } => {
                    let doc = docs::first_line(self.source.slice(hit.span).as_bytes());
                    self.document(within, doc);
                }
                Role::Condition | Role::Name | Role::From | Role::After | Role::Complexity(_) | Role::Predicate => {}
            }
        }
    }

    /// What the file's scopes bind.
    fn scopes(&self, hits: &[Hit]) -> Scopes<'a> {
        let mut scopes = Scopes::default();
        for hit in hits {
            scopes.close_declared(hit.span.start);
            match hit.role {
                Role::Scope => scopes.declare_scope(hit.span.end),
                Role::Local(hides) => scopes.declare(self.source.slice(hit.span), hit.detail, hides),
                _ => {}
            }
        }
        scopes.finish_declaring();
        scopes
    }

    fn import(&mut self, imports: Vec<Import>, within: Option<DefinitionId>) {
        let first = self.facts.imports.len();
        self.facts.imports.extend(imports);
        let test = within.is_some_and(|id| self.facts.definitions[id as usize].test);
        for import in &mut self.facts.imports[first..] {
            import.within = within;
            import.test |= test;
        }
    }

    /// Notes what documents a definition, or else the file, from inside.
    fn document(&mut self, within: Option<DefinitionId>, doc: Option<Name>) {
        if doc.is_some() {
            match within {
                Some(id) => self.facts.definitions[id as usize].doc = doc,
                None => self.facts.doc = self.facts.doc.take().or(doc),
            }
        }
    }

    /// Whether a definition holds statements or expressions.
    fn is_code(&self, definition: Option<DefinitionId>) -> bool {
        use DefinitionKind::{Constant, Function, Macro, Method};
        definition
            .is_some_and(|id| matches!(self.facts.definitions[id as usize].kind, Function | Method | Macro | Constant))
    }

    fn define(
        &mut self,
        kind: DefinitionKind,
        node: Node<'_>,
        name: Node<'_>,
        parent: Option<DefinitionId>,
    ) -> DefinitionId {
        let text = self.source.compact(name);
        let body = body_of(&self.source, node);
        let id = self.facts.definitions.len() as DefinitionId;
        if matches!(kind, DefinitionKind::Function | DefinitionKind::Method) {
            let range = |node: Node<'_>| (node.start_byte() as u32, node.end_byte() as u32);
            let body = body.map(range);
            self.functions.push(complexity::Function { id, range: range(node), body, recursive: false });
        }
        let inherited = parent.is_some_and(|id| self.facts.definitions[id as usize].test);
        self.facts.definitions.push(Definition {
            kind,
            parent,
            visibility: (self.hooks.visibility)(&self.source, node, &text),
            signature: signature(&self.source, node, body),
            doc: None,
            test: inherited || (self.hooks.is_test)(&self.source, node),
            complexity: Complexity::default(),
            span: span_of(node),
            name_span: span_of(name),
            name: text,
        });
        id
    }

    /// Notes that a function calls itself: a function of the file by its name alone, one of a type by its own object or
    /// type, since without that another function of the same name may be meant.
    fn note_recursion(&mut self, within: Option<DefinitionId>, called: &str) {
        let Some(definition) = within.map(|id| &self.facts.definitions[id as usize]) else { return };
        let is_own = match called.strip_suffix(definition.name.as_str()) {
            None => false,
            Some("") => definition.parent.is_none_or(|parent| {
                use DefinitionKind::{Function, Method, Module};
                matches!(self.facts.definitions[parent as usize].kind, Function | Method | Module)
            }),
            Some(receiver) => matches!(receiver, "self." | "this." | "cls." | "Self::" | "$this->"),
        };
        if is_own && let Ok(at) = self.functions.binary_search_by_key(&within, |function| Some(function.id)) {
            self.functions[at].recursive = true;
        }
    }

    /// Fills in the complexity of each function and of the file.
    fn measure(&mut self, constructs: Constructs<'_>) {
        let facts = &mut *self.facts;
        let (measured, file) = complexity::measure(constructs, self.source.bytes, &self.functions);
        for (id, complexity) in measured {
            facts.definitions[id as usize].complexity = complexity;
        }
        facts.complexity = file;
    }

    /// A new name: `text` without white space.
    fn intern(&mut self, text: &str) -> NameId {
        self.facts.names.push(compact(text));
        NameId(self.facts.names.len() as u32 - 1)
    }
}

/// Whether a mention is of a member of the object that the method is called on, where that is a parameter (Python).
fn is_on_receiver(text: &str) -> bool {
    text.starts_with("self.") || text.starts_with("cls.")
}

/// A definition whose end is not reached yet.
struct OpenDefinition {
    node: usize,
    end: u32,
    id: DefinitionId,
    parent: Option<DefinitionId>,
}

/// For each hit whether a later pattern captures the same node in the same role, or the same pattern captures it twice.
fn overridden(hits: &[Hit]) -> Vec<bool> {
    let mut overridden = vec![false; hits.len()];
    // Nodes over the same bytes are a chain of wrappers that the grammar bounds, so this stays short.
    let mut later: SmallVec<[&Hit; 8]> = SmallVec::new();
    for (index, hit) in hits.iter().enumerate().rev() {
        if !matches!(hit.role, Role::Definition(_) | Role::Reference(_)) {
            continue;
        }
        if later.last().is_some_and(|last| last.span != hit.span) {
            later.clear();
        }
        match later.iter_mut().find(|other| other.role_order() == hit.role_order() && other.node == hit.node) {
            Some(other) if other.pattern > hit.pattern => overridden[index] = true,
            Some(other) => {
                overridden[index] = other.name == hit.name;
                *other = hit;
            }
            None => later.push(hit),
        }
    }
    overridden
}

/// The body of a definition, where the grammar names it.
fn body_of<'t>(source: &Source<'_>, node: Node<'t>) -> Option<Node<'t>> {
    // A variable that holds a function has its body one level down.
    let below = |field| source.child(node, field).and_then(|value| source.child(value, "body"));
    source.child(node, "body").or_else(|| below("value")).or_else(|| below("right"))
}

/// The declaration up to its body on one line.
fn signature(source: &Source<'_>, node: Node<'_>, body: Option<Node<'_>>) -> Name {
    let start = node.start_byte();
    let end = body.map_or(node.end_byte(), |body| body.start_byte()).min(start + SIGNATURE_LIMIT * 4);
    let text = String::from_utf8_lossy(source.bytes.get(start..end).unwrap_or_default());
    let text = if body.is_some() { &text } else { text.lines().next().unwrap_or_default() };
    let mut line = Name::default();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let trimmed = line.trim_end_matches([' ', '{', ':', '=']);
    trimmed.chars().take(SIGNATURE_LIMIT).collect()
}
