//! Argo CD and Flux, which put the manifests of a repository to work, and Argo Workflows.

use super::steps::Work;
use super::{Ci, Reading, texts, trigger, wait};
use crate::document::{Document, Tree};
use crate::facts::Name;
use crate::system::model::{Job, Pipeline, TaskKind};

pub const ARGO_CD: Ci =
    Ci { technology: "Argo CD", is_own: |d| has(d, "argoproj.io", APPLICATIONS), read: applications };

pub const ARGO_WORKFLOWS: Ci =
    Ci { technology: "Argo Workflows", is_own: |d| has(d, "argoproj.io", WORKFLOWS), read: workflows };

pub const FLUX: Ci = Ci { technology: "Flux", is_own: |d| has(d, "toolkit.fluxcd.io", RECONCILED), read: reconciled };

const APPLICATIONS: &[&str] = &["Application", "ApplicationSet"];

const WORKFLOWS: &[&str] = &["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"];

const RECONCILED: &[&str] = &["Kustomization", "HelmRelease"];

fn has(document: &Document, group: &str, kinds: &[&str]) -> bool {
    document.trees().iter().any(|tree| is_of(tree, group, kinds))
}

/// Whether a tree is an object of a group's API and has a name that stands in the file.
pub fn is_of(tree: &Tree, group: &str, kinds: &[&str]) -> bool {
    let version = tree.text_at("apiVersion").unwrap_or_default();
    version.split('/').next().is_some_and(|own| own.ends_with(group))
        && tree.text_at("kind").is_some_and(|kind| kinds.contains(&kind))
        && name_of(tree).is_some()
}

fn name_of(tree: &Tree) -> Option<&str> {
    tree.text_at("metadata.name").or_else(|| tree.text_at("metadata.generateName")).filter(|name| !name.contains("${"))
}

fn applications(reading: &Reading<'_>) -> Vec<Pipeline> {
    let trees = reading.document.trees().iter().filter(|tree| is_of(tree, "argoproj.io", APPLICATIONS));
    let read = |tree: &Tree| {
        let spec = if tree.text_at("kind") == Some("ApplicationSet") {
            tree.at("spec.template.spec")
        } else {
            tree.get("spec")
        };
        let mut pipeline = reading.pipeline(name_of(tree)?);
        let mut job = reading.job("sync", tree.line);
        job.environment = spec?.text_at("destination.namespace").map(Name::from);
        let mut work = Work::new(reading, "");
        let one = spec?.get("source").into_iter();
        for source in one.chain(spec?.get("sources").map(Tree::elements).unwrap_or_default()) {
            let path = source.entry("path").or_else(|| source.entry("chart"));
            let Some((path, target)) = path.and_then(|path| Some((path, path.value.text()?))) else { continue };
            let revision = source.text_at("targetRevision").unwrap_or("HEAD");
            trigger(&mut pipeline, &format!("a change of {target} at {revision}"), reading.place(path.line));
            work.claim(TaskKind::Deploy, "argo cd", Some(target.to_owned()), None, false, path.line);
        }
        job.tasks = work.tasks;
        pipeline.jobs.push(job);
        Some(pipeline)
    };
    trees.filter_map(read).collect()
}

fn reconciled(reading: &Reading<'_>) -> Vec<Pipeline> {
    let trees = reading.document.trees().iter().filter(|tree| is_of(tree, "toolkit.fluxcd.io", RECONCILED));
    let read = |tree: &Tree| {
        let mut pipeline = reading.pipeline(name_of(tree)?);
        let mut job = reading.job("reconcile", tree.line);
        job.environment = tree.text_at("spec.targetNamespace").map(Name::from);
        if let Some(interval) = tree.get("spec").and_then(|spec| spec.entry("interval")) {
            let every = interval.value.text().unwrap_or_default();
            trigger(&mut pipeline, &format!("every {every}"), reading.place(interval.line));
        }
        let spec = tree.get("spec")?;
        let path = spec.entry("path").or_else(|| spec.at("chart.spec")?.entry("chart"))?;
        let mut work = Work::new(reading, "");
        let target = path.value.text().unwrap_or_default().trim_start_matches("./").to_owned();
        work.claim(TaskKind::Deploy, "flux", Some(target), None, false, path.line);
        job.tasks = work.tasks;
        pipeline.jobs.push(job);
        Some(pipeline)
    };
    trees.filter_map(read).collect()
}

fn workflows(reading: &Reading<'_>) -> Vec<Pipeline> {
    let trees = reading.document.trees().iter().filter(|tree| is_of(tree, "argoproj.io", WORKFLOWS));
    trees.filter_map(|tree| workflow(reading, tree)).collect()
}

fn workflow(reading: &Reading<'_>, tree: &Tree) -> Option<Pipeline> {
    let mut pipeline = reading.pipeline(name_of(tree)?.trim_end_matches('-'));
    let spec = tree.at("spec.workflowSpec").or_else(|| tree.get("spec"))?;
    match tree.get("spec")?.entry("schedule") {
        Some(time) => {
            let cron = time.value.text().unwrap_or_default();
            trigger(&mut pipeline, &format!("schedule {cron}"), reading.place(time.line));
        }
        None => trigger(&mut pipeline, "by hand", reading.place(tree.line)),
    }
    let templates = spec.get("templates").map(Tree::elements).unwrap_or_default();
    let named = |name: &str| templates.iter().find(|template| template.text_at("name") == Some(name));
    let entry = spec.text_at("entrypoint").and_then(named).or(templates.first())?;
    let mut needs: Vec<Vec<String>> = Vec::new();
    let mut job = |task: &Tree, wanted: Vec<String>| {
        let name = task.text_at("name").unwrap_or("task");
        let mut job = reading.job(name, task.line);
        if let Some(template) = task.text_at("template").and_then(named).or(Some(task)) {
            run(reading, &mut job, template);
        }
        pipeline.jobs.push(job);
        needs.push(wanted);
    };
    if let Some(tasks) = entry.at("dag.tasks") {
        tasks.elements().iter().for_each(|task| job(task, texts(task.get("dependencies"))));
    } else if let Some(groups) = entry.get("steps") {
        let mut before = Vec::new();
        for group in groups.elements() {
            let names = group.each().iter().filter_map(|step| step.text_at("name")).map(str::to_owned).collect();
            group.each().iter().for_each(|step| job(step, before.clone()));
            before = names;
        }
    } else {
        job(entry, Vec::new());
    }
    wait(&mut pipeline.jobs, &needs);
    Some(pipeline)
}

fn run(reading: &Reading<'_>, job: &mut Job, template: &Tree) {
    let mut work = Work::new(reading, "");
    if let Some(source) = template.at("script.source") {
        work.script(source);
    }
    if let Some(container) = template.get("container") {
        self::container(&mut work, container);
    }
    job.tasks = work.tasks;
}

/// What a container runs: its command with its arguments, or the script that a shell is given.
pub fn container(work: &mut Work<'_>, container: &Tree) {
    let command = container.get("command").map(Tree::each).unwrap_or_default();
    let arguments = container.get("args").map(Tree::each).unwrap_or_default();
    let words: Vec<&Tree> = command.iter().chain(arguments).filter(|word| word.text().is_some()).collect();
    let is_shell = words
        .first()
        .and_then(|word| word.text())
        .is_some_and(|word| matches!(word.rsplit('/').next(), Some("sh" | "bash" | "ash")));
    match words
        .iter()
        .find(|word| is_shell && word.text().is_some_and(|text| !text.starts_with('-') && text.contains(' ')))
    {
        Some(script) => work.script(script),
        None => {
            let is_kaniko = container.text_at("image").is_some_and(|image| image.contains("kaniko-project/executor"));
            let program = (is_kaniko && command.is_empty()).then(|| "/kaniko/executor".to_owned());
            let all: Vec<String> =
                program.into_iter().chain(words.iter().filter_map(|word| word.text()).map(str::to_owned)).collect();
            work.command(&all, words.first().map_or(container.line, |word| word.line));
        }
    }
}
