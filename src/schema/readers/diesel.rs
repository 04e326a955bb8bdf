//! Diesel's `table!` and `joinable!`: the schema as its tool writes it.

use std::sync::Arc;

use super::Found;
use crate::facts::Name;
use crate::facts::terms::{Call, Value, annotation};
use crate::schema::merge::Rank;
use crate::schema::model::{Cardinality, Column, Place, Table};
use crate::schema::state::State;
use crate::schema::{Code, Input, Set};

/// [`super::Reader`].
pub fn read(input: &Input<'_>, sets: &mut Vec<Set>, _: &mut Vec<(Arc<str>, usize)>) {
    let mut found = Found::default();
    for code in input.codes.iter().filter(|code| code.language == "rust") {
        let state = found.of(code.path);
        for call in &code.facts.terms.calls {
            let Some(Value::Tokens(tokens)) = call.positional(0) else { continue };
            match call.name() {
                "table!" => table(code, call, tokens, state),
                "joinable!" => joinable(code, call, tokens, state),
                _ => {}
            }
        }
    }
    for code in input.codes.iter().filter(|code| code.language == "rust") {
        for class in &code.facts.terms.classes {
            let named = annotation(&class.annotations, "diesel").and_then(|found| found.option("table_name"));
            let table = named.and_then(|name| name.name().or_else(|| name.text()));
            let table = table.map(|name| name.rsplit('.').next().unwrap_or(name));
            if let Some(table) = table.and_then(|name| found.real.get_mut(name))
                && !table.models.contains(&class.name)
            {
                table.models.push(class.name.clone());
                table.places.push(Place::new(code.path, class.span.line));
            }
        }
    }
    sets.extend(found.into_sets(Rank::Dump, "diesel", "schema"));
}

/// `users (id) { id -> Integer, #[sql_name = "n"] name -> Nullable<Varchar>, }`
fn table(code: &Code<'_>, call: &Call, tokens: &str, state: &mut State) {
    let Some((head, body)) = tokens.split_once('{') else { return };
    // What stands before the name are `use` statements, attributes and comments.
    let head = head.rsplit(';').next().unwrap_or(head);
    let head = head.rsplit(']').next().unwrap_or(head);
    let line = |at: &str| {
        let offset = at.as_ptr() as usize - tokens.as_ptr() as usize;
        call.span.line + tokens.get(..offset).unwrap_or_default().matches('\n').count() as u32
    };
    let head = head.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join(" ");
    let (name, keys) = head.split_once('(').unwrap_or((&head, "id)"));
    let keys: Vec<&str> = keys.trim().trim_end_matches(')').split(',').map(str::trim).collect();
    let name = name.trim().rsplit('.').next().unwrap_or_default();
    if name.is_empty() || name.contains(char::is_whitespace) {
        return;
    }
    let mut table = Table::new(name, Place::new(code.path, call.span.line));
    let mut sql_name = None;
    for written in body.lines() {
        let text = written.trim();
        if text.starts_with("//") {
            continue;
        }
        if let Some(at) = text.find("sql_name") {
            sql_name = text[at..].split('"').nth(1).map(Name::from);
        }
        // Several columns may stand on one line.
        for piece in text.split_inclusive(',') {
            let Some((column, kind)) = piece.split_once("->") else { continue };
            let column = column.rsplit(']').next().unwrap_or(column).trim();
            let kind = kind.trim().trim_end_matches(['}', ',', ' ']);
            let kind = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>')).unwrap_or(kind);
            let array = kind.strip_prefix("Array<").and_then(|kind| kind.strip_suffix('>'));
            let kind = match array {
                Some(kind) => format!("{}[]", kind.strip_prefix("Nullable<").unwrap_or(kind).trim_end_matches('>')),
                None => kind.to_owned(),
            };
            let primary = keys.contains(&column);
            let name = sql_name.take().unwrap_or_else(|| column.trim_start_matches("r#").into());
            table.columns.push(Column { primary, ..Column::new(name, kind, Place::new(code.path, line(written))) });
        }
    }
    state.put(table);
}

/// `posts -> users (user_id)`
fn joinable(code: &Code<'_>, call: &Call, tokens: &str, state: &mut State) {
    let Some((from, rest)) = tokens.split_once("->") else { return };
    let Some((to, column)) = rest.split_once('(') else { return };
    let last = |name: &str| Name::from(name.trim().rsplit([':', '.']).next().unwrap_or_default());
    let place = Place::new(code.path, call.span.line);
    let column = column.trim().trim_end_matches([')', ';', ' ']);
    state.relate(&last(from), column, &last(to), Cardinality::ManyToOne, place);
}
