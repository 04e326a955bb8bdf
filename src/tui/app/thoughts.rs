//! What the background has worked out: the graph of a what-if, and what changed of the rules.

use std::collections::BTreeSet;

use super::App;
use crate::check::Report;
use crate::report::Kind;
use crate::tui::model::{Job, RulesAnswer, Thought, Wanting, Written};
use crate::tui::panes::PaneId;

impl App {
    /// What is to be worked out since the last call.
    pub fn take_job(&mut self) -> Option<Job> {
        self.model.take_job()
    }

    /// Takes what was worked out; an answer to an earlier question is dropped.
    pub fn thought(&mut self, thought: Thought) {
        if !self.model.awaits(thought.number) {
            return;
        }
        let old = self.model.snapshot.clone();
        let failed = thought.changed.as_ref().err().cloned();
        if let Some(said) = thought.dated.clone() {
            self.model.dating = None;
            self.say(said);
        }
        self.status.rules = changed_rules(&self.model.rules, &thought.rules).or(self.status.rules.take());
        let settled = self.model.take_thought(thought);
        self.settled(settled);
        for pane in &mut self.panes {
            pane.refresh(&old, &self.model);
        }
        self.arrive();
        self.follow();
        if let Some(Wanting { text, lists }) = self.model.wanted.take() {
            match failed {
                Some(why) => self.open_query(why, &text),
                None if lists => self.answer_query(text),
                None => self.mark_query(&text),
            }
        }
    }

    /// Takes a report that was written.
    pub fn written(&mut self, written: Written) {
        if self.model.reading.take(written) {
            self.refresh();
            self.arrive();
        }
    }

    /// Reads another kind of report.
    pub(super) fn read(&mut self, kind: &'static Kind) {
        self.model.reading.turn_to(kind);
        if self.seat.view == Some(PaneId::Report) {
            self.refresh();
            self.arrive();
        } else {
            self.go_to_pane(PaneId::Report);
        }
    }
}

/// What there is to say of the rules: what is broken now and was not before, what holds again, or that they are wrong.
fn changed_rules(before: &RulesAnswer, now: &RulesAnswer) -> Option<(bool, String)> {
    let broken = |report: Option<&Report>| -> BTreeSet<String> {
        let all = report.into_iter().flat_map(|report| &report.violations);
        all.map(|violation| format!("{}: {}", violation.finding.rule, violation.finding.message)).collect()
    };
    match (before, now) {
        // The first look is nobody's change.
        (RulesAnswer::Unknown, RulesAnswer::Known(Ok(_))) => None,
        (_, RulesAnswer::Known(Err(error))) => Some((true, error.to_string())),
        _ => {
            let (before, now) = (broken(before.report()), broken(now.report()));
            let gained: Vec<&String> = now.difference(&before).collect();
            let lost = before.difference(&now).count();
            match gained.first() {
                Some(first) => Some((true, format!("rules +{}/-{lost}  {first}", gained.len()))),
                None if lost > 0 => Some((false, format!("rules +0/-{lost}"))),
                None => None,
            }
        }
    }
}
