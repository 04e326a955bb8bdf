use super::*;
use crate::analysis::Analysis;
use crate::graph::fixture::graph;

fn moved(from: &str, to: &str) -> Step {
    Step::Move { from: from.into(), to: to.into() }
}

fn merged(from: &str, into: &str) -> Step {
    Step::Merge { from: from.into(), into: into.into() }
}

fn cut(pairs: &[(&str, &str)]) -> Step {
    Step::Cut { pairs: pairs.iter().map(|(from, to)| ((*from).into(), (*to).into())).collect(), ties_only: false }
}

fn edges(snapshot: &Snapshot) -> Vec<String> {
    let path = |id| &snapshot.node(id).path;
    snapshot.edges().map(|(_, edge)| format!("{} {}", path(edge.from), path(edge.to))).collect()
}

fn refused(lines: &[&str], steps: &[Step]) -> Vec<Option<String>> {
    apply(&graph(lines), steps).outcomes.into_iter().map(|outcome| outcome.refused).collect()
}

/// The lines that a step touches: `n path:line names` and so on.
fn touched(outcome: &Outcome) -> Vec<String> {
    let letter = |reason| match reason {
        Reason::Names => 'n',
        Reason::Within => 'w',
        Reason::Cut => 'c',
    };
    let shown = |touch: &Touch| format!("{} {}:{} {}", letter(touch.reason), touch.path, touch.line, touch.names);
    outcome.touched.iter().map(shown).collect()
}

#[test]
fn moving_a_file_unties_folders_and_says_what_to_touch() {
    let snapshot = graph(&["ui/a db/b", "db/c ui/d", "ui/e ui/d", "ui/d log/x"]);
    let what_if = apply(&snapshot, &[moved("ui/d", "db/d")]);
    assert_eq!(edges(&what_if.snapshot), ["db/c db/d", "db/d log/x", "ui/a db/b", "ui/e db/d"]);
    assert_eq!(touched(&what_if.outcomes[0]), ["n db/c:2 ui/d", "n ui/e:3 ui/d", "w ui/d:4 log/x"]);
    let of = |snapshot: &Snapshot| Analysis::new(snapshot).cycles().all().len();
    assert_eq!((of(&snapshot), of(&what_if.snapshot)), (1, 0));
}

#[test]
fn steps_build_on_each_other_and_lines_are_those_on_disk() {
    let snapshot = graph(&["ui/a db/b", "db/b log/x"]);
    let steps = [moved("db", "store/db"), moved("store/db/b", "store/b"), cut(&[("store/b", "log")])];
    let what_if = apply(&snapshot, &steps);
    assert_eq!(edges(&what_if.snapshot), ["ui/a store/b"]);
    assert_eq!(touched(&what_if.outcomes[1]), ["n ui/a:1 db/b", "w db/b:2 log/x"]);
    assert_eq!(touched(&what_if.outcomes[2]), ["c db/b:2 log/x"]);
    assert_eq!(what_if.origins.real(&"store/b".into(), 2), ("db/b".into(), 2));
}

#[test]
fn merged_folders_hold_the_files_of_both() {
    let snapshot = graph(&["a/x b/y", "b/y c/z", "a/same c/z", "b/same c/z", "c/z a/x"]);
    let what_if = apply(&snapshot, &[merged("a", "b")]);
    assert_eq!(edges(&what_if.snapshot), ["b/same c/z", "b/x b/y", "b/y c/z", "c/z b/x"]);
    let (_, edge) = what_if.snapshot.edges().next().expect("an edge");
    assert_eq!(edge.weight, 2);
}

#[test]
fn a_cut_takes_what_leads_from_one_to_the_other() {
    let lines = ["a/x b/y", "a/x b/z type", "a/w b/y test", "b/y a/x", "a/x a/w", "a-b/q b/y"];
    let all = apply(&graph(&lines), &[cut(&[("a", "b")])]);
    assert_eq!(edges(&all.snapshot), ["a/x a/w", "a-b/q b/y", "b/y a/x"]);
    let ties = Step::Cut { pairs: vec![("a".into(), "b".into())], ties_only: true };
    let what_if = apply(&graph(&lines), &[ties]);
    assert_eq!(what_if.outcomes[0].lines(), 1);
    assert_eq!(edges(&what_if.snapshot).len(), 5);
    // From a folder to a part of it: what the rest of the folder needs.
    let inside = apply(&graph(&["a/x a/y", "a/y a/z", "a/z a/y"]), &[cut(&[("a", "a/y")])]);
    assert_eq!(edges(&inside.snapshot), ["a/y a/z"]);
}

#[test]
fn what_does_not_apply_says_why_and_is_passed_over() {
    let lines = ["a/x b/y", "c d"];
    let why = |step: Step| refused(&lines, &[step]).remove(0).expect("a refusal");
    assert_eq!(why(moved("gone", "z")), "there is no gone");
    assert_eq!(why(moved("c", "d")), "there is a d already");
    assert_eq!(why(moved("a", "a/b")), "a/b is inside of a");
    assert_eq!(why(moved("a", "c/a")), "c is a file");
    assert_eq!(why(moved("a", "../a")), "../a is no path in the project");
    assert_eq!(why(moved("", "b")), "the whole project cannot be moved");
    assert_eq!(why(merged("c", "a")), "a file and a folder cannot be merged");
    assert_eq!(why(merged("c", "c")), "c is the same");
    assert_eq!(why(cut(&[("b", "a")])), "b does not need a");
    let steps = [cut(&[("a", "b")]), cut(&[("a", "b")]), moved("c", "e")];
    assert_eq!(refused(&lines, &steps), [None, Some("a does not need b".to_owned()), None]);
}

#[test]
fn the_list_names_what_changes_and_each_line() {
    let snapshot = graph(&["a b", "b a", "b c"]);
    let what_if = apply(&snapshot, &[cut(&[("b", "a")]), moved("c", "lib/c"), moved("gone", "z")]);
    let analyses = (Analysis::new(&snapshot), Analysis::new(&what_if.snapshot));
    let figures = figures((&snapshot, &analyses.0), (&what_if.snapshot, &analyses.1));
    assert_eq!(figures[1], Figure { name: "cycles of files", now: 1, then: 0 });
    let text = report("fixture", &what_if, &figures);
    for part in [
        "cycles of files             1 -> 0\n",
        "1. cut b → a (1 line)\n   lines to cut:\n     b:2  a\n",
        "2. move c to lib/c (1 line)\n   lines that name it:\n     b:3  c\n",
        "3. move gone to z\n   does not apply: there is no gone\n",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn paths_that_users_write_are_made_normal() {
    assert_eq!(normal_path(" ./a//b/ ").as_deref(), Some("a/b"));
    for wrong in ["", ".", "/etc", "a/../b", "a\u{7}"] {
        assert_eq!(normal_path(wrong), None, "{wrong}");
    }
}
