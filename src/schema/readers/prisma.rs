//! Prisma's schema language: models, their fields and relations, as
//! <https://www.prisma.io/docs/orm/reference/prisma-schema-reference> describes them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::is_aside;
use crate::facts::Name;
use crate::schema::merge::Rank;
use crate::schema::model::{Cardinality, Column, Place, Relation, Table};
use crate::schema::state::State;
use crate::schema::{Input, Set};

struct Model<'t> {
    name: &'t str,
    place: Place,
    fields: Vec<Field<'t>>,
    /// `@@map`, `@@id`: the name with what stands in its brackets.
    attributes: Vec<(&'t str, &'t str)>,
}

struct Field<'t> {
    name: &'t str,
    /// Without `?` and `[]`.
    r#type: &'t str,
    is_list: bool,
    attributes: Vec<(&'t str, &'t str)>,
    place: Place,
}

impl<'t> Field<'t> {
    fn attribute(&self, name: &str) -> Option<&'t str> {
        self.attributes.iter().find(|(found, _)| *found == name).map(|(_, arguments)| *arguments)
    }

    fn column(&self) -> &'t str {
        self.attribute("map").and_then(text).unwrap_or(self.name)
    }
}

impl<'t> Model<'t> {
    fn attribute(&self, name: &str) -> Option<&'t str> {
        self.attributes.iter().find(|(found, _)| *found == name).map(|(_, arguments)| *arguments)
    }

    fn table(&self) -> Name {
        self.attribute("map").and_then(text).unwrap_or(self.name).into()
    }

    fn column_of(&self, field: &str) -> Name {
        self.fields.iter().find(|found| found.name == field).map_or(field, Field::column).into()
    }
}

/// [`super::Reader`].
pub fn read(input: &Input<'_>, sets: &mut Vec<Set>, _: &mut Vec<(Arc<str>, usize)>) {
    let mut models: BTreeMap<&str, Model<'_>> = BTreeMap::new();
    let mut origin = None;
    let mut test = true;
    for text in input.texts.iter().filter(|text| text.path.ends_with(".prisma")) {
        let before = models.len();
        for model in parse(text.path, text.text) {
            models.entry(model.name).or_insert(model);
        }
        if models.len() > before {
            origin.get_or_insert_with(|| text.path.to_string());
            test &= is_aside(text.path);
        }
    }
    let Some(origin) = origin else { return };
    let mut state = State::default();
    for model in models.values() {
        state.put(table(model, &models));
        state.relations.extend(relations(model, &models));
    }
    let rank = if test { Rank::Test } else { Rank::Dump };
    sets.push(Set { rank, framework: "prisma", origin, state });
}

fn table(model: &Model<'_>, models: &BTreeMap<&str, Model<'_>>) -> Table {
    let keys = model.attribute("id").map(names).unwrap_or_default();
    let mut table = Table::new(model.table(), model.place.clone());
    table.models.push(model.name.into());
    for field in model.fields.iter().filter(|field| !models.contains_key(field.r#type)) {
        let list = if field.is_list { "[]" } else { "" };
        table.columns.push(Column {
            name: field.column().into(),
            r#type: format!("{}{list}", field.r#type).into(),
            primary: field.attribute("id").is_some() || keys.contains(&field.name),
            place: field.place.clone(),
        });
    }
    table
}

fn relations(model: &Model<'_>, models: &BTreeMap<&str, Model<'_>>) -> Vec<Relation> {
    let mut found = Vec::new();
    for field in &model.fields {
        let Some(target) = models.get(field.r#type) else { continue };
        let arguments = field.attribute("relation").unwrap_or_default();
        let own = argument(arguments, "fields").map(names).unwrap_or_default();
        if own.is_empty() {
            found.extend(many_to_many(model, field, target));
            continue;
        }
        let is_unique = |name: &str| {
            model.fields.iter().any(|field| {
                field.name == name && (field.attribute("unique").is_some() || field.attribute("id").is_some())
            })
        };
        let one = own.len() == 1 && is_unique(own[0]);
        let referred = argument(arguments, "references").map(names).unwrap_or_default();
        found.push(Relation {
            from: model.table(),
            via: own.iter().map(|name| model.column_of(name)).collect(),
            to: target.table(),
            to_columns: referred.iter().map(|name| target.column_of(name)).collect(),
            constraint: argument(arguments, "map").and_then(text).map(Name::from),
            cardinality: if one { Cardinality::OneToOne } else { Cardinality::ManyToOne },
            place: field.place.clone(),
        });
    }
    found
}

/// Lists on both sides, with the same name of the relation, and no table between them.
fn many_to_many(model: &Model<'_>, field: &Field<'_>, target: &Model<'_>) -> Option<Relation> {
    let name_of = |field: &Field<'_>| {
        let arguments = field.attribute("relation").unwrap_or_default();
        argument(arguments, "name").or(Some(arguments)).and_then(text).map(str::to_owned)
    };
    let is_back = |back: &&Field<'_>| {
        back.r#type == model.name && back.is_list && name_of(back) == name_of(field) && !std::ptr::eq(*back, field)
    };
    let back = target.fields.iter().find(is_back)?;
    // One of the two sides speaks.
    let is_first = (model.name, field.name) < (target.name, back.name);
    (field.is_list && is_first).then(|| Relation {
        from: model.table(),
        via: vec![field.name.into()],
        to: target.table(),
        to_columns: Vec::new(),
        constraint: None,
        cardinality: Cardinality::ManyToMany,
        place: field.place.clone(),
    })
}

/// The value of a named argument.
fn argument<'t>(arguments: &'t str, name: &str) -> Option<&'t str> {
    arguments.match_indices(name).find_map(|(at, _)| {
        let is_word = !arguments[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = arguments[at + name.len()..].trim_start().strip_prefix(':')?.trim_start();
        is_word.then_some(rest)
    })
}

/// The names in brackets, without what stands behind each (`[a(sort: Desc), b]`).
fn names(text: &str) -> Vec<&str> {
    let Some(open) = text.find('[') else { return Vec::new() };
    let inner = text[open + 1..].split(']').next().unwrap_or_default();
    let name = |part: &'_ str| part.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(part.len());
    inner.split(',').map(str::trim).map(|part| &part[..name(part)]).filter(|part| !part.is_empty()).collect()
}

/// The first text in quotes, if nothing but a name stands before it.
fn text(arguments: &str) -> Option<&str> {
    let open = arguments.find('"')?;
    let before = arguments[..open].trim();
    let rest = &arguments[open + 1..];
    (before.is_empty() || before == "name:").then(|| rest.split('"').next()).flatten()
}

fn parse<'t>(path: &Arc<str>, text: &'t str) -> Vec<Model<'t>> {
    let mut models: Vec<Model<'t>> = Vec::new();
    let mut is_open = false;
    for (index, line) in text.lines().enumerate() {
        let place = || Place::new(path, index as u32 + 1);
        let line = without_comment(line).trim();
        if !is_open {
            if let Some(name) =
                line.strip_prefix("model ").and_then(|rest| rest.split(['{', ' ']).find(|w| !w.is_empty()))
            {
                models.push(Model { name, place: place(), fields: Vec::new(), attributes: Vec::new() });
                is_open = line.contains('{');
            }
            continue;
        }
        if line.starts_with('}') {
            is_open = false;
            continue;
        }
        let Some(model) = models.last_mut() else { continue };
        if let Some(rest) = line.strip_prefix("@@") {
            model.attributes.extend(attributes(rest).into_iter().take(1));
        } else if let Some((name, rest)) = line.split_once(char::is_whitespace) {
            let rest = rest.trim_start();
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (r#type, tail) = (&rest[..end], &rest[end..]);
            if !r#type.is_empty() {
                let is_list = tail.starts_with("[]");
                let attributes = tail.split_once('@').map_or_else(Vec::new, |(_, rest)| attributes(rest));
                model.fields.push(Field { name, r#type, is_list, attributes, place: place() });
            }
        }
    }
    models
}

/// Attributes after the first `@`: each name with the text in its brackets.
fn attributes(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.')).unwrap_or(rest.len());
        let (name, tail) = rest.split_at(end);
        let (arguments, tail) = if tail.starts_with('(') { bracketed(tail) } else { ("", tail) };
        found.push((name, arguments));
        match tail.find('@') {
            Some(at) => rest = &tail[at + 1..],
            None => return found,
        }
    }
}

/// What stands in the brackets that a text begins with, and what follows.
fn bracketed(text: &str) -> (&str, &str) {
    let (mut depth, mut is_quoted) = (0_usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'(' if !is_quoted => depth += 1,
            b')' if !is_quoted => {
                depth -= 1;
                if depth == 0 {
                    return (&text[1..at], &text[at + 1..]);
                }
            }
            _ => {}
        }
    }
    (&text[1..], "")
}

fn without_comment(line: &str) -> &str {
    let mut is_quoted = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'/' if !is_quoted && line[at..].starts_with("//") => return &line[..at],
            _ => {}
        }
    }
    line
}
