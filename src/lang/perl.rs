//! Perl.
//!
//! [`Import::path`] is a module's name (`A::B`), or a file's path. What `use lib` adds to the search path is
//! [`ImportKind::Module`]: a directory, in which `__dir__` stands for the script's own.
//!
//! # Modules
//! `A::B` is the file `A/B.pm` that declares that package (or none). It is looked for below what the file's own `use lib`
//! says, then from the directories above the file, the nearest first, in `lib`, `t/lib` and the directory itself, then
//! below any directory (inferred or ambiguous). Else it comes with Perl, or is of the declared module of that name or the
//! longest start of it.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::paths::{self, Endings, Found};
use super::resolve::{Certainty, Dependency, External, FileId, Reason, Sources};
use super::{Family, Language};
use crate::facts::{DefinitionKind, FileFacts, Import, ImportKind, Span};
use crate::project::{Ecosystem, cpan};

/// Perl.
pub static PERL: Language = Language {
    name: "perl",
    label: "Perl",
    extensions: &["pl", "pm", "t", "psgi"],
    grammar: ts_parser_perl::LANGUAGE,
    query: include_str!("../../assets/queries/perl.scm"),
    hooks: Hooks { import, ..Hooks::NONE },
    is_test_path: |path| super::has_directory(path, &["t", "xt"]) || path.ends_with(".t"),
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "perl", ecosystem: Some(Ecosystem::Cpan), resolve };

/// The deepest expression in which names are looked for.
const DEPTH_LIMIT: usize = 6;

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let statement = span_of(node);
    let mut texts = Vec::new();
    let mut add = |kind, path: &str, span| imports.push(Import::new(kind, path, statement, span));
    match node.kind() {
        "use_statement" => {
            let Some(module) = node.child_by_field_name("module") else { return };
            let name = source.text(module);
            match name {
                "parent" | "base" | "if" => {
                    gather_texts(source, node, 0, &mut texts);
                    let is_own = source.text(node).contains("-norequire");
                    let mut names: Vec<_> = texts.iter().filter(|(text, _)| is_module_name(text)).collect();
                    if name == "if" {
                        names = names.pop().into_iter().collect();
                    }
                    names.into_iter().filter(|_| !is_own).for_each(|(text, span)| add(ImportKind::Import, text, *span));
                }
                "lib" => {
                    gather_texts(source, node, 0, &mut texts);
                    let own = source.text(node).contains("__FILE__");
                    for (text, span) in &texts {
                        let path = if own { format!("__dir__/{text}") } else { text.clone() };
                        add(ImportKind::Module, &library(&path), *span);
                    }
                }
                _ => {
                    add(ImportKind::Import, name, span_of(module));
                    if name == "Mojo::Base" || name == "Test2::Require::Module" {
                        gather_texts(source, node, 0, &mut texts);
                        let base = texts.first().filter(|(text, _)| is_module_name(text) && text != "Mojo");
                        base.iter().for_each(|(text, span)| add(ImportKind::Import, text, *span));
                    }
                }
            }
        }
        "require_expression" => match node.named_child(0) {
            Some(name) if matches!(name.kind(), "bareword" | "package") => {
                add(ImportKind::Import, source.text(name), span_of(name));
            }
            Some(argument) if argument.kind() != "number" && argument.kind() != "version" => {
                file(source, argument, &mut add);
            }
            _ => {}
        },
        "eval_expression" => {
            if let Some(argument) = node.named_child(0).and_then(|filename| filename.named_child(0)) {
                file(source, argument, &mut add);
            }
        }
        _ => {
            gather_texts(source, node, 0, &mut texts);
            texts.iter().filter(|(text, _)| is_module_name(text)).for_each(|(text, span)| {
                add(ImportKind::Import, text, *span);
            });
        }
    }
}

/// `require "x.pl"`, `do "x.pl"`.
fn file(source: &Source<'_>, argument: Node<'_>, add: &mut impl FnMut(ImportKind, &str, Span)) {
    let mut texts = Vec::new();
    gather_texts(source, argument, 0, &mut texts);
    let written = source.text(argument);
    let is_literal = matches!(argument.kind(), "string_literal" | "interpolated_string_literal");
    match texts.first() {
        Some((text, span)) if is_literal && !library(text).contains('$') => {
            add(ImportKind::Dynamic, &library(text), *span);
        }
        _ => add(ImportKind::Computed, &written.chars().take(80).collect::<String>(), span_of(argument)),
    }
}

/// The texts of an expression's literals, one for each word of a `qw` list.
fn gather_texts(source: &Source<'_>, node: Node<'_>, depth: usize, texts: &mut Vec<(String, Span)>) {
    if depth > DEPTH_LIMIT {
        return;
    }
    if matches!(node.kind(), "string_literal" | "interpolated_string_literal" | "quoted_word_list") {
        if let Some(content) = node.child_by_field_name("content") {
            let span = span_of(content);
            match node.kind() {
                "quoted_word_list" => {
                    texts.extend(source.text(content).split_whitespace().map(|word| (word.to_owned(), span)));
                }
                _ => texts.push((source.text(content).to_owned(), span)),
            }
        }
        return;
    }
    let mut cursor = node.walk();
    for child in node.named_children(&mut cursor) {
        gather_texts(source, child, depth + 1, texts);
    }
}

fn is_module_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
}

/// A directory with the variables that stand for the script's own.
fn library(path: &str) -> String {
    ["$FindBin::RealBin", "$FindBin::Bin", "${FindBin::Bin}", "$RealBin", "$Bin"]
        .iter()
        .fold(path.to_owned(), |path, variable| path.replace(variable, "__dir__"))
}

/// More directories than this of one file's `use lib` are not searched.
const LIBRARY_LIMIT: usize = 16;

/// Where libraries lie by convention, seen from a directory above the file.
const CONVENTIONAL: &[&str] = &["lib", "t/lib", ""];

struct Resolver<'a> {
    sources: &'a Sources,
    endings: Endings<'a>,
    declared: Vec<&'a str>,
    /// What `use lib` names, by file.
    libraries: FxHashMap<FileId, Vec<&'a str>>,
}

fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let packages = sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Cpan);
    let declared = packages.flat_map(|package| &package.dependencies).map(|declared| declared.name.as_str()).collect();
    let libraries_of = |file: &FileId| {
        let imports = sources.facts(*file).map_or(&[][..], |facts| &facts.imports);
        let libraries = imports.iter().filter(|import| import.kind == ImportKind::Module);
        let libraries: Vec<&str> = libraries.map(|import| import.path.as_str()).take(LIBRARY_LIMIT).collect();
        (!libraries.is_empty()).then_some((*file, libraries))
    };
    let libraries = files.iter().filter_map(libraries_of).collect();
    let endings = Endings::new(sources, files.iter().copied());
    let resolver = Resolver { sources, endings, declared, libraries };
    paths::resolve_imports(sources, files, |file, import| match import.kind {
        ImportKind::Computed => Found::Unresolved(Reason::NotLiteral),
        ImportKind::Module => Found::Nothing,
        ImportKind::Dynamic => resolver.path(file, &import.path),
        _ => resolver.module(file, &import.path),
    })
}

impl Resolver<'_> {
    /// A file by its path: from the script's own directory where that is said, else from the nearest above.
    fn path(&self, file: FileId, path: &str) -> Found {
        let own = &*self.sources.get(file).path;
        if let Some(rest) = path.strip_prefix("__dir__") {
            let found = paths::at(self.sources, paths::directory_of(own), rest.trim_start_matches('/'));
            return found.map_or(Found::Unresolved(Reason::Missing), Found::resolved);
        }
        let nearest = paths::above(own).find_map(|directory| {
            let at = |library: &&str| paths::at(self.sources, &format!("{directory}/{library}"), path);
            ["", "lib"].iter().find_map(at)
        });
        nearest.map_or(Found::Unresolved(Reason::Missing), |found| Found::File(found, Certainty::Inferred))
    }

    fn module(&self, file: FileId, name: &str) -> Found {
        let own = &*self.sources.get(file).path;
        let path = format!("{}.pm", name.replace("::", "/"));
        let below = |root: &str| paths::at(self.sources, root, &path).filter(|found| self.declares(*found, name));
        for library in self.libraries.get(&file).into_iter().flatten() {
            let found = match library.strip_prefix("__dir__") {
                Some(rest) => below(&format!("{}/{}", paths::directory_of(own), rest)),
                None => paths::above(own).find_map(|directory| below(&format!("{directory}/{library}"))),
            };
            if let Some(found) = found {
                return Found::resolved(found);
            }
        }
        let nearest = paths::above(own)
            .find_map(|directory| CONVENTIONAL.iter().find_map(|library| below(&format!("{directory}/{library}"))));
        if let Some(found) = nearest {
            return Found::resolved(found);
        }
        match self.endings.nearest(file, &path) {
            Found::File(found, certainty) if self.declares(found, name) => return Found::File(found, certainty),
            Found::Several(files) if files.iter().all(|found| self.declares(*found, name)) => {
                return Found::Several(files);
            }
            _ => {}
        }
        self.outside(name).map_or(Found::Unresolved(Reason::Undeclared), Found::External)
    }

    /// Whether a file declares a package of this name, or none at all.
    fn declares(&self, file: FileId, name: &str) -> bool {
        self.sources.facts(file).is_none_or(|facts: &std::sync::Arc<FileFacts>| {
            let mut packages = facts.definitions.iter().filter(|definition| {
                matches!(definition.kind, DefinitionKind::Module | DefinitionKind::Class | DefinitionKind::Interface)
            });
            let mut any = false;
            packages.any(|package| {
                any = true;
                package.name == name
            }) || !any
        })
    }

    fn outside(&self, name: &str) -> Option<External> {
        let external = |name: &str, standard| External { ecosystem: Ecosystem::Cpan, name: name.into(), standard };
        let mut part = name;
        loop {
            if self.declared.contains(&part) {
                return Some(external(part, false));
            }
            match part.rfind("::") {
                Some(shorter) => part = &part[..shorter],
                None => break,
            }
        }
        cpan::is_core(name).then(|| external(name, true))
    }
}
