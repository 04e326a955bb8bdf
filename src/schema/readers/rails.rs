//! Ruby on Rails: `schema.rb`, migrations, and the classes that stand for their tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::classes::Classes;
use super::{directory, file_name, is_aside, version};
use crate::facts::Name;
use crate::facts::terms::{Call, Value, last_part};
use crate::schema::merge::Rank;
use crate::schema::model::{Cardinality, Column, Place, Relation, Table};
use crate::schema::names::{plural, singular, snake};
use crate::schema::state::{Change, State};
use crate::schema::{Code, Input, Set, sql};

/// Methods of a table's block that are no types.
const NOT_TYPES: [&str; 14] = [
    "index",
    "foreign_key",
    "check_constraint",
    "timestamps",
    "references",
    "belongs_to",
    "column",
    "primary_key",
    "rename",
    "remove",
    "attachment",
    "unique_constraint",
    "exclusion_constraint",
    "change",
];

/// Libraries with a database of their own, which holds nothing of the application's: their schemas lie in files of their
/// own (`db/queue_schema.rb`).
const LIBRARIES: [&str; 3] = ["solid_queue_", "solid_cache_", "solid_cable_"];

/// [`super::Reader`].
pub fn read(input: &Input<'_>, sets: &mut Vec<Set>, _: &mut Vec<(Arc<str>, usize)>) {
    let mut chains: BTreeMap<&str, Vec<(Vec<u64>, &Code<'_>)>> = BTreeMap::new();
    for code in input.codes.iter().filter(|code| code.language == "ruby") {
        let calls = &code.facts.terms.calls;
        if calls.iter().any(|call| call.name() == "define" && is_on_schema(calls, call)) {
            let mut state = State::default();
            changes(code, &mut state, &|_| true);
            if state.tables().all(|table| LIBRARIES.iter().any(|prefix| table.name.starts_with(prefix))) {
                continue;
            }
            let rank = if is_aside(code.path) { Rank::Test } else { Rank::Dump };
            sets.push(Set { rank, framework: "rails", origin: code.path.to_string(), state });
        } else if let Some(version) = version(file_name(code.path))
            && code.facts.terms.classes.iter().any(|class| class.bases.iter().any(|base| base.contains("Migration")))
        {
            chains.entry(directory(code.path)).or_default().push((version, code));
        }
    }
    for (chain, mut files) in chains {
        files.sort_by(|a, b| (&a.0, a.1.path).cmp(&(&b.0, b.1.path)));
        let mut state = State::default();
        for (_, code) in files {
            let definitions = &code.facts.definitions;
            let is_forward = |call: &Call| {
                let within = call.within.and_then(|id| definitions.get(id as usize));
                within.is_none_or(|definition| definition.name != "down")
            };
            changes(code, &mut state, &is_forward);
        }
        let rank = if is_aside(&format!("{chain}/")) { Rank::Test } else { Rank::Migration };
        sets.push(Set { rank, framework: "rails", origin: chain.to_owned(), state });
    }
    models(input, sets);
}

fn is_on_schema(calls: &[Call], call: &Call) -> bool {
    let on = call.on.and_then(|on| calls.get(on as usize));
    call.receiver().contains("Schema") || on.is_some_and(|on| on.callee.contains("Schema"))
}

/// Notes which classes stand for which tables.
fn models(input: &Input<'_>, sets: &mut [Set]) {
    let classes = Classes::new(input, &["ruby"]);
    for id in classes.all() {
        let (ancestors, outside) = classes.ancestors(id);
        let is_record = outside.iter().any(|base| matches!(*base, "ActiveRecord.Base" | "ApplicationRecord"))
            || ancestors.iter().any(|id| classes.shape(*id).name == "ApplicationRecord");
        let shape = classes.shape(id);
        if !is_record || shape.name == "ApplicationRecord" {
            continue;
        }
        let declared = shape.members.iter().find(|member| member.name == "self.table_name");
        let declared = declared.and_then(|member| member.value.as_ref()?.text());
        let name = declared.map_or_else(|| plural(&snake(last_part(&shape.name))), str::to_owned);
        let model = Name::from(last_part(&shape.name));
        for set in sets.iter_mut().filter(|set| set.framework == "rails" || set.rank == Rank::Dump) {
            if let Some(table) = set.state.get_mut(&name)
                && !table.models.contains(&model)
            {
                table.models.push(model.clone());
                table.places.push(classes.place(id, shape.span.line));
            }
        }
    }
}

/// Applies what a file's calls say, in their order.
fn changes(code: &Code<'_>, state: &mut State, is_forward: &dyn Fn(&Call) -> bool) {
    let calls = &code.facts.terms.calls;
    let mut order: Vec<usize> = (0..calls.len()).filter(|index| is_forward(&calls[*index])).collect();
    // A call of the list stands behind those among its arguments.
    order.sort_by_key(|index| calls[*index].span.start);
    for index in order {
        let call = &calls[index];
        let reader = Reader { code, call };
        if let Some(table) = reader.table_around(calls) {
            reader.in_table(&table, state);
        } else if call.receiver().is_empty() || matches!(call.receiver(), "connection" | "self") {
            reader.at_top(state);
        }
    }
}

struct Reader<'a> {
    code: &'a Code<'a>,
    call: &'a Call,
}

impl Reader<'_> {
    fn place(&self) -> Place {
        Place::new(self.code.path, self.call.span.line)
    }

    fn name(&self, index: usize) -> Option<Name> {
        self.call.text(index).map(Name::from)
    }

    fn option(&self, name: &str) -> Option<Name> {
        self.call.option(name)?.text().map(Name::from)
    }

    /// The table in whose block a call stands.
    fn table_around(&self, calls: &[Call]) -> Option<Name> {
        let block = calls.get(self.call.inside? as usize)?;
        if self.call.receiver().is_empty() {
            return None;
        }
        match block.name() {
            "create_table" | "change_table" => block.text(0).map(Name::from),
            "create_join_table" => join_table(block),
            _ => None,
        }
    }

    fn at_top(&self, state: &mut State) {
        let call = self.call;
        let first = self.name(0);
        let change = match (call.name(), first) {
            ("create_table", Some(name)) => self.create(name),
            ("create_join_table", Some(_)) => self.create_join(),
            ("drop_table", Some(name)) => Some(Change::Drop(name)),
            ("drop_join_table", Some(_)) => join_table(call).map(Change::Drop),
            ("rename_table", Some(name)) => self.name(1).map(|to| Change::Rename(name, to)),
            ("add_column", Some(name)) => {
                let column = self.name(1).zip(self.name(2));
                column.map(|(column, kind)| Change::Add(name, Column::new(column, kind, self.place())))
            }
            ("remove_column", Some(name)) => self.name(1).map(|column| Change::Remove(name, column)),
            ("remove_columns", Some(name)) => {
                let columns = (1..call.arguments.len()).filter_map(|index| self.name(index));
                columns.for_each(|column| state.apply(Change::Remove(name.clone(), column)));
                None
            }
            ("rename_column", Some(name)) => {
                self.name(1).zip(self.name(2)).map(|(from, to)| Change::RenameColumn(name, from, to))
            }
            ("change_column", Some(name)) => {
                self.name(1).zip(self.name(2)).map(|(column, kind)| Change::Retype(name, column, kind))
            }
            ("add_reference" | "add_belongs_to", Some(name)) => {
                self.reference(&name, 1, state);
                None
            }
            ("remove_reference" | "remove_belongs_to", Some(name)) => {
                if let Some(column) = self.name(1) {
                    state.apply(Change::Remove(name.clone(), Name::from(format!("{column}_type"))));
                    state.apply(Change::Remove(name, Name::from(format!("{column}_id"))));
                }
                None
            }
            ("add_timestamps", Some(name)) => {
                self.timestamps(&name, state);
                None
            }
            ("add_foreign_key", Some(name)) => self.name(1).map(|to| Change::Relate(self.foreign_key(&name, &to))),
            ("remove_foreign_key", Some(name)) => {
                let column =
                    self.option("column").or_else(|| Some(Name::from(format!("{}_id", singular(&self.name(1)?)))));
                column.map(|column| Change::Unrelate(name, column))
            }
            ("execute", Some(_)) => {
                let text = call.text(0).unwrap_or_default();
                let script = sql::read(self.code.path, text, call.span.line);
                script.changes.into_iter().for_each(|change| state.apply(change));
                None
            }
            _ => None,
        };
        if let Some(change) = change {
            state.apply(change);
        }
    }

    fn create(&self, name: Name) -> Option<Change> {
        if matches!(self.call.option("temporary"), Some(Value::Bool(true))) {
            return None;
        }
        let mut table = Table::new(name, self.place());
        let mut key = |name: &str, kind: &str| table.columns.push(Column::new(name, kind, self.place()).primary());
        let id = self.call.option("id");
        match self.call.option("primary_key") {
            Some(Value::List(names)) => {
                // The columns themselves follow in the block.
                names.iter().filter_map(Value::text).for_each(|name| key(name, ""));
            }
            _ if matches!(id, Some(Value::Bool(false))) => {}
            named => {
                let kind = match id {
                    Some(Value::Map(_)) => id.and_then(|id| id.entry("type")).and_then(Value::text),
                    id => id.and_then(Value::text),
                };
                key(named.and_then(Value::text).unwrap_or("id"), kind.unwrap_or("bigint"));
            }
        }
        let tolerant = matches!(self.call.option("if_not_exists"), Some(Value::Bool(true)));
        Some(Change::Create { table, relations: Vec::new(), tolerant })
    }

    fn create_join(&self) -> Option<Change> {
        let mut table = Table::new(join_table(self.call)?, self.place());
        for index in 0..2 {
            let column = format!("{}_id", singular(self.call.text(index)?));
            table.columns.push(Column::new(column, "bigint", self.place()));
        }
        Some(Change::Create { table, relations: Vec::new(), tolerant: false })
    }

    /// A call in the block of a table.
    fn in_table(&self, table: &Name, state: &mut State) {
        let call = self.call;
        let names: Vec<Name> = call
            .arguments
            .iter()
            .filter_map(|given| given.value.text().filter(|_| given.name.is_none()).map(Name::from))
            .collect();
        match call.name() {
            "references" | "belongs_to" => (0..names.len()).for_each(|index| self.reference(table, index, state)),
            "timestamps" => self.timestamps(table, state),
            "column" => {
                if let [name, kind, ..] = names.as_slice() {
                    self.add(table, name, kind, state);
                }
            }
            "primary_key" => {
                let Some(name) = names.first() else { return };
                let kind = names.get(1).map_or("bigint", Name::as_str);
                state.apply(Change::Add(table.clone(), Column::new(name.clone(), kind, self.place()).primary()));
            }
            "remove" => names.into_iter().for_each(|name| state.apply(Change::Remove(table.clone(), name))),
            "rename" => {
                if let [from, to, ..] = names.as_slice() {
                    state.apply(Change::RenameColumn(table.clone(), from.clone(), to.clone()));
                }
            }
            "change" => {
                if let [name, kind, ..] = names.as_slice() {
                    state.apply(Change::Retype(table.clone(), name.clone(), kind.clone()));
                }
            }
            "foreign_key" => {
                if let Some(to) = names.first() {
                    state.apply(Change::Relate(self.foreign_key(table, to)));
                }
            }
            kind if !NOT_TYPES.contains(&kind) && call.on.is_none() && self.is_of_block() => {
                names.iter().for_each(|name| self.add(table, name, kind, state));
            }
            _ => {}
        }
    }

    /// Whether what a call is called on is a plain name, as a block's parameter is.
    fn is_of_block(&self) -> bool {
        !self.call.receiver().contains('.')
            && self.call.receiver().starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
    }

    fn add(&self, table: &Name, name: &Name, kind: &str, state: &mut State) {
        let primary = state
            .table(table)
            .is_some_and(|found| found.columns.iter().any(|column| column.name == *name && column.primary));
        let array = matches!(self.call.option("array"), Some(Value::Bool(true)));
        let kind = if array { format!("{kind}[]") } else { kind.to_owned() };
        let primary = primary || matches!(self.call.option("primary_key"), Some(Value::Bool(true)));
        let column = Column { primary, ..Column::new(name.clone(), kind, self.place()) };
        state.apply(Change::Add(table.clone(), column));
    }

    fn timestamps(&self, table: &Name, state: &mut State) {
        for name in ["created_at", "updated_at"] {
            state.apply(Change::Add(table.clone(), Column::new(name, "datetime", self.place())));
        }
    }

    /// `references :author, polymorphic: true, foreign_key: { to_table: :users }`.
    fn reference(&self, table: &Name, index: usize, state: &mut State) {
        let Some(name) = self.name(index) else { return };
        let column = Name::from(format!("{name}_id"));
        if !matches!(self.call.option("polymorphic"), None | Some(Value::Bool(false) | Value::Null)) {
            let kind = Column::new(format!("{name}_type"), "string", self.place());
            state.apply(Change::Add(table.clone(), kind));
        }
        let kind = self.option("type").unwrap_or_else(|| "bigint".into());
        state.apply(Change::Add(table.clone(), Column::new(column.clone(), kind, self.place())));
        let to = match self.call.option("foreign_key") {
            Some(Value::Bool(true)) => plural(&name),
            Some(options @ Value::Map(_)) => {
                options.entry("to_table").and_then(Value::text).map_or_else(|| plural(&name), str::to_owned)
            }
            _ => return,
        };
        state.apply(Change::Relate(relation(table, column, Name::from(to), None, self.place())));
    }

    fn foreign_key(&self, from: &str, to: &str) -> Relation {
        let column = self.option("column").unwrap_or_else(|| Name::from(format!("{}_id", singular(last_part(to)))));
        Relation {
            constraint: self.option("name"),
            ..relation(from, column, Name::from(to), self.option("primary_key"), self.place())
        }
    }
}

fn relation(from: &str, column: Name, to: Name, referred: Option<Name>, place: Place) -> Relation {
    Relation {
        from: from.into(),
        via: vec![column],
        to,
        to_columns: referred.into_iter().collect(),
        constraint: None,
        cardinality: Cardinality::ManyToOne,
        place,
    }
}

/// The table that `create_join_table :b, :a` makes: both names in order.
fn join_table(call: &Call) -> Option<Name> {
    if let Some(name) = call.option("table_name").and_then(Value::text) {
        return Some(name.into());
    }
    let (mut first, mut second) = (call.text(0)?, call.text(1)?);
    if second < first {
        std::mem::swap(&mut first, &mut second);
    }
    Some(Name::from(format!("{first}_{second}")))
}
