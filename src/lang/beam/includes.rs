//! What Erlang's includes, module names, records and macros mean.
//!
//! `-include("x.hrl")` is looked for beside the file, then in `include`, `src` and the root of the application around it and
//! where `rebar.config` says, else by unique name (`inferred`). `-include_lib("app/include/x.hrl")` names the
//! application by its first part. Records and macros that a file does not declare are those of the headers that it
//! includes, directly or through others; a macro that stands for an atom may name a module.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{World, erlang};
use crate::facts::{Definition, DefinitionKind, FileFacts, Import, ImportKind, Name, ReferenceKind};
use crate::lang::modules::Answer;
use crate::lang::resolve::{Certainty, Dependency, FileId, Reason, Target};
use crate::project::cmake::join;
use crate::project::{Ecosystem, hex};

/// How many headers a file may reach that are searched for a record or macro.
const REACH_LIMIT: usize = 64;

/// What files include.
pub(super) struct Headers {
    /// For each file with includes the files that they name, in source order.
    included: FxHashMap<FileId, Vec<FileId>>,
    /// Files by their last part.
    by_name: FxHashMap<Name, Vec<FileId>>,
}

impl Headers {
    pub(super) fn new(world: &World<'_>, files: &[FileId]) -> Self {
        let mut headers = Self { included: FxHashMap::default(), by_name: FxHashMap::default() };
        for file in files {
            let path = &world.sources.get(*file).path;
            if path.ends_with(".hrl") {
                headers.by_name.entry(last_part(path).into()).or_default().push(*file);
            }
        }
        for file in files {
            let includes = world.sources.facts(*file).into_iter().flat_map(|facts| &facts.imports);
            for import in includes.filter(|import| import.kind == ImportKind::Include) {
                let answer = headers.include(world, *file, &import.path);
                let found = answer.targets.iter().filter_map(|target| match target {
                    Target::File(file) => Some(*file),
                    _ => None,
                });
                headers.included.entry(*file).or_default().extend(found);
            }
        }
        headers
    }

    /// Resolves one file.
    pub(super) fn resolve(&self, world: &World<'_>, file: FileId, facts: &FileFacts) -> Vec<Dependency> {
        let mut dependencies = Vec::new();
        for import in &facts.imports {
            let answer = match import.kind {
                ImportKind::Include => self.include(world, file, &import.path),
                _ => import_of(world, file, import),
            };
            answer.add_import(import, import.span, &mut dependencies);
        }
        let reach = self.reach(file);
        let declared = Declared::new(world, &reach);
        let mut known: FxHashMap<(u32, ReferenceKind), Answer> = FxHashMap::default();
        for reference in &facts.references {
            let answer = known.entry((reference.name.0, reference.kind)).or_insert_with(|| {
                let name = erlang::unquoted(facts.name(reference.name));
                match reference.kind {
                    ReferenceKind::Type => declared.file_of(DefinitionKind::Struct, name, file),
                    ReferenceKind::Macro => declared.file_of(DefinitionKind::Macro, name, file),
                    ReferenceKind::Value => match declared.atom_of(name) {
                        Some(module) => module_named(world, file, &module),
                        None => Answer::NONE,
                    },
                    ReferenceKind::Inherit => {
                        module_named(world, file, name).or_else(|| Answer::unresolved(name, Reason::Undeclared))
                    }
                    ReferenceKind::Call => module_named(world, file, name),
                }
            });
            let is_standard =
                answer.targets.iter().any(|target| matches!(target, Target::External(external) if external.standard));
            if !is_standard {
                answer.add_reference(reference, &mut dependencies);
            }
        }
        dependencies
    }

    fn include(&self, world: &World<'_>, from: FileId, path: &str) -> Answer {
        let sources = world.sources;
        let (is_library, path) = match path.strip_prefix("lib:") {
            Some(path) => (true, path),
            None => (false, path),
        };
        let at = |directory: &str| join(directory, path).and_then(|path| sources.file(&path));
        let own = &*sources.get(from).path;
        let own_directory = own.rsplit_once('/').map_or("", |(directory, _)| directory);
        let root = world.modules.package_of(from).map_or("", |package| &*package.directory);
        let declared = &sources.project.hex.includes;
        let of_rebar = declared.iter().filter(|(directory, _)| directory.is_empty() || **directory == *root);
        let directories = std::iter::once(Some(own_directory.to_owned()))
            .chain(["include", "src", ""].into_iter().map(|below| join(root, below)))
            .chain(of_rebar.map(|(directory, path)| join(directory, path)));
        if let Some(found) = directories.flatten().find_map(|directory| at(&directory)) {
            return Answer::one(Target::File(found), Certainty::Resolved);
        }
        let (first, rest) = path.split_once('/').unwrap_or(("", path));
        let below = |directory: &str| join(directory, rest).and_then(|path| sources.file(&path));
        let application = world.modules.package_named(first).and_then(|package| below(&package.directory));
        if let Some(found) = application {
            return Answer::one(Target::File(found), Certainty::Resolved);
        }
        if hex::APPLICATIONS.binary_search(&first).is_ok() {
            return Answer::external(Ecosystem::Hex, "otp", true);
        }
        let named = || {
            let named = self.by_name.get(last_part(path)).map_or(&[][..], Vec::as_slice);
            let ends = |file: &&FileId| ends_with_path(&sources.get(**file).path, path);
            let fitting: Vec<FileId> = named.iter().filter(ends).copied().collect();
            world.modules.choose(from, &fitting, path).inferred()
        };
        let external = || world.externals.first_of([first]);
        (if is_library { external().or_else(named) } else { named().or_else(external) })
            .or_else(|| Answer::unresolved(path, if is_library { Reason::Undeclared } else { Reason::Missing }))
    }

    /// The file itself and what it includes, nearest first.
    fn reach(&self, file: FileId) -> Vec<FileId> {
        let mut reach = vec![file];
        let mut seen: FxHashSet<FileId> = reach.iter().copied().collect();
        let mut next = 0;
        while let Some(at) = reach.get(next).copied()
            && reach.len() < REACH_LIMIT
        {
            let included = self.included.get(&at).into_iter().flatten();
            reach.extend(included.filter(|file| seen.insert(**file)));
            next += 1;
        }
        reach
    }
}

/// What a file and the headers that it reaches declare.
struct Declared<'a> {
    by_name: FxHashMap<(DefinitionKind, &'a str), (FileId, &'a Definition)>,
}

impl<'a> Declared<'a> {
    fn new(world: &World<'a>, reach: &[FileId]) -> Self {
        let mut by_name = FxHashMap::default();
        for file in reach {
            let definitions = world.sources.facts(*file).into_iter().flat_map(|facts| &facts.definitions);
            for definition in definitions.filter(|d| matches!(d.kind, DefinitionKind::Struct | DefinitionKind::Macro)) {
                by_name.entry((definition.kind, erlang::unquoted(&definition.name))).or_insert((*file, definition));
            }
        }
        Self { by_name }
    }

    fn file_of(&self, kind: DefinitionKind, name: &str, from: FileId) -> Answer {
        match self.by_name.get(&(kind, name)) {
            Some((file, _)) if *file != from => Answer::one(Target::File(*file), Certainty::Resolved),
            _ => Answer::NONE,
        }
    }

    fn atom_of(&self, name: &str) -> Option<Name> {
        let (_, definition) = self.by_name.get(&(DefinitionKind::Macro, name))?;
        erlang::macro_atom(&definition.signature)
    }
}

fn import_of(world: &World<'_>, file: FileId, import: &Import) -> Answer {
    module_named(world, file, &import.path).or_else(|| Answer::unresolved(&import.path, Reason::Undeclared))
}

/// A module of Erlang, or by its full name one of Elixir.
fn module_named(world: &World<'_>, file: FileId, name: &str) -> Answer {
    match name.strip_prefix("Elixir.") {
        Some(name) => world.elixir_module(file, name),
        None => world.erlang_module(file, name),
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a path is another one or ends with it after a `/`.
fn ends_with_path(path: &str, end: &str) -> bool {
    path.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}
