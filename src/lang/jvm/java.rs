//! Java: what its import declarations say, and what the query alone cannot.

mod typing;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use super::{FAMILY, is_test_path, without_arguments};
use crate::facts::{
    DefinitionKind, FileFacts, Import, ImportKind, ImportedName, Name, NameId, ReferenceKind, Visibility,
};
use crate::lang::Language;
use crate::lang::extract::{Hooks, Source, span_of};

/// Java.
pub static JAVA: Language = Language {
    name: "java",
    label: "Java",
    extensions: &["java"],
    grammar: tree_sitter_java::LANGUAGE,
    query: include_str!("../../../assets/queries/java.scm"),
    hooks: Hooks {
        import,
        visibility,
        typing: Some(typing::READER),
        finish,
        terms: Some(&crate::lang::terms::JAVA),
        ..Hooks::NONE
    },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

/// [`crate::lang::extract::Hooks::import`]. `import a.B;` is the path `a.B`; `import a.*;` the path `a` with the name `*`;
/// a static import is its class with the member's name.
fn import(source: &Source<'_>, declaration: Node<'_>, imports: &mut Vec<Import>) {
    let mut written = None;
    let mut is_static = false;
    let mut star = None;
    for child in declaration.children(&mut declaration.walk()) {
        match child.kind() {
            "static" => is_static = true,
            "identifier" | "scoped_identifier" => written = Some(child),
            "asterisk" => star = Some(child),
            _ => {}
        }
    }
    let Some(written) = written else { return };
    let mut path = source.compact(written);
    let mut names = Vec::new();
    if let Some(star) = star {
        names.push(ImportedName { name: "*".into(), alias: None, span: span_of(star) });
    } else if is_static {
        let Some((class, member)) = path.rsplit_once('.') else { return };
        names.push(ImportedName { name: member.into(), alias: None, span: span_of(written) });
        path = class.into();
    }
    imports.push(Import {
        kind: ImportKind::Import,
        path,
        names,
        alias: None,
        within: None,
        exported: false,
        test: false,
        statement: span_of(declaration),
        span: span_of(written),
    });
}

/// [`crate::lang::extract::Hooks::visibility`]: by the modifiers written. [`finish`] knows what members of interfaces are.
fn visibility(_: &Source<'_>, node: Node<'_>, _: &str) -> Visibility {
    let modifiers = node.children(&mut node.walk()).find(|child| child.kind() == "modifiers");
    let mut visibility = Visibility::Restricted;
    if let Some(modifiers) = modifiers {
        for modifier in modifiers.children(&mut modifiers.walk()) {
            match modifier.kind() {
                "public" => visibility = Visibility::Public,
                "private" => visibility = Visibility::Private,
                _ => {}
            }
        }
    }
    visibility
}

/// [`crate::lang::extract::Hooks::finish`]: members of interfaces and enumeration constants are public, and only mentions
/// that can be types are kept.
fn finish(facts: &mut FileFacts) {
    for index in 0..facts.definitions.len() {
        let definition = &facts.definitions[index];
        let of_interface = definition
            .parent
            .and_then(|parent| facts.definitions.get(parent as usize))
            .is_some_and(|parent| parent.kind == DefinitionKind::Interface);
        let is_public = of_interface && definition.visibility == Visibility::Restricted
            || definition.kind == DefinitionKind::Constant;
        if is_public {
            facts.definitions[index].visibility = Visibility::Public;
        }
    }
    let mut renamed: FxHashMap<NameId, NameId> = FxHashMap::default();
    let mut names: Vec<Name> = Vec::new();
    let mut last = None;
    let mut references = std::mem::take(&mut facts.references);
    references.retain_mut(|reference| {
        let Some(name) = facts.names.get(reference.name.0 as usize) else { return false };
        let is_value = matches!(reference.kind, ReferenceKind::Value | ReferenceKind::Call);
        // The inner parts of a chain start where the chain does.
        if last == Some(reference.span.start) || name == "var" || is_value && !may_be_type(name) {
            return false;
        }
        last = Some(reference.span.start);
        reference.name = *renamed.entry(reference.name).or_insert_with(|| {
            names.push(without_arguments(name));
            NameId(names.len() as u32 - 1)
        });
        true
    });
    facts.references = references;
    facts.names = names;
}

/// Whether an expression's names can lead to a type: it begins with one, or has one behind a package. By convention a
/// type's name begins with a capital.
fn may_be_type(name: &str) -> bool {
    let is_capital = |part: &str| part.starts_with(|c: char| c.is_uppercase() || c == '_' || c == '$');
    name.split('.').any(is_capital)
}
