//! The report that is read: written in the background, and again after each change while it is on the screen.

use std::sync::Arc;

use crate::analysis::Analysis;
use crate::graph::Snapshot;
use crate::report::{Document, KINDS, Kind};

/// A report that is to be written.
pub struct Commission {
    /// Counts up; only the answer to the last one is taken.
    pub number: u64,
    /// Which.
    pub kind: &'static Kind,
    /// Of which graph.
    pub snapshot: Arc<Snapshot>,
    /// With which numbers.
    pub analysis: Arc<Analysis>,
}

/// A report that was written.
pub struct Written {
    /// By which commission.
    pub number: u64,
    /// It.
    pub document: Arc<Document>,
}

/// The report of the view, as far as it is written.
pub struct Reading {
    /// Which kind is read.
    pub kind: &'static Kind,
    /// The last one of that kind.
    pub document: Option<Arc<Document>>,
    /// What it was last asked for of: a kind and a graph.
    of: Option<(&'static str, Arc<Snapshot>)>,
    commission: Option<Commission>,
    asked: u64,
    answered: u64,
}

impl Default for Reading {
    fn default() -> Self {
        // The table of kinds is never empty.
        Self { kind: KINDS[0], document: None, of: None, commission: None, asked: 0, answered: 0 }
    }
}

impl Reading {
    /// Has the report written, unless this graph's is there or on its way.
    pub fn want(&mut self, snapshot: &Arc<Snapshot>, analysis: &Arc<Analysis>) {
        let is_same = |(kind, of): &(&str, Arc<Snapshot>)| *kind == self.kind.name && Arc::ptr_eq(of, snapshot);
        if self.of.as_ref().is_some_and(is_same) {
            return;
        }
        self.of = Some((self.kind.name, snapshot.clone()));
        self.asked += 1;
        let (snapshot, analysis) = (snapshot.clone(), analysis.clone());
        self.commission = Some(Commission { number: self.asked, kind: self.kind, snapshot, analysis });
    }

    /// Turns to another kind.
    pub fn turn_to(&mut self, kind: &'static Kind) {
        if self.kind.name != kind.name {
            self.kind = kind;
            self.document = None;
        }
    }

    /// The kind after the one that is read.
    pub fn next_kind(&self) -> &'static Kind {
        let at = KINDS.iter().position(|kind| kind.name == self.kind.name).unwrap_or(0);
        KINDS[(at + 1) % KINDS.len()]
    }

    /// What is to be written since the last call.
    pub fn take_commission(&mut self) -> Option<Commission> {
        self.commission.take()
    }

    /// Whether a report is being written.
    pub fn is_waiting(&self) -> bool {
        self.answered < self.asked
    }

    /// Takes a report; one that nobody waits for any more is dropped. Says whether it was taken.
    pub fn take(&mut self, written: Written) -> bool {
        if written.number != self.asked {
            return false;
        }
        self.answered = written.number;
        self.document = Some(written.document);
        true
    }
}
