//! Swift: names of the own module and of the modules that a file imports.

mod conditions;
mod facts;
mod modules;
mod resolve;
mod types;

use std::sync::OnceLock;

use super::extract::Hooks;
use super::{Family, Language};
use crate::project::Ecosystem;

/// Swift.
pub static SWIFT: Language = Language {
    name: "swift",
    label: "Swift",
    extensions: &["swift"],
    grammar: tree_sitter_swift::LANGUAGE,
    query: include_str!("../../assets/queries/swift.scm"),
    hooks: Hooks {
        import: facts::import,
        visibility: facts::visibility,
        finish: facts::finish,
        prepare: conditions::prepare,
        ..Hooks::NONE
    },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "swift", ecosystem: Some(Ecosystem::Swift), resolve: resolve::resolve };

/// SwiftPM keeps tests in `Tests`; Xcode names the folder after the target that it tests.
fn is_test_path(path: &str) -> bool {
    let directories = path.rsplit_once('/').map_or("", |(directories, _)| directories);
    directories.split('/').any(|name| name.ends_with("Tests") || name == "tests" || name == "Test")
}
