//! What routes are declared on in one file: applications, routers, groups, and which of them are mounted on which.

use rustc_hash::FxHashMap;

use super::super::code::CodeFile;
use super::super::links::{Links, Meaning, whole};
use super::handlers;
use super::join;
use super::mounts::{Anchor, Router, routers_of};
use crate::facts::Span;
use crate::facts::terms::{Binding, Call, Value, last_part};

/// How many groups around a group are followed.
const GROUP_LIMIT: u32 = 8;

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

/// Whether what is called on is an application or a router: it was made as one, or is called like one and made elsewhere.
pub fn is_router(file: &CodeFile<'_>, receiver: &str) -> bool {
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

/// A file, with what its routers are called.
pub struct Site<'f, 's> {
    /// The file.
    pub file: &'f CodeFile<'s>,
    /// What its names mean.
    pub links: Links<'f>,
    /// The bindings of the calls that make values, also of those on whose results the last one is called, by where the
    /// called name begins.
    bound: FxHashMap<u32, &'s Binding>,
}

impl<'f, 's> Site<'f, 's> {
    /// That of a file.
    pub fn new(file: &'f CodeFile<'s>, links: Links<'f>) -> Self {
        let mut bound = FxHashMap::default();
        for binding in &file.terms.bindings {
            let mut next = match binding.value {
                Value::Call(id) => file.call(id),
                _ => None,
            };
            while let Some(call) = next
                && bound.insert(call.span.start, binding).is_none()
            {
                next = call.on.and_then(|id| file.call(id));
            }
        }
        Self { file, links, bound }
    }

    /// What stands in this file before the paths that a call declares, and what it is declared on.
    pub fn around(&self, call: &'s Call) -> (String, Vec<Router>) {
        self.climb(call, GROUP_LIMIT)
    }

    fn climb(&self, call: &'s Call, depth: u32) -> (String, Vec<Router>) {
        let Some(depth) = depth.checked_sub(1) else { return Default::default() };
        if let Some(on) = call.on.and_then(|id| self.file.call(id)) {
            return below(
                self.climb(on, depth),
                if is_group(self.file, on) { self.group_path(on) } else { String::new() },
            );
        }
        let receiver = last_part(call.receiver());
        let group = call.inside.and_then(|id| self.file.call(id)).filter(|group| is_block(self.file, group));
        let binding = (!receiver.is_empty()).then(|| self.binding(receiver, call)).flatten();
        // A block's own router hides one of the same name outside of it.
        if let Some(group) = group
            && binding.is_none_or(|binding| binding.span.start < group.span.start)
        {
            return below(self.climb(group, depth), self.group_path(group));
        }
        if receiver.is_empty() {
            return (String::new(), self.made(call));
        }
        let Some(binding) = binding else {
            let mut routers = self.made(call);
            routers.extend(self.given(receiver, call));
            return (String::new(), routers);
        };
        let own = || vec![self.router(Anchor::Name(binding.within, binding.name.clone()))];
        let Value::Call(id) = binding.value else { return (String::new(), own()) };
        match self.file.call(id) {
            Some(made) if is_group(self.file, made) => below(self.climb(made, depth), self.group_path(made)),
            Some(made) => {
                let mut routers = own();
                // What a function makes and gives back is also what others get from it.
                routers.extend(binding.within.map(|id| self.router(Anchor::Definition(id))));
                let on = made.on.map_or_else(String::new, |_| self.climb(made, depth).0);
                (on, routers)
            }
            None => (String::new(), own()),
        }
    }

    fn router(&self, anchor: Anchor) -> Router {
        Router { file: self.file.id, anchor }
    }

    fn binding(&self, name: &str, call: &Call) -> Option<&'s Binding> {
        let made = |binding: &&'s Binding| !matches!(binding.value, Value::Text(_) | Value::Number(_));
        self.file.binding_before(name, call).or_else(|| self.file.binding(name)).filter(made)
    }

    /// A router without a name where it is used: the one that is bound to a name afterwards, or given back.
    fn made(&self, call: &Call) -> Vec<Router> {
        let binding = self.bound.get(&call.span.start);
        let named = binding.map(|binding| Anchor::Name(binding.within, binding.name.clone()));
        named.into_iter().chain(call.within.map(Anchor::Definition)).map(|anchor| self.router(anchor)).collect()
    }

    /// A router that the file does not make: one that it imports, or that a function is given.
    fn given(&self, name: &str, call: &Call) -> Vec<Router> {
        if let Some(meaning) = self.links.meaning(self.file.id, name, whole(call)) {
            let found = routers_of(self.links, meaning);
            if meaning.file != self.file.id {
                return found;
            }
        }
        let mut anchors: Vec<Anchor> = call.within.map(Anchor::Definition).into_iter().collect();
        anchors.push(Anchor::Module);
        anchors.into_iter().map(|anchor| self.router(anchor)).collect()
    }

    /// The path that a call gives to the group that it makes.
    pub fn group_path(&self, call: &Call) -> String {
        if !is_group(self.file, call) && !is_block(self.file, call) {
            return String::new();
        }
        let path = if call.name() == "register" { call.option("prefix") } else { call.positional(0) };
        let path = path.filter(|value| !matches!(value, Value::Call(_)));
        path.and_then(|value| self.file.text(value)).unwrap_or_default()
    }

    /// Whether a call is on the router that a function among another call's arguments is given.
    pub fn is_in_block(&self, call: &Call) -> bool {
        let around = call.inside.and_then(|id| self.file.call(id));
        around.is_some_and(|around| around.name() == "register" && is_block(self.file, around))
            && self.file.binding(call.receiver()).is_none()
    }

    /// Which router a value of a call stands for.
    pub fn child(&self, value: &'s Value, call: &'s Call) -> Option<Vec<Router>> {
        match value {
            Value::Name(name) => {
                if let Some(binding) = self.binding(last_part(name), call).filter(|_| !name.contains('.')) {
                    return match binding.value {
                        Value::Call(id) if self.file.call(id).is_some_and(|made| is_group(self.file, made)) => None,
                        Value::Call(id) if self.file.call(id).is_some_and(|made| made.name() == "require") => {
                            let file = self.links.imported(self.file.id, binding.span)?;
                            Some(routers_of(self.links, Meaning { file, definition: None }))
                        }
                        _ => Some(vec![self.router(Anchor::Name(binding.within, binding.name.clone()))]),
                    };
                }
                let meaning = self.links.meaning(self.file.id, name, whole(call))?;
                Some(routers_of(self.links, meaning))
            }
            Value::Call(id) => {
                let made = self.file.call(*id)?;
                if let Some(on) = made.on.and_then(|id| self.file.call(id)).filter(|on| on.name() == "require") {
                    return self.required(on);
                }
                match made.name() {
                    "require" => self.required(made),
                    // Koa: what a router hands to the application.
                    "routes" | "middleware" | "callback" if !made.receiver().is_empty() => {
                        self.named(made.receiver(), made)
                    }
                    _ => {
                        let meaning = handlers::named(self.file, self.links, &made.callee, whole(made))?;
                        self.links.is_function(meaning).then(|| routers_of(self.links, meaning))
                    }
                }
            }
            _ => None,
        }
    }

    /// A router by its name, with the path of the group that it is.
    pub fn passed_name(&self, name: &str, call: &'s Call) -> Option<(String, Vec<Router>)> {
        match self.binding(last_part(name), call).map(|binding| &binding.value) {
            Some(Value::Call(id)) => {
                let made = self.file.call(*id)?;
                let around = if is_group(self.file, made) {
                    below(self.around(made), self.group_path(made))
                } else {
                    Default::default()
                };
                Some(around)
            }
            _ => Some((String::new(), self.given(name, call))),
        }
    }

    fn named(&self, name: &str, call: &'s Call) -> Option<Vec<Router>> {
        let routers = named(self.file, self.links, name, Some(call), whole(call));
        (!routers.is_empty()).then_some(routers)
    }

    fn required(&self, call: &Call) -> Option<Vec<Router>> {
        let file = self.links.imported(self.file.id, whole(call))?;
        Some(routers_of(self.links, Meaning { file, definition: None }))
    }
}

/// The same with a path behind.
pub fn below((around, routers): (String, Vec<Router>), path: String) -> (String, Vec<Router>) {
    (join(&around, &path), routers)
}

/// Whether a call makes a group below a path.
pub fn is_group(file: &CodeFile<'_>, call: &Call) -> bool {
    const GROUPS: &[&str] =
        &["Group", "MapGroup", "PathPrefix", "Route", "basePath", "prefix", "group", "scope", "route"];
    match file.family {
        "rust" => call.name() == "scope",
        "ecmascript" if call.name() == "register" => call.option("prefix").is_some(),
        _ => GROUPS.contains(&call.name()),
    }
}

/// Whether a call gives a router to a function that is written among its arguments, or takes one that is made there.
fn is_block(file: &CodeFile<'_>, call: &Call) -> bool {
    let is_named = match file.family {
        "rust" => matches!(call.name(), "nest" | "scope" | "merge" | "service"),
        _ => matches!(call.name(), "Route" | "Group" | "group" | "register" | "prefix"),
    };
    let is_given =
        |value: &Value| matches!(value, Value::Function(_)) || file.family == "rust" && matches!(value, Value::Call(_));
    is_named && call.arguments.iter().any(|argument| is_given(&argument.value))
}

/// The routers that a name stands for in a file.
pub fn named(file: &CodeFile<'_>, links: Links<'_>, name: &str, call: Option<&Call>, span: Span) -> Vec<Router> {
    let of = |anchor| Router { file: file.id, anchor };
    if !name.contains('.') {
        let bound = call.and_then(|call| file.binding_before(name, call)).or_else(|| file.binding(name));
        if let Some(binding) = bound {
            return vec![of(Anchor::Name(binding.within, binding.name.clone()))];
        }
    }
    match links.meaning(file.id, name, span) {
        Some(meaning) => routers_of(links, meaning),
        None => Vec::new(),
    }
}
