//! Objects of Kubernetes with what names what, charts of Helm, Kustomizations.

use std::sync::Arc;

use super::{Collector, New};
use crate::document::{Document, Tree};
use crate::lang::resolve::Sources;
use crate::project::cmake::join;
use crate::system::catalog::catalog;
use crate::system::draft::Draft;
use crate::system::kubernetes::{self, Object};
use crate::system::model::Place;

pub fn read(sources: &Sources, draft: &mut Draft, collector: &mut Collector) {
    let objects = kubernetes::objects(sources);
    for object in &objects {
        self::object(draft, collector, &objects, object);
    }
    for document in &sources.documents {
        match document.file_name() {
            "kustomization.yaml" | "kustomization.yml" => kustomization(collector, document),
            "Chart.yaml" => chart(draft, collector, document),
            _ => {}
        }
    }
}

/// The scope of objects: they name each other across files.
const SCOPE: &str = "kubernetes";

fn key(kind: &str, name: &str) -> String {
    format!("{}/{name}", kind.to_ascii_lowercase())
}

fn object(draft: &Draft, collector: &mut Collector, objects: &[Object<'_>], object: &Object<'_>) {
    // A Kustomization is a resource of its own, and a list is what it holds.
    if object.name.contains("${") || object.kind == "List" || object.is_optional {
        return;
    }
    let technology = if object.document.path.contains("/templates/") { "Helm" } else { "Kubernetes" };
    let name = key(object.kind, &object.name);
    let new = New { technology, kind: object.kind, name: &name, place: object.place(object.tree.line) };
    let index = collector.add(SCOPE, &name, new);
    if kubernetes::WORKLOADS.contains(&object.kind) {
        let own = draft.named(&object.name);
        let is_here = |id: &_| draft.component(*id).evidence.iter().any(|place| place.path == object.document.path);
        collector.resource(index).component = own.filter(is_here);
    }
    for (label, path) in [
        ("replicas", "spec.replicas"),
        ("schedule", "spec.schedule"),
        ("type", "spec.type"),
        ("class", "spec.ingressClassName"),
        ("storage", "spec.resources.requests.storage"),
        ("min", "spec.minReplicas"),
        ("max", "spec.maxReplicas"),
        ("min available", "spec.minAvailable"),
        ("max unavailable", "spec.maxUnavailable"),
        ("namespace", "metadata.namespace"),
    ] {
        if let Some(text) = object.tree.text_at(path) {
            known_detail(collector, index, label, &object.text(text));
        }
    }
    if object.kind == "Service" {
        for port in object.tree.at("spec.ports").map(Tree::elements).unwrap_or_default() {
            known_detail(collector, index, "port", &object.text(port.text_at("port").unwrap_or_default()));
        }
    }
    if let Some(spec) = kubernetes::pod(object).and_then(|path| object.tree.at(path)) {
        for container in spec.get("containers").map(Tree::elements).unwrap_or_default() {
            known_detail(collector, index, "image", &object.text(container.text_at("image").unwrap_or_default()));
        }
    }
    references(collector, index, objects, object);
}

/// A detail that says something: no value of a template that is not known.
fn known_detail(collector: &mut Collector, index: usize, label: &str, text: &str) {
    if !text.contains("${") {
        collector.detail(index, label, text);
    }
}

/// Which kind of object a path of keys names, where it ends so.
const REFERENCES: &[(&str, &str)] = &[
    ("configMapRef.name", "configmap"),
    ("configMapKeyRef.name", "configmap"),
    ("configMap.name", "configmap"),
    ("secretRef.name", "secret"),
    ("secretKeyRef.name", "secret"),
    ("secret.secretName", "secret"),
    ("persistentVolumeClaim.claimName", "persistentvolumeclaim"),
    ("serviceAccountName", "serviceaccount"),
    ("backend.serviceName", "service"),
    ("service.name", "service"),
    ("spec.serviceName", "service"),
    ("secretName", "secret"),
    ("volumeName", "persistentvolume"),
    ("storageClassName", "storageclass"),
    ("gatewayClassName", "gatewayclass"),
    ("ingressClassName", "ingressclass"),
];

fn references(collector: &mut Collector, index: usize, objects: &[Object<'_>], object: &Object<'_>) {
    let mut wanted: Vec<String> = Vec::new();
    let leaves = object.tree.leaves();
    for (path, name, _) in &leaves {
        let is_end =
            |end: &str| path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with('.'));
        if let Some((_, kind)) = REFERENCES.iter().find(|(end, _)| is_end(end)) {
            wanted.push(key(kind, &object.text(name)));
        }
        // Others say the kind beside the name: `scaleTargetRef`, `roleRef`, `subjects`, `parentRefs`, `backendRefs`.
        if let Some(before) =
            path.strip_suffix(".name").filter(|before| before.contains("Ref") || before.contains("subjects"))
        {
            let beside = format!("{before}.kind");
            let of_route = if before.contains("parentRefs") {
                Some("gateway")
            } else if before.contains("backendRefs") {
                Some("service")
            } else {
                None
            };
            let kind =
                leaves.iter().find(|(other, _, _)| *other == beside).map(|(_, kind, _)| kind.as_str()).or(of_route);
            wanted.extend(kind.map(|kind| key(kind, &object.text(name))));
        }
        if path.ends_with("destination.host") {
            wanted.push(key("service", name.split('.').next().unwrap_or_default()));
        }
    }
    // Labels that an object selects lead to the pods of workloads.
    let selector = match object.kind {
        "Service" => object.tree.at("spec.selector"),
        "PodDisruptionBudget" | "ServiceMonitor" => object.tree.at("spec.selector.matchLabels"),
        "NetworkPolicy" => object.tree.at("spec.podSelector.matchLabels"),
        _ => None,
    };
    for workload in objects.iter().filter(|other| kubernetes::WORKLOADS.contains(&other.kind)) {
        if selector.is_some_and(|selector| kubernetes::selects(object, selector, workload)) {
            wanted.push(key(workload.kind, &workload.name));
        }
    }
    wanted.sort();
    wanted.dedup();
    wanted.iter().for_each(|name| collector.want(index, SCOPE, name));
}

/// A Kustomization: the files it puts together, and what it changes of them.
fn kustomization(collector: &mut Collector, document: &Arc<Document>) {
    for tree in document.trees() {
        let directory = document.directory();
        let kind = tree.text_at("kind").unwrap_or("Kustomization");
        let shown = if directory.is_empty() { "." } else { directory };
        let name = format!("kustomization/{shown}");
        let new = New { technology: "Kustomize", kind, name: &name, place: Place::new(&document.path, tree.line) };
        let index = collector.add("kustomize", directory, new);
        for key in ["namePrefix", "nameSuffix", "namespace"] {
            collector.detail(index, key, tree.text_at(key).unwrap_or_default());
        }
        for image in tree.get("images").map(Tree::elements).unwrap_or_default() {
            let name = image.text_at("newName").or_else(|| image.text_at("name")).unwrap_or_default();
            let tag = image.text_at("newTag").or_else(|| image.text_at("digest")).unwrap_or_default();
            collector.detail(index, "image", format!("{name}:{tag}").trim_end_matches(':'));
        }
        for replicas in tree.get("replicas").map(Tree::elements).unwrap_or_default() {
            let (name, count) =
                (replicas.text_at("name").unwrap_or_default(), replicas.text_at("count").unwrap_or_default());
            collector.detail(index, "replicas", &format!("{name} {count}"));
        }
        for key in ["resources", "bases", "components"] {
            for path in tree.get(key).map(Tree::elements).unwrap_or_default().iter().filter_map(Tree::text) {
                let Some(path) = join(directory, path) else { continue };
                // A directory is a Kustomization of its own; a file holds objects.
                collector.want(index, "kustomize", &path);
                let objects: Vec<String> = collector.of_file(SCOPE, &path);
                objects.iter().for_each(|key| collector.want_in(index, SCOPE, key, &path));
            }
        }
    }
}

/// A chart with the charts that it brings.
fn chart(draft: &mut Draft, collector: &mut Collector, document: &Arc<Document>) {
    let Some(tree) = document.trees().first() else { return };
    let Some(name) = tree.entry("name") else { return };
    let shown = format!("chart/{}", name.value.text().unwrap_or_default());
    let new = New { technology: "Helm", kind: "chart", name: &shown, place: Place::new(&document.path, name.line) };
    let index = collector.add("helm", &shown, new);
    for key in ["version", "appVersion"] {
        collector.detail(index, key, tree.text_at(key).unwrap_or_default());
    }
    for wanted in tree.get("dependencies").map(Tree::elements).unwrap_or_default() {
        let Some(name) = wanted.text_at("name") else { continue };
        let called = wanted.text_at("alias").unwrap_or(name);
        let key = format!("chart/{called}");
        let place = Place::new(&document.path, wanted.line);
        let repository = wanted.text_at("repository").unwrap_or_default();
        if repository.starts_with("file:") || repository.is_empty() {
            collector.want(index, "helm", &format!("chart/{name}"));
            continue;
        }
        let scope = format!("helm {}", document.path);
        let new = New { technology: "Helm", kind: "chart", name: &key, place: place.clone() };
        let brought = collector.add(&scope, &key, new);
        for (label, text) in [("version", wanted.text_at("version").unwrap_or_default()), ("repository", repository)] {
            collector.detail(brought, label, text);
        }
        collector.want(index, &scope, &key);
        // What is put in only on request runs nowhere that this file says.
        let is_optional = wanted.get("condition").is_some() || wanted.get("tags").is_some();
        if let Some(technology) =
            catalog().image(name).filter(|technology| technology.role.is_infrastructure() && !is_optional)
        {
            let known = draft.of_technology(&technology.name);
            collector.resource(brought).component = match known.as_slice() {
                [] => super::add_store(draft, called, technology.role, &technology.name, &place),
                [id] => Some(*id),
                _ => None,
            };
        }
    }
}
