//! C#: types found by namespace, name and number of type parameters, in the projects that a file's project references.

mod facts;
mod names;
mod packages;
mod preprocessor;
mod projects;
mod resolve;
mod types;

use std::sync::OnceLock;

use super::extract::Hooks;
use super::{Family, Language};
use crate::project::Ecosystem;

/// C#.
pub static CSHARP: Language = Language {
    name: "csharp",
    label: "C#",
    extensions: &["cs", "csx"],
    grammar: tree_sitter_c_sharp::LANGUAGE,
    query: include_str!("../../assets/queries/csharp.scm"),
    hooks: Hooks {
        import: facts::import,
        visibility: facts::visibility,
        finish: facts::finish,
        prepare: preprocessor::prepare,
        terms: Some(&crate::lang::terms::CSHARP),
        ..Hooks::NONE
    },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "csharp", ecosystem: Some(Ecosystem::Nuget), resolve: resolve::resolve };

/// Test projects have a name that ends so (`App.Tests`, `App.UnitTests`, `App.Specs`), or a folder above them is called so.
fn is_test_path(path: &str) -> bool {
    let is_project = |name: &str| {
        ["Tests", "Test", "Specs", "IntegrationTests"].iter().any(|end| {
            name.strip_suffix(end).is_some_and(|before| before.ends_with('.') || before.ends_with(char::is_lowercase))
        })
    };
    let directories = path.rsplit_once('/').map_or("", |(directories, _)| directories);
    directories.split('/').any(is_project) || super::has_directory(path, &["test", "tests", "Test", "Tests", "specs"])
}
