//! Zig: `build.zig.zon` and what a `build.zig` says without being run.
//!
//! A build file is a program. What is read is how it ties the names of modules to root source files and dependencies
//! where both stand as text, directly or through one variable.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashMap;

use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project, blocks};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// By the directory of the build file.
    pub builds: BTreeMap<Box<str>, Build>,
}

/// What a build file and the manifest beside it say.
#[derive(Debug, Clone, Default)]
pub struct Build {
    /// What the names of modules stand for.
    pub modules: BTreeMap<Name, Module>,
    /// The packages that the manifest declares, with the path of those that are found by one.
    pub dependencies: BTreeMap<Name, Option<Name>>,
}

/// What a module's name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Module {
    /// A root source file, relative to the build file's directory.
    File(Name),
    /// A module of this dependency.
    Dependency(Name),
    /// Something that the build makes.
    Made,
}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "build.zig" | "build.zig.zon")
}

struct Patterns {
    created: Regex,
    variable: Regex,
    root: Regex,
    first_text: Regex,
    dependency: Regex,
    module_of: Regex,
    import: Regex,
    attribute: Regex,
    entry: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    Some(Patterns {
        created: Regex::new(r"\.(addModule|createModule)\(").ok()?,
        // What a block in front of the value does is between the name and the call.
        variable: Regex::new(r"(?:const|var)\s+(\w+)\s*=\s*(?:\w+:\s*\{\s*)?[\w.]*$").ok()?,
        root: Regex::new(r#"\.root_source_file\s*=\s*(?:b\.path\(|\.\{\s*\.path\s*=\s*)"([^"]+)""#).ok()?,
        first_text: Regex::new(r#"^\s*"([^"]+)""#).ok()?,
        dependency: Regex::new(r#"(?:(?:const|var)\s+(\w+)\s*=\s*)?(?:\w+\s+)?\w+\.(?:lazyD|d)ependency\(\s*"([^"]+)""#).ok()?,
        module_of: Regex::new(r#"(\w+|\))\.module\(\s*"([^"]+)"\)"#).ok()?,
        import: Regex::new(
            r#"(?:add(?:Import|Options|Module|AnonymousImport)\(\s*|\.name\s*=\s*)"([^"]+)"\s*,\s*(?:\.module\s*=\s*)?(?:(\w+)(?:\.module\(\s*"([^"]+)"\))?)?"#,
        )
        .ok()?,
        attribute: Regex::new(r#"(?m)^\s*\.(name|version)\s*=\s*(?:\.|")([\w@.+-]+)"#).ok()?,
        entry: Regex::new(r#"\.(?:@"([^"]+)"|(\w+))\s*=\s*\.\{"#).ok()?,
    })
});

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let Some(patterns) = &*PATTERNS else { return };
    for config in configs {
        let build = match config.file_name() {
            "build.zig" | "build.zig.zon" => project.zig.builds.entry(config.directory().into()).or_default(),
            _ => continue,
        };
        if config.file_name() == "build.zig" {
            build.modules = modules(&config.text, patterns);
        } else {
            let package = manifest(config, patterns, &mut build.dependencies);
            project.packages.push(package);
        }
    }
}

fn modules(text: &str, patterns: &Patterns) -> BTreeMap<Name, Module> {
    let mut modules: BTreeMap<Name, Module> = BTreeMap::new();
    let mut variables: FxHashMap<&str, Module> = FxHashMap::default();
    for created in patterns.created.captures_iter(text) {
        let (Some(whole), Some(call)) = (created.get(0), created.get(1)) else { continue };
        let block = blocks::until_close(text, whole.end(), '(', ')');
        // An import of this module may name another root: only what stands before it counts.
        let head = block.text.split(".imports").next().unwrap_or(block.text);
        let module = match patterns.root.captures(head).and_then(|found| found.get(1)) {
            Some(root) => Module::File(root.as_str().into()),
            None => Module::Made,
        };
        let before = &text[floor(text, whole.start().saturating_sub(120))..whole.start()];
        if let Some(variable) = patterns.variable.captures(before).and_then(|found| found.get(1)) {
            variables.insert(variable.as_str(), module.clone());
        }
        if call.as_str() == "addModule"
            && let Some(name) = patterns.first_text.captures(block.text)
        {
            modules.insert(name[1].into(), module);
        }
    }
    let mut dependencies: FxHashMap<&str, &str> = FxHashMap::default();
    for found in patterns.dependency.captures_iter(text) {
        let (Some(whole), Some(name)) = (found.get(0), found.get(2)) else { continue };
        if let Some(variable) = found.get(1) {
            dependencies.insert(variable.as_str(), name.as_str());
        }
        let end = whole.end() + blocks::until_close(text, whole.end(), '(', ')').text.len() + 1;
        let module = text.get(end..).and_then(|rest| rest.strip_prefix(".module(")).unwrap_or_default();
        if let Some(module) = patterns.first_text.captures(module) {
            let provided = Module::Dependency(name.as_str().into());
            if let Some(variable) = found.get(1) {
                variables.insert(variable.as_str(), provided.clone());
            }
            modules.entry(module[1].into()).or_insert(provided);
        }
    }
    for found in patterns.module_of.captures_iter(text) {
        if let Some(dependency) = found.get(1).and_then(|variable| dependencies.get(variable.as_str())) {
            modules.entry(found[2].into()).or_insert(Module::Dependency((*dependency).into()));
        }
    }
    for found in patterns.import.captures_iter(text) {
        let variable = found.get(2).map_or("", |variable| variable.as_str());
        let provided = || dependencies.get(variable).map(|dependency| Module::Dependency((*dependency).into()));
        let module = match found.get(3) {
            Some(_) => provided(),
            None => variables.get(variable).cloned(),
        };
        let known = modules.entry(found[1].into()).or_insert(Module::Made);
        if let Some(module) = module {
            *known = module;
        }
    }
    modules
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn manifest(config: &ConfigFile, patterns: &Patterns, declared: &mut BTreeMap<Name, Option<Name>>) -> Package {
    let text = &*config.text;
    let attribute = |name: &str| {
        let mut found = patterns.attribute.captures_iter(text).filter(|found| &found[1] == name);
        found.next().map(|found| Name::from(&found[2]))
    };
    let mut dependencies = Vec::new();
    for block in blocks::after(text, "dependencies", '{', '}') {
        for found in patterns.entry.captures_iter(block.text) {
            let (Some(whole), Some(name)) = (found.get(0), found.get(1).or(found.get(2))) else { continue };
            let entry = blocks::until_close(block.text, whole.end(), '{', '}').text;
            let value = |key: &str| {
                let rest = entry.split_once(key)?.1.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
                rest.split('"').next().map(Name::from)
            };
            declared.insert(name.as_str().into(), value(".path"));
            dependencies.push(Declared {
                name: name.as_str().into(),
                requirement: value(".url"),
                locked: None,
                scope: DeclaredScope::Runtime,
                file: None,
                line: blocks::line_of(text, block.start + name.start()),
            });
        }
    }
    let folder = config.directory().rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("package");
    Package {
        ecosystem: Ecosystem::Zig,
        name: attribute("name").unwrap_or_else(|| folder.into()),
        version: attribute("version"),
        directory: config.directory().into(),
        manifest: config.path.clone(),
        dependencies,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_a_build_file() {
        let text = r#"
            const core = b.addModule("core", .{ .root_source_file = b.path("src/core.zig") });
            const tool = blk: { break :blk b.createModule(.{ .root_source_file = b.path("src/tool.zig"), .imports = &.{} }); };
            const alone = b.createModule(.{ .root_source_file = b.path("src/alone.zig"), .imports = &.{
                .{ .name = "kit", .module = b.dependency("lsp_kit", .{}).module("kit") },
                .{ .name = "renamed", .module = core },
            } });
            exe.root_module.addImport("alone", alone);
            const dep = b.dependency("diff-z", .{ .target = target });
            exe.root_module.addImport("diff", dep.module("diffz"));
            exe.root_module.addOptions("build_options", options);
        "#;
        let patterns = PATTERNS.as_ref().expect("patterns that compile");
        let modules = modules(text, patterns);
        let file = |path: &str| Some(Module::File(path.into()));
        let dependency = |name: &str| Some(Module::Dependency(name.into()));
        assert_eq!(modules.get("core").cloned(), file("src/core.zig"));
        assert_eq!(modules.get("renamed").cloned(), file("src/core.zig"));
        assert_eq!(modules.get("alone").cloned(), file("src/alone.zig"));
        assert_eq!(modules.get("kit").cloned(), dependency("lsp_kit"));
        assert_eq!(modules.get("diff").cloned(), dependency("diff-z"));
        assert_eq!(modules.get("build_options").cloned(), Some(Module::Made));
    }
}
