//! Java, Kotlin and Scala: types and top-level names found by package and name, over all three languages at once, with
//! each language's own order of scopes.

mod java;
mod kotlin;
mod packages;
mod places;
mod resolve;
mod symbols;
mod unit;

use super::Family;
use crate::project::Ecosystem;

pub use java::JAVA;
pub use kotlin::KOTLIN;

static FAMILY: Family = Family { name: "jvm", ecosystem: Some(Ecosystem::Maven), resolve: resolve::resolve };

/// The source sets that Maven, Gradle and sbt compile for tests alone, and the names that Surefire runs.
fn is_test_path(path: &str) -> bool {
    let (directories, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let is_test_set =
        |directory: &str| matches!(directory, "test" | "tests" | "testFixtures" | "jmh") || directory.ends_with("Test");
    stem.ends_with("Test")
        || stem.ends_with("Tests")
        || stem.ends_with("TestCase")
        || directories.split('/').any(is_test_set)
}

/// `a.B<C>.D` without type arguments.
fn without_arguments(name: &str) -> crate::facts::Name {
    let mut depth = 0usize;
    let mut plain = crate::facts::Name::default();
    for part in name.chars() {
        match part {
            '<' | '[' => depth += 1,
            '>' | ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(part),
            _ => {}
        }
    }
    plain
}

/// Whether a definition is a type, an object, or another name for one.
fn is_type(kind: crate::facts::DefinitionKind) -> bool {
    use crate::facts::DefinitionKind::{Class, Enum, Interface, Type};
    matches!(kind, Class | Enum | Interface | Type)
}
