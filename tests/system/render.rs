//! A system as the fixture documents write it: a claim a line, with its places.

use std::fmt::Write as _;

use transom::system::{ComponentId, Place, System};

/// The lists that a document can hold a system to.
pub const KINDS: [&str; 9] =
    ["system", "guards", "messages", "contracts", "calls", "table-uses", "pipelines", "resources", "practices"];

/// One list of a system. Writing to a string cannot fail.
pub fn render(kind: &str, system: &System) -> String {
    let mut out = String::new();
    match kind {
        "system" => components(system, &mut out),
        "guards" => guards(system, &mut out),
        "messages" => messages(system, &mut out),
        "contracts" => contracts(system, &mut out),
        "calls" => calls(system, &mut out),
        "table-uses" => table_uses(system, &mut out),
        "pipelines" => pipelines(system, &mut out),
        "resources" => resources(system, &mut out),
        "practices" => practices(system, &mut out),
        other => panic!("no list is called {other}"),
    }
    out
}

fn places(places: &[Place]) -> String {
    places.iter().map(|place| format!(" {place}")).collect()
}

fn name(system: &System, id: Option<ComponentId>) -> &str {
    id.map_or("-", |id| &system.node(id).name)
}

/// `name: role [technologies] places`, `from -> to kind sureness places`, `name METHOD /path place`.
fn components(system: &System, out: &mut String) {
    for node in &system.nodes {
        let technologies: Vec<&str> = node.technologies.iter().map(|name| &**name).collect();
        let (role, made_with) = (node.role.as_str(), technologies.join(", "));
        let _ = writeln!(out, "{}: {role} [{made_with}]{}", node.name, places(&node.evidence));
    }
    for edge in &system.edges {
        let (from, to) = (&system.node(edge.from).name, &system.node(edge.to).name);
        let how = edge.sureness.as_str();
        let _ = writeln!(out, "{from} -> {to} {} {how}{}", edge.kind, places(&edge.evidence));
    }
    for endpoint in &system.endpoints {
        let name = &system.node(endpoint.service).name;
        let method = endpoint.method.as_deref().unwrap_or("*");
        let _ = writeln!(out, "{name} {method} {} {}", endpoint.path, endpoint.evidence);
    }
}

/// `METHOD /path handler place; open or guarded by what place`
fn guards(system: &System, out: &mut String) {
    for endpoint in &system.endpoints {
        let method = endpoint.method.as_deref().unwrap_or("*");
        let _ = write!(out, "{method} {}", endpoint.path);
        match &endpoint.handler {
            Some(handler) => {
                let _ = write!(out, " -> {} {}", handler.name, handler.place);
            }
            None => out.push_str(" -> -"),
        }
        match &endpoint.guard {
            Some(guard) => {
                let who = if guard.open { "open" } else { "guarded" };
                let _ = writeln!(out, "; {who} by {} {}", guard.by, guard.place);
            }
            None => out.push('\n'),
        }
    }
}

/// `name: kind technology broker [dead letter place] places`, and indented `publish component sureness place`
fn messages(system: &System, out: &mut String) {
    for (index, channel) in system.channels.iter().enumerate() {
        let broker = name(system, channel.broker);
        let dead = channel.dead_letter.as_ref().map_or_else(String::new, |place| format!(" dead letters {place}"));
        let (kind, technology) = (channel.kind.as_str(), &channel.technology);
        let _ = writeln!(out, "{}: {kind} {technology} {broker}{dead}{}", channel.name, places(&channel.evidence));
        for flow in system.flows.iter().filter(|flow| flow.channel.index() == index) {
            let (direction, by) = (flow.direction.as_str(), name(system, flow.component));
            let _ = writeln!(out, "  {direction} {by} {} {}", flow.sureness.as_str(), flow.evidence);
        }
    }
}

/// `style METHOD name component place -> handler`, and of GraphQL types `kind name { field: type } place`
fn contracts(system: &System, out: &mut String) {
    for operation in &system.operations {
        let (style, method) = (operation.style.as_str(), operation.method.as_deref().unwrap_or("-"));
        let by = name(system, operation.component);
        let handler = operation.handler.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        let _ = writeln!(out, "{style} {method} {} {by} {} -> {handler}", operation.name, operation.evidence);
    }
    for of in &system.types {
        let field = |(name, r#type): &(_, _)| format!("{name}: {type}").trim_end_matches(": ").to_owned();
        let fields: Vec<String> = of.fields.iter().map(field).collect();
        let _ = writeln!(out, "{} {} {{ {} }} {}", of.kind, of.name, fields.join(", "), of.evidence);
    }
}

/// `from -> to kind METHOD path place -> route's place`
fn calls(system: &System, out: &mut String) {
    for call in &system.calls {
        let (from, to) = (name(system, Some(call.from)), name(system, call.to));
        let (method, path) = (call.method.as_deref().unwrap_or("-"), call.path.as_deref().unwrap_or("-"));
        let route = call.endpoint.map_or_else(|| "-".to_owned(), |index| system.endpoints[index].evidence.to_string());
        let _ = writeln!(out, "{from} -> {to} {} {method} {path} {} -> {route}", call.kind, call.evidence);
    }
}

/// `table access component place`
fn table_uses(system: &System, out: &mut String) {
    for of in &system.table_uses {
        let (table, access) = (&system.schema.tables[of.table].name, of.access.as_str());
        let _ = writeln!(out, "{table} {access} {} {}", name(system, of.component), of.evidence);
    }
}

/// `technology name path on triggers`, indented jobs, and their tasks
fn pipelines(system: &System, out: &mut String) {
    for pipeline in &system.pipelines {
        let triggers: Vec<String> =
            pipeline.triggers.iter().map(|(trigger, place)| format!("{trigger} :{}", place.line)).collect();
        let (technology, name_of, path) = (pipeline.technology, &pipeline.name, &pipeline.path);
        let _ = writeln!(out, "{technology} {name_of} {path} on {}", triggers.join(", "));
        for job in &pipeline.jobs {
            let needs: Vec<&str> = job.needs.iter().map(|index| &*pipeline.jobs[*index].name).collect();
            let stage = job.stage.as_deref().unwrap_or("-");
            let environment = job.environment.as_deref().unwrap_or("-");
            let line = job.evidence.line;
            let _ = writeln!(out, "  {} stage {stage} needs [{}] to {environment} :{line}", job.name, needs.join(", "));
            for task in &job.tasks {
                let (kind, target) = (task.kind.as_str(), task.target.as_deref().unwrap_or("-"));
                let of = name(system, task.component);
                let _ = writeln!(out, "    {kind} {} {target} {of} :{}", task.tool, task.evidence.line);
            }
        }
    }
}

/// `technology kind name provider group component { details } -> uses places`
fn resources(system: &System, out: &mut String) {
    for resource in &system.resources {
        let details: Vec<String> = resource.details.iter().map(|(key, value)| format!("{key} {value}")).collect();
        let uses: Vec<&str> = resource.uses.iter().map(|id| &*system.resources[id.index()].name).collect();
        let _ = writeln!(
            out,
            "{} {} {} {} {} {} {{ {} }} -> [{}]{}",
            resource.technology,
            resource.kind,
            resource.name,
            resource.provider.unwrap_or("-"),
            resource.group.as_str(),
            name(system, resource.component),
            details.join(", "),
            uses.join(", "),
            places(&resource.evidence),
        );
    }
}

/// `component kind: detail place`
fn practices(system: &System, out: &mut String) {
    for practice in &system.practices {
        let (of, kind) = (name(system, practice.component), practice.kind.as_str());
        let _ = writeln!(out, "{of} {kind}: {} {}", practice.detail, practice.evidence);
    }
}
