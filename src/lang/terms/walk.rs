//! The walk over a tree: what is kept, and what stands in what.

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use super::value::Reader;
use super::wanted::Wanted;
use super::{Form, Grammar, Part, Tables, each, part};
use crate::facts::terms::{
    Annotation, Binding, CallId, Class, ClassId, Function, Local, Member, Terms, Value, last_part,
};
use crate::facts::{Definition, DefinitionId, Name, Span, enclosing};
use crate::lang::extract::{Nodes, Source, span_of};

/// The longest name or type kept, in bytes.
const NAME_LIMIT: usize = 256;

/// Reads the terms of a tree, given its nodes.
pub fn walk(
    grammar: &Grammar,
    tables: &Tables,
    wanted: &Wanted,
    source: &Source<'_>,
    nodes: &Nodes<'_>,
    definitions: &[Definition],
) -> Terms {
    let reader = Reader::new(grammar, tables, source);
    let mut walker = Walker {
        grammar,
        tables,
        wanted,
        source,
        reader,
        frames: Vec::new(),
        pending: Vec::new(),
        pending_depth: 0,
        terms: Terms::default(),
        by_name: definitions
            .iter()
            .enumerate()
            .map(|(id, found)| (found.name_span.start, id as DefinitionId))
            .collect(),
    };
    nodes.walk(|node, kind, depth| walker.visit(node, tables.form_of(kind), depth));
    walker.finish(definitions)
}

/// What is open around a node.
struct Frame {
    what: Around,
    /// Nodes from this byte on are inside.
    from: u32,
    end: u32,
}

#[derive(Clone, Copy)]
enum Around {
    Call(CallId),
    /// The number is missing where the class has no shape of its own (an anonymous one).
    Class(ClassId),
    Function,
}

struct Walker<'w, 't> {
    grammar: &'w Grammar,
    tables: &'w Tables,
    wanted: &'w Wanted,
    source: &'w Source<'w>,
    reader: Reader<'w, 't>,
    frames: Vec<Frame>,
    /// Annotations that wait for what they stand on.
    pending: Vec<Annotation>,
    /// How deep in the tree they are.
    pending_depth: u32,
    terms: Terms,
    /// Definitions by the first byte of their names.
    by_name: FxHashMap<u32, DefinitionId>,
}

impl<'t> Walker<'_, 't> {
    /// Looks at a named node on the way down. Whether its children are of interest.
    fn visit(&mut self, node: Node<'t>, form: Option<Form>, depth: u32) -> bool {
        let start = node.start_byte() as u32;
        while self.frames.last().is_some_and(|frame| frame.end <= start) {
            self.frames.pop();
        }
        let takes = matches!(
            form,
            Some(Form::Class { .. } | Form::Method { .. } | Form::Field { .. } | Form::Parameter { .. })
        );
        let keeps = matches!(form, Some(Form::Annotation { .. } | Form::Comment | Form::Modifiers));
        if !self.pending.is_empty() && depth <= self.pending_depth && !takes && !keeps {
            self.pending.clear();
        }
        match form {
            None => {}
            Some(Form::Comment | Form::Number | Form::Bool | Form::Null | Form::Symbol) => return false,
            Some(Form::Annotation { .. }) => {
                if !self.reader.is_taken(node)
                    && let Some(annotation) = self.annotation(node)
                {
                    self.pending.push(annotation);
                    self.pending_depth = depth;
                }
                return false;
            }
            Some(Form::Call { .. } | Form::Index { .. } | Form::Macro { .. }) => self.call(node),
            Some(Form::Class { name, bases }) => self.class(node, name, bases),
            Some(Form::Method { name, result }) => self.method(node, name, result),
            Some(Form::Function { .. }) => {
                self.frames.push(Frame { what: Around::Function, from: start, end: node.end_byte() as u32 });
            }
            Some(Form::Field { each, name, r#type, value }) => self.field(node, [each, name, r#type, value]),
            Some(Form::Parameter { each, name, r#type, member }) => self.parameter(node, [each, name, r#type, member]),
            Some(Form::Binding { name, r#type, value }) => self.binding(node, name, r#type, value),
            Some(_) => {}
        }
        true
    }

    /// The innermost call in whose arguments or block a node stands.
    fn inside(&self, start: u32) -> Option<CallId> {
        self.frames.iter().rev().filter(|frame| frame.from <= start).find_map(|frame| match frame.what {
            Around::Call(call) => Some(call),
            _ => None,
        })
    }

    /// The class whose body a node stands in, without a function between them.
    fn class_around(&self) -> Option<ClassId> {
        match self.frames.iter().rev().find(|frame| !matches!(frame.what, Around::Call(_)))?.what {
            Around::Class(class) => Some(class),
            _ => None,
        }
    }

    fn call(&mut self, node: Node<'t>) {
        let id = match self.reader.known_call(node) {
            Some(id) => id,
            None => {
                if !self.reader.called_name(node).is_some_and(|name| self.wanted.has_call(&name)) {
                    return;
                }
                let Some(id) = self.reader.call(node, 0) else { return };
                id
            }
        };
        let from = self.reader.inner_start(node);
        let inside = self.inside(node.start_byte() as u32);
        let class = self.class_around();
        if let Some(call) = self.reader.calls.get_mut(id as usize) {
            call.inside = inside;
            call.class = class;
        }
        self.frames.push(Frame { what: Around::Call(id), from, end: node.end_byte() as u32 });
    }

    /// An annotation that is wanted.
    fn annotation(&mut self, node: Node<'t>) -> Option<Annotation> {
        self.reader.annotation(node).filter(|annotation| self.wanted.has_annotation(last_part(&annotation.name)))
    }

    /// The annotations of a declaration, those before it and those inside it, and its modifiers.
    fn annotations(&mut self, node: Node<'t>) -> (Vec<Annotation>, Vec<Name>) {
        let mut found = std::mem::take(&mut self.pending);
        let mut modifiers = Vec::new();
        let mut holders: Vec<Node<'t>> = vec![node];
        while let Some(holder) = holders.pop() {
            for child in holder.named_children(&mut holder.walk()) {
                match self.tables.form(child) {
                    Some(Form::Modifiers) => holders.push(child),
                    Some(Form::Modifier) => modifiers.push(self.source.compact(child)),
                    Some(Form::Annotation { .. }) => {
                        self.reader.take(child);
                        found.extend(self.annotation(child));
                    }
                    _ => {}
                }
            }
            if holder != node {
                modifiers.extend(self.words(holder));
            }
        }
        (found, modifiers)
    }

    /// The words without a form of their own among modifiers (Java's `static`).
    fn words(&self, holder: Node<'t>) -> Vec<Name> {
        let anonymous =
            |child: &Node<'t>| !child.is_named() && child.kind().bytes().all(|byte| byte.is_ascii_lowercase());
        holder.children(&mut holder.walk()).filter(anonymous).map(|child| child.kind().into()).collect()
    }

    fn class(&mut self, node: Node<'t>, name: Part, bases: Part) {
        let (annotations, _) = self.annotations(node);
        let Some(name) = part(self.source, node, name) else { return };
        let (mut written, mut keywords) = (Vec::new(), Vec::new());
        for holder in bases.split('|').flat_map(|way| each(self.source, node, way)) {
            self.reader.bases(holder, &mut written, &mut keywords);
        }
        let outer = self.class_around();
        let id = self.terms.classes.len() as ClassId;
        self.terms.classes.push(Class {
            name: self.short(name),
            bases: written,
            keywords,
            annotations,
            members: Vec::new(),
            outer,
            definition: self.by_name.get(&(name.start_byte() as u32)).copied(),
            span: span_of(node),
        });
        let frame = Frame { what: Around::Class(id), from: name.end_byte() as u32, end: node.end_byte() as u32 };
        self.frames.push(frame);
    }

    fn method(&mut self, node: Node<'t>, name: Part, result: Part) {
        let (annotations, _) = self.annotations(node);
        if !annotations.is_empty()
            && let Some(name) = part(self.source, node, name)
        {
            self.terms.functions.push(Function {
                name: self.short(name),
                class: self.class_around(),
                annotations,
                result: part(self.source, node, result).map(|result| self.short(result)),
                definition: self.by_name.get(&(name.start_byte() as u32)).copied(),
                span: span_of(node),
            });
        }
        let from = node.start_byte() as u32;
        self.frames.push(Frame { what: Around::Function, from, end: node.end_byte() as u32 });
    }

    fn field(&mut self, node: Node<'t>, [holders, name, r#type, value]: [Part; 4]) {
        let (mut annotations, modifiers) = self.annotations(node);
        let class = self.class_around();
        let declared = part(self.source, node, r#type).map(|found| self.short(found));
        annotations.extend(part(self.source, node, self.grammar.tag).map(|tag| self.reader.tag(tag)));
        let holders = each(self.source, node, holders);
        if let (true, Some(base)) = (holders.is_empty() && !self.grammar.tag.is_empty(), &declared) {
            // An embedded structure.
            let base = base.trim_start_matches('*').into();
            if let Some(class) = class.and_then(|class| self.terms.classes.get_mut(class as usize)) {
                class.bases.push(base);
            }
            return;
        }
        for holder in holders {
            let Some(name) = part(self.source, holder, name) else { continue };
            let given = part(self.source, holder, value).filter(|given| *given != name);
            let Some(class) = class else {
                self.bind(node, name, declared.clone(), given);
                continue;
            };
            let value = given.map(|given| self.reader.named_value(self.source.text(name), given));
            let member = Member {
                name: self.short(name),
                r#type: declared.clone(),
                annotations: annotations.clone(),
                value,
                modifiers: modifiers.clone(),
                span: span_of(holder),
            };
            self.add_member(class, member);
        }
    }

    fn parameter(&mut self, node: Node<'t>, [holders, name, r#type, member]: [Part; 4]) {
        let (annotations, modifiers) = self.annotations(node);
        let declared = part(self.source, node, r#type).map(|found| self.short(found));
        let is_member = part(self.source, node, member).is_some();
        // The function that takes it stands between it and its class.
        let class = self.frames.iter().rev().find_map(|frame| match frame.what {
            Around::Class(class) => Some(class),
            _ => None,
        });
        for holder in each(self.source, node, holders) {
            let Some(name) = part(self.source, holder, name) else { continue };
            match class.filter(|_| is_member) {
                Some(class) => self.add_member(
                    class,
                    Member {
                        name: self.short(name),
                        r#type: declared.clone(),
                        annotations: annotations.clone(),
                        value: None,
                        modifiers: modifiers.clone(),
                        span: span_of(holder),
                    },
                ),
                None => self.local(node, name, declared.clone(), None),
            }
        }
    }

    /// Keeps the type of a local variable: as declared, else of the object that is made for it. Types in small letters are
    /// those of languages themselves. A call of a function whose name begins like a type's makes an object only where
    /// objects are made so.
    fn local(&mut self, node: Node<'t>, name: Node<'t>, declared: Option<Name>, given: Option<Node<'t>>) {
        let is_named = |name: &Name| name.bytes().any(|byte| byte.is_ascii_uppercase());
        let made = || {
            let given = given.filter(|given| matches!(self.tables.form(*given), Some(Form::Call { .. })))?;
            if !self.grammar.members && part(self.source, given, "function").is_some() {
                return None;
            }
            self.reader.called_name(given).filter(|name| name.starts_with(|first: char| first.is_ascii_uppercase()))
        };
        if let Some(r#type) = declared.filter(is_named).or_else(made) {
            let name = self.short(name);
            self.terms.locals.push(Local { name, r#type, within: None, span: span_of(node) });
        }
    }

    fn add_member(&mut self, class: ClassId, member: Member) {
        if let Some(class) = self.terms.classes.get_mut(class as usize) {
            class.members.push(member);
        }
    }

    fn binding(&mut self, node: Node<'t>, name: Part, r#type: Part, value: Part) {
        let Some(name) = part(self.source, node, name) else { return };
        let class = self.class_around().filter(|_| self.grammar.members);
        let given = part(self.source, node, value);
        let declared = part(self.source, node, r#type).map(|found| self.short(found));
        if let Some(class) = class {
            let value = given.map(|given| self.reader.named_value(self.source.text(name), given));
            let member = Member {
                name: self.short(name),
                r#type: declared,
                annotations: Vec::new(),
                value,
                modifiers: Vec::new(),
                span: span_of(node),
            };
            return self.add_member(class, member);
        }
        self.bind(node, name, declared, given);
    }

    /// Keeps a name that stands for a text or for a call that is wanted; outside functions also for other names and for
    /// lists.
    fn bind(&mut self, node: Node<'t>, name: Node<'t>, declared: Option<Name>, given: Option<Node<'t>>) {
        let is_outside = !self.frames.iter().any(|frame| matches!(frame.what, Around::Function));
        let given = given.map(|given| self.reader.unwrapped(given));
        self.local(node, name, declared, given);
        let Some(given) = given else { return };
        let is_kept = match self.tables.form(given) {
            Some(Form::Text | Form::Operator | Form::Heredoc) => true,
            Some(Form::Call { .. } | Form::Index { .. }) => self.reader.is_chain_wanted(given, self.wanted),
            Some(Form::List | Form::Map | Form::Array | Form::Words | Form::Name | Form::Member { .. }) => is_outside,
            _ => false,
        };
        if is_kept {
            let value = self.reader.named_value(self.source.text(name), given);
            if !matches!(value, Value::Other) {
                let name = self.short(name);
                self.terms.bindings.push(Binding { name, value, within: None, span: span_of(node) });
            }
        }
    }

    /// The text of a node without white space, cut to what a name may need.
    fn short(&self, node: Node<'t>) -> Name {
        self.reader.short(node, NAME_LIMIT)
    }

    /// Puts everything together, with the definitions around calls and bindings.
    fn finish(mut self, definitions: &[Definition]) -> Terms {
        let around = |span: Span| enclosing(definitions, Span { end: span.start, ..span });
        self.terms.cut = self.reader.is_cut();
        self.terms.calls = self.reader.calls;
        for call in &mut self.terms.calls {
            call.within = around(call.span);
        }
        // The definition of a constant is the binding itself.
        let around_other = |name: &Name, span: Span| {
            let own = around(span);
            let definition = own.and_then(|id| definitions.get(id as usize));
            let is_own = definition.is_some_and(|found| found.name == *name && found.span.line == span.line);
            if is_own { definition.and_then(|found| found.parent) } else { own }
        };
        for local in &mut self.terms.locals {
            local.within = around_other(&local.name, local.span);
        }
        for binding in &mut self.terms.bindings {
            binding.within = around_other(&binding.name, binding.span);
        }
        self.terms
    }
}
