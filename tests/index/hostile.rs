use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use transom::lang::LANGUAGES;

use super::{files, index, skipped, write};

/// Far more than any of these inputs may take, far less than one that is quadratic would.
const DEADLINE: Duration = Duration::from_secs(180);

#[test]
fn names_and_contents_that_are_not_utf8() {
    let root = tempfile::tempdir().unwrap();
    let named = |bytes: &[u8]| root.path().join(OsStr::from_bytes(bytes));
    std::fs::write(named(b"caf\xe9.py"), "import os\n").unwrap();
    std::fs::write(named("caf\u{fffd}e9.py".as_bytes()), "import sys\n").unwrap();
    std::fs::write(named(b"\x1b[31mred.py"), b"import \xff\xfe\nimport os\n\x80\n").unwrap();
    std::fs::create_dir(named(b"d\xff")).unwrap();
    std::fs::write(named(b"d\xff/a.py"), "import os\n").unwrap();
    let indexed = index(root.path());
    let names = files(&indexed.snapshot);
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(names.contains(&"caf\u{fffd}e9.py".to_owned()) && names.contains(&"d\u{fffd}ff/a.py".to_owned()));
    assert_eq!(indexed.report.parsed, 4);
    for name in names {
        assert!(!transom::index::read_source(root.path(), &name).unwrap().is_empty(), "{name}");
    }
}

#[test]
fn pipes_and_sockets_are_counted_and_never_opened() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &[("a.py", "")]);
    let pipe = root.path().join("pipe.py");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(root.path().join("socket.py")).unwrap();
    let indexed = index(root.path());
    assert_eq!(files(&indexed.snapshot), ["a.py"]);
    assert_eq!(skipped(&indexed).into_values().collect::<Vec<_>>(), ["special-file", "special-file"]);
    assert!(transom::index::read_source(root.path(), "pipe.py").is_err());
}

#[test]
fn large_and_binary_files_have_a_node_but_are_not_parsed() {
    let root = tempfile::tempdir().unwrap();
    std::fs::File::create(root.path().join("huge.py")).unwrap().set_len(200 << 20).unwrap();
    std::fs::File::create(root.path().join("huge.bin")).unwrap().set_len(200 << 20).unwrap();
    std::fs::write(root.path().join("nul.py"), b"import os\n\0\0\0").unwrap();
    std::fs::write(root.path().join("line.js"), "a=1;".repeat(250_000)).unwrap();
    let started = Instant::now();
    let indexed = index(root.path());
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    assert_eq!(files(&indexed.snapshot), ["huge.bin", "huge.py", "line.js", "nul.py"]);
    let expected = [("huge.py", "too-large"), ("line.js", "minified"), ("nul.py", "binary")];
    assert_eq!(skipped(&indexed).into_iter().collect::<Vec<_>>(), expected.map(|(path, why)| (path.to_owned(), why)));
    assert_eq!(
        transom::index::read_source(root.path(), "huge.py").unwrap().len() as u64,
        transom::index::PREVIEW_LIMIT
    );
}

#[test]
fn what_may_not_be_read_is_counted() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), &[("a.py", "import os\n"), ("closed/b.py", ""), ("c.py", "")]);
    let forbid = |path: &str| {
        let mode = std::fs::Permissions::from_mode(0o000);
        std::fs::set_permissions(root.path().join(path), mode).unwrap();
    };
    forbid("a.py");
    forbid("closed");
    if std::fs::read(root.path().join("a.py")).is_ok() {
        // The superuser reads everything: there is nothing to see.
        return;
    }
    let indexed = index(root.path());
    std::fs::set_permissions(root.path().join("closed"), std::fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(files(&indexed.snapshot), ["a.py", "c.py"]);
    assert_eq!(skipped(&indexed).into_values().collect::<Vec<_>>(), ["unreadable", "unreadable"]);
}

/// 10 000 levels of what languages nest, on lines of their own so that nothing is called minified. `A<` is one where the
/// grammars of TypeScript and its kin would never come to an end.
#[test]
fn deep_nesting_is_survived_in_every_language() {
    let root = tempfile::tempdir().unwrap();
    let nests = [
        ("paren", "(\n", ")\n"),
        ("bracket", "[\n", "]\n"),
        ("brace", "{\n", "}\n"),
        ("block", "if (a) {\n", "}\n"),
        ("generic", "A<\n", ">\n"),
    ];
    for language in LANGUAGES {
        for (name, open, close) in nests {
            let text = format!("x = \n{}1\n{}", open.repeat(10_000), close.repeat(10_000));
            write(root.path(), &[(&format!("{name}.{}", language.extensions[0]), &text)]);
        }
    }
    // A pool of its own: the other tests must not wait for these files.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let started = Instant::now();
    let indexed = pool.install(|| index(root.path()));
    assert!(started.elapsed() < DEADLINE, "{:?}", started.elapsed());
    assert!(indexed.report.skipped.is_empty(), "{:?}", indexed.report.skipped);
    assert_eq!(indexed.report.parsed, LANGUAGES.len() * nests.len());
}

#[test]
fn deep_directories_are_walked() {
    let root = tempfile::tempdir().unwrap();
    let deep = format!("{}a.py", "d/".repeat(1_500));
    write(root.path(), &[(&deep, "import os\n")]);
    assert_eq!(files(&index(root.path()).snapshot), [deep]);
}
