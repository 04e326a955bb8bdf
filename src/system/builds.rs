//! From which directory an image is built: Skaffold's artifacts, and Dockerfiles beside what they build.

use std::sync::Arc;

use super::applications::running;
use super::compose::{containerfile, image_name};
use super::draft::Draft;
use super::model::{ComponentId, Place, Role};
use super::{Detector, Stage};
use crate::document::{Document, Tree};
use crate::lang::resolve::Sources;
use crate::project::cmake::join;

/// Where images come from.
pub static BUILDS: Detector =
    Detector { name: "builds", looks_for: "artifacts of Skaffold and Dockerfiles", stage: Stage::Components, detect };

/// Directories that hold the source of what the directory around them is called after.
const INNER: &[&str] = &["src", "app", "docker", "build", "main", "resources", "deploy", ".docker"];

fn detect(sources: &Sources, draft: &mut Draft) {
    for document in sources.documents.iter().filter(|document| document.file_name().starts_with("skaffold")) {
        for tree in document.trees() {
            for artifact in tree.at("build.artifacts").map(Tree::elements).unwrap_or_default() {
                let Some(image) = artifact.text_at("image") else { continue };
                let context = artifact.text_at("context").or_else(|| artifact.text_at("workspace")).unwrap_or(".");
                let Some(mut directory) = join(document.directory(), context) else { continue };
                // Jib and Dockerfiles name the part of the context that is built.
                let inner = artifact.text_at("jib.project").filter(|project| !project.contains(':'));
                let dockerfile = artifact.text_at("docker.dockerfile").and_then(|file| Some(file.rsplit_once('/')?.0));
                if let Some(inner) = inner.or(dockerfile).and_then(|inner| join(&directory, inner)) {
                    directory = inner;
                }
                let is_whole = with_directory(draft, &directory) || directory.is_empty();
                if is_whole && inner.is_none() {
                    continue;
                }
                for id in with_image(draft, image_name(image)) {
                    let place = Place::new(&document.path, artifact.line);
                    draft.part(id).component.directory.get_or_insert(directory.as_str().into());
                    draft.support(id, place);
                }
            }
        }
    }
    let has_deployment = !draft.parts.is_empty();
    for document in sources.documents.iter().filter(|document| !document.instructions().is_empty()) {
        let directory = source_of(document.directory());
        let name = directory.rsplit('/').next().unwrap_or_default();
        if document.file_name() != "Dockerfile" || is_aside(directory) {
            continue;
        }
        let known = draft.ids().find(|id| draft.component(*id).directory.as_deref() == Some(directory));
        match known.or_else(|| running(draft, directory, &[name])) {
            Some(id) => {
                // Compose has read those that it names.
                if !draft.component(id).evidence.iter().any(|place| *place.path == *document.path) {
                    containerfile(draft, id, document);
                }
                draft.part(id).component.directory.get_or_insert(directory.into());
            }
            None if !has_deployment => alone(draft, document, directory, name),
            None => {}
        }
    }
}

/// The directory of what is built from a Dockerfile in a directory: those that only say what is in them are left out.
fn source_of(directory: &str) -> &str {
    let mut source = directory;
    while let Some((around, last)) = source.rsplit_once('/') {
        if !INNER.contains(&last) {
            break;
        }
        source = around;
    }
    source
}

fn is_aside(directory: &str) -> bool {
    directory.split('/').any(|part| {
        matches!(
            part,
            "test"
                | "tests"
                | "examples"
                | "ci"
                | ".devcontainer"
                | ".github"
                | "docs"
                | "testdata"
                | "hack"
                | "scripts"
        )
    })
}

/// Whether another component is built from a directory as well, so that it says nothing of either.
fn with_directory(draft: &Draft, directory: &str) -> bool {
    draft.ids().any(|id| draft.component(id).directory.as_deref() == Some(directory))
}

fn with_image(draft: &Draft, name: &str) -> Vec<ComponentId> {
    let has = |id: &ComponentId| draft.parts[id.index()].images.iter().any(|image| image_name(image) == name);
    draft.ids().filter(has).collect()
}

/// A Dockerfile that nothing deploys: what it builds is deployed by somebody else.
fn alone(draft: &mut Draft, document: &Arc<Document>, directory: &str, name: &str) {
    let runs =
        document.instructions().iter().any(|instruction| matches!(&*instruction.name, "CMD" | "ENTRYPOINT" | "EXPOSE"));
    if !runs || name.is_empty() {
        return;
    }
    let id = draft.ensure(name, Role::Service, Place::new(&document.path, 1));
    draft.part(id).component.directory.get_or_insert(directory.into());
    containerfile(draft, id, document);
}
