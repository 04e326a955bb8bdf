//! Style sheets: CSS and SCSS.
//!
//! A path is relative to the file. Sass adds an extension, the `_` of a partial and the index file of a directory; what is
//! not there is looked for in a load path, which nobody knows: the directories above the file, the nearest first
//! ([`Certainty::Inferred`]), then the package that the path names, then, if it names a directory, any file whose path ends so. A leading
//! `~` means a package. A URL is not of the project.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::paths::{self, Endings, Found};
use super::resolve::{Certainty, Dependency, External, FileId, Reason, Sources};
use super::{Family, Language};
use crate::facts::{Import, ImportKind};
use crate::project::Ecosystem;

/// CSS.
pub static CSS: Language = Language {
    name: "css",
    label: "CSS",
    extensions: &["css", "pcss", "postcss"],
    grammar: arborium_scss::language(),
    query: include_str!("../../assets/queries/css.scm"),
    hooks: Hooks { import, ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

/// SCSS.
pub static SCSS: Language = Language {
    name: "scss",
    label: "SCSS",
    extensions: &["scss"],
    grammar: arborium_scss::language(),
    query: include_str!("../../assets/queries/css.scm"),
    hooks: Hooks { import, ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "css", ecosystem: Some(Ecosystem::Npm), resolve };

fn is_test_path(path: &str) -> bool {
    super::has_directory(path, &["test", "tests", "__tests__", "spec", "fixtures"])
}

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let exported = node.kind() == "forward_statement";
    // After the first of `@use "a" with ($b: "c")` and `@include meta.load-css("a", …)` come values.
    let only_first = node.kind() != "import_statement";
    let mut open = vec![(node, false)];
    while let Some((next, is_argument)) = open.pop() {
        match next.kind() {
            "string_value" | "plain_value" => {
                let written = source.text(next).trim_matches(['"', '\'']);
                // `url(a.css)` is no string.
                if !written.is_empty() && (next.kind() == "string_value" || is_argument) {
                    let import = Import::new(ImportKind::Import, written, span_of(node), span_of(next));
                    imports.push(Import { exported, ..import });
                    if only_first {
                        return;
                    }
                }
            }
            // The query after the path may hold anything.
            "feature_query" | "parenthesized_query" | "binary_query" | "supports_query" | "block" => {}
            kind => {
                let mut cursor = next.walk();
                let children: Vec<_> = next.named_children(&mut cursor).collect();
                open.extend(children.into_iter().rev().map(|child| (child, kind == "arguments")));
            }
        }
    }
}

struct Resolver<'a> {
    sources: &'a Sources,
    endings: Endings<'a>,
}

fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let resolver = Resolver { sources, endings: Endings::new(sources, files.iter().copied()) };
    paths::resolve_imports(sources, files, |file, import| resolver.import(file, &import.path))
}

impl Resolver<'_> {
    fn import(&self, file: FileId, written: &str) -> Found {
        if let Some(module) = written.strip_prefix("sass:") {
            return external(&format!("sass:{module}"), true);
        }
        if let Some(host) = paths::url_host(written) {
            return Found::External(External { ecosystem: Ecosystem::Native, name: host.into(), standard: false });
        }
        if written.contains("#{") || written.contains(['{', '<']) {
            return Found::Unresolved(Reason::NotLiteral);
        }
        let source = self.sources.get(file);
        let is_sass = source.path.ends_with(".scss");
        let end = if is_sass { written.len() } else { written.find(['?', '#']).unwrap_or(written.len()) };
        let path = written[..end].trim_start_matches('~');
        let own = &*source.path;
        if let Some(found) = self.at(paths::directory_of(own), path, is_sass) {
            return Found::resolved(found);
        }
        if path.starts_with("./") || path.starts_with("../") {
            return Found::Unresolved(Reason::Missing);
        }
        let path = path.trim_start_matches('/');
        if let Some(found) = paths::above(own).find_map(|root| self.at(root, path, is_sass)) {
            return Found::File(found, Certainty::Inferred);
        }
        if let Some(found) = self.package(path, is_sass) {
            return found;
        }
        // A lone name says too little of where it is.
        let path = path.trim_start_matches("@/");
        if !path.contains('/') {
            return Found::Unresolved(Reason::Undeclared);
        }
        let ending = candidates(path, is_sass).into_iter().find(|ending| !self.endings.of(ending).is_empty());
        ending.map_or(Found::Unresolved(Reason::Undeclared), |ending| self.endings.nearest(file, &ending))
    }

    fn at(&self, directory: &str, path: &str, is_sass: bool) -> Option<FileId> {
        let found = candidates(path, is_sass).into_iter().find_map(|path| paths::at(self.sources, directory, &path));
        found.filter(|found| self.sources.get(*found).language.is_some_and(|language| language.family.name == "css"))
    }

    /// A package of npm, of the workspace or declared.
    fn package(&self, path: &str, is_sass: bool) -> Option<Found> {
        let (name, rest) = paths::npm_package(path);
        let packages = || self.sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Npm);
        if let Some(own) = packages().find(|package| package.name == name) {
            let found = self.at(&own.directory, rest, is_sass);
            return Some(found.map_or(Found::Unresolved(Reason::Missing), Found::resolved));
        }
        let is_declared = packages().flat_map(|package| &package.dependencies).any(|declared| declared.name == name);
        is_declared.then(|| external(name, false))
    }
}

/// The files that a path may mean, in the order in which Sass tries them.
fn candidates(path: &str, is_sass: bool) -> Vec<String> {
    let mut candidates = vec![path.to_owned()];
    if is_sass {
        let (directory, name) = path.rsplit_once('/').map_or(("", path), |(directory, name)| (directory, name));
        let partial = if directory.is_empty() { format!("_{name}") } else { format!("{directory}/_{name}") };
        candidates.extend([
            format!("{path}.scss"),
            format!("{partial}.scss"),
            partial,
            format!("{path}.css"),
            format!("{path}/_index.scss"),
            format!("{path}/index.scss"),
        ]);
    }
    candidates
}

fn external(name: &str, standard: bool) -> Found {
    Found::External(External { ecosystem: Ecosystem::Npm, name: name.into(), standard })
}
