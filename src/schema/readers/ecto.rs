//! Ecto's migrations, and the schemas of their tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::builder::{Calls, is_in};
use super::{directory, file_name, is_aside, version};
use crate::facts::Name;
use crate::facts::terms::{Call, Value, last_part};
use crate::schema::merge::Rank;
use crate::schema::model::{Cardinality, Column, Place, Relation, Table};
use crate::schema::state::{Change, State};
use crate::schema::{Code, Input, Set, sql};

/// [`super::Reader`].
pub fn read(input: &Input<'_>, sets: &mut Vec<Set>, _: &mut Vec<(Arc<str>, usize)>) {
    let mut chains: BTreeMap<&str, Vec<(Vec<u64>, &Code<'_>)>> = BTreeMap::new();
    for code in input.codes.iter().filter(|code| code.language == "elixir" && code.path.ends_with(".exs")) {
        if let Some(version) = version(file_name(code.path)) {
            chains.entry(directory(code.path)).or_default().push((version, code));
        }
    }
    for (chain, mut files) in chains {
        files.sort_by(|a, b| (&a.0, a.1.path).cmp(&(&b.0, b.1.path)));
        let mut state = State::default();
        for (_, code) in files {
            let calls = Calls::new(code);
            for (_, call) in calls.chains() {
                if !is_in(code, call, &["down"]) {
                    Reader { code, calls: &calls, call }.apply(&mut state);
                }
            }
        }
        models(input, &mut state);
        let rank = if is_aside(&format!("{chain}/")) { Rank::Test } else { Rank::Migration };
        sets.push(Set { rank, framework: "ecto", origin: chain.to_owned(), state });
    }
}

/// Notes which modules stand for which tables.
fn models(input: &Input<'_>, state: &mut State) {
    for code in input.codes.iter().filter(|code| code.language == "elixir") {
        let calls = &code.facts.terms.calls;
        for call in calls.iter().filter(|call| call.callee == "schema") {
            let module =
                call.inside.and_then(|id| calls.get(id as usize)).filter(|around| around.name() == "defmodule");
            let module = module.and_then(|module| module.positional(0)?.name());
            if let (Some(table), Some(module)) = (call.text(0).and_then(|name| state.get_mut(name)), module) {
                table.models.push(Name::from(last_part(module)));
                table.places.push(Place::new(code.path, call.span.line));
            }
        }
    }
}

struct Reader<'a> {
    code: &'a Code<'a>,
    calls: &'a Calls<'a>,
    call: &'a Call,
}

impl<'a> Reader<'a> {
    fn place(&self) -> Place {
        Place::new(self.code.path, self.call.span.line)
    }

    /// The call of `table` among the arguments.
    fn table_of(&self, call: &Call) -> Option<&'a Call> {
        call.arguments.iter().find_map(|argument| {
            let (_, found) = self.calls.root(&argument.value)?;
            (found.name() == "table").then_some(found)
        })
    }

    fn apply(&self, state: &mut State) {
        let call = self.call;
        match call.name() {
            "create" | "create_if_not_exists" => {
                let Some(made) = self.table_of(call) else { return };
                let Some(name) = made.text(0) else { return };
                let mut table = Table::new(name, self.place());
                let key = made.option("primary_key");
                if key != Some(&Value::Bool(false)) {
                    let option = |option: &str| key.and_then(|key| key.entry(option)?.text());
                    let column = Column::new(
                        option("name").unwrap_or("id"),
                        option("type").unwrap_or("bigserial"),
                        self.place(),
                    );
                    table.columns.push(column.primary());
                }
                let tolerant = call.name() == "create_if_not_exists";
                state.apply(Change::Create { table, relations: Vec::new(), tolerant });
            }
            "drop" | "drop_if_exists" => {
                if let Some(name) = self.table_of(call).and_then(|table| table.text(0)) {
                    state.apply(Change::Drop(name.into()));
                }
            }
            "rename" => {
                let Some(from) = self.table_of(call).and_then(|table| table.text(0)) else { return };
                match (call.text(0), call.option("to")) {
                    (Some(column), Some(to)) => {
                        if let Some(to) = to.text() {
                            state.apply(Change::RenameColumn(from.into(), column.into(), to.into()));
                        }
                    }
                    (None, Some(to)) => {
                        if let Some(to) = self.calls.root(to).and_then(|(_, table)| table.text(0)) {
                            state.apply(Change::Rename(from.into(), to.into()));
                        }
                    }
                    _ => {}
                }
            }
            "execute" => {
                let script = sql::read(self.code.path, call.text(0).unwrap_or_default(), call.span.line);
                script.changes.into_iter().for_each(|change| state.apply(change));
            }
            _ => {
                let block = call.inside.and_then(|id| self.calls.get(id));
                let table = block.filter(|block| matches!(block.name(), "create" | "create_if_not_exists" | "alter"));
                if let Some(table) = table.and_then(|block| self.table_of(block)?.text(0)) {
                    self.column(table, state);
                }
            }
        }
    }

    fn column(&self, table: &str, state: &mut State) {
        let call = self.call;
        let name = call.text(0).map(Name::from);
        match (call.name(), name) {
            ("timestamps", _) => {
                let kind = call.option("type").and_then(Value::text).unwrap_or("naive_datetime");
                let kind = if kind.contains("datetime") { "timestamp" } else { kind };
                for (option, default) in [("inserted_at", "inserted_at"), ("updated_at", "updated_at")] {
                    let given = call.option(option);
                    if given != Some(&Value::Bool(false)) {
                        let name = given.and_then(Value::text).unwrap_or(default);
                        state.apply(Change::Add(table.into(), Column::new(name, kind, self.place())));
                    }
                }
            }
            ("add" | "add_if_not_exists" | "modify", Some(name)) => {
                let Some(kind) = call.positional(1) else { return };
                let reference =
                    self.calls.root(kind).filter(|(_, found)| found.name() == "references").map(|(_, found)| found);
                let r#type = match (kind, reference) {
                    (_, Some(reference)) => {
                        reference.option("type").and_then(Value::text).unwrap_or("bigint").to_owned()
                    }
                    (Value::List(elements), _) => {
                        let inner = elements.last().and_then(Value::text).unwrap_or_default();
                        format!("{inner}[]")
                    }
                    (kind, _) => kind.text().unwrap_or_default().to_owned(),
                };
                let r#type = match r#type.as_str() {
                    "utc_datetime" | "naive_datetime" | "utc_datetime_usec" | "naive_datetime_usec" => {
                        "timestamp".to_owned()
                    }
                    "binary_id" => "uuid".to_owned(),
                    "map" => "jsonb".to_owned(),
                    "id" => "bigint".to_owned(),
                    _ => r#type,
                };
                let primary = call.option("primary_key") == Some(&Value::Bool(true));
                if call.name() == "modify" {
                    state.apply(Change::Retype(table.into(), name.clone(), r#type.into()));
                } else {
                    state.apply(Change::Add(
                        table.into(),
                        Column { primary, ..Column::new(name.clone(), r#type, self.place()) },
                    ));
                }
                if let Some(to) = reference.and_then(|reference| reference.text(0)) {
                    let referred = reference.and_then(|reference| reference.option("column")?.text());
                    state.apply(Change::Relate(Relation {
                        from: table.into(),
                        via: vec![name],
                        to: to.into(),
                        to_columns: referred.into_iter().map(Name::from).collect(),
                        constraint: None,
                        cardinality: Cardinality::ManyToOne,
                        place: self.place(),
                    }));
                }
            }
            ("remove" | "remove_if_exists", Some(name)) => state.apply(Change::Remove(table.into(), name)),
            _ => {}
        }
    }
}
