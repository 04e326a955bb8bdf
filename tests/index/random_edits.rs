//! Whatever is done to a tree, a running indexer ends up where a fresh one starts.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::live::Live;
use super::write;

/// One thing that somebody does. Names are drawn from a few, so that edits meet.
#[derive(Debug, Clone)]
enum Edit {
    Write { path: String, imports: Vec<String> },
    Remove { path: String },
    Rename { from: String, to: String },
    Ignore { directory: String, patterns: Vec<String> },
    Manifest { directory: String },
    Link { path: String, to: String },
}

fn directory() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "p/", "q/", "p/q/", "p/q/r/", "q/p/"]).prop_map(str::to_owned)
}

fn module() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "__init__"]).prop_map(str::to_owned)
}

fn file() -> impl Strategy<Value = String> {
    (directory(), module()).prop_map(|(directory, module)| format!("{directory}{module}.py"))
}

/// A file or a directory.
fn entry() -> impl Strategy<Value = String> {
    let directory =
        directory().prop_map(|path| if path.is_empty() { "q".into() } else { path.trim_matches('/').into() });
    prop_oneof![file(), directory]
}

fn import() -> impl Strategy<Value = String> {
    (directory(), module()).prop_map(|(directory, module)| format!("{}{module}", directory.replace('/', ".")))
}

fn edit() -> impl Strategy<Value = Edit> {
    let patterns = prop::sample::select(vec!["a.py", "/q", "p/", "*", "!*.py", "r", "q/p/**"]).prop_map(str::to_owned);
    prop_oneof![
        6 => (file(), prop::collection::vec(import(), 0..4)).prop_map(|(path, imports)| Edit::Write { path, imports }),
        3 => entry().prop_map(|path| Edit::Remove { path }),
        3 => (entry(), entry()).prop_map(|(from, to)| Edit::Rename { from, to }),
        1 => (directory(), prop::collection::vec(patterns, 0..3))
            .prop_map(|(directory, patterns)| Edit::Ignore { directory, patterns }),
        1 => directory().prop_map(|directory| Edit::Manifest { directory }),
        1 => (entry(), entry()).prop_map(|(path, to)| Edit::Link { path, to }),
    ]
}

/// Does it, as far as it can be done.
fn apply(root: &Path, edit: &Edit) {
    let make_room = |path: &str| {
        if let Some(parent) = root.join(path).parent() {
            // A file may be in the way.
            let _ = fs::create_dir_all(parent);
        }
    };
    match edit {
        Edit::Write { path, imports } => {
            make_room(path);
            let text: String = imports.iter().map(|import| format!("import {import}\n")).collect();
            let _ = fs::write(root.join(path), text);
        }
        Edit::Remove { path } => {
            let path = root.join(path);
            let _ = if path.is_dir() && !path.is_symlink() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
        Edit::Rename { from, to } => {
            make_room(to);
            let _ = fs::rename(root.join(from), root.join(to));
        }
        Edit::Ignore { directory, patterns } => {
            make_room(&format!("{directory}x"));
            let _ = fs::write(root.join(directory).join(".gitignore"), patterns.join("\n"));
        }
        Edit::Manifest { directory } => {
            make_room(&format!("{directory}x"));
            let _ = fs::write(root.join(directory).join("pyproject.toml"), "[project]\nname = \"x\"\n");
        }
        Edit::Link { path, to } => {
            make_room(path);
            let _ = std::os::unix::fs::symlink(root.join(to), root.join(path));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, max_shrink_iters: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_running_index_settles_to_a_fresh_one(
        bursts in prop::collection::vec(prop::collection::vec(edit(), 1..6), 1..6)
    ) {
        let root = tempfile::tempdir()?;
        write(root.path(), &[("p/a.py", "import q.b\n"), ("q/b.py", "import p.a\n"), ("p/q/r/c.py", "import p.a\n")]);
        let mut live = Live::start(root.path());
        for burst in &bursts {
            for edit in burst {
                apply(root.path(), edit);
            }
            live.settle(root.path());
        }
    }
}
