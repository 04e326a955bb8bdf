//! Entity Framework Core: the snapshot of the model that its migrations keep, or else the classes of a context by the
//! conventions of <https://learn.microsoft.com/ef/core/modeling/>.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::builder::{Calls, texts};
use super::classes::{Classes, Id};
use super::is_aside;
use crate::facts::Name;
use crate::facts::terms::{Call, CallId, Member, Value, annotation, last_part};
use crate::schema::merge::Rank;
use crate::schema::model::{Cardinality, Column, Place, Relation, Table};
use crate::schema::state::State;
use crate::schema::{Code, Input, Set};

/// Types with members that are columns nevertheless.
const SCALARS: [&str; 24] = [
    "int",
    "long",
    "short",
    "byte",
    "uint",
    "ulong",
    "ushort",
    "bool",
    "string",
    "char",
    "decimal",
    "double",
    "float",
    "Guid",
    "DateTime",
    "DateTimeOffset",
    "DateOnly",
    "TimeOnly",
    "TimeSpan",
    "byte[]",
    "String",
    "Int32",
    "Int64",
    "Uri",
];

const COLLECTIONS: [&str; 7] = ["ICollection", "List", "IList", "IEnumerable", "HashSet", "ISet", "Collection"];

/// [`super::Reader`].
pub fn read(input: &Input<'_>, sets: &mut Vec<Set>, _: &mut Vec<(Arc<str>, usize)>) {
    for code in input.codes.iter().filter(|code| code.language == "csharp") {
        let is_snapshot = |base: &Name| last_part(base) == "ModelSnapshot";
        if code.facts.terms.classes.iter().any(|class| class.bases.iter().any(is_snapshot)) {
            let rank = if is_aside(code.path) { Rank::Test } else { Rank::Dump };
            let state = snapshot(code);
            sets.push(Set { rank, framework: "efcore", origin: code.path.to_string(), state });
        }
    }
    let reader = Reader::new(input);
    let mut state = State::default();
    for (id, name) in &reader.tables {
        reader.entity(*id, name, &mut state);
    }
    for (id, name) in &reader.tables {
        reader.relations(*id, name, &mut state);
    }
    sets.push(Set { rank: Rank::Model, framework: "efcore", origin: "context".to_owned(), state });
}

/// The tables that a snapshot's calls describe.
fn snapshot(code: &Code<'_>) -> State {
    let calls = Calls::new(code);
    let chains = calls.chains();
    let place = |call: &Call| Place::new(code.path, call.span.line);
    let of = |block: CallId| chains.iter().filter(move |(_, call)| call.inside == Some(block)).copied();
    let entities: Vec<(CallId, &Call, &str)> = chains
        .iter()
        .filter(|(_, call)| call.name() == "Entity")
        .filter_map(|(id, call)| Some((*id, *call, call.text(0)?)))
        .collect();
    // An entity may be described in several calls; one that has a base lies in the table of that.
    let mut names: BTreeMap<&str, Name> = BTreeMap::new();
    let mut bases: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, _, entity) in &entities {
        for (_, call) in of(*id) {
            match (call.name(), call.text(0)) {
                ("ToTable", Some(name)) => drop(names.insert(entity, name.into())),
                ("HasBaseType", Some(base)) => drop(bases.insert(entity, base)),
                _ => {}
            }
        }
    }
    let table_of = |entity: &str| {
        let mut entity = entity.to_owned();
        for _ in 0..16 {
            match (names.get(entity.as_str()), bases.get(entity.as_str())) {
                (None, Some(base)) => entity = (*base).to_owned(),
                (name, _) => return name.cloned().unwrap_or_else(|| last_part(&entity).into()),
            }
        }
        Name::from(entity)
    };
    let mut state = State::default();
    for (id, call, entity) in &entities {
        let name = table_of(entity);
        if state.table(&name).is_none() {
            state.put(Table::new(name.clone(), place(call)));
        }
        let columns = columns(code, &calls, of(*id), "");
        let owned = of(*id).filter(|(_, call)| matches!(call.name(), "OwnsOne" | "ComplexProperty")).flat_map(
            |(owned, call)| {
                let prefix = format!("{}_", call.text(1).unwrap_or_default());
                let keys: Vec<&str> = keys(of(owned)).collect();
                let mut inner = self::columns(code, &calls, of(owned), &prefix);
                inner.retain(|(property, _)| !keys.contains(property));
                inner
            },
        );
        let keys: Vec<&str> = keys(of(*id)).collect();
        if let Some(table) = state.get_mut(&name) {
            let model = Name::from(last_part(entity));
            if !table.models.contains(&model) {
                table.models.push(model);
            }
            for (property, column) in columns.into_iter().chain(owned.collect::<Vec<_>>()) {
                if !table.columns.iter().any(|known| known.name == column.name) {
                    table.columns.push(Column { primary: keys.contains(&property), ..column });
                }
            }
        }
    }
    for (id, _, entity) in &entities {
        for (root, call) in of(*id).filter(|(_, call)| call.name() == "HasOne") {
            let Some((to, key)) = call.text(0).zip(calls.then(root, "HasForeignKey")) else { continue };
            // The first text is the dependent entity where both sides have one only.
            let named: Vec<&str> = key.arguments.iter().filter_map(|argument| argument.value.text()).collect();
            let one = calls.then(root, "WithOne").is_some();
            let via = if one && named.len() > 1 { &named[1..] } else { &named[..] };
            state.relations.push(Relation {
                from: table_of(entity),
                via: via.iter().map(|name| Name::from(*name)).collect(),
                to: table_of(to),
                to_columns: Vec::new(),
                constraint: None,
                cardinality: if one { Cardinality::OneToOne } else { Cardinality::ManyToOne },
                place: place(call),
            });
        }
    }
    state
}

/// The properties of an entity with their columns.
fn columns<'a>(
    code: &Code<'a>,
    calls: &Calls<'a>,
    of: impl Iterator<Item = (CallId, &'a Call)>,
    prefix: &str,
) -> Vec<(&'a str, Column)> {
    let column = |(id, call): (CallId, &'a Call)| {
        let property = call.text(0).filter(|_| call.name() == "Property")?;
        let named = calls.then(id, "HasColumnName").and_then(|found| found.text(0));
        let name = named.map_or_else(|| format!("{prefix}{property}"), str::to_owned);
        let declared = calls.then(id, "HasColumnType").and_then(|found| found.text(0));
        let kind = declared.or(call.types.as_deref()).unwrap_or_default();
        Some((property, Column::new(name, kind.trim_end_matches('?'), Place::new(code.path, call.span.line))))
    };
    of.filter_map(column).collect()
}

/// The properties of an entity's primary key.
fn keys<'a>(of: impl Iterator<Item = (CallId, &'a Call)>) -> impl Iterator<Item = &'a str> {
    of.filter(|(_, call)| call.name() == "HasKey")
        .flat_map(|(_, call)| call.arguments.iter().flat_map(|argument| texts(Some(&argument.value))))
}

struct Reader<'a> {
    classes: Classes<'a>,
    /// Entities with their tables.
    tables: BTreeMap<Id, Name>,
}

/// The type of an element, and whether there are many.
fn element(declared: &str) -> (&str, bool) {
    let declared = declared.trim_end_matches('?');
    match declared.split_once('<') {
        Some((outer, inner)) if COLLECTIONS.contains(&last_part(outer)) => (inner.trim_end_matches('>'), true),
        _ => (declared, false),
    }
}

impl<'a> Reader<'a> {
    fn new(input: &Input<'a>) -> Self {
        let classes = Classes::new(input, &["csharp"]);
        let mut tables = BTreeMap::new();
        let is_context = |id: &Id| {
            let (_, outside) = classes.ancestors(*id);
            outside.iter().any(|base| last_part(base).ends_with("DbContext")) && !is_aside(classes.code(*id).path)
        };
        for context in classes.all().into_iter().filter(is_context) {
            for member in &classes.shape(context).members {
                let declared = member.r#type.as_deref().unwrap_or_default().trim_end_matches('?');
                let entity = declared.strip_prefix("DbSet<").and_then(|rest| rest.strip_suffix('>'));
                if let Some(id) = entity.and_then(|entity| classes.find(entity, context)) {
                    tables.entry(id).or_insert_with(|| member.name.clone());
                }
            }
        }
        let mut reader = Self { classes, tables };
        let annotated: Vec<(Id, Name)> = reader
            .tables
            .keys()
            .filter_map(|id| {
                let table = annotation(&reader.classes.shape(*id).annotations, "Table")?;
                Some((*id, table.first()?.text()?.into()))
            })
            .collect();
        reader.tables.extend(annotated);
        reader.fluent(input);
        reader
    }

    /// `modelBuilder.Entity<Blog>().ToTable("blogs")` and its kin.
    fn fluent(&mut self, input: &Input<'a>) {
        for code in input.codes.iter().filter(|code| code.language == "csharp") {
            let calls = Calls::new(code);
            for (id, call) in calls.chains() {
                let entity = call.types.as_deref().filter(|_| call.name() == "Entity");
                let inner = call.inside.and_then(|around| calls.get(around)).filter(|around| around.name() == "Entity");
                let entity = entity
                    .or_else(|| inner.and_then(|around| around.types.as_deref()))
                    .or_else(|| self.configured(code, call));
                let named = if call.name() == "ToTable" { Some(call) } else { calls.then(id, "ToTable") };
                if let (Some(entity), Some(name)) = (entity, named.and_then(|found| found.text(0))) {
                    let is_it = |id: &&Id| self.classes.shape(**id).name == last_part(entity);
                    if let Some(id) = self.tables.keys().find(is_it).copied() {
                        self.tables.insert(id, name.into());
                    }
                }
            }
        }
    }

    /// The entity that the class around a call configures.
    fn configured(&self, code: &Code<'a>, call: &Call) -> Option<&'a str> {
        let around = code.facts.terms.classes.iter().rev().find(|class| class.span.contains(call.span))?;
        let base = around.bases.iter().find(|base| base.starts_with("IEntityTypeConfiguration<"))?;
        base.split_once('<').map(|(_, inner)| inner.trim_end_matches('>'))
    }

    /// Members of an entity and of the classes above it that have no table, those furthest away first.
    fn members(&self, id: Id) -> Vec<(Id, &'a Member)> {
        let (ancestors, _) = self.classes.ancestors_below(id, |base| self.tables.contains_key(&base));
        let lineage = ancestors.into_iter().rev().chain([id]);
        let members =
            lineage.flat_map(|class| self.classes.shape(class).members.iter().map(move |member| (class, member)));
        let is_kept = |(_, member): &(Id, &'a Member)| {
            let is_hidden = |word: &Name| matches!(word.as_str(), "static" | "const" | "private" | "protected");
            !member.modifiers.iter().any(is_hidden)
                && annotation(&member.annotations, "NotMapped").is_none()
                && !matches!(member.value, Some(Value::Function(_)))
        };
        members.filter(is_kept).collect()
    }

    /// The entity that a member leads to, and whether it leads to many.
    fn target(&self, id: Id, member: &Member) -> Option<(Id, bool)> {
        let (name, many) = element(member.r#type.as_deref()?);
        let found = if self.classes.shape(id).name == name { Some(id) } else { self.classes.find(name, id) };
        found.filter(|found| self.tables.contains_key(found)).map(|found| (found, many))
    }

    fn is_key(&self, id: Id, member: &Member) -> bool {
        let declared = self.members(id).iter().any(|(_, member)| annotation(&member.annotations, "Key").is_some());
        if declared {
            return annotation(&member.annotations, "Key").is_some();
        }
        let class = &self.classes.shape(id).name;
        member.name.eq_ignore_ascii_case("id") || member.name.eq_ignore_ascii_case(&format!("{class}Id"))
    }

    fn column_name(member: &Member) -> Name {
        let column = annotation(&member.annotations, "Column");
        let named = column.and_then(|column| column.first()?.text().or_else(|| column.option("Name")?.text()));
        named.map_or_else(|| member.name.clone(), Name::from)
    }

    fn entity(&self, id: Id, name: &Name, state: &mut State) {
        let shape = self.classes.shape(id);
        let mut table = Table::new(name.clone(), self.classes.place(id, shape.span.line));
        table.models.push(shape.name.clone());
        let composite = annotation(&shape.annotations, "PrimaryKey");
        let composite: Vec<&str> = composite
            .into_iter()
            .flat_map(|found| &found.arguments)
            .filter_map(|argument| argument.value.text().or_else(|| argument.value.name()))
            .collect();
        for (class, member) in self.members(id) {
            let declared = member.r#type.as_deref().unwrap_or_default().trim_end_matches('?');
            let (inner, many) = element(declared);
            let is_enum = self
                .classes
                .find(inner, class)
                .is_some_and(|found| self.classes.shape(found).members.iter().all(|member| member.r#type.is_none()));
            if many || !(SCALARS.contains(&declared) || is_enum) {
                continue;
            }
            let primary =
                if composite.is_empty() { self.is_key(id, member) } else { composite.contains(&member.name.as_str()) };
            let place = self.classes.place(class, member.span.line);
            table.columns.push(Column { primary, ..Column::new(Self::column_name(member), declared, place) });
        }
        state.put(table);
    }

    fn relations(&self, id: Id, name: &Name, state: &mut State) {
        for (class, member) in self.members(id) {
            let Some((target, many)) = self.target(class, member) else { continue };
            if many {
                continue;
            }
            let place = self.classes.place(class, member.span.line);
            let own = self.members(id);
            let by_annotation = own.iter().find(|(_, other)| {
                annotation(&other.annotations, "ForeignKey").and_then(|found| found.first()?.text())
                    == Some(member.name.as_str())
            });
            let named = annotation(&member.annotations, "ForeignKey").and_then(|found| found.first()?.text());
            let keys = self.members(target);
            let key = keys.iter().find(|(_, member)| self.is_key(target, member)).map(|(_, member)| *member);
            let default =
                format!("{}{}", member.name, key.map_or("Id", |key| if key.name.len() > 2 { &key.name } else { "Id" }));
            let candidates = [
                named.map(str::to_owned),
                by_annotation.map(|(_, other)| other.name.to_string()),
                Some(format!("{}Id", member.name)),
                Some(default),
            ];
            let exists = |column: &String| own.iter().any(|(_, other)| other.name == column.as_str());
            let found = candidates.into_iter().flatten().find(&exists);
            let back = self
                .members(target)
                .iter()
                .find_map(|(other, back)| self.target(*other, back).filter(|(to, _)| *to == id));
            match (found, back) {
                (Some(column), _) => {
                    let column = own
                        .iter()
                        .find(|(_, other)| other.name == column.as_str())
                        .map_or_else(|| column.as_str().into(), |(_, other)| Self::column_name(other));
                    let cardinality = if back.is_some_and(|(_, many)| !many) {
                        Cardinality::OneToOne
                    } else {
                        Cardinality::ManyToOne
                    };
                    state.relate(name, &column, &self.tables[&target], cardinality, place);
                }
                // Both sides have one: the other one may hold the key.
                (None, Some((_, false))) => {}
                (None, _) => {
                    let column = format!("{}Id", member.name);
                    let kind = key.and_then(|key| key.r#type.clone()).unwrap_or_default();
                    if let Some(table) = state.get_mut(name) {
                        table.columns.push(Column::new(column.clone(), kind, place.clone()));
                    }
                    state.relate(name, &column, &self.tables[&target], Cardinality::ManyToOne, place);
                }
            }
        }
    }
}
