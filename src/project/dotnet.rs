//! MSBuild projects and NuGet's files: who references whom, which packages, which namespaces are imported everywhere.
//!
//! A project is evaluated as far as that needs no tool: properties, imports and items, with every condition taken to hold
//! (what one target framework or configuration leaves out, another has).

mod msbuild;
mod nuget;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{ConfigFile, Declared, Ecosystem, Package, Problem, Project};
use crate::facts::Name;

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// In order of the project files' paths.
    pub projects: Vec<DotnetProject>,
}

/// One project file: an assembly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DotnetProject {
    /// The directory that holds it; the sources below belong to it, but for those below a project of their own.
    pub directory: Box<str>,
    /// Project files that it references, sorted.
    pub needs: Vec<Arc<str>>,
    /// The project file's path.
    pub manifest: Arc<str>,
    /// Namespaces imported into all its files, sorted.
    pub usings: Vec<GlobalUsing>,
    /// Sources elsewhere that it compiles too: paths with `*` and `**`, sorted.
    pub links: Vec<String>,
    /// The packages that it and what it imports ask for, sorted.
    pub packages: Vec<Name>,
}

/// A `<Using>` item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GlobalUsing {
    /// The namespace or type.
    pub path: Name,
    /// Whether it imports the members of a type.
    pub is_static: bool,
    /// The other name that it gives.
    pub alias: Option<Name>,
}

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    let end = |end: &str| file_name.len() > end.len() && file_name.ends_with(end);
    [".csproj", ".props", ".targets", ".projitems", ".sln", ".slnx"].into_iter().any(end)
        || matches!(file_name, "packages.lock.json" | "packages.config")
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    let is_project = |config: &&ConfigFile| config.path.ends_with(".csproj");
    if !configs.iter().any(|config| is_project(&config)) {
        return;
    }
    let files = msbuild::Files::new(configs);
    let locks = nuget::Locks::read(configs, &mut project.problems);
    let mut evaluated: Vec<(&ConfigFile, msbuild::Evaluation)> = Vec::new();
    for config in configs.iter().filter(is_project) {
        match files.evaluate(config) {
            Ok(evaluation) => evaluated.push((config, evaluation)),
            Err((line, message)) => project.problems.push(Problem { path: config.path.clone(), line, message }),
        }
    }
    let names = Names::new(&evaluated);
    for (config, evaluation) in &evaluated {
        let directory = config.directory();
        let mut dependencies: Vec<Declared> = evaluation.packages.clone();
        dependencies.extend(locks.of_config(directory));
        for declared in &mut dependencies {
            declared.locked = locks.version(directory, &declared.name);
        }
        project.dotnet.projects.push(DotnetProject {
            directory: directory.into(),
            needs: names.needs(config, evaluation),
            manifest: config.path.clone(),
            usings: evaluation.usings.iter().cloned().collect(),
            links: evaluation.links.iter().cloned().collect(),
            packages: dependencies
                .iter()
                .map(|declared| declared.name.clone())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
        });
        project.packages.push(Package {
            ecosystem: Ecosystem::Nuget,
            name: evaluation.name(config).into(),
            version: evaluation.property("Version").or_else(|| evaluation.property("VersionPrefix")).map(Into::into),
            directory: directory.into(),
            manifest: config.path.clone(),
            dependencies,
        });
    }
}

/// How projects are called in references.
struct Names<'a> {
    by_path: BTreeMap<&'a str, &'a Arc<str>>,
    /// By file name in lower case; none where several have it.
    by_file: BTreeMap<String, Option<&'a Arc<str>>>,
    /// By assembly or package name in lower case; none where several have it.
    by_assembly: BTreeMap<String, Option<&'a Arc<str>>>,
}

impl<'a> Names<'a> {
    fn new(evaluated: &[(&'a ConfigFile, msbuild::Evaluation)]) -> Self {
        let mut names = Self { by_path: BTreeMap::new(), by_file: BTreeMap::new(), by_assembly: BTreeMap::new() };
        for (config, evaluation) in evaluated {
            let path = &config.path;
            names.by_path.insert(path, path);
            names
                .by_file
                .entry(config.file_name().to_lowercase())
                .and_modify(|other| *other = None)
                .or_insert(Some(path));
            names
                .by_assembly
                .entry(evaluation.name(config).to_lowercase())
                .and_modify(|other| *other = None)
                .or_insert(Some(path));
        }
        names
    }

    /// The project files that a project references: by path, by a path's end where it goes through unknown properties, and
    /// by the name of an assembly or package that a project here makes.
    fn needs(&self, config: &ConfigFile, evaluation: &msbuild::Evaluation) -> Vec<Arc<str>> {
        let by_path = evaluation.references.iter().filter_map(|reference| {
            self.by_path.get(reference.as_str()).copied().or_else(|| {
                let file = reference.rsplit('/').next().unwrap_or(reference).to_lowercase();
                self.by_file.get(&file).copied().flatten()
            })
        });
        let assemblies = evaluation.assemblies.iter().map(String::as_str);
        let by_name = assemblies
            .chain(evaluation.packages.iter().map(|declared| declared.name.as_str()))
            .filter_map(|name| self.by_assembly.get(&name.to_lowercase()).copied().flatten());
        let needs: BTreeSet<&Arc<str>> = by_path.chain(by_name).filter(|path| **path != config.path).collect();
        needs.into_iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> Project {
        let configs: Vec<ConfigFile> =
            files.iter().map(|(path, text)| ConfigFile { path: (*path).into(), text: (*text).into() }).collect();
        Project::read(&configs)
    }

    #[test]
    fn references_through_properties_and_imports() {
        let project = project(&[
            (
                "Directory.Build.props",
                "<Project><PropertyGroup><Libs>$(MSBuildThisFileDirectory)libs/</Libs></PropertyGroup><ItemGroup><Using Include=\"Base\" /></ItemGroup></Project>",
            ),
            (
                "app/App.csproj",
                "<Project Sdk=\"x\"><Import Project=\"..\\more.props\" /><ItemGroup><ProjectReference Include=\"$(Libs)Core/Core.csproj;..\\tool\\Tool.csproj\" /><Using Include=\"A.B\" Static=\"True\" /></ItemGroup></Project>",
            ),
            (
                "more.props",
                "<Project><ItemGroup><ProjectReference Include=\"$(MSBuildThisFileDirectory)libs\\More\\More.csproj\" /><ProjectReference Include=\"$(Nowhere)/Far.csproj\" /></ItemGroup></Project>",
            ),
            ("libs/Core/Core.csproj", "<Project />"),
            ("libs/More/More.csproj", "<Project />"),
            ("tool/Tool.csproj", "<Project />"),
            ("far/away/Far.csproj", "<Project />"),
            (
                "gen/Gen.csproj",
                "<Project><ItemGroup><ProjectReference Include=\"../tool/Tool.csproj\" ReferenceOutputAssembly=\"false\" /></ItemGroup></Project>",
            ),
        ]);
        let of = |name: &str| project.dotnet.projects.iter().find(|project| project.manifest.ends_with(name)).unwrap();
        let needs: Vec<&str> = of("App.csproj").needs.iter().map(|need| &**need).collect();
        assert_eq!(
            needs,
            ["far/away/Far.csproj", "libs/Core/Core.csproj", "libs/More/More.csproj", "tool/Tool.csproj"]
        );
        let usings: Vec<(&str, bool)> = of("App.csproj").usings.iter().map(|u| (&*u.path, u.is_static)).collect();
        assert_eq!(usings, [("A.B", true), ("Base", false)]);
        assert!(of("Gen.csproj").needs.is_empty(), "an analyzer is not seen by the code");
    }

    #[test]
    fn packages_with_central_versions_and_locks() {
        let project = project(&[
            (
                "Directory.Packages.props",
                "<Project><PropertyGroup><V>3.1</V></PropertyGroup><ItemGroup><PackageVersion Include=\"Some.Lib\" Version=\"$(V).0\" /></ItemGroup></Project>",
            ),
            (
                "a/A.csproj",
                "<Project>\n<ItemGroup>\n<PackageReference Include=\"Some.Lib\" />\n<PackageReference Include=\"Own\"><Version>1.2</Version></PackageReference>\n<PackageReference Include=\"Tool\" Version=\"9\" PrivateAssets=\"all\" />\n<PackageReference Update=\"Some.Lib\" /></ItemGroup></Project>",
            ),
            (
                "a/packages.lock.json",
                "{\"version\":1,\"dependencies\":{\"net8.0\":{\"Some.Lib\":{\"type\":\"Direct\",\"resolved\":\"3.1.0\"}}}}",
            ),
            ("old/Old.csproj", "<Project />"),
            ("old/packages.config", "<packages>\n<package id=\"Ancient\" version=\"0.1\" />\n</packages>"),
        ]);
        let told: Vec<String> = project
            .packages
            .iter()
            .flat_map(|package| &package.dependencies)
            .map(|d| {
                format!("{} {:?} {:?} {:?} {}", d.name, d.requirement.as_deref(), d.locked.as_deref(), d.scope, d.line)
            })
            .collect();
        assert_eq!(
            told,
            [
                "Some.Lib Some(\"3.1.0\") Some(\"3.1.0\") Runtime 3",
                "Own Some(\"1.2\") None Runtime 4",
                "Tool Some(\"9\") None Development 5",
                "Ancient Some(\"0.1\") None Runtime 2",
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_and_a_circle_of_imports_ends() {
        let project = project(&[
            ("a/A.csproj", "<Project><Import Project=\"a.props\" /></Project>"),
            (
                "a/a.props",
                "<Project><PropertyGroup><X>$(X)$(X)x</X></PropertyGroup><Import Project=\"a.props\" /></Project>",
            ),
            ("b/B.csproj", "<Project>"),
        ]);
        assert_eq!(project.dotnet.projects.len(), 1);
        assert_eq!(project.problems.len(), 1);
    }
}
