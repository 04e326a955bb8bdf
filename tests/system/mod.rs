//! Runs the fixture documents `tests/system/<detector>/*.md`.
//!
//! A heading (`##`) starts a case. A fenced block whose info string is `<anything> <path>` is a file of the case; the
//! block with the info string `system` closes it and holds what is expected, one claim a line:
//!
//! ```text
//! name: role [technologies] path:line …
//! from -> to kind sureness path:line …
//! name METHOD /path path:line
//! ```
//! `UPDATE=1` rewrites it.

use std::fmt::Write as _;
use std::path::Path;

use transom::index::from_memory;
use transom::system::{Place, System};

use crate::support::fixture::{blocks, documents};

fn places(places: &[Place]) -> String {
    places.iter().map(|place| format!(" {place}")).collect()
}

fn render(system: &System) -> String {
    let mut out = String::new();
    for node in &system.nodes {
        let technologies: Vec<&str> = node.technologies.iter().map(|name| &**name).collect();
        let (role, made_with) = (node.role.as_str(), technologies.join(", "));
        let _ = writeln!(out, "{}: {role} [{made_with}]{}", node.name, places(&node.evidence));
    }
    for edge in &system.edges {
        let (from, to) = (&system.node(edge.from).name, &system.node(edge.to).name);
        let how = edge.sureness.as_str();
        let _ = writeln!(out, "{from} -> {to} {} {how}{}", edge.kind, places(&edge.evidence));
    }
    for endpoint in &system.endpoints {
        let name = &system.node(endpoint.service).name;
        let method = endpoint.method.as_deref().unwrap_or("*");
        let _ = writeln!(out, "{name} {method} {} {}", endpoint.path, endpoint.evidence);
    }
    out
}

#[test]
fn fixture_documents_are_detected_as_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/system");
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = String::new();
    let mut count = 0;
    for path in documents(&root) {
        let document = std::fs::read_to_string(&path).expect("a readable document");
        let mut lines: Vec<String> = document.lines().map(str::to_owned).collect();
        let blocks = blocks(&document);
        let mut rewritten = Vec::new();
        let mut files: Vec<(&str, &str)> = Vec::new();
        for block in &blocks {
            if block.info != "system" {
                files.extend(block.info.split_once(' ').map(|(_, path)| (path, block.text.as_str())));
                continue;
            }
            count += 1;
            let actual = render(&from_memory("fixture", std::mem::take(&mut files)).system);
            if actual == block.text {
                continue;
            }
            if update {
                rewritten.push((block.place.clone(), actual));
            } else {
                let name = path.strip_prefix(&root).unwrap_or(&path).display();
                let _ = writeln!(failures, "\n{name}: {}\nexpected:\n{}actual:\n{actual}", block.title, block.text);
            }
        }
        // The later block first, so that the places of the earlier ones still hold.
        for (place, actual) in rewritten.into_iter().rev() {
            lines.splice(place, actual.lines().map(str::to_owned));
        }
        if update {
            std::fs::write(&path, lines.join("\n") + "\n").expect("a writable document");
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(count > 0, "no fixture documents");
}
