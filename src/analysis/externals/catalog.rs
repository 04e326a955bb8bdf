//! `assets/catalog/unimported.toml`: packages that are used without an import.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::rules::Unjudged;
use crate::project::Ecosystem;

type Table = BTreeMap<String, BTreeMap<String, Vec<String>>>;

const TEXT: &str = include_str!("../../../assets/catalog/unimported.toml");

static CATALOG: LazyLock<Vec<(String, Unjudged, GlobSet)>> = LazyLock::new(|| {
    // `the_catalog_is_read` runs over the same text, so a failure here cannot ship.
    let table: Table = toml::from_str(TEXT).unwrap_or_default();
    let mut catalog = Vec::new();
    for (ecosystem, kinds) in table {
        for (kind, patterns) in kinds {
            if ecosystem == "aliases" {
                continue;
            }
            if let (Some(kind), Some(set)) = (Unjudged::of_catalog(&kind), compile(&patterns)) {
                catalog.push((ecosystem.clone(), kind, set));
            }
        }
    }
    catalog
});

static ALIASES: LazyLock<GlobSet> = LazyLock::new(|| {
    let table: Table = toml::from_str(TEXT).unwrap_or_default();
    let patterns = table.get("aliases").and_then(|aliases| aliases.get("npm"));
    patterns.and_then(|patterns| compile(patterns)).unwrap_or_else(GlobSet::empty)
});

fn compile(patterns: &[String]) -> Option<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(GlobBuilder::new(pattern).build().ok()?);
    }
    set.build().ok()
}

/// In which way a package is used without an import, if the catalog knows one.
pub(super) fn way_of(ecosystem: Ecosystem, name: &str) -> Option<Unjudged> {
    let fits = |(of, _, set): &&(String, Unjudged, GlobSet)| of == ecosystem.as_str() && set.is_match(name);
    CATALOG.iter().find(fits).map(|(_, kind, _)| *kind)
}

/// Whether an npm name is usually an alias or a module that a framework makes.
pub(super) fn is_alias(name: &str) -> bool {
    ALIASES.is_match(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_is_read() {
        let table: Table = toml::from_str(TEXT).expect("a table of tables of lists");
        for (ecosystem, kinds) in &table {
            for (kind, patterns) in kinds {
                assert!(ecosystem == "aliases" || Unjudged::of_catalog(kind).is_some(), "{ecosystem}.{kind}");
                assert!(compile(patterns).is_some(), "{ecosystem}.{kind}");
            }
        }
        assert_eq!(way_of(Ecosystem::Npm, "@types/node"), Some(Unjudged::Types));
        assert_eq!(way_of(Ecosystem::Pypi, "pytest-cov"), Some(Unjudged::Plugin));
        assert_eq!(way_of(Ecosystem::Npm, "lodash"), None);
        assert!(is_alias("@components/button") && !is_alias("@scope/button"));
    }
}
