//! From a module that is not the project's to the distribution that brings it.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::facts::Name;
use crate::lang::resolve::{Certainty, External};
use crate::project::python::normalised;
use crate::project::{Ecosystem, Project};

static STANDARD: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../../assets/catalog/python-stdlib.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect()
});

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(Name),
    More(Vec<Name>),
}

static RENAMED: LazyLock<FxHashMap<Name, Vec<Name>>> = LazyLock::new(|| {
    // `the_catalog_is_read` runs over the same text, so a failure here cannot ship.
    let table: FxHashMap<Name, OneOrMore> =
        toml::from_str(include_str!("../../../assets/catalog/python-distributions.toml")).unwrap_or_default();
    table
        .into_iter()
        .map(|(module, names)| match names {
            OneOrMore::One(name) => (module, vec![name]),
            OneOrMore::More(names) => (module, names),
        })
        .collect()
});

/// Whether a top-level module comes with Python itself.
pub(super) fn is_standard(top: &str) -> bool {
    STANDARD.contains(top)
}

/// The distributions that the project's manifests and lock files name.
pub(super) struct Distributions<'a> {
    declared: FxHashSet<&'a str>,
    locked: FxHashSet<&'a str>,
}

impl<'a> Distributions<'a> {
    pub(super) fn new(project: &'a Project) -> Self {
        let declared = project
            .packages
            .iter()
            .filter(|package| package.ecosystem == Ecosystem::Pypi)
            .flat_map(|package| package.dependencies.iter().map(|declared| declared.name.as_str()))
            .collect();
        let locked = project.python.locked.keys().map(Name::as_str).collect();
        Self { declared, locked }
    }

    /// Whether a manifest asks for a distribution called like this module.
    pub(super) fn declares(&self, top: &str) -> bool {
        self.declared.contains(normalised(top).as_str())
            || RENAMED.get(top).is_some_and(|names| names.iter().any(|name| self.declared.contains(name.as_str())))
    }

    /// What brings a module (dotted path) that the project does not hold: the longest prefix that a manifest, a lock file
    /// or the catalog knows.
    pub(super) fn provider(&self, module: &str) -> Option<(External, Certainty)> {
        let mut prefix = Some(module);
        while let Some(name) = prefix {
            if let Some(found) = self.provider_of(name) {
                return Some(found);
            }
            prefix = name.rsplit_once('.').map(|(parent, _)| parent);
        }
        None
    }

    fn provider_of(&self, module: &str) -> Option<(External, Certainty)> {
        let external = |name: &str| External { ecosystem: Ecosystem::Pypi, name: name.into(), standard: false };
        let renamed = RENAMED.get(module).map_or(&[][..], Vec::as_slice);
        let own = normalised(module);
        for known in [&self.declared, &self.locked] {
            let by_name = std::iter::once(&own).chain(renamed).find(|name| known.contains(name.as_str()));
            if let Some(name) = by_name {
                return Some((external(name), Certainty::Resolved));
            }
            // Distributions are often called after their module with the language's name around it.
            let dressed = [format!("python-{own}"), format!("py{own}"), format!("{own}-python"), format!("py-{own}")];
            if let Some(name) = dressed.iter().find(|name| known.contains(name.as_str())) {
                return Some((external(name), Certainty::Inferred));
            }
        }
        renamed.first().map(|name| (external(name), Certainty::Inferred))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalog_is_read() {
        assert_eq!(RENAMED["yaml"], ["pyyaml"]);
        for (module, names) in RENAMED.iter() {
            for name in names {
                assert_eq!(normalised(name), *name, "{module}");
            }
        }
    }

    #[test]
    fn the_standard_library_is_known() {
        assert!(is_standard("os") && is_standard("tomllib") && is_standard("distutils") && !is_standard("numpy"));
    }
}
