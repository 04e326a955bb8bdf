//! Mermaid flowcharts (<https://mermaid.js.org/syntax/flowchart.html>), valid by construction: ids are made up, labels are
//! quoted and escaped, and the size stays within the limits of Mermaid's default configuration.

use std::fmt::Write as _;

use super::fit::{self, Limits, Sizes};
use super::{Contents, Format, Input, Output, generator, label};
use crate::graph::view::{GroupId, Level, SubEdge, Subgraph, View};
use crate::graph::{NodeKind, Snapshot};
use crate::text::{counted, sanitize};

/// Mermaid's `maxEdges`.
pub(super) const MAX_EDGES: usize = 500;

/// Mermaid's `maxTextSize`, in UTF-16 units.
pub(super) const MAX_SIZE: usize = 50_000;

/// What comments and styles may take of it.
pub(super) const RESERVED: usize = 4_000;

/// Names in a comment or note: the rest is counted.
const MAX_NAMES: usize = 20;

/// Mermaid.
pub const MERMAID: Format = Format {
    name: "mermaid",
    doc: "a Mermaid flowchart, as code hosts draw it in Markdown",
    extension: "mmd",
    level: Level::Module,
    view: View::drawing,
    write,
};

fn write(input: &Input<'_>) -> Output {
    let snapshot = input.snapshot;
    let sizes = Sizes {
        node: &|node| size(&escaped(&label(snapshot, node))) + 30,
        group: &|group| size(&escaped(&group.label)) + 50,
        edge: 30,
    };
    let mut limits = Limits { edges: MAX_EDGES, size: MAX_SIZE - RESERVED };
    loop {
        let fitted = fit::fit(snapshot, input.subgraph, &limits, &sizes);
        let notes = notes(snapshot, &fitted);
        let text = render(snapshot, &fitted.subgraph, &notes);
        if size(&text) <= MAX_SIZE || limits.size < RESERVED {
            return Output { text, notes };
        }
        limits.size = limits.size / 10 * 9;
    }
}

/// The length that Mermaid counts.
pub(super) fn size(text: &str) -> usize {
    text.encode_utf16().count()
}

fn notes(snapshot: &Snapshot, fitted: &fit::Fitted) -> Vec<String> {
    let mut notes = Vec::new();
    let limits = format!("to stay within Mermaid's limits ({MAX_EDGES} edges, {MAX_SIZE} characters)");
    if !fitted.folded.is_empty() {
        let mut names: Vec<String> = fitted
            .folded
            .iter()
            .take(MAX_NAMES)
            .map(|folder| format!("{}/", crate::text::truncate_middle(&snapshot.node(*folder).path, 80)))
            .collect();
        if fitted.folded.len() > MAX_NAMES {
            names.push(format!("and {} more", fitted.folded.len() - MAX_NAMES));
        }
        let folders = counted(fitted.folded.len() as u64, "folder");
        notes.push(format!("{folders} folded into one box each {limits}: {}", names.join(", ")));
    }
    if fitted.dropped_externals > 0 {
        let packages = counted(u64::from(fitted.dropped_externals), "external package");
        notes.push(format!("{packages} left out {limits}"));
    }
    if fitted.dropped_edges + fitted.dropped_nodes > 0 {
        let nodes = counted(u64::from(fitted.dropped_nodes), "component");
        let edges = counted(u64::from(fitted.dropped_edges), "dependency arrow");
        notes.push(format!("{nodes} and the {edges} of least weight left out {limits}"));
    }
    notes
}

fn render(snapshot: &Snapshot, subgraph: &Subgraph, notes: &[String]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(
        text,
        "%% {}, level {}: {}, {}",
        generator(),
        subgraph.level.as_str(),
        counted(subgraph.nodes.len() as u64, "component"),
        counted(subgraph.edges.len() as u64, "arrow"),
    );
    for note in notes {
        // A comment may hold anything but the start of a directive.
        let _ = writeln!(text, "%% {}", sanitize(note).replace('%', "#37;"));
    }
    text.push_str("flowchart LR\n");
    if subgraph.nodes.is_empty() {
        text.push_str("  empty[\"nothing is selected\"]\n");
    }
    body(snapshot, subgraph, &Contents::of(subgraph), None, 1, &mut text);
    for edge in &subgraph.edges {
        let _ = writeln!(text, "  n{} {} n{}", edge.from, arrow(edge), edge.to);
    }
    let externals: Vec<String> = subgraph
        .nodes
        .iter()
        .zip(0..)
        .filter(|(node, _)| snapshot.node(node.id).kind == NodeKind::External)
        .map(|(_, index): (_, u32)| format!("n{index}"))
        .collect();
    if !externals.is_empty() {
        let _ = writeln!(text, "  classDef external stroke-dasharray: 4 3\n  class {} external", externals.join(","));
    }
    text
}

/// The groups directly inside one, then its nodes. Groups nest a few deep only.
fn body(
    snapshot: &Snapshot,
    subgraph: &Subgraph,
    contents: &Contents,
    inside: Option<GroupId>,
    depth: usize,
    text: &mut String,
) {
    let indent = "  ".repeat(depth);
    for group in contents.groups(inside) {
        let _ = writeln!(text, "{indent}subgraph g{group}[\"{}\"]", escaped(&subgraph.groups[*group as usize].label));
        body(snapshot, subgraph, contents, Some(*group), depth + 1, text);
        let _ = writeln!(text, "{indent}end");
    }
    for index in contents.nodes(inside) {
        let node = &subgraph.nodes[*index as usize];
        let _ = writeln!(text, "{indent}n{index}[\"{}\"]", escaped(&label(snapshot, node)));
    }
}

/// Dotted where only tests or a type checker need it; with its weight where that is more than one statement.
fn arrow(edge: &SubEdge) -> String {
    let arrow = if edge.test || edge.is_type_only() { "-.->" } else { "-->" };
    if edge.weight > 1 { format!("{arrow}|{}|", edge.weight) } else { arrow.to_owned() }
}

/// Text for a quoted label. Letters, digits and a few signs stay; everything else becomes a character code
/// (`#34;`), as does what Mermaid would take for Markdown: a leading `-`, `1.` or an underscore at the end of a word.
pub(super) fn escaped(text: &str) -> String {
    let text = sanitize(text);
    // One star alone is no emphasis.
    let is_one_star = text.matches('*').count() == 1;
    let mut escaped = String::with_capacity(text.len());
    let mut before: Option<char> = None;
    let mut chars = text.chars().peekable();
    let mut is_number = true;
    while let Some(c) = chars.next() {
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let is_plain = match c {
            // Placeholders that Mermaid itself uses for character codes.
            'ﬂ' | '°' | '¶' | 'ß' => false,
            '_' => is_word(before) && is_word(chars.peek().copied()),
            '-' => before.is_some(),
            '*' => is_one_star && before.is_some(),
            '.' => !(is_number && before.is_some()),
            ' ' | '/' | ',' | '(' | ')' | '+' | '@' => true,
            c => c.is_alphanumeric() || !c.is_ascii(),
        };
        if is_plain {
            escaped.push(c);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(escaped, "#{};", c as u32);
        }
        is_number &= c.is_ascii_digit();
        before = Some(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_hold_nothing_that_ends_them_or_starts_markup() {
        assert_eq!(escaped("src/graph/build.rs"), "src/graph/build.rs");
        assert_eq!(escaped("a\"b`c#d<e>f&g;h"), "a#34;b#96;c#35;d#60;e#62;f#38;g#59;h");
        assert_eq!(escaped("__init__.py"), "#95;#95;init#95;#95;.py");
        assert_eq!(escaped("snake_case_name.py"), "snake_case_name.py");
        assert_eq!(escaped("src/*"), "src/*");
        assert_eq!(escaped("*a*"), "#42;a#42;");
        assert_eq!(escaped("1. first"), "1#46; first");
        assert_eq!(escaped("- item"), "#45; item");
        assert_eq!(escaped("%%{init: {}}%%"), "#37;#37;#123;init#58; #123;#125;#125;#37;#37;");
        assert_eq!(escaped("two\nlines"), "two␊lines");
        assert_eq!(escaped("größe/日本"), "größe/日本".replace('ß', "#223;"));
    }
}
