//! Whether the risk of a file says where the next bugs are mended: a back-test on real repositories.
//!
//! ```text
//! cargo bench --bench risk -- [--share 0.6] [--days 365] CHECKOUT...
//! ```
//! Each checkout is read at the last commit of its main line before which this share of its commits lies. Files of the project's own code are
//! scored there, with the history up to there and nothing later. The files that commits of the year after it mend (`Change::is_fix`;
//! renames are followed) are what is to be found. Printed is the area under the receiver operating characteristic: how
//! probable it is that a file that was mended stands above one that was not (equal scores count half), beside that of
//! lines of code alone. Without arguments it only says how it is called.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, ensure};
use clap::Parser;
use transom::analysis::{Analysis, Counting};
use transom::graph::{NodeId, NodeKind};
use transom::index::git::Repository;
use transom::index::history::history_of;
use transom::index::{Options, index_revision};

#[derive(Parser)]
struct Arguments {
    /// Full clones.
    checkouts: Vec<PathBuf>,
    /// Which share of the commits is known.
    #[arg(long, default_value_t = 0.6)]
    share: f64,
    /// How long bugs are looked for.
    #[arg(long, default_value_t = 365)]
    days: i64,
    /// What `cargo bench` passes.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    if arguments.checkouts.is_empty() {
        println!("cargo bench --bench risk -- CHECKOUT...: full clones of repositories to test the risk score on");
        return Ok(ExitCode::SUCCESS);
    }
    println!("{:<20}{:>8}{:>8}{:>8}{:>8}{:>8}", "repository", "files", "mended", "risk", "lines", "no log");
    for checkout in &arguments.checkouts {
        let row =
            back_test(checkout, arguments.share, arguments.days).with_context(|| checkout.display().to_string())?;
        let name = checkout.file_name().unwrap_or_default().to_string_lossy();
        let mended = row.mended.iter().filter(|is| **is).count();
        print!("{name:<20}{:>8}{mended:>8}", row.mended.len());
        for scores in [&row.risk, &row.lines, &row.without_log] {
            print!("{:>8.3}", area(scores, &row.mended));
        }
        println!();
    }
    Ok(ExitCode::SUCCESS)
}

/// The files of one repository.
struct Row {
    mended: Vec<bool>,
    risk: Vec<f64>,
    lines: Vec<f64>,
    without_log: Vec<f64>,
}

fn back_test(checkout: &Path, share: f64, days: i64) -> anyhow::Result<Row> {
    let root = checkout.canonicalize()?;
    let options = Options { cache: false, ..Options::default() };
    let all = history_of(&root, &options, "HEAD")?;
    let later = ((1.0 - share) * all.commits.len() as f64) as usize;
    ensure!(later > 0 && later < all.commits.len(), "too few commits");
    let repository = Arc::new(Repository::open(&root)?);
    let cut = on_main_line(&repository, all.commits[later].time)?;
    let before = history_of(&root, &options, &cut)?;
    let revision = repository.resolve(&cut)?;
    let indexed = index_revision(&root, &options, repository, &revision)?;
    let snapshot = &indexed.snapshot;
    let analysis = Analysis::with(snapshot, Counting::ALL, Some(before.clone()));
    let without = Analysis::new(snapshot);
    // A file may have another name now: the path that both histories touch in the same commit of before the cut.
    let mut name_then = rustc_hash::FxHashMap::default();
    let of_before: rustc_hash::FxHashMap<&str, &transom::analysis::history::Change> =
        before.commits.iter().map(|commit| (commit.id.as_str(), commit)).collect();
    for commit in &all.commits[later..] {
        let Some(same) = of_before.get(commit.id.as_str()) else { continue };
        if same.files.len() == 1 && commit.files.len() == 1 {
            name_then.entry(commit.files[0].path).or_insert(same.files[0].path);
        }
    }
    let mut mended = vec![false; snapshot.tree().len()];
    let last = all.commits[later].time + days * 86_400;
    let fixes = all.commits[..later].iter().filter(|commit| commit.is_fix && commit.time <= last);
    for touched in fixes.flat_map(|commit| &commit.files) {
        let now = snapshot.find(&all.paths[touched.path as usize]);
        let then = || snapshot.find(&before.paths[*name_then.get(&touched.path)? as usize]);
        if let Some(id) = now.or_else(then).filter(|id| id.index() < mended.len()) {
            mended[id.index()] = true;
        }
    }
    let is_asked = |id: &NodeId| {
        let node = snapshot.node(*id);
        node.kind == NodeKind::File && node.language.is_some() && node.mark.is_none() && !node.test
    };
    let asked: Vec<NodeId> = snapshot.tree().filter(is_asked).collect();
    Ok(Row {
        mended: asked.iter().map(|id| mended[id.index()]).collect(),
        risk: asked.iter().map(|id| analysis.risk(*id).score).collect(),
        lines: asked.iter().map(|id| snapshot.node(*id).lines as f64).collect(),
        without_log: asked.iter().map(|id| without.risk(*id).score).collect(),
    })
}

/// The newest commit of a time or older that only first parents lead to from `HEAD`: others may be of branches that hold
/// something else, such as a web site.
fn on_main_line(repository: &Repository, time: i64) -> anyhow::Result<String> {
    let (mut next, mut found) = (None, None);
    repository.walk(&repository.resolve("HEAD")?, |commit| {
        if next.is_some_and(|id| id != commit.id) {
            return ControlFlow::Continue(());
        }
        next = commit.parents.first().copied();
        if commit.time <= time || next.is_none() {
            found = Some(commit.id.to_string());
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    found.context("no commit on the main line")
}

/// The area under the curve, by ranks (the statistic of Mann and Whitney).
fn area(scores: &[f64], is_positive: &[bool]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let (mut sum, mut at) = (0.0, 0);
    while at < order.len() {
        let end = (at..order.len()).find(|next| scores[order[*next]] != scores[order[at]]).unwrap_or(order.len());
        // Equal scores share the mean of their ranks.
        let rank = (at + 1 + end) as f64 / 2.0;
        sum += rank * order[at..end].iter().filter(|index| is_positive[**index]).count() as f64;
        at = end;
    }
    let positive = is_positive.iter().filter(|is| **is).count() as f64;
    let negative = is_positive.len() as f64 - positive;
    if positive * negative == 0.0 {
        f64::NAN
    } else {
        (sum - positive * (positive + 1.0) / 2.0) / (positive * negative)
    }
}
