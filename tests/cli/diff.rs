//! `transom diff`, `--rev` and `--since` on real repositories.

use std::collections::BTreeSet;
use std::path::Path;

use predicates::prelude::*;
use proptest::prelude::*;
use serde_json::Value;

use crate::support::repository::Repository;
use crate::support::{project, transom};

fn run(root: &Path, arguments: &[&str]) -> assert_cmd::assert::Assert {
    transom().current_dir(root).args(arguments).assert()
}

fn output(root: &Path, arguments: &[&str]) -> String {
    let out = run(root, arguments).success().get_output().stdout.clone();
    String::from_utf8(out).expect("UTF-8")
}

/// Two commits and an edit that is not committed.
fn shop() -> Repository {
    let mut made = Repository::of([
        ("pyproject.toml", "[project]\nname = \"shop\"\ndependencies = [\"requests\"]\n"),
        ("shop/web.py", "import shop.store\n"),
        ("shop/store.py", "import json\n"),
        ("shop/old.py", "import shop.store\n\ndef total():\n    return 1\n"),
        ("tests/test_web.py", "import shop.web\n"),
    ]);
    made.name("tags/v1", made.git.head_id().unwrap().detach());
    made.rename("shop/old.py", "shop/new.py");
    made.write("shop/store.py", "import requests\nimport shop.web\n");
    made.commit("second");
    made.write("shop/web.py", "x = 1\n");
    made
}

#[test]
fn two_revisions_are_compared_with_lines() {
    let text = output(shop().path(), &["diff", "--no-cache", "v1..HEAD"]);
    for line in [
        "v1 -> HEAD, level file: ~1 component, +2 dependencies, +1 cycle, +1 external package",
        "> shop/old.py -> shop/new.py",
        "+ pypi:requests",
        "+ shop/store.py -> shop/web.py  import, 1 statement",
        "    shop/store.py:2",
        "+ 2 files",
    ] {
        assert!(text.contains(line), "{line:?} is missing in\n{text}");
    }
}

#[test]
fn without_revisions_the_work_tree_is_compared_with_where_it_parted() {
    let made = shop();
    let text = output(made.path(), &["diff", "--no-cache"]);
    assert!(text.contains("(where HEAD parted from main) -> work tree"), "{text}");
    assert!(text.contains("- shop/web.py -> shop/store.py  import, 1 statement\n    shop/web.py:1\n"), "{text}");
    let of_part = output(made.path(), &["diff", "--no-cache", "shop", "v1"]);
    assert!(of_part.contains("> old.py -> new.py"), "paths are relative to the directory:\n{of_part}");
}

#[test]
fn it_fails_on_what_it_is_told_to() {
    let made = shop();
    let fails = |what: &str, said: &str| {
        run(made.path(), &["diff", "--no-cache", "v1..HEAD", "--fail-on", what])
            .code(1)
            .stderr(predicate::str::contains(said));
    };
    fails("new-cycle", "new-cycle: shop/store.py, shop/web.py");
    fails("new-edge=shop/web.py", "new-edge: shop/store.py -> shop/web.py at shop/store.py:2");
    fails("new-edge=shop/store.py -> shop/web.py", "new-edge: shop/store.py -> shop/web.py");
    fails("growth=fan-out", "growth: fan-out of shop/store.py from 0 to 1");
    for holds in ["new-edge=shop/web.py -> shop/store.py", "new-edge=tests", "growth=fan-out>1"] {
        run(made.path(), &["diff", "--no-cache", "v1..HEAD", "--fail-on", holds]).success();
    }
    run(made.path(), &["diff", "--no-cache", "HEAD..v1", "--fail-on", "new-cycle"]).success();
    run(made.path(), &["diff", "--fail-on", "worse"]).code(2).stderr(predicate::str::contains("it is new-cycle"));
}

#[test]
fn a_pull_request_hears_only_of_changes() {
    let made = shop();
    assert_eq!(output(made.path(), &["diff", "--no-cache", "-f", "markdown", "HEAD..HEAD"]), "");
    let comment = output(made.path(), &["diff", "--no-cache", "-f", "markdown", "v1..HEAD"]);
    assert!(comment.starts_with("### Architecture: "), "{comment}");
    assert!(comment.contains("- ➕ `shop/store.py` → `shop/web.py` (import) at `shop/store.py:2`\n"), "{comment}");
}

#[test]
fn what_cannot_be_compared_is_said_in_one_line() {
    let plain = project([("a.py", "")]);
    let made = shop();
    for (root, arguments, said) in [
        (plain.path(), &["diff"][..], ".: not in a git repository"),
        (plain.path(), &["export", "-f", "json", "--rev", "HEAD"], ".: not in a git repository"),
        (made.path(), &["diff", "v0..v1"], "v0: no such revision"),
        (made.path(), &["query", "shop", "--rev", "v0"], "v0: no such revision"),
        (Repository::new().path(), &["diff"], "HEAD: there is no commit yet"),
    ] {
        let error = run(root, arguments).code(2).get_output().stderr.clone();
        let error = String::from_utf8(error).unwrap();
        assert!(error.starts_with(&format!("transom: {said}")) && error.lines().count() == 1, "{error}");
    }
}

#[test]
fn a_bare_repository_is_read_by_its_revisions() {
    let made = shop();
    let folder = tempfile::tempdir().unwrap();
    let bare = folder.path().join("shop.git");
    std::fs::rename(made.path().join(".git"), &bare).unwrap();
    let config = std::fs::read_to_string(bare.join("config")).unwrap();
    std::fs::write(bare.join("config"), config.replace("bare = false", "bare = true")).unwrap();
    assert!(output(&bare, &["diff", "--no-cache", "v1..main"]).contains("+2 dependencies"));
    assert!(output(&bare, &["export", "-f", "jsonl", "--no-cache", "--rev", "v1"]).contains("shop/old.py"));
    run(&bare, &["diff"]).code(2).stderr(predicate::str::contains("a bare repository has no work tree"));
}

#[test]
fn what_changed_since_a_revision_is_a_set_like_any_other() {
    let made = shop();
    let query = |arguments: &[&str]| output(made.path(), &[&["query", "--no-cache"], arguments].concat());
    assert_eq!(query(&["changed(HEAD)"]), "shop/web.py\n");
    assert_eq!(query(&["changed(v1)"]), "shop/new.py\nshop/store.py\nshop/web.py\n");
    assert_eq!(query(&["changed(v1) - shop/new.py", "--rev", "HEAD"]), "shop/store.py\n");
    run(made.path(), &["query", "changed(nope)"]).code(2).stderr(predicate::str::contains("nope: no such revision"));
    let impact = output(made.path(), &["impact", "--no-cache", "--since", "HEAD"]);
    assert!(impact.starts_with("3 files depend on changed('HEAD'), 2 directly; 1 of them test code\n"), "{impact}");
    assert!(impact.contains("  tests/test_web.py  test\n"), "{impact}");
    let json: Value =
        serde_json::from_str(&output(made.path(), &["impact", ".", "--since", "HEAD", "--format", "json"])).unwrap();
    assert_eq!((&json["nodes"][0], &json["tests"][0]), (&"shop/web.py".into(), &"tests/test_web.py".into()));
    let nothing = output(made.path(), &["impact", "--no-cache", "--since", "HEAD", "--rev", "HEAD"]);
    assert_eq!(nothing, "nothing depends on changed('HEAD')\n");
}

/// `from to kind weight` of each dependency that `transom export` lists.
fn exported(root: &Path, revision: &str) -> BTreeSet<String> {
    let lines = output(root, &["export", "-f", "jsonl", "--no-cache", "--rev", revision]);
    let row = |line: &str| {
        let value: Value = serde_json::from_str(line).unwrap();
        format!("{} {} {} {}", value["from"], value["to"], value["kind"], value["weight"])
    };
    lines.lines().map(row).collect()
}

/// The same rows of what a diff says was there before (`side` is `before`) or is there now, where it changed.
fn rows(diff: &Value, side: &str) -> BTreeSet<String> {
    let inside = |row: &&Value| !row["to"].as_str().unwrap().contains(':') && !row[side].is_null();
    let row = |row: &Value| format!("{} {} {} {}", row["from"], row["to"], row["kind"], row[side]["weight"]);
    diff["dependencies"].as_array().unwrap().iter().filter(inside).map(row).collect()
}

/// Files that import each other, in two states that are unlike enough for no file to be taken for a renamed one.
fn states() -> impl Strategy<Value = [Vec<(usize, Vec<usize>)>; 2]> {
    let state = || prop::collection::vec((0..6usize, prop::collection::vec(0..6usize, 0..4)), 1..7);
    [state(), state()]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn the_diff_of_two_revisions_is_the_difference_of_their_exports(states in states()) {
        let mut made = Repository::new();
        for (index, state) in states.iter().enumerate() {
            for file in 0..6 {
                if made.path().join(format!("p/f{file}.py")).exists() {
                    made.remove(&format!("p/f{file}.py"));
                }
            }
            made.write("p/__init__.py", "");
            for (file, targets) in state {
                let imports: String = targets.iter().map(|target| format!("import p.f{target}\n")).collect();
                made.write(&format!("p/f{file}.py"), &format!("{imports}x = '{file}'\n"));
            }
            let commit = made.commit("state");
            made.name(&format!("tags/s{index}"), commit);
        }
        let (old, new) = (exported(made.path(), "s0"), exported(made.path(), "s1"));
        let diff: Value = serde_json::from_str(&output(made.path(), &["diff", "-f", "json", "--no-cache", "s0..s1"])).unwrap();
        let renamed = diff["components"].as_array().unwrap().iter().any(|c| !c["before"].is_null() && !c["after"].is_null());
        prop_assume!(!renamed);
        prop_assert_eq!(rows(&diff, "before"), &old - &new);
        prop_assert_eq!(rows(&diff, "after"), &new - &old);
    }
}
