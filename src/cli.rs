//! The command line: one file a subcommand.
//!
//! Results go to stdout, notes to stderr. Exit codes: 0 done, 1 findings, 2 could not do what was asked, with one line on
//! stderr that says what, where and what to do.

mod check;
mod context;
mod cycles;
mod diff;
mod evidence;
mod explore;
mod export;
mod impact;
mod index;
mod input;
mod introduced;
mod query;
mod report;
mod risk;
mod shell;
mod system;
mod why;

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand};

use crate::text::sanitize;
use input::Verdict;

/// See and steer the architecture of any codebase from the terminal.
///
/// Without a subcommand: the explorer. A directory whose name is a subcommand's is reached as `./index`.
#[derive(Debug, Parser)]
#[command(name = "transom", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    explore: explore::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    Index(index::Args),
    Export(export::Args),
    Query(query::Args),
    Why(why::Args),
    Impact(impact::Args),
    Risk(risk::Args),
    Cycles(cycles::Args),
    Diff(diff::Args),
    Check(check::Args),
    System(system::Args),
    Report(report::Args),
    Context(context::Args),
    Completions(shell::CompletionsArgs),
    Man(shell::ManArgs),
}

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let done = match &cli.command {
        None => explore::run(&cli.explore),
        Some(Command::Index(args)) => index::run(args),
        Some(Command::Export(args)) => export::run(args),
        Some(Command::Query(args)) => query::run(args),
        Some(Command::Why(args)) => why::run(args),
        Some(Command::Impact(args)) => impact::run(args),
        Some(Command::Risk(args)) => risk::run(args),
        Some(Command::Cycles(args)) => cycles::run(args),
        Some(Command::System(args)) => system::run(args),
        Some(Command::Context(args)) => context::run(args),
        Some(Command::Report(args)) => return judged(report::run(args)),
        Some(Command::Diff(args)) => return judged(diff::run(args)),
        Some(Command::Check(args)) => return judged(check::run(args)),
        Some(Command::Completions(args)) => shell::completions(args),
        Some(Command::Man(args)) => shell::man(args),
    };
    judged(done.map(|()| Verdict::Done))
}

/// The exit code of what a command came to.
fn judged(done: anyhow::Result<Verdict>) -> ExitCode {
    match done {
        Ok(Verdict::Done) => ExitCode::SUCCESS,
        Ok(Verdict::Findings) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("{error:#}")),
    }
}

/// Says on stderr in one line why something could not be done.
fn fail(message: &str) -> ExitCode {
    note(message);
    ExitCode::from(2)
}

/// Writes one line to stderr; nobody can be told when even that fails.
fn note(message: &str) {
    let _ = writeln!(io::stderr(), "transom: {}", sanitize(message));
}

/// Writes a result to stdout.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).context("cannot write to the standard output")
}

/// Whether the reader of the output is gone: one that has seen enough (`transom export … | head`) is no error.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).any(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

/// Help and version are results; everything else that the parser says becomes one line.
fn usage(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Fails only where the reader is gone.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let rendered = error.render().to_string();
    let said: Vec<&str> = rendered
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    let said = said.join(" ");
    fail(&format!("{} (see `{} --help`)", said.strip_prefix("error: ").unwrap_or(&said), asked()))
}

/// The command whose help fits what was typed: `transom`, or `transom export` where the first word is a subcommand.
fn asked() -> String {
    let first = std::env::args().nth(1).unwrap_or_default();
    let known = Cli::command().get_subcommands().any(|command| command.get_name() == first);
    if known { format!("transom {first}") } else { "transom".to_owned() }
}
