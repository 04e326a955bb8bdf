//! Workspaces: what their members inherit, and the packages that stand in for others.

use globset::GlobBuilder;
use rustc_hash::FxHashMap;
use toml::de::{DeTable, DeValue};

use super::{Manifest, string, table};
use crate::facts::Name;
use crate::project::Problem;

/// The workspace roots of a project and which package belongs to which.
pub struct Workspaces<'m> {
    roots: Vec<Workspace<'m>>,
    /// For each manifest the index of its root.
    root_of: Vec<Option<usize>>,
}

/// One workspace root.
pub struct Workspace<'m> {
    /// Its manifest.
    pub manifest: &'m Manifest<'m>,
    /// Packages of the project that stand in for packages from a registry or repository.
    pub patches: FxHashMap<Name, Box<str>>,
}

impl<'m> Workspace<'m> {
    /// A value of `[workspace.package]`.
    pub fn package(&self, key: &str) -> Option<&'m str> {
        string(table(table(&self.manifest.table, "workspace")?, "package")?, key)
    }

    /// An entry of `[workspace.dependencies]`.
    pub fn dependency(&self, name: &str) -> Option<&'m DeValue<'m>> {
        let dependencies = table(table(&self.manifest.table, "workspace")?, "dependencies")?;
        dependencies.get(name).map(|value| value.get_ref())
    }
}

impl<'m> Workspaces<'m> {
    /// Finds the roots. A package belongs to the root that its manifest names, else to the nearest one at or above it.
    pub fn new(
        manifests: &'m [Manifest<'m>],
        by_directory: &FxHashMap<&str, usize>,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut roots = Vec::new();
        let mut root_at: FxHashMap<usize, usize> = FxHashMap::default();
        for (index, manifest) in manifests.iter().enumerate() {
            let has_workspace = table(&manifest.table, "workspace").is_some();
            if has_workspace || manifest.table.contains_key("patch") {
                root_at.insert(index, roots.len());
                roots.push(Workspace { manifest, patches: patches(manifest) });
            }
            if has_workspace {
                check_members(manifest, manifests, problems);
            }
        }
        let root_of = manifests.iter().map(|manifest| {
            let named = table(&manifest.table, "package").and_then(|package| string(package, "workspace"));
            if let Some(directory) = named.and_then(|path| manifest.resolve(path)) {
                return by_directory.get(&*directory).and_then(|index| root_at.get(index).copied());
            }
            let mut directory = manifest.directory;
            loop {
                if let Some(root) = by_directory.get(directory).and_then(|index| root_at.get(index)) {
                    return Some(*root);
                }
                if directory.is_empty() {
                    return None;
                }
                directory = directory.rsplit_once('/').map_or("", |(above, _)| above);
            }
        });
        Self { root_of: root_of.collect(), roots }
    }

    /// The workspace of a manifest, by its index.
    pub fn of(&self, manifest: usize) -> Option<&Workspace<'m>> {
        self.roots.get((*self.root_of.get(manifest)?)?)
    }
}

/// `[patch.…]` and `[replace]` entries with a path.
fn patches(manifest: &Manifest<'_>) -> FxHashMap<Name, Box<str>> {
    let mut patches = FxHashMap::default();
    let mut add = |entries: &DeTable<'_>| {
        for (key, value) in entries {
            let Some(value) = value.get_ref().as_table() else { continue };
            if let Some(directory) = string(value, "path").and_then(|path| manifest.resolve(path)) {
                // `[replace]` keys are `name:version`.
                let name =
                    string(value, "package").unwrap_or_else(|| key.get_ref().split(':').next().unwrap_or_default());
                patches.insert(name.into(), directory);
            }
        }
    };
    for (_, source) in table(&manifest.table, "patch").into_iter().flatten() {
        if let Some(entries) = source.get_ref().as_table() {
            add(entries);
        }
    }
    if let Some(entries) = table(&manifest.table, "replace") {
        add(entries);
    }
    patches
}

/// Reports members that name no manifest.
fn check_members(manifest: &Manifest<'_>, manifests: &[Manifest<'_>], problems: &mut Vec<Problem>) {
    let Some(workspace) = table(&manifest.table, "workspace") else { return };
    let Some(members) = workspace.get("members").and_then(|value| value.get_ref().as_array()) else { return };
    for member in members.iter() {
        let Some(pattern) = member.get_ref().as_str() else { continue };
        let glob = manifest.resolve(pattern).and_then(|pattern| {
            GlobBuilder::new(&pattern).literal_separator(true).build().ok().map(|glob| glob.compile_matcher())
        });
        let is_match = glob.is_some_and(|glob| manifests.iter().any(|member| glob.is_match(member.directory)));
        if !is_match {
            problems.push(manifest.problem(member.span().start, format!("no package matches the member {pattern:?}")));
        }
    }
}
