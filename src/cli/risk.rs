//! `transom risk`: the risk table.

use std::cmp::Reverse;

use serde_json::{Map, Value, json};

use super::evidence;
use super::input::{Format, Input};
use crate::analysis::history::{CoChange, is_hidden};
use crate::analysis::{Analysis, Counting};
use crate::graph::view::Level;
use crate::graph::{NodeId, NodeKind, Snapshot};
use crate::query::METRICS;
use crate::text::{count, counted};

/// Print the risk table: how risky it is to change each component, with the parts of the score.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// The components to rank
    #[arg(long, value_name = "L", value_parser = ["package", "module", "file"], default_value = "file")]
    level: String,
    /// Print at most so many rows; 0 for all
    #[arg(long, value_name = "N", default_value_t = 40)]
    most: usize,
    /// Leave out test code, and what only test code needs
    #[arg(long)]
    no_tests: bool,
    /// Do not count dependencies that only a type checker needs
    #[arg(long)]
    no_type_only: bool,
    /// Do not count dependencies that are inferred, not resolved
    #[arg(long)]
    no_inferred: bool,
    /// Do not read the commits
    #[arg(long)]
    no_history: bool,
    /// How to print it
    #[arg(long, value_enum, value_name = "F", default_value = "text")]
    format: Format,
}

/// Prints the table, the highest score first.
///
/// # Errors
/// The project cannot be read or holds no source.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let snapshot = args.input.snapshot()?;
    let counting = Counting { tests: !args.no_tests, type_only: !args.no_type_only, inferred: !args.no_inferred };
    let log = if args.no_history { None } else { args.input.history() };
    let analysis = Analysis::with(&snapshot, counting, log);
    // The argument parser lets no other level through.
    let level = Level::named(&args.level).unwrap_or(Level::File);
    let mut rows: Vec<NodeId> = snapshot.tree().filter(|id| is_row(&snapshot, level, *id)).collect();
    rows.retain(|id| !args.no_tests || !snapshot.node(*id).test);
    rows.sort_by(|a, b| analysis.risk(*b).score.total_cmp(&analysis.risk(*a).score).then(a.cmp(b)));
    let all = rows.len();
    if args.most > 0 {
        rows.truncate(args.most);
    }
    super::print(&match args.format {
        Format::Text => text(&snapshot, &analysis, &rows, all),
        Format::Json => {
            format!("{:#}\n", Value::Array(rows.iter().map(|id| value(&snapshot, &analysis, *id)).collect()))
        }
    })
}

fn is_row(snapshot: &Snapshot, level: Level, id: NodeId) -> bool {
    let node = snapshot.node(id);
    match level {
        Level::Package => node.package.is_some(),
        Level::Module => node.kind != NodeKind::File && node.lines > 0,
        _ => node.language.is_some(),
    }
}

fn text(snapshot: &Snapshot, analysis: &Analysis, rows: &[NodeId], all: usize) -> String {
    let mut text = format!(
        "{:<9}{:>6}{:>7}{:>8}{:>6}{:>7}{:>9}{:>7}{:>6}{:>8}{:>8}  component\n",
        "risk", "score", "fan-in", "fan-out", "inst.", "cycle", "lines", "cogn.", "revs", "authors", "hidden"
    );
    for id in rows {
        let (risk, coupling) = (analysis.risk(*id), analysis.coupling(*id));
        let instability = coupling.instability().map_or("-".to_owned(), |value| format!("{value:.2}"));
        let churn = analysis.history().map(|history| history.churn(*id));
        let revisions = churn.map_or("-".to_owned(), |churn| churn.revisions.to_string());
        let authors = churn.map_or("-".to_owned(), |churn| churn.authors.len().to_string());
        let hidden = analysis.history().map_or("-".to_owned(), |history| history.hidden(snapshot, *id).to_string());
        let cycle = if analysis.cycles().is_in_cycle(*id) { "yes" } else { "" };
        text.push_str(&format!(
            "{:<9}{:>6.1}{:>7}{:>8}{instability:>6}{cycle:>7}{:>9}{:>7}{revisions:>6}{authors:>8}{hidden:>8}  {}\n",
            risk.level().as_str(),
            risk.score,
            coupling.fan_in,
            coupling.fan_out,
            count(snapshot.node(*id).lines),
            analysis.size(*id).complexity.cognitive,
            evidence::shown(snapshot, *id)
        ));
    }
    if rows.len() < all {
        text.push_str(&format!("… and {} more (--most 0 for all)\n", count((all - rows.len()) as u64)));
    }
    text.push_str(&hidden_text(snapshot, analysis, rows));
    text
}

/// What changes together with the components though no dependency says so, the most first: each pair once.
fn hidden_text(snapshot: &Snapshot, analysis: &Analysis, rows: &[NodeId]) -> String {
    let Some(history) = analysis.history() else { return String::new() };
    let mut pairs: Vec<CoChange<NodeId>> = rows
        .iter()
        .flat_map(|id| history.pairs_of(snapshot, *id))
        .filter(|pair| is_hidden(snapshot, pair.a, pair.b))
        .map(|pair| CoChange { a: pair.a.min(pair.b), b: pair.a.max(pair.b), ..pair })
        .collect();
    pairs.sort_by_key(|pair| (Reverse(pair.shared), pair.a, pair.b));
    pairs.dedup_by_key(|pair| (pair.a, pair.b));
    if pairs.is_empty() {
        return String::new();
    }
    let mut text = "\nchange together, though neither needs the other:\n".to_owned();
    for pair in pairs.iter().take(PAIRS) {
        let (a, b) = (evidence::shown(snapshot, pair.a), evidence::shown(snapshot, pair.b));
        let commits = counted(u64::from(pair.shared), "commit");
        text.push_str(&format!("  {a} {b}  {commits}, {:.0} % of both\n", pair.degree().floor()));
    }
    if pairs.len() > PAIRS {
        text.push_str(&format!("  … and {} more pairs\n", pairs.len() - PAIRS));
    }
    text
}

fn value(snapshot: &Snapshot, analysis: &Analysis, id: NodeId) -> Value {
    let (risk, coupling) = (analysis.risk(id), analysis.coupling(id));
    let round = |value: f64| (value * 1000.0).round() / 1000.0;
    let parts: Map<String, Value> = risk
        .parts
        .iter()
        .map(|part| {
            (part.name.to_owned(), json!({"value": round(part.value), "points": round(part.points), "most": part.most}))
        })
        .collect();
    let metrics: Map<String, Value> = METRICS
        .iter()
        .filter(|metric| metric.name != "risk" && (!metric.needs_history || analysis.history().is_some()))
        .map(|metric| (metric.name.to_owned(), json!(round((metric.value)(snapshot, analysis, id)))))
        .collect();
    json!({
        "path": evidence::path(snapshot, id), "kind": snapshot.node(id).kind.as_str(),
        "risk": risk.level().as_str(), "score": round(risk.score), "parts": parts,
        "fan_in": coupling.fan_in, "fan_out": coupling.fan_out, "instability": coupling.instability().map(round),
        "in_cycle": analysis.cycles().is_in_cycle(id), "lines": snapshot.node(id).lines, "test": snapshot.node(id).test,
        "metrics": metrics, "co_changes": co_changes(snapshot, analysis, id),
    })
}

/// The most pairs of one component that are printed.
const PAIRS: usize = 20;

/// What changes together with a component, the most first.
fn co_changes(snapshot: &Snapshot, analysis: &Analysis, id: NodeId) -> Vec<Value> {
    let Some(history) = analysis.history() else { return Vec::new() };
    let pairs = history.pairs_of(snapshot, id);
    let value = |pair: &CoChange<NodeId>| {
        json!({
            "from": evidence::path(snapshot, pair.a), "to": evidence::path(snapshot, pair.b), "shared": pair.shared,
            "degree": pair.degree().floor(), "hidden": is_hidden(snapshot, pair.a, pair.b),
        })
    };
    pairs.iter().take(PAIRS).map(value).collect()
}
