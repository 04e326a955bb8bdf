//! What there is to know about a component that has no text of its own.

use std::collections::BTreeMap;

use crate::facts::Name;
use crate::graph::{NodeId, NodeKind, Snapshot};
use crate::project::DeclaredScope;
use crate::text::{bytes, count, counted};
use crate::tui::model::Model;
use crate::tui::theme::Role;

type Lines = Vec<(Role, String)>;

/// Declared dependencies that are listed.
const LISTED: usize = 100;

/// Lines about the component at a path, each with its role.
pub fn of(model: &Model, path: &str) -> Lines {
    let snapshot = &model.snapshot;
    let mut lines = Lines::new();
    let Some(id) = snapshot.find(path) else {
        lines.push((Role::Muted, "it is not in the project any more".to_owned()));
        return lines;
    };
    let node = snapshot.node(id);
    lines.push((Role::Heading, format!("{} {}", node.kind.as_str(), node.name)));
    if node.kind == NodeKind::External {
        external(snapshot, id, &mut lines);
        return lines;
    }
    field(&mut lines, "files", &format!("{}, {}", count(u64::from(node.files)), bytes(node.bytes)));
    field(&mut lines, "lines", &count(node.lines));
    languages(snapshot, id, &mut lines);
    coupling(model, id, &mut lines);
    package(snapshot, id, &mut lines);
    lines
}

fn field(lines: &mut Lines, name: &str, value: &str) {
    lines.push((Role::Text, format!("{name:<13} {value}")));
}

fn languages(snapshot: &Snapshot, id: NodeId, lines: &mut Lines) {
    let mut by_language: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let mut other = 0;
    for index in snapshot.subtree(id) {
        let node = snapshot.node(NodeId(index));
        match node.language {
            Some(language) => {
                let entry = by_language.entry(language.label).or_default();
                entry.0 += 1;
                entry.1 += node.lines;
            }
            None if node.kind == NodeKind::File => other += 1,
            None => {}
        }
    }
    let mut sorted: Vec<_> = by_language.into_iter().collect();
    sorted.sort_by_key(|(label, (_, lines))| (std::cmp::Reverse(*lines), *label));
    for (label, (files, of_language)) in sorted {
        field(lines, label, &format!("{} in {}", counted(of_language, "line"), counted(files, "file")));
    }
    if other > 0 {
        field(lines, "other", &format!("{} in no language that transom reads", counted(other, "file")));
    }
}

fn coupling(model: &Model, id: NodeId, lines: &mut Lines) {
    let coupling = model.analysis.coupling(id);
    if id != NodeId::ROOT {
        field(lines, "fan-in", &format!("{} outside need it", counted(u64::from(coupling.fan_in), "file")));
        field(lines, "fan-out", &format!("it needs {} outside", counted(u64::from(coupling.fan_out), "file")));
        if let Some(instability) = coupling.instability() {
            field(lines, "instability", &format!("{instability:.2}"));
        }
    }
    field(lines, "needs", &counted(u64::from(coupling.externals), "external package"));
    let snapshot = &model.snapshot;
    let subtree = snapshot.subtree(id);
    let unresolved = snapshot.unresolved().iter().filter(|import| subtree.contains(&import.from.0)).count();
    if unresolved > 0 {
        field(lines, "unresolved", &counted(unresolved as u64, "import"));
    }
    let cycles = model.analysis.cycles();
    if id == NodeId::ROOT {
        let files: usize = cycles.of_files().iter().map(Vec::len).sum();
        field(lines, "cycles", &format!("{} of {}", cycles.of_files().len(), counted(files as u64, "file")));
        if let Some(report) = &model.report {
            for (reason, count) in report.skipped_by_reason() {
                field(lines, "not read", &format!("{}: {}", counted(count as u64, "path"), reason.as_str()));
            }
            lines.extend(report.emptiness().map(|why| (Role::Warning, why)));
        }
    }
    if let Some(cycle) = cycles.of(id) {
        lines.push((Role::Text, String::new()));
        lines.push((Role::Cycle, format!("↻ in a cycle of {}", cycle.members.len())));
        lines.extend(cycle.members.iter().map(|member| (Role::Text, format!("  {}", snapshot.node(*member).path))));
    }
}

fn package(snapshot: &Snapshot, id: NodeId, lines: &mut Lines) {
    let Some(package) = snapshot.package(id) else { return };
    lines.push((Role::Text, String::new()));
    lines.push((
        Role::Package,
        format!("{} package {} {}", package.ecosystem.as_str(), package.name, version(package.version.as_ref())),
    ));
    field(lines, "manifest", &package.manifest);
    if package.dependencies.is_empty() {
        field(lines, "declares", "no dependencies");
        return;
    }
    field(lines, "declares", &format!("{} dependencies", package.dependencies.len()));
    for declared in package.dependencies.iter().take(LISTED) {
        let scope = match declared.scope {
            DeclaredScope::Runtime => "",
            DeclaredScope::Development => "development",
            DeclaredScope::Build => "build",
            DeclaredScope::Optional => "optional",
            DeclaredScope::Peer => "peer",
            DeclaredScope::Indirect => "indirect",
        };
        let asked = version(declared.locked.as_ref().or(declared.requirement.as_ref()));
        lines.push((Role::External, format!("  {:<24} {asked:<12} {scope}", declared.name).trim_end().to_owned()));
    }
    if package.dependencies.len() > LISTED {
        lines.push((Role::Muted, format!("  and {} more", package.dependencies.len() - LISTED)));
    }
}

fn external(snapshot: &Snapshot, id: NodeId, lines: &mut Lines) {
    let node = snapshot.node(id);
    field(lines, "ecosystem", node.ecosystem.map_or("", |ecosystem| ecosystem.as_str()));
    if node.standard {
        field(lines, "comes with", "the language");
    } else {
        field(lines, "version", node.version.as_deref().unwrap_or("in no manifest or lock file"));
    }
    let mut users: Vec<NodeId> = snapshot.incoming(id).map(|edge| snapshot.edge(edge).from).collect();
    users.dedup();
    field(lines, "needed by", &counted(users.len() as u64, "file"));
    for package in &snapshot.sources.project.packages {
        for declared in package.dependencies.iter().filter(|declared| *declared.name == *node.name) {
            field(lines, "declared", &format!("{}:{}", package.manifest, declared.line));
        }
    }
}

fn version(version: Option<&Name>) -> &str {
    version.map_or("", Name::as_str)
}
