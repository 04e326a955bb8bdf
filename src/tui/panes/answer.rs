//! The answer to what was asked of the graph last: ways, cuts, impact, or what a query selects.

mod impact;
mod ways;

use super::PaneId;
use super::outline::{Contents, Kind, Lead, Line};
use crate::graph::NodeId;
use crate::graph::reach::Through;
use crate::query;
use crate::text::{count, counted};
use crate::tui::model::{Asked, Model, Place, Spot};
use crate::tui::theme::Role;

/// The view.
pub static KIND: Kind = Kind { id: PaneId::Answer, columns: &[("statements", 12)], open: 1, lead: Lead::Alone, build };

fn build(model: &Model) -> Contents {
    match &model.asked {
        None => Contents {
            lines: Vec::new(),
            note: String::new(),
            nothing: "nothing was asked: mark a component (space), select another one, then w for why, c to cut; i for impact",
        },
        Some(Asked::Why { from, to }) => answer("why", ways::why(model, from, to)),
        Some(Asked::Cut { from, to }) => answer("cut", ways::cut(model, from, to)),
        Some(Asked::Impact { of }) => answer("impact", impact::build(model, of)),
        Some(Asked::Query { text }) => answer("query", selected(model, text)),
    }
}

/// The sentence that says it all, then the rows that show it.
fn answer(note: &str, (sentence, mut lines): (String, Vec<Line>)) -> Contents {
    lines.insert(0, Line::new(0, "sentence".to_owned(), sentence, Role::Text));
    Contents { lines, note: note.to_owned(), nothing: "" }
}

/// Which dependencies the answers follow: what the switch for tests lets through.
fn through(model: &Model) -> Through {
    Through { tests: model.tests, ..Through::ALL }
}

/// Places as they stand in a title.
fn names(places: &[Place]) -> String {
    match places {
        [] => "nothing".to_owned(),
        [place] if place.path.is_empty() => ".".to_owned(),
        [place] => place.path.to_string(),
        [first, rest @ ..] => format!("{} and {}", first.path, counted(rest.len() as u64, "other")),
    }
}

fn selected(model: &Model, text: &str) -> (String, Vec<Line>) {
    let snapshot = &model.snapshot;
    match query::select(text, snapshot, &model.analysis) {
        Ok(found) => {
            let nodes = found.into_nodes();
            let sentence = format!("{text} selects {}", counted(nodes.len() as u64, "component"));
            (sentence, nodes.into_iter().map(|id| node_row(model, id)).collect())
        }
        // It had an answer when it was asked: what it names is gone.
        Err(error) => (text.to_owned(), vec![Line::new(0, "error".to_owned(), error.to_string(), Role::Error)]),
    }
}

fn node_row(model: &Model, id: NodeId) -> Line {
    let node = model.snapshot.node(id);
    let role = Role::of_node(node);
    let line = Line::new(0, node.written().to_owned(), node.written().to_owned(), role);
    let note = format!("{}  {}", node.kind.as_str(), counted(node.lines, "line"));
    Line { note, ..line }.showing(Some(Spot::at(node.path.clone(), 0)))
}

/// The cells of a row about so many statements.
fn weight(statements: u64) -> Vec<String> {
    vec![count(statements)]
}
