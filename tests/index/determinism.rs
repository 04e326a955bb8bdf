use std::fmt::Write;

use super::{picture, plain, write};

/// A tree with some hundred files that import each other.
fn generate(root: &std::path::Path) {
    for package in 0..8 {
        for module in 0..20 {
            let mut text = String::new();
            for import in 0..5 {
                let (package, module) = ((package + import) % 8, (module * 7 + import) % 20);
                writeln!(text, "from p{package}.m{module} import f{import}").unwrap();
            }
            writeln!(text, "def f{}():\n    return {module}", module % 5).unwrap();
            write(root, &[(&format!("p{package}/m{module}.py"), &text)]);
        }
        write(root, &[(&format!("p{package}/__init__.py"), "")]);
    }
}

#[test]
fn the_same_tree_gives_the_same_bytes_on_any_number_of_threads() {
    let root = tempfile::tempdir().unwrap();
    generate(root.path());
    let with_threads = |count| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap();
        pool.install(|| transom::index::index_once(root.path(), &plain())).unwrap()
    };
    let (one, four) = (with_threads(1), with_threads(4));
    assert!(one.edges().len() > 500, "{} edges", one.edges().len());
    assert_eq!(picture(&one), picture(&four));
}
