//! Routes that annotations of functions declare: Flask, FastAPI, Sanic, Rocket, Actix, Symfony, NestJS, ASP.NET Core.

use super::super::code::CodeFile;
use super::super::links::Links;
use super::{Route, handlers, join, routers};
use crate::facts::terms::{Annotation, Class, Function, Value, annotation, last_part};

/// Annotations whose name is the method.
const VERBS: &[&str] = &["get", "post", "put", "delete", "patch", "head", "options", "websocket"];

/// The routes of a file whose functions say all but the prefix of their router or class.
pub fn routes(file: &CodeFile<'_>, links: Links<'_>, routes: &mut Vec<Route>) {
    for function in &file.terms.functions {
        let class = function.class.and_then(|id| file.terms.classes.get(id as usize));
        for annotation in &function.annotations {
            let found = match file.family {
                "ecmascript" => nest(file, class, annotation),
                "php" => symfony(file, class, annotation),
                _ => decorated(file, links, annotation),
            };
            let handler = handlers::annotated(file, links, function);
            routes.extend(found.into_iter().map(|route| route.with(handler.clone())));
        }
    }
}

/// Flask's, FastAPI's and Rocket's: `@app.route("/a", methods=["GET"])`, `@router.get("/a")`, `#[get("/a")]`.
fn decorated(file: &CodeFile<'_>, links: Links<'_>, annotation: &Annotation) -> Vec<Route> {
    let name = last_part(&annotation.name);
    let receiver = annotation.name.rsplit_once('.').map_or("", |(receiver, _)| receiver);
    let is_verb = VERBS.contains(&name);
    if !(is_verb || matches!(name, "route" | "api_route")) || receiver.is_empty() && file.family == "python" {
        return Vec::new();
    }
    let given = annotation.option("rule").or_else(|| annotation.option("path")).or_else(|| annotation.first());
    let Some(path) = given.and_then(|value| file.text(value)).filter(|path| path.is_empty() || path.starts_with('/'))
    else {
        return Vec::new();
    };
    let path = join("", &path);
    let on = routers::named(file, links, receiver, None, annotation.span);
    let methods: Vec<Option<String>> = match annotation.option("methods") {
        Some(Value::List(values)) => values.iter().map(|value| value.text().map(str::to_owned)).collect(),
        _ if is_verb => vec![Some(name.to_owned())],
        _ => vec![Some("GET".to_owned())],
    };
    let route = |method| Route::new(method, path.clone(), annotation.span.line).on(on.clone());
    methods.into_iter().map(route).collect()
}

/// NestJS: `@Controller("cats")` on the class, `@Get(":id")` on the method.
fn nest(file: &CodeFile<'_>, class: Option<&Class>, found: &Annotation) -> Vec<Route> {
    let name = last_part(&found.name);
    let is_verb = VERBS.contains(&name.to_ascii_lowercase().as_str()) || name == "All";
    let Some(controller) = class.and_then(|class| annotation(&class.annotations, "Controller")).filter(|_| is_verb)
    else {
        return Vec::new();
    };
    let prefix = file.text_of(controller, &["path"]).into_iter().next().unwrap_or_default();
    let mut paths = file.text_of(found, &[]);
    if paths.is_empty() {
        paths.push(String::new());
    }
    let method = (name != "All").then(|| name.to_owned());
    let route = |path: String| Route::new(method.clone(), join(&prefix, &path), found.span.line);
    paths.into_iter().map(route).collect()
}

/// Symfony: `#[Route("/a", methods: ["GET"])]` on the class and on the method.
fn symfony(file: &CodeFile<'_>, class: Option<&Class>, found: &Annotation) -> Vec<Route> {
    let name = last_part(&found.name);
    let verb = VERBS.contains(&name.to_ascii_lowercase().as_str());
    if !verb && name != "Route" {
        return Vec::new();
    }
    let around = class.and_then(|class| annotation(&class.annotations, "Route"));
    let prefix = around.map(|around| file.text_of(around, &["path"])).unwrap_or_default();
    let prefix = prefix.into_iter().next().unwrap_or_default();
    let methods: Vec<Option<String>> = match found.option("methods") {
        Some(Value::List(values)) => values.iter().map(|value| value.text().map(str::to_owned)).collect(),
        Some(value) => vec![value.text().map(str::to_owned)],
        None if verb => vec![Some(name.to_owned())],
        None => vec![None],
    };
    let paths = file.text_of(found, &["path"]);
    let route =
        |method: &Option<String>, path: &String| Route::new(method.clone(), join(&prefix, path), found.span.line);
    methods.iter().flat_map(|method| paths.iter().map(move |path| (method, path))).map(|(m, p)| route(m, p)).collect()
}

/// Controllers of ASP.NET Core: `[Route("api/[controller]")]` on the class, `[HttpGet("{id}")]` on the method.
pub fn controllers(file: &CodeFile<'_>, links: Links<'_>, routes: &mut Vec<Route>) {
    for function in &file.terms.functions {
        let Some(class) = function.class.and_then(|id| file.terms.classes.get(id as usize)) else { continue };
        let is_controller = class.name.ends_with("Controller")
            || annotation(&class.annotations, "ApiController").is_some()
            || class.bases.iter().any(|base| base.starts_with("Controller"));
        if is_controller && annotation(&function.annotations, "NonAction").is_none() {
            let handler = handlers::annotated(file, links, function);
            let found = action(file, class, function);
            routes.extend(found.into_iter().map(|route| route.with(handler.clone())));
        }
    }
}

fn action(file: &CodeFile<'_>, class: &Class, function: &Function) -> Vec<Route> {
    let mut routes = Vec::new();
    let prefix = annotation(&class.annotations, "Route").map(|route| file.text_of(route, &["template"]));
    let prefix = prefix.and_then(|paths| paths.into_iter().next()).unwrap_or_default();
    let own = annotation(&function.annotations, "Route").map(|route| file.text_of(route, &["template"]));
    let own = own.and_then(|paths| paths.into_iter().next());
    for found in &function.annotations {
        let Some(method) = last_part(&found.name).strip_prefix("Http") else { continue };
        let path = file.text_of(found, &["template"]).into_iter().next().or_else(|| own.clone()).unwrap_or_default();
        // A template that begins with a slash or a tilde does not go below the class's.
        let whole = match path.strip_prefix('~').unwrap_or(&path) {
            path if path.starts_with('/') => join("", path),
            path => join(&prefix, path),
        };
        let controller = class.name.strip_suffix("Controller").unwrap_or(&class.name);
        let whole = whole.replace("[controller]", controller).replace("[action]", &function.name);
        routes.push(Route::new(Some(method.to_ascii_uppercase()), whole, found.span.line));
    }
    routes
}
