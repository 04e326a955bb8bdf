//! Routes of each service, and what interface files declare.

use std::collections::BTreeMap;

use crate::export::chart::{Chart, Shape};
use crate::report::facts::{diagram, name_or_dash};
use crate::report::{Content, Input, Part, Statement, Table, Text};
use crate::system::{ContractStyle, Endpoint};
use crate::text::counted;

/// The section.
pub static API: Part =
    Part { title: "REST API map", looks_for: "routes of web frameworks, OpenAPI documents, remote procedures", write };

/// Routes of one service; the rest is counted.
const ROUTES: usize = 80;

fn write(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    content.diagram(diagram(map(input)));
    for (id, component) in input.components() {
        let routes: Vec<&Endpoint> = system.endpoints.iter().filter(|endpoint| endpoint.service == id).collect();
        let mut inner = Content::default();
        let mut table = Table::new(["Method", "Path", "Answered by", "Access", "Where"]);
        for route in &routes {
            let handler = match &route.handler {
                Some(handler) => Text::new().code(&handler.name).plain(" ").place(&handler.place),
                None => "-".into(),
            };
            let access = match &route.guard {
                Some(guard) => Text::from(if guard.open { "open by " } else { "guarded by " }).code(&guard.by),
                None => "-".into(),
            };
            table.row([
                route.method.as_deref().unwrap_or("any").into(),
                Text::new().code(&route.path),
                handler,
                access,
                Text::new().place(&route.evidence),
            ]);
        }
        inner.table(table.most(ROUTES));
        content.section(Text::from("Routes of ").code(&component.name), inner);
    }
    declared(input, content);
    calls(input, content);
}

/// Services with the first parts of the paths that they serve.
fn map(input: &Input<'_>) -> Chart {
    let mut parts: BTreeMap<(u32, &str), usize> = BTreeMap::new();
    for endpoint in &input.system().endpoints {
        *parts.entry((endpoint.service.0, first_part(&endpoint.path))).or_default() += 1;
    }
    let mut chart = Chart::default();
    let mut services: BTreeMap<u32, usize> = BTreeMap::new();
    for ((service, part), count) in parts {
        let name = &input.system().nodes[service as usize].name;
        let from = *services.entry(service).or_insert_with(|| chart.node(Shape::Plain, None, [name.to_string()]));
        let to = chart.node(Shape::Channel, None, [part.to_owned(), counted(count as u64, "route")]);
        chart.arrow(from, to, "", false);
    }
    chart
}

/// The first part of a path that tells something: what follows `/api` and a version.
fn first_part(path: &str) -> &str {
    let mut end = 0;
    for part in path.split('/').skip(1) {
        end += part.len() + 1;
        let digits = part.strip_prefix('v').unwrap_or_default();
        let is_version = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_version && part != "api" {
            break;
        }
    }
    path.get(..end).filter(|part| !part.is_empty()).unwrap_or("/")
}

/// Operations of interface files, and whether code answers them.
fn declared(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let of_style =
        system.operations.iter().filter(|of| matches!(of.style, ContractStyle::OpenApi | ContractStyle::Grpc));
    let mut table = Table::new(["Notation", "Operation", "Component", "Declared", "Answered"]);
    for of in of_style {
        let operation = of.method.as_deref().map_or_else(String::new, |method| format!("{method} "));
        table.row([
            of.style.as_str().into(),
            Text::from(operation).code(&of.name),
            name_or_dash(system, of.component),
            Text::new().place(&of.evidence),
            of.handler.as_ref().map_or_else(|| "no code found".into(), |place| Text::new().place(place)),
        ]);
    }
    let mut inner = Content::default();
    inner.table(table.most(ROUTES));
    content.section("Declared operations", inner);
}

/// Requests to services of the project for which no route was found.
fn calls(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let lost = system.calls.iter().filter(|call| {
        let serves = |id| system.endpoints.iter().any(|endpoint| Some(endpoint.service) == id);
        call.kind == "http" && call.path.is_some() && call.endpoint.is_none() && call.to.is_some() && serves(call.to)
    });
    let said = lost.map(|call| {
        let method = call.method.as_deref().map_or_else(String::new, |method| format!("{method} "));
        let text = name_or_dash(system, Some(call.from))
            .plain(format!(" asks {method}"))
            .code(call.path.as_deref().unwrap_or_default())
            .plain(" of ")
            .text(name_or_dash(system, call.to));
        Statement::new(text).by([&call.evidence])
    });
    let mut inner = Content::default();
    inner.list(said.collect());
    content.section("Requests for which no route was found", inner);
}
