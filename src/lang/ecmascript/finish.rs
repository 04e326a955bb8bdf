//! The last look at a file's facts: what is exported, which mentions can leave the file, what was captured twice.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::facts::{DefinitionKind, FileFacts, Import, ImportKind, Name, NameId, Visibility};

/// See [`crate::lang::extract::Hooks::finish`].
pub fn finish(facts: &mut FileFacts) {
    merge_imports(&mut facts.imports);
    let exported = take_exports(facts);
    publish(facts, &exported);
    keep_references(facts);
}

/// One import for each place that names a module: several patterns may have captured it. A type position is one
/// whatever else it looks like; otherwise the capture that knows what is bound wins.
fn merge_imports(imports: &mut Vec<Import>) {
    imports.sort_by_key(|import| {
        let bound = import.names.len() + usize::from(import.alias.is_some());
        (import.span.start, import.kind != ImportKind::TypeOnly, std::cmp::Reverse(bound))
    });
    imports.dedup_by(|next, kept| next.span == kept.span);
    imports.sort_by_key(|import| (import.statement.start, import.span.start));
}

/// Takes the notes of exported names out of the imports; an imported name among them makes its import an exported one.
fn take_exports(facts: &mut FileFacts) -> FxHashSet<Name> {
    let mut exported = FxHashSet::default();
    let (imports, renamed) = (&mut facts.imports, &mut facts.exports);
    imports.retain_mut(|import| {
        let is_note = import.kind == ImportKind::Module;
        if is_note {
            let names = std::mem::take(&mut import.names);
            exported.extend(names.iter().map(|name| name.name.clone()));
            renamed
                .extend(names.into_iter().filter(|name| name.alias.as_ref().is_some_and(|alias| *alias != name.name)));
        }
        !is_note
    });
    for import in imports.iter_mut().filter(|import| import.within.is_none() && import.kind != ImportKind::Dynamic) {
        import.exported |= import.alias.as_ref().is_some_and(|alias| exported.contains(alias))
            || import.names.iter().any(|name| exported.contains(name.local()));
    }
    exported
}

fn publish(facts: &mut FileFacts, exported: &FxHashSet<Name>) {
    for index in 0..facts.definitions.len() {
        let definition = &facts.definitions[index];
        let is_top = match definition.parent {
            None => true,
            Some(parent) => facts.definitions[parent as usize].kind == DefinitionKind::Module,
        };
        if is_top && exported.contains(&definition.name) {
            facts.definitions[index].visibility = Visibility::Public;
        }
    }
}

/// Keeps the mentions whose first name is imported or declared by the file itself, and the longest of those that start
/// at the same place.
fn keep_references(facts: &mut FileFacts) {
    // Calls of the object's own methods, which the query takes.
    let mut roots: FxHashSet<&str> = FxHashSet::from_iter(["this"]);
    for import in &facts.imports {
        roots.extend(import.alias.as_deref());
        roots.extend(import.names.iter().map(|name| name.local()));
    }
    let top = facts.definitions.iter().filter(|definition| definition.parent.is_none());
    roots.extend(top.map(|definition| definition.name.as_str()));
    let keep: Vec<bool> = facts
        .names
        .iter()
        .map(|name| roots.contains(name.split(['.', '?', '<', '[', '(']).next().unwrap_or_default()))
        .collect();
    let mut last_start = None;
    facts.references.retain(|reference| {
        let kept = keep[reference.name.0 as usize] && last_start != Some(reference.span.start);
        if kept {
            last_start = Some(reference.span.start);
        }
        kept
    });
    let mut renumbered: FxHashMap<NameId, NameId> = FxHashMap::default();
    let mut names = Vec::new();
    for reference in &mut facts.references {
        let old = reference.name;
        reference.name = *renumbered.entry(old).or_insert_with(|| {
            names.push(facts.names[old.0 as usize].clone());
            NameId(names.len() as u32 - 1)
        });
    }
    facts.names = names;
}
