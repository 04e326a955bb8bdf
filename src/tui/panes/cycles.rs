//! The breaker: cycles of dependencies, for each what to cut under the user's pins, in which order, and what is left.

use super::outline::{Contents, Kind, Lead, Line};
use super::places::{self, Places};
use super::{Pair, PaneId};
use crate::analysis::{Pin, Plan, Tangle, Tie, shortest_cycle};
use crate::graph::{NodeId, Snapshot};
use crate::text::{count, counted};
use crate::tui::model::{Breaker, Model};
use crate::tui::theme::Role;

/// The view.
pub static KIND: Kind = Kind {
    id: PaneId::Cycles,
    columns: &[("statements", 12), ("cut", 6), ("still tied", 11)],
    open: 1,
    lead: Lead::Alone,
    build,
};

fn build(model: &Model) -> Contents {
    let cycles = model.analysis.cycles();
    let found: Vec<(Option<NodeId>, &[NodeId])> = if model.breaker.of_files {
        cycles.of_files().iter().map(|members| (None, members.as_slice())).collect()
    } else {
        cycles.all().iter().map(|cycle| (Some(cycle.parent), cycle.members.as_slice())).collect()
    };
    let mut lines = Vec::new();
    for (parent, members) in &found {
        Broken::new(&model.snapshot, &model.breaker, *parent, members).rows(&mut lines);
    }
    Contents {
        note: format!(
            "{} {}",
            count(found.len() as u64),
            if model.breaker.of_files { "of files" } else { "of siblings" }
        ),
        lines,
        nothing: "no cycles: type-only imports, test code and containment do not tie one",
    }
}

/// One cycle with the plan to break it.
struct Broken<'a> {
    snapshot: &'a Snapshot,
    breaker: &'a Breaker,
    parent: Option<NodeId>,
    members: &'a [NodeId],
    tangle: Tangle,
    plan: Plan,
    /// The length of what the members' paths share.
    shared: usize,
}

impl<'a> Broken<'a> {
    fn new(snapshot: &'a Snapshot, breaker: &'a Breaker, parent: Option<NodeId>, members: &'a [NodeId]) -> Self {
        let tangle = Tangle::of(snapshot, parent, members);
        let plan = Plan::new(&tangle, |tie| breaker.pin(&pair(snapshot, tie)));
        let folder = members.iter().copied().reduce(|a, b| snapshot.common_ancestor(a, b).unwrap_or(NodeId::ROOT));
        let shared = folder.map_or(0, |folder| snapshot.node(folder).path.len());
        let shared = if shared == 0 { 0 } else { shared + 1 };
        Self { snapshot, breaker, parent, members, tangle, plan, shared }
    }

    fn rows(&self, lines: &mut Vec<Line>) {
        // The members are the cycle's identity across snapshots as far as it has one.
        let key = path(self.snapshot, self.members[0]).to_owned();
        lines.push(self.head(key.clone()));
        let cuts: Vec<usize> = self.plan.cuts.iter().map(|cut| cut.tie).collect();
        let others = (0..self.tangle.ties.len()).filter(|index| !cuts.contains(index));
        for index in cuts.iter().copied().chain(others) {
            self.tie_rows(index, &key, lines);
        }
    }

    fn head(&self, key: String) -> Line {
        let names: Vec<&str> = self.members.iter().map(|id| &*self.snapshot.node(*id).name).collect();
        let all = self.tangle.ties.iter().map(|tie| u64::from(tie.weight)).sum();
        let cut = self.plan.statements(&self.tangle);
        let label = match self.parent {
            Some(parent) => {
                format!("{} in {}", counted(names.len() as u64, "component"), path(self.snapshot, parent))
            }
            None => counted(names.len() as u64, "file"),
        };
        let stuck = if self.plan.remains.members > 0 { "stay tied: " } else { "" };
        Line {
            note: format!("{stuck}{}", names.join(" ")),
            cells: vec![count(all), count(cut), count(self.plan.remains.members as u64)],
            pairs: self.plan.cuts.iter().map(|cut| pair(self.snapshot, &self.tangle.ties[cut.tie])).collect(),
            ..Line::new(0, key, label, Role::Heading)
        }
    }

    /// What a member is called: its path below what all of them share.
    fn name(&self, id: NodeId) -> &'a str {
        let path = path(self.snapshot, id);
        path.get(self.shared..).unwrap_or(path)
    }

    fn arrow(&self, tie: &Tie) -> String {
        format!("{} → {}", self.name(tie.from), self.name(tie.to))
    }

    /// A dependency, its lines, and a shortest cycle through it.
    fn tie_rows(&self, index: usize, cycle: &str, lines: &mut Vec<Line>) {
        let tie = &self.tangle.ties[index];
        let (from, to) = (path(self.snapshot, tie.from), path(self.snapshot, tie.to));
        let key = format!("{cycle}\u{0}{from} {to}");
        let places = places::of_edges(self.snapshot, &tie.edges);
        lines.push(self.tie_row(index, key.clone(), &places));
        lines.extend(places::rows(2, &key, &places));
        let way = shortest_cycle(&self.tangle, index);
        let names: Vec<&str> = way.iter().map(|index| self.name(self.tangle.ties[*index].from)).collect();
        let key = format!("{key}\u{0}cycle");
        let label = format!("a shortest cycle: {} → {}", names.join(" → "), self.name(tie.from));
        lines.push(Line::new(2, key.clone(), label, Role::Cycle));
        for index in way {
            let step = &self.tangle.ties[index];
            let label = self.arrow(step);
            let spot = places::first(&places::of_edges(self.snapshot, &step.edges));
            let line = Line::new(3, format!("{key}\u{0}{label}"), label, Role::Text).showing(spot);
            lines.push(Line { pairs: vec![pair(self.snapshot, step)], ..line });
        }
    }

    fn tie_row(&self, index: usize, key: String, places: &Places) -> Line {
        let tie = &self.tangle.ties[index];
        let pair = pair(self.snapshot, tie);
        let step = self.plan.cuts.iter().position(|cut| cut.tie == index);
        let pin = self.breaker.pin(&pair);
        let note = match pin {
            Some(Pin::Remove) => "to be removed",
            Some(Pin::Keep) if self.plan.stuck.contains(&index) => "kept, ties a cycle",
            Some(Pin::Keep) => "kept",
            None => "",
        };
        let note = note.to_owned();
        let role = match (step, pin) {
            (Some(_), _) => Role::Warning,
            (None, Some(_)) if self.plan.stuck.contains(&index) => Role::Error,
            (None, Some(_)) => Role::Marked,
            (None, None) => Role::Text,
        };
        let after = step.map(|step| self.plan.cuts[step].remains.members as u64);
        let nothing = || "·".to_owned();
        let weight = u64::from(tie.weight);
        let cells =
            vec![count(weight), step.map_or_else(nothing, |_| count(weight)), after.map_or_else(nothing, count)];
        let label = match step {
            Some(step) => format!("{}. {}", step + 1, self.arrow(tie)),
            None => self.arrow(tie),
        };
        Line { note, cells, pairs: vec![pair], ..Line::new(1, key, label, role).showing(places::first(places)) }
    }
}

fn path(snapshot: &Snapshot, id: NodeId) -> &str {
    snapshot.node(id).written()
}

fn pair(snapshot: &Snapshot, tie: &Tie) -> Pair {
    (snapshot.node(tie.from).path.clone(), snapshot.node(tie.to).path.clone())
}
