//! A report for programs: the same parts, each with a `kind`.

use serde_json::{Value, json};

use crate::analysis::Location;
use crate::report::document::{Block, Document, Inline, Section, Statement, Text};

/// The whole document, indented.
pub fn whole(document: &Document) -> String {
    let value = json!({
        "title": document.title,
        "lead": document.lead.iter().map(block).collect::<Vec<_>>(),
        "sections": document.sections.iter().map(section).collect::<Vec<_>>(),
    });
    format!("{value:#}\n")
}

fn section(section: &Section) -> Value {
    let header: serde_json::Map<String, Value> =
        section.header.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
    json!({
        "title": section.title.unmarked(), "id": section.id, "header": header,
        "blocks": section.blocks.iter().map(block).collect::<Vec<_>>(),
        "sections": section.sections.iter().map(self::section).collect::<Vec<_>>(),
    })
}

fn block(block: &Block) -> Value {
    match block {
        Block::Say(said) => json!({ "kind": "statement", "statement": statement(said) }),
        Block::List(list) => json!({ "kind": "list", "statements": list.iter().map(statement).collect::<Vec<_>>() }),
        Block::Table(table) => {
            let rows: Vec<Vec<Value>> = table.rows.iter().map(|row| row.iter().map(text).collect()).collect();
            json!({ "kind": "table", "columns": table.columns, "rows": rows, "left_out": table.left_out })
        }
        Block::Diagram(diagram) => json!({ "kind": "diagram", "mermaid": diagram.mermaid, "notes": diagram.notes }),
        Block::Nothing(looked_for) => json!({ "kind": "nothing", "looked_for": looked_for }),
    }
}

fn statement(said: &Statement) -> Value {
    let evidence: Vec<String> = said.evidence.iter().map(Location::to_string).collect();
    json!({ "text": said.text.unmarked(), "evidence": evidence })
}

/// A cell: its text, and the lines that it names.
fn text(text: &Text) -> Value {
    let place = |inline: &Inline| match inline {
        Inline::Place(place) => Some(place.to_string()),
        _ => None,
    };
    let evidence: Vec<String> = text.0.iter().filter_map(place).collect();
    json!({ "text": text.unmarked(), "evidence": evidence })
}
