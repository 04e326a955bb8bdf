//! Code that changes often, is hard to follow, and that no test reaches.

use super::modules::is_own;
use super::{Concern, Found, Smell, upper_fence};
use crate::analysis::{Analysis, Location, Severity};
use crate::graph::{NodeId, Snapshot};
use crate::text::counted;

/// A hot spot without a test.
pub static UNTESTED_HOT_SPOT: Smell = Smell {
    name: "untested-hot-spot",
    concern: Concern::Tests,
    definition: "A file that no test needs, directly or not, in a project that has tests, and whose revisions times cognitive \
                 complexity are above the upper fence of the project's files; where the commits were not read its complexity \
                 alone.",
    citation: "A. Tornhill, Your Code as a Crime Scene, 2015",
    remedy: "Write a test of what it does today before the next change of it.",
    unit: "file",
    find: untested,
};

/// Folders of what is run to measure or to show, not to be used.
const ASIDE: &[&str] = &["bench", "benches", "benchmark", "benchmarks", "example", "examples", "docs", "fuzz"];

fn untested(snapshot: &Snapshot, analysis: &Analysis) -> Vec<Found> {
    // The risk has this part only where there are tests.
    let is_untested =
        |id: NodeId| analysis.risk(id).parts.iter().any(|part| part.name == "no test reaches it" && part.value > 0.0);
    let revisions = |id: NodeId| analysis.history().map(|history| history.churn(id).revisions);
    let heat = |id: NodeId| u64::from(revisions(id).unwrap_or(1)) * u64::from(analysis.size(id).complexity.cognitive);
    let is_shipped = |id: NodeId| {
        let mut folders = snapshot.ancestors(id).map(|folder| &*snapshot.node(folder).name);
        is_own(snapshot, id) && !folders.any(|name| ASIDE.contains(&name))
    };
    let files: Vec<NodeId> = snapshot.tree().filter(|id| is_shipped(*id) && heat(*id) > 0).collect();
    let Some(fence) = upper_fence(files.iter().map(|id| heat(*id)), 1.5) else { return Vec::new() };
    let mut hot: Vec<NodeId> = files.into_iter().filter(|id| heat(*id) as f64 > fence && is_untested(*id)).collect();
    hot.sort_by_key(|id| (std::cmp::Reverse(heat(*id)), *id));
    let found = hot.into_iter().map(|id| {
        let changed =
            revisions(id).map_or_else(String::new, |of| format!("{} and ", counted(u64::from(of), "revision")));
        Found {
            severity: Severity::Warning,
            message: format!(
                "{} has {changed}a cognitive complexity of {}, and no test needs it, directly or not",
                snapshot.node(id).written(),
                analysis.size(id).complexity.cognitive
            ),
            evidence: vec![Location { path: snapshot.node(id).path.clone(), line: Some(1) }],
        }
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::messages;
    use super::*;

    #[test]
    fn what_is_hard_to_follow_and_untested_is_found_and_what_a_test_needs_is_not() {
        let simple = "def f(a):\n    if a:\n        return 1\n";
        let hard = format!("def f(a):\n{}", "    if a:\n        return 1\n".repeat(30));
        let mut files: Vec<(String, &str)> = (0..14).map(|index| (format!("m{index}.py"), simple)).collect();
        files.extend([("wild.py".to_owned(), hard.as_str()), ("tame.py".to_owned(), hard.as_str())]);
        files.push(("tests/test_tame.py".to_owned(), "import tame\n"));
        let files = files.iter().map(|(path, text)| (path.as_str(), *text));
        let found = messages(&UNTESTED_HOT_SPOT, &crate::index::from_memory("x", files));
        assert_eq!(
            found,
            ["wild.py has a cognitive complexity of 30, and no test needs it, directly or not [wild.py:1]"]
        );
    }
}
