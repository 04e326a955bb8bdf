//! From imports and names to files, by the rules of the Java Language Specification, chapters 6 and 7.
//!
//! A simple type name means, in this order: a type declared in or inherited by an enclosing definition; a single-type
//! import; a type of the same compilation unit; one of the same package; one that a single on-demand import offers. A
//! qualified name begins with such a type, else with a package.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::packages::Libraries;
use super::types::{Choice, TypeId, Types};
use crate::facts::{DefinitionId, FileFacts, Import, Name, Reference, ReferenceKind};
use crate::lang::resolve::{Certainty, Dependency, DependencyKind, FileId, Reason, Sources, Target};

/// Types may name members of each other's supertypes; each round resolves one more step of that.
const ROUNDS: usize = 3;

/// [`crate::lang::resolve::Resolve`] for Java.
pub(super) fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let mut types = Types::new(sources, files);
    let mut units: Vec<Unit<'_>> = Vec::new();
    for _ in 0..ROUNDS {
        units = files.par_iter().map(|file| Unit::new(sources, &types, *file)).collect();
        let supertypes = supertypes(&types, &units);
        let is_settled = supertypes == types.supertypes;
        types.supertypes = supertypes;
        if is_settled {
            break;
        }
    }
    let libraries = Libraries::new(&sources.project);
    units.par_iter().map(|unit| unit.dependencies(&types, &libraries)).collect()
}

fn supertypes(types: &Types<'_>, units: &[Unit<'_>]) -> Vec<SmallVec<[TypeId; 2]>> {
    let found: Vec<Vec<(TypeId, TypeId)>> = units.par_iter().map(|unit| unit.supertypes(types)).collect();
    let mut supertypes = vec![SmallVec::new(); types.ids().len()];
    for (id, above) in found.into_iter().flatten() {
        supertypes[id.0 as usize].push(above);
    }
    supertypes
}

/// A type that a name leads to, and how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Named {
    id: TypeId,
    certainty: Certainty,
    /// Whether an import declaration of the file names this very type.
    imported: bool,
}

type Path = SmallVec<[Named; 2]>;

enum OnDemand<'a> {
    Package(&'a str),
    Type(TypeId),
}

/// A compilation unit with what its imports mean.
struct Unit<'a> {
    file: FileId,
    facts: Option<&'a FileFacts>,
    package: &'a str,
    /// Single-type imports: local name to the type; none where it is not the project's.
    single: FxHashMap<&'a str, Option<(TypeId, Certainty)>>,
    on_demand: Vec<OnDemand<'a>>,
}

impl<'a> Unit<'a> {
    fn new(sources: &'a Sources, types: &Types<'a>, file: FileId) -> Self {
        let facts = sources.facts(file).map(|facts| &**facts);
        let package = facts.and_then(|facts| facts.namespace.as_deref()).unwrap_or_default();
        let mut unit = Self { file, facts, package, single: FxHashMap::default(), on_demand: Vec::new() };
        for import in facts.into_iter().flat_map(|facts| &facts.imports) {
            let last = unit.written(types, &import.path).last().copied();
            match import.names.first() {
                None => {
                    let local = import.path.rsplit('.').next().unwrap_or(&import.path);
                    // A path that stops short of its last name is not resolved.
                    let found = last.filter(|named| types.get(named.id).name == local);
                    unit.single.insert(local, found.map(|named| (named.id, named.certainty)));
                }
                Some(name) if name.is_glob() => unit.on_demand.push(match last {
                    Some(named) => OnDemand::Type(named.id),
                    None => OnDemand::Package(&import.path),
                }),
                Some(name) => {
                    if let Some(named) = last
                        && let Some(member) = types.member(named.id, &name.name)
                    {
                        unit.single.entry(&name.name).or_insert(Some((member, named.certainty)));
                    }
                }
            }
        }
        unit
    }

    /// The types along a full name: the first behind the longest package, then members.
    fn written(&self, types: &Types<'_>, path: &str) -> Path {
        let ends: SmallVec<[usize; 8]> = memchr::memchr_iter(b'.', path.as_bytes()).collect();
        for (index, end) in ends.iter().enumerate().rev() {
            let package = &path[..*end];
            if !types.is_package(package) {
                continue;
            }
            let name_end = ends.get(index + 1).copied().unwrap_or(path.len());
            let candidates = types.top_level(package, &path[end + 1..name_end]);
            if let Choice::One(id, certainty) = types.choose(self.file, candidates) {
                let first = Named { id, certainty, imported: false };
                return members(types, first, path.get(name_end + 1..).unwrap_or_default());
            }
        }
        Path::new()
    }

    /// The types along a name as it stands in the code.
    fn named(&self, types: &Types<'_>, name: &str, scope: Option<DefinitionId>) -> Path {
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        match self.simple(types, first, scope) {
            Some(found) => members(types, found, rest),
            None if rest.is_empty() || self.single.contains_key(first) => Path::new(),
            None => self.written(types, name),
        }
    }

    fn simple(&self, types: &Types<'_>, name: &str, scope: Option<DefinitionId>) -> Option<Named> {
        let sure = |id| Named { id, certainty: Certainty::Resolved, imported: false };
        let mut next = scope;
        while let Some(definition) = next {
            if let Some(id) = types.inside(self.file, definition, name) {
                return Some(sure(id));
            }
            if let Some(around) = types.of_definition(self.file, definition) {
                if types.get(around).name == name {
                    return Some(sure(around));
                }
                if let Some(id) = types.member(around, name) {
                    return Some(sure(id));
                }
            }
            next = self.facts?.definitions.get(definition as usize)?.parent;
        }
        if let Some(imported) = self.single.get(name) {
            return imported.map(|(id, certainty)| Named { id, certainty, imported: true });
        }
        self.of_package(types, name).or_else(|| self.offered(types, name))
    }

    fn of_package(&self, types: &Types<'_>, name: &str) -> Option<Named> {
        let candidates = types.top_level(self.package, name);
        let own = candidates.iter().find(|id| types.get(**id).file == self.file);
        let choice = match own {
            Some(id) => Choice::One(*id, Certainty::Resolved),
            None if self.package.is_empty() => {
                types.choose_visible(self.file, &types.in_same_directory(self.file, candidates))
            }
            None => types.choose_visible(self.file, candidates),
        };
        match choice {
            Choice::One(id, certainty) => Some(Named { id, certainty, imported: false }),
            Choice::Ambiguous | Choice::None => None,
        }
    }

    /// What on-demand imports offer, if it is one type only.
    fn offered(&self, types: &Types<'_>, name: &str) -> Option<Named> {
        let mut found: Option<Named> = None;
        for import in &self.on_demand {
            let offer = match import {
                OnDemand::Type(id) => types.member(*id, name).map(|id| (id, Certainty::Resolved)),
                OnDemand::Package(package) => match types.choose(self.file, types.top_level(package, name)) {
                    Choice::One(id, certainty) => Some((id, certainty)),
                    Choice::Ambiguous | Choice::None => None,
                },
            };
            let Some((id, certainty)) = offer else { continue };
            if found.is_some_and(|other| other.id != id) {
                return None;
            }
            found = Some(Named { id, certainty, imported: false });
        }
        found
    }

    /// What each type of the file extends and implements.
    fn supertypes(&self, types: &Types<'_>) -> Vec<(TypeId, TypeId)> {
        let Some(facts) = self.facts else { return Vec::new() };
        let inherits = facts.references.iter().filter(|reference| reference.kind == ReferenceKind::Inherit);
        inherits
            .filter_map(|reference| {
                let of = types.of_definition(self.file, reference.within?)?;
                let name = facts.name(reference.name);
                let path = self.named(types, name, self.scope_of(facts, reference));
                // A path that stops short of its last name is not resolved.
                let last = path.last().filter(|last| types.get(last.id).name == tail(name))?;
                Some((of, last.id))
            })
            .collect()
    }

    /// The scope in which a mention is looked up: a type's members are not in scope where it says what it extends.
    fn scope_of(&self, facts: &FileFacts, reference: &Reference) -> Option<DefinitionId> {
        let within = reference.within?;
        if reference.kind == ReferenceKind::Inherit {
            facts.definitions.get(within as usize)?.parent
        } else {
            Some(within)
        }
    }

    fn dependencies(&self, types: &Types<'_>, libraries: &Libraries<'_>) -> Vec<Dependency> {
        let Some(facts) = self.facts else { return Vec::new() };
        let mut found = Vec::with_capacity(facts.imports.len());
        for import in &facts.imports {
            self.import(types, libraries, import, &mut found);
        }
        let scopes = self.scopes(types, facts);
        let mut known: FxHashMap<(u32, Option<DefinitionId>), Path> = FxHashMap::default();
        let mut seen: FxHashSet<(TypeId, DependencyKind, u32)> = FxHashSet::default();
        for reference in &facts.references {
            let scope = self.scope_of(facts, reference).and_then(|scope| scopes.get(scope as usize).copied().flatten());
            let path = known
                .entry((reference.name.0, scope))
                .or_insert_with(|| self.named(types, facts.name(reference.name), scope));
            for (index, named) in path.iter().enumerate() {
                let is_last = index + 1 == path.len();
                let kind = match reference.kind {
                    ReferenceKind::Inherit if is_last => DependencyKind::Inherit,
                    // The import declaration says it already.
                    _ if named.imported => continue,
                    _ => DependencyKind::Reference,
                };
                if types.get(named.id).file != self.file && seen.insert((named.id, kind, reference.span.line)) {
                    found.push(self.mention(types, *named, kind, reference));
                }
            }
        }
        found
    }

    /// For each definition the innermost one, itself or around it, that matters to what a name means.
    fn scopes(&self, types: &Types<'_>, facts: &FileFacts) -> Vec<Option<DefinitionId>> {
        let mut scopes: Vec<Option<DefinitionId>> = Vec::with_capacity(facts.definitions.len());
        for (definition, index) in facts.definitions.iter().zip(0..) {
            let around = definition.parent.and_then(|parent| scopes.get(parent as usize).copied().flatten());
            scopes.push(if types.is_scope(self.file, index) { Some(index) } else { around });
        }
        scopes
    }

    fn mention(&self, types: &Types<'_>, named: Named, kind: DependencyKind, reference: &Reference) -> Dependency {
        let target = types.get(named.id);
        Dependency {
            target: Target::File(target.file),
            kind,
            certainty: named.certainty,
            span: reference.span,
            statement: reference.span.start,
            test: false,
            from_symbol: reference.within,
            to_symbol: Some(target.definition),
        }
    }

    fn import(&self, types: &Types<'_>, libraries: &Libraries<'_>, import: &Import, found: &mut Vec<Dependency>) {
        let path = self.written(types, &import.path);
        for named in &path {
            let target = types.get(named.id);
            let mut dependency = Dependency::of_import(import, Target::File(target.file), import.span);
            dependency.certainty = named.certainty;
            dependency.to_symbol = Some(target.definition);
            found.push(dependency);
        }
        let is_on_demand = import.names.first().is_some_and(|name| name.is_glob());
        // What is taken from a package on demand is seen where it is named.
        if !path.is_empty() || is_on_demand && types.is_package(&import.path) {
            return;
        }
        let target = match libraries.provider(&import.path) {
            Some((external, certainty)) => (Target::External(external), certainty),
            None => {
                let reason = self.reason(types, import);
                (Target::Unresolved { text: text_of(import), reason }, Certainty::Resolved)
            }
        };
        let dependency = Dependency::of_import(import, target.0, import.span);
        found.push(Dependency { certainty: target.1, ..dependency });
    }

    fn reason(&self, types: &Types<'_>, import: &Import) -> Reason {
        let mut package = import.path.as_str();
        while let Some((parent, name)) = package.rsplit_once('.') {
            if types.choose(self.file, types.top_level(parent, name)) == Choice::Ambiguous {
                return Reason::Ambiguous;
            }
            if types.is_package(parent) {
                return Reason::Missing;
            }
            package = parent;
        }
        Reason::Undeclared
    }
}

fn text_of(import: &Import) -> Name {
    match import.names.first() {
        Some(name) => format!("{}.{}", import.path, name.name).into(),
        None => import.path.clone(),
    }
}

fn tail(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// A type and the member types that the rest of a name leads through, as far as there are any.
fn members(types: &Types<'_>, first: Named, rest: &str) -> Path {
    let mut path = Path::from_slice(&[first]);
    let mut holder = first;
    for name in rest.split('.').filter(|name| !name.is_empty()) {
        let Some(id) = types.member(holder.id, name) else { break };
        holder = Named { id, ..holder };
        path.push(holder);
    }
    path
}
