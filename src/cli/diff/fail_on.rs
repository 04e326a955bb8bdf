//! What makes `transom diff` end with exit code 1.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::Arc;

use crate::analysis::Analysis;
use crate::analysis::diff::{DependencyChange, Diff};
use crate::cli::input::select;
use crate::graph::Snapshot;
use crate::query::of_one_state;

/// Something that must not get worse.
#[derive(Debug, Clone, PartialEq)]
pub enum FailOn {
    /// A cycle that is new, or that something has joined.
    NewCycle,
    /// A new dependency, whose ends queries select: of or on the one where there is no second.
    NewEdge(String, Option<String>),
    /// A number of a component that grew by more than this.
    Growth(&'static str, f64),
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            None if text == "new-cycle" => Ok(Self::NewCycle),
            Some(("new-edge", query)) => Ok(match query.split_once("->") {
                Some((from, to)) => Self::NewEdge(from.trim().to_owned(), Some(to.trim().to_owned())),
                None => Self::NewEdge(query.trim().to_owned(), None),
            }),
            Some(("growth", rest)) => {
                let (name, by) = rest.split_once('>').unwrap_or((rest, "0"));
                let by = by.trim().parse().map_err(|_| format!("{by:?} is no number"))?;
                let metrics = of_one_state();
                let found = metrics.iter().find(|(metric, _)| *metric == name.trim());
                let names = || metrics.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
                let (metric, _) = found.ok_or_else(|| format!("no metric {name:?}; there are {}", names()))?;
                Ok(Self::Growth(metric, by))
            }
            _ => {
                Err("it is new-cycle, new-edge=QUERY, new-edge=QUERY -> QUERY, growth=METRIC or growth=METRIC>N"
                    .to_owned())
            }
        }
    }
}

impl FailOn {
    /// Each thing that is worse, in one line.
    ///
    /// # Errors
    /// A query is none, or selects nothing.
    pub fn found(&self, diff: &Diff, snapshot: &Snapshot, analysis: &Analysis) -> anyhow::Result<Vec<String>> {
        Ok(match self {
            Self::NewCycle => new_cycles(diff),
            Self::NewEdge(from, to) => {
                let paths = |text: &str| -> anyhow::Result<BTreeSet<Arc<str>>> {
                    let found = select("--fail-on new-edge", text, snapshot, analysis)?;
                    Ok(found.leaves(snapshot).into_iter().map(|id| snapshot.node(id).path.clone()).collect())
                };
                let (from, to) = (paths(from)?, to.as_deref().map(paths).transpose()?);
                let is_asked = |change: &&DependencyChange| match &to {
                    Some(to) => from.contains(&change.from) && to.contains(&change.to),
                    None => from.contains(&change.from) || from.contains(&change.to),
                };
                let new = diff.gained().filter(|change| change.kind.is_coupling()).filter(is_asked);
                new.map(|change| format!("new-edge: {}", edge(change))).collect()
            }
            Self::Growth(metric, by) => diff
                .metrics
                .iter()
                .filter(|change| change.metric == *metric && change.after - change.before > *by)
                .map(|change| format!("growth: {metric} of {} from {} to {}", change.path, change.before, change.after))
                .collect(),
        })
    }
}

/// A cycle of folders is made by one of files or by several together: each is told once, where it is among siblings.
fn new_cycles(diff: &Diff) -> Vec<String> {
    let worse = || diff.cycles.iter().filter(|change| change.is_worse());
    let of_siblings: Vec<_> = worse().filter(|change| change.parent.is_some()).collect();
    let shown = if of_siblings.is_empty() { worse().collect() } else { of_siblings };
    let line = |change: &&crate::analysis::diff::CycleChange| {
        let members: Vec<&str> = change.after.iter().map(|member| &**member).collect();
        format!("new-cycle: {}", members.join(", "))
    };
    shown.iter().map(line).collect()
}

fn edge(change: &DependencyChange) -> String {
    let place = change.stand().and_then(|stand| stand.places.first());
    let place = place.map_or_else(String::new, |(file, line)| format!(" at {file}:{line}"));
    format!("{} -> {}{place}", change.from, change.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_read_and_refused_by_name() {
        assert_eq!("new-cycle".parse(), Ok(FailOn::NewCycle));
        assert_eq!("new-edge=src/a".parse(), Ok(FailOn::NewEdge("src/a".to_owned(), None)));
        let pair = FailOn::NewEdge("a".to_owned(), Some("b - c".to_owned()));
        assert_eq!("new-edge=a -> b - c".parse(), Ok(pair));
        assert_eq!("growth=fan-out>3".parse(), Ok(FailOn::Growth("fan-out", 3.0)));
        assert_eq!("growth=lines".parse(), Ok(FailOn::Growth("lines", 0.0)));
        for bad in ["", "new", "growth=none", "growth=lines>x", "new-cycles"] {
            assert!(bad.parse::<FailOn>().is_err(), "{bad}");
        }
    }
}
