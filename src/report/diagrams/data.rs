//! Tables and how they refer to each other.

use std::collections::BTreeSet;

use crate::export::er;
use crate::report::facts::{NAMES, ROWS, or_dash, places};
use crate::report::{Content, Diagram, Input, Part, Table, Text};
use crate::system::Access;
use crate::text::counted;

/// The section.
pub static DATA: Part = Part {
    title: "Entity-relationship diagram",
    looks_for: "tables of SQL files and migrations, models of Rails, Django, SQLAlchemy, JPA, Prisma, TypeORM, Drizzle, Diesel, \
        GORM, EF Core, Laravel, Ecto",
    write,
};

/// The most tables in one diagram.
const TABLES: usize = 30;

fn write(input: &Input<'_>, content: &mut Content) {
    let schema = &input.system().schema;
    if schema.tables.is_empty() {
        return;
    }
    let kept = most_related(input);
    let mut notes = Vec::new();
    if kept.len() < schema.tables.len() {
        let more = counted((schema.tables.len() - kept.len()) as u64, "table");
        notes.push(format!("{more} with the fewest relations left out of the drawing."));
    }
    content.diagram(Some(Diagram { mermaid: er::of_tables(schema, &kept), notes }));
    let mut table = Table::new(["Table", "Columns", "Models", "Read at", "Written at", "Where"]);
    for (index, of) in schema.tables.iter().enumerate() {
        let uses = |access: Access| {
            let places = input.system().table_uses.iter().filter(|of| of.table == index && of.access == access);
            or_dash(Text::places(places.map(|of| &of.evidence), 2))
        };
        table.row([
            Text::new().code(&of.name),
            of.columns.len().to_string().into(),
            or_dash(Text::names(&of.models, NAMES)),
            uses(Access::Reads),
            uses(Access::Writes),
            places(&of.places),
        ]);
    }
    content.table(table.most(ROWS));
}

/// The tables with the most relations, in their order.
fn most_related(input: &Input<'_>) -> BTreeSet<usize> {
    let schema = &input.system().schema;
    let relations = |name: &str| schema.relations.iter().filter(|of| of.from == name || of.to == name).count();
    let mut order: Vec<usize> = (0..schema.tables.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(relations(&schema.tables[*index].name)), *index));
    order.truncate(TABLES);
    order.into_iter().collect()
}
