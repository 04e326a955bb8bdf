//! Erlang and Elixir projects: `mix.exs`, `mix.lock`, `rebar.config`, `rebar.lock`, `*.app.src`.
//!
//! `mix.exs` is an Elixir program; what is read is what it says plainly.

mod standard;

use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::FxHashMap;

use super::terms::{self, Term};
use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project};
use crate::facts::Name;

pub use self::standard::{APPLICATIONS, ELIXIR_STANDARD, ERLANG_STANDARD};

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// Every package that a lock file holds, sorted.
    pub locked: Vec<Name>,
    /// Directories that a `rebar.config` adds to where headers are looked for: its own directory, and one relative to it.
    pub includes: Vec<(Box<str>, String)>,
}

/// Whether a module comes with Erlang.
pub fn is_erlang_standard(module: &str) -> bool {
    ERLANG_STANDARD.binary_search(&module).is_ok()
}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "mix.exs" | "mix.lock" | "rebar.config" | "rebar.lock") || file_name.ends_with(".app.src")
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let mut locked: FxHashMap<Name, Name> = FxHashMap::default();
    for config in configs.iter().filter(|config| matches!(config.file_name(), "mix.lock" | "rebar.lock")) {
        static LOCKED: LazyLock<Option<Regex>> = LazyLock::new(|| {
            Regex::new(r#""([a-z][a-z0-9_]*)": ?\{:hex, ?:[a-z0-9_]+, ?"([^"]+)"|\{<<"([^"]+)">>,\s*\{pkg,\s*<<"[^"]+">>,\s*<<"([^"]+)">>"#).ok()
        });
        for found in LOCKED.iter().flat_map(|pattern| pattern.captures_iter(&config.text)) {
            let part = |a, b| found.get(a).or_else(|| found.get(b)).map_or("", |part| part.as_str());
            locked.entry(part(1, 3).into()).or_insert_with(|| part(2, 4).into());
        }
    }
    let rebar: FxHashMap<&str, Vec<Term<'_>>> = configs
        .iter()
        .filter(|config| config.file_name() == "rebar.config")
        .map(|config| (config.directory(), terms::parse(&config.text, &terms::ERLANG)))
        .collect();
    for config in configs {
        match config.file_name() {
            "mix.exs" => mix(config, &locked, project),
            "rebar.config" => includes(config, &rebar, project),
            name if name.ends_with(".app.src") => application(config, &rebar, &locked, project),
            _ => {}
        }
    }
    project.hex.locked = locked.into_keys().collect();
    project.hex.locked.sort_unstable();
}

fn declared(
    name: &str,
    requirement: Option<&str>,
    scope: DeclaredScope,
    line: u32,
    locked: &FxHashMap<Name, Name>,
) -> Declared {
    Declared {
        name: name.into(),
        requirement: requirement.map(Into::into),
        locked: locked.get(name).cloned(),
        scope,
        file: None,
        line,
    }
}

fn mix(config: &ConfigFile, locked: &FxHashMap<Name, Name>, project: &mut Project) {
    static APP: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\bapp: :([a-z][a-z0-9_]*)").ok());
    static VERSION: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?m)^\s*(?:@version|version:|version =) ?"([^"]+)""#).ok());
    static DEPENDENCY: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"^\s*(?:\[|defp? deps.*\bdo: \[)?\s*\{:([a-z][a-z0-9_]*),\s*(?:"([^"]*)")?(.*)"#).ok()
    });
    let first = |pattern: &LazyLock<Option<Regex>>| {
        let found = pattern.as_ref().and_then(|pattern| pattern.captures(&config.text));
        found.and_then(|found| found.get(1)).map(|part| Name::from(part.as_str()))
    };
    let mut dependencies = Vec::new();
    let mut in_dependencies = false;
    for (number, line) in (1..).zip(config.text.lines()) {
        let text = line.trim_start();
        if text.starts_with("def") || text.starts_with("end") && in_dependencies && line.len() - text.len() <= 2 {
            in_dependencies = text.starts_with("defp deps") || text.starts_with("def deps");
        }
        if !in_dependencies {
            continue;
        }
        let Some(found) = DEPENDENCY.as_ref().and_then(|pattern| pattern.captures(line)) else { continue };
        let options = found.get(3).map_or("", |part| part.as_str());
        let scope = if options.contains("only:") && !options.contains(":prod") {
            DeclaredScope::Development
        } else if options.contains("optional: true") {
            DeclaredScope::Optional
        } else {
            DeclaredScope::Runtime
        };
        dependencies.push(declared(&found[1], found.get(2).map(|part| part.as_str()), scope, number, locked));
    }
    let directory = config.directory();
    project.packages.push(Package {
        ecosystem: Ecosystem::Hex,
        name: first(&APP).unwrap_or_else(|| directory.rsplit('/').next().unwrap_or(directory).into()),
        version: first(&VERSION),
        directory: directory.into(),
        manifest: config.path.clone(),
        dependencies,
    });
}

/// `{erl_opts, [{i, "include"}]}`.
fn includes(config: &ConfigFile, rebar: &FxHashMap<&str, Vec<Term<'_>>>, project: &mut Project) {
    let terms = rebar.get(config.directory()).map_or(&[][..], Vec::as_slice);
    for options in terms.iter().filter_map(|term| term.value_of("erl_opts")) {
        for path in options.elements().iter().filter_map(|option| option.value_of("i")).filter_map(Term::text) {
            project.hex.includes.push((config.directory().into(), path.to_owned()));
        }
    }
}

/// An application of Erlang is the directory above the `src` that holds its `.app.src`.
fn application(
    config: &ConfigFile,
    rebar: &FxHashMap<&str, Vec<Term<'_>>>,
    locked: &FxHashMap<Name, Name>,
    project: &mut Project,
) {
    let source = config.directory();
    let directory = source.rsplit_once('/').map_or("", |(above, _)| above);
    let terms = terms::parse(&config.text, &terms::ERLANG);
    let Some([_, name, Term::List(_, _, keys), ..]) = terms.first().map(Term::elements) else { return };
    let Some(name) = name.text() else { return };
    let value = |key: &str| keys.iter().find_map(|term| term.value_of(key));
    let mut dependencies: Vec<Declared> = Vec::new();
    let mut add = |term: &Term<'_>, scope: DeclaredScope, with_requirement: bool| {
        let requirement = term.elements().get(1).and_then(Term::text).filter(|_| with_requirement);
        let Some(name) = term.text().or_else(|| term.elements().first().and_then(Term::text)) else { return };
        let is_known = APPLICATIONS.binary_search(&name).is_ok() || dependencies.iter().any(|known| known.name == name);
        if !is_known {
            dependencies.push(declared(name, requirement, scope, term.line(), locked));
        }
    };
    if let Some(terms) = rebar.get(directory).or_else(|| rebar.get("")) {
        for term in terms {
            let lists = [(term.value_of("deps"), DeclaredScope::Runtime)];
            let profiles = term.value_of("profiles").into_iter().flat_map(Term::elements);
            let in_profiles = profiles.filter_map(|profile| profile.elements().get(1)).flat_map(Term::elements);
            let of_profiles = in_profiles.map(|option| (option.value_of("deps"), DeclaredScope::Development));
            for (list, scope) in lists.into_iter().chain(of_profiles) {
                list.into_iter().flat_map(Term::elements).for_each(|dependency| add(dependency, scope, true));
            }
        }
    }
    for key in ["applications", "included_applications"] {
        value(key).into_iter().flat_map(Term::elements).for_each(|term| add(term, DeclaredScope::Runtime, false));
    }
    // A project that is built with mix too has said who it is there.
    if !project.packages.iter().any(|package| package.ecosystem == Ecosystem::Hex && *package.directory == *directory) {
        project.packages.push(Package {
            ecosystem: Ecosystem::Hex,
            name: name.into(),
            version: value("vsn").and_then(Term::text).map(Into::into),
            directory: directory.into(),
            manifest: config.path.clone(),
            dependencies,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packages(files: &[(&str, &str)]) -> Project {
        let config = |(path, text): &(&str, &str)| ConfigFile { path: (*path).into(), text: (*text).into() };
        Project::read(&files.iter().map(config).collect::<Vec<_>>())
    }

    #[test]
    fn a_mix_project_and_its_lock() {
        let project = packages(&[
            (
                "mix.exs",
                "defmodule Shop.MixProject do\n  def project do\n    [app: :shop, deps: deps()]\n  end\n\n  defp deps do\n    \
                 [\n      {:jason, \"~> 1.0\"},\n      {:credo, \">= 0.0.0\", only: [:dev, :test]},\n      # {:plug, \"1.0\"},\n      \
                 {:core, in_umbrella: true}\n    ]\n  end\n  def other, do: {:ok, 1}\nend\n",
            ),
            ("mix.lock", "%{\n  \"jason\": {:hex, :jason, \"1.4.0\", \"abc\", [:mix], [], \"hexpm\", \"def\"},\n}\n"),
        ]);
        let [package] = project.packages.as_slice() else { panic!("{:?}", project.packages) };
        assert_eq!(package.name, "shop");
        let found: Vec<_> =
            package.dependencies.iter().map(|d| (d.name.as_str(), d.locked.as_deref(), d.scope)).collect();
        let expected = [
            ("jason", Some("1.4.0"), DeclaredScope::Runtime),
            ("credo", None, DeclaredScope::Development),
            ("core", None, DeclaredScope::Runtime),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn an_erlang_application_and_its_rebar_config() {
        let project = packages(&[
            (
                "rebar.config",
                "{deps, [cowboy, {jsx, \"3.0.0\"}]}. % {lager, 1}\n{erl_opts, [debug_info, {i, \"inc\"}]}.\n{profiles, [{test, [{deps, [meck]}]}]}.\n",
            ),
            ("rebar.lock", "{\"1.2.0\",\n[{<<\"jsx\">>,{pkg,<<\"jsx\">>,<<\"3.0.0\">>},0}]}.\n"),
            ("src/shop.app.src", "{application, shop, [{vsn, \"1.0\"}, {applications, [kernel, stdlib, cowboy]}]}.\n"),
        ]);
        let [package] = project.packages.as_slice() else { panic!("{:?}", project.packages) };
        assert_eq!((package.name.as_str(), package.version.as_deref(), &*package.directory), ("shop", Some("1.0"), ""));
        let found: Vec<_> = package.dependencies.iter().map(|d| (d.name.as_str(), d.scope)).collect();
        let expected =
            [("cowboy", DeclaredScope::Runtime), ("jsx", DeclaredScope::Runtime), ("meck", DeclaredScope::Development)];
        assert_eq!(found, expected);
        assert_eq!(project.hex.includes, [("".into(), "inc".to_owned())]);
    }
}
