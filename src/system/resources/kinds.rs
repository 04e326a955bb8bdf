//! `assets/catalog/infrastructure.toml`: what kinds of resources are.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::system::catalog::{Technology, catalog};
use crate::system::model::ResourceGroup;

const TEXT: &str = include_str!("../../../assets/catalog/infrastructure.toml");

/// The table.
#[derive(Default)]
pub struct Kinds {
    /// Beginnings of kinds with who runs them, the longest first.
    providers: Vec<(String, String)>,
    /// Beginnings of kinds with what they are for, the longest first.
    groups: Vec<(String, ResourceGroup)>,
    engines: FxHashMap<String, String>,
    stores: Vec<Store>,
    by_kind: FxHashMap<String, usize>,
    deployables: FxHashSet<String>,
    /// Settings that say from which directory a deployable is built.
    pub sources: Vec<String>,
    /// Settings that say which image a deployable runs.
    pub images: Vec<String>,
    /// Settings that readers want to see, in their order.
    pub details: Vec<String>,
}

/// A kind of stores or brokers.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    kinds: Vec<String>,
    technology: Option<String>,
    engine: Vec<String>,
    /// Whether all of them are one service of their provider's, as queues are.
    pub shared: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    providers: BTreeMap<String, Vec<String>>,
    groups: BTreeMap<String, Vec<String>>,
    engines: FxHashMap<String, String>,
    stores: Vec<Store>,
    deployables: Deployables,
    details: Details,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deployables {
    kinds: Vec<String>,
    sources: Vec<String>,
    images: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Details {
    names: Vec<String>,
}

/// The table.
pub fn kinds() -> &'static Kinds {
    static KINDS: OnceLock<Kinds> = OnceLock::new();
    // A test reads the same text, so a failure here cannot ship.
    KINDS.get_or_init(|| read(TEXT).unwrap_or_default())
}

const GROUPS: [ResourceGroup; 11] = [
    ResourceGroup::Compute,
    ResourceGroup::Network,
    ResourceGroup::Firewall,
    ResourceGroup::Storage,
    ResourceGroup::Database,
    ResourceGroup::Messaging,
    ResourceGroup::Identity,
    ResourceGroup::Monitoring,
    ResourceGroup::Backup,
    ResourceGroup::Configuration,
    ResourceGroup::Other,
];

fn read(text: &str) -> Result<Kinds, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut kinds = Kinds { engines: file.engines, ..Kinds::default() };
    for (provider, prefixes) in file.providers {
        kinds.providers.extend(prefixes.into_iter().map(|prefix| (prefix, provider.clone())));
    }
    for (name, prefixes) in file.groups {
        let group = GROUPS.iter().find(|group| group.as_str() == name).ok_or_else(|| format!("no group {name}"))?;
        kinds.groups.extend(prefixes.into_iter().map(|prefix| (prefix, *group)));
    }
    kinds.providers.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    kinds.groups.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    for (index, store) in file.stores.iter().enumerate() {
        for technology in store.technology.iter().chain(kinds.engines.values().filter(|_| index == 0)) {
            catalog().named(technology).ok_or_else(|| format!("no technology {technology}"))?;
        }
        for kind in &store.kinds {
            if kinds.by_kind.insert(kind.clone(), index).is_some() {
                return Err(format!("{kind} twice"));
            }
        }
    }
    kinds.stores = file.stores;
    kinds.deployables = file.deployables.kinds.into_iter().collect();
    (kinds.sources, kinds.images, kinds.details) =
        (file.deployables.sources, file.deployables.images, file.details.names);
    Ok(kinds)
}

impl Kinds {
    /// Who runs resources of a kind.
    pub fn provider(&'static self, kind: &str) -> Option<&'static str> {
        self.providers.iter().find(|(prefix, _)| kind.starts_with(prefix.as_str())).map(|(_, name)| name.as_str())
    }

    /// What resources of a kind are for. A kind without a provider's mark is a word that is meant as a whole.
    pub fn group(&self, kind: &str) -> ResourceGroup {
        let is_marked = |prefix: &str| prefix.contains(['_', ':', '.']);
        let is_met = |prefix: &str| if is_marked(prefix) { kind.starts_with(prefix) } else { kind == prefix };
        self.groups.iter().find(|(prefix, _)| is_met(prefix)).map_or(ResourceGroup::Other, |(_, group)| *group)
    }

    /// The store or broker that a kind is.
    pub fn store(&self, kind: &str) -> Option<&Store> {
        self.by_kind.get(kind).map(|index| &self.stores[*index])
    }

    /// Whether a kind runs code.
    pub fn is_deployable(&self, kind: &str) -> bool {
        self.deployables.contains(kind)
    }

    /// The technology of a store, given its settings.
    pub fn technology(&self, store: &Store, setting: &dyn Fn(&str) -> Option<String>) -> Option<&'static Technology> {
        if let Some(name) = &store.technology {
            return catalog().named(name);
        }
        let engine = store.engine.iter().find_map(|name| setting(name))?;
        self.engine(&engine)
    }

    /// The technology that an engine is called: `postgres`, `POSTGRES_15`, `heroku-redis:mini`.
    pub fn engine(&self, name: &str) -> Option<&'static Technology> {
        let name = name.to_ascii_lowercase();
        let plain = name.split([':', '_', ' ']).next().unwrap_or_default();
        catalog().named(self.engines.get(&name).or_else(|| self.engines.get(plain))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads() {
        let kinds = read(TEXT).expect("a whole table");
        assert!(kinds.store("aws_db_instance").is_some() && kinds.store("aws_db_snapshot").is_none());
        assert_eq!(kinds.group("aws_db_snapshot"), ResourceGroup::Backup);
        assert_eq!(kinds.group("aws_security_group_rule"), ResourceGroup::Firewall);
        assert_eq!(kinds.group("Ingress"), ResourceGroup::Network);
        assert_eq!(kinds.group("IngressFoo"), ResourceGroup::Other);
        assert_eq!(super::kinds().provider("azurerm_subnet"), Some("Azure"));
        assert_eq!(super::kinds().engine("POSTGRES_15").map(|found| found.name.as_str()), Some("PostgreSQL"));
    }
}
