//! What the answer of `transom system` says beside components, connections, routes and tables: channels, interfaces,
//! pipelines, resources and practices.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

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

/// Everything for programs, under the keys of the answer.
pub fn values(system: &System) -> Map<String, Value> {
    let name = |id: Option<ComponentId>| name_of(system, id);
    let shown = |place: &Place| place.to_string();
    let many = |places: &[Place]| places.iter().map(ToString::to_string).collect::<Vec<_>>();
    let channels = system.channels.iter().map(|channel| {
        json!({
            "name": channel.name, "kind": channel.kind.as_str(), "technology": channel.technology,
            "broker": name(channel.broker), "dead_letter": channel.dead_letter.as_ref().map(shown),
            "evidence": many(&channel.evidence),
        })
    });
    let flows = system.flows.iter().map(|flow| {
        json!({
            "channel": system.channels[flow.channel.index()].name, "direction": flow.direction.as_str(),
            "component": name(flow.component), "certainty": flow.sureness.as_str(), "evidence": [shown(&flow.evidence)],
        })
    });
    let operations = system.operations.iter().map(|operation| {
        json!({
            "contract": &*operation.contract, "style": operation.style.as_str(), "name": operation.name,
            "method": operation.method, "component": name(operation.component),
            "handler": operation.handler.as_ref().map(shown), "evidence": [shown(&operation.evidence)],
        })
    });
    let types = system.types.iter().map(|of| {
        let fields: Vec<Value> =
            of.fields.iter().map(|(name, r#type)| json!({ "name": name, "type": r#type })).collect();
        json!({ "name": of.name, "kind": of.kind, "fields": fields, "evidence": [shown(&of.evidence)] })
    });
    let calls = system.calls.iter().map(|call| {
        json!({
            "from": name(Some(call.from)), "to": name(call.to), "kind": call.kind, "method": call.method,
            "path": call.path, "answered": call.endpoint.map(|index| shown(&system.endpoints[index].evidence)),
            "evidence": [shown(&call.evidence)],
        })
    });
    let table_uses = system.table_uses.iter().map(|of| {
        json!({
            "table": system.schema.tables[of.table].name, "access": of.access.as_str(),
            "component": name(of.component), "evidence": [shown(&of.evidence)],
        })
    });
    let resources = system.resources.iter().map(|resource| {
        let details: Map<String, Value> =
            resource.details.iter().map(|(key, value)| (key.to_string(), json!(value))).collect();
        let uses: Vec<&str> = resource.uses.iter().map(|id| &*system.resources[id.index()].name).collect();
        json!({
            "name": resource.name, "kind": resource.kind, "technology": resource.technology,
            "provider": resource.provider, "group": resource.group.as_str(), "component": name(resource.component),
            "details": details, "uses": uses, "evidence": many(&resource.evidence),
        })
    });
    let practices = system.practices.iter().map(|practice| {
        json!({
            "kind": practice.kind.as_str(), "component": name(practice.component), "detail": practice.detail,
            "evidence": [shown(&practice.evidence)],
        })
    });
    let lists: [(&str, Vec<Value>); 9] = [
        ("channels", channels.collect()),
        ("flows", flows.collect()),
        ("operations", operations.collect()),
        ("types", types.collect()),
        ("calls", calls.collect()),
        ("table_uses", table_uses.collect()),
        ("pipelines", pipeline_values(system)),
        ("resources", resources.collect()),
        ("practices", practices.collect()),
    ];
    lists.into_iter().map(|(key, list)| (key.to_owned(), Value::Array(list))).collect()
}

fn pipeline_values(system: &System) -> Vec<Value> {
    let value = |pipeline: &crate::system::Pipeline| {
        let trigger =
            |(name, place): &(crate::facts::Name, Place)| json!({ "on": name, "evidence": [place.to_string()] });
        let job = |job: &crate::system::Job| {
            let needs: Vec<&str> = job.needs.iter().map(|index| &*pipeline.jobs[*index].name).collect();
            let task = |task: &crate::system::Task| {
                json!({
                    "kind": task.kind.as_str(), "tool": task.tool, "target": task.target,
                    "component": name_of(system, task.component), "evidence": [task.evidence.to_string()],
                })
            };
            json!({
                "name": job.name, "stage": job.stage, "needs": needs, "environment": job.environment,
                "tasks": job.tasks.iter().map(task).collect::<Vec<_>>(), "evidence": [job.evidence.to_string()],
            })
        };
        json!({
            "name": pipeline.name, "technology": pipeline.technology, "path": &*pipeline.path,
            "triggers": pipeline.triggers.iter().map(trigger).collect::<Vec<_>>(),
            "jobs": pipeline.jobs.iter().map(job).collect::<Vec<_>>(),
        })
    };
    system.pipelines.iter().map(value).collect()
}
