//! A digest of a project for somebody's prompt: what it is, how it is laid out, how it runs, and the signatures that
//! matter most, within a number of tokens, each with its path and line.

use std::fmt::Write as _;

use super::Input;
use crate::analysis::rank::pagerank;
use crate::facts::{Definition, DefinitionKind, Visibility};
use crate::graph::{NodeId, NodeKind};
use crate::system::Place;
use crate::text::{counted, sanitize};

/// How many bytes one token stands for: tokenizers of today take three to four bytes of code for one, so that the budget is
/// rather missed by too little than by too much.
const BYTES_PER_TOKEN: usize = 3;

/// The share of the budget that the layout and the running system may each take, as one part of so many.
const SHARE: usize = 6;

/// The share of what is left for signatures that one file may take, as one part of so many: a digest of one file is none.
const FILE_SHARE: usize = 12;

/// The digest of a project.
pub struct Digest {
    /// Markdown.
    pub text: String,
    /// Files with signatures in it, of so many.
    pub files: (usize, usize),
}

/// Writes a digest of at most `tokens` tokens. `focus` holds the files that it is about; all where it is empty.
pub fn digest(input: &Input<'_>, focus: &[NodeId], tokens: usize) -> Digest {
    let budget = tokens.saturating_mul(BYTES_PER_TOKEN);
    let mut text = head(input, focus);
    append(&mut text, &layout(input, budget / SHARE), budget);
    append(&mut text, &running(input, budget / SHARE), budget);
    let (signatures, files) = signatures(input, focus, budget.saturating_sub(text.len()));
    text.push_str(&signatures);
    // A budget too small for the first lines is kept all the same.
    let end = text.floor_char_boundary(budget.min(text.len()));
    text.truncate(end);
    Digest { text, files }
}

/// Adds a part if it fits whole.
fn append(text: &mut String, part: &str, budget: usize) {
    if text.len() + part.len() <= budget {
        text.push_str(part);
    }
}

fn head(input: &Input<'_>, focus: &[NodeId]) -> String {
    let root = input.snapshot.node(NodeId::ROOT);
    let mut text = format!(
        "# {}\n\n{}, {} lines. Lines are written as path:line.\n",
        sanitize(input.name),
        counted(u64::from(root.files), "source file"),
        root.lines
    );
    if let [only] = focus {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "Ranked as seen from {}.", sanitize(input.snapshot.node(*only).written()));
    } else if !focus.is_empty() {
        let _ = writeln!(text, "Ranked as seen from {}.", counted(focus.len() as u64, "file"));
    }
    text
}

/// Directories with their sizes, the outer ones first, as many levels as fit.
fn layout(input: &Input<'_>, budget: usize) -> String {
    let snapshot = input.snapshot;
    let deepest = snapshot.tree().map(|id| snapshot.node(id).depth).max().unwrap_or(0);
    let mut best = String::new();
    for depth in 1..=deepest {
        let mut text = "\n## Layout\n\n".to_owned();
        for id in snapshot.tree().skip(1) {
            let node = snapshot.node(id);
            if node.kind == NodeKind::File || node.depth > depth || node.files == 0 {
                continue;
            }
            let indent = "  ".repeat(usize::from(node.depth).saturating_sub(1));
            let package = snapshot.package(id).map_or_else(String::new, |of| format!(", package {}", of.name));
            let _ = writeln!(
                text,
                "{indent}- {}/ ({}, {} lines{})",
                sanitize(&node.name),
                counted(u64::from(node.files), "file"),
                node.lines,
                sanitize(&package)
            );
            if text.len() > budget {
                return best;
            }
        }
        if text == best {
            break;
        }
        best = text;
    }
    best
}

/// Components, connections and routes, as many as fit.
fn running(input: &Input<'_>, budget: usize) -> String {
    let system = input.system();
    let mut lines: Vec<String> = Vec::new();
    let at = |places: &[Place]| places.first().map_or_else(String::new, |place| format!(" {place}"));
    for node in &system.nodes {
        let about =
            if node.technologies.is_empty() { String::new() } else { format!(": {}", node.technologies.join(", ")) };
        lines.push(format!("- {} ({}{about}){}", node.name, node.role.as_str(), at(&node.evidence)));
    }
    for edge in &system.edges {
        let (from, to) = (&system.node(edge.from).name, &system.node(edge.to).name);
        lines.push(format!("- {from} -> {to} ({}){}", edge.kind, at(&edge.evidence)));
    }
    for endpoint in &system.endpoints {
        let (method, by) = (endpoint.method.as_deref().unwrap_or("any"), &system.node(endpoint.service).name);
        lines.push(format!("- {method} {} of {by} {}", endpoint.path, endpoint.evidence));
    }
    for table in &system.schema.tables {
        let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        lines.push(format!("- table {} ({}){}", table.name, columns.join(", "), at(&table.places)));
    }
    if lines.is_empty() {
        return String::new();
    }
    let mut text = "\n## Running system\n\n".to_owned();
    for (index, line) in lines.iter().enumerate() {
        if text.len() + line.len() + 40 > budget {
            let _ = writeln!(text, "- and {} more", lines.len() - index);
            break;
        }
        let _ = writeln!(text, "{}", sanitize(line));
    }
    text
}

/// Files by rank with the signatures of what others may use, as many as fit.
fn signatures(input: &Input<'_>, focus: &[NodeId], budget: usize) -> (String, (usize, usize)) {
    let snapshot = input.snapshot;
    let rank = pagerank(snapshot, focus);
    let is_told = |id: &NodeId| {
        let node = snapshot.node(*id);
        node.kind == NodeKind::File && node.mark.is_none() && (!node.test || focus.contains(id))
    };
    let mut files: Vec<NodeId> =
        snapshot.tree().filter(is_told).filter(|id| !snapshot.definitions(*id).is_empty()).collect();
    files.sort_by(|a, b| rank[b.index()].total_cmp(&rank[a.index()]).then(a.cmp(b)));
    let mut text = "\n## Signatures, most important files first\n".to_owned();
    if files.is_empty() || text.len() > budget {
        return (String::new(), (0, files.len()));
    }
    let most = (budget / FILE_SHARE).max(600);
    let mut told = 0;
    for id in &files {
        let part = file(input, *id, most.min(budget - text.len()));
        if !part.is_empty() {
            text.push_str(&part);
            told += 1;
        }
        if budget - text.len() < 80 {
            break;
        }
    }
    (text, (told, files.len()))
}

/// A file's path, doc and signatures in at most `most` bytes: of signatures those that are used most. Empty where not even
/// one fits.
fn file(input: &Input<'_>, id: NodeId, most: usize) -> String {
    let definitions = input.snapshot.definitions(id);
    let node = input.snapshot.node(id);
    let Some(facts) = node.file.and_then(|file| input.snapshot.sources.facts(file)) else { return String::new() };
    let mut uses = vec![0_u32; definitions.len()];
    for (_, found) in node.file.into_iter().flat_map(|file| input.snapshot.symbols().uses_of(file)) {
        if let Some(count) = found.to.and_then(|to| uses.get_mut(to as usize)) {
            *count += 1;
        }
    }
    let is_told = |definition: &Definition| {
        let is_kind = !matches!(definition.kind, DefinitionKind::Field | DefinitionKind::Constant);
        definition.visibility != Visibility::Private && !definition.test && is_kind
    };
    let line = |index: usize| {
        let definition = &definitions[index];
        let depth = std::iter::successors(definition.parent, |id| definitions.get(*id as usize)?.parent).count();
        let (indent, signature) = ("  ".repeat(depth.min(6)), sanitize(&definition.signature));
        format!("{}: {indent}{signature}\n", definition.name_span.line)
    };
    let doc = facts.doc.as_ref().map_or_else(String::new, |doc| format!(" {}", sanitize(doc)));
    let head = format!("\n{}{doc}\n", sanitize(&node.path));
    let mut chosen: Vec<usize> = (0..definitions.len()).filter(|index| is_told(&definitions[*index])).collect();
    let all = chosen.len();
    chosen.sort_by_key(|index| (std::cmp::Reverse(uses[*index]), *index));
    let mut left = most.saturating_sub(head.len() + 16);
    let fitting = chosen.iter().take_while(|index| {
        let length = line(**index).len();
        let fits = length <= left;
        left = left.saturating_sub(length);
        fits
    });
    let mut kept: Vec<usize> = fitting.copied().collect();
    if kept.is_empty() {
        return String::new();
    }
    kept.sort_unstable();
    let mut text = head;
    text.extend(kept.iter().map(|index| line(*index)));
    if kept.len() < all {
        let _ = writeln!(text, "… {} more", all - kept.len());
    }
    text
}
