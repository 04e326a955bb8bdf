//! `assets/catalog/practices.toml`: what settings, libraries and annotations say of how a component runs.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::system::draft::relaxed;
use crate::system::model::PracticeKind;

const TEXT: &str = include_str!("../../../assets/catalog/practices.toml");

/// The table.
#[derive(Default)]
pub struct Table {
    /// Keys in the relaxed form, in parts between `*`.
    settings: Vec<(Vec<String>, PracticeKind)>,
    /// By language family: what an import's path begins with, and what that is.
    libraries: FxHashMap<String, FxHashMap<String, PracticeKind>>,
    annotations: FxHashMap<String, Vec<(PracticeKind, Vec<String>)>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    settings: Vec<SettingRow>,
    libraries: Vec<FxHashMap<String, toml::Value>>,
    annotations: Vec<AnnotationRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingRow {
    kind: String,
    keys: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnnotationRow {
    kind: String,
    names: Vec<String>,
    from: Vec<String>,
}

/// The table.
pub fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    // A test reads the same text, so a failure here cannot ship.
    TABLE.get_or_init(|| read(TEXT).unwrap_or_default())
}

fn kind_named(name: &str) -> Result<PracticeKind, String> {
    PracticeKind::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| format!("no kind {name}"))
}

fn read(text: &str) -> Result<Table, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut table = Table::default();
    for row in file.settings {
        let kind = kind_named(&row.kind)?;
        let parts = |key: &String| key.split('*').map(relaxed).collect();
        table.settings.extend(row.keys.iter().map(|key| (parts(key), kind)));
    }
    for mut row in file.libraries {
        let kind = row.remove("kind").and_then(|kind| kind_named(kind.as_str()?).ok()).ok_or("a row without a kind")?;
        for (family, paths) in row {
            let known = table.libraries.entry(family.clone()).or_default();
            for path in paths.as_array().into_iter().flatten().filter_map(|path| path.as_str()) {
                if known.insert(path.to_owned(), kind).is_some() {
                    return Err(format!("{family}: {path} twice"));
                }
            }
        }
    }
    for row in file.annotations {
        let kind = kind_named(&row.kind)?;
        for name in row.names {
            table.annotations.entry(name).or_default().push((kind, row.from.clone()));
        }
    }
    Ok(table)
}

impl Table {
    /// What a setting of this key is about.
    pub fn setting(&self, key: &str) -> Option<PracticeKind> {
        let key = relaxed(key);
        let is_met = |parts: &[String]| {
            let Some((first, rest)) = parts.split_first() else { return false };
            let mut left = match key.strip_prefix(first.as_str()) {
                // Without a star the key ends a name: `a.b` is not meant by `a.bc`.
                Some(left) if rest.is_empty() => return left.is_empty() || left.starts_with(['.', '[']),
                Some(left) => left,
                None => return false,
            };
            for part in rest {
                match left.find(part.as_str()) {
                    Some(at) => left = &left[at + part.len()..],
                    None => return false,
                }
            }
            true
        };
        self.settings.iter().find(|(parts, _)| is_met(parts)).map(|(_, kind)| *kind)
    }

    /// What the library of an import's path is about, and the part of the path that names it: the longest that is known.
    pub fn library<'p>(&self, family: &str, path: &'p str) -> Option<(PracticeKind, &'p str)> {
        let known = self.libraries.get(family)?;
        let mut end = path.len();
        loop {
            if let Some(kind) = known.get(&path[..end]) {
                return Some((*kind, &path[..end]));
            }
            end = path[..end].rfind(['.', '/', ':', '\\'])?;
            end = path[..end].trim_end_matches(':').len();
        }
    }

    /// What an annotation is about, in a file with these imports: one that takes the name itself, or all of a module that has
    /// it. A name with a part before it is a member of something that the library makes, so any import of it will do.
    pub fn annotation(&self, name: &str, imports: &[Imported]) -> Option<PracticeKind> {
        let is_below = |path: &str, from: &str| {
            path.strip_prefix(from).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '/', ':', '\\']))
        };
        let is_meant = |import: &Imported| import.name.as_deref().is_none_or(|own| own == name || name.contains('.'));
        let is_from = |from: &String| imports.iter().any(|import| is_below(&import.path, from) && is_meant(import));
        self.annotations.get(name)?.iter().find(|(_, from)| from.iter().any(is_from)).map(|(kind, _)| *kind)
    }
}

/// A path that a file imports.
pub struct Imported {
    /// With the name that is taken from it, if one is.
    pub path: String,
    /// That name, as the file calls it.
    pub name: Option<String>,
    /// Where it stands.
    pub line: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads() {
        let table = read(TEXT).expect("a whole table");
        let kind = |key| table.setting(key).map(PracticeKind::as_str);
        assert_eq!(kind("resilience4j.circuitbreaker.instances.cart.slidingWindowSize"), Some("circuit breaker"));
        assert_eq!(kind("RESILIENCE4J_RETRY_INSTANCES_A"), Some("retry"));
        assert_eq!(kind("hystrix.command.default.execution.isolation.thread.timeout-in-milliseconds"), Some("timeout"));
        assert_eq!(kind("management.healthy"), None);
        let library = |family, path| table.library(family, path).map(|(kind, name)| (kind.as_str(), name));
        assert_eq!(
            library("jvm", "io.github.resilience4j.retry.annotation.Retry"),
            Some(("retry", "io.github.resilience4j.retry"))
        );
        assert_eq!(
            library("go", "github.com/sony/gobreaker/v2"),
            Some(("circuit breaker", "github.com/sony/gobreaker"))
        );
        assert_eq!(library("rust", "tower::limit::RateLimitLayer"), Some(("rate limit", "tower::limit")));
        assert_eq!(library("python", "jwtx"), None);
    }
}
