//! What reads tables: one file a notation or framework.

mod builder;
mod classes;
mod diesel;
mod django;
mod drizzle;
mod ecto;
mod efcore;
mod gorm;
mod jpa;
mod laravel;
mod prisma;
mod rails;
mod scripts;
mod sqlalchemy;
mod typeorm;

use std::sync::Arc;

use super::merge::Rank;
use super::state::State;
use super::{Input, Set};

/// Adds the sets that it finds, and the texts of which it could not read all statements.
pub type Reader = fn(&Input<'_>, &mut Vec<Set>, &mut Vec<(Arc<str>, usize)>);

/// Every reader.
pub static READERS: &[Reader] = &[
    scripts::read,
    prisma::read,
    rails::read,
    django::read,
    sqlalchemy::read,
    jpa::read,
    typeorm::read,
    drizzle::read,
    laravel::read,
    ecto::read,
    diesel::read,
    gorm::read,
    efcore::read,
];

/// Whether a path lies among tests, examples or documentation.
fn is_aside(path: &str) -> bool {
    const ASIDE: [&str; 12] = [
        "test",
        "tests",
        "testing",
        "spec",
        "specs",
        "__tests__",
        "testdata",
        "fixtures",
        "examples",
        "example",
        "docs",
        "e2e",
    ];
    path.rsplit_once('/').is_some_and(|(directory, _)| directory.split('/').any(|part| ASIDE.contains(&part)))
}

/// What a reader finds in the code itself, and apart from it what it finds among tests, examples and documentation.
#[derive(Default)]
struct Found {
    real: State,
    aside: State,
}

impl Found {
    /// Where what a file says belongs.
    fn of(&mut self, path: &str) -> &mut State {
        if is_aside(path) { &mut self.aside } else { &mut self.real }
    }

    /// Both as sets; what stands aside has the rank of tests.
    fn into_sets(self, rank: Rank, framework: &'static str, origin: &str) -> [Set; 2] {
        [(rank, self.real), (Rank::Test, self.aside)].map(|(rank, state)| Set {
            rank,
            framework,
            origin: origin.to_owned(),
            state,
        })
    }
}

/// The directory of a path; `""` for the root.
fn directory(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The last part of a path.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The numbers by which migrations are ordered: those that a file's or directory's name begins with.
fn version(name: &str) -> Option<Vec<u64>> {
    let name = name.trim_start_matches(['V', 'v']);
    let end = name.find(|c: char| !c.is_ascii_digit() && !matches!(c, '_' | '.' | '-')).unwrap_or(name.len());
    // Flyway ends the version with two underscores.
    let head = name[..end].split("__").next().unwrap_or_default();
    let numbers: Vec<u64> = head.split(['_', '.', '-']).filter_map(|part| part.parse().ok()).collect();
    (!numbers.is_empty()).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        assert_eq!(version("V1_10__x.sql"), Some(vec![1, 10]));
        assert_eq!(version("20240101120000_create.rb"), Some(vec![20_240_101_120_000]));
        assert_eq!(version("0001_init.up.sql"), Some(vec![1]));
        assert_eq!(version("schema.sql"), None);
        assert!(version("V1.2__a.sql") < version("V1.10__b.sql"));
    }
}
