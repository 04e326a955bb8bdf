//! Which files and which names the detectors of the running system want, from the tables in `assets/terms`.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

/// The tables, one for each concern: name and text.
pub const TABLES: [(&str, &str); 7] = [
    ("models", include_str!("../../../assets/terms/models.toml")),
    ("routes", include_str!("../../../assets/terms/routes.toml")),
    ("clients", include_str!("../../../assets/terms/clients.toml")),
    ("contracts", include_str!("../../../assets/terms/contracts.toml")),
    ("messages", include_str!("../../../assets/terms/messages.toml")),
    ("tables", include_str!("../../../assets/terms/tables.toml")),
    ("sagas", include_str!("../../../assets/terms/sagas.toml")),
];

/// What a table says of a family of languages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    /// Texts of which one occurs in every file of interest.
    triggers: Vec<String>,
    /// Last parts of the names of calls; ends in `[]` for an access by key, in `!` for a macro, in `*`
    /// for all names that begin so.
    #[serde(default)]
    calls: Vec<String>,
    /// Last parts of the names of annotations.
    #[serde(default)]
    annotations: Vec<String>,
}

/// What is wanted of a family of languages.
pub struct Wanted {
    triggers: AhoCorasick,
    calls: FxHashSet<String>,
    /// Begins of names, of those that the tables end with `*`.
    prefixes: Vec<String>,
    annotations: FxHashSet<String>,
}

impl Wanted {
    /// What is wanted of the family of this name, if anything is.
    pub fn of(family: &str) -> Option<&'static Self> {
        static ALL: OnceLock<FxHashMap<String, Wanted>> = OnceLock::new();
        ALL.get_or_init(read).get(family)
    }

    /// Whether a file can be of interest.
    pub fn is_triggered(&self, bytes: &[u8]) -> bool {
        self.triggers.is_match(bytes)
    }

    /// Whether calls of this name (the last part) are kept.
    pub fn has_call(&self, name: &str) -> bool {
        self.calls.contains(name) || self.prefixes.iter().any(|prefix| name.starts_with(&**prefix))
    }

    /// Whether annotations of this name (the last part) are kept.
    pub fn has_annotation(&self, name: &str) -> bool {
        self.annotations.contains(name)
    }
}

fn read() -> FxHashMap<String, Wanted> {
    let mut sections: FxHashMap<String, Vec<Section>> = FxHashMap::default();
    for (_, text) in TABLES {
        // `every_table_is_well_formed` reads the same texts, so none can be left out in what ships.
        let table: FxHashMap<String, Section> = toml::from_str(text).unwrap_or_default();
        for (family, section) in table {
            sections.entry(family).or_default().push(section);
        }
    }
    let merged = |(family, sections): (String, Vec<Section>)| {
        let triggers = AhoCorasick::new(sections.iter().flat_map(|section| &section.triggers)).ok()?;
        let names = |of: fn(&Section) -> &Vec<String>| sections.iter().flat_map(of).cloned().collect();
        let (calls, annotations): (FxHashSet<String>, _) =
            (names(|section| &section.calls), names(|section| &section.annotations));
        let prefixes = calls.iter().filter_map(|name| name.strip_suffix('*')).map(str::to_owned).collect();
        Some((family, Wanted { triggers, calls, prefixes, annotations }))
    };
    sections.into_iter().filter_map(merged).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::LANGUAGES;

    #[test]
    fn every_table_is_well_formed() {
        for (name, text) in TABLES {
            let table: FxHashMap<String, Section> =
                toml::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            for (family, section) in table {
                assert!(!section.triggers.is_empty(), "{name}, {family}: nothing triggers it");
                assert!(Wanted::of(&family).is_some(), "{name}, {family}");
                let is_known = |language: &&&crate::lang::Language| {
                    language.hooks.terms.is_some_and(|grammar| grammar.wanted == family)
                };
                assert!(LANGUAGES.iter().any(|language| is_known(&language)), "{name}: no language is of {family}");
            }
        }
    }
}
