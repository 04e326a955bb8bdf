//! Composer manifests.

use serde_json::Value;

use super::cmake::join;
use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Problem, Project, Unimported, Way};

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// Where classes are looked for: prefix of the name, directory relative to the root.
    pub psr4: Vec<(String, String)>,
    /// The older rule, which keeps the namespace in the path and reads `_` as a separator.
    pub psr0: Vec<(String, String)>,
    /// Files and directories that are searched for classes or loaded always.
    pub classmap: Vec<String>,
    /// From lock files: prefix of the names that a package provides, and the package; the longest prefix first.
    pub locked: Vec<(String, String)>,
}

impl Manifests {
    /// Whether the autoload rules look for a class (its full name) in this file.
    pub fn expects(&self, class: &str, path: &str) -> bool {
        let below =
            |directory: &str, name: String| join(directory, &format!("{name}.php")).is_some_and(|at| at == path);
        self.psr4.iter().any(|(prefix, directory)| {
            class.strip_prefix(prefix.as_str()).is_some_and(|rest| below(directory, rest.replace('\\', "/")))
        }) || self.psr0.iter().any(|(prefix, directory)| {
            let (namespace, name) = class.rsplit_once('\\').map_or((String::new(), class), |(namespace, name)| {
                (format!("{}/", namespace.replace('\\', "/")), name)
            });
            class.starts_with(prefix.as_str()) && below(directory, namespace + &name.replace('_', "/"))
        }) || self.classmap.iter().any(|entry| {
            path.strip_prefix(entry.as_str())
                .is_some_and(|rest| entry.is_empty() || rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// The package of a lock file that provides a class.
    pub fn locked_package_of(&self, class: &str) -> Option<&str> {
        self.locked.iter().find(|(prefix, _)| class.starts_with(prefix.as_str())).map(|(_, package)| package.as_str())
    }
}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "composer.json" | "composer.lock")
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let mut locks: Vec<(&str, Value)> = Vec::new();
    for config in configs.iter().filter(|config| config.file_name() == "composer.lock") {
        if let Some(lock) = parse(config, project) {
            lock_entries(&lock).for_each(|entry| provide(entry, project));
            locks.push((config.directory(), lock));
        }
    }
    project.composer.locked.sort_by(|a, b| (b.0.len(), &a.0, &a.1).cmp(&(a.0.len(), &b.0, &b.1)));
    project.composer.locked.dedup();
    for config in configs.iter().filter(|config| config.file_name() == "composer.json") {
        let Some(manifest) = parse(config, project) else { continue };
        let lock = locks.iter().find(|(directory, _)| *directory == config.directory()).map(|(_, lock)| lock);
        for section in ["autoload", "autoload-dev"] {
            autoload(&manifest[section], config.directory(), &mut project.composer);
        }
        let directory = config.directory();
        let name = manifest["name"].as_str().unwrap_or_else(|| directory.rsplit('/').next().unwrap_or(directory));
        let mut dependencies = Vec::new();
        for (section, scope) in [
            ("require", DeclaredScope::Runtime),
            ("require-dev", DeclaredScope::Development),
            ("suggest", DeclaredScope::Optional),
        ] {
            requirements(&manifest[section], scope, &config.text, lock, &mut dependencies);
        }
        for declared in &dependencies {
            if !project.composer.locked.iter().any(|(_, package)| *package == declared.name) {
                project.unimported.push(Unimported {
                    ecosystem: Ecosystem::Composer,
                    manifest: config.path.clone(),
                    name: declared.name.clone(),
                    way: Way::Unknown,
                });
            }
        }
        project.packages.push(Package {
            ecosystem: Ecosystem::Composer,
            name: name.into(),
            version: manifest["version"].as_str().map(Into::into),
            directory: directory.into(),
            manifest: config.path.clone(),
            dependencies,
        });
    }
}

fn parse(config: &ConfigFile, project: &mut Project) -> Option<Value> {
    serde_json::from_str(&config.text)
        .map_err(|error| {
            project.problems.push(Problem {
                path: config.path.clone(),
                line: u32::try_from(error.line()).ok(),
                message: error.to_string(),
            });
        })
        .ok()
}

fn lock_entries(lock: &Value) -> impl Iterator<Item = &Value> {
    ["packages", "packages-dev"].into_iter().filter_map(|section| lock[section].as_array()).flatten()
}

/// The prefixes of names that a locked package provides.
fn provide(entry: &Value, project: &mut Project) {
    let Some(name) = entry["name"].as_str() else { return };
    let licence = texts(&entry["license"]).join(" OR ");
    if !licence.is_empty() {
        project.licences.insert((Ecosystem::Composer, name.into()), licence.into());
    }
    for rule in ["psr-4", "psr-0"] {
        for prefix in entry["autoload"][rule].as_object().into_iter().flat_map(|map| map.keys()) {
            if !prefix.is_empty() {
                project.composer.locked.push((prefix.clone(), name.to_owned()));
            }
        }
    }
}

/// A text or a list of texts.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn autoload(section: &Value, directory: &str, manifests: &mut Manifests) {
    for (rule, rules) in [("psr-4", &mut manifests.psr4), ("psr-0", &mut manifests.psr0)] {
        for (prefix, directories) in section[rule].as_object().into_iter().flatten() {
            for below in texts(directories).into_iter().filter_map(|path| join(directory, path)) {
                rules.push((prefix.clone(), below));
            }
        }
    }
    for rule in ["classmap", "files"] {
        manifests.classmap.extend(texts(&section[rule]).into_iter().filter_map(|path| join(directory, path)));
    }
}

fn requirements(section: &Value, scope: DeclaredScope, text: &str, lock: Option<&Value>, out: &mut Vec<Declared>) {
    for (name, requirement) in section.as_object().into_iter().flatten() {
        // `php`, `ext-json`, `composer-runtime-api` are of the platform.
        if !name.contains('/') || (scope == DeclaredScope::Optional && out.iter().any(|known| known.name == *name)) {
            continue;
        }
        let entry = lock.and_then(|lock| lock_entries(lock).find(|entry| entry["name"].as_str() == Some(name)));
        let quoted = format!("\"{name}\"");
        let line = text.find(&quoted).map_or(1, |at| text[..at].matches('\n').count() + 1);
        out.push(Declared {
            name: name.as_str().into(),
            requirement: requirement.as_str().filter(|_| scope != DeclaredScope::Optional).map(Into::into),
            locked: entry.and_then(|entry| entry["version"].as_str()).map(Into::into),
            scope,
            file: None,
            line: u32::try_from(line).unwrap_or(u32::MAX),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_rules_and_locked_versions() {
        let manifest = "{\n\"name\": \"me/app\",\n\"require\": {\n\"php\": \">=8\",\n\"psr/log\": \"^3\"},\n\
                        \"autoload\": {\"psr-4\": {\"App\\\\\": [\"src/\", \"lib\"]}, \"psr-0\": {\"Old_\": \"old\"}, \"classmap\": [\"map\"]}}";
        let lock = "{\"packages\": [{\"name\": \"psr/log\", \"version\": \"3.0.2\", \"autoload\": {\"psr-4\": {\"Psr\\\\Log\\\\\": \"src\"}}}]}";
        let configs = [("composer.json", manifest), ("composer.lock", lock)]
            .map(|(path, text)| ConfigFile { path: path.into(), text: text.into() });
        let project = Project::read(&configs);
        let package = &project.packages[0];
        assert_eq!(package.name, "me/app");
        let declared = &package.dependencies[0];
        assert_eq!((declared.name.as_str(), declared.locked.as_deref(), declared.line), ("psr/log", Some("3.0.2"), 5));
        let rules = &project.composer;
        assert!(rules.expects("App\\A\\B", "src/A/B.php") && rules.expects("App\\A", "lib/A.php"));
        assert!(rules.expects("Old_A_B", "old/Old/A/B.php") && rules.expects("Any", "map/x/any.php"));
        assert!(!rules.expects("App\\A", "other/A.php"));
        assert_eq!(rules.locked_package_of("Psr\\Log\\LoggerInterface"), Some("psr/log"));
    }

    #[test]
    fn what_is_no_json_is_a_problem() {
        let project = Project::read(&[ConfigFile { path: "composer.json".into(), text: "{\n".into() }]);
        assert_eq!(project.problems.len(), 1);
    }
}
