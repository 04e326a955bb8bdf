//! Patterns: which names they bind to what.

use tree_sitter::Node;

use super::terms::Reader;
use crate::facts::typing::{Term, TermId};

/// How deep patterns are followed.
const DEPTH: u32 = 12;

impl Reader<'_, '_> {
    /// Binds the names of a pattern from a byte on, to parts of a value.
    pub(super) fn pattern(&mut self, node: Node<'_>, value: Option<TermId>, from: u32) {
        self.pattern_within(node, value, from, DEPTH);
    }

    fn pattern_within(&mut self, node: Node<'_>, value: Option<TermId>, from: u32, depth: u32) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match node.kind() {
            "identifier" | "shorthand_field_identifier" => {
                let name = self.source.text(node);
                // By convention others are constants.
                if !name.starts_with(char::is_uppercase) {
                    self.locals.bind_from(from, name, value);
                }
            }
            "mut_pattern" | "ref_pattern" | "reference_pattern" => {
                let mut cursor = node.walk();
                let inner = node.named_children(&mut cursor).find(|child| child.kind() != "mutable_specifier");
                if let Some(inner) = inner {
                    self.pattern_within(inner, value, from, depth);
                }
            }
            "captured_pattern" => {
                let mut cursor = node.walk();
                for inner in node.named_children(&mut cursor) {
                    self.pattern_within(inner, value, from, depth);
                }
            }
            "tuple_struct_pattern" => {
                let of = self.source.child(node, "type");
                let is_holding = matches!(of.map(|of| self.source.text(of)), Some("Some" | "Ok"));
                let inner = value.filter(|_| is_holding).map(|value| self.terms.term(Term::Element(value)));
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|child| Some(*child) != of) {
                    self.pattern_within(child, inner, from, depth);
                }
            }
            "struct_pattern" => self.fields(node, from, depth),
            "tuple_pattern" | "slice_pattern" | "or_pattern" | "match_pattern" => {
                let is_same = matches!(node.kind(), "or_pattern" | "match_pattern");
                let mut cursor = node.walk();
                for inner in node.named_children(&mut cursor) {
                    self.pattern_within(inner, value.filter(|_| is_same), from, depth);
                }
            }
            _ => {}
        }
    }

    fn fields(&mut self, node: Node<'_>, from: u32, depth: u32) {
        let of = self.source.child(node, "type").and_then(|of| self.value_of(of));
        let mut cursor = node.walk();
        for field in node.named_children(&mut cursor).filter(|field| field.kind() == "field_pattern") {
            let name = self.field(field, "name");
            let value = of.zip(name).map(|(of, name)| self.terms.term(Term::Member(of, name)));
            let inner = self.source.child(field, "pattern").or_else(|| self.source.child(field, "name"));
            if let Some(inner) = inner {
                self.pattern_within(inner, value, from, depth);
            }
        }
    }
}
