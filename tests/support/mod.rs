//! Small projects on disk and the program that reads them.

pub mod fixture;
pub mod repository;

use std::path::Path;

use tempfile::TempDir;

/// A shop: two packages of Python, tests, a type-only import, a package from elsewhere, an import that leads nowhere.
pub const SHOP: &[(&str, &str)] = &[
    ("pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1.0\"\ndependencies = [\"requests>=2\"]\n"),
    ("shop/__init__.py", ""),
    ("shop/main.py", "import os\n\nfrom shop.web import views\nfrom shop.web.forms import Form\n"),
    ("shop/web/__init__.py", ""),
    ("shop/web/views.py", "from shop.store import orders\nfrom shop.store.users import User\n"),
    ("shop/web/forms.py", "import shop.store.users\nimport requests\n\ndef late():\n    import shop.store.users\n"),
    ("shop/store/__init__.py", ""),
    ("shop/store/orders.py", "from .users import User\nfrom .missing import nothing\n"),
    (
        "shop/store/users.py",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from shop.web.forms import Form\n\nclass User: ...\n",
    ),
    ("tests/test_views.py", "from shop.web import views\n"),
    ("README.md", "# Shop\n"),
];

/// Names that end strings, start comments, directives or markup, or act on a terminal.
pub const NASTY: &[&str] = &[
    "quote\".py",
    "back`tick.py",
    "hash#35;.py",
    "<b>bold<b>.py",
    "end.py",
    "größe.py",
    "日本語.py",
    "line\nfeed.py",
    "escape\u{1b}[31m.py",
    "bidi\u{202e}yp.py",
    "%%{init: {}}%%.py",
    "1. list.py",
    "- item.py",
    "[id].py",
    "style:#x;.py",
    "classDef a:#b;.py",
    "ﬂ°°39¶ß.py",
    "back\\slash\\n.py",
    "$$katex$$.py",
    "fa:fa-car.py",
    "a -->|x| b.py",
    "{curly} |pipe| (round).py",
    "graph LR; subgraph.py",
    "click n0 href \"x\".py",
    "👩\u{200d}👩.py",
    "__dunder__.py",
    "**strong**.py",
    "&quot;&#39;.py",
];

/// Writes files below a new folder, which goes when the value does.
pub fn project<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    folder
}

/// Whether a package of `npm ci` in a folder of tests can be run here; panics where it must be and cannot. `skipped` says
/// what is not tested without it.
pub fn has_node_package(folder: &Path, package: &str, skipped: &str) -> bool {
    let node = std::process::Command::new("node").arg("--version").output();
    let found = node.is_ok_and(|output| output.status.success()) && folder.join("node_modules").join(package).is_dir();
    let required = ["CI", "TRANSOM_REQUIRE_NODE"].iter().any(|name| std::env::var_os(name).is_some());
    let place = folder.display();
    assert!(found || !required, "node with `npm ci` in {place} is required here and missing");
    if !found {
        eprintln!("SKIPPED: {skipped}: node, or `npm ci` in {place}, is missing");
    }
    found
}

/// Writes one file and the folders that it needs.
pub fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    std::fs::write(path, text).expect("a file");
}

/// A project whose file names are [`NASTY`], in folders with such names too, all importing one file.
pub fn nasty() -> TempDir {
    let root = project([("target.py", "x = 1\n")]);
    for (index, name) in NASTY.iter().enumerate() {
        write(root.path(), name, "import target\n");
        write(
            root.path(),
            &format!("{}/{name}", NASTY[(index + 1) % NASTY.len()].replace(".py", "")),
            "import target\n",
        );
    }
    root
}

/// The program, with nothing of the user's environment that could change what it does. No cache is kept.
pub fn transom() -> assert_cmd::Command {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_transom"));
    let nowhere = std::env::temp_dir().join("transom-tests-no-home");
    for name in ["HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"] {
        command.env(name, &nowhere);
    }
    command
}

/// What `transom export` with these arguments prints for a project.
pub fn export(root: &Path, arguments: &[&str]) -> String {
    let output = transom().arg("export").arg(root).arg("--no-cache").args(arguments).output().expect("a run");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}
