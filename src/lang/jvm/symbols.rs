//! Every type that the project declares, by package, name and nesting, and every function and property that a package
//! or a type holds.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::is_type;
use super::places::{Places, UNRELATED};
use crate::facts::{Definition, DefinitionId, DefinitionKind, FileFacts, Name, Visibility};
use crate::lang::resolve::{Certainty, FileId, SourceFile, Sources};

/// Index into [`Symbols::symbols`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct SymbolId(pub u32);

/// A declared type, function or property.
pub(super) struct Symbol<'a> {
    pub(super) file: FileId,
    /// None for the class that a Kotlin file's functions are seen in by other languages.
    pub(super) definition: Option<DefinitionId>,
    pub(super) name: Cow<'a, str>,
    /// Whether it is a type or an object, so that it can hold members.
    pub(super) is_type: bool,
    /// Whether it is written as a member of what it extends.
    pub(super) is_extension: bool,
    is_private: bool,
}

/// At most this many supertypes are searched for a member. It bounds the cost of a hostile hierarchy.
const SUPERTYPE_LIMIT: usize = 64;

/// What a look-up is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Want {
    /// A type or object.
    Types,
    /// Whatever has the name.
    Any,
}

/// What the choice among symbols of one full name comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Choice {
    /// One type, or the overloads of one function.
    These(Ids, Certainty),
    Ambiguous,
    None,
}

pub(super) type Ids = SmallVec<[SymbolId; 1]>;

type Nested<'a> = FxHashMap<(FileId, DefinitionId, &'a str), SymbolId>;

pub(super) struct Symbols<'a> {
    symbols: Vec<Symbol<'a>>,
    by_definition: FxHashMap<(FileId, DefinitionId), SymbolId>,
    /// Package -> name -> what the package holds under it, once a file and sort.
    packages: FxHashMap<Name, FxHashMap<Cow<'a, str>, Ids>>,
    /// Packages, and what their names begin with.
    prefixes: FxHashSet<Name>,
    /// Packages that stand as definitions in a file (Scala).
    package_definitions: FxHashMap<(FileId, DefinitionId), Name>,
    /// Objects whose members, inherited ones too, are a package's (Scala).
    package_objects: FxHashMap<Name, Ids>,
    /// Types declared in a type or, as local ones, in a method.
    inner: Nested<'a>,
    /// Functions and properties declared in a type or method.
    values: Nested<'a>,
    inner_names: FxHashSet<&'a str>,
    value_names: FxHashSet<&'a str>,
    /// Of [`Self::value_names`] those that a type holds.
    member_names: FxHashSet<&'a str>,
    /// Definitions that hold a type or value.
    holders: FxHashSet<(FileId, DefinitionId)>,
    /// Objects whose members are a type's too.
    companions: FxHashMap<SymbolId, Ids>,
    /// Of each type, what it extends and implements.
    pub(super) supertypes: Vec<SmallVec<[SymbolId; 2]>>,
    places: Places<'a>,
}

impl<'a> Symbols<'a> {
    pub(super) fn new(sources: &'a Sources, files: &[FileId]) -> Self {
        let mut symbols = Self {
            symbols: Vec::new(),
            by_definition: FxHashMap::default(),
            packages: FxHashMap::default(),
            prefixes: FxHashSet::default(),
            package_definitions: FxHashMap::default(),
            package_objects: FxHashMap::default(),
            inner: FxHashMap::default(),
            values: FxHashMap::default(),
            inner_names: FxHashSet::default(),
            value_names: FxHashSet::default(),
            member_names: FxHashSet::default(),
            holders: FxHashSet::default(),
            companions: FxHashMap::default(),
            supertypes: Vec::new(),
            places: Places::new(sources, files),
        };
        for id in files {
            let source = sources.get(*id);
            // What a script declares is its own.
            let is_script = source.path.ends_with(".kts") || source.path.ends_with(".sbt");
            if let Some(facts) = source.facts.as_ref().filter(|_| !is_script) {
                symbols.add(source, *id, facts);
            }
        }
        symbols.supertypes = vec![SmallVec::new(); symbols.symbols.len()];
        symbols
    }

    fn add(&mut self, source: &'a SourceFile, file: FileId, facts: &'a FileFacts) {
        let namespace = facts.namespace.clone().unwrap_or_default();
        let language = source.language.map_or("", |language| language.name);
        let mut has_facade = language != "kotlin";
        for (definition, index) in facts.definitions.iter().zip(0..) {
            let package = match definition.parent {
                None => Some(namespace.clone()),
                Some(parent) => self.package_definitions.get(&(file, parent)).cloned(),
            };
            if definition.kind == DefinitionKind::Module {
                if language == "kotlin" {
                    has_facade = true;
                    self.add_facade(file, &namespace, Cow::Borrowed(&definition.name));
                } else if let Some(package) = &package {
                    self.add_package(file, index, definition, package);
                }
                continue;
            }
            match package {
                Some(package) => {
                    if !has_facade && !is_type(definition.kind) {
                        has_facade = true;
                        self.add_facade(file, &namespace, Cow::Owned(facade_name(&source.path)));
                    }
                    self.add_top_level(file, index, definition, package);
                }
                None => self.add_nested(file, index, definition),
            }
        }
    }

    fn push(&mut self, file: FileId, index: DefinitionId, definition: &'a Definition) -> SymbolId {
        let id = SymbolId(self.symbols.len() as u32);
        let is_type = is_type(definition.kind) || definition.kind == DefinitionKind::Module;
        self.symbols.push(Symbol {
            file,
            definition: Some(index),
            name: Cow::Borrowed(&definition.name),
            is_type,
            is_extension: !is_type && is_extension(definition),
            is_private: definition.visibility == Visibility::Private,
        });
        self.by_definition.insert((file, index), id);
        id
    }

    fn add_top_level(&mut self, file: FileId, index: DefinitionId, definition: &'a Definition, package: Name) {
        let id = self.push(file, index, definition);
        self.add_prefixes(&package);
        let names = self.packages.entry(package).or_default();
        let ids = names.entry(Cow::Borrowed(&definition.name)).or_default();
        let new = &self.symbols[id.0 as usize];
        let same = ids.iter().rev().find(|other| {
            let other = &self.symbols[other.0 as usize];
            other.file == file && other.is_type == new.is_type && other.is_extension == new.is_extension
        });
        match same {
            Some(first) if new.is_type => self.companions.entry(*first).or_default().push(id),
            Some(_) => {}
            None => ids.push(id),
        }
    }

    fn add_nested(&mut self, file: FileId, index: DefinitionId, definition: &'a Definition) {
        let Some(parent) = definition.parent else { return };
        let id = self.push(file, index, definition);
        let key = (file, parent, definition.name.as_str());
        self.holders.insert((file, parent));
        if !is_type(definition.kind) {
            self.values.entry(key).or_insert(id);
            self.value_names.insert(&definition.name);
            if self.by_definition.get(&(file, parent)).is_some_and(|parent| self.get(*parent).is_type) {
                self.member_names.insert(&definition.name);
            }
            return;
        }
        self.inner_names.insert(&definition.name);
        let first = *self.inner.entry(key).or_insert(id);
        if first != id {
            self.companions.entry(first).or_default().push(id);
        }
        if definition.signature.contains("companion object")
            && let Some(of) = self.by_definition.get(&(file, parent))
        {
            self.companions.entry(*of).or_default().push(id);
        }
    }

    /// A package clause with a body or a package object: what it holds is the package's.
    fn add_package(&mut self, file: FileId, index: DefinitionId, definition: &'a Definition, package: &str) {
        let name = if package.is_empty() { definition.name.clone() } else { join(package, &definition.name) };
        self.add_prefixes(&name);
        if definition.signature.contains("package object") {
            let id = self.push(file, index, definition);
            self.package_objects.entry(name.clone()).or_default().push(id);
        }
        self.package_definitions.insert((file, index), name);
        self.holders.insert((file, index));
    }

    /// The class in which Java sees a Kotlin file's functions.
    fn add_facade(&mut self, file: FileId, package: &Name, name: Cow<'a, str>) {
        let id = SymbolId(self.symbols.len() as u32);
        let (is_extension, is_private) = (false, false);
        self.symbols.push(Symbol {
            file,
            definition: None,
            name: name.clone(),
            is_type: true,
            is_extension,
            is_private,
        });
        self.packages.entry(package.clone()).or_default().entry(name).or_default().push(id);
    }

    fn add_prefixes(&mut self, package: &str) {
        let mut prefix = package;
        while !prefix.is_empty() && self.prefixes.insert(prefix.into()) {
            prefix = prefix.rsplit_once('.').map_or("", |(parent, _)| parent);
        }
    }

    pub(super) fn get(&self, id: SymbolId) -> &Symbol<'a> {
        &self.symbols[id.0 as usize]
    }

    /// How many symbols there are.
    pub(super) fn len(&self) -> usize {
        self.symbols.len()
    }

    /// The symbol that a definition declares.
    pub(super) fn of_definition(&self, file: FileId, definition: DefinitionId) -> Option<SymbolId> {
        self.by_definition.get(&(file, definition)).copied()
    }

    /// The package that a definition stands for.
    pub(super) fn package_of(&self, file: FileId, definition: DefinitionId) -> Option<&str> {
        self.package_definitions.get(&(file, definition)).map(Name::as_str)
    }

    /// Whether a definition is a type or holds something: only these matter to what a name means.
    pub(super) fn is_scope(&self, file: FileId, definition: DefinitionId) -> bool {
        self.holders.contains(&(file, definition))
            || self.of_definition(file, definition).is_some_and(|id| self.get(id).is_type)
    }

    /// What is declared right inside a definition.
    pub(super) fn inside(&self, file: FileId, definition: DefinitionId, name: &str, want: Want) -> Option<SymbolId> {
        let key = (file, definition, name);
        let value = || self.values.get(&key).filter(|_| want == Want::Any);
        self.inner.get(&key).or_else(value).copied()
    }

    /// Whether the project declares something in this package.
    pub(super) fn is_package(&self, package: &str) -> bool {
        self.packages.contains_key(package)
    }

    /// Whether a package of the project is called so or begins so.
    pub(super) fn is_prefix(&self, package: &str) -> bool {
        self.prefixes.contains(package)
    }

    /// What a package holds under a name.
    pub(super) fn top_level(&self, package: &str, name: &str) -> &[SymbolId] {
        self.packages.get(package).and_then(|names| names.get(name)).map_or(&[], |ids| ids.as_slice())
    }

    /// What a package's objects inherit under a name.
    pub(super) fn of_package_object(&self, package: &str, name: &str, want: Want) -> Option<SymbolId> {
        self.package_objects.get(package)?.iter().find_map(|object| self.member(*object, name, want))
    }

    /// Whether some type of the project has a function or property of this name.
    pub(super) fn is_member_name(&self, name: &str) -> bool {
        self.member_names.contains(name)
    }

    /// A member, own or inherited.
    pub(super) fn member(&self, of: SymbolId, name: &str, want: Want) -> Option<SymbolId> {
        let is_known = self.inner_names.contains(name) || want == Want::Any && self.value_names.contains(name);
        if !is_known {
            return None;
        }
        let mut seen: SmallVec<[SymbolId; 8]> = SmallVec::from_slice(&[of]);
        let mut next = 0;
        while let Some(id) = seen.get(next).copied() {
            next += 1;
            let holder = self.get(id);
            let found = holder.definition.and_then(|definition| self.inside(holder.file, definition, name, want));
            if found.is_some() {
                return found;
            }
            let companions = self.companions.get(&id).into_iter().flatten();
            for above in companions.chain(&self.supertypes[id.0 as usize]) {
                if seen.len() < SUPERTYPE_LIMIT && !seen.contains(above) {
                    seen.push(*above);
                }
            }
        }
        None
    }

    /// Which of several symbols of one full name a file means: the nearest. Of types there must be one, of functions all
    /// are meant.
    pub(super) fn choose(&self, from: FileId, candidates: &[SymbolId], want: Want) -> Choice {
        let mut best = u32::MAX;
        let mut ids = Ids::new();
        for id in candidates {
            let symbol = self.get(*id);
            let is_hidden = symbol.is_private && symbol.file != from || want == Want::Types && !symbol.is_type;
            let Some(rank) = self.places.rank(from, symbol.file).filter(|_| !is_hidden) else { continue };
            if rank < best {
                best = rank;
                ids.clear();
            }
            if rank == best {
                ids.push(*id);
            }
        }
        let types = ids.iter().filter(|id| self.get(**id).is_type).count();
        if ids.is_empty() {
            Choice::None
        } else if types > 1 {
            if self.are_alternatives(from, &ids) { Choice::These(ids, Certainty::Ambiguous) } else { Choice::Ambiguous }
        } else {
            let is_near = best < UNRELATED || self.places.is_one_module();
            let is_sure = is_near && !Places::is_of_other_platform(best);
            Choice::These(ids, if is_sure { Certainty::Resolved } else { Certainty::Inferred })
        }
    }

    /// Whether types of one full name stand in different source roots of a file's own module: one of them is compiled,
    /// by the platform or version that is built for.
    fn are_alternatives(&self, from: FileId, ids: &[SymbolId]) -> bool {
        let roots: Option<FxHashSet<&str>> =
            ids.iter().map(|id| self.places.root_beside(from, self.get(*id).file)).collect();
        roots.is_some_and(|roots| roots.len() == ids.len())
    }

    /// Whether several types of one full name are equally near.
    pub(super) fn is_ambiguous(&self, from: FileId, candidates: &[SymbolId]) -> bool {
        self.choose(from, candidates, Want::Types) == Choice::Ambiguous
    }

    /// As [`Self::choose`], for names that no import explains: only from modules that the file's own can see.
    pub(super) fn choose_visible(&self, from: FileId, candidates: &[SymbolId], want: Want) -> Choice {
        match self.choose(from, candidates, want) {
            Choice::These(_, Certainty::Inferred) if self.places.is_complete(from) => Choice::None,
            // A function of another platform's source set is no more than a namesake.
            Choice::These(ids, Certainty::Inferred) if ids.iter().all(|id| self.is_foreign_value(from, *id)) => {
                Choice::None
            }
            choice => choice,
        }
    }

    fn is_foreign_value(&self, from: FileId, id: SymbolId) -> bool {
        let symbol = self.get(id);
        !symbol.is_type && self.places.rank(from, symbol.file).is_some_and(Places::is_of_other_platform)
    }

    /// What the unnamed package holds is seen in its own folder.
    pub(super) fn in_same_directory(&self, from: FileId, candidates: &[SymbolId]) -> Ids {
        candidates.iter().copied().filter(|id| self.places.are_beside(self.get(*id).file, from)).collect()
    }
}

/// `package.name`.
pub(super) fn join(package: &str, name: &str) -> Name {
    let mut full = Name::with_capacity(package.len() + 1 + name.len());
    full.push_str(package);
    full.push('.');
    full.push_str(name);
    full
}

/// Whether a function or property is declared with a receiver: `fun String.name()`.
fn is_extension(definition: &Definition) -> bool {
    let signature = definition.signature.as_str();
    let is_receiver = |head: &str| {
        let keyword = ["fun ", "val ", "var "].iter().filter_map(|keyword| head.rfind(keyword)).max();
        head.ends_with('.') && keyword.is_some_and(|start| !head[start..].contains('('))
    };
    signature.match_indices(definition.name.as_str()).any(|(start, _)| is_receiver(&signature[..start]))
}

/// `FooKt` for `foo.kt`.
fn facade_name(path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut letters = stem.chars().map(|c| if c.is_alphanumeric() { c } else { '_' });
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + &letters.collect::<String>() + "Kt"
}
