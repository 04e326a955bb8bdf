//! `transom system`: services, stores, connections, routes and tables, each with the lines that say so.

mod more;
mod tables;

use std::fmt::Write as _;

use super::input::{Format, Input};
use crate::export::er;
use crate::export::system::{Input as Whole, value};
use crate::system::{DETECTORS, Place, System};
use crate::text::{counted, sanitize};

/// How many places the text names for a claim.
const EXAMPLES: usize = 2;

/// Services, datastores, topics, endpoints, tables, deployment
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// How to print it
    #[arg(long, value_enum, value_name = "F", default_value = "text")]
    format: Format,
    /// Also say what was looked for and how much of it was found
    #[arg(long)]
    looked_for: bool,
    /// Print the tables as a Mermaid entity-relationship diagram
    #[arg(long, conflicts_with = "format")]
    er: bool,
}

/// Indexes and prints the running system.
///
/// # Errors
/// The project cannot be read or holds no source.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let indexed = args.input.index()?;
    let system = &indexed.snapshot.system;
    super::print(&match args.format {
        _ if args.er => er::diagram(&system.schema),
        Format::Text => text(system, args.looked_for),
        Format::Json => format!("{:#}\n", value(&Whole { system, name: "", chosen: None })),
    })
}

fn places(evidence: &[Place]) -> String {
    let named: Vec<String> = evidence.iter().take(EXAMPLES).map(ToString::to_string).collect();
    let more = if evidence.len() > EXAMPLES { ", …" } else { "" };
    sanitize(&format!("{}{more}", named.join(", "))).into_owned()
}

fn text(system: &System, looked_for: bool) -> String {
    let mut out = String::new();
    for node in &system.nodes {
        let made_with = if node.technologies.is_empty() { "-".to_owned() } else { node.technologies.join(", ") };
        let (name, made_with) = (sanitize(&node.name), sanitize(&made_with));
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name:<28} {:<11} {made_with:<24} {}", node.role.as_str(), places(&node.evidence));
    }
    if !system.edges.is_empty() {
        out.push('\n');
    }
    for edge in &system.edges {
        let ends = format!("{} -> {}", system.node(edge.from).name, system.node(edge.to).name);
        let how = format!("{} ({})", edge.kind, edge.sureness.as_str());
        let _ = writeln!(out, "{:<48} {how:<22} {}", sanitize(&ends), places(&edge.evidence));
    }
    if !system.endpoints.is_empty() {
        out.push('\n');
    }
    for endpoint in &system.endpoints {
        let route = format!("{:<7} {}", endpoint.method.as_deref().unwrap_or("*"), endpoint.path);
        let name = &system.node(endpoint.service).name;
        let (name, route) = (sanitize(name), sanitize(&route));
        let _ = writeln!(out, "{name:<28} {route:<50} {}", places(std::slice::from_ref(&endpoint.evidence)));
    }
    tables::text(&system.schema, &mut out);
    more::text(system, &mut out);
    if !out.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(
        out,
        "{}, {}, {}, {}, from {}",
        counted(system.nodes.len() as u64, "component"),
        counted(system.edges.len() as u64, "connection"),
        counted(system.endpoints.len() as u64, "endpoint"),
        counted(system.schema.tables.len() as u64, "table"),
        counted(system.documents as u64, "configuration file"),
    );
    for spot in &system.blind_spots {
        let line = spot.problem.line.map_or_else(String::new, |line| format!(":{line}"));
        let _ = writeln!(out, "not read: {}{line}: {}", sanitize(&spot.path), sanitize(&spot.problem.message));
    }
    if looked_for || system.nodes.is_empty() {
        for (detector, (_, claims)) in DETECTORS.iter().zip(&system.claims) {
            let _ = writeln!(out, "looked for {}: {}", detector.looks_for, counted(*claims as u64, "claim"));
        }
    }
    out
}
