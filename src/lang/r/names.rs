//! Which file a package, a file or a function's name means in R.
//!
//! The files in a package's `R` directory are one namespace: a name that a function does not bind itself means the file
//! there that assigns it at the top. Tests see this namespace too, and beside it the `helper` and `setup` files of their
//! own directory; other files see it where they attach the package. `pkg::name` names the package. What the package does
//! not assign is of the package that `NAMESPACE` imports it from. `source` looks beside the file, then from the
//! directories above it on (`inferred`), since it depends on where R was started.

use rustc_hash::FxHashMap;

use crate::facts::{FileFacts, Import, ImportKind, Name, Reference, ReferenceKind};
use crate::lang::modules::{Answer, Externals, Modules, directories};
use crate::lang::resolve::{Certainty, Dependency, FileId, Reason, Sources, Target};
use crate::project::cmake::join;
use crate::project::{Ecosystem, Package, cran};

/// Resolves the names of all files.
pub(super) fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let externals = Externals::new(sources, Ecosystem::Cran, sources.project.cran.locked.iter().map(Name::as_str));
    let mut world =
        World { sources, names: Modules::new(sources, Ecosystem::Cran), externals, imported: FxHashMap::default() };
    for file in files {
        let Some(facts) = sources.facts(*file) else { continue };
        if let Some(space) = world.space_of(*file) {
            for definition in facts.definitions.iter().filter(|definition| definition.parent.is_none()) {
                world.names.add(key(&space, &definition.name), *file);
            }
        }
    }
    for import in &sources.project.cran.imports {
        world.imported.insert((&import.directory, &import.name), &import.package);
    }
    files.iter().map(|file| world.file(*file)).collect()
}

struct World<'a> {
    sources: &'a Sources,
    /// What the namespaces assign, by [`key`].
    names: Modules<'a>,
    externals: Externals<'a>,
    /// Packages by the directory of the package that imports a name from them, and the name.
    imported: FxHashMap<(&'a str, &'a str), &'a Name>,
}

/// A name of a namespace, which is known by its directory.
fn key(space: &str, name: &str) -> Name {
    format!("{space}:{}", name.trim_matches('`')).into()
}

impl<'a> World<'a> {
    /// The directory of the namespace that a file is a part of.
    fn space_of(&self, file: FileId) -> Option<String> {
        let path = &*self.sources.get(file).path;
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        let package = self.names.package_of(file)?;
        let is_helper = self.sources.get(file).test && (name.starts_with("helper") || name.starts_with("setup"));
        (is_helper || join(&package.directory, "R").is_some_and(|space| space == directory))
            .then(|| directory.to_owned())
    }

    fn file(&self, file: FileId) -> Vec<Dependency> {
        let mut dependencies = Vec::new();
        let Some(facts) = self.sources.facts(file) else { return dependencies };
        for import in &facts.imports {
            self.import(file, import).add_import(import, import.span, &mut dependencies);
        }
        let package = self.names.package_of(file);
        let spaces = self.spaces_of(file, facts, package);
        let mut known: FxHashMap<u32, Answer> = FxHashMap::default();
        for reference in &facts.references {
            let answer = known.entry(reference.name.0).or_insert_with(|| {
                let name = facts.name(reference.name);
                match name.split_once("::") {
                    Some((owner, name)) => self.qualified(file, owner, name.trim_start_matches(':')),
                    None => self.unqualified(file, &spaces, package, name.trim_matches('`')),
                }
            });
            if self.says_something(reference, answer, facts) {
                answer.add_reference(reference, &mut dependencies);
            }
        }
        dependencies
    }

    /// A name that is no call may be a column of a data frame: it is taken for what a package imports only where it is
    /// called.
    fn says_something(&self, reference: &Reference, answer: &Answer, facts: &FileFacts) -> bool {
        let is_external = answer.targets.iter().any(|target| matches!(target, Target::External(_)));
        let is_qualified = facts.name(reference.name).contains("::");
        !is_external || is_qualified || reference.kind == ReferenceKind::Call
    }

    /// The namespaces that a file sees, its own first.
    fn spaces_of(&self, file: FileId, facts: &FileFacts, package: Option<&Package>) -> Vec<String> {
        let Some(package) = package else { return Vec::new() };
        let source = self.sources.get(file);
        let own = source.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let Some(space) = join(&package.directory, "R") else { return Vec::new() };
        let attaches = || facts.imports.iter().any(|import| import.path == package.name);
        if space == own {
            vec![space]
        } else if source.test || attaches() {
            vec![own.to_owned(), space]
        } else {
            Vec::new()
        }
    }

    fn unqualified(&self, file: FileId, spaces: &[String], package: Option<&Package>, name: &str) -> Answer {
        let found = spaces.iter().map(|space| self.names.find(file, &key(space, name))).find(|found| !found.is_empty());
        found.unwrap_or_else(|| {
            let imported = package.and_then(|package| self.imported.get(&(&*package.directory, name)));
            match imported {
                Some(owner) if !spaces.is_empty() => self.externals.first_of([owner.as_str()]),
                _ => Answer::NONE,
            }
        })
    }

    fn qualified(&self, file: FileId, owner: &str, name: &str) -> Answer {
        if cran::STANDARD.binary_search(&owner).is_ok() {
            return Answer::NONE;
        }
        if let Some(space) = self.names.package_named(owner).and_then(|package| join(&package.directory, "R")) {
            return self.names.find(file, &key(&space, name));
        }
        self.externals.first_of([owner]).or_else(|| Answer::unresolved(owner, Reason::Undeclared))
    }

    fn import(&self, file: FileId, import: &Import) -> Answer {
        match import.kind {
            ImportKind::Computed => Answer::unresolved(&import.path, Reason::NotLiteral),
            ImportKind::Include => self.source(file, &import.path),
            // A package of the project is a namespace, of which the names that are used say the files.
            _ if self.names.package_named(&import.path).is_some() => Answer::NONE,
            _ if cran::STANDARD.binary_search(&import.path.as_str()).is_ok() => {
                Answer::external(Ecosystem::Cran, &import.path, true)
            }
            _ => self
                .externals
                .first_of([import.path.as_str()])
                .or_else(|| Answer::unresolved(&import.path, Reason::Undeclared)),
        }
    }

    fn source(&self, file: FileId, path: &str) -> Answer {
        if path.contains("://") {
            return Answer::unresolved(path, Reason::Unsupported);
        }
        let own = &*self.sources.get(file).path;
        let at = |directory: &str| join(directory, path).and_then(|path| self.sources.file(&path));
        let found = directories(own).enumerate().find_map(|(level, directory)| Some((level, at(directory)?)));
        match found {
            Some((0, found)) => Answer::one(Target::File(found), Certainty::Resolved),
            Some((_, found)) => Answer::one(Target::File(found), Certainty::Inferred),
            None => Answer::unresolved(path, Reason::Missing),
        }
    }
}
