//! Smells of how code depends on code.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::is_own;
use super::{Concern, Found, Modules, Smell, lines_of, listed, upper_fence};
use crate::analysis::cycles::{siblings_of, ties_together};
use crate::analysis::{Analysis, Location, Parts, Severity};
use crate::graph::{EdgeId, NodeId, NodeKind, Snapshot};
use crate::lang::resolve::DependencyKind;
use crate::text::{count, counted};

/// Names in a message; the rest is counted.
const NAMES: usize = 6;

/// Components that need each other.
pub static CYCLIC_DEPENDENCY: Smell = Smell {
    name: "cyclic-dependency",
    concern: Concern::Modularity,
    definition: "Components that all need each other, directly or not: a strongly connected component of more than one among \
                 the children of one folder. What tests and type checkers need does not count, and a file with the folder \
                 behind it is one component.",
    citation: "M. Lippert and S. Roock, Refactoring in Large Software Projects, 2006; G. Suryanarayana et al., Refactoring for \
               Software Design Smells, 2014 (cyclically-dependent modularization)",
    remedy: "Cut the cheapest set: move what both ends need into a third component, or turn the dependency around with an \
             interface on the side that is needed.",
    unit: "statement",
    find: cyclic_dependencies,
};

fn cyclic_dependencies(snapshot: &Snapshot, analysis: &Analysis) -> Vec<Found> {
    let parents: BTreeSet<NodeId> = analysis.cycles().all().iter().map(|cycle| cycle.parent).collect();
    let mut found: Vec<(Severity, u64, Found)> = Vec::new();
    for parent in parents {
        let parts = Parts::of(snapshot, parent);
        for knot in parts.knots() {
            let tie = |pair: &(usize, usize)| &parts.ties[pair];
            let weight: u64 = knot.cut.iter().map(|pair| u64::from(tie(pair).weight)).sum();
            let name = |part: &usize| parts.name(snapshot, *part);
            let ways = knot.cut.iter().map(|(from, to)| format!("{} needs {}", name(from), name(to)));
            let is_small = knot.parts.len() == 2 && knot.parts.iter().all(|part| parts.is_file(snapshot, *part));
            let severity = if is_small { Severity::Note } else { Severity::Warning };
            let message = format!(
                "{} of {} need each other: {}; cutting {weight} of {} unties them ({})",
                counted(knot.parts.len() as u64, "component"),
                snapshot.node(parent).written(),
                listed(knot.parts.iter().map(name), NAMES),
                counted(knot.statements, "statement"),
                listed(ways, 3)
            );
            let evidence = lines_of(snapshot, knot.cut.iter().flat_map(|pair| tie(pair).edges.iter().copied()));
            found.push((severity, knot.statements, Found { severity, message, evidence }));
        }
    }
    // Those that tie most come first.
    found.sort_by_key(|(severity, statements, _)| (*severity, std::cmp::Reverse(*statements)));
    found.into_iter().map(|(.., found)| found).collect()
}

/// A lower layer that needs a higher one.
pub static LAYERING_BREACH: Smell = Smell {
    name: "layering-breach",
    concern: Concern::Modularity,
    definition: "Of two folders side by side one needs the other at least five times as often as the other way round: the few \
                 statements against the direction are breaches.",
    citation: "S. Sarkar et al., Discovery of architectural layers and measurement of layering violations in source code, 2009 \
               (back calls)",
    remedy: "Move what the lower layer needs down to it, or hand it over from above as a parameter or an interface.",
    unit: "statement",
    find: layering_breaches,
};

/// How much stronger the direction of two folders must be than its breaches.
const DIRECTION: u32 = 5;

fn layering_breaches(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let mut ties: BTreeMap<(NodeId, NodeId), (u32, Vec<EdgeId>)> = BTreeMap::new();
    for (id, edge) in snapshot.edges().filter(|(_, edge)| ties_together(snapshot, edge)) {
        if let Some((_, from, to)) = siblings_of(snapshot, edge.from, edge.to)
            && snapshot.node(from).kind != NodeKind::File
            && snapshot.node(to).kind != NodeKind::File
        {
            let tie = ties.entry((from, to)).or_default();
            tie.0 += edge.weight;
            tie.1.push(id);
        }
    }
    let breach = |((from, to), (weight, edges)): (&(NodeId, NodeId), &(u32, Vec<EdgeId>))| {
        let back = ties.get(&(*to, *from))?.0;
        (back >= weight * DIRECTION).then(|| Found {
            severity: Severity::Warning,
            message: format!(
                "{} needs {} in {}, against the direction: {} needs {} in {}",
                snapshot.node(*from).written(),
                snapshot.node(*to).written(),
                counted(u64::from(*weight), "statement"),
                snapshot.node(*to).written(),
                snapshot.node(*from).written(),
                count(u64::from(back))
            ),
            evidence: lines_of(snapshot, edges.iter().copied()),
        })
    };
    ties.iter().filter_map(breach).collect()
}

/// A folder that needs what changes more easily than itself.
pub static UNSTABLE_DEPENDENCY: Smell = Smell {
    name: "unstable-dependency",
    concern: Concern::Modularity,
    definition: "A folder that others need, and of whose own needs at least 30 % (and two or more) are less stable than itself \
                 by a tenth: I = Ce / (Ca + Ce) of the files directly in each. Its own subfolders do not count.",
    citation: "R. C. Martin, Stability, 1997; F. Arcelli Fontana et al., Arcan: A Tool for Architectural Smells Detection, 2017",
    remedy: "Take out of the unstable folders what is needed of them, and put it on the stable side.",
    unit: "statement",
    find: unstable_dependencies,
};

fn unstable_dependencies(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let modules = Modules::of(snapshot);
    let found = modules.0.iter().filter_map(|(id, module)| {
        let own = module.instability().filter(|_| module.fan_in > 0)?;
        let instability = |id: &NodeId| modules.0.get(id).and_then(|module| module.instability());
        let others = || module.needs.keys().filter(|to| !snapshot.contains(*id, **to));
        let less_stable: Vec<(&NodeId, f64)> =
            others().filter_map(|to| Some((to, instability(to)?))).filter(|(_, other)| *other > own + 0.1).collect();
        let is_much = less_stable.len() >= 2 && less_stable.len() * 10 >= others().count() * 3;
        is_much.then(|| Found {
            severity: Severity::Note,
            message: format!(
                "{} has an instability of {own:.2}, and {} of the {} that it needs are less stable: {}",
                snapshot.node(*id).written(),
                less_stable.len(),
                counted(others().count() as u64, "folder"),
                listed(
                    less_stable.iter().map(|(to, of)| format!("{} ({of:.2})", snapshot.node(**to).written())),
                    NAMES
                )
            ),
            evidence: lines_of(snapshot, less_stable.iter().flat_map(|(to, _)| module.needs[to].iter().copied())),
        })
    });
    found.collect()
}

/// A file through which much of the project hangs together.
pub static HUB_LIKE: Smell = Smell {
    name: "hub-like-dependency",
    concern: Concern::Modularity,
    definition: "A file that many need and that needs many: both its fan-in and its fan-out are above the upper fence (third \
                 quartile and 1.5 times the distance between the quartiles) of the files of the project that are coupled. What \
                 a file only passes on does not count.",
    citation: "G. Suryanarayana et al., Refactoring for Software Design Smells, 2014 (hub-like modularization); F. Arcelli \
               Fontana et al., Arcan: A Tool for Architectural Smells Detection, 2017",
    remedy: "Split it along its users: what different groups of files need of it becomes different files.",
    unit: "file",
    find: hubs,
};

fn hubs(snapshot: &Snapshot, analysis: &Analysis) -> Vec<Found> {
    let is_coupled = |id: &NodeId| {
        let coupling = analysis.coupling(*id);
        is_own(snapshot, *id) && coupling.fan_in + coupling.fan_out > 0
    };
    let files: Vec<NodeId> = snapshot.tree().filter(is_coupled).collect();
    let of = |value: fn(&crate::analysis::Coupling) -> u32| {
        upper_fence(files.iter().map(|id| u64::from(value(&analysis.coupling(*id)))), 1.5)
    };
    let (Some(most_in), Some(most_out)) = (of(|of| of.fan_in), of(|of| of.fan_out)) else { return Vec::new() };
    let mut files: Vec<NodeId> = files;
    files.sort_by_key(|id| {
        let coupling = analysis.coupling(*id);
        (std::cmp::Reverse(u64::from(coupling.fan_in) * u64::from(coupling.fan_out)), *id)
    });
    let found = files.iter().filter_map(|id| {
        let coupling = analysis.coupling(*id);
        let is_hub = f64::from(coupling.fan_in) > most_in.max(4.0) && f64::from(coupling.fan_out) > most_out.max(4.0);
        if !is_hub || passes_on(snapshot, *id) {
            return None;
        }
        Some(Found {
            severity: Severity::Warning,
            message: format!(
                "{} is needed by {} and needs {}; the fences of the {} are {most_in:.1} and {most_out:.1}",
                snapshot.node(*id).written(),
                counted(u64::from(coupling.fan_in), "file"),
                count(u64::from(coupling.fan_out)),
                counted(files.len() as u64, "coupled file"),
            ),
            evidence: vec![Location { path: snapshot.node(*id).path.clone(), line: Some(1) }],
        })
    });
    found.collect()
}

/// Whether a file mostly makes others visible: a package's door.
fn passes_on(snapshot: &Snapshot, id: NodeId) -> bool {
    let edges: Vec<_> = snapshot.outgoing(id).map(|edge| snapshot.edge(edge).kind).collect();
    let passed = edges.iter().filter(|kind| matches!(kind, DependencyKind::Reexport | DependencyKind::Module)).count();
    passed * 2 > edges.len()
}

/// A folder that holds far more than the others and is coupled far more.
pub static GOD_COMPONENT: Smell = Smell {
    name: "god-component",
    concern: Concern::Modularity,
    definition: "A folder whose own files have more lines than the far fence (third quartile and three times the distance \
                 between the quartiles) of the project's folders, and are coupled with more files of others than the upper fence \
                 (1.5 times); at least 1,000 lines.",
    citation: "M. Lippert and S. Roock, Refactoring in Large Software Projects, 2006 (too large packages); F. Arcelli Fontana et \
               al., Arcan: A Tool for Architectural Smells Detection, 2017 (god component)",
    remedy: "Split it by what its files are used for: files that are needed by the same others belong together.",
    unit: "large file",
    find: god_components,
};

/// Fewer lines than this are not much in any project.
const LARGE: f64 = 1_000.0;

fn god_components(snapshot: &Snapshot, _: &Analysis) -> Vec<Found> {
    let modules = Modules::of(snapshot);
    let fan = |id: &NodeId| u64::from(modules.0[id].fan_in + modules.0[id].fan_out);
    let lines = upper_fence(modules.0.values().map(|module| module.lines), 3.0);
    let fans = upper_fence(modules.0.keys().map(fan), 1.5);
    let (Some(most_lines), Some(most_fan)) = (lines, fans) else { return Vec::new() };
    let is_god = |(id, module): &(&NodeId, &super::Module)| {
        module.lines as f64 > most_lines.max(LARGE) && fan(id) as f64 > most_fan
    };
    let mut gods: Vec<(&NodeId, &super::Module)> = modules.0.iter().filter(is_god).collect();
    gods.sort_by_key(|(id, module)| (std::cmp::Reverse(module.lines), **id));
    let found = gods.into_iter().map(|(id, module)| {
        let mut files: Vec<NodeId> = snapshot.children(*id).filter(|file| is_own(snapshot, *file)).collect();
        files.sort_by_key(|file| (std::cmp::Reverse(snapshot.node(*file).lines), *file));
        Found {
            severity: Severity::Warning,
            message: format!(
                "{} holds {} in {} and is coupled with {}; the fences of the {} are {most_lines:.0} lines and {most_fan:.0} files",
                snapshot.node(*id).written(),
                counted(module.lines, "line"),
                counted(u64::from(module.files), "file"),
                counted(fan(id), "other file"),
                counted(modules.0.len() as u64, "folder"),
            ),
            evidence: files
                .iter()
                .take(3)
                .map(|file| Location { path: snapshot.node(*file).path.clone(), line: Some(1) })
                .collect(),
        }
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::messages;
    use super::*;
    use crate::graph::fixture::graph;

    #[test]
    fn a_tangle_says_what_to_cut_and_a_type_only_tie_is_none() {
        let found = messages(&CYCLIC_DEPENDENCY, &graph(&["ui/a.py db/b.py", "ui/c.py db/b.py", "db/b.py ui/d.py"]));
        assert_eq!(
            found,
            [
                "2 components of . need each other: db, ui; cutting 1 of 3 statements unties them (db needs ui) [db/b.py:3]"
            ]
        );
        assert!(messages(&CYCLIC_DEPENDENCY, &graph(&["ui/a.ts db/b.ts", "db/b.ts ui/d.ts type"])).is_empty());
        assert!(messages(&CYCLIC_DEPENDENCY, &graph(&["ui.rs ui/a.rs", "ui/a.rs ui.rs"])).is_empty());
    }

    #[test]
    fn few_statements_against_many_breach_a_layer_and_equal_ones_do_not() {
        let down = |count: usize| (0..count).map(|index| format!("ui/a{index}.py core/b.py")).collect::<Vec<_>>();
        let with = |mut lines: Vec<String>| {
            lines.push("core/b.py ui/x.py".to_owned());
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            messages(&LAYERING_BREACH, &graph(&lines))
        };
        assert_eq!(
            with(down(6)),
            ["core needs ui in 1 statement, against the direction: ui needs core in 6 [core/b.py:7]"]
        );
        assert!(with(down(2)).is_empty());
    }

    #[test]
    fn a_stable_folder_that_needs_unstable_ones_is_found_and_one_that_needs_stable_ones_is_not() {
        let users = (0..8).map(|index| format!("u{index}/x.py core/a.py"));
        let needs =
            ["core/a.py p/a.py", "core/a.py q/a.py", "p/a.py base/r.py", "p/a.py base/s.py", "q/a.py base/t.py"];
        let lines: Vec<String> = users.chain(needs.iter().map(|line| (*line).to_owned())).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let found = messages(&UNSTABLE_DEPENDENCY, &graph(&lines));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with(
            "core has an instability of 0.20, and 2 of the 2 folders that it needs are less stable: p (0.67), q (0.50)"
        ));
        assert!(
            messages(&UNSTABLE_DEPENDENCY, &graph(&["a/x.py b/y.py", "a/x.py c/z.py", "d/w.py a/x.py"])).is_empty()
        );
    }

    #[test]
    fn a_hub_is_needed_and_needs_and_a_library_is_only_needed() {
        let mut lines: Vec<String> = (0..10).map(|index| format!("a/u{index}.py hub.py")).collect();
        lines.extend((0..10).map(|index| format!("hub.py b/n{index}.py")));
        lines.extend((0..10).map(|index| format!("a/u{index}.py library.py")));
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let found = messages(&HUB_LIKE, &graph(&lines));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].starts_with("hub.py is needed by 10 files and needs 10; the fences of the 22 coupled files are")
        );
    }

    #[test]
    fn a_folder_far_larger_than_the_others_is_found_if_it_is_coupled() {
        let text = |lines: usize, import: &str| format!("{import}\n{}", "x = 1\n".repeat(lines));
        let mut files: Vec<(String, String)> = (0..14)
            .map(|index| (format!("p{index}/m.py"), text(10 + index, if index < 8 { "import god.m" } else { "" })))
            .collect();
        files.push(("god/m.py".to_owned(), text(1200, "")));
        files.push(("lonely/m.py".to_owned(), text(1200, "")));
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let found = messages(&GOD_COMPONENT, &crate::index::from_memory("x", files));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("god holds 1,201 lines in 1 file and is coupled with 8 other files"), "{found:?}");
    }
}
