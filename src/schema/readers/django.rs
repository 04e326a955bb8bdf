//! Django's models, by the rules of <https://docs.djangoproject.com/en/stable/ref/models/>: the names of tables and
//! columns, the key that is added where none is declared, inheritance, and the tables between many and many.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::classes::{Classes, Id};
use super::{Found, directory, file_name};
use crate::facts::Name;
use crate::facts::terms::{Call, Class, Member, Value, last_part};
use crate::schema::merge::Rank;
use crate::schema::model::{Cardinality, Column, Place, Relation, Table};
use crate::schema::state::State;
use crate::schema::{Input, Set};

/// Bases outside of the project that are models, with the columns that they bring: name and type of the field.
const KNOWN_BASES: [(&str, &[(&str, &str)]); 7] = [
    (
        "AbstractUser",
        &[
            ("password", "CharField"),
            ("last_login", "DateTimeField"),
            ("is_superuser", "BooleanField"),
            ("username", "CharField"),
            ("first_name", "CharField"),
            ("last_name", "CharField"),
            ("email", "EmailField"),
            ("is_staff", "BooleanField"),
            ("is_active", "BooleanField"),
            ("date_joined", "DateTimeField"),
        ],
    ),
    ("AbstractBaseUser", &[("password", "CharField"), ("last_login", "DateTimeField")]),
    ("PermissionsMixin", &[("is_superuser", "BooleanField")]),
    (
        "AbstractBaseSession",
        &[("session_key", "CharField"), ("session_data", "TextField"), ("expire_date", "DateTimeField")],
    ),
    ("TimeStampedModel", &[("created", "DateTimeField"), ("modified", "DateTimeField")]),
    (
        "MPTTModel",
        &[
            ("lft", "PositiveIntegerField"),
            ("rght", "PositiveIntegerField"),
            ("tree_id", "PositiveIntegerField"),
            ("level", "PositiveIntegerField"),
        ],
    ),
    ("Model", &[]),
];

/// Tables of Django's own applications, by the name of the model.
const OWN_TABLES: [(&str, &str); 6] = [
    ("User", "auth_user"),
    ("Group", "auth_group"),
    ("Permission", "auth_permission"),
    ("ContentType", "django_content_type"),
    ("Site", "django_site"),
    ("Session", "django_session"),
];

/// What looks like a field of a model and has no column.
const WITHOUT_COLUMN: [&str; 3] = ["GenericForeignKey", "GenericRelation", "CompositePrimaryKey"];

/// [`super::Reader`].
pub fn read(input: &Input<'_>, sets: &mut Vec<Set>, _: &mut Vec<(Arc<str>, usize)>) {
    let (keys, key) = configured_keys(input);
    let reader = Reader {
        classes: Classes::new(input, &["python"]),
        applications: input
            .codes
            .iter()
            .filter(|code| matches!(file_name(code.path), "apps.py") || code.path.ends_with("/migrations/__init__.py"))
            .map(|code| directory(code.path).trim_end_matches("/migrations"))
            .collect(),
        labels: configured_labels(input),
        keys,
        key,
        user_model: configured_user_model(input),
    };
    let mut found = Found::default();
    let models: Vec<Id> = reader.classes.all().into_iter().filter(|id| reader.is_table(*id)).collect();
    for id in models {
        let state = found.of(reader.classes.code(id).path);
        reader.model(id, state);
    }
    type_references(&mut found.real);
    type_references(&mut found.aside);
    sets.extend(found.into_sets(Rank::Model, "django", "models"));
}

/// The first `label` that a configuration in each directory gives.
fn configured_labels<'a>(input: &Input<'a>) -> BTreeMap<&'a str, &'a str> {
    let mut labels = BTreeMap::new();
    for code in input.codes.iter().filter(|code| code.path.ends_with("apps.py")) {
        let members = code.facts.terms.classes.iter().flat_map(|class| &class.members);
        let label = members.filter(|member| member.name == "label").find_map(|member| member.value.as_ref()?.text());
        if let Some(label) = label {
            labels.entry(directory(code.path)).or_insert(label);
        }
    }
    labels
}

/// The first `DEFAULT_AUTO_FIELD` of each directory, and the first in a Python file.
fn configured_keys<'a>(input: &Input<'a>) -> (BTreeMap<&'a str, Name>, Option<Name>) {
    let mut keys = BTreeMap::new();
    let mut first = None;
    for code in input.codes {
        let terms = &code.facts.terms;
        let members = terms.classes.iter().flat_map(|class| &class.members);
        let members = members.map(|member| (member.name.as_str(), member.value.as_ref()));
        let bindings = terms.bindings.iter().map(|binding| (binding.name.as_str(), Some(&binding.value)));
        let key = members.chain(bindings).find_map(|(name, value)| {
            name.eq_ignore_ascii_case("DEFAULT_AUTO_FIELD")
                .then(|| value?.text().map(|text| Name::from(last_part(text))))?
        });
        let Some(key) = key else { continue };
        if first.is_none() && code.language == "python" {
            first = Some(key.clone());
        }
        keys.entry(directory(code.path)).or_insert(key);
    }
    (keys, first)
}

fn configured_user_model<'a>(input: &Input<'a>) -> &'a str {
    let bindings = input.codes.iter().flat_map(|code| &code.facts.terms.bindings);
    let mut named =
        bindings.filter(|binding| binding.name == "AUTH_USER_MODEL").filter_map(|binding| binding.value.text());
    named.next().unwrap_or("auth.User")
}

/// A column that refers has the type of the key that it refers to.
fn type_references(state: &mut State) {
    let found: Vec<(Name, Name, Name)> = state
        .relations
        .iter()
        .filter_map(|relation| {
            let r#type = match state.primary_of(&relation.to).map(|key| key.r#type.as_str()) {
                Some("AutoField" | "SmallAutoField") => "integer",
                Some("BigAutoField") => "bigint",
                Some(other) => other,
                None => "integer",
            };
            Some((relation.from.clone(), relation.via.first()?.clone(), r#type.into()))
        })
        .collect();
    for (table, column, r#type) in found {
        let table = state.get_mut(&table);
        let columns = table.into_iter().flat_map(|table| &mut table.columns);
        for column in columns.filter(|found| found.name == column && found.r#type.is_empty()) {
            column.r#type = r#type.clone();
        }
    }
}

struct Reader<'a> {
    classes: Classes<'a>,
    /// Directories of applications.
    applications: BTreeSet<&'a str>,
    /// The labels that applications' configurations give, by directory.
    labels: BTreeMap<&'a str, &'a str>,
    /// The types of keys that Django adds, as configurations in each directory say.
    keys: BTreeMap<&'a str, Name>,
    /// The first of them in the project.
    key: Option<Name>,
    /// The model of users, as the setting names it.
    user_model: &'a str,
}

/// A field with the class that declares it.
struct Field<'a> {
    id: Id,
    member: &'a Member,
    call: &'a Call,
}

impl<'a> Reader<'a> {
    /// Whether a class is a model.
    fn is_model(&self, id: Id) -> bool {
        let (_, outside) = self.classes.ancestors(id);
        let imports = &self.classes.code(id).facts.imports;
        let is_base = |base: &&str| match last_part(base) {
            // Other libraries have a `Model` too.
            "Model" => {
                *base == "models.Model"
                    || *base == "gis_models.Model"
                    || imports.iter().any(|import| import.path.starts_with("django"))
            }
            name => KNOWN_BASES.iter().any(|(known, _)| *known == name),
        };
        outside.iter().any(is_base)
    }

    fn meta(&self, id: Id) -> Option<&'a Class> {
        let meta = self.classes.inner(id).find(|inner| self.classes.shape(*inner).name == "Meta");
        meta.map(|meta| self.classes.shape(meta))
    }

    fn meta_value(&self, id: Id, name: &str) -> Option<&'a Value> {
        let member = self.meta(id)?.members.iter().find(|member| member.name == name)?;
        member.value.as_ref()
    }

    fn is_set(&self, id: Id, name: &str) -> bool {
        matches!(self.meta_value(id, name), Some(Value::Bool(true)))
    }

    /// Whether a class has a table of its own.
    fn is_table(&self, id: Id) -> bool {
        self.is_model(id) && !self.is_set(id, "abstract") && !self.is_set(id, "proxy")
    }

    /// The label of the application of a file: what its configuration says, or the directory that holds its models.
    fn label(&self, id: Id) -> String {
        if let Some(label) = self.meta_value(id, "app_label").and_then(Value::text) {
            return label.to_owned();
        }
        let path: &'a str = self.classes.code(id).path;
        let mut folder = directory(path);
        let mut around = Some(folder);
        while let Some(candidate) = around {
            if self.applications.contains(candidate) {
                folder = candidate;
                break;
            }
            around = candidate.rsplit_once('/').map(|(parent, _)| parent);
        }
        if around.is_none() {
            folder = folder.split_once("/models").map_or(folder, |(before, _)| before);
            folder = folder.strip_suffix("/models").unwrap_or(folder);
        }
        self.labels.get(folder).copied().unwrap_or(file_name(folder)).to_owned()
    }

    fn table_name(&self, id: Id) -> Name {
        match self.meta_value(id, "db_table").and_then(Value::text) {
            Some(name) => name.trim_matches('"').into(),
            None => Name::from(format!("{}_{}", self.label(id), self.classes.shape(id).name.to_lowercase())),
        }
    }

    /// The fields of a class and of its abstract ancestors, those furthest away first.
    fn fields(&self, id: Id) -> Vec<Field<'a>> {
        let (ancestors, _) = self.classes.ancestors_below(id, |base| self.is_table(base));
        let mut fields: Vec<Field<'a>> = Vec::new();
        for class in ancestors.into_iter().rev().chain([id]) {
            let calls = &self.classes.code(class).facts.terms.calls;
            for member in &self.classes.shape(class).members {
                fields.retain(|known| known.member.name != member.name);
                if let Some(Value::Call(call)) = &member.value
                    && let Some(call) = calls.get(*call as usize)
                    && self.kind(class, call).is_some()
                {
                    fields.push(Field { id: class, member, call });
                }
            }
        }
        fields
    }

    /// The kind of a field; of one that the project defines that of its base.
    fn kind(&self, id: Id, call: &Call) -> Option<Name> {
        let name = last_part(&call.callee);
        if call.on.is_some() || WITHOUT_COLUMN.contains(&name) {
            return None;
        }
        if let Some(own) = self.classes.find(name, id)
            && !self.is_model(own)
        {
            let (_, outside) = self.classes.ancestors(own);
            if let Some(base) = outside.iter().find(|base| base.ends_with("Field") || base.ends_with("ForeignKey")) {
                return Some(last_part(base).into());
            }
        }
        (name.ends_with("Field") || name.ends_with("ForeignKey") || name == "OneToOneRel").then(|| name.into())
    }

    fn model(&self, id: Id, state: &mut State) {
        let shape = self.classes.shape(id);
        let place = self.classes.place(id, shape.span.line);
        let mut table = Table::new(self.table_name(id), place.clone());
        table.models.push(shape.name.clone());
        let (ancestors, outside) = self.classes.ancestors(id);
        let mut between = Vec::new();
        let mut columns = Vec::new();
        for base in &outside {
            for (name, known) in &KNOWN_BASES {
                if last_part(base) == *name {
                    columns.extend(known.iter().map(|(name, kind)| Column::new(*name, *kind, place.clone())));
                }
            }
        }
        let mut has_key = false;
        for field in self.fields(id) {
            let Some(kind) = self.kind(field.id, field.call) else { continue };
            let at = self.classes.place(field.id, field.member.span.line);
            if kind.ends_with("ManyToManyField") {
                between.push((field, at));
                continue;
            }
            let is_reference = kind.ends_with("ForeignKey") || kind.ends_with("OneToOneField");
            let own = field.call.option("db_column").and_then(Value::text).map(Name::from);
            let column = own.unwrap_or_else(|| {
                if is_reference { Name::from(format!("{}_id", field.member.name)) } else { field.member.name.clone() }
            });
            let primary = matches!(field.call.option("primary_key"), Some(Value::Bool(true)));
            has_key |= primary;
            if is_reference {
                let is_single = kind.ends_with("OneToOneField") || primary;
                let target = field.call.positional(0).or_else(|| field.call.option("to"));
                if let Some(to) = target.and_then(|target| self.target(id, field.id, target)) {
                    let cardinality = if is_single { Cardinality::OneToOne } else { Cardinality::ManyToOne };
                    state.relate(&table.name, &column, &to, cardinality, at.clone());
                }
            }
            columns.retain(|known: &Column| known.name != column);
            columns.push(Column { primary, ..Column::new(column, if is_reference { "".into() } else { kind }, at) });
        }
        // A model that inherits from one with a table has a key that refers to that.
        if let Some(parent) = ancestors.iter().find(|base| self.is_table(**base)) {
            if !has_key {
                let column = Name::from(format!("{}_ptr_id", self.classes.shape(*parent).name.to_lowercase()));
                state.relate(&table.name, &column, &self.table_name(*parent), Cardinality::OneToOne, place.clone());
                columns.insert(0, Column::new(column, "", place.clone()).primary());
            }
        } else if !has_key {
            columns.insert(0, Column::new("id", self.automatic_key(id), place.clone()).primary());
        }
        table.columns = columns;
        for (field, at) in between {
            self.many_to_many(id, &table.name, &field, &at, state);
        }
        if outside.iter().any(|base| matches!(last_part(base), "AbstractUser" | "PermissionsMixin")) {
            for (member, to) in [("groups", "auth_group"), ("user_permissions", "auth_permission")] {
                let own = Name::from(shape.name.to_lowercase());
                let other = Name::from(to.trim_start_matches("auth_"));
                join(&table.name, member, to, [own, other], &place, state);
            }
        }
        state.put(table);
    }

    /// The type of the key that Django adds.
    fn automatic_key(&self, id: Id) -> Name {
        let folder = directory(self.classes.code(id).path);
        let configured = self.keys.get(folder).or(self.key.as_ref());
        configured.cloned().unwrap_or_else(|| "AutoField".into())
    }

    /// The table that a field refers to.
    fn target(&self, model: Id, from: Id, target: &Value) -> Option<Name> {
        let name = match target {
            Value::Text(name) | Value::Name(name) => name.as_str(),
            Value::Call(_) => "settings.AUTH_USER_MODEL",
            _ => return None,
        };
        if name == "self" {
            return Some(self.table_name(model));
        }
        let written = if name.ends_with("AUTH_USER_MODEL") { self.user_model.to_owned() } else { name.to_owned() };
        let label = written.rsplit_once('.').map(|(label, _)| label.rsplit('.').next().unwrap_or(label));
        let class = last_part(&written);
        let is_of_label =
            |id: &Id| label.is_none_or(|label| !matches!(target, Value::Text(_)) || self.label(*id) == label);
        if label == Some("auth") && class == "User" {
            return Some("auth_user".into());
        }
        let named = |id: &Id| self.classes.shape(*id).name == class && self.is_model(*id) && is_of_label(id);
        let found = self.classes.find(class, from).filter(named).or_else(|| {
            let mut all = self.classes.named(class).iter().copied().filter(named);
            let first = all.next()?;
            all.next().is_none().then_some(first)
        });
        let found = found.or_else(|| Some(from).filter(named));
        match found {
            Some(found) => Some(self.table_name(found)),
            None => {
                let own = OWN_TABLES.iter().find(|(model, _)| *model == class).map(|(_, table)| Name::from(*table));
                own.or_else(|| label.map(|label| Name::from(format!("{label}_{}", class.to_lowercase()))))
            }
        }
    }

    fn many_to_many(&self, id: Id, table: &Name, field: &Field<'a>, at: &Place, state: &mut State) {
        let target = field.call.positional(0).or_else(|| field.call.option("to"));
        let Some(to) = target.and_then(|target| self.target(id, field.id, target)) else { return };
        if field.call.option("through").is_some() {
            state.relations.push(many(table, &field.member.name, &to, at));
            return;
        }
        let own = self.classes.shape(id).name.to_lowercase().to_string();
        let other = match target {
            Some(Value::Text(name) | Value::Name(name)) if name != "self" => last_part(name).to_lowercase(),
            _ => own.clone(),
        };
        let columns = if own == other { [format!("from_{own}"), format!("to_{own}")] } else { [own, other] };
        let name = field.call.option("db_table").and_then(Value::text);
        let name = name.map_or_else(|| Name::from(format!("{table}_{}", field.member.name)), Name::from);
        join_named(name, table, &field.member.name, &to, columns.map(Name::from), at, state);
    }
}

fn many(table: &str, member: &str, to: &str, at: &Place) -> Relation {
    Relation {
        from: table.into(),
        via: vec![member.into()],
        to: to.into(),
        to_columns: Vec::new(),
        constraint: None,
        cardinality: Cardinality::ManyToMany,
        place: at.clone(),
    }
}

fn join(table: &Name, member: &str, to: &str, columns: [Name; 2], at: &Place, state: &mut State) {
    join_named(Name::from(format!("{table}_{member}")), table, member, to, columns, at, state);
}

/// The table between two models that Django makes by itself.
fn join_named(name: Name, table: &Name, member: &str, to: &str, columns: [Name; 2], at: &Place, state: &mut State) {
    let mut between = Table::new(name.clone(), at.clone());
    between.columns.push(Column::new("id", "AutoField", at.clone()).primary());
    for (column, end) in columns.iter().zip([table.as_str(), to]) {
        let column = format!("{column}_id");
        between.columns.push(Column::new(column.clone(), "", at.clone()));
        state.relate(&name, &column, end, Cardinality::ManyToOne, at.clone());
    }
    state.put(between);
    state.relations.push(many(table, member, to, at));
}
