//! The table that a call names: by what it is called on, or by what it is given.

use rustc_hash::FxHashMap;

use super::tables::{Repository, Tables, holds};
use super::verbs::is_of_row;
use crate::facts::terms::{Call, CallId, Class, Local, Member, Value, last_part};
use crate::system::code::CodeFile;
use crate::system::model::{Access, ComponentId};

/// How many bindings are followed from one name.
const DEPTH_LIMIT: u32 = 3;

/// Types of what requests are sent by.
const SESSIONS: &[&str] = &[
    "EntityManager",
    "Session",
    "StatelessSession",
    "MongoTemplate",
    "ReactiveMongoTemplate",
    "MongoOperations",
    "R2dbcEntityTemplate",
    "JdbcAggregateTemplate",
    "AsyncSession",
    "DataSource",
    "EntityManagerInterface",
    "ObjectManager",
    "DocumentManager",
    "SqlEntityManager",
    "QueryRunner",
    "DB",
    "NodePgDatabase",
    "PostgresJsDatabase",
];

/// Functions that take a class of a mapper without being called on anything.
const FUNCTIONS: &[&str] = &[
    "select",
    "insert",
    "update",
    "delete",
    "get_object_or_404",
    "get_list_or_404",
    "getRepository",
    "getMongoRepository",
    "insert_into",
    "replace_into",
    "aget_object_or_404",
];

/// Calls whose text names a table in query builders.
const BUILDERS: &[&str] =
    &["table", "from", "into", "knex", "selectFrom", "insertInto", "updateTable", "deleteFrom", "Table", "db", "trx"];

/// Makes a file's names and types ready to be looked up.
pub struct Entities<'a, 's> {
    /// The file.
    pub file: &'a CodeFile<'s>,
    tables: &'a Tables<'s>,
    owner: Option<ComponentId>,
    locals: FxHashMap<&'s str, Vec<&'s Local>>,
    members: FxHashMap<&'s str, Vec<(&'s Class, &'s Member)>>,
    imports: Vec<&'s str>,
}

impl<'a, 's> Entities<'a, 's> {
    /// Of a file.
    pub fn new(file: &'a CodeFile<'s>, tables: &'a Tables<'s>) -> Self {
        let mut locals: FxHashMap<&str, Vec<&Local>> = FxHashMap::default();
        for local in &file.terms.locals {
            locals.entry(plain(&local.name)).or_default().push(local);
        }
        let mut members: FxHashMap<&str, Vec<(&Class, &Member)>> = FxHashMap::default();
        for class in &file.terms.classes {
            for member in &class.members {
                members.entry(plain(&member.name)).or_default().push((class, member));
            }
        }
        let owner = tables.owner(file.id);
        Self { file, tables, owner, locals, members, imports: file.imports().collect() }
    }

    /// Whether a call on the result of another one belongs to the same request. Where a request gives back objects of the
    /// language, only what its library adds to them does.
    pub fn is_continued(&self, id: CallId, by: &Call) -> bool {
        match self.file.family {
            "jvm" | "elixir" => false,
            "csharp" => {
                let is_set = || self.file.call(id).is_some_and(|call| call.name() == "Set");
                by.name().starts_with("Execute") || by.on == Some(id) && is_set()
            }
            _ => true,
        }
    }

    /// What a method of a repository does that has a statement of its own.
    pub fn of_query(&self, call: &Call) -> &'a [(usize, Access)] {
        let repository = self.repository(call);
        repository.and_then(|it| it.queries.get(call.name())).map_or(&[][..], Vec::as_slice)
    }

    /// The tables that a call names.
    pub fn of_call(&self, call: &Call) -> Vec<usize> {
        if let Some(repository) = self.repository(call) {
            let is_own = repository.queries.contains_key(call.name());
            return repository.table.filter(|_| !is_own).into_iter().collect();
        }
        if let Some(table) = self.of_receiver(call, DEPTH_LIMIT) {
            return vec![table];
        }
        if self.takes_entities(call) {
            let types = call.types.as_deref().and_then(|types| self.tables.of_type(types, self.owner));
            let given = call.arguments.iter().take(2).flat_map(|argument| match &argument.value {
                Value::List(values) => values.as_slice(),
                value => std::slice::from_ref(value),
            });
            let given: Vec<usize> = given.filter_map(|value| self.of_value(value, call, DEPTH_LIMIT)).collect();
            if types.is_some() || !given.is_empty() {
                return types.into_iter().chain(given).collect();
            }
        }
        if BUILDERS.contains(&call.name()) {
            return call.text(0).and_then(|text| self.tables.named(text)).into_iter().collect();
        }
        Vec::new()
    }

    /// The repository that a call is on, by the type of the object or as a class.
    fn repository(&self, call: &Call) -> Option<&'a Repository> {
        let receiver = own(call.receiver())?;
        let r#type = self.type_of(receiver, call).unwrap_or(receiver);
        self.tables.repository(outer(r#type), self.owner)
    }

    /// The table that the object of a call stands for.
    fn of_receiver(&self, call: &Call, depth: u32) -> Option<usize> {
        let receiver = call.receiver();
        let model = |name: &str| self.tables.model(name, self.owner);
        let last = last_part(receiver);
        if receiver.is_empty() {
            return None;
        }
        match self.file.family {
            // `User.objects.filter`, `User.query.all`; the rows of other mappers are asked for by the class itself.
            "python" => {
                if let Some(around) = receiver.rsplit_once('.').map(|(around, _)| last_part(around))
                    && let Some(table) = model(around)
                {
                    return Some(table);
                }
                return model(last)
                    .filter(|table| self.tables.asks_itself(*table))
                    .or_else(|| self.of_row(call, depth));
            }
            "ruby" | "php" => return model(last).or_else(|| self.of_row(call, depth)),
            "ecmascript" => {
                return model(last)
                    .or_else(|| self.generic(receiver, call))
                    .or_else(|| self.delegate(receiver))
                    .or_else(|| self.of_row(call, depth));
            }
            "csharp" => return self.tables.set(last, self.owner).filter(|_| receiver.contains('.')),
            // Ent: `client.User.Query()`
            "go" => return model(last).filter(|_| receiver.contains('.')),
            "jvm" if self.tables.is_active(last) => return model(last),
            "jvm" => {
                let row = self.of_row(call, depth)?;
                let r#type = self.type_of(own(receiver)?, call)?;
                return self.tables.is_active(outer(r#type)).then_some(row);
            }
            // SeaORM: `user::Entity::find()`; Diesel: `users::table.filter(..)`, `users.filter(..)`
            "rust" => {
                let around = receiver.rsplit_once('.').map(|(around, _)| last_part(around));
                return match (last, around) {
                    ("Entity", Some(around)) => model(&pascal(around)).or_else(|| self.tables.named(around)),
                    ("table", Some(around)) => self.tables.named(around),
                    _ if self.has(&["diesel"]) => self.tables.named(last).filter(|_| around.is_none()),
                    _ => model(last).filter(|_| self.has(&["sea_orm"])),
                };
            }
            _ => {}
        }
        self.of_row(call, depth)
    }

    fn has(&self, modules: &[&str]) -> bool {
        self.imports.iter().any(|path| modules.iter().any(|module| path.contains(module)))
    }

    /// `Repository<User>` and `Model<User>` by the type of the object.
    fn generic(&self, receiver: &str, call: &Call) -> Option<usize> {
        let r#type = self.type_of(own(receiver)?, call)?;
        let (name, arguments) = r#type.split_once('<')?;
        // TypeORM's `create` makes an object and asks for nothing.
        let is_local = name.ends_with("Repository") && call.name() == "create";
        const KNOWN: &[&str] =
            &["Repository", "TreeRepository", "MongoRepository", "EntityRepository", "Model", "ModelStatic"];
        if is_local || !KNOWN.contains(&last_part(name)) {
            return None;
        }
        // Mongoose calls a row of `User` a `UserDocument`.
        let row = || self.tables.model(arguments.trim_end_matches('>').strip_suffix("Document")?, self.owner);
        self.tables.of_type(arguments, self.owner).or_else(row)
    }

    /// Prisma's `prisma.user.findMany()` and Drizzle's `db.query.users.findMany()`.
    fn delegate(&self, receiver: &str) -> Option<usize> {
        let (around, last) = receiver.rsplit_once('.')?;
        let around = last_part(around).to_ascii_lowercase();
        if around == "query" {
            return self.tables.named(last).or_else(|| self.tables.model(last, self.owner));
        }
        let is_client = ["prisma", "db", "tx", "trx", "client"].iter().any(|name| around.contains(name));
        is_client.then(|| self.tables.model(&upper_first(last), self.owner)).flatten()
    }

    /// The table of an object that is a row, for the methods that rows have.
    fn of_row(&self, call: &Call, depth: u32) -> Option<usize> {
        let receiver = own(call.receiver()).filter(|_| is_of_row(call.name()))?;
        self.of_name(receiver, call, depth)
    }

    /// Whether a call is given classes or objects of a mapper.
    fn takes_entities(&self, call: &Call) -> bool {
        let receiver = call.receiver();
        let last = plain(last_part(receiver)).trim_start_matches('_');
        if receiver.is_empty() {
            let is_function = FUNCTIONS.contains(&call.name());
            let is_mapper = || self.has(&["sqlalchemy", "sqlmodel", "django", "typeorm", "diesel"]);
            return match call.on.and_then(|on| self.file.call(on)) {
                None => is_function && is_mapper(),
                Some(on) => match self.file.family {
                    // `db.Where(..).Find(&users)`
                    "go" => self.is_session(self.first(on)),
                    // `db.select().from(users)`, `dataSource.getRepository(User)`
                    "ecmascript" => matches!(call.name(), "from" | "into" | "getRepository"),
                    "php" => call.name() == "getRepository",
                    _ => false,
                },
            };
        }
        let lower = last.to_ascii_lowercase();
        let is_conventional = match self.file.family {
            "python" => lower.contains("session") || matches!(&*lower, "sa" | "sqlalchemy" | "sqlmodel"),
            "ecmascript" => {
                let is_named = ["manager", "em", "datasource", "connection", "db", "tx", "trx", "database", "orm"];
                is_named.iter().any(|name| lower == *name || lower.ends_with("manager"))
            }
            "php" => matches!(&*lower, "em" | "entitymanager" | "manager" | "om" | "doctrine" | "managerregistry"),
            "rust" => lower == "diesel",
            "elixir" => last.ends_with("Repo"),
            _ => false,
        };
        is_conventional || self.is_session(call)
    }

    /// The call that a chain begins with.
    fn first<'c>(&'c self, mut call: &'c Call) -> &'c Call {
        while let Some(on) = call.on.and_then(|on| self.file.call(on)) {
            call = on;
        }
        call
    }

    /// Whether a call is on what sends requests, by its type.
    fn is_session(&self, call: &Call) -> bool {
        let receiver = last_part(call.receiver());
        if self.file.family == "go" {
            let lower = receiver.to_ascii_lowercase();
            return matches!(&*lower, "db" | "tx" | "gorm" | "conn" | "database") || lower.ends_with("db");
        }
        let Some(r#type) = self.type_of(plain(receiver), call) else { return false };
        SESSIONS.contains(&last_part(outer(r#type))) || self.tables.is_context(last_part(outer(r#type)))
    }

    /// The table of a class or of an object.
    fn of_value(&self, value: &Value, call: &Call, depth: u32) -> Option<usize> {
        match value {
            Value::Name(name) => self.of_name(name, call, depth),
            Value::Call(id) => {
                let made = self.file.call(*id)?;
                let is_kept = made.on.is_none() || self.file.family == "ruby";
                self.tables.model(made.name(), self.owner).filter(|_| is_kept)
            }
            _ => None,
        }
    }

    fn of_name(&self, name: &str, call: &Call, depth: u32) -> Option<usize> {
        let depth = depth.checked_sub(1)?;
        let model = |name: &str| self.tables.model(name, self.owner);
        let around = || {
            name.rsplit_once('.').and_then(|(around, last)| match last {
                // Diesel: `users::table`
                "table" | "dsl" => self.tables.named(last_part(around)),
                // A column of the class: `User.name`
                _ => model(last_part(around)),
            })
        };
        let typed = || self.tables.of_type(self.type_of(own(name)?, call)?, self.owner);
        let bound = || match self.file.bound_before(plain_any(name), call)? {
            Value::Call(id) => {
                let first = self.first(self.file.call(*id)?);
                self.of_receiver(first, depth).or_else(|| self.of_value(first.positional(0)?, first, depth))
            }
            _ => None,
        };
        model(last_part(name)).or_else(around).or_else(typed).or_else(|| bound().filter(|_| !name.contains('.')))
    }

    /// The type that is written for a name: of the last local variable before a call, else of a member of a class around it.
    fn type_of(&self, name: &str, call: &Call) -> Option<&'s str> {
        const LATEST: usize = 64;
        let locals = self.locals.get(name).map_or(&[][..], Vec::as_slice);
        let before = locals.partition_point(|local| local.span.start < call.span.start);
        let mut latest = locals[..before].iter().rev().take(LATEST);
        if let Some(local) = latest.find(|local| local.within == call.within || local.within.is_none()) {
            return Some(&local.r#type);
        }
        let members = self.members.get(name)?;
        let mut around = members.iter().filter(|(class, _)| holds(class, call.span.start));
        around.next_back().and_then(|(_, member)| member.r#type.as_deref())
    }
}

/// A name without the sign that PHP puts before variables and Ruby before members.
fn plain(name: &str) -> &str {
    name.trim_start_matches(['$', '@', '&', '*'])
}

/// A name as its file binds it.
fn plain_any(name: &str) -> &str {
    name.trim_start_matches(['&', '*'])
}

/// The name of a variable or of a member of the object itself.
fn own(name: &str) -> Option<&str> {
    match name.rsplit_once('.') {
        Some(("this" | "self" | "$this" | "base" | "super", member)) => Some(plain(member)),
        Some(_) => None,
        None if name.is_empty() => None,
        None => Some(plain(name)),
    }
}

/// The name of a type without its arguments, and without the marks of pointers and of what may be missing.
fn outer(r#type: &str) -> &str {
    let name = r#type.split('<').next().unwrap_or(r#type);
    last_part(name.trim_matches(['*', '&', '?', '!']))
}

fn upper_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// `order_item` as `OrderItem`.
fn pascal(name: &str) -> String {
    name.split('_').map(upper_first).collect()
}
