//! Questions about the graph, each asked with one key.

use super::App;
use crate::text::counted;
use crate::tui::action::Action;
use crate::tui::model::{Asked, Dating, Place};
use crate::tui::panes::PaneId;

impl App {
    /// From what is marked to the selection; where nothing is marked, along the dependency of the selected row.
    pub(super) fn ask_for_ways(&mut self, action: Action) {
        let here = self.model.place(self.target_item());
        let marked: Vec<Place> = self.model.marks.iter().filter(|place| **place != here).cloned().collect();
        let pair = self.panes[self.seat.focus as usize].dependencies(&self.model).into_iter().next();
        let (from, to) = match (marked.is_empty(), pair) {
            (false, _) => (marked, vec![here]),
            (true, Some((from, to))) => (vec![Place::path(from)], vec![Place::path(to)]),
            (true, None) => return self.say("mark where the way begins (space), then select where it leads"),
        };
        self.ask(if action == Action::Cut { Asked::Cut { from, to } } else { Asked::Why { from, to } });
    }

    /// Of what is marked, else of the selection.
    pub(super) fn ask_for_impact(&mut self) {
        let marked: Vec<Place> = self.model.marks.iter().cloned().collect();
        let of = if marked.is_empty() { vec![self.model.place(self.target_item())] } else { marked };
        self.ask(Asked::Impact { of });
    }

    /// Which commit brought the dependency of the selected row, and in the view of cycles which closed the cycle.
    pub(super) fn ask_for_commit(&mut self) {
        let Some(pair) = self.panes[self.seat.focus as usize].dependencies(&self.model).into_iter().next() else {
            return self.say("select a dependency first");
        };
        let cycle = (self.seat.focus == PaneId::Cycles).then_some(self.model.breaker.of_files);
        self.model.dating = Some(Dating { pair, cycle });
        self.model.think();
        self.say("looking through the versions of the file");
    }

    /// Marks and lists what a query selects, which is known to select something.
    pub(super) fn answer_query(&mut self, text: String) {
        if self.waits_for_revisions(&text, true) {
            return;
        }
        self.mark_query(&text);
        if self.overlay.is_none() {
            self.ask(Asked::Query { text });
            let marked = counted(self.model.marks.len() as u64, "component");
            self.say(format!("{marked} marked"));
        }
    }

    fn ask(&mut self, asked: Asked) {
        self.model.asked = Some(asked);
        if self.seat.focus != PaneId::Answer {
            self.go_to_pane(PaneId::Answer);
        }
        self.refresh();
    }
}
