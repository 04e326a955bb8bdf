//! `transom impact`: what depends on something, by distance (the reverse closure, or blast radius).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use super::evidence;
use super::input::{Format, Reading, select};
use crate::graph::reach::{Direction, Reach, Through};
use crate::graph::{NodeId, Snapshot};
use crate::index::Indexed;
use crate::query::{NodeSet, Query};
use crate::text::counted;

/// Print what depends on something, directly and indirectly, by distance.
#[derive(Debug, clap::Args)]
#[command(override_usage = "transom impact [OPTIONS] [PATH] NODE...")]
pub struct Args {
    /// The project's directory (`.` unless given: the first of several words is one if there is a directory of that name),
    /// then queries: paths, globs, or packages such as `npm:react`
    #[arg(value_name = "NODE", required_unless_present = "since", num_args = 1..)]
    words: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    /// What depends on the files that are others than in this git revision, or new
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Stop after so many steps
    #[arg(long, value_name = "N")]
    depth: Option<u32>,
    /// Leave out dependencies of test code
    #[arg(long)]
    no_tests: bool,
    /// Leave out dependencies that only a type checker sees
    #[arg(long)]
    no_type_only: bool,
    /// How to print it
    #[arg(long, value_enum, value_name = "F", default_value = "text")]
    format: Format,
}

/// Prints the closure.
///
/// # Errors
/// The project cannot be read; a query is none or selects nothing.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let (path, words) = match args.words.as_slice() {
        [first, rest @ ..] if (!rest.is_empty() || args.since.is_some()) && Path::new(first).is_dir() => {
            (Path::new(first), rest)
        }
        words => (Path::new("."), words),
    };
    let Indexed { snapshot, analysis, .. } = args.reading.index(path)?;
    let since = args.since.as_ref().map(|revision| format!("changed('{revision}')"));
    let words: Vec<String> = words.iter().cloned().chain(since.clone()).collect();
    let changed = args.reading.changed(path, &snapshot, words.iter().map(String::as_str))?;
    let analysis = analysis.knowing(changed);
    let mut asked = NodeSet::default();
    for word in &words {
        let found = match &since {
            // That nothing changed is an answer, not a slip of the pen.
            Some(since) if since == word => Query::parse(word)?.select(&snapshot, &analysis)?,
            _ => select("impact", word, &snapshot, &analysis)?,
        };
        asked = asked.union(found);
    }
    let start = asked.leaves(&snapshot);
    let through = Through { tests: !args.no_tests, type_only: !args.no_type_only, inferred: true };
    let distances = Reach::new(&snapshot, through).distances(&start, Direction::Dependents, args.depth);
    let mut by_distance: BTreeMap<u32, Vec<NodeId>> = BTreeMap::new();
    for (id, distance) in distances.into_iter().filter(|(_, distance)| *distance > 0) {
        by_distance.entry(distance).or_default().push(id);
    }
    super::print(&match args.format {
        Format::Text => text(&snapshot, &words, &by_distance),
        Format::Json => format!("{:#}\n", value(&snapshot, &words, &by_distance, &start)),
    })
}

fn text(snapshot: &Snapshot, words: &[String], by_distance: &BTreeMap<u32, Vec<NodeId>>) -> String {
    let asked = words.iter().map(|word| crate::text::sanitize(word)).collect::<Vec<_>>().join(" ");
    let all = || by_distance.values().flatten();
    if all().next().is_none() {
        return format!("nothing depends on {asked}\n");
    }
    let direct = by_distance.get(&1).map_or(0, Vec::len);
    let tests = all().filter(|id| snapshot.node(**id).test).count();
    let mut text = format!(
        "{} on {asked}, {direct} directly; {tests} of them test code\n",
        if all().count() == 1 {
            "1 file depends".to_owned()
        } else {
            format!("{} depend", counted(all().count() as u64, "file"))
        },
    );
    for (distance, ids) in by_distance {
        for id in ids {
            let test = if snapshot.node(*id).test { "  test" } else { "" };
            text.push_str(&format!("{distance:>3}  {}{test}\n", evidence::shown(snapshot, *id)));
        }
    }
    text
}

fn value(
    snapshot: &Snapshot,
    words: &[String],
    by_distance: &BTreeMap<u32, Vec<NodeId>>,
    start: &BTreeSet<NodeId>,
) -> Value {
    let paths = |ids: &mut dyn Iterator<Item = NodeId>| ids.map(|id| evidence::path(snapshot, id)).collect::<Vec<_>>();
    let nodes = paths(&mut start.iter().copied());
    let tests = paths(&mut by_distance.values().flatten().copied().filter(|id| snapshot.node(*id).test));
    let dependents: Vec<Value> = by_distance
        .iter()
        .flat_map(|(distance, ids)| ids.iter().map(move |id| (distance, *id)))
        .map(|(distance, id)| {
            json!({"path": evidence::path(snapshot, id), "distance": distance, "test": snapshot.node(id).test})
        })
        .collect();
    json!({"of": words, "nodes": nodes, "dependents": dependents, "tests": tests})
}
