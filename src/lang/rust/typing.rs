//! What a Rust file says about types: see [`crate::facts::typing`].
//!
//! One walk over the tree, in source order. Pointers, references and futures count as what they lead to. Arguments of macros
//! are tokens, not expressions: what is used there alone is not seen.

mod patterns;
mod terms;

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use self::terms::Reader;
use crate::facts::typing::{Declared, Selection, Term, TermId, Terms, Typing};
use crate::facts::{DefinitionId, FileFacts};
use crate::lang::extract::{Source, TypingReader, span_of};
use crate::lang::locals::Locals;

/// [`TypingReader`].
pub(super) const READER: TypingReader = TypingReader { kinds: &KINDS, read };

/// All kinds that [`Walk::enter`] knows.
const KINDS: [&str; 21] = [
    "block",
    "if_expression",
    "while_expression",
    "function_item",
    "function_signature_item",
    "impl_item",
    "trait_item",
    "struct_item",
    "type_item",
    "const_item",
    "static_item",
    "let_declaration",
    "let_condition",
    "for_expression",
    "match_expression",
    "match_arm",
    "closure_expression",
    "call_expression",
    "generic_function",
    "field_expression",
    "scoped_identifier",
];

/// Reads a file.
fn read(source: &Source<'_>, nodes: &mut dyn Iterator<Item = Node<'_>>, facts: &FileFacts) -> Typing {
    let definitions = (0..).zip(&facts.definitions).map(|(id, definition)| (definition.name_span.start, id)).collect();
    let reader = Reader { source, terms: Terms::default(), locals: Locals::default() };
    let mut walk = Walk { reader, definitions, matches: Vec::new(), called: None };
    nodes.for_each(|node| walk.enter(node));
    walk.reader.terms.finish()
}

struct Walk<'s, 'a> {
    reader: Reader<'s, 'a>,
    /// By the first byte of their names.
    definitions: FxHashMap<u32, DefinitionId>,
    /// One past the last byte of each open `match`, and its value.
    matches: Vec<(u32, Option<TermId>)>,
    /// What the call that was met last calls.
    called: Option<usize>,
}

impl Walk<'_, '_> {
    fn enter(&mut self, node: Node<'_>) {
        let (start, end) = (node.start_byte() as u32, node.end_byte() as u32);
        self.reader.locals.advance(start);
        let source = self.reader.source;
        let field = |name| source.child(node, name);
        match node.kind() {
            "block" | "if_expression" | "while_expression" => self.reader.locals.enter(end),
            "function_item" | "function_signature_item" => self.function(node, end),
            "impl_item" | "trait_item" => self.holder(node, end),
            "struct_item" => {
                self.generics(node, end);
                let term = field("body").map(|body| self.reader.structure(body));
                self.declare(field("name"), term, false);
            }
            "type_item" => {
                self.generics(node, end);
                let term = field("type").and_then(|of| self.reader.type_of(of));
                self.declare(field("name"), term, true);
            }
            "const_item" | "static_item" => {
                let term = field("type").and_then(|of| self.reader.value_of(of));
                self.declare(field("name"), term, false);
            }
            "let_declaration" | "let_condition" => {
                let value = match field("type") {
                    Some(of) => self.reader.value_of(of),
                    None => field("value").and_then(|value| self.reader.expression(value)),
                };
                if let Some(pattern) = field("pattern") {
                    self.reader.pattern(pattern, value, end);
                }
            }
            "for_expression" => {
                self.reader.locals.enter(end);
                if let (Some(pattern), Some(over)) = (field("pattern"), field("value")) {
                    let value = self.reader.expression(over).map(|over| self.reader.terms.term(Term::Element(over)));
                    self.reader.pattern(pattern, value, over.end_byte() as u32);
                }
            }
            "match_expression" => {
                let value = field("value").and_then(|value| self.reader.expression(value));
                self.matches.push((end, value));
            }
            "match_arm" => {
                while self.matches.last().is_some_and(|(end, _)| *end <= start) {
                    self.matches.pop();
                }
                self.reader.locals.enter(end);
                let value = self.matches.last().and_then(|(_, value)| *value);
                if let Some(pattern) = field("pattern").and_then(|pattern| pattern.named_child(0)) {
                    self.reader.pattern(pattern, value, pattern.end_byte() as u32);
                }
            }
            "closure_expression" => {
                self.reader.locals.enter(end);
                self.parameters(node);
            }
            "call_expression" => self.called = field("function").map(|function| function.id()),
            "generic_function" if self.called == Some(node.id()) => {
                self.called = field("function").map(|function| function.id());
            }
            "field_expression" => {
                let on = field("value").and_then(|value| self.reader.expression(value));
                self.selection(node, on, field("field"));
            }
            "scoped_identifier" => {
                let path = field("path").filter(|path| self.reader.names_type(*path));
                let on = path.and_then(|path| self.reader.type_of(path));
                self.selection(node, on, field("name"));
            }
            _ => {}
        }
    }

    fn declare(&mut self, name: Option<Node<'_>>, term: Option<TermId>, alias: bool) {
        let definition = name.and_then(|name| self.definitions.get(&(name.start_byte() as u32)));
        if let Some(definition) = definition.copied() {
            let declared = Declared { definition, term, receiver: None, alias };
            self.reader.terms.typing.declared.push(declared);
        }
    }

    /// Opens a scope with an item's type parameters: each has the members of its bound.
    fn generics(&mut self, node: Node<'_>, end: u32) {
        self.reader.locals.enter(end);
        let Some(list) = self.reader.source.child(node, "type_parameters") else { return };
        let mut cursor = list.walk();
        for parameter in list.named_children(&mut cursor) {
            let Some(name) = self.reader.source.child(parameter, "name") else { continue };
            let bound = self.reader.source.child(parameter, "bounds").and_then(|bounds| self.reader.bounds(bounds));
            let name = self.reader.source.text(name);
            self.reader.locals.bind(name, bound);
        }
    }

    fn function(&mut self, node: Node<'_>, end: u32) {
        self.generics(node, end);
        let term = self.reader.function(node);
        self.declare(self.reader.source.child(node, "name"), Some(term), false);
        self.parameters(node);
    }

    fn parameters(&mut self, node: Node<'_>) {
        let Some(list) = self.reader.source.child(node, "parameters") else { return };
        let mut cursor = list.walk();
        for parameter in list.named_children(&mut cursor) {
            let from = list.end_byte() as u32;
            match parameter.kind() {
                "self_parameter" => {
                    let value = self.reader.locals.get("Self").flatten();
                    let value = self.reader.value(value);
                    self.reader.locals.bind("self", value);
                }
                "parameter" => {
                    let value = self.reader.source.child(parameter, "type").and_then(|of| self.reader.value_of(of));
                    if let Some(pattern) = self.reader.source.child(parameter, "pattern") {
                        self.reader.pattern(pattern, value, from);
                    }
                }
                _ => self.reader.pattern(parameter, None, from),
            }
        }
    }

    /// `impl` and `trait`: what `Self` is inside.
    fn holder(&mut self, node: Node<'_>, end: u32) {
        self.generics(node, end);
        let name = self.reader.source.child(node, "type").or_else(|| self.reader.source.child(node, "name"));
        let term = name.and_then(|name| self.reader.type_of(name));
        self.reader.locals.bind("Self", term);
        if node.kind() == "impl_item" {
            self.declare(name, term, false);
        }
    }

    fn selection(&mut self, node: Node<'_>, on: Option<TermId>, name: Option<Node<'_>>) {
        let (Some(on), Some(member)) = (on, name) else { return };
        let text = self.reader.source.text(member);
        if !text.is_empty() {
            let name = self.reader.terms.name(text);
            let call = self.called == Some(node.id());
            self.reader.terms.typing.selections.push(Selection { on, name, call, span: span_of(member) });
        }
    }
}
