use std::os::unix::fs::symlink;

use transom::index::{Options, index_and_report, index_once};
use transom::lang::resolve::Mark;

use super::{files, index, plain, skipped, write};

#[test]
fn ignore_files_are_honoured_outside_of_git_too() {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        &[
            (".gitignore", "*.log\n/out/\n"),
            (".ignore", "private.py\n"),
            ("a.py", ""),
            ("a.log", ""),
            ("out/b.py", ""),
            ("sub/out/c.py", ""),
            ("sub/private.py", ""),
            ("sub/.gitignore", "!kept.log\nd.py\n"),
            ("sub/kept.log", ""),
            ("sub/d.py", ""),
            (".github/workflows/ci.py", ""),
            (".git/HEAD", "ref: refs/heads/main\n"),
            (".git/info/exclude", "excluded.py\n"),
            (".git/hooks/x.py", ""),
            ("excluded.py", ""),
        ],
    );
    assert_eq!(
        files(&index(root.path()).snapshot),
        [".github/workflows/ci.py", "sub/out/c.py", "sub/.gitignore", "sub/kept.log", ".gitignore", ".ignore", "a.py"]
    );
}

#[test]
fn ignore_files_above_the_root_count_only_in_the_same_work_tree() {
    let above = tempfile::tempdir().unwrap();
    write(above.path(), &[(".gitignore", "*\n"), ("project/a.py", "")]);
    let root = above.path().join("project");
    assert_eq!(files(&index(&root).snapshot), ["a.py"]);
    write(above.path(), &[(".gitignore", "b.py\n"), (".git/HEAD", ""), ("project/b.py", "")]);
    assert_eq!(files(&index(&root).snapshot), ["a.py"]);
}

#[test]
fn excluded_and_dependency_directories_are_pruned_and_counted() {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        &[
            ("a.js", ""),
            ("node_modules/x/index.js", ""),
            ("sub/__pycache__/x.py", ""),
            ("venv/pyvenv.cfg", ""),
            ("venv/lib/x.py", ""),
            ("env/own.py", ""),
            ("target/CACHEDIR.TAG", ""),
            ("target/debug/x.rs", ""),
            ("sub/target/own.rs", ""),
            ("legacy/x.py", ""),
            ("legacy/keep.py", ""),
        ],
    );
    let options = Options { exclude: vec!["legacy/*".to_owned(), "!keep.py".to_owned()], ..plain() };
    let indexed = index_and_report(root.path(), &options).unwrap();
    assert_eq!(files(&indexed.snapshot), ["env/own.py", "legacy/keep.py", "sub/target/own.rs", "a.js"]);
    let expected = [
        ("legacy/x.py", "excluded"),
        ("node_modules", "dependency-directory"),
        ("sub/__pycache__", "dependency-directory"),
        ("target", "dependency-directory"),
        ("venv", "dependency-directory"),
    ];
    assert_eq!(skipped(&indexed).into_iter().collect::<Vec<_>>(), expected.map(|(path, why)| (path.to_owned(), why)));
}

#[test]
fn a_bad_glob_is_named() {
    let root = tempfile::tempdir().unwrap();
    let options = Options { exclude: vec!["src/[z-a]".to_owned()], ..plain() };
    let error = index_once(root.path(), &options).err().map(|error| format!("{error:#}")).unwrap_or_default();
    assert!(error.contains("src/[z-a]"), "{error}");
}

#[test]
fn links_out_of_the_root_and_in_circles_are_not_followed() {
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), &[("secret.rs", "use std::fs;\n")]);
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &[("a/b.rs", "")]);
    let link = |to: &std::path::Path, from: &str| symlink(to, root.path().join(from)).unwrap();
    link(outside.path(), "out");
    link("../../..".as_ref(), "a/above");
    link(&outside.path().join("secret.rs"), "a/secret.rs");
    link(root.path(), "a/loop");
    link("../a".as_ref(), "a/itself");
    link("nowhere".as_ref(), "dangling.rs");
    link("a/loop".as_ref(), "chain");
    let indexed = index(root.path());
    assert_eq!(files(&indexed.snapshot), ["a/b.rs"]);
    let skipped = skipped(&indexed);
    let expected = ["a/above", "a/itself", "a/loop", "a/secret.rs", "chain", "dangling.rs", "out"];
    assert_eq!(skipped.keys().map(String::as_str).collect::<Vec<_>>(), expected);
    assert!(skipped.values().all(|reason| *reason == "symbolic-link"));
    // A root that is itself a link is what the user asked for.
    let link = outside.path().join("project");
    symlink(root.path(), &link).unwrap();
    assert_eq!(files(&index(&link).snapshot), ["a/b.rs"]);
}

#[test]
fn files_behind_a_link_inside_the_root_are_there_under_both_paths() {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        &[
            ("core/mod.rs", "mod deep;\n"),
            ("core/deep.rs", ""),
            ("core/ignored.rs", ""),
            ("core/.gitignore", "ignored.rs\n"),
            ("core/notes.txt", ""),
            ("core/names.py", ""),
            ("src/lib.rs", "mod inner;\nmod one;\n"),
        ],
    );
    symlink("../core/", root.path().join("src/inner")).unwrap();
    symlink(root.path().join("core/deep.rs"), root.path().join("src/one.rs")).unwrap();
    symlink("../core/notes.txt", root.path().join("src/notes.txt")).unwrap();
    let indexed = index(root.path());
    let sources: Vec<String> = files(&indexed.snapshot).into_iter().filter(|path| path.starts_with("src/")).collect();
    // A module of Python is known by its name, not by its path: it stays one.
    assert_eq!(sources, ["src/inner/deep.rs", "src/inner/mod.rs", "src/lib.rs", "src/one.rs"]);
    assert_eq!(skipped(&indexed).into_keys().collect::<Vec<_>>(), ["src/notes.txt"]);
    let export = transom::index::read_source(root.path(), "src/inner/mod.rs").unwrap();
    assert_eq!(export, b"mod deep;\n");
    let edges = indexed.snapshot.edges().count();
    assert_eq!(edges, 4, "lib to inner and one, and each mod.rs to its deep.rs");
}

#[test]
fn links_add_no_more_than_about_as_many_files_as_there_are() {
    let root = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..300).map(|index| format!("d/f{index}.rs")).collect();
    write(root.path(), &names.iter().map(|name| (name.as_str(), "")).collect::<Vec<_>>());
    for index in 0..50 {
        symlink("d", root.path().join(format!("l{index:02}"))).unwrap();
    }
    let indexed = index(root.path());
    assert_eq!(files(&indexed.snapshot).len(), 600);
    assert_eq!(skipped(&indexed).len(), 49);
}

#[test]
fn marks_come_from_paths_and_first_lines() {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        &[
            ("vendor/x/a.go", "package a\n"),
            ("api_pb2.py", "x = 1\n"),
            ("gen.go", "// Code generated by a tool. DO NOT EDIT.\npackage a\n"),
            ("own.go", "package a\n"),
            ("lib.min.js", "export const a = 1;\n"),
        ],
    );
    let indexed = index(root.path());
    let mark = |path: &str| indexed.snapshot.node(indexed.snapshot.find(path).unwrap()).mark;
    assert_eq!(mark("vendor/x/a.go"), Some(Mark::Vendored));
    assert_eq!(mark("vendor"), Some(Mark::Vendored));
    assert_eq!(mark("api_pb2.py"), Some(Mark::Generated));
    assert_eq!(mark("gen.go"), Some(Mark::Generated));
    assert_eq!(mark("own.go"), None);
    assert_eq!(mark("lib.min.js"), Some(Mark::Minified));
    assert_eq!(skipped(&indexed).get("lib.min.js"), Some(&"minified"));
}

#[test]
fn errors_are_one_line_and_emptiness_says_what_was_looked_for() {
    let root = tempfile::tempdir().unwrap();
    let missing = root.path().join("none");
    let error = index_once(&missing, &plain()).err().map(|error| format!("{error:#}")).unwrap_or_default();
    assert!(error.contains("none") && !error.contains('\n'), "{error}");
    std::fs::write(&missing, "").unwrap();
    let error = index_once(&missing, &plain()).err().map(|error| format!("{error:#}")).unwrap_or_default();
    assert!(error.ends_with("is not a directory"), "{error}");
    std::fs::remove_file(&missing).unwrap();
    assert_eq!(index(root.path()).report.emptiness().as_deref(), Some("no files were found"));
    write(root.path(), &[("a.txt", "")]);
    let said = index(root.path()).report.emptiness().unwrap_or_default();
    assert!(said.contains("1 file") && said.contains(".py"), "{said}");
    write(root.path(), &[("a.py", "")]);
    assert_eq!(index(root.path()).report.emptiness(), None);
}
