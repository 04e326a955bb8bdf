//! `transom check`: formats, exit codes and the baseline.

use serde_json::Value;

use crate::support::{project, transom, write};

const RULES: &str = "\
[[layers]]
name = 'layers'
reason = 'The store knows no pages.'
layers = ['web', 'store']

[[forbid]]
name = 'no-late & \"rash\" <use>'
severity = 'warn'
from = 'app.py'
to = 'store'
";

/// A store that needs a page, and a warning.
fn layered(rules: &str) -> tempfile::TempDir {
    project([
        ("transom.toml", rules),
        ("web/__init__.py", ""),
        ("web/page.py", "import store.db\n"),
        ("store/__init__.py", ""),
        ("store/db.py", "import os\n\nimport web.page\n"),
        ("app.py", "import store.db\n"),
    ])
}

/// Exit code, stdout and stderr.
fn check(root: &tempfile::TempDir, arguments: &[&str]) -> (i32, String, String) {
    let output = transom().current_dir(root.path()).arg("check").args(arguments).output().expect("a run");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("a code"), text(output.stdout), text(output.stderr))
}

fn json(root: &tempfile::TempDir, arguments: &[&str]) -> Value {
    let (_, out, _) = check(root, arguments);
    serde_json::from_str(&out).expect("JSON")
}

#[test]
fn an_error_fails_and_a_warning_does_not() {
    let root = layered(RULES);
    let (code, out, err) = check(&root, &[]);
    assert_eq!((code, err.as_str()), (1, ""));
    let error =
        "error[layers]: store/db.py needs web/page.py, which is in a higher layer, web\n  store/db.py:3\n  = The store";
    assert!(out.contains(error), "{out}");
    assert!(out.contains("warning[no-late & \"rash\" <use>]: app.py needs store/db.py"), "{out}");
    assert!(out.ends_with("2 violations; 2 rules checked on 5 files and 4 dependencies\n"), "{out}");
    let warned = layered(&RULES.replace("reason", "severity = 'warn'\nreason"));
    assert_eq!(check(&warned, &[]).0, 0);
}

#[test]
fn json_has_everything() {
    let report = json(&layered(RULES), &["--format", "json"]);
    assert_eq!(report["fails"], true);
    let first = &report["violations"][0];
    assert_eq!(first["dependencies"][0], serde_json::json!({"from": "store/db.py", "to": "web/page.py"}));
    assert_eq!(first["evidence"][0], serde_json::json!({"path": "store/db.py", "line": 3}));
    assert_eq!(report["rules"][1]["severity"], "warning");
}

/// What the published schema of SARIF 2.1.0 requires of the objects that are written, and which values it knows.
fn assert_sarif(log: &Value) {
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().is_some_and(|uri| uri.starts_with("https://") && uri.contains("sarif-2.1.0")));
    let is_level = |value: &Value| ["none", "note", "warning", "error"].contains(&value.as_str().unwrap_or_default());
    let has_text = |value: &Value| value["text"].as_str().is_some_and(|text| !text.is_empty());
    for run in log["runs"].as_array().expect("runs") {
        let driver = &run["tool"]["driver"];
        assert!(driver["name"].is_string());
        assert!(["utf16CodeUnits", "unicodeCodePoints"].contains(&run["columnKind"].as_str().unwrap_or_default()));
        let rules = driver["rules"].as_array().expect("rules");
        let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().expect("an id")).collect();
        assert!((1..ids.len()).all(|at| !ids[..at].contains(&ids[at])), "rules are unique");
        for rule in rules {
            assert!(is_level(&rule["defaultConfiguration"]["level"]));
            assert!(["shortDescription", "fullDescription", "help"].iter().all(|key| has_text(&rule[key])), "{rule}");
        }
        for result in run["results"].as_array().expect("results") {
            assert!(has_text(&result["message"]) && is_level(&result["level"]), "{result}");
            let index = result["ruleIndex"].as_u64().expect("an index") as usize;
            assert_eq!(result["ruleId"], ids[index]);
            let state = result.get("baselineState").map_or("new", |state| state.as_str().expect("a state"));
            assert!(["new", "unchanged", "updated", "absent"].contains(&state));
            let prints = result["partialFingerprints"].as_object().expect("fingerprints");
            assert!(prints.values().all(Value::is_string));
            let locations = result["locations"].as_array().expect("locations");
            let related = result.get("relatedLocations").map_or(&[][..], |list| list.as_array().expect("a list"));
            assert_eq!(locations.len(), 1);
            for location in locations.iter().chain(related) {
                let physical = &location["physicalLocation"];
                let uri = physical["artifactLocation"]["uri"].as_str().expect("a URI");
                let is_plain = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|} ".contains(c);
                assert!(uri.chars().all(is_plain) && !uri.starts_with('/') && !uri.contains(':'), "{uri}");
                let line = physical.get("region").map_or(1, |region| region["startLine"].as_u64().expect("a line"));
                assert!(line >= 1);
            }
            for suppression in result.get("suppressions").map_or(&[][..], |list| list.as_array().expect("a list")) {
                assert!(["inSource", "external"].contains(&suppression["kind"].as_str().unwrap_or_default()));
            }
        }
    }
}

#[test]
fn sarif_is_what_its_schema_asks_for() {
    let root = layered(&format!("{RULES}\n[[orphans]]\nname = 'lost'\nof = 'nowhere/**'\n"));
    write(root.path(), "web/größe 1.py", "");
    write(root.path(), "store/late.py", "import web.page\n");
    let (code, ..) = check(&root, &["--update-baseline", "--init"]);
    assert_eq!(code, 0);
    write(root.path(), "store/new.py", "import web.page\n");
    let log = json(&root, &["--format", "sarif"]);
    assert_sarif(&log);
    let results = log["runs"][0]["results"].as_array().expect("results");
    let states: Vec<&str> = results.iter().map(|result| result["baselineState"].as_str().unwrap_or("-")).collect();
    assert_eq!(states, ["new", "unchanged", "unchanged", "unchanged", "-"]);
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "store/new.py");
    assert_eq!(place["region"]["startLine"], 1);
    assert_eq!(results[4]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "transom.toml");
    // A line that moves does not make it another violation.
    write(root.path(), "store/new.py", "\n\nimport web.page\n");
    let moved = json(&root, &["--format", "sarif"]);
    let moved = &moved["runs"][0]["results"][0];
    assert_eq!(moved["locations"][0]["physicalLocation"]["region"]["startLine"], 3);
    assert_eq!(moved["partialFingerprints"], results[0]["partialFingerprints"]);
}

#[test]
fn junit_is_xml_whatever_a_rule_is_called() {
    let (code, out, _) = check(&layered(RULES), &["--format", "junit"]);
    assert_eq!(code, 1);
    let document = roxmltree::Document::parse(&out).expect("XML");
    let cases: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    assert_eq!(cases.len(), 2);
    assert_eq!(cases[1].attribute("classname"), Some("transom.no-late & \"rash\" <use>"));
    let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
    assert_eq!((suite.attribute("tests"), suite.attribute("failures")), (Some("2"), Some("1")));
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).expect("a failure");
    assert_eq!(failure.text(), Some("store/db.py:3"));
}

#[test]
fn github_gets_an_annotation_a_violation() {
    let (_, out, _) = check(&layered(RULES), &["--format", "github"]);
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[0].starts_with("::error file=store/db.py,line=3,title=layers::store/db.py needs"), "{out}");
    assert!(lines[1].starts_with("::warning file=app.py,line=1,title=no-late & \"rash\" <use>::"), "{out}");
    assert_eq!(lines.len(), 2);
}

#[test]
fn a_baseline_only_shrinks() {
    let root = layered(RULES);
    let (code, _, err) = check(&root, &["--update-baseline"]);
    assert!(code == 2 && err.contains("would grow by 2 violations (layers: store/db.py web/page.py)"), "{err}");
    assert!(!root.path().join("transom.baseline.json").exists());
    assert_eq!(check(&root, &["--update-baseline", "--init"]).0, 0);
    let (code, out, _) = check(&root, &[]);
    assert!(code == 0 && out.starts_with("no new violation, 2 known in "), "{out}");
    write(root.path(), "store/new.py", "import web.page\n");
    let (code, out, _) = check(&root, &[]);
    assert!(code == 1 && out.contains("store/new.py:1") && !out.contains("store/db.py:3"), "{out}");
    assert_eq!(check(&root, &["--update-baseline"]).0, 2);
    write(root.path(), "store/new.py", "");
    write(root.path(), "store/db.py", "");
    let (code, out, _) = check(&root, &[]);
    assert!(
        code == 0 && out.contains("note: layers: store/db.py -> web/page.py is in the baseline and no longer"),
        "{out}"
    );
    let (code, out, _) = check(&root, &["--update-baseline"]);
    assert!(code == 0 && out.contains("1 violation known; 0 added, 1 taken out"), "{out}");
    let (code, _, err) = check(&root, &["--baseline", "missing.json"]);
    assert!(code == 2 && err.contains("missing.json: there is no such baseline"), "{err}");
}

#[test]
fn what_cannot_be_checked_is_said_in_one_line() {
    for (rules, said) in [
        ("[[forbid]]\nname = 'f'\nfrom = 'web'\nto = 'store +'\n", "transom.toml:4: forbid[1].to: column 8: expected"),
        ("[[forbid]]\nname = 'f'\nfrom = 'web'\ntoo = 'store'\n", "transom.toml:1: forbid[1]: 'to' is missing"),
        ("theme = 'dark'\n", "transom.toml: there is no rule in it; the kinds are [[layers]]"),
    ] {
        let (code, out, err) = check(&layered(rules), &[]);
        assert_eq!((code, out.as_str(), err.lines().count()), (2, "", 1), "{err}");
        assert!(err.contains(said), "{err}");
    }
    let (code, _, err) = check(&project([("a.py", "")]), &[]);
    assert!(code == 2 && err.contains("transom.toml: there is no such file with rules"), "{err}");
    let (code, _, err) = check(&layered(RULES), &["--config", "elsewhere.toml"]);
    assert!(code == 2 && err.contains("elsewhere.toml: there is no such file"), "{err}");
}

#[test]
fn a_rule_that_matches_nothing_is_a_warning_with_its_column() {
    let root = layered("[[forbid]]\nname = 'f'\nfrom = 'web + pages'\nto = 'store/late.py'\n");
    let (code, out, _) = check(&root, &[]);
    assert_eq!(code, 0);
    assert!(out.contains("warning[f]: the rule 'f' matches nothing in forbid[1].from: column 7: 'pages'"), "{out}");
    assert!(out.contains("transom.toml:3\n") && out.contains("transom.toml:4\n"), "{out}");
}

#[test]
fn a_proposal_holds_where_it_was_made() {
    let root = layered("");
    let (code, proposal, err) = check(&root, &["--propose"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(proposal.contains("[[layers]]"), "{proposal}");
    write(root.path(), "transom.toml", &proposal);
    let (code, out, _) = check(&root, &[]);
    assert!(code == 0 && out.starts_with("no violation; "), "{out}");
    assert_eq!(check(&root, &["--propose"]).1, proposal);
}
