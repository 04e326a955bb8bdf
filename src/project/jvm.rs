//! Maven, Gradle and sbt manifests.

mod gradle;
mod maven;
mod sbt;

use super::{ConfigFile, Problem, Project};

/// A directory with a manifest, and the other modules of the project that it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Relative to the project's root.
    pub directory: Box<str>,
    /// Directories of the modules that it needs, sorted.
    pub needs: Vec<Box<str>>,
    /// Whether the manifest names all that it needs (Maven). A Gradle script may compute more.
    pub is_complete: bool,
}

/// What the resolver needs beyond packages.
#[derive(Debug, Clone, Default)]
pub struct Manifests {
    /// In order of directory.
    pub modules: Vec<Module>,
}

/// A manifest's problem: the line, if known, and what is wrong.
type Fault = (Option<u32>, String);

/// Whether a file of this name is read here.
pub fn is_config(file_name: &str) -> bool {
    maven::is_config(file_name) || gradle::is_config(file_name) || sbt::is_config(file_name)
}

/// Reads the manifests among `configs` (sorted by path) into `project`.
pub fn read(configs: &[ConfigFile], project: &mut Project) {
    maven::read(configs, project);
    gradle::read(configs, project);
    sbt::read(configs, project);
    project.jvm.modules.sort_by(|a, b| a.directory.cmp(&b.directory));
}

fn report(project: &mut Project, config: &ConfigFile, (line, message): Fault) {
    project.problems.push(Problem { path: config.path.clone(), line, message });
}

/// A path as a manifest in `directory` writes it; none where it leaves the project.
fn join(directory: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// What a module in this directory is called where its manifest does not say.
fn directory_name(directory: &str) -> &str {
    directory.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Declared;

    fn project(files: &[(&str, &str)]) -> Project {
        let configs: Vec<ConfigFile> =
            files.iter().map(|(path, text)| ConfigFile { path: (*path).into(), text: (*text).into() }).collect();
        Project::read(&configs)
    }

    fn asked(project: &Project) -> Vec<String> {
        let of =
            |d: &Declared| format!("{} {} {:?} {}", d.name, d.requirement.as_deref().unwrap_or("-"), d.scope, d.line);
        project.packages.iter().flat_map(|package| package.dependencies.iter().map(of)).collect()
    }

    const PARENT: &str = "<project>\n<groupId>g</groupId><artifactId>p</artifactId><version>1</version>\n\
        <properties><v>2.0</v><w>${v}.1</w></properties>\n\
        <dependencyManagement><dependencies><dependency><groupId>x</groupId><artifactId>managed</artifactId>\
        <version>${w}</version></dependency></dependencies></dependencyManagement>\n\
        <modules><module>a</module><module>b</module></modules></project>";

    #[test]
    fn maven_modules_with_inherited_versions() {
        let a = "<project><parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent>\n\
            <artifactId>a</artifactId><dependencies>\n\
            <dependency><groupId>x</groupId><artifactId>managed</artifactId><scope>test</scope></dependency>\n\
            <dependency><groupId>${project.groupId}</groupId><artifactId>b</artifactId><version>${project.version}</version></dependency>\n\
            </dependencies></project>";
        let b = "<project><parent><groupId>g</groupId><artifactId>p</artifactId></parent><artifactId>b</artifactId></project>";
        let project = project(&[("pom.xml", PARENT), ("a/pom.xml", a), ("b/pom.xml", b)]);
        assert_eq!(asked(&project), ["x:managed 2.0.1 Development 3", "g:b 1 Runtime 4"]);
        let names: Vec<_> = project.packages.iter().map(|p| (&*p.name, p.version.as_deref())).collect();
        assert_eq!(names, [("g:p", Some("1")), ("g:a", Some("1")), ("g:b", Some("1"))]);
        assert_eq!(project.jvm.modules[1].needs, ["b".into()]);
    }

    #[test]
    fn gradle_projects_with_a_version_catalog() {
        let settings = "rootProject.name = 'all'\ninclude ':core', \":web:api\"\ninclude(\"tools\")\n\
            project(':tools').projectDir = file('etc/tools')\n";
        let api = "plugins { id 'java' }\ndependencies {\n  implementation project(':core')\n  api(projects.tools)\n  \
            testImplementation(\"org.x:y:1.2\")\n  compileOnly group: 'g', name: 'n', version: '3'\n  // api 'no:no:1'\n  \
            implementation(libs.some.lib)\n}\n";
        let catalog = "[versions]\nv = \"7\"\n[libraries]\nsome-lib = { module = \"a:lib\", version.ref = \"v\" }\nold = \"b:old:8\"\n";
        let project = project(&[
            ("settings.gradle", settings),
            ("core/build.gradle.kts", ""),
            ("etc/tools/build.gradle", ""),
            ("web/api/build.gradle", api),
            ("gradle/libs.versions.toml", catalog),
        ]);
        assert_eq!(asked(&project), ["org.x:y 1.2 Development 5", "g:n 3 Peer 6", "a:lib 7 Runtime 8"]);
        let api = project.jvm.modules.iter().find(|module| &*module.directory == "web/api").unwrap();
        assert_eq!(api.needs, ["core".into(), "etc/tools".into()]);
    }

    #[test]
    fn sbt_projects_with_their_libraries() {
        let build = "ThisBuild / version := \"1.0\"\nname := \"all\"\n\
            lazy val core = (project in file(\"modules/core\"))\n  .settings(\n    name := \"the-core\",\n    \
            libraryDependencies += \"org.typelevel\" %% \"cats-core\" % \"2.9.0\",\n    \
            // libraryDependencies += \"no\" % \"no\" % \"1\"\n  )\n\n\
            lazy val app = project.dependsOn(core % \"test->test;compile->compile\")\n  \
            .settings(libraryDependencies ++= Seq(\n    \"org.scalatest\" %%% \"scalatest\" % \"3.2\" % Test))\n\
            libraryDependencies += \"x\" % \"y\" % yVersion\n";
        let project = project(&[("build.sbt", build)]);
        let names: Vec<_> = project.packages.iter().map(|p| (&*p.directory, &*p.name)).collect();
        assert_eq!(names, [("", "all"), ("app", "app"), ("modules/core", "the-core")]);
        assert_eq!(
            asked(&project),
            [
                "x:y - Runtime 13",
                "org.scalatest:scalatest 3.2 Development 12",
                "org.typelevel:cats-core 2.9.0 Runtime 6"
            ]
        );
        let app = project.jvm.modules.iter().find(|module| &*module.directory == "app").unwrap();
        assert_eq!(app.needs, ["modules/core".into()]);
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let project = project(&[("pom.xml", "<project>"), ("a/pom.xml", &"<a>".repeat(200_000))]);
        assert_eq!(project.problems.len(), 2);
        assert_eq!(project.packages.len(), 0);
    }

    #[test]
    fn a_circle_of_parents_and_properties_ends() {
        let pom = |parent: &str, own: &str| {
            format!(
                "<project><parent><groupId>g</groupId><artifactId>{parent}</artifactId><relativePath>../{parent}</relativePath>\
                 </parent><artifactId>{own}</artifactId><properties><a>${{b}}</a><b>${{a}}${{a}}</b></properties>\
                 <dependencies><dependency><groupId>${{a}}</groupId><artifactId>x</artifactId></dependency></dependencies></project>"
            )
        };
        let project = project(&[("a/pom.xml", &pom("b", "a")), ("b/pom.xml", &pom("a", "b"))]);
        assert_eq!(project.packages.len(), 2);
    }
}
