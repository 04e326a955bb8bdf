//! The data models as a Mermaid entity-relationship diagram.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::schema::{Cardinality, Schema};

/// With more columns than this only keys are drawn: Mermaid takes 50 000 characters.
const COLUMN_LIMIT: usize = 1200;

/// An `erDiagram` of all tables. Tables get names of their own in the diagram (`t0`) with the real ones in quotes, since
/// those may hold anything; types and columns become words.
pub fn diagram(schema: &Schema) -> String {
    of_tables(schema, &(0..schema.tables.len()).collect())
}

/// As [`diagram`], of some tables.
pub fn of_tables(schema: &Schema, tables: &BTreeSet<usize>) -> String {
    let mut out = String::from("erDiagram\n");
    let drawn = || tables.iter().filter_map(|number| Some((*number, schema.tables.get(*number)?)));
    let index = |name: &str| drawn().find(|(_, table)| table.name == name).map(|(number, _)| number);
    let only_keys = drawn().map(|(_, table)| table.columns.len()).sum::<usize>() > COLUMN_LIMIT;
    for (number, table) in drawn() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  t{number}[\"{}\"] {{", label(&table.name));
        for column in &table.columns {
            let is_foreign = schema.referred(&table.name, &column.name).is_some();
            if only_keys && !is_foreign && !column.primary {
                continue;
            }
            let keys = match (column.primary, is_foreign) {
                (true, true) => " PK, FK",
                (true, false) => " PK",
                (false, true) => " FK",
                (false, false) => "",
            };
            let _ = writeln!(out, "    {} {}{keys}", word(&column.r#type, "unknown"), word(&column.name, "column"));
        }
        out.push_str("  }\n");
    }
    for relation in &schema.relations {
        // Tables of other systems have no box: a relation to one has no end to draw.
        let (Some(from), Some(to)) = (index(&relation.from), index(&relation.to)) else { continue };
        let line = match relation.cardinality {
            Cardinality::ManyToOne => "}o--||",
            Cardinality::OneToOne => "|o--||",
            Cardinality::ManyToMany => "}o--o{",
        };
        let _ = writeln!(out, "  t{from} {line} t{to} : \"{}\"", label(&relation.via.join(", ")));
    }
    out
}

/// A text in quotes.
fn label(text: &str) -> String {
    let safe = |c: char| if c == '"' || c.is_control() { '\'' } else { c };
    let text: String = text.chars().map(safe).collect();
    if text.is_empty() { "?".to_owned() } else { text }
}

/// One word of letters, digits, brackets and `_` that begins with a letter.
fn word(text: &str, default: &str) -> String {
    let mut word: String = text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    word.truncate(word.trim_end_matches('_').len());
    if word.is_empty() {
        return default.to_owned();
    }
    if !word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        word.insert(0, 'c');
    }
    word
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::schema::{Input, Text, read};

    #[test]
    fn names_and_types_are_made_words() {
        let path: Arc<str> = "a.sql".into();
        let text = "CREATE TABLE \"a \"\"b\" (\"1 x\" numeric(10, 2) PRIMARY KEY, u timestamp with time zone);
            CREATE TABLE c (a_id int REFERENCES \"a \"\"b\");";
        let schema = read(&Input { codes: &[], texts: &[Text { path: &path, text }] });
        let expected = "erDiagram\n  t0[\"a 'b\"] {\n    numeric_10_2 c1_x PK\n    timestamp_with_time_zone u\n  }\n  \
                        t1[\"c\"] {\n    int a_id FK\n  }\n  t1 }o--|| t0 : \"a_id\"\n";
        assert_eq!(diagram(&schema), expected);
    }
}
