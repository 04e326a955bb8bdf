//! Controllers of Spring MVC and WebFlux, resources of JAX-RS, controllers of Micronaut.

use super::super::code::CodeFile;
use super::super::links::Links;
use super::{Route, handlers, join};
use crate::facts::terms::{Annotation, Class, Function, Value, annotation, last_part};

/// Annotations of Spring's handlers with the method that each is for.
const MAPPINGS: &[(&str, &str)] = &[
    ("GetMapping", "GET"),
    ("PostMapping", "POST"),
    ("PutMapping", "PUT"),
    ("DeleteMapping", "DELETE"),
    ("PatchMapping", "PATCH"),
    ("GetExchange", "GET"),
    ("PostExchange", "POST"),
    ("PutExchange", "PUT"),
    ("DeleteExchange", "DELETE"),
    ("PatchExchange", "PATCH"),
];

/// Annotations of JAX-RS that say a handler's method.
const DESIGNATORS: &[&str] = &["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/// Annotations of Micronaut's handlers.
const MICRONAUT: &[&str] = &["Get", "Post", "Put", "Delete", "Patch", "Head", "Options"];

/// The routes of a file.
pub fn routes(file: &CodeFile<'_>, links: Links<'_>, routes: &mut Vec<Route>) {
    for (id, class) in file.terms.classes.iter().enumerate() {
        let is = |name| annotation(&class.annotations, name).is_some();
        if is("FeignClient") || is("RegisterRestClient") || is("HttpExchange") {
            continue;
        }
        let is_spring = is("RestController") || is("Controller");
        let prefixes = prefixes(file, class);
        for handler in methods_of(file, id) {
            let found = match () {
                () if is_spring && !handler.annotations.is_empty() => spring(file, &handler.annotations),
                () if is("Path") || annotation(&handler.annotations, "Path").is_some() => {
                    resource(file, &handler.annotations)
                }
                () => Vec::new(),
            };
            let handler = handlers::annotated(file, links, handler);
            for (method, path, line) in found {
                let route = |prefix| Route::new(method.clone(), join(prefix, &path), line).with(handler.clone());
                routes.extend(prefixes.iter().map(|prefix: &String| route(prefix)));
            }
        }
    }
}

fn methods_of<'f>(file: &'f CodeFile<'_>, class: usize) -> impl Iterator<Item = &'f Function> {
    file.terms.functions.iter().filter(move |function| function.class == Some(class as u32))
}

/// The requests that the methods of a declared client make: their methods, paths and lines.
pub fn declared_by(file: &CodeFile<'_>, id: usize, class: &Class) -> Vec<Found> {
    let prefixes = prefixes(file, class);
    let own = methods_of(file, id).flat_map(|handler| {
        let found = spring(file, &handler.annotations);
        if found.is_empty() { resource(file, &handler.annotations) } else { found }
    });
    own.flat_map(|(method, path, line)| {
        let join = |prefix: &String| (method.clone(), join(prefix, &path), line);
        prefixes.iter().map(join).collect::<Vec<_>>()
    })
    .collect()
}

/// The paths below which a class serves.
fn prefixes(file: &CodeFile<'_>, class: &Class) -> Vec<String> {
    let own = ["RequestMapping", "Path"].iter().find_map(|name| annotation(&class.annotations, name));
    let paths = own.map(|own| file.text_of(own, &["path", "value"])).unwrap_or_default();
    // Micronaut's controllers name their path themselves; Spring's name a bean, which is no path.
    let controller = annotation(&class.annotations, "Controller").map(|found| file.text_of(found, &["value"]));
    let controller = controller.unwrap_or_default().into_iter().filter(|text| text.starts_with('/'));
    let paths: Vec<String> = paths.into_iter().chain(controller).collect();
    if paths.is_empty() { vec![String::new()] } else { paths }
}

/// The method, the path and the line of what a method answers.
pub type Found = (Option<String>, String, u32);

fn spring(file: &CodeFile<'_>, annotations: &[Annotation]) -> Vec<Found> {
    let mut found = Vec::new();
    for annotation in annotations {
        let name = last_part(&annotation.name);
        let methods: Vec<Option<String>> = match MAPPINGS.iter().find(|(mapping, _)| *mapping == name) {
            Some((_, method)) => vec![Some((*method).to_owned())],
            None if MICRONAUT.contains(&name) => vec![Some(name.to_ascii_uppercase())],
            None if name == "RequestMapping" => methods(annotation.option("method")),
            None => continue,
        };
        let mut paths = file.text_of(annotation, &["path", "value", "uri", "url"]);
        if paths.is_empty() {
            paths.push(String::new());
        }
        for method in methods {
            found.extend(paths.iter().map(|path| (method.clone(), path.clone(), annotation.span.line)));
        }
    }
    found
}

/// The methods that `method = {RequestMethod.GET, POST}` names; any where it is missing.
fn methods(value: Option<&Value>) -> Vec<Option<String>> {
    let name = |value: &Value| value.name().map(|name| last_part(name).to_owned());
    match value {
        Some(Value::List(values)) => values.iter().map(name).collect(),
        Some(value) => vec![name(value)],
        None => vec![None],
    }
}

fn resource(file: &CodeFile<'_>, annotations: &[Annotation]) -> Vec<Found> {
    let path = annotation(annotations, "Path").map(|path| file.text_of(path, &["value"])).unwrap_or_default();
    let path = path.into_iter().next().unwrap_or_default();
    let designators = annotations.iter().filter(|annotation| DESIGNATORS.contains(&last_part(&annotation.name)));
    designators.map(|found| (Some(last_part(&found.name).to_owned()), path.clone(), found.span.line)).collect()
}
