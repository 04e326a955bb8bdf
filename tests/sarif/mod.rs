//! Reports of `transom check` against the published schema of SARIF 2.1.0.
//!
//! Needs node and, in this folder, `npm ci`. Where they are missing the test says so and passes, unless `CI` or
//! `TRANSOM_REQUIRE_NODE` is set.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{has_node_package, nasty, project, transom, write};

const RULES: &str = "\
[[layers]]
name = 'layers'
reason = 'The store knows no pages.'
layers = ['web', 'store']

[[no_cycles]]
name = 'no \"cycles\" & <such>'
severity = 'warn'
level = 'module'

[[forbid]]
name = 'of-nothing'
from = 'gone'
to = 'store'
";

/// The report on a project, with what is on the command line beside the format.
fn report(root: &Path, arguments: &[&str]) -> String {
    let run = transom().current_dir(root).args(["check", "--format", "sarif"]).args(arguments).output().expect("a run");
    String::from_utf8(run.stdout).expect("UTF-8")
}

#[test]
fn reports_are_valid_sarif() {
    let layered = project([
        ("transom.toml", RULES),
        ("web/page.py", "import store.db\n"),
        ("store/db.py", "import os\n\nimport web.page\nfrom web.page import x\n"),
        ("store/more.py", "import web.page\n"),
    ]);
    let nasty = nasty();
    write(
        nasty.path(),
        "transom.toml",
        "[[orphans]]\nname = 'o'\n[[forbid]]\nname = 'f'\nfrom = '.'\nto = 'target.py'\n",
    );
    let quiet = project([("transom.toml", "[[no_cycles]]\nname = 'c'\n"), ("a.py", "import b\n"), ("b.py", "x = 1\n")]);
    let out = tempfile::tempdir().expect("a folder");
    let mut files: Vec<PathBuf> = Vec::new();
    let mut add = |name: &str, text: &str| {
        files.push(out.path().join(format!("{name}.sarif")));
        std::fs::write(&files[files.len() - 1], text).expect("a file");
    };
    add("layered", &report(layered.path(), &[]));
    add("nasty", &report(nasty.path(), &[]));
    add("quiet", &report(quiet.path(), &[]));
    // What a baseline knows, what is new, and what is gone.
    report(layered.path(), &["--update-baseline", "--init"]);
    write(layered.path(), "store/new.py", "import web.page\n");
    write(layered.path(), "store/more.py", "x = 1\n");
    let with_baseline = report(layered.path(), &[]);
    for part in ["\"unchanged\"", "\"new\"", "suppressions", "relatedLocations"] {
        assert!(with_baseline.contains(part), "{part}: {with_baseline}");
    }
    add("with_baseline", &with_baseline);
    add("BAD_level", &with_baseline.replace("\"level\": \"error\"", "\"level\": \"bad\""));
    add("BAD_uri", &with_baseline.replace("\"text\":", "\"txt\":"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sarif");
    if !has_node_package(&folder, "ajv", "reports were not checked against SARIF's schema") {
        return;
    }
    let run = Command::new("node").arg(folder.join("check.mjs")).args(&files).output().expect("node");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(said.lines().filter(|line| line.starts_with("pass ")).count(), files.len(), "{said}");
}
