//! Routes that services serve, by what web frameworks' applications declare.

mod attributes;
mod calls;
mod spring;

use super::applications::package_of_any;
use super::code::{self, CodeFile};
use super::draft::Draft;
use super::model::{ComponentId, Role};
use super::{Detector, Stage};
use crate::lang::has_directory;
use crate::lang::resolve::Sources;

/// Routes of services.
pub static ROUTES: Detector = Detector {
    name: "routes",
    looks_for: "routes of Spring, JAX-RS, Micronaut, Express, Fastify, Koa, NestJS, Flask, FastAPI, Gin, Echo, Chi, net/http, \
        ASP.NET Core, Symfony, Laravel, Sinatra, Actix, Rocket, Axum",
    stage: Stage::Connections,
    detect,
};

/// A route before it is known whose it is.
pub struct Route {
    /// In any case; none for any.
    pub method: Option<String>,
    /// With all prefixes.
    pub path: String,
    /// Where it is declared.
    pub line: u32,
}

fn detect(sources: &Sources, draft: &mut Draft) {
    for file in code::files(sources) {
        let mut routes = Vec::new();
        match file.family {
            "jvm" => spring::routes(&file, &mut routes),
            "ecmascript" | "go" | "ruby" | "php" | "rust" => {
                calls::routes(&file, &mut routes);
                attributes::routes(&file, &mut routes);
            }
            "csharp" => {
                calls::routes(&file, &mut routes);
                attributes::controllers(&file, &mut routes);
            }
            "python" => attributes::routes(&file, &mut routes),
            _ => {}
        }
        if routes.is_empty() {
            continue;
        }
        let Some(owner) = server(sources, draft, &file, routes[0].line) else { continue };
        let context = context_path(draft, owner);
        for route in routes {
            let path = join(&context, &route.path);
            draft.serve(owner, route.method.as_deref(), &path, file.place(route.line));
        }
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
