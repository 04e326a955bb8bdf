//! GraphQL texts: what schemas define and what documents ask for.

use apollo_parser::{Parser, cst};
use cst::CstNode;

use super::ROOTS;
use crate::facts::Name;

/// How many tokens of one text are read.
const TOKEN_LIMIT: usize = 500_000;

/// A type that a schema defines.
pub struct Type {
    /// Its name.
    pub name: Name,
    /// `type`, `interface`, `input`, `enum`, `union`.
    pub kind: &'static str,
    /// Names and types; of unions and enums the members, without a type.
    pub fields: Vec<(Name, Name)>,
    /// Counted from 1.
    pub line: u32,
}

/// What a text says. Lines are counted from 1.
#[derive(Default)]
pub struct Read {
    /// Fields of the root types.
    pub operations: Vec<(&'static str, Name, u32)>,
    /// Other types.
    pub types: Vec<Type>,
    /// Fields of root types that documents ask for.
    pub asked: Vec<(&'static str, Name, u32)>,
}

/// Reads a text; what is not GraphQL in it is skipped.
pub fn read(text: &str) -> Read {
    let tree = Parser::new(text).token_limit(TOKEN_LIMIT).parse();
    let lines = Lines::new(text);
    let mut read = Read::default();
    for definition in tree.document().definitions() {
        define(&definition, &lines, &mut read);
    }
    read
}

/// The lines of a text by their first bytes.
struct Lines(Vec<u32>);

impl Lines {
    fn new(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at as u32 + 1);
        Self(std::iter::once(0).chain(breaks).collect())
    }

    /// Of a node's first byte, counted from 1.
    fn of(&self, node: &impl CstNode) -> u32 {
        let start = u32::from(node.syntax().text_range().start());
        self.0.partition_point(|first| *first <= start) as u32
    }
}

fn define(definition: &cst::Definition, lines: &Lines, read: &mut Read) {
    use cst::Definition as D;
    match definition {
        D::ObjectTypeDefinition(of) => object(of.name(), of.fields_definition(), "type", lines, read),
        D::ObjectTypeExtension(of) => object(of.name(), of.fields_definition(), "type", lines, read),
        D::InterfaceTypeDefinition(of) => object(of.name(), of.fields_definition(), "interface", lines, read),
        D::InputObjectTypeDefinition(of) => {
            let fields = of.input_fields_definition().into_iter().flat_map(|fields| fields.input_value_definitions());
            let fields = fields.filter_map(|field| Some((named(&field.name()?), typed(&field.ty()?)))).collect();
            add(of.name(), "input", fields, lines, read);
        }
        D::EnumTypeDefinition(of) => {
            let values = of.enum_values_definition().into_iter().flat_map(|values| values.enum_value_definitions());
            let values = values.filter_map(|value| Some((named(&value.enum_value()?.name()?), Name::default())));
            add(of.name(), "enum", values.collect(), lines, read);
        }
        D::UnionTypeDefinition(of) => {
            let members = of.union_member_types().into_iter().flat_map(|members| members.named_types());
            let members = members.filter_map(|member| Some((named(&member.name()?), Name::default())));
            add(of.name(), "union", members.collect(), lines, read);
        }
        D::OperationDefinition(of) => {
            let word = of.operation_type().map(|word| word.syntax().text().to_string());
            let root = ROOTS.iter().find(|(_, name)| word.as_deref().unwrap_or("query").trim() == *name);
            let (Some((root, _)), Some(selected)) = (root, of.selection_set()) else { return };
            for selection in selected.selections() {
                if let cst::Selection::Field(field) = selection
                    && let Some(name) = field.name()
                    && !name.text().starts_with("__")
                {
                    read.asked.push((root, named(&name), lines.of(&name)));
                }
            }
        }
        _ => {}
    }
}

fn object(
    name: Option<cst::Name>,
    fields: Option<cst::FieldsDefinition>,
    kind: &'static str,
    lines: &Lines,
    read: &mut Read,
) {
    let fields = || fields.iter().flat_map(|fields| fields.field_definitions());
    let root = name.as_ref().and_then(|name| ROOTS.iter().find(|(root, _)| name.text() == *root));
    if let Some((root, _)) = root {
        for name in fields().filter_map(|field| field.name()) {
            read.operations.push((root, named(&name), lines.of(&name)));
        }
        return;
    }
    let fields = fields().filter_map(|field| Some((named(&field.name()?), typed(&field.ty()?)))).collect();
    add(name, kind, fields, lines, read);
}

fn add(name: Option<cst::Name>, kind: &'static str, fields: Vec<(Name, Name)>, lines: &Lines, read: &mut Read) {
    if let Some(name) = name {
        read.types.push(Type { line: lines.of(&name), name: named(&name), kind, fields });
    }
}

fn named(name: &cst::Name) -> Name {
    Name::from(&*name.text())
}

/// A type as written, without white space.
fn typed(of: &cst::Type) -> Name {
    of.syntax().text().to_string().split_whitespace().collect()
}
