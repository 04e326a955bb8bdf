//! What Dockerfiles say of the images that they build: users, health checks, versions of what they begin with.

use std::sync::Arc;

use super::super::draft::Draft;
use super::super::model::{ComponentId, Place, PracticeKind as Kind};
use super::{Of, command, moving};
use crate::document::{Document, Instruction};
use crate::lang::resolve::Sources;

pub fn read(sources: &Sources, draft: &mut Draft) {
    for document in sources.documents.iter().filter(|document| !document.instructions().is_empty()) {
        for component in built(draft, document) {
            let mut of = Of { draft, component: Some(component) };
            image(&mut of, document);
        }
    }
}

/// The components whose image a Dockerfile builds.
fn built(draft: &Draft, document: &Arc<Document>) -> Vec<ComponentId> {
    let is_it = |id: &ComponentId| draft.component(*id).evidence.iter().any(|place| place.path == document.path);
    let named: Vec<ComponentId> = draft.ids().filter(is_it).collect();
    let is_here = |id: &ComponentId| draft.component(*id).directory.as_deref() == Some(document.directory());
    let beside = || draft.owner_of_path(&document.path).filter(is_here).into_iter().collect();
    if named.is_empty() && document.file_name() == "Dockerfile" { beside() } else { named }
}

/// A stage of a Dockerfile.
struct Stage<'d> {
    from: &'d Instruction,
    image: &'d str,
    name: Option<&'d str>,
    user: Option<&'d Instruction>,
    health: Option<&'d Instruction>,
}

fn stages(document: &Document) -> Vec<Stage<'_>> {
    let mut stages: Vec<Stage<'_>> = Vec::new();
    for instruction in document.instructions() {
        match (&*instruction.name, stages.last_mut()) {
            ("FROM", _) => {
                let mut words = instruction.words().into_iter().filter(|word| !word.starts_with("--"));
                let image = words.next().unwrap_or_default();
                stages.push(Stage { from: instruction, image, name: words.nth(1), user: None, health: None });
            }
            ("USER", Some(stage)) => stage.user = Some(instruction),
            ("HEALTHCHECK", Some(stage)) => stage.health = Some(instruction),
            _ => {}
        }
    }
    stages
}

fn image(of: &mut Of<'_>, document: &Document) {
    let stages = stages(document);
    let place = |line: u32| Place::new(&document.path, line);
    // The last stage is what runs; it may begin with an earlier one, and that again.
    let mut lineage: Vec<&Stage<'_>> = Vec::new();
    let mut end = stages.len();
    while let Some(stage) = end.checked_sub(1).and_then(|last| stages.get(last)) {
        lineage.push(stage);
        end = stages[..end - 1]
            .iter()
            .rposition(|other| other.name.is_some_and(|name| name.eq_ignore_ascii_case(stage.image)))
            .map_or(0, |at| at + 1);
    }
    let (Some(last), Some(base)) = (lineage.first(), lineage.last()) else { return };
    if let Some(tag) = moving(base.image) {
        of.say(Kind::MovingTag, &format!("{} ({tag})", base.image), place(base.from.line));
    }
    if let Some(health) = lineage.iter().find_map(|stage| stage.health).filter(|health| *health.arguments != *"NONE") {
        let test = health.arguments.split_once("CMD").map_or(&*health.arguments, |(_, test)| test);
        of.say(Kind::HealthCheck, &command(test), place(health.line));
    }
    match lineage.iter().find_map(|stage| stage.user) {
        Some(user) => {
            let name = user.words().first().map_or("", |word| word.split(':').next().unwrap_or(word)).to_owned();
            match name.as_str() {
                "root" | "0" => of.say(Kind::RootUser, "USER root", place(user.line)),
                _ if name.contains('$') || name.is_empty() => {}
                _ => of.say(Kind::Hardened, &format!("USER {name}"), place(user.line)),
            }
        }
        // An image may bring a user without rights; those that do say so in their names.
        None if base.image.contains('$')
            || ["nonroot", "unprivileged", "rootless", "bitnami/", "chainguard/"]
                .iter()
                .any(|word| base.image.contains(word)) => {}
        None => of.say(Kind::RootUser, "no USER in the last stage", place(last.from.line)),
    }
}
