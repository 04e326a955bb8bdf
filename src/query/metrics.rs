//! The metrics of components: what `top` ranks by, limits of rules are about, and tables show.

use crate::analysis::{Analysis, Coupling, Level, Size, history::Churn};
use crate::graph::{NodeId, Snapshot};

/// A number for every node of the tree.
#[derive(Debug)]
pub struct Metric {
    /// What it is called: lower case with hyphens.
    pub name: &'static str,
    /// What it says, in one line.
    pub doc: &'static str,
    /// Who defined it, and where.
    pub source: &'static str,
    /// Whether it is known only where the commits were read.
    pub needs_history: bool,
    /// Its value; 0 where it is not defined.
    pub value: fn(&Snapshot, &Analysis, NodeId) -> f64,
}

const MARTIN: &str = "R. C. Martin, OO Design Quality Metrics, 1994";
const LAKOS: &str = "J. Lakos, Large-Scale C++ Software Design, 1996";
const MCCABE: &str = "T. J. McCabe, A Complexity Measure, 1976";
const SONAR: &str = "G. A. Campbell, Cognitive Complexity, SonarSource, 2018";
const TORNHILL: &str = "A. Tornhill, Your Code as a Crime Scene, 2015";
const OWN: &str = "transom";

/// One that needs no history.
const fn metric(
    name: &'static str,
    doc: &'static str,
    source: &'static str,
    value: fn(&Snapshot, &Analysis, NodeId) -> f64,
) -> Metric {
    Metric { name, doc, source, needs_history: false, value }
}

/// One of history.
const fn historic(
    name: &'static str,
    doc: &'static str,
    source: &'static str,
    value: fn(&Snapshot, &Analysis, NodeId) -> f64,
) -> Metric {
    Metric { name, doc, source, needs_history: true, value }
}

fn coupling(analysis: &Analysis, id: NodeId) -> Coupling {
    analysis.coupling(id)
}

fn size(analysis: &Analysis, id: NodeId) -> Size {
    analysis.size(id)
}

fn level(analysis: &Analysis, id: NodeId) -> Level {
    analysis.level(id)
}

fn churn(analysis: &Analysis, id: NodeId, value: impl Fn(&Churn) -> f64) -> f64 {
    analysis.history().map_or(0.0, |history| value(history.churn(id)))
}

/// A number's name and what gives it.
pub type Number = (&'static str, fn(&Snapshot, &Analysis, NodeId) -> f64);

/// The metrics that say something of one state of the project: all but those of its commits.
pub fn of_one_state() -> Vec<Number> {
    METRICS.iter().filter(|metric| !metric.needs_history).map(|metric| (metric.name, metric.value)).collect()
}

/// Every metric, in the order of the help.
pub static METRICS: &[Metric] = &[
    metric("fan-in", "files outside that need it: Ca, counted in files", MARTIN, |_, a, id| {
        f64::from(coupling(a, id).fan_in)
    }),
    metric("fan-out", "files outside that it needs: Ce, counted in files", MARTIN, |_, a, id| {
        f64::from(coupling(a, id).fan_out)
    }),
    metric("statements-in", "statements outside that need it", OWN, |_, a, id| {
        f64::from(coupling(a, id).statements_in)
    }),
    metric("statements-out", "statements in it that need something outside", OWN, |_, a, id| {
        f64::from(coupling(a, id).statements_out)
    }),
    metric("instability", "I = Ce / (Ca + Ce)", MARTIN, |_, a, id| coupling(a, id).instability().unwrap_or(0.0)),
    metric("abstractness", "A = abstract types / types", MARTIN, |_, a, id| size(a, id).abstractness().unwrap_or(0.0)),
    metric("distance", "D = |A + I - 1|", MARTIN, |_, a, id| a.distance(id).unwrap_or(0.0)),
    metric("externals", "packages from elsewhere that it needs", OWN, |_, a, id| f64::from(coupling(a, id).externals)),
    metric("level", "1 + the highest level among the siblings that it needs", LAKOS, |_, a, id| {
        f64::from(level(a, id).level)
    }),
    metric("depth", "the highest level among its parts", LAKOS, |_, a, id| f64::from(level(a, id).depth)),
    metric("component-dependency", "siblings that it needs directly or indirectly, with itself", LAKOS, |_, a, id| {
        f64::from(level(a, id).dependency)
    }),
    metric("ccd", "the sum of the component dependencies of its parts", LAKOS, |_, a, id| {
        level(a, id).cumulative as f64
    }),
    metric("acd", "CCD / parts", LAKOS, |_, a, id| level(a, id).average()),
    metric("nccd", "CCD / CCD of a balanced binary tree of as many parts", LAKOS, |_, a, id| level(a, id).normalized()),
    metric("cyclicity", "the sum of the squared sizes of the cycles among its parts", "Sonargraph", |_, a, id| {
        level(a, id).cyclicity as f64
    }),
    metric("lines", "physical lines", OWN, |snapshot, _, id| snapshot.node(id).lines as f64),
    metric("functions", "functions and methods that hold code", OWN, |_, a, id| f64::from(size(a, id).functions)),
    metric("cyclomatic", "the sum of the cyclomatic complexity of its code", MCCABE, |_, a, id| {
        f64::from(size(a, id).complexity.cyclomatic)
    }),
    metric("max-cyclomatic", "the largest cyclomatic complexity of one function", MCCABE, |_, a, id| {
        f64::from(size(a, id).most.cyclomatic)
    }),
    metric("cognitive", "the sum of the cognitive complexity of its code", SONAR, |_, a, id| {
        f64::from(size(a, id).complexity.cognitive)
    }),
    metric("max-cognitive", "the largest cognitive complexity of one function", SONAR, |_, a, id| {
        f64::from(size(a, id).most.cognitive)
    }),
    historic("revisions", "commits that changed it", TORNHILL, |_, a, id| churn(a, id, |of| f64::from(of.revisions))),
    historic("churn", "lines that commits added and removed", TORNHILL, |_, a, id| {
        churn(a, id, |of| (of.added + of.removed) as f64)
    }),
    historic("fixes", "commits that say that they mend something", "J. Śliwerski et al., 2005", |_, a, id| {
        churn(a, id, |of| f64::from(of.fixes))
    }),
    historic("hotspot", "revisions x cognitive complexity", TORNHILL, |_, a, id| {
        churn(a, id, |of| f64::from(of.revisions)) * f64::from(size(a, id).complexity.cognitive)
    }),
    historic("authors", "people who changed it", TORNHILL, |_, a, id| churn(a, id, |of| of.authors.len() as f64)),
    historic("bus-factor", "the fewest people who made more than half of its commits", TORNHILL, |_, a, id| {
        churn(a, id, |of| f64::from(of.bus_factor()))
    }),
    historic(
        "hidden-co-change",
        "commits shared with files that no dependency leads to",
        TORNHILL,
        |snapshot, a, id| a.history().map_or(0.0, |history| f64::from(history.hidden(snapshot, id))),
    ),
    metric("risk", "the score of the risk table", OWN, |_, a, id| a.risk(id).score),
];

/// The metric of a name.
///
/// # Errors
/// There is none, or it needs the history, which was not read: a message with what there is or why.
pub fn named(name: &str, analysis: &Analysis) -> Result<&'static Metric, String> {
    let Some(metric) = METRICS.iter().find(|metric| metric.name == name) else {
        let names: Vec<&str> = METRICS.iter().map(|metric| metric.name).collect();
        return Err(format!("no metric '{name}'; there are {}", names.join(", ")));
    };
    if metric.needs_history && analysis.history().is_none() {
        return Err(format!("'{name}' needs the history of the project, and there is none here to read"));
    }
    Ok(metric)
}

/// Whether a text names a metric of which the history must be read.
pub fn needs_history(text: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '-';
    text.split(|c| !is_word(c)).any(|word| METRICS.iter().any(|metric| metric.needs_history && metric.name == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_documented() {
        let mut names = std::collections::BTreeSet::new();
        for metric in METRICS {
            assert!(names.insert(metric.name), "{} twice", metric.name);
            assert!(!metric.doc.is_empty() && !metric.source.is_empty(), "{}", metric.name);
        }
    }

    #[test]
    fn history_is_asked_for_by_name() {
        assert!(needs_history("top(3, churn, src)"));
        assert!(!needs_history("src/churner"));
    }
}
