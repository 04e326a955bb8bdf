//! Runs the fixture documents `tests/schema/*.md`: tables, columns, keys and relations.
//!
//! A heading (`##`) starts a case. A fenced block whose info string is `<anything> <path>` is a file of the case; the block
//! with the info string `schema` closes it: a table a line with its models and places, its columns indented below it (`*`
//! marks the primary key), then the relations. `UPDATE=1` rewrites it.

use std::fmt::Write as _;
use std::sync::Arc;

use transom::facts::FileFacts;
use transom::lang::{extract, language_of};
use transom::schema::{self, Code, Input, Schema, Text};

use crate::support::fixture::hold;

fn render(schema: &Schema) -> String {
    let mut out = String::new();
    for table in &schema.tables {
        let places: Vec<String> = table.places.iter().map(|place| format!("{}:{}", place.path, place.line)).collect();
        let models = if table.models.is_empty() { String::new() } else { format!(" ({})", table.models.join(", ")) };
        let _ = writeln!(out, "{}{models} {}", table.name, places.join(" "));
        for column in &table.columns {
            let mark = if column.primary { "*" } else { "" };
            let _ = writeln!(out, "  {}{mark} {} {}", column.name, column.r#type, column.place.line);
        }
    }
    for relation in &schema.relations {
        let (via, kind) = (relation.via.join(","), relation.cardinality.as_str());
        let _ = writeln!(out, "{}.{via} -> {} {kind} {}", relation.from, relation.to, relation.place.line);
    }
    for (path, count) in &schema.skipped {
        let _ = writeln!(out, "skipped {path} {count}");
    }
    out
}

fn read(files: &[(Arc<str>, String)]) -> Schema {
    let facts: Vec<(&Arc<str>, &'static str, FileFacts)> = files
        .iter()
        .filter_map(|(path, text)| {
            let language = language_of(path)?;
            Some((path, language.name, extract::extract(language, text.as_bytes())))
        })
        .collect();
    let codes: Vec<Code<'_>> = facts.iter().map(|(path, language, facts)| Code { path, language, facts }).collect();
    let texts: Vec<Text<'_>> = files.iter().map(|(path, text)| Text { path, text }).collect();
    schema::read(&Input { codes: &codes, texts: &texts })
}

#[test]
fn data_models() {
    let count = hold("schema", &["schema"], |_, files| {
        let mut files: Vec<(Arc<str>, String)> =
            files.iter().map(|(path, text)| ((*path).into(), (*text).to_owned())).collect();
        files.sort();
        render(&read(&files))
    });
    assert!(count > 0, "no case");
}

#[test]
fn a_dump_of_rows_costs_no_more_than_its_length() {
    let mut text = String::from("CREATE TABLE a (id int PRIMARY KEY, b text);\n");
    for row in 0..60_000 {
        let _ = writeln!(text, "INSERT INTO a VALUES ({row}, 'x;''y -- {row}');");
    }
    text.push_str("CREATE TABLE c (a_id int REFERENCES a (id));\n");
    text.push_str(&"(".repeat(200_000));
    let schema = read(&[("dump.sql".into(), text)]);
    assert_eq!(schema.tables.len(), 2);
    assert_eq!(schema.relations.len(), 1);
}
