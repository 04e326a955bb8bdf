//! Bitbucket Pipelines.

use super::steps::Work;
use super::{Ci, Reading, trigger};
use crate::document::{Document, Tree};
use crate::facts::Name;
use crate::system::model::{Job, Pipeline};

pub const BITBUCKET: Ci = Ci { technology: "Bitbucket Pipelines", is_own, read };

fn is_own(document: &Document) -> bool {
    document.file_name() == "bitbucket-pipelines.yml"
}

fn read(reading: &Reading<'_>) -> Vec<Pipeline> {
    let mut pipelines = Vec::new();
    let selectors = reading.document.trees().first().and_then(|tree| tree.get("pipelines"));
    for selector in selectors.map(Tree::entries).unwrap_or_default() {
        if selector.key == "default" {
            pipelines.push(pipeline(reading, "default", "push", &selector.value, selector.line));
        }
        for entry in selector.value.entries() {
            let start = match &*selector.key {
                "branches" => format!("push to {}", entry.key),
                "tags" => format!("tag {}", entry.key),
                "pull-requests" => "pull request".to_owned(),
                "custom" => "by hand".to_owned(),
                other => other.to_owned(),
            };
            pipelines.push(pipeline(
                reading,
                &format!("{} {}", selector.key, entry.key),
                &start,
                &entry.value,
                entry.line,
            ));
        }
    }
    pipelines
}

fn pipeline(reading: &Reading<'_>, name: &str, start: &str, items: &Tree, line: u32) -> Pipeline {
    let mut pipeline = reading.pipeline(name);
    trigger(&mut pipeline, start, reading.place(line));
    let mut before: Vec<usize> = Vec::new();
    for item in items.elements() {
        let Some(entry) = item.entries().first() else { continue };
        let parallel = entry.value.get("steps").unwrap_or(&entry.value);
        let steps: Vec<&Tree> = match &*entry.key {
            "step" => vec![&entry.value],
            _ => parallel.elements().iter().filter_map(|inner| inner.get("step")).collect(),
        };
        let first = pipeline.jobs.len();
        for (index, step) in steps.into_iter().enumerate() {
            let mut job = job(reading, step, pipeline.jobs.len() + 1);
            // The steps of a stage follow each other; parallel ones do not wait for each other.
            let is_after = entry.key == "stage" && index > 0;
            job.needs = if is_after { vec![pipeline.jobs.len() - 1] } else { before.clone() };
            if entry.key == "stage" {
                job.stage = entry.value.text_at("name").map(Name::from);
                job.environment = job.environment.or_else(|| entry.value.text_at("deployment").map(Name::from));
            }
            pipeline.jobs.push(job);
        }
        let end = pipeline.jobs.len();
        if end > first {
            before = if entry.key == "parallel" { (first..end).collect() } else { vec![end - 1] };
        }
    }
    pipeline
}

fn job(reading: &Reading<'_>, step: &Tree, number: usize) -> Job {
    let name = step.text_at("name").map_or_else(|| format!("step {number}"), str::to_owned);
    let mut job = reading.job(&name, step.line);
    job.environment = step.text_at("deployment").map(Name::from);
    let mut work = Work::new(reading, reading.document.directory());
    for line in ["script", "after-script"].iter().flat_map(|key| step.get(key).map(Tree::each).unwrap_or_default()) {
        match line.text_at("pipe") {
            Some(pipe) => work.action(pipe, line.get("variables"), line.line),
            None => work.script(line),
        }
    }
    job.tasks = work.tasks;
    job
}
