//! SwiftPM packages: `Package.swift` and `Package.resolved`.
//!
//! A manifest is a Swift program; what is read is the calls that say things with literals.

use std::collections::BTreeMap;

use serde_json::Value;

use super::cmake::join;
use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Problem, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// In order of directory, then as written.
    pub targets: Vec<SwiftTarget>,
    /// Product to the package that makes it, as manifests say: sorted.
    pub products: BTreeMap<Name, Name>,
}

/// A module that a manifest declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwiftTarget {
    /// The module's name.
    pub name: Name,
    /// The package's directory.
    pub package: Box<str>,
    /// Where its sources may be, the likeliest first.
    pub directories: Vec<String>,
}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "Package.swift" | "Package.resolved")
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let mut locks: BTreeMap<&str, BTreeMap<String, Name>> = BTreeMap::new();
    for config in configs.iter().filter(|config| config.file_name() == "Package.resolved") {
        match serde_json::from_str(&config.text) {
            Ok(lock) => {
                locks.insert(config.directory(), pins(&lock));
            }
            Err(error) => project.problems.push(Problem {
                path: config.path.clone(),
                line: u32::try_from(error.line()).ok(),
                message: error.to_string(),
            }),
        }
    }
    for config in configs.iter().filter(|config| config.file_name() == "Package.swift") {
        let calls = calls(&config.text);
        let directory = config.directory();
        let lock = locks.get(directory);
        let own = calls.iter().find(|call| call.function == "Package").and_then(|call| call.text("name"));
        let mut dependencies = Vec::new();
        for call in &calls {
            match call.function {
                "target" | "executableTarget" | "testTarget" | "macro" | "plugin" => {
                    // A dependency on a target is written as a call of the same name, with nothing but its own.
                    project.swiftpm.targets.extend(target(call, directory));
                }
                "package" => dependencies.extend(dependency(call, lock)),
                "product" => {
                    if let (Some(name), Some(package)) = (call.text("name"), call.text("package")) {
                        project.swiftpm.products.insert(name.into(), package.to_lowercase().into());
                    }
                }
                _ => {}
            }
        }
        project.packages.push(Package {
            ecosystem: Ecosystem::Swift,
            name: own.unwrap_or_else(|| directory.rsplit('/').next().unwrap_or(directory)).into(),
            version: None,
            directory: directory.into(),
            manifest: config.path.clone(),
            dependencies,
        });
    }
}

fn target(call: &Call<'_>, directory: &str) -> Option<SwiftTarget> {
    let name = call.text("name")?;
    let is_declared = call.is_element;
    let directories: Vec<String> = match call.text("path") {
        Some(path) => join(directory, path).into_iter().collect(),
        None => {
            let roots: &[&str] = match call.function {
                "testTarget" => &["Tests", "Sources", "Source", "src", "srcs"],
                "plugin" => &["Plugins"],
                _ => &["Sources", "Source", "src", "srcs", "Tests"],
            };
            roots.iter().filter_map(|root| join(directory, &format!("{root}/{name}"))).collect()
        }
    };
    is_declared.then(|| SwiftTarget { name: name.into(), package: directory.into(), directories })
}

fn dependency(call: &Call<'_>, lock: Option<&BTreeMap<String, Name>>) -> Option<Declared> {
    let name = identity(call.text("url").or_else(|| call.text("id"))?);
    let version = ["from", "exact", "branch", "revision"].into_iter().find_map(|label| call.text(label));
    Some(Declared {
        locked: lock.and_then(|lock| lock.get(&name).cloned()),
        requirement: version.map(Into::into),
        name: name.into(),
        scope: DeclaredScope::Runtime,
        file: None,
        line: call.line,
    })
}

/// A package is known by the last part of its address.
fn identity(url: &str) -> String {
    let last = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or(url);
    last.strip_suffix(".git").unwrap_or(last).to_lowercase()
}

fn pins(lock: &Value) -> BTreeMap<String, Name> {
    let pins = lock["pins"].as_array().or_else(|| lock["object"]["pins"].as_array());
    pins.into_iter()
        .flatten()
        .filter_map(|pin| {
            let address = pin["location"].as_str().or_else(|| pin["repositoryURL"].as_str())?;
            let state = &pin["state"];
            let version = ["version", "branch", "revision"].into_iter().find_map(|key| state[key].as_str())?;
            Some((identity(address), version.into()))
        })
        .collect()
}

/// A call with labelled arguments.
struct Call<'a> {
    function: &'a str,
    arguments: Vec<(&'a str, &'a str)>,
    line: u32,
    /// Whether it has more to say than a name, or stands in the list of targets.
    is_element: bool,
}

impl<'a> Call<'a> {
    /// The literal text of an argument.
    fn text(&self, label: &str) -> Option<&'a str> {
        let (_, value) = self.arguments.iter().find(|(name, _)| *name == label)?;
        value.trim().strip_prefix('"')?.strip_suffix('"').filter(|text| !text.contains(['"', '\\']))
    }
}

/// A call that is not closed yet.
struct Open<'a> {
    function: &'a str,
    arguments: Vec<(&'a str, &'a str)>,
    line: u32,
    /// Where the current argument begins.
    start: usize,
    /// Brackets of other kinds that are open within it.
    depth: usize,
    /// Whether it stands in a target's list of dependencies.
    is_inner: bool,
}

/// Every call of a Swift text, in the order in which they end. One pass; comments and strings are skipped.
fn calls(text: &str) -> Vec<Call<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut line = 1;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\n' => line += 1,
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                let length = memchr::memmem::find(&bytes[at..], b"*/").map_or(bytes.len() - at, |length| length + 2);
                line += memchr::memchr_iter(b'\n', &bytes[at..at + length]).count() as u32;
                at += length;
                continue;
            }
            b'"' => {
                at += 1;
                while at < bytes.len() && !matches!(bytes[at], b'"' | b'\n') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'(' => {
                let before = text[..at].trim_end();
                let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
                let function = &before[start..];
                let is_inner = open.last().is_some_and(|call| call.is_inner || is_target(call.function));
                open.push(Open { function, arguments: Vec::new(), line, start: at + 1, depth: 0, is_inner });
            }
            b'[' | b'{' => {
                if let Some(call) = open.last_mut() {
                    call.depth += 1;
                }
            }
            b']' | b'}' => {
                if let Some(call) = open.last_mut() {
                    call.depth = call.depth.saturating_sub(1);
                }
            }
            b',' => {
                if let Some(call) = open.last_mut().filter(|call| call.depth == 0) {
                    call.arguments.push(argument(&text[call.start..at]));
                    call.start = at + 1;
                }
            }
            b')' => {
                if let Some(mut call) = open.pop() {
                    call.arguments.push(argument(&text[call.start..at]));
                    let Open { function, arguments, line, is_inner, .. } = call;
                    found.push(Call { function, arguments, line, is_element: !is_inner });
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn is_target(function: &str) -> bool {
    matches!(function, "target" | "executableTarget" | "testTarget" | "macro" | "plugin")
}

/// `label: value`.
fn argument(text: &str) -> (&str, &str) {
    let text = text.trim();
    // Only the label is read: what is nested is an argument of many calls.
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (label, rest) = text.split_at(end);
    rest.trim_start().strip_prefix(':').map_or(("", text), |value| (label, value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_products_and_locked_versions() {
        let manifest = "import PackageDescription\nlet package = Package(\n  name: \"Tool\",\n  dependencies: [\n    .package(url: \"https://x.org/a/Some-Lib.git\", from: \"1.2.0\"), // .package(url: \"no\")\n  ],\n  targets: [\n    .target(name: \"Core\", dependencies: [.product(name: \"SomeKit\", package: \"Some-Lib\")]),\n    .executableTarget(name: \"tool\", dependencies: [\"Core\", .target(name: \"Other\")], path: \"cmd\"),\n    .testTarget(name: \"CoreTests\", dependencies: [\"Core\"]),\n  ]\n)\n";
        let lock = "{\"pins\":[{\"identity\":\"some-lib\",\"location\":\"https://x.org/a/some-lib\",\"state\":{\"version\":\"1.3.1\"}}],\"version\":2}";
        let configs = [("p/Package.swift", manifest), ("p/Package.resolved", lock)]
            .map(|(path, text)| ConfigFile { path: path.into(), text: text.into() });
        let project = Project::read(&configs);
        let told: Vec<(&str, &str)> =
            project.swiftpm.targets.iter().map(|target| (&*target.name, &*target.directories[0])).collect();
        assert_eq!(told, [("Core", "p/Sources/Core"), ("tool", "p/cmd"), ("CoreTests", "p/Tests/CoreTests")]);
        assert_eq!(project.swiftpm.products["SomeKit"], "some-lib");
        let package = &project.packages[0];
        let declared = &package.dependencies[0];
        assert_eq!(package.name, "Tool");
        assert_eq!(
            (&*declared.name, declared.requirement.as_deref(), declared.locked.as_deref(), declared.line),
            ("some-lib", Some("1.2.0"), Some("1.3.1"), 5)
        );
    }

    #[test]
    fn a_text_that_is_no_manifest_gives_nothing() {
        assert!(calls("((((\"\\").is_empty());
        assert_eq!(calls(")))a(b: 1)").len(), 1);
    }
}
