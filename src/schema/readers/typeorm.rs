//! TypeORM's entities, with the names of its default naming strategy.

use std::sync::Arc;

use super::Found;
use super::classes::{Classes, Id};
use crate::facts::Name;
use crate::facts::terms::{Annotation, Member, Value, annotation, last_part};
use crate::schema::merge::Rank;
use crate::schema::model::{Cardinality, Column, Place, Relation, Table};
use crate::schema::names::snake;
use crate::schema::state::State;
use crate::schema::{Input, Set};

/// Decorators of columns, with the type of those that have one of their own.
const COLUMNS: [(&str, &str); 9] = [
    ("Column", ""),
    ("PrimaryColumn", ""),
    ("PrimaryGeneratedColumn", "int"),
    ("CreateDateColumn", "datetime"),
    ("UpdateDateColumn", "datetime"),
    ("DeleteDateColumn", "datetime"),
    ("VersionColumn", "int"),
    ("ObjectIdColumn", ""),
    ("ViewColumn", ""),
];

const LANGUAGES: [&str; 3] = ["typescript", "javascript", "tsx"];

/// [`super::Reader`].
pub fn read(input: &Input<'_>, sets: &mut Vec<Set>, _: &mut Vec<(Arc<str>, usize)>) {
    let is_used = input.codes.iter().filter(|code| LANGUAGES.contains(&code.language));
    let is_used = is_used.flat_map(|code| &code.facts.imports).any(|import| import.path == "typeorm");
    if !is_used {
        return;
    }
    let reader = Reader { classes: Classes::new(input, &LANGUAGES) };
    let mut found = Found::default();
    let entities: Vec<Id> = reader.classes.all().into_iter().filter(|id| reader.is_entity(*id)).collect();
    for id in &entities {
        let state = found.of(reader.classes.code(*id).path);
        reader.entity(*id, state);
    }
    for id in entities {
        let state = found.of(reader.classes.code(id).path);
        reader.relations(id, state);
    }
    sets.extend(found.into_sets(Rank::Model, "typeorm", "entities"));
}

struct Reader<'a> {
    classes: Classes<'a>,
}

impl<'a> Reader<'a> {
    fn get(&self, id: Id, name: &str) -> Option<&'a Annotation> {
        annotation(&self.classes.shape(id).annotations, name)
    }

    fn is_entity(&self, id: Id) -> bool {
        self.get(id, "Entity").is_some() || self.get(id, "ChildEntity").is_some()
    }

    fn table_name(&self, id: Id) -> Name {
        if self.get(id, "ChildEntity").is_some() {
            let (ancestors, _) = self.classes.ancestors(id);
            if let Some(parent) = ancestors.into_iter().find(|base| self.get(*base, "Entity").is_some()) {
                return self.table_name(parent);
            }
        }
        let declared = self.get(id, "Entity");
        let named =
            declared.and_then(|entity| entity.first().and_then(Value::text).or_else(|| entity.option("name")?.text()));
        named.map_or_else(|| Name::from(snake(&self.classes.shape(id).name)), Name::from)
    }

    /// Members of a class and of those above it, unless these are entities with a table that is shared.
    fn members(&self, id: Id) -> Vec<(Id, &'a Member)> {
        let is_child = self.get(id, "ChildEntity").is_some();
        let (ancestors, _) = self.classes.ancestors_below(id, |base| is_child && self.is_entity(base));
        let lineage = ancestors.into_iter().rev().chain([id]);
        let mut members: Vec<(Id, &'a Member)> = Vec::new();
        for class in lineage {
            for member in &self.classes.shape(class).members {
                members.retain(|(_, known)| known.name != member.name);
                members.push((class, member));
            }
        }
        members
    }

    fn entity(&self, id: Id, state: &mut State) {
        let shape = self.classes.shape(id);
        let mut columns = Vec::new();
        for (class, member) in self.members(id) {
            self.columns(class, member, "", 0, &mut columns);
        }
        let (name, place) = (self.table_name(id), self.classes.place(id, shape.span.line));
        match state.get_mut(&name) {
            Some(table) => {
                columns.retain(|column| !table.columns.iter().any(|known| known.name == column.name));
                table.columns.extend(columns);
                table.models.push(shape.name.clone());
            }
            None => state.put(Table { columns, models: vec![shape.name.clone()], ..Table::new(name, place) }),
        }
    }

    fn columns(&self, id: Id, member: &Member, prefix: &str, depth: u32, columns: &mut Vec<Column>) {
        let place = self.classes.place(id, member.span.line);
        let found =
            COLUMNS.iter().find_map(|(name, kind)| Some((*name, *kind, annotation(&member.annotations, name)?)));
        if let Some((decorator, kind, found)) = found {
            // `@Column(() => Address)` embeds the columns of a class.
            if let Some(Value::Function(Some(body))) = found.first()
                && let Some(embedded) = body.name().and_then(|name| self.classes.find(name, id))
                && depth < 4
            {
                let own = match found.option("prefix") {
                    Some(Value::Bool(false)) => String::new(),
                    Some(Value::Text(text)) => text.to_string(),
                    _ => member.name.to_string(),
                };
                for (class, inner) in self.members(embedded) {
                    self.columns(class, inner, &camel(&[prefix, &own]), depth + 1, columns);
                }
                return;
            }
            let default = if prefix.is_empty() { member.name.clone() } else { camel(&[prefix, &member.name]).into() };
            let name = found.option("name").and_then(Value::text).map_or(default, Name::from);
            let declared = found.first().and_then(Value::text).or_else(|| found.option("type").and_then(type_text));
            let written = member.r#type.as_deref().map(|written| match written.trim_end_matches("|null") {
                "Date" => "datetime",
                other => other,
            });
            let kind = declared.or(Some(kind).filter(|kind| !kind.is_empty())).or(written).unwrap_or_default();
            let kind = match kind {
                "increment" | "rowid" | "identity" => "int",
                "number" if decorator != "Column" || declared.is_none() => "int",
                kind => kind,
            };
            let array = matches!(found.option("array"), Some(Value::Bool(true)));
            let kind = if array { format!("{kind}[]") } else { kind.to_owned() };
            columns.push(Column { primary: decorator.starts_with("Primary"), ..Column::new(name, kind, place) });
            return;
        }
        if let Some(name) = self.join_column(id, member) {
            let primary = annotation(&member.annotations, "PrimaryColumn").is_some();
            if !columns.iter().any(|known| known.name == name) {
                columns.push(Column { primary, ..Column::new(name, "", place) });
            }
        }
    }

    /// The column of the side that refers.
    fn join_column(&self, id: Id, member: &Member) -> Option<Name> {
        let many = annotation(&member.annotations, "ManyToOne");
        let one = annotation(&member.annotations, "OneToOne");
        let joined = annotation(&member.annotations, "JoinColumn");
        let relation = many.or_else(|| one.filter(|_| joined.is_some()))?;
        let target = self.target(id, member, relation)?;
        let key = self.key(target);
        let referred = joined.and_then(|found| found.option("referencedColumnName")?.text()).map_or(key, Name::from);
        let default = || camel(&[&member.name, &referred]).into();
        Some(joined.and_then(|found| found.option("name")?.text()).map_or_else(default, Name::from))
    }

    fn key(&self, id: Id) -> Name {
        let is_key = |member: &Member| {
            ["PrimaryColumn", "PrimaryGeneratedColumn"]
                .iter()
                .any(|name| annotation(&member.annotations, name).is_some())
        };
        let key = self.members(id).into_iter().find(|(_, member)| is_key(member));
        key.map_or_else(|| "id".into(), |(_, member)| member.name.clone())
    }

    fn target(&self, id: Id, member: &Member, relation: &Annotation) -> Option<Id> {
        let name = match relation.first()? {
            Value::Function(Some(body)) => body.name()?.to_owned(),
            Value::Text(name) | Value::Name(name) => name.to_string(),
            _ => member.r#type.as_deref()?.trim_end_matches("[]").to_owned(),
        };
        let own = self.classes.shape(id).name == last_part(&name) && self.is_entity(id);
        if own { Some(id) } else { self.classes.find(&name, id) }
    }

    fn relations(&self, id: Id, state: &mut State) {
        let table = self.table_name(id);
        for (class, member) in self.members(id) {
            let place = self.classes.place(class, member.span.line);
            if let Some(column) = self.join_column(class, member) {
                let one = annotation(&member.annotations, "OneToOne");
                let Some(relation) = one.or_else(|| annotation(&member.annotations, "ManyToOne")) else { continue };
                let Some(target) = self.target(class, member, relation) else { continue };
                let to = self.table_name(target);
                let kind = state.primary_of(&to).map(|key| key.r#type.clone()).unwrap_or_default();
                let columns = state.get_mut(&table).into_iter().flat_map(|table| &mut table.columns);
                for own in columns.filter(|own| own.name == column && own.r#type.is_empty()) {
                    own.r#type = kind.clone();
                }
                let cardinality = if one.is_some() { Cardinality::OneToOne } else { Cardinality::ManyToOne };
                state.relate(&table, &column, &to, cardinality, place);
            } else if let Some(many) = annotation(&member.annotations, "ManyToMany")
                && let Some(joined) = annotation(&member.annotations, "JoinTable")
                && let Some(target) = self.target(class, member, many)
            {
                self.join_table(&table, id, member, target, joined, &place, state);
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "both ends of a relation and where it is declared")]
    fn join_table(
        &self,
        table: &Name,
        id: Id,
        member: &Member,
        target: Id,
        joined: &Annotation,
        place: &Place,
        state: &mut State,
    ) {
        let to = self.table_name(target);
        let declared = joined.first().and_then(Value::text).or_else(|| joined.option("name").and_then(Value::text));
        let name = declared.map_or_else(|| Name::from(snake(&format!("{table}_{}_{to}", member.name))), Name::from);
        let mut between = Table::new(name.clone(), place.clone());
        for (index, (end, entity, option)) in
            [(table, id, "joinColumn"), (&to, target, "inverseJoinColumn")].into_iter().enumerate()
        {
            let key = self.key(entity);
            let suffix =
                if index == 1 && *table == to { format!("{}_2", camel(&[end, &key])) } else { camel(&[end, &key]) };
            let named = joined.option(option).and_then(|found| found.entry("name")?.text());
            let column = named.map_or_else(|| suffix.replace("_2", "2").into(), Name::from);
            let kind = state.primary_of(end).map(|key| key.r#type.clone()).unwrap_or_default();
            state.relate(&name, &column, end, Cardinality::ManyToOne, place.clone());
            between.columns.push(Column::new(column, kind, place.clone()).primary());
        }
        state.put(between);
        state.relations.push(Relation {
            from: table.clone(),
            via: vec![member.name.clone()],
            to,
            to_columns: Vec::new(),
            constraint: None,
            cardinality: Cardinality::ManyToMany,
            place: place.clone(),
        });
    }
}

fn type_text(value: &Value) -> Option<&str> {
    value.text().or_else(|| value.name())
}

/// Words joined as TypeORM's `camelCase` does: `user`, `id` as `userId`.
fn camel(words: &[&str]) -> String {
    let joined = words.iter().filter(|word| !word.is_empty()).copied().collect::<Vec<_>>().join("_");
    let mut out = String::with_capacity(joined.len());
    let mut upper = false;
    for c in joined.chars() {
        match c {
            '_' | '-' | ' ' | '.' => upper = !out.is_empty(),
            c if upper => {
                out.extend(c.to_uppercase());
                upper = false;
            }
            c => out.push(c),
        }
    }
    out
}
