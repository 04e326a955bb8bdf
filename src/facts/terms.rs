//! What a file's code says in calls, annotations, class shapes and constants: the facts that detectors of the running
//! system read, in one shape for every language.
//!
//! Only files that a detector could care for have them, and only what one could want is kept; `assets/terms` says which
//! names those are. Names of things are written with `.` between their parts in every language (`Route.get` for PHP's
//! `Route::get`), without arguments and white space. Texts are cut at [`TEXT_LIMIT`] bytes, and what looks like a secret
//! is not kept at all, see [`secret`](super::secret).

use serde::{Deserialize, Serialize};

use super::{DefinitionId, Name, Span};

/// The longest text kept, in bytes; what follows is cut off.
pub const TEXT_LIMIT: usize = 8 << 10;

/// Index into [`Terms::calls`].
pub type CallId = u32;

/// Index into [`Terms::classes`].
pub type ClassId = u32;

/// What one file's code says, each list in source order unless it says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Terms {
    /// A call follows the calls among its arguments and the one that it is called on.
    pub calls: Vec<Call>,
    /// Shapes of classes, structures and interfaces.
    pub classes: Vec<Class>,
    /// Functions and methods with annotations.
    pub functions: Vec<Function>,
    /// Names that stand for a text, or for the result of a call that is kept.
    pub bindings: Vec<Binding>,
    /// Local variables and parameters whose type is written.
    pub locals: Vec<Local>,
    /// Whether there was more than is kept of one file.
    pub cut: bool,
}

/// A call, the creation of an object, an access by key (`environ["HOME"]`), or a use of a macro.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What is called: `app.get`, `DateTime`; of an access by key `environ[]`; of a macro `table!`; of a call on the
    /// result of another call only what follows that.
    pub callee: Name,
    /// The call whose result it is called on: of `route("/a").get(f)` the `route`.
    pub on: Option<CallId>,
    /// The type arguments, as written without the brackets.
    pub types: Option<Name>,
    /// In the order in which they are written.
    pub arguments: Vec<Argument>,
    /// The innermost call that is kept in whose arguments, closure or block it stands.
    pub inside: Option<CallId>,
    /// The innermost definition around it.
    pub within: Option<DefinitionId>,
    /// The innermost class around it, if there is no function between them.
    pub class: Option<ClassId>,
    /// From the called name to the end of the arguments.
    pub span: Span,
}

impl Call {
    /// The last part of the name: `get` of `app.get`.
    pub fn name(&self) -> &str {
        last_part(&self.callee)
    }

    /// What stands before the last part: `app` of `app.get`; empty if nothing does.
    pub fn receiver(&self) -> &str {
        self.callee.rsplit_once('.').map_or("", |(receiver, _)| receiver)
    }

    /// The value of an argument without a name, counted from 0.
    pub fn positional(&self, index: usize) -> Option<&Value> {
        self.arguments.iter().filter(|argument| argument.name.is_none()).nth(index).map(|argument| &argument.value)
    }

    /// The value of a named argument, or of a key in a map among the arguments: what languages without named arguments use.
    pub fn option(&self, name: &str) -> Option<&Value> {
        find(&self.arguments, name).or_else(|| self.arguments.iter().find_map(|argument| argument.value.entry(name)))
    }

    /// The text of an argument without a name.
    pub fn text(&self, index: usize) -> Option<&str> {
        self.positional(index)?.text()
    }
}

/// The last part of a name: `Column` of `models.Column`, without type arguments.
pub fn last_part(name: &str) -> &str {
    let name = name.split(['<', '[']).next().filter(|_| !name.ends_with("[]")).unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(_, last)| last)
}

/// The value of an argument or entry with this name.
pub fn find<'a>(arguments: &'a [Argument], name: &str) -> Option<&'a Value> {
    let named = |argument: &&Argument| argument.name.as_deref() == Some(name);
    arguments.iter().find(named).map(|argument| &argument.value)
}

/// An argument of a call or an annotation, or an entry of a map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argument {
    /// The keyword or the key; none for a positional argument and for a key that is computed.
    pub name: Option<Name>,
    /// What is given.
    pub value: Value,
    /// Where it is written, counted from 1.
    pub line: u32,
}

/// An expression, as far as its text says what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A literal text, without quotes.
    Text(Name),
    /// A symbol or an atom, without its mark: Ruby's and Elixir's `:name`.
    Symbol(Name),
    /// A number, as written.
    Number(Name),
    /// True or false.
    Bool(bool),
    /// `null`, `nil`, `None`.
    Null,
    /// A variable, a constant, a member or a type: `settings.BASE`, `User`.
    Name(Name),
    /// The result of a call.
    Call(CallId),
    /// A list, a tuple or a set.
    List(Vec<Value>),
    /// A map or an object.
    Map(Vec<Argument>),
    /// A text with values in it.
    Template(Vec<Part>),
    /// The first of these that is there: `environment.URL || "http://localhost"`.
    Either(Vec<Value>),
    /// A function without a name; what it gives back, if it is one expression.
    Function(Option<Box<Value>>),
    /// Tokens that only a macro can read, as written.
    Tokens(Name),
    /// A text that looks like a secret.
    Secret,
    /// Anything else.
    Other,
}

impl Value {
    /// The text of a literal or a symbol.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Symbol(text) => Some(text),
            _ => None,
        }
    }

    /// The name of a variable, a constant or a type.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The value of a key.
    pub fn entry(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Map(entries) => find(entries, name),
            _ => None,
        }
    }

    /// The elements of a list.
    pub fn elements(&self) -> &[Value] {
        match self {
            Self::List(elements) => elements,
            _ => &[],
        }
    }
}

/// A part of a [`Value::Template`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// What is always there.
    Text(Name),
    /// The value of a variable; the name is empty where it is computed.
    Name(Name),
}

/// An annotation, attribute or decorator, or the tag of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotation {
    /// As written, without its mark: `Column`, `app.route`; `tag` for the tag of a field in Go.
    pub name: Name,
    /// In the order in which they are written.
    pub arguments: Vec<Argument>,
    /// Where.
    pub span: Span,
}

impl Annotation {
    /// The value of a named argument, or of a key in a map among the arguments.
    pub fn option(&self, name: &str) -> Option<&Value> {
        find(&self.arguments, name).or_else(|| self.arguments.iter().find_map(|argument| argument.value.entry(name)))
    }

    /// The value of the first argument without a name.
    pub fn first(&self) -> Option<&Value> {
        self.arguments.iter().find(|argument| argument.name.is_none()).map(|argument| &argument.value)
    }
}

/// The annotation of this name, the last part of it counting.
pub fn annotation<'a>(annotations: &'a [Annotation], name: &str) -> Option<&'a Annotation> {
    annotations.iter().find(|annotation| last_part(&annotation.name) == name)
}

/// The shape of a class, structure or interface.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// Its own name.
    pub name: Name,
    /// Base classes, interfaces and embedded structures as written, with type arguments.
    pub bases: Vec<Name>,
    /// What stands among the bases under a name: Python's `table=True`.
    pub keywords: Vec<Argument>,
    /// In the order in which they are written.
    pub annotations: Vec<Annotation>,
    /// Members that hold values.
    pub members: Vec<Member>,
    /// The class around it.
    pub outer: Option<ClassId>,
    /// Its definition.
    pub definition: Option<DefinitionId>,
    /// The whole declaration.
    pub span: Span,
}

/// A member that holds a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name.
    pub name: Name,
    /// The declared type, as written without white space.
    pub r#type: Option<Name>,
    /// In the order in which they are written.
    pub annotations: Vec<Annotation>,
    /// What it is given at the start.
    pub value: Option<Value>,
    /// Modifiers that say what it holds: `static`, `virtual`, `transient`, `const`.
    pub modifiers: Vec<Name>,
    /// The declaration.
    pub span: Span,
}

/// A function or method with annotations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its name.
    pub name: Name,
    /// The class whose method it is.
    pub class: Option<ClassId>,
    /// In the order in which they are written.
    pub annotations: Vec<Annotation>,
    /// The declared type of what it gives back, as written without white space.
    pub result: Option<Name>,
    /// Its definition.
    pub definition: Option<DefinitionId>,
    /// The declaration with its body.
    pub span: Span,
}

/// A name that stands for a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// What is assigned to: `BASE`, `module.exports`.
    pub name: Name,
    /// What it is given.
    pub value: Value,
    /// The innermost definition around it other than its own.
    pub within: Option<DefinitionId>,
    /// The assignment.
    pub span: Span,
}

/// A local variable or parameter with its type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Local {
    /// Its name.
    pub name: Name,
    /// As declared, without white space, or the type of the object that is created for it.
    pub r#type: Name,
    /// The innermost definition around it.
    pub within: Option<DefinitionId>,
    /// The declaration.
    pub span: Span,
}
