//! Azure Pipelines.

use super::steps::Work;
use super::{Ci, Reading, limited, texts, trigger, wait, wait_for_stages};
use crate::document::{Document, Tree};
use crate::facts::Name;
use crate::project::cmake::join;
use crate::system::model::{Job, Pipeline, TaskKind};

pub const AZURE: Ci = Ci { technology: "Azure Pipelines", is_own, read };

/// How deep templates of the repository use each other.
const TEMPLATE_DEPTH: u32 = 4;

/// Inputs of a task that say what it does, in its words.
const COMMANDS: &[(&str, TaskKind)] = &[
    ("build", TaskKind::Build),
    ("buildImages", TaskKind::Build),
    ("push", TaskKind::Publish),
    ("pushServices", TaskKind::Publish),
    ("buildAndPush", TaskKind::Publish),
    ("publish", TaskKind::Build),
    ("pack", TaskKind::Build),
    ("test", TaskKind::Test),
    ("upgrade", TaskKind::Deploy),
    ("install", TaskKind::Deploy),
    ("apply", TaskKind::Deploy),
    ("deploy", TaskKind::Deploy),
];

fn is_own(document: &Document) -> bool {
    let name = document.file_name();
    (name.starts_with("azure-pipelines")
        || name.starts_with(".azure-pipelines")
        || name.starts_with("azure-pipeline")
        || document.directory().ends_with(".azure-pipelines")
        || document.directory().ends_with(".azuredevops"))
        && document.trees().iter().any(|tree| {
            // Templates have parameters and no trigger.
            ["stages", "jobs", "steps", "extends"].iter().any(|key| tree.get(key).is_some())
                && (tree.get("parameters").is_none()
                    || ["trigger", "pr", "pool", "schedules", "resources"].iter().any(|key| tree.get(key).is_some()))
        })
}

fn read(reading: &Reading<'_>) -> Vec<Pipeline> {
    let Some(tree) = reading.document.trees().first() else { return Vec::new() };
    let mut pipeline = reading.pipeline(reading.document.file_name());
    triggers(reading, &mut pipeline, tree);
    let mut all = Jobs { reading, jobs: Vec::new(), needs: Vec::new(), stages: Vec::new(), stage_needs: Vec::new() };
    all.stages_of(tree, TEMPLATE_DEPTH);
    pipeline.jobs = all.jobs;
    wait(&mut pipeline.jobs, &all.needs);
    let has_needs: Vec<bool> = pipeline.jobs.iter().map(|job| !job.needs.is_empty()).collect();
    wait_for_stages(&mut pipeline.jobs, &all.stages, |index| !has_needs[index] && !all.stage_needs[index]);
    vec![pipeline]
}

fn triggers(reading: &Reading<'_>, pipeline: &mut Pipeline, tree: &Tree) {
    for (key, what) in [("trigger", "push"), ("pr", "pull request")] {
        let Some(entry) = tree.entry(key) else {
            // Both are on where nothing is said.
            trigger(pipeline, what, reading.place(1));
            continue;
        };
        let branches = entry.value.get("branches").unwrap_or(&entry.value);
        let names = texts(Some(branches.get("include").unwrap_or(branches)));
        if names != ["none"] {
            trigger(pipeline, &limited(what, &names), reading.place(entry.line));
        }
    }
    for time in tree.get("schedules").map(Tree::elements).unwrap_or_default() {
        trigger(pipeline, &format!("schedule {}", time.text_at("cron").unwrap_or_default()), reading.place(time.line));
    }
}

struct Jobs<'r> {
    reading: &'r Reading<'r>,
    jobs: Vec<Job>,
    needs: Vec<Vec<String>>,
    stages: Vec<String>,
    /// Whether the stage of a job says itself what it waits for.
    stage_needs: Vec<bool>,
}

impl<'r> Jobs<'r> {
    fn stages_of(&mut self, tree: &'r Tree, depth: u32) {
        let Some(stages) = tree.get("stages") else { return self.jobs_of(tree, None, None, depth) };
        for stage in stages.elements() {
            if let Some(other) = self.template(stage, depth) {
                other.iter().for_each(|tree| self.stages_of(tree, depth - 1));
                continue;
            }
            let name = stage.text_at("stage");
            self.stages.extend(name.map(str::to_owned));
            let known = self.jobs.len();
            self.jobs_of(stage, name, stage.get("dependsOn"), depth);
            self.stage_needs.resize(self.jobs.len(), false);
            for index in known..self.jobs.len() {
                self.stage_needs[index] = stage.get("dependsOn").is_some();
            }
        }
    }

    /// The trees of a template of the repository.
    fn template(&self, tree: &Tree, depth: u32) -> Option<&'r [Tree]> {
        let path = tree.text_at("template").filter(|_| depth > 0)?;
        let directory = if path.starts_with('/') { "" } else { self.reading.document.directory() };
        let path = join(directory, path.trim_start_matches('/'))?;
        Some(self.reading.other(&path)?.trees())
    }

    fn jobs_of(&mut self, tree: &'r Tree, stage: Option<&str>, after: Option<&Tree>, depth: u32) {
        let Some(jobs) = tree.get("jobs") else {
            if tree.get("steps").is_some() {
                self.job(tree, tree.text_at("job").unwrap_or("job"), stage, after, depth);
            }
            self.stage_needs.resize(self.jobs.len(), false);
            return;
        };
        for job in jobs.elements() {
            if let Some(other) = self.template(job, depth) {
                other.iter().for_each(|tree| self.jobs_of(tree, stage, after, depth - 1));
                continue;
            }
            let name = job.text_at("job").or_else(|| job.text_at("deployment")).unwrap_or("job");
            self.job(job, name, stage, after, depth);
        }
        self.stage_needs.resize(self.jobs.len(), false);
    }

    fn job(&mut self, tree: &'r Tree, name: &str, stage: Option<&str>, after: Option<&Tree>, depth: u32) {
        let mut job = self.reading.job(name, tree.line);
        job.stage = stage.map(Name::from);
        let environment = tree.text_at("environment").or_else(|| tree.text_at("environment.name"));
        job.environment = environment.map(Into::into);
        let mut work = Work::new(self.reading, "");
        for scope in [self.reading.document.trees().first(), Some(tree)].into_iter().flatten() {
            work.define(scope.get("variables"));
            for variable in scope.get("variables").map(Tree::elements).unwrap_or_default() {
                if let (Some(name), Some(value)) = (variable.text_at("name"), variable.text_at("value")) {
                    work.variables.push((name.to_owned(), value.to_owned()));
                }
            }
        }
        self.steps(&mut work, tree, depth);
        // A deployment has its steps in the phases of its strategy.
        for phase in tree.get("strategy").map(Tree::entries).unwrap_or_default().iter().flat_map(|s| s.value.entries())
        {
            self.steps(&mut work, &phase.value, depth);
        }
        job.tasks = work.tasks;
        let mut needs = texts(tree.get("dependsOn"));
        let stages = texts(after);
        let of_stages =
            self.jobs.iter().filter(|job| job.stage.as_deref().is_some_and(|own| stages.iter().any(|s| s == own)));
        needs.extend(of_stages.map(|job| job.name.to_string()));
        self.jobs.push(job);
        self.needs.push(needs);
    }

    fn steps(&self, work: &mut Work<'r>, tree: &'r Tree, depth: u32) {
        for step in tree.get("steps").map(Tree::elements).unwrap_or_default() {
            if let Some(other) = self.template(step, depth) {
                other.iter().for_each(|tree| self.steps(work, tree, depth - 1));
                continue;
            }
            let outer = work.directory.clone();
            let inputs = step.get("inputs");
            let directory = step.text_at("workingDirectory").or_else(|| inputs?.text_at("workingDirectory"));
            for key in ["script", "bash", "pwsh", "powershell"] {
                if let Some(script) = step.get(key) {
                    work.enter(directory.map(plain));
                    work.script(script);
                }
            }
            if let Some(task) = step.entry("task") {
                self.task(work, task.value.text().unwrap_or_default(), inputs, task.line);
            }
            work.directory = outer;
        }
    }

    fn task(&self, work: &mut Work<'r>, name: &str, inputs: Option<&Tree>, line: u32) {
        let plain_name = name.split('@').next().unwrap_or(name);
        let input = |key: &str| inputs.and_then(|inputs| inputs.text_at(key));
        if matches!(plain_name, "CmdLine" | "Bash" | "PowerShell" | "AzureCLI" | "ShellScript") {
            if let Some(script) = inputs.and_then(|inputs| inputs.get("script").or_else(|| inputs.get("inlineScript")))
            {
                work.script(script);
            }
            return;
        }
        let command = input("command").or_else(|| input("action")).or_else(|| input("goals"));
        let kind = COMMANDS.iter().find(|(word, _)| command == Some(word)).map(|(_, kind)| *kind);
        let tool = if plain_name == "DotNetCoreCLI" { "dotnet" } else { plain_name };
        match (plain_name, kind) {
            ("DotNetCoreCLI" | "Npm" | "Gradle" | "Maven", _) => {
                let program = if plain_name == "DotNetCoreCLI" {
                    "dotnet"
                } else if plain_name == "Npm" {
                    "npm"
                } else if plain_name == "Maven" {
                    "mvn"
                } else {
                    "gradle"
                };
                let custom = input("customCommand").or_else(|| input("tasks")).or(command).unwrap_or("build");
                let project = input("projects").or_else(|| input("mavenPomFile")).unwrap_or_default();
                work.enter(input("workingDir").or_else(|| input("workingDirectory")).map(plain));
                let project = if program == "dotnet" { project.lines().next().unwrap_or_default() } else { "" };
                work.commands(&format!("{program} {custom} {project}"), line);
            }
            (_, Some(kind)) if command == Some("buildAndPush") => {
                work.prepared(name, TaskKind::Build, inputs, line);
                work.prepared(name, kind, inputs, line);
            }
            (_, Some(kind)) => work.prepared(name, kind, inputs, line),
            (_, None) => work.action(tool, inputs, line),
        }
    }
}

/// A path without the variable for the root of the repository.
fn plain(path: &str) -> &str {
    let roots = ["$(Build.SourcesDirectory)", "$(System.DefaultWorkingDirectory)", "$(Pipeline.Workspace)/s"];
    roots.iter().find_map(|root| path.strip_prefix(root)).map_or(path, |rest| rest.trim_start_matches('/'))
}
