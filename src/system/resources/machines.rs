//! What machines run: ECS task definitions, jobs of Nomad, units of systemd.

use std::sync::Arc;

use super::{Collector, Deployable, New, deployable, is_aside, with_trees};
use crate::document::{Document, Entry, Tree};
use crate::lang::resolve::Sources;
use crate::system::compose::set;
use crate::system::draft::Draft;
use crate::system::model::{ComponentId, Place};

pub fn read(sources: &Sources, draft: &mut Draft, collector: &mut Collector) {
    for (document, tree) in with_trees(sources).filter(|(document, _)| !is_aside(&document.path)) {
        if document.file_name().ends_with(".json") {
            let tree = tree.get("taskDefinition").unwrap_or(tree);
            let containers = tree.get("containerDefinitions").map(Tree::elements).unwrap_or_default();
            containers.iter().for_each(|container| ecs(draft, collector, document, tree, container));
        }
        if document.file_name().ends_with(".nomad") || document.file_name().ends_with(".hcl") {
            for job in tree.entries().iter().filter(|entry| entry.key == "job").flat_map(|entry| entry.value.entries())
            {
                nomad(draft, collector, document, job);
            }
        }
        if document.file_name().ends_with(".service") && tree.get("Service").is_some() {
            systemd(draft, collector, document, tree);
        }
    }
}

fn ports(draft: &mut Draft, id: ComponentId, found: impl Iterator<Item = Option<u16>>) {
    draft.part(id).component.ports.extend(found.flatten());
}

fn ecs(draft: &mut Draft, collector: &mut Collector, document: &Arc<Document>, task: &Tree, container: &Tree) {
    let (Some(name), image) = (container.text_at("name"), container.text_at("image")) else { return };
    let place = Place::new(&document.path, container.line);
    let id = deployable(draft, Deployable { name, place: place.clone(), directory: None, image });
    let key = format!("task/{}/{name}", task.text_at("family").unwrap_or("task"));
    let index = collector.add(&document.path, &key, New { technology: "ECS", kind: "task", name: &key, place });
    collector.resource(index).component = id;
    collector.detail(index, "image", image.unwrap_or_default());
    for (key, text) in [
        ("cpu", container.text_at("cpu").or_else(|| task.text_at("cpu"))),
        ("memory", container.text_at("memory").or_else(|| task.text_at("memory"))),
    ] {
        collector.detail(index, key, text.unwrap_or_default());
    }
    let Some(id) = id else { return };
    let mapped = container.get("portMappings").map(Tree::elements).unwrap_or_default();
    ports(draft, id, mapped.iter().map(|port| port.text_at("containerPort")?.parse().ok()));
    for variable in container.get("environment").map(Tree::elements).unwrap_or_default() {
        if let (Some(name), Some(value)) = (variable.text_at("name"), variable.text_at("value")) {
            set(draft, id, name, value, Place::new(&document.path, variable.line));
        }
    }
}

/// Tasks of the groups of a job.
fn nomad(draft: &mut Draft, collector: &mut Collector, document: &Arc<Document>, job: &Entry) {
    let labelled = |tree: &'_ Tree, kind: &str| -> Vec<(String, Tree, u32)> {
        let blocks = tree.entries().iter().filter(|entry| entry.key == kind).flat_map(|entry| entry.value.entries());
        blocks.map(|entry| (entry.key.to_string(), entry.value.clone(), entry.line)).collect()
    };
    for (group, body, _) in labelled(&job.value, "group") {
        for (name, task, line) in labelled(&body, "task") {
            let place = Place::new(&document.path, line);
            let image = task.text_at("config.image").filter(|image| !image.contains("${"));
            let id = deployable(draft, Deployable { name: &name, place: place.clone(), directory: None, image });
            let key = format!("task/{}/{group}/{name}", job.key);
            let index =
                collector.add(&document.path, &key, New { technology: "Nomad", kind: "task", name: &key, place });
            collector.resource(index).component = id;
            for (key, text) in [("driver", task.text_at("driver")), ("image", image), ("count", body.text_at("count"))]
            {
                collector.detail(index, key, text.unwrap_or_default());
            }
            let Some(id) = id else { continue };
            for entry in task.get("env").map(Tree::entries).unwrap_or_default() {
                set(
                    draft,
                    id,
                    &entry.key,
                    entry.value.text().unwrap_or_default(),
                    Place::new(&document.path, entry.line),
                );
            }
        }
    }
}

fn systemd(draft: &mut Draft, collector: &mut Collector, document: &Arc<Document>, tree: &Tree) {
    let stem = document.file_name().trim_end_matches(".service").trim_end_matches('@');
    let Some(start) = tree.get("Service").and_then(|service| service.entry("ExecStart")) else { return };
    let place = Place::new(&document.path, start.line);
    let id = deployable(draft, Deployable { name: stem, place: place.clone(), directory: None, image: None });
    let key = format!("unit/{stem}");
    let index = collector.add(
        "systemd",
        &format!("{stem}.service"),
        New { technology: "systemd", kind: "unit", name: &key, place },
    );
    collector.resource(index).component = id;
    collector.detail(index, "user", tree.text_at("Service.User").unwrap_or_default());
    let order = ["After", "Requires", "Wants"].iter().filter_map(|key| tree.get("Unit")?.text_at(key));
    let units: Vec<String> = order.flat_map(str::split_whitespace).map(str::to_owned).collect();
    for unit in units {
        collector.want(index, "systemd", &unit);
    }
    for entry in
        tree.get("Service").map(Tree::entries).unwrap_or_default().iter().filter(|entry| entry.key == "Environment")
    {
        let pairs = entry.value.text().unwrap_or_default().split_whitespace();
        for (name, value) in pairs.filter_map(|pair| pair.trim_matches('"').split_once('=')) {
            if let Some(id) = id {
                set(draft, id, name, value, Place::new(&document.path, entry.line));
            }
        }
    }
}
