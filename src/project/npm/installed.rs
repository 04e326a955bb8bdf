//! What lock files say of the packages that they list: the commands they bring, the peers they want, their licences.

use rustc_hash::FxHashMap;

use super::{json, path};
use crate::facts::Name;
use crate::project::ConfigFile;

/// A package that a lock file lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Installed {
    /// The commands it brings.
    pub commands: Commands,
    /// What it wants beside itself.
    pub peers: Vec<Name>,
    /// Its licence.
    pub licence: Option<Name>,
}

/// The commands that a package brings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Commands {
    /// By name; none where the list is empty.
    Known(Vec<Name>),
    /// The lock file says that there are some, but not how they are called.
    Some,
    /// The lock file does not say.
    #[default]
    Unknown,
}

/// The packages of every lock file, by the lock file's directory.
#[derive(Default)]
pub struct InstalledPackages {
    by_directory: FxHashMap<Box<str>, FxHashMap<Name, Installed>>,
}

impl InstalledPackages {
    /// Reads a lock file of any kind; one that cannot be read says nothing (its problem is reported with its versions).
    pub fn add(&mut self, config: &ConfigFile) {
        let found = match config.file_name() {
            "pnpm-lock.yaml" => {
                let start = config.text.find("\npackages:").map_or(config.text.len(), |at| at + 1);
                of_lines(&config.text[start..], 2, true)
            }
            // Only the newer format says more than versions.
            "yarn.lock" => of_lines(&config.text, 0, config.text.contains("\n__metadata:")),
            _ => of_json(&config.text),
        };
        self.by_directory.entry(config.directory().into()).or_default().extend(found);
    }

    /// What the nearest lock file at or above a directory says of a package.
    pub fn get(&self, directory: &str, name: &str) -> Option<&Installed> {
        path::ancestors(directory).find_map(|above| self.by_directory.get(above)?.get(name))
    }

    /// Every package with a licence.
    pub fn licences(&self) -> impl Iterator<Item = (&Name, &Name)> {
        let packages = self.by_directory.values().flatten();
        packages.filter_map(|(name, installed)| Some((name, installed.licence.as_ref()?)))
    }
}

/// `package-lock.json`, from its second version on.
fn of_json(text: &str) -> FxHashMap<Name, Installed> {
    let mut found = FxHashMap::default();
    let Ok(object) = json::object(text) else { return found };
    for property in object.get_object("packages").map_or(&[][..], |packages| packages.properties.as_slice()) {
        let Some((_, name)) = property.name.as_str().rsplit_once("node_modules/") else { continue };
        let Some(entry) = property.value.as_object() else { continue };
        let keys = |key: &str| -> Vec<Name> {
            let properties = entry.get_object(key).map_or(&[][..], |object| object.properties.as_slice());
            properties.iter().map(|property| Name::from(property.name.as_str())).collect()
        };
        found.entry(Name::from(name)).or_insert_with(|| Installed {
            commands: Commands::Known(keys("bin")),
            peers: keys("peerDependencies"),
            licence: json::string(entry, "license"),
        });
    }
    found
}

/// Lock files whose lines are regular: at `indent` a package, two further in its properties, two further their entries.
fn of_lines(text: &str, indent: usize, says_commands: bool) -> FxHashMap<Name, Installed> {
    let mut found: FxHashMap<Name, Installed> = FxHashMap::default();
    let mut current: Option<Name> = None;
    let mut section = "";
    for line in text.lines() {
        let content = line.trim_start();
        let depth = line.len() - content.len();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        if depth < indent {
            current = None;
        } else if depth == indent {
            current = package_of(content);
            if let Some(name) = &current {
                let commands = if says_commands { Commands::Known(Vec::new()) } else { Commands::Unknown };
                found.entry(name.clone()).or_insert_with(|| Installed { commands, ..Installed::default() });
            }
            section = "";
        } else if let Some(installed) = current.as_ref().and_then(|name| found.get_mut(name)) {
            if depth == indent + 2 {
                section = content.trim_end_matches(':');
                if content == "hasBin: true" {
                    installed.commands = Commands::Some;
                }
            } else if depth == indent + 4 {
                let name = content.split(": ").next().unwrap_or(content).trim_matches(['"', '\'', ':']);
                match (section, &mut installed.commands) {
                    ("peerDependencies", _) => installed.peers.push(name.into()),
                    ("bin", Commands::Known(commands)) => commands.push(name.into()),
                    _ => {}
                }
            }
        }
    }
    found
}

/// The name in `'@scope/name@1.2.3':`, `/name@1.2.3:` and `"name@npm:^1, name@npm:^2":`.
fn package_of(line: &str) -> Option<Name> {
    let line = line.trim_matches(['"', '\'', ':', '/']);
    let at = line.get(1..)?.find('@')? + 1;
    Some(line[..at].into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, text: &str) -> InstalledPackages {
        let mut packages = InstalledPackages::default();
        packages.add(&ConfigFile { path: path.into(), text: text.into() });
        packages
    }

    #[test]
    fn each_kind_of_lock_file() {
        let npm = "{\"packages\": {\"\": {}, \"node_modules/a\": {\"license\": \"MIT\", \"bin\": {\"run-a\": \"x\"}, \
                   \"peerDependencies\": {\"b\": \"1\"}}, \"node_modules/@s/c\": {}}}";
        let npm = read("app/package-lock.json", npm);
        let a = npm.get("app/inner", "a").expect("listed");
        assert_eq!(
            (a.commands.clone(), a.peers.as_slice()),
            (Commands::Known(vec!["run-a".into()]), &["b".into()][..])
        );
        assert_eq!(npm.get("app", "@s/c").map(|c| c.commands.clone()), Some(Commands::Known(Vec::new())));
        assert_eq!(npm.get("other", "a"), None);
        assert_eq!(npm.licences().collect::<Vec<_>>(), [(&Name::from("a"), &Name::from("MIT"))]);

        let pnpm = "importers:\n  .: {}\n\npackages:\n\n  '@s/a@1.0.0':\n    hasBin: true\n    peerDependencies:\n      b: ^1\n\n  c@2.0.0:\n    engines: {node: '1'}\n\nsnapshots:\n  d@1:\n    hasBin: true\n";
        let pnpm = read("pnpm-lock.yaml", pnpm);
        assert_eq!(pnpm.get("", "@s/a").map(|a| (a.commands.clone(), a.peers.len())), Some((Commands::Some, 1)));
        assert_eq!(pnpm.get("", "c").map(|c| c.commands.clone()), Some(Commands::Known(Vec::new())));

        let berry = "__metadata:\n  version: 8\n\n\"a@npm:^1, a@npm:^2\":\n  version: 2.0.0\n  bin:\n    run-a: x.js\n  languageName: node\n";
        let berry = read("yarn.lock", &format!("# x\n{berry}"));
        assert_eq!(berry.get("", "a").map(|a| a.commands.clone()), Some(Commands::Known(vec!["run-a".into()])));

        let classic = read("yarn.lock", "# x\n\na@^1:\n  version \"1.0.0\"\n");
        assert_eq!(classic.get("", "a").map(|a| a.commands.clone()), Some(Commands::Unknown));
    }
}
