//! Django's URL configurations, and the routers and views of its REST framework.

use super::super::code::CodeFile;
use super::super::links::{Links, Meaning, whole};
use super::super::model::Handler;
use super::mounts::{Anchor, Mount, Router, routers_of};
use super::{Files, Found, Route, handlers, join};
use crate::facts::terms::{Argument, Call, Class, Value, annotation, last_part};
use crate::facts::{Name, Span};

/// The list of a module that `include` takes.
const PATTERNS: &str = "urlpatterns";

/// Methods by which class based views and view sets answer.
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options"];

/// Generic views of Django and of its REST framework with the methods that they answer.
const GENERIC: &[(&str, &[&str])] = &[
    ("TemplateView", &["GET"]),
    ("ListView", &["GET"]),
    ("DetailView", &["GET"]),
    ("RedirectView", &["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ("ArchiveIndexView", &["GET"]),
    ("FormView", &["GET", "POST"]),
    ("CreateView", &["GET", "POST"]),
    ("UpdateView", &["GET", "POST"]),
    ("DeleteView", &["GET", "POST"]),
    ("ListAPIView", &["GET"]),
    ("RetrieveAPIView", &["GET"]),
    ("CreateAPIView", &["POST"]),
    ("UpdateAPIView", &["PUT", "PATCH"]),
    ("DestroyAPIView", &["DELETE"]),
    ("ListCreateAPIView", &["GET", "POST"]),
    ("RetrieveUpdateAPIView", &["GET", "PUT", "PATCH"]),
    ("RetrieveDestroyAPIView", &["GET", "DELETE"]),
    ("RetrieveUpdateDestroyAPIView", &["GET", "PUT", "PATCH", "DELETE"]),
];

/// What view sets do: the method of the class, of HTTP, whether it is for one object, and the mixin that brings it.
const ACTIONS: &[(&str, &str, bool, &str)] = &[
    ("list", "GET", false, "ListModelMixin"),
    ("create", "POST", false, "CreateModelMixin"),
    ("retrieve", "GET", true, "RetrieveModelMixin"),
    ("update", "PUT", true, "UpdateModelMixin"),
    ("partial_update", "PATCH", true, "UpdateModelMixin"),
    ("destroy", "DELETE", true, "DestroyModelMixin"),
];

/// The routes of a file, and what it includes.
pub fn routes(files: &Files<'_, '_>, file: &CodeFile<'_>, found: &mut Found) {
    let is_urls = file.terms.calls.iter().any(|call| matches!(call.name(), "path" | "re_path" | "url" | "register"));
    let imports = |prefix: &str| {
        file.file.facts.as_deref().is_some_and(|facts| facts.imports.iter().any(|it| it.path.starts_with(prefix)))
    };
    if !is_urls || !(imports("django") || imports("rest_framework")) {
        return;
    }
    for call in &file.terms.calls {
        match call.name() {
            "path" | "re_path" | "url" if call.receiver().is_empty() => pattern(files, file, call, found),
            "register" if !call.receiver().is_empty() && call.arguments.len() >= 2 => {
                view_set(files, file, call, found);
            }
            _ => {}
        }
    }
}

/// `path("users/<int:id>/", views.user)`, `path("api/", include("shop.api.urls"))`.
fn pattern(files: &Files<'_, '_>, file: &CodeFile<'_>, call: &Call, found: &mut Found) {
    let Some(text) = call.positional(0).and_then(|value| file.text(value)) else { return };
    let path = join(&around(file, call), &written(call.name(), &text));
    let on = vec![Router { file: file.id, anchor: Anchor::Name(None, list_of(file, call)) }];
    let Some(view) = call.positional(1).or_else(|| call.option("view")) else { return };
    if let Value::Call(id) = view
        && let Some(included) = file.call(*id).filter(|included| included.name() == "include")
    {
        if let Some(child) = included.positional(0).and_then(|value| included_routers(files, file, included, value)) {
            found.mounts.add(Mount { child, parent: on, path });
        }
        return;
    }
    if let Value::List(values) = view
        && values.first().is_some_and(|value| matches!(value, Value::Call(_)))
    {
        return;
    }
    let line = call.span.line;
    for (method, handler) in answers(files, file, view, whole(call)) {
        found.routes.push(Route::new(method, path.clone(), line).with(handler).on(on.clone()));
    }
}

/// What patterns around a pattern put before it: `path("a/", include([path("b/", view)]))`, and the language of
/// `i18n_patterns`.
fn around(file: &CodeFile<'_>, call: &Call) -> String {
    let mut prefix = String::new();
    let mut next = call.inside;
    while let Some(outer) = next.and_then(|id| file.call(id)) {
        let own = match outer.name() {
            name @ ("path" | "re_path" | "url") => {
                outer.positional(0).and_then(|value| file.text(value)).map(|text| written(name, &text))
            }
            "i18n_patterns" => Some("{language}".to_owned()),
            _ => None,
        };
        prefix = join(&own.unwrap_or_default(), &prefix);
        next = outer.inside;
    }
    prefix
}

/// The name of the list that a pattern stands in.
fn list_of(file: &CodeFile<'_>, call: &Call) -> Name {
    let bindings = &file.terms.bindings;
    let holds = |span: Span| span.start <= call.span.start && call.span.end <= span.end;
    let binding = bindings.iter().find(|binding| binding.within.is_none() && holds(binding.span));
    binding.map_or_else(|| Name::from(PATTERNS), |binding| binding.name.clone())
}

/// A route as it is written: of a regular expression without anchors, its named groups in braces.
fn written(function: &str, text: &str) -> String {
    if function == "path" {
        return text.to_owned();
    }
    let text = text.trim_start_matches('^').trim_end_matches('$');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('(') {
        out.push_str(&rest[..at]);
        let group = &rest[at..];
        let name = group.strip_prefix("(?P<").and_then(|group| group.split_once('>')).map_or("", |(name, _)| name);
        out.push('{');
        out.push_str(name);
        out.push('}');
        rest = &group[closing(group)..];
    }
    out.push_str(rest);
    out.replace('\\', "")
}

/// One past the parenthesis that closes the first one of a text.
fn closing(text: &str) -> usize {
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

/// What `include` is given: a module by its name or itself, a list of the file, a router's `urls`.
fn included_routers(files: &Files<'_, '_>, file: &CodeFile<'_>, call: &Call, value: &Value) -> Option<Vec<Router>> {
    let patterns = |id| vec![Router { file: id, anchor: Anchor::Name(None, Name::from(PATTERNS)) }];
    match value {
        Value::Text(module) => files.module(&file.file.path, module).map(patterns),
        Value::List(values) => included_routers(files, file, call, values.first()?),
        Value::Name(name) => {
            let name = name.strip_suffix(".urls").filter(|name| file.binding(name).is_some()).unwrap_or(name);
            if !name.contains('.') && file.binding(name).is_some() {
                return Some(vec![Router { file: file.id, anchor: Anchor::Name(None, Name::from(name)) }]);
            }
            let meaning = files.links.meaning(file.id, name, whole(call))?;
            match meaning.definition {
                None => Some(patterns(meaning.file)),
                Some(_) => Some(routers_of(files.links, meaning)),
            }
        }
        _ => None,
    }
}

/// The methods that a view answers, and by what.
fn answers(
    files: &Files<'_, '_>,
    file: &CodeFile<'_>,
    view: &Value,
    span: Span,
) -> Vec<(Option<String>, Option<Handler>)> {
    let links = files.links;
    if let Value::Call(id) = view
        && let Some(call) = file.call(*id).filter(|call| call.name() == "as_view")
    {
        let class = handlers::named(file, links, call.receiver(), whole(call));
        // A view set says which method is which: `as_view({"get": "list"})`.
        if let Some(Value::Map(entries)) = call.positional(0) {
            return entries.iter().filter_map(|entry| mapped(links, class, entry)).collect();
        }
        let Some(class) = class else { return vec![(None, None)] };
        return view_methods(files, class);
    }
    let handler = handlers::of_value(file, links, view, span);
    let function = match view {
        Value::Name(name) => handlers::named(file, links, name, span),
        _ => None,
    };
    let methods = function.and_then(|meaning| told_methods(files, meaning)).unwrap_or_else(|| vec![None]);
    methods.into_iter().map(|method| (method, handler.clone())).collect()
}

fn mapped(links: Links<'_>, class: Option<Meaning>, entry: &Argument) -> Option<(Option<String>, Option<Handler>)> {
    let method = entry.name.as_deref()?.to_ascii_uppercase();
    let action = class.and_then(|class| links.member(class, entry.value.text()?));
    Some((Some(method), action.or(class).and_then(|meaning| handlers::of_meaning(links, meaning))))
}

/// The methods that decorators of a function name.
fn told_methods(files: &Files<'_, '_>, meaning: Meaning) -> Option<Vec<Option<String>>> {
    let file = files.get(meaning.file)?;
    let function = file.terms.functions.iter().find(|function| function.definition == meaning.definition)?;
    if let Some(told) =
        ["api_view", "require_http_methods"].iter().find_map(|name| annotation(&function.annotations, name))
    {
        let methods: Vec<_> = told
            .first()
            .map(Value::elements)
            .unwrap_or_default()
            .iter()
            .map(|it| it.text().map(str::to_owned))
            .collect();
        return Some(if methods.is_empty() { vec![Some("GET".to_owned())] } else { methods });
    }
    let only =
        |name: &str, method: &str| annotation(&function.annotations, name).map(|_| vec![Some(method.to_owned())]);
    only("require_GET", "GET").or_else(|| only("require_safe", "GET")).or_else(|| only("require_POST", "POST"))
}

/// The methods that a class based view defines, or its generic base brings.
fn view_methods(files: &Files<'_, '_>, class: Meaning) -> Vec<(Option<String>, Option<Handler>)> {
    let links = files.links;
    let whole = handlers::of_meaning(links, class);
    let mut found: Vec<(Option<String>, Option<Handler>)> = METHODS
        .iter()
        .filter_map(|method| {
            let member = links.member(class, method)?;
            Some((Some(method.to_ascii_uppercase()), handlers::of_meaning(links, member)))
        })
        .collect();
    let shape = files.class(class);
    let bases = shape.map(|shape| &*shape.bases).unwrap_or_default();
    let generic = bases.iter().find_map(|base| GENERIC.iter().find(|(name, _)| *name == last_part(base)));
    for method in generic.map(|(_, methods)| *methods).unwrap_or_default() {
        if !found.iter().any(|(known, _)| known.as_deref() == Some(method)) {
            found.push((Some((*method).to_owned()), whole.clone()));
        }
    }
    if found.is_empty() { vec![(None, whole)] } else { found }
}

/// `router.register("users", UserViewSet)`.
fn view_set(files: &Files<'_, '_>, file: &CodeFile<'_>, call: &Call, found: &mut Found) {
    let Some(Value::Name(name)) = call.positional(1).or_else(|| call.option("viewset")) else { return };
    let Some(prefix) = call.positional(0).and_then(|value| file.text(value)) else { return };
    let Some(class) = handlers::named(file, files.links, name, whole(call)) else { return };
    let Some(shape) = files.class(class) else { return };
    let is_router = matches!(file.bound(call.receiver()), Some(Value::Call(id))
        if file.call(*id).is_some_and(|made| made.name().ends_with("Router")));
    if !is_router {
        return;
    }
    let on = super::routers::named(file, files.links, call.receiver(), Some(call), whole(call));
    let prefix = join("", &written("re_path", &prefix));
    let lookup = member_text(shape, "lookup_url_kwarg").or_else(|| member_text(shape, "lookup_field")).unwrap_or("pk");
    let one = join(&prefix, &format!("{{{lookup}}}"));
    let line = call.span.line;
    let mut push = |method: &str, path: String, handler: Option<Handler>| {
        found.routes.push(Route::new(Some(method.to_owned()), path, line).with(handler).on(on.clone()));
    };
    for (action, method, is_one, mixin) in ACTIONS {
        let own = files.links.member(class, action);
        let brings = |base: &Name| match last_part(base) {
            "ModelViewSet" => true,
            "ReadOnlyModelViewSet" => matches!(*action, "list" | "retrieve"),
            base => base == *mixin,
        };
        if own.is_some() || shape.bases.iter().any(brings) {
            let handler = handlers::of_meaning(files.links, own.unwrap_or(class));
            push(method, if *is_one { one.clone() } else { prefix.clone() }, handler);
        }
    }
    let Some(home) = files.get(class.file) else { return };
    for function in &home.terms.functions {
        let is_own = function
            .class
            .and_then(|id| home.terms.classes.get(id as usize))
            .is_some_and(|it| it.definition == class.definition);
        let Some(action) = annotation(&function.annotations, "action").filter(|_| is_own) else { continue };
        let is_one = matches!(action.option("detail"), Some(Value::Bool(true)));
        let own = action.option("url_path").and_then(|value| home.text(value));
        let own = own.map_or_else(|| function.name.to_string(), |own| written("re_path", &own));
        let path = join(if is_one { &one } else { &prefix }, &own);
        let methods = action.option("methods").map(Value::elements).unwrap_or_default();
        let mut methods: Vec<&str> = methods.iter().filter_map(Value::text).collect();
        if methods.is_empty() {
            methods.push("GET");
        }
        for method in methods {
            push(method, path.clone(), handlers::annotated(home, files.links, function));
        }
    }
}

fn member_text<'c>(class: &'c Class, name: &str) -> Option<&'c str> {
    class.members.iter().find(|member| member.name == name)?.value.as_ref()?.text()
}
