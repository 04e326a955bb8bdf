//! A what-if that is on, and what the background works out: kept beside the graph that the files make.

use std::sync::Arc;

use super::changes::{Changes, Since};
use super::dating::Dating;
use crate::analysis::whatif::{Figure, Step, WhatIf};
use crate::analysis::{Analysis, Changed};
use crate::check::Report;
use crate::config::Error;
use crate::graph::Snapshot;

/// What is to be worked out.
pub struct Job {
    /// Counts up; only the answer to the last one is taken.
    pub number: u64,
    /// The graph that the files make.
    pub snapshot: Arc<Snapshot>,
    /// Its numbers.
    pub analysis: Arc<Analysis>,
    /// What to change in it.
    pub steps: Vec<Step>,
    /// What to compare the state of the files with.
    pub since: Option<Since>,
    /// The revisions of which the user asks what changed since.
    pub revisions: Vec<String>,
    /// The dependencies of which the user asks which commit brought them.
    pub dating: Option<Dating>,
}

/// What was worked out.
pub struct Thought {
    /// Of which job.
    pub number: u64,
    /// The graph of the what-if, where one is on.
    pub applied: Option<Arc<Applied>>,
    /// Whether the rules hold.
    pub rules: RulesAnswer,
    /// What changed since another state.
    pub changes: Option<Changes>,
    /// What changed since the revisions that were asked about, or why that is not known.
    pub changed: Result<Changed, String>,
    /// What there is to say of the commits that were asked for.
    pub dated: Option<String>,
}

/// A what-if on one state of the files.
pub struct Applied {
    /// The graph and what became of each step.
    pub what_if: WhatIf,
    /// Its numbers.
    pub analysis: Arc<Analysis>,
    /// What changes.
    pub figures: Vec<Figure>,
}

/// Whether the project's rules hold.
#[derive(Default)]
pub enum RulesAnswer {
    /// Nobody has looked yet.
    #[default]
    Unknown,
    /// A report; none where the project has no rules; or what is wrong with them.
    Known(Result<Option<Arc<Report>>, Error>),
}

impl RulesAnswer {
    /// The report, if there is one.
    pub fn report(&self) -> Option<&Report> {
        match self {
            Self::Known(Ok(Some(report))) => Some(report),
            _ => None,
        }
    }
}

/// The steps that are on and those that were taken back.
#[derive(Default)]
pub struct Overlay {
    steps: Vec<Step>,
    undone: Vec<Step>,
    /// The last steps, so many, are new: they are taken back if they do not apply.
    fresh: usize,
    /// What they make of the last state of the files.
    pub applied: Option<Arc<Applied>>,
}

impl Overlay {
    /// The steps that are on.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether a what-if is on.
    pub fn is_on(&self) -> bool {
        !self.steps.is_empty()
    }

    /// Adds steps.
    pub fn push(&mut self, steps: Vec<Step>) {
        self.fresh += steps.len();
        self.steps.extend(steps);
        self.undone.clear();
    }

    /// Takes the last step back.
    pub fn undo(&mut self) -> Option<&Step> {
        self.undone.push(self.steps.pop()?);
        self.undone.last()
    }

    /// Takes the last step that was taken back again.
    pub fn redo(&mut self) -> Option<&Step> {
        self.steps.push(self.undone.pop()?);
        self.steps.last()
    }

    /// Takes all steps back.
    pub fn end(&mut self) {
        while let Some(step) = self.steps.pop() {
            self.undone.push(step);
        }
    }

    /// Takes what was worked out. Of new steps that do not apply none stays; the first reason is the answer, else the new
    /// steps that do.
    pub fn settle(&mut self, applied: Option<Arc<Applied>>) -> Result<Vec<Step>, String> {
        let outcomes = applied.as_ref().map_or(&[][..], |applied| applied.what_if.outcomes.as_slice());
        let fresh = std::mem::take(&mut self.fresh).min(outcomes.len());
        let new = &outcomes[outcomes.len() - fresh..];
        let refused = new.iter().find_map(|outcome| outcome.refused.clone());
        let accepted: Vec<Step> =
            new.iter().filter(|outcome| outcome.refused.is_none()).map(|outcome| outcome.step.clone()).collect();
        if refused.is_some() {
            self.steps.truncate(outcomes.len() - fresh);
            self.steps.extend(accepted.iter().cloned());
        }
        self.applied = applied;
        refused.map_or(Ok(accepted), Err)
    }

    /// The steps that do not apply to the last state of the files: their number and why.
    pub fn refused(&self) -> Vec<(usize, &str)> {
        let Some(applied) = &self.applied else { return Vec::new() };
        let outcomes = (1..).zip(&applied.what_if.outcomes);
        outcomes.filter_map(|(number, outcome)| Some((number, outcome.refused.as_deref()?))).collect()
    }
}
