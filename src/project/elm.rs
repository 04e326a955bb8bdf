//! `elm.json`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Problem, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// Source directories by the directory of the manifest, relative to it.
    pub directories: BTreeMap<Box<str>, Vec<String>>,
}

/// The package of what the language brings along.
pub const CORE: &str = "elm/core";

/// The packages of modules, by the first part of their name, or all of it.
const PROVIDERS: &[(&str, &str)] = &[
    ("Array", CORE),
    ("Basics", CORE),
    ("Bitwise", CORE),
    ("Browser", "elm/browser"),
    ("Bytes", "elm/bytes"),
    ("Char", CORE),
    ("Debug", CORE),
    ("Dict", CORE),
    ("Elm", "elm/project-metadata-utils"),
    ("Expect", "elm-explorations/test"),
    ("File", "elm/file"),
    ("Fuzz", "elm-explorations/test"),
    ("Html", "elm/html"),
    ("Http", "elm/http"),
    ("Json", "elm/json"),
    ("List", CORE),
    ("Markdown", "elm-explorations/markdown"),
    ("Math", "elm-explorations/linear-algebra"),
    ("Maybe", CORE),
    ("Parser", "elm/parser"),
    ("Platform", CORE),
    ("Process", CORE),
    ("Random", "elm/random"),
    ("Regex", "elm/regex"),
    ("Result", CORE),
    ("Set", CORE),
    ("String", CORE),
    ("Svg", "elm/svg"),
    ("Task", CORE),
    ("Test", "elm-explorations/test"),
    ("Time", "elm/time"),
    ("Tuple", CORE),
    ("Url", "elm/url"),
    ("VirtualDom", "elm/virtual-dom"),
    ("WebGL", "elm-explorations/webgl"),
];

/// The package that is known to have a module.
pub fn package_of(module: &str) -> Option<&'static str> {
    let first = module.split('.').next().unwrap_or(module);
    // Community packages put their modules beside the standard ones: `List.Extra`, `Json.Decode.Pipeline`.
    if module.ends_with(".Extra") || module == "Json.Decode.Pipeline" {
        return None;
    }
    PROVIDERS.iter().find(|(name, _)| *name == first).map(|(_, package)| *package)
}

/// Whether a package's name says that it has a module: `elm-community/list-extra` has `List.Extra`.
pub fn may_have(package: &str, module: &str) -> bool {
    let name = package.rsplit('/').next().unwrap_or(package).trim_start_matches("elm-").replace('-', "");
    let module = module.replace('.', "").to_lowercase();
    let first_matches = module.starts_with(&name) || name.starts_with(&module);
    first_matches || (name.ends_with("decodepipeline") && module.ends_with("decodepipeline"))
}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    file_name == "elm.json"
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    for config in configs.iter().filter(|config| is_config(config.file_name())) {
        let manifest: Value = match serde_json::from_str(&config.text) {
            Ok(manifest) => manifest,
            Err(error) => {
                let (line, message) = (Some(error.line() as u32), error.to_string());
                project.problems.push(Problem { path: config.path.clone(), line, message });
                continue;
            }
        };
        let text = |key: &str| manifest.get(key).and_then(Value::as_str);
        let directories = manifest.get("source-directories").and_then(Value::as_array);
        let directories = directories.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
        let mut directories: Vec<String> = directories.collect();
        if directories.is_empty() {
            directories.push("src".to_owned());
        }
        directories.push("tests".to_owned());
        project.elm.directories.insert(config.directory().into(), directories);
        let mut dependencies = Vec::new();
        for (key, scope) in
            [("dependencies", DeclaredScope::Runtime), ("test-dependencies", DeclaredScope::Development)]
        {
            let group = manifest.get(key);
            // An application tells the direct ones from those that they need.
            let direct = group.and_then(|group| group.get("direct")).or(group).and_then(Value::as_object);
            dependencies.extend(direct.into_iter().flatten().filter_map(|(name, version)| {
                Some(Declared {
                    name: name.as_str().into(),
                    requirement: Some(version.as_str()?.into()),
                    locked: None,
                    scope,
                    file: None,
                    line: line_of(&config.text, name),
                })
            }));
        }
        let folder = config.directory().rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("elm");
        project.packages.push(Package {
            ecosystem: Ecosystem::Elm,
            name: text("name").unwrap_or(folder).into(),
            version: text("version").map(Name::from),
            directory: config.directory().into(),
            manifest: config.path.clone(),
            dependencies,
        });
    }
}

/// The line on which a key stands, counted from 1.
fn line_of(text: &str, key: &str) -> u32 {
    let quoted = format!("\"{key}\"");
    text.lines().position(|line| line.contains(&quoted)).map_or(1, |index| index as u32 + 1)
}
