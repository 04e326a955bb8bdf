//! The tables of the data models, by what code calls them: their own names, their classes, the repositories of these and
//! the properties of contexts that hold them.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::terms::{Class, annotation, last_part};
use crate::lang::resolve::{FileId, Sources};
use crate::schema::key;
use crate::system::code::CodeFile;
use crate::system::model::{Access, ComponentId, System};

use super::statements;

/// Annotations that hold a statement for the method that they stand on: Spring Data's and MyBatis's.
const QUERIES: &[&str] = &["Query", "NativeQuery", "Select", "Insert", "Update", "Delete"];

/// Mappers of Python with methods on the classes themselves.
const ASKING: &[&str] = &["peewee", "playhouse", "tortoise", "mongoengine", "beanie", "ormar"];

/// What a name stands for in each component.
type Named<T> = FxHashMap<String, Vec<(Option<ComponentId>, T)>>;

/// A class that asks for rows of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Whose rows; a mapper of statements has none.
    pub table: Option<usize>,
    /// What its methods with statements of their own do.
    pub queries: FxHashMap<String, Vec<(usize, Access)>>,
}

/// Everything that names tables.
pub struct Tables<'a> {
    system: &'a System,
    by_name: FxHashMap<String, Option<usize>>,
    by_model: Named<usize>,
    repositories: Named<Repository>,
    /// Properties of contexts of Entity Framework.
    sets: Named<usize>,
    /// Classes that are contexts of Entity Framework.
    contexts: FxHashSet<&'a str>,
    /// Classes with methods of a mapper on themselves.
    active: FxHashSet<&'a str>,
    /// Tables of mappers of Python whose classes are asked for rows themselves.
    asking: FxHashSet<usize>,
}

impl<'a> Tables<'a> {
    /// Gathers the names.
    pub fn new(sources: &Sources, system: &'a System, files: &[CodeFile<'a>]) -> Self {
        let mut tables = Self {
            system,
            by_name: FxHashMap::default(),
            by_model: Named::default(),
            repositories: Named::default(),
            sets: Named::default(),
            contexts: FxHashSet::default(),
            active: FxHashSet::default(),
            asking: FxHashSet::default(),
        };
        for (index, table) in system.schema.tables.iter().enumerate() {
            let name = key(&table.name);
            if let Some((_, last)) = name.rsplit_once('.') {
                tables.by_name.entry(last.to_owned()).and_modify(|known| *known = None).or_insert(Some(index));
            }
            let places: Vec<FileId> = table.places.iter().filter_map(|place| sources.file(&place.path)).collect();
            let imports = places.iter().filter_map(|file| sources.facts(*file)).flat_map(|facts| &facts.imports);
            if imports.into_iter().any(|import| ASKING.iter().any(|module| import.path.starts_with(module))) {
                tables.asking.insert(index);
            }
            let mut owners: Vec<Option<ComponentId>> = places.iter().map(|file| system.owners[file.index()]).collect();
            owners.sort();
            owners.dedup();
            for model in &table.models {
                let of_model = tables.by_model.entry(model.to_string()).or_default();
                of_model.extend(owners.iter().map(|owner| (*owner, index)));
            }
        }
        for (index, table) in system.schema.tables.iter().enumerate() {
            tables.by_name.insert(key(&table.name), Some(index));
        }
        for file in files {
            tables.read(file);
        }
        tables
    }

    /// Notes the repositories and contexts of a file.
    fn read(&mut self, file: &CodeFile<'a>) {
        let owner = self.owner(file.id);
        let mut found: Vec<(String, Repository)> = Vec::new();
        for (id, class) in file.terms.classes.iter().enumerate() {
            if class.bases.iter().any(|base| last_part(base).ends_with("DbContext")) {
                self.contexts.insert(&class.name);
            }
            const ACTIVE: &[&str] = &["PanacheEntity", "PanacheEntityBase", "PanacheCompanion", "PanacheMongoEntity"];
            if class.bases.iter().any(|base| ACTIVE.contains(&last_part(base))) {
                self.active.insert(&class.name);
            }
            for member in &class.members {
                let held = member.r#type.as_deref().and_then(|of| of.strip_prefix("DbSet<")?.strip_suffix(['>', '?']));
                if let Some(table) = held.and_then(|of| self.model(last_part(of.trim_end_matches('>')), owner)) {
                    self.sets.entry(member.name.to_string()).or_default().push((owner, table));
                }
            }
            // Doctrine: the entity names its repository.
            let named =
                annotation(&class.annotations, "Entity").and_then(|entity| entity.option("repositoryClass")?.name());
            if let (Some(named), Some(table)) = (named, self.model(&class.name, owner)) {
                let repository = Repository { table: Some(table), queries: FxHashMap::default() };
                found.push((last_part(named).to_owned(), repository));
            }
            let table = class.bases.iter().find_map(|base| self.of_base(base, owner));
            let queries = self.queries(file, id as u32, table);
            if table.is_some() || !queries.is_empty() {
                found.push((class.name.to_string(), Repository { table, queries }));
            }
        }
        for (name, repository) in found {
            self.repositories.entry(name).or_default().push((owner, repository));
        }
    }

    /// The table of a base such as `JpaRepository<Order, Long>`.
    fn of_base(&self, base: &str, owner: Option<ComponentId>) -> Option<usize> {
        const ENDS: [&str; 4] = ["Repository", "RepositoryBase", "RepositoryImplementation", "DaoSupport"];
        let (name, arguments) = base.split_once('<')?;
        if !ENDS.iter().any(|end| name.ends_with(end)) {
            return None;
        }
        let first = arguments.split([',', '>', '<']).next()?;
        self.model(last_part(first.trim()), owner)
    }

    /// What the methods of a class do whose annotations hold statements.
    fn queries(
        &self,
        file: &CodeFile<'_>,
        class: u32,
        table: Option<usize>,
    ) -> FxHashMap<String, Vec<(usize, Access)>> {
        let owner = self.owner(file.id);
        let mut queries = FxHashMap::default();
        for function in file.terms.functions.iter().filter(|function| function.class == Some(class)) {
            let Some(query) = QUERIES.iter().find_map(|name| annotation(&function.annotations, name)) else { continue };
            let text = file.text_of(query, &["value", "nativeQuery"]).join(" ").replace("#{#entityName}", ENTITY);
            let meant = |name: &str| if name == ENTITY { table } else { self.meant(name, owner) };
            let uses = if statements::is_statement(&text) { statements::uses(&text, meant) } else { Vec::new() };
            if !uses.is_empty() {
                queries.insert(function.name.to_string(), uses);
            }
        }
        queries
    }

    /// Whose source a file is.
    pub fn owner(&self, file: FileId) -> Option<ComponentId> {
        self.system.owners[file.index()]
    }

    /// The table of a name.
    pub fn named(&self, name: &str) -> Option<usize> {
        let name = key(name);
        let last = || self.by_name.get(name.rsplit_once('.')?.1).copied();
        self.by_name.get(&name).copied().or_else(last).flatten()
    }

    /// The table of a class.
    pub fn model(&self, name: &str, owner: Option<ComponentId>) -> Option<usize> {
        nearest(&self.by_model, name, owner).copied()
    }

    /// The table that a statement means by a name: its own, else that of a class.
    pub fn meant(&self, name: &str, owner: Option<ComponentId>) -> Option<usize> {
        self.named(name).or_else(|| self.model(last_part(name), owner))
    }

    /// The only table whose class a type names: `List<Order>`, `*models.Order`.
    pub fn of_type(&self, text: &str, owner: Option<ComponentId>) -> Option<usize> {
        let mut found = None;
        for name in text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|name| !name.is_empty()) {
            match (found, self.model(name, owner)) {
                (Some(known), Some(other)) if known != other => return None,
                (None, table) => found = table,
                _ => {}
            }
        }
        found
    }

    /// The repository of a name.
    pub fn repository(&self, name: &str, owner: Option<ComponentId>) -> Option<&Repository> {
        nearest(&self.repositories, name, owner)
    }

    /// The table of a property of a context.
    pub fn set(&self, name: &str, owner: Option<ComponentId>) -> Option<usize> {
        nearest(&self.sets, name, owner).copied()
    }

    /// Whether a type is a context of Entity Framework.
    pub fn is_context(&self, name: &str) -> bool {
        self.contexts.contains(name) || name == "DbContext"
    }

    /// Whether the class of a table is asked for rows itself, in Python.
    pub fn asks_itself(&self, table: usize) -> bool {
        self.asking.contains(&table)
    }

    /// Whether a class has the methods of a mapper itself.
    pub fn is_active(&self, name: &str) -> bool {
        self.active.contains(name)
    }
}

/// What a query calls its own entity, once it is read.
const ENTITY: &str = "__entity__";

/// What all say that use a name in a component, else what all of them say; none where they differ.
fn nearest<'t, T: PartialEq>(named: &'t Named<T>, name: &str, owner: Option<ComponentId>) -> Option<&'t T> {
    let all = named.get(name)?;
    let agreed = |mut fitting: Vec<&'t T>| {
        let first = fitting.pop()?;
        fitting.iter().all(|other| *other == first).then_some(first)
    };
    let near: Vec<&T> = all.iter().filter(|(of, _)| owner.is_some() && *of == owner).map(|(_, it)| it).collect();
    if near.is_empty() { agreed(all.iter().map(|(_, it)| it).collect()) } else { agreed(near) }
}

/// Whether one class stands in the text of another declaration.
pub fn holds(class: &Class, place: u32) -> bool {
    class.span.start <= place && place < class.span.end
}
