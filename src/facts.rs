//! Plain data that one file yields: what it declares and what it mentions.
//!
//! [`FileFacts`] is a function of (bytes, language) alone. It knows no other file, no manifest and no path, so
//! it is cached by content hash and computed in parallel.

pub mod mention;
pub mod secret;
pub mod terms;
pub mod typing;

use compact_str::CompactString;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// A short piece of source text: an identifier, a path as written, a specifier.
pub type Name = CompactString;

/// Index into [`FileFacts::definitions`].
pub type DefinitionId = u32;

/// Index into [`FileFacts::names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NameId(pub u32);

/// A stretch of a file's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Line of the first byte, counted from 1.
    pub line: u32,
}

impl Span {
    /// Whether `other` lies inside this span.
    pub fn contains(&self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// What one file declares and mentions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileFacts {
    /// Physical lines.
    pub lines: u32,
    /// The first line of what documents the file as a whole (a module's docstring, a package's comment).
    pub doc: Option<Name>,
    /// The package or namespace that the file itself declares (Go, Java: the package clause).
    pub namespace: Option<Name>,
    /// Under which circumstances the file is compiled, as written (Go's `//go:build linux`).
    pub conditions: Vec<Name>,
    /// Stretches that are compiled under a condition which may not hold, by their start.
    pub guards: Vec<Guard>,
    /// Flags of the compiler that the file, as a build script, may set; `*` where it computes their names.
    pub flags: Vec<Name>,
    /// Calls of macros that stand where items do, in source order.
    pub expansions: Vec<Expansion>,
    /// In source order.
    pub imports: Vec<Import>,
    /// What the file offers to others under another name than its own: the own name, and as alias the other one. In
    /// JavaScript `default`, and `=` for what the module itself is (`module.exports = x`).
    pub exports: Vec<ImportedName>,
    /// In source order, an enclosing definition before those inside it.
    pub definitions: Vec<Definition>,
    /// Mentions of names that the file's own local scopes do not bind, in source order.
    pub references: Vec<Reference>,
    /// The text of every reference, once each.
    pub names: Vec<Name>,
    /// What the types of values follow from, in languages where members are found by their values' types.
    pub typing: typing::Typing,
    /// What detectors of the running system read: calls, annotations, class shapes and constants.
    pub terms: terms::Terms,
    /// The sums over the file's functions, and of what stands outside of them.
    pub complexity: Complexity,
    /// ERROR and MISSING nodes in the syntax tree.
    pub parse_errors: u32,
    /// Where the first of them is.
    pub first_error: Option<Span>,
}

impl FileFacts {
    /// The text of a reference.
    pub fn name(&self, id: NameId) -> &str {
        &self.names[id.0 as usize]
    }
}

/// A stretch of a file that is compiled under a condition, or of which an attribute says where its files are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// What depends on the condition.
    pub span: Span,
    /// As the language writes it, without white space (`not(feature="std")`), or the macro whose arguments the stretch is
    /// (`cfg_unix!`); with a `$` before it if it is for the items that a macro is given; of an inline module with a
    /// directory of its own that one (`path=sys`).
    pub condition: Name,
}

/// A call of a macro that stands where items do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expansion {
    /// The innermost definition around it: a module.
    pub within: Option<DefinitionId>,
    /// First byte.
    pub start: u32,
    /// The names among its arguments, once each: what it defines may be called so.
    pub names: Vec<Name>,
}

/// One import statement (or the part of it that names one module).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// How the statement binds its target.
    pub kind: ImportKind,
    /// The module, path or specifier as the language writes it, without quotes: `a.b` and `..c` (Python),
    /// `crate::a::b` (Rust), `./x.js` (JavaScript), `example.org/m/p` (Go), `java.util` (Java).
    pub path: Name,
    /// The names taken from it; empty where the module itself is what is imported.
    pub names: Vec<ImportedName>,
    /// The local name of the module itself (`import a.b as c`, `use a as b`, Go's `f "fmt"`).
    pub alias: Option<Name>,
    /// The innermost definition in which the statement stands; none at the top of the file.
    pub within: Option<DefinitionId>,
    /// Whether the imported names are visible to other files through this one (`pub use`, `export … from`).
    pub exported: bool,
    /// Whether the statement stands in code that only tests compile.
    pub test: bool,
    /// The whole statement. Imports of one statement share its start, so statements can be counted.
    pub statement: Span,
    /// The part that names the module: what a reader is shown as evidence.
    pub span: Span,
}

impl Import {
    /// An import that binds nothing but its target.
    pub fn new(kind: ImportKind, path: impl Into<Name>, statement: Span, span: Span) -> Self {
        Self {
            kind,
            path: path.into(),
            names: Vec::new(),
            alias: None,
            within: None,
            exported: false,
            test: false,
            statement,
            span,
        }
    }
}

/// How an import statement binds its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ImportKind {
    /// A plain import, also `require` with a literal.
    Import,
    /// Needed by the type checker only: `import type`, Python under `TYPE_CHECKING`.
    TypeOnly,
    /// Loaded when the code runs: `import("x")`, `importlib.import_module("x")`.
    Dynamic,
    /// Loaded when the code runs by a name that is computed: the path is the expression as written.
    Computed,
    /// Declares that a file is a part of this one: Rust's `mod x;`.
    Module,
    /// Text inclusion: `#include`, `include!`.
    Include,
}

/// A name taken from an imported module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedName {
    /// As the module calls it; `*` for all of them.
    pub name: Name,
    /// As this file calls it, where that differs.
    pub alias: Option<Name>,
    /// Where it is written.
    pub span: Span,
}

impl ImportedName {
    /// Whether this stands for every name of the module.
    pub fn is_glob(&self) -> bool {
        self.name == "*"
    }

    /// The name that the importing file uses.
    pub fn local(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

/// Something that a file declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// The declared name.
    pub name: Name,
    /// What is declared.
    pub kind: DefinitionKind,
    /// The enclosing definition; none at the top of the file.
    pub parent: Option<DefinitionId>,
    /// Who may name it.
    pub visibility: Visibility,
    /// The declaration up to its body on one line, at most [`SIGNATURE_LIMIT`] characters.
    pub signature: Name,
    /// The first line of its documentation, without comment marks, at most [`DOC_LIMIT`] characters.
    pub doc: Option<Name>,
    /// Whether only tests compile it.
    pub test: bool,
    /// Of functions that hold code; nothing else has any.
    pub complexity: Complexity,
    /// The whole declaration with its body.
    pub span: Span,
    /// The declared name.
    pub name_span: Span,
}

/// How many ways lead through code, and how hard it is to follow; `lang::complexity` defines both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Complexity {
    /// After McCabe: at least 1 for a function; 0 where there is no code, or in a language that it is not defined for.
    pub cyclomatic: u32,
    /// After SonarSource.
    pub cognitive: u32,
}

impl Complexity {
    /// Both numbers added.
    pub fn plus(self, other: Self) -> Self {
        Self {
            cyclomatic: self.cyclomatic.saturating_add(other.cyclomatic),
            cognitive: self.cognitive.saturating_add(other.cognitive),
        }
    }
}

/// The longest signature kept, in characters.
pub const SIGNATURE_LIMIT: usize = 160;

/// The longest line of documentation kept, in characters.
pub const DOC_LIMIT: usize = 160;

/// What a definition declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DefinitionKind {
    /// An inline module or namespace.
    Module,
    /// A class, record or object.
    Class,
    /// A structure.
    Struct,
    /// An enumeration or union.
    Enum,
    /// An interface, trait or protocol.
    Interface,
    /// A named type that is none of the above.
    Type,
    /// The methods of a type, where they stand apart from it (Rust's `impl`).
    Implementation,
    /// A free function.
    Function,
    /// A function of a type.
    Method,
    /// A macro.
    Macro,
    /// A constant, static, or variable at module level.
    Constant,
    /// A member of a structure, class or enumeration that holds a value.
    Field,
}

impl DefinitionKind {
    /// The kind's name in query captures (`@definition.<kind>`) and in output.
    pub const ALL: [(DefinitionKind, &'static str); 12] = [
        (DefinitionKind::Module, "module"),
        (DefinitionKind::Class, "class"),
        (DefinitionKind::Struct, "struct"),
        (DefinitionKind::Enum, "enum"),
        (DefinitionKind::Interface, "interface"),
        (DefinitionKind::Type, "type"),
        (DefinitionKind::Implementation, "implementation"),
        (DefinitionKind::Function, "function"),
        (DefinitionKind::Method, "method"),
        (DefinitionKind::Macro, "macro"),
        (DefinitionKind::Constant, "constant"),
        (DefinitionKind::Field, "field"),
    ];

    /// The kind's name.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

/// The innermost definition around a place, of definitions in source order.
pub fn enclosing(definitions: &[Definition], span: Span) -> Option<DefinitionId> {
    let before = definitions.partition_point(|definition| definition.span.start <= span.start);
    let mut next = before.checked_sub(1).map(|last| last as DefinitionId);
    while let Some(id) = next {
        let definition = definitions.get(id as usize)?;
        if definition.span.contains(span) {
            return next;
        }
        next = definition.parent;
    }
    None
}

/// A definition's name with those around it: `Outer.inner`.
pub fn qualified_name(definitions: &[Definition], id: DefinitionId) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut next = Some(id);
    // Parents stand before their children, so this ends; the limit keeps names readable.
    while let Some(definition) = next.and_then(|id| definitions.get(id as usize))
        && parts.len() < 8
    {
        parts.push(&definition.name);
        next = definition.parent;
    }
    parts.reverse();
    parts.join(".")
}

/// For each definition of a file its name with those around it, `Outer.inner`; `#2` is added to the second of its name.
pub fn qualified_names(definitions: &[Definition]) -> Vec<String> {
    /// Names around that are written: deeper ones would make names of unbounded length.
    const PARTS: u32 = 8;
    let mut names: Vec<(String, u32)> = Vec::with_capacity(definitions.len());
    for definition in definitions {
        // Those around stand before those inside.
        let around =
            definition.parent.and_then(|parent| names.get(parent as usize)).filter(|(_, parts)| *parts < PARTS);
        names.push(match around {
            Some((around, parts)) => (format!("{around}.{}", definition.name), parts + 1),
            None => (definition.name.to_string(), 1),
        });
    }
    let mut seen: FxHashMap<String, u32> = FxHashMap::default();
    let number = |(name, _): (String, u32)| {
        let count = seen.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 { name } else { format!("{name}#{count}") }
    };
    names.into_iter().map(number).collect()
}

/// Who may name a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Visibility {
    /// Anyone.
    Public,
    /// The package, crate, module or subclass: less than everyone, more than the file.
    Restricted,
    /// This file or type alone.
    Private,
}

impl Visibility {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Restricted => "restricted",
            Self::Private => "private",
        }
    }
}

/// A mention of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// The text as written without white space: `Foo`, `a::b::C`, `pkg.Name`. See [`FileFacts::name`].
    pub name: NameId,
    /// The position in which it stands.
    pub kind: ReferenceKind,
    /// The innermost definition around it.
    pub within: Option<DefinitionId>,
    /// Where.
    pub span: Span,
}

/// The position in which a name is mentioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ReferenceKind {
    /// As a value that is neither called nor a type.
    Value,
    /// As the thing that is called.
    Call,
    /// As a type.
    Type,
    /// As a base class or an implemented interface.
    Inherit,
    /// As a macro, decorator, annotation or attribute.
    Macro,
}

impl ReferenceKind {
    /// The kind's name in query captures (`@reference.<kind>`).
    pub const ALL: [(ReferenceKind, &'static str); 5] = [
        (ReferenceKind::Value, "value"),
        (ReferenceKind::Call, "call"),
        (ReferenceKind::Type, "type"),
        (ReferenceKind::Inherit, "inherit"),
        (ReferenceKind::Macro, "macro"),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_tables_are_in_declaration_order() {
        for (index, (kind, _)) in DefinitionKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, index);
        }
        for (index, (kind, _)) in ReferenceKind::ALL.iter().enumerate() {
            assert_eq!(*kind as usize, index);
        }
    }
}
