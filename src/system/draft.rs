//! Claims of detectors, merged while they come in.

mod finish;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::address::{self, Address};
use super::catalog::catalog;
use super::links;
use super::model::{
    ApiType, BlindSpot, Channel, ChannelId, ChannelKind, Component, ComponentId, Endpoint, Flow, Operation, Pipeline,
    Place, Practice, PracticeKind, RemoteCall, Resource, Role, Sureness,
};
use crate::facts::Name;
use crate::lang::resolve::{FileId, Resolved, Sources};
use crate::lang::symbols::SymbolUse;

/// A component while claims come in.
#[derive(Debug, Default)]
pub struct Part {
    /// What is known of it.
    pub component: Component,
    /// Names by which others reach it, in the form of [`key`].
    names: BTreeSet<String>,
    /// What it is told: environment and configuration, in order of precedence, the last one counting.
    pub settings: Vec<Setting>,
    /// The images that it runs, by one file or another.
    pub images: Vec<Name>,
    /// Paths of files and directories of the project that are put into it.
    pub mounts: Vec<String>,
    /// Names of the components that it waits for or is linked with.
    pub waits_for: Vec<(Name, Place)>,
    /// Whether its files are tests' or examples' of the project itself.
    pub is_test: bool,
    /// Whether somebody outside reaches it by a published port.
    pub published: Option<Place>,
    /// Whether nothing but its routes say that it is there.
    pub is_by_routes: bool,
    /// Whether its role and technology were said by something more telling than its image.
    pub is_classified: bool,
}

/// A value that a component is given.
#[derive(Debug, Clone)]
pub struct Setting {
    /// As written: `SPRING_DATASOURCE_URL`, `spring.datasource.url`.
    pub key: Name,
    /// With placeholders as written.
    pub value: Name,
    /// Where.
    pub place: Place,
    /// Whether it is a variable of the environment.
    pub environment: bool,
}

/// Everything claimed so far.
pub struct Draft {
    /// What names in code mean, for the files with terms.
    pub uses: Arc<Vec<Vec<SymbolUse>>>,
    /// Components, in the order in which they were found.
    pub parts: Vec<Part>,
    by_name: FxHashMap<String, Vec<ComponentId>>,
    edges: BTreeMap<(ComponentId, ComponentId, &'static str), (Sureness, BTreeSet<Place>)>,
    endpoints: BTreeSet<Endpoint>,
    /// In the order in which they were found.
    pub channels: Vec<Channel>,
    known_channels: FxHashMap<(Name, ChannelKind, Name), ChannelId>,
    /// Who sends and receives, in any order.
    pub flows: Vec<Flow>,
    /// Operations of interface files.
    pub operations: Vec<Operation>,
    /// Types of GraphQL schemas.
    pub types: Vec<ApiType>,
    /// Requests that code makes. The routes that answer them are found when all routes are known.
    pub calls: Vec<RemoteCall>,
    /// Pipelines, in any order.
    pub pipelines: Vec<Pipeline>,
    /// Declared infrastructure. [`Resource::uses`] counts in this list.
    pub resources: Vec<Resource>,
    /// How components run, in any order.
    pub practices: Vec<Practice>,
    /// Documents that a detector could not read, in any order.
    pub blind_spots: Vec<BlindSpot>,
    /// For each file of the sources the component whose source it is.
    pub owners: Vec<Option<ComponentId>>,
}

/// The form in which names are compared: without case, with `-` for `_`.
pub fn key(name: &str) -> String {
    name.trim().to_ascii_lowercase().replace('_', "-")
}

/// The first label of a host that Kubernetes or Compose resolves: `cart` of `cart.shop.svc.cluster.local`.
fn short_host(host: &str) -> &str {
    match host.find(".svc").or_else(|| host.find(".default")).and_then(|_| host.find('.')) {
        Some(at) => &host[..at],
        None => host,
    }
}

impl Draft {
    /// Nothing claimed yet.
    pub fn new(sources: &Sources, resolved: &Resolved) -> Self {
        Self {
            uses: Arc::new(links::uses(sources, resolved)),
            parts: Vec::new(),
            by_name: FxHashMap::default(),
            edges: BTreeMap::new(),
            endpoints: BTreeSet::new(),
            channels: Vec::new(),
            known_channels: FxHashMap::default(),
            flows: Vec::new(),
            operations: Vec::new(),
            types: Vec::new(),
            calls: Vec::new(),
            pipelines: Vec::new(),
            resources: Vec::new(),
            practices: Vec::new(),
            blind_spots: Vec::new(),
            owners: vec![None; sources.files.len()],
        }
    }

    /// How many claims were made.
    pub fn claims(&self) -> usize {
        let lists = [
            self.parts.len(),
            self.edges.len(),
            self.endpoints.len(),
            self.channels.len(),
            self.flows.len(),
            self.operations.len(),
            self.types.len(),
            self.calls.len(),
            self.pipelines.len(),
            self.resources.len(),
            self.practices.len(),
        ];
        lists.iter().sum()
    }

    /// A component.
    pub fn part(&mut self, id: ComponentId) -> &mut Part {
        &mut self.parts[id.index()]
    }

    /// What is known of a component.
    pub fn component(&self, id: ComponentId) -> &Component {
        &self.parts[id.index()].component
    }

    /// Every component's id.
    pub fn ids(&self) -> impl Iterator<Item = ComponentId> + use<> {
        (0..self.parts.len() as u32).map(ComponentId)
    }

    /// The component of a name, if there is exactly one.
    pub fn named(&self, name: &str) -> Option<ComponentId> {
        match self.by_name.get(&key(name)).map(Vec::as_slice) {
            Some([id]) => Some(*id),
            _ => None,
        }
    }

    /// A new component.
    pub fn add(&mut self, name: &str, role: Role, place: Place) -> ComponentId {
        let id = ComponentId(self.parts.len() as u32);
        let component = Component { name: Name::from(name), role, evidence: vec![place], ..Component::default() };
        self.parts.push(Part { component, ..Part::default() });
        self.alias(id, name);
        id
    }

    /// The component of a name, or a new one.
    pub fn ensure(&mut self, name: &str, role: Role, place: Place) -> ComponentId {
        match self.named(name) {
            Some(id) => {
                self.support(id, place);
                id
            }
            None => self.add(name, role, place),
        }
    }

    /// Adds a name by which a component is known.
    pub fn alias(&mut self, id: ComponentId, name: &str) {
        let key = key(name);
        if !key.is_empty() && self.parts[id.index()].names.insert(key.clone()) {
            self.by_name.entry(key).or_default().push(id);
            let component = &mut self.parts[id.index()].component;
            if component.name != name && !component.aliases.iter().any(|known| known == name) {
                component.aliases.push(Name::from(name));
            }
        }
    }

    /// Adds a line that supports a component.
    pub fn support(&mut self, id: ComponentId, place: Place) {
        self.parts[id.index()].component.evidence.push(place);
    }

    /// Says what a component is made with and for, unless something more telling said so before.
    pub fn classify(&mut self, id: ComponentId, role: Role, technology: &str, is_telling: bool) {
        let part = &mut self.parts[id.index()];
        if is_telling && !part.is_classified {
            part.component.technologies.clear();
        }
        if (is_telling && !part.is_classified) || part.component.technologies.is_empty() {
            part.component.role = role;
            part.is_classified |= is_telling;
        }
        if !part.component.technologies.iter().any(|known| known == technology) {
            part.component.technologies.push(Name::from(technology));
        }
    }

    /// The components of a role.
    pub fn of_role(&self, role: Role) -> Vec<ComponentId> {
        self.ids().filter(|id| self.component(*id).role == role).collect()
    }

    /// The components of a technology.
    pub fn of_technology(&self, technology: &str) -> Vec<ComponentId> {
        let is = |id: &ComponentId| self.component(*id).technologies.iter().any(|known| known == technology);
        self.ids().filter(is).collect()
    }

    /// The only component of a technology.
    pub fn sole(&self, technology: &str) -> Option<ComponentId> {
        match self.of_technology(technology).as_slice() {
            [id] => Some(*id),
            _ => None,
        }
    }

    /// The component behind an address: by its host's name, or on the developer's own machine by its port.
    pub fn reach(&self, address: &Address<'_>) -> Option<ComponentId> {
        if let Some(id) = self.named(address.host).or_else(|| self.named(short_host(address.host))) {
            return Some(id);
        }
        if !address.is_local() {
            return None;
        }
        let port = address.port?;
        let sole = |found: Vec<ComponentId>| if let [id] = found.as_slice() { Some(*id) } else { None };
        let listening = self.ids().filter(|id| self.component(*id).ports.contains(&port)).collect();
        sole(listening).or_else(|| {
            // What is deployed without a word about ports listens where its technology does.
            let is_default = |id: &ComponentId| {
                let part = &self.parts[id.index()];
                let known = part.component.technologies.first().and_then(|name| catalog().named(name));
                !part.images.is_empty() && known.is_some_and(|technology| technology.ports.contains(&port))
            };
            sole(self.ids().filter(is_default).collect())
        })
    }

    /// Claims a connection.
    pub fn connect(&mut self, from: ComponentId, to: ComponentId, kind: &'static str, how: Sureness, place: Place) {
        if from == to {
            return;
        }
        let (sureness, places) = self.edges.entry((from, to, kind)).or_insert_with(|| (how, BTreeSet::new()));
        *sureness = how.min(*sureness);
        places.insert(place);
    }

    /// Whether some claim connects two components, in either direction.
    pub fn is_connected(&self, one: ComponentId, other: ComponentId) -> bool {
        self.edges.keys().any(|(from, to, _)| (*from, *to) == (one, other) || (*from, *to) == (other, one))
    }

    /// The connections that begin at a component.
    pub fn targets(&self, from: ComponentId) -> impl Iterator<Item = (ComponentId, &'static str)> {
        let range = (from, ComponentId(0), "")..(ComponentId(from.0 + 1), ComponentId(0), "");
        self.edges.range(range).map(|((_, to, kind), _)| (*to, *kind))
    }

    /// Claims a route.
    pub fn serve(&mut self, endpoint: Endpoint) {
        self.endpoints.insert(endpoint);
    }

    /// The lines that declare routes.
    pub fn route_places(&self) -> FxHashSet<Place> {
        self.endpoints.iter().map(|endpoint| endpoint.evidence.clone()).collect()
    }

    /// The channel of a name and a technology, or a new one.
    pub fn channel(&mut self, name: &str, kind: ChannelKind, technology: &str, place: Place) -> ChannelId {
        let (name, technology) = (Name::from(name), Name::from(technology));
        let next = ChannelId(self.channels.len() as u32);
        let id = *self.known_channels.entry((name.clone(), kind, technology.clone())).or_insert(next);
        if id == next {
            let (broker, dead_letter, evidence) = (None, None, Vec::new());
            self.channels.push(Channel { name, kind, technology, broker, dead_letter, evidence });
        }
        self.channels[id.index()].evidence.push(place);
        id
    }

    /// Claims that a line says something of how a component runs.
    pub fn practice(&mut self, kind: PracticeKind, component: Option<ComponentId>, detail: &str, evidence: Place) {
        self.practices.push(Practice { kind, component, detail: Name::from(detail), evidence });
    }

    /// Whose source a file is.
    pub fn owner(&self, file: FileId) -> Option<ComponentId> {
        self.owners.get(file.index()).copied().flatten()
    }

    /// Whose source a document is, or whose directory it lies in: the one of the longest directory.
    pub fn owner_of_path(&self, path: &str) -> Option<ComponentId> {
        let mut best: Option<(usize, ComponentId)> = None;
        let mut is_shared = false;
        for id in self.ids() {
            let Some(directory) = &self.component(id).directory else { continue };
            let is_inside =
                directory.is_empty() || path.strip_prefix(&**directory).is_some_and(|rest| rest.starts_with('/'));
            if !is_inside {
                continue;
            }
            match best {
                Some((length, _)) if length > directory.len() => {}
                Some((length, _)) if length == directory.len() => is_shared = true,
                _ => {
                    best = Some((directory.len(), id));
                    is_shared = false;
                }
            }
        }
        best.filter(|_| !is_shared).map(|(_, id)| id)
    }

    /// Says for each file whose source it is.
    pub fn assign(&mut self, sources: &Sources) {
        let mut by_directory: FxHashMap<&str, Option<ComponentId>> = FxHashMap::default();
        for (index, part) in self.parts.iter().enumerate() {
            if let Some(directory) = part.component.directory.as_deref() {
                let id = ComponentId(index as u32);
                by_directory.entry(directory).and_modify(|known| *known = None).or_insert(Some(id));
            }
        }
        let owner = |path: &Arc<str>| {
            let mut directory: &str = path;
            loop {
                directory = directory.rsplit_once('/').map_or("", |(directory, _)| directory);
                if let Some(owner) = by_directory.get(directory) {
                    return *owner;
                }
                if directory.is_empty() {
                    return None;
                }
            }
        };
        self.owners = sources.files.iter().map(|file| owner(&file.path)).collect();
    }

    /// The value of a setting with `${name:default}` and `$NAME` put in.
    pub fn expand(&self, id: ComponentId, text: &str) -> String {
        expand(&self.parts[id.index()].settings, text, 4)
    }
}

/// Puts the values of settings into a text: `${name}`, `${name:default}`, `${name:-default}`, `$NAME`. What is not known
/// stays as it is; at most `depth` levels of values within values are followed.
pub fn expand(settings: &[Setting], text: &str, depth: u32) -> String {
    if !text.contains('$') || depth == 0 {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        out.push_str(&rest[..at]);
        let inside = &rest[at + 2..];
        // A default may hold a placeholder itself.
        let Some(end) = matching(inside) else {
            out.push_str(&rest[at..]);
            return out;
        };
        let (name, default) = match inside[..end].split_once(':') {
            Some((name, default)) => (name, Some(default.trim_start_matches('-'))),
            None => (&inside[..end], None),
        };
        match (setting(settings, name), default) {
            (Some(found), _) if found.value != text => out.push_str(&expand(settings, &found.value, depth - 1)),
            (_, Some(default)) => out.push_str(&expand(settings, default, depth - 1)),
            _ => out.push_str(&rest[at..at + 3 + end]),
        }
        rest = &inside[end + 1..];
        if out.len() > 4096 {
            break;
        }
    }
    out.push_str(rest);
    match out.strip_prefix('$') {
        Some(name) if !name.starts_with('{') => match setting(settings, name) {
            Some(found) if found.value != text => expand(settings, &found.value, depth - 1),
            _ => out,
        },
        _ => out,
    }
}

/// Where the brace that is open before a text is closed.
fn matching(text: &str) -> Option<usize> {
    let mut depth = 1_u32;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The setting of a key, in Spring's relaxed form.
pub fn setting<'s>(settings: &'s [Setting], name: &str) -> Option<&'s Setting> {
    let wanted = relaxed(name);
    settings.iter().rev().find(|setting| relaxed(&setting.key) == wanted)
}

/// The form in which Spring compares names of settings: `SPRING_DATASOURCE_URL`, `spring.data-source.url` and
/// `spring.dataSource.url` are one.
pub fn relaxed(key: &str) -> String {
    let is_environment = !key.bytes().any(|byte| byte.is_ascii_lowercase() || byte == b'.');
    key.chars()
        .filter_map(|c| match c {
            '_' if is_environment => Some('.'),
            '-' | '_' => None,
            _ => Some(c.to_ascii_lowercase()),
        })
        .collect()
}

/// Whether a host can be one of the public internet, and not a name of the project's own network.
pub fn is_outside(address: &Address<'_>) -> bool {
    address::is_public(address.host)
}
