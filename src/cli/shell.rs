//! `transom completions` and `transom man`: what a shell and a manual need to know.

use clap::CommandFactory as _;
use clap_complete::Shell;

/// Print a shell's completion script.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// Whose
    #[arg(value_enum)]
    shell: Shell,
}

/// Print the manual page (roff).
#[derive(Debug, clap::Args)]
pub struct ManArgs {}

/// Prints a shell's completion script.
///
/// # Errors
/// The standard output cannot be written to.
pub fn completions(args: &CompletionsArgs) -> anyhow::Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::Cli::command(), "transom", &mut script);
    super::print(&String::from_utf8_lossy(&script))
}

/// Prints the manual page.
///
/// # Errors
/// The standard output cannot be written to.
pub fn man(_args: &ManArgs) -> anyhow::Result<()> {
    let mut page = Vec::new();
    let mut command = super::Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    // One page for all: each subcommand's options follow the program's own.
    for subcommand in command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help") {
        let man = clap_mangen::Man::new(subcommand.clone());
        page.extend_from_slice(format!(".SH TRANSOM {}\n", subcommand.get_name().to_uppercase()).as_bytes());
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    super::print(&String::from_utf8_lossy(&page))
}
