//! Runs the fixture documents `tests/schema/*.md`: tables, columns, keys and relations.
//!
//! A heading (`##`) starts a case. A fenced block whose info string is `<anything> <path>` is a file of the case; the block
//! with the info string `schema` closes it: a table a line with its models and places, its columns indented below it (`*`
//! marks the primary key), then the relations. `UPDATE=1` rewrites it.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use transom::facts::FileFacts;
use transom::lang::{extract, language_of};
use transom::schema::{self, Code, Input, Schema, Text};

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
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema");
    let update = std::env::var_os("UPDATE").is_some();
    let mut count = 0;
    for entry in std::fs::read_dir(directory).expect("the fixtures").flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let document = std::fs::read_to_string(&path).expect("readable");
        let mut out = String::new();
        let mut files: Vec<(Arc<str>, String)> = Vec::new();
        let mut lines = document.lines();
        while let Some(line) = lines.next() {
            out.push_str(line);
            out.push('\n');
            let Some(info) = line.strip_prefix("```") else { continue };
            let block: String =
                lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            if info == "schema" {
                files.sort();
                out.push_str(&render(&read(&std::mem::take(&mut files))));
                count += 1;
            } else {
                out.push_str(&block);
                let (_, path) = info.split_once(' ').expect("a path");
                files.push((path.into(), block));
            }
            out.push_str("```\n");
        }
        if update {
            std::fs::write(&path, &out).expect("writable");
        } else {
            assert_eq!(out, document, "{}", path.display());
        }
    }
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
