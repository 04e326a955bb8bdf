//! Queues of jobs: Celery, RQ, Dramatiq, Huey, Sidekiq, Active Job, Resque, BullMQ, Laravel, Oban.
//!
//! Most of them address a job by the name of its task or class, which the worker looks up: that name is the channel. A queue
//! that is named explicitly is one too.

use rustc_hash::FxHashSet;

use super::claims::{Act, Claims, Named, Sort};
use super::rules::{Rule, Slot, consumes, declares, publishes};
use crate::facts::terms::{Annotation, Call, Class, Value, last_part};
use crate::system::code::{CodeFile, Program};
use crate::system::model::ChannelKind::Queue;
use crate::system::model::Sureness;

const BULL: Sort = (Queue, "BullMQ");
const BULL_LIBRARIES: &[&str] = &["bullmq", "bull", "bee-queue", "@nestjs/bull", "@nestjs/bullmq"];
const RQ: Sort = (Queue, "RQ");
const CELERY: Sort = (Queue, "Celery");
const DRAMATIQ: Sort = (Queue, "Dramatiq");
const SIDEKIQ: Sort = (Queue, "Sidekiq");
const ACTIVE_JOB: Sort = (Queue, "Active Job");
const RESQUE: Sort = (Queue, "Resque");
const LARAVEL: Sort = (Queue, "Laravel");
const OBAN: Sort = (Queue, "Oban");
const ASYNQ: Sort = (Queue, "Asynq");

/// Calls that name a queue.
pub static RULES: &[Rule] = &[
    declares(BULL, BULL_LIBRARIES, &["Queue", "FlowProducer"], Slot::At(0)),
    publishes(BULL, &["bullmq", "bull", "bee-queue"], &["add", "addBulk", "createJob"], Slot::Maker(&["Queue"]))
        .spread(),
    consumes(BULL, &["bull", "bee-queue"], &["process"], Slot::Maker(&["Queue"])).spread(),
    consumes(BULL, &["bullmq"], &["Worker"], Slot::At(0)),
    declares(
        BULL,
        &["@nestjs/bull", "@nestjs/bullmq"],
        &["registerQueue", "registerQueueAsync"],
        Slot::Deep(&["name"]),
    ),
    declares(RQ, &["rq", "django_rq"], &["Queue", "get_queue"], Slot::AtOr(0, "name")),
    publishes(
        RQ,
        &["rq", "django_rq"],
        &["enqueue", "enqueue_call", "enqueue_in", "enqueue_at"],
        Slot::Maker(&["Queue", "get_queue"]),
    ),
    consumes(RQ, &["rq"], &["Worker"], Slot::At(0)),
    publishes(CELERY, &["celery"], &["send_task"], Slot::AtOr(0, "name")).spread(),
    publishes(CELERY, &["celery"], &["send_task", "apply_async"], Slot::Deep(&["queue"])).spread(),
    publishes(ASYNQ, &["github.com/hibiken/asynq"], &["NewTask"], Slot::At(0)),
    consumes(ASYNQ, &["github.com/hibiken/asynq"], &["HandleFunc", "Handle"], Slot::At(0)),
    publishes((Queue, "Symfony Messenger"), &["Enqueue"], &["sendEvent", "sendCommand"], Slot::At(0)),
];

/// Jobs that are addressed by the name of a task or a class.
pub fn by_name<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
    match file.family {
        "python" => python(claims, file),
        "ruby" => ruby(claims, file),
        "php" => laravel(claims, file),
        "elixir" => oban(claims, file),
        "ecmascript" => processors(claims, file),
        _ => {}
    }
}

fn declared(name: &str) -> Named {
    Named { name: name.to_owned(), sureness: Sureness::Declared }
}

fn resolved(name: &str) -> Named {
    Named { name: name.to_owned(), sureness: Sureness::Resolved }
}

/// Task decorators of Celery and actors of Dramatiq. A task without a name is called `module.function`; what is sent to it
/// is written with the function's name alone, so that is the channel.
fn python<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
    for function in &file.terms.functions {
        for annotation in &function.annotations {
            let Some(sort) = task_of(claims, file, annotation) else { continue };
            let name = annotation.option("name").or_else(|| annotation.option("actor_name"));
            let name = name.and_then(|value| claims.name(file, value));
            let line = annotation.span.line;
            let named = name.unwrap_or_else(|| declared(&function.name));
            claims.claim(file, sort, Act::Consumes, &named, line);
            let queue = annotation.option("queue").or_else(|| annotation.option("queue_name"));
            if let Some(queue) = queue.and_then(|value| claims.name(file, value)) {
                claims.claim(file, sort, Act::Consumes, &queue, line);
            }
        }
    }
    for call in &file.terms.calls {
        let task = last_part(call.receiver());
        let sort = match call.name() {
            "delay" | "apply_async" | "s" | "si" | "signature" => CELERY,
            "send" | "send_with_options" | "message" => DRAMATIQ,
            _ => continue,
        };
        if let Some(name) = task_called(claims, file, sort, task) {
            claims.claim(file, sort, Act::Publishes, &name, call.span.line);
        }
    }
}

/// Whose tasks an annotation makes.
fn task_of<'s>(claims: &Claims<'_, 's>, file: &CodeFile<'s>, annotation: &Annotation) -> Option<Sort> {
    match last_part(&annotation.name) {
        "task" | "shared_task" | "periodic_task" if claims.component_uses(file, &["celery"]) => Some(CELERY),
        "actor" if claims.uses(file, &["dramatiq"]) => Some(DRAMATIQ),
        _ => None,
    }
}

/// The channel of a task that a file names by its function: if exactly one function of the project with this name is a task
/// of such a kind.
fn task_called<'s>(claims: &Claims<'_, 's>, file: &CodeFile<'s>, sort: Sort, task: &str) -> Option<Named> {
    if task.is_empty() {
        return None;
    }
    let (home, function) = claims.program.function(task)?;
    let annotation = function.annotations.iter().find(|found| task_of(claims, home, found) == Some(sort))?;
    let name = annotation.option("name").or_else(|| annotation.option("actor_name"));
    let named = name.and_then(|value| claims.name(home, value)).unwrap_or_else(|| declared(&function.name));
    let is_near = std::ptr::eq(home.file, file.file);
    Some(Named { sureness: if is_near { Sureness::Declared } else { Sureness::Resolved }, ..named })
}

/// Workers of Sidekiq, jobs of Active Job and Resque.
fn ruby<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
    for (id, class) in file.terms.classes.iter().enumerate() {
        let Some(sort) = ruby_job(file, id, class) else { continue };
        claims.claim(file, sort, Act::Consumes, &declared(&class.name), class.span.line);
        let queue = class.members.iter().find(|member| &*member.name == "@queue");
        if let Some(named) = queue.and_then(|member| claims.name(file, member.value.as_ref()?)) {
            claims.claim(file, sort, Act::Consumes, &named, queue.map_or(class.span.line, |member| member.span.line));
        }
        for call in file.terms.calls.iter().filter(|call| call.class == Some(id as u32)) {
            let queue = match call.name() {
                "sidekiq_options" => call.option("queue"),
                "queue_as" => call.positional(0),
                _ => None,
            };
            if let Some(queue) = queue.and_then(|value| claims.name(file, value)) {
                claims.claim(file, sort, Act::Consumes, &queue, call.span.line);
            }
        }
    }
    for call in &file.terms.calls {
        let job = match call.name() {
            "perform_async" | "perform_in" | "perform_at" | "perform_bulk" | "perform_later" => {
                job_class(file, call).map(str::to_owned)
            }
            "enqueue" if last_part(call.receiver()) == "Resque" => {
                call.positional(0).and_then(Value::name).map(|name| last_part(name).to_owned())
            }
            _ => None,
        };
        let Some(job) = job else { continue };
        if let Some((home, id, class)) = claims.program.class(&job).filter(|(home, _, _)| home.family == "ruby")
            && let Some(sort) = ruby_job(home, id, class)
        {
            claims.claim(file, sort, Act::Publishes, &resolved(&job), call.span.line);
        }
    }
}

/// The class that is told to perform: `Job.perform_later`, `Job.set(wait: 1).perform_later`.
fn job_class<'c>(file: &'c CodeFile<'_>, call: &'c Call) -> Option<&'c str> {
    let mut next = call;
    while next.receiver().is_empty() {
        next = file.call(next.on?).filter(|on| on.name() == "set")?;
    }
    Some(last_part(next.receiver())).filter(|name| name.starts_with(|first: char| first.is_ascii_uppercase()))
}

fn ruby_job(file: &CodeFile<'_>, id: usize, class: &Class) -> Option<Sort> {
    let base = class.bases.first().map(|base| last_part(base)).unwrap_or_default();
    if base == "ApplicationJob" || class.bases.iter().any(|base| &**base == "ActiveJob.Base") {
        return Some(ACTIVE_JOB);
    }
    let includes = file.terms.calls.iter().filter(|call| call.name() == "include" && call.class == Some(id as u32));
    let mut modules = includes.filter_map(|call| call.positional(0)?.name());
    if modules.any(|module| matches!(module, "Sidekiq.Worker" | "Sidekiq.Job")) {
        return Some(SIDEKIQ);
    }
    // Resque's jobs are plain classes that say their queue.
    class.members.iter().any(|member| &*member.name == "@queue").then_some(RESQUE)
}

/// Jobs and events of Laravel that wait in a queue.
fn laravel<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
    for class in file.terms.classes.iter().filter(|class| is_queued(class)) {
        claims.claim(file, LARAVEL, Act::Consumes, &declared(&class.name), class.span.line);
        let queue = class.members.iter().find(|member| member.name.trim_start_matches('$') == "queue");
        if let Some(queue) = queue.and_then(|member| claims.name(file, member.value.as_ref()?)) {
            claims.claim(file, LARAVEL, Act::Consumes, &queue, class.span.line);
        }
    }
    for call in &file.terms.calls {
        let job = match call.name() {
            "dispatch" | "dispatchIf" | "dispatchAfterResponse"
                if !call.receiver().is_empty() && given(file, call).is_none() =>
            {
                Some(last_part(call.receiver()).to_owned())
            }
            "dispatch" | "push" | "later" | "pushOn" | "event" => given(file, call),
            _ => None,
        };
        let Some(job) = job else { continue };
        let known = claims.program.class(&job).filter(|(home, _, class)| home.family == "php" && is_queued(class));
        if known.is_some() {
            claims.claim(file, LARAVEL, Act::Publishes, &resolved(&job), call.span.line);
        }
    }
}

/// The class of a new object among the arguments of a call: `dispatch(new SendMail($user))`.
fn given(file: &CodeFile<'_>, call: &Call) -> Option<String> {
    call.arguments.iter().find_map(|argument| match &argument.value {
        Value::Call(id) => {
            let made = file.call(*id)?;
            let name = made.name();
            name.starts_with(|first: char| first.is_ascii_uppercase()).then(|| name.to_owned())
        }
        _ => None,
    })
}

fn is_queued(class: &Class) -> bool {
    class
        .bases
        .iter()
        .any(|base| matches!(last_part(base), "ShouldQueue" | "ShouldBroadcast" | "ShouldQueueAfterCommit"))
}

/// Workers of Oban, and jobs that are made of them.
fn oban<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
    for call in &file.terms.calls {
        let line = call.span.line;
        if let Some(worker) = oban_worker(file, call) {
            claims.claim(file, OBAN, Act::Consumes, &declared(worker), line);
            if let Some(queue) = call.option("queue").and_then(|value| claims.name(file, value)) {
                claims.claim(file, OBAN, Act::Consumes, &queue, line);
            }
        }
        // `Worker.new(args) |> Oban.insert()`
        let worker = last_part(call.receiver());
        if call.name() == "new" && claims.oban_workers().contains(worker) {
            claims.claim(file, OBAN, Act::Publishes, &resolved(worker), line);
        }
    }
}

/// The names of the modules that are workers of Oban.
pub fn oban_workers<'s>(program: &Program<'s>) -> FxHashSet<&'s str> {
    let files = program.files.iter().filter(|file| file.family == "elixir");
    files.flat_map(|file| file.terms.calls.iter().filter_map(|call| oban_worker(file, call))).collect()
}

/// The module that a `use Oban.Worker` makes a worker.
fn oban_worker<'s>(file: &CodeFile<'s>, call: &'s Call) -> Option<&'s str> {
    let uses = call.name() == "use" && call.positional(0).and_then(Value::name) == Some("Oban.Worker");
    let around = call.inside.filter(|_| uses).and_then(|id| file.call(id)).filter(|call| call.name() == "defmodule")?;
    around.positional(0)?.name().map(last_part)
}

/// Processors and injected queues of NestJS.
fn processors<'s>(claims: &mut Claims<'_, 's>, file: &CodeFile<'s>) {
    if !claims.uses(file, &["@nestjs/bull", "@nestjs/bullmq"]) {
        return;
    }
    for class in &file.terms.classes {
        for annotation in class.annotations.iter().filter(|found| last_part(&found.name) == "Processor") {
            let value = annotation.option("name").or_else(|| annotation.first());
            if let Some(named) = value.and_then(|value| claims.name(file, value)) {
                claims.claim(file, BULL, Act::Consumes, &named, annotation.span.line);
            }
        }
    }
}
