//! The languages: one table entry, one query file and one resolver each.
//!
//! [`extract::extract`] turns a file's bytes into [`FileFacts`](crate::facts::FileFacts) with the language's grammar
//! and query. [`resolve`](crate::lang::resolve) turns the facts of all files into dependencies with the language's own
//! rules. Neither reads the disk.

pub mod beam;
pub mod c;
mod clauses;
#[cfg(feature = "extra-langs")]
pub mod clojure;
pub mod complexity;
pub mod csharp;
pub mod css;
pub mod dart;
pub mod ecmascript;
pub mod elm;
pub mod extract;
pub mod gleam;
pub mod go;
#[cfg(feature = "extra-langs")]
pub mod haskell;
pub mod infer;
#[cfg(feature = "extra-langs")]
pub mod julia;
pub mod jvm;
mod locals;
pub mod lua;
mod merged;
pub mod modules;
#[cfg(feature = "extra-langs")]
pub mod nix;
#[cfg(feature = "extra-langs")]
pub mod ocaml;
pub mod paths;
#[cfg(feature = "extra-langs")]
pub mod perl;
pub mod php;
pub mod proto;
pub mod python;
#[cfg(feature = "extra-langs")]
pub mod r;
pub mod resolve;
pub mod ruby;
pub mod rust;
pub mod shell;
pub mod solidity;
pub mod starlark;
pub mod swift;
pub mod symbols;
pub mod terms;
pub mod visible;
pub mod web;
pub mod zig;

use std::sync::OnceLock;

use tree_sitter_language::LanguageFn;

use crate::project::Ecosystem;
use extract::{Hooks, Query};
use resolve::Resolve;

/// Every language that transom reads. The order is the order of tables in output.
pub static LANGUAGES: &[&Language] = &[
    &rust::RUST,
    &python::PYTHON,
    &ecmascript::JAVASCRIPT,
    &ecmascript::TYPESCRIPT,
    &ecmascript::TSX,
    &ecmascript::VUE,
    &ecmascript::SVELTE,
    &ecmascript::ASTRO,
    &ecmascript::MDX,
    &go::GO,
    &jvm::JAVA,
    &jvm::KOTLIN,
    &jvm::SCALA,
    &c::C,
    &c::HEADER,
    &c::CPP,
    &c::OBJC,
    &php::PHP,
    &ruby::RUBY,
    &lua::LUA,
    &shell::SHELL,
    &zig::ZIG,
    &solidity::SOLIDITY,
    &proto::PROTO,
    &csharp::CSHARP,
    &beam::elixir::ELIXIR,
    #[cfg(feature = "extra-langs")]
    &beam::erlang::ERLANG,
    #[cfg(feature = "extra-langs")]
    &haskell::HASKELL,
    #[cfg(feature = "extra-langs")]
    &haskell::LITERATE,
    #[cfg(feature = "extra-langs")]
    &julia::JULIA,
    #[cfg(feature = "extra-langs")]
    &r::R,
    #[cfg(feature = "extra-langs")]
    &clojure::CLOJURE,
    #[cfg(feature = "extra-langs")]
    &ocaml::OCAML,
    #[cfg(feature = "extra-langs")]
    &ocaml::INTERFACE,
    #[cfg(feature = "extra-langs")]
    &perl::PERL,
    #[cfg(feature = "extra-langs")]
    &nix::NIX,
    &starlark::STARLARK,
    &elm::ELM,
    &gleam::GLEAM,
    &css::CSS,
    &css::SCSS,
    &web::HTML,
    &swift::SWIFT,
    &dart::DART,
];

/// A programming language: how its files are known, parsed and resolved.
pub struct Language {
    /// The name in output and in the cache: lower case, one word.
    pub name: &'static str,
    /// The name for people.
    pub label: &'static str,
    /// File name extensions without the dot, lower case.
    pub extensions: &'static [&'static str],
    /// The grammar.
    pub grammar: LanguageFn,
    /// `assets/queries/<lang>.scm`; [`extract`] says what its captures mean.
    pub query: &'static str,
    /// What a query cannot say.
    pub hooks: Hooks,
    /// Whether a path (relative, with `/`) is test code by the language's conventions.
    pub is_test_path: fn(&str) -> bool,
    /// Whose rules turn its imports and references into dependencies.
    pub family: &'static Family,
    /// The compiled query, made when the first file of the language is met.
    pub compiled: OnceLock<Query>,
}

impl std::fmt::Debug for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Languages that import each other's files and so are resolved together.
pub struct Family {
    /// A name for diagnostics and statistics.
    pub name: &'static str,
    /// Where the packages come from that its imports name; none where there is no registry for them.
    pub ecosystem: Option<Ecosystem>,
    /// The resolver.
    pub resolve: Resolve,
}

/// Whether a language's imports name files by their path, so that a file may be there under two paths without a doubt
/// which of them is meant.
pub fn is_resolved_by_path(language: &Language) -> bool {
    let by_path: [&Family; 3] = [rust::RUST.family, ecmascript::TYPESCRIPT.family, c::C.family];
    by_path.iter().any(|family| std::ptr::eq(*family, language.family))
}

/// The language of a file of which the bytes are known: by its path, else by the interpreter that a script names.
pub fn language_of_content(path: &str, bytes: &[u8]) -> Option<&'static Language> {
    language_of(path).or_else(|| if may_be_script(path) { language_of_script(bytes) } else { None })
}

/// Whether a path without a language may be a script that says itself what it is: no extension, in a folder for programs.
pub fn may_be_script(path: &str) -> bool {
    let (directory, file_name) = path.rsplit_once('/').unwrap_or(("", path));
    let parent = directory.rsplit('/').next().unwrap_or(directory);
    !file_name.contains('.') && matches!(parent, "bin" | "sbin" | "exe" | "libexec" | "script" | "scripts")
}

/// `#!/usr/bin/env ruby`, `#!/usr/bin/php8.2 -q`.
fn language_of_script(bytes: &[u8]) -> Option<&'static Language> {
    let line = bytes.strip_prefix(b"#!")?.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line.get(..line.len().min(256))?).ok()?;
    let program = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
    let mut words = line.split_whitespace().map(program).filter(|word| word != "env" && !word.starts_with('-'));
    let interpreter = words.next()?;
    match interpreter.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-')) {
        "ruby" | "jruby" => Some(&ruby::RUBY),
        "php" => Some(&php::PHP),
        "elixir" => Some(&beam::elixir::ELIXIR),
        "bash" | "sh" | "dash" | "ksh" | "ash" | "bats" => Some(&shell::SHELL),
        "lua" | "luajit" => Some(&lua::LUA),
        #[cfg(feature = "extra-langs")]
        "perl" => Some(&perl::PERL),
        _ => None,
    }
}

/// Whether a file is an executable of a gem: by convention these lie in `exe` and have no extension.
fn is_gem_executable(path: &str, file_name: &str) -> bool {
    let directory = path.strip_suffix(file_name).unwrap_or(path);
    !file_name.contains('.') && (directory == "exe/" || directory.ends_with("/exe/"))
}

/// The language of a path, by its extension or by a name that only one language uses.
pub fn language_of(path: &str) -> Option<&'static Language> {
    let file_name = path.rsplit('/').next()?;
    if ruby::FILE_NAMES.contains(&file_name) || is_gem_executable(path, file_name) {
        return Some(&ruby::RUBY);
    }
    if starlark::FILE_NAMES.contains(&file_name) {
        return Some(&starlark::STARLARK);
    }
    let (stem, extension) = file_name.rsplit_once('.')?;
    if stem.is_empty() {
        return None;
    }
    let extension = extension.to_ascii_lowercase();
    LANGUAGES.iter().copied().find(|language| language.extensions.contains(&extension.as_str()))
}

/// The language with this [`Language::name`].
pub fn language_named(name: &str) -> Option<&'static Language> {
    LANGUAGES.iter().copied().find(|language| language.name == name)
}

/// Whether some directory of `path` is called one of `names`.
pub fn has_directory(path: &str, names: &[&str]) -> bool {
    path.rsplit_once('/').is_some_and(|(directories, _)| directories.split('/').any(|part| names.contains(&part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_compiles() {
        for language in LANGUAGES {
            extract::compile(language).unwrap_or_else(|error| panic!("{}: {error}", language.name));
        }
    }

    #[test]
    fn names_and_extensions_are_unique() {
        let mut names = std::collections::BTreeSet::new();
        let mut extensions = std::collections::BTreeSet::new();
        for language in LANGUAGES {
            assert!(names.insert(language.name), "{} twice", language.name);
            for extension in language.extensions {
                assert!(extensions.insert(extension), ".{extension} twice");
            }
        }
    }

    #[test]
    fn a_script_is_known_by_its_interpreter() {
        let language = |path, text: &str| language_of_content(path, text.as_bytes()).map(|language| language.name);
        assert_eq!(language("bin/console", "#!/usr/bin/env -S ruby -w\n"), Some("ruby"));
        assert_eq!(language("a/bin/run", "#!/usr/bin/php8.2"), Some("php"));
        assert_eq!(language("bin/build", "#!/bin/sh\n"), Some("shell"));
        assert_eq!(language("bin/build", "#!/usr/bin/make -f\n"), None);
        assert_eq!(language("docs/console", "#!/usr/bin/env ruby\n"), None);
        assert_eq!(language("bin/empty", ""), None);
    }

    #[test]
    fn a_path_is_known_by_its_extension() {
        assert_eq!(language_of("a/b.RS").map(|l| l.name), Some("rust"));
        assert_eq!(language_of("a/b.d.mts").map(|l| l.name), Some("typescript"));
        assert!(language_of(".rs").is_none());
        assert!(language_of("a.rs/b").is_none());
    }
}
