//! Gems: gemspecs, `Gemfile`, `Gemfile.lock`.
//!
//! These are Ruby programs; what is read is the lines that say things plainly.

use std::sync::LazyLock;

use regex::Regex;

use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// Directories of gems with their library directories, relative to them.
    pub libraries: Vec<(Box<str>, Vec<String>)>,
    /// Every gem that a lock file holds, sorted.
    pub locked: Vec<Name>,
}

/// What the language brings along: the first part of a path to require. Sorted.
pub const STANDARD: &[&str] = &[
    "English",
    "Win32API",
    "abbrev",
    "base64",
    "benchmark",
    "bigdecimal",
    "bundler",
    "cgi",
    "cmath",
    "continuation",
    "coverage",
    "csv",
    "date",
    "debug",
    "delegate",
    "did_you_mean",
    "digest",
    "drb",
    "e2mmap",
    "enumerator",
    "erb",
    "error_highlight",
    "etc",
    "expect",
    "fcntl",
    "fiber",
    "fiddle",
    "fileutils",
    "find",
    "forwardable",
    "getoptlong",
    "io",
    "ipaddr",
    "irb",
    "json",
    "kconv",
    "logger",
    "mathn",
    "matrix",
    "mkmf",
    "monitor",
    "mutex_m",
    "net",
    "nkf",
    "objspace",
    "observer",
    "open-uri",
    "open3",
    "openssl",
    "optionparser",
    "optparse",
    "ostruct",
    "pathname",
    "pp",
    "prettyprint",
    "prime",
    "prism",
    "profile",
    "profiler",
    "pstore",
    "psych",
    "pty",
    "racc",
    "rake",
    "random",
    "rational",
    "rbconfig",
    "rdoc",
    "readline",
    "reline",
    "resolv",
    "resolv-replace",
    "rexml",
    "rinda",
    "ripper",
    "rss",
    "ruby_vm",
    "rubygems",
    "scanf",
    "sdbm",
    "securerandom",
    "set",
    "shell",
    "shellwords",
    "singleton",
    "socket",
    "stringio",
    "strscan",
    "sync",
    "syntax_suggest",
    "syslog",
    "tempfile",
    "thread",
    "thwait",
    "time",
    "timeout",
    "tmpdir",
    "tracer",
    "tsort",
    "un",
    "unicode_normalize",
    "uri",
    "weakref",
    "webrick",
    "win32",
    "win32ole",
    "xmlrpc",
    "yaml",
    "zlib",
];

/// Libraries that a gem of another name provides.
pub const PROVIDERS: &[(&str, &str)] = &[
    ("active_support", "rails"),
    ("active_record", "rails"),
    ("active_model", "rails"),
    ("active_job", "rails"),
    ("action_controller", "rails"),
    ("action_view", "rails"),
    ("action_mailer", "rails"),
    ("action_dispatch", "rails"),
    ("action_cable", "rails"),
    ("active_storage", "rails"),
    ("rspec", "rspec-rails"),
    ("minitest", "rails"),
    ("test", "test-unit"),
    ("nio", "nio4r"),
    ("openssl", "openssl"),
    ("sinatra", "sinatra-contrib"),
    ("aws-sdk", "aws-sdk-s3"),
];

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "Gemfile" | "gems.rb" | "Gemfile.lock" | "gems.locked") || file_name.ends_with(".gemspec")
}

struct Patterns {
    attribute: Regex,
    dependency: Regex,
    gem: Regex,
    locked: Regex,
    text: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    Some(Patterns {
        attribute: Regex::new(r#"^\s*\w+\.(name|version|require_paths?)\s*=\s*(.*)$"#).ok()?,
        dependency: Regex::new(r#"^\s*\w+\.add_(runtime_|development_)?dependency[\s(]+(.*)$"#).ok()?,
        gem: Regex::new(r"^\s*gem[\s(]+(.*)$").ok()?,
        locked: Regex::new(r"^    ([\w.-]+) \(([^)]+)\)$").ok()?,
        text: Regex::new(r#"["']([^"'#]*)["']"#).ok()?,
    })
});

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let Some(patterns) = &*PATTERNS else { return };
    let mut locks: Vec<(&str, Vec<(Name, Name)>)> = Vec::new();
    for config in configs.iter().filter(|config| matches!(config.file_name(), "Gemfile.lock" | "gems.locked")) {
        let entries = config.text.lines().filter_map(|line| patterns.locked.captures(line));
        let entries: Vec<(Name, Name)> = entries.map(|found| (found[1].into(), found[2].into())).collect();
        project.gem.locked.extend(entries.iter().map(|(name, _)| name.clone()));
        locks.push((config.directory(), entries));
    }
    project.gem.locked.sort_unstable();
    project.gem.locked.dedup();
    let mut packages: Vec<Package> = Vec::new();
    for config in configs.iter().filter(|config| config.file_name().ends_with(".gemspec")) {
        let (package, libraries) = gemspec(config, patterns);
        project.gem.libraries.push((config.directory().into(), libraries));
        packages.push(package);
    }
    for config in configs.iter().filter(|config| matches!(config.file_name(), "Gemfile" | "gems.rb")) {
        let dependencies = gemfile(config, patterns);
        match packages.iter_mut().find(|package| *package.directory == *config.directory()) {
            Some(package) => package.dependencies.extend(dependencies),
            None => {
                project.gem.libraries.push((config.directory().into(), vec!["lib".to_owned()]));
                packages.push(package_of(config, dependencies));
            }
        }
    }
    for package in &mut packages {
        let lock = locks.iter().find(|(directory, _)| *directory == &*package.directory);
        for declared in &mut package.dependencies {
            let entry = lock.and_then(|(_, entries)| entries.iter().find(|(name, _)| *name == declared.name));
            declared.locked = entry.map(|(_, version)| version.clone());
        }
    }
    project.packages.extend(packages);
}

fn package_of(config: &ConfigFile, dependencies: Vec<Declared>) -> Package {
    let directory = config.directory();
    Package {
        ecosystem: Ecosystem::Gem,
        name: directory.rsplit('/').next().unwrap_or(directory).into(),
        version: None,
        directory: directory.into(),
        manifest: config.path.clone(),
        dependencies,
    }
}

fn gemspec(config: &ConfigFile, patterns: &Patterns) -> (Package, Vec<String>) {
    let mut package = package_of(config, Vec::new());
    package.name = config.file_name().trim_end_matches(".gemspec").into();
    let mut libraries = Vec::new();
    for (index, line) in config.text.lines().enumerate() {
        if let Some(found) = patterns.attribute.captures(line) {
            let texts: Vec<String> = patterns.text.captures_iter(&found[2]).map(|text| text[1].to_owned()).collect();
            match (&found[1], texts.first()) {
                ("name", Some(name)) => package.name = name.as_str().into(),
                ("version", Some(version)) => package.version = Some(version.as_str().into()),
                ("require_path" | "require_paths", Some(_)) => libraries = texts,
                _ => {}
            }
        } else if let Some(found) = patterns.dependency.captures(line) {
            let is_development = found.get(1).is_some_and(|kind| kind.as_str() == "development_");
            let scope = if is_development { DeclaredScope::Development } else { DeclaredScope::Runtime };
            package.dependencies.extend(declared(&found[2], scope, index, patterns));
        }
    }
    if libraries.is_empty() {
        libraries.push("lib".to_owned());
    }
    (package, libraries)
}

fn gemfile(config: &ConfigFile, patterns: &Patterns) -> Vec<Declared> {
    let mut dependencies = Vec::new();
    let mut development = false;
    for (index, line) in config.text.lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.starts_with("group ") && trimmed.ends_with("do") {
            development = [":development", ":test"].iter().any(|group| trimmed.contains(group));
        } else if trimmed == "end" {
            development = false;
        } else if let Some(found) = patterns.gem.captures(line) {
            let scope = if development { DeclaredScope::Development } else { DeclaredScope::Runtime };
            dependencies.extend(declared(&found[1], scope, index, patterns));
        }
    }
    dependencies
}

/// `"name", ">= 1", "< 3", group: :test`.
fn declared(arguments: &str, scope: DeclaredScope, index: usize, patterns: &Patterns) -> Option<Declared> {
    if !arguments.trim_start().starts_with(['"', '\'']) {
        return None;
    }
    let mut texts = patterns.text.captures_iter(arguments).map(|text| text.extract::<1>().1[0]);
    let name = texts.next().filter(|name| !name.is_empty())?;
    let is_version =
        |text: &&str| text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '~' | '>' | '<' | '=' | '!'));
    let requirement: Vec<&str> = texts.take_while(is_version).collect();
    Some(Declared {
        name: name.into(),
        requirement: (!requirement.is_empty()).then(|| requirement.join(", ").into()),
        locked: None,
        scope,
        file: None,
        line: u32::try_from(index + 1).unwrap_or(u32::MAX),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gem_with_its_lock() {
        let spec = "Gem::Specification.new do |s|\n  s.name = 'demo'\n  s.version = '1.0'\n  s.require_paths = %w[lib]\n  \
                    s.add_dependency 'rack', '>= 2', '< 4'\n  s.add_development_dependency(\"rake\")\nend\n";
        let lock = "GEM\n  specs:\n    rack (3.1.0)\n      other (>= 1)\n";
        let configs = [
            ("demo.gemspec", spec),
            ("Gemfile", "gemspec\ngroup :test do\n  gem 'rspec', '~> 3'\nend\n"),
            ("Gemfile.lock", lock),
        ]
        .map(|(path, text)| ConfigFile { path: path.into(), text: text.into() });
        let project = Project::read(&configs);
        let package = &project.packages[0];
        assert_eq!((package.name.as_str(), package.version.as_deref()), ("demo", Some("1.0")));
        let needs: Vec<_> = package
            .dependencies
            .iter()
            .map(|d| (d.name.as_str(), d.requirement.as_deref(), d.locked.as_deref(), d.scope, d.line))
            .collect();
        assert_eq!(
            needs,
            [
                ("rack", Some(">= 2, < 4"), Some("3.1.0"), DeclaredScope::Runtime, 5),
                ("rake", None, None, DeclaredScope::Development, 6),
                ("rspec", Some("~> 3"), None, DeclaredScope::Development, 3),
            ]
        );
        assert_eq!(project.gem.libraries, [("".into(), vec!["lib".to_owned()])]);
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(STANDARD.is_sorted(), "{STANDARD:?}");
    }
}
