//! `assets/catalog/evaluation.toml`: what is known of technologies apart from any project, and by which files and libraries
//! each is known.

mod signs;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

pub use signs::{Entry, Signs, is_aside, of_entry, of_text, reads_text};

use super::catalog::catalog;
use crate::project::Ecosystem;

const TEXT: &str = include_str!("../../assets/catalog/evaluation.toml");

/// What is known of a technology.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Evaluation {
    /// Its name, as in the catalogue of technologies where it is there.
    pub name: String,
    /// What it is an alternative to others of: `relational database`.
    pub group: String,
    /// The year of its first release.
    pub since: u16,
    /// Who works with it.
    pub ecosystem: String,
    /// What running it takes.
    pub operation: String,
    /// What binds to it.
    pub lock_in: String,
    /// What speaks for it beside its group.
    pub good: String,
    /// What speaks against it beside its group.
    pub bad: String,
    /// Where this can be read.
    pub source: String,
    /// Names of files that are signs of it, with one star at most.
    files: Vec<String>,
    /// Two parts of a path that are a sign of it: `.github/workflows`.
    folders: Vec<String>,
    maven: Vec<String>,
    npm: Vec<String>,
    pypi: Vec<String>,
    go: Vec<String>,
    nuget: Vec<String>,
    gem: Vec<String>,
    cargo: Vec<String>,
    composer: Vec<String>,
}

/// Index into [`Evaluations::rows`].
pub type EvaluationId = usize;

/// All rows with their indexes.
#[derive(Debug, Default)]
pub struct Evaluations {
    /// In the order of the file: alternatives of a group stand together.
    pub rows: Vec<Evaluation>,
    names: FxHashMap<String, EvaluationId>,
    libraries: FxHashMap<(Ecosystem, String), EvaluationId>,
    /// Libraries that begin with a text.
    prefixes: Vec<(Ecosystem, String, EvaluationId)>,
}

#[derive(Deserialize)]
struct File {
    technologies: Vec<Evaluation>,
}

/// What is known of technologies.
pub fn evaluations() -> &'static Evaluations {
    static EVALUATIONS: OnceLock<Evaluations> = OnceLock::new();
    // A test reads the same text, so a failure here cannot ship.
    EVALUATIONS.get_or_init(|| read(TEXT).unwrap_or_default())
}

fn read(text: &str) -> Result<Evaluations, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut read = Evaluations::default();
    for (id, row) in file.technologies.into_iter().enumerate() {
        if read.names.insert(row.name.clone(), id).is_some() {
            return Err(format!("{} twice", row.name));
        }
        let libraries = [
            (Ecosystem::Maven, &row.maven),
            (Ecosystem::Npm, &row.npm),
            (Ecosystem::Pypi, &row.pypi),
            (Ecosystem::Go, &row.go),
            (Ecosystem::Nuget, &row.nuget),
            (Ecosystem::Gem, &row.gem),
            (Ecosystem::Cargo, &row.cargo),
            (Ecosystem::Composer, &row.composer),
        ];
        for (ecosystem, name) in libraries.into_iter().flat_map(|(of, names)| names.iter().map(move |name| (of, name)))
        {
            match name.strip_suffix('*') {
                Some(prefix) => read.prefixes.push((ecosystem, prefix.to_owned(), id)),
                None => drop(read.libraries.insert((ecosystem, name.clone()), id)),
            }
        }
        read.rows.push(row);
    }
    Ok(read)
}

impl Evaluations {
    /// The row with this name.
    pub fn named(&self, name: &str) -> Option<EvaluationId> {
        self.names.get(name).copied()
    }

    /// The technology that a library belongs to or connects to.
    pub fn of_library(&self, ecosystem: Ecosystem, name: &str) -> Option<EvaluationId> {
        let own = self.libraries.get(&(ecosystem, name.to_owned())).copied();
        let by_prefix = || {
            let fits =
                |(of, prefix, _): &&(Ecosystem, String, _)| *of == ecosystem && name.starts_with(prefix.as_str());
            self.prefixes.iter().find(fits).map(|(_, _, id)| *id)
        };
        let connected = || {
            let known = catalog().library(ecosystem, name).or_else(|| catalog().server(ecosystem, name))?;
            self.named(&known.name)
        };
        own.or_else(connected).or_else(by_prefix)
    }

    /// The other technologies of a group, in the order of the file.
    pub fn alternatives(&self, id: EvaluationId) -> impl Iterator<Item = &Evaluation> {
        let group = &self.rows[id].group;
        self.rows.iter().enumerate().filter(move |(other, row)| *other != id && row.group == *group).map(|(_, row)| row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_whole_and_its_technology_is_known_by_something() {
        let read = read(TEXT).expect("a whole table");
        assert!(read.rows.len() >= 80);
        for row in &read.rows {
            for (field, text) in [
                ("group", &row.group),
                ("ecosystem", &row.ecosystem),
                ("operation", &row.operation),
                ("lock_in", &row.lock_in),
                ("good", &row.good),
                ("bad", &row.bad),
            ] {
                assert!(!text.is_empty() && !text.ends_with('.'), "{}: {field}", row.name);
            }
            assert!((1950..=2030).contains(&row.since), "{}", row.name);
            assert!(row.source.starts_with("https://") && !row.source.contains(['<', '>', ' ']), "{}", row.name);
            let lists = [&row.maven, &row.npm, &row.pypi, &row.go, &row.nuget, &row.gem, &row.cargo, &row.composer];
            let by_itself =
                lists.iter().any(|names| !names.is_empty()) || !row.files.is_empty() || !row.folders.is_empty();
            let is_known = by_itself
                || catalog().named(&row.name).is_some()
                || ["Kubernetes", "REST over HTTP"].contains(&row.name.as_str());
            assert!(is_known, "{}: nothing says how it is known", row.name);
        }
    }

    #[test]
    fn every_row_has_an_alternative_and_libraries_are_found() {
        let read = read(TEXT).expect("a whole table");
        for (id, row) in read.rows.iter().enumerate() {
            assert!(row.group == "time series database" || read.alternatives(id).next().is_some(), "{}", row.name);
        }
        let name = |ecosystem, library| read.of_library(ecosystem, library).map(|id| read.rows[id].name.as_str());
        assert_eq!(name(Ecosystem::Pypi, "django"), Some("Django"));
        assert_eq!(name(Ecosystem::Npm, "pg"), Some("PostgreSQL"));
        assert_eq!(name(Ecosystem::Maven, "org.springframework.boot:spring-boot-starter-web"), Some("Spring Boot"));
        assert_eq!(name(Ecosystem::Npm, "left-pad"), None);
    }
}
