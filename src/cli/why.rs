//! `transom why`: the shortest chains of dependencies from one part to another, and what to cut to part them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::evidence;
use super::input::{Format, Reading, select, split};
use super::introduced::Origin;
use crate::analysis::{Step, smallest_cut};
use crate::graph::reach::{Reach, Through};
use crate::graph::{EdgeId, NodeId, Snapshot};
use crate::index::Indexed;
use crate::index::introduced::Introductions;
use crate::text::{counted, sanitize};

/// Print the shortest chains of dependencies from one part to another, with lines.
#[derive(Debug, clap::Args)]
#[command(override_usage = "transom why [OPTIONS] [PATH] FROM TO")]
pub struct Args {
    /// The project's directory (`.` unless given), then two queries: paths, globs, or packages such as `npm:react`
    #[arg(value_name = "FROM TO", required = true, num_args = 2..=3)]
    words: Vec<String>,
    #[command(flatten)]
    reading: Reading,
    /// Print the smallest set of statements whose removal parts the two
    #[arg(long)]
    cut: bool,
    /// Say of each step since which commit it is there
    #[arg(long)]
    introduced: bool,
    /// Print at most so many chains
    #[arg(long, value_name = "N", default_value_t = 10)]
    most: usize,
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

/// Prints the chains or the cut.
///
/// # Errors
/// The project cannot be read; one of the queries is none or selects nothing.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let (path, words) = split(&args.words, 2);
    let [from, to] = words else { anyhow::bail!("why: expected FROM and TO (see `transom why --help`)") };
    let Indexed { snapshot, analysis, .. } = args.reading.index(path)?;
    let changed = args.reading.changed(path, &snapshot, [from.as_str(), to])?;
    let analysis = analysis.knowing(changed);
    let leaves = |text| anyhow::Ok(select("why", text, &snapshot, &analysis)?.leaves(&snapshot));
    let ends = (leaves(from)?, leaves(to)?);
    let through = Through { tests: !args.no_tests, type_only: !args.no_type_only, inferred: true };
    let mut answer = Answer::new(&snapshot, &Reach::new(&snapshot, through), &ends, args);
    if args.introduced {
        let repository = args.reading.repository(path)?;
        answer.date(&snapshot, args.reading.introductions(path, &repository)?)?;
    }
    super::print(&match args.format {
        Format::Text => answer.text(&snapshot, from, to),
        Format::Json => format!("{:#}\n", answer.value(&snapshot, from, to)),
    })
}

/// Each chain and the cut as steps, a step as the edges that make it.
struct Answer {
    chains: Vec<Vec<Vec<EdgeId>>>,
    cut: Option<Vec<Vec<EdgeId>>>,
    /// Since when there is each step, where that was asked for.
    origins: BTreeMap<Vec<EdgeId>, Origin>,
}

impl Answer {
    fn new(
        snapshot: &Snapshot,
        reach: &Reach<'_>,
        (from, to): &(BTreeSet<NodeId>, BTreeSet<NodeId>),
        args: &Args,
    ) -> Self {
        let edges = |(from, to): Step| reach.step(from, to);
        let steps = |chain: Vec<NodeId>| chain.windows(2).map(|pair| reach.step(pair[0], pair[1])).collect();
        let cut = args.cut.then(|| smallest_cut(snapshot, reach, from, to).into_iter().map(edges).collect());
        let chains = reach.shortest(from, to, args.most).into_iter().map(steps).collect();
        Self { chains, cut, origins: BTreeMap::new() }
    }

    /// Looks up since when there is each step that is shown.
    fn date(&mut self, snapshot: &Snapshot, mut introductions: Introductions<'_>) -> anyhow::Result<()> {
        for step in self.cut.as_ref().map_or(self.chains.as_slice(), std::slice::from_ref).iter().flatten() {
            if !self.origins.contains_key(step) {
                self.origins.insert(step.clone(), Origin::of(&mut introductions, snapshot, step)?);
            }
        }
        Ok(())
    }

    fn text(&self, snapshot: &Snapshot, from: &str, to: &str) -> String {
        let (from, to) = (sanitize(from), sanitize(to));
        let Some(first) = self.chains.first() else {
            return format!("{from} does not need {to}, directly or indirectly\n");
        };
        let mut text = String::new();
        let mut block = |head: String, steps: &[Vec<EdgeId>]| {
            text.push_str(&head);
            for step in steps {
                for line in evidence::lines(snapshot, step) {
                    text.push_str(&format!("  {line}\n"));
                }
                if let Some(origin) = self.origins.get(step) {
                    text.push_str(&format!("    since {}\n", origin.text()));
                }
            }
        };
        if let Some(cut) = &self.cut {
            let statements: u32 = cut.iter().flatten().map(|edge| snapshot.edge(*edge).weight).sum();
            let statements = counted(u64::from(statements), "statement");
            block(format!("to part {from} from {to}, cut {statements}:\n"), cut);
            return text;
        }
        let chains = counted(self.chains.len() as u64, "chain");
        let steps = counted(first.len() as u64, "step");
        block(format!("{from} needs {to} in {steps}; {chains} of that length shown\n"), &[]);
        for chain in &self.chains {
            block("\n".to_owned(), chain);
        }
        text
    }

    fn value(&self, snapshot: &Snapshot, from: &str, to: &str) -> Value {
        let edges = |step: &Vec<EdgeId>| {
            let mut values = evidence::values(snapshot, step);
            if let Some(origin) = self.origins.get(step) {
                values.iter_mut().for_each(|value| value["introduced"] = origin.value());
            }
            values
        };
        let steps = |steps: &[Vec<EdgeId>]| -> Vec<Vec<Value>> { steps.iter().map(edges).collect() };
        let chains: Vec<_> = self.chains.iter().map(|chain| steps(chain)).collect();
        let mut value = json!({"from": from, "to": to, "chains": chains});
        if let Some(cut) = &self.cut {
            value["cut"] = json!(steps(cut));
        }
        value
    }
}
