//! Ansible: plays with their hosts and roles.

use super::{Collector, New, is_aside};
use crate::document::Tree;
use crate::lang::resolve::Sources;
use crate::system::draft::Draft;
use crate::system::model::Place;

pub fn read(sources: &Sources, _: &mut Draft, collector: &mut Collector) {
    for document in sources.documents.iter().filter(|document| !is_aside(&document.path)) {
        // `roles/web/tasks/main.yml` is the role `web`.
        let parts: Vec<&str> = document.path.rsplit('/').take(4).collect();
        if let ["main.yml" | "main.yaml", "tasks", role, "roles"] = parts.as_slice() {
            let name = format!("role/{role}");
            let place = Place::new(&document.path, 1);
            collector.add("ansible", &name, New { technology: "Ansible", kind: "role", name: &name, place });
        }
        let plays = document.trees().first().map(Tree::elements).unwrap_or_default();
        let is_play = |play: &&Tree| {
            play.get("hosts").is_some()
                && ["roles", "tasks", "pre_tasks", "handlers"].iter().any(|key| play.get(key).is_some())
        };
        for play in plays.iter().filter(is_play) {
            let hosts: Vec<&str> =
                play.get("hosts").map(Tree::each).unwrap_or_default().iter().filter_map(Tree::text).collect();
            let hosts = hosts.join(", ");
            let name = format!("play/{}", play.text_at("name").unwrap_or(&hosts));
            let place = Place::new(&document.path, play.line);
            let index =
                collector.add(&document.path, &name, New { technology: "Ansible", kind: "play", name: &name, place });
            collector.detail(index, "hosts", &hosts);
            for role in play.get("roles").map(Tree::elements).unwrap_or_default() {
                let Some(role) = role.text().or_else(|| role.text_at("role")).or_else(|| role.text_at("name")) else {
                    continue;
                };
                collector.detail(index, "role", role);
                collector.want(index, "ansible", &format!("role/{role}"));
            }
        }
    }
}
