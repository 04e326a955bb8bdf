//! GitHub Actions, and the systems that read the same files: Gitea and Forgejo.

use super::steps::Work;
use super::{Ci, Reading, add, limited, texts, trigger, wait};
use crate::document::{Document, Tree};
use crate::project::cmake::join;
use crate::system::model::{Job, Pipeline};

pub const GITHUB: Ci = Ci { technology: "GitHub Actions", is_own, read };

const DIRECTORIES: &[&str] = &[".github/workflows", ".gitea/workflows", ".forgejo/workflows"];

/// Combinations of a matrix that are followed.
const MATRIX_LIMIT: usize = 64;

/// How deep actions of the repository use each other.
const ACTION_DEPTH: u32 = 4;

fn is_own(document: &Document) -> bool {
    DIRECTORIES.iter().any(|own| document.directory().ends_with(own))
        && document.trees().iter().any(|tree| tree.get("jobs").is_some())
}

fn read(reading: &Reading<'_>) -> Vec<Pipeline> {
    let Some(tree) = reading.document.trees().first() else { return Vec::new() };
    let stem = reading.document.file_name().rsplit_once('.').map_or("", |(stem, _)| stem);
    let mut pipeline = reading.pipeline(tree.text_at("name").unwrap_or(stem));
    if let Some(on) = tree.entry("on").or_else(|| tree.entry("true")) {
        triggers(reading, &mut pipeline, &on.value);
    }
    let jobs = tree.get("jobs").map(Tree::entries).unwrap_or_default();
    let mut needs = Vec::new();
    for entry in jobs {
        let mut job = reading.job(&entry.key, entry.line);
        let environment = entry.value.text_at("environment").or_else(|| entry.value.text_at("environment.name"));
        job.environment = environment.map(Into::into);
        steps(reading, tree, &entry.value, &mut job);
        needs.push(texts(entry.value.get("needs")));
        pipeline.jobs.push(job);
    }
    wait(&mut pipeline.jobs, &needs);
    vec![pipeline]
}

fn triggers(reading: &Reading<'_>, pipeline: &mut Pipeline, on: &Tree) {
    for event in on.each().iter().filter_map(|event| Some((event.text()?, event.line))) {
        trigger(pipeline, &named(event.0), reading.place(event.1));
    }
    for entry in on.entries() {
        let place = reading.place(entry.line);
        if entry.key == "schedule" {
            for time in entry.value.elements() {
                let cron = time.text_at("cron").unwrap_or_default();
                trigger(pipeline, &format!("schedule {cron}"), reading.place(time.line));
            }
            continue;
        }
        let of = |keys: &[&str]| keys.iter().flat_map(|key| texts(entry.value.get(key))).collect::<Vec<String>>();
        let what = named(&entry.key);
        let text = match &*entry.key {
            "push" | "pull_request" | "pull_request_target" => limited(&what, &of(&["branches", "tags"])),
            _ => format!("{what} {}", of(&["workflows", "types"]).join(", ")).trim_end().to_owned(),
        };
        trigger(pipeline, &text, place);
    }
}

fn named(event: &str) -> String {
    match event {
        "workflow_dispatch" => "by hand".to_owned(),
        "workflow_call" => "another workflow".to_owned(),
        "workflow_run" => "after".to_owned(),
        _ => event.replace('_', " "),
    }
}

fn steps(reading: &Reading<'_>, workflow: &Tree, job: &Tree, found: &mut Job) {
    let root = reading.root(DIRECTORIES.iter().find(|own| reading.document.directory().ends_with(*own)).unwrap_or(&""));
    let mut work = Work::new(reading, root);
    for scope in [workflow, job] {
        work.define(scope.get("env"));
    }
    let shared = [job, workflow].into_iter().find_map(|scope| scope.text_at("defaults.run.working-directory"));
    let matrix = job.at("strategy.matrix");
    for combination in combinations(matrix) {
        let mut one = work.clone();
        one.variables.extend(combination);
        for step in job.get("steps").map(Tree::elements).unwrap_or_default() {
            self::step(&mut one, reading, root, shared, step, ACTION_DEPTH);
        }
        one.tasks.into_iter().for_each(|task| add(&mut found.tasks, task));
    }
}

fn step<'r>(work: &mut Work<'r>, reading: &'r Reading<'_>, root: &str, shared: Option<&str>, step: &Tree, depth: u32) {
    let outer = work.directory.clone();
    let known = work.variables.len();
    work.define(step.get("env"));
    if let Some(run) = step.get("run") {
        work.enter(step.text_at("working-directory").or(shared));
        work.script(run);
        work.directory.clone_from(&outer);
    }
    if let Some(uses) = step.entry("uses") {
        let (name, with) = (uses.value.text().unwrap_or_default(), step.get("with"));
        let path = name.strip_prefix("./").and_then(|path| join(root, path));
        let action = path.and_then(|path| {
            let file = |name: &str| reading.other(&format!("{path}/{name}"));
            file("action.yml").or_else(|| file("action.yaml"))
        });
        match action {
            Some(action) if depth > 0 => {
                work.variables.extend(inputs(work, with));
                let before = work.file.replace(action);
                let steps = action.trees().iter().filter_map(|tree| tree.at("runs.steps")).flat_map(Tree::elements);
                steps.for_each(|inner| self::step(work, reading, root, None, inner, depth - 1));
                work.file = before;
            }
            _ => work.action(name, with, uses.line),
        }
    }
    work.variables.truncate(known);
}

fn inputs(work: &Work<'_>, with: Option<&Tree>) -> Vec<(String, String)> {
    let given = with.map(Tree::entries).unwrap_or_default();
    let filled = |text: &str| work.filled(text);
    given.iter().filter_map(|entry| Some((format!("inputs.{}", entry.key), filled(entry.value.text()?)))).collect()
}

/// What the placeholders of a matrix stand for, in each combination.
fn combinations(matrix: Option<&Tree>) -> Vec<Vec<(String, String)>> {
    let mut all: Vec<Vec<(String, String)>> = vec![Vec::new()];
    let Some(matrix) = matrix else { return all };
    let of = |key: &str, value: &Tree| -> Vec<(String, String)> {
        let leaves = value.leaves().into_iter();
        leaves
            .map(|(path, text, _)| (format!("matrix.{key}.{path}").trim_end_matches('.').to_owned(), text.to_string()))
            .collect()
    };
    for entry in matrix.entries() {
        let values = entry.value.elements();
        if matches!(&*entry.key, "include" | "exclude") || values.is_empty() || all.len() * values.len() > MATRIX_LIMIT
        {
            continue;
        }
        let with = |before: &Vec<(String, String)>, value: &Tree| {
            before.iter().cloned().chain(of(&entry.key, value)).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(|before| values.iter().map(move |value| with(before, value))).collect();
    }
    let included = matrix.get("include").map(Tree::elements).unwrap_or_default();
    if !included.is_empty() && all.len() == 1 {
        all.clear();
    }
    for one in included.iter().take(MATRIX_LIMIT) {
        all.push(one.entries().iter().flat_map(|entry| of(&entry.key, &entry.value)).collect());
    }
    all
}
