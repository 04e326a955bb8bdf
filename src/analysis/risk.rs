//! The risk of changing a component: one number with its parts.

use super::{Coupling, Cycles};
use crate::graph::{NodeId, Snapshot};

/// A risk score.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Risk {
    /// The sum of the parts: 0 to 100.
    pub score: f64,
    /// What it is made of, in a fixed order.
    pub parts: Vec<RiskPart>,
}

/// One part of a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RiskPart {
    /// What is measured.
    pub name: &'static str,
    /// The measured value.
    pub value: f64,
    /// What it adds to the score.
    pub points: f64,
    /// The most it could add.
    pub most: f64,
}

/// A score in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RiskLevel {
    /// Below 25.
    Low,
    /// 25 to 50.
    Medium,
    /// 50 to 75.
    High,
    /// 75 and above.
    Critical,
}

impl Risk {
    /// The score in one word.
    pub fn level(&self) -> RiskLevel {
        match self.score {
            score if score >= 75.0 => RiskLevel::Critical,
            score if score >= 50.0 => RiskLevel::High,
            score if score >= 25.0 => RiskLevel::Medium,
            _ => RiskLevel::Low,
        }
    }
}

impl RiskLevel {
    /// The name in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }
}

/// The risk of every node of the tree. A measured part is ln(1 + value) over the same of the largest value among nodes of
/// the same kind (file or not), times the part's weight: a logarithm, because all of these are distributed with a long
/// tail, and relative to the project, because what is much depends on it.
///
/// * fan-in, 35: how much breaks when it changes;
/// * size in lines, 25: how much there is to understand;
/// * fan-out, 15: how often others make it change;
/// * in a cycle, 15: whether it can be changed alone;
/// * breaches of the stable dependencies principle, 10: the share of files it needs that are less stable than itself.
pub fn of_tree(snapshot: &Snapshot, coupling: &[Coupling], cycles: &Cycles) -> Vec<Risk> {
    let fan_in = |id: NodeId| f64::from(coupling[id.index()].fan_in);
    let fan_out = |id: NodeId| f64::from(coupling[id.index()].fan_out);
    let lines = |id: NodeId| snapshot.node(id).lines as f64;
    let (most_in, most_out, most_lines) =
        (Largest::new(snapshot, fan_in), Largest::new(snapshot, fan_out), Largest::new(snapshot, lines));
    snapshot
        .tree()
        .map(|id| {
            let in_cycle = if cycles.is_in_cycle(id) { 1.0 } else { 0.0 };
            let breaches = breaches(snapshot, coupling, id);
            let part = |name, value, share: f64, most: f64| RiskPart { name, value, points: share * most, most };
            let parts = vec![
                part("fan-in", fan_in(id), most_in.share(snapshot, id, fan_in(id)), 35.0),
                part("size", lines(id), most_lines.share(snapshot, id, lines(id)), 25.0),
                part("fan-out", fan_out(id), most_out.share(snapshot, id, fan_out(id)), 15.0),
                part("in a cycle", in_cycle, in_cycle, 15.0),
                part("less stable targets", breaches, breaches, 10.0),
            ];
            Risk { score: parts.iter().map(|part| part.points).sum(), parts }
        })
        .collect()
}

/// The largest value of a measure among files, and among other nodes. The root is left out: it is all of the project.
struct Largest {
    of_files: f64,
    of_others: f64,
}

impl Largest {
    fn new(snapshot: &Snapshot, value: impl Fn(NodeId) -> f64) -> Self {
        let mut largest = Self { of_files: 0.0, of_others: 0.0 };
        for id in snapshot.tree().filter(|id| *id != NodeId::ROOT) {
            let most = if snapshot.node(id).file.is_some() { &mut largest.of_files } else { &mut largest.of_others };
            *most = most.max(value(id));
        }
        largest
    }

    /// Where a value stands between nothing and the largest, 0 to 1 on a logarithmic scale.
    fn share(&self, snapshot: &Snapshot, id: NodeId, value: f64) -> f64 {
        let most = if snapshot.node(id).file.is_some() { self.of_files } else { self.of_others };
        if most > 0.0 { (value.ln_1p() / most.ln_1p()).min(1.0) } else { 0.0 }
    }
}

/// The share of outgoing dependencies whose target is less stable than the node (stable dependencies principle, R. C.
/// Martin, "Stability", 1997).
fn breaches(snapshot: &Snapshot, coupling: &[Coupling], id: NodeId) -> f64 {
    let Some(own) = coupling[id.index()].instability() else { return 0.0 };
    let (mut all, mut breaches) = (0u32, 0u32);
    for edge in snapshot.outgoing_of_subtree(id) {
        let edge = snapshot.edge(edge);
        if !edge.kind.is_coupling() || edge.to.index() >= coupling.len() {
            continue;
        }
        all += 1;
        breaches += u32::from(coupling[edge.to.index()].instability().is_some_and(|other| other > own));
    }
    f64::from(breaches) / f64::from(all.max(1))
}

#[cfg(test)]
mod tests {
    use super::super::{Analysis, Cycles, coupling};
    use super::*;
    use crate::graph::fixture::{at, graph};

    #[test]
    fn the_score_is_the_sum_of_its_parts_and_at_most_a_hundred() {
        let snapshot = graph(&["hub a", "a hub", "b hub", "c hub", "hub d", "e d"]);
        let analysis = Analysis::new(&snapshot);
        for id in snapshot.tree() {
            let risk = analysis.risk(id);
            assert_eq!(risk.score, risk.parts.iter().map(|part| part.points).sum::<f64>());
            assert!((0.0..=100.0).contains(&risk.score));
            assert!(risk.parts.iter().all(|part| part.points <= part.most));
        }
        let riskiest = snapshot.tree().max_by(|a, b| analysis.risk(*a).score.total_cmp(&analysis.risk(*b).score));
        assert_eq!(riskiest, Some(at(&snapshot, "hub")));
    }

    #[test]
    fn needing_something_less_stable_adds_to_the_risk() {
        // `stable` is needed by three and needs `shaky`, which needs three.
        let snapshot = graph(&["a stable", "b stable", "c stable", "stable shaky", "shaky x", "shaky y", "shaky z"]);
        let coupling = coupling::of_tree(&snapshot);
        let risks = of_tree(&snapshot, &coupling, &Cycles::find(&snapshot));
        let part = |path: &str| risks[at(&snapshot, path).index()].parts[4];
        assert_eq!(part("stable").value, 1.0);
        assert_eq!(part("shaky").value, 0.0);
    }
}
