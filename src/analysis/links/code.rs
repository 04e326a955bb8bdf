//! Of routes and operations: from what is declared to the code that answers and what that reaches.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{Aspect, End, Links};
use crate::graph::{NodeId, NodeKind};
use crate::system::{ComponentId, Direction, Endpoint, Place, Thing};

/// A handler's way to what keeps data is not longer than this many files; what is farther is said to be the component's.
const STEPS: u32 = 6;

impl Links<'_> {
    pub(super) fn endpoint(&mut self, thing: &Thing) {
        let system = self.system;
        let mut services = BTreeSet::new();
        for (index, of) in thing.endpoints(system) {
            services.insert(of.service);
            self.handler(of);
            for call in system.calls.iter().filter(|call| call.endpoint == Some(index)) {
                let end = End::Thing(Thing::component(system, call.from));
                self.add(Aspect::UsedBy, end, call.kind, vec![call.evidence.clone()]);
            }
            let is_declared = |place: &Option<Place>| place.as_ref().is_some_and(|place| is_answer(of, place));
            for operation in system.operations.iter().filter(|operation| is_declared(&operation.handler)) {
                let how = format!("declared as {}", operation.style.as_str());
                self.add(
                    Aspect::Serves,
                    End::Thing(Thing::operation(operation)),
                    how,
                    vec![operation.evidence.clone()],
                );
            }
        }
        for service in services {
            let end = End::Thing(Thing::component(system, service));
            self.add(Aspect::Owner, end, "served by", thing.places(system));
            self.workload(service);
        }
    }

    /// The code that answers a route, and what that leads to.
    fn handler(&mut self, of: &Endpoint) {
        let answer = of.handler.as_ref().map_or(&of.evidence, |handler| &handler.place);
        if let Some(handler) = &of.handler {
            let end = End::Line(handler.name.to_string());
            self.add(Aspect::Code, end, "handler", vec![handler.place.clone()]);
        }
        if let Some(guard) = &of.guard {
            let who = if guard.open { "open to all" } else { "guard" };
            self.add(Aspect::Code, End::Line(guard.by.to_string()), who, vec![guard.place.clone()]);
        }
        self.reached(&answer.path, Some(of.service));
    }

    pub(super) fn operation(&mut self, thing: &Thing) {
        let system = self.system;
        for of in thing.operations(system) {
            if let Some(id) = of.component {
                let end = End::Thing(Thing::component(system, id));
                self.add(Aspect::Owner, end, "served by", vec![of.evidence.clone()]);
            }
            if let Some(place) = &of.handler {
                for endpoint in system.endpoints.iter().filter(|endpoint| is_answer(endpoint, place)) {
                    let end = End::Thing(Thing::endpoint(system, endpoint));
                    self.add(Aspect::Serves, end, "answered by", vec![endpoint.evidence.clone()]);
                }
                self.add(Aspect::Code, End::Line(place.to_string()), "handler", vec![place.clone()]);
                self.reached(&place.path, of.component);
            }
        }
    }

    /// A file of the source, the files that it needs, and the tables and channels that it or what it needs within the
    /// component uses, nearest first.
    pub(super) fn reached(&mut self, path: &str, within: Option<ComponentId>) {
        let Some(file) = self.snapshot.find(path) else { return };
        let path = self.snapshot.node(file).path.clone();
        self.add(Aspect::Code, End::Source(path.clone()), "file", Vec::new());
        for edge in self.snapshot.outgoing(file).map(|id| self.snapshot.edge(id)) {
            let needed = self.snapshot.node(edge.to);
            if needed.kind != NodeKind::External {
                let lines = self.snapshot.evidence(edge).iter().map(|at| Place::new(&path, at.span.line)).collect();
                self.add(Aspect::Code, End::Source(needed.path.clone()), "needs", lines);
            }
        }
        let near = self.within(file, within);
        let distance = |place: &Place| self.snapshot.find(&place.path).and_then(|id| near.get(&id)).copied();
        let mut found: Vec<(u32, Aspect, End, &'static str, Place)> = Vec::new();
        for of in &self.system.table_uses {
            if let Some(steps) = distance(&of.evidence) {
                let end = End::Thing(Thing::Table(self.system.schema.tables[of.table].name.clone()));
                found.push((steps, Aspect::Data, end, of.access.as_str(), of.evidence.clone()));
            }
        }
        for flow in &self.system.flows {
            if let Some(steps) = distance(&flow.evidence) {
                let how = match flow.direction {
                    Direction::Publishes => "publishes",
                    Direction::Consumes => "consumes",
                };
                let end = End::Thing(Thing::channel(&self.system.channels[flow.channel.index()]));
                found.push((steps, Aspect::Messages, end, how, flow.evidence.clone()));
            }
        }
        found.sort_by_key(|(steps, ..)| *steps);
        let has_tables = found.iter().any(|(_, aspect, ..)| *aspect == Aspect::Data);
        for (steps, aspect, end, how, place) in found {
            let how = match steps {
                0 => format!("{how}, in this file"),
                1 => format!("{how}, in a file that it needs"),
                steps => format!("{how}, in {steps} steps"),
            };
            self.add(aspect, end, how, vec![place]);
        }
        if let (Some(component), false) = (within, has_tables) {
            // No way of imports leads there: what the component uses elsewhere is still what can be meant.
            self.tables_of(component);
        }
    }

    /// The files of a component that a file needs directly or through others, with their distances.
    fn within(&self, file: NodeId, component: Option<ComponentId>) -> BTreeMap<NodeId, u32> {
        let snapshot = self.snapshot;
        let owner = |id: NodeId| {
            let file = snapshot.node(id).file?;
            *self.system.owners.get(file.0 as usize)?
        };
        let mut distances = BTreeMap::from([(file, 0)]);
        let mut queue = VecDeque::from([(file, 0)]);
        while let Some((id, steps)) = queue.pop_front() {
            if steps == STEPS {
                continue;
            }
            for edge in snapshot.outgoing(id).map(|id| snapshot.edge(id)) {
                let is_own = snapshot.node(edge.to).kind == NodeKind::File
                    && (component.is_none() || owner(edge.to).is_none() || owner(edge.to) == component);
                if is_own && !edge.test && !distances.contains_key(&edge.to) {
                    distances.insert(edge.to, steps + 1);
                    queue.push_back((edge.to, steps + 1));
                }
            }
        }
        distances
    }
}

/// Whether a place is where a route is declared or answered.
fn is_answer(of: &Endpoint, place: &Place) -> bool {
    of.evidence == *place || of.handler.as_ref().is_some_and(|handler| handler.place == *place)
}
