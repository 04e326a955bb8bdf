//! Declared infrastructure: resources of Terraform, CloudFormation, Pulumi, Kubernetes, Helm, Kustomize and Compose, and what
//! platforms are told to run.
//!
//! What kinds of resources are is said by the table in `assets/catalog/infrastructure.toml`. Stores, brokers and deployables
//! that nothing else names become components.

mod ansible;
mod cloudformation;
mod cluster;
mod compose;
mod kinds;
mod machines;
mod platforms;
mod terraform;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::catalog::catalog;
use super::draft::Draft;
use super::model::{ComponentId, Place, Resource, ResourceId, Role};
use super::{Detector, Stage};
use crate::document::{Document, Tree};
use crate::facts::{Name, secret};
use crate::lang::resolve::Sources;
use kinds::kinds;

/// Declared infrastructure.
pub static RESOURCES: Detector = Detector {
    name: "resources",
    looks_for: "resources of Terraform, OpenTofu, CloudFormation, SAM, Pulumi, Kubernetes, Helm, Kustomize, Compose, ECS, Nomad, \
                systemd, Ansible, the Serverless Framework, Fly, App Engine, Render and Heroku",
    stage: Stage::Components,
    detect,
};

/// Readers, in the order in which they name components.
const READERS: &[fn(&Sources, &mut Draft, &mut Collector)] = &[
    compose::read,
    cluster::read,
    platforms::read,
    machines::read,
    cloudformation::read,
    terraform::read,
    ansible::read,
];

fn detect(sources: &Sources, draft: &mut Draft) {
    let mut collector = Collector::default();
    for read in READERS {
        read(sources, draft, &mut collector);
    }
    collector.finish(draft);
}

/// Resources while they come in.
#[derive(Default)]
struct Collector {
    list: Vec<Resource>,
    /// By scope and key; variants of a deployment have several of one key.
    keys: FxHashMap<(String, String), Vec<usize>>,
    wanted: Vec<(usize, (String, String))>,
    /// Pairs of which the first is known to name the second.
    settled: Vec<(usize, usize)>,
}

/// What a resource is before anything else is known of it.
struct New<'n> {
    technology: &'static str,
    kind: &'n str,
    name: &'n str,
    place: Place,
}

impl Collector {
    /// Adds a resource that others in a scope name by a key.
    fn add(&mut self, scope: &str, key: &str, new: New<'_>) -> usize {
        let index = self.list.len();
        self.list.push(Resource {
            name: Name::from(new.name),
            kind: Name::from(new.kind),
            technology: new.technology,
            provider: kinds().provider(new.kind),
            group: kinds().group(new.kind),
            component: None,
            details: Vec::new(),
            uses: Vec::new(),
            evidence: vec![new.place],
        });
        self.keys.entry((scope.to_owned(), key.to_owned())).or_default().push(index);
        index
    }

    /// Says that a resource names another one.
    fn want(&mut self, index: usize, scope: &str, key: &str) {
        self.wanted.push((index, (scope.to_owned(), key.to_owned())));
    }

    /// The keys of the resources of a scope that a file declares.
    fn of_file(&self, scope: &str, path: &str) -> Vec<String> {
        let is_here = |indexes: &[usize]| {
            indexes.iter().any(|index| self.list[*index].evidence.first().is_some_and(|place| &*place.path == path))
        };
        let mut found: Vec<String> = self
            .keys
            .iter()
            .filter(|((own, _), list)| own == scope && is_here(list))
            .map(|((_, key), _)| key.clone())
            .collect();
        found.sort();
        found
    }

    /// Says that a resource names those of a key that a file declares.
    fn want_in(&mut self, index: usize, scope: &str, key: &str, path: &str) {
        let found = self.keys.get(&(scope.to_owned(), key.to_owned())).map(Vec::as_slice).unwrap_or_default();
        let here =
            found.iter().filter(|other| self.list[**other].evidence.first().is_some_and(|place| &*place.path == path));
        let here: Vec<(usize, usize)> = here.map(|other| (index, *other)).collect();
        self.settled.extend(here);
    }

    fn resource(&mut self, index: usize) -> &mut Resource {
        &mut self.list[index]
    }

    /// Adds a detail that is worth showing. What looks like a secret, and what no text says, is left out.
    fn detail(&mut self, index: usize, name: &str, value: &str) {
        let value = value.trim();
        let is_shown = !value.is_empty() && value.len() <= 200 && !value.contains('\n') && !is_secret(name, value);
        if is_shown {
            self.list[index].details.push((Name::from(name), Name::from(value)));
        }
    }

    fn finish(mut self, draft: &mut Draft) {
        let first = draft.resources.len() as u32;
        for (index, key) in std::mem::take(&mut self.wanted) {
            let found = self.keys.get(&key).map(Vec::as_slice).unwrap_or_default();
            if let Some(other) = nearest(&self.list, index, found) {
                self.list[index].uses.push(ResourceId(first + other as u32));
            }
        }
        for (index, other) in self.settled {
            self.list[index].uses.push(ResourceId(first + other as u32));
        }
        draft.resources.append(&mut self.list);
    }
}

fn is_secret(name: &str, value: &str) -> bool {
    secret::is_secret_name(name) || secret::is_secret(value)
}

/// Of several resources of one key the one whose file lies nearest; none where two lie equally near.
fn nearest(list: &[Resource], of: usize, found: &[usize]) -> Option<usize> {
    let path = |index: usize| list[index].evidence.first().map_or("", |place| &place.path);
    let shared = |index: usize| {
        let own = path(of).split('/');
        let common = path(index).split('/').zip(own).take_while(|(a, b)| a == b).count();
        (path(index) == path(of), common)
    };
    let others: Vec<usize> = found.iter().copied().filter(|index| *index != of).collect();
    let best = others.iter().map(|index| shared(*index)).max()?;
    let mut at_best = others.iter().filter(|index| shared(**index) == best);
    let first = at_best.next()?;
    at_best.next().is_none().then_some(*first)
}

/// A resource that may be a store or a broker.
struct Stored<'r> {
    kind: &'r str,
    name: &'r str,
    place: Place,
    /// Whether it is made only where somebody asks for it.
    is_optional: bool,
}

/// The component that a resource is, if it is a store or broker: of the technology that its settings say. Where the project
/// runs one of that technology by itself, that one is meant, unless there are several.
fn store(draft: &mut Draft, of: &Stored<'_>, setting: &dyn Fn(&str) -> Option<String>) -> Option<ComponentId> {
    let store = kinds().store(of.kind)?;
    let technology = kinds().technology(store, setting)?;
    let known = draft.of_technology(&technology.name);
    if let Some(id) = draft.named(of.name).filter(|id| known.contains(id)) {
        draft.support(id, of.place.clone());
        return Some(id);
    }
    let own: Vec<ComponentId> =
        known.iter().copied().filter(|id| store.shared || !is_declared_here(draft, *id)).collect();
    match own.as_slice() {
        [id] => return Some(*id),
        [] if !of.is_optional => {}
        _ => return None,
    }
    let name = if store.shared { technology.name.as_str() } else { of.name };
    add_store(draft, name, technology.role, &technology.name, &of.place)
}

/// Whether nothing but declared infrastructure names a component.
fn is_declared_here(draft: &Draft, id: ComponentId) -> bool {
    let part = &draft.parts[id.index()];
    part.images.is_empty() && part.component.directory.is_none()
}

fn add_store(draft: &mut Draft, name: &str, role: Role, technology: &str, place: &Place) -> Option<ComponentId> {
    if name.contains('$') {
        return None;
    }
    // A service of the same name is something else.
    let id = match draft.named(name) {
        Some(_) => {
            draft.add(&format!("{name}-{}", super::draft::key(technology).replace(' ', "-")), role, place.clone())
        }
        None => draft.add(name, role, place.clone()),
    };
    draft.classify(id, role, technology, false);
    Some(id)
}

/// What a platform is told to run.
struct Deployable<'d> {
    name: &'d str,
    place: Place,
    /// Where its source is.
    directory: Option<String>,
    /// What it runs.
    image: Option<&'d str>,
}

/// The component that a platform runs: the one of this directory, image or name, or a new one.
fn deployable(draft: &mut Draft, of: Deployable<'_>) -> Option<ComponentId> {
    let by_directory = of.directory.as_deref().and_then(|directory| {
        let mut same = draft.ids().filter(|id| draft.component(*id).directory.as_deref() == Some(directory));
        same.next().filter(|_| same.next().is_none())
    });
    let image_name = of.image.map(super::compose::image_name).filter(|name| !name.is_empty() && !name.contains('$'));
    let by_image = || {
        let name = image_name?;
        let runs =
            |id: &ComponentId| draft.parts[id.index()].images.iter().any(|i| super::compose::image_name(i) == name);
        let mut same = draft.ids().filter(runs);
        same.next().filter(|_| same.next().is_none())
    };
    let known = by_directory.or_else(by_image).or_else(|| draft.named(of.name)).or_else(|| draft.named(image_name?));
    let id = match known {
        Some(id) => {
            draft.support(id, of.place);
            id
        }
        None if of.name.is_empty() || of.name.contains('$') => return None,
        None => draft.add(of.name, Role::Service, of.place),
    };
    if let Some(image) = of.image {
        draft.part(id).images.push(Name::from(image));
        if let Some(technology) = catalog().image(image) {
            draft.classify(id, technology.role, &technology.name, false);
        }
    }
    if let Some(directory) = of.directory {
        draft.part(id).component.directory.get_or_insert(directory.into());
    }
    Some(id)
}

/// Whether a file is no part of what runs: a test's, an example's, or one of a tool's own directory, as `.github` is.
fn is_aside(path: &str) -> bool {
    const ASIDE: [&str; 10] =
        ["test", "tests", "testdata", "e2e", "node_modules", "examples", "example", "fixtures", "docs", "vendor"];
    path.split('/').any(|part| ASIDE.contains(&part) || part.starts_with('.'))
}

/// Documents with their first tree.
fn with_trees(sources: &Sources) -> impl Iterator<Item = (&Arc<Document>, &Tree)> {
    sources.documents.iter().flat_map(|document| document.trees().iter().map(move |tree| (document, tree)))
}
