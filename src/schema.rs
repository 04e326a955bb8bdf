//! The data models of a project: tables with columns, keys and relations, from SQL, migrations and the classes of
//! object-relational mappers.
//!
//! A reader turns what one kind of source says into [`Set`]s of tables: a dump of the whole schema, a directory of
//! migrations applied in their order, or the models of a mapper. [`merge`] decides which set speaks where several are
//! about the same tables. Pure over texts and facts: the disk is never read here.

mod merge;
mod model;
mod names;
mod readers;
mod sql;
mod state;

use std::sync::Arc;

pub use merge::Rank;
pub use model::{Cardinality, Column, Place, Relation, Table};
pub use names::{key, plural, singular};
pub use state::{Change, State};

use crate::facts::FileFacts;

/// A file of code, with what was read of it.
#[derive(Debug, Clone, Copy)]
pub struct Code<'a> {
    /// Relative to the root, with `/`.
    pub path: &'a Arc<str>,
    /// The name of its [`Language`](crate::lang::Language).
    pub language: &'static str,
    /// What it declares and says.
    pub facts: &'a FileFacts,
}

/// A file with a notation of its own: SQL, Prisma's schema language.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    /// Relative to the root, with `/`.
    pub path: &'a Arc<str>,
    /// The content.
    pub text: &'a str,
}

/// Everything that data models are read from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// By path.
    pub codes: &'a [Code<'a>],
    /// By path.
    pub texts: &'a [Text<'a>],
}

/// The data models of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schema {
    /// In order of name.
    pub tables: Vec<Table>,
    /// In order of their ends.
    pub relations: Vec<Relation>,
    /// For each text with statements that could not be read how many these are.
    pub skipped: Vec<(Arc<str>, usize)>,
}

impl Schema {
    /// The `table.column` that a column refers to by a foreign key of its own.
    pub fn referred(&self, table: &str, column: &str) -> Option<String> {
        let first = self.relations.partition_point(|relation| *relation.from < *table);
        let own = self.relations[first..].iter().take_while(|relation| relation.from == table);
        let is_key = |relation: &&Relation| {
            relation.via.len() == 1 && relation.via[0] == column && relation.cardinality != Cardinality::ManyToMany
        };
        let relation = own.into_iter().find(is_key)?;
        let to = match relation.to_columns.first().filter(|name| !name.is_empty()) {
            Some(name) => name.clone(),
            None => {
                let table = self.tables.iter().find(|table| table.name == relation.to)?;
                table.columns.iter().find(|column| column.primary)?.name.clone()
            }
        };
        Some(format!("{}.{to}", relation.to))
    }
}

/// What one source says of tables.
#[derive(Debug, Clone, Default)]
pub struct Set {
    /// How much it counts against others.
    pub rank: Rank,
    /// The framework: sets of one framework describe the same database in two ways.
    pub framework: &'static str,
    /// The directory or file that it is from, for a defined order.
    pub origin: String,
    /// What it says.
    pub state: State,
}

/// Reads all data models.
pub fn read(input: &Input<'_>) -> Schema {
    let mut sets = Vec::new();
    let mut skipped = Vec::new();
    for reader in readers::READERS {
        reader(input, &mut sets, &mut skipped);
    }
    let mut schema = merge::merge(sets);
    skipped.sort();
    schema.skipped = skipped;
    schema
}
