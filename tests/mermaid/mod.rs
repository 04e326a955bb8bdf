//! Exported diagrams parsed by the real Mermaid.
//!
//! Needs node and, in this folder, `npm ci`. Where they are missing the test says so and passes, unless `CI` or
//! `TRANSOM_REQUIRE_NODE` is set.

use std::path::Path;
use std::process::Command;

use crate::support::{SHOP, export, has_node_package, nasty, project, write};

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

#[test]
fn exported_diagrams_parse() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.join("tests/mermaid");
    let (shop, nasty, large, flat) = (project(SHOP.iter().copied()), nasty(), large(), flat());
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
    if !has_node_package(&folder, "mermaid", "exported diagrams were not parsed") {
        return;
    }
    for (name, text) in [("BAD_end", "flowchart LR\n  end --> a\n"), ("BAD_quote", "flowchart LR\n  a[\"x\"y\"]\n")] {
        files.push(out.path().join(format!("{name}.mmd")));
        std::fs::write(&files[files.len() - 1], text).expect("a file");
    }
    let run = Command::new("node").arg(folder.join("check.mjs")).args(&files).output().expect("node");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(said.lines().filter(|line| line.starts_with("pass ")).count(), files.len(), "{said}");
}
