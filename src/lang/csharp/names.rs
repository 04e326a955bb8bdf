//! What names mean, by the rules of the C# language specification, chapter 7 (names) and 14 (namespaces).
//!
//! A simple name means, in this order: a type declared in an enclosing type or inherited by it; then, for each enclosing
//! namespace from the innermost out, a type or namespace declared there, an alias of that block, and the one type that
//! its imported namespaces offer. In an expression a field or property of an enclosing type comes first, unless its type
//! has the same name. A type of another project is seen if the file's project references that, directly or not.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::types::{Space, World, is_file_scoped};
use crate::facts::{DefinitionId, DefinitionKind, FileFacts, Import};
use crate::lang::merged::{TypeId, Units};
use crate::lang::resolve::FileId;

pub(super) type Ids = SmallVec<[TypeId; 2]>;

/// A using directive that works beyond its file or block.
#[derive(Clone, Copy)]
struct Using<'a> {
    path: &'a str,
    alias: Option<&'a str>,
    is_static: bool,
}

impl<'a> Using<'a> {
    fn new(import: &'a Import) -> Self {
        Self { path: &import.path, alias: import.alias.as_deref(), is_static: !import.names.is_empty() }
    }
}

/// The global using directives of each project.
pub(super) struct GlobalUsings<'a>(FxHashMap<u32, Vec<Using<'a>>>);

impl<'a> GlobalUsings<'a> {
    pub(super) fn new(world: &World<'a>, files: &[FileId]) -> Self {
        let mut by_unit: FxHashMap<u32, Vec<Using<'a>>> = FxHashMap::default();
        for file in files {
            let Some(facts) = world.sources.facts(*file) else { continue };
            for import in facts.imports.iter().filter(|import| import.exported) {
                for unit in world.units.get(file).into_iter().flatten() {
                    by_unit.entry(*unit).or_default().push(Using::new(import));
                }
            }
        }
        Self(by_unit)
    }
}

/// What a name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    Types(Ids),
    Space(Space),
}

/// What the using directives of a file or of a namespace block offer.
#[derive(Default)]
pub(super) struct Scope<'a> {
    aliases: FxHashMap<&'a str, Option<Meaning>>,
    pub(super) spaces: SmallVec<[Space; 8]>,
    pub(super) statics: Ids,
}

/// Types along a qualified name, and the part of it behind the last one.
#[derive(Debug, Clone, Default)]
pub(super) struct Path {
    pub(super) types: SmallVec<[Ids; 2]>,
    pub(super) member: Option<String>,
}

/// A compilation unit with what its imports mean.
pub(super) struct Unit<'a> {
    pub(super) file: FileId,
    pub(super) facts: Option<&'a FileFacts>,
    pub(super) units: Units,
    /// Of the whole file (none) and of each namespace block.
    pub(super) scopes: FxHashMap<Option<DefinitionId>, Scope<'a>>,
    /// The declaration of the namespace of the whole file: what is imported behind it comes before what is imported at the
    /// top.
    pub(super) inside: Option<DefinitionId>,
    /// The namespaces of the blocks.
    pub(super) blocks: FxHashMap<DefinitionId, Space>,
    pub(super) space: Space,
}

impl<'a> Unit<'a> {
    pub(super) fn new(world: &World<'a>, global: &GlobalUsings<'a>, file: FileId) -> Self {
        let facts = world.sources.facts(file).map(|facts| &**facts);
        let units = world.units.get(&file).cloned().unwrap_or_default();
        let space = facts.and_then(|facts| world.space(facts.namespace.as_deref()?)).unwrap_or_default();
        let mut unit = Self {
            file,
            facts,
            units,
            scopes: FxHashMap::default(),
            inside: None,
            blocks: FxHashMap::default(),
            space,
        };
        let Some(facts) = facts else { return unit };
        for (definition, index) in facts.definitions.iter().zip(0..) {
            if is_file_scoped(facts, definition) {
                unit.inside = Some(index);
            } else if definition.kind == DefinitionKind::Module {
                let around = definition.parent.and_then(|parent| unit.blocks.get(&parent).copied()).unwrap_or(space);
                unit.blocks.insert(index, world.space_path(around, &definition.name).unwrap_or(around));
            }
        }
        let mut whole: Vec<Using<'a>> =
            unit.units.iter().filter_map(|unit| global.0.get(unit)).flatten().copied().collect();
        whole.extend(world.projects.usings(&unit.units).map(|using| Using {
            path: &using.path,
            alias: using.alias.as_deref(),
            is_static: using.is_static,
        }));
        unit.open(world, None, whole.into_iter());
        let mut by_block: FxHashMap<Option<DefinitionId>, Vec<Using<'a>>> = FxHashMap::default();
        for import in facts.imports.iter().filter(|import| !import.exported) {
            let block = import.within.filter(|block| unit.blocks.contains_key(block));
            by_block.entry(block.or_else(|| unit.inside_at(import))).or_default().push(Using::new(import));
        }
        let mut blocks: Vec<_> = by_block.into_iter().collect();
        blocks.sort_unstable_by_key(|(block, _)| *block);
        for (block, usings) in blocks {
            unit.open(world, block, usings.into_iter());
        }
        unit
    }

    /// The declaration of the file's namespace, if a using directive stands behind it.
    pub(super) fn inside_at(&self, import: &Import) -> Option<DefinitionId> {
        let namespace = self.facts?.definitions.get(self.inside? as usize)?;
        (namespace.span.start < import.statement.start).then_some(self.inside)?
    }

    /// Adds what using directives offer to a scope. A path is looked up from the namespace around them outwards; aliases
    /// of the same block are not in scope.
    fn open(&mut self, world: &World<'a>, block: Option<DefinitionId>, usings: impl Iterator<Item = Using<'a>>) {
        let around = block.and_then(|block| self.blocks.get(&block).copied()).unwrap_or(self.space);
        let mut scope = self.scopes.remove(&block).unwrap_or_default();
        for using in usings {
            let meaning = self.absolute(world, block, around, using.path);
            match (using.alias, meaning) {
                (Some(alias), meaning) => {
                    scope.aliases.insert(alias, meaning);
                }
                (None, Some(Meaning::Space(space))) if !using.is_static => scope.spaces.push(space),
                (None, Some(Meaning::Types(types))) if using.is_static => scope.statics.extend(types),
                _ => {}
            }
        }
        scope.spaces.sort_unstable();
        scope.spaces.dedup();
        self.scopes.insert(block, scope);
    }

    /// What a using directive's path means: looked up in the namespace around it, then in those outside, then in what
    /// the file imports if the directive stands in a block.
    pub(super) fn absolute(
        &self,
        world: &World<'a>,
        block: Option<DefinitionId>,
        around: Space,
        path: &str,
    ) -> Option<Meaning> {
        let path = path.strip_prefix("global::").unwrap_or(path);
        let (first, rest) = path.split_once('.').unwrap_or((path, ""));
        let mut space = Some(around);
        while let Some(at) = space {
            if let Some(start) = self.declared_in(world, at, first) {
                return self.end_of(world, start, rest);
            }
            space = world.space_above(at);
        }
        let (name, arity) = split_arity(first);
        let offered = block.and_then(|_| self.offered(world, None, name, arity)).flatten()?;
        self.end_of(world, offered, rest)
    }

    /// What the whole of a qualified name means.
    fn end_of(&self, world: &World<'a>, start: Meaning, rest: &str) -> Option<Meaning> {
        let (path, space) = self.follow(world, start, rest);
        space.or_else(|| path.types.last().cloned().filter(|_| path.member.is_none()).map(Meaning::Types))
    }

    /// A type or namespace of a name declared right in a namespace.
    fn declared_in(&self, world: &World<'a>, space: Space, part: &str) -> Option<Meaning> {
        let (name, arity) = split_arity(part);
        let types = world.in_space(&self.units, space, name, arity);
        if !types.is_empty() {
            return Some(Meaning::Types(types));
        }
        (arity == 0).then(|| world.space_below(space, name)).flatten().map(Meaning::Space)
    }

    /// Follows the rest of a qualified name. The second answer is the namespace where the name ends in one.
    fn follow(&self, world: &World<'a>, start: Meaning, rest: &str) -> (Path, Option<Meaning>) {
        let mut path = Path::default();
        let mut at = start;
        let mut parts = rest.split('.').filter(|part| !part.is_empty());
        loop {
            if let Meaning::Types(types) = &at {
                path.types.push(types.clone());
            }
            let Some(part) = parts.next() else { break };
            let next = match &at {
                Meaning::Space(space) => self.declared_in(world, *space, part),
                Meaning::Types(types) => {
                    let (name, arity) = split_arity(part);
                    let nested: Ids = types.iter().filter_map(|id| world.types.nested(*id, name, arity)).collect();
                    if nested.is_empty() {
                        path.member = Some(name.to_owned());
                        return (path, None);
                    }
                    Some(Meaning::Types(nested))
                }
            };
            match next {
                Some(next) => at = next,
                None => return (path, None),
            }
        }
        let end = matches!(at, Meaning::Space(_)).then_some(at);
        (path, end)
    }

    /// The types along a name as it stands in the code.
    pub(super) fn named(&self, world: &World<'a>, name: &str, scope: Option<DefinitionId>, is_value: bool) -> Path {
        let (first, rest) = match name.split_once("::") {
            Some(("global", path)) => {
                return self.follow(world, Meaning::Space(0), path).0;
            }
            Some((alias, path)) => (alias, path),
            None => name.split_once('.').unwrap_or((name, "")),
        };
        match self.simple(world, first, scope, is_value) {
            Some(start) => self.follow(world, start, rest).0,
            None => Path::default(),
        }
    }

    fn simple(&self, world: &World<'a>, part: &str, scope: Option<DefinitionId>, is_value: bool) -> Option<Meaning> {
        let (name, arity) = split_arity(part);
        let definitions = &self.facts?.definitions;
        let mut next = scope;
        while let Some(at) = next {
            let definition = definitions.get(at as usize)?;
            if let Some(space) = self.blocks.get(&at).copied() {
                let around =
                    definition.parent.and_then(|parent| self.blocks.get(&parent).copied()).unwrap_or(self.space);
                if let Some(found) = self.in_block(world, Some(at), space, Some(around), (name, arity)) {
                    return Some(found);
                }
            } else if let Some(id) = world.types.of_definition(self.file, at) {
                if let Some(nested) = world.types.nested(id, name, arity) {
                    return Some(Meaning::Types(SmallVec::from_slice(&[nested])));
                }
                if is_value && arity == 0 && self.is_hidden(world, id, name) {
                    return None;
                }
            }
            next = definition.parent;
        }
        self.in_block(world, None, self.space, None, (name, arity))
    }

    /// Whether a field or property of a type takes the place of a type of that name in an expression. It does not where
    /// its own type is called the same.
    fn is_hidden(&self, world: &World<'a>, id: TypeId, name: &str) -> bool {
        let members = world
            .types
            .member(id, name)
            .iter()
            .filter_map(|(file, definition)| world.sources.facts(*file)?.definitions.get(*definition as usize));
        let mut values =
            members.filter(|member| matches!(member.kind, DefinitionKind::Field | DefinitionKind::Constant)).peekable();
        values.peek().is_some()
            && !values.any(|member| words(&member.signature).filter(|word| *word == name).count() > 1)
    }

    /// Looks a name up in the namespaces of one block, from its own one out to (not including) the one around the block,
    /// and in what its using directives offer.
    fn in_block(
        &self,
        world: &World<'a>,
        block: Option<DefinitionId>,
        innermost: Space,
        around: Option<Space>,
        (name, arity): (&str, u8),
    ) -> Option<Meaning> {
        let mut space = Some(innermost);
        let mut is_first = true;
        while let Some(at) = space.filter(|at| Some(*at) != around) {
            let types = world.in_space(&self.units, at, name, arity);
            if !types.is_empty() {
                return Some(Meaning::Types(types));
            }
            if arity == 0
                && let Some(below) = world.space_below(at, name)
            {
                return Some(Meaning::Space(below));
            }
            let is_last = world.space_above(at).filter(|above| Some(*above) != around).is_none();
            // Those of the file are looked at behind the global namespace, those of a block behind its own.
            let own = if block.is_some() { block } else { self.inside };
            if own.is_some()
                && is_first
                && let Some(found) = self.offered(world, own, name, arity)
            {
                return found;
            }
            if block.is_none()
                && is_last
                && let Some(found) = self.offered(world, None, name, arity)
            {
                return found;
            }
            is_first = false;
            space = world.space_above(at);
        }
        None
    }

    /// What the using directives of a block offer under a name. None if they say nothing of it, none within if it is not
    /// the project's.
    fn offered(
        &self,
        world: &World<'a>,
        block: Option<DefinitionId>,
        name: &str,
        arity: u8,
    ) -> Option<Option<Meaning>> {
        let scope = self.scopes.get(&block)?;
        if let Some(meaning) = scope.aliases.get(name).filter(|_| arity == 0) {
            return Some(meaning.clone());
        }
        let mut found: Ids = SmallVec::new();
        for space in &scope.spaces {
            found.extend(world.in_space(&self.units, *space, name, arity));
        }
        found.extend(scope.statics.iter().filter_map(|id| world.types.nested(*id, name, arity)));
        found.sort_unstable();
        found.dedup();
        (!found.is_empty()).then_some(Some(Meaning::Types(found)))
    }
}

/// ``Name`2`` is the name and 2.
pub(super) fn split_arity(part: &str) -> (&str, u8) {
    match part.split_once('`') {
        Some((name, arity)) => (name, arity.parse().unwrap_or(u8::MAX)),
        None => (part, 0),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}
