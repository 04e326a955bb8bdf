//! JSON: the whole graph as one document.
//!
//! | member | what it holds |
//! |---|---|
//! | `format` | the version of this layout: 1. It changes where a member changes its meaning or goes; members may be added |
//! | `generator` | the program and its version |
//! | `level` | `package`, `module`, `file` or `symbol` |
//! | `nodes` | `path` (the key; the root is `.`), `kind`, `name`, `language`, `files`, `lines`, `bytes`, `test`, `mark` (`vendored`, `generated`, `minified`), `rest` (true where parts of the component are nodes of their own and this one stands for the other files), `metrics`; at the level of symbols `path` is `file#Outer.inner` for a definition, which has `symbol` (`line`, `visibility`, `signature`, `doc`) in place of `metrics` |
//! | `edges` | `from` and `to` (paths), `weight` (statements), `kinds` (statements by kind), `test`, `certainty`, `evidence` (`file:line`) |
//! | `external` | packages from elsewhere: `path` (as in `edges`), `ecosystem`, `name`, `version`, `standard` (true where it comes with the language) |
//! | `unresolved` | imports without a target: `from` (a file), `line`, `text`, `kind`, `reason`, `test` |
//!
//! `files`, `lines` and `bytes` are of the node's own files; `metrics` are those of the component with all that is below it.
//! Lists are sorted: nodes and edges in tree order (directories first, then by name), the others by path and line.

use std::borrow::Cow;
use std::fmt::Write as _;

use rustc_hash::FxHashSet;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{Format, Input, Names, Output, generator, path_of, to_json};
use crate::analysis::Analysis;
use crate::facts::Definition;
use crate::graph::view::{Level, SubEdge, SubNode, View};
use crate::graph::{Node, NodeId, NodeKind};

/// The version of the layout.
const VERSION: u32 = 1;

/// JSON.
pub const JSON: Format = Format {
    name: "json",
    doc: "nodes with metrics, edges with evidence, external packages, unresolved imports",
    extension: "json",
    level: Level::File,
    view: View::complete,
    write,
};

#[derive(Serialize)]
struct NodeRow<'a> {
    path: Cow<'a, str>,
    kind: &'static str,
    name: &'a str,
    language: Option<&'static str>,
    files: usize,
    lines: u64,
    bytes: u64,
    test: bool,
    mark: Option<crate::lang::resolve::Mark>,
    rest: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    symbol: Option<SymbolRow<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<Metrics>,
}

#[derive(Serialize)]
struct SymbolRow<'a> {
    line: u32,
    visibility: &'static str,
    signature: &'a str,
    doc: Option<&'a str>,
}

#[derive(Serialize)]
struct Metrics {
    fan_in: u32,
    fan_out: u32,
    statements_in: u32,
    statements_out: u32,
    externals: u32,
    instability: Option<f64>,
    in_cycle: bool,
    risk: RiskRow,
}

#[derive(Serialize)]
struct RiskRow {
    score: f64,
    level: &'static str,
    parts: Map<String, Value>,
}

#[derive(Serialize)]
struct EdgeRow<'a> {
    from: Cow<'a, str>,
    to: Cow<'a, str>,
    weight: u32,
    kinds: Map<String, Value>,
    test: bool,
    certainty: &'static str,
    evidence: Vec<String>,
}

#[derive(Serialize)]
struct ExternalRow<'a> {
    path: &'a str,
    ecosystem: &'static str,
    name: &'a str,
    version: Option<&'a str>,
    standard: bool,
}

#[derive(Serialize)]
struct UnresolvedRow<'a> {
    from: &'a str,
    line: u32,
    text: &'a str,
    kind: &'static str,
    reason: &'static str,
    test: bool,
}

fn write(input: &Input<'_>) -> Output {
    let kind = |node: &&SubNode| input.snapshot.node(node.id).kind;
    let nodes = || input.subgraph.nodes.iter();
    let names = Names::new(input);
    let mut text = String::from("{\n");
    // Writing to a string cannot fail.
    let _ = writeln!(text, "\"format\":{VERSION},\n\"generator\":{},", to_json(&generator()));
    let _ = writeln!(text, "\"level\":{},", to_json(&input.subgraph.level.as_str()));
    list(
        &mut text,
        "nodes",
        nodes().filter(|node| kind(node) != NodeKind::External).map(|node| node_row(input, &names, node)),
    );
    list(&mut text, "edges", input.subgraph.edges.iter().map(|edge| edge_row(input, &names, edge)));
    let externals = nodes().filter(|node| kind(node) == NodeKind::External);
    list(&mut text, "external", externals.map(|node| external_row(input, node.id)));
    list(&mut text, "unresolved", unresolved(input));
    // The comma after the last list goes.
    text.truncate(text.len() - 2);
    text.push_str("\n}\n");
    Output { text, notes: Vec::new() }
}

/// A member that is a list, one item a line, with a comma behind it.
fn list<T: Serialize>(text: &mut String, name: &str, items: impl Iterator<Item = T>) {
    let _ = write!(text, "\"{name}\":[");
    let mut separator = "\n";
    for item in items {
        text.push_str(separator);
        text.push_str(&to_json(&item));
        separator = ",\n";
    }
    text.push_str(if separator == "\n" { "],\n" } else { "\n],\n" });
}

fn node_row<'a>(input: &Input<'a>, names: &Names<'a>, of: &'a SubNode) -> NodeRow<'a> {
    let node = input.snapshot.node(of.id);
    if let Some(definition) = of.symbol.and_then(|id| input.snapshot.definitions(of.id).get(id as usize)) {
        return symbol_row(node, names.of(of), definition);
    }
    let files = || of.files.iter().map(|file| input.snapshot.node(*file));
    NodeRow {
        path: names.of(of),
        kind: node.kind.as_str(),
        // The workspace's own name is that of a folder on somebody's disk: it says nothing about the project.
        name: match input.snapshot.package(of.id) {
            Some(package) => &package.name,
            None if of.id == NodeId::ROOT => ".",
            None => &node.name,
        },
        language: node.language.map(|language| language.name),
        files: of.files.len(),
        lines: files().map(|file| file.lines).sum(),
        bytes: files().map(|file| file.bytes).sum(),
        test: node.test,
        mark: node.mark,
        rest: of.rest,
        symbol: None,
        metrics: input.analysis.map(|analysis| metrics(analysis, of.id)),
    }
}

fn symbol_row<'a>(file: &'a Node, path: Cow<'a, str>, definition: &'a Definition) -> NodeRow<'a> {
    NodeRow {
        path,
        kind: definition.kind.as_str(),
        name: &definition.name,
        language: file.language.map(|language| language.name),
        files: 0,
        lines: 0,
        bytes: u64::from(definition.span.end - definition.span.start),
        test: file.test || definition.test,
        mark: file.mark,
        rest: false,
        symbol: Some(SymbolRow {
            line: definition.name_span.line,
            visibility: definition.visibility.as_str(),
            signature: &definition.signature,
            doc: definition.doc.as_deref(),
        }),
        metrics: None,
    }
}

fn metrics(analysis: &Analysis, id: NodeId) -> Metrics {
    let coupling = analysis.coupling(id);
    let risk = analysis.risk(id);
    let part = |part: &crate::analysis::RiskPart| (part.name.to_owned(), Value::from(rounded(part.points)));
    Metrics {
        fan_in: coupling.fan_in,
        fan_out: coupling.fan_out,
        statements_in: coupling.statements_in,
        statements_out: coupling.statements_out,
        externals: coupling.externals,
        instability: coupling.instability().map(rounded),
        in_cycle: analysis.cycles().is_in_cycle(id),
        risk: RiskRow {
            score: rounded(risk.score),
            level: risk.level().as_str(),
            parts: risk.parts.iter().map(part).collect(),
        },
    }
}

/// To three decimals: more says nothing.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn edge_row<'a>(input: &Input<'a>, names: &Names<'a>, edge: &'a SubEdge) -> EdgeRow<'a> {
    let node = |index: u32| &input.subgraph.nodes[index as usize];
    let places = input.subgraph.places(input.snapshot, edge);
    EdgeRow {
        from: names.of(node(edge.from)),
        to: names.of(node(edge.to)),
        weight: edge.weight,
        kinds: edge.kinds.iter().map(|(kind, weight)| (kind.as_str().to_owned(), Value::from(*weight))).collect(),
        test: edge.test,
        certainty: edge.certainty.as_str(),
        evidence: places.iter().map(|(file, line)| format!("{}:{line}", path_of(input.snapshot, *file))).collect(),
    }
}

fn external_row<'a>(input: &Input<'a>, id: NodeId) -> ExternalRow<'a> {
    let node = input.snapshot.node(id);
    ExternalRow {
        path: &node.path,
        ecosystem: node.ecosystem.map_or("", |ecosystem| ecosystem.as_str()),
        name: &node.name,
        version: node.version.as_deref(),
        standard: node.standard,
    }
}

/// Those in files that are shown.
fn unresolved<'a>(input: &Input<'a>) -> impl Iterator<Item = UnresolvedRow<'a>> {
    let shown: FxHashSet<NodeId> = input.subgraph.nodes.iter().flat_map(|node| node.files.iter().copied()).collect();
    let (snapshot, tests) = (input.snapshot, input.subgraph.tests);
    let imports = snapshot.unresolved().iter();
    imports.filter(move |import| shown.contains(&import.from) && (tests || !import.test)).map(|import| UnresolvedRow {
        from: path_of(snapshot, import.from),
        line: import.span.line,
        text: &import.text,
        kind: import.kind.as_str(),
        reason: import.reason.as_str(),
        test: import.test,
    })
}
