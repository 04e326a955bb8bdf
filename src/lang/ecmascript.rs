//! JavaScript and TypeScript, also as the scripts of components and documents.

mod bare;
mod builtins;
mod bundler;
mod component;
mod files;
mod finish;
mod imports;
mod owner;
mod package;
mod resolve;
mod resolver;

use std::sync::OnceLock;

pub use component::{ASTRO, MDX, SVELTE, VUE};
use tree_sitter::Node;

use super::extract::{Hooks, Source};
use super::{Family, Language};
use crate::facts::Visibility;
use crate::project::Ecosystem;

/// JavaScript.
pub static JAVASCRIPT: Language = Language {
    name: "javascript",
    label: "JavaScript",
    extensions: &["js", "jsx", "mjs", "cjs"],
    grammar: tree_sitter_javascript::LANGUAGE,
    query: include_str!("../../assets/queries/javascript.scm"),
    hooks: HOOKS,
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

/// TypeScript.
pub static TYPESCRIPT: Language = Language {
    name: "typescript",
    label: "TypeScript",
    extensions: &["ts", "mts", "cts"],
    grammar: tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
    query: include_str!("../../assets/queries/typescript.scm"),
    hooks: HOOKS,
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

/// TypeScript with JSX.
pub static TSX: Language = Language {
    name: "tsx",
    label: "TypeScript JSX",
    extensions: &["tsx"],
    grammar: tree_sitter_typescript::LANGUAGE_TSX,
    query: include_str!("../../assets/queries/typescript.scm"),
    hooks: HOOKS,
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "ecmascript", ecosystem: Some(Ecosystem::Npm), resolve: resolve::resolve };

const HOOKS: Hooks = Hooks {
    import: imports::import,
    visibility,
    is_test,
    finish: finish::finish,
    terms: Some(&crate::lang::terms::ECMASCRIPT),
    ..Hooks::NONE
};

/// What a declaration itself says; what is exported becomes public in [`finish`].
fn visibility(source: &Source<'_>, node: Node<'_>, name: &str) -> Visibility {
    let is_member = matches!(
        node.kind(),
        "method_definition" | "public_field_definition" | "field_definition" | "abstract_method_signature"
    );
    if !is_member || name.starts_with('#') {
        return Visibility::Private;
    }
    let mut cursor = node.walk();
    let modifier = node.children(&mut cursor).find(|child| child.kind() == "accessibility_modifier");
    match modifier.map(|modifier| source.text(modifier)) {
        Some("private") => Visibility::Private,
        Some("protected") => Visibility::Restricted,
        _ => Visibility::Public,
    }
}

fn is_test(_source: &Source<'_>, _node: Node<'_>) -> bool {
    false
}

/// Test runners' conventions: the directories they look in, and `x.test.ts`, `x.spec.ts`, `x.cy.ts` and their like.
fn is_test_path(path: &str) -> bool {
    const DIRECTORIES: &[&str] =
        &["tests", "test", "__tests__", "__test__", "__mocks__", "__fixtures__", "spec", "specs", "e2e", "cypress"];
    const INFIXES: &[&str] = &["test", "tests", "spec", "specs", "e2e", "cy", "test-d", "bench"];
    let mut parts = path.rsplit('/').next().unwrap_or(path).rsplit('.').skip(1);
    let is_infix = parts.next().is_some_and(|part| INFIXES.contains(&part));
    super::has_directory(path, DIRECTORIES) || is_infix && parts.next().is_some()
}
