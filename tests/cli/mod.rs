//! The commands as a shell sees them.

mod check;
mod diff;
mod git;
mod questions;

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{SHOP, export, nasty, project, transom, write};

fn shop() -> tempfile::TempDir {
    project(SHOP.iter().copied())
}

/// The one line on stderr of a run that must fail with exit code 2 and print nothing.
fn refused(arguments: &[&str]) -> String {
    let output = transom().args(arguments).output().expect("a run");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
    assert!(output.stdout.is_empty(), "{arguments:?} printed a result");
    assert_eq!(stderr.lines().count(), 1, "{arguments:?}: {stderr}");
    assert!(stderr.starts_with("transom: "), "{stderr}");
    stderr
}

#[test]
fn every_command_has_help() {
    for (arguments, word) in [
        (&["--help"][..], "completions"),
        (&["index", "--help"], "--format"),
        (&["export", "--help"], "mermaid"),
        (&["query", "--help"], "allpaths(a, b)"),
        (&["why", "--help"], "--cut"),
        (&["impact", "--help"], "--depth"),
        (&["risk", "--help"], "--level"),
        (&["cycles", "--help"], "--files"),
        (&["check", "--help"], "sarif"),
        (&["completions", "--help"], "zsh"),
        (&["man", "--help"], "manual"),
        (&["help", "export"], "--select"),
    ] {
        let output = transom().args(arguments).output().expect("a run");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}");
        assert!(text.contains("Usage: transom") && text.contains(word), "{arguments:?}: {text}");
    }
    transom().arg("--version").assert().success().stdout(concat!("transom ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn bad_arguments_name_the_flag_and_the_choices() {
    let format = refused(&["export", "--format", "visio"]);
    assert!(format.contains("--format") && format.contains("mermaid, dot, json, jsonl, c4"), "{format}");
    let level = refused(&["export", "--format", "dot", "--level", "class"]);
    assert!(level.contains("--level") && level.contains("package, module, file, symbol, system"), "{level}");
    let externals = refused(&["export", "--format", "dot", "--externals", "some"]);
    assert!(externals.contains("--externals") && externals.contains("none, packages, all"), "{externals}");
    assert!(refused(&["export"]).contains("--format"));
    assert!(refused(&["export", "--format", "dot", "--depth", "2"]).contains("--select"));
    assert!(refused(&["export", "--format", "dot", "--depth", "few"]).contains("--depth"));
    assert!(refused(&["index", "--wrong"]).contains("'--wrong'"));
    assert!(refused(&["--print", "png"]).contains("text, svg"));
    assert!(refused(&["--print", "text", "--size", "wide"]).contains("120x40"));
    assert!(refused(&["completions", "dosbox"]).contains("bash"));
}

#[test]
fn paths_that_are_no_project_are_refused() {
    let root = project([("file.py", "x = 1\n"), ("notes/todo.txt", "nothing\n"), ("notes/more.txt", "\n")]);
    let path = |name: &str| root.path().join(name).to_string_lossy().into_owned();
    std::fs::create_dir(root.path().join("empty")).expect("a folder");
    for command in [&["index"][..], &["export", "--format", "dot"]] {
        let refused = |name: &str| refused(&[command, &[&path(name)]].concat());
        assert!(refused("missing").contains("missing: no such directory"));
        assert!(refused("file.py").contains("file.py: not a directory"));
        let empty = refused("empty");
        assert!(empty.contains("empty: no files; looked for Rust, Python"), "{empty}");
        let notes = refused("notes");
        assert!(notes.contains("2 files, none in a known language; looked for Rust, Python"), "{notes}");
    }
    assert!(refused(&[&path("missing")]).contains("no such directory"));
    assert!(refused(&[&path("file.py")]).contains("not a directory"));
}

#[test]
fn commands_leave_out_what_the_configuration_excludes() {
    let root = project([("transom.toml", "exclude = ['old/**']\n"), ("a.py", "import old.b\n"), ("old/b.py", "")]);
    let query = |arguments: &[&str]| {
        let output = transom().current_dir(root.path()).arg("query").args(arguments).output().expect("a run");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert_eq!(query(&["kind(file)"]), "a.py\n");
    std::fs::write(root.path().join("transom.toml"), "exlude = []\n").expect("written");
    let path = root.path().to_string_lossy().into_owned();
    assert!(refused(&["index", &path]).contains("exlude"));
}

#[cfg(unix)]
#[test]
fn a_directory_that_may_not_be_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = project([("closed/a.py", "x = 1\n")]);
    let closed = root.path().join("closed");
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).expect("permissions");
    // The superuser may read everything: then there is nothing to refuse.
    if std::fs::read_dir(&closed).is_err() {
        let said = refused(&["index", &closed.to_string_lossy()]);
        assert!(said.contains("closed: cannot be read"), "{said}");
    }
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).expect("permissions");
}

#[test]
fn without_a_terminal_the_explorer_names_what_to_use() {
    let root = shop();
    let said = refused(&[&root.path().to_string_lossy()]);
    assert!(said.contains("needs a terminal") && said.contains("`transom export`"), "{said}");
}

#[test]
fn a_directory_named_like_a_command_is_reached_with_a_dot() {
    let root = project([("index/a.py", "import b\n"), ("index/b.py", "")]);
    let output = transom().current_dir(&root).arg("./index").output().expect("a run");
    assert!(String::from_utf8_lossy(&output.stderr).contains("needs a terminal"));
    let output = transom().current_dir(&root).args(["export", "index", "--format", "jsonl"]).output().expect("a run");
    assert!(String::from_utf8_lossy(&output.stdout).contains("\"from\":\"a.py\""));
}

#[test]
fn messages_hold_no_raw_controls() {
    let said = refused(&["index", "no\u{1b}]0;title\u{7}\nsuch\u{202e}place"]);
    assert!(said.contains("no␛]0;title␇␊such<U+202E>place"), "{said}");
    let said = refused(&["export", "--format", "a\u{1b}[2Jb"]);
    assert!(!said.contains('\u{1b}'), "{said}");
}

#[test]
fn exports_of_a_small_project() {
    let root = shop();
    for (name, arguments) in [
        ("mermaid_module", &["--format", "mermaid"][..]),
        ("mermaid_file", &["--format", "mermaid", "--level", "file"]),
        ("mermaid_externals", &["--format", "mermaid", "--externals", "packages", "--no-tests", "--no-type-only"]),
        ("mermaid_fold", &["--format", "mermaid", "--level", "file", "--fold", "shop/store"]),
        ("dot_module", &["--format", "dot"]),
        ("dot_neighbours", &["--format", "dot", "--level", "file", "--select", "shop/main.py", "--depth", "1"]),
        ("json_file", &["--format", "json"]),
        ("json_package", &["--format", "json", "--level", "package"]),
        ("jsonl_file", &["--format", "jsonl", "--level", "file"]),
        ("jsonl_module", &["--format", "jsonl", "--level", "module"]),
        ("jsonl_no_tests", &["--format", "jsonl", "--no-tests", "--select", "**/views.py", "--depth", "1"]),
    ] {
        insta::assert_snapshot!(name, export(root.path(), arguments));
    }
}

#[test]
fn json_exports_are_json() {
    for root in [shop(), nasty()] {
        for level in ["file", "module", "package"] {
            let text = export(root.path(), &["--format", "json", "--level", level]);
            let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(value["format"], 1);
            assert!(!value["nodes"].as_array().expect("nodes").is_empty());
            for line in export(root.path(), &["--format", "jsonl", "--level", level]).lines() {
                serde_json::from_str::<serde_json::Value>(line).expect("JSON");
            }
        }
    }
}

#[test]
fn no_export_lets_a_file_name_act_on_a_terminal() {
    let root = nasty();
    for format in ["mermaid", "dot", "json", "jsonl"] {
        let text = export(root.path(), &["--format", format, "--level", "file"]);
        assert!(text.lines().count() > 20, "{format}: {text}");
        let unsafe_left = text.chars().find(|c| *c != '\n' && transom::text::is_unsafe(*c));
        assert_eq!(unsafe_left, None, "{format}");
    }
}

#[test]
fn the_same_tree_gives_the_same_bytes_wherever_it_lies() {
    let (one, two) = (nasty(), nasty());
    for (path, text) in SHOP {
        write(one.path(), path, text);
        write(two.path(), path, text);
    }
    for format in ["mermaid", "dot", "json", "jsonl"] {
        for level in ["file", "module", "package"] {
            let arguments = ["--format", format, "--level", level];
            let first = export(one.path(), &arguments);
            assert_eq!(first, export(one.path(), &arguments), "{arguments:?}");
            assert_eq!(first, export(two.path(), &arguments), "{arguments:?}");
        }
    }
}

#[test]
fn a_pattern_that_matches_nothing_is_an_error() {
    let root = shop();
    let path = root.path().to_string_lossy().into_owned();
    let said = refused(&["export", &path, "--format", "dot", "--select", "shpo/**"]);
    assert!(said.contains("--select shpo/**: column 1: 'shpo/**' matches none of"), "{said}");
    assert!(refused(&["export", &path, "--format", "dot", "--select", "[z-a]"]).contains("is no glob"));
}

/// A service with a database, declared and found in its code.
fn services() -> tempfile::TempDir {
    project([
        (
            "compose.yml",
            "services:\n  cart:\n    build: ./cart\n    environment:\n      DB: postgres://db/x\n  db:\n    image: postgres:16\n  \
             web:\n    build: ./web\n    environment:\n      CART: http://cart:80\n",
        ),
        ("cart/Dockerfile", "FROM python:3\nCMD python main.py\n"),
        ("cart/main.py", "import os\n"),
        ("web/Dockerfile", "FROM python:3\nCMD python main.py\n"),
        ("web/main.py", "import os\n"),
    ])
}

#[test]
fn the_running_system_is_exported_whole_or_in_part() {
    let root = services();
    let of = |arguments: &[&str]| export(root.path(), &[&["--level", "system"], arguments].concat());
    let arrows = |text: &str| text.lines().filter(|line| line.contains("-->")).count();
    assert_eq!(arrows(&of(&["-f", "mermaid"])), 2);
    assert_eq!(of(&["-f", "jsonl"]).lines().count(), 2);
    // By name, by glob, by the path of the source, and with what is near.
    assert!(of(&["-f", "dot", "--select", "cart"]).contains("label=\"cart"));
    assert_eq!(arrows(&of(&["-f", "mermaid", "--select", "ca*", "--select", "d?"])), 1);
    assert_eq!(arrows(&of(&["-f", "mermaid", "--select", "cart/main.py", "--depth", "1"])), 2);
    let json: serde_json::Value = serde_json::from_str(&of(&["-f", "json"])).expect("JSON");
    let said =
        transom().current_dir(root.path()).args(["system", "--format", "json", "--no-cache"]).output().expect("a run");
    assert_eq!(json, serde_json::from_slice::<serde_json::Value>(&said.stdout).expect("JSON"));
    // A format that knows nothing else implies the level.
    assert_eq!(of(&["-f", "c4"]), export(root.path(), &["-f", "c4"]));
    let refused = |arguments: &[&str]| {
        let output = transom().current_dir(root.path()).arg("export").args(arguments).output().expect("a run");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    assert!(refused(&["-f", "c4", "--level", "file"]).contains("knows only --level system"));
    assert!(
        refused(&["-f", "dot", "--level", "system", "--fold", "x"]).contains("--fold is about dependencies of code")
    );
    assert!(refused(&["-f", "c4", "--select", "nowhere"]).contains("nor is it the name of a component"));
    assert!(refused(&["-f", "c4", "--select", "compose.yml"]).contains("no component of the running system"));
}

#[test]
fn a_selection_that_the_switches_empty_says_so() {
    let root = shop();
    let path = root.path().to_string_lossy().into_owned();
    for format in ["mermaid", "dot"] {
        let arguments = ["export", &path, "--format", format, "--select", "tests", "--no-tests"];
        let output = transom().args(arguments).output().expect("a run");
        assert!(output.status.success());
        assert!(String::from_utf8_lossy(&output.stdout).contains("nothing is selected"));
        assert!(String::from_utf8_lossy(&output.stderr).contains("transom: nothing is selected"));
    }
}

#[test]
fn output_goes_to_a_file_whole_or_not_at_all() {
    let root = shop();
    let folder = tempfile::tempdir().expect("a folder");
    let path = root.path().to_string_lossy().into_owned();
    let file = folder.path().join("picture.mmd");
    let target = file.to_string_lossy().into_owned();
    transom().args(["export", &path, "-o", &target]).assert().success().stdout("");
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), export(root.path(), &["--format", "mermaid"]));
    refused(&["export", &path, "--select", "nowhere", "-o", &target]);
    assert!(!std::fs::read_to_string(&file).expect("a file").is_empty());
    assert!(refused(&["export", &path, "-o", &folder.path().join("x.odd").to_string_lossy()]).contains("--format"));
    let missing = folder.path().join("missing/x.dot");
    assert!(refused(&["export", &path, "-o", &missing.to_string_lossy()]).contains("x.dot: cannot be written"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    transom().args(["export", &path, "-f", "dot", "-o", "-"]).assert().success();
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let root = project([]);
    for index in 0..2000 {
        write(root.path(), &format!("a_long_folder_name_{index}/a.py"), "import b\n");
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_transom"))
        .args(["export", "--format", "json", "--no-cache"])
        .arg(root.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a run");
    let mut stdout = child.stdout.take().expect("a pipe");
    let mut first = [0; 16];
    stdout.read_exact(&mut first).expect("a start");
    drop(stdout);
    let output = child.wait_with_output().expect("an end");
    assert!(output.status.success(), "{:?}", output.status);
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn index_says_what_it_read() {
    let root = shop();
    transom().arg("index").arg(root.path()).assert().success().stdout(predicates::str::contains("Python"));
}

#[test]
fn index_names_findings_and_blind_spots() {
    let root = project([
        ("package.json", "{\"name\": \"a\", \"dependencies\": {\n\"idle\": \"1\"}}"),
        ("a.js", "import 'gone';\nimport './nowhere.js';\n"),
        ("notes.txt", "text"),
    ]);
    let output = transom().args(["index", "--no-cache", "--format", "json"]).arg(root.path()).output().expect("a run");
    let value: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let texts = |value: &serde_json::Value| value.as_array().expect("a list").clone();
    let findings: Vec<String> = texts(&value["findings"])
        .iter()
        .map(|finding| format!("{} {}", finding["rule"], finding["evidence"]))
        .collect();
    let expected = [r#""undeclared-dependency" ["a.js:1"]"#, r#""unused-dependency" ["package.json:2"]"#];
    assert_eq!(findings, expected);
    let spots: Vec<String> = texts(&value["blind_spots"])
        .iter()
        .map(|group| format!("{} {} {}", group["reason"], group["group"], group["places"][0]["path"]))
        .collect();
    assert_eq!(
        spots,
        [
            r#""missing" "JavaScript" "a.js""#,
            r#""undeclared" "JavaScript" "a.js""#,
            r#""no-language" ".json" "package.json""#,
            r#""no-language" ".txt" "notes.txt""#,
        ]
    );
    let text = transom().args(["index", "--no-cache"]).arg(root.path()).output().expect("a run");
    let text = String::from_utf8_lossy(&text.stdout).into_owned();
    assert!(text.contains("undeclared-dependency 1, unused-dependency 1"), "{text}");
}

#[test]
fn completions_and_the_manual_name_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = transom().args(["completions", shell]).assert().success().get_output().stdout.clone();
        let script = String::from_utf8(script).expect("UTF-8");
        assert!(script.contains("export") && script.contains("select"), "{shell}");
    }
    let manual = transom().arg("man").assert().success().get_output().stdout.clone();
    let manual = String::from_utf8(manual).expect("UTF-8");
    for word in ["index", "export", "completions", "select", "externals"] {
        assert!(manual.contains(word), "{word}");
    }
}

#[test]
fn a_large_drawing_is_folded_and_says_so() {
    let root = project([]);
    // Forty folders of ten files, each needing the same places of two other folders: 1 600 arrows.
    for folder in 0..40 {
        for file in 0..10 {
            let mut text = String::new();
            for step in [1, 2] {
                let other = (folder + step) % 40;
                text += &format!("import pkg.d{other}.f{file}\nimport pkg.d{other}.f{}\n", (file + 1) % 10);
            }
            write(root.path(), &format!("pkg/d{folder}/f{file}.py"), &text);
            write(root.path(), &format!("pkg/d{folder}/__init__.py"), "");
        }
    }
    write(root.path(), "pkg/__init__.py", "");
    let output = transom()
        .args(["export", "--format", "mermaid", "--level", "file", "--no-cache"])
        .arg(root.path())
        .output()
        .expect("a run");
    let (text, notes) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let arrows = text.lines().filter(|line| line.contains("-->")).count();
    assert!(arrows <= 500 && arrows > 100, "{arrows} arrows");
    assert!(text.len() <= 50_000, "{} bytes", text.len());
    assert!(notes.contains("folded into one box each to stay within Mermaid's limits"), "{notes}");
    assert!(text.contains("%% ") && text.contains("folded into one box each"), "{text}");
    assert!(text.matches("subgraph").count() > 3, "everything was folded: {notes}");
}

/// [`Path`] is what every command takes; the empty one is the current directory's.
#[test]
fn the_default_path_is_the_current_directory() {
    let root = shop();
    let here = transom().current_dir(&root).args(["export", "--format", "dot", "--no-cache"]).output().expect("a run");
    assert_eq!(String::from_utf8_lossy(&here.stdout), export(Path::new(root.path()), &["--format", "dot"]));
}
