//! Exported diagrams parsed by the real Mermaid.
//!
//! Needs node and, in this folder, `npm ci`. Where they are missing the test says so and passes, unless `CI` or
//! `TRANSOM_REQUIRE_NODE` is set.

use std::path::Path;
use std::process::Command;

use crate::support::repository::Repository;
use crate::support::{SHOP, export, has_node_package, nasty, project, transom, write};

/// A project that is over every limit of a diagram: many files, many edges, long names.
fn large() -> tempfile::TempDir {
    let root = project([]);
    for folder in 0..60 {
        for file in 0..12 {
            let imports: String = (1..6)
                .map(|step| format!("import a{}.a_rather_long_file_name_{file}\n", (folder + step) % 60))
                .collect();
            write(root.path(), &format!("a{folder}/a_rather_long_file_name_{file}.py"), &imports);
        }
    }
    root
}

/// One folder with everything in it: nothing can be folded.
fn flat() -> tempfile::TempDir {
    let root = project([]);
    for file in 0..900 {
        let imports = format!("import f{}\nimport f{}\n", (file + 1) % 900, (file * 7) % 900);
        write(root.path(), &format!("f{file}.py"), &imports);
    }
    root
}

/// A running system with names that would end a label or begin markup.
fn services() -> tempfile::TempDir {
    project([
        (
            "compose.yml",
            "services:\n  end:\n    build: ./end\n    ports: ['80:80']\n    depends_on: [\"data;base\"]\n  \"data;base\":\n    \
             image: postgres:16\n  _under_:\n    build: ./under\n    environment:\n      TARGET: http://end:80\n",
        ),
        ("end/Dockerfile", "FROM python:3\nCMD python main.py\n"),
        ("end/main.py", "import os\n"),
        ("under/Dockerfile", "FROM python:3\nCMD python main.py\n"),
        ("under/main.py", "import os\n"),
    ])
}

/// What changed in a project of nasty names: dependencies are gained, lost and weighed anew, files come and go.
fn diff(level: &str) -> String {
    let mut made = Repository::of(SHOP.iter().copied());
    let copy = |from: &Path| {
        for entry in std::fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            let name = entry.file_name().and_then(|name| name.to_str()).expect("UTF-8");
            if let Ok(text) = std::fs::read_to_string(&entry) {
                made.write(name, &text);
            }
        }
    };
    copy(nasty().path());
    made.remove("shop/store");
    made.write("shop/web/forms.py", "from shop.web import views\nimport shop.web.views\n");
    made.write("shop/fresh/one.py", "import shop.web.views\n");
    made.write("shop/main.py", "from shop.web import views\nimport shop.web.views\n");
    made.commit("second");
    let arguments = ["diff", "--no-cache", "-f", "mermaid", "--level", level, "HEAD~1..HEAD"];
    let output = transom().current_dir(made.path()).args(arguments).output().expect("a run");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    for drawn in ["==>", "-.->", "linkStyle "] {
        assert!(text.contains(drawn), "{drawn} is missing in\n{text}");
    }
    text
}

#[test]
fn exported_diagrams_parse() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.join("tests/mermaid");
    let (shop, nasty, large, flat) = (project(SHOP.iter().copied()), nasty(), large(), flat());
    let services = services();
    let selections: &[(&str, &Path, &[&str])] = &[
        ("shop_module", shop.path(), &[]),
        ("shop_file", shop.path(), &["--level", "file"]),
        ("shop_package", shop.path(), &["--level", "package"]),
        ("shop_externals", shop.path(), &["--level", "file", "--externals", "all"]),
        ("shop_neighbours", shop.path(), &["--level", "file", "--select", "shop/main.py", "--depth", "1"]),
        ("shop_one", shop.path(), &["--select", "shop/store/users.py", "--level", "file"]),
        ("shop_nothing", shop.path(), &["--select", "tests", "--no-tests"]),
        ("nasty_file", nasty.path(), &["--level", "file"]),
        ("nasty_module", nasty.path(), &[]),
        ("nasty_one", nasty.path(), &["--select", "quote\".py", "--depth", "2", "--level", "file"]),
        ("large_file", large.path(), &["--level", "file"]),
        ("large_module", large.path(), &[]),
        ("flat_file", flat.path(), &["--level", "file"]),
        ("self_file", here, &["--level", "file"]),
        ("self_module", here, &[]),
        ("self_externals", here, &["--externals", "packages"]),
        ("self_graph", here, &["--select", "src/graph/**", "--depth", "1", "--level", "file"]),
        ("services_system", services.path(), &["--level", "system"]),
        ("services_one", services.path(), &["--level", "system", "--select", "end", "--depth", "1"]),
        ("shop_system", shop.path(), &["--level", "system"]),
        ("self_fold", here, &["--level", "file", "--fold", "src/*"]),
    ];
    let out = tempfile::tempdir().expect("a folder");
    let mut files = Vec::new();
    for (name, root, arguments) in selections {
        let text = export(root, &[&["--format", "mermaid"], *arguments].concat());
        let arrows = text.lines().filter(|line| line.contains("->")).count();
        assert!(arrows <= 500, "{name}: {arrows} arrows");
        assert!(text.encode_utf16().count() <= 50_000, "{name}: {} bytes", text.len());
        files.push(out.path().join(format!("{name}.mmd")));
        std::fs::write(&files[files.len() - 1], text).expect("a file");
    }
    for (name, root) in [("services_c4", &services), ("shop_c4", &shop)] {
        files.push(out.path().join(format!("{name}.mmd")));
        std::fs::write(&files[files.len() - 1], export(root.path(), &["--format", "c4"])).expect("a file");
    }
    for (name, level) in [("diff_file", "file"), ("diff_module", "module")] {
        files.push(out.path().join(format!("{name}.mmd")));
        std::fs::write(&files[files.len() - 1], diff(level)).expect("a file");
    }
    if !has_node_package(&folder, "mermaid", "exported diagrams were not parsed") {
        return;
    }
    for (name, text) in [
        ("BAD_end", "flowchart LR\n  end --> a\n"),
        ("BAD_quote", "flowchart LR\n  a[\"x\"y\"]\n"),
        ("BAD_c4", "C4Container\n  Container(a, \"x\"\n"),
    ] {
        files.push(out.path().join(format!("{name}.mmd")));
        std::fs::write(&files[files.len() - 1], text).expect("a file");
    }
    let run = Command::new("node").arg(folder.join("check.mjs")).args(&files).output().expect("node");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(said.lines().filter(|line| line.starts_with("pass ")).count(), files.len(), "{said}");
}
