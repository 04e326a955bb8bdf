//! Manifests and tool configuration, read into packages.
//!
//! One file an ecosystem. A reader is a function of the configuration files' text; it never reads the disk.

pub mod bazel;
pub mod blocks;
pub mod buf;
pub mod cargo;
pub mod clojars;
pub mod cmake;
pub mod composer;
pub mod cpan;
pub mod cran;
pub mod dotnet;
pub mod elm;
pub mod foundry;
pub mod gem;
pub mod gleam;
pub mod go;
pub mod hackage;
pub mod hex;
pub mod julia;
pub mod jvm;
pub mod luarocks;
pub mod nix;
pub mod npm;
pub mod opam;
pub mod pubspec;
pub mod python;
pub mod swiftpm;
pub mod terms;
mod xml;
pub mod zig;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::facts::Name;

/// A configuration file's path and text.
#[derive(Debug, Clone)]
pub struct ConfigFile {
    /// Relative to the root, with `/`.
    pub path: Arc<str>,
    /// The text; what is not UTF-8 was replaced.
    pub text: Arc<str>,
}

impl ConfigFile {
    /// The directory that holds it; `""` for the root.
    pub fn directory(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    /// The last part of the path.
    pub fn file_name(&self) -> &str {
        self.path.rsplit_once('/').map_or(&*self.path, |(_, name)| name)
    }
}

/// Where packages come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ecosystem {
    /// Rust.
    Cargo,
    /// JavaScript and TypeScript.
    Npm,
    /// Python.
    Pypi,
    /// Go.
    Go,
    /// Java and its kin.
    Maven,
    /// C and C++, which have no registry of their own: libraries by the name that a build file or an include gives.
    Native,
    /// PHP.
    Composer,
    /// Ruby.
    Gem,
    /// Lua.
    LuaRocks,
    /// Zig.
    Zig,
    /// Solidity's libraries, mostly git submodules.
    Foundry,
    /// Protocol Buffers.
    Buf,
    /// C# and the other languages of .NET.
    Nuget,
    /// Erlang and Elixir.
    Hex,
    /// Haskell.
    Hackage,
    /// Julia.
    Julia,
    /// R.
    Cran,
    /// Clojure.
    Clojars,
    /// OCaml.
    Opam,
    /// Perl.
    Cpan,
    /// Nix flakes.
    Nix,
    /// Starlark: modules of Bazel.
    Bazel,
    /// Elm.
    Elm,
    /// Swift.
    Swift,
    /// Dart.
    Pub,
}

impl Ecosystem {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cargo => "cargo",
            Self::Npm => "npm",
            Self::Pypi => "pypi",
            Self::Go => "go",
            Self::Maven => "maven",
            Self::Native => "native",
            Self::Composer => "composer",
            Self::Gem => "gem",
            Self::LuaRocks => "luarocks",
            Self::Zig => "zig",
            Self::Foundry => "foundry",
            Self::Buf => "buf",
            Self::Nuget => "nuget",
            Self::Hackage => "hackage",
            Self::Julia => "julia",
            Self::Cran => "cran",
            Self::Clojars => "clojars",
            Self::Opam => "opam",
            Self::Cpan => "cpan",
            Self::Nix => "nix",
            Self::Bazel => "bazel",
            Self::Elm => "elm",
            Self::Hex => "hex",
            Self::Swift => "swift",
            Self::Pub => "pub",
        }
    }
}

/// A package that a manifest of the project defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Whose rules it follows.
    pub ecosystem: Ecosystem,
    /// As the manifest says, else the directory's name.
    pub name: Name,
    /// As the manifest says.
    pub version: Option<Name>,
    /// The directory it covers; `""` for the root.
    pub directory: Box<str>,
    /// The manifest's path.
    pub manifest: Arc<str>,
    /// What it says it needs, in the manifest's order.
    pub dependencies: Vec<Declared>,
}

/// A dependency that a manifest declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The package's name in its registry.
    pub name: Name,
    /// The version or range asked for, as written.
    pub requirement: Option<Name>,
    /// The version that a lock file fixes.
    pub locked: Option<Name>,
    /// For what it is needed.
    pub scope: DeclaredScope,
    /// The file that declares it, where that is not the package's own manifest.
    pub file: Option<Arc<str>>,
    /// Line in that file, counted from 1.
    pub line: u32,
}

/// For what a declared dependency is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeclaredScope {
    /// To run.
    Runtime,
    /// To develop and test.
    Development,
    /// To build.
    Build,
    /// When a feature or extra asks for it.
    Optional,
    /// By other dependencies only (Go's `// indirect`).
    Indirect,
    /// The user brings it (npm's peer dependencies, Maven's provided scope).
    Peer,
}

/// A declared package that the code uses, or may use, without importing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unimported {
    /// Whose rules it follows.
    pub ecosystem: Ecosystem,
    /// The manifest that declares it.
    pub manifest: Arc<str>,
    /// The package's name in its registry.
    pub name: Name,
    /// In which way.
    pub way: Way,
}

/// How a declared package is used without an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// A script or the configuration of a tool names it.
    Mentioned,
    /// It brings a command, or nothing says that it does not.
    Command,
    /// Another declared package wants it beside itself.
    Peer,
    /// A feature passes features on to it.
    Feature,
    /// The project tells another tool to ignore it.
    Ignored,
    /// Nothing says by which names imports would call it.
    Unknown,
}

/// A manifest that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub path: Arc<str>,
    /// Line, counted from 1, if known.
    pub line: Option<u32>,
    /// What is wrong with it.
    pub message: String,
}

/// Everything that the manifests say.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// Sorted by directory, then ecosystem.
    pub packages: Vec<Package>,
    /// Manifests that could not be read, by path.
    pub problems: Vec<Problem>,
    /// Declared packages that are used without an import, as manifests, lock files and configuration say.
    pub unimported: Vec<Unimported>,
    /// Licences of packages from elsewhere, as lock files say.
    pub licences: BTreeMap<(Ecosystem, Name), Name>,
    /// What Rust's resolver needs beyond packages.
    pub cargo: cargo::Manifests,
    /// What the JavaScript and TypeScript resolver needs beyond packages.
    pub npm: npm::Manifests,
    /// What Python's resolver needs beyond packages.
    pub python: python::Manifests,
    /// What Go's resolver needs beyond packages.
    pub go: go::Manifests,
    /// What Java's resolver needs beyond packages.
    pub jvm: jvm::Manifests,
    /// What the resolver of C and C++ needs beyond packages.
    pub cmake: cmake::Manifests,
    /// What PHP's resolver needs beyond packages.
    pub composer: composer::Manifests,
    /// What Ruby's resolver needs beyond packages.
    pub gem: gem::Manifests,
    /// What Lua's resolver needs beyond packages.
    pub luarocks: luarocks::Manifests,
    /// What Zig's resolver needs beyond packages.
    pub zig: zig::Manifests,
    /// What Solidity's resolver needs beyond packages.
    pub foundry: foundry::Manifests,
    /// What the resolver of Protocol Buffers needs beyond packages.
    pub buf: buf::Manifests,
    /// What C#'s resolver needs beyond packages.
    pub dotnet: dotnet::Manifests,
    /// What the resolver of Erlang and Elixir needs beyond packages.
    pub hex: hex::Manifests,
    /// What Haskell's resolver needs beyond packages.
    pub hackage: hackage::Manifests,
    /// What Julia's resolver needs beyond packages.
    pub julia: julia::Manifests,
    /// What R's resolver needs beyond packages.
    pub cran: cran::Manifests,
    /// What OCaml's resolver needs beyond packages.
    pub opam: opam::Manifests,
    /// What Elm's resolver needs beyond packages.
    pub elm: elm::Manifests,
    /// What Swift's resolver needs beyond packages.
    pub swiftpm: swiftpm::Manifests,
    /// What Dart's resolver needs beyond packages.
    pub pubspec: pubspec::Manifests,
}

/// Whether the file at this path, relative to the root, is read as configuration.
pub fn is_config(path: &str) -> bool {
    let file_name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let by_name = [
        npm::is_config,
        go::is_config,
        jvm::is_config,
        cmake::is_config,
        composer::is_config,
        gem::is_config,
        luarocks::is_config,
        zig::is_config,
        foundry::is_config,
        buf::is_config,
        dotnet::is_config,
        hex::is_config,
        hackage::is_config,
        julia::is_config,
        cran::is_config,
        clojars::is_config,
        opam::is_config,
        cpan::is_config,
        nix::is_config,
        bazel::is_config,
        elm::is_config,
        gleam::is_config,
        swiftpm::is_config,
        pubspec::is_config,
    ];
    cargo::is_config(path) || python::is_config(path) || by_name.iter().any(|is_config| is_config(file_name))
}

impl Project {
    /// Reads every configuration file. Their order does not matter.
    pub fn read(configs: &[ConfigFile]) -> Self {
        let mut sorted: Vec<ConfigFile> = configs.to_vec();
        sorted.sort_by(|a, b| a.path.cmp(&b.path));
        let mut project = Self::default();
        cargo::read(&sorted, &mut project);
        npm::read(&sorted, &mut project);
        python::read(&sorted, &mut project);
        go::read(&sorted, &mut project);
        jvm::read(&sorted, &mut project);
        cmake::read(&sorted, &mut project);
        composer::read(&sorted, &mut project);
        gem::read(&sorted, &mut project);
        luarocks::read(&sorted, &mut project);
        zig::read(&sorted, &mut project);
        foundry::read(&sorted, &mut project);
        buf::read(&sorted, &mut project);
        dotnet::read(&sorted, &mut project);
        hex::read(&sorted, &mut project);
        hackage::read(&sorted, &mut project);
        julia::read(&sorted, &mut project);
        cran::read(&sorted, &mut project);
        clojars::read(&sorted, &mut project);
        opam::read(&sorted, &mut project);
        cpan::read(&sorted, &mut project);
        nix::read(&sorted, &mut project);
        bazel::read(&sorted, &mut project);
        elm::read(&sorted, &mut project);
        gleam::read(&sorted, &mut project);
        swiftpm::read(&sorted, &mut project);
        pubspec::read(&sorted, &mut project);
        project
            .packages
            .sort_by(|a, b| (&a.directory, a.ecosystem, &a.manifest).cmp(&(&b.directory, b.ecosystem, &b.manifest)));
        project.problems.sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        project
    }
}
