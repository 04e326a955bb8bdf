//! What the commands know from commits, and what they say where there are none or not all.

use std::path::Path;

use serde_json::Value;

use crate::support::repository::Repository;
use crate::support::transom;

/// Standard output, standard error and the exit code of a run without a cache.
fn run(root: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    let output = transom().current_dir(root).args(arguments).arg("--no-cache").output().expect("a run");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code())
}

fn printed(root: &Path, arguments: &[&str]) -> String {
    let (out, said, code) = run(root, arguments);
    assert_eq!(code, Some(0), "{said}");
    out
}

/// `a` needs `b` since it was written again, under another name of the file; a comment and a first try came before.
fn written_again() -> Repository {
    let mut made = Repository::of([("a.py", "x = 1\ny = 2\nz = 3\n"), ("b.py", "w = 4\n")]);
    for (text, message) in [
        ("x = 1\ny = 2\nz = 3\n# import b\n", "mention b"),
        ("import b\nx = 1\ny = 2\nz = 3\n", "need b"),
        ("x = 1\ny = 2\nz = 3\n", "do without b"),
        ("import b\nx = 1\ny = 2\nz = 3\n", "need b again"),
        ("import b\nx = 1\ny = 2\nz = 4\n", "something else"),
    ] {
        made.write("a.py", text);
        made.commit(message);
    }
    made.rename("a.py", "c.py");
    made.commit("rename");
    made
}

#[test]
fn a_dependency_names_the_commit_that_brought_it() {
    let mut made = written_again();
    let why = printed(made.path(), &["why", "c.py", "b.py", "--introduced"]);
    assert!(why.contains("c.py:1 -> b.py  import\n    since "), "{why}");
    assert!(why.contains("2020-09-13 Ada: need b again\n"), "{why}");
    let value: Value =
        serde_json::from_str(&printed(made.path(), &["why", "c.py", "b.py", "--introduced", "--format", "json"]))
            .unwrap();
    let origin = &value["chains"][0][0][0]["introduced"];
    assert_eq!((&origin["subject"], &origin["author"]), (&Value::from("need b again"), &Value::from("Ada")));
    // At an earlier revision only what came before it counts.
    let why = printed(made.path(), &["why", "a.py", "b.py", "--introduced", "--rev", "HEAD~4"]);
    assert!(why.contains("Ada: need b\n"), "{why}");
    // What is not committed yet says so, and so does a cycle that it closes.
    made.write("b.py", "import c\nw = 4\n");
    let cycles = printed(made.path(), &["cycles", "--introduced", "--all"]);
    assert!(cycles.contains("closed since not committed yet\n"), "{cycles}");
    assert!(cycles.contains("Ada: need b again\n"), "{cycles}");
    made.commit("close it");
    let cycles = printed(made.path(), &["cycles", "--introduced"]);
    let closed = cycles.lines().find(|line| line.starts_with("closed since ")).expect("since when");
    assert!(closed.ends_with("Ada: close it"), "{cycles}");
}

#[test]
fn without_commits_there_is_no_such_answer() {
    let folder = crate::support::project([("a.py", "import b\n"), ("b.py", "")]);
    let (_, said, code) = run(folder.path(), &["why", "a.py", "b.py", "--introduced"]);
    assert_eq!(code, Some(2));
    assert!(said.contains("not in a git repository"), "{said}");
}

#[test]
fn a_partial_clone_has_a_history_without_the_lines_that_it_lacks() {
    let made = written_again();
    let mut tree = made.git.find_reference("HEAD").unwrap().peel_to_commit().unwrap().tree().unwrap();
    let first = made.git.rev_parse_single("HEAD~6:a.py").unwrap().to_string();
    assert!(tree.peel_to_entry_by_path("c.py").unwrap().is_some());
    let object = made.path().join(".git/objects").join(&first[..2]).join(&first[2..]);
    std::fs::remove_file(object).expect("a loose object");
    let (table, said, code) = run(made.path(), &["risk"]);
    assert_eq!(code, Some(0));
    // The commit that made the file, those that lead from it and back to it: the first try and the return.
    assert!(said.contains("the lines of 4 changes are not counted"), "{said}");
    let row = table.lines().find(|line| line.ends_with(" c.py")).expect("the file");
    assert_eq!(row.split_whitespace().rev().nth(3), Some("7"), "{table}");
}

#[test]
fn rules_may_be_about_what_changed() {
    let mut made = Repository::of([("a.py", "import b\n"), ("b.py", ""), ("c.py", "import b\n")]);
    made.write("c.py", "import b\nx = 1\n");
    made.commit("change c");
    let rule = |revision: &str| {
        format!(
            "[[forbid]]\nname = \"new\"\nfrom = \"changed({revision})\"\nto = \"b.py\"\n[[ignore]]\nrule = \"new\"\nfrom = \"a.py\"\n"
        )
    };
    made.write("transom.toml", &rule("HEAD~1"));
    let (out, said, code) = run(made.path(), &["check"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(out.contains("c.py needs b.py") && !out.contains("a.py needs b.py"), "{out}");
    made.write("transom.toml", &rule("v9"));
    let (_, said, code) = run(made.path(), &["check"]);
    assert_eq!((said.as_str(), code), ("transom: transom.toml:3: forbid[1].from: v9: no such revision\n", Some(2)));
}

#[test]
fn the_risk_table_says_what_changes_together_unseen() {
    let mut made = Repository::of([("a.py", "x = 0\n"), ("b.py", "y = 0\n"), ("c.py", "import a\n")]);
    for number in 1..7 {
        made.write("a.py", &format!("x = {number}\n"));
        made.write("b.py", &format!("y = {number}\n"));
        made.commit("both");
    }
    let table = printed(made.path(), &["risk"]);
    assert!(table.lines().next().unwrap().ends_with("hidden  component"), "{table}");
    assert!(table.contains("neither needs the other:\n  a.py b.py  7 commits, 100 % of both\n"), "{table}");
    made.write("a.py", "import b\n");
    assert!(!printed(made.path(), &["risk"]).contains("neither needs the other"));
}
