//! Python: modules, packages and namespace packages found by path below the roots that manifests declare, that package
//! chains imply, or that scripts and test runners put on the path.

mod distributions;
mod facts;
mod modules;
mod resolve;

use std::sync::OnceLock;

use super::extract::Hooks;
use super::{Family, Language};
use crate::project::Ecosystem;

/// Python, with type stubs.
pub static PYTHON: Language = Language {
    name: "python",
    label: "Python",
    extensions: &["py", "pyi"],
    grammar: tree_sitter_python::LANGUAGE,
    query: include_str!("../../assets/queries/python.scm"),
    hooks: Hooks {
        import: facts::import,
        visibility: facts::visibility,
        finish: facts::finish,
        terms: Some(&crate::lang::terms::PYTHON),
        ..Hooks::NONE
    },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "python", ecosystem: Some(Ecosystem::Pypi), resolve: resolve::resolve };

/// What pytest and unittest collect by default, and the directories that projects keep it in.
fn is_test_path(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    stem == "conftest"
        || stem == "tests"
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || super::has_directory(path, &["tests", "test"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_files_are_known_by_name_and_place() {
        for path in ["tests/a.py", "pkg/test/a.py", "a/test_b.py", "a/b_test.py", "conftest.py", "app/tests.py"] {
            assert!(is_test_path(path), "{path}");
        }
        for path in ["pkg/testing.py", "contest.py", "pkg/latest.py"] {
            assert!(!is_test_path(path), "{path}");
        }
    }
}
