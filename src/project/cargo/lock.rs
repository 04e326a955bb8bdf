//! `Cargo.lock`: the versions that are fixed.

use rustc_hash::FxHashMap;
use toml::de::DeTable;

use super::string;
use crate::facts::Name;
use crate::project::{ConfigFile, Declared};

/// Every lock file of a project, by directory.
pub struct Locks<'c> {
    locks: FxHashMap<&'c str, Lock>,
}

#[derive(Default)]
struct Lock {
    /// The versions of each package.
    versions: FxHashMap<Name, Vec<Name>>,
    /// What the project's own packages are locked to: their dependencies as written (`name` or `name version`).
    own: FxHashMap<Name, Vec<Name>>,
}

impl<'c> Locks<'c> {
    /// Reads the lock files; one that cannot be read fixes nothing.
    pub fn read(configs: &'c [ConfigFile]) -> Self {
        let locks = configs.iter().filter(|config| config.file_name() == "Cargo.lock");
        Self { locks: locks.map(|config| (config.directory(), Lock::read(&config.text))).collect() }
    }

    /// Fills in [`Declared::locked`] for a package of the project, from the nearest lock file at or above it.
    pub fn fix(&self, directory: &str, package: &str, declared: &mut [Declared]) {
        let mut at = directory;
        let lock = loop {
            if let Some(lock) = self.locks.get(at) {
                break lock;
            }
            if at.is_empty() {
                return;
            }
            at = at.rsplit_once('/').map_or("", |(above, _)| above);
        };
        for entry in declared {
            entry.locked = lock.version(package, &entry.name);
        }
    }
}

impl Lock {
    fn read(text: &str) -> Self {
        let mut lock = Self::default();
        let Ok(document) = DeTable::parse(text) else { return lock };
        let Some(packages) = document.get_ref().get("package").and_then(|value| value.get_ref().as_array()) else {
            return lock;
        };
        for package in packages.iter().filter_map(|value| value.get_ref().as_table()) {
            let (Some(name), Some(version)) = (string(package, "name"), string(package, "version")) else { continue };
            lock.versions.entry(name.into()).or_default().push(version.into());
            if string(package, "source").is_none() {
                let dependencies = package.get("dependencies").and_then(|value| value.get_ref().as_array());
                let names = dependencies.into_iter().flat_map(|array| array.iter());
                lock.own.insert(name.into(), names.filter_map(|name| Some(name.get_ref().as_str()?.into())).collect());
            }
        }
        lock
    }

    /// The version of a package that another one is locked to; none where that is open.
    fn version(&self, package: &str, dependency: &str) -> Option<Name> {
        let versions = self.versions.get(dependency)?;
        if let [version] = versions.as_slice() {
            return Some(version.clone());
        }
        let mut named = self.own.get(package)?.iter().filter_map(|entry| {
            let (name, version) = entry.split_once(' ')?;
            (name == dependency).then(|| Name::from(version.split(' ').next().unwrap_or(version)))
        });
        let version = named.next()?;
        named.next().is_none().then_some(version)
    }
}
