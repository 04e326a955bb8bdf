//! The commands that answer questions: query, why, impact, risk, cycles.

use serde_json::Value;

use crate::support::{project, transom};

/// Two modules that need each other, a way from `app` through them to `store`, and a test.
fn tangled() -> tempfile::TempDir {
    project([
        ("app.py", "import core.a\n"),
        ("core/__init__.py", ""),
        ("core/a.py", "import core.b\nfrom core import b\n"),
        ("core/b.py", "import store\nimport core.a\n"),
        ("store.py", "import requests\n"),
        ("requirements.txt", "requests>=2\n"),
        ("test_app.py", "import app\n"),
    ])
}

/// What a command prints; it must succeed without a word on stderr.
fn answer(root: &tempfile::TempDir, arguments: &[&str]) -> String {
    let output = transom().current_dir(root.path()).args(arguments).output().expect("a run");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn json(root: &tempfile::TempDir, arguments: &[&str]) -> Value {
    serde_json::from_str(&answer(root, &[arguments, &["--format", "json"]].concat())).expect("JSON")
}

/// The line on stderr of a run that must fail.
fn refused(root: &tempfile::TempDir, arguments: &[&str]) -> String {
    let output = transom().current_dir(root.path()).args(arguments).output().expect("a run");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).expect("UTF-8")
}

#[test]
fn a_query_prints_nodes_or_the_dependencies_between_them() {
    let root = tangled();
    assert_eq!(answer(&root, &["query", "rdeps(store.py) - test_app.py"]), "core/a.py\ncore/b.py\napp.py\nstore.py\n");
    assert_eq!(answer(&root, &["query", ".", "external()"]), "pypi:requests\n");
    let between = answer(&root, &["query", "core + store.py", "--edges"]);
    assert!(between.contains("core/b.py:1 -> store.py  import\n") && !between.contains("app.py"), "{between}");
    assert_eq!(json(&root, &["query", "store.py"])["nodes"][0]["kind"], "file");
}

#[test]
fn a_query_that_is_wrong_or_selects_nothing_says_so() {
    let root = tangled();
    assert!(refused(&root, &["query", "deps(core"]).contains("column 10: expected ',' or ')'"));
    assert!(refused(&root, &["query", "core ^ store.py"]).contains("selects nothing"));
    assert!(refused(&root, &["export", "--format", "dot", "--select", "dep(core)"]).contains("no function 'dep'"));
}

#[test]
fn exports_take_queries() {
    let root = tangled();
    let drawn = answer(&root, &["export", "--format", "dot", "--level", "file", "--select", "deps(app.py, 1)"]);
    assert!(drawn.contains("app.py") && drawn.contains("a.py") && !drawn.contains("store.py"), "{drawn}");
}

#[test]
fn why_shows_the_shortest_chain_with_lines_and_what_to_cut() {
    let root = tangled();
    let why = answer(&root, &["why", "app.py", "store.py"]);
    assert!(why.starts_with("app.py needs store.py in 3 steps"), "{why}");
    assert!(why.contains("  app.py:1 -> core/a.py  import\n"), "{why}");
    let cut = json(&root, &["why", ".", "app.py", "store.py", "--cut"]);
    assert_eq!(cut["cut"][0][0]["from"], "app.py");
    assert_eq!(
        answer(&root, &["why", "store.py", "app.py"]),
        "store.py does not need app.py, directly or indirectly\n"
    );
}

#[test]
fn impact_counts_dependents_by_distance() {
    let root = tangled();
    let impact = answer(&root, &["impact", "store.py"]);
    assert!(impact.starts_with("4 files depend on store.py, 1 directly; 1 of them test code\n"), "{impact}");
    assert!(impact.contains("  1  core/b.py\n") && impact.contains("  4  test_app.py  test\n"), "{impact}");
    assert_eq!(
        json(&root, &["impact", ".", "store.py", "--depth", "1"])["dependents"].as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(answer(&root, &["impact", "test_app.py"]), "nothing depends on test_app.py\n");
}

#[test]
fn risk_ranks_components_with_the_parts_of_the_score() {
    let root = tangled();
    let table = json(&root, &["risk", "--no-history"]);
    let first = &table[0];
    assert_eq!(first["in_cycle"], true, "{first}");
    let points: f64 =
        first["parts"].as_object().expect("parts").values().filter_map(|part| part["points"].as_f64()).sum();
    assert!((points - first["score"].as_f64().expect("a score")).abs() < 0.01);
    let text = answer(&root, &["risk", "--no-history", "--most", "2"]);
    assert!(text.lines().count() == 4 && text.contains("and 4 more"), "{text}");
}

#[test]
fn cycles_name_what_to_cut() {
    let root = tangled();
    let text = answer(&root, &["cycles"]);
    assert!(text.contains("cycle 1: 2 components in core\n  core/a.py\n  core/b.py\n"), "{text}");
    assert!(text.contains("cut 1 of 3 statements to untie it:\n✂ core/b.py -> core/a.py  1 statement\n"), "{text}");
    assert!(text.contains("    core/b.py:2 -> core/a.py  import\n"), "{text}");
    assert_eq!(json(&root, &["cycles", "--files"])[0]["members"].as_array().map(Vec::len), Some(2));
    let tree = project([("a.py", "import b\n"), ("b.py", "")]);
    assert!(answer(&tree, &["cycles"]).starts_with("no cycles"));
}
