//! The routes of Rails: `Rails.application.routes.draw do ... end`.

use super::super::code::CodeFile;
use super::super::links::Meaning;
use super::super::model::Handler;
use super::{Files, Found, Route, handlers, join};
use crate::facts::terms::{Argument, Call, Value};
use crate::schema::singular;

/// The calls that declare one route.
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options"];

/// How many blocks around a call are looked at.
const DEPTH_LIMIT: usize = 24;

/// What `resources` declares: the action, the method, whether it is for one of them, what stands behind the path.
const ACTIONS: &[(&str, &str, bool, &str)] = &[
    ("index", "GET", false, ""),
    ("create", "POST", false, ""),
    ("new", "GET", false, "new"),
    ("edit", "GET", true, "edit"),
    ("show", "GET", true, ""),
    ("update", "PATCH", true, ""),
    ("update", "PUT", true, ""),
    ("destroy", "DELETE", true, ""),
];

/// What the blocks around a call say.
#[derive(Debug, Clone, Default)]
struct Context {
    /// The path of the innermost block.
    path: String,
    /// The directories of controllers, with `/` behind each.
    module: String,
    /// The controller, where a block names one.
    controller: Option<String>,
    /// Of resources around: the path of all of them and of one, by what a verb may say with `on:`.
    collection: Option<String>,
    member: Option<String>,
}

/// The routes of a file.
pub fn routes<'s>(files: &Files<'_, 's>, file: &CodeFile<'s>, found: &mut Found) {
    let is_drawn = |call: &Call| {
        let on = call.on.and_then(|id| file.call(id));
        call.name() == "draw" && (call.receiver().ends_with("routes") || on.is_some_and(|on| on.name() == "routes"))
    };
    let draws = file.terms.calls.iter().any(is_drawn);
    let is_part = file.file.path.contains("config/routes/");
    if !draws && !is_part {
        return;
    }
    let rails = Rails { files, file, root: root(&file.file.path) };
    for call in &file.terms.calls {
        if !call.receiver().is_empty() || call.on.is_some() {
            continue;
        }
        let Some(context) = rails.context(call) else { continue };
        match call.name() {
            name if VERBS.contains(&name) || name == "match" => rails.verb(call, &context, found),
            "root" => rails.root_route(call, &context, found),
            "resources" | "resource" => rails.resources(call, &context, found),
            "mount" => rails.mount(call, &context, found),
            _ => {}
        }
    }
}

/// The directory of the application whose routes a file holds, with `/` behind it.
fn root(path: &str) -> &str {
    path.find("config/routes").map_or("", |at| &path[..at])
}

struct Rails<'r, 'f, 's> {
    files: &'r Files<'f, 's>,
    file: &'r CodeFile<'s>,
    root: &'r str,
}

/// The texts of an option, one or a list.
fn words(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::List(values)) => values.iter().filter_map(Value::text).map(str::to_owned).collect(),
        Some(value) => value.text().map(str::to_owned).into_iter().collect(),
        None => Vec::new(),
    }
}

impl Rails<'_, '_, '_> {
    /// What the blocks around a call say; none in a block that is put in elsewhere.
    fn context(&self, call: &Call) -> Option<Context> {
        let mut around = Vec::new();
        let mut next = call.inside;
        while let Some(outer) = next.and_then(|id| self.file.call(id))
            && around.len() < DEPTH_LIMIT
        {
            around.push(outer);
            next = outer.inside;
        }
        let mut context = Context::default();
        for outer in around.iter().rev() {
            match outer.name() {
                "concern" | "direct" | "resolve" => return None,
                "namespace" => self.namespace(outer, &mut context),
                "scope" => self.scope(outer, &mut context),
                "controller" => context.controller = outer.text(0).map(str::to_owned),
                "resources" | "resource" => self.nested(outer, &mut context),
                "member" => context.path = context.member.clone().unwrap_or_default(),
                "collection" => context.path = context.collection.clone().unwrap_or_default(),
                "new" => context.path = join(context.collection.as_deref().unwrap_or_default(), "new"),
                _ => {}
            }
        }
        Some(context)
    }

    fn namespace(&self, call: &Call, context: &mut Context) {
        let Some(name) = call.text(0) else { return };
        let path = call.option("path").and_then(Value::text).unwrap_or(name);
        let module = call.option("module").and_then(Value::text).unwrap_or(name);
        context.path = join(&context.path, path);
        context.module = format!("{}{module}/", context.module);
        (context.collection, context.member, context.controller) = (None, None, None);
    }

    fn scope(&self, call: &Call, context: &mut Context) {
        let path = call.option("path").and_then(Value::text).or_else(|| call.text(0));
        context.path = join(&context.path, path.unwrap_or_default());
        if let Some(module) = call.option("module").and_then(Value::text) {
            context.module = format!("{}{module}/", context.module);
        }
        if let Some(controller) = call.option("controller").and_then(Value::text) {
            context.controller = Some(controller.to_owned());
        }
    }

    /// The block of `resources :users do`: what stands in it is of one user.
    fn nested(&self, call: &Call, context: &mut Context) {
        let Some(name) = call.text(0) else { return };
        let collection = join(&context.path, segment(call, name));
        let is_single = call.name() == "resource";
        let param = call.option("param").and_then(Value::text);
        let (member, nested) = if is_single {
            (collection.clone(), collection.clone())
        } else {
            let nested = format!(":{}_{}", singular(name), param.unwrap_or("id"));
            (join(&collection, &format!(":{}", param.unwrap_or("id"))), join(&collection, &nested))
        };
        context.controller = Some(controller(call, name, is_single));
        if let Some(module) = call.option("module").and_then(Value::text) {
            context.module = format!("{}{module}/", context.module);
        }
        context.path = nested;
        (context.collection, context.member) = (Some(collection), Some(member));
    }

    /// `get "users/:id" => "users#show"`, `get "about", to: "pages#about"`, `get :search, on: :collection`.
    fn verb(&self, call: &Call, context: &Context, found: &mut Found) {
        let base = match call.option("on").and_then(Value::text) {
            Some("member") => context.member.clone(),
            Some("collection") => context.collection.clone(),
            _ => None,
        };
        let base = base.unwrap_or_else(|| context.path.clone());
        let methods: Vec<Option<String>> = match call.name() {
            "match" => {
                words(call.option("via")).into_iter().map(|method| Some(method).filter(|it| it != "all")).collect()
            }
            verb => vec![Some(verb.to_owned())],
        };
        for (path, target) in self.targets(call) {
            let action = call.option("action").and_then(Value::text);
            let handler = match target {
                Target::Named(name) => self.handler(context, &name),
                Target::Of(action_name) => {
                    let own = call.option("controller").and_then(Value::text).map(str::to_owned);
                    let controller = own.or_else(|| context.controller.clone());
                    controller.and_then(|controller| {
                        self.action(&context.module, &controller, action.unwrap_or(&action_name))
                    })
                }
                Target::Other => None,
            };
            for method in &methods {
                let route = Route::new(method.clone(), join(&base, &path), call.span.line);
                found.routes.push(route.with(handler.clone()));
            }
        }
    }

    /// The paths that a call names, with what answers each.
    fn targets(&self, call: &Call) -> Vec<(String, Target)> {
        let to = call.option("to");
        // `"path" => "controller#action"` comes first among what is given.
        let pair = call.arguments.iter().flat_map(entries).find(|entry| {
            matches!(&entry.value, Value::Text(text) if text.contains('#'))
                && entry.name.as_deref().is_some_and(|name| name != "to")
        });
        if let Some((name, target)) = pair.and_then(|pair| Some((pair.name.as_deref()?, pair.value.text()?))) {
            return vec![(name.to_owned(), Target::Named(target.to_owned()))];
        }
        let given = call.arguments.iter().filter(|argument| argument.name.is_none());
        let paths = given.flat_map(|argument| match &argument.value {
            Value::List(values) => values.iter().filter_map(Value::text).collect(),
            value => value.text().into_iter().collect::<Vec<_>>(),
        });
        let target = |path: &str| match to {
            Some(Value::Text(name)) if name.contains('#') => Target::Named(name.to_string()),
            Some(Value::Symbol(action) | Value::Text(action)) => Target::Of(action.to_string()),
            Some(_) => Target::Other,
            // `get "pages/about"` is answered by `pages#about`.
            None => match path.trim_start_matches('/').rsplit_once('/') {
                Some((controller, action)) if !action.starts_with(':') => {
                    Target::Named(format!("{controller}#{action}"))
                }
                _ => Target::Of(path.to_owned()),
            },
        };
        paths.map(|path| (path.to_owned(), target(path))).collect()
    }

    fn root_route(&self, call: &Call, context: &Context, found: &mut Found) {
        let target = call.option("to").or_else(|| call.positional(0)).and_then(Value::text);
        let handler = target.and_then(|target| self.handler(context, target));
        found.routes.push(Route::new(Some("GET".to_owned()), join(&context.path, ""), call.span.line).with(handler));
    }

    fn resources(&self, call: &Call, context: &Context, found: &mut Found) {
        let is_single = call.name() == "resource";
        let (only, except) = (call.option("only").or_else(|| call.option("actions")), call.option("except"));
        let (only_words, except_words) = (words(only), words(except));
        let is_kept = |action: &str| {
            (only.is_none() || only_words.iter().any(|it| it == action)) && !except_words.iter().any(|it| it == action)
        };
        let module =
            call.option("module").and_then(Value::text).map_or_else(String::new, |module| format!("{module}/"));
        let module = format!("{}{module}", context.module);
        let names = call.arguments.iter().filter(|argument| argument.name.is_none()).filter_map(|it| it.value.text());
        for name in names {
            let all = join(&context.path, segment(call, name));
            let param = call.option("param").and_then(Value::text).unwrap_or("id");
            let one = if is_single { all.clone() } else { join(&all, &format!(":{param}")) };
            let controller = controller(call, name, is_single);
            for (action, method, is_one, behind) in ACTIONS {
                if is_single && *action == "index" || !is_kept(action) {
                    continue;
                }
                let path = join(if *is_one { &one } else { &all }, behind);
                let handler = self.action(&module, &controller, action);
                found.routes.push(Route::new(Some((*method).to_owned()), path, call.span.line).with(handler));
            }
        }
    }

    /// `mount Sidekiq::Web => "/sidekiq"`, `mount Api, at: "/api"`.
    fn mount(&self, call: &Call, context: &Context, found: &mut Found) {
        let pair = call.arguments.iter().flat_map(entries).find(|entry| entry.name.is_none());
        let at = call.option("at").or_else(|| pair.map(|pair| &pair.value)).and_then(Value::text);
        if let Some(at) = at {
            found.routes.push(Route::new(None, join(&context.path, at), call.span.line));
        }
    }

    /// The action that `controller#action` names.
    fn handler(&self, context: &Context, target: &str) -> Option<Handler> {
        let (controller, action) = target.split_once('#')?;
        match controller.strip_prefix('/') {
            Some(absolute) => self.action("", absolute, action),
            None => self.action(&context.module, controller, action),
        }
    }

    /// The method of a controller, which lies where Rails looks for it.
    fn action(&self, module: &str, controller: &str, action: &str) -> Option<Handler> {
        let path = format!("{}app/controllers/{module}{controller}_controller.rb", self.root);
        let file = self.files.sources.file(&path)?;
        let facts = self.files.links.facts(file)?;
        let id = facts.definitions.iter().position(|it| it.name == action && it.parent.is_some())?;
        handlers::of_meaning(self.files.links, Meaning { file, definition: Some(id as u32) })
    }
}

/// What a call's argument says under names.
fn entries(argument: &Argument) -> &[Argument] {
    match &argument.value {
        Value::Map(entries) => entries,
        _ => std::slice::from_ref(argument),
    }
}

/// What answers a route.
enum Target {
    /// `controller#action`.
    Named(String),
    /// An action of the controller around.
    Of(String),
    /// Not an action: a redirect, another application.
    Other,
}

/// The part of the path that resources have.
fn segment<'c>(call: &'c Call, name: &'c str) -> &'c str {
    call.option("path").and_then(Value::text).unwrap_or(name)
}

/// The controller of resources: that of a single one has a name in the plural.
fn controller(call: &Call, name: &str, is_single: bool) -> String {
    let own = call.option("controller").and_then(Value::text).map(str::to_owned);
    own.unwrap_or_else(|| if is_single { crate::schema::plural(name) } else { name.to_owned() })
}
