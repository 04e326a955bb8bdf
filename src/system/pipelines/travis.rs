//! Travis CI.

use super::steps::Work;
use super::{Ci, Reading, limited, texts, trigger, wait_for_stages};
use crate::document::{Document, Entry, Tree};
use crate::facts::Name;
use crate::system::model::{Job, Pipeline, TaskKind};

pub const TRAVIS: Ci = Ci { technology: "Travis CI", is_own, read };

/// The phases of a job in their order.
const PHASES: &[&str] = &[
    "before_install",
    "install",
    "before_script",
    "script",
    "after_script",
    "after_success",
    "before_deploy",
    "deploy",
    "after_deploy",
];

/// Providers of `deploy` that take an artefact without putting it to work.
const REGISTRIES: &[&str] = &[
    "npm",
    "pypi",
    "rubygems",
    "cargo",
    "releases",
    "packagecloud",
    "bintray",
    "hackage",
    "puppetforge",
    "cargo",
    "snap",
    "chef_supermarket",
    "script:publish",
];

fn is_own(document: &Document) -> bool {
    document.file_name() == ".travis.yml"
}

fn read(reading: &Reading<'_>) -> Vec<Pipeline> {
    let Some(tree) = reading.document.trees().first() else { return Vec::new() };
    let mut pipeline = reading.pipeline(".travis.yml");
    let branches = tree.at("branches.only");
    let place = reading.place(branches.map_or(1, |branches| branches.line));
    trigger(&mut pipeline, &limited("push", &texts(branches)), place);
    trigger(&mut pipeline, "pull request", reading.place(1));
    let included = ["jobs", "matrix"].iter().find_map(|key| tree.get(key)?.get("include"));
    let mut stage = "test".to_owned();
    let mut stages = texts(tree.get("stages"));
    for (index, one) in included.map(Tree::elements).unwrap_or_default().iter().enumerate() {
        stage = one.text_at("stage").map_or(stage, str::to_owned);
        if !stages.contains(&stage) {
            stages.push(stage.clone());
        }
        let name = one.text_at("name").map_or_else(|| format!("{stage} {}", index + 1), str::to_owned);
        let mut job = job(reading, tree, Some(one), &name, one.line);
        job.stage = Some(Name::from(stage.as_str()));
        pipeline.jobs.push(job);
    }
    if pipeline.jobs.is_empty() {
        pipeline.jobs.push(job(reading, tree, None, "test", tree.line));
    }
    wait_for_stages(&mut pipeline.jobs, &stages, |_| true);
    vec![pipeline]
}

fn job(reading: &Reading<'_>, file: &Tree, own: Option<&Tree>, name: &str, line: u32) -> Job {
    let mut job = reading.job(name, line);
    let mut work = Work::new(reading, reading.document.directory());
    for scope in [Some(file), own].into_iter().flatten() {
        let globals = scope.at("env.global").or_else(|| scope.get("env"));
        for text in globals.map(Tree::each).unwrap_or_default().iter().filter_map(Tree::text) {
            work.variables.extend(
                text.split_whitespace()
                    .filter_map(|pair| pair.split_once('='))
                    .map(|(k, v)| (k.to_owned(), v.to_owned())),
            );
        }
        work.define(globals);
    }
    for phase in PHASES {
        let entry: Option<&Entry> = own.and_then(|own| own.entry(phase)).or_else(|| file.entry(phase));
        let Some(entry) = entry else { continue };
        if *phase != "deploy" {
            work.script(&entry.value);
            continue;
        }
        for deploy in entry.value.each() {
            match deploy.get("script") {
                Some(script) => work.script(script),
                None => provider(&mut work, deploy),
            }
        }
    }
    job.tasks = work.tasks;
    job
}

fn provider(work: &mut Work<'_>, deploy: &Tree) {
    let Some(provider) = deploy.text_at("provider") else { return };
    let kind = if REGISTRIES.contains(&provider) { TaskKind::Publish } else { TaskKind::Deploy };
    let target = ["app", "bucket", "function_name", "project", "site", "repo", "service"]
        .iter()
        .find_map(|key| deploy.text_at(key));
    let place = deploy.text_at("local_dir").map(str::to_owned);
    work.claim(kind, provider, target.map(|target| work.filled(target)), place, true, deploy.line);
}
