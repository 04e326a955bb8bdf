//! A file's imports and mentions, resolved, as dependencies.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::configuration::State;
use super::members::{Implementations, Place, View, inside};
use super::modules::{Context, Entity, ModuleId, UseId, World, macro_around, state_of};
use super::names::{Asker, Entities, Meaning, Namespaces, Position, Segments};
use crate::facts::{
    DefinitionId, DefinitionKind, FileFacts, Import, ImportKind, NameId, Reference, ReferenceKind, Span, enclosing,
};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, External, FileId, Reason, Target};
use crate::project::Ecosystem;

/// What one file depends on, in all the modules that it is (`contexts` are indices of [`World::contexts`]).
pub fn dependencies<'s>(
    world: &World<'s>,
    implementations: &Implementations<'s>,
    file: FileId,
    contexts: &[usize],
) -> Vec<Dependency> {
    let Some(facts) = world.sources.facts(file) else { return Vec::new() };
    let mut emitter = Emitter {
        world,
        implementations,
        file,
        facts,
        call: None,
        links: FxHashMap::default(),
        found: Vec::new(),
        seen: FxHashSet::default(),
        missing: Vec::new(),
    };
    let is_test = !contexts.is_empty() && contexts.iter().all(|index| world.module(world.contexts[*index].root).test);
    for context in contexts.iter().map(|index| &world.contexts[*index]) {
        let Some(of_context) = world.sources.facts(context.file) else { continue };
        emitter.facts = of_context;
        emitter.call = context.expansion.map(|expansion| expansion.call);
        emitter.context(context);
    }
    emitter.unresolved();
    if is_test {
        for dependency in &mut emitter.found {
            dependency.test = true;
        }
    }
    emitter.found
}

/// A path in a module, and the definition around it where that decides what it means.
type Mention = (ModuleId, NameId, ReferenceKind, Option<DefinitionId>);

/// What a dependency leads to: a target in few bytes, for sets and comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum To {
    File(FileId),
    /// Index into [`World::externals`].
    External(u32),
}

/// Where a mention leads.
struct Link {
    to: To,
    /// Whether it is what the path names, not a module on the way.
    is_named: bool,
    certainty: Certainty,
    to_symbol: Option<DefinitionId>,
}

struct Emitter<'w, 's> {
    world: &'w World<'s>,
    implementations: &'w Implementations<'s>,
    file: FileId,
    /// Of the file that is read: another one where a macro's items are expanded.
    facts: &'s FileFacts,
    /// The call where a macro's items are expanded: the place of all that they need.
    call: Option<Span>,
    /// What the context's paths lead to, each asked once.
    links: FxHashMap<Mention, Rc<[Link]>>,
    found: Vec<Dependency>,
    seen: FxHashSet<(u32, DependencyKind, To)>,
    /// Leaves of imports that some context could not resolve: reported unless another one could.
    missing: Vec<Dependency>,
}

impl<'s> Emitter<'_, 's> {
    fn context(&mut self, context: &Context) {
        self.parts(context);
        // The calling file has the modules of a macro's items, for they are its own. What the items import is written in the
        // macro's text: it says what names mean there, and the call needs the macro alone.
        if context.expansion.is_some() {
            return;
        }
        for id in context.uses.clone() {
            self.use_leaf(context, UseId(id));
        }
        let inside = inside(self.world, context);
        self.links.clear();
        for reference in &self.facts.references {
            if context.compiled.state(reference.span.start) == State::LeftOut {
                continue;
            }
            let module = match reference.within {
                Some(id) => inside.get(id as usize).copied().unwrap_or(context.root),
                None => context.root,
            };
            self.reference(module, reference);
        }
        self.members(context, &inside);
    }

    /// Mentions of members of values that other files declare.
    fn members(&mut self, context: &Context, inside: &[ModuleId]) {
        let facts = self.facts;
        // `Type::function` is a mention of the type already, which leads there where the type's own file declares it.
        let to_file = |found: &Dependency| match found.target {
            Target::File(file) => Some((found.span.end, file)),
            _ => None,
        };
        let mut mentioned: Vec<(u32, FileId)> = self.found.iter().filter_map(to_file).collect();
        mentioned.sort_unstable();
        let mut inference = View::new(self.world, self.implementations);
        let mut known: FxHashMap<(ModuleId, u32, u32), SmallVec<[Place; 1]>> = FxHashMap::default();
        for selection in &facts.typing.selections {
            if context.compiled.state(selection.span.start) == State::LeftOut {
                continue;
            }
            let within = enclosing(&facts.definitions, selection.span);
            let module = within.and_then(|id| inside.get(id as usize)).copied().unwrap_or(context.root);
            let name = facts.typing.name(selection.name);
            let places = known
                .entry((module, selection.on.0, selection.name.0))
                .or_insert_with(|| inference.places(module, selection.on, name));
            for (of, definition) in places.iter() {
                let entity = Entity::Item(*of, *definition);
                let Some(file) = self.file_of(entity).filter(|file| *file != self.file) else { continue };
                if mentioned.binary_search(&(selection.span.end, file)).is_ok() {
                    continue;
                }
                let target = Target::File(file);
                self.add(
                    To::File(file),
                    Dependency {
                        target,
                        kind: if selection.call { DependencyKind::Call } else { DependencyKind::Reference },
                        certainty: Certainty::Inferred,
                        span: selection.span,
                        statement: selection.span.start,
                        test: within.is_some_and(|id| facts.definitions[id as usize].test),
                        from_symbol: within,
                        to_symbol: self.symbol_of(entity),
                    },
                );
            }
        }
    }

    fn file_of(&self, entity: Entity) -> Option<FileId> {
        match entity {
            Entity::Module(id) | Entity::Item(id, _) | Entity::Made(id) => Some(self.world.module(id).at),
            Entity::External(_) => None,
        }
    }

    fn end_of(&self, entity: Entity) -> Option<To> {
        match entity {
            Entity::External(id) => Some(To::External(id)),
            _ => self.file_of(entity).map(To::File),
        }
    }

    fn target(&self, to: To) -> Option<Target> {
        match to {
            To::File(file) => Some(Target::File(file)),
            To::External(id) => {
                let (name, standard) = self.world.externals.get(id as usize)?;
                let external = External { ecosystem: Ecosystem::Cargo, name: name.clone(), standard: *standard };
                Some(Target::External(external))
            }
        }
    }

    fn symbol_of(&self, entity: Entity) -> Option<DefinitionId> {
        match entity {
            Entity::Item(module, id) if self.world.module(module).file == self.world.module(module).at => Some(id),
            _ => None,
        }
    }

    /// Moves what a macro's items need to the call that brings them here.
    fn placed(&self, mut dependency: Dependency) -> Dependency {
        if let Some(call) = self.call {
            dependency.span = call;
            dependency.statement = call.start;
            dependency.from_symbol = None;
        }
        dependency
    }

    fn miss(&mut self, dependency: Dependency) {
        let dependency = self.placed(dependency);
        self.missing.push(dependency);
    }

    /// Adds a dependency whose target is what `to` leads to.
    fn add(&mut self, to: To, dependency: Dependency) {
        let dependency = self.placed(dependency);
        if to == To::File(self.file) && dependency.to_symbol.is_none() {
            return;
        }
        if self.seen.insert((dependency.span.start, dependency.kind, to)) {
            self.found.push(dependency);
        }
    }

    /// Adds what an import leads to.
    fn add_import(
        &mut self,
        import: &Import,
        to: To,
        span: Span,
        to_symbol: Option<DefinitionId>,
        certainty: Certainty,
    ) {
        if let Some(target) = self.target(to) {
            let dependency = Dependency::of_import(import, target, span);
            self.add(to, Dependency { to_symbol, certainty, ..dependency });
        }
    }

    fn use_leaf(&mut self, context: &Context, id: UseId) {
        let Some(leaf) = self.world.uses.get(id.0 as usize) else { return };
        let Some(import) = self.facts.imports.get(leaf.import as usize) else { return };
        if context.compiled.state(import.statement.start) == State::LeftOut {
            return;
        }
        let name = leaf.name.and_then(|name| import.names.get(name as usize));
        let span = name.map_or(import.span, |name| name.span);
        let Some(meaning) = self.world.meaning_of_use(id) else { return };
        let targets: Entities = if leaf.targets.is_empty() && meaning.complete {
            meaning.targets.clone()
        } else {
            leaf.targets.iter().copied().collect()
        };
        for entity in targets.iter().filter(|_| meaning.complete) {
            if let Some(to) = self.end_of(*entity) {
                self.add_import(import, to, span, self.symbol_of(*entity), certainty_of(*entity));
            }
        }
        let is_glob = name.is_some_and(|name| name.is_glob());
        if !is_glob {
            for entity in self.modules_before(&meaning) {
                let is_same = targets.iter().any(|target| self.file_of(*target) == self.file_of(entity));
                if let Some(to) = self.end_of(entity).filter(|_| !is_same) {
                    self.add_import(import, to, span, None, Certainty::Resolved);
                }
            }
        }
        if !meaning.complete {
            let dependency = self.unresolved_use(import, name.map(|name| &*name.name), span, &meaning);
            self.miss(dependency);
        }
    }

    /// The modules right before the item's name.
    fn modules_before(&self, meaning: &Meaning) -> Entities {
        meaning.via.iter().copied().filter(|entity| matches!(entity, Entity::Module(_))).collect()
    }

    fn unresolved_use(&self, import: &Import, name: Option<&str>, span: Span, meaning: &Meaning) -> Dependency {
        let mut text = import.path.clone();
        if let Some(name) = name {
            if !text.is_empty() && text != "::" {
                text.push_str("::");
            }
            text.push_str(name);
        }
        let reason = if meaning.read == 0 || meaning.via.is_empty() { Reason::Undeclared } else { Reason::Missing };
        let starts_inside = ["crate", "self", "super"].contains(&text.split("::").next().unwrap_or_default());
        let reason = if starts_inside { Reason::Missing } else { reason };
        Dependency::of_import(import, Target::Unresolved { text, reason }, span)
    }

    /// Reports what no context could resolve.
    fn unresolved(&mut self) {
        let resolved: FxHashSet<u32> = self
            .found
            .iter()
            .filter(|dependency| matches!(dependency.kind, DependencyKind::Import | DependencyKind::Reexport))
            .map(|dependency| dependency.span.start)
            .collect();
        let mut reported = FxHashSet::default();
        for dependency in std::mem::take(&mut self.missing) {
            let is_partly_known = matches!(&dependency.target, Target::Unresolved { reason: Reason::Undeclared, .. })
                && resolved.contains(&dependency.span.start);
            if !is_partly_known && reported.insert(dependency.span.start) {
                self.found.push(dependency);
            }
        }
    }

    fn parts(&mut self, context: &Context) {
        // Of several `#[cfg_attr(…, path)]` only some need to be there: by statement.
        let mut with_file: FxHashSet<u32> = FxHashSet::default();
        for (index, file) in &context.parts {
            if let Some(import) = self.facts.imports.get(*index as usize)
                && state_of(&context.compiled, import) != State::LeftOut
            {
                with_file.insert(import.statement.start);
                self.add_import(import, To::File(*file), import.span, None, Certainty::Resolved);
            }
        }
        for import in &self.facts.imports {
            let is_part = matches!(import.kind, ImportKind::Module | ImportKind::Include)
                && macro_around(self.facts, import.within) == context.expansion.map(|expansion| expansion.of);
            let is_left_out = state_of(&context.compiled, import) == State::LeftOut;
            if is_part && !is_left_out && !with_file.contains(&import.statement.start) {
                let is_computed = import.path.contains(['!', '"']);
                let reason = if is_computed { Reason::NotLiteral } else { Reason::Missing };
                let target = Target::Unresolved { text: import.path.clone(), reason };
                self.miss(Dependency::of_import(import, target, import.span));
            }
        }
    }

    fn reference(&mut self, module: ModuleId, reference: &Reference) {
        // What `Self` means depends on the place, other paths mean the same in all of a module.
        let text = self.facts.name(reference.name);
        let is_self = text.strip_prefix("Self").is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
        let key = (module, reference.name, reference.kind, reference.within.filter(|_| is_self));
        let links = match self.links.get(&key) {
            Some(links) => Rc::clone(links),
            None => {
                let links: Rc<[Link]> = self.links_of(module, reference, is_self).into();
                self.links.insert(key, Rc::clone(&links));
                links
            }
        };
        let kind = match reference.kind {
            ReferenceKind::Macro => DependencyKind::Macro,
            ReferenceKind::Inherit => DependencyKind::Inherit,
            _ => DependencyKind::Reference,
        };
        for link in links.iter() {
            let Some(target) = self.target(link.to) else { continue };
            self.add(
                link.to,
                Dependency {
                    target,
                    kind: if link.is_named { kind } else { DependencyKind::Reference },
                    certainty: link.certainty,
                    span: reference.span,
                    statement: reference.span.start,
                    test: reference.within.is_some_and(|id| self.facts.definitions[id as usize].test),
                    from_symbol: reference.within,
                    to_symbol: link.to_symbol,
                },
            );
        }
    }

    /// What a mention leads to: what it names, and the modules right before the name where they are in other files.
    fn links_of(&self, module: ModuleId, reference: &Reference, is_self: bool) -> Vec<Link> {
        let mut segments = Segments::of(self.facts.name(reference.name));
        if is_self {
            let Some(name) = self.own_type(reference.within) else { return Vec::new() };
            let own_type = Segments::of(name);
            segments.names.remove(0);
            segments.is_global = own_type.is_global;
            segments.names.insert_many(0, own_type.names.iter().copied());
        }
        let Some(last) = segments.names.last() else { return Vec::new() };
        let namespaces = Namespaces::of_reference(reference.kind, last);
        let meaning = self.world.meaning(module, &segments, namespaces, Position::Body, Asker::default());
        let is_path = segments.names.len() > 1;
        let via = if is_path { self.modules_before(&meaning) } else { Entities::new() };
        let targets = if meaning.complete { meaning.targets } else { Entities::new() };
        let mut links: Vec<Link> = Vec::new();
        for (entity, is_named) in targets.iter().map(|it| (*it, true)).chain(via.iter().map(|it| (*it, false))) {
            let is_same = |target: &Entity| self.file_of(*target) == self.file_of(entity);
            if (!is_path && matches!(entity, Entity::External(_))) || (!is_named && targets.iter().any(is_same)) {
                continue;
            }
            let Some(to) = self.end_of(entity).filter(|to| *to != To::File(self.file)) else { continue };
            if !links.iter().any(|link| link.is_named == is_named && link.to == to) {
                let to_symbol = if is_named { self.symbol_of(entity) } else { None };
                links.push(Link { to, is_named, certainty: certainty_of(entity), to_symbol });
            }
        }
        links
    }

    /// The path of the type that `Self` means.
    fn own_type(&self, within: Option<DefinitionId>) -> Option<&'s str> {
        let mut at = within;
        // Bounded: deeper nesting is no program.
        for _ in 0..16 {
            let definition = self.facts.definitions.get(at? as usize)?;
            match definition.kind {
                DefinitionKind::Implementation
                | DefinitionKind::Struct
                | DefinitionKind::Enum
                | DefinitionKind::Interface => return Some(&definition.name),
                _ => at = definition.parent,
            }
        }
        None
    }
}

/// That a macro's call defines a name is told from the name's being among its arguments and nowhere else.
fn certainty_of(entity: Entity) -> Certainty {
    if matches!(entity, Entity::Made(_)) { Certainty::Inferred } else { Certainty::Resolved }
}
