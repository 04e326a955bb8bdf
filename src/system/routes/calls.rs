//! Routes that are declared by calls on an application, a router or a group: Express, Fastify, Koa, Hono, Gin, Echo, Chi,
//! net/http, gorilla/mux, minimal ASP.NET Core, Laravel, Slim, Sinatra, Axum, Actix.

use rustc_hash::FxHashMap;

use super::super::code::CodeFile;
use super::super::links::{Links, whole};
use super::routers::{Site, is_router};
use super::{Route, handlers, join};
use crate::facts::Span;
use crate::facts::terms::{Call, Value, last_part};

/// Calls that declare a route whose name says the method.
const VERBS: &[&str] = &["get", "post", "put", "delete", "patch", "head", "options", "all", "any", "del"];

/// The routes of a file.
pub fn routes(file: &CodeFile<'_>, links: Links<'_>, routes: &mut Vec<Route>) {
    let told = told_methods(file);
    let site = Site::new(file, links);
    for (index, call) in file.terms.calls.iter().enumerate() {
        let Some(method) = method_of(&site, call) else { continue };
        let Some((named, path)) = path_of(file, call) else { continue };
        let method = named.or(method);
        let (prefix, on) = site.around(call);
        let last = call.arguments.iter().rev().find(|argument| argument.name.is_none());
        let at = |line| Span { line, ..whole(call) };
        let handler = last.and_then(|last| handlers::of_value(file, links, &last.value, at(last.line)));
        let route =
            |method| Route::new(method, join(&prefix, &path), call.span.line).with(handler.clone()).on(on.clone());
        match told.get(&(index as u32)).filter(|methods| !methods.is_empty()) {
            Some(methods) => routes.extend(methods.iter().map(|method| route(Some(method.clone())))),
            None => routes.push(route(method)),
        }
    }
}

/// The method that a call declares a route for; the inner none is any. None if it declares no route.
fn method_of(site: &Site<'_, '_>, call: &Call) -> Option<Option<String>> {
    let file = site.file;
    let name = call.name();
    if let Some(verb) = name.strip_prefix("Map").filter(|_| file.family == "csharp") {
        let is_verb = VERBS.contains(&verb.to_ascii_lowercase().as_str());
        return (is_verb && call.arguments.len() >= 2).then(|| any(verb));
    }
    let receiver = call.receiver();
    match file.family {
        "ecmascript" => {
            if !VERBS.contains(&name) || !is_handled(call) {
                return None;
            }
            let is_on_router = match route_call(file, call) {
                Some(route) => is_router(file, route.receiver()),
                None => call.arguments.len() >= 2 && (is_router(file, receiver) || site.is_in_block(call)),
            };
            is_on_router.then(|| any(name))
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

/// Express's `app.route("/a")` that verbs are called on: `.get(one).delete(remove)`.
fn route_call<'s>(file: &CodeFile<'s>, call: &Call) -> Option<&'s Call> {
    if file.family != "ecmascript" {
        return None;
    }
    let mut on = call.on.and_then(|id| file.call(id))?;
    while VERBS.contains(&on.name()) && on.receiver().is_empty() {
        on = on.on.and_then(|id| file.call(id))?;
    }
    (on.name() == "route" && on.arguments.len() == 1).then_some(on)
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

/// The path of a route, and the method if the pattern names one; an unknown value that the path begins with is left out.
fn path_of(file: &CodeFile<'_>, call: &Call) -> Option<(Option<String>, String)> {
    if route_call(file, call).is_some() {
        // The path is that of the group.
        return Some((None, String::new()));
    }
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
