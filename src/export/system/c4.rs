//! Mermaid's C4 notation (<https://mermaid.js.org/syntax/c4.html>), valid by construction: ids are made up, texts are
//! quoted and escaped.

use std::fmt::Write as _;

use crate::export::chart::{Chart, LABEL_WIDTH, Node, Shape};
use crate::export::mermaid::escaped;
use crate::text::truncate_middle;

/// A chart as a diagram of containers: frames are the boundaries of systems.
pub fn containers(chart: &Chart) -> String {
    let mut out = String::from("C4Container\n");
    inside(chart, None, 1, &mut out);
    if chart.boxes.is_empty() {
        out.push_str("  System(empty, \"nothing is selected\")\n");
    }
    for arrow in &chart.arrows {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  Rel(b{}, b{}, {})", arrow.from, arrow.to, quoted(&arrow.label));
    }
    out
}

fn inside(chart: &Chart, frame: Option<usize>, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for (id, inner) in chart.frames.iter().enumerate().filter(|(_, inner)| inner.parent == frame) {
        if !chart.holds(id) {
            continue;
        }
        let _ = writeln!(out, "{indent}System_Boundary(f{id}, {}) {{", quoted(&inner.label));
        inside(chart, Some(id), depth + 1, out);
        let _ = writeln!(out, "{indent}}}");
    }
    for (id, node) in chart.boxes.iter().enumerate().filter(|(_, node)| node.frame == frame) {
        let lines: Vec<String> = node.lines.iter().map(|line| quoted(line)).collect();
        let _ = writeln!(out, "{indent}{}(b{id}, {})", element(node), lines.join(", "));
    }
}

/// What C4 calls a box. The second line of a container is its technology, of what is outside its description.
fn element(node: &Node) -> &'static str {
    match (node.shape, node.frame) {
        (Shape::Person, _) => "Person",
        (Shape::Outside, _) | (Shape::Plain, None) => "System_Ext",
        (Shape::Store, _) => "ContainerDb",
        (Shape::Channel, _) => "ContainerQueue",
        (Shape::Gateway | Shape::Plain, _) => "Container",
    }
}

/// A text between quotes; an empty one is none.
fn quoted(text: &str) -> String {
    let shown = escaped(&truncate_middle(text, LABEL_WIDTH));
    format!("\"{}\"", if shown.is_empty() { "?" } else { &shown })
}
