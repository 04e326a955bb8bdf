//! `pyproject.toml`, by its standard tables and those of the common build and test tools, and `Pipfile`.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::{ConfigFile, DeclaredScope};
use super::{Draft, Fault};
use crate::facts::Name;
use crate::project::Declared;

type Value<'a> = Spanned<DeValue<'a>>;

/// A problem's line and message.
pub(super) fn problem(text: &str, error: &toml::de::Error) -> Fault {
    (error.span().map(|span| line_at(&newlines(text), span.start)), error.message().to_owned())
}

fn newlines(text: &str) -> Vec<usize> {
    memchr::memchr_iter(b'\n', text.as_bytes()).collect()
}

fn line_at(newlines: &[usize], offset: usize) -> u32 {
    newlines.partition_point(|newline| *newline < offset) as u32 + 1
}

/// A manifest being read.
struct Reader<'d, 't> {
    newlines: Vec<usize>,
    directory: &'t str,
    draft: &'d mut Draft,
}

/// Reads a `pyproject.toml`.
///
/// # Errors
/// The line, if known, and what is wrong.
pub(super) fn read(config: &ConfigFile, draft: &mut Draft) -> Result<(), Fault> {
    let document = DeTable::parse(&config.text).map_err(|error| problem(&config.text, &error))?;
    let document = document.get_ref();
    let mut reader = Reader { newlines: newlines(&config.text), directory: config.directory(), draft };
    let project = table(document, &["project"]);
    let poetry = table(document, &["tool", "poetry"]);
    let is_package = project.or(poetry).or(table(document, &["tool", "flit", "metadata"])).is_some();
    if is_package || document.contains_key("build-system") {
        reader.draft.manifest.get_or_insert_with(|| config.path.clone());
    }
    for table in [project, poetry].into_iter().flatten() {
        let draft = &mut *reader.draft;
        draft.name = draft.name.take().or_else(|| string(table, "name").map(Name::new));
        draft.version = draft.version.take().or_else(|| string(table, "version").map(Name::new));
    }
    reader.requirements(document);
    if let Some(poetry) = poetry {
        reader.poetry(poetry);
    }
    reader.layout(document);
    reader.search_paths(document);
    Ok(())
}

/// Reads a `Pipfile`.
///
/// # Errors
/// The line, if known, and what is wrong.
pub(super) fn read_pipfile(config: &ConfigFile, draft: &mut Draft) -> Result<(), Fault> {
    let document = DeTable::parse(&config.text).map_err(|error| problem(&config.text, &error))?;
    draft.manifest.get_or_insert_with(|| config.path.clone());
    let mut reader = Reader { newlines: newlines(&config.text), directory: config.directory(), draft };
    for (key, scope) in [("packages", DeclaredScope::Runtime), ("dev-packages", DeclaredScope::Development)] {
        if let Some(packages) = table(document.get_ref(), &[key]) {
            reader.by_name(packages, scope);
        }
    }
    Ok(())
}

impl Reader<'_, '_> {
    fn list(&mut self, value: Option<&Value<'_>>, scope: DeclaredScope) {
        for item in array(value) {
            if let Some(text) = item.get_ref().as_str() {
                self.draft.require(text, scope, line_at(&self.newlines, item.span().start));
            }
        }
    }

    /// Every list of a table.
    fn lists(&mut self, tables: Option<&DeTable<'_>>, scope: DeclaredScope) {
        let Some(tables) = tables else { return };
        let mut values: Vec<&Value<'_>> = tables.iter().map(|(_, value)| value).collect();
        values.sort_by_key(|value| value.span().start);
        for value in values {
            self.list(Some(value), scope);
        }
    }

    /// A table from names to versions (Poetry, Pipenv).
    fn by_name(&mut self, table: &DeTable<'_>, scope: DeclaredScope) {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let details = value.get_ref().as_table();
            let version = value.get_ref().as_str().or_else(|| string(details?, "version"));
            let is_optional = details
                .and_then(|details| details.get("optional"))
                .and_then(|optional| optional.get_ref().as_bool())
                .unwrap_or_default();
            let name = super::normalised(key.get_ref());
            if name != "python" {
                self.draft.dependencies.push(Declared {
                    name,
                    requirement: version.map(Name::new),
                    locked: None,
                    scope: if is_optional { DeclaredScope::Optional } else { scope },
                    file: None,
                    line: line_at(&self.newlines, key.span().start),
                });
            }
        }
    }

    fn requirements(&mut self, document: &DeTable<'_>) {
        let project = table(document, &["project"]);
        self.list(project.and_then(|project| project.get("dependencies")), DeclaredScope::Runtime);
        self.lists(table(document, &["project", "optional-dependencies"]), DeclaredScope::Optional);
        self.lists(table(document, &["dependency-groups"]), DeclaredScope::Development);
        let build = table(document, &["build-system"]);
        self.list(build.and_then(|build| build.get("requires")), DeclaredScope::Build);
        let uv = table(document, &["tool", "uv"]);
        self.list(uv.and_then(|uv| uv.get("dev-dependencies")), DeclaredScope::Development);
        self.lists(table(document, &["tool", "pdm", "dev-dependencies"]), DeclaredScope::Development);
        let flit = table(document, &["tool", "flit", "metadata"]);
        self.list(flit.and_then(|flit| flit.get("requires")), DeclaredScope::Runtime);
        for environment in tables_of(table(document, &["tool", "hatch", "envs"])) {
            self.list(environment.get("dependencies"), DeclaredScope::Development);
            self.list(environment.get("extra-dependencies"), DeclaredScope::Development);
        }
    }

    fn poetry(&mut self, poetry: &DeTable<'_>) {
        if let Some(dependencies) = table(poetry, &["dependencies"]) {
            self.by_name(dependencies, DeclaredScope::Runtime);
        }
        if let Some(dependencies) = table(poetry, &["dev-dependencies"]) {
            self.by_name(dependencies, DeclaredScope::Development);
        }
        for group in tables_of(table(poetry, &["group"])) {
            if let Some(dependencies) = table(group, &["dependencies"]) {
                self.by_name(dependencies, DeclaredScope::Development);
            }
        }
        for package in array(poetry.get("packages")).iter().filter_map(|package| package.get_ref().as_table()) {
            if let Some(from) = string(package, "from") {
                self.source(from);
            }
        }
    }

    /// A directory that holds top-level packages.
    fn source(&mut self, path: &str) {
        self.draft.root(self.directory, path, None);
        self.draft.has_layout = true;
    }

    /// Where the build tools find packages.
    fn layout(&mut self, document: &DeTable<'_>) {
        let tool = |path: &[&str]| table(document, &["tool"]).and_then(|tool| table(tool, path));
        if let Some(mapping) = tool(&["setuptools", "package-dir"]) {
            for (package, directory) in mapping {
                if let Some(directory) = directory.get_ref().as_str() {
                    let package = Some(&**package.get_ref()).filter(|package| !package.is_empty());
                    self.draft.root(self.directory, directory, package);
                    self.draft.has_layout |= package.is_none();
                }
            }
        }
        for path in strings(tool(&["setuptools", "packages", "find"]).and_then(|find| find.get("where"))) {
            self.source(path);
        }
        for target in tables_of(tool(&["hatch", "build", "targets"])).chain(tool(&["scikit-build", "wheel"])) {
            for package in strings(target.get("packages")) {
                self.source(package.trim_end_matches('/').rsplit_once('/').map_or("", |(parent, _)| parent));
            }
            for source in strings(target.get("sources")) {
                self.source(source);
            }
        }
        for (path, key) in [
            (&["pdm", "build"][..], "package-dir"),
            (&["uv", "build-backend"], "module-root"),
            (&["maturin"], "python-source"),
        ] {
            if let Some(directory) = tool(path).and_then(|table| string(table, key)) {
                self.source(directory);
            }
        }
    }

    /// Directories that test runners, type checkers and linters put on the path.
    fn search_paths(&mut self, document: &DeTable<'_>) {
        for (path, key) in [
            (&["tool", "pytest", "ini_options"][..], "pythonpath"),
            (&["tool", "pytest"], "pythonpath"),
            (&["tool", "pyright"], "extraPaths"),
            (&["tool", "mypy"], "mypy_path"),
            (&["tool", "ruff"], "src"),
            (&["tool", "isort"], "src_paths"),
        ] {
            for paths in strings(table(document, path).and_then(|table| table.get(key))) {
                for path in paths.split([':', ',', ' ']).filter(|path| !path.is_empty() && !path.contains(['$', '*'])) {
                    self.draft.root(self.directory, path, None);
                }
            }
        }
    }
}

fn table<'v, 'a>(table: &'v DeTable<'a>, path: &[&str]) -> Option<&'v DeTable<'a>> {
    path.iter().try_fold(table, |table, key| table.get(*key)?.get_ref().as_table())
}

fn tables_of<'v, 'a>(parent: Option<&'v DeTable<'a>>) -> impl Iterator<Item = &'v DeTable<'a>> {
    let mut tables: Vec<_> = parent.into_iter().flatten().collect();
    tables.sort_by_key(|(key, _)| key.span().start);
    tables.into_iter().filter_map(|(_, value)| value.get_ref().as_table())
}

fn string<'v>(table: &'v DeTable<'_>, key: &str) -> Option<&'v str> {
    table.get(key)?.get_ref().as_str()
}

fn array<'v, 'a>(value: Option<&'v Value<'a>>) -> &'v [Value<'a>] {
    value.and_then(|value| value.get_ref().as_array()).map_or(&[], |array| array)
}

/// The strings of a list, or a single one.
fn strings<'v>(value: Option<&'v Value<'_>>) -> Vec<&'v str> {
    let single = value.and_then(|value| value.get_ref().as_str());
    single.into_iter().chain(array(value).iter().filter_map(|item| item.get_ref().as_str())).collect()
}
