//! What Spring applications connect to: by their settings, their libraries' defaults and their annotations.

mod gateway;
mod platform;
mod stores;

pub use gateway::ROUTES;
pub use platform::{ADMIN, CONFIGURATION, DISCOVERY, TOKENS, TRACING};
pub use stores::STORES;

use super::address::{self, Address};
use super::draft::{Draft, Setting, relaxed};
use super::model::{ComponentId, Place};
use crate::lang::resolve::Sources;
use crate::project::{Declared, DeclaredScope, Ecosystem, Package};

/// A Spring application among the components.
pub(super) struct Application<'s> {
    /// Its component.
    pub id: ComponentId,
    package: &'s Package,
    /// Packages whose libraries it runs with too: its parents, and modules of the project.
    parents: Vec<&'s Package>,
    settings: Vec<(String, Setting)>,
}

/// Every component that is built from a Maven or Gradle module and has Spring among its libraries or settings.
pub(super) fn applications<'s>(sources: &'s Sources, draft: &Draft) -> Vec<Application<'s>> {
    let packages = || sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Maven);
    let mut found = Vec::new();
    for id in draft.ids() {
        let Some(directory) = draft.component(id).directory.as_deref() else { continue };
        let Some(package) = packages().find(|package| *package.directory == *directory) else { continue };
        let is_above = |other: &&Package| {
            other.directory.len() < directory.len()
                && (other.directory.is_empty() || directory.starts_with(&format!("{}/", other.directory)))
        };
        let mut parents: Vec<&Package> = packages().filter(is_above).collect();
        parents.extend(modules(package, &packages().collect::<Vec<_>>()));
        let settings =
            draft.parts[id.index()].settings.iter().map(|setting| (relaxed(&setting.key), setting.clone())).collect();
        found.push(Application { id, package, parents, settings });
    }
    found
}

/// The modules of the project that a package runs with, directly or through others.
fn modules<'s>(package: &'s Package, packages: &[&'s Package]) -> Vec<&'s Package> {
    let mut found: Vec<&Package> = vec![package];
    let mut next = 0;
    while let Some(current) = found.get(next).copied() {
        next += 1;
        for wanted in current.dependencies.iter().filter(|wanted| wanted.scope == DeclaredScope::Runtime) {
            let own = packages.iter().find(|other| other.name == wanted.name);
            found.extend(own.filter(|own| found.iter().all(|known| known.directory != own.directory)));
        }
    }
    found.split_off(1)
}

impl Application<'_> {
    /// The first library among those whose artifact has one of these names, with the line that declares it.
    pub fn library(&self, artifacts: &[&str]) -> Option<Place> {
        let packages = std::iter::once(self.package).chain(self.parents.iter().copied());
        let is_run = |wanted: &&Declared| matches!(wanted.scope, DeclaredScope::Runtime | DeclaredScope::Optional);
        for package in packages {
            let found = package.dependencies.iter().filter(is_run).find(|wanted| {
                let artifact = wanted.name.rsplit(':').next().unwrap_or_default();
                artifacts.contains(&artifact)
            });
            if let Some(wanted) = found {
                return Some(Place::new(wanted.file.as_ref().unwrap_or(&package.manifest), wanted.line));
            }
        }
        None
    }

    /// Every library that it runs with.
    pub fn libraries(&self) -> impl Iterator<Item = (&str, Place)> {
        let packages = std::iter::once(self.package).chain(self.parents.iter().copied());
        packages.flat_map(|package| {
            let is_run = |wanted: &&Declared| matches!(wanted.scope, DeclaredScope::Runtime | DeclaredScope::Optional);
            package.dependencies.iter().filter(is_run).map(|wanted| {
                (&*wanted.name, Place::new(wanted.file.as_ref().unwrap_or(&package.manifest), wanted.line))
            })
        })
    }

    /// The settings whose relaxed name begins so, in the order of their precedence, the strongest first.
    pub fn settings<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Setting)> {
        let found = self.settings.iter().rev().filter(move |(key, _)| key.starts_with(prefix));
        found.map(|(key, setting)| (key.as_str(), setting))
    }

    /// The strongest setting of this relaxed name.
    pub fn setting(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().rev().find(|(known, _)| known == key).map(|(_, setting)| setting)
    }

    /// Whether the strongest setting of this name says no.
    pub fn is_off(&self, key: &str) -> bool {
        self.setting(key).is_some_and(|setting| setting.value == "false")
    }

    /// The components that a setting's addresses reach.
    pub fn reached(&self, draft: &Draft, setting: &Setting) -> Vec<ComponentId> {
        let text = draft.expand(self.id, &setting.value);
        let mut found: Vec<ComponentId> = Vec::new();
        for part in text.split(',') {
            // `optional:configserver:http://…` names a URL behind a prefix.
            let part = part.find("http").map_or(part, |at| &part[at..]);
            let reached = Address::any(part).and_then(|address| draft.reach(&address));
            found.extend(reached.filter(|id| *id != self.id));
        }
        found
    }

    /// The first address of a setting's value.
    pub fn with_address<T>(&self, draft: &Draft, setting: &Setting, read: impl Fn(&Address<'_>) -> T) -> Option<T> {
        let text = draft.expand(self.id, &setting.value);
        address::each(&text).next().map(|address| read(&address))
    }
}
