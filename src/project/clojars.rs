//! Clojure projects: `deps.edn`, `bb.edn`, `project.clj`, `shadow-cljs.edn`.

use super::terms::{self, Term};
use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Project};

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    matches!(file_name, "deps.edn" | "bb.edn" | "project.clj" | "shadow-cljs.edn")
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    for config in configs.iter().filter(|config| is_config(config.file_name())) {
        let terms = terms::parse(&config.text, &terms::LISP);
        let Some(root) = terms.iter().find(|term| !term.elements().is_empty()) else { continue };
        let mut dependencies = Vec::new();
        match config.file_name() {
            "deps.edn" | "bb.edn" => deps(root, &mut dependencies),
            _ => vectors(root, &mut dependencies),
        }
        let directory = config.directory();
        let folder = directory.rsplit('/').next().unwrap_or(directory);
        let leiningen = root.field("defproject");
        let text = |index: usize| leiningen.and_then(|words| words.get(index)).and_then(Term::text);
        let own = project.packages.iter_mut();
        let beside = own.rev().find(|package| {
            package.ecosystem == Ecosystem::Clojars && *package.directory == *directory && leiningen.is_none()
        });
        match beside {
            // Several tools' files in one directory are of one project.
            Some(package) => {
                let is_new = |declared: &Declared| package.dependencies.iter().all(|known| known.name != declared.name);
                let new: Vec<Declared> = dependencies
                    .into_iter()
                    .filter(is_new)
                    .map(|declared| Declared { file: Some(config.path.clone()), ..declared })
                    .collect();
                package.dependencies.extend(new);
            }
            None => project.packages.push(Package {
                ecosystem: Ecosystem::Clojars,
                name: text(0).unwrap_or(folder).into(),
                version: text(1).map(Into::into),
                directory: directory.into(),
                manifest: config.path.clone(),
                dependencies,
            }),
        }
    }
}

/// `:deps {name {:mvn/version "1"}}`, also of aliases.
fn deps(root: &Term<'_>, dependencies: &mut Vec<Declared>) {
    let mut of_map = |map: &Term<'_>, scope| {
        for entry in map.elements().chunks_exact(2) {
            let version = entry[1].get(":mvn/version").or_else(|| entry[1].get(":git/tag")).and_then(Term::text);
            add(&entry[0], version, scope, dependencies);
        }
    };
    if let Some(map) = root.get(":deps") {
        of_map(map, DeclaredScope::Runtime);
    }
    for alias in root.get(":aliases").map_or(&[][..], Term::elements) {
        for key in [":extra-deps", ":deps", ":replace-deps"] {
            if let Some(map) = alias.get(key) {
                of_map(map, DeclaredScope::Development);
            }
        }
    }
}

/// `:dependencies [[name "1"]]`, also of profiles.
fn vectors(root: &Term<'_>, dependencies: &mut Vec<Declared>) {
    let mut of_list = |list: &Term<'_>, scope| {
        for entry in list.elements() {
            let words = entry.elements();
            if let Some(name) = words.first() {
                add(name, words.get(1).and_then(Term::text), scope, dependencies);
            }
        }
    };
    if let Some(list) = root.get(":dependencies") {
        of_list(list, DeclaredScope::Runtime);
    }
    for profile in root.get(":profiles").map_or(&[][..], Term::elements) {
        if let Some(list) = profile.get(":dependencies") {
            of_list(list, DeclaredScope::Development);
        }
    }
    if let Some(list) = root.get(":managed-dependencies") {
        of_list(list, DeclaredScope::Runtime);
    }
}

fn add(name: &Term<'_>, version: Option<&str>, scope: DeclaredScope, dependencies: &mut Vec<Declared>) {
    let Some(text) = name.text() else { return };
    if dependencies.iter().all(|known| known.name != text) {
        dependencies.push(Declared {
            name: text.into(),
            requirement: version.map(Into::into),
            locked: None,
            scope,
            file: None,
            line: name.line(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependencies(path: &str, text: &str) -> Vec<(String, Option<String>, DeclaredScope, u32)> {
        let project = Project::read(&[ConfigFile { path: path.into(), text: text.into() }]);
        let found = project.packages.iter().flat_map(|package| &package.dependencies);
        found.map(|d| (d.name.to_string(), d.requirement.as_ref().map(ToString::to_string), d.scope, d.line)).collect()
    }

    fn entry(
        name: &str,
        version: &str,
        scope: DeclaredScope,
        line: u32,
    ) -> (String, Option<String>, DeclaredScope, u32) {
        (name.to_owned(), Some(version.to_owned()), scope, line)
    }

    #[test]
    fn deps_edn_with_aliases() {
        let text = "{:paths [\"src\"]\n :deps {metosin/reitit {:mvn/version \"0.7\"}} ; {no/no {}}\n :aliases {:test \
                    {:extra-deps {kaocha/kaocha {:mvn/version \"1.0\"}}}}}\n";
        let expected = [
            entry("metosin/reitit", "0.7", DeclaredScope::Runtime, 2),
            entry("kaocha/kaocha", "1.0", DeclaredScope::Development, 3),
        ];
        assert_eq!(dependencies("deps.edn", text), expected);
    }

    #[test]
    fn project_clj_with_profiles() {
        let text = "(defproject my/app \"0.1.0\"\n  :dependencies [[org.clojure/clojure \"1.11\"]\n                 [ring \
                    \"1.9\" :exclusions [a]]]\n  :profiles {:dev {:dependencies [[midje \"1.1\"]]}})\n";
        let expected = [
            entry("org.clojure/clojure", "1.11", DeclaredScope::Runtime, 2),
            entry("ring", "1.9", DeclaredScope::Runtime, 3),
            entry("midje", "1.1", DeclaredScope::Development, 4),
        ];
        assert_eq!(dependencies("project.clj", text), expected);
    }
}
