//! `meson.build`.

use std::sync::LazyLock;

use regex::Regex;

use crate::project::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project};

/// A call of one of the functions that matter, up to its closing bracket; their arguments hold no nested calls.
static CALL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\b(project|include_directories|dependency)\s*\(([^()]*)\)").ok());
static TEXT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(\w+\s*:\s*)?'([^'\n]*)'").ok());

/// Reads every `meson.build`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let (Some(call), Some(text)) = (&*CALL, &*TEXT) else { return };
    for config in configs.iter().filter(|config| config.file_name() == "meson.build") {
        let directory = config.directory();
        let mut package = Package {
            ecosystem: Ecosystem::Native,
            name: Default::default(),
            version: None,
            directory: directory.into(),
            manifest: config.path.clone(),
            dependencies: Vec::new(),
        };
        let mut line = 1;
        let mut counted = 0;
        for found in call.captures_iter(&config.text) {
            let (Some(whole), Some(function), Some(arguments)) = (found.get(0), found.get(1), found.get(2)) else {
                continue;
            };
            line += config.text[counted..whole.start()].matches('\n').count() as u32;
            counted = whole.start();
            let texts = || text.captures_iter(arguments.as_str());
            let mut plain =
                texts().filter(|text| text.get(1).is_none()).filter_map(|text| text.get(2)).map(|m| m.as_str());
            let version = || {
                let named = texts().find(|text| text.get(1).is_some_and(|name| name.as_str().starts_with("version")));
                named.and_then(|text| text.get(2)).map(|version| version.as_str().into())
            };
            match function.as_str() {
                "project" => {
                    package.name = plain.next().unwrap_or_default().into();
                    package.version = version();
                }
                "dependency" => {
                    package.dependencies.extend(plain.next().filter(|name| !name.is_empty()).map(|name| Declared {
                        name: name.into(),
                        requirement: version(),
                        locked: None,
                        scope: DeclaredScope::Runtime,
                        file: None,
                        line,
                    }))
                }
                _ => plain.filter_map(|written| super::join(directory, written)).for_each(|include| {
                    project.cmake.declare(directory, include);
                }),
            }
        }
        if !package.name.is_empty() || !package.dependencies.is_empty() {
            if package.name.is_empty() {
                package.name = directory.rsplit('/').next().unwrap_or(directory).into();
            }
            project.packages.push(package);
        }
    }
}
