//! From claims to the system: everything in its order, with the numbers of that order.

use compact_str::format_compact;
use rustc_hash::FxHashMap;

use super::Draft;
use crate::facts::Name;
use crate::system::model::{
    Channel, ChannelId, Component, ComponentId, Connection, Endpoint, Flow, Operation, Pipeline, Practice, RemoteCall,
    Resource, ResourceId, System,
};

/// What a component's number becomes; none for components that only tests run.
type Number<'a> = &'a dyn Fn(ComponentId) -> Option<ComponentId>;

impl Draft {
    /// The system that was claimed. Components that only tests run are left out.
    pub fn finish(mut self) -> System {
        let mut order: Vec<usize> = (0..self.parts.len()).filter(|index| !self.parts[*index].is_test).collect();
        order.sort_by(|a, b| {
            let key = |index: &usize| (&self.parts[*index].component.name, *index);
            key(a).cmp(&key(b))
        });
        let mut numbers: Vec<Option<ComponentId>> = vec![None; self.parts.len()];
        for (new, old) in order.iter().enumerate() {
            numbers[*old] = Some(ComponentId(new as u32));
        }
        let mut nodes: Vec<Component> = Vec::with_capacity(order.len());
        for old in &order {
            let mut component = std::mem::take(&mut self.parts[*old].component);
            component.evidence.sort();
            component.evidence.dedup();
            component.ports.sort_unstable();
            component.ports.dedup();
            component.aliases.sort();
            nodes.push(component);
        }
        disambiguate(&mut nodes);
        let number = |id: ComponentId| numbers[id.index()];
        let mut edges: Vec<Connection> = self
            .edges
            .into_iter()
            .filter_map(|((from, to, kind), (sureness, places))| {
                let (from, to) = (number(from)?, number(to)?);
                Some(Connection { from, to, kind, sureness, evidence: places.into_iter().collect() })
            })
            .collect();
        edges.sort_by_key(|edge| (edge.from, edge.to, edge.kind));
        let mut endpoints: Vec<Endpoint> = self
            .endpoints
            .into_iter()
            .filter_map(|endpoint| Some(Endpoint { service: number(endpoint.service)?, ..endpoint }))
            .collect();
        endpoints.sort();
        let owners = self.owners.iter().map(|owner| number((*owner)?)).collect();
        let mut system = System { nodes, edges, endpoints, owners, ..System::default() };
        system.operations = sorted(
            self.operations
                .into_iter()
                .map(|operation| Operation { component: operation.component.and_then(number), ..operation }),
        );
        system.types = sorted(self.types);
        system.calls =
            sorted(self.calls.into_iter().filter_map(|call| {
                Some(RemoteCall { from: number(call.from)?, to: call.to.and_then(number), ..call })
            }));
        system.practices = sorted(
            self.practices
                .into_iter()
                .filter(|practice| practice.component.is_none_or(|id| number(id).is_some()))
                .map(|practice| Practice { component: practice.component.and_then(number), ..practice }),
        );
        system.pipelines = pipelines(self.pipelines, &number);
        (system.channels, system.flows) = channels(self.channels, self.flows, &number);
        system.resources = resources(self.resources, &number);
        system
    }
}

/// Numbers the second and later components of one name: a name in output means one node.
fn disambiguate(nodes: &mut [Component]) {
    let mut seen: FxHashMap<Name, u32> = FxHashMap::default();
    for node in nodes {
        let count = seen.entry(node.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            let plain = std::mem::take(&mut node.name);
            node.name = format_compact!("{plain}#{count}");
            node.aliases.push(plain);
        }
    }
}

fn sorted<T: Ord>(list: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut list: Vec<T> = list.into_iter().collect();
    list.sort();
    list.dedup();
    list
}

fn pipelines(mut pipelines: Vec<Pipeline>, number: Number<'_>) -> Vec<Pipeline> {
    pipelines.sort_by(|a, b| (&a.path, &a.name).cmp(&(&b.path, &b.name)));
    for task in pipelines.iter_mut().flat_map(|pipeline| &mut pipeline.jobs).flat_map(|job| &mut job.tasks) {
        task.component = task.component.and_then(number);
    }
    pipelines
}

/// For each index of a list the index that it has once the list is sorted by a key, and the sorted list.
fn reordered<T, K: Ord>(list: Vec<T>, key: impl Fn(&T) -> K) -> (Vec<u32>, Vec<T>) {
    let mut order: Vec<(K, usize, T)> =
        list.into_iter().enumerate().map(|(index, item)| (key(&item), index, item)).collect();
    order.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    let mut numbers = vec![0; order.len()];
    for (new, (_, old, _)) in order.iter().enumerate() {
        numbers[*old] = new as u32;
    }
    (numbers, order.into_iter().map(|(_, _, item)| item).collect())
}

fn channels(channels: Vec<Channel>, flows: Vec<Flow>, number: Number<'_>) -> (Vec<Channel>, Vec<Flow>) {
    let key = |channel: &Channel| (channel.name.clone(), channel.kind, channel.technology.clone());
    let (numbers, mut channels) = reordered(channels, key);
    for channel in &mut channels {
        channel.broker = channel.broker.and_then(number);
        channel.evidence.sort();
        channel.evidence.dedup();
    }
    let flows = flows.into_iter().filter(|flow| flow.component.is_none_or(|id| number(id).is_some())).map(|flow| {
        Flow { channel: ChannelId(numbers[flow.channel.index()]), component: flow.component.and_then(number), ..flow }
    });
    (channels, sorted(flows))
}

fn resources(resources: Vec<Resource>, number: Number<'_>) -> Vec<Resource> {
    let key = |resource: &Resource| (resource.technology, resource.name.clone(), resource.kind.clone());
    let (numbers, mut resources) = reordered(resources, key);
    for resource in &mut resources {
        resource.component = resource.component.and_then(number);
        resource.uses = sorted(resource.uses.iter().map(|id| ResourceId(numbers[id.index()])));
        resource.evidence.sort();
        resource.evidence.dedup();
    }
    resources
}
