//! Tekton: pipelines of tasks that are declared beside them.

use super::argo::{container, is_of};
use super::steps::Work;
use super::{Ci, Reading, texts, trigger, wait};
use crate::document::{Document, Tree};
use crate::system::model::Pipeline;

pub const TEKTON: Ci = Ci { technology: "Tekton", is_own, read };

fn is_own(document: &Document) -> bool {
    document.trees().iter().any(|tree| is_of(tree, "tekton.dev", &["Pipeline", "PipelineRun"]))
}

fn read(reading: &Reading<'_>) -> Vec<Pipeline> {
    let trees = reading.document.trees().iter().filter(|tree| is_of(tree, "tekton.dev", &["Pipeline", "PipelineRun"]));
    trees.filter_map(|tree| pipeline(reading, tree)).collect()
}

fn pipeline(reading: &Reading<'_>, tree: &Tree) -> Option<Pipeline> {
    // A run that only names its pipeline says nothing of its own.
    let spec = tree.at("spec.pipelineSpec").or_else(|| tree.get("spec"))?;
    let tasks = spec.get("tasks")?;
    let name = tree.text_at("metadata.name").or_else(|| tree.text_at("metadata.generateName"))?;
    let mut pipeline = reading.pipeline(name.trim_end_matches('-'));
    trigger(&mut pipeline, "by hand", reading.place(tree.line));
    let mut needs = Vec::new();
    let last = spec.get("finally").map(Tree::elements).unwrap_or_default();
    let ordinary: Vec<String> =
        tasks.elements().iter().filter_map(|task| task.text_at("name")).map(str::to_owned).collect();
    for (index, task) in tasks.elements().iter().chain(last).enumerate() {
        let mut job = reading.job(task.text_at("name").unwrap_or("task"), task.line);
        let is_last = index >= tasks.elements().len();
        needs.push(if is_last { ordinary.clone() } else { texts(task.get("runAfter")) });
        let mut work = Work::new(reading, "");
        for parameter in task.get("params").map(Tree::elements).unwrap_or_default() {
            if let (Some(name), Some(value)) = (parameter.text_at("name"), parameter.text_at("value")) {
                work.variables.push((format!("params.{name}"), value.to_owned()));
            }
        }
        let (file, declared) = match task.get("taskSpec") {
            Some(own) => (None, Some(own)),
            None => task
                .text_at("taskRef.name")
                .and_then(|name| self::task(reading, name))
                .map_or((None, None), |(f, t)| (Some(f), Some(t))),
        };
        work.file = file;
        for step in declared.and_then(|task| task.get("steps")).map(Tree::elements).unwrap_or_default() {
            match step.get("script") {
                Some(script) => work.script(script),
                None => container(&mut work, step),
            }
        }
        job.tasks = work.tasks;
        pipeline.jobs.push(job);
    }
    wait(&mut pipeline.jobs, &needs);
    Some(pipeline)
}

/// The task of a name, with the file that declares it.
fn task<'r>(reading: &Reading<'r>, name: &str) -> Option<(&'r std::sync::Arc<Document>, &'r Tree)> {
    reading.sources.documents.iter().find_map(|document| {
        let is_it = |tree: &&Tree| {
            is_of(tree, "tekton.dev", &["Task", "ClusterTask"]) && tree.text_at("metadata.name") == Some(name)
        };
        Some((document, document.trees().iter().find(is_it)?.get("spec")?))
    })
}
