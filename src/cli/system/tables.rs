//! The data models in the text of `transom system`.

use std::fmt::Write as _;

use super::places;
use crate::schema::Schema;
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
