//! Which commits brought the dependencies that the user points at.

use std::cmp::Reverse;
use std::path::Path;

use super::Pair;
use crate::analysis::{Analysis, Tangle};
use crate::graph::{EdgeId, NodeId, Snapshot};
use crate::index::Options;
use crate::index::git::{Error, Repository};
use crate::index::history::history;
use crate::index::introduced::{Introduced, Introductions};

/// Cycles with more dependencies than this are left to the command: it may take its time.
const TIES: usize = 200;

/// A question about commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dating {
    /// A dependency.
    pub pair: Pair,
    /// Whether it is also asked which commit closed the cycle that it ties, and whether a cycle of files is meant.
    pub cycle: Option<bool>,
}

impl Dating {
    /// The answer in one line.
    pub fn answer(&self, root: &Path, snapshot: &Snapshot, analysis: &Analysis) -> String {
        let find = |path: &str| snapshot.find(path);
        let (Some(from), Some(to)) = (find(&self.pair.0), find(&self.pair.1)) else {
            return "there is no such dependency on disk".to_owned();
        };
        let said = || -> Result<String, Error> {
            let repository = Repository::open(root)?;
            let log = match analysis.history() {
                Some(history) => history.log.clone(),
                None => history(root, &Options { cache: false, ..Options::default() })?,
            };
            let mut introductions = Introductions::new(&repository, log, "HEAD")?;
            let since = introductions.of(snapshot, &edges_between(snapshot, from, to))?;
            let mut said = format!("since {}", text(&introductions, since)?);
            if let Some(closed) = self.closed(&mut introductions, snapshot, analysis, (from, to))? {
                said = format!("{said}; {closed}");
            }
            Ok(said)
        };
        said().unwrap_or_else(|error| error.to_string())
    }

    fn closed(
        &self,
        introductions: &mut Introductions<'_>,
        snapshot: &Snapshot,
        analysis: &Analysis,
        (from, to): (NodeId, NodeId),
    ) -> Result<Option<String>, Error> {
        let cycles = analysis.cycles();
        let (parent, members) = match self.cycle {
            None => return Ok(None),
            Some(true) => (None, cycles.files_with(from)),
            Some(false) => (cycles.of(from).map(|c| c.parent), cycles.of(from).map(|c| c.members.as_slice())),
        };
        let Some(members) = members.filter(|members| members.contains(&to)) else { return Ok(None) };
        let tangle = Tangle::of(snapshot, parent, members);
        if tangle.ties.len() > TIES {
            return Ok(Some("what closed so large a cycle: `transom cycles --introduced`".to_owned()));
        }
        let since: Vec<Introduced> =
            tangle.ties.iter().map(|tie| introductions.of(snapshot, &tie.edges)).collect::<Result<_, _>>()?;
        let closed = tangle.closed_by(members, &since).copied().unwrap_or(Introduced::Earlier);
        Ok(Some(format!("the cycle is closed since {}", text(introductions, closed)?)))
    }
}

/// What makes the dependency of a file or folder on another one.
fn edges_between(snapshot: &Snapshot, from: NodeId, to: NodeId) -> Vec<EdgeId> {
    let ends_there = |edge: &EdgeId| snapshot.contains(to, snapshot.edge(*edge).to);
    snapshot.outgoing_of_subtree(from).filter(ends_there).collect()
}

fn text(introductions: &Introductions<'_>, since: Introduced) -> Result<String, Error> {
    Ok(match since {
        Introduced::Earlier => "before the commits that were read, or a merge".to_owned(),
        Introduced::By(Reverse(index)) => introductions.commit(index)?.in_a_line(),
        Introduced::Uncommitted => "no commit yet".to_owned(),
    })
}
