//! GraphQL: schemas in files and in code, the code that resolves their fields, and the documents that ask for them.

mod resolvers;
mod sdl;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::is_aside;
use crate::facts::Name;
use crate::lang::resolve::Sources;
use crate::system::code::{CodeFile, Program};
use crate::system::draft::Draft;
use crate::system::model::{ApiType, ComponentId, ContractStyle, Operation, Place, RemoteCall, Sureness};

/// The types whose fields are operations, with the word for each.
pub const ROOTS: [(&str, &str); 3] = [("Query", "query"), ("Mutation", "mutation"), ("Subscription", "subscription")];

/// An operation: the root's type and the field.
type Field = (&'static str, Name);

/// What the schema texts of one owner say.
#[derive(Default)]
struct Schema {
    operations: BTreeMap<Field, Place>,
    resolvers: BTreeMap<Field, BTreeSet<Place>>,
}

/// Reads schemas, resolvers and documents.
pub fn operations<'s>(sources: &'s Sources, draft: &mut Draft, program: &Program<'s>) {
    let mut schemas: BTreeMap<Option<ComponentId>, Schema> = BTreeMap::new();
    let mut asked: Vec<(Option<ComponentId>, Field, Place)> = Vec::new();
    let mut add = |draft: &mut Draft, owner: Option<ComponentId>, path: &Arc<str>, first: u32, text: &str| {
        let read = sdl::read(text);
        let place = |line: u32| Place::new(path, first + line);
        for (root, field, line) in read.operations {
            schemas.entry(owner).or_default().operations.entry((root, field)).or_insert_with(|| place(line));
        }
        for of in read.types {
            draft.types.push(ApiType { name: of.name, kind: of.kind, fields: of.fields, evidence: place(of.line) });
        }
        asked.extend(read.asked.into_iter().map(|(root, field, line)| (owner, (root, field), place(line))));
    };
    for document in sources.documents.iter().filter(|document| is_schema(&document.path) && !is_aside(&document.path)) {
        let Some(text) = document.text() else { continue };
        let owner = draft.owner_of_path(&document.path);
        add(draft, owner, &document.path, 0, text);
    }
    for file in &program.files {
        for (text, line) in texts(file) {
            let owner = file.owner(draft);
            add(draft, owner, &file.file.path, line - 1, &text);
        }
    }
    for file in &program.files {
        let owner = file.owner(draft);
        for (root, field, place) in resolvers::of(file) {
            schemas.entry(owner).or_default().resolvers.entry((root, field)).or_default().insert(place);
        }
    }
    finish(draft, schemas, asked);
}

/// Whether a path is one of a schema or a document.
fn is_schema(path: &str) -> bool {
    [".graphql", ".graphqls", ".gql"].iter().any(|end| path.ends_with(end))
}

/// GraphQL in a file's code, each text with its line: in templates with a tag, in what makes a schema.
fn texts(file: &CodeFile<'_>) -> Vec<(String, u32)> {
    const HOLDERS: &[&str] =
        &["gql", "graphql", "buildSchema", "make_executable_schema", "from_definition", "makeExecutableSchema"];
    let calls = file.terms.calls.iter().filter(|call| HOLDERS.contains(&call.name()));
    let given = calls.flat_map(|call| &call.arguments);
    given
        .filter_map(|argument| Some((file.text(&argument.value)?, argument.line)))
        .filter(|(text, _)| text.contains('{'))
        .collect()
}

/// Operations with what resolves them, and what is asked of them. A field that code resolves and no schema declares is
/// declared by that code: some libraries make the schema from it.
fn finish(
    draft: &mut Draft,
    mut schemas: BTreeMap<Option<ComponentId>, Schema>,
    asked: Vec<(Option<ComponentId>, Field, Place)>,
) {
    for schema in schemas.values_mut() {
        for (field, places) in &schema.resolvers {
            if let Some(place) = places.first() {
                schema.operations.entry(field.clone()).or_insert_with(|| place.clone());
            }
        }
    }
    // A schema that lies beside all components is served by the only one that resolves its fields.
    let resolving: BTreeMap<Field, BTreeSet<ComponentId>> =
        served(&schemas, |schema| schema.resolvers.keys().cloned().collect());
    let serving: BTreeMap<Field, BTreeSet<ComponentId>> =
        served(&schemas, |schema| schema.operations.keys().cloned().collect());
    for (owner, schema) in &schemas {
        for ((root, field), place) in &schema.operations {
            let key = (*root, field.clone());
            let component = owner.or_else(|| sole(resolving.get(&key)));
            let handlers = component
                .and_then(|component| schemas.get(&Some(component)))
                .or(Some(schema))
                .and_then(|schema| schema.resolvers.get(&key));
            draft.operations.push(Operation {
                contract: place.path.clone(),
                style: ContractStyle::GraphQl,
                name: Name::from(format!("{root}.{field}")),
                method: ROOTS.iter().find(|(name, _)| name == root).map(|(_, word)| Name::from(*word)),
                component,
                handler: handlers.filter(|places| places.len() == 1).and_then(|places| places.first().cloned()),
                evidence: place.clone(),
            });
        }
    }
    for (from, (root, field), place) in asked {
        let Some(from) = from else { continue };
        let to = sole(serving.get(&(root, field.clone())));
        if let Some(to) = to {
            draft.connect(from, to, "http", Sureness::Resolved, place.clone());
        }
        draft.calls.push(RemoteCall {
            from,
            to,
            kind: "graphql",
            method: ROOTS.iter().find(|(name, _)| *name == root).map(|(_, word)| Name::from(*word)),
            path: Some(Name::from(format!("{root}.{field}"))),
            endpoint: None,
            evidence: place,
        });
    }
}

fn served(
    schemas: &BTreeMap<Option<ComponentId>, Schema>,
    fields: impl Fn(&Schema) -> Vec<Field>,
) -> BTreeMap<Field, BTreeSet<ComponentId>> {
    let mut served: BTreeMap<Field, BTreeSet<ComponentId>> = BTreeMap::new();
    for (owner, schema) in schemas {
        for field in fields(schema) {
            served.entry(field).or_default().extend(*owner);
        }
    }
    served
}

fn sole(components: Option<&BTreeSet<ComponentId>>) -> Option<ComponentId> {
    components.filter(|found| found.len() == 1)?.first().copied()
}
