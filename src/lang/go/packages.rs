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
    pub(super) facts: &'a FileFacts,
    pub(super) directory: &'a str,
    /// Number of its build constraint.
    pub(super) constraint: u32,
    /// Whether its name ends in `_test.go`.
    pub(super) test: bool,
    /// Whether it is run on its own and so belongs to no package.
    standalone: bool,
}

/// One declaration of a name at package level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declaration {
    pub(super) file: FileId,
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
        .map(|id| {
            let file = sources.get(*id);
            let facts = file.facts.as_deref()?;
            let (directory, name) = split_path(&file.path);
            if name.starts_with(['_', '.']) {
                return None;
            }
            let constraint = Constraint::new(name, &facts.conditions);
            let standalone = constraint.is_standalone();
            let constraint = constraints.intern(constraint);
            Some(Member { id: *id, facts, directory, constraint, test: name.ends_with("_test.go"), standalone })
        })
        .collect()
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

    /// What `name` means in `package` to a file: every declaration that some build compiles together with it. Those that
    /// need more build tags than the file itself count only if there are no others.
    pub(super) fn declarations(&self, package: &Package<'a>, name: &str, seen_by: &Member<'a>, tests: bool) -> Found {
        let Some(all) = package.declarations.get(name) else { return Found::new() };
        if all.iter().any(|declaration| declaration.file == seen_by.id) {
            return Found::new();
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
            packages.push(Package { name, files: 0, declarations: FxHashMap::default() });
            packages.len() - 1
        });
        let package = &mut packages[place];
        package.files += usize::from(!member.test);
        for (definition, declared) in (0..).zip(&member.facts.definitions) {
            if !is_package_level(declared.kind) || declared.parent.is_some() || matches!(&*declared.name, "init" | "_")
            {
                continue;
            }
            package.declarations.entry(declared.name.as_str()).or_default().push(Declaration {
                file: member.id,
                definition,
                kind: declared.kind,
                constraint: member.constraint,
                test: member.test,
            });
        }
    }
    packages.sort_by_key(|package| package.name);
    packages
}

fn is_package_level(kind: DefinitionKind) -> bool {
    !matches!(kind, DefinitionKind::Method | DefinitionKind::Field)
}
