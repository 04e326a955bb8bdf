//! Protocol Buffers.
//!
//! # Imports
//! A path is relative to a root that only the call of the compiler names: the roots are the directories that `buf.yaml`
//! names, then those above the file, the nearest first, and last any that makes one file fit
//! ([`Certainty::Inferred`] or ambiguous).
//!
//! # Types
//! A type is looked for from the innermost message outwards, then in the package and those around it, among what the file
//! imports, directly or through others' public imports.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use tree_sitter::Node;

use super::extract::{Hooks, Source, span_of};
use super::paths::{self, Endings, Found};
use super::resolve::{Certainty, Dependency, DependencyKind, External, FileId, Reason, Sources};
use super::visible::{Visible, dependencies_on};
use super::{Family, Language};
use crate::facts::{DefinitionId, FileFacts, Import, ImportKind};
use crate::project::{Ecosystem, buf};

/// Protocol Buffers.
pub static PROTO: Language = Language {
    name: "proto",
    label: "Protocol Buffers",
    extensions: &["proto"],
    grammar: tree_sitter_proto::LANGUAGE,
    query: include_str!("../../assets/queries/proto.scm"),
    hooks: Hooks { import, ..Hooks::NONE },
    is_test_path: |path| super::has_directory(path, &["test", "tests", "testdata"]),
    family: &FAMILY,
    compiled: OnceLock::new(),
};

static FAMILY: Family = Family { name: "proto", ecosystem: Some(Ecosystem::Buf), resolve };

/// The deepest nesting of messages of which names are made.
const NESTING_LIMIT: usize = 16;

fn import(source: &Source<'_>, node: Node<'_>, imports: &mut Vec<Import>) {
    let Some(path) = node.child_by_field_name("path") else { return };
    let written = source.text(path).trim_matches(['"', '\'']);
    let exported = source.text(node).split_whitespace().nth(1) == Some("public");
    imports.push(Import { exported, ..Import::new(ImportKind::Import, written, span_of(node), span_of(path)) });
}

fn resolve(sources: &Sources, files: &[FileId]) -> Vec<Vec<Dependency>> {
    let endings = Endings::new(sources, files.iter().copied());
    let mut answers =
        paths::resolve_imports(sources, files, |file, import| meaning(sources, &endings, file, &import.path));
    // What a file passes on to those that import it: its public imports.
    let mut passed = Visible::default();
    for (file, answer) in files.iter().zip(&answers) {
        passed.import(*file, answer.iter().filter(|dependency| dependency.kind == DependencyKind::Reexport));
        let Some(facts) = sources.facts(*file) else { continue };
        for id in 0..facts.definitions.len() {
            if let Some(name) = full_name(facts, id as DefinitionId) {
                passed.define(&name, *file, id as DefinitionId);
            }
        }
    }
    for (file, answer) in files.iter().zip(&mut answers) {
        if let Some(facts) = sources.facts(*file) {
            let mut direct = Visible::default();
            direct.import(*file, answer.iter());
            let mut reachable = direct.reachable(*file);
            for target in reachable.clone() {
                reachable.extend(passed.reachable(target));
            }
            add_types(facts, *file, &passed, &reachable, answer);
        }
    }
    answers
}

fn add_types(
    facts: &FileFacts,
    file: FileId,
    names: &Visible,
    reachable: &BTreeSet<FileId>,
    dependencies: &mut Vec<Dependency>,
) {
    if reachable.is_empty() {
        return;
    }
    for reference in &facts.references {
        let written = facts.name(reference.name);
        let scope = match reference.within {
            _ if written.starts_with('.') => String::new(),
            Some(within) => full_name(facts, within).unwrap_or_default(),
            None => facts.namespace.as_deref().unwrap_or_default().to_owned(),
        };
        let written = written.trim_start_matches('.');
        let mut scope = scope.as_str();
        loop {
            let name = if scope.is_empty() { written.to_owned() } else { format!("{scope}.{written}") };
            let places = names.places(file, &name, reachable);
            if !places.is_empty() || names.is_defined_in(&name, file) {
                dependencies.extend(dependencies_on(&places, DependencyKind::Reference, reference));
                break;
            }
            if scope.is_empty() {
                break;
            }
            scope = scope.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }
}

/// The name of a definition with its package and the messages around it.
fn full_name(facts: &FileFacts, id: DefinitionId) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    let mut next = Some(id);
    while let Some(definition) = next.and_then(|id| facts.definitions.get(id as usize)) {
        if parts.len() == NESTING_LIMIT {
            return None;
        }
        parts.push(&definition.name);
        next = definition.parent;
    }
    parts.extend(facts.namespace.as_deref());
    parts.reverse();
    Some(parts.join("."))
}

fn meaning(sources: &Sources, endings: &Endings<'_>, file: FileId, path: &str) -> Found {
    let own = &*sources.get(file).path;
    let declared = &sources.project.buf.roots;
    if let Some(found) = declared.iter().find_map(|root| paths::at(sources, root, path)) {
        return Found::resolved(found);
    }
    if let Some(found) = paths::above(own).find_map(|root| paths::at(sources, root, path)) {
        return Found::File(found, Certainty::Inferred);
    }
    endings.nearest(file, path).or_else(|| {
        let external =
            |name: &str, standard| Found::External(External { ecosystem: Ecosystem::Buf, name: name.into(), standard });
        if path.starts_with("google/protobuf/") {
            return external("protobuf", true);
        }
        let provides = |name: &str| buf::PROVIDERS.iter().any(|(prefix, by)| *by == name && path.starts_with(prefix));
        let packages = sources.project.packages.iter().filter(|package| package.ecosystem == Ecosystem::Buf);
        let mut declared = packages.flat_map(|package| &package.dependencies).map(|declared| declared.name.as_str());
        match declared.find(|name| provides(name)) {
            Some(module) => external(module, false),
            None => Found::Unresolved(Reason::Undeclared),
        }
    })
}
