//! Which file a name or an include means.
//!
//! Names are resolved as PHP does: `use` of the same namespace block first, else the current namespace; functions fall
//! back to the global one. The file is the one that declares the name; of several, the one where composer's autoload
//! rules expect it, else all as [`Certainty::Ambiguous`].

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::facts::{Definition, DefinitionKind, FileFacts, Import, ImportKind, Name, Reference, ReferenceKind};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, External, FileId, Reason, Sources, Target};
use crate::project::Ecosystem;
use crate::project::cmake::join;
use crate::project::composer::Manifests;

/// More files than this that declare a name are no answer.
const AMBIGUOUS_LIMIT: usize = 4;

/// Namespaces of the language's own extensions.
const LANGUAGE_NAMESPACES: &[&str] =
    &["BcMath", "Dba", "Dom", "FFI", "FTP", "IMAP", "LDAP", "Odbc", "PSpell", "Pdo", "PgSql", "Random", "Soap", "Uri"];

/// Resolves uses, includes and mentions of all files.
pub fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let resolver = Resolver::new(sources, files);
    files.par_iter().map(|file| resolver.file(*file)).collect()
}

/// What kind of thing a name stands for; each has its own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Space {
    Class,
    Function,
    Constant,
}

struct Resolver<'a> {
    sources: &'a Sources,
    manifests: &'a Manifests,
    /// Who declares a name; the names of classes and functions, which know no case, are in lower case.
    declared: FxHashMap<(Space, String), Vec<FileId>>,
    /// Namespaces that some file of the project declares, in lower case, with every one above them.
    namespaces: rustc_hash::FxHashSet<String>,
    /// What the manifests declare, in the order in which they do.
    packages: Vec<Provider<'a>>,
}

/// A declared package, with its name's parts as they are compared.
struct Provider<'a> {
    package: &'a str,
    vendor: String,
    name: String,
}

/// A file's namespaces by where they begin, and the names that each imports.
struct Scopes<'a> {
    namespaces: Vec<(u32, &'a str)>,
    uses: FxHashMap<(usize, Space, String), &'a str>,
}

impl<'a> Scopes<'a> {
    fn new(facts: &'a FileFacts) -> Self {
        let modules = facts.definitions.iter().filter(|definition| definition.kind == DefinitionKind::Module);
        let namespaces = modules.map(|module| (module.span.start, &*module.name)).collect();
        let mut scopes = Self { namespaces, uses: FxHashMap::default() };
        for import in facts.imports.iter().filter(|import| import.kind == ImportKind::Import) {
            let (space, path) = parts(&import.path);
            let local = import.alias.as_deref().unwrap_or_else(|| path.rsplit('\\').next().unwrap_or(path));
            scopes.uses.insert((scopes.block(import.span.start), space, key(space, local)), path);
        }
        scopes
    }

    /// The number of namespaces that begin before a place: which block it is in.
    fn block(&self, at: u32) -> usize {
        self.namespaces.partition_point(|(start, _)| *start <= at)
    }

    fn namespace(&self, at: u32) -> &'a str {
        self.block(at).checked_sub(1).map_or("", |block| self.namespaces[block].1)
    }

    /// The full names that a name may stand for at a place, the first one first.
    fn full_names(&self, written: &str, space: Space, at: u32) -> Vec<String> {
        if let Some(full) = written.strip_prefix('\\') {
            return vec![full.to_owned()];
        }
        let namespace = self.namespace(at);
        let in_namespace =
            |name: &str| if namespace.is_empty() { name.to_owned() } else { format!("{namespace}\\{name}") };
        if written.len() > 10 && written[..10].eq_ignore_ascii_case("namespace\\") {
            return vec![in_namespace(&written[10..])];
        }
        let block = self.block(at);
        if let Some((first, rest)) = written.split_once('\\') {
            // The first part of a qualified name is a class or namespace, whatever the whole is.
            return match self.uses.get(&(block, Space::Class, key(Space::Class, first))) {
                Some(path) => vec![format!("{path}\\{rest}")],
                None => vec![in_namespace(written)],
            };
        }
        match self.uses.get(&(block, space, key(space, written))) {
            Some(path) => vec![(*path).to_owned()],
            None if space == Space::Class || namespace.is_empty() => vec![in_namespace(written)],
            None => vec![in_namespace(written), written.to_owned()],
        }
    }
}

impl<'a> Resolver<'a> {
    fn new(sources: &'a Sources, files: &[FileId]) -> Self {
        let mut declared: FxHashMap<(Space, String), Vec<FileId>> = FxHashMap::default();
        let mut namespaces = rustc_hash::FxHashSet::default();
        for file in files {
            let Some(facts) = sources.facts(*file) else { continue };
            let scopes = Scopes::new(facts);
            for (_, namespace) in &scopes.namespaces {
                let lower = namespace.to_ascii_lowercase();
                let ends = lower.match_indices('\\').map(|(at, _)| at).chain([lower.len()]);
                namespaces.extend(ends.map(|end| lower[..end].to_owned()));
            }
            for definition in &facts.definitions {
                let Some(space) = space_of(definition, facts) else { continue };
                let namespace = scopes.namespace(definition.span.start);
                let name = if namespace.is_empty() {
                    key(space, &definition.name)
                } else {
                    key(space, &format!("{namespace}\\{}", definition.name))
                };
                let files = declared.entry((space, name)).or_default();
                if files.last() != Some(file) {
                    files.push(*file);
                }
            }
        }
        let composer = sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Composer);
        let packages = composer.flat_map(|package| &package.dependencies);
        let packages = packages.filter_map(|declared| Provider::new(&declared.name)).collect();
        Self { sources, manifests: &sources.project.composer, declared, namespaces, packages }
    }

    fn file(&self, file: FileId) -> Vec<Dependency> {
        let Some(facts) = self.sources.facts(file) else { return Vec::new() };
        let scopes = Scopes::new(facts);
        let mut dependencies = Vec::new();
        for import in &facts.imports {
            if import.kind == ImportKind::Include {
                self.include(file, import, &mut dependencies);
            } else {
                self.import(file, import, &mut dependencies);
            }
        }
        let mut seen: FxHashMap<(Name, usize, bool), Vec<(Target, Certainty)>> = FxHashMap::default();
        for reference in &facts.references {
            let written = facts.name(reference.name);
            let is_call = reference.kind == ReferenceKind::Call;
            let known = (written.into(), scopes.block(reference.span.start), is_call);
            let targets = seen.entry(known).or_insert_with(|| self.mention(file, written, reference, &scopes));
            for (target, certainty) in targets {
                dependencies.push(of_reference(reference, target.clone(), *certainty));
            }
        }
        dependencies
    }

    /// The declarations of a full name as seen from a file.
    fn declarations(&self, from: FileId, space: Space, full: &str) -> Option<(Vec<FileId>, Certainty)> {
        let files = self.declared.get(&(space, key(space, full)))?;
        let is_test = |file: &FileId| self.sources.get(*file).test;
        // Tests bring copies of packages as data; the code itself means the package.
        if !is_test(&from) && files.iter().all(is_test) && self.outside(full).is_some() {
            return None;
        }
        if files.len() == 1 || files.contains(&from) {
            let own = files.iter().find(|file| **file == from).or(files.first())?;
            return Some((vec![*own], Certainty::Resolved));
        }
        let path = |file: &FileId| &*self.sources.get(*file).path;
        let mut expected: Vec<FileId> =
            files.iter().copied().filter(|file| self.manifests.expects(full, path(file))).collect();
        if expected.len() == 1 {
            return Some((expected, Certainty::Resolved));
        }
        if expected.is_empty() {
            expected.clone_from(files);
        }
        if !is_test(&from) && !expected.iter().all(is_test) {
            expected.retain(|file| !is_test(file));
        }
        let certainty = if expected.len() == 1 { Certainty::Inferred } else { Certainty::Ambiguous };
        Some((expected, certainty))
    }

    fn import(&self, file: FileId, import: &Import, out: &mut Vec<Dependency>) {
        let (space, path) = parts(&import.path);
        let mut add = |target, certainty| {
            out.push(Dependency { certainty, ..Dependency::of_import(import, target, import.span) });
        };
        let unresolved = |reason| Target::Unresolved { text: import.path.clone(), reason };
        match self.declarations(file, space, path) {
            Some((files, _)) if files.len() > AMBIGUOUS_LIMIT => {
                add(unresolved(Reason::Ambiguous), Certainty::Ambiguous)
            }
            Some((files, certainty)) => files.into_iter().for_each(|found| add(Target::File(found), certainty)),
            None => match self.outside(path) {
                Some((external, certainty)) => add(Target::External(external), certainty),
                // A namespace on its own is a prefix for names: they show what is used of it.
                None if self.namespaces.contains(&path.to_ascii_lowercase()) => {}
                None if self.is_own_namespace(path) => add(unresolved(Reason::Missing), Certainty::Resolved),
                None => add(unresolved(Reason::Undeclared), Certainty::Resolved),
            },
        }
    }

    fn is_own_namespace(&self, path: &str) -> bool {
        path.rsplit_once('\\').is_some_and(|(namespace, _)| self.namespaces.contains(&namespace.to_ascii_lowercase()))
    }

    fn mention(
        &self,
        file: FileId,
        written: &str,
        reference: &Reference,
        scopes: &Scopes<'_>,
    ) -> Vec<(Target, Certainty)> {
        let space = if reference.kind == ReferenceKind::Call { Space::Function } else { Space::Class };
        let names = scopes.full_names(written, space, reference.span.start);
        for full in &names {
            match self.declarations(file, space, full) {
                Some((files, certainty)) if files.len() <= AMBIGUOUS_LIMIT => {
                    return files.into_iter().map(|found| (Target::File(found), certainty)).collect();
                }
                Some(_) => return Vec::new(),
                None => {}
            }
        }
        // A name that is imported or simple tells no more of a package than the import does.
        match names.first() {
            Some(full) if written.starts_with('\\') && full.contains('\\') => self
                .outside(full)
                .map(|(external, certainty)| (Target::External(external), certainty))
                .into_iter()
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The package that provides a name which no file of the project declares.
    fn outside(&self, full: &str) -> Option<(External, Certainty)> {
        let external = |name: &str, standard| External { ecosystem: Ecosystem::Composer, name: name.into(), standard };
        if let Some(package) = self.manifests.locked_package_of(full) {
            return Some((external(package, false), Certainty::Resolved));
        }
        let root = full.split('\\').next().unwrap_or(full);
        if root == "Composer" {
            return Some((external("composer", true), Certainty::Inferred));
        }
        let is_underscored = full.contains('_') && !full.starts_with("__");
        if LANGUAGE_NAMESPACES.contains(&root) || (root == full && !is_underscored) {
            // Without a namespace are the classes and functions of the language and its extensions.
            return Some((external("php", true), Certainty::Inferred));
        }
        let parts: Vec<String> = full.split(['\\', '_']).map(simple).collect();
        let (best, _) = self
            .packages
            .iter()
            .filter_map(|provider| Some((provider.package, provider.likeness(&parts)?)))
            .reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        Some((external(best, false), Certainty::Inferred))
    }

    fn include(&self, file: FileId, import: &Import, out: &mut Vec<Dependency>) {
        let from = &*self.sources.get(file).path;
        let own = from.rsplit_once('/').map_or("", |(directory, _)| directory);
        let mut add = |target, certainty| {
            out.push(Dependency { certainty, ..Dependency::of_import(import, target, import.span) });
        };
        let unresolved = |reason| Target::Unresolved { text: import.path.clone(), reason };
        let computed = import.path.strip_prefix(super::NOT_LITERAL);
        if let Some(text) = computed.or_else(|| import.path.contains("://").then_some(&*import.path)) {
            let target = Target::Unresolved { text: text.into(), reason: Reason::NotLiteral };
            return add(target, Certainty::Resolved);
        }
        let find = |directory: &str, path: &str| join(directory, path).and_then(|path| self.sources.file(&path));
        let found = match import.path.strip_prefix("__DIR__") {
            Some(rest) => find(own, rest.trim_start_matches('/')).map(|found| (found, Certainty::Resolved)),
            // Without a directory the include path is searched, which by default holds the working directory, then the
            // file's own.
            None => find(own, &import.path).map(|found| (found, Certainty::Resolved)).or_else(|| {
                let above = own.match_indices('/').map(|(at, _)| &own[..at]).rev().chain([""]);
                above.into_iter().find_map(|above| find(above, &import.path)).map(|found| (found, Certainty::Inferred))
            }),
        };
        match found {
            Some((found, certainty)) => add(Target::File(found), certainty),
            None if import.path.ends_with("vendor/autoload.php") => {
                let external = External { ecosystem: Ecosystem::Composer, name: "composer".into(), standard: true };
                add(Target::External(external), Certainty::Resolved);
            }
            None => add(unresolved(Reason::Missing), Certainty::Resolved),
        }
    }
}

fn of_reference(reference: &Reference, target: Target, certainty: Certainty) -> Dependency {
    let kind = match reference.kind {
        ReferenceKind::Inherit => DependencyKind::Inherit,
        ReferenceKind::Call => DependencyKind::Call,
        _ => DependencyKind::Reference,
    };
    Dependency {
        target,
        kind,
        certainty,
        span: reference.span,
        statement: reference.span.start,
        test: false,
        from_symbol: reference.within,
        to_symbol: None,
    }
}

/// The space and the name of an import's path.
fn parts(path: &str) -> (Space, &str) {
    if let Some(name) = path.strip_prefix("function ") {
        (Space::Function, name)
    } else if let Some(name) = path.strip_prefix("const ") {
        (Space::Constant, name)
    } else {
        (Space::Class, path)
    }
}

/// A name as it is compared: only constants know case, and only in their last part.
fn key(space: Space, name: &str) -> String {
    match (space, name.rsplit_once('\\')) {
        (Space::Constant, Some((namespace, name))) => format!("{}\\{name}", namespace.to_ascii_lowercase()),
        (Space::Constant, None) => name.to_owned(),
        _ => name.to_ascii_lowercase(),
    }
}

/// The space that a definition at the top of a file or namespace adds a name to.
fn space_of(definition: &Definition, facts: &FileFacts) -> Option<Space> {
    let parent = definition.parent.and_then(|parent| facts.definitions.get(parent as usize));
    let is_class = parent.is_some_and(|parent| {
        matches!(parent.kind, DefinitionKind::Class | DefinitionKind::Interface | DefinitionKind::Enum)
    });
    match definition.kind {
        DefinitionKind::Class | DefinitionKind::Interface | DefinitionKind::Enum => Some(Space::Class),
        DefinitionKind::Function => Some(Space::Function),
        DefinitionKind::Constant if !is_class => Some(Space::Constant),
        _ => None,
    }
}

/// A word of a name as it is compared: packages and namespaces write the same one with other case and other hyphens.
fn simple(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}

impl<'a> Provider<'a> {
    /// None for what is no package: PHP itself and its extensions have no vendor.
    fn new(package: &'a str) -> Option<Self> {
        let (vendor, name) = package.split_once('/')?;
        Some(Self { package, vendor: simple(vendor), name: simple(name) })
    }

    /// How alike the package is to a full class name, given as its parts: the package's own name counts more than its
    /// vendor's. None if neither is there.
    fn likeness(&self, parts: &[String]) -> Option<u8> {
        let is_joined = |first: &String, second: &String| {
            self.name.strip_prefix(first.as_str()).is_some_and(|rest| rest == second)
                || self.name.strip_prefix(second.as_str()).is_some_and(|rest| rest == first)
        };
        let named = parts
            .iter()
            .take(4)
            .any(|part| *part == self.name || self.name.strip_prefix("php").is_some_and(|rest| rest == part));
        let joined = matches!(parts, [first, second, ..] if is_joined(first, second));
        let score = u8::from(named || joined) * 2
            + u8::from(parts.first() == Some(&self.vendor)) * 2
            + u8::from(parts.first() == Some(&self.name));
        (score > 1).then_some(score)
    }
}
