//! HCL: Terraform, OpenTofu, Nomad, in the form that Terraform gives the same configuration in JSON.
//!
//! A block is an entry whose labels are nested mappings: `resource "a" "b" {}` is `resource: {a: {b: {}}}`, once for each
//! block. An expression that is no literal is a text in `${}`, as it is within templates.

use hcl_edit::Span;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::parser::parse_body;
use hcl_edit::structure::{Block, Body, Structure};

use super::json::Lines;
use super::tree::{Entry, Tree, Value};
use super::{Problem, Read};
use crate::facts::Name;

/// The longest expression that is kept, in bytes.
const EXPRESSION_LIMIT: usize = 4 << 10;

/// Functions that give their argument in another notation or type.
const TRANSPARENT: &[&str] =
    &["jsonencode", "yamlencode", "tostring", "tonumber", "tolist", "toset", "tomap", "sensitive", "nonsensitive"];

/// Reads a file. Of a broken one the blocks before the fault count. The parser bounds nesting itself.
pub(super) fn read(text: &str) -> Read {
    let reader = Reader { text, lines: Lines::of(text) };
    match parse_body(text) {
        Ok(body) => (vec![reader.body(&body, 1)], None),
        Err(error) => {
            let line = error.location().line();
            let problem = Problem { line: Some(line as u32), message: format!("not well-formed: {}", error.message()) };
            let before = before_block(text, line);
            let trees = parse_body(before).map(|body| vec![reader.body(&body, 1)]).unwrap_or_default();
            (trees, Some(problem))
        }
    }
}

/// The text up to the last line before a fault that begins a block of the file: one that is not indented.
fn before_block(text: &str, line: usize) -> &str {
    let mut start = 0;
    let mut begin = 0;
    for whole in text.split_inclusive('\n').take(line) {
        if whole.starts_with(|c: char| c.is_ascii_alphabetic()) {
            begin = start;
        }
        start += whole.len();
    }
    &text[..begin]
}

struct Reader<'t> {
    text: &'t str,
    lines: Lines,
}

impl<'t> Reader<'t> {
    fn line(&self, of: &impl Span) -> u32 {
        of.span().map_or(1, |span| self.lines.line(span.start))
    }

    fn source(&self, of: &impl Span) -> &'t str {
        of.span().and_then(|span| self.text.get(span)).unwrap_or_default().trim()
    }

    // Bodies and expressions are at most as deep as the parser allows, so these may recurse.
    fn body(&self, body: &Body, line: u32) -> Tree {
        let entry = |structure: &Structure| match structure {
            Structure::Attribute(attribute) => Entry {
                key: Name::from(attribute.key.as_str()),
                line: self.line(&attribute.key),
                value: self.tree(&attribute.value),
            },
            Structure::Block(block) => self.block(block),
        };
        Tree { line, value: Value::Map(body.iter().map(entry).collect()) }
    }

    fn block(&self, block: &Block) -> Entry {
        let line = self.line(&block.ident);
        let mut value = self.body(&block.body, line);
        for label in block.labels.iter().rev() {
            let entry = Entry { key: Name::from(label.as_str()), line, value };
            value = Tree { line, value: Value::Map(vec![entry]) };
        }
        Entry { key: Name::from(block.ident.as_str()), line, value }
    }

    fn tree(&self, expression: &Expression) -> Tree {
        let line = self.line(expression);
        let value = match expression {
            Expression::Null(_) => Value::Text(Name::default()),
            Expression::String(text) => Value::Text(Name::from(text.as_str())),
            Expression::Bool(_) | Expression::Number(_) => Value::Text(Name::from(self.source(expression))),
            Expression::Array(array) => Value::List(array.iter().map(|element| self.tree(element)).collect()),
            Expression::Object(object) => Value::Map(
                object
                    .iter()
                    .map(|(key, value)| {
                        let (name, line) = match key {
                            ObjectKey::Ident(name) => (Name::from(name.as_str()), self.line(name)),
                            ObjectKey::Expression(of) => (Name::from(self.source(of).trim_matches('"')), self.line(of)),
                        };
                        Entry { key: name, line, value: self.tree(value.expr()) }
                    })
                    .collect(),
            ),
            Expression::Parenthesis(inner) => return self.tree(inner.inner()),
            Expression::FuncCall(call) if call.args.len() == 1 && TRANSPARENT.contains(&call.name.name.as_str()) => {
                match call.args.get(0) {
                    Some(argument) => return self.tree(argument),
                    None => Value::Text(Name::default()),
                }
            }
            Expression::StringTemplate(_) => {
                let text = self.source(expression);
                let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
                Value::Text(limited(inside.unwrap_or(text)).into())
            }
            Expression::HeredocTemplate(_) => {
                let text = self.source(expression);
                Value::Text(limited(text.split_once('\n').map_or("", |(_, body)| body)).into())
            }
            _ => Value::Text(Name::from(format!("${{{}}}", limited(self.source(expression))))),
        };
        Tree { line, value }
    }
}

fn limited(text: &str) -> &str {
    let mut end = text.len().min(EXPRESSION_LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
