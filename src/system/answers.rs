//! What answers operations and calls, found when all routes and receivers are known.
//!
//! Two paths are the same if they have as many parts and each is either written alike or, on the serving side, a parameter.
//! A route that is written like the path goes before one with a parameter in its place; where two are left, none is meant.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::model::{ComponentId, ContractStyle, Direction, Role, System};
use crate::facts::Name;

/// Sets the handlers of operations and the routes of calls.
pub fn link(system: &mut System) {
    let routes = Routes::new(system);
    operations(system, &routes);
    receivers(system);
    calls(system, &routes);
}

/// A path's parts; a part with a parameter or anything computed in it is empty.
fn parts(path: &str) -> Vec<String> {
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let is_hole = |part: &str| {
        part.starts_with([':', '<', '*']) || part.contains('{') || part.starts_with('[') || part.contains('$')
    };
    let parts = path.split('/').filter(|part| !part.is_empty());
    parts.map(|part| if is_hole(part) { String::new() } else { part.to_owned() }).collect()
}

/// A route: its index, the parts of its path, its method.
type Route = (usize, Vec<String>, Option<Name>);

/// Routes by who serves them and how many parts their paths have.
struct Routes {
    by_length: FxHashMap<(ComponentId, usize), Vec<Route>>,
}

impl Routes {
    fn new(system: &System) -> Self {
        let mut by_length: FxHashMap<_, Vec<_>> = FxHashMap::default();
        for (index, endpoint) in system.endpoints.iter().enumerate() {
            let parts = parts(&endpoint.path);
            let of = by_length.entry((endpoint.service, parts.len())).or_default();
            of.push((index, parts, endpoint.method.clone()));
        }
        Self { by_length }
    }

    /// The route of a component that answers a path; an unknown method is any.
    fn find(&self, service: ComponentId, method: Option<&str>, wanted: &[String]) -> Option<usize> {
        let known = self.by_length.get(&(service, wanted.len()))?;
        let fits = |(_, parts, of): &&Route| {
            let is_method = of.is_none() || method.is_none() || of.as_deref() == method;
            is_method && parts.iter().zip(wanted).all(|(part, wanted)| part.is_empty() || part == wanted)
        };
        // The fewer parameters, the closer.
        let holes = |parts: &[String]| parts.iter().filter(|part| part.is_empty()).count();
        let fitting: Vec<_> = known.iter().filter(fits).collect();
        let least = fitting.iter().map(|(_, parts, _)| holes(parts)).min()?;
        let mut closest = fitting.into_iter().filter(|(_, parts, _)| holes(parts) == least);
        let (first, _, of) = closest.next()?;
        match closest.next() {
            None => Some(*first),
            // One for this method goes before one for any.
            Some((second, _, other)) => match (of.is_some(), other.is_some()) {
                (true, false) if method.is_some() => Some(*first),
                (false, true) if method.is_some() => Some(*second),
                _ => None,
            },
        }
    }
}

/// Operations of OpenAPI: by the routes of their component. A document that lies beside all components, or in one that
/// answers nothing of it, is served by the only one that answers some of it.
fn operations(system: &mut System, routes: &Routes) {
    let services: BTreeSet<ComponentId> = system.endpoints.iter().map(|endpoint| endpoint.service).collect();
    let mut contracts: BTreeMap<std::sync::Arc<str>, Vec<usize>> = BTreeMap::new();
    for (index, operation) in system.operations.iter().enumerate() {
        if operation.style == ContractStyle::OpenApi {
            contracts.entry(operation.contract.clone()).or_default().push(index);
        }
    }
    for indexes in contracts.into_values() {
        let found = |service: ComponentId, index: usize| {
            let operation = &system.operations[index];
            routes.find(service, operation.method.as_deref(), &parts(&operation.name))
        };
        let answers = |service: &ComponentId| indexes.iter().any(|index| found(*service, *index).is_some());
        let told = indexes.first().and_then(|index| system.operations[*index].component);
        let service = told.filter(answers).or_else(|| {
            let able: Vec<ComponentId> = services.iter().copied().filter(answers).collect();
            if let [one] = able.as_slice() { Some(*one) } else { told }
        });
        let Some(service) = service else { continue };
        let handlers: Vec<Option<usize>> = indexes.iter().map(|index| found(service, *index)).collect();
        for (index, handler) in indexes.into_iter().zip(handlers) {
            let operation = &mut system.operations[index];
            operation.component = Some(service);
            operation.handler = handler.map(|route| system.endpoints[route].evidence.clone());
        }
    }
}

/// Operations of AsyncAPI: by what their component does with the channel. Version 2 says what others may do: they publish
/// what the component receives.
fn receivers(system: &mut System) {
    for operation in system.operations.iter_mut().filter(|operation| operation.style == ContractStyle::AsyncApi) {
        let direction = match operation.method.as_deref() {
            Some("publish" | "receive") => Direction::Consumes,
            _ => Direction::Publishes,
        };
        let is_it = |flow: &&super::model::Flow| {
            flow.direction == direction
                && system.channels[flow.channel.index()].name == operation.name
                && (operation.component.is_none() || flow.component == operation.component)
        };
        let found: Vec<_> = system.flows.iter().filter(is_it).collect();
        let users: BTreeSet<Option<ComponentId>> = found.iter().map(|flow| flow.component).collect();
        if let (Some(first), 1) = (found.first(), users.len()) {
            operation.handler = Some(first.evidence.clone());
            operation.component = operation.component.or(first.component);
        }
    }
}

/// Calls: by the routes of who is addressed; of a gateway by those of what stands behind it, where the gateway may have cut
/// the beginning of the path.
fn calls(system: &mut System, routes: &Routes) {
    let mut behind: BTreeMap<ComponentId, BTreeSet<ComponentId>> = BTreeMap::new();
    for edge in &system.edges {
        let is_door = matches!(system.nodes[edge.from.index()].role, Role::Gateway | Role::Web);
        if is_door && matches!(edge.kind, "http" | "grpc") {
            behind.entry(edge.from).or_default().insert(edge.to);
        }
    }
    for call in &mut system.calls {
        let (Some(to), Some(path), "http") = (call.to, call.path.as_deref(), call.kind) else { continue };
        let wanted = parts(path);
        let method = call.method.as_deref();
        call.endpoint = routes.find(to, method, &wanted).or_else(|| {
            let targets = behind.get(&to)?;
            (0..wanted.len()).find_map(|cut| {
                let rest = &wanted[cut..];
                if rest.iter().all(String::is_empty) {
                    return None;
                }
                let found: BTreeSet<usize> =
                    targets.iter().filter_map(|target| routes.find(*target, method, rest)).collect();
                found.first().copied().filter(|_| found.len() == 1)
            })
        });
    }
}
