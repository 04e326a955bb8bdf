//! Marks by query.

use super::{App, Question};
use crate::query;
use crate::text::counted;
use crate::tui::model::{Place, Wanting};
use crate::tui::overlays::prompt::Prompt;

impl App {
    /// Asks for a query, with what was typed before.
    pub(super) fn ask_for_query(&mut self) {
        let note = "paths and globs, deps(x), rdeps(x), cycles(x), top(5, risk), + ^ - ( )".to_owned();
        self.open_query(note, "");
    }

    pub(super) fn open_query(&mut self, note: String, text: &str) {
        let prompt = Prompt::new("Mark what a query selects".to_owned(), note, text);
        self.overlay = Some((Box::new(prompt), Question::Query));
    }

    /// Whether a query waits until it is looked up what changed since the revisions that it names.
    pub(super) fn waits_for_revisions(&mut self, text: &str, lists: bool) -> bool {
        let waits = self.model.has_to_look_up(text);
        if waits {
            self.model.wanted = Some(Wanting { text: text.to_owned(), lists });
            self.model.think();
            self.say("looking up what changed");
        }
        waits
    }

    /// Marks what a query selects in place of what was marked. One that cannot be answered is asked for again.
    pub(super) fn mark_query(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        if self.waits_for_revisions(text.trim(), false) {
            return;
        }
        let selected = match query::select(text.trim(), &self.model.snapshot, &self.model.analysis) {
            Ok(selected) => selected,
            Err(error) => return self.open_query(error.to_string(), text),
        };
        if selected.is_empty() {
            return self.open_query("selects nothing".to_owned(), text);
        }
        let snapshot = &self.model.snapshot;
        self.model.marks = selected.iter().map(|id| Place::path(snapshot.node(id).path.clone())).collect();
        self.say(format!("{} marked", counted(self.model.marks.len() as u64, "component")));
    }
}
