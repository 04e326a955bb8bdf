//! CircleCI.

use super::steps::Work;
use super::{Ci, Reading, limited, texts, trigger, wait};
use crate::document::{Document, Tree};
use crate::system::model::{Job, Pipeline};

pub const CIRCLE: Ci = Ci { technology: "CircleCI", is_own, read };

/// How deep commands of the file use each other.
const COMMAND_DEPTH: u32 = 6;

fn is_own(document: &Document) -> bool {
    document.directory().ends_with(".circleci") && document.trees().iter().any(|tree| tree.get("jobs").is_some())
}

fn read(reading: &Reading<'_>) -> Vec<Pipeline> {
    let Some(tree) = reading.document.trees().first() else { return Vec::new() };
    let workflows = tree.get("workflows").map(Tree::entries).unwrap_or_default();
    let mut pipelines = Vec::new();
    for workflow in workflows.iter().filter(|entry| !entry.value.entries().is_empty()) {
        let mut pipeline = reading.pipeline(&workflow.key);
        for started in workflow.value.get("triggers").map(Tree::elements).unwrap_or_default() {
            if let Some(cron) = started.text_at("schedule.cron") {
                trigger(&mut pipeline, &format!("schedule {cron}"), reading.place(started.line));
            }
        }
        let mut needs = Vec::new();
        for listed in workflow.value.get("jobs").map(Tree::elements).unwrap_or_default() {
            let (key, options) = match listed.entries().first() {
                Some(entry) => (&*entry.key, Some(&entry.value)),
                None => (listed.text().unwrap_or_default(), None),
            };
            let option = |path: &str| options.and_then(|options| options.text_at(path));
            let mut job = reading.job(option("name").unwrap_or(key), listed.line);
            match tree.get("jobs").and_then(|jobs| jobs.entry(key)) {
                Some(declared) => {
                    job.evidence = reading.place(declared.line);
                    steps(reading, tree, &declared.value, options, &mut job);
                }
                None => {
                    let mut work = Work::new(reading, reading.root(".circleci"));
                    work.action(key, options, listed.line);
                    job.tasks = work.tasks;
                }
            }
            needs.push(options.map(|options| texts(options.get("requires"))).unwrap_or_default());
            let branches = options.map(|options| texts(options.at("filters.branches.only"))).unwrap_or_default();
            if workflow.value.get("triggers").is_none() {
                let place = reading.place(listed.line);
                trigger(&mut pipeline, &limited("push", &branches), place);
            }
            pipeline.jobs.push(job);
        }
        wait(&mut pipeline.jobs, &needs);
        pipelines.push(pipeline);
    }
    // Without workflows the job `build` runs for every push.
    if pipelines.is_empty() {
        let mut pipeline = reading.pipeline("build");
        trigger(&mut pipeline, "push", reading.place(1));
        if let Some(entry) = tree.get("jobs").and_then(|jobs| jobs.entry("build")) {
            let mut job = reading.job("build", entry.line);
            steps(reading, tree, &entry.value, None, &mut job);
            pipeline.jobs.push(job);
        }
        pipelines.push(pipeline);
    }
    pipelines
}

fn steps(reading: &Reading<'_>, file: &Tree, job: &Tree, options: Option<&Tree>, found: &mut Job) {
    let mut work = Work::new(reading, reading.root(".circleci"));
    // `~/project` is where the repository is.
    if let Some(directory) = job.text_at("working_directory").and_then(|path| path.strip_prefix("~/")) {
        work.enter(directory.split_once('/').map(|(_, below)| below));
    }
    work.define(job.get("environment"));
    parameters(&mut work, job, options);
    for step in job.get("steps").map(Tree::elements).unwrap_or_default() {
        self::step(&mut work, file, step, COMMAND_DEPTH);
    }
    found.tasks = work.tasks;
}

/// What `<< parameters.x >>` stands for is put in as `$parameters.x`.
fn parameters(work: &mut Work<'_>, declared: &Tree, given: Option<&Tree>) {
    for entry in declared.get("parameters").map(Tree::entries).unwrap_or_default() {
        let value = given.and_then(|given| given.text_at(&entry.key)).or_else(|| entry.value.text_at("default"));
        if let Some(value) = value {
            work.variables.push((format!("parameters.{}", entry.key), work.filled(&marked(value))));
        }
    }
}

/// `<< parameters.x >>` in the form of other placeholders.
fn marked(text: &str) -> String {
    text.replace("<<parameters.", "<< parameters.")
        .replace("<< parameters.", "${parameters.")
        .replace(" >>", "}")
        .replace(">>", "}")
}

fn step(work: &mut Work<'_>, file: &Tree, step: &Tree, depth: u32) {
    let Some(entry) = step.entries().first() else {
        return call(work, file, step.text().unwrap_or_default(), None, step.line, depth);
    };
    match &*entry.key {
        "run" => {
            let (command, line) = match entry.value.text() {
                Some(text) => (text, entry.value.line),
                None => {
                    let Some(command) = entry.value.get("command") else { return };
                    (command.text().unwrap_or_default(), command.line)
                }
            };
            let outer = work.directory.clone();
            work.enter(entry.value.text_at("working_directory").map(marked).as_deref());
            let text = if command.contains("<<") && command.contains("parameters.") {
                marked(command)
            } else {
                command.to_owned()
            };
            work.commands(&text, line);
            work.directory = outer;
        }
        "when" | "unless" => {
            let inner = entry.value.get("steps").map(Tree::elements).unwrap_or_default();
            inner.iter().for_each(|inner| self::step(work, file, inner, depth.saturating_sub(1)));
        }
        name => call(work, file, name, Some(&entry.value), entry.line, depth),
    }
}

/// A command of the file, or of an orb.
fn call(work: &mut Work<'_>, file: &Tree, name: &str, given: Option<&Tree>, line: u32, depth: u32) {
    let Some(command) = file.get("commands").and_then(|commands| commands.get(name)) else {
        return work.action(name, given, line);
    };
    let known = work.variables.len();
    parameters(work, command, given);
    for inner in command.get("steps").map(Tree::elements).unwrap_or_default() {
        if depth > 0 {
            self::step(work, file, inner, depth - 1);
        }
    }
    work.variables.truncate(known);
}
