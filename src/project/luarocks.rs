//! Rockspecs: what a Lua project calls its modules and which rocks it needs.
//!
//! A rockspec is a Lua program that mostly is plain tables; what is read is what stands there as text.

use std::sync::LazyLock;

use regex::Regex;

use super::cmake::join;
use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project, blocks};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// Modules by name, with their files relative to the root. Sorted.
    pub modules: Vec<(Name, String)>,
}

/// Modules that the language and the programs that host it bring along: the first part of the name.
pub const STANDARD: &[&str] = &[
    "bit",
    "bit32",
    "coroutine",
    "debug",
    "ffi",
    "io",
    "jit",
    "love",
    "luv",
    "math",
    "ngx",
    "os",
    "package",
    "string",
    "table",
    "utf8",
    "uv",
    "vim",
];

/// Rocks whose modules are called otherwise.
pub const PROVIDERS: &[(&str, &str)] = &[
    ("cjson", "lua-cjson"),
    ("lfs", "luafilesystem"),
    ("ltn12", "luasocket"),
    ("mime", "luasocket"),
    ("pl", "penlight"),
    ("posix", "luaposix"),
    ("re", "lpeg"),
    ("socket", "luasocket"),
    ("ssl", "luasec"),
    ("term", "lua-term"),
    ("yaml", "lyaml"),
];

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    file_name.ends_with(".rockspec")
}

struct Patterns {
    attribute: Regex,
    module: Regex,
    text: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    Some(Patterns {
        attribute: Regex::new(r#"(?m)^\s*(package|version)\s*=\s*["']([^"']+)["']"#).ok()?,
        module: Regex::new(r#"\[?["']?([\w.\-]+)["']?\]?\s*=\s*["']([^"']+\.lua)["']"#).ok()?,
        text: Regex::new(r#"["']([^"'\n]+)["']"#).ok()?,
    })
});

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let Some(patterns) = &*PATTERNS else { return };
    let mut packages: Vec<Package> = Vec::new();
    for config in configs.iter().filter(|config| is_config(config.file_name())) {
        let directory = config.directory();
        // Old versions are kept in a folder of their own.
        let is_shelf = |name: &str| matches!(name, "rockspec" | "rockspecs");
        let directory = match directory.rsplit_once('/') {
            Some((parent, name)) if is_shelf(name) => parent,
            None if is_shelf(directory) => "",
            _ => directory,
        };
        for modules in blocks::after(&config.text, "modules", '{', '}') {
            for found in patterns.module.captures_iter(modules.text) {
                if let Some(path) = join(directory, &found[2]) {
                    project.luarocks.modules.push((found[1].into(), path));
                }
            }
        }
        let package = rockspec(config, directory, patterns);
        // The last by name is the newest, or the one that is under development.
        packages.retain(|known| known.directory != package.directory || known.name != package.name);
        packages.push(package);
    }
    project.packages.append(&mut packages);
    project.luarocks.modules.sort();
    project.luarocks.modules.dedup();
}

fn rockspec(config: &ConfigFile, directory: &str, patterns: &Patterns) -> Package {
    let attribute = |name: &str| {
        let mut found = patterns.attribute.captures_iter(&config.text).filter(|found| &found[1] == name);
        found.next().map(|found| Name::from(&found[2]))
    };
    let mut dependencies = Vec::new();
    let kinds = [
        ("dependencies", DeclaredScope::Runtime),
        ("build_dependencies", DeclaredScope::Build),
        ("test_dependencies", DeclaredScope::Development),
    ];
    for (key, scope) in kinds {
        for block in blocks::after(&config.text, key, '{', '}') {
            for found in patterns.text.captures_iter(block.text) {
                let written = found[1].trim();
                let (name, requirement) = written.split_once(char::is_whitespace).unwrap_or((written, ""));
                if name == "lua" {
                    continue;
                }
                let at = block.start + found.get(1).map_or(0, |text| text.start());
                dependencies.push(Declared {
                    name: name.into(),
                    requirement: Some(requirement.trim().into()).filter(|text: &Name| !text.is_empty()),
                    locked: None,
                    scope,
                    file: None,
                    line: blocks::line_of(&config.text, at),
                });
            }
        }
    }
    Package {
        ecosystem: Ecosystem::LuaRocks,
        name: attribute("package").unwrap_or_else(|| config.file_name().trim_end_matches(".rockspec").into()),
        version: attribute("version"),
        directory: directory.into(),
        manifest: config.path.clone(),
        dependencies,
    }
}
