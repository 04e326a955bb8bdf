//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A terminal explorer for the architecture of any codebase.
#[derive(Debug, Parser)]
#[command(name = "transom", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the graph in another program's format.
    Export {
        #[arg(default_value = ".")]
        path: PathBuf,
        #[arg(long)]
        format: String,
        #[arg(long)]
        level: Option<String>,
    },
}

/// Runs the program.
pub fn run() -> ExitCode {
    let Command::Export { path, .. } = Cli::parse().command;
    match crate::index::index_once(&path, &crate::index::Options::default()) {
        Ok(snapshot) => {
            print!("{}", crate::export::jsonl(&snapshot));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("transom: {error:#}");
            ExitCode::from(2)
        }
    }
}
