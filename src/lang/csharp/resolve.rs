//! From names to files, by the rules of the C# language specification, chapter 7 (names) and 14 (namespaces).
//!
//! A simple name means, in this order: a type declared in an enclosing type or inherited by it; then, for each enclosing
//! namespace from the innermost out, a type or namespace declared there, an alias of that block, and the one type that
//! its imported namespaces offer. In an expression a field or property of an enclosing type comes first, unless its type
//! has the same name. A type of another project is seen if the file's project references that, directly or not.
//!
//! A partial type is where all its parts are: a mention leads to every part, unless one of them is the file itself. Where
//! a member is named behind it, only the parts that declare the member count. What several namespaces or projects offer
//! is ambiguous: up to four files are kept as that, more are no answer.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::facts::is_type;
use super::packages::provider;
use super::types::{Space, World, is_file_scoped};
use crate::facts::{DefinitionId, DefinitionKind, FileFacts, Import, Reference, ReferenceKind};
use crate::lang::merged::{Place, TypeId, Units};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, FileId, Reason, Sources, Target};

/// Base types may be named through each other's members; each round resolves one more step of that.
const ROUNDS: usize = 3;

/// More files than this that declare a name are no answer.
const AMBIGUOUS_LIMIT: usize = 4;

/// Of a type in more parts than this, those count that are called like it.
const PART_LIMIT: usize = 16;

type Ids = SmallVec<[TypeId; 2]>;

/// [`crate::lang::resolve::Resolve`] for C#.
pub(super) fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let mut world = World::new(sources, files);
    let global = GlobalUsings::new(&world, files);
    let mut units: Vec<Unit<'_>> = Vec::new();
    for _ in 0..ROUNDS {
        units = files.par_iter().map(|file| Unit::new(&world, &global, *file)).collect();
        let found: Vec<Vec<(TypeId, TypeId)>> = units.par_iter().map(|unit| unit.supertypes(&world)).collect();
        let mut supertypes = vec![SmallVec::new(); world.types.len()];
        for (id, above) in found.into_iter().flatten() {
            supertypes[id.0 as usize].push(above);
        }
        let is_settled = supertypes == world.types.supertypes;
        world.types.supertypes = supertypes;
        if is_settled {
            break;
        }
    }
    units.par_iter().map(|unit| unit.dependencies(&world)).collect()
}

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
struct GlobalUsings<'a>(FxHashMap<u32, Vec<Using<'a>>>);

impl<'a> GlobalUsings<'a> {
    fn new(world: &World<'a>, files: &[FileId]) -> Self {
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
enum Meaning {
    Types(Ids),
    Space(Space),
}

/// What the using directives of a file or of a namespace block offer.
#[derive(Default)]
struct Scope<'a> {
    aliases: FxHashMap<&'a str, Option<Meaning>>,
    spaces: SmallVec<[Space; 8]>,
    statics: Ids,
}

/// Types along a qualified name, and the part of it behind the last one.
#[derive(Debug, Clone, Default)]
struct Path {
    types: SmallVec<[Ids; 2]>,
    member: Option<String>,
}

/// A definition that a mention leads to, how sure that is, and whether it is what the whole name means.
type Lead = (Place, Certainty, bool);

/// A compilation unit with what its imports mean.
struct Unit<'a> {
    file: FileId,
    facts: Option<&'a FileFacts>,
    units: Units,
    /// Of the whole file (none) and of each namespace block.
    scopes: FxHashMap<Option<DefinitionId>, Scope<'a>>,
    /// The declaration of the namespace of the whole file: what is imported behind it comes before what is imported at the
    /// top.
    inside: Option<DefinitionId>,
    /// The namespaces of the blocks.
    blocks: FxHashMap<DefinitionId, Space>,
    space: Space,
}

impl<'a> Unit<'a> {
    fn new(world: &World<'a>, global: &GlobalUsings<'a>, file: FileId) -> Self {
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
    fn inside_at(&self, import: &Import) -> Option<DefinitionId> {
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
    fn absolute(&self, world: &World<'a>, block: Option<DefinitionId>, around: Space, path: &str) -> Option<Meaning> {
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
    fn named(&self, world: &World<'a>, name: &str, scope: Option<DefinitionId>, is_value: bool) -> Path {
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

    /// What each type of the file extends and implements.
    fn supertypes(&self, world: &World<'a>) -> Vec<(TypeId, TypeId)> {
        let Some(facts) = self.facts else { return Vec::new() };
        let inherits = facts.references.iter().filter(|reference| reference.kind == ReferenceKind::Inherit);
        inherits
            .filter_map(|reference| {
                let of = world.types.of_definition(self.file, reference.within?)?;
                let path = self.named(world, facts.name(reference.name), scope_of(facts, reference), false);
                // A path that stops short of its last name is not resolved.
                let last = path.types.last().filter(|last| path.member.is_none() && last.len() == 1)?;
                Some((of, last[0]))
            })
            .collect()
    }

    fn dependencies(&self, world: &World<'a>) -> Vec<Dependency> {
        let Some(facts) = self.facts else { return Vec::new() };
        let mut out = Out { found: Vec::new(), seen: FxHashSet::default() };
        let packages = if facts.imports.is_empty() { Vec::new() } else { world.projects.packages(&self.units) };
        for import in &facts.imports {
            self.import(world, &packages, import, &mut out);
        }
        let scopes = self.scopes_of(world, facts);
        let mut known: FxHashMap<(u32, Option<DefinitionId>, ReferenceKind), Vec<Lead>> = FxHashMap::default();
        for reference in &facts.references {
            let scope = scope_of(facts, reference).and_then(|scope| scopes.get(scope as usize).copied().flatten());
            let targets = known
                .entry((reference.name.0, scope, reference.kind))
                .or_insert_with(|| self.mention(world, facts.name(reference.name), scope, reference.kind));
            for (place, certainty, is_last) in targets {
                out.mention(reference, *place, *certainty, *is_last);
            }
        }
        out.found
    }

    /// For each definition the innermost one, itself or around it, that matters to what a name means.
    fn scopes_of(&self, world: &World<'a>, facts: &FileFacts) -> Vec<Option<DefinitionId>> {
        let mut scopes: Vec<Option<DefinitionId>> = Vec::with_capacity(facts.definitions.len());
        for (definition, index) in facts.definitions.iter().zip(0..) {
            let around = definition.parent.and_then(|parent| scopes.get(parent as usize).copied().flatten());
            let is_scope = self.blocks.contains_key(&index) || world.types.of_definition(self.file, index).is_some();
            scopes.push(if is_scope { Some(index) } else { around });
        }
        scopes
    }

    /// Where a mention leads: definitions of other files, how sure that is, and whether they are what the whole name means.
    fn mention(&self, world: &World<'a>, name: &str, scope: Option<DefinitionId>, kind: ReferenceKind) -> Vec<Lead> {
        if name.starts_with('`') {
            return Vec::new();
        }
        if let Some(member) = name.strip_prefix('.') {
            return self.extension(world, member, scope);
        }
        let path = match kind {
            ReferenceKind::Call => return self.static_call(world, split_arity(name).0, scope),
            ReferenceKind::Macro => self.attribute(world, name, scope),
            _ => self.named(world, name, scope, kind == ReferenceKind::Value),
        };
        let mut targets = Vec::new();
        for (index, types) in path.types.iter().enumerate() {
            let is_last = index + 1 == path.types.len();
            let member = path.member.as_deref().filter(|_| is_last);
            let certainty = if types.len() > 1 { Certainty::Ambiguous } else { Certainty::Resolved };
            let places: Vec<Place> = types.iter().flat_map(|id| self.parts(world, *id, member)).collect();
            if types.len() == 1 || places.len() <= AMBIGUOUS_LIMIT {
                targets.extend(places.into_iter().map(|place| (place, certainty, is_last)));
            }
        }
        targets
    }

    /// `[Name]` is the class `NameAttribute`, else `Name`.
    fn attribute(&self, world: &World<'a>, name: &str, scope: Option<DefinitionId>) -> Path {
        let (plain, arity) = split_arity(name);
        let suffix = if arity > 0 { format!("`{arity}") } else { String::new() };
        let path = self.named(world, &format!("{plain}Attribute{suffix}"), scope, false);
        if path.types.is_empty() || path.member.is_some() { self.named(world, name, scope, false) } else { path }
    }

    /// The parts of a type that a mention of it (and of a member) leads to.
    fn parts(&self, world: &World<'a>, id: TypeId, member: Option<&str>) -> Vec<Place> {
        let parts = &world.types.get(id).parts;
        if parts.len() == 1 {
            return parts.to_vec();
        }
        let declaring = member.map_or(&[] as &[Place], |member| world.types.own_member(id, member));
        let chosen: Vec<Place> = parts
            .iter()
            .filter(|(file, _)| declaring.is_empty() || declaring.iter().any(|(declaring, _)| declaring == file))
            .copied()
            .collect();
        if chosen.iter().any(|(file, _)| *file == self.file) {
            return Vec::new();
        }
        if chosen.len() <= PART_LIMIT {
            return chosen;
        }
        let name = world.types.get(id).name;
        let is_called = |(file, _): &Place| {
            let path = &world.sources.get(*file).path;
            path.rsplit('/').next().and_then(|file| file.strip_suffix(".cs")) == Some(name)
        };
        chosen.into_iter().filter(is_called).collect()
    }

    /// The method that a call of a simple name means, where `using static` imports it.
    fn static_call(&self, world: &World<'a>, name: &str, scope: Option<DefinitionId>) -> Vec<Lead> {
        let mut blocks: SmallVec<[Option<DefinitionId>; 2]> = SmallVec::new();
        let mut next = scope;
        while let Some(at) = next {
            if self.blocks.contains_key(&at) {
                blocks.push(Some(at));
            } else if world
                .types
                .of_definition(self.file, at)
                .is_some_and(|id| !world.types.member(id, name).is_empty())
            {
                return Vec::new();
            }
            next = self.facts.and_then(|facts| facts.definitions.get(at as usize)?.parent);
        }
        blocks.extend([self.inside, None]);
        for block in blocks {
            let statics = self.scopes.get(&block).into_iter().flat_map(|scope| &scope.statics);
            let places: Vec<Place> = statics
                .flat_map(|id| world.types.member(*id, name))
                .copied()
                .filter(|(file, _)| *file != self.file)
                .collect();
            if !places.is_empty() {
                let files: FxHashSet<FileId> = places.iter().map(|(file, _)| *file).collect();
                let certainty = if files.len() > 1 { Certainty::Ambiguous } else { Certainty::Resolved };
                let is_answer = files.len() <= AMBIGUOUS_LIMIT;
                return places.into_iter().filter(|_| is_answer).map(|place| (place, certainty, true)).collect();
            }
        }
        Vec::new()
    }

    /// The extension method that a member's name may mean: one that is in scope, where the project has no other method of
    /// that name and only one file declares it.
    fn extension(&self, world: &World<'a>, name: &str, scope: Option<DefinitionId>) -> Vec<Lead> {
        let Some(extensions) = world.extensions.get(name).filter(|_| !world.methods.contains(name)) else {
            return Vec::new();
        };
        let mut spaces: SmallVec<[Space; 16]> = SmallVec::new();
        let mut next = scope;
        while let Some(at) = next {
            if let Some(space) = self.blocks.get(&at) {
                spaces.push(*space);
                spaces.extend(self.scopes.get(&Some(at)).into_iter().flat_map(|scope| &scope.spaces).copied());
            }
            next = self.facts.and_then(|facts| facts.definitions.get(at as usize)?.parent);
        }
        let own = spaces.first().copied().unwrap_or(self.space);
        spaces.extend(std::iter::successors(Some(own), |space| world.space_above(*space)));
        spaces.extend(self.scopes.get(&self.inside).into_iter().flat_map(|scope| &scope.spaces).copied());
        spaces.extend(self.scopes.get(&None).into_iter().flat_map(|scope| &scope.spaces).copied());
        let is_seen =
            |place: &Place| world.units.get(&place.0).is_some_and(|units| world.projects.sees(&self.units, units));
        let places: Vec<Place> = extensions
            .iter()
            .filter(|extension| spaces.contains(&extension.space) && is_seen(&extension.place))
            .map(|extension| extension.place)
            .collect();
        match places.first() {
            Some(first) if places.iter().all(|place| place.0 == first.0) => vec![(*first, Certainty::Inferred, true)],
            _ => Vec::new(),
        }
    }

    fn import(&self, world: &World<'a>, packages: &[&str], import: &Import, out: &mut Out) {
        let stands_in =
            import.within.filter(|block| self.blocks.contains_key(block)).or_else(|| self.inside_at(import));
        let block = stands_in.and_then(|block| self.blocks.get(&block).copied()).unwrap_or(self.space);
        let text = import.path.clone();
        let mut add = |target, certainty| {
            out.found.push(Dependency { certainty, ..Dependency::of_import(import, target, import.span) });
        };
        match self.absolute(world, stands_in, block, &import.path) {
            Some(Meaning::Types(types)) => {
                let certainty = if types.len() > 1 { Certainty::Ambiguous } else { Certainty::Resolved };
                for (file, _) in types.iter().flat_map(|id| self.parts(world, *id, None)) {
                    add(Target::File(file), certainty);
                }
            }
            // What is taken from a namespace is seen where it is named.
            Some(Meaning::Space(_)) => {}
            None => {
                let path = import.path.strip_prefix("global::").unwrap_or(&import.path);
                match provider(packages, path) {
                    Some((external, certainty)) => add(Target::External(external), certainty),
                    None => {
                        let is_own = path.rsplit_once('.').is_some_and(|(above, _)| world.is_declared(above));
                        let reason = if is_own { Reason::Missing } else { Reason::Undeclared };
                        add(Target::Unresolved { text, reason }, Certainty::Resolved);
                    }
                }
            }
        }
    }
}

/// The dependencies of a file, each once a line.
struct Out {
    found: Vec<Dependency>,
    seen: FxHashSet<(Place, DependencyKind, u32)>,
}

impl Out {
    fn mention(&mut self, reference: &Reference, place: Place, certainty: Certainty, is_last: bool) {
        let kind = match reference.kind {
            ReferenceKind::Inherit if is_last => DependencyKind::Inherit,
            ReferenceKind::Call => DependencyKind::Call,
            _ => DependencyKind::Reference,
        };
        if self.seen.insert((place, kind, reference.span.line)) {
            self.found.push(Dependency {
                target: Target::File(place.0),
                kind,
                certainty,
                span: reference.span,
                statement: reference.span.start,
                test: false,
                from_symbol: reference.within,
                to_symbol: Some(place.1),
            });
        }
    }
}

/// The scope in which a mention is looked up: a type's members are not in scope where it says what it extends.
fn scope_of(facts: &FileFacts, reference: &Reference) -> Option<DefinitionId> {
    let within = reference.within?;
    let definition = facts.definitions.get(within as usize)?;
    if reference.kind == ReferenceKind::Inherit && is_type(definition.kind) { definition.parent } else { Some(within) }
}

/// ``Name`2`` is the name and 2.
fn split_arity(part: &str) -> (&str, u8) {
    match part.split_once('`') {
        Some((name, arity)) => (name, arity.parse().unwrap_or(u8::MAX)),
        None => (part, 0),
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}
