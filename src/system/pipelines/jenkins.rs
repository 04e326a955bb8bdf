//! Jenkins: declarative pipelines. A scripted one is a program, which nothing but running it can tell.

use super::groovy::{self, Comments, Node, TokenKind};
use super::steps::Work;
use super::{Ci, Reading, trigger};
use crate::document::Document;
use crate::system::model::{Pipeline, TaskKind};

pub const JENKINS: Ci = Ci { technology: "Jenkins", is_own, read };

/// Steps that run a script.
const SCRIPTS: &[&str] = &["sh", "bat", "powershell", "pwsh"];

fn is_own(document: &Document) -> bool {
    let name = document.file_name();
    document.text().is_some()
        && (name.starts_with("Jenkinsfile") || name.to_ascii_lowercase().ends_with(".jenkinsfile"))
}

fn read(reading: &Reading<'_>) -> Vec<Pipeline> {
    let text = reading.document.text().map(|text| &**text).unwrap_or_default();
    let Some(nodes) = groovy::statements(groovy::tokens(text, Comments::Slashes)) else { return Vec::new() };
    let Some(declared) = nodes.iter().find(|node| node.name() == "pipeline" && node.block.is_some()) else {
        return Vec::new();
    };
    let mut pipeline = reading.pipeline(reading.document.file_name());
    for node in declared.find("triggers").map(Node::inner).unwrap_or_default() {
        let what = match (node.name(), node.text()) {
            ("cron", Some(time)) => format!("schedule {time}"),
            ("pollSCM", Some(_)) => "push".to_owned(),
            ("githubPush" | "bitbucketPush" | "gitlab", _) => "push".to_owned(),
            ("upstream", _) => "after another job".to_owned(),
            _ => continue,
        };
        trigger(&mut pipeline, &what, reading.place(node.line()));
    }
    let mut work = Work::new(reading, reading.document.directory());
    environment(&mut work, declared);
    if let Some(stages) = declared.find("stages") {
        sequence(reading, &mut pipeline, &work, stages, Vec::new());
    }
    vec![pipeline]
}

/// The variables of an `environment` block.
fn environment(work: &mut Work<'_>, node: &Node) {
    for line in node.find("environment").map(Node::inner).unwrap_or_default() {
        let is_set = line.tokens.get(1).is_some_and(|token| token.is('='));
        if let Some(value) = line.tokens.get(2).and_then(|token| token.text()).filter(|_| is_set) {
            let value = work.filled(value);
            work.variables.push((line.name().to_owned(), value));
        }
    }
}

/// The stages of a block, one after another; gives the jobs after which whatever follows them comes.
fn sequence(
    reading: &Reading<'_>,
    pipeline: &mut Pipeline,
    work: &Work<'_>,
    block: &Node,
    mut before: Vec<usize>,
) -> Vec<usize> {
    for stage in block.inner().iter().filter(|node| node.name() == "stage" && node.block.is_some()) {
        before = self::stage(reading, pipeline, work, stage, before);
    }
    before
}

fn stage(
    reading: &Reading<'_>,
    pipeline: &mut Pipeline,
    work: &Work<'_>,
    stage: &Node,
    before: Vec<usize>,
) -> Vec<usize> {
    let mut work = work.clone();
    environment(&mut work, stage);
    if let Some(parallel) = stage.find("parallel") {
        let branches = parallel.inner().iter().filter(|node| node.name() == "stage");
        return branches.flat_map(|branch| self::stage(reading, pipeline, &work, branch, before.clone())).collect();
    }
    let inner = stage.find("stages").or_else(|| stage.find("matrix").and_then(|matrix| matrix.find("stages")));
    if let Some(inner) = inner {
        return sequence(reading, pipeline, &work, inner, before);
    }
    let mut job = reading.job(stage.text().unwrap_or("stage"), stage.line());
    job.stage = Some(job.name.clone());
    job.needs = before;
    work.tasks.clear();
    if let Some(steps) = stage.find("steps") {
        self::steps(&mut work, steps);
    }
    job.tasks = std::mem::take(&mut work.tasks);
    pipeline.jobs.push(job);
    vec![pipeline.jobs.len() - 1]
}

fn steps(work: &mut Work<'_>, block: &Node) {
    let outer = work.directory.clone();
    for node in block.inner() {
        for (at, token) in node.tokens.iter().enumerate() {
            let TokenKind::Word(word) = &token.kind else { continue };
            // The text behind `script:` where the step has several arguments.
            let rest = &node.tokens[at + 1..];
            let script = rest.iter().position(|token| token.word() == Some("script")).map_or(rest, |at| &rest[at..]);
            let text = script.iter().find(|token| token.text().is_some());
            if SCRIPTS.contains(&word.as_str())
                && let Some(text) = text
            {
                work.commands(text.text().unwrap_or_default(), text.line);
                break;
            }
            if word == "docker.build" {
                let texts: Vec<String> =
                    rest.iter().filter_map(|token| token.text()).map(|text| work.filled(text)).collect();
                let place = texts.get(1).and_then(|text| text.split_whitespace().last()).unwrap_or(".").to_owned();
                work.claim(TaskKind::Build, "docker build", texts.first().cloned(), Some(place), true, token.line);
                break;
            }
            if word.ends_with(".push") && work.tasks.iter().any(|task| task.tool == "docker build") {
                let built = work
                    .tasks
                    .iter()
                    .rev()
                    .find(|task| task.tool == "docker build")
                    .and_then(|task| task.target.clone());
                work.claim(
                    TaskKind::Publish,
                    "docker push",
                    built.map(|name| name.to_string()),
                    None,
                    false,
                    token.line,
                );
                break;
            }
        }
        if node.name() == "dir" {
            work.enter(node.text());
        }
        if node.block.is_some() {
            steps(work, node);
        }
        work.directory.clone_from(&outer);
    }
}
