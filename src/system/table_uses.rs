//! Which code reads and writes which table: by SQL in its texts, and by calls of object-relational mappers and query
//! builders.
//!
//! A call counts if it names a table that the data models know and a verb of its library says what is done. What is
//! called on the result of another call belongs to the same request: `User.objects.filter(a=1).delete()` writes.

mod entities;
mod statements;
mod tables;
mod verbs;

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::code::{self, CodeFile};
use super::model::{Access, System, TableUse};
use crate::facts::terms::{Call, Value, last_part};
use crate::lang::resolve::Sources;
use entities::Entities;
use tables::Tables;

/// How deep texts are looked for in lists and maps among arguments.
const DEPTH_LIMIT: u32 = 3;

/// Finds the uses of the tables of a system that is whole but for them.
pub fn of(sources: &Sources, system: &System) -> Vec<TableUse> {
    if system.schema.tables.is_empty() {
        return Vec::new();
    }
    let files: Vec<CodeFile<'_>> = code::files(sources).collect();
    let tables = Tables::new(sources, system, &files);
    let mut found = BTreeSet::new();
    for file in &files {
        let component = system.owners[file.id.index()];
        let mut add = |table, access, line| {
            found.insert(TableUse { table, access, component, evidence: file.place(line) });
        };
        texts(file, &tables, &mut add);
        requests(&Entities::new(file, &tables), &mut add);
    }
    found.into_iter().collect()
}

/// Notes that a line does something with a table.
type Add<'a> = dyn FnMut(usize, Access, u32) + 'a;

/// The uses by texts that are SQL: where they are given to a call, else where they are bound to a name.
fn texts(file: &CodeFile<'_>, tables: &Tables<'_>, add: &mut Add<'_>) {
    let mut given = FxHashSet::default();
    let owner = tables.owner(file.id);
    for call in &file.terms.calls {
        for argument in &call.arguments {
            let mut statements = Vec::new();
            gather(file, &argument.value, call, DEPTH_LIMIT, &mut given, &mut statements);
            for text in statements {
                for (table, access) in statements::uses(&text, |name| tables.meant(name, owner)) {
                    add(table, access, call.span.line);
                }
            }
        }
    }
    for binding in &file.terms.bindings {
        if given.contains(last_part(&binding.name)) || !matches!(binding.value, Value::Text(_) | Value::Template(_)) {
            continue;
        }
        let text = file.text(&binding.value).filter(|text| statements::is_statement(text));
        for (table, access) in text.iter().flat_map(|text| statements::uses(text, |name| tables.meant(name, owner))) {
            add(table, access, binding.span.line);
        }
    }
}

/// The statements in a value, and the names by which a value takes them.
fn gather<'v>(
    file: &CodeFile<'_>,
    value: &'v Value,
    call: &Call,
    depth: u32,
    given: &mut FxHashSet<&'v str>,
    found: &mut Vec<String>,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Text(text) if statements::is_statement(text) => found.push(text.to_string()),
        Value::Template(_) => found.extend(file.text(value).filter(|text| statements::is_statement(text))),
        Value::Name(name) => {
            let bound = file.bound_before(name, call).or_else(|| file.bound(name));
            let is_text = matches!(bound, Some(Value::Text(_) | Value::Template(_)));
            let text = bound.filter(|_| is_text).and_then(|bound| file.text(bound));
            if let Some(text) = text.filter(|text| statements::is_statement(text)) {
                given.insert(last_part(name));
                found.push(text);
            }
        }
        Value::List(values) => values.iter().for_each(|value| gather(file, value, call, depth, given, found)),
        Value::Map(entries) => {
            entries.iter().for_each(|entry| gather(file, &entry.value, call, depth, given, found));
        }
        _ => {}
    }
}

/// The uses by calls of mappers: for each chain of calls the tables that it names, and what its verbs do with them.
fn requests(entities: &Entities<'_, '_>, add: &mut Add<'_>) {
    let calls = &entities.file.terms.calls;
    let mut first: Vec<u32> = Vec::with_capacity(calls.len());
    for (id, call) in calls.iter().enumerate() {
        first.push(call.on.and_then(|on| first.get(on as usize).copied()).unwrap_or(id as u32));
    }
    let mut named = Vec::new();
    for (id, call) in calls.iter().enumerate() {
        named.extend(entities.of_call(call).into_iter().map(|table| (id, table)));
        for (table, access) in entities.of_query(call) {
            add(*table, *access, call.span.line);
        }
    }
    if named.is_empty() {
        return;
    }
    let mut chains: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for (id, root) in first.iter().enumerate() {
        chains.entry(*root).or_default().push(id);
    }
    for (id, table) in named {
        let chain = chains.get(&first[id]).map_or(&[][..], Vec::as_slice);
        let chain = chain.iter().filter_map(|other| Some((*other, calls.get(*other)?)));
        let request = chain.filter(|(other, call)| *other == id || entities.is_continued(id as u32, call));
        if let Some(access) = verbs::access(entities.file.family, request.map(|(_, call)| call.name())) {
            add(table, access, calls[id].span.line);
        }
    }
}
