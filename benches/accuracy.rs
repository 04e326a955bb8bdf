//! Precision and recall of the file-level dependencies against graphs that the languages' own tools made.
//!
//! ```text
//! cargo bench --bench accuracy -- --truth DIR --sources DIR [--only NAME]
//! ```
//! `--truth` holds `NAME.jsonl.gz` (and `native/NAME.LANGUAGE.jsonl.gz`) with the scorer `score.py`; `--sources` holds a
//! checkout of each repository, called NAME, at the commit that the set's `meta.json` names. Sets without sources are
//! listed as such. Without arguments it only says how it is called: nothing is fetched, and nothing is needed to build.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, bail, ensure};
use clap::Parser;
use serde_json::Value;

#[derive(Parser)]
struct Arguments {
    /// Where the truth sets and score.py are.
    #[arg(long)]
    truth: Option<PathBuf>,
    /// Where the checkouts are.
    #[arg(long)]
    sources: Option<PathBuf>,
    /// Only the sets whose name starts so.
    #[arg(long, default_value = "")]
    only: String,
    /// What `cargo bench` passes.
    #[arg(long, hide = true)]
    bench: bool,
}

/// A truth set.
struct Set {
    /// The repository's name: that of its checkout.
    name: String,
    language: String,
    path: PathBuf,
}

/// One row of the table: which kinds of truth edges count, and which rows of the candidate.
struct Scope {
    /// Empty for all kinds.
    kinds: &'static str,
    rows: Rows,
}

/// A part of the candidate's rows. Go's imports name packages, and each set holds either those or files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rows {
    All,
    Packages,
    Files,
}

fn scopes(language: &str) -> &'static [Scope] {
    const fn scope(kinds: &'static str, rows: Rows) -> Scope {
        Scope { kinds, rows }
    }
    match language {
        "go-pkg" => const { &[scope("", Rows::Packages)] },
        "go" => const { &[scope("symbol,symbol-pkg", Rows::Files), scope("", Rows::Files)] },
        "rust" => const { &[scope("mod,use,path", Rows::All), scope("name,macro", Rows::All), scope("", Rows::All)] },
        "java" => const { &[scope("import,type,type-pkg", Rows::All), scope("", Rows::All)] },
        "php" => const { &[scope("import,type,type-ns", Rows::All), scope("", Rows::All)] },
        _ => const { &[scope("", Rows::All)] },
    }
}

/// The sets in a directory and in its `native` directory, by name.
fn sets(truth: &Path) -> anyhow::Result<Vec<Set>> {
    let mut found = BTreeMap::new();
    for directory in [truth.to_owned(), truth.join("native")] {
        let Ok(entries) = std::fs::read_dir(&directory) else { continue };
        for entry in entries {
            let path = entry?.path();
            let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let Some(stem) = file_name.strip_suffix(".jsonl.gz") else { continue };
            if ["files", "neutral", "unresolved", "symbols"].iter().any(|part| stem.ends_with(&format!(".{part}"))) {
                continue;
            }
            let (name, language) = match stem.split_once('.') {
                Some((name, language)) => (name.to_owned(), language.to_owned()),
                None => (stem.to_owned(), language_in(&directory.join(format!("{stem}.meta.json")))),
            };
            found.insert(stem.to_owned(), Set { name, language, path });
        }
    }
    ensure!(!found.is_empty(), "no truth sets in {}", truth.display());
    Ok(found.into_values().collect())
}

fn language_in(meta: &Path) -> String {
    let read = || -> Option<String> {
        let meta: Value = serde_json::from_slice(&std::fs::read(meta).ok()?).ok()?;
        Some(meta.get("language")?.as_str()?.to_owned())
    };
    read().unwrap_or_else(|| "?".to_owned())
}

/// The export of a project, as anyone gets it from the command line.
fn export(project: &Path, home: &Path) -> anyhow::Result<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_transom"))
        .arg("export")
        .arg(project)
        .args(["--format", "jsonl", "--level", "file"])
        .env("XDG_CACHE_HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .output()
        .context("cannot run transom")?;
    if !output.status.success() {
        bail!("transom: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn keep(candidate: &str, rows: Rows) -> String {
    let is_package = |line: &&str| line.contains("\"kind\":\"package\"");
    let lines = candidate.lines().filter(|line| match rows {
        Rows::All => true,
        Rows::Packages => is_package(line),
        Rows::Files => !is_package(line),
    });
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Precision and recall, each none where there is nothing to divide by.
fn score(truth: &Path, set: &Set, scope: &Scope, candidate: &Path) -> anyhow::Result<[Option<f64>; 2]> {
    let mut command = Command::new("python3");
    command.arg(truth.join("score.py")).arg(&set.path).arg(candidate).arg("--json");
    if !scope.kinds.is_empty() {
        command.args(["--kinds", scope.kinds]);
    }
    let output = command.output().context("cannot run python3")?;
    if !output.status.success() {
        bail!("score.py: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let answer: Value = serde_json::from_slice(&output.stdout)?;
    Ok(["precision", "recall"].map(|key| answer.get(key).and_then(Value::as_f64)))
}

fn print_row(cells: [&str; 5]) {
    println!("{:<18} {:<22} {:<22} {:>9} {:>9}", cells[0], cells[1], cells[2], cells[3], cells[4]);
}

fn run(truth: &Path, sources: &Path, only: &str) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir()?;
    let candidate = scratch.path().join("candidate.jsonl");
    let mut exported: Option<(String, String)> = None;
    print_row(["set", "language", "kinds", "precision", "recall"]);
    for set in sets(truth)?.iter().filter(|set| set.name.starts_with(only)) {
        let project = sources.join(&set.name);
        if !project.is_dir() {
            print_row([&set.name, &set.language, "-", "no sources", ""]);
            continue;
        }
        // Sets of one repository stand beside each other.
        let text = match exported.take() {
            Some((name, text)) if name == set.name => text,
            _ => export(&project, scratch.path())?,
        };
        for scope in scopes(&set.language) {
            std::fs::write(&candidate, keep(&text, scope.rows))?;
            let figures = score(truth, set, scope, &candidate).with_context(|| set.name.clone())?;
            let [precision, recall] =
                figures.map(|figure| figure.map_or("-".to_owned(), |value| format!("{value:.4}")));
            let kinds = if scope.kinds.is_empty() { "all" } else { scope.kinds };
            print_row([&set.name, &set.language, kinds, &precision, &recall]);
        }
        exported = Some((set.name.clone(), text));
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (Some(truth), Some(sources)) = (&arguments.truth, &arguments.sources) else {
        println!("accuracy: nothing to do without --truth DIR --sources DIR (see the head of benches/accuracy.rs)");
        return ExitCode::SUCCESS;
    };
    match run(truth, sources, &arguments.only) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("accuracy: {error:#}");
            ExitCode::FAILURE
        }
    }
}
