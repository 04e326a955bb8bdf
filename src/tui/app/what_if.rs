//! What-ifs: steps in the graph only, taken back and taken again, and the list that is worked off afterwards.

use std::sync::Arc;

use super::{App, Question};
use crate::analysis::whatif::{self, Step};
use crate::text::counted;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Pair, Place, Spot};
use crate::tui::overlays::prompt::Prompt;
use crate::tui::panes::PaneId;

const NOTHING_ON: &str = "no what-if is on";

impl App {
    /// Does what the actions of a what-if ask for.
    pub(super) fn what_if(&mut self, action: Action) {
        match action {
            Action::WhatIfMove => self.ask_for_move(),
            Action::WhatIfMerge => self.ask_for_merge(),
            Action::WhatIfCut => self.cut_in_graph(),
            Action::WhatIfUndo => self.undo_step(),
            Action::WhatIfRedo => self.redo_step(),
            Action::WhatIfEnd => self.end_what_if(),
            Action::WhatIfCopy => self.copy_steps(),
            Action::WhatIfWrite => self.ask_for_steps_file(),
            _ => {}
        }
    }

    /// What is marked apart from the selection, as paths of files and folders.
    fn marked_paths(&self) -> Vec<Arc<str>> {
        let here = self.model.place(self.target_item()).path;
        let snapshot = &self.model.snapshot;
        let in_tree = |path: &Arc<str>| snapshot.find(path).is_some_and(|id| snapshot.node(id).ecosystem.is_none());
        let mut paths: Vec<Arc<str>> = self.model.marks.iter().map(|place| place.path.clone()).collect();
        paths.retain(|path| *path != here && in_tree(path));
        paths.dedup();
        paths
    }

    /// The file or folder that the selected row is about.
    fn path_here(&self) -> Option<Arc<str>> {
        let node = self.model.snapshot.node(self.target_item().node()?);
        node.ecosystem.is_none().then(|| node.path.clone())
    }

    fn ask_for_move(&mut self) {
        let (marked, here) = (self.marked_paths(), self.path_here());
        let Some(here) = here else { return self.say("only files and folders can be moved") };
        let (title, note, answer) = match marked.as_slice() {
            [] if here.is_empty() => return self.say("the whole project cannot be moved"),
            [] => (format!("Move {here}, in the graph only"), "its new path", here.to_string()),
            several => {
                let what = counted(several.len() as u64, "marked component");
                (format!("Move {what}, in the graph only"), "the folder to move them into", folder(&self.model, &here))
            }
        };
        let from = if marked.is_empty() { vec![here] } else { marked };
        let is_folder = !self.marked_paths().is_empty();
        let prompt = Prompt::new(title, note.to_owned(), &answer);
        self.overlay = Some((Box::new(prompt), Question::Move { from, is_folder }));
    }

    /// The answer to the question where to move.
    pub(super) fn moved(&mut self, from: &[Arc<str>], is_folder: bool, text: &str) {
        // Into the root of the project.
        let root = is_folder && matches!(text.trim(), "" | "." | "./");
        let Some(to) = whatif::normal_path(text).or_else(|| root.then(|| "".into())) else {
            return self.say(format!("{} is no path in the project", text.trim()));
        };
        let target = |path: &Arc<str>| -> Arc<str> {
            let name = path.rsplit('/').next().unwrap_or(path);
            match (is_folder, to.is_empty()) {
                (false, _) => to.clone(),
                (true, true) => name.into(),
                (true, false) => format!("{to}/{name}").into(),
            }
        };
        self.push_steps(from.iter().map(|path| Step::Move { from: path.clone(), to: target(path) }).collect());
    }

    fn ask_for_merge(&mut self) {
        let marked = self.marked_paths();
        let Some(here) = self.path_here().filter(|path| !path.is_empty()) else {
            return self.say("select a file or folder first");
        };
        if marked.is_empty() {
            let prompt = Prompt::new(
                format!("Merge {here}, in the graph only"),
                "the file or folder to merge it into".to_owned(),
                "",
            );
            self.overlay = Some((Box::new(prompt), Question::Merge { from: here }));
        } else {
            self.push_steps(marked.into_iter().map(|from| Step::Merge { from, into: here.clone() }).collect());
        }
    }

    /// The answer to the question what to merge into.
    pub(super) fn merged(&mut self, from: Arc<str>, text: &str) {
        match whatif::normal_path(text) {
            Some(into) => self.push_steps(vec![Step::Merge { from, into }]),
            None => self.say(format!("{} is no path in the project", text.trim())),
        }
    }

    /// Cuts the dependency of the selected row (of a cycle the whole proposal), or all from what is marked to the selection.
    fn cut_in_graph(&mut self) {
        let mut pairs: Vec<Pair> = self.panes[self.seat.focus as usize].dependencies(&self.model);
        if pairs.is_empty()
            && let Some(here) = self.target_item().node().map(|id| self.model.snapshot.node(id).path.clone())
        {
            pairs = self.marked_paths().into_iter().map(|from| (from, here.clone())).collect();
        }
        if pairs.is_empty() {
            return self.say("select a dependency, or mark what needs the selection");
        }
        let ties_only = self.seat.focus == PaneId::Cycles;
        self.push_steps(vec![Step::Cut { pairs, ties_only }]);
    }

    fn push_steps(&mut self, steps: Vec<Step>) {
        self.model.overlay.push(steps);
        self.model.think();
    }

    /// The background has worked out what new steps make of the graph.
    pub(super) fn settled(&mut self, settled: Result<Vec<Step>, String>) {
        match settled {
            Err(why) => self.say(format!("not done: {why}")),
            Ok(steps) => {
                for step in &steps {
                    if let Step::Move { from, to } | Step::Merge { from, into: to } = step {
                        self.model.follow_rename(from, to);
                    }
                }
                if let Some(last) = steps.last() {
                    self.say(format!("what if: {last}"));
                }
            }
        }
    }

    fn undo_step(&mut self) {
        match self.model.overlay.undo().cloned() {
            None => self.say(NOTHING_ON),
            Some(step) => {
                if let Step::Move { from, to } = &step {
                    self.model.follow_rename(to, from);
                }
                self.say(format!("taken back: {step}"));
                self.model.think();
            }
        }
    }

    fn redo_step(&mut self) {
        match self.model.overlay.redo().cloned() {
            None => self.say("nothing was taken back"),
            Some(step) => {
                if let Step::Move { from, to } = &step {
                    self.model.follow_rename(from, to);
                }
                self.say(format!("taken again: {step}"));
                self.model.think();
            }
        }
    }

    fn end_what_if(&mut self) {
        if !self.model.overlay.is_on() {
            return self.say(NOTHING_ON);
        }
        self.model.overlay.end();
        self.say("the what-if is off; the steps can be taken again");
        self.model.think();
    }

    fn copy_steps(&mut self) {
        match self.steps_report() {
            Some(text) => self.effects.push(Effect::Copy { text, what: "the steps of the what-if".to_owned() }),
            None => self.say(NOTHING_ON),
        }
    }

    fn ask_for_steps_file(&mut self) {
        let Some(text) = self.steps_report() else { return self.say(NOTHING_ON) };
        let note = counted(self.model.overlay.steps().len() as u64, "step");
        let prompt = Prompt::new("Write the steps of the what-if".to_owned(), note, "what-if.txt");
        self.overlay = Some((Box::new(prompt), Question::Export { text }));
    }

    /// The steps with the lines to touch; none where no what-if is on.
    pub fn steps_report(&self) -> Option<String> {
        let applied = self.model.overlay.applied.as_ref().filter(|_| self.model.overlay.is_on())?;
        let name = &self.model.snapshot.node(crate::graph::NodeId::ROOT).name;
        Some(whatif::report(name, &applied.what_if, &applied.figures))
    }
}

/// The folder at a path: of a file that which holds it.
fn folder(model: &Model, path: &str) -> String {
    let snapshot = &model.snapshot;
    let is_file = snapshot.find(path).is_some_and(|id| snapshot.node(id).file.is_some());
    let folder = if is_file { path.rsplit_once('/').map_or("", |(folder, _)| folder) } else { path };
    if folder.is_empty() { ".".to_owned() } else { folder.to_owned() }
}

impl Model {
    /// Takes the cursor and the marks along with what is moved.
    fn follow_rename(&mut self, from: &str, to: &str) {
        let renamed = |path: &Arc<str>| whatif::rewritten(path, from, to).map(Arc::<str>::from);
        let marks = std::mem::take(&mut self.marks);
        self.marks = marks
            .into_iter()
            .map(|place| match renamed(&place.path) {
                Some(path) => Place { path, ..place },
                None => place,
            })
            .collect();
        let place = self.cursor.place().clone();
        if let Some(path) = renamed(&place.path) {
            let spot = Spot::at(path.clone(), self.cursor.spot.line);
            self.cursor.set(Place { path, ..place }, spot);
        }
    }
}
