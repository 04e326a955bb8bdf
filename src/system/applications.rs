//! Applications by their code: modules with an entry point, tied to the deployable that runs them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::catalog::catalog;
use super::compose::image_name;
use super::draft::{Draft, Setting, expand, key, setting};
use super::model::{ComponentId, Place, Role};
use super::{Detector, Stage};
use crate::document::Document;
use crate::facts::{FileFacts, Name, ReferenceKind};
use crate::lang::resolve::{SourceFile, Sources};
use crate::project::{DeclaredScope, Ecosystem, Package};

/// Spring Boot applications.
pub static SPRING_BOOT: Detector = Detector {
    name: "spring-boot",
    looks_for: "classes with @SpringBootApplication and the configuration beside them",
    stage: Stage::Components,
    detect,
};

/// Whose source each file is.
pub static OWNERS: Detector = Detector {
    name: "owners",
    looks_for: "directories from which a component is built",
    stage: Stage::Settings,
    detect: |sources, draft| draft.assign(sources),
};

/// Annotations that make a class an application.
const ENTRY_POINTS: &[&str] = &["SpringBootApplication", "EnableAutoConfiguration", "SpringCloudApplication"];

/// A module with an entry point.
struct Application<'a> {
    directory: &'a str,
    package: &'a Package,
    place: Place,
    annotations: Vec<(&'a str, Place)>,
    settings: Vec<Setting>,
}

/// The annotations of a file, each with its line.
pub fn annotations(facts: &FileFacts) -> impl Iterator<Item = (&str, u32)> {
    let macros = facts.references.iter().filter(|reference| reference.kind == ReferenceKind::Macro);
    macros.map(|reference| (facts.name(reference.name), reference.span.line))
}

fn is_source(file: &SourceFile) -> bool {
    !file.test && file.mark.is_none()
}

fn detect(sources: &Sources, draft: &mut Draft) {
    let mut found: BTreeMap<&str, Application<'_>> = BTreeMap::new();
    let mut marks: Vec<(&str, &str, Place)> = Vec::new();
    for file in sources.files.iter().filter(|file| is_source(file)) {
        let Some(facts) = file.facts.as_deref().filter(|_| is_jvm(file)) else { continue };
        for (name, line) in annotations(facts) {
            let is_entry = ENTRY_POINTS.contains(&name);
            if !is_entry && !name.starts_with("Enable") {
                continue;
            }
            let Some(package) = package_of(sources, &file.path, Ecosystem::Maven) else { continue };
            let place = Place::new(&file.path, line);
            marks.push((&package.directory, name, place.clone()));
            if is_entry || catalog().annotation(name).is_some() {
                let new = || Application {
                    directory: &package.directory,
                    package,
                    place,
                    annotations: Vec::new(),
                    settings: Vec::new(),
                };
                found.entry(&package.directory).or_insert_with(new);
            }
        }
    }
    for (directory, name, place) in marks {
        if let Some(application) = found.get_mut(directory) {
            application.annotations.push((name, place));
        }
    }
    let mut applications: Vec<Application<'_>> = found.into_values().collect();
    for application in &mut applications {
        application.settings = local_settings(sources, application.directory);
    }
    serve_configuration(sources, &mut applications);
    for application in applications {
        add(draft, application);
    }
}

fn is_jvm(file: &SourceFile) -> bool {
    file.language.is_some_and(|language| matches!(language.name, "java" | "kotlin" | "scala"))
}

/// The innermost package of an ecosystem around a path.
pub fn package_of<'s>(sources: &'s Sources, path: &str, ecosystem: Ecosystem) -> Option<&'s Package> {
    let packages = sources.project.packages.iter().filter(|package| package.ecosystem == ecosystem);
    let is_inside = |package: &&Package| {
        package.directory.is_empty() || path.strip_prefix(&*package.directory).is_some_and(|rest| rest.starts_with('/'))
    };
    packages.filter(is_inside).max_by_key(|package| package.directory.len())
}

/// The innermost package around a path.
pub fn package_of_any<'s>(sources: &'s Sources, path: &str) -> Option<&'s Package> {
    let is_inside = |package: &&Package| {
        package.directory.is_empty() || path.strip_prefix(&*package.directory).is_some_and(|rest| rest.starts_with('/'))
    };
    sources.project.packages.iter().filter(is_inside).max_by_key(|package| package.directory.len())
}

/// The settings in a module's resources, those of the bootstrap phase first.
fn local_settings(sources: &Sources, directory: &str) -> Vec<Setting> {
    let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
    let mut settings = Vec::new();
    for stem in ["bootstrap", "application"] {
        for document in &sources.documents {
            let Some(rest) = document.path.strip_prefix(&*prefix) else { continue };
            let is_resource = ["src/main/resources/", "config/", ""].iter().any(|place| {
                rest.strip_prefix(place).is_some_and(|rest| {
                    let rest = rest.strip_prefix("config/").unwrap_or(rest);
                    !rest.contains('/') && is_configuration_of(rest, stem)
                })
            });
            if is_resource {
                read(document, &mut settings);
            }
        }
    }
    settings
}

/// Whether a file's name is `stem.yml`, `stem.properties` or the like for a profile that is no test's.
fn is_configuration_of(file_name: &str, stem: &str) -> bool {
    let Some((name, extension)) = file_name.rsplit_once('.') else { return false };
    let profile = name.to_ascii_lowercase();
    let Some(rest) = profile.strip_prefix(&*stem.to_ascii_lowercase()) else { return false };
    matches!(extension, "yml" | "yaml" | "properties")
        && (rest.is_empty() || rest.starts_with('-') && !rest.contains("test"))
}

/// The values of a document as settings.
fn read(document: &Arc<Document>, settings: &mut Vec<Setting>) {
    for tree in document.trees() {
        settings.extend(tree.leaves().into_iter().map(|(key, value, line)| Setting {
            key: Name::from(key),
            value: value.clone(),
            place: Place::new(&document.path, line),
            environment: false,
        }));
    }
}

/// What a configuration server of the project keeps for each application: files called after it in a directory that is
/// nobody's resources but the server's, and those called `application` beside them.
fn serve_configuration(sources: &Sources, applications: &mut [Application<'_>]) {
    let is_server =
        |application: &Application<'_>| application.annotations.iter().any(|(name, _)| *name == "EnableConfigServer");
    if !applications.iter().any(is_server) {
        return;
    }
    let names: Vec<String> = applications
        .iter()
        .filter_map(|application| setting(&application.settings, "spring.application.name"))
        .map(|name| name.value.to_string())
        .collect();
    let is_kept_for = |document: &&Arc<Document>, name: &str| is_configuration_of(document.file_name(), name);
    let kept: BTreeSet<&str> = sources
        .documents
        .iter()
        .filter(|document| names.iter().any(|name| is_kept_for(document, name)))
        .map(|document| document.directory())
        .collect();
    for (application, name) in applications.iter_mut().filter_map(|application| {
        let name = setting(&application.settings, "spring.application.name")?.value.clone();
        Some((application, name))
    }) {
        let mut found = Vec::new();
        for document in sources.documents.iter().filter(|document| kept.contains(document.directory())) {
            let is_local =
                document.path.strip_prefix(application.directory).is_some_and(|rest| rest.starts_with("/src/main"));
            if !is_local && (is_kept_for(&document, "application") || is_kept_for(&document, &name)) {
                read(document, &mut found);
            }
        }
        application.settings.extend(found);
    }
}

/// Ties an application to what runs it, or makes a component of it.
fn add(draft: &mut Draft, application: Application<'_>) {
    let own = |name: &str| setting(&application.settings, name).map(|found| found.value.clone());
    let declared = own("spring.application.name").map(|name| expand(&application.settings, &name, 4));
    let declared = declared.filter(|name| !name.is_empty() && !name.contains('$'));
    let directory_name = application.directory.rsplit('/').next().unwrap_or_default();
    let artifact = application.package.name.rsplit(':').next().unwrap_or_default();
    let names: Vec<&str> = declared.as_deref().into_iter().chain([directory_name, artifact]).collect();
    let id = running(draft, application.directory, &names).unwrap_or_else(|| {
        let name = names.iter().find(|name| !name.is_empty()).copied().unwrap_or("application");
        draft.add(name, Role::Service, application.place.clone())
    });
    draft.support(id, application.place.clone());
    for name in names {
        draft.alias(id, name);
    }
    let mut settings = application.settings.clone();
    // The environment overrides files.
    settings.append(&mut draft.part(id).settings);
    for port in settings.iter().filter(|setting| setting.key == "server.port") {
        let port = expand(&settings, &port.value, 4).parse::<u16>();
        draft.part(id).component.ports.extend(port);
    }
    let part = draft.part(id);
    part.settings = settings;
    part.component.directory = Some(application.directory.into());
    let telling = application.annotations.iter().filter_map(|(name, place)| Some((catalog().annotation(name)?, place)));
    let telling: Vec<_> = telling.collect();
    for (technology, place) in &telling {
        draft.classify(id, technology.role, &technology.name, true);
        draft.support(id, (*place).clone());
    }
    for wanted in &application.package.dependencies {
        let is_used = matches!(wanted.scope, DeclaredScope::Runtime | DeclaredScope::Optional);
        if let Some(technology) = catalog().server(Ecosystem::Maven, &wanted.name).filter(|_| is_used) {
            draft.classify(id, technology.role, &technology.name, true);
        }
    }
    if draft.component(id).technologies.is_empty() {
        draft.classify(id, Role::Service, "Spring Boot", false);
    }
}

/// The component that runs what is built from a directory: the one built there, else the one called as the application is,
/// else the only one whose image is called so, with or without the project's name before it.
pub fn running(draft: &Draft, directory: &str, names: &[&str]) -> Option<ComponentId> {
    // What is built from a directory around is built from this one among others.
    let free = |id: &ComponentId| {
        let known = draft.component(*id).directory.as_deref();
        known.is_none_or(|known| {
            known.is_empty()
                || directory.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    };
    let built: Vec<ComponentId> =
        draft.ids().filter(|id| draft.component(*id).directory.as_deref() == Some(directory)).collect();
    if let [id] = built.as_slice() {
        return Some(*id);
    }
    if let Some(id) = names.iter().filter_map(|name| draft.named(name)).find(free) {
        return Some(id);
    }
    let plain = |name: &str| key(name).replace('-', "");
    let same: Vec<ComponentId> = draft
        .ids()
        .filter(free)
        .filter(|id| names.iter().any(|name| !name.is_empty() && plain(name) == plain(&draft.component(*id).name)))
        .collect();
    if let [id] = same.as_slice() {
        return Some(*id);
    }
    let is_called = |id: &ComponentId| {
        draft.parts[id.index()].images.iter().map(|image| key(image_name(image))).any(|image| {
            names.iter().filter(|name| !name.is_empty()).any(|name| {
                let name = key(name);
                image.strip_suffix(&*name).is_some_and(|before| before.is_empty() || before.ends_with('-'))
            })
        })
    };
    let called: Vec<ComponentId> = draft.ids().filter(free).filter(is_called).collect();
    match called.as_slice() {
        [id] => Some(*id),
        _ => None,
    }
}
