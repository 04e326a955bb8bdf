//! Java: types found by package and name, with the language's own order of scopes.

mod facts;
mod packages;
mod resolve;
mod types;

use std::sync::OnceLock;

use super::extract::Hooks;
use super::{Family, Language};
use crate::project::Ecosystem;

/// Java.
pub static JAVA: Language = Language {
    name: "java",
    label: "Java",
    extensions: &["java"],
    grammar: tree_sitter_java::LANGUAGE,
    query: include_str!("../../assets/queries/java.scm"),
    hooks: Hooks { import: facts::import, visibility: facts::visibility, finish: facts::finish, ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "java", ecosystem: Some(Ecosystem::Maven), resolve: resolve::resolve };

/// The source sets that Maven and Gradle compile for tests alone, and the names that Surefire runs.
fn is_test_path(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.strip_suffix(".java").unwrap_or(file);
    stem.ends_with("Test")
        || stem.ends_with("Tests")
        || stem.ends_with("TestCase")
        || super::has_directory(path, &["test", "tests", "testFixtures", "integrationTest", "androidTest", "jmh"])
}
