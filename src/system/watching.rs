//! What watches: scrape configurations, dashboards' sources of data, log shippers.

use std::sync::Arc;

use super::address::Address;
use super::draft::Draft;
use super::model::{ComponentId, Place, Role, Sureness};
use super::proxies::holder;
use super::{Detector, Stage};
use crate::document::{Document, Tree};
use crate::lang::resolve::Sources;

/// Scrape configurations, dashboards, log shippers.
pub static WATCHING: Detector = Detector {
    name: "watching",
    looks_for: "scrape_configs of Prometheus, data sources of Grafana, outputs of Filebeat",
    stage: Stage::Connections,
    detect,
};

fn detect(sources: &Sources, draft: &mut Draft) {
    for document in &sources.documents {
        if document.file_name().starts_with("logback") {
            appending(draft, document);
        }
        for tree in document.trees() {
            if let Some(jobs) = tree.get("scrape_configs") {
                scrapes(draft, document, jobs);
            }
            if let Some(found) = tree.get("datasources") {
                data_sources(draft, document, found);
            }
            if document.file_name().contains("beat") {
                shipping(draft, document, tree);
            }
        }
    }
}

fn scrapes(draft: &mut Draft, document: &Arc<Document>, jobs: &Tree) {
    let Some(prometheus) = holder(draft, document, "Prometheus") else { return };
    for job in jobs.elements() {
        for group in job.get("static_configs").map(Tree::elements).unwrap_or_default() {
            for target in group.get("targets").map(Tree::elements).unwrap_or_default() {
                // Prometheus itself is at its own localhost.
                let address = target.text().and_then(Address::any).filter(|address| !address.is_local());
                let to = address.and_then(|address| draft.reach(&address));
                if let Some(to) = to {
                    let place = Place::new(&document.path, target.line);
                    draft.connect(prometheus, to, "monitoring", Sureness::Resolved, place);
                }
            }
        }
    }
}

fn data_sources(draft: &mut Draft, document: &Arc<Document>, found: &Tree) {
    let Some(grafana) = holder(draft, document, "Grafana") else { return };
    for source in found.elements() {
        let Some(url) = source.entry("url") else { continue };
        let to = url.value.text().and_then(Address::any).and_then(|address| draft.reach(&address));
        if let Some(to) = to {
            draft.connect(grafana, to, "monitoring", Sureness::Resolved, Place::new(&document.path, url.line));
        }
    }
}

/// Filebeat and its kin run beside a component and send its logs on.
fn shipping(draft: &mut Draft, document: &Arc<Document>, tree: &Tree) {
    const OUTPUTS: [(&str, &str); 2] = [("logstash", "Logstash"), ("elasticsearch", "Elasticsearch")];
    let Some(owner) = holder(draft, document, "Filebeat") else { return };
    for (output, technology) in OUTPUTS {
        let path = format!("output.{output}.hosts");
        let dotted = tree.entries().iter().find(|entry| entry.key == path || entry.key == format!("output.{output}"));
        let dotted = dotted.map(|entry| entry.value.get("hosts").unwrap_or(&entry.value));
        for host in tree.at(&path).or(dotted).map(Tree::each).unwrap_or_default() {
            let Some(address) = host.text().and_then(Address::any) else { continue };
            let place = Place::new(&document.path, host.line);
            let to = destination(draft, &address, output, technology, &place);
            draft.connect(owner, to, "logs", Sureness::Declared, place);
        }
    }
}

/// Logback's appenders that send logs over the network.
fn appending(draft: &mut Draft, document: &Arc<Document>) {
    let Some(owner) = draft.owner_of_path(&document.path) else { return };
    let Some(text) = document.text() else { return };
    for (index, line) in text.lines().enumerate() {
        let inside =
            |tag: &str| line.split_once(&format!("<{tag}>"))?.1.split_once("</").map(|(inside, _)| inside.trim());
        let Some(target) = inside("destination").or_else(|| inside("remoteHost")).or_else(|| inside("syslogHost"))
        else {
            continue;
        };
        let target = draft.expand(owner, target);
        let Some(address) = Address::any(&target).filter(|_| !target.contains('$')) else { continue };
        let place = Place::new(&document.path, index as u32 + 1);
        if let Some(to) = draft.reach(&address).filter(|to| *to != owner) {
            draft.connect(owner, to, "logs", Sureness::Declared, place);
        } else if !address.is_local() {
            let to = destination(draft, &address, "logstash", "Logstash", &place);
            draft.connect(owner, to, "logs", Sureness::Declared, place);
        }
    }
}

/// Where logs go: a component, or one that runs outside of what the project starts.
fn destination(draft: &mut Draft, address: &Address<'_>, output: &str, technology: &str, place: &Place) -> ComponentId {
    if let Some(id) = draft.reach(address) {
        draft.alias(id, output);
        draft.classify(id, Role::Monitoring, technology, false);
        return id;
    }
    let name = if address.is_local() { output } else { address.host };
    let id = draft.ensure(name, Role::Monitoring, place.clone());
    draft.alias(id, output);
    draft.classify(id, Role::Monitoring, technology, false);
    id
}
