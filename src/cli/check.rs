//! `transom check`: whether the project's own rules hold.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{anyhow, bail};

use super::input::{Input, Verdict};
use crate::analysis::{Analysis, Counting};
use crate::check::formats::FORMATS;
use crate::check::{self, BASELINE_FILE, Baseline, Report, Rules};
use crate::config::{self, PROJECT_FILE};
use crate::output::write_file;
use crate::text::counted;

/// Check the project's rules (transom.toml); exit with 1 where one of severity error is broken.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// The file with the rules, instead of transom.toml in PATH
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_name = "F", default_value = "text", value_parser = formats())]
    format: String,
    /// The known violations, instead of transom.baseline.json beside the rules
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the baseline again, without what is no longer there; refused where it would grow
    #[arg(long)]
    update_baseline: bool,
    /// With --update-baseline: let it grow, or begin one
    #[arg(long, requires = "update_baseline")]
    init: bool,
    /// Print a transom.toml with rules that hold today, instead of checking any
    #[arg(long, conflicts_with_all = ["config", "format", "baseline", "update_baseline"])]
    propose: bool,
}

fn formats() -> clap::builder::PossibleValuesParser {
    FORMATS.iter().map(|format| clap::builder::PossibleValue::new(format.name).help(format.doc)).into()
}

/// Checks the rules and prints what came out.
///
/// # Errors
/// The project, the rules or the baseline cannot be read; the baseline cannot be written or would grow.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    if args.propose {
        let indexed = args.input.index()?;
        super::print(&check::propose(&indexed.snapshot, &indexed.analysis)?)?;
        return Ok(Verdict::Done);
    }
    let root = args.input.directory()?;
    let (file, rules) = rules(args, &root)?;
    let indexed = args.input.index()?;
    // What commits say is not part of the index: it is read only where a rule asks for it.
    let log = if rules.rules.iter().any(check::Rule::needs_history) { args.input.history() } else { None };
    let analysis = match log {
        Some(log) => Arc::new(Analysis::with(&indexed.snapshot, Counting::ALL, Some(log))),
        None => indexed.analysis,
    };
    let analysis = analysis.knowing(args.input.changed_for(&rules, &indexed.snapshot)?);
    let mut report = check::check(rules, &indexed.snapshot, &analysis)?;
    let baseline = args.baseline.clone().unwrap_or_else(|| file.with_file_name(BASELINE_FILE));
    let known = read_baseline(&baseline, args)?;
    if args.update_baseline {
        return update(&report, known, &baseline, args.init);
    }
    if let Some(known) = known {
        report.compare(&known, &baseline);
    }
    // The argument parser lets no other format through.
    let format = FORMATS.iter().find(|format| format.name == args.format).unwrap_or(&FORMATS[0]);
    super::print(&(format.write)(&report))?;
    Ok(if report.fails() { Verdict::Findings } else { Verdict::Done })
}

/// The rules, and the file that they stand in. Errors and evidence call it by its path in the project where it is there.
fn rules(args: &Args, root: &Path) -> anyhow::Result<(PathBuf, Rules)> {
    let file = args.config.clone().unwrap_or_else(|| root.join(PROJECT_FILE));
    let absolute = file.canonicalize().unwrap_or_else(|_| file.clone());
    let shown = absolute.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
    // A file that was asked for by name may be a link; the project's own could lead a stranger's way.
    let text = config::text_of(&file, args.config.is_some())?
        .ok_or_else(|| anyhow!("{}: there is no such file with rules (`transom check --help`)", file.display()))?;
    let rules = Rules::parse(&shown, &text)?;
    if rules.rules.is_empty() {
        bail!("{shown}: there is no rule in it; the kinds are {}", kinds());
    }
    Ok((file, rules))
}

fn kinds() -> String {
    let names: Vec<String> = check::KINDS.iter().map(|kind| format!("[[{}]]", kind.section)).collect();
    names.join(", ")
}

/// The known violations; none where there is no such file and none was asked for.
fn read_baseline(file: &Path, args: &Args) -> anyhow::Result<Option<Baseline>> {
    let shown = file.display();
    match config::text_of(file, args.baseline.is_some())? {
        Some(text) => Ok(Some(Baseline::parse(&text).map_err(|error| anyhow!("{shown}: {error:#}"))?)),
        None if args.baseline.is_some() && !args.update_baseline => bail!("{shown}: there is no such baseline"),
        None => Ok(None),
    }
}

fn update(report: &Report, known: Option<Baseline>, file: &Path, init: bool) -> anyhow::Result<Verdict> {
    let (shown, keys) = (file.display(), report.keys());
    let known = known.unwrap_or_else(|| Baseline::new([]));
    let new: Vec<_> = keys.iter().filter(|key| !known.contains(key)).collect();
    if let (Some(first), false) = (new.first(), init) {
        bail!(
            "{shown}: would grow by {} ({}: {} {}); mend what is new, or take it in with --init",
            counted(new.len() as u64, "violation"),
            first.rule,
            first.from,
            first.to
        );
    }
    let gone = known.without(&keys).len();
    let baseline = Baseline::new(keys.iter().cloned());
    write_file(file, baseline.text()?.as_bytes())?;
    super::print(&format!(
        "{shown}: {} known; {} added, {gone} taken out\n",
        counted(keys.len() as u64, "violation"),
        new.len()
    ))?;
    Ok(Verdict::Done)
}
