//! What the user is asked, and what becomes of the answers.

use std::sync::Arc;

use super::App;
use crate::report::formats::{self, Format, Setting};
use crate::text::counted;
use crate::tui::effect::Effect;
use crate::tui::model::{Place, Spot};
use crate::tui::overlays;
use crate::tui::panes::PaneId;
use crate::tui::search::Start;

/// What an answer of an overlay is for.
#[derive(Debug, Clone)]
pub(super) enum Question {
    /// Nothing: the overlay acts by itself.
    None,
    /// What to search for; where the cursor was before.
    Search { place: Place, spot: Spot, before: String },
    /// What to filter by; what it was before.
    Filter { place: Place, spot: Spot, before: String },
    /// Where to write a diagram.
    Export { text: String },
    /// What to mark.
    Query,
    /// Where to move files or folders in a what-if: to that path, or into that folder.
    Move { from: Vec<Arc<str>>, is_folder: bool },
    /// What to merge a file or folder into in a what-if.
    Merge { from: Arc<str> },
    /// Whether to overwrite a file.
    Overwrite { path: String, text: String },
}

impl App {
    pub(super) fn answered(&mut self, question: Question, text: String, done: bool) {
        match question {
            Question::None => {}
            Question::Search { .. } => {
                self.model.search = text;
                if !done {
                    self.search(Start::Here);
                }
            }
            Question::Filter { .. } => self.filter(&text),
            Question::Export { text: diagram } if done => {
                let path = text.trim().to_owned();
                if path.is_empty() {
                    self.say("nothing was written: the name is empty");
                } else {
                    self.effects.push(Effect::Write { path, text: diagram, overwrite: false });
                }
            }
            Question::Overwrite { path, text } if done => {
                self.effects.push(Effect::Write { path, text, overwrite: true });
            }
            Question::Query if done => self.mark_query(&text),
            Question::Move { from, is_folder } if done => self.moved(&from, is_folder, &text),
            Question::Merge { from } if done => self.merged(from, &text),
            Question::Export { .. }
            | Question::Overwrite { .. }
            | Question::Query
            | Question::Move { .. }
            | Question::Merge { .. } => {}
        }
    }

    pub(super) fn cancelled(&mut self, question: Question) {
        match question {
            Question::Search { place, spot, before } => {
                self.model.search = before;
                self.model.cursor.set(place, spot);
                self.follow();
            }
            Question::Filter { place, spot, before } => {
                self.model.cursor.set(place, spot);
                self.filter(&before);
                self.follow();
            }
            Question::Export { .. } | Question::Overwrite { .. } => self.say("nothing was written"),
            Question::None | Question::Query | Question::Move { .. } | Question::Merge { .. } => {}
        }
    }

    pub(super) fn ask_for_search(&mut self) {
        let question = Question::Search {
            place: self.model.cursor.place().clone(),
            spot: self.model.cursor.spot.clone(),
            before: std::mem::take(&mut self.model.search),
        };
        self.overlay = Some((Box::new(overlays::input::Input::new("search", "")), question));
    }

    pub(super) fn ask_for_filter(&mut self) {
        if self.seat.focus == PaneId::Source {
            return self.say("the source cannot be filtered; search with /");
        }
        let before = self.panes[self.seat.focus as usize].filter().to_owned();
        let input = overlays::input::Input::new("filter", &before);
        let (place, spot) = (self.model.cursor.place().clone(), self.model.cursor.spot.clone());
        self.overlay = Some((Box::new(input), Question::Filter { place, spot, before }));
    }

    /// The result of an export: asks again where the file exists.
    pub fn file_exists(&mut self, path: String, text: String) {
        let question = format!("{path} exists. Overwrite it?");
        self.overlay = Some((Box::new(overlays::confirm::Confirm::new(question)), Question::Overwrite { path, text }));
    }

    pub(super) fn ask_for_export(&mut self, depth: u32) {
        if self.seat.view == Some(PaneId::Report) {
            return self.ask_for_report();
        }
        let diagram = self.diagram(depth);
        let prompt =
            overlays::prompt::Prompt::new(format!("Write Mermaid: {}", diagram.what), diagram.note, &diagram.file_name);
        self.overlay = Some((Box::new(prompt), Question::Export { text: diagram.text }));
    }

    /// Where to write the report that is read.
    fn ask_for_report(&mut self) {
        let reading = &self.model.reading;
        let Some(document) = &reading.document else { return self.say("the report is being written") };
        let text = formats::render(document, Format::Markdown, Setting::default());
        let note = counted(document.sections.len() as u64, "section");
        let title = format!("Write Markdown: {}", document.title);
        let prompt = overlays::prompt::Prompt::new(title, note, &format!("{}.md", reading.kind.name));
        self.overlay = Some((Box::new(prompt), Question::Export { text }));
    }
}
