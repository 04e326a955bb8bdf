//! The application: panes, overlays and the model, without a terminal. Keys, clicks and messages go in; a frame and
//! effects come out.

mod ask;
mod cycles;
mod jumps;
mod mouse;
mod query;
mod questions;
mod render;
mod status;
mod thoughts;
mod what_if;

use std::time::Instant;

use super::action::Action;
use super::effect::Effect;
use super::export;
use super::key::Key;
use super::keymap::{Keymap, Lookup};
use super::layout::Layout;
use super::model::{Answer, Model, Subject};
use super::overlays::{self, Overlay, Reply};
use super::panes::{Outcome, PANES, Pane, PaneId, Seat};
use super::search::{Query, Start};
use crate::analysis::Pin;
use crate::config::Config;
use crate::index::Message;
use questions::Question;
use status::Status;

/// The application.
pub struct App {
    /// What the panes look at.
    pub model: Model,
    panes: Vec<Box<dyn Pane>>,
    seat: Seat,
    zoomed: bool,
    overlay: Option<(Box<dyn Overlay>, Question)>,
    keymap: Keymap,
    config: Config,
    pending: Vec<Key>,
    status: Status,
    layout: Layout,
    effects: Vec<Effect>,
    mouse: bool,
    last_click: Option<(Instant, u16, u16)>,
}

impl App {
    /// An application that knows nothing yet.
    pub fn new(model: Model, keymap: Keymap, config: Config, mouse: bool) -> Self {
        Self {
            model,
            panes: PANES.iter().map(|entry| (entry.new)()).collect(),
            seat: Seat::default(),
            zoomed: false,
            overlay: None,
            keymap,
            config,
            pending: Vec::new(),
            status: Status::default(),
            layout: Layout::default(),
            effects: Vec::new(),
            mouse,
            last_click: None,
        }
    }

    /// What is to be done outside since the last call.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Whether something is to be done outside.
    pub fn has_effects(&self) -> bool {
        !self.effects.is_empty()
    }

    /// Tells the user something until the next key.
    pub fn say(&mut self, message: impl Into<String>) {
        self.status.message = Some(message.into());
    }

    /// Takes a message of the indexer.
    pub fn message(&mut self, message: Message) {
        match message {
            Message::Progress(progress) => self.status.progress = Some(progress),
            Message::Update(update) => {
                let old = self.model.snapshot.clone();
                self.model.update(&update);
                if update.complete {
                    self.status.progress = None;
                    self.status.failed = None;
                    if let Some(change) = update.change {
                        self.status.change = Some(change);
                        // What was said before was about another state: the last save's line must not be hidden.
                        self.status.rules = None;
                        self.status.message = None;
                    }
                }
                for pane in &mut self.panes {
                    pane.refresh(&old, &self.model);
                }
                self.arrive();
                if let Some((overlay, _)) = &mut self.overlay {
                    overlay.refresh(&self.model);
                }
            }
            Message::Warning(warning) => self.status.warn(warning),
            Message::Failed(why) => {
                self.status.progress = None;
                self.status.failed = Some(why);
            }
        }
    }

    /// Takes a text from the reader.
    pub fn answer(&mut self, answer: &Answer) {
        self.model.texts.put(answer);
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key) {
        self.status.message = None;
        let context = self.context();
        self.pending.push(key);
        match self.keymap.lookup(context, &self.pending) {
            Lookup::Prefix => return,
            Lookup::Action(action) => {
                self.pending.clear();
                self.act(action);
                return;
            }
            Lookup::None => {}
        }
        let was_prefixed = self.pending.len() > 1;
        self.pending.clear();
        if was_prefixed {
            return;
        }
        if let Some((overlay, _)) = &mut self.overlay {
            let reply = overlay.key(key, &self.model);
            self.reply(reply);
        }
    }

    /// Takes what was pasted, as if it had been typed.
    pub fn paste(&mut self, text: &str) {
        if self.overlay.is_some() {
            for c in text.chars().filter(|c| !c.is_control()).take(4096) {
                self.key(Key::char(c));
            }
        }
    }

    fn context(&self) -> super::keymap::Context {
        match &self.overlay {
            Some((overlay, _)) => overlay.context(),
            None => self.seat.focus.entry().context,
        }
    }

    /// Does what an action asks for.
    pub fn act(&mut self, action: Action) {
        if let Some((overlay, _)) = &mut self.overlay {
            let reply = overlay.handle(action, &self.model);
            self.reply(reply);
            return;
        }
        if let Some(overlay) = overlays::open(action, self.seat.focus.entry().context, &self.model, &self.keymap) {
            self.overlay = Some((overlay, Question::None));
            return;
        }
        if let Some(entry) = PANES.iter().find(|entry| entry.focus == Some(action)) {
            self.go_to_pane(entry.id);
            return;
        }
        let outcome = self.panes[self.seat.focus as usize].handle(action, &self.model);
        if outcome != Outcome::Unused {
            self.apply(outcome);
            return;
        }
        self.act_globally(action);
    }

    /// Gives a pane the keys; where it has them already, it is zoomed. Going to another view is a step of the history.
    fn go_to_pane(&mut self, pane: PaneId) {
        let seat = self.seat.at(pane);
        if seat.view != self.seat.view {
            let (place, spot) = (self.model.cursor.place().clone(), self.model.cursor.spot.clone());
            self.model.cursor.jump(place, spot, self.seat);
            self.zoomed = false;
        } else if seat == self.seat {
            self.zoomed = !self.zoomed;
        }
        self.seat = seat;
        if pane == PaneId::System && self.model.cursor.subject.is_none() {
            self.model.cursor.subject = self.model.owner(self.model.here()).map(Subject::Thing);
        }
        self.arrive();
        if let (PaneId::System, Some(Subject::Thing(thing))) = (pane, &self.model.cursor.subject) {
            self.model.cursor.spot = self.model.declared(thing).unwrap_or_default();
            self.follow();
        }
    }

    fn act_globally(&mut self, action: Action) {
        match action {
            Action::Quit => self.effects.push(Effect::Quit),
            Action::Suspend => self.effects.push(Effect::Suspend),
            Action::Redraw => self.effects.push(Effect::Redraw),
            Action::Rescan => self.effects.push(Effect::Rescan),
            Action::FocusNext => self.seat = self.seat.next(1),
            Action::FocusPrevious => self.seat = self.seat.next(self.seat.panes().len() - 1),
            Action::Zoom => self.zoomed = !self.zoomed,
            Action::Back => self.back(),
            Action::HistoryBack => self.history(true),
            Action::HistoryForward => self.history(false),
            Action::Search => self.ask_for_search(),
            Action::Filter => self.ask_for_filter(),
            Action::SearchNext => self.search(Start::Next),
            Action::SearchPrevious => self.search(Start::Previous),
            Action::GoToParent | Action::GoToRoot | Action::GoToCycle | Action::GoToTree => self.go(action),
            Action::Why | Action::Cut => self.ask_for_ways(action),
            Action::Impact => self.ask_for_impact(),
            Action::Introduced => self.ask_for_commit(),
            Action::WhatIfMove
            | Action::WhatIfMerge
            | Action::WhatIfCut
            | Action::WhatIfUndo
            | Action::WhatIfRedo
            | Action::WhatIfEnd
            | Action::WhatIfCopy
            | Action::WhatIfWrite => self.what_if(action),
            Action::PinRemove => self.pin(Pin::Remove),
            Action::PinKeep => self.pin(Pin::Keep),
            Action::NextLevel if self.seat.view == Some(PaneId::Report) => self.read(self.model.reading.next_kind()),
            Action::NextLevel if self.seat.focus == PaneId::Cycles => self.next_level_of_cycles(),
            Action::GoToRisk | Action::NextLevel | Action::SortNext | Action::SortPrevious | Action::SortReverse => {
                self.seat = self.seat.at(PaneId::Risk);
                let outcome = self.panes[PaneId::Risk as usize].handle(action, &self.model);
                self.apply(outcome);
            }
            Action::NextEvidence => self.walk_evidence(1),
            Action::PreviousEvidence => self.walk_evidence(-1),
            Action::ToggleTests => {
                self.model.tests = !self.model.tests;
                self.refresh();
                self.say(if self.model.tests {
                    "dependencies of tests are shown"
                } else {
                    "dependencies of tests are hidden"
                });
            }
            Action::ResetDeltas => {
                self.model.reset_deltas();
                self.model.think();
                self.status.change = None;
                self.say("changes are counted from now on");
            }
            Action::CompareWith => {
                let said = if self.model.compare_otherwise() {
                    "changes are counted from where the work parted from the main branch"
                } else {
                    "changes are counted from the session's beginning"
                };
                self.say(said);
            }
            Action::Mark => self.mark(),
            Action::MarkQuery => self.ask_for_query(),
            Action::ClearMarks => {
                self.model.marks.clear();
                self.model.things.clear();
            }
            Action::Edit => self.edit(),
            Action::CopyPath => self.copy_path(),
            Action::CopyMermaid => self.copy_mermaid(),
            Action::Export => self.ask_for_export(1),
            Action::ExportWider => self.ask_for_export(2),
            Action::NextTheme => self.next_theme(),
            Action::ToggleMouse => {
                self.mouse = !self.mouse;
                self.effects.push(Effect::Mouse(self.mouse));
                self.say(if self.mouse { "the mouse is used" } else { "the mouse is the terminal's" });
            }
            _ => {}
        }
    }

    fn apply(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Unused | Outcome::Used => return,
            Outcome::Select(place, spot) => self.model.cursor.set(place, spot),
            Outcome::Jump(place, spot, focus) => {
                self.model.cursor.jump(place, spot, self.seat);
                self.seat = self.seat.at(focus);
            }
            Outcome::Show(spot) => self.model.cursor.spot = spot,
            Outcome::Point(subject, spot) => {
                self.model.cursor.subject = subject;
                self.model.cursor.spot = spot.unwrap_or_else(|| self.model.cursor.spot.clone());
            }
            Outcome::Follow(subject, spot) => {
                let (place, spot) =
                    (self.model.cursor.place().clone(), spot.unwrap_or_else(|| self.model.cursor.spot.clone()));
                self.model.cursor.jump(place, spot, self.seat);
                if self.seat.view != Some(subject.view()) {
                    self.seat = self.seat.at(subject.view());
                    self.zoomed = false;
                }
                self.model.cursor.subject = Some(subject);
                self.arrive();
            }
            Outcome::Say(message) => return self.say(message),
        }
        self.follow();
    }

    /// The pane that has the keys after a jump to a component: of a view, where nothing shows it, the tree.
    fn pane_of_components(&self) -> PaneId {
        if self.seat.view.is_some() { PaneId::Tree } else { self.seat.focus }
    }

    /// What panes show depends on more than the graph, and that has changed.
    fn refresh(&mut self) {
        let snapshot = self.model.snapshot.clone();
        for pane in &mut self.panes {
            pane.refresh(&snapshot, &self.model);
        }
    }

    fn follow(&mut self) {
        for pane in &mut self.panes {
            pane.follow(&self.model);
        }
    }

    fn next_theme(&mut self) {
        match self.model.theme.next(&self.config) {
            Ok(theme) => {
                self.say(format!("theme {}", theme.name));
                self.model.theme = theme;
            }
            Err(error) => self.say(error.to_string()),
        }
    }

    fn reply(&mut self, reply: Reply) {
        match reply {
            Reply::Stay => {}
            Reply::Close => {
                if let Some((_, question)) = self.overlay.take() {
                    self.cancelled(question);
                }
            }
            Reply::Act(action) => {
                self.overlay = None;
                self.act(action);
            }
            Reply::Query(text) => {
                self.overlay = None;
                self.answer_query(text);
            }
            Reply::Jump(place, spot) => {
                self.overlay = None;
                self.clear_filter(PaneId::Tree);
                self.apply(Outcome::Jump(place, spot, self.pane_of_components()));
            }
            Reply::Read(kind) => {
                self.overlay = None;
                self.read(kind);
            }
            Reply::Follow(subject, spot) => {
                self.overlay = None;
                self.clear_filter(subject.view());
                self.apply(Outcome::Follow(subject, spot));
            }
            Reply::Answer { text, done } => {
                let Some(question) = self.overlay.as_ref().map(|(_, question)| question.clone()) else { return };
                if done {
                    self.overlay = None;
                }
                self.answered(question, text, done);
            }
        }
    }

    fn filter(&mut self, text: &str) {
        let outcome = self.panes[self.seat.focus as usize].set_filter(text, &self.model);
        self.apply(outcome);
    }

    fn search(&mut self, start: Start) {
        if self.model.search.is_empty() {
            if start != Start::Here {
                self.say("nothing is searched for; begin with /");
            }
            return;
        }
        let query = Query::new(&self.model.search);
        match self.panes[self.seat.focus as usize].search(&query, start, &self.model) {
            Some(outcome) => self.apply(outcome),
            None => self.say(format!("no match for `{}`", self.model.search)),
        }
    }

    fn clear_filter(&mut self, pane: PaneId) {
        let pane = &mut self.panes[pane as usize];
        if !pane.filter().is_empty() {
            pane.set_filter("", &self.model);
        }
    }

    fn copy_mermaid(&mut self) {
        if let Some(text) = self.panes[self.seat.focus as usize].mermaid() {
            self.effects.push(Effect::Copy { text, what: "the diagram".to_owned() });
            return;
        }
        let diagram = self.diagram(1);
        self.effects.push(Effect::Copy { text: diagram.text, what: format!("Mermaid of {}", diagram.what) });
    }

    /// The diagram of what is marked or selected: of the running system where that is looked at, else of the graph.
    fn diagram(&self, depth: u32) -> export::Diagram {
        match self.seat.view {
            Some(PaneId::System) => export::of_system(&self.model, self.thing().as_ref(), depth),
            _ => export::diagram(&self.model, self.target_item(), depth),
        }
    }
}
