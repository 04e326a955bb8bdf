//! The running system for programs: what `transom system --format json` prints, and a connection or message a line.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::Input;
use crate::schema::{Schema, Table};
use crate::system::{ChannelId, ComponentId, Connection, Direction, Endpoint, Job, Pipeline, Place, System, Task};

fn name_of(system: &System, id: Option<ComponentId>) -> Option<&str> {
    id.map(|id| &*system.node(id).name)
}

/// Everything that was found, under the keys of the answer. Of a choice: what is said of what is chosen.
pub fn value(input: &Input<'_>) -> Value {
    let system = input.system;
    let evidence = |places: &[Place]| places.iter().map(ToString::to_string).collect::<Vec<_>>();
    let nodes: Vec<Value> = system
        .nodes
        .iter()
        .zip((0..).map(ComponentId))
        .filter(|(_, id)| input.has(*id))
        .map(|(node, _)| {
            json!({
                "name": node.name, "type": node.role.as_str(), "technology": node.technologies,
                "aliases": node.aliases, "ports": node.ports, "directory": node.directory,
                "evidence": evidence(&node.evidence),
            })
        })
        .collect();
    let edge = |edge: &Connection| {
        json!({
            "from": system.node(edge.from).name, "to": system.node(edge.to).name, "kind": edge.kind,
            "certainty": edge.sureness.as_str(), "evidence": evidence(&edge.evidence),
        })
    };
    let endpoint = |endpoint: &Endpoint| {
        json!({
            "service": system.node(endpoint.service).name, "method": endpoint.method, "path": endpoint.path,
            "handler": endpoint.handler.as_ref().map(|of| json!({ "name": of.name, "evidence": [of.place.to_string()] })),
            "guard": endpoint.guard.as_ref().map(|of| {
                json!({ "open": of.open, "by": of.by, "evidence": [of.place.to_string()] })
            }),
            "evidence": [endpoint.evidence.to_string()],
        })
    };
    let edges = system.edges.iter().filter(|edge| input.has(edge.from) && input.has(edge.to));
    let endpoints = system.endpoints.iter().filter(|endpoint| input.has(endpoint.service));
    let (entities, relations) = schema(input);
    let blind_spots: Vec<Value> = system
        .blind_spots
        .iter()
        .map(|spot| json!({ "path": &*spot.path, "line": spot.problem.line, "problem": spot.problem.message }))
        .collect();
    let mut answer = json!({
        "nodes": nodes,
        "edges": edges.map(edge).collect::<Vec<_>>(),
        "endpoints": endpoints.map(endpoint).collect::<Vec<_>>(),
        "entities": entities,
        "relations": relations,
        "blind_spots": blind_spots,
    });
    if let Value::Object(answer) = &mut answer {
        answer.extend(lists(input));
    }
    answer
}

/// Channels, interfaces, calls, uses of tables, pipelines, resources and practices, under the keys of the answer.
fn lists(input: &Input<'_>) -> Map<String, Value> {
    let system = input.system;
    // What belongs to nobody belongs to no choice.
    let has = |id: Option<ComponentId>| id.map_or(input.chosen.is_none(), |id| input.has(id));
    let name = |id: Option<ComponentId>| name_of(system, id);
    let shown = |place: &Place| place.to_string();
    let many = |places: &[Place]| places.iter().map(ToString::to_string).collect::<Vec<_>>();
    let channels = system.channels.iter().zip((0..).map(ChannelId)).filter(|(_, id)| input.has_channel(*id));
    let channels = channels.map(|(channel, _)| {
        json!({
            "name": channel.name, "kind": channel.kind.as_str(), "technology": channel.technology,
            "broker": name(channel.broker), "dead_letter": channel.dead_letter.as_ref().map(shown),
            "evidence": many(&channel.evidence),
        })
    });
    let flows = system.flows.iter().filter(|flow| input.has_channel(flow.channel) && has(flow.component));
    let flows = flows.map(|flow| {
        json!({
            "channel": system.channels[flow.channel.index()].name, "direction": flow.direction.as_str(),
            "component": name(flow.component), "certainty": flow.sureness.as_str(), "evidence": [shown(&flow.evidence)],
        })
    });
    let operations = system.operations.iter().filter(|operation| has(operation.component)).map(|operation| {
        json!({
            "contract": &*operation.contract, "style": operation.style.as_str(), "name": operation.name,
            "method": operation.method, "component": name(operation.component),
            "handler": operation.handler.as_ref().map(shown), "evidence": [shown(&operation.evidence)],
        })
    });
    let types = system.types.iter().filter(|_| input.chosen.is_none()).map(|of| {
        let fields: Vec<Value> =
            of.fields.iter().map(|(name, r#type)| json!({ "name": name, "type": r#type })).collect();
        json!({ "name": of.name, "kind": of.kind, "fields": fields, "evidence": [shown(&of.evidence)] })
    });
    let calls = system.calls.iter().filter(|call| input.has(call.from)).map(|call| {
        json!({
            "from": name(Some(call.from)), "to": name(call.to), "kind": call.kind, "method": call.method,
            "path": call.path, "answered": call.endpoint.map(|index| shown(&system.endpoints[index].evidence)),
            "evidence": [shown(&call.evidence)],
        })
    });
    let table_uses = system.table_uses.iter().filter(|of| has(of.component)).map(|of| {
        json!({
            "table": system.schema.tables[of.table].name, "access": of.access.as_str(),
            "component": name(of.component), "evidence": [shown(&of.evidence)],
        })
    });
    let resources = system.resources.iter().filter(|resource| has(resource.component)).map(|resource| {
        let details: Map<String, Value> =
            resource.details.iter().map(|(key, value)| (key.to_string(), json!(value))).collect();
        let uses: Vec<&str> = resource.uses.iter().map(|id| &*system.resources[id.index()].name).collect();
        json!({
            "name": resource.name, "kind": resource.kind, "technology": resource.technology,
            "provider": resource.provider, "group": resource.group.as_str(), "component": name(resource.component),
            "details": details, "uses": uses, "evidence": many(&resource.evidence),
        })
    });
    let practices = system.practices.iter().filter(|practice| has(practice.component)).map(|practice| {
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
        ("pipelines", pipelines(input)),
        ("resources", resources.collect()),
        ("practices", practices.collect()),
    ];
    lists.into_iter().map(|(key, list)| (key.to_owned(), Value::Array(list))).collect()
}

fn pipelines(input: &Input<'_>) -> Vec<Value> {
    let system = input.system;
    let value = |pipeline: &Pipeline| {
        let trigger =
            |(name, place): &(crate::facts::Name, Place)| json!({ "on": name, "evidence": [place.to_string()] });
        let job = |job: &Job| {
            let needs: Vec<&str> = job.needs.iter().map(|index| &*pipeline.jobs[*index].name).collect();
            let task = |task: &Task| {
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
    let ships = |pipeline: &&Pipeline| {
        let mut tasks = pipeline.jobs.iter().flat_map(|job| &job.tasks);
        input.chosen.is_none() || tasks.any(|task| task.component.is_some_and(|id| input.has(id)))
    };
    system.pipelines.iter().filter(ships).map(value).collect()
}

/// `entities` and `relations` for programs.
fn schema(input: &Input<'_>) -> (Vec<Value>, Vec<Value>) {
    let schema = &input.system.schema;
    // Of a choice those that its code uses.
    let uses = input.system.table_uses.iter().filter(|of| of.component.is_some_and(|id| input.has(id)));
    let used: BTreeSet<&str> = uses.map(|of| &*schema.tables[of.table].name).collect();
    let has = |table: &str| input.chosen.is_none() || used.contains(table);
    let entities = schema.tables.iter().filter(|table| has(&table.name)).map(|table| entity(schema, table)).collect();
    let relation = |relation: &crate::schema::Relation| {
        json!({
            "from": relation.from, "to": relation.to, "via": relation.via.join(","),
            "kind": relation.cardinality.as_str(), "evidence": [relation.place.to_string()],
        })
    };
    let relations = schema.relations.iter().filter(|relation| has(&relation.from) && has(&relation.to));
    (entities, relations.map(relation).collect())
}

fn entity(schema: &Schema, table: &Table) -> Value {
    let columns: Vec<Value> = table
        .columns
        .iter()
        .map(|column| {
            json!({
                "name": column.name, "type": column.r#type, "pk": column.primary,
                "fk": schema.referred(&table.name, &column.name), "evidence": [column.place.to_string()],
            })
        })
        .collect();
    let evidence: Vec<String> = table.places.iter().map(ToString::to_string).collect();
    json!({ "name": table.name, "aliases": table.models, "columns": columns, "evidence": evidence })
}

/// Connections, then messages: who, to whom, how, with the lines.
pub fn lines(input: &Input<'_>) -> Vec<Value> {
    let system = input.system;
    let mut lines = Vec::new();
    for edge in system.edges.iter().filter(|edge| input.has(edge.from) && input.has(edge.to)) {
        let evidence: Vec<String> = edge.evidence.iter().map(ToString::to_string).collect();
        lines.push(json!({
            "from": system.node(edge.from).name, "to": system.node(edge.to).name, "kind": edge.kind,
            "certainty": edge.sureness.as_str(), "evidence": evidence,
        }));
    }
    for flow in system.flows.iter().filter(|flow| input.has_channel(flow.channel)) {
        let Some(by) = flow.component.filter(|by| input.has(*by)) else { continue };
        let (by, channel) = (&system.node(by).name, &system.channels[flow.channel.index()].name);
        let (from, to) = match flow.direction {
            Direction::Publishes => (by, channel),
            Direction::Consumes => (channel, by),
        };
        lines.push(json!({
            "from": from, "to": to, "kind": flow.direction.as_str(), "certainty": flow.sureness.as_str(),
            "evidence": [flow.evidence.to_string()],
        }));
    }
    lines
}
