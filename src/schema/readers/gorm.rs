//! GORM's models, by the conventions of <https://gorm.io/docs/models.html>.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::Found;
use super::classes::{Classes, Id};
use crate::facts::Name;
use crate::facts::terms::{Member, Value, annotation, last_part};
use crate::schema::merge::Rank;
use crate::schema::model::{Cardinality, Column, Place, Relation, Table};
use crate::schema::names::{plural, snake};
use crate::schema::state::State;
use crate::schema::{Input, Set};

/// The columns of `gorm.Model`.
const MODEL: [(&str, &str); 4] =
    [("id", "uint"), ("created_at", "time.Time"), ("updated_at", "time.Time"), ("deleted_at", "gorm.DeletedAt")];

/// Types that are columns although they are structures.
const SCALARS: [&str; 8] = ["Time", "DeletedAt", "NullString", "NullInt64", "NullBool", "NullTime", "JSON", "UUID"];

/// How far embedded structures are followed.
const DEPTH_LIMIT: u32 = 6;

/// [`super::Reader`].
pub fn read(input: &Input<'_>, sets: &mut Vec<Set>, _: &mut Vec<(Arc<str>, usize)>) {
    let classes = Classes::new(input, &["go"]);
    let mut migrated: FxHashSet<&str> = FxHashSet::default();
    for code in input.codes.iter().filter(|code| code.language == "go") {
        let calls = &code.facts.terms.calls;
        for call in calls.iter().filter(|call| matches!(call.name(), "AutoMigrate" | "CreateTable")) {
            migrated.extend(call.arguments.iter().filter_map(|argument| match &argument.value {
                Value::Call(id) => calls.get(*id as usize).map(|call| call.name()),
                _ => None,
            }));
        }
    }
    let reader = Reader { classes };
    let mut found = Found::default();
    let models: Vec<Id> = reader
        .classes
        .all()
        .into_iter()
        .filter(|id| reader.is_model(*id) || migrated.contains(reader.classes.shape(*id).name.as_str()))
        .collect();
    // Structures that are only embedded in others have no table.
    let embedded: FxHashSet<Id> = models.iter().flat_map(|id| reader.classes.bases(*id).0).collect();
    let tables: Vec<Id> = models.into_iter().filter(|id| !embedded.contains(id)).collect();
    for id in &tables {
        let state = found.of(reader.classes.code(*id).path);
        let shape = reader.classes.shape(*id);
        let mut table = Table::new(reader.table_name(*id), reader.classes.place(*id, shape.span.line));
        table.models.push(shape.name.clone());
        reader.columns(*id, "", 0, &mut table.columns);
        if !table.columns.iter().any(|column| column.primary) {
            table.columns.iter_mut().filter(|column| column.name == "id").for_each(|column| column.primary = true);
        }
        state.put(table);
    }
    for id in &tables {
        let state = found.of(reader.classes.code(*id).path);
        reader.relations(*id, &tables, state);
    }
    sets.extend(found.into_sets(Rank::Model, "gorm", "models"));
}

struct Reader<'a> {
    classes: Classes<'a>,
}

/// A setting of a field's tag.
fn setting<'a>(member: &'a Member, name: &str) -> Option<&'a str> {
    let tag = annotation(&member.annotations, "tag")?.option("gorm")?.text()?;
    tag.split(';').find_map(|part| {
        let (key, value) = part.split_once(':').unwrap_or((part, ""));
        key.trim().eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

fn is_exported(name: &str) -> bool {
    name.starts_with(|c: char| c.is_uppercase())
}

/// The structure behind a type, and whether there are many.
fn element(declared: &str) -> (&str, bool) {
    let stripped = declared.trim_start_matches(['*', '&']);
    match stripped.strip_prefix("[]") {
        Some(inner) => (inner.trim_start_matches('*'), true),
        None => (stripped, false),
    }
}

impl<'a> Reader<'a> {
    fn is_model(&self, id: Id) -> bool {
        let shape = self.classes.shape(id);
        let has_tag =
            |member: &Member| annotation(&member.annotations, "tag").is_some_and(|tag| tag.option("gorm").is_some());
        let (inside, outside) = self.classes.ancestors(id);
        let inherits = inside.iter().any(|base| self.classes.shape(*base).members.iter().any(has_tag));
        inherits || outside.contains(&"gorm.Model") || shape.members.iter().any(has_tag)
    }

    fn table_name(&self, id: Id) -> Name {
        Name::from(plural(&snake(&self.classes.shape(id).name)))
    }

    /// The structure that a member holds, if it has a table or could have one.
    fn structure(&self, id: Id, member: &Member) -> Option<(Id, bool)> {
        let (name, many) = element(member.r#type.as_deref()?);
        if SCALARS.contains(&last_part(name))
            || setting(member, "serializer").is_some()
            || setting(member, "type").is_some()
        {
            return None;
        }
        let found = self.classes.find(name, id).or_else(|| (self.classes.shape(id).name == name).then_some(id))?;
        let shape = self.classes.shape(found);
        (!shape.members.is_empty() || !shape.bases.is_empty()).then_some((found, many))
    }

    fn columns(&self, id: Id, prefix: &str, depth: u32, columns: &mut Vec<Column>) {
        let shape = self.classes.shape(id);
        let place = self.classes.place(id, shape.span.line);
        let (inside, outside) = self.classes.bases(id);
        if outside.contains(&"gorm.Model") {
            columns.extend(MODEL.iter().map(|(name, kind)| Column {
                primary: *name == "id",
                ..Column::new(format!("{prefix}{name}"), *kind, place.clone())
            }));
        }
        for base in inside.into_iter().filter(|_| depth < DEPTH_LIMIT) {
            self.columns(base, prefix, depth + 1, columns);
        }
        for member in shape.members.iter().filter(|member| is_exported(&member.name)) {
            if setting(member, "-").is_some() {
                continue;
            }
            if let Some((structure, _)) = self.structure(id, member) {
                if setting(member, "embedded").is_some() && depth < DEPTH_LIMIT {
                    let inner = format!("{prefix}{}", setting(member, "embeddedPrefix").unwrap_or_default());
                    self.columns(structure, &inner, depth + 1, columns);
                }
                continue;
            }
            let declared = member.r#type.as_deref().unwrap_or_default();
            let is_list = declared.trim_start_matches('*').starts_with("[]") && !declared.ends_with("byte");
            if is_list && setting(member, "type").is_none() && setting(member, "serializer").is_none() {
                continue;
            }
            let name = setting(member, "column").map_or_else(|| snake(&member.name), str::to_owned);
            let kind = setting(member, "type").unwrap_or_else(|| declared.trim_start_matches('*'));
            let primary = setting(member, "primaryKey").is_some() || setting(member, "primary_key").is_some();
            let at: Place = self.classes.place(id, member.span.line);
            columns.push(Column { primary, ..Column::new(format!("{prefix}{name}"), kind, at) });
        }
    }

    fn relations(&self, id: Id, tables: &[Id], state: &mut State) {
        let table = self.table_name(id);
        let column_of = |owner: Id, field: &str| {
            let member = self.classes.shape(owner).members.iter().find(|member| member.name == field);
            member.and_then(|member| setting(member, "column")).map_or_else(|| Name::from(snake(field)), Name::from)
        };
        for member in &self.classes.shape(id).members {
            let Some((target, many)) = self.structure(id, member) else { continue };
            if !tables.contains(&target) || setting(member, "embedded").is_some() || setting(member, "-").is_some() {
                continue;
            }
            let (to, place) = (self.table_name(target), self.classes.place(id, member.span.line));
            let own_name = &self.classes.shape(id).name;
            if let Some(between) = setting(member, "many2many") {
                self.between(between, (&table, own_name), (&to, &self.classes.shape(target).name), &place, state);
                state.relations.push(Relation {
                    from: table.clone(),
                    via: vec![member.name.clone()],
                    to,
                    to_columns: Vec::new(),
                    constraint: None,
                    cardinality: Cardinality::ManyToMany,
                    place,
                });
                continue;
            }
            let declared = setting(member, "foreignKey");
            let belongs = declared.map_or_else(|| format!("{}ID", member.name), str::to_owned);
            let has = |owner: Id, column: &str| {
                let name = self.table_name(owner);
                state.table(&name).is_some_and(|table| table.columns.iter().any(|known| known.name == column))
            };
            let (own, other) = (
                column_of(id, &belongs),
                column_of(target, &declared.map_or_else(|| format!("{own_name}ID"), str::to_owned)),
            );
            if !many && has(id, &own) {
                state.relate(&table, &own, &to, Cardinality::ManyToOne, place);
            } else if has(target, &other) && setting(member, "polymorphic").is_none() {
                let cardinality = if many { Cardinality::ManyToOne } else { Cardinality::OneToOne };
                state.relate(&to, &other, &table, cardinality, place);
            }
        }
    }

    /// The table between two models.
    fn between(&self, name: &str, own: (&Name, &Name), other: (&Name, &Name), place: &Place, state: &mut State) {
        let mut table = Table::new(name, place.clone());
        for (end, model) in [own, other] {
            let key = state.primary_of(end);
            let column = format!("{}_{}", snake(model), key.map_or("id", |key| &key.name));
            let kind = key.map(|key| key.r#type.clone()).unwrap_or_default();
            state.relate(name, &column, end, Cardinality::ManyToOne, place.clone());
            table.columns.push(Column::new(column, kind, place.clone()).primary());
        }
        if state.table(name).is_none() {
            state.put(table);
        }
    }
}
