//! Tables, columns and relations.

use std::sync::Arc;

use crate::facts::Name;

/// A line that supports a claim.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    /// Counted from 1.
    pub line: u32,
}

impl Place {
    /// A line of a file.
    pub fn new(path: &Arc<str>, line: u32) -> Self {
        Self { path: path.clone(), line: line.max(1) }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.path, self.line)
    }
}

/// A table, or a class that stands for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The table's name as the database has it.
    pub name: Name,
    /// The classes or constants that stand for it in code, sorted.
    pub models: Vec<Name>,
    /// In the order in which they are declared.
    pub columns: Vec<Column>,
    /// Where it is declared, the place that says most first.
    pub places: Vec<Place>,
}

impl Table {
    /// A table without columns.
    pub fn new(name: impl Into<Name>, place: Place) -> Self {
        Self { name: name.into(), models: Vec::new(), columns: Vec::new(), places: vec![place] }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name as the database has it.
    pub name: Name,
    /// As declared: `varchar(20)`, `CharField`, `String`.
    pub r#type: Name,
    /// Whether it is part of the primary key.
    pub primary: bool,
    /// Where it is declared.
    pub place: Place,
}

impl Column {
    /// A column that is no key.
    pub fn new(name: impl Into<Name>, r#type: impl Into<Name>, place: Place) -> Self {
        Self { name: name.into(), r#type: r#type.into(), primary: false, place }
    }

    /// The same as a primary key.
    pub fn primary(self) -> Self {
        Self { primary: true, ..self }
    }
}

/// How many rows of each end a relation joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cardinality {
    /// Many rows refer to one.
    ManyToOne,
    /// At most one row refers to one.
    OneToOne,
    /// By a table in between that is nobody's model.
    ManyToMany,
}

impl Cardinality {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ManyToOne => "many-to-one",
            Self::OneToOne => "one-to-one",
            Self::ManyToMany => "many-to-many",
        }
    }
}

/// A foreign key, or what a mapper says in place of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The table that refers.
    pub from: Name,
    /// The columns that refer; the member's name where no column is known.
    pub via: Vec<Name>,
    /// The table that is referred to.
    pub to: Name,
    /// The columns that are referred to; empty for the primary key.
    pub to_columns: Vec<Name>,
    /// The name of the constraint.
    pub constraint: Option<Name>,
    /// How many rows.
    pub cardinality: Cardinality,
    /// Where it is declared.
    pub place: Place,
}
