//! Laravel's migrations, by <https://laravel.com/docs/migrations>, and the Eloquent classes of their tables.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::builder::{Calls, is_in, texts};
use super::classes::Classes;
use super::{directory, file_name, is_aside, version};
use crate::facts::Name;
use crate::facts::terms::{Call, CallId, Value, last_part};
use crate::schema::merge::Rank;
use crate::schema::model::{Cardinality, Column, Place, Relation, Table};
use crate::schema::names::{plural, snake};
use crate::schema::state::{Change, State};
use crate::schema::{Code, Input, Set};

/// Methods that make a column of their first argument.
const TYPES: [&str; 46] = [
    "string",
    "char",
    "text",
    "tinyText",
    "mediumText",
    "longText",
    "integer",
    "bigInteger",
    "mediumInteger",
    "smallInteger",
    "tinyInteger",
    "unsignedInteger",
    "unsignedBigInteger",
    "unsignedMediumInteger",
    "unsignedSmallInteger",
    "unsignedTinyInteger",
    "float",
    "double",
    "decimal",
    "unsignedDecimal",
    "boolean",
    "enum",
    "set",
    "json",
    "jsonb",
    "date",
    "dateTime",
    "dateTimeTz",
    "time",
    "timeTz",
    "timestamp",
    "timestampTz",
    "year",
    "binary",
    "uuid",
    "ulid",
    "ipAddress",
    "macAddress",
    "geometry",
    "geography",
    "point",
    "foreignId",
    "foreignUuid",
    "foreignUlid",
    "computed",
    "vector",
];

/// Methods that make a column that counts up and is the key.
const KEYS: [&str; 7] =
    ["id", "increments", "integerIncrements", "bigIncrements", "mediumIncrements", "smallIncrements", "tinyIncrements"];

/// [`super::Reader`].
pub fn read(input: &Input<'_>, sets: &mut Vec<Set>, _: &mut Vec<(Arc<str>, usize)>) {
    let mut chains: BTreeMap<&str, Vec<(Vec<u64>, &Code<'_>)>> = BTreeMap::new();
    for code in input.codes.iter().filter(|code| code.language == "php") {
        if let Some(version) = version(file_name(code.path)) {
            chains.entry(directory(code.path)).or_default().push((version, code));
        }
    }
    for (chain, mut files) in chains {
        files.sort_by(|a, b| (&a.0, a.1.path).cmp(&(&b.0, b.1.path)));
        let mut state = State::default();
        for (_, code) in files {
            file(code, &mut state);
        }
        let rank = if is_aside(&format!("{chain}/")) { Rank::Test } else { Rank::Migration };
        models(input, &mut state);
        sets.push(Set { rank, framework: "laravel", origin: chain.to_owned(), state });
    }
}

fn models(input: &Input<'_>, state: &mut State) {
    let classes = Classes::new(input, &["php"]);
    for id in classes.all() {
        let (_, outside) = classes.ancestors(id);
        if !outside.iter().any(|base| matches!(last_part(base), "Model" | "Authenticatable" | "Pivot")) {
            continue;
        }
        let shape = classes.shape(id);
        let declared = shape.members.iter().find(|member| member.name == "$table");
        let declared = declared.and_then(|member| member.value.as_ref()?.text());
        let name = declared.map_or_else(|| plural(&snake(&shape.name)), str::to_owned);
        if let Some(table) = state.get_mut(&name) {
            table.models.push(shape.name.clone());
            table.places.push(classes.place(id, shape.span.line));
        }
    }
}

fn is_schema(call: &Call) -> bool {
    let receiver = call.receiver();
    receiver.ends_with("Schema") || receiver.ends_with("schema")
}

fn file(code: &Code<'_>, state: &mut State) {
    let calls = Calls::new(code);
    for (id, call) in calls.chains() {
        if is_in(code, call, &["down"]) {
            continue;
        }
        // `Schema::connection('x')->create(…)` is a chain of its own.
        for call in std::iter::once(call).chain(calls.behind(id).filter(|_| is_schema(call))) {
            if is_schema(call) || call.on.is_some() {
                schema_call(code, call, state);
            }
        }
        let block = call.inside.and_then(|id| calls.get(id));
        if let Some(block) = block.filter(|block| matches!(block.name(), "create" | "table"))
            && call.receiver().starts_with('$')
            && let Some(table) = block.text(0)
        {
            Reader { code, calls: &calls, id, call, table: table.into() }.column(state);
        }
    }
}

fn schema_call(code: &Code<'_>, call: &Call, state: &mut State) {
    let Some(name) = call.text(0).map(Name::from) else { return };
    match call.name() {
        "create" => {
            let table = Table::new(name, Place::new(code.path, call.span.line));
            state.apply(Change::Create { table, relations: Vec::new(), tolerant: false });
        }
        "drop" | "dropIfExists" => state.apply(Change::Drop(name)),
        "rename" => {
            if let Some(to) = call.text(1) {
                state.apply(Change::Rename(name, to.into()));
            }
        }
        "dropColumns" => {
            let columns = texts(call.positional(1));
            columns.into_iter().for_each(|column| state.apply(Change::Remove(name.clone(), column.into())));
        }
        _ => {}
    }
}

struct Reader<'a> {
    code: &'a Code<'a>,
    calls: &'a Calls<'a>,
    id: CallId,
    call: &'a Call,
    table: Name,
}

impl Reader<'_> {
    fn add(&self, name: &str, kind: &str, primary: bool, state: &mut State) {
        let place = Place::new(self.code.path, self.call.span.line);
        let primary = primary || self.calls.then(self.id, "primary").is_some();
        state.apply(Change::Add(self.table.clone(), Column { primary, ..Column::new(name, kind, place) }));
    }

    fn relate(&self, columns: &[&str], to: &str, referred: Option<&str>, state: &mut State) {
        state.apply(Change::Relate(Relation {
            from: self.table.clone(),
            via: columns.iter().map(|name| Name::from(*name)).collect(),
            to: to.into(),
            to_columns: referred.into_iter().map(Name::from).collect(),
            constraint: None,
            cardinality: Cardinality::ManyToOne,
            place: Place::new(self.code.path, self.call.span.line),
        }));
    }

    /// A call on the table's builder.
    fn column(&self, state: &mut State) {
        let first = self.call.text(0);
        let named = |default: &'static str| first.unwrap_or(default);
        match self.call.name() {
            name if KEYS.contains(&name) => {
                self.add(named("id"), if name == "increments" { "integer" } else { "bigint" }, true, state)
            }
            "timestamps" | "timestampsTz" | "nullableTimestamps" => {
                self.add("created_at", "timestamp", false, state);
                self.add("updated_at", "timestamp", false, state);
            }
            "softDeletes" | "softDeletesTz" => self.add(named("deleted_at"), "timestamp", false, state),
            "rememberToken" => self.add("remember_token", "string", false, state),
            "foreignIdFor" => {
                let Some(model) = self.call.positional(0).and_then(Value::name) else { return };
                let column = self.call.text(1).map_or_else(|| format!("{}_id", snake(last_part(model))), str::to_owned);
                self.add(&column, "bigint", false, state);
                self.constrained(&column, Some(&plural(&snake(last_part(model)))), state);
            }
            "foreign" => {
                let columns = texts(self.call.positional(0));
                let to = self.calls.then(self.id, "on").and_then(|on| on.text(0));
                let referred = self.calls.then(self.id, "references").and_then(|found| found.text(0));
                if let Some(to) = to {
                    self.relate(&columns, to, referred, state);
                }
            }
            "primary" => {
                let columns = texts(self.call.positional(0)).into_iter().map(Name::from).collect();
                state.apply(Change::Key(self.table.clone(), columns));
            }
            "dropColumn" => {
                let more = (1..self.call.arguments.len()).filter_map(|index| self.call.text(index));
                for column in texts(self.call.positional(0)).into_iter().chain(more) {
                    state.apply(Change::Remove(self.table.clone(), column.into()));
                }
            }
            "renameColumn" => {
                if let (Some(from), Some(to)) = (first, self.call.text(1)) {
                    state.apply(Change::RenameColumn(self.table.clone(), from.into(), to.into()));
                }
            }
            "dropTimestamps" | "dropTimestampsTz" => {
                for column in ["created_at", "updated_at"] {
                    state.apply(Change::Remove(self.table.clone(), column.into()));
                }
            }
            "dropSoftDeletes" => state.apply(Change::Remove(self.table.clone(), named("deleted_at").into())),
            "dropRememberToken" => state.apply(Change::Remove(self.table.clone(), "remember_token".into())),
            "dropConstrainedForeignId" => {
                if let Some(column) = first {
                    state.apply(Change::Remove(self.table.clone(), column.into()));
                }
            }
            "dropForeign" => match self.call.positional(0) {
                Some(Value::List(_)) => {
                    for column in texts(self.call.positional(0)) {
                        state.apply(Change::Unrelate(self.table.clone(), column.into()));
                    }
                }
                Some(Value::Text(name)) => {
                    // The default name of a constraint is made of the table's and the column's.
                    let column =
                        name.strip_prefix(&format!("{}_", self.table)).and_then(|rest| rest.strip_suffix("_foreign"));
                    if let Some(column) = column {
                        state.apply(Change::Unrelate(self.table.clone(), column.into()));
                    }
                }
                _ => {}
            },
            "addColumn" => {
                if let (Some(kind), Some(name)) = (first, self.call.text(1)) {
                    self.add(name, kind, false, state);
                }
            }
            name if name.to_ascii_lowercase().ends_with("morphs") => {
                let Some(member) = first else { return };
                let lower = name.to_ascii_lowercase();
                let kind = if lower.contains("uuid") {
                    "uuid"
                } else if lower.contains("ulid") {
                    "char"
                } else {
                    "bigint"
                };
                self.add(&format!("{member}_type"), "string", false, state);
                self.add(&format!("{member}_id"), kind, false, state);
            }
            kind if TYPES.contains(&kind) => {
                let default = match kind {
                    "ipAddress" => Some("ip_address"),
                    "macAddress" => Some("mac_address"),
                    "uuid" => Some("uuid"),
                    "ulid" => Some("ulid"),
                    _ => None,
                };
                let Some(name) = first.or(default) else { return };
                let primary = self.calls.then(self.id, "autoIncrement").is_some();
                let r#type = column_type(kind);
                self.add(name, &r#type, primary, state);
                self.constrained(name, None, state);
            }
            _ => {}
        }
    }

    /// `->constrained('users')`, or `->references('id')->on('users')`.
    fn constrained(&self, column: &str, model: Option<&str>, state: &mut State) {
        if let Some(constrained) = self.calls.then(self.id, "constrained") {
            let stem = column.strip_suffix("_id").or_else(|| column.strip_suffix("_uuid")).unwrap_or(column);
            let to = constrained.text(0).or_else(|| constrained.option("table").and_then(Value::text));
            let to = to.map_or_else(|| model.map_or_else(|| plural(stem), str::to_owned), str::to_owned);
            self.relate(&[column], &to, None, state);
        } else if let Some(to) = self.calls.then(self.id, "on").and_then(|on| on.text(0)) {
            let referred = self.calls.then(self.id, "references").and_then(|found| found.text(0));
            self.relate(&[column], to, referred, state);
        }
    }
}

/// The type that a method of the builder stands for.
fn column_type(method: &str) -> Name {
    match method {
        "foreignId" | "unsignedBigInteger" | "bigInteger" => "bigint".into(),
        "foreignUuid" | "uuid" => "uuid".into(),
        "foreignUlid" | "ulid" => "char".into(),
        "ipAddress" | "macAddress" | "enum" | "set" => "string".into(),
        "mediumInteger" | "unsignedMediumInteger" | "unsignedInteger" | "year" => "integer".into(),
        "unsignedSmallInteger" => "smallint".into(),
        "unsignedTinyInteger" => "tinyint".into(),
        "unsignedDecimal" => "decimal".into(),
        "longText" | "mediumText" | "tinyText" => "text".into(),
        _ => Name::from(method.to_ascii_lowercase()),
    }
}
