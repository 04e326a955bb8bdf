//! What Swift's imports say, and what the query alone cannot.

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use crate::facts::{FileFacts, Import, ImportKind, ImportedName, Name, NameId, Visibility};
use crate::lang::extract::{Source, span_of};
use crate::lang::jvm::without_arguments;

/// [`crate::lang::extract::Hooks::import`]. The path is the module; `import struct M.Name` takes a name of it.
pub(super) fn import(source: &Source<'_>, declaration: Node<'_>, imports: &mut Vec<Import>) {
    let mut written = None;
    let mut is_exported = false;
    for child in declaration.children(&mut declaration.walk()) {
        match child.kind() {
            "identifier" => written = Some(child),
            "modifiers" => {
                let text = source.text(child);
                is_exported |= text.contains("@_exported") || text.split_whitespace().any(|word| word == "public");
            }
            _ => {}
        }
    }
    let Some(written) = written else { return };
    let path = source.compact(written);
    let (module, rest) = path.split_once('.').unwrap_or((&path, ""));
    let mut names = Vec::new();
    if !rest.is_empty() {
        names.push(ImportedName { name: rest.into(), alias: None, span: span_of(written) });
    }
    imports.push(Import {
        kind: ImportKind::Import,
        path: module.into(),
        names,
        alias: None,
        within: None,
        exported: is_exported,
        test: false,
        statement: span_of(declaration),
        span: span_of(written),
    });
}

/// [`crate::lang::extract::Hooks::visibility`]: by the modifiers written.
pub(super) fn visibility(source: &Source<'_>, node: Node<'_>, _: &str) -> Visibility {
    let modifiers = node.children(&mut node.walk()).find(|child| child.kind() == "modifiers");
    let mut visibility = Visibility::Restricted;
    if let Some(modifiers) = modifiers {
        for modifier in modifiers.children(&mut modifiers.walk()).filter(|child| child.kind() == "visibility_modifier")
        {
            match source.text(modifier) {
                "public" | "open" => visibility = Visibility::Public,
                "private" | "fileprivate" => visibility = Visibility::Private,
                _ => {}
            }
        }
    }
    visibility
}

/// [`crate::lang::extract::Hooks::finish`]: the inner parts of a chain are dropped, and type arguments.
pub(super) fn finish(facts: &mut FileFacts) {
    let mut renamed: FxHashMap<NameId, NameId> = FxHashMap::default();
    let mut names: Vec<Name> = Vec::new();
    let mut last = (u32::MAX, 0);
    let mut references = std::mem::take(&mut facts.references);
    references.retain_mut(|reference| {
        let Some(name) = facts.names.get(reference.name.0 as usize) else { return false };
        let span = reference.span;
        // The parts of a chain start where it does.
        if last.0 == span.start && span.end <= last.1 {
            return false;
        }
        last = (span.start, span.end);
        reference.name = *renamed.entry(reference.name).or_insert_with(|| {
            names.push(without_arguments(name));
            NameId(names.len() as u32 - 1)
        });
        true
    });
    facts.references = references;
    facts.names = names;
    for definition in &mut facts.definitions {
        definition.name = without_arguments(&definition.name);
    }
}
