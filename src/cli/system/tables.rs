//! The data models in the answer of `transom system`.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::places;
use crate::schema::{Schema, Table};
use crate::text::sanitize;

/// The tables and relations for people.
pub fn text(schema: &Schema, out: &mut String) {
    if !schema.tables.is_empty() && !out.is_empty() {
        out.push('\n');
    }
    for table in &schema.tables {
        let models = if table.models.is_empty() { "-".to_owned() } else { table.models.join(", ") };
        let (name, models) = (sanitize(&table.name), sanitize(&models));
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{name:<28} table {:<5} {models:<24} {}",
            format!("({})", table.columns.len()),
            places(&table.places)
        );
    }
    for relation in &schema.relations {
        let ends = format!("{} ({}) -> {}", relation.from, relation.via.join(", "), relation.to);
        let place = places(std::slice::from_ref(&relation.place));
        let _ = writeln!(out, "{:<60} {:<13} {place}", sanitize(&ends), relation.cardinality.as_str());
    }
}

/// `entities` and `relations` for programs.
pub fn value(schema: &Schema) -> (Vec<Value>, Vec<Value>) {
    let entities = schema.tables.iter().map(|table| entity(schema, table)).collect();
    let relation = |relation: &crate::schema::Relation| {
        json!({
            "from": relation.from, "to": relation.to, "via": relation.via.join(","),
            "kind": relation.cardinality.as_str(), "evidence": [relation.place.to_string()],
        })
    };
    (entities, schema.relations.iter().map(relation).collect())
}

fn entity(schema: &Schema, table: &Table) -> Value {
    let columns: Vec<Value> = table
        .columns
        .iter()
        .map(|column| {
            json!({
                "name": column.name, "type": column.r#type, "pk": column.primary,
                "fk": schema.referred(&table.name, &column.name), "evidence": [column.place.to_string()],
            })
        })
        .collect();
    let evidence: Vec<String> = table.places.iter().map(ToString::to_string).collect();
    json!({ "name": table.name, "aliases": table.models, "columns": columns, "evidence": evidence })
}
