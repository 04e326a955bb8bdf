//! What platforms run: the Serverless Framework, Fly, App Engine, Render, Heroku with its Procfiles.

use std::sync::Arc;

use super::kinds::kinds;
use super::{Collector, Deployable, New, Stored, deployable, is_aside, with_trees};
use crate::document::{Document, Tree};
use crate::facts::Name;
use crate::lang::resolve::Sources;
use crate::project::cmake::join;
use crate::system::draft::Draft;
use crate::system::model::{ComponentId, Endpoint, Place};

pub fn read(sources: &Sources, draft: &mut Draft, collector: &mut Collector) {
    let has_deployment = !draft.parts.is_empty();
    for (document, tree) in with_trees(sources).filter(|(document, _)| !is_aside(&document.path)) {
        let of = File { document, tree };
        match document.file_name() {
            "serverless.yml" | "serverless.yaml" => of.serverless(draft, collector),
            "fly.toml" => of.fly(draft, collector),
            "app.yaml" | "app.yml" if tree.text_at("runtime").is_some() && tree.get("apiVersion").is_none() => {
                of.app_engine(draft, collector)
            }
            "render.yaml" => of.render(draft, collector),
            "app.json" => of.heroku(draft, collector),
            "Procfile" => of.procfile(draft, collector, has_deployment),
            _ => {}
        }
    }
}

struct File<'d> {
    document: &'d Arc<Document>,
    tree: &'d Tree,
}

impl File<'_> {
    fn place(&self, line: u32) -> Place {
        Place::new(&self.document.path, line)
    }

    fn add(&self, collector: &mut Collector, technology: &'static str, kind: &str, name: &str, line: u32) -> usize {
        let name = format!("{kind}/{name}");
        collector.add(&self.document.path, &name, New { technology, kind, name: &name, place: self.place(line) })
    }

    /// What is called after the directory that holds the file, where the file gives no name.
    fn directory_name(&self) -> &str {
        self.document.directory().rsplit('/').next().unwrap_or_default()
    }

    fn run(
        &self,
        draft: &mut Draft,
        name: &str,
        line: u32,
        directory: Option<String>,
        image: Option<&str>,
    ) -> Option<ComponentId> {
        deployable(draft, Deployable { name, place: self.place(line), directory, image })
    }

    /// All functions of a file are one deployable: they are built and shipped together.
    fn serverless(&self, draft: &mut Draft, collector: &mut Collector) {
        let Some(service) = self.tree.entry("service") else { return };
        let name =
            service.value.text().or_else(|| service.value.text_at("name")).unwrap_or_else(|| self.directory_name());
        let id = self.run(draft, name, service.line, Some(self.document.directory().to_owned()), None);
        for function in self.tree.get("functions").map(Tree::entries).unwrap_or_default() {
            let index = self.add(collector, "Serverless Framework", "function", &function.key, function.line);
            collector.resource(index).component = id;
            let runtime = function.value.text_at("runtime").or_else(|| self.tree.text_at("provider.runtime"));
            for (key, value) in [("handler", function.value.text_at("handler")), ("runtime", runtime)] {
                collector.detail(index, key, value.unwrap_or_default());
            }
            for event in function.value.get("events").map(Tree::elements).unwrap_or_default() {
                self.event(draft, collector, index, id, event);
            }
        }
    }

    fn event(&self, draft: &mut Draft, collector: &mut Collector, index: usize, id: Option<ComponentId>, event: &Tree) {
        let Some(entry) = event.entries().first() else {
            return collector.detail(index, "event", event.text().unwrap_or_default());
        };
        if !matches!(&*entry.key, "http" | "httpApi") {
            let what =
                entry.value.text().or_else(|| entry.value.text_at("rate")).or_else(|| entry.value.text_at("arn"));
            return collector.detail(index, "event", format!("{} {}", entry.key, what.unwrap_or_default()).trim());
        }
        let short = entry.value.text().and_then(|text| text.split_once(' '));
        let method = short.map(|(method, _)| method).or_else(|| entry.value.text_at("method"));
        let Some(path) = short.map(|(_, path)| path).or_else(|| entry.value.text_at("path")) else { return };
        let path = format!("/{}", path.trim().trim_start_matches('/'));
        let method = method.filter(|method| !matches!(*method, "*" | "any" | "ANY"));
        collector.detail(index, "event", &format!("{} {path}", method.unwrap_or("*").to_ascii_uppercase()));
        if let Some(id) = id.filter(|_| !path.contains('$')) {
            let (path, method) = (Name::from(path), method.map(|method| Name::from(method.to_ascii_uppercase())));
            let evidence = self.place(entry.line);
            draft.serve(Endpoint { service: id, path, method, evidence, handler: None, guard: None });
        }
    }

    fn fly(&self, draft: &mut Draft, collector: &mut Collector) {
        let name = self.tree.text_at("app").unwrap_or_else(|| self.directory_name());
        let line = self.tree.entry("app").map_or(1, |entry| entry.line);
        let index = self.add(collector, "Fly", "app", name, line);
        let port = self
            .tree
            .text_at("http_service.internal_port")
            .or_else(|| self.tree.at("services")?.elements().first()?.text_at("internal_port"));
        for (key, value) in [("region", self.tree.text_at("primary_region")), ("port", port)] {
            collector.detail(index, key, value.unwrap_or_default());
        }
        let id =
            self.run(draft, name, line, Some(self.document.directory().to_owned()), self.tree.text_at("build.image"));
        if let (Some(id), Some(port)) = (id, port.and_then(|port| port.parse().ok())) {
            draft.part(id).component.ports.push(port);
        }
        collector.resource(index).component = id;
    }

    fn app_engine(&self, draft: &mut Draft, collector: &mut Collector) {
        let name = self.tree.text_at("service").unwrap_or("default");
        let index = self.add(collector, "App Engine", "service", name, 1);
        for key in ["runtime", "env", "instance_class"] {
            collector.detail(index, key, self.tree.text_at(key).unwrap_or_default());
        }
        let called = if name == "default" && !self.directory_name().is_empty() { self.directory_name() } else { name };
        collector.resource(index).component =
            self.run(draft, called, 1, Some(self.document.directory().to_owned()), None);
    }

    fn render(&self, draft: &mut Draft, collector: &mut Collector) {
        for service in self.tree.get("services").map(Tree::elements).unwrap_or_default() {
            let (Some(kind), Some(name)) = (service.text_at("type"), service.text_at("name")) else { continue };
            let index = self.add(collector, "Render", "service", name, service.line);
            for key in ["type", "env", "runtime", "plan", "schedule", "region"] {
                collector.detail(index, key, service.text_at(key).unwrap_or_default());
            }
            let place = self.place(service.line);
            collector.resource(index).component = match kinds().engine(if kind == "keyvalue" { "redis" } else { kind })
            {
                Some(technology) => super::add_store(draft, name, technology.role, &technology.name, &place),
                None => {
                    let directory = join(self.document.directory(), service.text_at("rootDir").unwrap_or("."));
                    self.run(draft, name, service.line, directory, service.text_at("image.url"))
                }
            };
        }
        for database in self.tree.get("databases").map(Tree::elements).unwrap_or_default() {
            let (Some(name), Some(technology)) = (database.text_at("name"), kinds().engine("postgres")) else {
                continue;
            };
            let index = self.add(collector, "Render", "database", name, database.line);
            let place = self.place(database.line);
            collector.resource(index).component =
                super::add_store(draft, name, technology.role, &technology.name, &place);
        }
    }

    /// Add-ons of a Heroku application.
    fn heroku(&self, draft: &mut Draft, collector: &mut Collector) {
        for addon in self.tree.get("addons").map(Tree::elements).unwrap_or_default() {
            let plan = addon.text().or_else(|| addon.text_at("plan")).unwrap_or_default();
            let name = plan.split(':').next().unwrap_or(plan);
            if name.is_empty() {
                continue;
            }
            let index = self.add(collector, "Heroku", "addon", name, addon.line);
            collector.detail(index, "plan", plan);
            let setting = |wanted: &str| (wanted == "plan").then(|| plan.to_owned());
            let of = Stored { kind: "heroku_addon", name, place: self.place(addon.line), is_optional: false };
            collector.resource(index).component = super::store(draft, &of, &setting);
        }
    }

    /// Processes that are started from one directory: the one that serves is what the directory builds.
    fn procfile(&self, draft: &mut Draft, collector: &mut Collector, has_deployment: bool) {
        for entry in self.tree.entries().iter().filter(|entry| entry.value.text().is_some()) {
            let index = self.add(collector, "Procfile", "process", &entry.key, entry.line);
            // Where something else deploys the project, the file says again what runs there.
            let known = draft.named(&entry.key);
            if has_deployment || entry.key == "release" {
                collector.resource(index).component = known;
                continue;
            }
            let directory = (entry.key == "web").then(|| self.document.directory().to_owned());
            collector.resource(index).component = self.run(draft, &entry.key, entry.line, directory, None);
        }
    }
}
