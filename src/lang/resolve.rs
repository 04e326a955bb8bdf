//! From the facts of all files to dependencies, by each language's own rules.
//!
//! A resolver is a function of [`Sources`]: the files with their facts, the paths, and the manifests. It never reads
//! the disk, so a fixture is a list of strings.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::symbols::{self, SymbolUse};
use super::{Family, LANGUAGES, Language};
use crate::document::Document;
use crate::facts::{DefinitionId, FileFacts, Import, ImportKind, Name, Reference, ReferenceKind, Span};
use crate::project::{Ecosystem, Project};

/// Index into [`Sources::files`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

impl FileId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One file of the project.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    /// None for files that no language claims.
    pub language: Option<&'static Language>,
    /// None where the file was not parsed (no language, minified, too large).
    pub facts: Option<Arc<FileFacts>>,
    /// Size in bytes.
    pub bytes: u64,
    /// Why the file is not the project's own hand-written code, if it is not.
    pub mark: Option<Mark>,
    /// Whether the path is test code by the language's conventions.
    pub test: bool,
}

/// Why a file is not hand-written code of this project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// Somebody else's code, copied in.
    Vendored,
    /// Written by a program.
    Generated,
    /// Minified or bundled; it is not parsed.
    Minified,
}

/// All files with what is known of them: the input of every resolver.
pub struct Sources {
    /// Sorted by path (byte order).
    pub files: Vec<SourceFile>,
    /// The manifests.
    pub project: Arc<Project>,
    /// Configuration files of the running system, sorted by path.
    pub documents: Vec<Arc<Document>>,
    by_path: FxHashMap<Arc<str>, FileId>,
    directories: FxHashSet<Box<str>>,
}

impl Sources {
    /// Sorts the files and indexes their paths.
    pub fn new(mut files: Vec<SourceFile>, project: Arc<Project>) -> Self {
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let by_path = files.iter().enumerate().map(|(index, file)| (file.path.clone(), FileId(index as u32))).collect();
        let mut directories = FxHashSet::default();
        directories.insert("".into());
        for file in &files {
            let mut path: &str = &file.path;
            while let Some((directory, _)) = path.rsplit_once('/') {
                if !directories.insert(directory.into()) {
                    break;
                }
                path = directory;
            }
        }
        Self { files, project, documents: Vec::new(), by_path, directories }
    }

    /// With the configuration files of the running system.
    pub fn with_documents(mut self, mut documents: Vec<Arc<Document>>) -> Self {
        documents.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self.documents = documents;
        self
    }

    /// The file at a path.
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.by_path.get(path).copied()
    }

    /// Whether some file lies below this directory (`""` is the root).
    pub fn is_directory(&self, path: &str) -> bool {
        self.directories.contains(path)
    }

    /// A file by its id.
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.index()]
    }

    /// A file's facts.
    pub fn facts(&self, id: FileId) -> Option<&Arc<FileFacts>> {
        self.files[id.index()].facts.as_ref()
    }

    /// Ids of the files of one family, in path order.
    pub fn of_family(&self, family: &Family) -> Vec<FileId> {
        self.files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.language.is_some_and(|language| std::ptr::eq(language.family, family)))
            .map(|(index, _)| FileId(index as u32))
            .collect()
    }
}

/// A family's resolver: for each of the given files (all of the family, in path order) what it depends on, in any order.
/// The answer has one entry a file.
pub type Resolve = fn(&Sources, &[FileId]) -> Vec<Vec<Dependency>>;

/// One use of one thing by one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependency {
    /// What is needed.
    pub target: Target,
    /// In which way.
    pub kind: DependencyKind,
    /// How sure that is.
    pub certainty: Certainty,
    /// The part of the file that says so.
    pub span: Span,
    /// First byte of the statement: an edge's weight is the number of different statements.
    pub statement: u32,
    /// Whether only tests need it.
    pub test: bool,
    /// The definition of this file that needs it, where known.
    pub from_symbol: Option<DefinitionId>,
    /// The definition of the target file that is needed, where known.
    pub to_symbol: Option<DefinitionId>,
}

impl Dependency {
    /// A dependency that an import statement declares. Test flag, statement and enclosing symbol come from the import;
    /// `span` is the part that names this very target.
    pub fn of_import(import: &Import, target: Target, span: Span) -> Self {
        let kind = match import.kind {
            ImportKind::Import if import.exported => DependencyKind::Reexport,
            ImportKind::Import => DependencyKind::Import,
            ImportKind::TypeOnly => DependencyKind::TypeOnly,
            ImportKind::Dynamic | ImportKind::Computed => DependencyKind::Dynamic,
            ImportKind::Module => DependencyKind::Module,
            ImportKind::Include => DependencyKind::Include,
        };
        Self {
            target,
            kind,
            certainty: Certainty::Resolved,
            span,
            statement: import.statement.start,
            test: import.test,
            from_symbol: import.within,
            to_symbol: None,
        }
    }

    /// A dependency that a mention of a name makes, each a statement of its own.
    pub fn of_reference(reference: &Reference, target: Target) -> Self {
        let kind = match reference.kind {
            ReferenceKind::Inherit => DependencyKind::Inherit,
            ReferenceKind::Call => DependencyKind::Call,
            ReferenceKind::Macro => DependencyKind::Macro,
            ReferenceKind::Value | ReferenceKind::Type => DependencyKind::Reference,
        };
        Self {
            target,
            kind,
            certainty: Certainty::Resolved,
            span: reference.span,
            statement: reference.span.start,
            test: false,
            from_symbol: reference.within,
            to_symbol: None,
        }
    }
}

/// What a dependency points to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// A file of the project.
    File(FileId),
    /// A directory of the project as one unit (a Go package), relative to the root; `""` is the root.
    Directory(Box<str>),
    /// A package from elsewhere.
    External(External),
    /// Nothing that is known, and why.
    Unresolved {
        /// As written.
        text: Name,
        /// Why not.
        reason: Reason,
    },
}

/// A package that is not part of the project.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct External {
    /// Where packages of its kind come from.
    pub ecosystem: Ecosystem,
    /// The package's name there (`serde`, `@scope/name`, `github.com/x/y`), or the standard library's module.
    pub name: Name,
    /// Whether it comes with the language itself.
    pub standard: bool,
}

/// In which way one thing needs another. The order is from the most to the least structural; it decides nothing but the
/// order in output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DependencyKind {
    /// Declares that the file is a part of this one (Rust's `mod`). Containment, not coupling: metrics and cycles leave
    /// it out.
    Module,
    /// An import statement.
    Import,
    /// An import that other files see through this one.
    Reexport,
    /// An import of a directory as one unit (Go).
    Package,
    /// Text inclusion.
    Include,
    /// Extends or implements.
    Inherit,
    /// Calls, without an import of its own.
    Call,
    /// Mentions, without an import of its own.
    Reference,
    /// Invokes a macro.
    Macro,
    /// Loads when the code runs.
    Dynamic,
    /// Needed by the type checker only.
    TypeOnly,
}

impl DependencyKind {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Import => "import",
            Self::Reexport => "reexport",
            Self::Package => "package",
            Self::Include => "include",
            Self::Inherit => "inherit",
            Self::Call => "call",
            Self::Reference => "reference",
            Self::Macro => "macro",
            Self::Dynamic => "dynamic",
            Self::TypeOnly => "type-only",
        }
    }

    /// Whether it couples the two ends, so that it counts in metrics and cycles.
    pub fn is_coupling(self) -> bool {
        self != Self::Module
    }
}

/// How a dependency was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// A manifest or configuration file says so.
    Declared,
    /// By the language's own rules.
    Resolved,
    /// By a rule that holds almost always, but is not the language's.
    Inferred,
    /// One of several that the rules leave open.
    Ambiguous,
}

impl Certainty {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Resolved => "resolved",
            Self::Inferred => "inferred",
            Self::Ambiguous => "ambiguous",
        }
    }
}

/// Why an import has no target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It names a file or module of the project that is not there.
    Missing,
    /// No manifest declares a package of that name and it is not of the standard library.
    Undeclared,
    /// Computed when the code runs.
    NotLiteral,
    /// Several targets fit and the language's rules name none.
    Ambiguous,
    /// It depends on something that is not supported or could not be read.
    Unsupported,
}

impl Reason {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Undeclared => "undeclared",
            Self::NotLiteral => "not-literal",
            Self::Ambiguous => "ambiguous",
            Self::Unsupported => "unsupported",
        }
    }
}

/// What every file needs, in both degrees of detail.
#[derive(Default)]
pub struct Resolved {
    /// For each file what it depends on, sorted and without a file's dependencies on itself.
    pub dependencies: Vec<Vec<Dependency>>,
    /// For each file the definitions that its own ones use, those of the file itself among them.
    pub symbols: Vec<Vec<SymbolUse>>,
}

/// Runs every family's resolver, and finds the definitions behind the dependencies.
pub fn resolve(sources: &Sources) -> Resolved {
    let mut resolved = vec![Vec::new(); sources.files.len()];
    let mut own = vec![Vec::new(); sources.files.len()];
    let mut families: Vec<&Family> = Vec::new();
    for language in LANGUAGES {
        if !families.iter().any(|family| std::ptr::eq(*family, language.family)) {
            families.push(language.family);
        }
    }
    for family in families {
        let files = sources.of_family(family);
        if files.is_empty() {
            continue;
        }
        let answers = (family.resolve)(sources, &files);
        debug_assert_eq!(answers.len(), files.len(), "{}", family.name);
        let in_order = |(file, mut dependencies): (&FileId, Vec<Dependency>)| {
            let on_itself = |dependency: &mut Dependency| dependency.target == Target::File(*file);
            let own: Vec<Dependency> = dependencies.extract_if(.., on_itself).collect();
            dependencies.sort_by_key(|dependency| (dependency.span.start, dependency.span.end, dependency.kind));
            (dependencies, own)
        };
        let answers: Vec<_> = files.par_iter().zip(answers).map(in_order).collect();
        for (file, answer) in files.into_iter().zip(answers) {
            (resolved[file.index()], own[file.index()]) = answer;
        }
    }
    let symbols = symbols::link(sources, &resolved, &own);
    Resolved { dependencies: resolved, symbols }
}
