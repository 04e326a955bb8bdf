//! Drizzle's tables: `pgTable("users", { id: serial("id").primaryKey() })`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Found;
use super::builder::Calls;
use crate::facts::Name;
use crate::facts::terms::{Value, last_part};
use crate::schema::merge::Rank;
use crate::schema::model::{Cardinality, Column, Place, Relation, Table};
use crate::schema::state::State;
use crate::schema::{Code, Input, Set};

/// Functions that make a table; those of `pgTableCreator` and its kin are bound to names that projects choose.
const TABLES: [&str; 5] = ["pgTable", "mysqlTable", "sqliteTable", "singlestoreTable", "table"];

/// A table that a name stands for: its own name, and for each key of its columns the column.
struct Bound<'a> {
    code: &'a Code<'a>,
    table: Name,
    columns: BTreeMap<&'a str, Name>,
}

/// [`super::Reader`].
pub fn read(input: &Input<'_>, sets: &mut Vec<Set>, _: &mut Vec<(Arc<str>, usize)>) {
    let is_used = |code: &&Code<'_>| code.facts.imports.iter().any(|import| import.path.starts_with("drizzle-orm"));
    let codes: Vec<&Code<'_>> = input.codes.iter().filter(is_used).collect();
    let mut found = Found::default();
    let mut bound: BTreeMap<&str, Vec<Bound<'_>>> = BTreeMap::new();
    for code in &codes {
        let state = found.of(code.path);
        let calls = Calls::new(code);
        for binding in &code.facts.terms.bindings {
            if let Some((mut table, columns)) = table(code, &calls, &binding.value) {
                table.models.push(binding.name.clone());
                bound.entry(&binding.name).or_default().push(Bound { code, table: table.name.clone(), columns });
                state.put(table);
            }
        }
    }
    for code in &codes {
        let state = found.of(code.path);
        let calls = Calls::new(code);
        for binding in &code.facts.terms.bindings {
            keys(code, &calls, &binding.value, &binding.name, &bound, state);
        }
    }
    sets.extend(found.into_sets(Rank::Dump, "drizzle", "tables"));
}

/// The table that a value is, with its columns by their keys.
fn table<'a>(code: &Code<'a>, calls: &Calls<'a>, value: &Value) -> Option<(Table, BTreeMap<&'a str, Name>)> {
    let (_, made) = calls.root(value)?;
    if !TABLES.contains(&made.name()) {
        return None;
    }
    let mut table = Table::new(made.text(0)?, Place::new(code.path, made.span.line));
    let mut columns = BTreeMap::new();
    let Some(Value::Map(entries)) = made.positional(1) else { return None };
    for entry in entries {
        let (Some(key), Some((id, column))) = (entry.name.as_deref(), calls.root(&entry.value)) else { continue };
        let name = Name::from(column.text(0).unwrap_or(key));
        let array = if calls.then(id, "array").is_some() { "[]" } else { "" };
        let kind = match (column.name(), column.option("mode").and_then(Value::text)) {
            ("integer", Some("boolean")) => "boolean",
            ("integer", Some("timestamp" | "timestamp_ms")) => "timestamp",
            ("text", Some("json")) => "json",
            (kind, _) => kind,
        };
        columns.insert(key, name.clone());
        table.columns.push(Column {
            primary: calls.then(id, "primaryKey").is_some(),
            ..Column::new(name, format!("{}{array}", kind.to_ascii_lowercase()), Place::new(code.path, entry.line))
        });
    }
    Some((table, columns))
}

/// The table and column that `users.id` names.
fn column_of(path: &str, code: &Code<'_>, bound: &BTreeMap<&str, Vec<Bound<'_>>>) -> Option<(Name, Name)> {
    let (variable, key) = path.rsplit_once('.')?;
    let all = bound.get(last_part(variable))?;
    let own = all.iter().find(|found| found.code.path == code.path);
    let found = own.or(if let [only] = all.as_slice() { Some(only) } else { None })?;
    Some((found.table.clone(), found.columns.get(key)?.clone()))
}

/// Foreign keys of columns, and keys of several columns.
fn keys(
    code: &Code<'_>,
    calls: &Calls<'_>,
    value: &Value,
    variable: &str,
    bound: &BTreeMap<&str, Vec<Bound<'_>>>,
    state: &mut State,
) {
    let Some((_, made)) = calls.root(value).filter(|(_, made)| TABLES.contains(&made.name())) else { return };
    let Some(table) = made.text(0) else { return };
    if let Some(Value::Map(entries)) = made.positional(1) {
        for entry in entries {
            let (Some(key), Some((id, column))) = (entry.name.as_deref(), calls.root(&entry.value)) else { continue };
            let target = calls.then(id, "references").and_then(|found| match found.positional(0)? {
                Value::Function(Some(body)) => body.name(),
                _ => None,
            });
            if let Some((to, referred)) = target.and_then(|target| column_of(target, code, bound)) {
                state.relations.push(Relation {
                    from: table.into(),
                    via: vec![Name::from(column.text(0).unwrap_or(key))],
                    to,
                    to_columns: vec![referred],
                    constraint: None,
                    cardinality: match calls.then(id, "unique") {
                        Some(_) => Cardinality::OneToOne,
                        None => Cardinality::ManyToOne,
                    },
                    place: Place::new(code.path, entry.line),
                });
            }
        }
    }
    let Some(Value::Function(Some(body))) = made.positional(2) else { return };
    let extras: Vec<&Value> = match &**body {
        Value::List(values) => values.iter().collect(),
        Value::Map(entries) => entries.iter().map(|entry| &entry.value).collect(),
        _ => Vec::new(),
    };
    // The function's parameter stands for the table itself.
    let own = |value: &Value| {
        value.name().and_then(|name| column_of(&format!("{variable}.{}", last_part(name)), code, bound))
    };
    for (_, extra) in extras.into_iter().filter_map(|value| calls.root(value)) {
        let list = |option: &str| extra.option(option).map(Value::elements).unwrap_or_default();
        match extra.name() {
            "primaryKey" => {
                let named = list("columns").iter().chain(extra.arguments.iter().map(|argument| &argument.value));
                let columns: Vec<Name> = named.filter_map(own).map(|(_, column)| column).collect();
                state.apply(crate::schema::Change::Key(table.into(), columns));
            }
            "foreignKey" => {
                let via: Vec<Name> = list("columns").iter().filter_map(own).map(|(_, column)| column).collect();
                let other = list("foreignColumns").iter().filter_map(|value| column_of(value.name()?, code, bound));
                let other: Vec<(Name, Name)> = other.collect();
                if let (Some((to, _)), false) = (other.first().cloned(), via.is_empty()) {
                    state.relations.push(Relation {
                        from: table.into(),
                        via,
                        to,
                        to_columns: other.into_iter().map(|(_, column)| column).collect(),
                        constraint: None,
                        cardinality: Cardinality::ManyToOne,
                        place: Place::new(code.path, extra.span.line),
                    });
                }
            }
            _ => {}
        }
    }
}
