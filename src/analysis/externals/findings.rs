//! The findings about packages from elsewhere.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use super::owners::Owners;
use super::rules::{Judged, Rules, Unjudged, rules};
use super::{ExternalPackage, Externals, Use, catalog};
use crate::analysis::finding::{Finding, Location, Severity};
use crate::facts::Name;
use crate::graph::{NodeId, Snapshot};
use crate::lang::has_directory;
use crate::lang::resolve::{Certainty, DependencyKind};
use crate::project::{DeclaredScope, Ecosystem, Package, gem};

/// The rule about imports without a declaration.
pub const UNDECLARED: &str = "undeclared-dependency";
/// The rule about declarations without an import.
pub const UNUSED: &str = "unused-dependency";
/// The rule about declarations for development that shipped code needs.
pub const DEVELOPMENT: &str = "development-dependency";

/// Directories whose programs are the data of tests.
const DATA: &[&str] = &[
    "fixtures",
    "Fixtures",
    "fixture",
    "__fixtures__",
    "testdata",
    "test-data",
    "test_data",
    "__snapshots__",
    "templates",
];

/// Directories whose programs are not shipped, beside those of tests.
const SUPPORT: &[&str] = &[
    "docs",
    "doc",
    "examples",
    "example",
    "samples",
    "sample",
    "scripts",
    "script",
    "tools",
    "benchmarks",
    "benchmark",
    "benches",
    "bench",
    "fuzz",
    "ci",
    ".github",
    "playground",
    "playgrounds",
    "demo",
    "demos",
    "website",
    "e2e",
];

/// Files of kinds that import packages, where transom has no language for them.
const IMPORTING: &[(Ecosystem, &[&str])] = &[
    (Ecosystem::Npm, &["vue", "svelte", "astro", "mdx", "marko", "coffee", "riot"]),
    (Ecosystem::Pypi, &["pyx", "ipynb"]),
];

/// Tools that put the development packages that they find imported into what is shipped.
const BUNDLERS: &[&str] = &[
    "vite",
    "rollup",
    "rolldown",
    "webpack",
    "esbuild",
    "tsup",
    "tsdown",
    "unbuild",
    "parcel",
    "microbundle",
    "bunchee",
    "@vercel/ncc",
    "@rspack/core",
    "@rslib/core",
    "@microsoft/api-extractor",
];

/// What the files below the manifest of a package of the project show.
#[derive(Default, Clone)]
struct Seen {
    has_source: bool,
    has_unread: bool,
    /// Whether some import is tied to a package by the language's rules.
    tied: bool,
    /// Whether some import is tied by a guess, or not at all.
    untied: bool,
    /// What no declaration explains, as imports call it.
    unknown: BTreeSet<Name>,
}

struct Judge<'a> {
    snapshot: &'a Snapshot,
    owners: &'a Owners,
    seen: Vec<Seen>,
    /// Manifest, ecosystem and package that is used without an import.
    ways: FxHashMap<(&'a str, Ecosystem, &'a str), Unjudged>,
    /// The names of Python's files (without extension) and of the directories above them.
    names: FxHashSet<&'a str>,
    /// Rule, package of the project, index of the package from elsewhere.
    found: Vec<((&'static str, u32, usize), Finding)>,
}

/// Makes every finding, and notes on each package what was found and what was not judged.
pub(super) fn judge(snapshot: &Snapshot, owners: &Owners, packages: &mut [ExternalPackage], externals: &mut Externals) {
    let project = &snapshot.sources.project;
    let ways = project
        .unimported
        .iter()
        .map(|known| ((&*known.manifest, known.ecosystem, known.name.as_str()), Unjudged::of_way(known.way)))
        .collect();
    let seen = vec![Seen::default(); project.packages.len()];
    let names = names_of_python(snapshot);
    let mut judge = Judge { snapshot, owners, seen, ways, names, found: Vec::new() };
    judge.look_at_files();
    judge.look_at_uses(packages);
    for (index, external) in packages.iter_mut().enumerate() {
        let rules = rules(external.ecosystem);
        judge.imports(index, external, &rules);
        judge.declarations(index, external, &rules, &mut externals.unjudged);
    }
    judge.found.sort_by_key(|(key, _)| *key);
    for (index, ((_, _, external), finding)) in judge.found.into_iter().enumerate() {
        packages[external].findings.push(index);
        externals.findings.push(finding);
    }
}

impl<'a> Judge<'a> {
    fn package(&self, index: u32) -> &'a Package {
        &self.snapshot.sources.project.packages[index as usize]
    }

    fn path(&self, file: NodeId) -> &'a str {
        &self.snapshot.node(file).path
    }

    /// Whether a file's imports are not those of the package around it.
    fn is_data(&self, file: NodeId) -> bool {
        self.snapshot.node(file).mark.is_some() || has_directory(self.path(file), DATA)
    }

    /// The packages whose declarations count for a file, nearest first.
    fn scope(&self, ecosystem: Ecosystem, rules: &Rules, file: NodeId) -> Vec<u32> {
        if rules.nearest_only {
            self.owners.nearest(ecosystem, file).to_vec()
        } else {
            self.owners.all(self.snapshot, ecosystem, file).collect()
        }
    }

    fn look_at_files(&mut self) {
        let ecosystems: BTreeSet<Ecosystem> =
            self.snapshot.sources.project.packages.iter().map(|package| package.ecosystem).collect();
        for id in self.snapshot.tree() {
            let node = self.snapshot.node(id);
            let Some(file) = node.file else { continue };
            if let Some(language) = node.language {
                let Some(ecosystem) = language.family.ecosystem else { continue };
                if self.snapshot.sources.facts(file).is_some() {
                    for owner in self.owners.all(self.snapshot, ecosystem, id) {
                        self.seen[owner as usize].has_source = true;
                    }
                }
                continue;
            }
            let extension = node.path.rsplit_once('.').map_or("", |(_, extension)| extension);
            let importing =
                IMPORTING.iter().filter(|(of, kinds)| ecosystems.contains(of) && kinds.contains(&extension));
            for (ecosystem, _) in importing {
                for owner in self.owners.all(self.snapshot, *ecosystem, id) {
                    self.seen[owner as usize].has_unread = true;
                }
            }
        }
    }

    fn look_at_uses(&mut self, packages: &[ExternalPackage]) {
        for external in packages {
            for used in external.uses.chunk_by(|a, b| (a.file, a.certainty) == (b.file, b.certainty)) {
                let Use { file, certainty, .. } = used[0];
                for owner in self.owners.all(self.snapshot, external.ecosystem, file) {
                    let seen = &mut self.seen[owner as usize];
                    let is_tied = certainty.is_some_and(|certainty| certainty <= Certainty::Resolved);
                    seen.tied |= is_tied;
                    seen.untied |= !is_tied;
                    if external.declared.is_empty() {
                        seen.unknown.insert(external.name.clone());
                    }
                }
            }
        }
    }

    /// Imports without a declaration, and imports of what is declared for development.
    fn imports(&mut self, index: usize, external: &ExternalPackage, rules: &Rules) {
        let mut undeclared: BTreeMap<u32, Vec<Use>> = BTreeMap::new();
        let mut misplaced: BTreeMap<u32, Vec<Use>> = BTreeMap::new();
        for of_file in external.uses.chunk_by(|a, b| a.file == b.file) {
            let file = of_file[0].file;
            if self.is_data(file) {
                continue;
            }
            let scope = self.scope(external.ecosystem, rules, file);
            // Without any manifest there is nothing that could declare it.
            let Some(&owner) = scope.first() else { continue };
            let scopes: Vec<DeclaredScope> = external
                .declared
                .iter()
                .filter(|at| scope.contains(&at.package))
                .map(|at| at.of(self.snapshot).1.scope)
                .collect();
            if scopes.is_empty() {
                let is_there_before = match external.ecosystem {
                    // What builds the package is installed before its dependencies.
                    Ecosystem::Pypi => self.path(file).ends_with("setup.py"),
                    // The language brings a release of these, also where another package asks for a newer one.
                    Ecosystem::Gem => gem::STANDARD.binary_search(&&*external.name).is_ok(),
                    _ => false,
                };
                let counts = |used: &&Use| (rules.needs_declaration)(used.certainty) && !is_there_before;
                let uses: Vec<Use> = of_file.iter().filter(counts).copied().collect();
                if !uses.is_empty() && !self.is_own(owner, &external.name) {
                    undeclared.entry(owner).or_default().extend(uses);
                }
            } else if rules.has_development
                && scopes.iter().all(|scope| *scope == DeclaredScope::Development)
                && self.is_shipped(owner, &scope, file)
            {
                let at_runtime = |used: &&Use| !used.test && used.kind != DependencyKind::TypeOnly;
                misplaced.entry(owner).or_default().extend(of_file.iter().filter(at_runtime));
            }
        }
        for (owner, uses) in undeclared {
            if self.is_name_here(external, &uses) {
                continue;
            }
            if external.ecosystem != Ecosystem::Pypi || self.likely_declaration(owner, &external.name).is_none() {
                let finding = self.undeclared(owner, external, &uses);
                self.found.push(((UNDECLARED, owner, index), finding));
            }
        }
        for (owner, uses) in misplaced.into_iter().filter(|(_, uses)| !uses.is_empty()) {
            let finding = self.misplaced(owner, external, &uses);
            self.found.push(((DEVELOPMENT, owner, index), finding));
        }
    }

    /// Whether the name is one of the project itself that could not be resolved: an alias of a bundler or framework, or a
    /// module of tests and the like that is found by a search path which only running shows.
    fn is_name_here(&self, external: &ExternalPackage, uses: &[Use]) -> bool {
        match external.ecosystem {
            Ecosystem::Npm => catalog::is_alias(&external.name),
            Ecosystem::Pypi if !self.is_support(uses) => false,
            Ecosystem::Pypi => self.names.contains(external.name.split('.').next().unwrap_or_default()),
            _ => false,
        }
    }

    /// Whether a package of the project is itself called so.
    fn is_own(&self, owner: u32, name: &str) -> bool {
        let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '_'], "");
        plain(&self.package(owner).name) == plain(name)
    }

    /// The declared distribution that probably brings a module which nothing else explains: one name holds the other.
    fn likely_declaration(&self, owner: u32, module: &str) -> Option<&'a Name> {
        let names = self.package(owner).dependencies.iter().map(|declared| &declared.name);
        names.into_iter().find(|name| is_alike(name, module))
    }

    /// Whether a file belongs to what the package gives to those who use it.
    fn is_shipped(&self, owner: u32, scope: &[u32], file: NodeId) -> bool {
        let package = self.package(owner);
        let path = self.path(file);
        let below = path.strip_prefix(&*package.directory).unwrap_or(path).trim_start_matches('/');
        if self.snapshot.node(file).test || has_directory(below, SUPPORT) {
            return false;
        }
        match package.ecosystem {
            Ecosystem::Npm => {
                let is_private = |package: &Package| {
                    let manifests = &self.snapshot.sources.project.npm.packages;
                    manifests.iter().any(|manifest| manifest.path == package.manifest && manifest.private)
                };
                let bundles = |index: &u32| {
                    self.package(*index).dependencies.iter().any(|declared| BUNDLERS.contains(&declared.name.as_str()))
                };
                has_root(below, &["src", "lib"]) && !is_private(package) && !scope.iter().any(bundles)
            }
            Ecosystem::Cargo => has_root(below, &["src"]),
            // A module of a package, not a script beside it.
            _ => {
                let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
                self.snapshot.find(&format!("{directory}/__init__.py")).is_some()
            }
        }
    }

    /// Declarations without an import below their manifests.
    fn declarations(
        &mut self,
        index: usize,
        external: &mut ExternalPackage,
        rules: &Rules,
        unjudged: &mut BTreeMap<(Ecosystem, Unjudged), usize>,
    ) {
        let mut using: FxHashSet<u32> = FxHashSet::default();
        for of_file in external.uses.chunk_by(|a, b| a.file == b.file) {
            using.extend(self.scope(external.ecosystem, rules, of_file[0].file));
        }
        let mut told: Option<u32> = None;
        for at in external.declared.iter().filter(|at| !using.contains(&at.package)) {
            // What stands in several tables of one manifest is one declaration.
            if told == Some(at.package) {
                continue;
            }
            let (package, declared) = at.of(self.snapshot);
            let same = package.dependencies.iter().filter(|other| other.name == declared.name);
            let scopes: Vec<DeclaredScope> = same.map(|declared| declared.scope).collect();
            told = Some(at.package);
            let is_aside = external.ecosystem == Ecosystem::Pypi
                && !is_main_requirements(declared.file.as_ref().unwrap_or(&package.manifest));
            let why = is_aside.then_some(Unjudged::Scope);
            if let Some(why) = why.or_else(|| self.why_unjudged(at.package, &external.name, &scopes, rules)) {
                *unjudged.entry((external.ecosystem, why)).or_default() += 1;
                external.unjudged = external.unjudged.or(Some(why));
                continue;
            }
            let file = declared.file.as_ref().unwrap_or(&package.manifest);
            let finding = Finding {
                rule: UNUSED.into(),
                severity: if declared.scope == DeclaredScope::Runtime { Severity::Warning } else { Severity::Note },
                message: format!(
                    "{} declares {}, which no file below imports",
                    self.name_of(at.package),
                    external.name
                ),
                evidence: vec![Location { path: file.clone(), line: Some(declared.line) }],
                help: Cow::Borrowed("Remove the declaration, or import what it is there for."),
            };
            self.found.push(((UNUSED, at.package, index), finding));
        }
    }

    fn why_unjudged(&self, owner: u32, name: &Name, scopes: &[DeclaredScope], rules: &Rules) -> Option<Unjudged> {
        let package = self.package(owner);
        let seen = &self.seen[owner as usize];
        let is_judged = |judged: &[DeclaredScope]| scopes.iter().all(|scope| judged.contains(scope));
        let way = || self.ways.get(&(&*package.manifest, package.ecosystem, name.as_str())).copied();
        match rules.unused {
            Judged::Never => return Some(Unjudged::Ecosystem),
            Judged::Scopes(judged) if !is_judged(judged) => return Some(Unjudged::Scope),
            Judged::WhereAllTied if !is_judged(&[DeclaredScope::Runtime]) => return Some(Unjudged::Scope),
            _ => {}
        }
        if has_directory(&package.manifest, DATA) || self.is_marked(package) {
            return Some(Unjudged::Data);
        }
        if let Some(why) = catalog::way_of(package.ecosystem, name).or_else(way) {
            return Some(why);
        }
        if !seen.has_source {
            return Some(Unjudged::NoSource);
        }
        if seen.has_unread {
            return Some(Unjudged::UnreadFiles);
        }
        let is_open = match rules.unused {
            Judged::WhereAllTied => !seen.tied || seen.untied,
            _ => package.ecosystem == Ecosystem::Pypi && seen.unknown.iter().any(|module| is_alike(name, module)),
        };
        is_open.then_some(Unjudged::Names)
    }

    fn is_marked(&self, package: &Package) -> bool {
        self.snapshot.find(&package.directory).is_some_and(|id| self.snapshot.node(id).mark.is_some())
    }

    /// A package of the project, for people: its name, and where several could be meant its manifest.
    fn name_of(&self, owner: u32) -> String {
        let package = self.package(owner);
        format!("{} ({})", package.name, package.manifest)
    }

    fn evidence(&self, uses: &[Use]) -> Vec<Location> {
        let mut places: Vec<Location> = uses
            .iter()
            .map(|used| Location { path: self.snapshot.node(used.file).path.clone(), line: Some(used.span.line) })
            .collect();
        places.dedup();
        places
    }

    /// Whether only tests, what stands beside the shipped code, and the type checker use something.
    fn is_support(&self, uses: &[Use]) -> bool {
        uses.iter().all(|used| {
            used.test || has_directory(self.path(used.file), SUPPORT) || used.kind == DependencyKind::TypeOnly
        })
    }

    fn undeclared(&self, owner: u32, external: &ExternalPackage, uses: &[Use]) -> Finding {
        Finding {
            rule: UNDECLARED.into(),
            severity: if self.is_support(uses) { Severity::Note } else { Severity::Warning },
            message: format!(
                "{} is imported, but {} does not declare it",
                crate::text::sanitize(&external.name),
                self.name_of(owner)
            ),
            evidence: self.evidence(uses),
            help: Cow::Borrowed(
                "Declare it: what another package happens to bring along goes when that package stops needing it.",
            ),
        }
    }

    fn misplaced(&self, owner: u32, external: &ExternalPackage, uses: &[Use]) -> Finding {
        let mut evidence = self.evidence(uses);
        let declared = external.declared.iter().map(|at| at.of(self.snapshot));
        evidence.extend(declared.filter(|(_, declared)| declared.scope == DeclaredScope::Development).take(1).map(
            |(package, declared)| Location {
                path: declared.file.as_ref().unwrap_or(&package.manifest).clone(),
                line: Some(declared.line),
            },
        ));
        Finding {
            rule: DEVELOPMENT.into(),
            severity: Severity::Warning,
            message: format!(
                "{} is declared for development only, but {} needs it to run",
                external.name,
                self.name_of(owner)
            ),
            evidence,
            help: Cow::Borrowed("Declare it among the dependencies that are installed with the package."),
        }
    }
}

fn names_of_python(snapshot: &Snapshot) -> FxHashSet<&str> {
    let is_python = |ecosystem: Option<Ecosystem>| ecosystem == Some(Ecosystem::Pypi);
    let files = snapshot.sources.files.iter();
    files
        .filter(|file| file.language.is_some_and(|language| is_python(language.family.ecosystem)))
        .flat_map(|file| file.path.split('/'))
        .map(|part| part.split('.').next().unwrap_or(part))
        .collect()
}

/// Whether a requirement file states what the package needs to run: the main one of its directory.
fn is_main_requirements(path: &str) -> bool {
    let file_name = path.rsplit('/').next().unwrap_or(path);
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let is_main = matches!(
        stem,
        "requirements"
            | "base"
            | "default"
            | "common"
            | "main"
            | "install"
            | "prod"
            | "production"
            | "requirements-prod"
    );
    let is_manifest = file_name.starts_with("setup.") || matches!(file_name, "pyproject.toml" | "Pipfile");
    (is_main || is_manifest) && !has_directory(path, SUPPORT) && !has_directory(path, &["tests", "test"])
}

/// Whether a distribution's name and a module's are so alike that one probably brings the other.
fn is_alike(distribution: &str, module: &str) -> bool {
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '_', '.'], "");
    let (distribution, module) = (plain(distribution), plain(module));
    let (short, long) =
        if distribution.len() < module.len() { (&distribution, &module) } else { (&module, &distribution) };
    short.len() >= 4 && long.contains(short.as_str())
}

/// Whether a path lies below one of these directories.
fn has_root(path: &str, roots: &[&str]) -> bool {
    path.split_once('/').is_some_and(|(root, _)| roots.contains(&root))
}
