//! `transom diff`: what changed in the architecture between two revisions, or a revision and the work tree.

mod fail_on;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::bail;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::input::{How, Verdict, directory};
use crate::analysis::diff::{Diff, Options, State};
use crate::export::diff::{Comparison, FORMATS, format_named};
use crate::graph::view::Level;
use crate::index::git::{Layout, Repository, Revision};
use crate::index::{self, Indexed, Now};
use crate::query::of_one_state;
use fail_on::FailOn;

/// Print what changed in the architecture: components, dependencies with their lines, cycles, packages, numbers.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The project's directory (`.` unless given: the first word is one if there is a directory of that name), then what to
    /// compare: `A..B` two revisions, `A...B` the second with where it parted from the first, `A` a revision with the work
    /// tree. Without it, the commit at which HEAD parted from the main branch (the first that is there of origin/HEAD,
    /// origin/main, origin/master, main, master, trunk; else HEAD) is compared with the work tree
    #[arg(value_name = "PATH|A..B", num_args = 0..=2)]
    words: Vec<String>,
    #[command(flatten)]
    how: How,
    /// What one component is [default: file, in drawings module]
    #[arg(long, value_name = "L", value_parser = PossibleValuesParser::new(["package", "module", "file"]))]
    level: Option<String>,
    /// How to print it
    #[arg(long, short, value_name = "F", default_value = "text", value_parser = formats())]
    format: String,
    /// Exit with 1 where something is worse: `new-cycle`; `new-edge=QUERY`, a new dependency of or on what the query selects
    /// (`new-edge=QUERY -> QUERY` from one on another); `growth=METRIC` or `growth=METRIC>N`, a file or folder of which the
    /// number grew by more than N (may be given several times)
    #[arg(long, value_name = "WHAT")]
    fail_on: Vec<FailOn>,
}

fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.doc)))
}

/// The two states to compare.
struct Sides {
    before: Revision,
    /// The work tree where it is none.
    after: Option<Revision>,
    /// What the state before is called.
    name: String,
}

/// Prints what changed.
///
/// # Errors
/// There is no repository, a revision is not there or cannot be read, or the work tree cannot be read.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    let (path, asked) = split(&args.words)?;
    let root = directory(path)?;
    let repository = Arc::new(Repository::open(path)?);
    let sides = sides(&repository, asked)?;
    if sides.after.is_none() && repository.layout() == Layout::Bare {
        bail!("{}: a bare repository has no work tree; name two revisions, A..B", path.display());
    }
    let options = args.how.options(&root)?;
    let read = |revision: &Revision| index::index_revision(&root, &options, repository.clone(), revision);
    let before = read(&sides.before)?;
    let after = match &sides.after {
        Some(revision) => read(revision)?,
        None => index::index_and_report(&root, &options)?,
    };
    for warning in [&before.warning, &after.warning].into_iter().flatten() {
        super::note(warning);
    }
    let now = match &sides.after {
        Some(revision) => Now::Revision(revision),
        None => Now::WorkTree(&root, &after.snapshot),
    };
    let renames = index::renames(&repository, &sides.before, now)?;
    // The argument parser lets no other format and level through.
    let format = format_named(&args.format).unwrap_or(&FORMATS[0]);
    let level = args.level.as_deref().and_then(Level::named).unwrap_or(format.level);
    let diff = compare(&before, &after, level, &renames);
    let name = sides.after.as_ref().map_or("work tree", |revision| &revision.text);
    super::print(&(format.write)(&Comparison { diff: &diff, level, before: &sides.name, after: name }))?;
    let diff = if level == Level::File { diff } else { compare(&before, &after, Level::File, &renames) };
    let mut verdict = Verdict::Done;
    for asked in &args.fail_on {
        for found in asked.found(&diff, &after.snapshot, &after.analysis)? {
            super::note(&found);
            verdict = Verdict::Findings;
        }
    }
    Ok(verdict)
}

fn compare(before: &Indexed, after: &Indexed, level: Level, renames: &BTreeMap<Arc<str>, Arc<str>>) -> Diff {
    let state = |of: &'_ Indexed| (of.snapshot.clone(), of.analysis.clone());
    let ((old, old_analysis), (new, new_analysis)) = (state(before), state(after));
    Diff::of(
        State { snapshot: &old, analysis: &old_analysis },
        State { snapshot: &new, analysis: &new_analysis },
        &Options { level, renames, metrics: &of_one_state() },
    )
}

/// The project's directory and what to compare.
fn split(words: &[String]) -> anyhow::Result<(&Path, Option<&str>)> {
    Ok(match words {
        [] => (Path::new("."), None),
        [word] if Path::new(word).is_dir() => (Path::new(word), None),
        [word] => (Path::new("."), Some(word)),
        [path, revisions] => (Path::new(path), Some(revisions)),
        _ => bail!("more than a directory and what to compare"),
    })
}

/// What a text such as `A..B` means.
fn sides(repository: &Repository, asked: Option<&str>) -> anyhow::Result<Sides> {
    let resolve = |text: &str| repository.resolve(if text.is_empty() { "HEAD" } else { text });
    let Some(asked) = asked else {
        let base = repository.base()?;
        let id = base.revision.id.short();
        let name = match base.branch {
            Some(branch) => format!("{id} (where HEAD parted from {branch})"),
            None => format!("HEAD ({id})"),
        };
        return Ok(Sides { before: base.revision, after: None, name });
    };
    let (before, after) = match (asked.split_once("..."), asked.split_once("..")) {
        (Some((a, b)), _) => {
            let (a, b) = (resolve(a)?, resolve(b)?);
            (repository.merge_base(&a, &b)?, Some(b))
        }
        (_, Some((a, b))) => (resolve(a)?, Some(resolve(b)?)),
        _ => (resolve(asked)?, None),
    };
    let name = before.text.clone();
    Ok(Sides { before, after, name })
}
