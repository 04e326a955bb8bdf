use std::collections::BTreeMap;

use super::*;
use crate::analysis::Analysis;
use crate::analysis::diff::{Options, State};
use crate::graph::fixture::graph;

fn written(format: &str, level: Level, before: &[&str], after: &[&str]) -> String {
    let (before, after) = (graph(before), graph(after));
    let (old, new) = (Analysis::new(&before), Analysis::new(&after));
    let options = Options { level, renames: &BTreeMap::new(), metrics: &crate::query::of_one_state()[..2] };
    let diff =
        Diff::of(State { snapshot: &before, analysis: &old }, State { snapshot: &after, analysis: &new }, &options);
    let format = format_named(format).unwrap();
    (format.write)(&Comparison { diff: &diff, level, before: "main", after: "work tree" })
        .replace(env!("CARGO_PKG_VERSION"), "VERSION")
}

const BEFORE: &[&str] = &["a/x b/y", "a/x c/z", "c/z b/y"];
const AFTER: &[&str] = &["a/x b/y", "b/y a/x", "a/x b/y", "c/z d/new"];

#[test]
fn formats_are_documented_and_unique() {
    let names: std::collections::BTreeSet<&str> = FORMATS.iter().map(|format| format.name).collect();
    assert_eq!(names.len(), FORMATS.len());
    assert!(FORMATS.iter().all(|format| !format.doc.is_empty() && !format.doc.ends_with('.')));
}

#[test]
fn what_did_not_change_is_said_to_people_and_not_to_pull_requests() {
    assert_eq!(written("text", Level::File, BEFORE, BEFORE), "the architecture of work tree is that of main\n");
    assert_eq!(written("markdown", Level::File, BEFORE, BEFORE), "");
    assert!(written("mermaid", Level::File, BEFORE, BEFORE).ends_with("empty[\"no difference\"]\n"));
}

#[test]
fn text_names_what_changed_with_its_lines() {
    insta::assert_snapshot!(written("text", Level::File, BEFORE, AFTER));
}

#[test]
fn markdown_is_a_comment() {
    insta::assert_snapshot!(written("markdown", Level::File, BEFORE, AFTER));
}

#[test]
fn mermaid_marks_what_was_gained_and_lost() {
    insta::assert_snapshot!(written("mermaid", Level::Module, BEFORE, AFTER));
}

#[test]
fn json_holds_everything() {
    let read: serde_json::Value = serde_json::from_str(&written("json", Level::File, BEFORE, AFTER)).unwrap();
    assert_eq!(read["dependencies"].as_array().unwrap().len(), 5);
    let gained = &read["dependencies"][2];
    assert_eq!((&gained["from"], &gained["before"]), (&"b/y".into(), &serde_json::Value::Null));
    assert_eq!(gained["after"]["evidence"][0], "b/y:2");
    assert_eq!(read["totals"]["files"]["after"], 4);
}

#[test]
fn names_stay_names() {
    let nasty = ["a`|*/x<b>[l](u)\u{1b}[31m b/y", "b/y a`|*/x<b>[l](u)\u{1b}[31m"];
    let comment = written("markdown", Level::File, &["b/y c/z"], &nasty[..1]);
    assert!(comment.contains("``a`|*/x<b>[l](u)"), "{comment}");
    for format in FORMATS {
        assert!(!written(format.name, Level::File, &["b/y c/z"], &nasty[..1]).contains('\u{1b}'), "{}", format.name);
    }
}
