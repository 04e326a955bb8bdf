//! From an import path to a directory of the project or a module from elsewhere.
//!
//! The longest module path that is a prefix of the import path wins, as in the go command. A module is known to a file
//! by its own `go.mod`, by the `go.work` around it and by `replace` directives. A module of the project that none of
//! them ties to the file would be downloaded: it is taken from the project all the same, marked as inferred.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lang::has_directory;
use crate::lang::resolve::{Certainty, Reason};
use crate::project::go::{Manifests, Replace, Replacement};

/// Where an import path leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Location<'a> {
    /// A directory of the project.
    Local { directory: String, certainty: Certainty },
    /// A module from elsewhere, or a package of the standard library.
    External { name: &'a str, standard: bool },
    /// Nothing that is known.
    Unresolved(Reason),
}

/// What the files of one module can import.
pub(super) struct Context<'a> {
    directory: &'a str,
    own: Option<&'a str>,
    workspace: Option<usize>,
    replaces: FxHashMap<&'a str, &'a Replacement>,
    required: FxHashSet<&'a str>,
}

/// All modules of the project.
pub(super) struct Modules<'a> {
    /// One a module, in the order of [`Manifests::modules`]; the last is that of files outside of all modules.
    contexts: Vec<Context<'a>>,
    by_directory: FxHashMap<&'a str, usize>,
    /// For each workspace the module paths in it.
    workspaces: Vec<FxHashMap<&'a str, &'a str>>,
    /// Module paths of the whole project, each with the directories that claim it.
    by_path: FxHashMap<&'a str, Vec<&'a str>>,
}

/// A path and its ancestors, down to and with the root.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| {
        if path.is_empty() { None } else { Some(path.rsplit_once('/').map_or("", |(directory, _)| directory)) }
    })
}

/// A path below a directory, either of which may be empty.
fn below(directory: &str, path: &str) -> String {
    match (directory, path) {
        (directory, "") => directory.to_owned(),
        ("", path) => path.to_owned(),
        (directory, path) => format!("{directory}/{path}"),
    }
}

impl<'a> Modules<'a> {
    /// Ties the modules together.
    pub(super) fn new(manifests: &'a Manifests) -> Self {
        let by_directory: FxHashMap<&str, usize> =
            manifests.modules.iter().enumerate().map(|(index, module)| (&*module.directory, index)).collect();
        let mut by_path: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for module in &manifests.modules {
            // `x` stands for a file: the test is on the directories of a path.
            if !has_directory(&below(&module.directory, "x"), &["vendor", "testdata"]) {
                by_path.entry(module.path.as_str()).or_default().push(&module.directory);
            }
        }
        let workspaces = manifests
            .workspaces
            .iter()
            .map(|workspace| {
                let used = workspace.uses.iter().filter_map(|directory| by_directory.get(&**directory));
                used.map(|index| &manifests.modules[*index])
                    .map(|module| (module.path.as_str(), &*module.directory))
                    .collect()
            })
            .collect();
        let mut modules = Self { contexts: Vec::new(), by_directory, workspaces, by_path };
        for module in &manifests.modules {
            let workspace = modules.workspace_of(manifests, &module.directory);
            let mut replaces: FxHashMap<&str, &Replacement> = FxHashMap::default();
            for Replace { path, with } in
                workspace.iter().flat_map(|w| &manifests.workspaces[*w].replaces).chain(&module.replaces)
            {
                replaces.entry(path.as_str()).or_insert(with);
            }
            let vendored = manifests.vendored.iter().filter(|vendored| vendored.directory == module.directory);
            let required = module.requires.iter().chain(vendored.flat_map(|vendored| &vendored.modules));
            modules.contexts.push(Context {
                directory: &module.directory,
                own: Some(module.path.as_str()),
                workspace,
                replaces,
                required: required.map(|path| path.as_str()).collect(),
            });
        }
        modules.contexts.push(Context {
            directory: "",
            own: None,
            workspace: None,
            replaces: FxHashMap::default(),
            required: manifests
                .vendored
                .iter()
                .flat_map(|vendored| &vendored.modules)
                .map(|path| path.as_str())
                .collect(),
        });
        modules
    }

    /// The nearest workspace around a module that uses it.
    fn workspace_of(&self, manifests: &Manifests, directory: &str) -> Option<usize> {
        ancestors(directory).find_map(|ancestor| {
            manifests.workspaces.iter().position(|workspace| {
                *workspace.directory == *ancestor && workspace.uses.iter().any(|used| **used == *directory)
            })
        })
    }

    /// The context of files in a directory.
    pub(super) fn context_of(&self, directory: &str) -> &Context<'a> {
        let index = ancestors(directory).find_map(|ancestor| self.by_directory.get(ancestor).copied());
        &self.contexts[index.unwrap_or(self.contexts.len() - 1)]
    }

    /// Where an import path leads from a file of this context. `has_files` says whether a directory has Go files.
    pub(super) fn locate<'p>(
        &self,
        context: &Context<'a>,
        path: &'p str,
        has_files: impl Fn(&str) -> bool,
    ) -> Location<'p>
    where
        'a: 'p,
    {
        if path == "C" {
            return Location::External { name: path, standard: true };
        }
        // The root of a relative path or a URL is no module.
        for prefix in ancestors(path).filter(|prefix| !prefix.is_empty()) {
            let rest = path[prefix.len()..].trim_start_matches('/');
            if let Some((directory, certainty)) = self.local(context, prefix) {
                let directory = below(directory, rest);
                return if has_files(&directory) {
                    Location::Local { directory, certainty }
                } else {
                    Location::Unresolved(Reason::Missing)
                };
            }
            if context.required.contains(prefix) || context.replaces.contains_key(prefix) {
                return Location::External { name: prefix, standard: false };
            }
        }
        if has_files(&below(context.directory, &format!("vendor/{path}"))) {
            return Location::External { name: path, standard: false };
        }
        let first = path.split('/').next().unwrap_or(path);
        if first.is_empty() || first.starts_with('.') {
            Location::Unresolved(Reason::Unsupported)
        } else if !first.contains('.') {
            Location::External { name: path, standard: true }
        } else {
            Location::Unresolved(Reason::Undeclared)
        }
    }

    /// The directory of the module with exactly this path, as seen from a context.
    fn local(&self, context: &Context<'a>, path: &str) -> Option<(&'a str, Certainty)> {
        if context.own == Some(path) {
            return Some((context.directory, Certainty::Resolved));
        }
        match context.replaces.get(path) {
            Some(Replacement::Directory(directory)) => return Some((directory, Certainty::Resolved)),
            Some(Replacement::Elsewhere(_)) => return None,
            None => {}
        }
        if let Some(directory) = context.workspace.and_then(|workspace| self.workspaces[workspace].get(path)) {
            return Some((directory, Certainty::Resolved));
        }
        match self.by_path.get(path)?.as_slice() {
            [directory] => Some((directory, Certainty::Inferred)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::{ConfigFile, Project};

    fn locate(files: &[(&str, &str)], from: &str, path: &str) -> String {
        let configs: Vec<ConfigFile> =
            files.iter().map(|(path, text)| ConfigFile { path: (*path).into(), text: (*text).into() }).collect();
        let project = Project::read(&configs);
        let modules = Modules::new(&project.go);
        let known = ["", "p", "a", "a/p", "b/p", "vendor/old.org/x"];
        match modules.locate(modules.context_of(from), path, |directory| known.contains(&directory)) {
            Location::Local { directory, certainty } => format!("{directory} {}", certainty.as_str()),
            Location::External { name, standard } => format!("{name}{}", if standard { " standard" } else { "" }),
            Location::Unresolved(reason) => format!("? {}", reason.as_str()),
        }
    }

    #[test]
    fn the_longest_module_path_wins() {
        let files = [("go.mod", "module o.org/m\nrequire o.org/m/x v1.0.0\n"), ("a/go.mod", "module o.org/m/a/v2\n")];
        assert_eq!(locate(&files, "", "o.org/m"), " resolved");
        assert_eq!(locate(&files, "p", "o.org/m/p"), "p resolved");
        assert_eq!(locate(&files, "", "o.org/m/x/y"), "o.org/m/x");
        assert_eq!(locate(&files, "", "o.org/m/a/v2/p"), "a/p inferred");
        assert_eq!(locate(&files, "a/p", "o.org/m/a/v2/p"), "a/p resolved");
        assert_eq!(locate(&files, "", "o.org/m/gone"), "? missing");
        assert_eq!(locate(&files, "", "net/http"), "net/http standard");
        assert_eq!(locate(&files, "", "other.org/x"), "? undeclared");
        assert_eq!(locate(&files, "", "./p"), "? unsupported");
        assert_eq!(locate(&files, "", "C"), "C standard");
    }

    #[test]
    fn a_module_path_need_not_have_a_dot() {
        assert_eq!(locate(&[("go.mod", "module app\n")], "", "app/p"), "p resolved");
    }

    #[test]
    fn workspaces_and_replacements_tie_modules() {
        let files = [
            ("a/go.mod", "module x.org/a\nreplace x.org/c => ../b\nreplace x.org/d => x.org/fork v1.0.0\n"),
            ("b/go.mod", "module x.org/b\n"),
            ("go.work", "use ./a\nuse ./b\n"),
        ];
        assert_eq!(locate(&files, "a", "x.org/b/p"), "b/p resolved");
        assert_eq!(locate(&files, "a", "x.org/c/p"), "b/p resolved");
        assert_eq!(locate(&files, "a", "x.org/d/p"), "x.org/d");
        assert_eq!(locate(&files, "b", "x.org/c/p"), "? undeclared");
    }

    #[test]
    fn vendored_packages_are_from_elsewhere() {
        let list = ("vendor/modules.txt", "# new.org/y v1.0.0\nnew.org/y/z\n");
        let files = [("go.mod", "module m\n"), list];
        assert_eq!(locate(&files, "", "new.org/y/z"), "new.org/y");
        assert_eq!(locate(&files, "", "old.org/x"), "old.org/x");
    }

    #[test]
    fn a_path_claimed_twice_is_nobodys() {
        let files = [("a/go.mod", "module e.org/x\n"), ("b/go.mod", "module e.org/x\n"), ("go.mod", "module m\n")];
        assert_eq!(locate(&files, "", "e.org/x/p"), "? undeclared");
        assert_eq!(locate(&files, "b", "e.org/x/p"), "b/p resolved");
    }
}
