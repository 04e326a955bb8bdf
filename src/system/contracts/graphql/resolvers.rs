//! Code that resolves the fields of GraphQL's root types.

use super::super::{method, place_of};
use super::ROOTS;
use crate::facts::terms::{Annotation, Argument, Class, Value, annotation, last_part};
use crate::facts::{DefinitionId, Name};
use crate::system::code::CodeFile;
use crate::system::model::Place;

type Found = (&'static str, Name, Place);

/// What a file resolves: root type, field, place.
pub fn of(file: &CodeFile<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    match file.family {
        "ecmascript" => {
            maps(file, &mut found);
            decorated(file, &mut found);
        }
        "jvm" => annotated(file, &mut found),
        "python" => python(file, &mut found),
        "go" => gqlgen(file, &mut found),
        "ruby" => ruby(file, &mut found),
        _ => {}
    }
    found
}

fn root(name: &str) -> Option<&'static str> {
    ROOTS.iter().find(|(root, _)| *root == name).map(|(root, _)| *root)
}

/// Whether a file imports something whose path has this in it.
fn speaks(file: &CodeFile<'_>, words: &[&str]) -> bool {
    file.imports().any(|path| words.iter().any(|word| path.contains(word)))
}

/// Maps of resolvers: `const resolvers = { Query: { user() {…} } }`, `const Query = { user() {…} }`.
fn maps(file: &CodeFile<'_>, found: &mut Vec<Found>) {
    let mut add = |root: &'static str, entries: &[Argument]| {
        for entry in entries {
            let is_function =
                matches!(entry.value, Value::Function(_) | Value::Name(_) | Value::Call(_) | Value::Map(_));
            let name = entry.name.as_ref().or(match &entry.value {
                Value::Name(name) => Some(name),
                _ => None,
            });
            if let Some(name) = name.filter(|_| is_function) {
                found.push((root, Name::from(last_part(name)), file.place(entry.line)));
            }
        }
    };
    for binding in &file.terms.bindings {
        let Value::Map(entries) = &binding.value else { continue };
        if let Some(root) = root(last_part(&binding.name)) {
            add(root, entries);
        }
        for entry in entries {
            if let (Some(root), Value::Map(inner)) = (entry.name.as_deref().and_then(root), &entry.value) {
                add(root, inner);
            }
        }
    }
    let given =
        file.terms.calls.iter().filter(|call| {
            matches!(call.name(), "ApolloServer" | "makeExecutableSchema" | "createSchema" | "createYoga")
        });
    for argument in given.filter_map(|call| call.option("resolvers")) {
        let Value::Map(entries) = argument else { continue };
        for entry in entries {
            if let (Some(root), Value::Map(inner)) = (entry.name.as_deref().and_then(root), &entry.value) {
                add(root, inner);
            }
        }
    }
}

/// Methods of NestJS's and TypeGraphQL's resolvers: `@Query(() => User, { name: 'user' })`.
fn decorated(file: &CodeFile<'_>, found: &mut Vec<Found>) {
    if !speaks(file, &["graphql"]) {
        return;
    }
    for function in &file.terms.functions {
        for mark in &function.annotations {
            let Some(root) = root(last_part(&mark.name)) else { continue };
            let name = mark.option("name").or_else(|| mark.first()).and_then(Value::text);
            found.push((root, Name::from(name.unwrap_or(&function.name)), file.place(mark.span.line)));
        }
    }
}

/// Spring for GraphQL, Netflix DGS, MicroProfile GraphQL.
fn annotated(file: &CodeFile<'_>, found: &mut Vec<Found>) {
    const MARKS: [(&str, &str); 8] = [
        ("QueryMapping", "Query"),
        ("MutationMapping", "Mutation"),
        ("SubscriptionMapping", "Subscription"),
        ("DgsQuery", "Query"),
        ("DgsMutation", "Mutation"),
        ("DgsSubscription", "Subscription"),
        ("Query", "Query"),
        ("Mutation", "Mutation"),
    ];
    for function in &file.terms.functions {
        for mark in &function.annotations {
            let name = last_part(&mark.name);
            // Spring Data's `@Query` holds a query of a database.
            let is_other = matches!(name, "Query" | "Mutation") && !speaks(file, &["graphql"]);
            let typed = match name {
                "SchemaMapping" => text(file, mark, "typeName"),
                "DgsData" => text(file, mark, "parentType"),
                _ => MARKS.iter().find(|(known, _)| *known == name).map(|(_, root)| (*root).to_owned()),
            };
            let Some(root) = typed.as_deref().and_then(root).filter(|_| !is_other) else { continue };
            let own = ["name", "field", "value"].iter().find_map(|key| text(file, mark, key));
            let own = own.or_else(|| mark.first().and_then(|value| file.text(value))).filter(|name| !name.is_empty());
            let field = own.map_or_else(|| function.name.clone(), Name::from);
            found.push((root, field, file.place(mark.span.line)));
        }
    }
}

fn text(file: &CodeFile<'_>, mark: &Annotation, key: &str) -> Option<String> {
    mark.option(key).and_then(|value| file.text(value))
}

/// Strawberry's and Graphene's classes, Ariadne's decorators.
fn python(file: &CodeFile<'_>, found: &mut Vec<Found>) {
    if !speaks(file, &["strawberry", "graphene", "ariadne"]) {
        return;
    }
    for (id, class) in file.terms.classes.iter().enumerate() {
        let Some(root) = root(&class.name) else { continue };
        strawberry(file, id, root, found);
        if class.bases.iter().any(|base| last_part(base) == "ObjectType") {
            graphene(file, class, root, found);
        }
    }
    for function in &file.terms.functions {
        for mark in &function.annotations {
            // `query = QueryType()` and `@query.field("user")`
            let Some((holder, "field")) = mark.name.rsplit_once('.') else { continue };
            let made = match file.bound(holder) {
                Some(Value::Call(id)) => file.call(*id).map(|call| call.name()),
                _ => None,
            };
            let root = match made {
                Some("QueryType") => "Query",
                Some("MutationType") => "Mutation",
                Some("SubscriptionType") => "Subscription",
                _ => continue,
            };
            if let Some(name) = mark.first().and_then(Value::text) {
                found.push((root, Name::from(name), file.place(mark.span.line)));
            }
        }
    }
}

/// Fields of a class of Strawberry, under the names that its schema has: in camel case.
fn strawberry(file: &CodeFile<'_>, class: usize, root: &'static str, found: &mut Vec<Found>) {
    for function in file.terms.functions.iter().filter(|function| function.class == Some(class as u32)) {
        let mark =
            ["field", "mutation", "subscription"].iter().find_map(|name| annotation(&function.annotations, name));
        let Some(mark) = mark.filter(|mark| mark.name.starts_with("strawberry")) else { continue };
        let name = mark.option("name").and_then(Value::text).map_or_else(|| camel(&function.name), str::to_owned);
        found.push((root, Name::from(name), file.place(mark.span.line)));
    }
}

/// Methods `resolve_user` of a class of Graphene.
fn graphene(file: &CodeFile<'_>, class: &Class, root: &'static str, found: &mut Vec<Found>) {
    let (Some(facts), Some(id)) = (file.file.facts.as_deref(), class.definition) else { return };
    for definition in facts.definitions.iter().filter(|definition| definition.parent == Some(id)) {
        if let Some(field) = definition.name.strip_prefix("resolve_") {
            found.push((root, Name::from(camel(field)), place_of(&file.file.path, definition)));
        }
    }
}

/// `user_name` as GraphQL writes it: `userName`.
fn camel(name: &str) -> String {
    let mut out = String::new();
    let mut is_next_upper = false;
    for c in name.chars() {
        if c == '_' && !out.is_empty() {
            is_next_upper = true;
        } else {
            out.push(if is_next_upper { c.to_ascii_uppercase() } else { c });
            is_next_upper = false;
        }
    }
    out
}

/// gqlgen: `func (r *queryResolver) User(ctx context.Context, id string)`.
fn gqlgen(file: &CodeFile<'_>, found: &mut Vec<Found>) {
    let Some(facts) = file.file.facts.as_deref() else { return };
    for definition in &facts.definitions {
        let Some((receiver, _)) = definition.signature.split_once(')') else { continue };
        let root = match receiver.rsplit(['*', ' ', '(']).next() {
            Some("queryResolver") => "Query",
            Some("mutationResolver") => "Mutation",
            Some("subscriptionResolver") => "Subscription",
            _ => continue,
        };
        let mut name = definition.name.to_string();
        if let Some(first) = name.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        found.push((root, Name::from(name), place_of(&file.file.path, definition)));
    }
}

/// graphql-ruby: `field :user, …` of `class QueryType`, resolved by the method of this name.
fn ruby(file: &CodeFile<'_>, found: &mut Vec<Found>) {
    for call in file.terms.calls.iter().filter(|call| call.name() == "field") {
        let Some(class) = call.class.and_then(|id| file.terms.classes.get(id as usize)) else { continue };
        let Some(root) = class.name.strip_suffix("Type").and_then(root) else { continue };
        let Some(field) = call.text(0) else { continue };
        let place = resolved(file, class.definition, field).unwrap_or_else(|| file.place(call.span.line));
        found.push((root, Name::from(camel(field)), place));
    }
}

fn resolved(file: &CodeFile<'_>, class: Option<DefinitionId>, field: &str) -> Option<Place> {
    let facts = file.file.facts.as_deref()?;
    method(facts, class?, |name| name == field).map(|found| place_of(&file.file.path, found))
}
