//! OpenAPI 2 and 3, AsyncAPI 2 and 3.

use std::sync::Arc;

use super::is_aside;
use crate::document::{Document, Entry, Tree};
use crate::facts::Name;
use crate::lang::resolve::Sources;
use crate::project::cmake::join as beside;
use crate::system::address::Address;
use crate::system::draft::Draft;
use crate::system::model::{ComponentId, ContractStyle, Operation, Place};
use crate::system::routes::join;

/// Keys of a path item that are operations.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// How many references are followed from one path.
const REFERENCE_LIMIT: u32 = 4;

/// Reads the operations of every document that says that it is OpenAPI or AsyncAPI.
pub fn operations(sources: &Sources, draft: &mut Draft) {
    for document in sources.documents.iter().filter(|document| !is_aside(&document.path)) {
        for tree in document.trees() {
            if tree.get("openapi").or_else(|| tree.get("swagger")).is_some_and(|version| version.text().is_some()) {
                paths(sources, draft, document, tree);
            } else if tree.get("asyncapi").is_some_and(|version| version.text().is_some()) {
                channels(draft, document, tree);
            }
        }
    }
}

/// Who serves what a document declares: the component that its servers' addresses reach, else the one whose source it is.
fn server(draft: &Draft, document: &Document, tree: &Tree) -> Option<ComponentId> {
    let urls = tree.get("servers").map(Tree::elements).unwrap_or_default();
    let told = urls.iter().filter_map(|server| server.text_at("url")).chain(tree.text_at("host"));
    let reached = told.filter_map(Address::any).find_map(|address| draft.reach(&address));
    reached.or_else(|| draft.owner_of_path(&document.path))
}

/// The path before all paths: Swagger's `basePath`, or the one on which all of OpenAPI's servers agree.
fn base(tree: &Tree) -> String {
    if let Some(base) = tree.text_at("basePath") {
        return base.to_owned();
    }
    let servers = tree.get("servers").map(Tree::elements).unwrap_or_default();
    let path = |url: &str| match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map(|at| rest[at..].to_owned()).unwrap_or_default(),
        None => url.to_owned(),
    };
    let mut bases = servers.iter().filter_map(|server| server.text_at("url")).map(path);
    let first = bases.next().unwrap_or_default();
    if bases.all(|base| base == first) { first } else { String::new() }
}

fn paths(sources: &Sources, draft: &mut Draft, document: &Arc<Document>, tree: &Tree) {
    let base = base(tree);
    let component = server(draft, document, tree);
    for path in tree.get("paths").map(Tree::entries).unwrap_or_default() {
        if path.key.starts_with("x-") {
            continue;
        }
        let Some((home, item)) = item(sources, document, tree, &path.value, REFERENCE_LIMIT) else { continue };
        let name = Name::from(join(&base, &path.key));
        for Entry { key, line, .. } in item.entries().iter().filter(|entry| METHODS.contains(&&*entry.key)) {
            draft.operations.push(Operation {
                contract: document.path.clone(),
                style: ContractStyle::OpenApi,
                name: name.clone(),
                method: Some(Name::from(key.to_ascii_uppercase())),
                component,
                handler: None,
                evidence: Place::new(&home.path, *line),
            });
        }
    }
}

/// A path's item: itself, or what it refers to in this document or in a file beside it.
fn item<'s>(
    sources: &'s Sources,
    document: &'s Arc<Document>,
    tree: &'s Tree,
    value: &'s Tree,
    depth: u32,
) -> Option<(&'s Arc<Document>, &'s Tree)> {
    let Some(reference) = value.text_at("$ref") else { return Some((document, value)) };
    let depth = depth.checked_sub(1)?;
    let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
    let (home, tree) = if file.is_empty() {
        (document, tree)
    } else {
        let path = beside(document.directory(), file)?;
        let index = sources.documents.binary_search_by(|other| (*other.path).cmp(&path)).ok()?;
        let home = &sources.documents[index];
        (home, home.trees().first()?)
    };
    let steps = pointer.split('/').filter(|step| !step.is_empty());
    let found =
        steps.map(|step| step.replace("~1", "/").replace("~0", "~")).try_fold(tree, |tree, key| tree.get(&key))?;
    item(sources, home, tree, found, depth)
}

/// The operations of AsyncAPI: of version 2 below channels, of version 3 beside them.
fn channels(draft: &mut Draft, document: &Arc<Document>, tree: &Tree) {
    let component = draft.owner_of_path(&document.path);
    let mut add = |name: &str, method: &str, line: u32| {
        draft.operations.push(Operation {
            contract: document.path.clone(),
            style: ContractStyle::AsyncApi,
            name: Name::from(name),
            method: Some(Name::from(method)),
            component,
            handler: None,
            evidence: Place::new(&document.path, line),
        });
    };
    for channel in tree.get("channels").map(Tree::entries).unwrap_or_default() {
        for entry in channel.value.entries().iter().filter(|entry| matches!(&*entry.key, "publish" | "subscribe")) {
            add(&channel.key, &entry.key, entry.line);
        }
    }
    for operation in tree.get("operations").map(Tree::entries).unwrap_or_default() {
        let Some(action) = operation.value.text_at("action") else { continue };
        let Some(reference) = operation.value.text_at("channel.$ref") else { continue };
        let id = reference.rsplit('/').next().unwrap_or(reference);
        let address = tree.get("channels").and_then(|channels| channels.get(id)?.text_at("address"));
        add(address.unwrap_or(id), action, operation.line);
    }
}
