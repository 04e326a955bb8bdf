//! Files joined to packages, and what each package declares.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::constraint::{Constraint, Constraints, Fit};
use crate::facts::{DefinitionId, DefinitionKind, FileFacts};
use crate::lang::resolve::{FileId, Sources};

/// A Go file and its place.
pub(super) struct Member<'a> {
    pub(super) id: FileId,
    /// Its place in the list of all.
    pub(super) index: u32,
    pub(super) facts: &'a FileFacts,
    pub(super) directory: &'a str,
    /// Number of its build constraint.
    pub(super) constraint: u32,
    /// Whether its name ends in `_test.go`.
    pub(super) test: bool,
    /// Whether it is run on its own and so belongs to no package.
    standalone: bool,
    /// The members that types declare, by type and name.
    children: FxHashMap<(DefinitionId, &'a str), DefinitionId>,
}

impl Member<'_> {
    /// The definition of that name directly inside another one.
    pub(super) fn child(&self, parent: DefinitionId, name: &str) -> Option<DefinitionId> {
        self.children.get(&(parent, name)).copied()
    }
}

/// One declaration of a name at package level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declaration {
    pub(super) file: FileId,
    /// Index of the file's member.
    pub(super) member: u32,
    pub(super) definition: DefinitionId,
    pub(super) kind: DefinitionKind,
    constraint: u32,
    test: bool,
}

/// The files of one directory with the same package clause.
pub(super) struct Package<'a> {
    pub(super) name: &'a str,
    /// How many of its files are no tests.
    files: usize,
    declarations: FxHashMap<&'a str, SmallVec<[Declaration; 1]>>,
    /// By the names of the type and of the method.
    methods: FxHashMap<(&'a str, &'a str), SmallVec<[Declaration; 1]>>,
}

/// The packages of all directories.
pub(super) struct Packages<'a> {
    directories: FxHashMap<&'a str, Vec<Package<'a>>>,
    constraints: Constraints,
}

/// The declarations of a name that a file sees.
pub(super) type Found = SmallVec<[Declaration; 1]>;

fn split_path(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

/// One entry a file of `files`; none where it is not parsed or the go command passes it over (`_x.go`, `.x.go`).
pub(super) fn members<'a>(
    sources: &'a Sources,
    files: &[FileId],
    constraints: &mut Constraints,
) -> Vec<Option<Member<'a>>> {
    files
        .iter()
        .zip(0..)
        .map(|(id, index)| {
            let file = sources.get(*id);
            let facts = file.facts.as_deref()?;
            let (directory, name) = split_path(&file.path);
            if name.starts_with(['_', '.']) {
                return None;
            }
            let constraint = Constraint::new(name, &facts.conditions);
            let standalone = constraint.is_standalone();
            let constraint = constraints.intern(constraint);
            let test = name.ends_with("_test.go");
            Some(Member { id: *id, index, facts, directory, constraint, test, standalone, children: children(facts) })
        })
        .collect()
}

fn children(facts: &FileFacts) -> FxHashMap<(DefinitionId, &str), DefinitionId> {
    let inner = (0..).zip(&facts.definitions).filter_map(|(id, definition)| {
        let parent = definition.parent?;
        Some(((parent, definition.name.as_str()), id))
    });
    inner.collect()
}

impl<'a> Packages<'a> {
    /// Joins files to packages.
    pub(super) fn new(members: &[Option<Member<'a>>], constraints: Constraints) -> Self {
        let mut by_directory: FxHashMap<&str, Vec<&Member<'a>>> = FxHashMap::default();
        for member in members.iter().flatten() {
            by_directory.entry(member.directory).or_default().push(member);
        }
        let directories = by_directory.into_par_iter().map(|(directory, files)| (directory, group(&files))).collect();
        Self { directories, constraints }
    }

    /// Whether the directory has Go files.
    pub(super) fn has_files(&self, directory: &str) -> bool {
        self.directories.contains_key(directory)
    }

    /// The package that a file belongs to.
    pub(super) fn own(&self, member: &Member<'a>) -> Option<&Package<'a>> {
        if member.standalone {
            return None;
        }
        let name = member.facts.namespace.as_deref()?;
        self.directories.get(member.directory)?.iter().find(|package| package.name == name)
    }

    /// The package that importing a directory gives: of several (a broken directory, or examples kept out of the build)
    /// the one called like the directory, else the largest, else the first by name.
    pub(super) fn imported(&self, directory: &str) -> Option<&Package<'a>> {
        let (_, last) = split_path(directory);
        let packages = self.directories.get(directory)?.iter().filter(|package| package.files > 0);
        packages.max_by_key(|package| (package.name == last, package.files, std::cmp::Reverse(package.name)))
    }

    /// What `name` means in `package` to a file: what the file itself declares, else every declaration that some build
    /// compiles together with it. Those that need more build tags than the file itself count only if there are no others.
    pub(super) fn visible(&self, package: &Package<'a>, name: &str, seen_by: &Member<'a>, tests: bool) -> Found {
        package.declarations.get(name).map(|all| self.seen(all, seen_by, tests)).unwrap_or_default()
    }

    /// The methods `name` of a package's type, as a file sees them.
    pub(super) fn methods(
        &self,
        package: &Package<'a>,
        of: &str,
        name: &str,
        seen_by: &Member<'a>,
        tests: bool,
    ) -> Found {
        package.methods.get(&(of, name)).map(|all| self.seen(all, seen_by, tests)).unwrap_or_default()
    }

    /// Whether a file is ever compiled together with one of that constraint.
    pub(super) fn fit(&self, seen_by: &Member<'a>, constraint: u32) -> Fit {
        self.constraints.fit(seen_by.constraint, constraint)
    }

    fn seen(&self, all: &[Declaration], seen_by: &Member<'a>, tests: bool) -> Found {
        let own: Found = all.iter().filter(|declaration| declaration.file == seen_by.id).copied().collect();
        if !own.is_empty() {
            return own;
        }
        let mut usual = Found::new();
        let mut with_tags = Found::new();
        for declaration in all.iter().filter(|declaration| tests || !declaration.test) {
            match self.constraints.fit(seen_by.constraint, declaration.constraint) {
                Fit::Usual => usual.push(*declaration),
                Fit::WithTags => with_tags.push(*declaration),
                Fit::Never => {}
            }
        }
        if usual.is_empty() { with_tags } else { usual }
    }
}

/// The packages of one directory, sorted by name.
fn group<'a>(files: &[&Member<'a>]) -> Vec<Package<'a>> {
    let mut packages: Vec<Package<'a>> = Vec::new();
    for member in files {
        let Some(name) = member.facts.namespace.as_deref().filter(|_| !member.standalone) else { continue };
        let place = packages.iter().position(|package| package.name == name).unwrap_or_else(|| {
            packages.push(Package {
                name,
                files: 0,
                declarations: FxHashMap::default(),
                methods: FxHashMap::default(),
            });
            packages.len() - 1
        });
        let package = &mut packages[place];
        package.files += usize::from(!member.test);
        let (file, constraint, test) = (member.id, member.constraint, member.test);
        let declaration =
            |definition, kind| Declaration { file, member: member.index, definition, kind, constraint, test };
        for (definition, declared) in (0..).zip(&member.facts.definitions) {
            if !is_package_level(declared.kind) || declared.parent.is_some() || matches!(&*declared.name, "init" | "_")
            {
                continue;
            }
            let of_name = package.declarations.entry(declared.name.as_str()).or_default();
            of_name.push(declaration(definition, declared.kind));
        }
        let typing = &member.facts.typing;
        for declared in &typing.declared {
            let Some(method) = member.facts.definitions.get(declared.definition as usize) else { continue };
            if let Some(receiver) = declared.receiver {
                let of_name = package.methods.entry((typing.name(receiver), &method.name)).or_default();
                of_name.push(declaration(declared.definition, method.kind));
            }
        }
    }
    packages.sort_by_key(|package| package.name);
    packages
}

fn is_package_level(kind: DefinitionKind) -> bool {
    !matches!(kind, DefinitionKind::Method | DefinitionKind::Field)
}
