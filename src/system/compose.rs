//! Docker Compose: services with their images, builds, names, ports, environment and what they wait for.

use std::collections::BTreeMap;

use super::catalog::{catalog, repository};
use super::draft::{Draft, Setting, expand, setting};
use super::model::{ComponentId, Place, Role};
use super::{Detector, Stage};
use crate::document::{Document, Tree};
use crate::facts::Name;
use crate::lang::resolve::Sources;
use crate::project::cmake::join;

/// Services of Compose files.
pub static COMPOSE: Detector =
    Detector { name: "compose", looks_for: "services in Docker Compose files", stage: Stage::Components, detect };

/// Whether a document is a Compose file: by its name, and by having services that are mappings.
pub fn is_compose(document: &Document) -> bool {
    let name = document.file_name().to_ascii_lowercase();
    let is_named = name.contains("compose") || name.contains("stack") || name.contains("swarm");
    is_named && document.trees().iter().any(|tree| tree.get("services").is_some_and(|s| !s.entries().is_empty()))
}

fn detect(sources: &Sources, draft: &mut Draft) {
    let mut files: Vec<&Document> =
        sources.documents.iter().map(AsRef::as_ref).filter(|d| is_compose(d) && !is_aside(&d.path)).collect();
    // What the developer starts by default counts first: the shortest path.
    files.sort_by_key(|document| {
        let stem = document.file_name().split('.').next().unwrap_or_default();
        let is_default = matches!(stem, "docker-compose" | "compose");
        (!is_default, document.path.matches('/').count(), document.path.len())
    });
    let environment_files: BTreeMap<&str, &Document> =
        sources.documents.iter().map(|document| (&*document.path, document.as_ref())).collect();
    for document in files {
        for tree in document.trees() {
            for entry in tree.get("services").map(Tree::entries).unwrap_or_default() {
                if entry.value.entries().is_empty() {
                    continue;
                }
                let place = Place::new(&document.path, entry.line);
                let id = draft.named(&entry.key).unwrap_or_else(|| {
                    let id = draft.add(&entry.key, Role::Service, place.clone());
                    draft.part(id).is_test = is_profile_of_tests(&entry.value);
                    id
                });
                draft.support(id, place);
                let variables = variables_of(document, &environment_files);
                let service = Service { document, tree: &entry.value, variables: &variables };
                describe(draft, id, &service, &environment_files);
            }
        }
    }
}

/// Whether a file describes what tests run.
fn is_aside(path: &str) -> bool {
    path.split(['/', '.', '-', '_']).any(|word| matches!(word, "test" | "tests" | "e2e" | "sut"))
}

fn is_profile_of_tests(service: &Tree) -> bool {
    let profiles = service.get("profiles").map(Tree::elements).unwrap_or_default();
    profiles.iter().filter_map(Tree::text).any(|profile| profile.contains("test"))
}

/// A service of a file, with the variables that Compose puts into the file.
struct Service<'d> {
    document: &'d Document,
    tree: &'d Tree,
    variables: &'d [Setting],
}

/// What Compose puts in for variables: the file `.env` beside the Compose file.
fn variables_of(document: &Document, files: &BTreeMap<&str, &Document>) -> Vec<Setting> {
    let Some(file) = join(document.directory(), ".env").and_then(|path| files.get(path.as_str()).copied()) else {
        return Vec::new();
    };
    let entries = file.trees().iter().flat_map(Tree::entries);
    let read = |entry: &crate::document::Entry| Setting {
        key: entry.key.clone(),
        value: Name::from(entry.value.text().unwrap_or_default()),
        place: Place::new(&file.path, entry.line),
        environment: true,
    };
    entries.map(read).collect()
}

fn describe(draft: &mut Draft, id: ComponentId, of: &Service<'_>, environment_files: &BTreeMap<&str, &Document>) {
    let (document, service) = (of.document, of.tree);
    for key in ["hostname", "container_name"] {
        if let Some(name) = service.text_at(key).filter(|name| !name.contains('$')) {
            draft.alias(id, name);
        }
    }
    if let Some(image) = service.text_at("image") {
        let image = expand(of.variables, image, 4);
        draft.part(id).images.push(Name::from(image.as_str()));
        if let Some(technology) = catalog().image(&image) {
            draft.classify(id, technology.role, &technology.name, false);
        }
    }
    let context = service.text_at("build").or_else(|| service.text_at("build.context"));
    if let Some(directory) = context.and_then(|context| join(document.directory(), context)) {
        let dockerfile = service.text_at("build.dockerfile").map(|file| expand(of.variables, file, 4));
        build(draft, id, &directory, dockerfile.as_deref(), environment_files);
    }
    for port in service.get("ports").map(Tree::elements).unwrap_or_default() {
        let text = port.text().or_else(|| port.text_at("target")).unwrap_or_default();
        let text = expand(of.variables, text, 4);
        let numbers = text.split('/').next().unwrap_or_default();
        let inner = numbers.rsplit(':').next().and_then(|port| port.parse::<u16>().ok());
        let outer = numbers.rsplit(':').nth(1).and_then(|port| port.parse::<u16>().ok());
        draft.part(id).component.ports.extend(inner.into_iter().chain(outer));
        if outer.is_some() || port.get("published").is_some() {
            draft.part(id).published.get_or_insert(Place::new(&document.path, port.line));
        }
    }
    for port in service.get("expose").map(Tree::elements).unwrap_or_default() {
        draft.part(id).component.ports.extend(port.text().and_then(|port| port.parse::<u16>().ok()));
    }
    for file in service.get("env_file").map(Tree::each).unwrap_or_default() {
        let path = file.text().or_else(|| file.text_at("path")).and_then(|path| join(document.directory(), path));
        if let Some(found) = path.and_then(|path| environment_files.get(path.as_str())) {
            for entry in found.trees().iter().flat_map(Tree::entries) {
                let value = entry.value.text().unwrap_or_default();
                set(draft, id, &entry.key, value, Place::new(&found.path, entry.line));
            }
        }
    }
    environment(draft, id, of);
    for volume in service.get("volumes").map(Tree::elements).unwrap_or_default() {
        let source = volume.text_at("source").or_else(|| volume.text()?.split(':').next());
        let path =
            source.filter(|source| source.starts_with('.')).and_then(|source| join(document.directory(), source));
        draft.part(id).mounts.extend(path);
    }
    for key in ["depends_on", "links", "external_links"] {
        let Some(tree) = service.get(key) else { continue };
        let listed = tree.elements().iter().filter_map(|name| Some((name.text()?, name.line)));
        let keyed = tree.entries().iter().map(|entry| (&*entry.key, entry.line));
        for (name, line) in listed.chain(keyed) {
            // A link may give another name: `db:database`.
            let name = name.split(':').next().unwrap_or(name);
            let place = Place::new(&document.path, line);
            draft.part(id).waits_for.push((Name::from(name), place));
        }
    }
}

/// The settings of an `environment` key, which is a mapping or a list of `KEY=value`, or of `KEY` alone.
fn environment(draft: &mut Draft, id: ComponentId, of: &Service<'_>) {
    let document = of.document;
    let Some(environment) = of.tree.get("environment") else { return };
    for entry in environment.entries() {
        let value = expand(of.variables, entry.value.text().unwrap_or_default(), 4);
        set(draft, id, &entry.key, &value, Place::new(&document.path, entry.line));
    }
    for element in environment.elements() {
        let Some(text) = element.text() else { continue };
        let place = Place::new(&document.path, element.line);
        match text.split_once('=') {
            Some((key, value)) => set(draft, id, key, &expand(of.variables, value, 4), place),
            None => {
                if let Some(given) = setting(of.variables, text) {
                    set(draft, id, text, &expand(of.variables, &given.value, 4), place);
                }
            }
        }
    }
}

/// Adds a variable of a component's environment.
pub fn set(draft: &mut Draft, id: ComponentId, key: &str, value: &str, place: Place) {
    let setting = Setting { key: Name::from(key.trim()), value: Name::from(value), place, environment: true };
    draft.part(id).settings.push(setting);
}

/// A component that the project builds from a directory.
fn build(
    draft: &mut Draft,
    id: ComponentId,
    directory: &str,
    dockerfile: Option<&str>,
    documents: &BTreeMap<&str, &Document>,
) {
    let file = join(directory, dockerfile.unwrap_or("Dockerfile"));
    let found = file.and_then(|file| documents.get(file.as_str()).copied());
    // A Dockerfile below the context says which part of it is built.
    let source = match found.map(Document::directory) {
        Some(inner) if inner.len() > directory.len() && inner.starts_with(directory) => inner,
        _ => directory,
    };
    draft.part(id).component.directory.get_or_insert(source.into());
    if let Some(document) = found {
        containerfile(draft, id, document);
    }
}

/// What a Dockerfile says of the component that runs its image.
pub fn containerfile(draft: &mut Draft, id: ComponentId, document: &Document) {
    let instructions = document.instructions();
    let stages: Vec<(&str, Option<&str>)> = instructions
        .iter()
        .filter(|instruction| instruction.name == "FROM")
        .map(|instruction| {
            let mut words = instruction.words().into_iter().filter(|word| !word.starts_with("--"));
            let image = words.next().unwrap_or_default();
            (image, words.nth(1))
        })
        .collect();
    let mut image = stages.last().map_or("", |(image, _)| image);
    // A stage may begin with an earlier one.
    for (from, name) in stages.iter().rev() {
        if *name == Some(image) {
            image = from;
        }
    }
    draft.support(id, Place::new(&document.path, instructions.first().map_or(1, |first| first.line)));
    if let Some(technology) = catalog().image(image) {
        draft.classify(id, technology.role, &technology.name, false);
    }
    for instruction in instructions {
        match &*instruction.name {
            "COPY" | "ADD" => {
                let words = instruction.words();
                let sources = words.iter().filter(|word| !word.starts_with("--")).take(words.len().saturating_sub(1));
                let paths: Vec<String> = sources.filter_map(|source| join(document.directory(), source)).collect();
                draft.part(id).mounts.extend(paths);
            }
            "EXPOSE" => {
                let ports =
                    instruction.words().into_iter().filter_map(|word| word.split('/').next()?.parse::<u16>().ok());
                draft.part(id).component.ports.extend(ports);
            }
            "ENV" => {
                let place = Place::new(&document.path, instruction.line);
                for (key, value) in variables(&instruction.arguments) {
                    let setting = Setting {
                        key: Name::from(key),
                        value: Name::from(value.trim_matches(['"', '\''])),
                        place: place.clone(),
                        environment: true,
                    };
                    // What runs an image may set another value.
                    draft.part(id).settings.insert(0, setting);
                }
            }
            _ => {}
        }
    }
}

/// The variables of an `ENV` instruction: `A=b C=d`, or `A b` for one.
fn variables(arguments: &str) -> Vec<(&str, &str)> {
    if arguments.split_whitespace().next().is_some_and(|word| word.contains('=')) {
        return arguments.split_whitespace().filter_map(|word| word.split_once('=')).collect();
    }
    arguments.split_once(char::is_whitespace).map(|(key, value)| (key, value.trim())).into_iter().collect()
}

/// The last part of an image's repository: what it is called.
pub fn image_name(image: &str) -> &str {
    repository(image).rsplit('/').next().unwrap_or_default()
}
