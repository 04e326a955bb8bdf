//! Skaffold.

use super::steps::Work;
use super::{Ci, Reading, trigger};
use crate::document::{Document, Tree};
use crate::system::model::{Pipeline, TaskKind};

pub const SKAFFOLD: Ci = Ci { technology: "Skaffold", is_own, read };

fn is_own(document: &Document) -> bool {
    let is_of = |tree: &Tree| tree.text_at("apiVersion").is_some_and(|version| version.starts_with("skaffold/"));
    document.trees().iter().any(is_of)
}

fn read(reading: &Reading<'_>) -> Vec<Pipeline> {
    reading.document.trees().iter().filter_map(|tree| pipeline(reading, tree)).collect()
}

fn pipeline(reading: &Reading<'_>, tree: &Tree) -> Option<Pipeline> {
    let mut pipeline = reading.pipeline(tree.text_at("metadata.name").unwrap_or("skaffold"));
    trigger(&mut pipeline, "by hand", reading.place(tree.line));
    if let Some(build) = tree.entry("build") {
        let mut job = reading.job("build", build.line);
        let mut work = Work::new(reading, reading.document.directory());
        for artifact in build.value.get("artifacts").map(Tree::elements).unwrap_or_default() {
            let place = artifact.text_at("context").unwrap_or(".").to_owned();
            let builders = ["docker", "jib", "ko", "buildpacks", "bazel", "kaniko", "custom"];
            let with = builders.iter().find(|builder| artifact.get(builder).is_some()).unwrap_or(&"docker");
            let image = artifact.text_at("image").map(str::to_owned);
            work.claim(TaskKind::Build, &format!("skaffold {with}"), image, Some(place), false, artifact.line);
        }
        job.tasks = work.tasks;
        pipeline.jobs.push(job);
    }
    let mut work = Work::new(reading, reading.document.directory());
    let manifests = tree.get("manifests");
    let deploy = tree.get("deploy");
    let listed = [
        manifests.and_then(|manifests| manifests.get("rawYaml")),
        manifests.and_then(|manifests| manifests.at("kustomize.paths")),
        deploy.and_then(|deploy| deploy.at("kubectl.manifests")),
        deploy.and_then(|deploy| deploy.at("kustomize.paths")),
    ];
    for path in listed.into_iter().flatten().flat_map(Tree::elements) {
        work.claim(TaskKind::Deploy, "skaffold deploy", path.text().map(str::to_owned), None, false, path.line);
    }
    let releases = [deploy, manifests].into_iter().flatten().filter_map(|tree| tree.at("helm.releases"));
    for release in releases.flat_map(Tree::elements) {
        let chart = release.text_at("chartPath").or_else(|| release.text_at("name")).map(str::to_owned);
        work.claim(TaskKind::Deploy, "skaffold helm", chart, None, false, release.line);
    }
    if let Some(entry) = tree.entry("deploy").or_else(|| tree.entry("manifests")).filter(|_| !work.tasks.is_empty()) {
        let mut job = reading.job("deploy", entry.line);
        job.needs = pipeline.jobs.len().checked_sub(1).into_iter().collect();
        job.tasks = work.tasks;
        pipeline.jobs.push(job);
    }
    (!pipeline.jobs.is_empty()).then_some(pipeline)
}
