//! Types of GraphQL schemas and how they refer to each other.

use std::collections::BTreeMap;

use crate::export::chart::{Chart, Shape};
use crate::report::facts::{NAMES, ROWS, diagram, name_or_dash, or_dash};
use crate::report::{Content, Input, Part, Table, Text};
use crate::system::ContractStyle;

/// The section.
pub static GRAPHQL: Part =
    Part { title: "GraphQL type relations", looks_for: "GraphQL schema files and schemas in code", write };

fn write(input: &Input<'_>, content: &mut Content) {
    let system = input.system();
    let mut chart = Chart::default();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for of in &system.types {
        numbers
            .entry(&of.name)
            .or_insert_with(|| chart.node(Shape::Plain, None, [of.name.to_string(), of.kind.to_owned()]));
    }
    let mut table = Table::new(["Type", "Kind", "Fields", "Where"]);
    for of in &system.types {
        for (field, written) in &of.fields {
            // Of unions the members are the types.
            let target = if written.is_empty() { field } else { written };
            if let (Some(from), Some(to)) = (numbers.get(&*of.name), numbers.get(named(target))) {
                chart.arrow(*from, *to, field.as_str(), false);
            }
        }
        let fields = of.fields.iter().map(|(field, _)| field);
        let place = Text::new().place(&of.evidence);
        table.row([Text::new().code(&of.name), of.kind.into(), or_dash(Text::names(fields, NAMES)), place]);
    }
    content.diagram(diagram(chart));
    content.table(table.most(ROWS));
    let mut table = Table::new(["Operation", "Of", "Component", "Declared", "Resolved at"]);
    for of in system.operations.iter().filter(|of| of.style == ContractStyle::GraphQl) {
        table.row([
            Text::new().code(&of.name),
            of.method.as_deref().unwrap_or("-").into(),
            name_or_dash(system, of.component),
            Text::new().place(&of.evidence),
            of.handler.as_ref().map_or_else(|| "no code found".into(), |place| Text::new().place(place)),
        ]);
    }
    content.table(table.most(ROWS));
}

/// The name in a type as it is written: `User` of `[User!]!`.
fn named(written: &str) -> &str {
    written.trim_matches(['[', ']', '!', ' '])
}
