//! From one file's bytes to [`FileFacts`], with a grammar and a query.
//!
//! # Captures
//! | capture | meaning |
//! |---|---|
//! | `@definition.<kind>` with `@name` | a definition; `<kind>` is one of [`DefinitionKind::ALL`] |
//! | `@reference.<kind>` | a mention; `<kind>` is one of [`ReferenceKind::ALL`] |
//! | `@import` | a node that [`Hooks::import`] turns into imports |
//! | `@namespace` | the name in the file's package or namespace clause |
//! | `@scope` | a node that bounds local names |
//! | `@local` | a local name: hides values and calls of that name in the innermost `@scope` around it |
//! | `@local.type` | a local name that hides mentions of every kind (a type parameter) |
//! | `@ignore` | references inside this node are dropped |
//!
//! Captures whose name starts with `_` serve predicates only. Where several patterns capture the same node as a
//! definition, or the same node as a reference, the pattern written last wins: general patterns first, special ones
//! after them.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use tree_sitter::{Node, Parser, QueryCursor, StreamingIterator, Tree};

use super::Language;
use crate::facts::{
    Definition, DefinitionId, DefinitionKind, FileFacts, Import, Name, NameId, Reference, ReferenceKind,
    SIGNATURE_LIMIT, Span, Visibility,
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
    /// A last look at the whole: drops references that cannot leave the file, joins what belongs together.
    pub finish: fn(&mut FileFacts),
}

/// A file's text with its syntax tree.
pub struct Source<'a> {
    /// The bytes, not necessarily UTF-8.
    pub bytes: &'a [u8],
}

impl<'a> Source<'a> {
    /// The text of a node; what is not UTF-8 reads as empty.
    pub fn text(&self, node: Node<'_>) -> &'a str {
        self.bytes.get(node.byte_range()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The text of a node without white space.
    pub fn compact(&self, node: Node<'_>) -> Name {
        self.text(node).chars().filter(|c| !c.is_whitespace()).collect()
    }

    /// The text of the child in a field.
    pub fn field(&self, node: Node<'_>, field: &str) -> Option<&'a str> {
        node.child_by_field_name(field).map(|child| self.text(child))
    }
}

/// Where a node is.
pub fn span_of(node: Node<'_>) -> Span {
    Span { start: node.start_byte() as u32, end: node.end_byte() as u32, line: node.start_position().row as u32 + 1 }
}

/// A compiled query and what each of its captures means.
pub struct Query {
    query: tree_sitter::Query,
    roles: Vec<Role>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Definition(DefinitionKind),
    Name,
    Reference(ReferenceKind),
    Import,
    Namespace,
    Scope,
    Local { types: bool },
    Ignore,
    Predicate,
}

/// Compiles a language's query.
///
/// # Errors
/// A syntax error in the query, or a capture name that this module does not know.
pub fn compile(language: &Language) -> Result<Query, String> {
    let grammar = tree_sitter::Language::new(language.grammar);
    let query = tree_sitter::Query::new(&grammar, language.query).map_err(|error| error.to_string())?;
    let roles = query.capture_names().iter().map(|name| role(name)).collect::<Result<_, _>>()?;
    Ok(Query { query, roles })
}

fn role(capture: &str) -> Result<Role, String> {
    let unknown = || format!("unknown capture @{capture}");
    Ok(match capture.split_once('.') {
        Some(("definition", kind)) => {
            let (kind, _) = DefinitionKind::ALL.iter().find(|(_, name)| *name == kind).ok_or_else(unknown)?;
            Role::Definition(*kind)
        }
        Some(("reference", kind)) => {
            let (kind, _) = ReferenceKind::ALL.iter().find(|(_, name)| *name == kind).ok_or_else(unknown)?;
            Role::Reference(*kind)
        }
        Some(("local", "type")) => Role::Local { types: true },
        None if capture.starts_with('_') => Role::Predicate,
        None => match capture {
            "name" => Role::Name,
            "import" => Role::Import,
            "namespace" => Role::Namespace,
            "scope" => Role::Scope,
            "local" => Role::Local { types: false },
            "ignore" => Role::Ignore,
            _ => return Err(unknown()),
        },
        Some(_) => return Err(unknown()),
    })
}

/// Parses with the language's grammar alone: the part of [`extract`] that benches compare it with.
pub fn parse(language: &Language, bytes: &[u8]) -> Option<Tree> {
    thread_local! {
        static PARSER: std::cell::RefCell<Parser> = std::cell::RefCell::new(Parser::new());
    }
    PARSER.with_borrow_mut(|parser| {
        parser.set_language(&tree_sitter::Language::new(language.grammar)).ok()?;
        parser.parse(bytes, None)
    })
}

/// Extracts what a file declares and mentions. Never fails: what cannot be parsed is counted.
pub fn extract(language: &Language, bytes: &[u8]) -> FileFacts {
    let mut facts = FileFacts { lines: count_lines(bytes), ..FileFacts::default() };
    let Some(tree) = parse(language, bytes) else {
        facts.parse_errors = 1;
        return facts;
    };
    let query = language.compiled.get_or_init(|| {
        // `every_query_compiles` runs over the same static table, so a failure here cannot ship.
        compile(language).unwrap_or_else(|error| panic!("query of {}: {error}", language.name))
    });
    let source = Source { bytes };
    if tree.root_node().has_error() {
        count_errors(&tree, &mut facts);
    }
    let mut hits = collect(query, tree.root_node(), bytes);
    hits.sort_by_key(|hit| {
        (hit.node.start_byte(), std::cmp::Reverse(hit.node.end_byte()), hit.role_order(), hit.pattern)
    });
    Extraction { source, hooks: &language.hooks, facts: &mut facts }.run(&hits);
    (language.hooks.finish)(&mut facts);
    facts
}

fn count_lines(bytes: &[u8]) -> u32 {
    let newlines = memchr::memchr_iter(b'\n', bytes).count();
    (newlines + usize::from(bytes.last().is_some_and(|last| *last != b'\n'))) as u32
}

/// Counts ERROR and MISSING nodes, entering only subtrees that have one.
fn count_errors(tree: &Tree, facts: &mut FileFacts) {
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            facts.parse_errors += 1;
            facts.first_error.get_or_insert_with(|| span_of(node));
        }
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                // A tree may say that it has an error and show no node for it (a hidden missing token).
                facts.parse_errors = facts.parse_errors.max(1);
                return;
            }
        }
    }
}

/// One capture of interest.
struct Hit<'t> {
    role: Role,
    node: Node<'t>,
    name: Option<Node<'t>>,
    pattern: usize,
}

impl Hit<'_> {
    /// Where two captures cover the same bytes, what opens a context comes first.
    fn role_order(&self) -> u8 {
        match self.role {
            Role::Ignore => 0,
            Role::Definition(_) => 1,
            Role::Scope => 2,
            Role::Local { .. } => 3,
            _ => 4,
        }
    }
}

fn collect<'t>(query: &Query, root: Node<'t>, bytes: &[u8]) -> Vec<Hit<'t>> {
    let mut cursor = QueryCursor::new();
    let mut matches = cursor.matches(&query.query, root, bytes);
    let mut hits = Vec::new();
    while let Some(found) = matches.next() {
        let name = found
            .captures()
            .iter()
            .find(|capture| query.roles[capture.index as usize] == Role::Name)
            .map(|capture| capture.node);
        for capture in found.captures() {
            let role = query.roles[capture.index as usize];
            if !matches!(role, Role::Name | Role::Predicate) {
                hits.push(Hit { role, node: capture.node, name, pattern: found.pattern_index });
            }
        }
    }
    hits
}

/// Names that one scope binds: to whether they hide types too.
type Bindings<'a> = FxHashMap<&'a str, bool>;

struct Extraction<'a, 'f> {
    source: Source<'a>,
    hooks: &'f Hooks,
    facts: &'f mut FileFacts,
}

impl<'a> Extraction<'a, '_> {
    fn run(&mut self, hits: &[Hit<'_>]) {
        let bindings = self.bindings(hits);
        let mut interned: FxHashMap<Name, NameId> = FxHashMap::default();
        let mut declared: FxHashSet<(usize, usize)> = FxHashSet::default();
        let mut open_definitions: Vec<(usize, DefinitionId)> = Vec::new();
        let mut open_scopes: Vec<(usize, &Bindings<'a>)> = Vec::new();
        let mut ignored_until = 0;
        let mut scope = 0;
        for (index, hit) in hits.iter().enumerate() {
            let (start, end) = (hit.node.start_byte(), hit.node.end_byte());
            while open_definitions.last().is_some_and(|(close, _)| *close <= start) {
                open_definitions.pop();
            }
            while open_scopes.last().is_some_and(|(close, _)| *close <= start) {
                open_scopes.pop();
            }
            let within = open_definitions.last().map(|(_, id)| *id);
            match hit.role {
                Role::Ignore => ignored_until = ignored_until.max(end),
                Role::Scope => {
                    open_scopes.push((end, &bindings[scope]));
                    scope += 1;
                }
                Role::Local { .. } => {
                    declared.insert((start, end));
                }
                Role::Definition(kind) => {
                    if is_overridden(hits, index) {
                        continue;
                    }
                    let Some(name) = hit.name else { continue };
                    declared.insert((name.start_byte(), name.end_byte()));
                    let id = self.define(kind, hit.node, name, within);
                    open_definitions.push((end, id));
                }
                Role::Import => {
                    let first = self.facts.imports.len();
                    (self.hooks.import)(&self.source, hit.node, &mut self.facts.imports);
                    let test = within.is_some_and(|id| self.facts.definitions[id as usize].test);
                    for import in &mut self.facts.imports[first..] {
                        import.within = within;
                        import.test |= test;
                    }
                }
                Role::Namespace => {
                    let namespace = self.source.compact(hit.node);
                    self.facts.namespace.get_or_insert(namespace);
                }
                Role::Reference(kind) => {
                    let hidden = start < ignored_until
                        || declared.contains(&(start, end))
                        || is_overridden(hits, index)
                        || is_bound(&open_scopes, kind, self.source.text(hit.node));
                    if !hidden {
                        self.refer(kind, hit.node, within, &mut interned);
                    }
                }
                Role::Name | Role::Predicate => {}
            }
        }
    }

    /// The names that each scope binds, in the order in which `hits` opens the scopes.
    fn bindings(&self, hits: &[Hit<'_>]) -> Vec<Bindings<'a>> {
        let mut bindings: Vec<Bindings<'a>> = Vec::new();
        let mut open: Vec<(usize, usize)> = Vec::new();
        for hit in hits {
            while open.last().is_some_and(|(close, _)| *close <= hit.node.start_byte()) {
                open.pop();
            }
            match hit.role {
                Role::Scope => {
                    open.push((hit.node.end_byte(), bindings.len()));
                    bindings.push(Bindings::default());
                }
                Role::Local { types } => {
                    if let Some((_, scope)) = open.last() {
                        *bindings[*scope].entry(self.source.text(hit.node)).or_default() |= types;
                    }
                }
                _ => {}
            }
        }
        bindings
    }

    fn define(
        &mut self,
        kind: DefinitionKind,
        node: Node<'_>,
        name: Node<'_>,
        parent: Option<DefinitionId>,
    ) -> DefinitionId {
        let text = self.source.compact(name);
        let inherited = parent.is_some_and(|id| self.facts.definitions[id as usize].test);
        self.facts.definitions.push(Definition {
            kind,
            parent,
            visibility: (self.hooks.visibility)(&self.source, node, &text),
            signature: signature(&self.source, node),
            test: inherited || (self.hooks.is_test)(&self.source, node),
            span: span_of(node),
            name_span: span_of(name),
            name: text,
        });
        self.facts.definitions.len() as DefinitionId - 1
    }

    fn refer(
        &mut self,
        kind: ReferenceKind,
        node: Node<'_>,
        within: Option<DefinitionId>,
        interned: &mut FxHashMap<Name, NameId>,
    ) {
        let text = self.source.text(node);
        let name = match interned.get(text) {
            Some(id) => *id,
            None => {
                let id = NameId(self.facts.names.len() as u32);
                self.facts.names.push(self.source.compact(node));
                interned.insert(text.into(), id);
                id
            }
        };
        self.facts.references.push(Reference { name, kind, within, span: span_of(node) });
    }
}

/// Whether a later pattern captures the same node in the same role.
fn is_overridden(hits: &[Hit<'_>], index: usize) -> bool {
    let hit = &hits[index];
    hits[index + 1..].iter().take_while(|next| next.node.byte_range() == hit.node.byte_range()).any(|next| {
        next.role_order() == hit.role_order() && is_same_family(next.role, hit.role) && next.node == hit.node
    })
}

fn is_same_family(a: Role, b: Role) -> bool {
    matches!((a, b), (Role::Definition(_), Role::Definition(_)) | (Role::Reference(_), Role::Reference(_)))
}

fn is_bound(scopes: &[(usize, &Bindings<'_>)], kind: ReferenceKind, text: &str) -> bool {
    let root = text.split(['.', ':', '<', ' ', '\n']).next().unwrap_or(text);
    let is_value = matches!(kind, ReferenceKind::Value | ReferenceKind::Call);
    scopes.iter().any(|(_, bindings)| bindings.get(root).is_some_and(|types| is_value || *types))
}

/// The declaration up to its body on one line.
fn signature(source: &Source<'_>, node: Node<'_>) -> Name {
    let end = node.child_by_field_name("body").map_or(node.end_byte(), |body| body.start_byte());
    let bytes = &source.bytes[node.start_byte()..end.max(node.start_byte())];
    let window: SmallVec<[u8; 512]> = bytes.iter().copied().take(SIGNATURE_LIMIT * 4).collect();
    let text = String::from_utf8_lossy(&window);
    let is_declaration_only = node.child_by_field_name("body").is_none();
    let text = if is_declaration_only { text.lines().next().unwrap_or_default() } else { &text };
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
