//! One reading of a file: what its modules declare and import.

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::super::super::attributes::DIRECTORY;
use super::super::configuration::{Parts, State};
use super::expand::{is_macro_rules, macro_around};
use super::{Binding, Bound, DEPTH_LIMIT, Entity, Glob, GlobSource, Macro, Module, ModuleId, Use, UseId, World};
use crate::facts::{Definition, DefinitionId, DefinitionKind, FileFacts, Import, ImportKind, Name, Visibility};
use crate::lang::resolve::FileId;
use crate::project::cargo::join;

/// What is gathered while a file is read.
pub struct Site<'p> {
    /// Which parts of the file are compiled.
    pub compiled: &'p Parts,
    /// The files of its `mod` declarations and `include!`s: index of the import, and the file.
    pub parts: Vec<(u32, FileId)>,
}

/// Whether an import is compiled: its statement, or the attribute that names its file.
pub fn state_of(compiled: &Parts, import: &Import) -> State {
    compiled.state(import.statement.start).min(compiled.state(import.span.start))
}

impl World<'_> {
    /// Reads the files in the queue until no module is new.
    pub(super) fn grow(&mut self) {
        loop {
            while let Some(context) = self.queue.pop_front() {
                self.read(context);
            }
            // Which macros there are is known only now; what they define may bring new files.
            for (module, name, call) in std::mem::take(&mut self.calls) {
                self.expand(module, &name, call);
            }
            if self.queue.is_empty() {
                break;
            }
        }
    }

    fn read(&mut self, context: usize) {
        let (file, root) = (self.contexts[context].file, self.contexts[context].root);
        let expansion = self.contexts[context].expansion.map(|expansion| expansion.of);
        let Some(facts) = self.sources.facts(file) else { return };
        let compiled = self.crates.get(self.module(root).krate).configuration.parts(facts);
        let inner = self.add_definitions(root, facts, expansion, &compiled);
        if expansion.is_none() {
            self.note_calls(root, facts, &inner);
        }
        for it in facts.expansions.iter().filter(|_| expansion.is_none()) {
            let module = enclosing(&inner, facts, it.within).unwrap_or(root);
            self.modules[module.0 as usize].made.extend(it.names.iter().cloned());
        }
        let first = self.uses.len() as u32;
        let mut site = Site { compiled: &compiled, parts: Vec::new() };
        for (index, import) in facts.imports.iter().enumerate() {
            if macro_around(facts, import.within) != expansion {
                continue;
            }
            let module = enclosing(&inner, facts, import.within).unwrap_or(root);
            match import.kind {
                ImportKind::Module => self.add_module_files(&mut site, module, index as u32, import),
                ImportKind::Include => self.add_included(&mut site, module, index as u32, import),
                _ => self.add_uses(&compiled, module, index as u32, import),
            }
        }
        let parts = site.parts;
        let context = &mut self.contexts[context];
        context.uses = first..self.uses.len() as u32;
        context.inner = inner;
        context.parts = parts;
        context.compiled = compiled;
    }

    /// Binds what a file defines; gives the modules inside it.
    fn add_definitions(
        &mut self,
        root: ModuleId,
        facts: &FileFacts,
        expansion: Option<DefinitionId>,
        compiled: &Parts,
    ) -> Vec<(DefinitionId, ModuleId)> {
        let blocks = blocks(facts);
        let file = self.module(root).file;
        let mut inner: Vec<(DefinitionId, ModuleId)> = Vec::new();
        // For each definition the module that its inside is in.
        let mut inside: Vec<ModuleId> = Vec::with_capacity(facts.definitions.len());
        // For each definition the `macro_rules!` that its inside is in: nothing is there until it is called.
        let mut macros: Vec<Option<DefinitionId>> = Vec::with_capacity(facts.definitions.len());
        for (index, definition) in facts.definitions.iter().enumerate() {
            let id = index as DefinitionId;
            let module = definition.parent.map_or(root, |parent| inside[parent as usize]);
            let parent_kind = definition.parent.map(|parent| facts.definitions[parent as usize].kind);
            let mut own = module;
            let state = compiled.state(definition.span.start);
            let gives_way = definition.test || state != State::Regular;
            let around = definition.parent.and_then(|parent| macros[parent as usize]);
            macros.push(around.or_else(|| is_macro_rules(definition).then_some(id)));
            if around != expansion {
                inside.push(own);
                continue;
            }
            if definition.kind == DefinitionKind::Module {
                let directory = self.directory_of_inline(module, facts, definition);
                own = self.add_inner(module, file, directory, definition, state, false);
                inner.push((id, own));
                self.bind(module, &definition.name, Entity::Module(own), definition.visibility, gives_way);
            } else {
                if blocks.contains(&id) && self.module(module).depth < DEPTH_LIMIT {
                    let directory = self.module(module).directory.clone();
                    own = self.add_inner(module, file, directory, definition, state, true);
                    inner.push((id, own));
                }
                if is_nameable(definition, parent_kind) {
                    let item = Entity::Item(module, id);
                    self.bind(module, &definition.name, item, definition.visibility, gives_way);
                    if definition.kind == DefinitionKind::Macro {
                        self.add_macro(module, id, definition, state);
                    }
                }
            }
            inside.push(own);
        }
        inner
    }

    /// Where the files of an inline module's own modules are.
    fn directory_of_inline(&self, outer: ModuleId, facts: &FileFacts, definition: &Definition) -> Box<str> {
        let first = facts.guards.partition_point(|guard| guard.span.start < definition.span.start);
        let written = facts.guards[first..]
            .iter()
            .take_while(|guard| guard.span.start == definition.span.start)
            .find_map(|guard| guard.condition.strip_prefix(DIRECTORY));
        let directory = match written {
            Some(path) => join(self.base_of_paths(outer), path),
            None => join(&self.module(outer).directory, &definition.name),
        };
        directory.unwrap_or_default()
    }

    /// Adds the module inside a definition.
    fn add_inner(
        &mut self,
        parent: ModuleId,
        file: FileId,
        directory: Box<str>,
        definition: &Definition,
        state: State,
        is_block: bool,
    ) -> ModuleId {
        let child = self.child(parent, file, directory);
        let test = child.test || definition.test;
        let is_left_out = child.is_left_out || state == State::LeftOut;
        self.add_module(Module { test, is_left_out, is_block, ..child })
    }

    fn add_macro(&mut self, module: ModuleId, id: DefinitionId, definition: &Definition, state: State) {
        let (krate, is_left_out) = (self.module(module).krate, self.module(module).is_left_out);
        let found = Macro { module, id, gives_way: is_left_out || state != State::Regular };
        self.macros.entry(krate).or_default().entry(definition.name.clone()).or_default().push(found);
        // `#[macro_export]` puts it at the root of its crate.
        if definition.visibility == Visibility::Public
            && let Some(root) = self.roots.get(krate.0 as usize).copied()
            && root != module
        {
            let gives_way = definition.test || found.gives_way;
            self.bind(root, &definition.name, Entity::Item(module, id), Visibility::Public, gives_way);
        }
    }

    pub(super) fn bind(&mut self, module: ModuleId, name: &Name, to: Entity, visibility: Visibility, gives_way: bool) {
        let binding = Binding { to: Bound::Definition(to), visibility, gives_way };
        let bindings = self.modules[module.0 as usize].names.entry(name.clone()).or_default();
        // As many alternatives of one name as anybody writes; more would make every look-up slow.
        if bindings.len() < 64 {
            bindings.push(binding);
        }
    }

    fn add_uses(&mut self, compiled: &Parts, module: ModuleId, index: u32, import: &Import) {
        let visibility = if import.exported { Visibility::Public } else { Visibility::Private };
        let gives_way = import.test || state_of(compiled, import) != State::Regular;
        let add = |world: &mut Self, name: Option<u32>, local: &str, is_glob: bool| {
            let id = UseId(world.uses.len() as u32);
            world.uses.push(Use { module, import: index, name, targets: SmallVec::new() });
            let module = &mut world.modules[module.0 as usize];
            if is_glob {
                module.globs.push(Glob { from: GlobSource::Use(id), visibility, gives_way });
            } else if local != "_" {
                let binding = Binding { to: Bound::Use(id), visibility, gives_way };
                let bindings = module.names.entry(local.into()).or_default();
                if bindings.len() < 64 {
                    bindings.push(binding);
                }
            }
        };
        if import.names.is_empty() {
            let last = import.path.rsplit("::").next().unwrap_or_default();
            let local = import.alias.as_deref().unwrap_or(last);
            add(self, None, local, false);
            if let Some(name) = import.path.strip_prefix("::")
                && self.module(module).parent.is_none()
            {
                let krate = self.module(module).krate;
                self.extern_crates.entry(krate).or_default().push(UseId(self.uses.len() as u32 - 1));
                self.declare_crate(module, name, local);
            }
        }
        for (name, imported) in import.names.iter().enumerate() {
            add(self, Some(name as u32), imported.local(), imported.is_glob());
        }
    }

    /// `extern crate name as local;` at the root of a crate makes the name known in all of it.
    fn declare_crate(&mut self, root: ModuleId, name: &str, local: &str) {
        let krate = self.module(root).krate;
        let definition = if name == "self" { Some(Entity::Module(root)) } else { self.extern_crate(krate, name) };
        if let Some(definition) = definition.filter(|_| name != local) {
            self.declared_crates.entry(krate).or_default().insert(local.into(), definition);
        }
    }
}

/// Functions and constants that have imports or items of their own inside.
fn blocks(facts: &FileFacts) -> FxHashSet<DefinitionId> {
    let is_block = |id: &DefinitionId| {
        let definition = facts.definitions.get(*id as usize);
        definition.is_some_and(|it| it.kind != DefinitionKind::Module && !is_macro_rules(it))
    };
    let of_imports = facts.imports.iter().filter_map(|import| import.within);
    let of_items = facts.definitions.iter().filter_map(|definition| {
        let parent = definition.parent?;
        is_nameable(definition, Some(facts.definitions[parent as usize].kind)).then_some(parent)
    });
    of_imports.chain(of_items).filter(is_block).collect()
}

/// Whether a definition has a name in its module: not a member of a type, not an implementation.
fn is_nameable(definition: &Definition, parent: Option<DefinitionKind>) -> bool {
    use DefinitionKind as Kind;
    let is_member = matches!(parent, Some(Kind::Struct | Kind::Enum | Kind::Interface | Kind::Implementation));
    !is_member && !matches!(definition.kind, Kind::Implementation | Kind::Field) && definition.name != "_"
}

/// The innermost module of a file around a definition; none for the file's own.
pub fn enclosing(
    inner: &[(DefinitionId, ModuleId)],
    facts: &FileFacts,
    within: Option<DefinitionId>,
) -> Option<ModuleId> {
    let mut at = within;
    // Bounded: definitions nested deeper are no program.
    for _ in 0..DEPTH_LIMIT {
        let id = at?;
        if let Ok(index) = inner.binary_search_by_key(&id, |(definition, _)| *definition) {
            return Some(inner[index].1);
        }
        at = facts.definitions.get(id as usize)?.parent;
    }
    None
}
