//! From files that need each other to the very definitions that do.
//!
//! A second step after [`super::resolve`]: it takes the files that imports lead to as given, so it adds no dependency
//! between files and needs little knowledge of languages.
//!
//! ```text
//! table     what each file defines, hands on and takes from others, by name
//! scope     what a name means in a file: its own definitions, its imports, through re-exports to the defining file
//! link      every dependency and mention as a use of a definition
//! ```
//! Where a resolver knows the definition itself ([`Dependency::to_symbol`]), that is taken. Else the name in the code is
//! looked up: by the file's bindings in languages whose imports bind names, in others among the target's definitions, where
//! it counts if it is the only one of its name.

mod link;
mod scope;
mod table;

use super::resolve::{Certainty, Dependency, DependencyKind, FileId, Sources};
use crate::facts::{DefinitionId, Span};

/// One use of a definition by another one, in the same file or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SymbolUse {
    /// The definition around the place; none at the top of the file.
    pub from: Option<DefinitionId>,
    /// The file that holds what is used.
    pub file: FileId,
    /// The definition that is used; none for the file as a whole, or where it is not known.
    pub to: Option<DefinitionId>,
    /// The file that the import names, where that only hands on what `file` defines.
    pub via: Option<FileId>,
    /// In which way.
    pub kind: DependencyKind,
    /// How sure that is.
    pub certainty: Certainty,
    /// Whether only tests need it. Whether the file itself is test code is not in it.
    pub test: bool,
    /// Where.
    pub span: Span,
}

/// How a family's imports bind names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Binding {
    /// Not at all, or by rules of their own that the resolver knows.
    None,
    /// Each name that a file defines or imports is there for others (Python).
    All,
    /// What a file exports is there for others (JavaScript).
    Exported,
}

impl Binding {
    fn of(sources: &Sources, file: FileId) -> Self {
        match sources.get(file).language.map(|language| language.family.name) {
            Some("python") => Self::All,
            Some("ecmascript") => Self::Exported,
            _ => Self::None,
        }
    }
}

/// For each file the uses of definitions, in source order. `dependencies` are those between files, `own` those of a file on
/// itself; both have one entry a file.
pub fn link(sources: &Sources, dependencies: &[Vec<Dependency>], own: &[Vec<Dependency>]) -> Vec<Vec<SymbolUse>> {
    let tables = table::Tables::new(sources, dependencies);
    link::link(sources, &tables, dependencies, own)
}
