//! Drone and Woodpecker: pipelines of containers.

use super::steps::Work;
use super::{Ci, Reading, limited, texts, trigger};
use crate::document::{Document, Tree};
use crate::system::model::{Job, Pipeline};

pub const DRONE: Ci = Ci { technology: "Drone", is_own: is_drone, read };

pub const WOODPECKER: Ci = Ci { technology: "Woodpecker", is_own: is_woodpecker, read };

fn is_drone(document: &Document) -> bool {
    matches!(document.file_name(), ".drone.yml" | ".drone.yaml")
}

fn is_woodpecker(document: &Document) -> bool {
    matches!(document.file_name(), ".woodpecker.yml" | ".woodpecker.yaml")
        || document.directory().ends_with(".woodpecker")
}

fn read(reading: &Reading<'_>) -> Vec<Pipeline> {
    let trees =
        reading.document.trees().iter().filter(|tree| tree.text_at("kind").is_none_or(|kind| kind == "pipeline"));
    let pipelines = trees.filter_map(|tree| {
        let steps = tree.get("steps").or_else(|| tree.get("pipeline"))?;
        let stem = reading.document.file_name().trim_start_matches('.').split('.').next().unwrap_or_default();
        let mut pipeline = reading.pipeline(tree.text_at("name").unwrap_or(stem));
        triggers(reading, &mut pipeline, tree);
        let listed = steps.elements().iter().map(|step| (step.text_at("name").unwrap_or("step"), step, step.line));
        let keyed = steps.entries().iter().map(|entry| (&*entry.key, &entry.value, entry.line));
        let all: Vec<(&str, &Tree, u32)> = listed.chain(keyed).collect();
        // Steps run one after another, unless one of them says what it waits for.
        let is_graph = all.iter().any(|(_, step, _)| step.get("depends_on").is_some());
        for (name, step, line) in &all {
            let wanted = texts(step.get("depends_on"));
            let mut job = job(reading, name, step, *line);
            let known = pipeline.jobs.iter().enumerate();
            job.needs = match is_graph {
                true => known
                    .filter(|(_, job)| wanted.iter().any(|name| *name == *job.name))
                    .map(|(index, _)| index)
                    .collect(),
                false => pipeline.jobs.len().checked_sub(1).into_iter().collect(),
            };
            pipeline.jobs.push(job);
        }
        Some(pipeline)
    });
    pipelines.collect()
}

fn job(reading: &Reading<'_>, name: &str, step: &Tree, line: u32) -> Job {
    let mut job = reading.job(name, line);
    let root = reading.root(".woodpecker");
    let mut work = Work::new(reading, root);
    work.enter(step.text_at("directory"));
    work.define(step.get("environment"));
    match step.get("commands") {
        Some(commands) => work.script(commands),
        None => {
            let image = step.entry("image");
            let settings = step.get("settings").unwrap_or(step);
            if let Some(name) = image.and_then(|image| image.value.text()) {
                work.action(name, Some(settings), image.map_or(line, |image| image.line));
            }
        }
    }
    job.tasks = work.tasks;
    job
}

fn triggers(reading: &Reading<'_>, pipeline: &mut Pipeline, tree: &Tree) {
    let conditions = ["trigger", "when"].iter().find_map(|key| tree.entry(key));
    for condition in conditions.map(|entry| entry.value.each()).unwrap_or_default() {
        let list = |key: &str| {
            condition.get(key).map(|tree| texts(Some(tree.get("include").unwrap_or(tree)))).unwrap_or_default()
        };
        let branches = list("branch");
        let events = list("event");
        let events = if events.is_empty() { vec!["push".to_owned()] } else { events };
        for event in events {
            let what = event.replace('_', " ");
            let what = if event == "push" { limited(&what, &branches) } else { what };
            trigger(pipeline, &what, reading.place(condition.line));
        }
    }
    if pipeline.triggers.is_empty() {
        trigger(pipeline, "push", reading.place(tree.line));
    }
}
