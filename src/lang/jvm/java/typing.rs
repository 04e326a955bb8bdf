//! What a Java file says about types: see [`crate::facts::typing`].
//!
//! One walk over the tree, in source order. Local variables and type parameters are bound as they come; fields are not: a
//! bare name may be one of a supertype's. A method's name keeps its parenthesis, which tells it from a field's. A bare
//! call is one on the name `""`: what is around it.

mod terms;

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use self::terms::{Reader, THIS, children};
use crate::facts::typing::{Declared, Selection, Term, TermId, Terms, Typing};
use crate::facts::{DefinitionId, FileFacts, Span};
use crate::lang::extract::{Source, TypingReader, span_of};
use crate::lang::locals::Locals;

/// [`TypingReader`].
pub(super) const READER: TypingReader = TypingReader { kinds: &KINDS, read };

/// All kinds that [`Walk::enter`] knows.
const KINDS: [&str; 27] = [
    "class_declaration",
    "interface_declaration",
    "enum_declaration",
    "record_declaration",
    "method_declaration",
    "constructor_declaration",
    "block",
    "constructor_body",
    "switch_block",
    "for_statement",
    "try_with_resources_statement",
    "catch_clause",
    "switch_block_statement_group",
    "switch_rule",
    "lambda_expression",
    "object_creation_expression",
    "field_declaration",
    "constant_declaration",
    "local_variable_declaration",
    "enhanced_for_statement",
    "resource",
    "catch_formal_parameter",
    "instanceof_expression",
    "type_pattern",
    "method_invocation",
    "field_access",
    "method_reference",
];

/// Reads a file.
fn read(source: &Source<'_>, nodes: &mut dyn Iterator<Item = Node<'_>>, facts: &FileFacts) -> Typing {
    let definitions = (0..).zip(&facts.definitions).map(|(id, definition)| (definition.name_span.start, id)).collect();
    let reader = Reader { source, terms: Terms::default(), locals: Locals::default(), position: 0 };
    let mut walk = Walk { reader, definitions };
    nodes.for_each(|node| walk.enter(node));
    walk.reader.terms.finish()
}

struct Walk<'s, 'a> {
    reader: Reader<'s, 'a>,
    /// By the first byte of their names.
    definitions: FxHashMap<u32, DefinitionId>,
}

impl<'a> Walk<'_, 'a> {
    fn enter(&mut self, node: Node<'_>) {
        let (start, end) = (node.start_byte() as u32, node.end_byte() as u32);
        self.reader.locals.advance(start);
        self.reader.position = start;
        let source = self.reader.source;
        let field = |name| source.child(node, name);
        match node.kind() {
            "class_declaration" | "interface_declaration" | "enum_declaration" | "record_declaration" => {
                self.generics(node, end);
                // Inside a class of its own `this` is no longer the anonymous one around it.
                let this = self.reader.named(THIS);
                self.reader.locals.bind(THIS, Some(this));
                self.parameters(node, end);
            }
            "method_declaration" => {
                self.generics(node, end);
                let term = self.reader.function(node);
                self.declare(field("name"), Some(term));
                self.parameters(node, end);
            }
            "constructor_declaration" => {
                self.generics(node, end);
                self.parameters(node, end);
            }
            "block"
            | "constructor_body"
            | "switch_block"
            | "for_statement"
            | "try_with_resources_statement"
            | "catch_clause"
            | "switch_block_statement_group"
            | "switch_rule" => self.reader.locals.enter(end),
            "lambda_expression" => {
                self.reader.locals.enter(end);
                self.lambda(node, end);
            }
            "object_creation_expression" => self.anonymous(node, end),
            "field_declaration" | "constant_declaration" => self.variables(node, |walk, name, value, _| {
                walk.declare(Some(name), value);
            }),
            "local_variable_declaration" => self.variables(node, |walk, name, value, from| {
                let name = walk.reader.source.text(name);
                walk.reader.locals.bind_from(from, name, value);
            }),
            "enhanced_for_statement" => {
                self.reader.locals.enter(end);
                let over = field("value");
                let element = over.and_then(|over| self.reader.expression(over));
                let element = element.map(|over| self.reader.terms.term(Term::Element(over)));
                let from = over.map_or(end, |over| over.end_byte() as u32);
                self.bind(field("name"), field("type"), element, from);
            }
            "resource" => {
                let value = field("value").and_then(|value| self.reader.expression(value));
                self.bind(field("name"), field("type"), value, end);
            }
            "catch_formal_parameter" => {
                let of = children(node).into_iter().find(|child| child.kind() == "catch_type");
                // Of several types a member is one of what they have in common.
                let of = of.filter(|of| of.named_child_count() == 1).and_then(|of| of.named_child(0));
                self.bind(field("name"), of, None, start);
            }
            "instanceof_expression" => self.bind(field("name"), field("right"), None, start),
            "type_pattern" => self.bind(node.named_child(1), node.named_child(0), None, start),
            "method_invocation" => {
                let on = match field("object") {
                    Some(object) => self.reader.expression(object),
                    None => Some(self.reader.named("")),
                };
                self.selection(on, field("name"), true);
            }
            "field_access" => {
                let on = field("object").and_then(|object| self.reader.expression(object));
                self.selection(on, field("field").filter(|name| name.kind() == "identifier"), false);
            }
            "method_reference" => self.method_reference(node),
            _ => {}
        }
    }

    fn declare(&mut self, name: Option<Node<'_>>, term: Option<TermId>) {
        let definition = name.and_then(|name| self.definitions.get(&(name.start_byte() as u32)));
        if let Some(definition) = definition.copied() {
            self.reader.terms.typing.declared.push(Declared { definition, term, receiver: None, alias: false });
        }
    }

    /// Opens a scope with a declaration's type parameters: each has the members of its bound.
    fn generics(&mut self, node: Node<'_>, end: u32) {
        self.reader.locals.enter(end);
        let Some(list) = self.reader.source.child(node, "type_parameters") else { return };
        for parameter in children(list) {
            let parts = children(parameter);
            let Some(name) = parts.iter().find(|part| matches!(part.kind(), "type_identifier" | "identifier")) else {
                continue;
            };
            let bound = parts.iter().find(|part| part.kind() == "type_bound");
            let bound = bound.filter(|bound| bound.named_child_count() == 1).and_then(|bound| bound.named_child(0));
            let bound = bound.and_then(|bound| self.reader.type_of(bound));
            let name = self.reader.source.text(*name);
            self.reader.locals.bind(name, bound);
        }
    }

    fn parameters(&mut self, node: Node<'_>, end: u32) {
        let Some(list) = self.reader.source.child(node, "parameters") else { return };
        for parameter in children(list) {
            let start = parameter.start_byte() as u32;
            match parameter.kind() {
                "formal_parameter" => {
                    let source = self.reader.source;
                    let field = |name| source.child(parameter, name);
                    self.bind(field("name"), field("type"), None, start);
                }
                "spread_parameter" => {
                    let parts = children(parameter);
                    let is_name = |part: &Node<'_>| part.kind() == "variable_declarator";
                    let name =
                        parts.iter().find(|part| is_name(part)).and_then(|it| self.reader.source.child(*it, "name"));
                    let of = parts.iter().find(|part| !is_name(part) && part.kind() != "modifiers");
                    let element = of.and_then(|of| self.reader.type_of(*of));
                    let value = self.reader.collection(None, element);
                    self.bind_value(name, Some(value), start);
                }
                "identifier" => self.bind_value(Some(parameter), None, end.min(start)),
                _ => {}
            }
        }
    }

    fn lambda(&mut self, node: Node<'_>, end: u32) {
        match self.reader.source.child(node, "parameters") {
            Some(name) if name.kind() == "identifier" => self.bind_value(Some(name), None, name.start_byte() as u32),
            Some(_) => self.parameters(node, end),
            None => {}
        }
    }

    /// The body of an anonymous class: `this` is of the type that is named.
    fn anonymous(&mut self, node: Node<'_>, end: u32) {
        if children(node).iter().any(|child| child.kind() == "class_body") {
            let this = self.reader.source.child(node, "type").and_then(|of| self.reader.value_of(of));
            // The arguments are outside of it, where `this` is seldom passed on to be asked for members.
            self.reader.locals.enter(end);
            self.reader.locals.bind(THIS, this);
        }
    }

    /// Handles each name of a declaration with the value that it gets.
    fn variables(&mut self, node: Node<'_>, each: impl Fn(&mut Self, Node<'_>, Option<TermId>, u32)) {
        let of = self.reader.source.child(node, "type");
        let is_inferred = of.is_some_and(|of| self.reader.source.text(of) == "var");
        let declared = of.filter(|_| !is_inferred).and_then(|of| self.reader.type_of(of));
        let mut cursor = node.walk();
        for declarator in node.children_by_field_name("declarator", &mut cursor) {
            let source = self.reader.source;
            let field = |name| source.child(declarator, name);
            let value = match field("dimensions") {
                _ if is_inferred => field("value").and_then(|value| self.reader.expression(value)),
                Some(_) => Some(self.reader.collection(None, declared)),
                None => self.reader.value(declared),
            };
            if let Some(name) = field("name") {
                each(self, name, value, declarator.end_byte() as u32);
            }
        }
    }

    /// Binds a name to a value of a type; where that is `var`, or none is written, to what it is given.
    fn bind(&mut self, name: Option<Node<'_>>, of: Option<Node<'_>>, inferred: Option<TermId>, from: u32) {
        let value = match of {
            Some(of) if self.reader.source.text(of) != "var" => self.reader.value_of(of),
            _ => inferred,
        };
        self.bind_value(name, value, from);
    }

    fn bind_value(&mut self, name: Option<Node<'_>>, value: Option<TermId>, from: u32) {
        let Some(name) = name.map(|name| self.reader.source.text(name)) else { return };
        if from <= self.reader.position {
            self.reader.locals.bind(name, value);
        } else {
            self.reader.locals.bind_from(from, name, value);
        }
    }

    fn selection(&mut self, on: Option<TermId>, name: Option<Node<'_>>, call: bool) {
        let (Some(on), Some(node)) = (on, name) else { return };
        let text = if call { self.reader.method_name(node) } else { self.reader.source.text(node) };
        self.select(on, text, call, span_of(node));
    }

    fn select(&mut self, on: TermId, text: &'a str, call: bool, span: Span) {
        if !text.is_empty() {
            let name = self.reader.terms.name(text);
            self.reader.terms.typing.selections.push(Selection { on, name, call, span });
        }
    }

    /// `value::method` and `Type::method`.
    fn method_reference(&mut self, node: Node<'_>) {
        let parts = children(node);
        let [on, name] = parts.as_slice() else { return };
        if name.kind() == "identifier"
            && let Some(on) = self.reader.expression(*on).or_else(|| self.reader.type_of(*on))
        {
            // No parenthesis follows the name, so the file's text has none to take along.
            let text = self.reader.source.text(*name);
            self.select(on, text, true, span_of(*name));
        }
    }
}
