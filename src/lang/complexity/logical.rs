//! Logical operators, in sequences of like ones.

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use super::{Construct, Event, event};

/// What one expression joins, from left to right.
#[derive(Clone, Copy)]
enum Part {
    /// Another expression of logical operators, by its index.
    Expression(usize),
    /// An operator; like ones have the same number.
    Operator(u16),
}

/// What an operator joins.
pub(super) enum Joins {
    /// Conditions: it may not evaluate its right side.
    Conditions,
    /// A value and what stands in for it.
    Values,
    /// Anything else.
    Nothing,
}

/// What the operator of an expression joins: its field `operator`, else its second child.
pub(super) fn joins(node: Node<'_>, source: &[u8]) -> Joins {
    let operator = node.child_by_field_name("operator").or_else(|| node.child(1));
    match operator.and_then(|operator| source.get(operator.byte_range())) {
        Some(b"&&" | b"||" | b"and" | b"or" | b"andalso") => Joins::Conditions,
        // Erlang's, which joins conditions; Zig's is of values.
        Some(b"orelse") if node.kind() == "binary_op_expr" => Joins::Conditions,
        Some(b"??" | b"//" | b"orelse" | b"&&=" | b"||=" | b"?:") => Joins::Values,
        _ => Joins::Nothing,
    }
}

/// One event for each expression of logical operators that is not a part of another one.
pub(super) fn events(nodes: &[Node<'_>], source: &[u8]) -> Vec<Event> {
    let index: FxHashMap<usize, usize> = nodes.iter().enumerate().map(|(index, node)| (node.id(), index)).collect();
    let parts: Vec<Vec<Part>> = nodes.iter().map(|node| parts(*node, &index, source)).collect();
    let is_part: FxHashSet<usize> = parts
        .iter()
        .flatten()
        .filter_map(|part| match part {
            Part::Expression(at) => Some(*at),
            Part::Operator(_) => None,
        })
        .collect();
    // Of a node that was captured twice the last capture stands in the index.
    let outermost = (0..nodes.len()).filter(|at| !is_part.contains(at) && index.get(&nodes[*at].id()) == Some(at));
    outermost.map(|at| Event { operators: count(&parts, at), ..event(Construct::Logical, nodes[at], 0) }).collect()
}

fn parts(node: Node<'_>, index: &FxHashMap<usize, usize>, source: &[u8]) -> Vec<Part> {
    let mut parts = Vec::with_capacity(3);
    let mut cursor = node.walk();
    if !cursor.goto_first_child() {
        return parts;
    }
    loop {
        let child = cursor.node();
        if !child.is_named() {
            if !child.kind().starts_with(['(', ')', ';', '\n']) {
                parts.push(Part::Operator(child.kind_id()));
            }
        } else if let Some(at) = index.get(&bare(child).id()) {
            parts.push(Part::Expression(*at));
        } else if cursor.field_name() == Some("operator") || child.kind() == "operator" {
            // Grammars that name operators have one kind for all of them: their first letter tells them apart.
            let first = source.get(child.start_byte()).copied().unwrap_or_default();
            parts.push(Part::Operator(u16::MAX - u16::from(first)));
        }
        if !cursor.goto_next_sibling() {
            return parts;
        }
    }
}

/// An operand without the parentheses around it.
fn bare(mut node: Node<'_>) -> Node<'_> {
    while node.kind().starts_with("paren")
        && node.named_child_count() == 1
        && let Some(inside) = node.named_child(0)
    {
        node = inside;
    }
    node
}

/// The number of operators, and of sequences of like ones, read from left to right.
fn count(parts: &[Vec<Part>], outermost: usize) -> (u32, u32) {
    let (mut operators, mut sequences, mut last) = (0, 0, None);
    let mut left = vec![Part::Expression(outermost)];
    while let Some(part) = left.pop() {
        match part {
            Part::Expression(at) => left.extend(parts[at].iter().rev()),
            Part::Operator(operator) => {
                operators += 1;
                sequences += u32::from(last.replace(operator) != Some(operator));
            }
        }
    }
    (operators, sequences)
}
