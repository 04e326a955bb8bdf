//! What happens after a request, a message or a start: the calls that lead to other components, tables and channels, in
//! the order in which the code makes them.
//!
//! A trace walks the uses of definitions from a function on. A call within the project is kept where something outside of
//! the code happens below it, or where it is the first step into another file; what only computes is left out. Code that is
//! reached twice is followed once. An interface with one implementation in the project is followed into that.

mod effects;

use std::collections::BTreeSet;

use effects::{Effect, Effects};

use crate::facts::{Definition, DefinitionId, DefinitionKind, Span};
use crate::graph::Snapshot;
use crate::lang::resolve::{DependencyKind, FileId};
use crate::system::{Access, ChannelId, ComponentId, Direction, Endpoint, Place, Role};

/// How deep calls are followed.
const DEPTH: usize = 8;

/// How many functions one trace enters.
const BUDGET: usize = 300;

/// Who takes part.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// Whoever asks.
    Client,
    /// A class or a file.
    Unit(String),
    /// A component of the running system.
    Component(ComponentId),
    /// A store that no component is known for.
    Tables,
    /// A topic or a queue.
    Channel(ChannelId),
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who begins it.
    pub from: Actor,
    /// Who is asked or told.
    pub to: Actor,
    /// What is called, asked or told.
    pub text: String,
    /// Whether nobody waits for an answer.
    pub tells: bool,
    /// Where.
    pub place: Place,
}

/// What happens from one place on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// What begins it: `GET /orders`, `orders.created`, `main`.
    pub name: String,
    /// Whose it is.
    pub component: Option<ComponentId>,
    /// Where it begins.
    pub place: Place,
    /// In order.
    pub messages: Vec<Message>,
}

impl Trace {
    /// How many take part beside the one who asks and the code itself.
    pub fn reach(&self) -> usize {
        let outside = |actor: &Actor| !matches!(actor, Actor::Client | Actor::Unit(_));
        let actors: BTreeSet<&Actor> = self
            .messages
            .iter()
            .flat_map(|message| [&message.from, &message.to])
            .filter(|actor| outside(actor))
            .collect();
        actors.len()
    }
}

/// Traces from every route, every place that receives messages, and, where there is neither, from every `main`: those
/// that reach most first.
pub fn of_snapshot(snapshot: &Snapshot) -> Vec<Trace> {
    let effects = Effects::new(snapshot);
    let system = &snapshot.system;
    let mut traces = Vec::new();
    for endpoint in &system.endpoints {
        let mut walk = Walk::new(snapshot, &effects);
        traces.extend(walk.route(endpoint));
    }
    for flow in system.flows.iter().filter(|flow| flow.direction == Direction::Consumes) {
        let mut walk = Walk::new(snapshot, &effects);
        let channel = &system.channels[flow.channel.index()];
        let first = Actor::Channel(flow.channel);
        traces.extend(walk.begin_at(&channel.name, first, flow.component, &flow.evidence, true));
    }
    if traces.is_empty() {
        for (place, component) in mains(snapshot) {
            let mut walk = Walk::new(snapshot, &effects);
            traces.extend(walk.begin_at("main", Actor::Client, component, &place, false));
        }
    }
    traces.retain(|trace| trace.messages.len() > 1);
    traces.sort_by(|a, b| {
        let rank = |trace: &Trace| (std::cmp::Reverse(trace.reach()), std::cmp::Reverse(trace.messages.len().min(40)));
        rank(a).cmp(&rank(b)).then_with(|| (&a.place, &a.name).cmp(&(&b.place, &b.name)))
    });
    traces
}

/// Functions called `main` outside of tests and examples, by file.
fn mains(snapshot: &Snapshot) -> Vec<(Place, Option<ComponentId>)> {
    let sources = &snapshot.sources;
    let mut found = Vec::new();
    for (index, file) in sources.files.iter().enumerate() {
        let Some(facts) = file.facts.as_deref().filter(|_| !file.test && file.mark.is_none()) else { continue };
        let is_aside = file.path.split('/').any(|part| matches!(part, "examples" | "example" | "benches" | "samples"));
        let is_main = |definition: &&Definition| {
            matches!(definition.kind, DefinitionKind::Function | DefinitionKind::Method) && definition.name == "main"
        };
        if let Some(main) = facts.definitions.iter().find(is_main).filter(|_| !is_aside) {
            let owner = snapshot.system.owners.get(index).copied().flatten();
            found.push((Place::new(&file.path, main.name_span.line), owner));
        }
    }
    found
}

/// Code of one function, or of one function without a name that a call is given.
#[derive(Debug, Clone, Copy)]
struct Scope {
    file: FileId,
    span: Span,
    definition: Option<DefinitionId>,
}

/// One trace while it is walked.
struct Walk<'s> {
    snapshot: &'s Snapshot,
    effects: &'s Effects<'s>,
    seen: BTreeSet<(FileId, u32)>,
    left: usize,
}

impl<'s> Walk<'s> {
    fn new(snapshot: &'s Snapshot, effects: &'s Effects<'s>) -> Self {
        Self { snapshot, effects, seen: BTreeSet::new(), left: BUDGET }
    }

    fn route(&mut self, endpoint: &Endpoint) -> Option<Trace> {
        let method = endpoint.method.as_deref().unwrap_or("any");
        let name = format!("{method} {}", endpoint.path);
        let place = endpoint.handler.as_ref().map_or(&endpoint.evidence, |handler| &handler.place);
        self.begin_at(&name, Actor::Client, Some(endpoint.service), place, false)
    }

    /// The trace from the function at a place on.
    fn begin_at(
        &mut self,
        name: &str,
        first: Actor,
        component: Option<ComponentId>,
        place: &Place,
        tells: bool,
    ) -> Option<Trace> {
        let scope = self.scope_at(place)?;
        let actor = Actor::Unit(self.unit(scope));
        let mut messages =
            vec![Message { from: first, to: actor.clone(), text: name.to_owned(), tells, place: place.clone() }];
        self.enter(scope, &actor, 0, &mut messages);
        messages.dedup_by(|a, b| (&a.from, &a.to, &a.text) == (&b.from, &b.to, &b.text));
        Some(Trace { name: name.to_owned(), component, place: place.clone(), messages })
    }

    /// The function that is defined on a line, else the call that begins there: a route with a function without a name.
    fn scope_at(&self, place: &Place) -> Option<Scope> {
        let file = self.snapshot.sources.file(&place.path)?;
        let facts = self.snapshot.sources.facts(file)?;
        let is_here = |definition: &Definition| {
            let is_function = matches!(definition.kind, DefinitionKind::Function | DefinitionKind::Method);
            is_function && definition.span.line <= place.line && place.line <= definition.name_span.line
        };
        if let Some(id) = facts.definitions.iter().position(is_here) {
            return Some(Scope { file, span: facts.definitions[id].span, definition: Some(id as u32) });
        }
        // Of several calls on one line the one that holds the others.
        let calls = facts.terms.calls.iter().filter(|call| call.span.line == place.line);
        let call = calls.max_by_key(|call| call.span.end - call.span.start)?;
        Some(Scope { file, span: call.span, definition: None })
    }

    /// What a scope's code belongs to: its class, else its file.
    fn unit(&self, scope: Scope) -> String {
        let definitions = self.snapshot.sources.facts(scope.file).map_or(&[][..], |facts| &facts.definitions);
        let parents = std::iter::successors(scope.definition, |id| definitions.get(*id as usize)?.parent);
        let is_type = |definition: &&Definition| {
            matches!(
                definition.kind,
                DefinitionKind::Class
                    | DefinitionKind::Struct
                    | DefinitionKind::Interface
                    | DefinitionKind::Implementation
                    | DefinitionKind::Type
            )
        };
        let class = parents.filter_map(|id| definitions.get(id as usize)).find(is_type);
        class.map_or_else(
            || {
                let path = &self.snapshot.sources.get(scope.file).path;
                path.rsplit('/').next().unwrap_or(path).to_owned()
            },
            |class| class.name.to_string(),
        )
    }

    /// Walks a function's code in order and adds what happens.
    fn enter(&mut self, scope: Scope, actor: &Actor, depth: usize, messages: &mut Vec<Message>) {
        if self.left == 0 || !self.seen.insert((scope.file, scope.span.start)) {
            return;
        }
        self.left -= 1;
        let mut events: Vec<(u32, Event<'s>)> = self
            .effects
            .within(scope.file, scope.span)
            .map(|(span, effect)| (span.start, Event::Effect(effect)))
            .collect();
        if depth < DEPTH {
            events.extend(self.calls(scope).into_iter().map(|(start, target)| (start, Event::Call(target))));
        }
        events.sort_by_key(|(start, event)| (*start, matches!(event, Event::Call(_))));
        for (_, event) in events {
            match event {
                Event::Effect(effect) => self.happen(effect, actor, depth, messages),
                Event::Call(call) => self.follow(&call, scope, actor, depth, messages),
            }
        }
    }

    /// The calls of functions of the project in a scope.
    fn calls(&self, scope: Scope) -> Vec<(u32, Call)> {
        let uses = self.snapshot.symbols().uses_in(scope.file);
        let inside = uses.filter(|(_, found)| scope.span.contains(found.span) && !found.test);
        let call = |span: Span, file: FileId, id: DefinitionId| {
            let definition = self.snapshot.sources.facts(file)?.definitions.get(id as usize)?;
            let is_function = matches!(definition.kind, DefinitionKind::Function | DefinitionKind::Method);
            is_function.then_some((span.start, Call { file, definition: id, line: span.line }))
        };
        inside
            .filter(|(_, found)| {
                matches!(found.kind, DependencyKind::Call | DependencyKind::Reference | DependencyKind::Import)
            })
            .filter_map(|(_, found)| call(found.span, found.file, found.to?))
            .collect()
    }

    fn follow(&mut self, call: &Call, scope: Scope, actor: &Actor, depth: usize, messages: &mut Vec<Message>) {
        let Some(facts) = self.snapshot.sources.facts(call.file) else { return };
        let definition = &facts.definitions[call.definition as usize];
        let mut target = Scope { file: call.file, span: definition.span, definition: Some(call.definition) };
        if let Some(body) = self.implementation(call) {
            target = body;
        }
        let unit = Actor::Unit(self.unit(target));
        let mut below = Vec::new();
        self.enter(target, if matches!(actor, Actor::Unit(_)) { &unit } else { actor }, depth + 1, &mut below);
        // Of a component that was asked over the network only what it does to others is told.
        let is_step = matches!(actor, Actor::Unit(_)) && unit != *actor;
        let is_first = depth == 0 && call.file != scope.file;
        if is_step && (is_first || !below.is_empty()) {
            let place = Place::new(&self.snapshot.sources.get(scope.file).path, call.line);
            let text = definition.name.to_string();
            messages.push(Message { from: actor.clone(), to: unit, text, tells: false, place });
        }
        messages.append(&mut below);
    }

    /// The one function that implements a function of an interface, if there is exactly one in the project.
    fn implementation(&self, call: &Call) -> Option<Scope> {
        let sources = &self.snapshot.sources;
        let facts = sources.facts(call.file)?;
        let definition = facts.definitions.get(call.definition as usize)?;
        let interface = definition.parent?;
        if facts.definitions[interface as usize].kind != DefinitionKind::Interface {
            return None;
        }
        let mut found: Option<Scope> = None;
        for (id, user) in self.snapshot.symbols().uses_of(call.file) {
            if user.kind != DependencyKind::Inherit || user.to != Some(interface) || user.test {
                continue;
            }
            let file = self.snapshot.symbols().file_of(id);
            let of = sources.facts(file)?;
            let is_it =
                |(_, method): &(usize, &Definition)| method.parent == user.from && method.name == definition.name;
            let (index, method) = of.definitions.iter().enumerate().find(is_it)?;
            if found.is_some() {
                return None;
            }
            found = Some(Scope { file, span: method.span, definition: Some(index as u32) });
        }
        found
    }

    fn happen(&mut self, effect: &Effect<'s>, actor: &Actor, depth: usize, messages: &mut Vec<Message>) {
        let system = &self.snapshot.system;
        let mut push = |to: Actor, text: String, tells: bool, place: &Place| {
            messages.push(Message { from: actor.clone(), to, text, tells, place: place.clone() });
        };
        match effect {
            Effect::Table(of) => {
                let verb = match of.access {
                    Access::Reads => "reads",
                    Access::Writes => "writes",
                };
                let table = &system.schema.tables[of.table].name;
                let to = of.component.and_then(|id| self.store(id)).map_or(Actor::Tables, Actor::Component);
                push(to, format!("{verb} {table}"), false, &of.evidence);
            }
            Effect::Flow(flow) if flow.direction == Direction::Publishes => {
                push(Actor::Channel(flow.channel), "publishes".to_owned(), true, &flow.evidence);
            }
            Effect::Flow(_) => {}
            Effect::Call(call) => {
                let Some(to) = call.to else { return };
                let method = call.method.as_deref().map_or_else(String::new, |method| format!("{method} "));
                let path = call.path.as_deref().unwrap_or(call.kind);
                push(Actor::Component(to), format!("{method}{path}"), false, &call.evidence);
                let Some(endpoint) = call.endpoint.and_then(|index| system.endpoints.get(index)) else { return };
                let place = endpoint.handler.as_ref().map_or(&endpoint.evidence, |handler| &handler.place);
                if let Some(scope) = self.scope_at(place).filter(|_| depth < DEPTH) {
                    self.enter(scope, &Actor::Component(to), depth + 1, messages);
                }
            }
        }
    }

    /// The only store of a component that keeps tables.
    fn store(&self, of: ComponentId) -> Option<ComponentId> {
        let system = &self.snapshot.system;
        let mut stores = system
            .edges
            .iter()
            .filter(|edge| edge.from == of && system.node(edge.to).role == Role::Database)
            .map(|edge| edge.to);
        let first = stores.next()?;
        stores.all(|other| other == first).then_some(first)
    }
}

/// What happens in a scope.
enum Event<'s> {
    Effect(&'s Effect<'s>),
    Call(Call),
}

/// A call of a function of the project.
struct Call {
    file: FileId,
    definition: DefinitionId,
    line: u32,
}
