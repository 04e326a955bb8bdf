//! Which file an Elixir module's name means.
//!
//! The first part of a name may be an alias. An alias holds from its directive to the end of the block around it; a nested
//! `defmodule A.B` makes `A` one for the rest of the module around it. The full name means the file that declares it, in
//! this package before others (see [`modules`](crate::lang::modules)). What no file declares is the standard library's, or
//! by its name a package's.

use rustc_hash::FxHashMap;

use super::World;
use crate::facts::{Definition, DefinitionId, DefinitionKind, FileFacts, Name, Span};
use crate::lang::modules::Answer;
use crate::lang::resolve::{Dependency, DependencyKind, FileId, Reason, Target};

/// The longest full name that is built: each level of nesting would else copy those around it.
const NAME_LIMIT: usize = 512;

/// How many aliases of one name are looked at for the one that holds at a place.
const SHADOW_LIMIT: usize = 32;

/// The full names of the modules that a file declares.
pub(super) fn modules_of(facts: &FileFacts) -> Vec<Name> {
    let scopes = Scopes::new(facts);
    let declares = |kind| matches!(kind, DefinitionKind::Module | DefinitionKind::Interface);
    let definitions = facts.definitions.iter().zip(&scopes.full);
    definitions.filter(|(definition, _)| declares(definition.kind)).map(|(_, full)| full.clone()).collect()
}

/// Resolves one file.
pub(super) fn resolve(world: &World<'_>, file: FileId, facts: &FileFacts) -> Vec<Dependency> {
    let mut dependencies = Vec::new();
    let scopes = Scopes::new(facts);
    for (import, full) in facts.imports.iter().zip(&scopes.imported) {
        let answer = world.elixir_module(file, full).or_else(|| {
            // An alias of a namespace needs nothing by itself.
            if import.alias.is_some() && world.namespaces.contains(full) {
                return Answer::NONE;
            }
            let first = full.split('.').next().unwrap_or(full);
            let is_own = world.namespaces.contains(first) || !world.modules.files(first).is_empty();
            Answer::unresolved(full, if is_own { Reason::Missing } else { Reason::Undeclared })
        });
        answer.add_import(import, import.span, &mut dependencies);
    }
    let mut known: FxHashMap<Name, Answer> = FxHashMap::default();
    for reference in &facts.references {
        let written = facts.name(reference.name);
        let answer = match written.strip_prefix(':') {
            Some(module) => world.erlang_module(file, super::erlang::unquoted(module)),
            None => {
                let full = scopes.expand(written, reference.span);
                match known.get(&full) {
                    Some(answer) => answer.clone(),
                    None => known.entry(full.clone()).or_insert(world.elixir_module(file, &full)).clone(),
                }
            }
        };
        if !answer.targets.iter().any(is_standard) {
            answer.add_reference(reference, &mut dependencies);
        }
    }
    // An implementation needs the protocol that it is of.
    let implementations = facts.definitions.iter().enumerate();
    for (id, definition) in implementations.filter(|(_, definition)| definition.kind == DefinitionKind::Implementation)
    {
        let full = scopes.expand(&definition.name, definition.name_span);
        let answer = world.elixir_module(file, &full);
        dependencies.extend(answer.targets.iter().filter(|target| !is_standard(target)).map(|target| Dependency {
            target: target.clone(),
            kind: DependencyKind::Inherit,
            certainty: answer.certainty,
            span: definition.name_span,
            statement: definition.span.start,
            test: false,
            from_symbol: Some(id as DefinitionId),
            to_symbol: None,
        }));
    }
    dependencies
}

/// The standard library is everywhere at hand: only what imports it says something.
fn is_standard(target: &Target) -> bool {
    matches!(target, Target::External(external) if external.standard)
}

struct Alias {
    /// Where it holds.
    from: u32,
    to: u32,
    full: Name,
}

/// What names mean at the places of one file.
struct Scopes<'f> {
    facts: &'f FileFacts,
    /// For each definition the full name of the module that it is or is in.
    full: Vec<Name>,
    /// For each import the full name of its module.
    imported: Vec<Name>,
    aliases: FxHashMap<Name, Vec<Alias>>,
}

impl<'f> Scopes<'f> {
    fn new(facts: &'f FileFacts) -> Self {
        let full = Vec::with_capacity(facts.definitions.len());
        let mut scopes = Self { facts, full, imported: Vec::new(), aliases: FxHashMap::default() };
        let mut definitions = facts.definitions.iter().peekable();
        for import in &facts.imports {
            while let Some(definition) = definitions.next_if(|next| next.span.start < import.span.start) {
                scopes.define(definition);
            }
            let full = scopes.expand(&import.path, import.span);
            if let Some(alias) = &import.alias {
                scopes.alias(alias.clone(), import.within, import.statement.end, full.clone());
            }
            scopes.imported.push(full);
        }
        definitions.for_each(|definition| scopes.define(definition));
        scopes
    }

    fn alias(&mut self, name: Name, within: Option<DefinitionId>, from: u32, full: Name) {
        let to = within.map_or(u32::MAX, |id| self.facts.definitions[id as usize].span.end);
        self.aliases.entry(name).or_default().push(Alias { from, to, full });
    }

    fn define(&mut self, definition: &Definition) {
        let outer = definition.parent.map(|id| self.full[id as usize].clone()).unwrap_or_default();
        let full = match definition.kind {
            DefinitionKind::Module | DefinitionKind::Interface => {
                let is_nested =
                    !outer.is_empty() && outer.len() < NAME_LIMIT && !definition.name.starts_with("Elixir.");
                if is_nested {
                    let (first, _) = definition.name.split_once('.').unwrap_or((&definition.name, ""));
                    let target = format!("{outer}.{first}").into();
                    self.alias(first.into(), definition.parent, definition.span.start, target);
                    format!("{outer}.{}", definition.name).into()
                } else {
                    self.expand(&definition.name, definition.name_span)
                }
            }
            // An implementation is a module of its own that nobody names.
            _ => outer,
        };
        self.full.push(full);
    }

    /// The full name of what is written at a place.
    fn expand(&self, written: &str, place: Span) -> Name {
        let (first, rest) = written.split_at(written.find('.').unwrap_or(written.len()));
        if first == "Elixir" {
            return rest.trim_start_matches('.').into();
        }
        if first == "__MODULE__" {
            return format!("{}{rest}", self.module_at(place)).into();
        }
        let holds = |alias: &&Alias| (alias.from..alias.to).contains(&place.start);
        let aliases = self.aliases.get(first).into_iter().flatten();
        match aliases.rev().take(SHADOW_LIMIT).find(holds) {
            Some(alias) => format!("{}{rest}", alias.full).into(),
            None => written.into(),
        }
    }

    /// The full name of the module around a place.
    fn module_at(&self, place: Span) -> &str {
        let before = self.facts.definitions[..self.full.len()].partition_point(|d| d.span.start <= place.start);
        let mut around = before.checked_sub(1).map(|index| index as DefinitionId);
        for _ in 0..SHADOW_LIMIT {
            let Some(id) = around else { break };
            let definition = &self.facts.definitions[id as usize];
            if definition.span.contains(place) {
                return &self.full[id as usize];
            }
            around = definition.parent;
        }
        ""
    }
}
