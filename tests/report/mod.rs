//! Reports of a small application, a library, this project and a project of nasty names: every section is there, every
//! place exists, every diagram is one, and the same graph gives the same bytes.

mod shop;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use transom::analysis::{Analysis, Counting, Location};
use transom::index::from_memory;
use transom::report::document::{Block, Document, Inline, Statement, Text};
use transom::report::formats::{Format, Setting, render};
use transom::report::{Input, KINDS, Kind, write};

use crate::support::repository::Repository;
use crate::support::{has_node_package, nasty, project, transom};

/// Every report of a project held in memory.
fn reports(files: &[(&str, &str)]) -> Vec<(&'static Kind, Document)> {
    let snapshot = from_memory("fixture", files.iter().copied());
    let analysis = Analysis::with(&snapshot, Counting::ALL, None);
    let input = Input::new(&snapshot, &analysis, "fixture");
    KINDS.iter().map(|kind| (*kind, write(kind, &input))).collect()
}

/// Every statement and every cell.
fn texts(document: &Document) -> Vec<(Text, Vec<Location>)> {
    let blocks = document.walk().into_iter().flat_map(|(_, section)| &section.blocks).chain(&document.lead);
    let said = |statement: &Statement| (statement.text.clone(), statement.evidence.clone());
    let mut found: Vec<(Text, Vec<Location>)> = Vec::new();
    for block in blocks {
        match block {
            Block::Say(statement) => found.push(said(statement)),
            Block::List(list) => found.extend(list.iter().map(said)),
            Block::Table(table) => {
                assert!(table.rows.iter().all(|row| row.len() == table.columns.len()));
                found.extend(table.rows.iter().flatten().map(|cell| (cell.clone(), Vec::new())));
            }
            Block::Diagram(_) | Block::Nothing(_) => {}
        }
    }
    found
}

/// Every line that a report names.
fn places(document: &Document) -> Vec<Location> {
    let inline = |text: Text| {
        text.0.into_iter().filter_map(|inline| match inline {
            Inline::Place(place) => Some(place),
            _ => None,
        })
    };
    texts(document).into_iter().flat_map(|(text, evidence)| inline(text).chain(evidence)).collect()
}

fn diagrams(document: &Document) -> Vec<String> {
    let blocks = document.walk().into_iter().flat_map(|(_, section)| &section.blocks);
    let drawn = blocks.filter_map(|block| match block {
        Block::Diagram(diagram) => Some(diagram.mermaid.clone()),
        _ => None,
    });
    drawn.collect()
}

fn hold_places(document: &Document, lines: &BTreeMap<&str, usize>) {
    for place in places(document) {
        let count = lines.get(&*place.path).unwrap_or_else(|| panic!("{place}: there is no such file"));
        let line = place.line.unwrap_or(1) as usize;
        assert!(line >= 1 && line <= (*count).max(1), "{place}: the file has {count} lines");
    }
}

fn lines<'a>(files: &[(&'a str, &str)]) -> BTreeMap<&'a str, usize> {
    files.iter().map(|(path, text)| (*path, text.lines().count())).collect()
}

#[test]
fn every_section_is_there_and_says_something() {
    for files in [shop::SHOP, shop::LIBRARY, &[("a.py", "")]] {
        for (kind, document) in reports(files) {
            let titles: Vec<String> = document.sections.iter().map(|section| section.title.unmarked()).collect();
            let expected: Vec<&str> = kind.parts.iter().map(|part| part.title).collect();
            assert_eq!(titles, expected, "{}", kind.name);
            for (_, section) in document.walk() {
                let is_empty = section.blocks.is_empty() && section.sections.is_empty();
                assert!(!is_empty, "{}: {} is empty", kind.name, section.title.unmarked());
            }
        }
    }
}

#[test]
fn every_place_exists() {
    for files in [shop::SHOP, shop::LIBRARY] {
        for (_, document) in reports(files) {
            assert!(!places(&document).is_empty());
            hold_places(&document, &lines(files));
        }
    }
}

#[test]
fn reports_hold_no_emphasis_and_are_the_same_twice() {
    for files in [shop::SHOP, shop::LIBRARY] {
        for ((kind, document), (_, again)) in reports(files).into_iter().zip(reports(files)) {
            assert_eq!(document, again, "{}", kind.name);
            let markdown = render(&document, Format::Markdown, Setting::default());
            let marks = markdown.replace("\\*", "").replace("\\_", "");
            assert!(!marks.contains("**") && !marks.contains("__"), "{}", kind.name);
            let json: serde_json::Value =
                serde_json::from_str(&render(&document, Format::Json, Setting::default())).expect("JSON");
            assert_eq!(json["sections"].as_array().map(Vec::len), Some(kind.parts.len()));
        }
    }
}

#[test]
fn a_report_is_written_to_a_file_and_to_a_folder_with_links_to_the_root() {
    let root = project(shop::SHOP.iter().copied());
    for (output, file) in [("docs/all.md", "docs/all.md"), ("docs/parts/", "docs/parts/01-component-identification.md")]
    {
        std::fs::create_dir_all(root.path().join("docs")).expect("a folder");
        let arguments = ["report", ".", "--no-cache", "--kind", "diagrams", "-o", output];
        transom().current_dir(root.path()).args(arguments).assert().success();
        let text = std::fs::read_to_string(root.path().join(file)).expect("the report");
        let base = "../".repeat(file.matches('/').count());
        assert!(text.contains(&format!("]({base}docker-compose.yml#L")), "{text}");
    }
    let arguments = ["report", ".", "--no-cache", "--kind", "diagrams", "--format", "html"];
    let page = transom().current_dir(root.path()).args(arguments).assert().success();
    assert!(String::from_utf8_lossy(&page.get_output().stderr).contains("--mermaid"));
    let page = String::from_utf8_lossy(&page.get_output().stdout).into_owned();
    assert!(page.starts_with("<!doctype html>") && page.contains("href=\"docker-compose.yml#L"));
}

#[test]
fn a_document_keeps_what_was_written_into_it_and_a_check_tells_whether_it_is_stale() {
    let root = project(shop::SHOP.iter().copied());
    let report = |more: &[&str]| {
        let arguments = ["report", ".", "--no-cache", "--kind", "diagrams", "-o"];
        transom().current_dir(root.path()).args(arguments).args(more).assert()
    };
    let file = root.path().join("ALL.md");
    report(&["ALL.md", "--check"]).code(1).stdout("ALL.md: missing\n");
    assert!(!file.exists());
    report(&["ALL.md"]).success();
    report(&["ALL.md", "--check"]).success().stdout("");
    let mine = "<!-- transom:keep -->\nOurs.\n<!-- transom:end -->\n";
    let text = std::fs::read_to_string(&file).expect("the report");
    let edited = text.replace("\n## Summary\n", &format!("\n{mine}\n## Summary\n"));
    std::fs::write(&file, edited.replace("### Clients", "### Customers")).expect("a file");
    report(&["ALL.md", "--check"]).code(1).stdout("ALL.md: stale\n");
    report(&["ALL.md"]).success();
    assert_eq!(std::fs::read_to_string(&file).expect("the report"), edited);
    report(&["ALL.md", "--check"]).success();
    report(&["ALL.md", "--check", "--format", "html"]).code(2);

    report(&["all/"]).success();
    report(&["all/", "--check"]).success().stdout("");
    std::fs::remove_file(root.path().join("all/README.md")).expect("gone");
    report(&["all/", "--check"]).code(1).stdout("all/README.md: missing\n");

    std::fs::write(&file, "<!-- transom:keep -->\nOurs.\n").expect("a file");
    report(&["ALL.md"]).code(2);
    assert_eq!(std::fs::read_to_string(&file).expect("the file"), "<!-- transom:keep -->\nOurs.\n");
}

#[test]
fn decisions_tell_the_commits_behind_them_and_keep_their_numbers() {
    let mut made = Repository::of(shop::SHOP.iter().copied());
    let record = |name: &str| std::fs::read_to_string(made.path().join("adr").join(name)).expect("a record");
    let write = |made: &Repository, more: &[&str]| {
        let arguments = ["report", ".", "--no-cache", "--kind", "decisions", "-o", "adr/"];
        transom().current_dir(made.path()).args(arguments).args(more).assert()
    };
    write(&made, &[]).success();
    let names: Vec<String> = std::fs::read_dir(made.path().join("adr"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let rabbit = names.iter().find(|name| name.ends_with("-use-rabbitmq.md")).expect("a record").clone();
    let text = record(&rabbit);
    assert!(text.starts_with("---\nstatus: \"accepted\"\ndate: \""), "{text}");
    assert!(text.contains("\n# Use RabbitMQ\n") && text.contains("(`first`)"), "{text}");
    assert!(text.contains("](../docker-compose.yml#L") && text.contains("- Kafka (message broker)"), "{text}");
    std::fs::remove_dir_all(made.path().join("adr")).expect("gone");

    made.write("orders/requirements.txt", "fastapi\nsqlalchemy\npika\n");
    made.write("orders/app.py", "from fastapi import FastAPI\nimport pika\nimport store\n");
    made.commit("types for everybody");
    made.write(&format!("adr/0041{}", &rabbit[4..]), "");
    write(&made, &[]).success();
    write(&made, &["--check"]).success();
    let of = |end: &str| {
        let names = std::fs::read_dir(made.path().join("adr")).expect("a folder").flatten();
        let mut names =
            names.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|name| name.ends_with(end));
        let name = names.next().expect("a record");
        assert!(names.next().is_none());
        std::fs::read_to_string(made.path().join("adr").join(&name)).expect("a record")
    };
    assert!(of("0041-use-rabbitmq.md").contains("# Use RabbitMQ"));
    let flask = of("-use-flask.md");
    assert!(flask.starts_with("---\nstatus: \"superseded by Use FastAPI\"\n"), "{flask}");
    let fast = of("-use-fastapi.md");
    assert!(fast.contains("It took the place of Flask") && fast.contains("(`types for everybody`)"), "{fast}");
}

/// Every diagram of every report, parsed by the real Mermaid, where it is at hand.
#[test]
fn every_diagram_parses() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mermaid");
    let out = tempfile::tempdir().expect("a folder");
    let nasty = nasty();
    let this = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts: Vec<String> = Vec::new();
    for files in [shop::SHOP, shop::LIBRARY] {
        texts.extend(reports(files).iter().flat_map(|(_, document)| diagrams(document)));
    }
    for (root, kind) in KINDS.iter().flat_map(|kind| [(nasty.path(), kind), (this, kind)]) {
        let arguments = ["report", ".", "--no-cache", "--no-history", "--kind", kind.name];
        let run = transom().current_dir(root).args(arguments).assert().success();
        let text = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
        let blocks = text.split("```mermaid\n").skip(1).filter_map(|rest| rest.split_once("```"));
        texts.extend(blocks.map(|(block, _)| block.to_owned()));
    }
    assert!(texts.len() > 10, "{} diagrams", texts.len());
    if !has_node_package(&folder, "mermaid", "the diagrams of reports were not parsed") {
        return;
    }
    let files: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| {
            let path = out.path().join(format!("{index}.mmd"));
            std::fs::write(&path, text).expect("a file");
            path
        })
        .collect();
    let run = Command::new("node").arg(folder.join("check.mjs")).args(&files).output().expect("node");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(said.lines().filter(|line| line.starts_with("pass ")).count(), files.len(), "{said}");
}

#[test]
fn a_digest_keeps_its_budget_and_begins_at_its_focus() {
    let root = project(shop::SHOP.iter().copied());
    let digest = |arguments: &[&str]| {
        let run =
            transom().current_dir(root.path()).args(["context", ".", "--no-cache"]).args(arguments).assert().success();
        String::from_utf8_lossy(&run.get_output().stdout).into_owned()
    };
    let all = digest(&["--tokens", "4000"]);
    for expected in
        ["orders -> store (database)", "POST /orders of orders", "table customers", "orders/app.py Takes orders."]
    {
        assert!(all.contains(expected), "{expected} is missing in\n{all}");
    }
    assert!(all.contains("10: def create()"), "{all}");
    for tokens in [100, 150, 300, 600] {
        let text = digest(&["--tokens", &tokens.to_string()]);
        assert!(text.len() <= tokens * 3, "{tokens} tokens: {} bytes", text.len());
    }
    let near = digest(&["--tokens", "4000", "--focus", "web"]);
    let at = |text: &str, path: &str| text.find(&format!("\n{path}")).unwrap_or_else(|| panic!("{path} in\n{text}"));
    assert!(at(&near, "web/") < at(&near, "orders/store.py"));
    transom().current_dir(root.path()).args(["context", ".", "--no-cache", "--focus", "nowhere"]).assert().code(2);
}

/// A page draws its diagrams without a network, in a real browser, where one is at hand.
#[test]
fn a_page_draws_its_diagrams_in_a_browser() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mermaid");
    if !has_node_package(&folder, "mermaid", "pages of HTML were not drawn") {
        return;
    }
    let is_there =
        |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success());
    let browser = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(is_there);
    let Some(browser) = browser else {
        assert!(std::env::var_os("CI").is_none(), "a Chromium is required here and missing");
        eprintln!("SKIPPED: pages of HTML were not drawn: there is no Chromium");
        return;
    };
    let root = project(shop::SHOP.iter().copied());
    let page = root.path().join("page.html");
    let script = folder.join("node_modules/mermaid/dist/mermaid.min.js");
    transom()
        .current_dir(root.path())
        .args(["report", ".", "--no-cache", "--kind", "diagrams", "--format", "html", "-o", "page.html", "--mermaid"])
        .arg(script)
        .assert()
        .success();
    let text = std::fs::read_to_string(&page).expect("the page");
    let diagrams = text.matches("<pre class=\"mermaid\">").count();
    let profile = tempfile::tempdir().expect("a folder");
    let run = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--virtual-time-budget=60000"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser");
    let drawn = String::from_utf8_lossy(&run.stdout);
    let body = drawn.split("<script>").next().unwrap_or_default();
    assert!(diagrams > 5, "{diagrams} diagrams");
    assert_eq!(body.matches("aria-roledescription=\"").count(), diagrams);
    assert!(!body.contains("aria-roledescription=\"error\""));
}
