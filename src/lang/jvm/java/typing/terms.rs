//! Expressions and types as terms.

use smallvec::SmallVec;
use tree_sitter::Node;

use crate::facts::typing::{Term, TermId, Terms};
use crate::lang::extract::Source;
use crate::lang::locals::Locals;

/// How deep an expression or a type is followed: each level of a chain is asked for anew.
const DEPTH: u32 = 24;

/// The object at hand.
pub(super) const THIS: &str = "this";

/// Types of the platform that hold values which their methods give out.
const HOLDING: [&str; 29] = [
    "ArrayDeque",
    "ArrayList",
    "Callable",
    "Collection",
    "CompletableFuture",
    "CopyOnWriteArrayList",
    "Deque",
    "Future",
    "HashMap",
    "HashSet",
    "Iterable",
    "Iterator",
    "LinkedHashMap",
    "LinkedHashSet",
    "LinkedList",
    "List",
    "ListIterator",
    "Map",
    "Optional",
    "Queue",
    "Set",
    "SortedMap",
    "SortedSet",
    "Stream",
    "Supplier",
    "ThreadLocal",
    "TreeMap",
    "TreeSet",
    "WeakReference",
];

/// Reads nodes as terms.
pub(super) struct Reader<'s, 'a> {
    pub(super) source: &'s Source<'a>,
    pub(super) terms: Terms<'a>,
    pub(super) locals: Locals<'a>,
    /// The first byte of the node that the walk is at.
    pub(super) position: u32,
}

impl<'a> Reader<'_, 'a> {
    pub(super) fn expression(&mut self, node: Node<'_>) -> Option<TermId> {
        self.expression_within(node, DEPTH)
    }

    pub(super) fn type_of(&mut self, node: Node<'_>) -> Option<TermId> {
        self.type_within(node, DEPTH)
    }

    pub(super) fn value(&mut self, of: Option<TermId>) -> Option<TermId> {
        of.map(|of| self.terms.term(Term::Value(of)))
    }

    pub(super) fn value_of(&mut self, node: Node<'_>) -> Option<TermId> {
        let of = self.type_of(node);
        self.value(of)
    }

    /// A value of a collection.
    pub(super) fn collection(&mut self, key: Option<TermId>, element: Option<TermId>) -> TermId {
        let of = self.terms.term(Term::Collection { key, element });
        self.terms.term(Term::Value(of))
    }

    /// A name as it is.
    pub(super) fn named(&mut self, text: &'a str) -> TermId {
        let name = self.terms.name(text);
        self.terms.term(Term::Name(name))
    }

    /// A method's name with the parenthesis after it.
    pub(super) fn method_name(&self, name: Node<'_>) -> &'a str {
        let (start, end) = (name.start_byte(), name.end_byte());
        let is_followed = self.source.bytes.get(end) == Some(&b'(');
        self.source.slice(crate::facts::Span {
            start: start as u32,
            end: (end + usize::from(is_followed)) as u32,
            line: 0,
        })
    }

    /// The type of a method. A result of a type parameter's type is not known: it hangs on the call, and may have more
    /// members than the bound, or others.
    pub(super) fn function(&mut self, node: Node<'_>) -> TermId {
        let of = self.source.child(node, "type");
        let is_parameter = of.is_some_and(|of| self.locals.binds(self.source.text(of)));
        let mut result = of.filter(|_| !is_parameter).and_then(|of| self.type_of(of));
        if self.source.child(node, "dimensions").is_some() {
            result = Some(self.terms.term(Term::Collection { key: None, element: result }));
        }
        self.terms.function(&[result])
    }

    fn expression_within(&mut self, node: Node<'_>, depth: u32) -> Option<TermId> {
        let depth = depth.checked_sub(1)?;
        let source = self.source;
        let field = |name| source.child(node, name);
        let term = match node.kind() {
            "identifier" => return self.name(node),
            "this" => return self.locals.get(THIS).unwrap_or_else(|| Some(self.named(THIS))),
            "super" => return Some(self.named("super")),
            "field_access" => {
                let (object, member) = (field("object")?, field("field")?);
                if member.kind() == "this" {
                    // `Outer.this`.
                    let of = self.name(object)?;
                    return Some(self.terms.term(Term::Value(of)));
                }
                let on = self.expression_within(object, depth)?;
                Term::Member(on, self.terms.name(self.source.text(member)))
            }
            "method_invocation" => {
                let on = match field("object") {
                    Some(object) => self.expression_within(object, depth)?,
                    None => self.named(""),
                };
                let name = self.method_name(field("name")?);
                let name = self.terms.name(name);
                let called = self.terms.term(Term::Member(on, name));
                Term::Result(called, 0)
            }
            "object_creation_expression" | "cast_expression" => {
                let of = self.type_within(field("type")?, depth)?;
                Term::Value(of)
            }
            "array_creation_expression" => {
                let element = self.type_within(field("type")?, depth);
                return Some(self.collection(None, element));
            }
            "array_access" => Term::Element(self.expression_within(field("array")?, depth)?),
            "parenthesized_expression" => return self.expression_within(node.named_child(0)?, depth),
            "assignment_expression" => return self.expression_within(field("left")?, depth),
            "ternary_expression" => {
                let first = self.expression_within(field("consequence")?, depth);
                return first.or_else(|| self.expression_within(field("alternative")?, depth));
            }
            _ => return None,
        };
        Some(self.terms.term(term))
    }

    /// What a bare name stands for: what a local declaration gives it, else what it means around the place.
    fn name(&mut self, node: Node<'_>) -> Option<TermId> {
        let text = self.source.text(node);
        match self.locals.get(text) {
            Some(local) => local,
            None if text.is_empty() => None,
            None => Some(self.named(text)),
        }
    }

    fn type_within(&mut self, node: Node<'_>, depth: u32) -> Option<TermId> {
        let depth = depth.checked_sub(1)?;
        match node.kind() {
            "type_identifier" | "identifier" => self.name(node),
            "scoped_type_identifier" => {
                let text = self.source.text(node);
                let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
                is_plain.then(|| self.named(text))
            }
            "generic_type" => self.generic(node, depth),
            "array_type" => {
                let element = self.source.child(node, "element").and_then(|of| self.type_within(of, depth));
                Some(self.terms.term(Term::Collection { key: None, element }))
            }
            // `? extends T`; what is only known to be above a type has no members of it.
            "wildcard" => {
                let bound = children(node);
                let is_lower = bound.iter().any(|part| part.kind() == "super");
                bound.last().filter(|_| !is_lower).and_then(|bound| self.type_within(*bound, depth))
            }
            "annotated_type" => self.type_within(*children(node).last()?, depth),
            _ => None,
        }
    }

    fn generic(&mut self, node: Node<'_>, depth: u32) -> Option<TermId> {
        let parts = children(node);
        let (of, list) = (*parts.first()?, parts.get(1)?);
        let text = self.source.text(of);
        let name = text.rsplit('.').next().unwrap_or(text);
        if !HOLDING.contains(&name) {
            return self.type_within(of, depth);
        }
        let arguments = children(*list);
        let is_map = name.ends_with("Map");
        let element = arguments.get(usize::from(is_map)).and_then(|element| self.type_within(*element, depth));
        let key = arguments.first().filter(|_| is_map).and_then(|key| self.type_within(*key, depth));
        Some(self.terms.term(Term::Collection { key, element }))
    }
}

/// The named children of a node.
pub(super) fn children(node: Node<'_>) -> SmallVec<[Node<'_>; 4]> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}
