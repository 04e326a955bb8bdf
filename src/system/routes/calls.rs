//! Routes that are declared by calls on an application, a router or a group: Express, Fastify, Koa, Hono, Gin, Echo, Chi,
//! net/http, gorilla/mux, minimal ASP.NET Core, Laravel, Slim, Sinatra, Axum, Actix.

use rustc_hash::FxHashMap;

use super::super::code::CodeFile;
use super::{Route, join};
use crate::facts::terms::{Call, Value, last_part};

/// How many groups around a group are followed.
const GROUP_LIMIT: u32 = 8;

/// Calls that declare a route whose name says the method.
const VERBS: &[&str] = &["get", "post", "put", "delete", "patch", "head", "options", "all", "any", "del"];

/// Calls that make an application or a router.
const MAKERS: &[&str] = &[
    "express",
    "Router",
    "fastify",
    "Fastify",
    "Hono",
    "Koa",
    "restify.createServer",
    "createServer",
    "server",
    "polka",
    "NewRouter",
    "NewServeMux",
    "Default",
    "New",
    "Echo",
    "Group",
    "Subrouter",
    "PathPrefix",
    "App",
    "create",
    "Route",
    "MapGroup",
    "NewVersionedApi",
    "basePath",
    "router",
    "app",
    "With",
];

/// Names that routers have where a function is given one.
const ROUTERS: &[&str] =
    &["app", "router", "server", "fastify", "api", "r", "mux", "e", "g", "group", "routes", "engine", "Route", "http"];

/// The routes of a file.
pub fn routes(file: &CodeFile<'_>, routes: &mut Vec<Route>) {
    let told = told_methods(file);
    for (index, call) in file.terms.calls.iter().enumerate() {
        let Some(method) = method_of(file, call) else { continue };
        let Some((named, path)) = path_of(file, call) else { continue };
        let method = named.or(method);
        let prefix = prefix_of(file, call, GROUP_LIMIT);
        let line = call.span.line;
        let methods = told.get(&(index as u32)).cloned().unwrap_or_default();
        if methods.is_empty() {
            routes.push(Route { method, path: join(&prefix, &path), line });
        }
        for method in methods {
            routes.push(Route { method: Some(method), path: join(&prefix, &path), line });
        }
    }
}

/// The method that a call declares a route for; the inner none is any. None if it declares no route.
fn method_of(file: &CodeFile<'_>, call: &Call) -> Option<Option<String>> {
    let name = call.name();
    if let Some(verb) = name.strip_prefix("Map").filter(|_| file.family == "csharp") {
        let is_verb = VERBS.contains(&verb.to_ascii_lowercase().as_str());
        return (is_verb && call.arguments.len() >= 2).then(|| any(verb));
    }
    let receiver = call.receiver();
    match file.family {
        "ecmascript" => {
            let is_verb = VERBS.contains(&name) && call.arguments.len() >= 2;
            (is_verb && is_router(file, receiver) && is_handled(call)).then(|| any(name))
        }
        "go" => match name {
            "HandleFunc" | "Handle" if call.arguments.len() >= 2 => Some(None),
            "GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS" | "Any" if call.arguments.len() >= 2 => {
                Some(any(name))
            }
            "Get" | "Post" | "Put" | "Delete" | "Patch" | "Head" | "Options"
                if call.arguments.len() >= 2 && is_router(file, receiver) && is_handled(call) =>
            {
                Some(any(name))
            }
            _ => None,
        },
        "php" => {
            let is_route = matches!(last_part(receiver), "Route" | "$app" | "$router" | "app" | "router");
            (is_route && VERBS.contains(&name) && call.arguments.len() >= 2).then(|| any(name))
        }
        "ruby" => (receiver.is_empty() && VERBS.contains(&name) && is_sinatra(file)).then(|| any(name)),
        "rust" => (name == "route" && call.arguments.len() == 2).then(|| rust_method(file, call)),
        _ => None,
    }
}

fn any(verb: &str) -> Option<String> {
    let verb = verb.to_ascii_uppercase();
    match verb.as_str() {
        "ALL" | "ANY" => None,
        "DEL" => Some("DELETE".to_owned()),
        _ => Some(verb),
    }
}

/// The method of `route("/a", get(f))` and `route("/a", web::get().to(f))`.
fn rust_method(file: &CodeFile<'_>, call: &Call) -> Option<String> {
    let mut next = match call.positional(1) {
        Some(Value::Call(id)) => file.call(*id),
        _ => None,
    };
    while let Some(call) = next {
        if VERBS.contains(&call.name()) {
            return any(call.name());
        }
        next = call.on.and_then(|id| file.call(id));
    }
    None
}

fn is_sinatra(file: &CodeFile<'_>) -> bool {
    let facts = file.file.facts.as_deref();
    let loads = facts.is_some_and(|facts| facts.imports.iter().any(|import| import.path.starts_with("sinatra")));
    loads || file.terms.classes.iter().any(|class| class.bases.iter().any(|base| base.starts_with("Sinatra")))
}

/// Whether the last argument can handle a request, rather than be the options or the body of a client's call.
fn is_handled(call: &Call) -> bool {
    match call.arguments.last().map(|argument| &argument.value) {
        Some(Value::Function(_) | Value::Name(_) | Value::Call(_) | Value::List(_) | Value::Other) => true,
        // Fastify's options hold the handler.
        Some(value) => value.entry("handler").is_some(),
        None => false,
    }
}

/// Whether what is called on is an application or a router: it was made as one, or is called like one and made elsewhere.
fn is_router(file: &CodeFile<'_>, receiver: &str) -> bool {
    let last = last_part(receiver);
    match file.bound(last) {
        Some(Value::Call(id)) => {
            let mut next = file.call(*id);
            while let Some(call) = next {
                let is_maker = MAKERS.iter().any(|maker| *maker == call.name() || *maker == call.callee);
                if is_maker || call.name() == "Fastify" {
                    return !matches!(&*call.callee, "axios.create" | "http.create");
                }
                next = call.on.and_then(|id| file.call(id));
            }
            false
        }
        Some(Value::Name(_) | Value::Other) | None => {
            ROUTERS.contains(&last) || last.ends_with("Router") || last.ends_with("router")
        }
        _ => false,
    }
}

/// The path of a route, and the method if the pattern names one; an unknown value that the path begins with is left out.
fn path_of(file: &CodeFile<'_>, call: &Call) -> Option<(Option<String>, String)> {
    let text = file.text(call.positional(0)?)?;
    let text = text.strip_prefix("{}").unwrap_or(&text);
    // Go's patterns may name the method first.
    let (method, text) = match text.split_once(' ') {
        Some((method, path)) if file.family == "go" => (any(method), path),
        _ => (None, text),
    };
    let is_path =
        text.is_empty() || text.starts_with(['/', '*', '{', ':']) || file.family == "csharp" || file.family == "php";
    (is_path && !text.contains("://")).then(|| (method, text.to_owned()))
}

/// What stands before the paths of all routes that are declared on the receiver of a call.
fn prefix_of(file: &CodeFile<'_>, call: &Call, depth: u32) -> String {
    let Some(depth) = depth.checked_sub(1) else { return String::new() };
    if let Some(on) = call.on.and_then(|id| file.call(id)) {
        return join(&prefix_of(file, on, depth), &group_path(file, on));
    }
    let receiver = last_part(call.receiver());
    let bound = match receiver {
        "" => None,
        receiver => file.bound_before(receiver, call).or_else(|| file.bound(receiver)),
    };
    match bound {
        Some(Value::Call(id)) => match file.call(*id) {
            Some(made) => join(&prefix_of(file, made, depth), &group_path(file, made)),
            None => String::new(),
        },
        _ => String::new(),
    }
}

/// The path that a call gives to the group that it makes.
fn group_path(file: &CodeFile<'_>, call: &Call) -> String {
    if !matches!(
        call.name(),
        "Group" | "MapGroup" | "PathPrefix" | "Route" | "basePath" | "prefix" | "group" | "scope" | "route"
    ) {
        return String::new();
    }
    call.positional(0).and_then(|value| file.text(value)).unwrap_or_default()
}

/// The methods that gorilla/mux is told after a route, by the number of its call: `.Methods("GET", http.MethodHead)`.
fn told_methods(file: &CodeFile<'_>) -> FxHashMap<u32, Vec<String>> {
    if file.family != "go" {
        return FxHashMap::default();
    }
    let method = |value: &Value| match value {
        Value::Name(name) => last_part(name).strip_prefix("Method").map(str::to_ascii_uppercase),
        value => value.text().map(str::to_ascii_uppercase),
    };
    let after = file.terms.calls.iter().filter(|call| call.name() == "Methods");
    let told = |call: &Call| call.arguments.iter().filter_map(|argument| method(&argument.value)).collect();
    after.filter_map(|call| Some((call.on?, told(call)))).collect()
}
