//! GitLab CI.

use super::steps::Work;
use super::{Ci, Reading, texts, trigger, wait, wait_for_stages};
use crate::document::{Document, Entry, Tree};
use crate::facts::Name;
use crate::project::cmake::join;
use crate::system::model::Pipeline;

pub const GITLAB: Ci = Ci { technology: "GitLab CI", is_own, read };

/// Keys of a file that are no jobs.
const GLOBAL: &[&str] = &[
    "stages",
    "variables",
    "default",
    "include",
    "workflow",
    "image",
    "services",
    "before_script",
    "after_script",
    "cache",
    "spec",
    "types",
];

/// Stages that are there where none are declared.
const STAGES: &[&str] = &[".pre", "build", "test", "deploy", ".post"];

/// How deep templates extend each other.
const EXTENDS_DEPTH: u32 = 8;

fn is_own(document: &Document) -> bool {
    matches!(document.file_name(), ".gitlab-ci.yml" | ".gitlab-ci.yaml")
}

/// A file with those of the repository that it includes.
struct Files<'d> {
    entries: Vec<(&'d std::sync::Arc<Document>, &'d Entry)>,
}

impl<'d> Files<'d> {
    fn add(&mut self, reading: &Reading<'d>, document: &'d std::sync::Arc<Document>, depth: u32) {
        let root = reading.document.directory();
        for entry in document.trees().iter().flat_map(Tree::entries) {
            if entry.key == "include" && depth > 0 {
                for included in entry.value.each() {
                    let paths = texts(included.get("local")).into_iter().chain(included.text().map(str::to_owned));
                    for path in paths.filter_map(|path| join(root, path.trim_start_matches('/'))) {
                        if let Some(other) = reading.other(&path).filter(|other| !std::ptr::eq(*other, document)) {
                            self.add(reading, other, depth - 1);
                        }
                    }
                }
            } else {
                self.entries.push((document, entry));
            }
        }
    }

    /// The last one of a key counts.
    fn get(&self, key: &str) -> Option<&'d Entry> {
        self.entries.iter().rev().find(|(_, entry)| entry.key == key).map(|(_, entry)| *entry)
    }

    /// A key of a job, of what it extends, the last one first, or of the defaults.
    fn inherited(&self, job: &'d Tree, key: &str, depth: u32) -> Option<&'d Tree> {
        if let Some(own) = job.get(key) {
            return Some(own);
        }
        let parents = texts(job.get("extends"));
        let of = |name: &String| self.inherited(&self.get(name)?.value, key, depth.checked_sub(1)?);
        parents.iter().rev().find_map(of)
    }
}

fn read(reading: &Reading<'_>) -> Vec<Pipeline> {
    let mut files = Files { entries: Vec::new() };
    files.add(reading, reading.document, 4);
    let mut pipeline = reading.pipeline(reading.document.file_name());
    let stages = files.get("stages").map(|entry| texts(Some(&entry.value)));
    let stages = stages.unwrap_or_else(|| STAGES.iter().map(|stage| (*stage).to_owned()).collect());
    if let Some(workflow) = files.get("workflow") {
        conditions(reading, &mut pipeline, &workflow.value);
    }
    let mut needs: Vec<Option<Vec<String>>> = Vec::new();
    for (document, entry) in &files.entries {
        let is_job = !GLOBAL.contains(&&*entry.key) && !entry.key.starts_with('.') && !entry.value.entries().is_empty();
        if !is_job {
            continue;
        }
        let get = |key: &str| files.inherited(&entry.value, key, EXTENDS_DEPTH);
        let mut job = reading.job(&entry.key, entry.line);
        job.evidence.path = document.path.clone();
        job.stage = Some(Name::from(get("stage").and_then(Tree::text).unwrap_or("test")));
        let environment = get("environment");
        job.environment = environment.and_then(|tree| tree.text().or_else(|| tree.text_at("name"))).map(Into::into);
        let mut work = Work::new(reading, reading.document.directory());
        work.file = Some(document);
        if let Some(global) = files.get("variables") {
            work.define(Some(&global.value));
        }
        work.define(get("variables"));
        let default = |key: &str| files.get("default").and_then(|entry| entry.value.get(key));
        let global = |key: &str| files.get(key).map(|entry| &entry.value);
        for key in ["before_script", "script", "after_script"] {
            if let Some(script) = get(key).or_else(|| default(key)).or_else(|| global(key)) {
                work.script(script);
            }
        }
        job.tasks = work.tasks;
        if files.get("workflow").is_none() {
            conditions(reading, &mut pipeline, &entry.value);
        }
        let wanted = get("needs").or_else(|| get("dependencies").filter(|tree| !tree.elements().is_empty()));
        needs.push(wanted.map(|tree| {
            let names = tree.each().iter().filter_map(|need| need.text().or_else(|| need.text_at("job")));
            names.map(str::to_owned).collect()
        }));
        pipeline.jobs.push(job);
    }
    if pipeline.jobs.is_empty() {
        return Vec::new();
    }
    let named: Vec<Vec<String>> = needs.iter().map(|needs| needs.clone().unwrap_or_default()).collect();
    wait(&mut pipeline.jobs, &named);
    wait_for_stages(&mut pipeline.jobs, &stages, |index| needs[index].is_none());
    if pipeline.triggers.is_empty() {
        trigger(&mut pipeline, "push", reading.place(1));
    }
    vec![pipeline]
}

/// What starts a pipeline or a job: `only`, and the variables that its rules ask for.
fn conditions(reading: &Reading<'_>, pipeline: &mut Pipeline, tree: &Tree) {
    let only = tree.get("only").map(|only| only.get("refs").unwrap_or(only));
    for name in only.map(Tree::each).unwrap_or_default() {
        let Some(text) = name.text() else { continue };
        let what = match text {
            "merge_requests" => "merge request".to_owned(),
            "tags" => "tag".to_owned(),
            "branches" | "pushes" => "push".to_owned(),
            "schedules" => "schedule".to_owned(),
            "web" | "api" | "triggers" | "pipelines" => text.trim_end_matches('s').to_owned(),
            branch => format!("push to {branch}"),
        };
        trigger(pipeline, &what, reading.place(name.line));
    }
    for rule in tree.get("rules").map(Tree::elements).unwrap_or_default() {
        let Some(condition) = rule.entry("if") else { continue };
        if rule.text_at("when") == Some("never") {
            continue;
        }
        let text = condition.value.text().unwrap_or_default();
        for part in text.split("||") {
            if let Some(what) = condition_of(part) {
                trigger(pipeline, &what, reading.place(condition.line));
            }
        }
    }
}

fn condition_of(text: &str) -> Option<String> {
    let value = || {
        let after = text.split_once("==")?.1.trim_start();
        let quoted = after.trim_start_matches(['"', '\'']);
        Some(quoted.split(['"', '\'', ' ', ')']).next().unwrap_or_default().to_owned())
    };
    if text.contains("CI_PIPELINE_SOURCE") {
        return match value()?.as_str() {
            "merge_request_event" => Some("merge request".to_owned()),
            "" => None,
            other => Some(other.replace('_', " ")),
        };
    }
    if text.contains("CI_COMMIT_TAG") {
        return Some("tag".to_owned());
    }
    if text.contains("CI_COMMIT_BRANCH") || text.contains("CI_COMMIT_REF_NAME") {
        let name =
            value().map(|name| if name == "$CI_DEFAULT_BRANCH" { "the default branch".to_owned() } else { name });
        return Some(name.map_or_else(|| "push".to_owned(), |name| format!("push to {name}")));
    }
    None
}
