//! Delivery: what builds, tests and ships the components, as the files of CI systems and of tools for deployment declare it.
//!
//! A [`Ci`] knows its own files and gives their pipelines. What the steps do is said by the table in
//! `assets/catalog/delivery.toml`, for commands as for prepared steps.

mod argo;
mod azure;
mod bitbucket;
mod buildkite;
mod circle;
mod drone;
mod github;
mod gitlab;
mod groovy;
mod jenkins;
mod meant;
mod shell;
mod skaffold;
mod steps;
mod table;
mod tekton;
mod tilt;
mod travis;

use std::sync::Arc;

use super::draft::Draft;
use super::model::{Job, Pipeline, Place, Task};
use super::{BlindSpot, Detector, Stage};
use crate::document::{Document, Problem, Tree};
use crate::facts::Name;
use crate::lang::resolve::Sources;

/// Pipelines.
pub static PIPELINES: Detector = Detector {
    name: "pipelines",
    looks_for: "pipelines of GitHub Actions, GitLab, CircleCI, Azure, Travis, Drone, Woodpecker, Bitbucket, Jenkins, Buildkite, \
                Argo, Tekton, Skaffold and Tilt",
    stage: Stage::Whole,
    detect,
};

/// A CI system.
struct Ci {
    /// Its name for people.
    technology: &'static str,
    /// Whether a document is one of its files.
    is_own: fn(&Document) -> bool,
    /// The pipelines of a file.
    read: fn(&Reading<'_>) -> Vec<Pipeline>,
}

static SYSTEMS: &[Ci] = &[
    github::GITHUB,
    gitlab::GITLAB,
    circle::CIRCLE,
    azure::AZURE,
    travis::TRAVIS,
    drone::DRONE,
    drone::WOODPECKER,
    bitbucket::BITBUCKET,
    jenkins::JENKINS,
    buildkite::BUILDKITE,
    argo::ARGO_CD,
    argo::ARGO_WORKFLOWS,
    argo::FLUX,
    tekton::TEKTON,
    skaffold::SKAFFOLD,
    tilt::TILT,
];

/// A file of a CI system while it is read.
struct Reading<'r> {
    sources: &'r Sources,
    draft: &'r Draft,
    document: &'r Arc<Document>,
    technology: &'static str,
}

fn detect(sources: &Sources, draft: &mut Draft) {
    let mut pipelines = Vec::new();
    let mut unread = Vec::new();
    for document in &sources.documents {
        for ci in SYSTEMS.iter().filter(|ci| (ci.is_own)(document)) {
            let reading = Reading { sources, draft, document, technology: ci.technology };
            let found = (ci.read)(&reading);
            if found.is_empty() && document.problem.is_none() && document.text().is_some() {
                let message = format!("no pipeline of {} that can be read without running it", ci.technology);
                let problem = Problem { line: None, message };
                unread.push(BlindSpot { path: document.path.clone(), problem });
            }
            pipelines.extend(found);
        }
    }
    draft.pipelines.extend(pipelines);
    draft.blind_spots.extend(unread);
}

impl<'r> Reading<'r> {
    fn place(&self, line: u32) -> Place {
        Place::new(&self.document.path, line)
    }

    /// A pipeline without jobs.
    fn pipeline(&self, name: &str) -> Pipeline {
        Pipeline {
            name: Name::from(name),
            technology: self.technology,
            path: self.document.path.clone(),
            triggers: Vec::new(),
            jobs: Vec::new(),
        }
    }

    /// A job that does nothing yet.
    fn job(&self, name: &str, line: u32) -> Job {
        Job {
            name: Name::from(name),
            stage: None,
            needs: Vec::new(),
            environment: None,
            tasks: Vec::new(),
            evidence: self.place(line),
        }
    }

    /// The directory that paths in the file count from, for the many systems that start in the root of the repository. The
    /// root of a repository within the project is where its CI system's own files are.
    fn root(&self, own: &str) -> &'r str {
        let directory = self.document.directory();
        match directory.strip_suffix(own) {
            Some(root) => root.strip_suffix('/').unwrap_or(root),
            None => directory,
        }
    }

    /// The document at a path.
    fn other(&self, path: &str) -> Option<&'r Arc<Document>> {
        let documents = &self.sources.documents;
        documents.binary_search_by(|document| (*document.path).cmp(path)).ok().map(|index| &documents[index])
    }
}

/// Adds a trigger once.
fn trigger(pipeline: &mut Pipeline, what: &str, place: Place) {
    if !pipeline.triggers.iter().any(|(known, _)| known == what) {
        pipeline.triggers.push((Name::from(what), place));
    }
}

/// Adds a task once.
fn add(tasks: &mut Vec<Task>, task: Task) {
    if !tasks.contains(&task) {
        tasks.push(task);
    }
}

/// Says what the jobs wait for: for each the names of others. Names that nobody has are left out.
fn wait(jobs: &mut [Job], needs: &[Vec<String>]) {
    let names: Vec<Name> = jobs.iter().map(|job| job.name.clone()).collect();
    for (index, (job, wanted)) in jobs.iter_mut().zip(needs).enumerate() {
        let found =
            names.iter().enumerate().filter(|(other, name)| *other != index && wanted.iter().any(|n| n == *name));
        job.needs = found.map(|(other, _)| other).collect();
    }
}

/// Says that the jobs of a stage wait for those of the last stage before it that has any, unless something is known of them.
fn wait_for_stages(jobs: &mut [Job], order: &[String], is_free: impl Fn(usize) -> bool) {
    let position = |job: &Job| order.iter().position(|stage| job.stage.as_deref() == Some(stage));
    let positions: Vec<Option<usize>> = jobs.iter().map(position).collect();
    for (index, job) in jobs.iter_mut().enumerate().filter(|(index, _)| is_free(*index)) {
        let Some(own) = positions[index] else { continue };
        let Some(before) = positions.iter().flatten().filter(|other| **other < own).max() else { continue };
        let is_before = |(_, other): &(usize, &Option<usize>)| **other == Some(*before);
        job.needs = positions.iter().enumerate().filter(is_before).map(|(other, _)| other).collect();
    }
}

/// The texts of a value: itself, or its elements.
fn texts(tree: Option<&Tree>) -> Vec<String> {
    let each = tree.map(Tree::each).unwrap_or_default();
    each.iter().filter_map(Tree::text).filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// `push to main, dev` for a word and the names that limit it.
fn limited(what: &str, names: &[String]) -> String {
    if names.is_empty() { what.to_owned() } else { format!("{what} to {}", names.join(", ")) }
}
