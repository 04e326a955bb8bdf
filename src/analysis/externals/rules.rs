//! What imports can show, by ecosystem.
//!
//! | ecosystem | undeclared imports | declarations without an import |
//! |---|---|---|
//! | cargo | not judged: they do not compile, so such a path is one that a macro makes | judged; a crate is visible to its own package alone. Not judged: optional crates and those for development (macros and examples in documentation name them, and neither is read), what `[features]` passes features to, linked libraries (`*-sys`), what `cargo-machete` or `cargo-udeps` is told to ignore |
//! | npm | every name that no manifest above declares | judged; not judged: peers, `@types/…`, plug-ins and tools by the catalog, what scripts and configuration name, what brings a command, what a declared package wants as its peer; development packages where no lock file says whether they bring a command; packages with files of kinds that are not read (`.vue`, `.mdx`, …) |
//! | pypi | every top-level module, except what `setup.py` needs to run, and where only tests and the like import it, what some file or directory of the project is called like | runtime requirements of the manifest and of the main requirement file; not judged: groups for development, extras and build requirements (tools and back ends that run or load by name), what the catalog knows, names that are like a module that nothing declares |
//! | go | every module | judged; `// indirect` is not |
//! | maven | not judged: what a dependency needs is visible too | not judged: starters, plug-ins, runtime scope, and packages that do not tell their artifact |
//! | native | not judged: headers of the system need no declaration | not judged: libraries are linked, and headers do not tell their package |
//! | composer | every class in a namespace | judged where the lock file says which namespaces the package brings; not judged: plug-ins, tools, suggestions |
//! | gem | every `require` of a name | not judged: Bundler and autoloading load gems without a `require` |
//! | any other | what the resolver tied to a package by the language's rules | runtime declarations of a package all of whose imports are tied to packages by the language's rules, none by a guess |
//!
//! What is declared for development alone and imported by shipped code is judged for npm (modules below `src` or `lib` of
//! packages that are published and not bundled) and pypi (modules of packages). A crate's code could not be compiled
//! like that.
//!
//! Nowhere judged: declarations of the project's own packages, those of packages without source of the ecosystem, and
//! programs that are data of tests (`fixtures`, `testdata`, …), vendored or generated.

use crate::facts::Name;
use crate::lang::resolve::Certainty;
use crate::project::{DeclaredScope, Ecosystem, Way};

/// Why a declaration without an import is not called unused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unjudged {
    /// Its declarations' use is no matter of imports in this ecosystem.
    Ecosystem,
    /// It is needed for something else than to be imported: its scope says so.
    Scope,
    /// Describes another package's types.
    Types,
    /// Another tool loads it by its name.
    Plugin,
    /// It is run, not imported.
    Tool,
    /// Style sheets and pages take it.
    Style,
    /// A runtime, framework or compiler loads it.
    Runtime,
    /// A script or configuration file names it.
    Mentioned,
    /// It brings a command, or no lock file says that it does not.
    Command,
    /// Another declared package wants it beside itself.
    Peer,
    /// A feature passes features on to it.
    Feature,
    /// The project tells another tool to ignore it.
    Ignored,
    /// Nothing says by which names imports call it.
    Names,
    /// Nothing of the ecosystem's languages lies below the manifest.
    NoSource,
    /// Files below the manifest that may import it are of a kind that is not read.
    UnreadFiles,
    /// The manifest is part of a test's data, vendored or generated.
    Data,
}

impl Unjudged {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ecosystem => "imports do not show what its ecosystem uses",
            Self::Scope => "not for the code itself",
            Self::Types => "describes types",
            Self::Plugin => "a tool's plug-in",
            Self::Tool => "a tool",
            Self::Style => "for style sheets",
            Self::Runtime => "loaded by a runtime or framework",
            Self::Mentioned => "named in a script or configuration",
            Self::Command => "may be run as a command",
            Self::Peer => "wanted by another package",
            Self::Feature => "named by a feature",
            Self::Ignored => "ignored by the project's own settings",
            Self::Names => "the names that it brings are not known",
            Self::NoSource => "no source below its manifest",
            Self::UnreadFiles => "files of a kind that is not read",
            Self::Data => "part of a test's data",
        }
    }

    /// The kind that the catalog calls so.
    pub(super) fn of_catalog(name: &str) -> Option<Self> {
        [
            ("types", Self::Types),
            ("plugin", Self::Plugin),
            ("tool", Self::Tool),
            ("style", Self::Style),
            ("runtime", Self::Runtime),
        ]
        .into_iter()
        .find(|(known, _)| *known == name)
        .map(|(_, kind)| kind)
    }

    pub(super) fn of_way(way: Way) -> Self {
        match way {
            Way::Mentioned => Self::Mentioned,
            Way::Command => Self::Command,
            Way::Peer => Self::Peer,
            Way::Feature => Self::Feature,
            Way::Ignored => Self::Ignored,
            Way::Unknown => Self::Names,
        }
    }
}

/// Which declarations without an import are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    Never,
    /// Those of some scopes.
    Scopes(&'static [DeclaredScope]),
    /// Runtime declarations, where every import is tied to a package by the language's rules.
    WhereAllTied,
}

/// What imports can show in an ecosystem.
pub(super) struct Rules {
    /// Whether only the nearest manifest counts for a file, not those above it.
    pub(super) nearest_only: bool,
    pub(super) unused: Judged,
    /// Whether an import that is tied to a package in this way (none: to no declared one) needs a declaration.
    pub(super) needs_declaration: fn(Option<Certainty>) -> bool,
    /// Whether there are declarations for development whose packages are missing where the package is used.
    pub(super) has_development: bool,
}

const RUNTIME: &[DeclaredScope] = &[DeclaredScope::Runtime];
const RUNTIME_BUILD: &[DeclaredScope] = &[DeclaredScope::Runtime, DeclaredScope::Build];
const RUNTIME_DEVELOPMENT: &[DeclaredScope] = &[DeclaredScope::Runtime, DeclaredScope::Development];

fn never(_: Option<Certainty>) -> bool {
    false
}

fn untied(certainty: Option<Certainty>) -> bool {
    certainty.is_none()
}

fn any(_: Option<Certainty>) -> bool {
    true
}

fn untied_or_certain(certainty: Option<Certainty>) -> bool {
    certainty.is_none_or(|certainty| certainty <= Certainty::Resolved)
}

pub(super) fn rules(ecosystem: Ecosystem) -> Rules {
    let judged =
        |unused, needs_declaration| Rules { nearest_only: false, unused, needs_declaration, has_development: false };
    match ecosystem {
        Ecosystem::Cargo => Rules { nearest_only: true, ..judged(Judged::Scopes(RUNTIME_BUILD), never) },
        Ecosystem::Npm => Rules { has_development: true, ..judged(Judged::Scopes(RUNTIME_DEVELOPMENT), untied) },
        Ecosystem::Pypi => Rules { has_development: true, ..judged(Judged::Scopes(RUNTIME), any) },
        Ecosystem::Go => Rules { nearest_only: true, ..judged(Judged::Scopes(RUNTIME), untied) },
        Ecosystem::Maven | Ecosystem::Native => judged(Judged::Never, never),
        Ecosystem::Composer => judged(Judged::Scopes(RUNTIME), untied_or_certain),
        Ecosystem::Gem => judged(Judged::Never, any),
        #[allow(unreachable_patterns, reason = "for ecosystems that are added")]
        _ => judged(Judged::WhereAllTied, untied_or_certain),
    }
}

/// Distributions of one owner share these modules: what they bring starts one level below.
const PYTHON_NAMESPACES: &[&str] =
    &["google", "azure", "backports", "zope", "jaraco", "sphinxcontrib", "ruamel", "opentelemetry"];

/// The package that an import (as written) would be of, if it can name one at all.
pub(super) fn package_of(ecosystem: Ecosystem, written: &str) -> Option<Name> {
    let parts = |separator: char, count: usize| -> &str {
        written.match_indices(separator).nth(count - 1).map_or(written, |(at, _)| &written[..at])
    };
    let name = match ecosystem {
        Ecosystem::Npm => {
            let name = parts('/', if written.starts_with('@') { 2 } else { 1 });
            let is_name =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.' | '/' | '@');
            let is_scoped = !name.starts_with('@') || name.find('/').is_some_and(|at| at > 1 && at + 1 < name.len());
            let starts_well = name.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '@');
            (is_scoped && starts_well && name.chars().all(is_name)).then_some(name)?
        }
        Ecosystem::Pypi => {
            let first = parts('.', 1);
            let is_identifier = first.chars().all(|c| c.is_alphanumeric() || c == '_') && !first.is_empty();
            is_identifier.then(|| if PYTHON_NAMESPACES.contains(&first) { parts('.', 2) } else { first })?
        }
        Ecosystem::Go => {
            let hosts_repositories = ["github.com/", "gitlab.com/", "bitbucket.org/", "codeberg.org/"];
            let is_hosted = hosts_repositories.iter().any(|host| written.starts_with(host));
            if is_hosted { parts('/', 3) } else { written }
        }
        Ecosystem::Composer => {
            let name = written.trim_start_matches('\\');
            let end = name.match_indices('\\').nth(1).map_or(name.len(), |(at, _)| at);
            name.contains('\\').then(|| &name[..end])?
        }
        Ecosystem::Gem => parts('/', 1),
        Ecosystem::Pub => written.strip_prefix("package:")?.split('/').next().unwrap_or_default(),
        _ => written,
    };
    (!name.is_empty()).then(|| name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_names_a_package() {
        for (ecosystem, written, expected) in [
            (Ecosystem::Npm, "@a/b/c.js", Some("@a/b")),
            (Ecosystem::Npm, "lodash.merge/x", Some("lodash.merge")),
            (Ecosystem::Npm, "@a", None),
            (Ecosystem::Npm, "Components/x", None),
            (Ecosystem::Npm, "", None),
            (Ecosystem::Npm, "@theme/Layout", None),
            (Ecosystem::Pypi, "redis.connection", Some("redis")),
            (Ecosystem::Pypi, "google.api_core.retry", Some("google.api_core")),
            (Ecosystem::Pypi, "{module}", None),
            (Ecosystem::Go, "github.com/a/b/c", Some("github.com/a/b")),
            (Ecosystem::Go, "example.org/m", Some("example.org/m")),
            (Ecosystem::Composer, "PhpParser\\Node\\Expr", Some("PhpParser\\Node")),
            (Ecosystem::Composer, "Exception", None),
            (Ecosystem::Gem, "rack/utils", Some("rack")),
            (Ecosystem::Pub, "package:http/http.dart", Some("http")),
            (Ecosystem::Pub, "src/http.dart", None),
        ] {
            assert_eq!(package_of(ecosystem, written).as_deref(), expected, "{written}");
        }
    }
}
