//! Kotlin: what its import directives say, and what the query alone cannot.

use std::sync::OnceLock;

use tree_sitter::Node;

use super::{FAMILY, is_test_path, is_type, keep_longest_chains, unquoted};
use crate::facts::{DefinitionKind, FileFacts, Import, ImportKind, ImportedName, Visibility};
use crate::lang::Language;
use crate::lang::extract::{Hooks, Source, span_of};

/// Kotlin.
pub static KOTLIN: Language = Language {
    name: "kotlin",
    label: "Kotlin",
    extensions: &["kt", "kts"],
    grammar: tree_sitter_kotlin_sg::LANGUAGE,
    query: include_str!("../../../assets/queries/kotlin.scm"),
    hooks: Hooks { import, visibility, finish, terms: Some(&crate::lang::terms::KOTLIN), ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

/// [`crate::lang::extract::Hooks::import`]. `import a.B` is the path `a.B`, whatever `B` is; `import a.*` the path `a` with
/// the name `*`.
fn import(source: &Source<'_>, header: Node<'_>, imports: &mut Vec<Import>) {
    let (mut written, mut star, mut alias) = (None, None, None);
    for child in header.children(&mut header.walk()) {
        match child.kind() {
            "identifier" => written = Some(child),
            "wildcard_import" => star = Some(child),
            "import_alias" => alias = child.named_child(0),
            _ => {}
        }
    }
    let Some(written) = written else { return };
    let star = star.map(|star| ImportedName { name: "*".into(), alias: None, span: span_of(star) });
    imports.push(Import {
        kind: ImportKind::Import,
        path: unquoted(&source.compact(written)),
        names: star.into_iter().collect(),
        alias: alias.map(|alias| unquoted(source.text(alias))),
        within: None,
        exported: false,
        test: false,
        statement: span_of(header),
        span: span_of(written),
    });
}

/// [`crate::lang::extract::Hooks::visibility`]: public unless a modifier says otherwise.
fn visibility(source: &Source<'_>, node: Node<'_>, _: &str) -> Visibility {
    let modifiers = node.children(&mut node.walk()).find(|child| child.kind() == "modifiers");
    let word = modifiers.and_then(|modifiers| {
        modifiers.children(&mut modifiers.walk()).find(|modifier| modifier.kind() == "visibility_modifier")
    });
    match word.map(|word| source.text(word)) {
        Some("private") => Visibility::Private,
        Some("internal" | "protected") => Visibility::Restricted,
        _ => Visibility::Public,
    }
}

/// [`crate::lang::extract::Hooks::finish`]: an unnamed companion object is called `Companion`; functions and properties
/// are members where a type holds them. Of the parts of a chain the longest is kept.
fn finish(facts: &mut FileFacts) {
    facts.namespace = facts.namespace.take().map(|namespace| unquoted(&namespace));
    for index in 0..facts.definitions.len() {
        let parent = facts.definitions[index].parent;
        let is_member =
            parent.and_then(|parent| facts.definitions.get(parent as usize)).is_some_and(|parent| is_type(parent.kind));
        let definition = &mut facts.definitions[index];
        definition.kind = match definition.kind {
            DefinitionKind::Function if is_member => DefinitionKind::Method,
            DefinitionKind::Field if !is_member => DefinitionKind::Constant,
            kind => kind,
        };
        if definition.kind == DefinitionKind::Class && definition.name == "object" {
            definition.name = "Companion".into();
        } else {
            definition.name = unquoted(&definition.name);
        }
    }
    keep_longest_chains(facts);
}
