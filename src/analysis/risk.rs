//! The risk of changing a component: one number with its parts.

use std::collections::BTreeSet;

use super::{Coupling, Cycles, History, Size};
use crate::graph::reach::{Direction, Reach, Through};
use crate::graph::{NodeId, NodeKind, Snapshot};

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

/// What risks are computed from.
pub struct Known<'a> {
    /// Of each node of the tree.
    pub coupling: &'a [Coupling],
    /// The same.
    pub sizes: &'a [Size],
    /// Of the snapshot.
    pub cycles: &'a Cycles,
    /// What the commits say, if they were read.
    pub history: Option<&'a History>,
}

/// The parts of a score with their weights, in the order in which they are shown.
///
/// How often something changed of late, and how large it is, are what is known best of where the next defect is (N.
/// Nagappan and T. Ball, "Use of Relative Code Churn Measures to Predict System Defect Density", 2005; the weighting by age
/// is that of C. Lewis and R. Ou, "Bug Prediction at Google", 2011), so they make up nine tenths, each with as much as the
/// other. The rest says what a change costs, and decides among files that change alike. Size is a part of its own, and
/// complexity counts per line, so that no other part says again how large something is. `benches/risk.rs` tests this
/// against the bugs that were mended later. Where the commits are not known, size leads alone: weights that gave structure
/// more there said no more of later bugs.
const PARTS: [(&str, f64); 10] = [
    ("recent changes", 45.0),
    ("size", 45.0),
    ("complexity per line", 1.0),
    ("fan-in", 3.0),
    ("fan-out", 2.0),
    ("in a cycle", 1.0),
    ("less stable targets", 1.0),
    ("hidden co-change", 1.0),
    ("one author", 0.5),
    ("no test reaches it", 0.5),
];

/// The risk of every node of the tree. A measured part is ln(1 + value) over the same of the largest value among nodes of
/// the same kind (file or not), times the part's weight: a logarithm, because all of these are distributed with a long
/// tail, and relative to the project, because what is much depends on it. Of what is not known (history without a
/// repository, tests where there are none) there is no part, and the others make up the hundred. Where there is no line,
/// there is nothing to change, and no part adds anything.
pub fn of_tree(snapshot: &Snapshot, known: &Known<'_>) -> Vec<Risk> {
    let nodes = snapshot.tree().len();
    let of = |value: &dyn Fn(NodeId) -> f64| snapshot.tree().map(value).collect::<Vec<f64>>();
    let scaled = |values: Vec<f64>| {
        let largest = Largest::new(snapshot, |id| values[id.index()]);
        let shares = snapshot.tree().map(|id| largest.share(snapshot, id, values[id.index()])).collect();
        Some((values, shares))
    };
    let plain = |values: Vec<f64>| Some((values.clone(), values));
    let coupling = |id: NodeId| known.coupling[id.index()];
    let cognitive = |id: NodeId| f64::from(known.sizes[id.index()].complexity.cognitive);
    let reached = tests_that_reach(snapshot);
    type Values = Option<(Vec<f64>, Vec<f64>)>;
    let values: [Values; PARTS.len()] = [
        known.history.and_then(|history| scaled(of(&|id| history.churn(id).recent))),
        scaled(of(&|id| snapshot.node(id).lines as f64)),
        scaled(of(&|id| 100.0 * cognitive(id) / (snapshot.node(id).lines as f64).max(20.0))),
        scaled(of(&|id| f64::from(coupling(id).fan_in))),
        scaled(of(&|id| f64::from(coupling(id).fan_out))),
        plain(of(&|id| f64::from(u8::from(known.cycles.is_in_cycle(id))))),
        plain(of(&|id| breaches(snapshot, known.coupling, id))),
        known.history.and_then(|history| {
            scaled(of(&|id| if id == NodeId::ROOT { 0.0 } else { f64::from(history.hidden(snapshot, id)) }))
        }),
        known.history.and_then(|history| {
            plain(of(&|id| f64::from(u8::from(history.churn(id).revisions > 4 && history.churn(id).bus_factor() == 1))))
        }),
        reached
            .and_then(|reached| plain(of(&|id| f64::from(u8::from(!reached[id.index()] && !snapshot.node(id).test))))),
    ];
    let all: f64 = PARTS.iter().zip(&values).filter(|(_, values)| values.is_some()).map(|((_, most), _)| most).sum();
    let mut risks = vec![Risk::default(); nodes];
    for ((name, most), values) in PARTS.into_iter().zip(values) {
        let Some((values, shares)) = values else { continue };
        let most = most * 100.0 / all;
        for (id, (value, share)) in snapshot.tree().zip(values.into_iter().zip(shares)) {
            let points = if snapshot.node(id).lines == 0 { 0.0 } else { share * most };
            risks[id.index()].parts.push(RiskPart { name, value, points, most });
        }
    }
    for risk in &mut risks {
        risk.score = risk.parts.iter().map(|part| part.points).sum();
    }
    risks
}

/// For each node whether any test needs something in it, directly or indirectly. None where there are no tests.
fn tests_that_reach(snapshot: &Snapshot) -> Option<Vec<bool>> {
    let tests: BTreeSet<NodeId> =
        snapshot.nodes().filter(|(_, node)| node.kind == NodeKind::File && node.test).map(|(id, _)| id).collect();
    if tests.is_empty() {
        return None;
    }
    let mut reached = vec![false; snapshot.tree().len()];
    for file in Reach::new(snapshot, Through::ALL).distances(&tests, Direction::Dependencies, None).into_keys() {
        if file.index() >= reached.len() {
            continue;
        }
        for id in std::iter::once(file).chain(snapshot.ancestors(file)) {
            if std::mem::replace(&mut reached[id.index()], true) {
                break;
            }
        }
    }
    Some(reached)
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
    use super::super::Analysis;
    use crate::graph::fixture::{at, graph};

    #[test]
    fn the_score_is_the_sum_of_its_parts_and_at_most_a_hundred() {
        let snapshot = graph(&["hub a", "a hub", "b hub", "c hub", "hub d", "e d"]);
        let analysis = Analysis::new(&snapshot);
        for id in snapshot.tree() {
            let risk = analysis.risk(id);
            assert_eq!(risk.score, risk.parts.iter().map(|part| part.points).sum::<f64>());
            assert!((risk.parts.iter().map(|part| part.most).sum::<f64>() - 100.0).abs() < 1e-9);
            assert!((0.0..=100.0).contains(&risk.score));
            assert!(risk.parts.iter().all(|part| part.points <= part.most));
        }
        let riskiest = snapshot.tree().max_by(|a, b| analysis.risk(*a).score.total_cmp(&analysis.risk(*b).score));
        assert_eq!(riskiest, Some(at(&snapshot, "hub")));
    }

    #[test]
    fn an_empty_file_is_no_risk_whoever_needs_it() {
        let snapshot = crate::index::from_memory(
            "shop",
            [("shop/__init__.py", ""), ("shop/cart.py", "import shop\n"), ("main.py", "import shop.cart\n")],
        );
        let analysis = Analysis::new(&snapshot);
        let empty = analysis.risk(at(&snapshot, "shop/__init__.py"));
        assert!(analysis.coupling(at(&snapshot, "shop/__init__.py")).fan_in > 0);
        assert_eq!(empty.score, 0.0);
        assert!(analysis.risk(at(&snapshot, "shop/cart.py")).score > 0.0);
    }

    #[test]
    fn without_commits_the_parts_that_are_known_make_up_the_hundred() {
        let snapshot = graph(&["a b"]);
        let analysis = Analysis::new(&snapshot);
        let parts = &analysis.risk(at(&snapshot, "a")).parts;
        let names: Vec<&str> = parts.iter().map(|part| part.name).collect();
        assert!(!names.contains(&"recent changes") && !names.contains(&"one author"), "{names:?}");
        let size = parts.iter().find(|part| part.name == "size").expect("the part");
        // Nor are there tests: fifty-three of the hundred points are known.
        assert!((size.most - 45.0 / 0.53).abs() < 1e-9, "{}", size.most);
        assert_eq!(super::PARTS.iter().map(|(_, most)| most).sum::<f64>(), 100.0);
    }

    #[test]
    fn needing_something_less_stable_adds_to_the_risk() {
        // `stable` is needed by three and needs `shaky`, which needs three.
        let snapshot = graph(&["a stable", "b stable", "c stable", "stable shaky", "shaky x", "shaky y", "shaky z"]);
        let analysis = Analysis::new(&snapshot);
        let part = |path: &str| {
            let parts = &analysis.risk(at(&snapshot, path)).parts;
            *parts.iter().find(|part| part.name == "less stable targets").expect("the part")
        };
        assert_eq!(part("stable").value, 1.0);
        assert_eq!(part("shaky").value, 0.0);
    }
}
