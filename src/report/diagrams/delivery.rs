//! Pipelines: what starts them, their jobs, and what those build, test and ship.

use std::collections::BTreeSet;

use crate::export::chart::{Chart, Shape};
use crate::report::facts::{NAMES, ROWS, diagram, name_or_dash, or_dash};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::system::{Job, Pipeline, Place, Task};

/// The section.
pub static DELIVERY: Part = Part {
    title: "CI/CD pipeline",
    looks_for: "pipelines of GitHub Actions, GitLab CI, CircleCI, Jenkins, Azure Pipelines, Travis, Drone, Argo, Tekton",
    write,
};

fn write(input: &Input<'_>, content: &mut Content) {
    for pipeline in &input.system().pipelines {
        let mut inner = Content::default();
        let triggers: Vec<&str> = pipeline.triggers.iter().map(|(trigger, _)| &**trigger).collect();
        let starts =
            if triggers.is_empty() { "no trigger that was understood".to_owned() } else { triggers.join(", ") };
        let mut evidence: Vec<Place> = pipeline.triggers.iter().map(|(_, place)| place.clone()).collect();
        if evidence.is_empty() {
            evidence.push(Place::new(&pipeline.path, 1));
        }
        inner.say(Statement::new(format!("{}, started by {starts}.", pipeline.technology)).by(&evidence));
        inner.diagram(diagram(drawn(pipeline)));
        let mut table = Table::new(["Job", "What", "With", "Target", "Component", "Where"]);
        for (job, task) in pipeline.jobs.iter().flat_map(|job| job.tasks.iter().map(move |task| (job, task))) {
            table.row([
                Text::new().code(&job.name),
                task.kind.as_str().into(),
                Text::new().code(&task.tool),
                or_dash(task.target.iter().fold(Text::new(), |text, target| text.code(target))),
                name_or_dash(input.system(), task.component),
                Text::new().place(&task.evidence),
            ]);
        }
        inner.table(table.most(ROWS));
        content.section(Text::new().code(&pipeline.name), inner);
    }
}

fn drawn(pipeline: &Pipeline) -> Chart {
    let mut chart = Chart::default();
    let about = |job: &Job| {
        let kinds: BTreeSet<&str> = job.tasks.iter().map(|task: &Task| task.kind.as_str()).collect();
        let kinds: Vec<&str> = kinds.into_iter().take(NAMES).collect();
        match &job.environment {
            Some(environment) => format!("{} to {environment}", kinds.join(", ")).trim_start().to_owned(),
            None => kinds.join(", "),
        }
    };
    for job in &pipeline.jobs {
        let frame = job.stage.as_ref().map(|stage| {
            let known = chart.frames.iter().position(|frame| frame.label == stage.as_str());
            known.unwrap_or_else(|| chart.frame(stage.as_str(), None))
        });
        chart.node(Shape::Plain, frame, [job.name.to_string(), about(job)]);
    }
    for (index, job) in pipeline.jobs.iter().enumerate() {
        for needed in &job.needs {
            chart.arrow(*needed, index, "", false);
        }
    }
    chart
}
