//! Dependencies that a package has without naming them in its code.

use toml::de::DeValue;

use super::{CrateDependency, Manifest, table};
use crate::project::{Ecosystem, Unimported, Way};

/// Tools that look for unused dependencies; each reads a list of what to ignore from `package.metadata` or
/// `workspace.metadata`.
const TOOLS: [&str; 3] = ["cargo-machete", "cargo-udeps", "cargo-shear"];

/// Reads what features pass on, and what the manifest or its workspace's says other tools should ignore.
pub fn read(manifest: &Manifest<'_>, workspace: Option<&Manifest<'_>>, crates: &[CrateDependency]) -> Vec<Unimported> {
    let mut found: Vec<(&str, Way)> = Vec::new();
    for (_, value) in table(&manifest.table, "features").into_iter().flatten() {
        for text in strings(value.get_ref()) {
            // `dep:name` only turns it on; its code still has to be named.
            if let Some((name, _)) = text.split_once('/') {
                found.push((name.trim_end_matches('?'), Way::Feature));
            }
        }
    }
    let sections = [(Some(manifest), "package"), (workspace, "workspace")];
    for (manifest, section) in sections.into_iter().filter_map(|(manifest, section)| Some((manifest?, section))) {
        let metadata = table(&manifest.table, section).and_then(|section| table(section, "metadata"));
        for tool in TOOLS.iter().filter_map(|tool| table(metadata?, tool)) {
            for value in ["ignored", "ignore"].iter().filter_map(|key| tool.get(*key)) {
                let lists = value.get_ref().as_table().into_iter().flatten().map(|(_, list)| list.get_ref());
                let names = lists.chain([value.get_ref()]).flat_map(strings);
                found.extend(names.map(|name| (name, Way::Ignored)));
            }
        }
    }
    found
        .into_iter()
        .filter_map(|(name, way)| {
            let named = crates.iter().find(|dependency| dependency.local == name || dependency.package == name)?;
            Some(Unimported {
                ecosystem: Ecosystem::Cargo,
                manifest: manifest.path.clone(),
                name: named.package.clone(),
                way,
            })
        })
        .collect()
}

fn strings<'v>(value: &'v DeValue<'_>) -> impl Iterator<Item = &'v str> {
    value.as_array().into_iter().flat_map(|array| array.iter()).filter_map(|value| value.get_ref().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{ConfigFile, Project};

    #[test]
    fn features_and_ignored_dependencies() {
        let member = "[package]\nname = 'a'\n[dependencies]\nb = '1'\nc = '1'\nd = {version = '1', optional = true}\n\
                      e = {version = '1', package = 'real-e'}\nf = '1'\n[features]\nx = ['b/std', 'd?/y', 'dep:d']\nz = ['e/q']\n\
                      [package.metadata.cargo-machete]\nignored = ['c']\n";
        let root = "[workspace]\nmembers = ['a']\n[workspace.metadata.cargo-shear]\nignored = ['f']\n";
        let configs = [("Cargo.toml", root), ("a/Cargo.toml", member)]
            .map(|(path, text)| ConfigFile { path: path.into(), text: text.into() });
        let mut found: Vec<(String, Way)> =
            Project::read(&configs).unimported.iter().map(|found| (found.name.to_string(), found.way)).collect();
        found.sort();
        let expected = [
            ("b", Way::Feature),
            ("c", Way::Ignored),
            ("d", Way::Feature),
            ("f", Way::Ignored),
            ("real-e", Way::Feature),
        ];
        assert_eq!(found, expected.map(|(name, way)| (name.to_owned(), way)));
    }
}
