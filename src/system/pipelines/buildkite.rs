//! Buildkite.

use super::steps::Work;
use super::{Ci, Reading, texts, trigger};
use crate::document::{Document, Tree};
use crate::facts::Name;
use crate::system::model::{Job, Pipeline};

pub const BUILDKITE: Ci = Ci { technology: "Buildkite", is_own, read };

fn is_own(document: &Document) -> bool {
    (document.directory().split('/').any(|part| part == ".buildkite") || document.file_name().starts_with("buildkite."))
        && document.trees().iter().any(|tree| tree.get("steps").is_some())
}

fn read(reading: &Reading<'_>) -> Vec<Pipeline> {
    let Some(tree) = reading.document.trees().first() else { return Vec::new() };
    let stem = reading.document.file_name().split('.').next().unwrap_or_default();
    let mut pipeline = reading.pipeline(tree.text_at("name").unwrap_or(stem));
    trigger(&mut pipeline, "push", reading.place(1));
    let mut keys: Vec<Option<String>> = Vec::new();
    let mut before: Vec<usize> = Vec::new();
    let mut latest: Vec<usize> = Vec::new();
    let steps = tree.get("steps").map(Tree::elements).unwrap_or_default();
    let steps = steps.iter().flat_map(|step| step.get("steps").map_or(std::slice::from_ref(step), Tree::elements));
    for step in steps {
        if ["wait", "block", "input"].iter().any(|key| step.text() == Some(key) || step.get(key).is_some()) {
            if !latest.is_empty() {
                before = std::mem::take(&mut latest);
            }
            continue;
        }
        let mut job = job(reading, tree, step, pipeline.jobs.len() + 1);
        let wanted: Vec<String> = step
            .get("depends_on")
            .map(Tree::each)
            .unwrap_or_default()
            .iter()
            .filter_map(|need| need.text().or_else(|| need.text_at("step")))
            .map(str::to_owned)
            .collect();
        job.needs = match wanted.is_empty() {
            true => before.clone(),
            false => keys
                .iter()
                .enumerate()
                .filter(|(_, key)| key.as_ref().is_some_and(|key| wanted.contains(key)))
                .map(|(index, _)| index)
                .collect(),
        };
        latest.push(pipeline.jobs.len());
        keys.push(["key", "id", "identifier"].iter().find_map(|key| step.text_at(key)).map(str::to_owned));
        pipeline.jobs.push(job);
    }
    vec![pipeline]
}

fn job(reading: &Reading<'_>, file: &Tree, step: &Tree, number: usize) -> Job {
    let name = ["label", "name", "key"].iter().find_map(|key| step.text_at(key));
    let name = name.map_or_else(|| format!("step {number}"), str::to_owned);
    let mut job = reading.job(&name, step.line);
    job.environment = step.text_at("concurrency_group").filter(|group| group.contains("deploy")).map(Name::from);
    let mut work = Work::new(reading, reading.root(".buildkite"));
    for scope in [file, step] {
        work.define(scope.get("env"));
    }
    for key in ["command", "commands"] {
        if let Some(script) = step.get(key) {
            work.script(script);
        }
    }
    for plugin in step.get("plugins").map(Tree::each).unwrap_or_default() {
        for entry in plugin.entries() {
            let is_pushed = entry.key.starts_with("docker-compose#") && entry.value.get("push").is_some();
            match is_pushed {
                true => {
                    for image in texts(entry.value.get("push")) {
                        let service = image.split(':').next().map(str::to_owned);
                        work.claim(
                            crate::system::model::TaskKind::Publish,
                            "docker-compose",
                            service,
                            None,
                            false,
                            entry.line,
                        );
                    }
                }
                false => work.action(&entry.key, Some(&entry.value), entry.line),
            }
        }
    }
    job.tasks = work.tasks;
    job
}
