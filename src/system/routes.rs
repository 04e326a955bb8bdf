//! Routes that services serve, by what web frameworks' applications declare.

mod attributes;
mod calls;
mod django;
mod files;
mod handlers;
mod mounting;
mod mounts;
mod rails;
mod routers;
mod spring;

pub use spring::declared_by;

use super::applications::package_of_any;
use super::code::{self, CodeFile};
use super::draft::Draft;
use super::links::Links;
use super::model::{ComponentId, Endpoint, Guard, Handler, Role};
use super::{Detector, Stage};
use crate::facts::Name;
use crate::lang::has_directory;
use crate::lang::resolve::Sources;
use files::Files;
use mounts::{Mounts, Router};

/// Routes of services.
pub static ROUTES: Detector = Detector {
    name: "routes",
    looks_for: "routes of Spring, JAX-RS, Micronaut, Express, Fastify, Koa, Hono, NestJS, Flask, FastAPI, \
        Django and its REST framework, Rails, Gin, Echo, Chi, net/http, ASP.NET Core, Symfony, Laravel, Sinatra, Actix, Rocket, Axum",
    stage: Stage::Connections,
    detect,
};

/// A route before it is known whose it is.
pub struct Route {
    /// In any case; none for any.
    pub method: Option<String>,
    /// With all prefixes that stand in its file.
    pub path: String,
    /// Where it is declared.
    pub line: u32,
    /// What answers.
    pub handler: Option<Handler>,
    /// Who may ask.
    pub guard: Option<Guard>,
    /// What it is declared on: the ways to say which router, the surest first.
    pub routers: Vec<Router>,
}

impl Route {
    /// A route of which nothing more is known.
    pub fn new(method: Option<String>, path: String, line: u32) -> Self {
        Self { method, path, line, handler: None, guard: None, routers: Vec::new() }
    }

    /// With what answers it.
    pub fn with(self, handler: Option<Handler>) -> Self {
        Self { handler, ..self }
    }

    /// With what it is declared on.
    pub fn on(self, routers: Vec<Router>) -> Self {
        Self { routers, ..self }
    }
}

/// What files declare.
#[derive(Default)]
pub struct Found {
    /// The routes of one file.
    pub routes: Vec<Route>,
    /// Which routers are mounted where, of all files.
    pub mounts: Mounts,
}

fn detect(sources: &Sources, draft: &mut Draft) {
    let uses = draft.uses.clone();
    let links = Links::new(sources, &uses);
    let mut found = Found::default();
    let mut by_file = Vec::new();
    let all: Vec<CodeFile<'_>> = code::files(sources).collect();
    let files = Files::new(sources, links, &all);
    for file in &all {
        read(&files, file, &mut found);
        let routes = std::mem::take(&mut found.routes);
        if !routes.is_empty() {
            by_file.push((file, routes));
        }
    }
    for (file, routes) in by_file {
        let Some(owner) = server(sources, draft, file, routes[0].line) else { continue };
        let context = context_path(draft, owner);
        for route in routes {
            for prefix in found.mounts.prefixes(&route.routers) {
                draft.serve(Endpoint {
                    service: owner,
                    path: Name::from(join(&context, &join(&prefix, &route.path))),
                    method: route.method.as_deref().map(|method| Name::from(method.to_ascii_uppercase())),
                    evidence: file.place(route.line),
                    handler: route.handler.clone(),
                    guard: route.guard.clone(),
                });
            }
        }
    }
}

/// Reads what a file declares.
fn read<'s>(files: &Files<'_, 's>, file: &CodeFile<'s>, found: &mut Found) {
    let links = files.links;
    match file.family {
        "jvm" => spring::routes(file, links, &mut found.routes),
        "ruby" => {
            calls::routes(file, links, &mut found.routes);
            rails::routes(files, file, found);
        }
        "ecmascript" | "go" | "php" | "rust" => {
            calls::routes(file, links, &mut found.routes);
            attributes::routes(file, links, &mut found.routes);
            mounting::mounts(file, links, &mut found.mounts);
        }
        "csharp" => {
            calls::routes(file, links, &mut found.routes);
            attributes::controllers(file, links, &mut found.routes);
            mounting::mounts(file, links, &mut found.mounts);
        }
        "python" => {
            attributes::routes(file, links, &mut found.routes);
            mounting::mounts(file, links, &mut found.mounts);
            django::routes(files, file, found);
        }
        _ => {}
    }
}

/// Whose routes a file declares: the component whose source it is, else one that is made of its package.
fn server(sources: &Sources, draft: &mut Draft, file: &CodeFile<'_>, line: u32) -> Option<ComponentId> {
    if let Some(owner) = file.owner(draft) {
        return Some(owner);
    }
    const ASIDE: &[&str] =
        &["examples", "example", "samples", "docs", "test", "tests", "testdata", "fixtures", "benchmarks"];
    if has_directory(&file.file.path, ASIDE) {
        return None;
    }
    // Where something says what is deployed, code outside of it is no service.
    if draft.ids().any(|id| draft.component(id).directory.is_some() && !draft.parts[id.index()].is_by_routes) {
        return None;
    }
    let package = package_of_any(sources, &file.file.path)?;
    let name = package.name.rsplit(['/', ':']).next().unwrap_or(&package.name).to_owned();
    let id = draft.add(&name, Role::Service, file.place(line));
    draft.part(id).component.directory = Some(package.directory.clone());
    draft.part(id).is_by_routes = true;
    draft.assign(sources);
    Some(id)
}

/// The path below which a server serves all that it serves.
fn context_path(draft: &Draft, owner: ComponentId) -> String {
    const KEYS: [&str; 4] =
        ["server.servlet.context-path", "server.contextPath", "server.servlet.contextPath", "spring.webflux.base-path"];
    let settings = &draft.parts[owner.index()].settings;
    let found = KEYS.iter().find_map(|key| super::draft::setting(settings, key));
    found.map(|found| draft.expand(owner, &found.value)).filter(|path| !path.contains('$')).unwrap_or_default()
}

/// Two paths in one, with one `/` between them, one at the start and none at the end.
pub fn join(prefix: &str, path: &str) -> String {
    let (prefix, path) = (prefix.trim_matches('/'), path.trim_matches('/'));
    match (prefix.is_empty(), path.is_empty()) {
        (_, true) => format!("/{prefix}"),
        (true, _) => format!("/{path}"),
        _ => format!("/{prefix}/{path}"),
    }
}
