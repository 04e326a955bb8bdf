//! Kubernetes: workloads with their containers, names of services, configuration maps, ingress; plain manifests, bases of
//! Kustomize, charts of Helm with their values put in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::catalog::{catalog, repository};
use super::compose::set;
use super::draft::Draft;
use super::model::{ComponentId, Place, Role};
use super::{Detector, Stage};
use crate::document::{Document, Tree};
use crate::facts::Name;
use crate::lang::resolve::Sources;

/// Workloads of Kubernetes.
pub static KUBERNETES: Detector = Detector {
    name: "kubernetes",
    looks_for: "Deployments, StatefulSets, DaemonSets, Jobs, Services, ConfigMaps and Ingresses",
    stage: Stage::Components,
    detect,
};

/// Kinds of objects that run containers.
pub const WORKLOADS: &[&str] =
    &["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "ReplicaSet", "Rollout", "DeploymentConfig"];

/// An object of a manifest.
pub struct Object<'d> {
    /// The manifest.
    pub document: &'d Arc<Document>,
    /// The object.
    pub tree: &'d Tree,
    /// `Deployment`
    pub kind: &'d str,
    /// What is put in for the values of a chart.
    values: Option<&'d Tree>,
    /// With the values put in.
    pub name: String,
    /// Whether it is put in only where somebody asks for it.
    pub is_optional: bool,
}

impl Object<'_> {
    /// A text with the chart's values put in.
    pub fn text(&self, text: &str) -> String {
        filled(text, self.values)
    }

    /// A line of the manifest.
    pub fn place(&self, line: u32) -> Place {
        Place::new(&self.document.path, line)
    }
}

/// Every object of a manifest that is no test's.
pub fn objects(sources: &Sources) -> Vec<Object<'_>> {
    let optional = optional_directories(sources);
    let values = chart_values(sources);
    let mut objects: Vec<Object<'_>> = Vec::new();
    for document in sources.documents.iter().filter(|document| !is_aside(&document.path)) {
        let is_optional = optional.contains(document.directory());
        let chart = document.path.rsplit_once("/templates/").map(|(chart, _)| chart);
        let values = chart.and_then(|chart| values.get(chart).copied());
        for tree in document.trees() {
            let listed = tree.get("items").map(Tree::elements).unwrap_or_default();
            for tree in std::iter::once(tree).chain(listed) {
                let (Some(kind), Some(name)) = (tree.text_at("kind"), tree.text_at("metadata.name")) else { continue };
                if tree.get("apiVersion").is_some() {
                    let name = filled(name, values);
                    objects.push(Object { document, tree, kind, values, name, is_optional });
                }
            }
        }
    }
    objects
}

fn detect(sources: &Sources, draft: &mut Draft) {
    let mut objects = objects(sources);
    objects.retain(|object| !object.is_optional);
    let mut maps = Maps::new();
    for object in objects.iter().filter(|object| matches!(object.kind, "ConfigMap" | "Secret")) {
        maps.entry(&object.name).or_default().push(object);
    }
    for object in objects.iter().filter(|object| WORKLOADS.contains(&object.kind)) {
        workload(draft, &objects, &maps, object);
    }
    for object in objects.iter().filter(|object| object.kind == "Ingress") {
        ingress(draft, object);
    }
}

/// Directories whose manifests are put in only where somebody asks for them: components of Kustomize.
fn optional_directories(sources: &Sources) -> BTreeSet<&str> {
    let is_component = |document: &&Arc<Document>| {
        matches!(document.file_name(), "kustomization.yaml" | "kustomization.yml")
            && document.trees().iter().any(|tree| tree.text_at("kind") == Some("Component"))
    };
    sources.documents.iter().filter(is_component).map(|document| document.directory()).collect()
}

fn is_aside(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "test" | "tests" | "testdata" | "e2e" | "node_modules"))
}

/// The values of each chart, by the chart's directory.
fn chart_values(sources: &Sources) -> BTreeMap<&str, &Tree> {
    let is_values = |document: &&Arc<Document>| matches!(document.file_name(), "values.yaml" | "values.yml");
    let documents = sources.documents.iter().filter(is_values);
    documents.filter_map(|document| Some((document.directory(), document.trees().first()?))).collect()
}

/// A text in which `${.Values.a.b}` is replaced by the chart's value, where there is one.
fn filled(text: &str, values: Option<&Tree>) -> String {
    let Some(values) = values.filter(|_| text.contains("${.Values.")) else { return text.to_owned() };
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${.Values.") {
        let Some(end) = rest[at..].find('}') else { break };
        out.push_str(&rest[..at]);
        let (path, default) = match rest[at + 10..at + end].split_once(":-") {
            Some((path, default)) => (path, Some(default)),
            None => (&rest[at + 10..at + end], None),
        };
        match values.text_at(path).or(default) {
            Some(value) => out.push_str(value),
            None => out.push_str(&rest[at..=at + end]),
        }
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    out
}

/// The template of a workload's pods.
pub fn pod(object: &Object<'_>) -> Option<&'static str> {
    match object.kind {
        "Pod" => Some("spec"),
        "CronJob" => Some("spec.jobTemplate.spec.template.spec"),
        _ => Some("spec.template.spec"),
    }
}

/// Configuration maps and secrets by their names; variants of a deployment have several of one name.
type Maps<'o, 'd> = BTreeMap<&'o str, Vec<&'o Object<'d>>>;

/// The map of a name that a workload is given: the one that lies nearest to it.
fn nearest<'o, 'd>(maps: &Maps<'o, 'd>, name: &str, workload: &Object<'_>) -> Option<&'o Object<'d>> {
    let own: Vec<&str> = workload.document.path.split('/').collect();
    let shared = |map: &&&Object<'_>| {
        let path: Vec<&str> = map.document.path.split('/').collect();
        let common = path.iter().zip(&own).take_while(|(a, b)| a == b).count();
        (common, std::cmp::Reverse(path.len()))
    };
    // The first of several that lie equally near: `max_by_key` would take the last.
    maps.get(name)?.iter().rev().max_by_key(shared).copied()
}

fn workload(draft: &mut Draft, objects: &[Object<'_>], maps: &Maps<'_, '_>, object: &Object<'_>) {
    let Some(spec) = pod(object).and_then(|path| object.tree.at(path)) else { return };
    // What the template computes has no name that anybody could know.
    if object.name.contains("${") {
        return;
    }
    let services = selecting(objects, object);
    let known = std::iter::once(object.name.as_str()).chain(services.iter().map(String::as_str));
    let by_image = || running_image(draft, object, spec);
    let id = known.clone().find_map(|name| draft.named(name)).or_else(by_image).unwrap_or_else(|| {
        let name = match services.as_slice() {
            [service] if object.name.starts_with(service.as_str()) => service,
            _ => &object.name,
        };
        draft.add(name, Role::Service, object.place(object.tree.line))
    });
    let line =
        object.tree.at("metadata").and_then(|tree| tree.entry("name")).map_or(object.tree.line, |entry| entry.line);
    draft.support(id, object.place(line));
    for name in known {
        draft.alias(id, name);
    }
    for part in ["containers", "initContainers"] {
        for container in spec.get(part).map(Tree::elements).unwrap_or_default() {
            if part == "containers" {
                image(draft, id, object, container);
            }
            environment(draft, id, maps, object, container);
        }
    }
}

/// The only component that runs the image of a workload's first container, if that is one of the project's own.
fn running_image(draft: &Draft, object: &Object<'_>, spec: &Tree) -> Option<ComponentId> {
    let image = object.text(spec.get("containers")?.elements().first()?.text_at("image")?);
    if catalog().image(&image).is_some() {
        return None;
    }
    let is_same =
        |id: &ComponentId| draft.parts[id.index()].images.iter().any(|known| repository(known) == repository(&image));
    let same: Vec<ComponentId> = draft.ids().filter(is_same).collect();
    if let [id] = same.as_slice() { Some(*id) } else { None }
}

/// Whether the labels that an object selects are those of a workload's pods.
pub fn selects(object: &Object<'_>, selector: &Tree, workload: &Object<'_>) -> bool {
    let labels = workload.tree.at("spec.template.metadata.labels").or(workload.tree.at("metadata.labels"));
    let has = |key: &str, value: &str| {
        let label = labels.and_then(|labels| labels.get(key)).and_then(Tree::text);
        label.is_some_and(|label| workload.text(label) == value)
    };
    let is_met = |entry: &crate::document::Entry| has(&entry.key, &object.text(entry.value.text().unwrap_or_default()));
    !selector.entries().is_empty() && selector.entries().iter().all(is_met)
}

/// Names of the services that lead to a workload's pods.
fn selecting(objects: &[Object<'_>], workload: &Object<'_>) -> Vec<String> {
    let leads = |service: &&Object<'_>| {
        service.tree.at("spec.selector").is_some_and(|selector| selects(service, selector, workload))
    };
    let services = objects.iter().filter(|object| object.kind == "Service").filter(leads);
    let mut names: Vec<String> =
        services.map(|service| service.name.clone()).filter(|name| !name.contains("${")).collect();
    names.sort();
    names.dedup();
    names
}

fn image(draft: &mut Draft, id: ComponentId, object: &Object<'_>, container: &Tree) {
    if let Some(image) = container.text_at("image") {
        let image = object.text(image);
        draft.part(id).images.push(Name::from(image.as_str()));
        if let Some(technology) = catalog().image(&image) {
            draft.classify(id, technology.role, &technology.name, false);
        }
    }
    for port in container.get("ports").map(Tree::elements).unwrap_or_default() {
        let number = port.text_at("containerPort").and_then(|port| port.parse::<u16>().ok());
        draft.part(id).component.ports.extend(number);
    }
}

fn environment(draft: &mut Draft, id: ComponentId, maps: &Maps<'_, '_>, object: &Object<'_>, container: &Tree) {
    for variable in container.get("env").map(Tree::elements).unwrap_or_default() {
        let Some(name) = variable.text_at("name") else { continue };
        let reference = variable.at("valueFrom.configMapKeyRef");
        let referred = reference.and_then(|reference| {
            let map = nearest(maps, reference.text_at("name")?, object)?;
            let entry = map.tree.get("data")?.entry(reference.text_at("key")?)?;
            Some((map.text(entry.value.text()?), map.place(entry.line)))
        });
        let own = variable
            .entry("value")
            .and_then(|entry| Some((object.text(entry.value.text()?), object.place(entry.line))));
        if let Some((value, place)) = own.or(referred) {
            set(draft, id, name, &value, place);
        }
    }
    for source in container.get("envFrom").map(Tree::elements).unwrap_or_default() {
        let Some(map) = source.text_at("configMapRef.name").and_then(|name| nearest(maps, name, object)) else {
            continue;
        };
        for entry in map.tree.get("data").map(Tree::entries).unwrap_or_default() {
            let value = map.text(entry.value.text().unwrap_or_default());
            set(draft, id, &entry.key, &value, map.place(entry.line));
        }
    }
}

/// Services that an ingress lets people reach.
fn ingress(draft: &mut Draft, object: &Object<'_>) {
    for (path, name, line) in object.tree.leaves() {
        let is_backend = path.ends_with("service.name") || path.ends_with("backend.serviceName");
        let Some(id) = is_backend.then(|| draft.named(&object.text(name))).flatten() else { continue };
        draft.part(id).published.get_or_insert(object.place(line));
    }
}
