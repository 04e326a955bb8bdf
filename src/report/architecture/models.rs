//! The data that the code is about: tables, else the types that most files use.

use super::core::{Users, doc};
use crate::analysis::Location;
use crate::facts::DefinitionKind;
use crate::report::diagrams::data;
use crate::report::{Content, Input, Part, Statement, Table, Text};

/// The section.
pub static MODELS: Part = Part {
    title: "Data models",
    looks_for: "tables of SQL, migrations and mappers; types that other files use",
    write,
};

/// Types that are listed.
const TYPES: usize = 20;

fn write(input: &Input<'_>, content: &mut Content) {
    (data::DATA.write)(input, content);
    if !content.is_empty() {
        return;
    }
    let snapshot = input.snapshot;
    let users = Users::of(snapshot);
    let mut table = Table::new(["Type", "Kind", "What it is", "Used by files", "Where"]);
    let is_type = |kind: DefinitionKind| {
        use DefinitionKind::{Class, Enum, Interface, Struct, Type};
        matches!(kind, Class | Struct | Enum | Interface | Type)
    };
    for (file, id, count) in users.all() {
        let Some(facts) = snapshot.sources.facts(file) else { continue };
        let Some(definition) = facts.definitions.get(id as usize) else { continue };
        let node = snapshot.node(snapshot.node_of(file));
        if !is_type(definition.kind) || definition.test || node.test || node.mark.is_some() || count < 2 {
            continue;
        }
        table.row([
            Text::new().code(crate::facts::qualified_name(&facts.definitions, id)),
            definition.kind.as_str().into(),
            doc(definition),
            count.to_string().into(),
            Text::new().place(Location { path: node.path.clone(), line: Some(definition.name_span.line) }),
        ]);
    }
    if table.rows.is_empty() {
        return;
    }
    content
        .say(Statement::new(format!("No table was found in {}; these types are used by the most files.", input.name)));
    content.table(table.most(TYPES));
}
