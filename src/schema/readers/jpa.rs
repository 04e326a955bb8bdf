//! JPA and Hibernate: entities in Java and Kotlin, by the defaults of the Jakarta Persistence specification and the naming
//! strategy of the framework that runs them (Spring Boot: camel case becomes words with `_` between them).

use std::sync::Arc;

use super::Found;
use super::classes::{Classes, Id};
use crate::facts::Name;
use crate::facts::terms::{Annotation, Argument, Call, Member, Value, annotation, find};
use crate::schema::merge::Rank;
use crate::schema::model::{Cardinality, Column, Place, Relation, Table};
use crate::schema::names::snake;
use crate::schema::state::State;
use crate::schema::{Input, Set};

/// Types whose elements are what a member holds.
const COLLECTIONS: [&str; 12] = [
    "List",
    "Set",
    "Collection",
    "Map",
    "SortedSet",
    "Iterable",
    "MutableList",
    "MutableSet",
    "MutableCollection",
    "MutableMap",
    "ArrayList",
    "HashSet",
];

/// How far embedded types are followed.
const DEPTH_LIMIT: u32 = 6;

/// [`super::Reader`].
pub fn read(input: &Input<'_>, sets: &mut Vec<Set>, _: &mut Vec<(Arc<str>, usize)>) {
    let is_jvm = |language: &str| matches!(language, "java" | "kotlin");
    let jvm = input.codes.iter().filter(|code| is_jvm(code.language));
    let is_spring =
        jvm.flat_map(|code| &code.facts.imports).any(|import| import.path.starts_with("org.springframework"));
    let reader = Reader { classes: Classes::new(input, &["java", "kotlin"]), is_spring };
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
    sets.extend(found.into_sets(Rank::Model, "jpa", "entities"));
}

struct Reader<'a> {
    classes: Classes<'a>,
    is_spring: bool,
}

/// A member with the class that declares it, and the annotations of its accessor.
struct Property<'a> {
    id: Id,
    member: &'a Member,
    annotations: Vec<&'a Annotation>,
}

impl<'a> Property<'a> {
    fn get(&self, name: &str) -> Option<&'a Annotation> {
        self.annotations.iter().copied().find(|found| annotation(std::slice::from_ref(*found), name).is_some())
    }

    /// The name that `@Column` or another annotation gives.
    fn named(&self, by: &str) -> Option<&'a str> {
        self.get(by)?.option("name")?.text().filter(|name| !name.is_empty())
    }

    fn is_relation(&self) -> bool {
        ["ManyToOne", "OneToOne", "OneToMany", "ManyToMany"].iter().any(|name| self.get(name).is_some())
    }
}

impl<'a> Reader<'a> {
    fn is_entity(&self, id: Id) -> bool {
        annotation(&self.classes.shape(id).annotations, "Entity").is_some()
    }

    /// A name by the naming strategy.
    fn physical(&self, name: &str) -> Name {
        if self.is_spring { Name::from(snake(&name.replace('.', "_"))) } else { name.into() }
    }

    /// The class whose table holds an entity: with one table for a hierarchy that of its root.
    fn owner(&self, id: Id) -> Id {
        let (ancestors, _) = self.classes.ancestors(id);
        let entities: Vec<Id> = ancestors.into_iter().filter(|base| self.is_entity(*base)).collect();
        let Some(root) = entities.last() else { return id };
        if self.strategy(*root).is_some() { id } else { *root }
    }

    /// `JOINED` or `TABLE_PER_CLASS`; none for the default, one table for all.
    fn strategy(&self, root: Id) -> Option<&'a str> {
        let inheritance = annotation(&self.classes.shape(root).annotations, "Inheritance")?;
        let strategy = inheritance.option("strategy").or_else(|| inheritance.first())?.name()?;
        strategy.rsplit('.').next().filter(|strategy| *strategy != "SINGLE_TABLE")
    }

    fn entity_name(&self, id: Id) -> &'a str {
        let shape = self.classes.shape(id);
        let named = annotation(&shape.annotations, "Entity").and_then(|entity| entity.option("name")?.text());
        named.unwrap_or(&shape.name)
    }

    fn table_name(&self, id: Id) -> Name {
        let id = self.owner(id);
        let table = annotation(&self.classes.shape(id).annotations, "Table");
        match table.and_then(|table| table.option("name")?.text()).filter(|name| !name.is_empty()) {
            Some(name) => self.physical(name.trim_matches(['`', '"'])),
            None => self.physical(self.entity_name(id)),
        }
    }

    /// The members of a class that are kept, with those of the mapped classes above it.
    fn properties(&self, id: Id) -> Vec<Property<'a>> {
        let is_wall = |base: Id| self.is_entity(base) && self.strategy(base) != Some("TABLE_PER_CLASS");
        let (ancestors, _) = self.classes.ancestors_below(id, is_wall);
        let is_part = |base: &Id| {
            self.is_entity(*base) || annotation(&self.classes.shape(*base).annotations, "MappedSuperclass").is_some()
        };
        let mut found: Vec<Property<'a>> = Vec::new();
        for class in ancestors.into_iter().filter(is_part).collect::<Vec<_>>().into_iter().rev().chain([id]) {
            found.extend(self.own_properties(class));
        }
        found
    }

    fn own_properties(&self, id: Id) -> Vec<Property<'a>> {
        let functions = &self.classes.code(id).facts.terms.functions;
        let is_kept = |member: &&Member| {
            !member.modifiers.iter().any(|word| matches!(word.as_str(), "static" | "transient" | "const"))
        };
        let members = self.classes.shape(id).members.iter().filter(is_kept);
        let with_accessor = members.map(|member| {
            let is_accessor = |name: &str| {
                let rest = name.strip_prefix("get").or_else(|| name.strip_prefix("is"));
                rest.is_some_and(|rest| rest.eq_ignore_ascii_case(&member.name))
            };
            let own = functions.iter().filter(|found| found.class == Some(id.class as u32) && is_accessor(&found.name));
            let annotations = member.annotations.iter().chain(own.flat_map(|found| &found.annotations)).collect();
            Property { id, member, annotations }
        });
        with_accessor.filter(|property| property.get("Transient").is_none()).collect()
    }

    fn entity(&self, id: Id, state: &mut State) {
        let shape = self.classes.shape(id);
        let place = self.classes.place(id, shape.span.line);
        let name = self.table_name(id);
        let mut columns = Vec::new();
        let parent = self.parent(id);
        if let Some(parent) = parent {
            for key in self.keys(parent, 0) {
                let column = annotation(&shape.annotations, "PrimaryKeyJoinColumn")
                    .and_then(|found| found.option("name")?.text());
                let column = column.map_or_else(|| key.name.clone(), |name| self.physical(name));
                state.relate(&name, &column, &self.table_name(parent), Cardinality::OneToOne, place.clone());
                columns.push(Column { name: column, place: place.clone(), ..key });
            }
        }
        if annotation(&shape.annotations, "DiscriminatorColumn").is_some() || self.is_root_of_one_table(id) {
            let named =
                annotation(&shape.annotations, "DiscriminatorColumn").and_then(|found| found.option("name")?.text());
            columns.push(Column::new(
                named.map_or_else(|| self.physical("DTYPE"), |name| self.physical(name)),
                "String",
                place.clone(),
            ));
        }
        for property in self.properties(id) {
            self.columns(&property, "", &[], false, 0, &mut columns);
        }
        match state.get_mut(&name) {
            Some(table) => {
                for column in columns {
                    if !table.columns.iter().any(|known| known.name == column.name) {
                        table.columns.push(column);
                    }
                }
                table.models.push(shape.name.clone());
                table.places.push(place);
            }
            None => state.put(Table { columns, models: vec![shape.name.clone()], ..Table::new(name, place) }),
        }
    }

    /// The entity above one that has a table of its own for what it adds.
    fn parent(&self, id: Id) -> Option<Id> {
        let (ancestors, _) = self.classes.ancestors(id);
        let entities: Vec<Id> = ancestors.into_iter().filter(|base| self.is_entity(*base)).collect();
        let root = *entities.last()?;
        entities.first().copied().filter(|_| self.strategy(root) == Some("JOINED"))
    }

    /// Whether other entities share the table of this one.
    fn is_root_of_one_table(&self, id: Id) -> bool {
        let all = self.classes.all();
        all.into_iter().any(|other| other != id && self.is_entity(other) && self.owner(other) == id)
    }

    /// The columns of a primary key.
    fn keys(&self, id: Id, depth: u32) -> Vec<Column> {
        let mut columns = Vec::new();
        if depth < DEPTH_LIMIT {
            for property in self.properties(id) {
                self.columns(&property, "", &[], false, depth + 1, &mut columns);
            }
        }
        columns.retain(|column| column.primary);
        match self.parent(id) {
            Some(parent) if columns.is_empty() && depth < DEPTH_LIMIT => self.keys(parent, depth + 1),
            _ => columns,
        }
    }

    /// The columns that a property makes. `overrides` are those of the type that embeds it.
    fn columns(
        &self,
        property: &Property<'a>,
        path: &str,
        overrides: &[(String, Name)],
        primary: bool,
        depth: u32,
        columns: &mut Vec<Column>,
    ) {
        let member = property.member;
        let declared = element(member.r#type.as_deref().unwrap_or_default());
        let place = self.classes.place(property.id, member.span.line);
        let primary = primary || property.get("Id").is_some() || property.get("EmbeddedId").is_some();
        if property.is_relation() {
            let is_owner = property.get("ManyToOne").is_some()
                || property.get("OneToOne").is_some_and(|one| one.option("mappedBy").is_none());
            if is_owner && property.get("JoinTable").is_none() {
                for (column, _) in self.join_columns(property, depth) {
                    columns.push(Column {
                        primary: primary || property.get("MapsId").is_some(),
                        place: place.clone(),
                        ..column
                    });
                }
            }
            return;
        }
        if property.get("ElementCollection").is_some() {
            return;
        }
        let embedded = self.classes.find(&declared, property.id).filter(|found| {
            annotation(&self.classes.shape(*found).annotations, "Embeddable").is_some()
                || property.get("Embedded").is_some()
                || property.get("EmbeddedId").is_some()
        });
        if let Some(embedded) = embedded
            && depth < DEPTH_LIMIT
        {
            let own = self.overrides(property);
            for inner in self.properties(embedded) {
                self.columns(&inner, "", &own, primary, depth + 1, columns);
            }
            return;
        }
        let overridden = overrides.iter().find(|(name, _)| *name == *member.name).map(|(_, column)| column.clone());
        let name = overridden.unwrap_or_else(|| match property.named("Column") {
            Some(name) => self.physical(name.trim_matches(['`', '"'])),
            None => self.physical(&format!("{path}{}", member.name)),
        });
        let is_listed = COLLECTIONS.contains(&outer(member.r#type.as_deref().unwrap_or_default()))
            && property.get("Convert").is_none();
        if !is_listed || property.get("Column").is_some() {
            columns.push(Column { primary, ..Column::new(name, declared, place) });
        }
    }

    /// `@AttributeOverride(name = "a", column = @Column(name = "b"))`, one or several.
    fn overrides(&self, property: &Property<'a>) -> Vec<(String, Name)> {
        let calls = &self.classes.code(property.id).facts.terms.calls;
        let read = |arguments: &[Argument]| {
            let name = find(arguments, "name")?.text()?.to_owned();
            let Value::Call(column) = find(arguments, "column")? else { return None };
            let column = calls.get(*column as usize)?.option("name")?.text()?;
            Some((name, self.physical(column)))
        };
        let one = property.get("AttributeOverride").and_then(|found| read(&found.arguments));
        let several = property.get("AttributeOverrides").map(|found| &found.arguments);
        let several = several.into_iter().flatten().flat_map(|argument| match &argument.value {
            Value::List(values) => values.clone(),
            other => vec![other.clone()],
        });
        let several = several.filter_map(|value| match value {
            Value::Call(call) => read(&calls.get(call as usize)?.arguments),
            _ => None,
        });
        one.into_iter().chain(several).collect()
    }

    /// The class that a relation is to.
    fn target(&self, property: &Property<'a>) -> Option<Id> {
        let relation =
            ["ManyToOne", "OneToOne", "OneToMany", "ManyToMany"].iter().find_map(|name| property.get(name))?;
        let named = relation.option("targetEntity").and_then(Value::name);
        let declared = element(property.member.r#type.as_deref().unwrap_or_default());
        let named = named.map_or(declared, str::to_owned);
        let own = self.classes.shape(property.id).name == named && self.is_entity(property.id);
        if own { Some(property.id) } else { self.classes.find(&named, property.id) }
    }

    /// The columns by which a property refers, each with the column that it refers to.
    fn join_columns(&self, property: &Property<'a>, depth: u32) -> Vec<(Column, Name)> {
        let Some(target) = self.target(property) else { return Vec::new() };
        let place = self.classes.place(property.id, property.member.span.line);
        let keys = self.keys(target, depth + 1);
        let named = self.join_names(property);
        if named.len() > 1 {
            let each = named.into_iter().map(|(name, referred)| {
                let r#type = keys.iter().find(|key| Some(&key.name) == referred.as_ref()).map_or("", |key| &key.r#type);
                (Column::new(name, r#type, place.clone()), referred.unwrap_or_default())
            });
            return each.collect();
        }
        let named = named.into_iter().next();
        let each = keys.into_iter().map(|key| {
            let default = || self.physical(&format!("{}_{}", property.member.name, key.name));
            let name = named.as_ref().map_or_else(default, |(name, _)| name.clone());
            (Column::new(name, key.r#type, place.clone()), key.name)
        });
        each.collect()
    }

    /// `@JoinColumn(name, referencedColumnName)`, one or several.
    fn join_names(&self, property: &Property<'a>) -> Vec<(Name, Option<Name>)> {
        let calls = &self.classes.code(property.id).facts.terms.calls;
        let read = |arguments: &[Argument]| {
            let name = find(arguments, "name")?.text()?;
            let referred = find(arguments, "referencedColumnName").and_then(Value::text);
            Some((self.physical(name.trim_matches(['`', '"'])), referred.map(|name| self.physical(name))))
        };
        if let Some(one) = property.get("JoinColumn") {
            return read(&one.arguments).into_iter().collect();
        }
        let several = property.get("JoinColumns").and_then(|found| found.first().or_else(|| found.option("value")));
        let values = several.map(|value| match value {
            Value::List(values) => values.as_slice(),
            other => std::slice::from_ref(other),
        });
        let of_call = |value: &Value| match value {
            Value::Call(call) => read(&calls.get(*call as usize)?.arguments),
            _ => None,
        };
        values.into_iter().flatten().filter_map(of_call).collect()
    }

    fn relations(&self, id: Id, state: &mut State) {
        let table = self.table_name(id);
        for property in self.properties(id) {
            let place = self.classes.place(property.id, property.member.span.line);
            if property.get("ElementCollection").is_some() {
                self.elements(&table, id, &property, &place, state);
            }
            let Some(target) = self.target(&property) else { continue };
            let to = self.table_name(target);
            let relation = |name: &str| property.get(name);
            let is_mapped = |found: &Annotation| found.option("mappedBy").is_some();
            if let Some(found) = relation("ManyToOne").or_else(|| relation("OneToOne"))
                && !is_mapped(found)
            {
                let cardinality =
                    if relation("OneToOne").is_some() { Cardinality::OneToOne } else { Cardinality::ManyToOne };
                if property.get("JoinTable").is_some() {
                    self.join_table(&table, id, &property, target, &place, state);
                    continue;
                }
                let (via, to_columns) =
                    self.join_columns(&property, 0).into_iter().map(|(own, other)| (own.name, other)).unzip();
                state.relations.push(Relation {
                    from: table.clone(),
                    via,
                    to,
                    to_columns,
                    constraint: None,
                    cardinality,
                    place,
                });
            } else if relation("OneToMany").is_some_and(|found| !is_mapped(found)) {
                match self.join_names(&property).into_iter().next() {
                    Some((column, _)) => {
                        let r#type = self.keys(id, 0).first().map_or_else(Name::default, |key| key.r#type.clone());
                        if let Some(many) = state.get_mut(&to)
                            && !many.columns.iter().any(|known| known.name == column)
                        {
                            many.columns.push(Column::new(column.clone(), r#type, place.clone()));
                        }
                        state.relate(&to, &column, &table, Cardinality::ManyToOne, place);
                    }
                    None => self.join_table(&table, id, &property, target, &place, state),
                }
            } else if relation("ManyToMany").is_some_and(|found| !is_mapped(found)) {
                self.join_table(&table, id, &property, target, &place, state);
            }
        }
    }

    /// The table between two entities.
    fn join_table(&self, table: &Name, id: Id, property: &Property<'a>, target: Id, place: &Place, state: &mut State) {
        let calls = &self.classes.code(property.id).facts.terms.calls;
        let to = self.table_name(target);
        let declared = property.get("JoinTable");
        let name = declared.and_then(|found| found.option("name")?.text());
        let name = name.map_or_else(|| Name::from(format!("{table}_{to}")), |name| self.physical(name));
        let columns = |option: &str| -> Vec<Name> {
            let read = |value: &Value| match value {
                Value::Call(call) => calls
                    .get(*call as usize)
                    .and_then(|call: &Call| call.option("name")?.text())
                    .map(|name| self.physical(name)),
                _ => None,
            };
            match declared.and_then(|found| found.option(option)) {
                Some(Value::List(values)) => values.iter().filter_map(read).collect(),
                Some(value) => read(value).into_iter().collect(),
                None => Vec::new(),
            }
        };
        let mut between = Table::new(name.clone(), place.clone());
        for (end, entity, option, prefix) in [
            (table, id, "joinColumns", self.entity_name(id)),
            (&to, target, "inverseJoinColumns", property.member.name.as_str()),
        ] {
            let named = columns(option);
            for (index, key) in self.keys(entity, 0).into_iter().enumerate() {
                let default = || self.physical(&format!("{prefix}_{}", key.name));
                let column = named.get(index).cloned().unwrap_or_else(default);
                state.relate(&name, &column, end, Cardinality::ManyToOne, place.clone());
                between.columns.push(Column {
                    place: place.clone(),
                    primary: true,
                    ..Column::new(column, key.r#type, place.clone())
                });
            }
        }
        state.put(between);
        state.relations.push(Relation {
            from: table.clone(),
            via: vec![property.member.name.clone()],
            to,
            to_columns: Vec::new(),
            constraint: None,
            cardinality: Cardinality::ManyToMany,
            place: place.clone(),
        });
    }

    /// The table of a collection of values.
    fn elements(&self, table: &Name, id: Id, property: &Property<'a>, place: &Place, state: &mut State) {
        let declared = property.get("CollectionTable");
        let name = declared.and_then(|found| found.option("name")?.text()).map_or_else(
            || self.physical(&format!("{}_{}", self.entity_name(id), property.member.name)),
            |name| self.physical(name),
        );
        let calls = &self.classes.code(property.id).facts.terms.calls;
        let joined = declared.and_then(|found| match found.option("joinColumns")? {
            Value::Call(call) => calls.get(*call as usize)?.option("name")?.text(),
            Value::List(values) => match values.first()? {
                Value::Call(call) => calls.get(*call as usize)?.option("name")?.text(),
                _ => None,
            },
            _ => None,
        });
        let mut collection = Table::new(name.clone(), place.clone());
        for key in self.keys(id, 0) {
            let default = || self.physical(&format!("{}_{}", self.entity_name(id), key.name));
            let column = joined.map_or_else(default, |name| self.physical(name));
            state.relate(&name, &column, table, Cardinality::ManyToOne, place.clone());
            collection.columns.push(Column::new(column, key.r#type, place.clone()));
        }
        let r#type = element(property.member.r#type.as_deref().unwrap_or_default());
        let embedded = self.classes.find(&r#type, property.id);
        match embedded.filter(|found| annotation(&self.classes.shape(*found).annotations, "Embeddable").is_some()) {
            Some(embedded) => {
                for inner in self.properties(embedded) {
                    self.columns(&inner, "", &self.overrides(property), false, 1, &mut collection.columns);
                }
            }
            None => {
                let column = property.named("Column").unwrap_or(&property.member.name);
                collection.columns.push(Column::new(self.physical(column), r#type, place.clone()));
            }
        }
        state.put(collection);
    }
}

/// The type without its arguments.
fn outer(declared: &str) -> &str {
    let end = declared.find('<').unwrap_or(declared.len());
    declared[..end].rsplit('.').next().unwrap_or_default().trim_end_matches('?')
}

/// The type of what a member holds: of a collection that of its elements.
fn element(declared: &str) -> String {
    let declared = declared.trim_end_matches('?');
    if COLLECTIONS.contains(&outer(declared))
        && let Some((_, inner)) = declared.split_once('<')
    {
        let inner = inner.strip_suffix('>').unwrap_or(inner);
        // The values of a map stand behind its keys.
        let inner = if outer(declared).contains("Map") {
            inner.rsplit_once(',').map_or(inner, |(_, value)| value)
        } else {
            inner
        };
        return inner.trim_start_matches("out").trim_end_matches('?').rsplit('.').next().unwrap_or_default().to_owned();
    }
    declared.rsplit('.').next().unwrap_or_default().to_owned()
}
