//! Haskell packages: `*.cabal` and hpack's `package.yaml`.

mod cabal;
mod providers;

use super::npm::yaml::{self, Yaml};
use super::{ConfigFile, Declared, DeclaredScope, Ecosystem, Package, Problem, Project};
use crate::facts::Name;
use crate::project::cmake::join;

pub use self::providers::provider_of;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// For each component (a library, an executable, a test suite) its source directories, relative to the root.
    pub components: Vec<Vec<String>>,
}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    file_name == "package.yaml" || file_name.ends_with(".cabal") && file_name != ".cabal"
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    for config in configs.iter().filter(|config| config.file_name().ends_with(".cabal")) {
        let draft = cabal::read(&config.text, config.directory());
        add(config, draft, project);
    }
    for config in configs.iter().filter(|config| config.file_name() == "package.yaml") {
        // hpack writes a `.cabal` file, which says the same.
        let is_written =
            |package: &Package| package.ecosystem == Ecosystem::Hackage && *package.directory == *config.directory();
        if project.packages.iter().any(is_written) {
            continue;
        }
        match yaml::read(&config.text) {
            Ok(document) => add(config, hpack(&document, config.directory()), project),
            Err((line, message)) => project.problems.push(Problem { path: config.path.clone(), line, message }),
        }
    }
}

/// What a manifest says.
#[derive(Debug, Default)]
struct Draft {
    name: Option<Name>,
    version: Option<Name>,
    components: Vec<Vec<String>>,
    dependencies: Vec<Declared>,
}

impl Draft {
    /// One entry of `build-depends`: `base >=4 && <5`, `package:{library}`, `package ^>= 1.0`.
    fn depend(&mut self, entry: &str, scope: DeclaredScope, line: u32) {
        let entry = entry.trim();
        let end = entry.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(entry.len());
        let (name, rest) = entry.split_at(end);
        let rest = rest.trim_start_matches(|c: char| !matches!(c, '<' | '>' | '=' | '^')).trim();
        if name.is_empty() || self.dependencies.iter().any(|known| known.name == name) {
            return;
        }
        self.dependencies.push(Declared {
            name: name.into(),
            requirement: (!rest.is_empty()).then(|| rest.into()),
            locked: None,
            scope,
            file: None,
            line,
        });
    }
}

fn add(config: &ConfigFile, draft: Draft, project: &mut Project) {
    let directory = config.directory();
    let by_file = || config.file_name().strip_suffix(".cabal").unwrap_or(directory).into();
    project.hackage.components.extend(draft.components);
    let name = draft.name.unwrap_or_else(by_file);
    let dependencies = draft.dependencies.into_iter().filter(|declared| declared.name != name).collect();
    project.packages.push(Package {
        ecosystem: Ecosystem::Hackage,
        name,
        version: draft.version,
        directory: directory.into(),
        manifest: config.path.clone(),
        dependencies,
    });
}

fn hpack(document: &Yaml, directory: &str) -> Draft {
    let text = |key: &str| document.get(key).and_then(Yaml::text).cloned();
    let mut draft = Draft { name: text("name"), version: text("version"), ..Draft::default() };
    hpack_dependencies(document, DeclaredScope::Runtime, &mut draft);
    let common = hpack_directories(document, directory);
    let mut component = |of: &Yaml, scope| {
        hpack_dependencies(of, scope, &mut draft);
        let mut directories = hpack_directories(of, directory);
        directories.extend(common.iter().cloned());
        draft.components.push(directories);
    };
    if let Some(library) = document.get("library") {
        component(library, DeclaredScope::Runtime);
    }
    let kinds = [
        ("executables", DeclaredScope::Runtime),
        ("internal-libraries", DeclaredScope::Runtime),
        ("tests", DeclaredScope::Development),
        ("benchmarks", DeclaredScope::Development),
    ];
    for (kind, scope) in kinds {
        for (_, of) in document.get(kind).map_or(&[][..], Yaml::entries) {
            component(of, scope);
        }
    }
    draft
}

/// A text or the texts of a list.
fn texts(value: Option<&Yaml>) -> impl Iterator<Item = &Name> {
    let value = value.into_iter();
    value.flat_map(|value| value.text().into_iter().chain(value.elements().iter().filter_map(Yaml::text)))
}

fn hpack_directories(of: &Yaml, directory: &str) -> Vec<String> {
    texts(of.get("source-dirs")).filter_map(|path| join(directory, path)).collect()
}

fn hpack_dependencies(of: &Yaml, scope: DeclaredScope, draft: &mut Draft) {
    let list = of.get("dependencies");
    for entry in texts(list) {
        draft.depend(entry, scope, 1);
    }
    for entry in list.map_or(&[][..], Yaml::elements) {
        if let Some(name) = entry.get("name").and_then(Yaml::text) {
            draft.depend(name, scope, 1);
        }
    }
    for (name, _) in list.map_or(&[][..], Yaml::entries) {
        draft.depend(name, scope, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(path: &str, text: &str) -> Project {
        Project::read(&[ConfigFile { path: path.into(), text: text.into() }])
    }

    fn names(project: &Project) -> Vec<(&str, Option<&str>, DeclaredScope, u32)> {
        let dependencies = project.packages.iter().flat_map(|package| &package.dependencies);
        dependencies.map(|d| (d.name.as_str(), d.requirement.as_deref(), d.scope, d.line)).collect()
    }

    #[test]
    fn a_cabal_file() {
        let project = read_one(
            "shop/shop.cabal",
            "cabal-version: 2.4\nname:    shop\nversion: 1.0\n\ncommon deps\n  build-depends: base >=4 && <5\n\nlibrary\n  \
             import: deps\n  hs-source-dirs: src, gen\n  build-depends:\n      text\n    , containers ^>=0.6\n  \
             if flag(x)\n    build-depends: unix\n-- build-depends: nothing\ntest-suite t\n  Hs-Source-Dirs:\n    test\n  \
             build-depends: shop, hspec\n",
        );
        assert_eq!(project.packages[0].name, "shop");
        assert_eq!(project.packages[0].version.as_deref(), Some("1.0"));
        let expected = [
            ("base", Some(">=4 && <5"), DeclaredScope::Runtime, 6),
            ("text", None, DeclaredScope::Runtime, 12),
            ("containers", Some("^>=0.6"), DeclaredScope::Runtime, 13),
            ("unix", None, DeclaredScope::Runtime, 15),
            ("hspec", None, DeclaredScope::Development, 20),
        ];
        assert_eq!(names(&project), expected);
        let components = [vec![], vec!["shop/src".to_owned(), "shop/gen".to_owned()], vec!["shop/test".to_owned()]];
        assert_eq!(project.hackage.components, components[1..]);
    }

    #[test]
    fn an_hpack_file() {
        let project = read_one(
            "package.yaml",
            "name: shop\ndependencies:\n- base >= 4.7\nlibrary:\n  source-dirs: src\ntests:\n  all:\n    source-dirs: test\n    \
             dependencies:\n    - hspec\n    - name: QuickCheck\n      version: 2.14\n",
        );
        let found: Vec<_> = names(&project).into_iter().map(|(name, _, scope, _)| (name, scope)).collect();
        let expected = [
            ("base", DeclaredScope::Runtime),
            ("hspec", DeclaredScope::Development),
            ("QuickCheck", DeclaredScope::Development),
        ];
        assert_eq!(found, expected);
        assert_eq!(project.hackage.components, [vec!["src".to_owned()], vec!["test".to_owned()]]);
    }
}
