//! Expressions and types as terms.

use tree_sitter::Node;

use crate::facts::NameId;
use crate::facts::typing::{Structure, Term, TermId, Terms};
use crate::lang::extract::Source;
use crate::lang::locals::Locals;

/// How deep an expression or a type is followed: each level of a chain is asked for anew.
const DEPTH: u32 = 24;

/// Types through which the members of what they hold are reached.
const TRANSPARENT: [&str; 5] = ["Box", "Rc", "Arc", "Pin", "Cow"];

/// Types that hold values which their methods give out.
const HOLDING: [&str; 16] = [
    "Vec", "VecDeque", "Option", "Result", "HashSet", "BTreeSet", "HashMap", "BTreeMap", "Mutex", "RwLock", "RefCell",
    "Cell", "OnceCell", "OnceLock", "LazyLock", "Weak",
];

/// Reads nodes as terms.
pub(super) struct Reader<'s, 'a> {
    pub(super) source: &'s Source<'a>,
    pub(super) terms: Terms<'a>,
    pub(super) locals: Locals<'a>,
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

    fn expression_within(&mut self, node: Node<'_>, depth: u32) -> Option<TermId> {
        let depth = depth.checked_sub(1)?;
        let source = self.source;
        let field = |name| source.child(node, name);
        let term = match node.kind() {
            "identifier" | "self" => return self.name(node),
            "scoped_identifier" => {
                let path = field("path");
                match path.filter(|path| self.names_type(*path)) {
                    Some(path) => Term::Member(self.type_within(path, depth)?, self.field(node, "name")?),
                    None => return self.name(node),
                }
            }
            "field_expression" => {
                Term::Member(self.expression_within(field("value")?, depth)?, self.field(node, "field")?)
            }
            "call_expression" => Term::Result(self.expression_within(field("function")?, depth)?, 0),
            "generic_function" => return self.expression_within(field("function")?, depth),
            "index_expression" | "try_expression" => {
                Term::Element(self.expression_within(node.named_child(0)?, depth)?)
            }
            "await_expression" | "parenthesized_expression" => {
                return self.expression_within(node.named_child(0)?, depth);
            }
            "reference_expression" => return self.expression_within(field("value")?, depth),
            "unary_expression" if node.child(0)?.kind() == "*" => {
                return self.expression_within(node.named_child(0)?, depth);
            }
            "struct_expression" => Term::Value(self.type_within(field("name")?, depth)?),
            "type_cast_expression" => Term::Value(self.type_within(field("type")?, depth)?),
            _ => return None,
        };
        Some(self.terms.term(term))
    }

    /// Whether a path's own last segment is a type by its case.
    pub(super) fn names_type(&self, path: Node<'_>) -> bool {
        let text = self.source.text(path);
        let text = text.split('<').next().unwrap_or(text).trim_end_matches(':');
        text.rsplit("::").next().is_some_and(|last| last.starts_with(char::is_uppercase))
    }

    /// What a name or path stands for: a local declaration's term, else what it means in the module.
    fn name(&mut self, node: Node<'_>) -> Option<TermId> {
        let text = self.source.text(node);
        if let Some(local) = self.locals.get(text) {
            return local;
        }
        let is_path = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'#'));
        if text.is_empty() || !is_path || matches!(text, "self" | "Self") || text.starts_with("Self::") {
            return None;
        }
        let name = self.terms.name(text);
        Some(self.terms.term(Term::Name(name)))
    }

    pub(super) fn field(&mut self, node: Node<'_>, field: &str) -> Option<NameId> {
        let text = self.source.field(node, field).filter(|text| !text.is_empty())?;
        Some(self.terms.name(text))
    }

    fn type_within(&mut self, node: Node<'_>, depth: u32) -> Option<TermId> {
        let depth = depth.checked_sub(1)?;
        let source = self.source;
        let field = |name| source.child(node, name);
        match node.kind() {
            "type_identifier" | "identifier" | "scoped_type_identifier" | "scoped_identifier" => self.name(node),
            "generic_type" | "generic_type_with_turbofish" => self.generic(node, depth),
            "reference_type" | "pointer_type" => self.type_within(field("type")?, depth),
            "array_type" => {
                let element = self.type_within(field("element")?, depth);
                Some(self.terms.term(Term::Collection { key: None, element }))
            }
            "dynamic_type" | "abstract_type" => self.type_within(field("trait")?, depth),
            "bounded_type" => self.bound(node, depth),
            _ => None,
        }
    }

    fn generic(&mut self, node: Node<'_>, depth: u32) -> Option<TermId> {
        let of = self.source.child(node, "type")?;
        let text = self.source.text(of);
        let name = text.rsplit("::").next().unwrap_or(text);
        let (transparent, holding) = (TRANSPARENT.contains(&name), HOLDING.contains(&name));
        if !transparent && !holding {
            return self.type_within(of, depth);
        }
        let mut arguments = Vec::new();
        if let Some(list) = self.source.child(node, "type_arguments") {
            let mut cursor = list.walk();
            let types = list.named_children(&mut cursor).filter(|argument| argument.kind() != "lifetime");
            arguments.extend(types.take(2));
        }
        let is_map = name.ends_with("Map");
        let element = arguments.get(usize::from(is_map)).and_then(|element| self.type_within(*element, depth));
        if transparent {
            return element;
        }
        let key = arguments.first().filter(|_| is_map).and_then(|key| self.type_within(*key, depth));
        Some(self.terms.term(Term::Collection { key, element }))
    }

    /// The one trait among bounds; several would leave open which of them has a member.
    pub(super) fn bounds(&mut self, node: Node<'_>) -> Option<TermId> {
        self.bound(node, DEPTH)
    }

    fn bound(&mut self, node: Node<'_>, depth: u32) -> Option<TermId> {
        let mut cursor = node.walk();
        let mut traits = node.named_children(&mut cursor).filter(|bound| {
            let name = self.source.text(*bound);
            bound.kind() != "lifetime" && !matches!(name, "Send" | "Sync" | "Copy" | "Unpin" | "Sized" | "?Sized")
        });
        match (traits.next(), traits.next()) {
            (Some(only), None) => self.type_within(only, depth),
            _ => None,
        }
    }

    /// The type of a function.
    pub(super) fn function(&mut self, node: Node<'_>) -> TermId {
        let result = self.source.child(node, "return_type").map(|of| self.type_of(of));
        self.terms.function(result.as_slice())
    }

    /// The fields of a structure, by their names or numbers.
    pub(super) fn structure(&mut self, body: Node<'_>) -> TermId {
        let mut structure = Structure::default();
        let mut cursor = body.walk();
        for (index, of) in body.children_by_field_name("type", &mut cursor).enumerate() {
            let value = self.value_of(of);
            structure.members.push((index.to_string().into(), value));
        }
        let mut cursor = body.walk();
        for field in body.named_children(&mut cursor).filter(|field| field.kind() == "field_declaration") {
            let name = self.source.field(field, "name").unwrap_or_default();
            let value = self.source.child(field, "type").and_then(|of| self.value_of(of));
            structure.members.push((name.into(), value));
        }
        self.terms.structure(structure)
    }
}
