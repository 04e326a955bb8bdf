//! Names that are no paths: packages, and modules that a runtime or a framework brings.

use rustc_hash::FxHashMap;

use super::builtins::runtime_module;
use super::resolver::{Meaning, Resolver, external, unresolved};
use crate::facts::Name;
use crate::lang::resolve::{Certainty, Reason, Target};
use crate::project::npm::path::{ancestors, join};
use crate::project::npm::{Dependency, PackageJson, TsConfig};

impl<'a> Resolver<'a> {
    /// A package's name with or without a path into it, or a module that a runtime or framework brings.
    pub(super) fn package(&self, specifier: &str, directory: &str, config: Option<&TsConfig>) -> Meaning {
        let conditions = config.map_or(&[][..], |config| config.conditions.as_slice());
        let undeclared = || (unresolved(specifier, Reason::Undeclared), Certainty::Resolved);
        let specifier = match external_scheme(specifier) {
            Scheme::None => specifier,
            Scheme::Package(package) => return (external(package, false), Certainty::Resolved),
            Scheme::Runtime(module) => return (external(&module, true), Certainty::Resolved),
            Scheme::Other => return self.of_framework(specifier, directory),
        };
        let Some((name, subpath)) = split(specifier) else { return undeclared() };
        let declared = self.declared(name, directory);
        if let Some((package, certainty)) = self.directory_of(name, directory, declared) {
            return self.in_linked(&package, specifier, subpath, conditions, certainty);
        }
        if let Some(module) = runtime_module(specifier) {
            return (external(&module, true), Certainty::Resolved);
        }
        if let Some((_, dependency)) = declared {
            return (external(dependency.registry_name(), false), Certainty::Declared);
        }
        // A name that only one package of the project bears.
        match self.named.get(name).map(Vec::as_slice) {
            Some([package]) => self.in_linked(&package.directory, specifier, subpath, conditions, Certainty::Inferred),
            _ => undeclared(),
        }
    }

    /// The nearest manifest that declares a package, or its types, and the declaration.
    fn declared(&self, name: &str, directory: &str) -> Option<(&'a PackageJson, &'a Dependency)> {
        let types = types_package(name);
        ancestors(directory).filter_map(|above| self.package_at(above)).find_map(|manifest| {
            let dependency = manifest.dependency(name).or_else(|| manifest.dependency(&types))?;
            Some((manifest, dependency))
        })
    }

    /// Where in the project a package lies: linked by path, copied into `node_modules`, the importing file's own, or a
    /// member of a workspace.
    fn directory_of(
        &self,
        name: &str,
        directory: &str,
        declared: Option<(&'a PackageJson, &'a Dependency)>,
    ) -> Option<(String, Certainty)> {
        let exists = |path: &String| self.sources.is_directory(path);
        let linked =
            declared.and_then(|(manifest, dependency)| join(&manifest.directory, dependency.linked_directory()?));
        let installed = || {
            let places = ancestors(directory).filter_map(|above| join(above, &format!("node_modules/{name}")));
            places.into_iter().find(exists)
        };
        if let Some(found) = linked.filter(exists).or_else(installed) {
            return Some((found, Certainty::Resolved));
        }
        let wanted = match declared {
            Some((_, dependency)) if dependency.name == name => dependency.registry_name(),
            _ => name,
        };
        let own = ancestors(directory).find_map(|above| self.package_at(above));
        let own = own.filter(|own| own.name.as_deref() == Some(name));
        let is_certain = declared.is_some() || own.is_some();
        let package = own.or_else(|| self.nearest(&self.members, wanted, directory))?;
        let certainty = if is_certain { Certainty::Resolved } else { Certainty::Inferred };
        Some((package.directory.to_string(), certainty))
    }

    /// A subpath of a package whose directory is part of the project.
    fn in_linked(
        &self,
        directory: &str,
        specifier: &str,
        subpath: &str,
        conditions: &[Name],
        certainty: Certainty,
    ) -> Meaning {
        match self.in_package(directory, subpath, conditions) {
            Some((file, found)) => (Target::File(file), certainty.max(found)),
            None => (unresolved(specifier, Reason::Missing), Certainty::Resolved),
        }
    }

    /// `astro:content` belongs to the package that its scheme names, if that is declared; `virtual:x` is made by a
    /// plugin when the code is built.
    fn of_framework(&self, specifier: &str, directory: &str) -> Meaning {
        let scheme = specifier.split(':').next().unwrap_or(specifier);
        let is_declared = ancestors(directory)
            .filter_map(|above| self.package_at(above))
            .any(|manifest| manifest.dependency(scheme).is_some());
        match is_declared {
            true => (external(scheme, false), Certainty::Declared),
            false => (unresolved(specifier, Reason::Unsupported), Certainty::Resolved),
        }
    }

    /// Of the packages with a name, the one whose directory has most in common with the importing file's.
    fn nearest(
        &self,
        packages: &FxHashMap<&'a str, Vec<&'a PackageJson>>,
        name: &str,
        directory: &str,
    ) -> Option<&'a PackageJson> {
        let packages = packages.get(name)?;
        let shared = |package: &&PackageJson| {
            directory.split('/').zip(package.directory.split('/')).take_while(|(a, b)| a == b).count()
        };
        // The first of equals, which are in path order.
        packages.iter().rev().max_by_key(|package| shared(package)).copied()
    }
}

/// A specifier's package and the rest: `@a/b/c` is `@a/b` and `c`.
fn split(specifier: &str) -> Option<(&str, &str)> {
    let from = if specifier.starts_with('@') { specifier.find('/')? + 1 } else { 0 };
    let end = specifier.get(from..)?.find('/').map_or(specifier.len(), |at| from + at);
    let name = specifier.get(..end).filter(|name| !name.is_empty() && !name.ends_with('/'))?;
    Some((name, specifier.get(end..)?.trim_matches('/')))
}

/// The package on DefinitelyTyped that describes another.
fn types_package(name: &str) -> String {
    match name.strip_prefix('@') {
        Some(scoped) => format!("@types/{}", scoped.replace('/', "__")),
        None => format!("@types/{name}"),
    }
}

enum Scheme<'s> {
    /// A plain package name.
    None,
    /// A package that the scheme's registry holds.
    Package(&'s str),
    Runtime(String),
    Other,
}

fn external_scheme(specifier: &str) -> Scheme<'_> {
    let Some((scheme, rest)) = specifier.split_once(':') else { return Scheme::None };
    match scheme {
        "npm" | "jsr" => {
            let rest = rest.trim_start_matches('/');
            let (name, _) = split(rest).unwrap_or((rest, ""));
            let end = name.rfind('@').filter(|at| *at > 0).unwrap_or(name.len());
            Scheme::Package(&name[..end])
        }
        "http" | "https" => Scheme::Package(rest.trim_start_matches('/').split('/').next().unwrap_or(rest)),
        _ => match runtime_module(specifier) {
            Some(module) => Scheme::Runtime(module),
            None => Scheme::Other,
        },
    }
}
