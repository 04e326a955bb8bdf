//! Terraform and OpenTofu: resources and calls of modules, with defaults of variables put in.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::kinds::kinds;
use super::{Collector, Deployable, New, Stored, deployable, is_aside, store};
use crate::document::{Document, Tree};
use crate::lang::resolve::Sources;
use crate::project::cmake::join;
use crate::system::draft::Draft;
use crate::system::model::Place;

/// How deep values within values are followed.
const DEPTH_LIMIT: u32 = 4;

/// The files of a directory, which are one module.
#[derive(Default)]
struct Module<'d> {
    documents: Vec<&'d Arc<Document>>,
    /// Values of `var.x` and `local.x`, where a literal says them.
    values: BTreeMap<String, String>,
    /// The calls of this module: from which directory, and by which name.
    callers: Vec<(String, String)>,
}

/// A labelled block: `resource "a" "b"`.
struct Block<'d> {
    document: &'d Arc<Document>,
    kind: &'d str,
    name: &'d str,
    line: u32,
    body: &'d Tree,
}

fn is_own(document: &Document) -> bool {
    let name = document.file_name();
    [".tf", ".tofu", ".tf.json"].iter().any(|suffix| name.ends_with(suffix)) || is_values(document)
}

/// Whether a file gives values to variables by itself, as those do that nobody has to name.
fn is_values(document: &Document) -> bool {
    document.file_name() == "terraform.tfvars" || document.file_name().ends_with(".auto.tfvars")
}

pub fn read(sources: &Sources, draft: &mut Draft, collector: &mut Collector) {
    let mut modules: BTreeMap<String, Module<'_>> = BTreeMap::new();
    for document in sources.documents.iter().filter(|document| is_own(document)) {
        modules.entry(document.directory().to_owned()).or_default().documents.push(document);
    }
    values(&mut modules);
    for (directory, module) in &modules {
        let prefix = match module.callers.as_slice() {
            [(_, name)] => format!("module.{name}."),
            _ => String::new(),
        };
        for block in blocks(module, "resource", 2) {
            resource(draft, collector, directory, module, &prefix, &block);
        }
        for block in blocks(module, "module", 1) {
            let key = format!("module.{}", block.name);
            let place = Place::new(&block.document.path, block.line);
            let name = format!("{prefix}{key}");
            let index = collector.add(
                directory,
                &key,
                New { technology: "Terraform", kind: "module", name: &name, place: place.clone() },
            );
            describe(collector, index, module, &block);
            let source = block.body.text_at("source").unwrap_or_default();
            let kind = source.split("//").next().unwrap_or(source);
            let setting = |name: &str| {
                block.body.text_at(name).map(|text| module.filled(text)).filter(|text| !text.contains("${"))
            };
            if kinds().store(kind).is_some() && !is_aside(&block.document.path) {
                let called = setting("name").or_else(|| setting("identifier")).unwrap_or_else(|| block.name.to_owned());
                let of = Stored { kind, name: &called, place, is_optional: is_optional(&block) };
                let id = store(draft, &of, &setting);
                collector.resource(index).component = id;
            }
            references(collector, index, directory, &block);
        }
    }
}

impl Module<'_> {
    /// A text with the values of variables and locals put in.
    fn filled(&self, text: &str) -> String {
        self.expand(text, DEPTH_LIMIT)
    }

    fn expand(&self, text: &str, depth: u32) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${").filter(|_| depth > 0 && out.len() < 4096) {
            out.push_str(&rest[..at]);
            let Some(end) = rest[at..].find('}') else { break };
            let name = rest[at + 2..at + end].trim();
            match self.values.get(name) {
                Some(value) => out.push_str(&self.expand(value, depth - 1)),
                None => out.push_str(&rest[at..=at + end]),
            }
            rest = &rest[at + end + 1..];
        }
        out.push_str(rest);
        out
    }
}

/// Blocks of a kind with one or two labels.
fn blocks<'d>(module: &Module<'d>, kind: &str, labels: usize) -> Vec<Block<'d>> {
    let mut found = Vec::new();
    for document in &module.documents {
        let top = document.trees().iter().flat_map(Tree::entries).filter(|entry| entry.key == kind);
        for first in top.flat_map(|entry| entry.value.entries()) {
            if labels == 1 {
                found.push(Block { document, kind: "", name: &first.key, line: first.line, body: &first.value });
                continue;
            }
            for second in first.value.entries() {
                found.push(Block {
                    document,
                    kind: &first.key,
                    name: &second.key,
                    line: second.line,
                    body: &second.value,
                });
            }
        }
    }
    found
}

/// A call of a module of the repository.
struct ModuleCall {
    /// The directory of the module.
    target: String,
    /// The directory of the caller.
    from: String,
    name: String,
    /// Values of its variables that are known.
    given: Vec<(String, String)>,
}

/// What the variables of each module stand for: their defaults, what `locals` say, and what its only caller gives it.
fn values(modules: &mut BTreeMap<String, Module<'_>>) {
    let mut calls: Vec<ModuleCall> = Vec::new();
    for (directory, module) in modules.iter_mut() {
        for block in blocks(module, "variable", 1) {
            if let Some(default) = block.body.text_at("default") {
                module.values.insert(format!("var.{}", block.name), default.to_owned());
            }
        }
        let given =
            module.documents.iter().filter(|document| is_values(document)).flat_map(|document| document.trees());
        for entry in given.flat_map(Tree::entries) {
            if let Some(value) = entry.value.text() {
                module.values.insert(format!("var.{}", entry.key), value.to_owned());
            }
        }
        for entry in
            module.documents.iter().flat_map(|d| d.trees()).flat_map(Tree::entries).filter(|e| e.key == "locals")
        {
            for local in entry.value.entries() {
                if let Some(value) = local.value.text().filter(|value| !value.is_empty()) {
                    module.values.insert(format!("local.{}", local.key), value.to_owned());
                }
            }
        }
        for block in blocks(module, "module", 1) {
            let source = block.body.text_at("source").filter(|source| source.starts_with('.'));
            let Some(target) = source.and_then(|source| join(directory, source)) else { continue };
            let given = block.body.entries().iter().filter_map(|entry| {
                let value = module.filled(entry.value.text()?);
                (!value.contains("${")).then(|| (format!("var.{}", entry.key), value))
            });
            calls.push(ModuleCall {
                target,
                from: directory.clone(),
                name: block.name.to_owned(),
                given: given.collect(),
            });
        }
    }
    for call in &calls {
        if let Some(module) = modules.get_mut(&call.target) {
            module.callers.push((call.from.clone(), call.name.clone()));
        }
    }
    for call in calls {
        if let Some(module) = modules.get_mut(&call.target).filter(|module| module.callers.len() == 1) {
            module.values.extend(call.given);
        }
    }
}

fn resource(
    draft: &mut Draft,
    collector: &mut Collector,
    directory: &str,
    module: &Module<'_>,
    prefix: &str,
    block: &Block<'_>,
) {
    let key = format!("{}.{}", block.kind, block.name);
    let place = Place::new(&block.document.path, block.line);
    let name = format!("{prefix}{key}");
    let index = collector.add(
        directory,
        &key,
        New { technology: "Terraform", kind: block.kind, name: &name, place: place.clone() },
    );
    describe(collector, index, module, block);
    references(collector, index, directory, block);
    // What nobody but an example or a test runs is no part of the system.
    if is_aside(&block.document.path) {
        return;
    }
    let setting = |name: &str| {
        block.body.text_at(name).map(|text| module.filled(text)).filter(|text| !text.is_empty() && !text.contains("${"))
    };
    let called = [
        "identifier",
        "cluster_identifier",
        "cluster_id",
        "replication_group_id",
        "function_name",
        "service_name",
        "broker_name",
        "cluster_name",
        "domain_name",
        "name",
    ];
    let called = called.iter().find_map(|name| setting(name)).unwrap_or_else(|| block.name.to_owned());
    if kinds().store(block.kind).is_some() {
        let of = Stored { kind: block.kind, name: &called, place, is_optional: is_optional(block) };
        collector.resource(index).component = store(draft, &of, &setting);
    } else if kinds().is_deployable(block.kind) {
        let source = kinds().sources.iter().find_map(|name| setting(name));
        let source = source.map(|path| path.replace("path.module", "."));
        let source = source.and_then(|path| join(directory, path.trim_start_matches("./")));
        let image = image_of(block.body, module);
        let of = Deployable {
            name: &called,
            place,
            directory: source.filter(|path| !path.contains('.')),
            image: image.as_deref(),
        };
        collector.resource(index).component = deployable(draft, of);
    }
}

/// Whether a block is made only where a condition holds: `count = var.x ? 1 : 0`.
fn is_optional(block: &Block<'_>) -> bool {
    block.body.text_at("count").is_some_and(|count| count.contains('?') || count == "0")
}

/// The image that a deployable runs, wherever among its settings it stands.
fn image_of(body: &Tree, module: &Module<'_>) -> Option<String> {
    let is_image = |path: &str| kinds().images.iter().any(|name| path.rsplit('.').next() == Some(name));
    let found = body.leaves().into_iter().find(|(path, text, _)| is_image(path) && !text.is_empty())?;
    Some(module.filled(found.1)).filter(|image| !image.contains("${"))
}

fn describe(collector: &mut Collector, index: usize, module: &Module<'_>, block: &Block<'_>) {
    for name in &kinds().details {
        for entry in block.body.entries().iter().filter(|entry| entry.key == *name) {
            let text = match entry.value.elements() {
                [] => entry.value.text().unwrap_or_default().to_owned(),
                elements => elements.iter().filter_map(Tree::text).collect::<Vec<_>>().join(", "),
            };
            let text = module.filled(&text);
            if !text.contains("${") {
                collector.detail(index, name, &text);
            }
        }
    }
}

/// The resources and modules that the expressions of a block name.
fn references(collector: &mut Collector, index: usize, directory: &str, block: &Block<'_>) {
    let mut known: Vec<String> = Vec::new();
    for (path, text, _) in block.body.leaves() {
        // Within texts only what stands in `${}` is an expression; `depends_on` and the like hold nothing else.
        if !text.contains("${") || path == "source" {
            continue;
        }
        for word in text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.' | '-')) {
            let mut parts = word.split('.');
            let (Some(kind), Some(name)) = (parts.next(), parts.next()) else { continue };
            let key = format!("{kind}.{name}");
            if !matches!(kind, "var" | "local" | "data" | "each" | "count" | "self" | "path")
                && !known.contains(&key)
                && known.len() < 200
            {
                collector.want(index, directory, &key);
                known.push(key);
            }
        }
    }
}
