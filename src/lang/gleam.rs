//! Gleam.
//!
//! Module `a/b` is `a/b.gleam` below `src`, `test` or `dev` of the package, the nearest directory above that has a
//! `gleam.toml`; then below `src` of the project's other packages. What is not there is of a declared package: `gleam/x`
//! of `gleam_x` or the standard library, `x/…` of `x`. `@external(javascript, "./x.mjs", …)` names a file beside the module.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::paths::{self, Found};
use super::resolve::{Certainty, Dependency, External, FileId, Reason, Sources};
use super::{Family, Language};
use crate::facts::{Import, ImportKind, ImportedName, Visibility};
use crate::project::{Ecosystem, Package};

/// Gleam.
pub static GLEAM: Language = Language {
    name: "gleam",
    label: "Gleam",
    extensions: &["gleam"],
    grammar: tree_sitter_gleam::LANGUAGE,
    query: include_str!("../../assets/queries/gleam.scm"),
    hooks: Hooks { import, visibility, ..Hooks::NONE },
    is_test_path: |path| super::has_directory(path, &["test"]),
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "gleam", ecosystem: Some(Ecosystem::Hex), resolve };

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    if node.kind() == "attribute" {
        let Some(arguments) = node.child_by_field_name("arguments") else { return };
        let mut cursor = arguments.walk();
        let path = arguments.named_children(&mut cursor).nth(1);
        let text = path.map(|path| source.text(path).trim_matches('"')).unwrap_or_default();
        if let Some(path) = path.filter(|_| text.starts_with('.')) {
            imports.push(Import::new(ImportKind::Include, text, span_of(node), span_of(path)));
        }
        return;
    }
    let Some(module) = node.child_by_field_name("module") else { return };
    let mut names = Vec::new();
    if let Some(imported) = node.child_by_field_name("imports") {
        let mut cursor = imported.walk();
        names.extend(imported.named_children(&mut cursor).filter_map(|name| {
            Some(ImportedName {
                name: source.field(name, "name")?.into(),
                alias: source.field(name, "alias").map(Into::into),
                span: span_of(name),
            })
        }));
    }
    let alias = source.field(node, "alias").map(Into::into);
    let import = Import::new(ImportKind::Import, source.text(module), span_of(node), span_of(module));
    imports.push(Import { names, alias, ..import });
}

fn visibility(source: &Source<'_>, node: Node<'_>, _name: &str) -> Visibility {
    let is_public = node.kind() == "data_constructor" || source.text(node).starts_with("pub");
    if is_public { Visibility::Public } else { Visibility::Private }
}

fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let is_gleam = |package: &&Package| package.manifest.ends_with("gleam.toml");
    let packages: Vec<&Package> = sources.project.packages.iter().filter(is_gleam).collect();
    paths::resolve_imports(sources, files, |file, import| match import.kind {
        ImportKind::Include => {
            let found = paths::at(sources, paths::directory_of(&sources.get(file).path), &import.path);
            found.map_or(Found::Unresolved(Reason::Missing), Found::resolved)
        }
        _ => module(sources, &packages, file, &import.path),
    })
}

fn module(sources: &Sources, packages: &[&Package], file: FileId, module: &str) -> Found {
    let own = &*sources.get(file).path;
    let path = format!("{module}.gleam");
    let package = paths::above(own).find_map(|root| packages.iter().find(|package| *package.directory == *root));
    let below = |root: &str, folder: &str| paths::at(sources, &format!("{root}/{folder}"), &path);
    let root = package.map_or("", |package| &package.directory);
    if let Some(found) = ["src", "test", "dev"].iter().find_map(|folder| below(root, folder)) {
        return Found::resolved(found);
    }
    let others = packages.iter().filter_map(|package| below(&package.directory, "src")).collect::<Vec<_>>();
    if !others.is_empty() {
        return Found::of(others, Certainty::Resolved);
    }
    let mut parts = module.split('/');
    let (first, second) = (parts.next().unwrap_or(module), parts.next());
    let family = second.filter(|_| first == "gleam").map(|second| format!("gleam_{second}"));
    let declared = package.map_or(&[][..], |package| &package.dependencies);
    let names = |name: &str| family.as_deref() == Some(name) || name == first;
    let external =
        |name: &str, standard| Found::External(External { ecosystem: Ecosystem::Hex, name: name.into(), standard });
    match declared.iter().find(|declared| names(&declared.name)) {
        Some(declared) => external(&declared.name, false),
        None if first == "gleam" => external("gleam_stdlib", true),
        None => Found::Unresolved(Reason::Undeclared),
    }
}
