//! Java, Kotlin and Scala: types and top-level names found by package and name, over all three languages at once, with
//! each language's own order of scopes.

mod java;
mod kotlin;
mod members;
mod names;
mod packages;
mod places;
mod resolve;
mod scala;
mod symbols;
mod unit;

use super::Family;
use rustc_hash::FxHashMap;

use crate::facts::{FileFacts, Name, NameId};
use crate::project::Ecosystem;

pub use java::JAVA;
pub use kotlin::KOTLIN;
pub use scala::SCALA;

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
pub(in crate::lang) fn without_arguments(name: &str) -> Name {
    let mut depth = 0usize;
    let mut plain = Name::default();
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

/// A name without the backticks that let it be any text.
fn unquoted(name: &str) -> Name {
    if name.contains('`') { name.replace('`', "").into() } else { name.into() }
}

/// Drops the inner parts of chains, which start where the chain does, and writes every name without type arguments, safe
/// calls and backticks, and Scala's `A#B` as `A.B`.
fn keep_longest_chains(facts: &mut FileFacts) {
    let mut renamed: FxHashMap<NameId, NameId> = FxHashMap::default();
    let mut names: Vec<Name> = Vec::new();
    let mut last = None;
    let mut static_until = 0;
    let mut references = std::mem::take(&mut facts.references);
    references.retain_mut(|reference| {
        let Some(name) = facts.names.get(reference.name.0 as usize) else { return false };
        let is_member = name.starts_with(['.', '?', '!']);
        let is_of_chain = is_member && reference.span.start < static_until;
        if last == Some(reference.span.start) || name.starts_with("::") || is_of_chain {
            return false;
        }
        last = Some(reference.span.start);
        // By convention a capital begins a type or object: what follows is no extension but the type's own.
        if name.starts_with(char::is_uppercase) {
            static_until = reference.span.end;
        }
        reference.name = *renamed.entry(reference.name).or_insert_with(|| {
            names.push(without_arguments(name).replace(['?', '`', '@'], "").replace('#', ".").into());
            NameId(names.len() as u32 - 1)
        });
        true
    });
    facts.references = references;
    facts.names = names;
}
