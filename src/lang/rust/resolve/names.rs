//! What paths mean: names are looked up in modules, through imports and globs.

mod beyond;

use std::cell::RefCell;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::modules::{Binding, Bound, Entity, GlobSource, Macro, ModuleId, UseId, World};
use crate::facts::{DefinitionId, DefinitionKind, ReferenceKind, Visibility};

/// Several things: a name may have one in each namespace, and alternatives by configuration.
pub type Entities = SmallVec<[Entity; 2]>;

/// A set of namespaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Namespaces(u8);

impl Namespaces {
    /// Modules, types, traits, crates.
    pub const TYPES: Self = Self(1);
    /// Functions, constants, constructors.
    pub const VALUES: Self = Self(2);
    /// Macros.
    pub const MACROS: Self = Self(4);
    /// All of them.
    pub const ALL: Self = Self(7);

    fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Where a mention's last segment is looked for.
    pub fn of_reference(kind: ReferenceKind, name: &str) -> Self {
        match kind {
            ReferenceKind::Macro => Self::MACROS,
            ReferenceKind::Inherit => Self::TYPES,
            ReferenceKind::Call => Self::VALUES,
            ReferenceKind::Type => Self::TYPES.union(Self::VALUES),
            ReferenceKind::Value if name.starts_with(|c: char| c.is_uppercase()) => Self::TYPES.union(Self::VALUES),
            ReferenceKind::Value => Self::VALUES,
        }
    }

    fn of_kind(kind: DefinitionKind) -> Self {
        use DefinitionKind as Kind;
        match kind {
            Kind::Module | Kind::Class | Kind::Enum | Kind::Interface | Kind::Type | Kind::Implementation => {
                Self::TYPES
            }
            Kind::Struct | Kind::Field => Self::TYPES.union(Self::VALUES),
            Kind::Function | Kind::Method | Kind::Constant => Self::VALUES,
            Kind::Macro => Self::MACROS,
        }
    }
}

/// How a path's first segment is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// In a `use` declaration.
    Use,
    /// Anywhere else.
    Body,
}

/// What a path leads to.
#[derive(Debug, Default)]
pub struct Meaning {
    /// The last thing that could be found: what the path names, or the type whose member it names.
    pub targets: Entities,
    /// What stands right before the item's name: modules, or an enum before its variant.
    pub via: Entities,
    /// How many segments were read.
    pub read: usize,
    /// Whether the path was read to its end, or to a type, beyond which lie its members.
    pub complete: bool,
}

/// How many modules one look-up may visit through globs.
const VISIT_LIMIT: usize = 256;

/// Who looks a name up, and what the answer depends on.
#[derive(Clone, Copy, Default)]
pub struct Asker<'r> {
    /// The import that asks: it does not see itself.
    import: Option<UseId>,
    /// Takes the imports whose targets were looked at: where one of them changes, the answer may change.
    reads: Option<&'r RefCell<Vec<UseId>>>,
}

impl Asker<'_> {
    /// Whether the asking import is this one; if not, its targets are about to be read.
    fn is(self, id: UseId) -> bool {
        if self.import == Some(id) {
            return true;
        }
        if let Some(reads) = self.reads {
            reads.borrow_mut().push(id);
        }
        false
    }
}

struct Lookup<'w, 's> {
    world: &'w World<'s>,
    /// Who asks: private names are seen by the module itself and what it contains.
    from: ModuleId,
    visited: Visited,
}

/// The modules that a look-up has been in. Most are in few; in a web of globs a list would be searched at every step.
#[derive(Default)]
struct Visited {
    first: SmallVec<[ModuleId; 16]>,
    further: FxHashSet<ModuleId>,
}

impl Visited {
    /// Whether the look-up may enter: the module is new, and it is not one too many.
    fn insert(&mut self, module: ModuleId) -> bool {
        if self.first.contains(&module) || self.first.len() + self.further.len() >= VISIT_LIMIT {
            return false;
        }
        if self.first.len() < self.first.inline_size() {
            self.first.push(module);
            return true;
        }
        self.further.insert(module)
    }
}

impl World<'_> {
    /// Resolves one leaf with what is known of the others.
    pub fn meaning_of_use(&self, id: UseId) -> Option<Meaning> {
        self.meaning_for(id, Asker { import: Some(id), reads: None })
    }

    /// What one leaf leads to with what is known of the others, and the leaves which that depends on.
    pub fn targets_of_use(&self, id: UseId) -> (Entities, Vec<UseId>) {
        let reads = RefCell::new(Vec::new());
        let meaning = self.meaning_for(id, Asker { import: Some(id), reads: Some(&reads) });
        let targets = meaning.filter(|meaning| meaning.complete).map_or_else(Entities::new, |meaning| meaning.targets);
        let mut reads = reads.into_inner();
        reads.sort_unstable();
        reads.dedup();
        (targets, reads)
    }

    fn meaning_for(&self, id: UseId, asker: Asker<'_>) -> Option<Meaning> {
        let leaf = self.uses.get(id.0 as usize)?;
        let import = self.facts_of(leaf.module)?.imports.get(leaf.import as usize)?;
        let mut segments = Segments::of(&import.path);
        let name = leaf.name.and_then(|name| import.names.get(name as usize));
        if let Some(name) = name.filter(|name| !name.is_glob()) {
            segments.push(&name.name);
        }
        let is_module = name.is_some_and(|name| name.is_glob());
        let last = if is_module { Namespaces::TYPES } else { Namespaces::ALL };
        Some(self.meaning(leaf.module, &segments, last, Position::Use, asker))
    }

    /// What a path means in a module.
    pub fn meaning(
        &self,
        module: ModuleId,
        path: &Segments<'_>,
        last: Namespaces,
        position: Position,
        asker: Asker<'_>,
    ) -> Meaning {
        let count = path.names.len();
        let mut meaning = Meaning::default();
        let (start, mut at) = self.head(module, path, last, position, asker);
        meaning.targets = start;
        while !meaning.targets.is_empty() && at < count {
            let namespaces = if at + 1 == count { last } else { Namespaces::TYPES };
            let mut next = Entities::new();
            let mut holds_members = false;
            for entity in &meaning.targets {
                match entity {
                    Entity::Module(id) => self.member(*id, path.names[at], namespaces, module, asker, &mut next),
                    Entity::External(_) | Entity::Made(_) => push(&mut next, *entity),
                    Entity::Item(of, item) => {
                        holds_members = true;
                        self.variant(*of, *item, path.names[at], &mut next);
                    }
                }
            }
            if next.is_empty() && namespaces.intersects(Namespaces::MACROS) {
                self.macros_at_root(&meaning.targets, path.names[at], &mut next);
            }
            if next.is_empty() && namespaces != Namespaces::MACROS {
                self.beyond(&meaning.targets, path.names[at], module, asker, &mut next);
            }
            if next.is_empty() {
                meaning.read = at;
                meaning.complete = holds_members;
                if !holds_members {
                    meaning.via = std::mem::take(&mut meaning.targets);
                }
                return meaning;
            }
            meaning.via = std::mem::replace(&mut meaning.targets, next);
            at += 1;
        }
        meaning.read = at;
        meaning.complete = !meaning.targets.is_empty();
        meaning
    }

    /// The meaning of a path's first segments, and how many they are.
    fn head(
        &self,
        module: ModuleId,
        path: &Segments<'_>,
        last: Namespaces,
        position: Position,
        asker: Asker<'_>,
    ) -> (Entities, usize) {
        let krate = self.module(module).krate;
        let edition = self.crates.get(krate).edition;
        let root = self.roots.get(krate.0 as usize).copied();
        let is_only = path.names.len() == 1;
        let namespaces = if is_only { last } else { Namespaces::TYPES };
        let mut found = Entities::new();
        let Some(first) = path.names.first().copied() else {
            // A glob of everything: `use *` or `use ::*`.
            found.extend(root.filter(|_| position == Position::Use).map(Entity::Module));
            return (found, 0);
        };
        let is_legacy = edition < 2018 && (position == Position::Use || path.is_global);
        match first {
            "crate" | "$crate" => found.extend(root.map(Entity::Module)),
            "self" => found.push(Entity::Module(self.own_module(module))),
            "super" => return self.outer(module, path),
            _ if is_legacy => {
                if let Some(root) = root {
                    self.member(root, first, namespaces, module, asker, &mut found);
                }
                if found.is_empty() {
                    found.extend(self.extern_crate(krate, first));
                }
            }
            _ if path.is_global => found.extend(self.extern_crate(krate, first)),
            _ => {
                self.lexical(module, first, namespaces, asker, &mut found);
                let may_be_crate = !is_only || position == Position::Use;
                if found.is_empty() && may_be_crate {
                    found.extend(self.extern_crate(krate, first));
                }
                if found.is_empty() && may_be_crate {
                    self.made_here(module, first, &mut found);
                }
            }
        }
        (found, 1)
    }

    /// The macros of that name anywhere in a crate of which the root is asked: `#[macro_export]`, which puts them there,
    /// may be added by another macro.
    fn macros_at_root(&self, modules: &[Entity], name: &str, found: &mut Entities) {
        for entity in modules {
            let Entity::Module(id) = entity else { continue };
            let krate = self.module(*id).krate;
            if self.roots.get(krate.0 as usize) != Some(id) {
                continue;
            }
            let macros = self.macros.get(&krate).and_then(|macros| macros.get(name));
            for it in macros.into_iter().flatten().take(64) {
                push(found, Entity::Item(it.module, it.id));
            }
        }
    }

    /// `super`, as often as it stands there.
    fn outer(&self, module: ModuleId, path: &Segments<'_>) -> (Entities, usize) {
        let count = path.names.iter().take_while(|name| **name == "super").count();
        let mut at = Some(self.own_module(module));
        for _ in 0..count {
            at = at.and_then(|id| self.module(id).parent).map(|parent| self.own_module(parent));
        }
        (at.into_iter().map(Entity::Module).collect(), count)
    }

    /// The module that `self` means: functions' bodies do not count.
    pub fn own_module(&self, module: ModuleId) -> ModuleId {
        let mut at = module;
        while let Some(parent) = self.module(at).parent.filter(|_| self.module(at).is_block) {
            at = parent;
        }
        at
    }

    /// Looks a name up in a module and, from a function's body, outwards to its module.
    fn lexical(&self, module: ModuleId, name: &str, namespaces: Namespaces, asker: Asker<'_>, found: &mut Entities) {
        let mut at = module;
        loop {
            self.member(at, name, namespaces, module, asker, found);
            let here = self.module(at);
            match here.parent {
                Some(parent) if here.is_block && found.is_empty() => at = parent,
                _ => break,
            }
        }
        if found.is_empty() && namespaces.intersects(Namespaces::MACROS) {
            self.textual_macro(module, name, asker, found);
        }
    }

    /// A `macro_rules!` in textual scope. Where exactly a macro's scope ends depends on `#[macro_use]` and on order; the
    /// macros of that name nearest in the module tree are taken.
    fn textual_macro(&self, module: ModuleId, name: &str, asker: Asker<'_>, found: &mut Entities) {
        let krate = self.module(module).krate;
        if let Some(macros) = self.macros.get(&krate).and_then(|names| names.get(name)) {
            for it in self.nearest_macros(module, macros) {
                push(found, Entity::Item(it.module, it.id));
            }
        }
        if !found.is_empty() {
            return;
        }
        // `#[macro_use] extern crate`: the exported macros of crates that the root names.
        for id in self.extern_crates.get(&krate).into_iter().flatten() {
            // Asked for the record: an import itself never is a macro's call.
            let _ = asker.is(*id);
            for target in &self.uses[id.0 as usize].targets {
                if let Entity::Module(id) = target {
                    self.member(*id, name, Namespaces::MACROS, module, asker, found);
                }
            }
        }
    }

    /// Of macros of one name those nearest to a module in the tree. There are several where the configuration decides.
    pub fn nearest_macros(&self, module: ModuleId, macros: &[Macro]) -> SmallVec<[Macro; 2]> {
        let mut nearest = SmallVec::new();
        let mut best = (false, 0);
        // More of one name than anybody writes would make every look-up slow.
        for it in macros.iter().take(64) {
            let nearness = (!it.gives_way, self.common_depth(module, it.module));
            if nearest.is_empty() || nearness > best {
                best = nearness;
                nearest.clear();
            }
            if nearness == best {
                nearest.push(*it);
            }
        }
        nearest
    }

    /// The depth of the innermost module that contains both.
    fn common_depth(&self, a: ModuleId, b: ModuleId) -> u32 {
        let (mut a, mut b) = (a, b);
        while a != b {
            let (deep_a, deep_b) = (self.module(a).depth, self.module(b).depth);
            let up = if deep_a >= deep_b { &mut a } else { &mut b };
            match self.module(*up).parent {
                Some(parent) => *up = parent,
                None => return 0,
            }
        }
        self.module(a).depth + 1
    }

    /// Looks a name up in a module for `from`.
    fn member(
        &self,
        module: ModuleId,
        name: &str,
        namespaces: Namespaces,
        from: ModuleId,
        asker: Asker<'_>,
        found: &mut Entities,
    ) {
        let mut lookup = Lookup { world: self, from, visited: Visited::default() };
        lookup.module(module, name, namespaces, asker, false, found);
    }

    /// The variants of that name, if the item is an enum.
    fn variant(&self, module: ModuleId, item: DefinitionId, name: &str, found: &mut Entities) {
        let Some(facts) = self.facts_of(module) else { return };
        if facts.definitions.get(item as usize).is_none_or(|definition| definition.kind != DefinitionKind::Enum) {
            return;
        }
        // An enum's variants and their fields come right after it.
        let after = facts.definitions.iter().enumerate().skip(item as usize + 1);
        for (index, definition) in after.take_while(|(_, definition)| definition.parent >= Some(item)) {
            if definition.parent == Some(item) && definition.name == name {
                push(found, Entity::Item(module, index as DefinitionId));
            }
        }
    }

    fn namespaces_of(&self, entity: Entity) -> Namespaces {
        match entity {
            Entity::Module(_) => Namespaces::TYPES,
            Entity::External(_) | Entity::Made(_) => Namespaces::ALL,
            Entity::Item(module, id) => {
                self.definition(module, id).map_or(Namespaces::ALL, |definition| Namespaces::of_kind(definition.kind))
            }
        }
    }

    fn is_inside(&self, inner: ModuleId, outer: ModuleId) -> bool {
        let depth = self.module(outer).depth;
        let mut at = inner;
        while self.module(at).depth > depth {
            let Some(parent) = self.module(at).parent else { return false };
            at = parent;
        }
        at == outer
    }

    fn sees(&self, from: ModuleId, module: ModuleId, visibility: Visibility) -> bool {
        match visibility {
            Visibility::Public => true,
            Visibility::Restricted => self.module(from).krate == self.module(module).krate,
            Visibility::Private => self.is_inside(from, module),
        }
    }
}

/// Adds what is not there yet.
pub fn push(entities: &mut Entities, entity: Entity) {
    if !entities.contains(&entity) {
        entities.push(entity);
    }
}

/// Something that a name may mean, and the binding that says so.
struct Candidate {
    entity: Entity,
    of: Binding,
}

impl Lookup<'_, '_> {
    /// Looks into a module: its own names first, then those that globs bring.
    fn module(
        &mut self,
        module: ModuleId,
        name: &str,
        namespaces: Namespaces,
        asker: Asker<'_>,
        through_glob: bool,
        found: &mut Entities,
    ) {
        let here = self.world.module(module);
        // What is included or expanded belongs to the module that does so.
        let home = self.world.own_module(module);
        let mut own: SmallVec<[Candidate; 4]> = SmallVec::new();
        let mut is_pending = false;
        let included = here.globs.iter().filter_map(|glob| match glob.from {
            GlobSource::Module(id) => Some(self.world.module(id)),
            GlobSource::Use(_) => None,
        });
        let bindings = std::iter::once(here).chain(included).filter_map(|part| part.names.get(name));
        for binding in bindings.flatten() {
            if through_glob && !self.world.sees(self.from, home, binding.visibility) {
                continue;
            }
            match binding.to {
                Bound::Definition(entity) => own.push(Candidate { entity, of: *binding }),
                Bound::Use(id) if asker.is(id) => {}
                Bound::Use(id) => {
                    let targets = &self.world.uses[id.0 as usize].targets;
                    is_pending |= targets.is_empty();
                    own.extend(targets.iter().map(|target| Candidate { entity: *target, of: *binding }));
                }
            }
        }
        own.retain(|it| self.world.namespaces_of(it.entity).intersects(namespaces));
        if own.len() > 1 {
            self.keep_own_alternative(&mut own);
            // What nobody but the module sees is not what others mean; alone it is kept, for then its macro or its
            // attribute says more than is read here.
            let is_seen = |it: &Candidate| self.world.sees(self.from, home, it.of.visibility);
            if own.iter().any(is_seen) {
                own.retain(|it| is_seen(it));
            }
        }
        let has_regular = own.iter().any(|it| !it.of.gives_way);
        let mut covered = Namespaces(0);
        for Candidate { entity, .. } in own.into_iter().filter(|it| !(has_regular && it.of.gives_way)) {
            covered = covered.union(self.world.namespaces_of(entity));
            push(found, entity);
        }
        let missing = namespaces.without(covered);
        if !is_pending && missing != Namespaces(0) {
            self.globs(module, name, missing, asker, through_glob, found);
        }
    }

    /// Of modules that are alternatives to each other the one that the asker is in: while it is compiled the others are
    /// not.
    fn keep_own_alternative(&self, own: &mut SmallVec<[Candidate; 4]>) {
        let around = |it: &Candidate| matches!(it.entity, Entity::Module(id) if self.world.is_inside(self.from, id));
        if own.iter().any(around) {
            own.retain(|it| !matches!(it.entity, Entity::Module(_)) || around(it));
        }
    }

    fn globs(
        &mut self,
        module: ModuleId,
        name: &str,
        namespaces: Namespaces,
        asker: Asker<'_>,
        through_glob: bool,
        found: &mut Entities,
    ) {
        if self.world.module(module).globs.is_empty() || !self.visited.insert(module) {
            return;
        }
        let world = self.world;
        let home = world.own_module(module);
        for gives_way in [false, true] {
            let before = found.len();
            for glob in world.module(module).globs.iter().filter(|glob| glob.gives_way == gives_way) {
                if !world.sees(self.from, home, glob.visibility) {
                    continue;
                }
                match glob.from {
                    GlobSource::Use(id) if asker.is(id) => {}
                    GlobSource::Use(id) => {
                        for target in &world.uses[id.0 as usize].targets {
                            match *target {
                                Entity::Module(id) => self.module(id, name, namespaces, asker, true, found),
                                Entity::Item(of, item) => {
                                    if namespaces.intersects(Namespaces::TYPES.union(Namespaces::VALUES)) {
                                        world.variant(of, item, name, found);
                                    }
                                }
                                Entity::External(_) | Entity::Made(_) => {}
                            }
                        }
                    }
                    GlobSource::Module(id) => self.module(id, name, namespaces, asker, through_glob, found),
                }
            }
            if found.len() > before {
                break;
            }
        }
    }
}

/// A path's segments.
#[derive(Debug, Clone, Default)]
pub struct Segments<'p> {
    /// Whether it starts with `::`.
    pub is_global: bool,
    /// The names.
    pub names: SmallVec<[&'p str; 8]>,
}

impl<'p> Segments<'p> {
    /// Splits a path as facts hold it.
    pub fn of(path: &'p str) -> Self {
        let (is_global, rest) = path.strip_prefix("::").map_or((false, path), |rest| (true, rest));
        let names = rest.split("::").filter(|name| !name.is_empty()).collect();
        Self { is_global, names }
    }

    /// Adds a last segment.
    pub fn push(&mut self, name: &'p str) {
        self.names.push(name);
    }
}
