//! What a Go file says about types: see [`crate::facts::typing`].
//!
//! One walk over the tree, in source order. Local names are bound to terms as they come, so that what is kept speaks of the
//! names of the package alone.

mod terms;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::{SmallVec, smallvec};
use tree_sitter::Node;

use self::terms::Reader;
use crate::facts::typing::{Declared, Selection, Term, TermId, Terms, Typing};
use crate::facts::{DefinitionId, FileFacts, Import};
use crate::lang::extract::{Source, TypingReader, span_of};
use crate::lang::locals::Locals;

/// [`TypingReader`].
pub(super) const READER: TypingReader = TypingReader { kinds: &KINDS, read };

/// All kinds that [`Walk::enter`] knows.
const KINDS: [&str; 22] = [
    "function_declaration",
    "method_declaration",
    "func_literal",
    "block",
    "if_statement",
    "for_statement",
    "expression_case",
    "communication_case",
    "expression_switch_statement",
    "select_statement",
    "type_switch_statement",
    "type_case",
    "default_case",
    "short_var_declaration",
    "receive_statement",
    "range_clause",
    "var_spec",
    "const_spec",
    "type_spec",
    "type_alias",
    "call_expression",
    "selector_expression",
];

/// Reads a file.
fn read(source: &Source<'_>, nodes: &mut dyn Iterator<Item = Node<'_>>, facts: &FileFacts) -> Typing {
    let definitions = (0..).zip(&facts.definitions).map(|(id, definition)| (definition.name_span.start, id)).collect();
    let reader = Reader { source, terms: Terms::default(), locals: Locals::default() };
    let imported = facts.imports.iter().map(local_name).collect();
    let mut walk = Walk { reader, definitions, switches: Vec::new(), imported, called: None };
    nodes.for_each(|node| walk.enter(node));
    walk.reader.terms.finish()
}

/// A switch of any kind whose end is not reached yet.
struct Switch<'a> {
    end: u32,
    /// `x` of `switch x := value.(type)`, else empty.
    name: &'a str,
    value: Option<TermId>,
}

struct Walk<'s, 'a> {
    reader: Reader<'s, 'a>,
    /// By the first byte of their names.
    definitions: FxHashMap<u32, DefinitionId>,
    switches: Vec<Switch<'a>>,
    /// The names that imports bind if the packages are called like their paths end: mentions of these are not of members.
    imported: FxHashSet<&'s str>,
    /// What the call that was met last calls.
    called: Option<usize>,
}

impl<'a> Walk<'_, 'a> {
    fn enter(&mut self, node: Node<'_>) {
        let (start, end) = (node.start_byte() as u32, node.end_byte() as u32);
        self.reader.locals.advance(start);
        match node.kind() {
            "function_declaration" | "method_declaration" | "func_literal" => self.function(node, end),
            "block" | "if_statement" | "for_statement" | "expression_case" | "communication_case" => {
                self.reader.locals.enter(end)
            }
            "expression_switch_statement" | "select_statement" => {
                self.reader.locals.enter(end);
                self.switches.push(Switch { end, name: "", value: None });
            }
            "type_switch_statement" => self.type_switch(node, end),
            "type_case" | "default_case" => self.case(node, start, end),
            "short_var_declaration" => self.assignment(node, end),
            "receive_statement" => self.assignment(node, end),
            "range_clause" => self.range(node, end),
            "var_spec" | "const_spec" => self.variables(node, end),
            "type_spec" | "type_alias" => self.declared_type(node, end),
            // What is called is met next.
            "call_expression" => self.called = self.reader.source.child(node, "function").map(|function| function.id()),
            "selector_expression" => self.selection(node),
            _ => {}
        }
    }

    fn text(&self, node: Node<'_>) -> &'a str {
        self.reader.source.text(node)
    }

    fn declare(&mut self, name: Node<'_>, term: Option<TermId>, receiver: Option<&'a str>, alias: bool) {
        let Some(definition) = self.definitions.get(&(name.start_byte() as u32)).copied() else { return };
        let receiver = receiver.map(|receiver| self.reader.terms.name(receiver));
        self.reader.terms.typing.declared.push(Declared { definition, term, receiver, alias });
    }

    /// A function of any kind: its type is read outside of the scope of its parameters, these inside of it.
    fn function(&mut self, node: Node<'_>, end: u32) {
        let name = self.reader.source.child(node, "name");
        let receiver = self.reader.source.child(node, "receiver").and_then(|list| list.named_child(0));
        let receiver_type = receiver.and_then(|parameter| self.reader.source.child(parameter, "type"));
        self.reader.locals.enter(end);
        if let Some(list) = self.reader.source.child(node, "type_parameters") {
            self.type_parameters(list);
        }
        let base = receiver_type.map(base_of_receiver);
        for argument in
            base.and_then(|base| self.reader.source.child(base, "type_arguments")).into_iter().flat_map(children)
        {
            let argument = self.text(argument).trim();
            self.reader.locals.bind(argument, None);
        }
        if let Some(name) = name {
            let term = self.reader.function_type(node);
            let receiver = base.map(|base| self.text(self.reader.source.child(base, "type").unwrap_or(base)));
            self.declare(name, Some(term), receiver, false);
        }
        // Values and types share one name space, so all types are read before the first parameter is bound.
        let mut parameters = Vec::new();
        for list in ["receiver", "parameters", "result"] {
            let Some(list) = self.reader.source.child(node, list).filter(|list| list.kind() == "parameter_list") else {
                continue;
            };
            for parameter in children(list) {
                let mut term = self.reader.source.child(parameter, "type").and_then(|of| self.reader.type_of(of));
                if parameter.kind() == "variadic_parameter_declaration" {
                    term = Some(self.reader.terms.term(Term::Collection { key: None, element: term }));
                }
                let value = term.map(|of| self.reader.terms.term(Term::Value(of)));
                let mut cursor = parameter.walk();
                let names = parameter.children_by_field_name("name", &mut cursor);
                parameters.extend(names.map(|name| (self.text(name), value)));
            }
        }
        for (name, value) in parameters {
            self.reader.locals.bind(name, value);
        }
    }

    fn type_parameters(&mut self, list: Node<'_>) {
        for parameter in children(list) {
            let mut cursor = parameter.walk();
            for name in parameter.children_by_field_name("name", &mut cursor) {
                let name = self.text(name);
                self.reader.locals.bind(name, None);
            }
        }
    }

    fn type_switch(&mut self, node: Node<'_>, end: u32) {
        self.reader.locals.enter(end);
        let name = self.reader.source.child(node, "alias").map(|alias| self.text(alias)).unwrap_or_default();
        let value = self.reader.source.child(node, "value").and_then(|value| self.reader.expression(value));
        self.switches.push(Switch { end, name, value });
    }

    /// In a case with one type the name of a type switch has that type, else it has its value's.
    fn case(&mut self, node: Node<'_>, start: u32, end: u32) {
        self.reader.locals.enter(end);
        while self.switches.last().is_some_and(|switch| switch.end <= start) {
            self.switches.pop();
        }
        let Some(Switch { name, value, .. }) = self.switches.last() else { return };
        let (name, value) = (*name, *value);
        if name.is_empty() {
            return;
        }
        let mut cursor = node.walk();
        let mut types = node.children_by_field_name("type", &mut cursor).filter(Node::is_named);
        let term = match (types.next(), types.next()) {
            (Some(only), None) => self.reader.value_of(only),
            _ => value,
        };
        self.reader.locals.bind(name, term);
    }

    /// `a, b := x, y` and `a, b := f()`.
    fn assignment(&mut self, node: Node<'_>, end: u32) {
        let (Some(left), Some(right)) =
            (self.reader.source.child(node, "left"), self.reader.source.child(node, "right"))
        else {
            return;
        };
        // A receive statement also assigns to what is there.
        if node.kind() == "receive_statement" && !declares(node) {
            return;
        }
        let names = children(left);
        let values = self.values(Some(right), names.len());
        for (name, value) in names.into_iter().zip(values) {
            let name = self.text(name);
            self.reader.locals.bind_from(end, name, value);
        }
    }

    /// What each of so many names gets from a list of expressions, or from a single one.
    fn values(&mut self, list: Option<Node<'_>>, count: usize) -> Vec<Option<TermId>> {
        let Some(list) = list else { return vec![None; count] };
        let expressions = if list.kind() == "expression_list" { children(list) } else { smallvec![list] };
        let mut values: Vec<Option<TermId>> =
            expressions.iter().map(|expression| self.reader.expression(*expression)).collect();
        if let ([first], [Some(term)]) = (expressions.as_slice(), values.as_slice())
            && first.kind() == "call_expression"
            && let Term::Result(called, 0) = self.reader.terms.typing.term(*term)
        {
            let result = |index| Some(self.reader.terms.term(Term::Result(called, index)));
            values = (0..count as u32).map(result).collect();
        }
        values.resize(count, None);
        values
    }

    fn range(&mut self, node: Node<'_>, end: u32) {
        let (Some(left), Some(right)) =
            (self.reader.source.child(node, "left"), self.reader.source.child(node, "right"))
        else {
            return;
        };
        if !declares(node) {
            return;
        }
        let over = self.reader.expression(right);
        let mut names = children(left).into_iter();
        for part in [Term::Key, Term::Element] {
            let Some(name) = names.next() else { break };
            let term = over.map(|over| self.reader.terms.term(part(over)));
            let name = self.text(name);
            self.reader.locals.bind_from(end, name, term);
        }
    }

    fn variables(&mut self, node: Node<'_>, end: u32) {
        let mut cursor = node.walk();
        let names: Vec<Node<'_>> =
            node.children_by_field_name("name", &mut cursor).filter(|name| name.kind() == "identifier").collect();
        let values = match self.reader.source.child(node, "type") {
            Some(of) => vec![self.reader.value_of(of); names.len()],
            None => self.values(self.reader.source.child(node, "value"), names.len()),
        };
        for (name, value) in names.into_iter().zip(values) {
            if self.reader.locals.is_local() {
                let name = self.text(name);
                self.reader.locals.bind_from(end, name, value);
            } else {
                self.declare(name, value, None, false);
            }
        }
    }

    /// Types that are declared inside functions are not followed, but they hide those outside.
    fn declared_type(&mut self, node: Node<'_>, end: u32) {
        let Some(name) = self.reader.source.child(node, "name") else { return };
        if self.reader.locals.is_local() {
            let name = self.text(name);
            self.reader.locals.bind(name, None);
            return;
        }
        self.reader.locals.enter(end);
        if let Some(list) = self.reader.source.child(node, "type_parameters") {
            self.type_parameters(list);
        }
        let term = self.reader.source.child(node, "type").and_then(|of| self.reader.type_of(of));
        self.declare(name, term, None, node.kind() == "type_alias");
    }

    fn selection(&mut self, node: Node<'_>) {
        let (Some(operand), Some(field)) =
            (self.reader.source.child(node, "operand"), self.reader.source.child(node, "field"))
        else {
            return;
        };
        let Some(on) = self.reader.expression(operand) else { return };
        let text = self.text(field);
        let is_of_package = operand.kind() == "identifier"
            && matches!(self.reader.terms.typing.term(on), Term::Name(_))
            && self.imported.contains(self.text(operand));
        if text.is_empty() || is_of_package {
            return;
        }
        let name = self.reader.terms.name(text);
        let call = self.called == Some(node.id());
        self.reader.terms.typing.selections.push(Selection { on, name, call, span: span_of(field) });
    }
}

fn local_name(import: &Import) -> &str {
    import.alias.as_deref().unwrap_or_else(|| import.path.rsplit('/').next().unwrap_or_default())
}

/// Whether a clause declares what it assigns to.
fn declares(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| child.kind() == ":=")
}

/// `T` of `*T`, `(T)` and `T[K]`, the last as a whole.
fn base_of_receiver(mut node: Node<'_>) -> Node<'_> {
    // A receiver has one pointer; more is an error in any case.
    for _ in 0..4 {
        match node.kind() {
            "pointer_type" | "parenthesized_type" => match node.named_child(0) {
                Some(inner) => node = inner,
                None => break,
            },
            _ => break,
        }
    }
    node
}

fn children(node: Node<'_>) -> SmallVec<[Node<'_>; 4]> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}
