//! SQLAlchemy's declarative classes and tables, Flask-SQLAlchemy, and SQLModel.

use std::sync::Arc;

use super::Found;
use super::classes::{Classes, Id};
use crate::facts::Name;
use crate::facts::terms::{Call, Member, Value, last_part};
use crate::schema::merge::Rank;
use crate::schema::model::{Cardinality, Column, Place, Relation, Table};
use crate::schema::names::snake;
use crate::schema::state::State;
use crate::schema::{Code, Input, Set};

/// [`super::Reader`].
pub fn read(input: &Input<'_>, sets: &mut Vec<Set>, _: &mut Vec<(Arc<str>, usize)>) {
    let reader = Reader { classes: Classes::new(input, &["python"]) };
    let mut found = Found::default();
    for id in reader.classes.all() {
        let state = found.of(reader.classes.code(id).path);
        reader.class(id, state);
    }
    for code in input.codes.iter().filter(|code| code.language == "python") {
        let state = found.of(code.path);
        for call in &code.facts.terms.calls {
            if call.name() == "Table" && call.text(0).is_some() && mentions(code, "sqlalchemy") {
                reader.table(code, call, state);
            }
        }
    }
    reader.resolve(&mut found.real);
    reader.resolve(&mut found.aside);
    sets.extend(found.into_sets(Rank::Model, "sqlalchemy", "models"));
}

fn mentions(code: &Code<'_>, module: &str) -> bool {
    code.facts.imports.iter().any(|import| import.path.to_ascii_lowercase().contains(module))
}

struct Reader<'a> {
    classes: Classes<'a>,
}

/// Begins the name of the end of a relation that is a class, until the tables of all classes are known.
const CLASS_MARK: &str = "class:";

impl<'a> Reader<'a> {
    fn value(&self, id: Id, name: &str) -> Option<&'a Value> {
        self.classes.shape(id).members.iter().find(|member| member.name == name)?.value.as_ref()
    }

    fn is_sqlmodel(&self, id: Id) -> bool {
        let (_, outside) = self.classes.ancestors(id);
        outside.iter().any(|base| last_part(base) == "SQLModel")
    }

    /// The name of a class's own table.
    fn own_table(&self, id: Id) -> Option<Name> {
        if let Some(name) = self.value(id, "__tablename__").and_then(Value::text) {
            return Some(name.into());
        }
        let shape = self.classes.shape(id);
        let is_table = shape
            .keywords
            .iter()
            .any(|given| given.name.as_deref() == Some("table") && given.value == Value::Bool(true));
        if is_table && self.is_sqlmodel(id) {
            return Some(Name::from(shape.name.to_lowercase()));
        }
        // Flask-SQLAlchemy names the tables of classes with a key.
        let (ancestors, outside) = self.classes.ancestors(id);
        let is_flask = outside.iter().any(|base| base.ends_with("db.Model"));
        let is_abstract = || self.value(id, "__abstract__") == Some(&Value::Bool(true));
        let inherits = || ancestors.iter().any(|base| self.value(*base, "__tablename__").is_some());
        // The columns are made of all classes above: that is asked last.
        let has_key = || self.columns(id).iter().any(|column| column.primary);
        (is_flask && !is_abstract() && !inherits() && has_key()).then(|| Name::from(snake(&shape.name)))
    }

    fn class(&self, id: Id, state: &mut State) {
        let shape = self.classes.shape(id);
        let place = self.classes.place(id, shape.span.line);
        let Some(name) = self.own_table(id) else {
            self.add_to_parent(id, state);
            return;
        };
        let mut table = Table::new(name.clone(), place);
        table.models.push(shape.name.clone());
        table.columns = self.columns(id);
        self.relations(id, &name, state);
        self.table_arguments(id, &mut table, state);
        state.put(table);
    }

    /// The columns of a class without a table of its own are those of the one above it.
    fn add_to_parent(&self, id: Id, state: &mut State) {
        let (ancestors, _) = self.classes.ancestors(id);
        let parent = ancestors.into_iter().find_map(|base| self.own_table(base));
        if let Some(parent) = parent {
            for column in self.own_columns(id) {
                state.apply(crate::schema::Change::Add(parent.clone(), column));
            }
            self.relations(id, &parent, state);
        }
    }

    /// The columns of a class and of those above it that have no table.
    fn columns(&self, id: Id) -> Vec<Column> {
        let mut columns: Vec<Column> = Vec::new();
        for class in self.lineage(id) {
            for column in self.own_columns(class) {
                columns.retain(|known| known.name != column.name);
                columns.push(column);
            }
        }
        columns
    }

    /// The classes whose members are a class's columns: those above it without a table, and itself.
    fn lineage(&self, id: Id) -> Vec<Id> {
        let is_wall = |base: Id| self.value(base, "__tablename__").is_some() || self.is_sql_table(base);
        let (mut lineage, _) = self.classes.ancestors_below(id, is_wall);
        lineage.reverse();
        lineage.push(id);
        lineage
    }

    fn is_sql_table(&self, id: Id) -> bool {
        self.classes.shape(id).keywords.iter().any(|given| given.name.as_deref() == Some("table"))
    }

    fn own_columns(&self, id: Id) -> Vec<Column> {
        let is_sqlmodel = self.is_sqlmodel(id);
        let members = &self.classes.shape(id).members;
        members.iter().filter_map(|member| self.column(id, member, is_sqlmodel)).collect()
    }

    fn call(&self, id: Id, member: &'a Member) -> Option<&'a Call> {
        match member.value.as_ref()? {
            Value::Call(call) => self.classes.code(id).facts.terms.calls.get(*call as usize),
            _ => None,
        }
    }

    fn column(&self, id: Id, member: &'a Member, is_sqlmodel: bool) -> Option<Column> {
        let place = self.classes.place(id, member.span.line);
        let declared = member.r#type.as_deref().map(plain_type);
        let calls = &self.classes.code(id).facts.terms.calls;
        let call = self.call(id, member);
        let is_column = |call: &&Call| matches!(call.name(), "Column" | "mapped_column");
        if let Some(call) = call.filter(is_column) {
            return Some(column(call, calls, &member.name, declared.as_deref(), place));
        }
        let is_mapped = member.r#type.as_deref().is_some_and(|declared| declared.contains("Mapped["));
        if is_mapped && call.is_none() && member.value.is_none() {
            let declared = declared.unwrap_or_default();
            let is_class = self.classes.find(&declared, id).is_some_and(|found| self.own_table(found).is_some());
            let is_list = member.r#type.as_deref().is_some_and(|declared| declared.to_lowercase().contains("list["));
            return (!is_class && !is_list).then(|| Column::new(member.name.clone(), declared, place));
        }
        if !is_sqlmodel || member.r#type.is_none() || member.name.starts_with("__") || member.name == "model_config" {
            return None;
        }
        match call {
            Some(call) if call.name() == "Relationship" => None,
            Some(call) if call.name() == "Field" => {
                let inner = call.option("sa_column").and_then(|value| match value {
                    Value::Call(inner) => calls.get(*inner as usize),
                    _ => None,
                });
                if let Some(inner) = inner {
                    return Some(column(inner, calls, &member.name, declared.as_deref(), place));
                }
                let primary = matches!(call.option("primary_key"), Some(Value::Bool(true)));
                Some(Column { primary, ..Column::new(member.name.clone(), declared.unwrap_or_default(), place) })
            }
            _ => {
                let is_static = member.r#type.as_deref().is_some_and(|declared| declared.starts_with("ClassVar"));
                (!is_static).then(|| Column::new(member.name.clone(), declared.unwrap_or_default(), place))
            }
        }
    }

    fn relations(&self, id: Id, table: &Name, state: &mut State) {
        for class in self.lineage(id) {
            let calls = &self.classes.code(class).facts.terms.calls;
            for member in &self.classes.shape(class).members {
                let Some(call) = self.call(class, member) else { continue };
                let place = self.classes.place(class, member.span.line);
                let inner = call.option("sa_column").and_then(|value| match value {
                    Value::Call(inner) => calls.get(*inner as usize),
                    _ => None,
                });
                let call = inner.unwrap_or(call);
                let name = call.text(0).map_or_else(|| member.name.clone(), Name::from);
                if let Some(to) = call.option("foreign_key").and_then(Value::text) {
                    state.relations.push(relation(table, vec![name.clone()], to, place.clone()));
                }
                state.relations.extend(foreign_keys(call, calls, table, &name, &place));
            }
        }
    }

    /// `__table_args__ = (ForeignKeyConstraint(["a"], ["t.a"]), PrimaryKeyConstraint("a", "b"))`
    fn table_arguments(&self, id: Id, table: &mut Table, state: &mut State) {
        let calls = &self.classes.code(id).facts.terms.calls;
        let Some(arguments) = self.value(id, "__table_args__") else { return };
        for element in arguments.elements() {
            if let Value::Call(call) = element
                && let Some(call) = calls.get(*call as usize)
            {
                let place = self.classes.place(id, call.span.line);
                constraint(call, table, &place, state);
            }
        }
    }

    /// A table that is no class.
    fn table(&self, code: &Code<'_>, call: &Call, state: &mut State) {
        let calls = &code.facts.terms.calls;
        let Some(name) = call.text(0).map(Name::from) else { return };
        let mut table = Table::new(name.clone(), Place::new(code.path, call.span.line));
        for argument in &call.arguments {
            let Value::Call(inner) = argument.value else { continue };
            let Some(inner) = calls.get(inner as usize) else { continue };
            let place = Place::new(code.path, inner.span.line);
            if inner.name() == "Column" {
                let Some(column_name) = inner.text(0) else { continue };
                table.columns.push(column(inner, calls, column_name, None, place.clone()));
                state.relations.extend(foreign_keys(inner, calls, &name, column_name, &place));
            } else {
                constraint(inner, &mut table, &place, state);
            }
        }
        if !table.columns.is_empty() {
            state.put(table);
        }
    }

    /// Puts tables in the place of classes at the ends of relations, and types in that of columns without one.
    fn resolve(&self, state: &mut State) {
        let tables: Vec<(Name, Name)> = self
            .classes
            .all()
            .into_iter()
            .filter_map(|id| Some((self.classes.shape(id).name.clone(), self.own_table(id)?)))
            .collect();
        for relation in &mut state.relations {
            if let Some(class) = relation.to.strip_prefix(CLASS_MARK) {
                let found = tables.iter().find(|(name, _)| name == class);
                relation.to = found.map_or_else(|| class.into(), |(_, table)| table.clone());
            }
        }
        let found: Vec<(Name, Name, Name)> = state
            .relations
            .iter()
            .filter_map(|relation| {
                let key = state.primary_of(&relation.to)?;
                Some((relation.from.clone(), relation.via.first()?.clone(), key.r#type.clone()))
            })
            .collect();
        for (table, column, r#type) in found {
            let columns = state.get_mut(&table).into_iter().flat_map(|table| &mut table.columns);
            for column in columns.filter(|found| found.name == column && found.r#type.is_empty()) {
                column.r#type = r#type.clone();
            }
        }
    }
}

/// A column from the call that declares it.
fn column(call: &Call, calls: &[Call], member: &str, declared: Option<&str>, place: Place) -> Column {
    let name = call.text(0).or_else(|| call.option("name").and_then(Value::text)).unwrap_or(member);
    let type_of = |value: &Value| match value {
        Value::Name(name) => Some(Name::from(last_part(name))),
        Value::Call(inner) => {
            let inner = calls.get(*inner as usize)?;
            let is_type =
                !matches!(inner.name(), "ForeignKey" | "Identity" | "Computed" | "Sequence" | "FetchedValue" | "text");
            is_type.then(|| Name::from(inner.name()))
        }
        _ => None,
    };
    let positional = call.arguments.iter().filter(|given| given.name.is_none()).find_map(|given| type_of(&given.value));
    let r#type = positional.or_else(|| call.option("type_").and_then(type_of)).or_else(|| declared.map(Name::from));
    let primary = matches!(call.option("primary_key"), Some(Value::Bool(true)));
    Column { primary, ..Column::new(name, r#type.unwrap_or_default(), place) }
}

/// The foreign keys among the arguments of a column.
fn foreign_keys(call: &Call, calls: &[Call], table: &str, column: &str, place: &Place) -> Vec<Relation> {
    let inner = call.arguments.iter().filter_map(|given| match given.value {
        Value::Call(inner) => calls.get(inner as usize).filter(|inner| inner.name() == "ForeignKey"),
        _ => None,
    });
    let to = inner.filter_map(|key| match key.positional(0)? {
        Value::Text(to) => Some(to.to_string()),
        Value::Name(to) => Some(format!("{CLASS_MARK}{to}")),
        _ => None,
    });
    to.map(|to| relation(table, vec![column.into()], &to, place.clone())).collect()
}

/// A relation to `table.column` or `schema.table.column`.
fn relation(from: &str, via: Vec<Name>, to: &str, place: Place) -> Relation {
    let (table, column) = to.rsplit_once('.').unwrap_or((to, ""));
    Relation {
        from: from.into(),
        via,
        to: table.trim_start_matches("public.").into(),
        to_columns: if column.is_empty() { Vec::new() } else { vec![column.into()] },
        constraint: None,
        cardinality: Cardinality::ManyToOne,
        place,
    }
}

fn constraint(call: &Call, table: &mut Table, place: &Place, state: &mut State) {
    let names = |index: usize| -> Vec<Name> {
        let elements = call.positional(index).map(Value::elements).unwrap_or_default();
        elements.iter().filter_map(Value::text).map(Name::from).collect()
    };
    match call.name() {
        "PrimaryKeyConstraint" => {
            let keys: Vec<&str> = call.arguments.iter().filter_map(|given| given.value.text()).collect();
            for column in table.columns.iter_mut().filter(|column| keys.contains(&column.name.as_str())) {
                column.primary = true;
            }
        }
        "ForeignKeyConstraint" => {
            let (own, other) = (names(0), names(1));
            if let Some((to, _)) = other.first().and_then(|first| first.rsplit_once('.')) {
                let columns = other.iter().map(|name| Name::from(last_part(name))).collect();
                state.relations.push(Relation {
                    to_columns: columns,
                    ..relation(&table.name, own, &format!("{to}."), place.clone())
                });
            }
        }
        _ => {}
    }
}

/// `Mapped[Optional[int]]` and `int | None` as `int`.
fn plain_type(declared: &str) -> String {
    let mut declared = declared;
    for _ in 0..4 {
        let inner = ["Mapped[", "Optional[", "Annotated["].iter().find_map(|start| {
            let at = declared.find(start)?;
            declared[at + start.len()..].rsplit_once(']').map(|(inner, _)| inner)
        });
        match inner {
            Some(inner) => declared = inner,
            None => break,
        }
    }
    let mut parts = declared.split('|').filter(|part| *part != "None");
    let first = parts.next().unwrap_or(declared).trim_matches(['"', '\'']);
    let first = if first.contains('[') { first } else { first.split(',').next().unwrap_or(first) };
    last_part(first).to_owned()
}
