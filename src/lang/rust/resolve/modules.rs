//! The module tree of every crate, with what each module declares and imports.

mod expand;
mod files;
mod orphans;
mod read;

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

pub use self::expand::macro_around;
use self::files::directory_of;
pub use self::read::state_of;
use super::configuration::Parts;
use super::crates::{CrateId, Crates, Extern, STANDARD};
use crate::facts::{Definition, DefinitionId, FileFacts, Name, Span, Visibility};
use crate::lang::resolve::{FileId, Sources};

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
    /// Whether it needs a flag that nothing sets.
    pub is_left_out: bool,
    /// Where the files of its `mod` declarations are; `""` is the root.
    directory: Box<str>,
    /// What it declares and imports by name.
    pub names: FxHashMap<Name, SmallVec<[Binding; 1]>>,
    /// What it imports all names of.
    pub globs: Vec<Glob>,
    /// Names among the arguments of macros that are called in it: what these define may be called so.
    pub made: FxHashSet<Name>,
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
    /// Something that a macro's call in a module defines, by whatever kind.
    Made(ModuleId),
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
    /// Which parts of the file are compiled.
    pub compiled: Parts,
    /// Where the items of a macro of the file are expanded: only these are read, as a part of the calling file.
    pub expansion: Option<Expansion>,
}

impl Context {
    fn new(file: FileId, root: ModuleId, expansion: Option<Expansion>) -> Self {
        Self { file, root, inner: Vec::new(), uses: 0..0, parts: Vec::new(), compiled: Parts::default(), expansion }
    }
}

/// A `macro_rules!`.
#[derive(Debug, Clone, Copy)]
pub struct Macro {
    /// The module that it stands in.
    pub module: ModuleId,
    /// The definition in that module's file.
    pub id: DefinitionId,
    /// As for [`Binding::gives_way`].
    pub gives_way: bool,
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
    pub macros: FxHashMap<CrateId, FxHashMap<Name, Vec<Macro>>>,
    /// Crates that a crate's root names by `extern crate`, beside those of its package.
    pub declared_crates: FxHashMap<CrateId, FxHashMap<Name, Entity>>,
    /// The `extern crate` declarations without a list of names at the root of each crate.
    pub extern_crates: FxHashMap<CrateId, Vec<UseId>>,
    external_ids: FxHashMap<(Name, bool), u32>,
    contexts_of: FxHashMap<FileId, SmallVec<[usize; 1]>>,
    queue: VecDeque<usize>,
    /// Calls of macros of the project outside of functions that are not looked at yet.
    calls: Vec<(ModuleId, Name, Span)>,
    /// How many calls of a file's macros were expanded.
    expanded: FxHashMap<FileId, u32>,
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
            expanded: FxHashMap::default(),
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
        let id = self.add_module(Module {
            krate,
            parent: None,
            file: root,
            at: root,
            is_block: false,
            depth: 0,
            test,
            is_left_out: false,
            directory: directory_of(&self.sources.get(root).path).into(),
            names: FxHashMap::default(),
            globs: Vec::new(),
            made: FxHashSet::default(),
        });
        self.roots.push(id);
        self.add_context(root, id);
    }

    /// An empty module inside another one, in the same file or in one of its own.
    fn child(&self, parent: ModuleId, file: FileId, directory: Box<str>) -> Module {
        let outer = self.module(parent);
        Module {
            krate: outer.krate,
            parent: Some(parent),
            file,
            at: if outer.file == file { outer.at } else { file },
            is_block: false,
            depth: outer.depth + 1,
            test: outer.test,
            is_left_out: outer.is_left_out,
            directory,
            names: FxHashMap::default(),
            globs: Vec::new(),
            made: FxHashSet::default(),
        }
    }

    fn add_module(&mut self, module: Module) -> ModuleId {
        self.modules.push(module);
        ModuleId(self.modules.len() as u32 - 1)
    }

    fn add_context(&mut self, file: FileId, root: ModuleId) {
        self.contexts_of.entry(file).or_default().push(self.contexts.len());
        self.queue.push_back(self.contexts.len());
        self.contexts.push(Context::new(file, root, None));
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
}
