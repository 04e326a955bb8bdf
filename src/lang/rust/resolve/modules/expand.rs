//! Calls of macros that define items.

use rustc_hash::FxHashSet;

use super::read::enclosing;
use super::{Context, DEPTH_LIMIT, Entity, Expansion, Glob, GlobSource, Module, ModuleId, World};
use crate::facts::{Definition, DefinitionId, DefinitionKind, FileFacts, ReferenceKind, Span, Visibility};

/// How many calls of one file's macros are expanded: each reads the whole file.
const EXPANSION_LIMIT: u32 = 256;

impl World<'_> {
    /// Notes the macro calls outside of functions.
    pub(super) fn note_calls(&mut self, root: ModuleId, facts: &FileFacts, inner: &[(DefinitionId, ModuleId)]) {
        for reference in facts.references.iter().filter(|reference| reference.kind == ReferenceKind::Macro) {
            let is_outside = reference.within.is_none_or(|id| {
                facts.definitions.get(id as usize).is_some_and(|it| it.kind == DefinitionKind::Module)
            });
            if is_outside {
                let module = enclosing(inner, facts, reference.within).unwrap_or(root);
                self.calls.push((module, facts.name(reference.name).into(), reference.span));
            }
        }
    }

    /// Adds the items that a macro without parameters defines where it is called.
    pub(super) fn expand(&mut self, module: ModuleId, name: &str, call: Span) {
        let (krate, depth, at) = (self.module(module).krate, self.module(module).depth, self.module(module).file);
        // By a path only an exported macro can be called, which is at the root of its crate.
        let (of_crate, name) = match name.rsplit_once("::") {
            None => (krate, name),
            Some(("crate" | "$crate", name)) => (krate, name),
            Some((path, name)) => match self.extern_crate(krate, path) {
                Some(Entity::Module(root)) => (self.module(root).krate, name),
                _ => return,
            },
        };
        let Some(macros) = self.macros.get(&of_crate).and_then(|macros| macros.get(name)) else { return };
        let mut files = FxHashSet::default();
        for super::Macro { module: of, id, .. } in self.nearest_macros(module, macros) {
            let file = self.module(of).file;
            let has_items = self.facts_of(of).is_some_and(|facts| has_items(facts, id));
            if !has_items || !files.insert((file, id)) || depth >= DEPTH_LIMIT {
                continue;
            }
            let expanded = self.expanded.entry(file).or_default();
            if *expanded == EXPANSION_LIMIT {
                continue;
            }
            *expanded += 1;
            let child = self.child(module, file, self.module(module).directory.clone());
            let part = self.add_module(Module { at, is_block: true, ..child });
            let glob = Glob { from: GlobSource::Module(part), visibility: Visibility::Public, gives_way: false };
            self.modules[module.0 as usize].globs.push(glob);
            self.queue.push_back(self.contexts.len());
            self.contexts.push(Context::new(file, part, Some(Expansion { of: id, at, call })));
        }
    }
}

/// Whether a definition is a `macro_rules!`, not a procedural macro's function.
pub(super) fn is_macro_rules(definition: &Definition) -> bool {
    definition.kind == DefinitionKind::Macro && definition.signature.starts_with("macro_rules!")
}

/// The `macro_rules!` around a place in a file.
pub fn macro_around(facts: &FileFacts, within: Option<DefinitionId>) -> Option<DefinitionId> {
    let mut at = within;
    // Bounded: definitions nested deeper are no program.
    for _ in 0..16 {
        let definition = facts.definitions.get(at? as usize)?;
        if is_macro_rules(definition) {
            return at;
        }
        at = definition.parent;
    }
    None
}

/// Whether a definition has other definitions or imports inside. Those come right after it.
fn has_items(facts: &FileFacts, id: DefinitionId) -> bool {
    let Some(definition) = facts.definitions.get(id as usize) else { return false };
    let (start, end) = (definition.span.start, definition.span.end);
    let first = facts.imports.partition_point(|import| import.statement.start < start);
    facts.definitions.get(id as usize + 1).is_some_and(|next| next.parent == Some(id))
        || facts.imports.get(first).is_some_and(|import| import.statement.start < end)
}
