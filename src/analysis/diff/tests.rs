use proptest::prelude::*;

use super::*;
use crate::graph::fixture::graph;

const COUPLING: &[Metric] = &[
    ("fan-in", |_, analysis, id| f64::from(analysis.coupling(id).fan_in)),
    ("fan-out", |_, analysis, id| f64::from(analysis.coupling(id).fan_out)),
];

fn diff(before: &[&str], after: &[&str], level: Level, renames: &[(&str, &str)]) -> Diff {
    let renames = renames.iter().map(|(from, to)| ((*from).into(), (*to).into())).collect();
    let (before, after) = (graph(before), graph(after));
    let (old, new) = (Analysis::new(&before), Analysis::new(&after));
    Diff::of(
        State { snapshot: &before, analysis: &old },
        State { snapshot: &after, analysis: &new },
        &Options { level, renames: &renames, metrics: COUPLING },
    )
}

/// `+ a b` for what is gained, `- a b` for what is lost, `~ a b 1 2` for another weight.
fn shown(diff: &Diff) -> Vec<String> {
    let weight = |stand: &Option<Stand>| stand.as_ref().map_or(0, |stand| stand.weight);
    diff.dependencies
        .iter()
        .map(|change| {
            let (from, to) = (&change.from, &change.to);
            match (change.is_gained(), change.is_lost()) {
                (true, _) => format!("+ {from} {to}"),
                (_, true) => format!("- {from} {to}"),
                _ => format!("~ {from} {to} {} {}", weight(&change.before), weight(&change.after)),
            }
        })
        .collect()
}

#[test]
fn dependencies_are_gained_lost_and_weighed_anew() {
    let found = diff(&["a/x b/y", "a/x b/z", "c/w b/y"], &["a/x b/y", "a/x b/y", "c/w b/z"], Level::File, &[]);
    assert_eq!(shown(&found), ["~ a/x b/y 1 2", "- a/x b/z", "- c/w b/y", "+ c/w b/z"]);
    let places: Vec<_> = found.gained().flat_map(|change| &change.stand().unwrap().places).collect();
    assert_eq!(places.len(), 1);
    assert_eq!((&*places[0].0, places[0].1), ("c/w", 3));
    let found = diff(&["a/x b/y"], &["a/x b/y", "c/w a/x"], Level::Module, &[]);
    assert_eq!(shown(&found), ["+ c a"]);
}

#[test]
fn a_rename_alone_changes_no_dependency_of_files() {
    let (before, after) = (["a/x b/y", "b/y c/z"], ["a/x d/y", "d/y c/z"]);
    let found = diff(&before, &after, Level::File, &[("b/y", "d/y")]);
    assert_eq!(shown(&found), [""; 0]);
    let renamed = ComponentChange { before: Some("b/y".into()), after: Some("d/y".into()) };
    assert_eq!(found.components, [renamed]);
    assert!(!diff(&before, &after, Level::Module, &[("b/y", "d/y")]).dependencies.is_empty());
    assert_eq!(diff(&before, &after, Level::File, &[]).dependencies.len(), 4);
}

#[test]
fn cycles_are_new_gone_or_grown() {
    let cycles = |before: &[&str], after: &[&str]| -> Vec<(Option<String>, usize, usize, bool)> {
        let found = diff(before, after, Level::File, &[]).cycles;
        let parent = |change: &CycleChange| change.parent.as_ref().map(|parent| parent.to_string());
        let row = |change: &CycleChange| (parent(change), change.before.len(), change.after.len(), change.is_worse());
        found.iter().map(row).collect()
    };
    let root = || Some(".".to_owned());
    let two = ["a b", "b a", "c b"];
    let three = ["a b", "b a", "b c", "c b"];
    assert_eq!(cycles(&["a b", "c b"], &two), [(root(), 0, 2, true), (None, 0, 2, true)]);
    assert_eq!(cycles(&two, &["a b", "c b"]), [(root(), 2, 0, false), (None, 2, 0, false)]);
    assert_eq!(cycles(&two, &three), [(root(), 2, 3, true), (None, 2, 3, true)]);
    assert_eq!(cycles(&three, &two), [(root(), 3, 2, false), (None, 3, 2, false)]);
    assert_eq!(cycles(&two, &two), []);
}

#[test]
fn numbers_are_compared_where_a_component_is_in_both() {
    let found = diff(&["a/x b/y"], &["a/x b/y", "a/x b/z"], Level::File, &[]);
    let row = |change: &MetricChange| (change.path.to_string(), change.metric, change.before, change.after);
    assert_eq!(
        found.metrics.iter().map(row).collect::<Vec<_>>(),
        [("a".to_owned(), "fan-out", 1.0, 2.0), ("a/x".to_owned(), "fan-out", 1.0, 2.0)]
    );
    assert!(found.totals.contains(&("dependencies", 1, 2)));
    assert!(found.totals.contains(&("files", 2, 3)));
}

proptest! {
    #[test]
    fn the_difference_is_that_of_the_two_sets(
        before in proptest::collection::btree_set((0..6u8, 0..6u8), 1..14),
        after in proptest::collection::btree_set((0..6u8, 0..6u8), 1..14),
    ) {
        let lines = |pairs: &std::collections::BTreeSet<(u8, u8)>| -> Vec<String> {
            pairs.iter().filter(|(a, b)| a != b).map(|(a, b)| format!("d{}/f{a} d{}/f{b}", a % 2, b % 2)).collect()
        };
        let (before, after) = (lines(&before), lines(&after));
        let texts = |lines: &[String]| -> Vec<String> { lines.to_vec() };
        let (old, new) = (texts(&before), texts(&after));
        let found = diff(
            &old.iter().map(String::as_str).collect::<Vec<_>>(),
            &new.iter().map(String::as_str).collect::<Vec<_>>(),
            Level::File,
            &[],
        );
        let mut expected: Vec<String> = after.iter().filter(|line| !before.contains(line)).map(|line| format!("+ {line}")).collect();
        expected.extend(before.iter().filter(|line| !after.contains(line)).map(|line| format!("- {line}")));
        expected.sort();
        let mut seen = shown(&found);
        seen.sort();
        prop_assert_eq!(seen, expected);
    }
}
