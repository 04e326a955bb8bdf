//! The module tree of every crate, with what each module declares and imports.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::crates::{CrateId, Crates, Extern, STANDARD};
use crate::facts::{
    Definition, DefinitionId, DefinitionKind, FileFacts, Import, ImportKind, Name, ReferenceKind, Span, Visibility,
};
use crate::lang::resolve::{FileId, Sources};
use crate::project::cargo::join;

/// Index into [`World::modules`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub u32);

/// Index into [`World::uses`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UseId(pub u32);

/// As how many modules one file is read at most. Where more places declare it, the others share the first.
const CONTEXT_LIMIT: usize = 8;

/// How deep module files may nest.
const DEPTH_LIMIT: u32 = 128;

/// A module: a crate's root, a file, an inline module, or the body of a function that declares items of its own.
#[derive(Debug)]
pub struct Module {
    /// The crate it is part of.
    pub krate: CrateId,
    /// The module around it.
    pub parent: Option<ModuleId>,
    /// The file it is written in.
    pub file: FileId,
    /// The file that it counts as a part of: another one only where a macro's items are expanded.
    pub at: FileId,
    /// Whether it is a function's body or an included file: its names are looked for further out too, and `self` and
    /// `super` do not count it.
    pub is_block: bool,
    /// How many modules are around it.
    pub depth: u32,
    /// Whether only tests compile it.
    pub test: bool,
    /// Where the files of its `mod` declarations are; `""` is the root.
    directory: Box<str>,
    /// What it declares and imports by name.
    pub names: FxHashMap<Name, SmallVec<[Binding; 1]>>,
    /// What it imports all names of.
    pub globs: Vec<Glob>,
}

/// What a name in a module stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// The thing.
    pub to: Bound,
    /// Who may see it.
    pub visibility: Visibility,
    /// Whether it gives way to others: only tests compile it, or the usual configuration leaves it out.
    pub gives_way: bool,
}

/// The thing that a name is bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// Something defined here or (a macro that is exported) elsewhere in the crate.
    Definition(Entity),
    /// What an import resolves to.
    Use(UseId),
}

/// What a path can lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entity {
    /// A module.
    Module(ModuleId),
    /// A definition in a module's file.
    Item(ModuleId, DefinitionId),
    /// A crate from elsewhere: index into [`World::externals`].
    External(u32),
}

/// An import of all names.
#[derive(Debug, Clone, Copy)]
pub struct Glob {
    /// From where.
    pub from: GlobSource,
    /// Who sees the names through it.
    pub visibility: Visibility,
    /// As for [`Binding::gives_way`].
    pub gives_way: bool,
}

/// Where a glob takes its names from.
#[derive(Debug, Clone, Copy)]
pub enum GlobSource {
    /// Where the import leads.
    Use(UseId),
    /// A file that is included as text.
    Module(ModuleId),
}

/// One leaf of a `use` declaration.
#[derive(Debug)]
pub struct Use {
    /// Where it stands.
    pub module: ModuleId,
    /// Index of the import in the file's facts.
    pub import: u32,
    /// Index of the name in the import; none for the module itself.
    pub name: Option<u32>,
    /// What it leads to, as far as known.
    pub targets: SmallVec<[Entity; 1]>,
}

/// One reading of a file: the module that it is.
#[derive(Debug)]
pub struct Context {
    /// The file.
    pub file: FileId,
    /// Its module.
    pub root: ModuleId,
    /// The modules inside the file by the definition that makes them, in source order.
    pub inner: Vec<(DefinitionId, ModuleId)>,
    /// Its `use` leaves.
    pub uses: std::ops::Range<u32>,
    /// The files of its `mod` declarations and `include!`s: index of the import, and the file.
    pub parts: Vec<(u32, FileId)>,
    /// Where the items of a macro of the file are expanded: only these are read, as a part of the calling file.
    pub expansion: Option<Expansion>,
}

/// A call of a macro that defines items.
#[derive(Debug, Clone, Copy)]
pub struct Expansion {
    /// The macro, in its file.
    pub of: DefinitionId,
    /// The calling file.
    pub at: FileId,
    /// The call.
    pub call: Span,
}

/// Everything that names are resolved in.
pub struct World<'s> {
    /// The input.
    pub sources: &'s Sources,
    /// The crates.
    pub crates: Crates,
    /// The root module of each crate.
    pub roots: Vec<ModuleId>,
    /// Every module.
    pub modules: Vec<Module>,
    /// Every `use` leaf.
    pub uses: Vec<Use>,
    /// Every reading of every file.
    pub contexts: Vec<Context>,
    /// Names of crates from elsewhere, and whether they come with the compiler.
    pub externals: Vec<(Name, bool)>,
    /// For each crate and name the `macro_rules!` of that name.
    pub macros: FxHashMap<CrateId, FxHashMap<Name, Vec<(ModuleId, DefinitionId)>>>,
    /// Crates that a crate's root names by `extern crate`, beside those of its package.
    pub declared_crates: FxHashMap<CrateId, FxHashMap<Name, Entity>>,
    /// The `extern crate` declarations without a list of names at the root of each crate.
    pub extern_crates: FxHashMap<CrateId, Vec<UseId>>,
    external_ids: FxHashMap<(Name, bool), u32>,
    contexts_of: FxHashMap<FileId, SmallVec<[usize; 1]>>,
    queue: VecDeque<usize>,
    /// Calls of macros of the project outside of functions that are not looked at yet.
    calls: Vec<(ModuleId, Name, Span)>,
}

impl<'s> World<'s> {
    /// Builds the module tree of every crate.
    pub fn new(sources: &'s Sources, crates: Crates) -> Self {
        let mut world = Self {
            sources,
            crates,
            roots: Vec::new(),
            modules: Vec::new(),
            uses: Vec::new(),
            contexts: Vec::new(),
            externals: Vec::new(),
            macros: FxHashMap::default(),
            declared_crates: FxHashMap::default(),
            extern_crates: FxHashMap::default(),
            external_ids: FxHashMap::default(),
            contexts_of: FxHashMap::default(),
            queue: VecDeque::new(),
            calls: Vec::new(),
        };
        for name in STANDARD {
            world.external(name, true);
        }
        let packages: Vec<Name> = world
            .crates
            .all
            .iter()
            .flat_map(|krate| krate.externs.values())
            .filter_map(|name| if let Extern::Package(name) = name { Some(name.clone()) } else { None })
            .collect();
        for name in packages {
            world.external(&name, false);
        }
        for index in 0..world.crates.all.len() {
            world.add_root(CrateId(index as u32));
        }
        world.grow();
        world
    }

    /// Makes crates of the files that no crate's modules reach. Files that others of them declare are not roots.
    pub fn add_orphans(&mut self, files: &[FileId]) {
        let unreached = |world: &Self| -> Vec<FileId> {
            let is_unreached =
                |file: &&FileId| !world.contexts_of.contains_key(file) && world.sources.facts(**file).is_some();
            files.iter().filter(is_unreached).copied().collect()
        };
        let candidates = unreached(self);
        let mut declared: FxHashSet<FileId> = FxHashSet::default();
        for file in &candidates {
            declared.extend(self.declared_files(*file).filter(|part| part != file));
        }
        for file in candidates.iter().filter(|file| !declared.contains(file)) {
            self.add_orphan(*file);
        }
        self.grow();
        // What is left declares itself in a circle.
        for file in unreached(self) {
            if !self.contexts_of.contains_key(&file) {
                self.add_orphan(file);
                self.grow();
            }
        }
    }

    fn add_orphan(&mut self, file: FileId) {
        let id = self.crates.add_orphan(self.sources, file);
        let packages: Vec<Name> = self
            .crates
            .get(id)
            .externs
            .values()
            .filter_map(|name| match name {
                Extern::Package(name) => Some(name.clone()),
                Extern::Crate(_) => None,
            })
            .collect();
        for name in packages {
            self.external(&name, false);
        }
        self.add_root(id);
    }

    /// The files that a file's `mod` declarations would mean if it were a root or a module.
    fn declared_files(&self, file: FileId) -> impl Iterator<Item = FileId> {
        let path = &*self.sources.get(file).path;
        let directories = [directory_of(path).to_owned(), own_directory(path)];
        let facts = self.sources.facts(file);
        let mut found = Vec::new();
        for import in facts.iter().flat_map(|facts| &facts.imports) {
            if import.kind == ImportKind::Module && import.within.is_none() {
                for directory in &directories {
                    found.extend(self.module_files(import, directory, directories[0].as_str()));
                }
            }
        }
        found.into_iter()
    }

    /// A crate from elsewhere by name.
    fn external(&mut self, name: &str, standard: bool) -> u32 {
        if let Some(id) = self.external_ids.get(&(name.into(), standard)) {
            return *id;
        }
        let id = self.externals.len() as u32;
        self.externals.push((name.into(), standard));
        self.external_ids.insert((name.into(), standard), id);
        id
    }

    /// What a crate's name means in a crate.
    pub fn extern_crate(&self, krate: CrateId, name: &str) -> Option<Entity> {
        if let Some(definition) = self.declared_crates.get(&krate).and_then(|names| names.get(name)) {
            return Some(*definition);
        }
        match self.crates.get(krate).externs.get(name) {
            Some(Extern::Crate(id)) => self.roots.get(id.0 as usize).map(|root| Entity::Module(*root)),
            Some(Extern::Package(package)) => {
                self.external_ids.get(&(package.clone(), false)).map(|id| Entity::External(*id))
            }
            None => self.external_ids.get(&(name.into(), true)).map(|id| Entity::External(*id)),
        }
    }

    fn add_root(&mut self, krate: CrateId) {
        let (root, test) = (self.crates.get(krate).root, self.crates.get(krate).test);
        let directory = directory_of(&self.sources.get(root).path).into();
        let id = self.add_module(krate, None, root, directory, test, false);
        self.roots.push(id);
        self.add_context(root, id);
    }

    fn add_module(
        &mut self,
        krate: CrateId,
        parent: Option<ModuleId>,
        file: FileId,
        directory: Box<str>,
        test: bool,
        is_block: bool,
    ) -> ModuleId {
        let outer = parent.map(|parent| self.module(parent));
        let depth = outer.map_or(0, |outer| outer.depth + 1);
        let test = test || outer.is_some_and(|outer| outer.test);
        let at = outer.filter(|outer| outer.file == file).map_or(file, |outer| outer.at);
        self.modules.push(Module {
            krate,
            parent,
            file,
            at,
            is_block,
            depth,
            test,
            directory,
            names: FxHashMap::default(),
            globs: Vec::new(),
        });
        ModuleId(self.modules.len() as u32 - 1)
    }

    fn add_context(&mut self, file: FileId, root: ModuleId) {
        self.contexts_of.entry(file).or_default().push(self.contexts.len());
        self.queue.push_back(self.contexts.len());
        self.contexts.push(Context { file, root, inner: Vec::new(), uses: 0..0, parts: Vec::new(), expansion: None });
    }

    /// A module.
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0 as usize]
    }

    /// The facts of the file that a module is in.
    pub fn facts_of(&self, id: ModuleId) -> Option<&'s FileFacts> {
        self.sources.facts(self.module(id).file).map(|facts| &**facts)
    }

    /// The definition of an item.
    pub fn definition(&self, module: ModuleId, id: DefinitionId) -> Option<&'s Definition> {
        self.facts_of(module)?.definitions.get(id as usize)
    }

    /// Reads the files in the queue until no module is new.
    fn grow(&mut self) {
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
        let inner = self.add_definitions(root, facts, expansion);
        if expansion.is_none() {
            self.note_calls(root, facts, &inner);
        }
        let first = self.uses.len() as u32;
        let mut parts = Vec::new();
        for (index, import) in facts.imports.iter().enumerate() {
            if macro_around(facts, import.within) != expansion {
                continue;
            }
            let module = enclosing(&inner, facts, import.within).unwrap_or(root);
            match import.kind {
                ImportKind::Module => self.add_module_files(module, index as u32, import, &mut parts),
                ImportKind::Include => self.add_included(module, index as u32, import, &mut parts),
                _ => self.add_uses(module, index as u32, import),
            }
        }
        let context = &mut self.contexts[context];
        context.uses = first..self.uses.len() as u32;
        context.inner = inner;
        context.parts = parts;
    }

    /// Notes the macro calls outside of functions.
    fn note_calls(&mut self, root: ModuleId, facts: &FileFacts, inner: &[(DefinitionId, ModuleId)]) {
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
    fn expand(&mut self, module: ModuleId, name: &str, call: Span) {
        let (krate, depth, at) = (self.module(module).krate, self.module(module).depth, self.module(module).file);
        let Some(macros) = self.macros.get(&krate).and_then(|macros| macros.get(name)) else { return };
        let mut files = FxHashSet::default();
        for (of, id) in self.nearest_macros(module, macros) {
            let file = self.module(of).file;
            let has_items = self.facts_of(of).is_some_and(|facts| {
                facts.definitions.iter().any(|it| it.parent == Some(id))
                    || facts.imports.iter().any(|it| it.within == Some(id))
            });
            if !has_items || !files.insert((file, id)) || depth >= DEPTH_LIMIT {
                continue;
            }
            let directory = self.module(module).directory.clone();
            let part = self.add_module(krate, Some(module), file, directory, false, true);
            self.modules[part.0 as usize].at = at;
            let glob = Glob { from: GlobSource::Module(part), visibility: Visibility::Public, gives_way: false };
            self.modules[module.0 as usize].globs.push(glob);
            self.queue.push_back(self.contexts.len());
            self.contexts.push(Context {
                file,
                root: part,
                inner: Vec::new(),
                uses: 0..0,
                parts: Vec::new(),
                expansion: Some(Expansion { of: id, at, call }),
            });
        }
    }

    /// Binds what a file defines; gives the modules inside it.
    fn add_definitions(
        &mut self,
        root: ModuleId,
        facts: &FileFacts,
        expansion: Option<DefinitionId>,
    ) -> Vec<(DefinitionId, ModuleId)> {
        let blocks = blocks(facts);
        let (krate, file) = (self.module(root).krate, self.module(root).file);
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
            let gives_way = definition.test || facts.is_fallback(definition.span.start);
            let around = definition.parent.and_then(|parent| macros[parent as usize]);
            macros.push(around.or_else(|| is_macro_rules(definition).then_some(id)));
            if around != expansion {
                inside.push(own);
                continue;
            }
            if definition.kind == DefinitionKind::Module {
                let directory = join(&self.module(module).directory, &definition.name).unwrap_or_default();
                own = self.add_module(krate, Some(module), file, directory, definition.test, false);
                inner.push((id, own));
                self.bind(module, &definition.name, Entity::Module(own), definition.visibility, gives_way);
            } else {
                if blocks.contains(&id) && self.module(module).depth < DEPTH_LIMIT {
                    let directory = self.module(module).directory.clone();
                    own = self.add_module(krate, Some(module), file, directory, definition.test, true);
                    inner.push((id, own));
                }
                if is_nameable(definition, parent_kind) {
                    let item = Entity::Item(module, id);
                    self.bind(module, &definition.name, item, definition.visibility, gives_way);
                    if definition.kind == DefinitionKind::Macro {
                        self.add_macro(module, id, definition);
                    }
                }
            }
            inside.push(own);
        }
        inner
    }

    fn add_macro(&mut self, module: ModuleId, id: DefinitionId, definition: &Definition) {
        let krate = self.module(module).krate;
        self.macros.entry(krate).or_default().entry(definition.name.clone()).or_default().push((module, id));
        // `#[macro_export]` puts it at the root of its crate.
        if definition.visibility == Visibility::Public
            && let Some(root) = self.roots.get(krate.0 as usize).copied()
            && root != module
        {
            self.bind(root, &definition.name, Entity::Item(module, id), Visibility::Public, definition.test);
        }
    }

    fn bind(&mut self, module: ModuleId, name: &Name, to: Entity, visibility: Visibility, gives_way: bool) {
        let binding = Binding { to: Bound::Definition(to), visibility, gives_way };
        let bindings = self.modules[module.0 as usize].names.entry(name.clone()).or_default();
        // As many alternatives of one name as anybody writes; more would make every look-up slow.
        if bindings.len() < 64 {
            bindings.push(binding);
        }
    }

    /// Whether what an import of a module binds gives way to other meanings.
    fn gives_way(&self, module: ModuleId, import: &Import) -> bool {
        import.test || self.facts_of(module).is_some_and(|facts| facts.is_fallback(import.statement.start))
    }

    /// The files that a `mod x;` may mean, from the directory of its module and that of its file.
    fn module_files(&self, import: &Import, directory: &str, file_directory: &str) -> SmallVec<[FileId; 2]> {
        let paths: SmallVec<[Option<Box<str>>; 2]> = match &import.alias {
            Some(_) => SmallVec::from_iter([join(file_directory, &import.path)]),
            None => {
                let name = &import.path;
                SmallVec::from_iter([
                    join(directory, &format!("{name}.rs")),
                    join(directory, &format!("{name}/mod.rs")),
                ])
            }
        };
        paths.iter().flatten().filter_map(|path| self.sources.file(path)).collect()
    }

    fn add_module_files(&mut self, module: ModuleId, index: u32, import: &Import, parts: &mut Vec<(u32, FileId)>) {
        let outer = self.module(module);
        let krate = outer.krate;
        // Inside an inline module `#[path]` is relative to that module's directory, else to the file's.
        let is_inline = outer.parent.is_some_and(|parent| self.module(parent).file == outer.file) && !outer.is_block;
        let file_path = &self.sources.get(outer.at).path;
        let base = if is_inline { outer.directory.to_string() } else { directory_of(file_path).to_owned() };
        let files = self.module_files(import, &outer.directory, &base);
        let name = import.alias.clone().unwrap_or_else(|| import.path.clone());
        let visibility = if import.exported { Visibility::Public } else { Visibility::Private };
        let gives_way = self.gives_way(module, import);
        for file in files {
            parts.push((index, file));
            let path = &self.sources.get(file).path;
            // A file of a `#[path]` attribute has its submodules beside it, like a `mod.rs`.
            let is_beside = import.alias.is_some() || path.ends_with("/mod.rs");
            let directory = if is_beside { directory_of(path).to_owned() } else { own_directory(path) };
            let Some(part) = self.part(krate, module, file, directory.into(), import.test, false) else { continue };
            self.bind(module, &name, Entity::Module(part), visibility, gives_way);
        }
    }

    fn add_included(&mut self, module: ModuleId, index: u32, import: &Import, parts: &mut Vec<(u32, FileId)>) {
        let outer = self.module(module);
        let krate = outer.krate;
        let path = join(directory_of(&self.sources.get(outer.at).path), &import.path);
        let Some(file) = path.and_then(|path| self.sources.file(&path)) else { return };
        parts.push((index, file));
        let directory = outer.directory.clone();
        if self.sources.facts(file).is_some()
            && let Some(part) = self.part(krate, module, file, directory, import.test, true)
        {
            let glob = Glob { from: GlobSource::Module(part), visibility: Visibility::Public, gives_way: import.test };
            self.modules[module.0 as usize].globs.push(glob);
        }
    }

    /// The module that a file is as a part of another one; none where it contains itself.
    fn part(
        &mut self,
        krate: CrateId,
        parent: ModuleId,
        file: FileId,
        directory: Box<str>,
        test: bool,
        is_block: bool,
    ) -> Option<ModuleId> {
        let ancestors = std::iter::successors(Some(parent), |id| self.module(*id).parent);
        if self.module(parent).depth >= DEPTH_LIMIT || ancestors.into_iter().any(|id| self.module(id).file == file) {
            return None;
        }
        if let Some(known) = self.contexts_of.get(&file).filter(|contexts| contexts.len() >= CONTEXT_LIMIT) {
            return Some(self.contexts[known[0]].root);
        }
        let part = self.add_module(krate, Some(parent), file, directory, test, is_block);
        self.add_context(file, part);
        Some(part)
    }

    fn add_uses(&mut self, module: ModuleId, index: u32, import: &Import) {
        let visibility = if import.exported { Visibility::Public } else { Visibility::Private };
        let gives_way = self.gives_way(module, import);
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

/// The directory part of a path; `""` for the root.
fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// Where a module file's submodules are: `a/b.rs` has them in `a/b`, `a/mod.rs` in `a`.
fn own_directory(path: &str) -> String {
    match path.strip_suffix("/mod.rs") {
        Some(directory) => directory.to_owned(),
        None => path.strip_suffix(".rs").unwrap_or(path).to_owned(),
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

/// Whether a definition is a `macro_rules!`, not a procedural macro's function.
fn is_macro_rules(definition: &Definition) -> bool {
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
