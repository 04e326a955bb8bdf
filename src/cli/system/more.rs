//! What the text of `transom system` says beside components, connections, routes and tables: channels, interfaces,
//! pipelines, resources and practices.

use std::fmt::Write as _;

use super::places;
use crate::system::{ComponentId, Place, System};
use crate::text::sanitize;

/// A line for people: what it is, what is said of it, where. Writing to a string cannot fail.
fn line(out: &mut String, name: &str, about: &str, evidence: &[Place]) {
    let (name, about) = (sanitize(name), sanitize(about));
    let _ = writeln!(out, "{name:<40} {about:<36} {}", places(evidence));
}

fn name_of(system: &System, id: Option<ComponentId>) -> Option<&str> {
    id.map(|id| &*system.node(id).name)
}

/// Everything for people, a blank line between lists.
pub fn text(system: &System, out: &mut String) {
    for list in [channels, operations, pipelines, resources, practices] {
        let mut lines = String::new();
        list(system, &mut lines);
        if !lines.is_empty() && !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&lines);
    }
}

fn channels(system: &System, out: &mut String) {
    for (index, channel) in system.channels.iter().enumerate() {
        line(out, &channel.name, &format!("{} of {}", channel.kind.as_str(), channel.technology), &channel.evidence);
        for flow in system.flows.iter().filter(|flow| flow.channel.index() == index) {
            let by = name_of(system, flow.component).unwrap_or("-");
            let place = std::slice::from_ref(&flow.evidence);
            line(out, &format!("  {} by {by}", flow.direction.as_str()), flow.sureness.as_str(), place);
        }
    }
}

fn operations(system: &System, out: &mut String) {
    for operation in &system.operations {
        let name = format!("{} {}", operation.method.as_deref().unwrap_or("-"), operation.name);
        let handled = if operation.handler.is_some() { "answered in code" } else { "no code that answers was found" };
        let places: Vec<Place> = std::iter::once(&operation.evidence).chain(&operation.handler).cloned().collect();
        line(out, &name, &format!("{}, {handled}", operation.style.as_str()), &places);
    }
}

fn pipelines(system: &System, out: &mut String) {
    for pipeline in &system.pipelines {
        let triggers: Vec<&str> = pipeline.triggers.iter().map(|(trigger, _)| &**trigger).collect();
        let about = format!("{}: {}", pipeline.technology, triggers.join(", "));
        line(out, &pipeline.name, &about, &[Place::new(&pipeline.path, 1)]);
        for job in &pipeline.jobs {
            let tasks: Vec<String> =
                job.tasks.iter().map(|task| format!("{} ({})", task.kind.as_str(), task.tool)).collect();
            line(out, &format!("  {}", job.name), &tasks.join(", "), std::slice::from_ref(&job.evidence));
        }
    }
}

fn resources(system: &System, out: &mut String) {
    for resource in &system.resources {
        let about = format!("{} ({}, {})", resource.kind, resource.technology, resource.group.as_str());
        line(out, &resource.name, &about, &resource.evidence);
    }
}

fn practices(system: &System, out: &mut String) {
    for practice in &system.practices {
        let of = name_of(system, practice.component).unwrap_or("-");
        let about = format!("{}: {}", practice.kind.as_str(), practice.detail);
        line(out, of, &about, std::slice::from_ref(&practice.evidence));
    }
}
