//! Elixir and Erlang: modules of one virtual machine, which call each other by name.

mod aliases;
pub mod elixir;
pub mod erlang;
mod includes;

use rustc_hash::FxHashSet;

use super::Family;
use super::modules::{Answer, Externals, Modules};
use super::resolve::{Dependency, FileId, Sources};
use crate::facts::Name;
use crate::project::{Ecosystem, hex};

static FAMILY: Family = Family { name: "beam", ecosystem: Some(Ecosystem::Hex), resolve };

/// What both languages look names up in.
struct World<'a> {
    sources: &'a Sources,
    /// Erlang's modules by their name, Elixir's by their full name. The two cannot meet: one begins in lower case.
    modules: Modules<'a>,
    /// What stands before the last dot of some Elixir module: `A.B` of `A.B.C`.
    namespaces: FxHashSet<Name>,
    externals: Externals<'a>,
}

fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let mut modules = Modules::new(sources, Ecosystem::Hex);
    let mut namespaces = FxHashSet::default();
    for file in files {
        let Some(facts) = sources.facts(*file) else { continue };
        if is_elixir(sources, *file) {
            for name in aliases::modules_of(facts) {
                let mut rest: &str = &name;
                while let Some((namespace, _)) = rest.rsplit_once('.') {
                    if !namespaces.insert(namespace.into()) {
                        break;
                    }
                    rest = namespace;
                }
                modules.add(name, *file);
            }
        } else if let Some(name) = &facts.namespace {
            modules.add(erlang::unquoted(name), *file);
        }
    }
    let externals = Externals::new(sources, Ecosystem::Hex, sources.project.hex.locked.iter().map(Name::as_str));
    let world = World { sources, modules, namespaces, externals };
    let headers = includes::Headers::new(&world, files);
    files
        .iter()
        .map(|file| match sources.facts(*file) {
            Some(facts) if is_elixir(sources, *file) => aliases::resolve(&world, *file, facts),
            Some(facts) => headers.resolve(&world, *file, facts),
            None => Vec::new(),
        })
        .collect()
}

fn is_elixir(sources: &Sources, file: FileId) -> bool {
    sources.get(file).language.is_some_and(|language| std::ptr::eq(language, &raw const elixir::ELIXIR))
}

impl World<'_> {
    /// What an Erlang module's name means in a file.
    fn erlang_module(&self, from: FileId, name: &str) -> Answer {
        self.modules.find(from, name).or_else(|| {
            if hex::is_erlang_standard(name) {
                return Answer::external(Ecosystem::Hex, "otp", true);
            }
            // By convention a module begins with its application's name.
            self.externals.first_of(shortened(name, '_')).inferred()
        })
    }

    /// What an Elixir module's full name means in a file.
    fn elixir_module(&self, from: FileId, name: &str) -> Answer {
        self.modules.find(from, name).or_else(|| {
            let first = name.split('.').next().unwrap_or(name);
            if hex::ELIXIR_STANDARD.binary_search(&first).is_ok() {
                return Answer::external(Ecosystem::Hex, "elixir", true);
            }
            // By convention the application's name is the beginning of the module's, in snake case.
            self.externals
                .first_of(shortened(&elixir::snake_case(name), '/').map(|part| part.replace('/', "_")))
                .inferred()
        })
    }
}

/// A name, then without its last part, and so on.
fn shortened(name: &str, separator: char) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), move |name| name.rsplit_once(separator).map(|(shorter, _)| shorter))
}
