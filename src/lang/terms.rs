//! From one file's syntax tree to its [`Terms`]: calls, annotations, class shapes and constants in one shape for all
//! languages.
//!
//! A language says in a [`Grammar`] which kinds of nodes have which [`Form`]; one walk over the tree does the rest. Only
//! files in which a detector's trigger word occurs are walked, and only what has a name that a detector wants is kept
//! ([`wanted`]). Every node is looked at a bounded number of times, so the cost is linear in the file's size.

mod csharp;
mod ecmascript;
mod elixir;
mod go;
mod java;
mod kotlin;
mod php;
mod python;
mod ruby;
mod rust;
mod text;
mod tokens;
mod value;
mod walk;
mod wanted;

use std::sync::OnceLock;

use tree_sitter::Node;

pub use self::wanted::TABLES;
use self::wanted::Wanted;
use super::Language;
use super::extract::{Nodes, Source};
use crate::facts::FileFacts;
use crate::facts::terms::Terms;

pub use self::csharp::CSHARP;
pub use self::ecmascript::ECMASCRIPT;
pub use self::elixir::ELIXIR;
pub use self::go::GO;
pub use self::java::JAVA;
pub use self::kotlin::KOTLIN;
pub use self::php::PHP;
pub use self::python::PYTHON;
pub use self::ruby::RUBY;
pub use self::rust::RUST;

/// Where a part of a node is: the name of a field; `<kind` for the first child of a kind; `#0` for a named child by its
/// number, `#-1` for the last; `.` for the node itself. Several steps are joined by `/`, several ways to try by `|`.
/// Nothing where it is empty.
type Part = &'static str;

/// What nodes of a kind are.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// A call: what it is called on if that stands apart, the (last part of the) name, the type arguments, the arguments,
    /// and a block that it is given.
    Call {
        /// What it is called on.
        on: Part,
        /// The name, or the whole path of what is called.
        name: Part,
        /// The type arguments.
        types: Part,
        /// All nodes whose children are arguments, as ways that are all taken.
        arguments: Part,
        /// The block.
        block: Part,
    },
    /// An access by key.
    Index {
        /// What is accessed.
        object: Part,
        /// The key.
        key: Part,
    },
    /// A use of a macro, the tokens of which nobody has parsed.
    Macro {
        /// The name.
        name: Part,
        /// The tokens.
        tokens: Part,
    },
    /// A member of something, or an element of a path.
    Member {
        /// What stands before the separator.
        object: Part,
        /// What stands behind it.
        name: Part,
    },
    /// A name without separators, or with `.`, `::` or `\` inside the text.
    Name,
    /// A name with type arguments that are left out.
    Generic {
        /// The name.
        name: Part,
        /// The type arguments.
        types: Part,
    },
    /// A symbol or an atom.
    Symbol,
    /// A text: children of the kinds in [`Grammar::fragments`] are its content, all other named children are values in it.
    Text,
    /// A number.
    Number,
    /// True or false, by its text.
    Bool,
    /// Nothing.
    Null,
    /// A list, a tuple, a set.
    List,
    /// Words in brackets, each a text.
    Words,
    /// A map or an object.
    Map,
    /// A list or, if its elements have keys, a map.
    Array,
    /// An entry of a map, or a named argument.
    Pair {
        /// The key.
        key: Part,
        /// The value.
        value: Part,
    },
    /// An entry of a map whose keys are expressions, so that only literals are names.
    Entry {
        /// The key.
        key: Part,
        /// The value.
        value: Part,
    },
    /// Holds entries, arguments or bases of what is around it.
    Spread,
    /// Stands for a part of itself.
    Wrapper(Part),
    /// A function without a name.
    Function {
        /// The expression that it gives back.
        body: Part,
    },
    /// An operation on two values.
    Operator,
    /// Begins a here document, which follows on the next line.
    Heredoc,
    /// Tokens that [`tokens`] reads.
    Tokens,
    /// A class.
    Class {
        /// Its name.
        name: Part,
        /// All nodes that hold bases, as ways that are all taken.
        bases: Part,
    },
    /// A function with a name.
    Method {
        /// Its name.
        name: Part,
        /// The type of its result.
        result: Part,
    },
    /// Members of a class.
    Field {
        /// The nodes that hold a name and a value each.
        each: Part,
        /// The name in such a node.
        name: Part,
        /// The type of all of them.
        r#type: Part,
        /// The value in such a node.
        value: Part,
    },
    /// A parameter of a function; if it has a part at `member`, it also is a member of the class.
    Parameter {
        /// The nodes that hold a name each.
        each: Part,
        /// The name in such a node.
        name: Part,
        /// The type of all of them.
        r#type: Part,
        /// What makes it a member.
        member: Part,
    },
    /// An assignment or a declaration of a variable; in the body of a class a member of it, if [`Grammar::members`] says so.
    Binding {
        /// What is assigned to.
        name: Part,
        /// The declared type.
        r#type: Part,
        /// What is assigned.
        value: Part,
    },
    /// An annotation or attribute.
    Annotation {
        /// Its name, or the expression that is one.
        name: Part,
        /// Its arguments.
        arguments: Part,
    },
    /// Holds annotations or modifiers of the declaration around it.
    Modifiers,
    /// A word that says how a member is declared.
    Modifier,
    /// Nothing of interest in it.
    Comment,
}

/// How a language writes calls, annotations and classes.
pub struct Grammar {
    /// The [`Family`](super::Family) whose wanted names count.
    pub wanted: &'static str,
    /// What the kinds of nodes are.
    pub forms: &'static [(&'static str, Form)],
    /// Kinds of nodes that are the content of texts.
    pub fragments: &'static [&'static str],
    /// Whether assignments in the body of a class are its members.
    pub members: bool,
    /// The operators that join texts.
    pub joins: &'static [&'static str],
    /// The operators whose second value stands in for a missing first one.
    pub alternatives: &'static [&'static str],
    /// The tag of a field; a language with tags also embeds structures by fields without a name.
    pub tag: Part,
}

/// A grammar's forms by the number of a node's kind.
pub struct Tables {
    forms: Vec<Option<Form>>,
    fragments: Vec<bool>,
}

impl Tables {
    fn new(language: &Language, grammar: &Grammar) -> Self {
        let kinds = tree_sitter::Language::new(language.grammar);
        let count = kinds.node_kind_count();
        let mut forms = vec![None; count];
        let mut fragments = vec![false; count];
        for id in 0..count {
            let number = id as u16;
            let Some(kind) = kinds.node_kind_for_id(number) else { continue };
            if kinds.node_kind_is_named(number) {
                let form = grammar.forms.iter().find(|(name, _)| *name == kind);
                forms[id] = form.map(|(_, form)| *form);
                fragments[id] = grammar.fragments.contains(&kind);
            }
        }
        Self { forms, fragments }
    }

    fn form(&self, node: Node<'_>) -> Option<Form> {
        self.form_of(node.kind_id())
    }

    /// The form of nodes of a kind.
    fn form_of(&self, kind: u16) -> Option<Form> {
        self.forms.get(usize::from(kind)).copied().flatten()
    }

    fn is_tokens(&self, node: Node<'_>) -> bool {
        matches!(self.form(node), Some(Form::Tokens))
    }

    fn is_fragment(&self, node: Node<'_>) -> bool {
        self.fragments.get(usize::from(node.kind_id())).copied().unwrap_or_default()
    }
}

impl Grammar {
    /// Reads a file's terms from the nodes of its tree, if a trigger word occurs in it. The facts are those of the same file, `tables` those of its
    /// language once it has any.
    pub fn read(
        &self,
        language: &Language,
        tables: &OnceLock<Tables>,
        source: &Source<'_>,
        nodes: &Nodes<'_>,
        facts: &FileFacts,
    ) -> Terms {
        let Some(wanted) = Wanted::of(self.wanted).filter(|wanted| wanted.is_triggered(source.bytes)) else {
            return Terms::default();
        };
        let tables = tables.get_or_init(|| Tables::new(language, self));
        walk::walk(self, tables, wanted, source, nodes, &facts.definitions)
    }
}

/// The node at a [`Part`] of another one.
fn part<'t>(source: &Source<'_>, node: Node<'t>, way: Part) -> Option<Node<'t>> {
    if way.is_empty() {
        return None;
    }
    way.split('|').find_map(|way| at(source, node, way))
}

/// All nodes at the ways of a [`Part`].
fn parts<'t>(source: &Source<'_>, node: Node<'t>, ways: Part) -> impl Iterator<Item = Node<'t>> {
    ways.split('|').filter(|way| !way.is_empty()).filter_map(move |way| at(source, node, way))
}

/// The node at the end of one way.
fn at<'t>(source: &Source<'_>, node: Node<'t>, way: &str) -> Option<Node<'t>> {
    way.split('/').try_fold(node, |node, step| child(source, node, step))
}

/// All nodes at a way whose last step may be taken several times.
fn each<'t>(source: &Source<'_>, node: Node<'t>, way: Part) -> Vec<Node<'t>> {
    let (holder, last) = match way.rsplit_once('/') {
        Some((way, last)) => (part(source, node, way), last),
        None => (Some(node), way),
    };
    let Some(holder) = holder else { return Vec::new() };
    let mut cursor = holder.walk();
    match last.strip_prefix('<') {
        _ if last == "." => vec![holder],
        Some(kind) => holder.children(&mut cursor).filter(|child| child.kind() == kind).collect(),
        None => holder.children_by_field_name(last, &mut cursor).collect(),
    }
}

/// The node at one step.
fn child<'t>(source: &Source<'_>, node: Node<'t>, step: &str) -> Option<Node<'t>> {
    if step == "." {
        return Some(node);
    }
    if let Some(kind) = step.strip_prefix('<') {
        return node.children(&mut node.walk()).find(|child| child.kind() == kind);
    }
    if let Some(number) = step.strip_prefix('#') {
        let number: i64 = number.parse().ok()?;
        let count = node.named_child_count() as i64;
        let index = if number < 0 { count + number } else { number };
        return node.named_child(u32::try_from(index).ok()?);
    }
    source.child(node, step)
}
