//! Boxes, frames and arrows that are no view of the dependency graph: systems, pipelines, networks. One value, which is
//! cut to what a reader can take in and written as a Mermaid flowchart or in DOT.

use std::fmt::Write as _;

use super::mermaid::{MAX_EDGES, escaped};
use crate::text::{counted, truncate_middle};

/// With more boxes than this nobody sees anything in a drawing.
pub const READABLE: usize = 45;

/// The longest label, in columns.
pub(super) const LABEL_WIDTH: usize = 60;

/// Index into [`Chart::boxes`].
pub type BoxId = usize;

/// A drawing.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// Whether it goes from top to bottom rather than from left to right.
    pub downward: bool,
    /// An outer one before those inside it.
    pub frames: Vec<Frame>,
    /// In the order in which they are drawn.
    pub boxes: Vec<Node>,
    /// In the order in which they are drawn.
    pub arrows: Vec<Arrow>,
}

/// A frame around boxes.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Its label; not escaped.
    pub label: String,
    /// The frame around it.
    pub parent: Option<usize>,
}

/// How a box looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// Runs or is made of code.
    #[default]
    Plain,
    /// A person or a client.
    Person,
    /// Keeps data.
    Store,
    /// Passes messages on.
    Channel,
    /// Routes requests.
    Gateway,
    /// Outside of the project; drawn with a dashed line.
    Outside,
}

/// A box.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// Its label, a line each; not escaped.
    pub lines: Vec<String>,
    /// How it looks.
    pub shape: Shape,
    /// The innermost frame around it.
    pub frame: Option<usize>,
}

/// An arrow.
#[derive(Debug, Clone)]
pub struct Arrow {
    /// Where it begins.
    pub from: BoxId,
    /// Where it ends.
    pub to: BoxId,
    /// What it says; not escaped, may be empty.
    pub label: String,
    /// Whether it is drawn with a dashed line.
    pub dashed: bool,
}

impl Chart {
    /// Adds a frame.
    pub fn frame(&mut self, label: impl Into<String>, parent: Option<usize>) -> usize {
        self.frames.push(Frame { label: label.into(), parent });
        self.frames.len() - 1
    }

    /// Adds a box.
    pub fn node<S: Into<String>>(
        &mut self,
        shape: Shape,
        frame: Option<usize>,
        lines: impl IntoIterator<Item = S>,
    ) -> BoxId {
        let lines = lines.into_iter().map(Into::into).filter(|line: &String| !line.is_empty()).collect();
        self.boxes.push(Node { lines, shape, frame });
        self.boxes.len() - 1
    }

    /// Adds an arrow; a second one between the same boxes with the same label adds nothing.
    pub fn arrow(&mut self, from: BoxId, to: BoxId, label: impl Into<String>, dashed: bool) {
        let label = label.into();
        let is = |arrow: &Arrow| arrow.from == from && arrow.to == to && arrow.label == label;
        if !self.arrows.iter().any(is) {
            self.arrows.push(Arrow { from, to, label, dashed });
        }
    }

    /// Keeps the boxes with the most arrows, at most so many, in their order, and says what was left out.
    pub fn cut(&mut self, most: usize) -> Vec<String> {
        let mut notes = Vec::new();
        if self.boxes.len() > most {
            let mut degree = vec![0_usize; self.boxes.len()];
            for arrow in &self.arrows {
                degree[arrow.from] += 1;
                degree[arrow.to] += 1;
            }
            let mut order: Vec<BoxId> = (0..self.boxes.len()).collect();
            order.sort_by_key(|id| (std::cmp::Reverse(degree[*id]), *id));
            order.truncate(most);
            order.sort_unstable();
            let mut numbers = vec![None; self.boxes.len()];
            for (new, old) in order.iter().enumerate() {
                numbers[*old] = Some(new);
            }
            let left_out = self.boxes.len() - order.len();
            let before = self.arrows.len();
            self.boxes = order.iter().map(|old| self.boxes[*old].clone()).collect();
            self.arrows = std::mem::take(&mut self.arrows)
                .into_iter()
                .filter_map(|arrow| Some(Arrow { from: numbers[arrow.from]?, to: numbers[arrow.to]?, ..arrow }))
                .collect();
            notes.push(format!(
                "Left out, those with the fewest connections first: {} and {}.",
                counted(left_out as u64, "box"),
                counted((before - self.arrows.len()) as u64, "arrow")
            ));
        }
        if self.arrows.len() > MAX_EDGES {
            notes.push(format!("{} left out.", counted((self.arrows.len() - MAX_EDGES) as u64, "arrow")));
            self.arrows.truncate(MAX_EDGES);
        }
        notes
    }

    /// As a Mermaid flowchart.
    pub fn mermaid(&self) -> String {
        let mut out = format!("flowchart {}\n", if self.downward { "TB" } else { "LR" });
        self.inside(None, 1, &mut out);
        for arrow in &self.arrows {
            let line = if arrow.dashed { "-.->" } else { "-->" };
            let label = if arrow.label.is_empty() { String::new() } else { format!("|\"{}\"|", shown(&arrow.label)) };
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  b{} {line}{label} b{}", arrow.from, arrow.to);
        }
        let outside: Vec<String> = self
            .boxes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.shape == Shape::Outside)
            .map(|(id, _)| format!("b{id}"))
            .collect();
        if !outside.is_empty() {
            let _ = writeln!(out, "  classDef outside stroke-dasharray: 4 3\n  class {} outside", outside.join(","));
        }
        out
    }

    /// The frames directly inside one that hold a box, then its boxes.
    fn inside(&self, frame: Option<usize>, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        for (id, inner) in self.frames.iter().enumerate().filter(|(_, inner)| inner.parent == frame) {
            if !self.holds(id) {
                continue;
            }
            let _ = writeln!(out, "{indent}subgraph f{id}[\"{}\"]", shown(&inner.label));
            self.inside(Some(id), depth + 1, out);
            let _ = writeln!(out, "{indent}end");
        }
        for (id, node) in self.boxes.iter().enumerate().filter(|(_, node)| node.frame == frame) {
            let (open, close) = match node.shape {
                Shape::Plain | Shape::Outside => ("[", "]"),
                Shape::Person => ("([", "])"),
                Shape::Store => ("[(", ")]"),
                Shape::Channel => ("[[", "]]"),
                Shape::Gateway => ("{{", "}}"),
            };
            let lines: Vec<String> = node.lines.iter().map(|line| shown(line)).collect();
            let label = if lines.is_empty() { "?".to_owned() } else { lines.join("<br/>") };
            let _ = writeln!(out, "{indent}b{id}{open}\"{label}\"{close}");
        }
    }

    /// Whether a box is in a frame or in one inside it. Parents come before their children, so this ends.
    pub(super) fn holds(&self, frame: usize) -> bool {
        let around = |inner: Option<usize>| std::iter::successors(inner, |id| self.frames[*id].parent);
        self.boxes.iter().any(|node| around(node.frame).any(|id| id == frame))
    }

    /// As a DOT graph.
    pub fn dot(&self) -> String {
        let mut out = format!(
            "digraph system {{\n  rankdir={};\n  compound=true;\n  node [shape=box, fontname=\"sans-serif\"];\n",
            if self.downward { "TB" } else { "LR" }
        );
        self.dot_inside(None, 1, &mut out);
        for arrow in &self.arrows {
            let style = if arrow.dashed { ", style=dashed" } else { "" };
            let _ = writeln!(out, "  b{} -> b{} [label={}{style}];", arrow.from, arrow.to, quoted(&arrow.label));
        }
        out.push_str("}\n");
        out
    }

    fn dot_inside(&self, frame: Option<usize>, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        for (id, inner) in self.frames.iter().enumerate().filter(|(_, inner)| inner.parent == frame) {
            if !self.holds(id) {
                continue;
            }
            let _ = writeln!(out, "{indent}subgraph cluster_{id} {{\n{indent}  label={};", quoted(&inner.label));
            self.dot_inside(Some(id), depth + 1, out);
            let _ = writeln!(out, "{indent}}}");
        }
        for (id, node) in self.boxes.iter().enumerate().filter(|(_, node)| node.frame == frame) {
            let shape = match node.shape {
                Shape::Plain => "box",
                Shape::Outside => "box, style=dashed",
                Shape::Person => "oval",
                Shape::Store => "cylinder",
                Shape::Channel => "cds",
                Shape::Gateway => "hexagon",
            };
            let _ = writeln!(out, "{indent}b{id} [label={}, shape={shape}];", quoted(&node.lines.join("\n")));
        }
    }
}

/// A label in a Mermaid chart.
fn shown(text: &str) -> String {
    escaped(&truncate_middle(text, LABEL_WIDTH))
}

/// A text as DOT quotes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for line in text.split('\n') {
        if out.len() > 1 {
            out.push_str("\\n");
        }
        for c in crate::text::sanitize(&truncate_middle(line, LABEL_WIDTH)).chars() {
            if matches!(c, '"' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Chart {
        let mut chart = Chart::default();
        let frame = chart.frame("inside", None);
        chart.frame("empty", Some(frame));
        let person = chart.node(Shape::Person, None, ["me"]);
        let service = chart.node(Shape::Plain, Some(frame), ["a \"b\"", "Go"]);
        let store = chart.node(Shape::Store, Some(frame), ["db"]);
        chart.arrow(person, service, "http", false);
        chart.arrow(person, service, "http", false);
        chart.arrow(service, store, "", true);
        chart
    }

    #[test]
    fn a_chart_is_written_as_mermaid_and_dot() {
        let expected = "flowchart LR\n  subgraph f0[\"inside\"]\n    b1[\"a #34;b#34;<br/>Go\"]\n    b2[(\"db\")]\n  end\n  \
                        b0([\"me\"])\n  b0 -->|\"http\"| b1\n  b1 -.-> b2\n";
        assert_eq!(chart().mermaid(), expected);
        assert!(chart().dot().contains("b1 [label=\"a \\\"b\\\"\\nGo\", shape=box];"));
    }

    #[test]
    fn the_boxes_with_the_fewest_arrows_go_first() {
        let mut chart = chart();
        assert!(chart.cut(3).is_empty());
        let notes = chart.cut(2);
        assert_eq!(notes, ["Left out, those with the fewest connections first: 1 box and 1 arrow."]);
        assert_eq!(chart.boxes.len(), 2);
        assert_eq!(chart.arrows.len(), 1);
    }
}
