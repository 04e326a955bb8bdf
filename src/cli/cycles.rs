//! `transom cycles`: cycles of dependencies, and what to cut so that none is left.

use serde_json::{Value, json};

use super::evidence;
use super::input::{Format, Input};
use super::introduced::Origin;
use crate::analysis::{Tangle, Tie};
use crate::graph::{NodeId, Snapshot};
use crate::index::Indexed;
use crate::index::introduced::{Introduced, Introductions};
use crate::text::counted;

/// Print the cycles of dependencies and the cheapest set of dependencies to cut.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// Cycles of files wherever they lie; without it each cycle is shown once, among the components of the folder in which
    /// they tangle
    #[arg(long)]
    files: bool,
    /// Print every line of every dependency, not only of those to cut
    #[arg(long)]
    all: bool,
    /// Say since which commit each cycle is closed, and since which its dependencies are there
    #[arg(long)]
    introduced: bool,
    /// How to print it
    #[arg(long, value_enum, value_name = "F", default_value = "text")]
    format: Format,
}

/// A cycle and what ties it.
struct Found {
    /// The folder whose components they are; none for a cycle of files.
    parent: Option<NodeId>,
    members: Vec<NodeId>,
    tangle: Tangle,
    /// Since when it is closed, and since when there is each of its dependencies; where that was asked for.
    origins: Option<(Origin, Vec<Origin>)>,
}

impl Found {
    fn date(&mut self, snapshot: &Snapshot, introductions: &mut Introductions<'_>) -> anyhow::Result<()> {
        let ties = &self.tangle.ties;
        let since: Vec<Introduced> =
            ties.iter().map(|tie| introductions.of(snapshot, &tie.edges)).collect::<Result<_, _>>()?;
        let closed = Origin::new(
            introductions,
            self.tangle.closed_by(&self.members, &since).copied().unwrap_or(Introduced::Earlier),
        )?;
        let each = since.into_iter().map(|since| Origin::new(introductions, since)).collect::<Result<_, _>>()?;
        self.origins = Some((closed, each));
        Ok(())
    }
}

/// Prints the cycles.
///
/// # Errors
/// The project cannot be read or holds no source.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let Indexed { snapshot, analysis, .. } = args.input.index()?;
    let found = |parent: Option<NodeId>, members: &[NodeId]| Found {
        parent,
        members: members.to_vec(),
        tangle: Tangle::of(&snapshot, parent, members),
        origins: None,
    };
    let mut cycles: Vec<Found> = if args.files {
        analysis.cycles().of_files().iter().map(|members| found(None, members)).collect()
    } else {
        analysis.cycles().all().iter().map(|cycle| found(Some(cycle.parent), &cycle.members)).collect()
    };
    if args.introduced {
        let (path, reading) = args.input.parts();
        let repository = reading.repository(path)?;
        let mut introductions = reading.introductions(path, &repository)?;
        for cycle in &mut cycles {
            cycle.date(&snapshot, &mut introductions)?;
        }
    }
    super::print(&match args.format {
        Format::Text => text(&snapshot, &cycles, args.all),
        Format::Json => {
            format!("{:#}\n", Value::Array(cycles.iter().map(|cycle| value(&snapshot, cycle)).collect()))
        }
    })
}

fn text(snapshot: &Snapshot, cycles: &[Found], all: bool) -> String {
    if cycles.is_empty() {
        return "no cycles (type-only imports, test code and containment do not tie one)\n".to_owned();
    }
    let mut text = String::new();
    for (number, cycle) in cycles.iter().enumerate() {
        let place = cycle.parent.map_or(String::new(), |parent| format!(" in {}", evidence::shown(snapshot, parent)));
        let members = counted(cycle.members.len() as u64, if cycle.parent.is_some() { "component" } else { "file" });
        if number > 0 {
            text.push('\n');
        }
        text.push_str(&format!("cycle {}: {members}{place}\n", number + 1));
        for member in &cycle.members {
            text.push_str(&format!("  {}\n", evidence::shown(snapshot, *member)));
        }
        if let Some((closed, _)) = &cycle.origins {
            text.push_str(&format!("closed since {}\n", closed.text()));
        }
        let cut: u32 = cycle.tangle.ties.iter().filter(|tie| tie.cut).map(|tie| tie.weight).sum();
        let whole: u32 = cycle.tangle.ties.iter().map(|tie| tie.weight).sum();
        text.push_str(&format!("cut {cut} of {} to untie it:\n", counted(u64::from(whole), "statement")));
        for (index, tie) in cycle.tangle.ties.iter().enumerate().filter(|(_, tie)| tie.cut || all) {
            text.push_str(&tie_text(snapshot, tie));
            if let Some((_, since)) = &cycle.origins {
                text.push_str(&format!("    since {}\n", since[index].text()));
            }
        }
    }
    text
}

fn tie_text(snapshot: &Snapshot, tie: &Tie) -> String {
    let sign = if tie.cut { "✂" } else { " " };
    let (from, to) = (evidence::shown(snapshot, tie.from), evidence::shown(snapshot, tie.to));
    let mut text = format!("{sign} {from} -> {to}  {}\n", counted(u64::from(tie.weight), "statement"));
    for line in evidence::lines(snapshot, &tie.edges) {
        text.push_str(&format!("    {line}\n"));
    }
    text
}

fn value(snapshot: &Snapshot, cycle: &Found) -> Value {
    let path = |id: NodeId| evidence::path(snapshot, id);
    let members: Vec<&str> = cycle.members.iter().map(|id| path(*id)).collect();
    let ties: Vec<Value> = cycle
        .tangle
        .ties
        .iter()
        .enumerate()
        .map(|(index, tie)| {
            let edges = evidence::values(snapshot, &tie.edges);
            let (from, to) = (path(tie.from), path(tie.to));
            let mut value = json!({"from": from, "to": to, "weight": tie.weight, "cut": tie.cut, "edges": edges});
            if let Some((_, since)) = &cycle.origins {
                value["introduced"] = since[index].value();
            }
            value
        })
        .collect();
    let mut value = json!({"parent": cycle.parent.map(path), "members": members, "dependencies": ties});
    if let Some((closed, _)) = &cycle.origins {
        value["closed"] = closed.value();
    }
    value
}
