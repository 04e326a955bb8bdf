//! CloudFormation with its Serverless Application Model, and Pulumi's YAML.

use std::sync::Arc;

use super::kinds::kinds;
use super::{Collector, Deployable, New, Stored, deployable, is_aside, store, with_trees};
use crate::document::{Document, Entry, Tree};
use crate::lang::resolve::Sources;
use crate::project::cmake::join;
use crate::system::draft::Draft;
use crate::system::model::Place;

pub fn read(sources: &Sources, draft: &mut Draft, collector: &mut Collector) {
    for (document, tree) in with_trees(sources) {
        let is_template = |entry: &&Entry| entry.value.text_at("Type").is_some_and(|kind| kind.contains("::"));
        if let Some(resources) =
            tree.get("Resources").filter(|list| list.entries().iter().any(|entry| is_template(&entry)))
        {
            for entry in resources.entries().iter().filter(is_template) {
                let kind = entry.value.text_at("Type").unwrap_or_default();
                let defaults = tree.get("Parameters");
                let of = Declared {
                    technology: "CloudFormation",
                    document,
                    entry,
                    kind,
                    properties: entry.value.get("Properties"),
                    defaults,
                };
                of.read(draft, collector);
            }
        }
        let is_pulumi = document.file_name().starts_with("Pulumi.") && tree.text_at("name").is_some();
        for entry in tree.get("resources").filter(|_| is_pulumi).map(Tree::entries).unwrap_or_default() {
            let kind = entry.value.text_at("type").unwrap_or_default();
            let of = Declared {
                technology: "Pulumi",
                document,
                entry,
                kind,
                properties: entry.value.get("properties"),
                defaults: None,
            };
            of.read(draft, collector);
        }
    }
}

struct Declared<'d> {
    technology: &'static str,
    document: &'d Arc<Document>,
    entry: &'d Entry,
    kind: &'d str,
    properties: Option<&'d Tree>,
    /// The parameters of the template.
    defaults: Option<&'d Tree>,
}

impl Declared<'_> {
    /// A property whose text is known: parameters come to their defaults.
    fn setting(&self, name: &str) -> Option<String> {
        let value = self.properties?.get(name)?;
        let text = value.text().or_else(|| value.text_at("Ref").or_else(|| value.text_at("Fn::Sub")))?;
        let reference =
            text.strip_prefix("${").and_then(|text| text.strip_suffix('}')).or_else(|| value.text_at("Ref"));
        let text = match reference {
            Some(parameter) => self.defaults?.get(parameter)?.text_at("Default")?,
            None => text,
        };
        Some(text.to_owned()).filter(|text| !text.is_empty() && !text.contains("${"))
    }

    fn read(&self, draft: &mut Draft, collector: &mut Collector) {
        let (key, path) = (&*self.entry.key, &*self.document.path);
        let place = Place::new(&self.document.path, self.entry.line);
        let new = New { technology: self.technology, kind: self.kind, name: key, place: place.clone() };
        let index = collector.add(path, key, new);
        for name in &kinds().details {
            if let Some(text) = self.setting(name) {
                collector.detail(index, name, &text);
            }
        }
        self.events(collector, index);
        self.references(collector, index);
        if is_aside(path) {
            return;
        }
        let setting = |name: &str| self.setting(name);
        let called = [
            "DBInstanceIdentifier",
            "DBClusterIdentifier",
            "ClusterName",
            "ReplicationGroupId",
            "FunctionName",
            "ServiceName",
            "DomainName",
            "BrokerName",
        ];
        let called = called.iter().find_map(|name| self.setting(name)).unwrap_or_else(|| key.to_owned());
        if kinds().store(self.kind).is_some() {
            let is_optional = self.entry.value.get("Condition").is_some();
            let of = Stored { kind: self.kind, name: &called, place, is_optional };
            collector.resource(index).component = store(draft, &of, &setting);
        } else if kinds().is_deployable(self.kind) {
            let source =
                kinds().sources.iter().find_map(|name| self.setting(name)).filter(|path| !path.contains("://"));
            // A directory that several functions share says of none whose it is.
            let directory = source
                .and_then(|path| join(self.document.directory(), &path))
                .filter(|path| path != self.document.directory());
            let image = kinds().images.iter().find_map(|name| self.setting(name));
            collector.resource(index).component =
                deployable(draft, Deployable { name: &called, place, directory, image: image.as_deref() });
        }
    }

    /// What starts a function.
    fn events(&self, collector: &mut Collector, index: usize) {
        for event in
            self.properties.and_then(|properties| properties.get("Events")).map(Tree::entries).unwrap_or_default()
        {
            let of = |name: &str| event.value.text_at(&format!("Properties.{name}")).unwrap_or_default();
            let what = match event.value.text_at("Type") {
                Some("Api" | "HttpApi") => format!("{} {}", of("Method").to_ascii_uppercase(), of("Path")),
                Some("Schedule" | "ScheduleV2") => format!("schedule {}{}", of("Schedule"), of("ScheduleExpression")),
                Some(other) => other.to_owned(),
                None => continue,
            };
            collector.detail(index, "event", what.trim());
        }
    }

    /// Other resources that the properties name: `!Ref`, `!GetAtt`, `${}` within texts, `DependsOn`.
    fn references(&self, collector: &mut Collector, index: usize) {
        let path = &*self.document.path;
        let mut wanted: Vec<String> = Vec::new();
        for part in ["Properties", "properties", "options"].iter().filter_map(|name| self.entry.value.get(name)) {
            for (at, text, _) in part.leaves() {
                let is_name =
                    at.ends_with(".Ref") || at == "Ref" || at.ends_with("Fn::GetAtt[0]") || at.ends_with("Fn::GetAtt");
                if is_name {
                    wanted.extend(text.split('.').next().map(str::to_owned));
                }
                let inside = text.split("${").skip(1).filter_map(|rest| rest.split(['.', '}', '[']).next());
                wanted.extend(inside.map(str::to_owned));
            }
        }
        for name in self.entry.value.get("DependsOn").map(Tree::each).unwrap_or_default() {
            wanted.extend(name.text().map(str::to_owned));
        }
        wanted.sort();
        wanted.dedup();
        wanted.iter().for_each(|name| collector.want(index, path, name));
    }
}
