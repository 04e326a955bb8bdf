//! Graphviz's DOT language (<https://graphviz.org/doc/info/lang.html>): folders are clusters.

use std::fmt::Write as _;

use super::{Contents, Format, Input, Output, generator, label};
use crate::graph::NodeKind;
use crate::graph::view::{GroupId, Level, View};
use crate::text::sanitize;

/// DOT.
pub const DOT: Format = Format {
    name: "dot",
    doc: "Graphviz, folders as clusters: for large drawings",
    extension: "dot",
    level: Level::Module,
    view: View::drawing,
    write,
};

fn write(input: &Input<'_>) -> Output {
    let subgraph = input.subgraph;
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "// {}, level {}", generator(), subgraph.level.as_str());
    text.push_str("digraph dependencies {\n  rankdir=LR;\n  compound=true;\n  node [shape=box];\n");
    if subgraph.nodes.is_empty() {
        text.push_str("  empty [label=\"nothing is selected\", shape=plaintext];\n");
    }
    body(input, &Contents::of(subgraph), None, 1, &mut text);
    for edge in &subgraph.edges {
        let mut attributes = Vec::new();
        if edge.weight > 1 {
            attributes.push(format!("label={}", edge.weight));
        }
        if edge.test || edge.is_type_only() {
            attributes.push("style=dashed".to_owned());
        }
        let _ = write!(text, "  n{} -> n{}", edge.from, edge.to);
        if !attributes.is_empty() {
            let _ = write!(text, " [{}]", attributes.join(", "));
        }
        text.push_str(";\n");
    }
    text.push_str("}\n");
    Output { text, notes: Vec::new() }
}

/// The groups directly inside one, then its nodes. Groups nest a few deep only.
fn body(input: &Input<'_>, contents: &Contents, inside: Option<GroupId>, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    for group in contents.groups(inside) {
        let _ = writeln!(text, "{indent}subgraph cluster_{group} {{");
        let _ = writeln!(text, "{indent}  label={};", quoted(&input.subgraph.groups[*group as usize].label));
        body(input, contents, Some(*group), depth + 1, text);
        let _ = writeln!(text, "{indent}}}");
    }
    for index in contents.nodes(inside) {
        let node = &input.subgraph.nodes[*index as usize];
        let external = input.snapshot.node(node.id).kind == NodeKind::External;
        let style = if external { ", style=dashed" } else { "" };
        let _ = writeln!(text, "{indent}n{index} [label={}{style}];", quoted(&label(input.snapshot, node)));
    }
}

/// A quoted string: in it only the quote is special, and the backslash that label escapes begin with.
fn quoted(text: &str) -> String {
    format!("\"{}\"", sanitize(text).replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_backslashes_and_line_feeds_stay_inside_the_string() {
        assert_eq!(quoted("a\"b\\N\n"), r#""a\"b\\N␊""#);
    }
}
