//! Runs the fixture documents `tests/terms/*.md`: what is kept of calls, annotations, class shapes and constants.
//!
//! A heading (`##`) starts a case. A fenced block whose info string is `<anything> <path>` is a file; the block with the
//! info string `terms` behind it holds what is expected of it, one term a line with its line number. `UPDATE=1` rewrites
//! that.

use std::fmt::Write as _;

use transom::facts::terms::{Annotation, Argument, CallId, Part, Terms, Value};
use transom::lang::{extract, language_of};

use crate::support::fixture::hold;

fn value(terms: &Terms, given: &Value) -> String {
    let list = |values: &[Value]| values.iter().map(|given| value(terms, given)).collect::<Vec<_>>().join(", ");
    match given {
        Value::Text(text) => format!("{text:?}"),
        Value::Symbol(name) => format!(":{name}"),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Null => "null".into(),
        Value::Name(name) => name.to_string(),
        Value::Call(id) => call(terms, *id),
        Value::List(values) => format!("[{}]", list(values)),
        Value::Map(entries) => format!("{{{}}}", arguments(terms, entries)),
        Value::Template(parts) => {
            let part = |part: &Part| match part {
                Part::Text(text) => format!("{text:?}"),
                Part::Name(name) => format!("<{name}>"),
            };
            parts.iter().map(part).collect::<Vec<_>>().join(" + ")
        }
        Value::Either(values) => format!("either({})", list(values)),
        Value::Function(body) => {
            format!("=> {}", body.as_ref().map_or("_".into(), |body| value(terms, body)))
        }
        Value::Tokens(tokens) => format!("`{}`", tokens.split_whitespace().collect::<Vec<_>>().join(" ")),
        Value::Secret => "secret".into(),
        Value::Other => "?".into(),
    }
}

fn arguments(terms: &Terms, given: &[Argument]) -> String {
    let argument = |argument: &Argument| {
        let value = value(terms, &argument.value);
        argument.name.as_ref().map_or(value.clone(), |name| format!("{name}: {value}"))
    };
    given.iter().map(argument).collect::<Vec<_>>().join(", ")
}

fn call(terms: &Terms, id: CallId) -> String {
    let call = &terms.calls[id as usize];
    let on = call.on.map_or(String::new(), |on| format!("{}.", self::call(terms, on)));
    let types = call.types.as_ref().map_or(String::new(), |types| format!("<{types}>"));
    format!("{on}{}{types}({})", call.callee, arguments(terms, &call.arguments))
}

fn annotations(terms: &Terms, given: &[Annotation]) -> String {
    given.iter().map(|found| format!(" @{}({})", found.name, arguments(terms, &found.arguments))).collect()
}

fn render(path: &str, text: &str) -> String {
    let language = language_of(path).expect("a language");
    let facts = extract::extract(language, text.as_bytes());
    let terms = &facts.terms;
    let mut lines = Vec::new();
    let within = |id: Option<u32>| {
        id.map_or(String::new(), |id| format!(" in {}", transom::facts::qualified_name(&facts.definitions, id)))
    };
    for (id, found) in terms.calls.iter().enumerate() {
        let inside = found.inside.map_or(String::new(), |id| format!(" inside {}", terms.calls[id as usize].callee));
        let class = found.class.map_or(String::new(), |id| format!(" of {}", terms.classes[id as usize].name));
        let shown = call(terms, id as CallId);
        lines.push((found.span.line, format!("call {shown}{inside}{class}{}", within(found.within))));
    }
    for class in &terms.classes {
        let mut line = format!("class {}", class.name);
        if !class.bases.is_empty() {
            let _ = write!(line, " : {}", class.bases.join(", "));
        }
        if !class.keywords.is_empty() {
            let _ = write!(line, " ({})", arguments(terms, &class.keywords));
        }
        if let Some(outer) = class.outer {
            let _ = write!(line, " of {}", terms.classes[outer as usize].name);
        }
        if class.definition.is_none() {
            line.push_str(" undefined");
        }
        lines.push((class.span.line, line + &annotations(terms, &class.annotations)));
        for member in &class.members {
            let mut line = format!("member {}.{}", class.name, member.name);
            if let Some(declared) = &member.r#type {
                let _ = write!(line, ": {declared}");
            }
            if let Some(given) = &member.value {
                let _ = write!(line, " = {}", value(terms, given));
            }
            lines.push((member.span.line, line + &annotations(terms, &member.annotations)));
        }
    }
    for function in &terms.functions {
        let class = function.class.map_or(String::new(), |id| format!("{}.", terms.classes[id as usize].name));
        let result = function.result.as_ref().map_or(String::new(), |result| format!(" -> {result}"));
        let line = format!("function {class}{}{result}{}", function.name, annotations(terms, &function.annotations));
        lines.push((function.span.line, line));
    }
    for local in &terms.locals {
        let line = format!("local {}: {}{}", local.name, local.r#type, within(local.within));
        lines.push((local.span.line, line));
    }
    for binding in &terms.bindings {
        let line = format!("binding {} = {}{}", binding.name, value(terms, &binding.value), within(binding.within));
        lines.push((binding.span.line, line));
    }
    lines.sort();
    lines.iter().map(|(line, text)| format!("{line} {text}\n")).collect()
}

#[test]
fn terms_of_code() {
    let count = hold("terms", &["terms"], |_, files| {
        let (path, text) = files.last().expect("a file before");
        render(path, text)
    });
    assert!(count >= 10, "{count} cases");
}
