//! Lua.
//!
//! [`Import::path`] is the module's name as `require` takes it, or, of `dofile` and `loadfile`, a path:
//! [`ImportKind::Dynamic`].
//!
//! # Modules
//! `a.b` is the file that a rockspec gives that name; else `a/b.lua` or `a/b/init.lua` below a root. The root of a file
//! below a directory called `lua` (the runtime path of Neovim) is that directory, then any other of that name. Other
//! files are run from a directory that nobody knows: the roots are the directories above the file, the nearest first, and
//! `src`, `lib`, `lua` and `vendor` in them ([`Certainty::Inferred`]). Then come the declared rocks and what the hosts bring along,
//! and last the one nearest file whose path ends with the name (inferred or ambiguous).

use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::paths::{self, Endings, Found, resolve_imports};
use super::resolve::{Certainty, Dependency, External, FileId, Reason, Sources};
use super::{Family, Language};
use crate::facts::{Import, ImportKind, Name, Visibility};
use crate::project::{Ecosystem, luarocks};

/// Lua.
pub static LUA: Language = Language {
    name: "lua",
    label: "Lua",
    extensions: &["lua", "rockspec"],
    grammar: tree_sitter_lua::LANGUAGE,
    query: include_str!("../../assets/queries/lua.scm"),
    hooks: Hooks { import, visibility, ..Hooks::NONE },
    is_test_path,
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "lua", ecosystem: Some(Ecosystem::LuaRocks), resolve };

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let Some(arguments) = node.child_by_field_name("arguments") else { return };
    let mut load = source.field(node, "name").unwrap_or_default();
    let mut cursor = arguments.walk();
    let mut values = arguments.named_children(&mut cursor);
    let mut argument = values.next();
    if load == "pcall" {
        load = argument.map(|function| source.text(function)).unwrap_or_default();
        argument = values.next();
    }
    let Some(argument) = argument else { return };
    let kind = match load {
        "require" => ImportKind::Import,
        "dofile" | "loadfile" => ImportKind::Dynamic,
        _ => return,
    };
    let literal = argument.child_by_field_name("content").filter(|_| argument.kind() == "string");
    let (kind, path): (_, Name) = match literal {
        Some(content) => (kind, source.text(content).into()),
        None => (ImportKind::Computed, source.text(argument).chars().take(80).collect()),
    };
    imports.push(Import::new(kind, path, span_of(node), span_of(argument)));
}

fn visibility(source: &Source<'_>, node: Node<'_>, _name: &str) -> Visibility {
    if source.text(node).starts_with("local") { Visibility::Private } else { Visibility::Public }
}

fn is_test_path(path: &str) -> bool {
    super::has_directory(path, &["test", "tests", "spec", "specs"])
        || ["_spec.lua", "_test.lua"].iter().any(|end| path.ends_with(end))
}

/// Directories that hold modules by convention, seen from a project's own.
const CONVENTIONAL: &[&str] = &["", "lua", "src", "lib", "vendor"];

struct Resolver<'a> {
    sources: &'a Sources,
    endings: Endings<'a>,
}

fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let resolver = Resolver { sources, endings: Endings::new(sources, files.iter().copied()) };
    resolve_imports(sources, files, |file, import| match import.kind {
        ImportKind::Computed => Found::Unresolved(Reason::NotLiteral),
        ImportKind::Dynamic => resolver.path(file, &import.path),
        _ => resolver.module(file, &import.path),
    })
}

impl Resolver<'_> {
    /// `dofile "x.lua"`: relative to the working directory.
    fn path(&self, file: FileId, path: &str) -> Found {
        let own = &*self.sources.get(file).path;
        let nearest = paths::above(own).find_map(|directory| paths::at(self.sources, directory, path));
        nearest.map_or(Found::Unresolved(Reason::Missing), |found| Found::File(found, Certainty::Inferred))
    }

    fn module(&self, file: FileId, module: &str) -> Found {
        let own = &*self.sources.get(file).path;
        let rocks = &self.sources.project.luarocks;
        let declared = rocks.modules.iter().filter(|(name, _)| name == module);
        let mut declared: Vec<FileId> = declared.filter_map(|(_, path)| self.sources.file(path)).collect();
        declared.dedup();
        if !declared.is_empty() {
            return Found::of(declared, Certainty::Resolved);
        }
        let path = module.trim_start_matches("./").replace('.', "/");
        let below = |root: &str| {
            let candidates = [format!("{path}.lua"), format!("{path}/init.lua")];
            candidates.iter().find_map(|path| paths::at(self.sources, root, path))
        };
        let runtime = own.rfind("/lua/").map(|at| at + 4).or_else(|| own.starts_with("lua/").then_some(3));
        let found = match runtime.map(|end| &own[..end]) {
            Some(root) => below(root).map(Found::resolved),
            None => paths::above(own).find_map(|directory| {
                let root =
                    |conventional: &&str| below(&format!("{directory}/{conventional}")).filter(|found| *found != file);
                CONVENTIONAL.iter().find_map(root).map(|found| Found::File(found, Certainty::Inferred))
            }),
        };
        if let Some(found) = found {
            return found;
        }
        if let Some(external) = self.outside(module) {
            return Found::External(external);
        }
        // A runtime path has only directories of that name.
        let root = if runtime.is_some() { "lua/" } else { "" };
        let ending = |end: &str| self.endings.nearest(file, &format!("{root}{path}{end}"));
        match ending(".lua").or_else(|| ending("/init.lua")) {
            Found::Unresolved(Reason::Missing) => Found::Unresolved(Reason::Undeclared),
            found => found,
        }
    }

    fn outside(&self, module: &str) -> Option<External> {
        let external =
            |name: &str, standard| Some(External { ecosystem: Ecosystem::LuaRocks, name: name.into(), standard });
        let first = module.split(['.', '/']).next().unwrap_or(module);
        if luarocks::STANDARD.contains(&first) {
            return external(first, true);
        }
        let packages = self.sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::LuaRocks);
        let mut declared = packages.flat_map(|package| &package.dependencies).map(|declared| declared.name.as_str());
        let provider = luarocks::PROVIDERS.iter().find(|(name, _)| *name == first).map_or(first, |(_, rock)| rock);
        let second = module.split(['.', '/']).nth(1);
        let names = |rock: &str| {
            rock == provider
                || rock == module
                || rock.strip_prefix("lua-") == Some(first)
                || (first == "resty" && second.is_some_and(|part| rock.strip_prefix("lua-resty-") == Some(part)))
        };
        declared.find(|rock| names(rock)).and_then(|rock| external(rock, false))
    }
}
