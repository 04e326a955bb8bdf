//! From names to files: what a mention, a base or a using directive leads to.
//!
//! A partial type is where all its parts are: a mention leads to every part, unless one of them is the file itself. Where
//! a member is named behind it, only the parts that declare the member count. What several namespaces or projects offer
//! is ambiguous: up to four files are kept as that, more are no answer.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::facts::is_type;
use super::names::{GlobalUsings, Meaning, Path, Unit, split_arity};
use super::packages::provider;
use super::types::{Space, World};
use crate::facts::{DefinitionId, FileFacts, Import, Reference, ReferenceKind};
use crate::lang::merged::{Place, TypeId};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, FileId, Reason, Sources, Target};

/// Base types may be named through each other's members; each round resolves one more step of that.
const ROUNDS: usize = 3;

/// More files than this that declare a name are no answer.
const AMBIGUOUS_LIMIT: usize = 4;

/// Of a type in more parts than this, those count that are called like it.
const PART_LIMIT: usize = 16;

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

/// A definition that a mention leads to, how sure that is, and whether it is what the whole name means.
type Lead = (Place, Certainty, bool);

impl<'a> Unit<'a> {
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
