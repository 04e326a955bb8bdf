//! A revision is read as the work tree of its checkout would be.

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use transom::export;
use transom::graph::view::Level;
use transom::index::{Indexed, Options, git, index_and_report, index_revision};

use super::live::Live;
use super::{files, plain, skipped};
use crate::support::repository::Repository;

fn at(root: &Path, revision: &str, options: &Options) -> Indexed {
    let repository = Arc::new(git::Repository::open(root).unwrap());
    let revision = repository.resolve(revision).unwrap();
    index_revision(root, options, repository, &revision).unwrap_or_else(|error| panic!("{error:#}"))
}

/// The graph in the formats that tell the most of it, and what was left out.
fn all_of(indexed: &Indexed) -> String {
    let mut text = String::new();
    for name in ["json", "jsonl"] {
        let format = export::format_named(name).unwrap();
        let view = (format.view)(Level::File);
        let subgraph = &indexed.snapshot.project(&view);
        let input = export::Input { snapshot: &indexed.snapshot, analysis: Some(&indexed.analysis), subgraph };
        text.push_str(&(format.write)(&input).text);
    }
    for (path, reason) in skipped(indexed) {
        text.push_str(&format!("{path} {reason}\n"));
    }
    text
}

fn assert_equal(root: &Path, options: &Options) {
    let tree = index_and_report(root, options).unwrap();
    let revision = at(root, "HEAD", options);
    assert_eq!(all_of(&tree), all_of(&revision));
    assert_eq!(tree.report.files(), revision.report.files());
}

#[test]
fn the_rules_of_the_walk_are_the_same() {
    let mut made = Repository::new();
    for (path, text) in [
        ("src/a.py", "import b\nimport lib.c\n"),
        ("src/b.py", "import a\n"),
        ("src/lib/c.py", ""),
        ("node_modules/x/index.js", "require('./y')\n"),
        ("venv/pyvenv.cfg", ""),
        ("venv/lib.py", ""),
        ("env/own.py", ""),
        ("target/CACHEDIR.TAG", ""),
        ("target/x.rs", ""),
        ("vendor/z.py", "import a\n"),
        ("out/excluded.py", ""),
        ("web/app.min.js", "let a = 1\n"),
        ("tool/run", "#!/usr/bin/env python3\nimport os\n"),
        (".ignore", "hidden/\n"),
        ("hidden/h.py", ""),
        ("sub/.ignore", "*.rb\n!keep.rb\n"),
        ("sub/x.rb", ""),
        ("sub/keep.rb", ""),
        (".gitignore", "build/\n*.gen.py\n"),
        ("build/made.py", "import a\n"),
        ("src/d.gen.py", "import a\n"),
        ("pyproject.toml", "[project]\nname = \"x\"\ndependencies = [\"requests\"]\n"),
        ("README.md", "# x\n"),
    ] {
        made.write(path, text);
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../src/b.py", made.path().join("tool/b.py")).unwrap();
        std::os::unix::fs::symlink("/etc", made.path().join("tool/etc")).unwrap();
        std::os::unix::fs::symlink("../src/a.py", made.path().join("src/e.gen.py")).unwrap();
    }
    made.commit("all");
    let options = Options { exclude: vec!["out/".to_owned()], ..plain() };
    assert_equal(made.path(), &options);
    let revision = at(made.path(), "HEAD", &options);
    let found = files(&revision.snapshot);
    for tracked in ["build/made.py", "src/d.gen.py", "env/own.py", "sub/keep.rb"] {
        assert!(found.iter().any(|path| path == tracked), "{tracked}: {found:?}");
    }
    for left_out in ["hidden/h.py", "sub/x.rb", "out/excluded.py", "venv/lib.py", "target/x.rs"] {
        assert!(!found.iter().any(|path| path == left_out), "{left_out}: {found:?}");
    }
    assert_equal(&made.path().join("src"), &options);
}

#[test]
fn a_revision_is_what_it_was() {
    let mut made = Repository::of([("a.py", "import b\n"), ("b.py", ""), ("c.py", "")]);
    let before = all_of(&index_and_report(made.path(), &plain()).unwrap());
    made.write("a.py", "import c\n");
    made.remove("b.py");
    made.commit("second");
    made.write("a.py", "not committed: nobody asks for it\n");
    assert_eq!(all_of(&at(made.path(), "HEAD~1", &plain())), before);
}

#[test]
fn only_what_is_not_known_by_content_is_parsed() {
    let cache = tempfile::tempdir().unwrap();
    let options = Options { cache_directory: Some(cache.path().to_owned()), ..Options::default() };
    let mut made = Repository::of([("a.py", "import b\n"), ("b.py", ""), ("c.py", "x = 1\n")]);
    made.write("a.py", "import c\n");
    made.commit("second");
    assert_eq!(index_and_report(made.path(), &options).unwrap().report.parsed, 3);
    let parsed = |revision: &str| at(made.path(), revision, &options).report.parsed;
    assert_eq!(parsed("HEAD"), 0, "all as in the work tree");
    assert_eq!(parsed("HEAD~1"), 1, "one file was another");
    assert_eq!((parsed("HEAD~1"), parsed("HEAD")), (0, 0), "both are known by now");
    let uncached = Options { cache: false, ..options.clone() };
    assert_eq!(
        all_of(&at(made.path(), "HEAD~1", &options)),
        all_of(&at(made.path(), "HEAD~1", &uncached)),
        "what is remembered is what would be read"
    );
}

#[test]
fn a_file_that_is_tracked_and_ignored_stays_while_the_project_is_watched() {
    let made = Repository::of([(".gitignore", "gen/\n"), ("gen/a.py", "import b\n"), ("b.py", ""), ("gen/b.py", "")]);
    made.write("gen/untracked.py", "");
    let mut live = Live::start(made.path());
    let all = ["gen/a.py", "gen/b.py", ".gitignore", "b.py"];
    assert_eq!(files(&live.wait(|_| true).snapshot), all);
    made.write("gen/untracked.py", "import b\n");
    made.write("gen/a.py", "x = 1\n");
    let changed = live.wait(|update| update.change.is_some_and(|change| change.files_changed == 1));
    assert_eq!((files(&changed.snapshot), changed.snapshot.edges().len()), (all.map(str::to_owned).to_vec(), 0));
    made.remove("gen/b.py");
    assert_eq!(files(&live.wait(|update| update.snapshot.find("gen/b.py").is_none()).snapshot).len(), 3);
    live.settle(made.path());
}

#[test]
fn a_submodule_is_read_at_the_commit_that_the_revision_names() {
    let mut inner = Repository::of([("in.py", "import other\n"), ("other.py", "")]);
    let first = inner.git.head_id().unwrap().detach();
    inner.write("later.py", "");
    inner.commit("second");
    let outer = Repository::of([("out.py", "")]);
    let mut tree = outer.git.head_tree().unwrap().edit().unwrap();
    tree.upsert("sub", gix::objs::tree::EntryKind::Commit, first).unwrap();
    let tree = tree.write().unwrap().detach();
    let author = gix::actor::SignatureRef { name: "A".into(), email: "a@b".into(), time: "1 +0000" };
    let parent = outer.git.head_id().unwrap();
    outer.git.commit_as(author, author, "HEAD", "with a submodule", tree, [parent]).unwrap();
    let indexed = at(outer.path(), "HEAD", &plain());
    assert_eq!(files(&indexed.snapshot), ["out.py"]);
    assert_eq!(skipped(&indexed).get("sub").copied(), Some("submodule"));
    std::fs::rename(inner.path(), outer.path().join("sub")).unwrap();
    std::fs::create_dir(inner.path()).unwrap();
    assert_eq!(files(&at(outer.path(), "HEAD", &plain()).snapshot), ["sub/in.py", "sub/other.py", "out.py"]);
}

#[test]
fn what_is_missing_from_a_revision_makes_it_unreadable() {
    let made = Repository::of([("a.py", "x = 1\n"), ("b.py", "y = 1\n"), ("film.mp4", "z")]);
    let lose = |path: &str| {
        let entry = made.git.head_tree().unwrap().lookup_entry_by_path(path).unwrap().unwrap();
        let blob = entry.object_id().to_string();
        std::fs::remove_file(made.path().join(".git/objects").join(&blob[..2]).join(&blob[2..])).unwrap();
        blob
    };
    lose("film.mp4");
    let indexed = at(made.path(), "HEAD", &plain());
    assert_eq!(files(&indexed.snapshot), ["a.py", "b.py"]);
    assert_eq!(skipped(&indexed)["film.mp4"], "unreadable", "nobody would have read it");
    let blob = lose("b.py");
    let repository = Arc::new(git::Repository::open(made.path()).unwrap());
    let revision = repository.resolve("HEAD").unwrap();
    let error = index_revision(made.path(), &plain(), repository, &revision).map(drop).unwrap_err();
    assert_eq!(format!("{error:#}"), format!("object {blob} is missing"));
}

/// Files in a few folders that import each other.
fn projects() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop::sample::select(vec!["a", "b", "c", "d/a", "d/b", "d/e/a", "vendor/a", "build/x", "d/.hid/a"]);
    let target = prop::sample::select(vec!["a", "b", "d.a", "d.e.a", "numpy", "build.x"]);
    let file = (name, prop::collection::vec(target, 0..4));
    prop::collection::vec(file, 1..9).prop_map(|files| {
        let text = |targets: Vec<&str>| targets.iter().map(|target| format!("import {target}\n")).collect();
        files.into_iter().map(|(name, targets)| (format!("{name}.py"), text(targets))).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_clean_checkout_and_its_revision_are_the_same(project in projects(), ignored in any::<bool>()) {
        let mut made = Repository::new();
        for (path, text) in &project {
            made.write(path, text);
        }
        if ignored {
            made.write(".gitignore", "build/\nd/e\n");
        }
        made.commit("all");
        assert_equal(made.path(), &plain());
    }
}
