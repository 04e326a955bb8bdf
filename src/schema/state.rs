//! A schema while changes are applied to it: what migrations are made of.

use std::collections::BTreeMap;

use super::model::{Cardinality, Column, Relation, Table};
use super::names::key;
use crate::facts::Name;

/// One step of a migration.
#[derive(Debug, Clone)]
pub enum Change {
    /// A new table; nothing if it is there and `tolerant`.
    Create {
        /// With its columns.
        table: Table,
        /// Its foreign keys.
        relations: Vec<Relation>,
        /// `IF NOT EXISTS`.
        tolerant: bool,
    },
    /// No such table any more.
    Drop(Name),
    /// Another name of a table.
    Rename(Name, Name),
    /// A column of a table; in the place of one that has its name.
    Add(Name, Column),
    /// No such column any more.
    Remove(Name, Name),
    /// Another name of a column.
    RenameColumn(Name, Name, Name),
    /// Another type of a column.
    Retype(Name, Name, Name),
    /// The columns of a primary key.
    Key(Name, Vec<Name>),
    /// No primary key any more.
    DropKey(Name),
    /// A foreign key.
    Relate(Relation),
    /// No such constraint any more.
    DropConstraint(Name, Name),
    /// No foreign keys of a column any more.
    Unrelate(Name, Name),
}

/// Tables and their relations.
#[derive(Debug, Clone, Default)]
pub struct State {
    tables: BTreeMap<String, Table>,
    /// In the order in which they were declared.
    pub relations: Vec<Relation>,
}

impl State {
    /// The tables, in order of name.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values()
    }

    /// The table of a name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(&key(name))
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Puts a table in, in the place of one that has its name.
    pub fn put(&mut self, table: Table) {
        self.tables.insert(key(&table.name), table);
    }

    /// The table of a name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Table> {
        self.tables.get_mut(&key(name))
    }

    fn column(&mut self, table: &str, column: &str) -> Option<&mut Column> {
        let column = key(column);
        self.tables.get_mut(&key(table))?.columns.iter_mut().find(|found| key(&found.name) == column)
    }

    /// Applies a change. What it names and is not there is left alone: it may have been made by hand.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Create { table, relations, tolerant } => {
                if tolerant && self.tables.contains_key(&key(&table.name)) {
                    return;
                }
                let name = key(&table.name);
                self.relations.retain(|relation| key(&relation.from) != name);
                self.relations.extend(relations);
                self.put(table);
            }
            Change::Drop(name) => {
                let name = key(&name);
                self.tables.remove(&name);
                self.relations.retain(|relation| key(&relation.from) != name && key(&relation.to) != name);
            }
            Change::Rename(from, to) => self.rename(&from, to),
            Change::Add(table, column) => {
                if let Some(table) = self.tables.get_mut(&key(&table)) {
                    let name = key(&column.name);
                    match table.columns.iter_mut().find(|found| key(&found.name) == name) {
                        Some(found) => *found = column,
                        None => table.columns.push(column),
                    }
                }
            }
            Change::Remove(table, column) => {
                self.apply(Change::Unrelate(table.clone(), column.clone()));
                let column = key(&column);
                if let Some(table) = self.tables.get_mut(&key(&table)) {
                    table.columns.retain(|found| key(&found.name) != column);
                }
            }
            Change::RenameColumn(table, from, to) => {
                if let Some(column) = self.column(&table, &from) {
                    column.name = to.clone();
                }
                let (table, from) = (key(&table), key(&from));
                for relation in self.relations.iter_mut().filter(|relation| key(&relation.from) == table) {
                    for column in relation.via.iter_mut().filter(|column| key(column) == from) {
                        *column = to.clone();
                    }
                }
            }
            Change::Retype(table, column, r#type) => {
                if let Some(column) = self.column(&table, &column) {
                    column.r#type = r#type;
                }
            }
            Change::Key(table, columns) => {
                for column in columns {
                    if let Some(column) = self.column(&table, &column) {
                        column.primary = true;
                    }
                }
            }
            Change::DropKey(table) => {
                if let Some(table) = self.tables.get_mut(&key(&table)) {
                    table.columns.iter_mut().for_each(|column| column.primary = false);
                }
            }
            Change::Relate(relation) => {
                let same = |found: &Relation| key(&found.from) == key(&relation.from) && found.via == relation.via;
                if !self.relations.iter().any(|found| same(found) && key(&found.to) == key(&relation.to)) {
                    self.relations.push(relation);
                }
            }
            Change::DropConstraint(table, name) => {
                let table = key(&table);
                let is_it = |relation: &Relation| {
                    key(&relation.from) == table
                        && relation.constraint.as_deref().is_some_and(|found| found.eq_ignore_ascii_case(&name))
                };
                self.relations.retain(|relation| !is_it(relation));
            }
            Change::Unrelate(table, column) => {
                let (table, column) = (key(&table), key(&column));
                let is_it = |relation: &Relation| {
                    key(&relation.from) == table && relation.via.iter().any(|found| key(found) == column)
                };
                self.relations.retain(|relation| !is_it(relation));
            }
        }
    }

    fn rename(&mut self, from: &str, to: Name) {
        let from = key(from);
        if let Some(mut table) = self.tables.remove(&from) {
            table.name = to.clone();
            self.put(table);
        }
        for relation in &mut self.relations {
            for end in [&mut relation.from, &mut relation.to] {
                if key(end) == from {
                    *end = to.clone();
                }
            }
        }
    }

    /// Adds a foreign key of one column.
    pub fn relate(&mut self, from: &str, column: &str, to: &str, cardinality: Cardinality, place: super::Place) {
        self.relations.push(Relation {
            from: from.into(),
            via: vec![column.into()],
            to: to.into(),
            to_columns: Vec::new(),
            constraint: None,
            cardinality,
            place,
        });
    }

    /// The column of a table's primary key, if it has one only.
    pub fn primary_of(&self, table: &str) -> Option<&Column> {
        let mut primary = self.table(table)?.columns.iter().filter(|column| column.primary);
        primary.next().filter(|_| primary.next().is_none())
    }
}
