//! Expressions and types as terms.

use smallvec::SmallVec;
use tree_sitter::Node;

use crate::facts::typing::{Structure, Term, TermId, Terms};
use crate::lang::extract::Source;
use crate::lang::locals::Locals;

/// How deep an expression or a type is followed. What nests deeper is not known: code that people write has a few levels,
/// and each level of a chain is asked for anew.
const DEPTH: u32 = 24;

/// Reads nodes as terms.
pub(super) struct Reader<'s, 'a> {
    pub(super) source: &'s Source<'a>,
    pub(super) terms: Terms<'a>,
    pub(super) locals: Locals<'a>,
}

impl<'a> Reader<'_, 'a> {
    /// What an expression is.
    pub(super) fn expression(&mut self, node: Node<'_>) -> Option<TermId> {
        self.expression_within(node, DEPTH)
    }

    /// What a node stands for that names or writes a type.
    pub(super) fn type_of(&mut self, node: Node<'_>) -> Option<TermId> {
        self.type_within(node, DEPTH)
    }

    /// A value of the type that a node stands for.
    pub(super) fn value_of(&mut self, node: Node<'_>) -> Option<TermId> {
        self.value_within(node, DEPTH)
    }

    fn expression_within(&mut self, node: Node<'_>, depth: u32) -> Option<TermId> {
        let depth = depth.checked_sub(1)?;
        let term = match node.kind() {
            "identifier" => return self.name(node),
            "selector_expression" => {
                let on = self.expression_within(self.source.child(node, "operand")?, depth)?;
                Term::Member(on, self.field(node, "field")?)
            }
            "call_expression" => return self.call(node, depth),
            "index_expression" => Term::Element(self.expression_within(self.source.child(node, "operand")?, depth)?),
            "slice_expression" => return self.expression_within(self.source.child(node, "operand")?, depth),
            "parenthesized_expression" => return self.expression_within(node.named_child(0)?, depth),
            "unary_expression" => {
                let operand = self.expression_within(self.source.child(node, "operand")?, depth)?;
                match self.source.child(node, "operator")?.kind() {
                    "<-" => Term::Element(operand),
                    // Members of what a pointer points to are reached as if they were its own.
                    "&" | "*" => return Some(operand),
                    _ => return None,
                }
            }
            "composite_literal" | "type_assertion_expression" | "type_conversion_expression" => {
                return self.value_within(self.source.child(node, "type")?, depth);
            }
            "func_literal" => {
                let function = self.function(node, depth);
                Term::Value(function)
            }
            _ => return None,
        };
        Some(self.terms.term(term))
    }

    fn call(&mut self, node: Node<'_>, depth: u32) -> Option<TermId> {
        let function = self.source.child(node, "function")?;
        if function.kind() == "identifier" {
            let name = self.source.text(function);
            let first = self.source.child(node, "arguments").and_then(|arguments| arguments.named_child(0));
            match name {
                "new" | "make" if !self.locals.binds(name) => return self.value_within(first?, depth),
                "append" if !self.locals.binds(name) => return self.expression_within(first?, depth),
                _ => {}
            }
        }
        let called = match function.kind() {
            // `[]T(x)` and the like.
            "slice_type" | "array_type" | "map_type" | "channel_type" | "function_type" => {
                return self.value_within(function, depth);
            }
            _ => self.expression_within(function, depth)?,
        };
        Some(self.terms.term(Term::Result(called, 0)))
    }

    /// What a bare name stands for: what a local declaration gives it, else what the package does.
    fn name(&mut self, node: Node<'_>) -> Option<TermId> {
        let text = self.source.text(node);
        match self.locals.get(text) {
            Some(local) => local,
            None if matches!(text, "" | "_") => None,
            None => {
                let name = self.terms.name(text);
                Some(self.terms.term(Term::Name(name)))
            }
        }
    }

    fn field(&mut self, node: Node<'_>, field: &str) -> Option<crate::facts::NameId> {
        let text = self.source.field(node, field).filter(|text| !text.is_empty())?;
        Some(self.terms.name(text))
    }

    fn value_within(&mut self, node: Node<'_>, depth: u32) -> Option<TermId> {
        let of = self.type_within(node, depth)?;
        Some(self.terms.term(Term::Value(of)))
    }

    fn type_within(&mut self, node: Node<'_>, depth: u32) -> Option<TermId> {
        let depth = depth.checked_sub(1)?;
        let source = self.source;
        let field = |name| source.child(node, name);
        let term = match node.kind() {
            "type_identifier" | "identifier" => return self.name(node),
            "qualified_type" => {
                let package = self.name(field("package")?)?;
                Term::Member(package, self.field(node, "name")?)
            }
            "generic_type" => return self.type_within(field("type")?, depth),
            "pointer_type" | "parenthesized_type" | "type_elem" => {
                return self.type_within(node.named_child(0)?, depth);
            }
            "slice_type" | "array_type" | "implicit_length_array_type" => {
                Term::Collection { key: None, element: self.type_within(field("element")?, depth) }
            }
            "map_type" => {
                let key = self.type_within(field("key")?, depth);
                Term::Collection { key, element: self.type_within(field("value")?, depth) }
            }
            // A loop over a channel gives its elements first.
            "channel_type" => {
                let element = self.type_within(field("value")?, depth);
                Term::Collection { key: element, element }
            }
            "function_type" => return Some(self.function(node, depth)),
            "struct_type" => return Some(self.structure(node.named_child(0)?, depth)),
            "interface_type" => return Some(self.structure(node, depth)),
            _ => return None,
        };
        Some(self.terms.term(term))
    }

    /// The type of a function, method or function type.
    pub(super) fn function_type(&mut self, node: Node<'_>) -> TermId {
        self.function(node, DEPTH)
    }

    fn function(&mut self, node: Node<'_>, depth: u32) -> TermId {
        let mut results: SmallVec<[Option<TermId>; 4]> = SmallVec::new();
        if let Some(result) = self.source.child(node, "result") {
            if result.kind() == "parameter_list" {
                let mut cursor = result.walk();
                for parameter in result.named_children(&mut cursor) {
                    let Some(of) = self.source.child(parameter, "type") else { continue };
                    let of = self.type_within(of, depth);
                    let names = parameter.children_by_field_name("name", &mut parameter.walk()).count();
                    results.extend(std::iter::repeat_n(of, names.max(1)));
                }
            } else {
                results.push(self.type_within(result, depth));
            }
        }
        self.terms.function(&results)
    }

    /// The members of a structure's list of fields, or of an interface.
    fn structure(&mut self, list: Node<'_>, depth: u32) -> TermId {
        let mut structure = Structure::default();
        let mut cursor = list.walk();
        for member in list.named_children(&mut cursor) {
            let of = self.source.child(member, "type");
            match member.kind() {
                "field_declaration" => {
                    let declared = of.and_then(|of| self.type_within(of, depth));
                    let mut names = member.walk();
                    let mut names = member.children_by_field_name("name", &mut names).peekable();
                    if names.peek().is_none() {
                        // An embedded type is also a field that is called like it.
                        let name = of.map(|of| self.source.text(of)).unwrap_or_default();
                        let name = name.split('[').next().unwrap_or(name).rsplit('.').next().unwrap_or(name);
                        let value = declared.map(|of| self.terms.term(Term::Value(of)));
                        structure.members.push((name.trim().into(), value));
                        structure.embedded.push(declared);
                        continue;
                    }
                    let value = declared.map(|of| self.terms.term(Term::Value(of)));
                    structure.members.extend(names.map(|name| (self.source.text(name).into(), value)));
                }
                "method_elem" => {
                    let function = self.function(member, depth);
                    let value = self.terms.term(Term::Value(function));
                    let name = self.source.field(member, "name").unwrap_or_default();
                    structure.members.push((name.into(), Some(value)));
                }
                // A union of types has no members.
                "type_elem" if member.named_child_count() == 1 => {
                    let embedded = self.type_within(member, depth);
                    structure.embedded.push(embedded);
                }
                _ => {}
            }
        }
        self.terms.structure(structure)
    }
}
