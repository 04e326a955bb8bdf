//! Actions about what is selected: going elsewhere, marking, editing, copying.

use super::App;
use crate::graph::NodeId;
use crate::system::Thing;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::model::{Item, Spot, Subject, item_label};
use crate::tui::panes::{Outcome, PaneId};

impl App {
    /// What the focused pane's selected row is about.
    pub(super) fn target(&self) -> (Item, Spot) {
        let target = self.panes[self.seat.focus as usize].target(&self.model);
        target.unwrap_or_else(|| (self.model.here(), self.model.cursor.spot.clone()))
    }

    /// The part of the running system that the focused pane's selected row is about.
    pub(super) fn thing(&self) -> Option<Thing> {
        match self.panes[self.seat.focus as usize].subject()? {
            Subject::Thing(thing) => Some(thing),
            Subject::Section(_) => None,
        }
    }

    /// The view on the screen may be new, or the model: what stands beside it follows.
    pub(super) fn arrive(&mut self) {
        let Some(view) = self.seat.view else { return };
        if view == PaneId::Report && self.model.complete {
            self.model.reading.want(&self.model.snapshot, &self.model.analysis);
        }
        if let Some(subject) = self.panes[view as usize].arrive(&self.model) {
            self.model.cursor.subject = Some(subject);
        }
        self.follow();
    }

    pub(super) fn target_item(&self) -> Item {
        self.target().0
    }

    /// Steps back: out of a search, a filter, a zoomed pane, else along the history.
    pub(super) fn back(&mut self) {
        if !self.model.search.is_empty() {
            self.model.search.clear();
        } else if !self.panes[self.seat.focus as usize].filter().is_empty() {
            self.clear_filter(self.seat.focus);
        } else if self.zoomed {
            self.zoomed = false;
        } else {
            self.history(true);
        }
    }

    pub(super) fn history(&mut self, back: bool) {
        let cursor = &mut self.model.cursor;
        let seat = if back { cursor.back(self.seat) } else { cursor.forward(self.seat) };
        match seat {
            Some(seat) => {
                self.seat = seat;
                self.follow();
            }
            None if back => self.say("this is where you began"),
            None => self.say("there is nothing to go forward to"),
        }
    }

    pub(super) fn go(&mut self, action: Action) {
        let snapshot = self.model.snapshot.clone();
        let here = self.target_item();
        let target = match (action, here) {
            (Action::GoToRoot, _) => Some(Item::Node(NodeId::ROOT)),
            (Action::GoToParent, Item::Symbol(file, definition)) => {
                let parent = snapshot.definitions(file).get(definition as usize).and_then(|found| found.parent);
                Some(parent.map_or(Item::Node(file), |parent| Item::Symbol(file, parent)))
            }
            (Action::GoToParent, Item::Node(id)) => snapshot.node(id).parent.map(Item::Node),
            (Action::GoToTree, item) => {
                let (place, spot) = (self.model.place(item), self.model.spot(item));
                return self.apply(Outcome::Jump(place, spot, PaneId::Tree));
            }
            (Action::GoToCycle, item) => item.node().and_then(|id| self.next_in_cycle(id)).map(Item::Node),
            _ => None,
        };
        match target {
            Some(item) if item == here => {}
            Some(item) => {
                let (place, spot) = (self.model.place(item), self.model.spot(item));
                self.apply(Outcome::Jump(place, spot, self.pane_of_components()));
            }
            None if action == Action::GoToCycle => self.say("it is in no cycle"),
            None => self.say("nothing contains it"),
        }
    }

    fn next_in_cycle(&self, id: NodeId) -> Option<NodeId> {
        let cycles = self.model.analysis.cycles();
        let members = cycles.files_with(id).or_else(|| cycles.of(id).map(|cycle| cycle.members.as_slice()))?;
        let at = members.iter().position(|member| *member == id)?;
        members.get((at + 1) % members.len()).copied()
    }

    pub(super) fn walk_evidence(&mut self, steps: isize) {
        match self.model.cursor.spot.walk(steps) {
            Some(spot) => self.apply(Outcome::Show(spot)),
            None => self.say("select a dependency first: its lines are walked"),
        }
    }

    pub(super) fn mark(&mut self) {
        if let Some(thing) = self.thing() {
            if !self.model.things.remove(&thing) {
                self.model.things.insert(thing);
            }
            return;
        }
        let (item, _) = self.target();
        let place = self.model.place(item);
        if !self.model.marks.remove(&place) {
            self.model.marks.insert(place);
        }
    }

    pub(super) fn edit(&mut self) {
        let (item, spot) = self.target();
        let spot = if self.seat.focus == PaneId::Source || spot.line > 0 { spot } else { self.model.spot(item) };
        let is_file =
            self.model.snapshot.find(&spot.path).is_some_and(|id| self.model.snapshot.node(id).file.is_some());
        if is_file {
            let (path, line) = self.model.real(&spot.path, spot.line);
            self.effects.push(Effect::Edit { path: path.to_string(), line: line.max(1) });
        } else {
            self.say("only files can be edited");
        }
    }

    pub(super) fn copy_path(&mut self) {
        let (item, spot) = self.target();
        let text = match (self.seat.focus, spot.line) {
            (pane, line) if line > 0 && !matches!(pane, PaneId::Tree | PaneId::Risk) => format!("{}:{line}", spot.path),
            _ => match item {
                Item::Symbol(..) => format!("{}:{}", spot.path, spot.line),
                item => item_label(&self.model.snapshot, item),
            },
        };
        self.effects.push(Effect::Copy { what: text.clone(), text });
    }
}
