//! Which file a Clojure namespace means.
//!
//! A file is known by the namespace that it declares. One name may be a `.clj`, a `.cljs` and a `.cljc` file: Clojure
//! takes the first before the last, ClojureScript the second, and a `.cljc` file is read by both. Macros of ClojureScript
//! are Clojure's. A class is a record or type of a namespace (whose name then has `_` for `-`), or a Java file's; else by
//! the beginning of its name a package's.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{CLASS, MACROS};
use crate::facts::{FileFacts, Name};
use crate::lang::modules::{Answer, Externals, Modules};
use crate::lang::resolve::{Dependency, FileId, Reason, Sources};
use crate::project::Ecosystem;

/// Namespaces that come with Clojure and ClojureScript: their beginnings.
const STANDARD: &[&str] = &[
    "cljs.core",
    "cljs.js",
    "cljs.main",
    "cljs.pprint",
    "cljs.reader",
    "cljs.repl",
    "cljs.spec",
    "cljs.test",
    "clojure.core",
    "clojure.data",
    "clojure.datafy",
    "clojure.edn",
    "clojure.inspector",
    "clojure.instant",
    "clojure.java",
    "clojure.main",
    "clojure.math",
    "clojure.parallel",
    "clojure.pprint",
    "clojure.reflect",
    "clojure.repl",
    "clojure.set",
    "clojure.spec",
    "clojure.stacktrace",
    "clojure.string",
    "clojure.template",
    "clojure.test",
    "clojure.uuid",
    "clojure.walk",
    "clojure.xml",
    "clojure.zip",
    "goog",
    "java",
    "javax",
];

/// Namespaces that look like Clojure's own and are libraries.
const CONTRIBUTED: &[&str] = &[
    "clojure.core.async",
    "clojure.core.match",
    "clojure.core.cache",
    "clojure.core.memoize",
    "clojure.core.logic",
    "clojure.core.unify",
    "clojure.core.typed",
    "clojure.data.csv",
    "clojure.data.json",
    "clojure.data.xml",
    "clojure.data.codec",
    "clojure.data.priority-map",
    "clojure.data.zip",
    "clojure.data.avl",
    "clojure.data.int-map",
    "clojure.data.generators",
    "clojure.java.jdbc",
    "clojure.java.classpath",
    "clojure.test.check",
];

/// The two languages that a file may be of.
#[derive(Clone, Copy, PartialEq)]
enum Platform {
    Clojure,
    Script,
}

/// Resolves the imports and qualified names of all files.
pub(super) fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let mut modules = Modules::new(sources, Ecosystem::Clojars);
    let mut munged = FxHashMap::default();
    for file in files {
        let Some(name) = sources.facts(*file).and_then(|facts| facts.namespace.as_ref()) else { continue };
        modules.add(name.clone(), *file);
        munged.insert(Name::from(name.replace('-', "_")), name.clone());
    }
    let mut classes = Modules::new(sources, Ecosystem::Clojars);
    for (index, file) in sources.files.iter().enumerate() {
        let is_java = file.language.is_some_and(|language| language.name == "java");
        if let Some(package) = file.facts.as_ref().filter(|_| is_java).and_then(|facts| facts.namespace.as_ref()) {
            let name = file.path.rsplit('/').next().unwrap_or(&file.path).trim_end_matches(".java");
            classes.add(format!("{package}.{name}"), FileId(index as u32));
        }
    }
    let externals = Externals::new(sources, Ecosystem::Clojars, []);
    let mut by_beginning: Vec<(Vec<String>, &str)> = externals.names().map(|name| (beginnings(name), name)).collect();
    by_beginning.sort_unstable();
    let mut providers = FxHashMap::default();
    for (beginnings, package) in by_beginning {
        for beginning in beginnings {
            providers.entry(beginning).or_insert(package);
        }
    }
    let trees = modules.first_parts().into_iter().map(Name::from).collect();
    let resolver = Resolver { sources, modules, munged, classes, providers, trees };
    files.par_iter().map(|file| resolver.file(*file)).collect()
}

/// What the namespaces of a package may begin with by its coordinate `group/artifact`: the artifact, the group, both.
fn beginnings(coordinate: &str) -> Vec<String> {
    let (group, artifact) = coordinate.split_once('/').unwrap_or((coordinate, coordinate));
    let artifact = artifact.trim_end_matches("-clj").trim_end_matches("-core");
    match group {
        "org.clojure" => vec![format!("clojure.{artifact}"), artifact.replace('-', ".")],
        _ => vec![artifact.to_owned(), artifact.replace('-', "."), format!("{group}.{artifact}"), group.to_owned()],
    }
}

struct Resolver<'a> {
    sources: &'a Sources,
    modules: Modules<'a>,
    /// Namespaces by their names as classes see them.
    munged: FxHashMap<Name, Name>,
    /// Java files of the project by the class that they declare.
    classes: Modules<'a>,
    /// Packages from elsewhere by what their namespaces begin with.
    providers: FxHashMap<String, &'a str>,
    /// What the names of the project's namespaces begin with.
    trees: FxHashSet<Name>,
}

impl Resolver<'_> {
    fn file(&self, file: FileId) -> Vec<Dependency> {
        let mut dependencies = Vec::new();
        let Some(facts) = self.sources.facts(file) else { return dependencies };
        let mut aliases: FxHashMap<&str, &str> = FxHashMap::default();
        for import in &facts.imports {
            let answer = match import.path.strip_prefix(CLASS) {
                Some(class) => self.class(file, class),
                None => match import.path.strip_prefix(MACROS) {
                    Some(name) => self.namespace(file, name, &[Platform::Clojure]),
                    None => self.namespace(file, &import.path, platforms_of(&self.sources.get(file).path)),
                }
                .or_else(|| self.outside(import.path.trim_start_matches(MACROS))),
            };
            answer.add_import(import, import.span, &mut dependencies);
            if let Some(alias) = &import.alias {
                aliases.insert(alias, import.path.trim_start_matches(MACROS));
            }
        }
        self.references(file, facts, &aliases, &mut dependencies);
        dependencies
    }

    /// `alias/name` and `full.namespace/name`.
    fn references(
        &self,
        file: FileId,
        facts: &FileFacts,
        aliases: &FxHashMap<&str, &str>,
        dependencies: &mut Vec<Dependency>,
    ) {
        let platforms = platforms_of(&self.sources.get(file).path);
        let mut known: FxHashMap<u32, Answer> = FxHashMap::default();
        for reference in &facts.references {
            let answer = known.entry(reference.name.0).or_insert_with(|| {
                let written = facts.name(reference.name);
                let space = written.split('/').next().unwrap_or(written).trim_start_matches('^');
                self.namespace(file, aliases.get(space).copied().unwrap_or(space), platforms)
            });
            answer.add_reference(reference, dependencies);
        }
    }

    fn namespace(&self, file: FileId, name: &str, platforms: &[Platform]) -> Answer {
        let found = self.modules.files(name);
        let mut answer = Answer::NONE;
        for platform in platforms {
            let rank = |file: &FileId| rank(&self.sources.get(*file).path, *platform);
            // Where nothing is of the platform, a ClojureScript file means the macros of that name.
            let Some(best) = found.iter().map(rank).min() else { continue };
            let fitting: Vec<FileId> = found.iter().filter(|file| rank(file) == best).copied().collect();
            let more = self.modules.choose(file, &fitting, name);
            answer.certainty = answer.certainty.max(more.certainty);
            for target in more.targets {
                if !answer.targets.contains(&target) {
                    answer.targets.push(target);
                }
            }
        }
        answer
    }

    fn class(&self, file: FileId, class: &str) -> Answer {
        let package = class.rsplit_once('.').map_or("", |(package, _)| package);
        let of_namespace = || match self.munged.get(package) {
            Some(name) => self.namespace(file, name, &[Platform::Clojure]),
            None => Answer::NONE,
        };
        // A nested class `A$B` is in the file of `A`.
        let outer = class.split('$').next().unwrap_or(class);
        of_namespace().or_else(|| self.classes.find(file, outer)).or_else(|| self.outside(class))
    }

    fn outside(&self, name: &str) -> Answer {
        let begins = |beginning: &&&str| {
            name.strip_prefix(**beginning).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let is_contributed = CONTRIBUTED.iter().any(|beginning| begins(&beginning));
        if !is_contributed && STANDARD.iter().any(|beginning| begins(&beginning)) {
            return Answer::external(Ecosystem::Clojars, "org.clojure/clojure", true);
        }
        let mut beginning = name;
        loop {
            if let Some(package) = self.providers.get(beginning) {
                return Answer::external(Ecosystem::Clojars, package, false).inferred();
            }
            match beginning.rfind(['.', '-']) {
                Some(end) => beginning = &beginning[..end],
                None => break,
            }
        }
        let first = name.split('.').next().unwrap_or(name);
        let is_own = name.contains('.') && self.trees.contains(first);
        Answer::unresolved(name, if is_own { Reason::Missing } else { Reason::Undeclared })
    }
}

/// The languages that read a file.
fn platforms_of(path: &str) -> &'static [Platform] {
    match path.rsplit('.').next() {
        Some("cljs") => &[Platform::Script],
        Some("cljc") => &[Platform::Clojure, Platform::Script],
        _ => &[Platform::Clojure],
    }
}

/// How soon a language takes a file of a namespace.
fn rank(path: &str, platform: Platform) -> u8 {
    match (path.rsplit('.').next(), platform) {
        (Some("clj" | "bb"), Platform::Clojure) | (Some("cljs"), Platform::Script) => 0,
        (Some("cljc"), _) => 1,
        _ => 2,
    }
}
