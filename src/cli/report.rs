//! `transom report`: architecture documents, each statement with the lines that support it.

mod script;

use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, bail};

use super::input::{Input, Verdict};
use crate::analysis::{Analysis, Counting};
use crate::graph::Snapshot;
use crate::output::write_file;
use crate::report::formats::{self, Format, Setting};
use crate::report::{self, KINDS, about, keep, kind_named};

/// Write an architecture document: statements, tables and diagrams, each with the lines that support it
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    input: Input,
    /// Which document
    #[arg(long, value_name = "K", value_parser = kinds())]
    kind: String,
    /// How to write it
    #[arg(long, value_name = "F", value_parser = ["md", "html", "json"], default_value = "md")]
    format: String,
    /// Write to a file; or, where it ends with a slash or is a directory, one file a section with an index (Markdown)
    #[arg(short, long, value_name = "FILE|DIR/")]
    output: Option<PathBuf>,
    /// What stands before a path in links to lines, such as https://example.org/team/project/blob/main/
    #[arg(long, value_name = "URL")]
    link_base: Option<String>,
    /// Mermaid's own script (mermaid.min.js of the npm package), for HTML that draws its diagrams
    #[arg(long, value_name = "FILE")]
    mermaid: Option<PathBuf>,
    /// Do not read the commits
    #[arg(long)]
    no_history: bool,
    /// Write nothing: name the files of --output that are not what would be written, and exit with 1 if there are any
    #[arg(long, requires = "output")]
    check: bool,
}

fn kinds() -> clap::builder::PossibleValuesParser {
    KINDS.iter().map(|kind| clap::builder::PossibleValue::new(kind.name).help(kind.doc)).collect::<Vec<_>>().into()
}

/// Indexes and writes the document, or holds it against what is there.
///
/// # Errors
/// The project cannot be read or holds no source, or the document cannot be written.
pub fn run(args: &Args) -> anyhow::Result<Verdict> {
    // The argument parser lets no other kind through.
    let Some(kind) = kind_named(&args.kind) else { bail!("--kind {}: no such document", args.kind) };
    let snapshot = args.input.snapshot()?;
    let log = if args.no_history { None } else { args.input.history() };
    let analysis = Analysis::with(&snapshot, Counting::ALL, log);
    let root = args.input.directory()?;
    let directory = root.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let name = report::name_of(&snapshot, &directory);
    let quotes = quotes(&args.input.texts(&snapshot, is_prose), &snapshot);
    let adoptions = if args.no_history { None } else { args.input.adoptions(&snapshot) };
    let input = report::Input {
        quotes: &quotes,
        adoptions: adoptions.as_deref(),
        ..report::Input::new(&snapshot, &analysis, &name)
    };
    let document = report::write(kind, &input);
    let script = if args.format == "html" { script::find(args.mermaid.as_deref())? } else { None };
    let base = match &args.link_base {
        Some(base) if base.ends_with('/') => base.clone(),
        Some(base) => format!("{base}/"),
        None => args.output.as_deref().map_or_else(String::new, |output| way_to_root(output, &root)),
    };
    let setting = Setting { base: &base, mermaid: script.as_deref().map(|text| (text, script::LICENCE)) };
    let format = match args.format.as_str() {
        "html" => Format::Html,
        "json" => Format::Json,
        _ => Format::Markdown,
    };
    let Some(output) = &args.output else {
        super::print(&formats::render(&document, format, setting))?;
        return Ok(Verdict::Done);
    };
    let files = if is_folder(output) {
        if format != Format::Markdown {
            bail!("{}: a folder holds Markdown; give a file for --format {}", output.display(), args.format)
        }
        let files = formats::files(&document, setting, &listed(output));
        files.into_iter().map(|(name, text)| (output.join(name), text)).collect()
    } else {
        vec![(output.clone(), formats::render(&document, format, setting))]
    };
    let files = files
        .into_iter()
        .map(|(path, text)| {
            let text = with_kept(&path, text, format)?;
            Ok((path, text))
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    if args.check {
        return stale(&files);
    }
    if is_folder(output) {
        std::fs::create_dir_all(output).with_context(|| format!("{}: cannot be made", output.display()))?;
    }
    files.iter().try_for_each(|(path, text)| write_file(path, text.as_bytes()))?;
    Ok(Verdict::Done)
}

/// The names of what a folder holds.
fn listed(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    names
}

/// The text of a document with what somebody wrote into the file that it replaces.
fn with_kept(path: &Path, text: String, format: Format) -> anyhow::Result<String> {
    // What is no regular file (a pipe, a device) holds nothing.
    if !path.is_file() {
        return Ok(text);
    }
    let bytes = std::fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))?;
    let old = String::from_utf8_lossy(&bytes);
    if !keep::has_kept(&old) {
        return Ok(text);
    }
    if format != Format::Markdown || matches!(old, std::borrow::Cow::Owned(_)) {
        bail!("{}: holds blocks to keep, which only a Markdown file in UTF-8 can", path.display())
    }
    keep::keep(&text, &old).with_context(|| path.display().to_string())
}

/// Says which files are not what would be written.
fn stale(files: &[(PathBuf, String)]) -> anyhow::Result<Verdict> {
    let mut said = String::new();
    for (path, text) in files {
        let why = match std::fs::read(path) {
            Ok(bytes) if bytes == text.as_bytes() => continue,
            Ok(_) => "stale",
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => "missing",
            Err(error) => bail!("{}: cannot be read: {error}", path.display()),
        };
        said.push_str(&format!("{}: {why}\n", path.display()));
    }
    super::print(&said)?;
    Ok(if said.is_empty() { Verdict::Done } else { Verdict::Findings })
}

/// Whether a file may say in prose what the project or a part of it is.
fn is_prose(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    about::is_readme(name)
        || ["package.json", "composer.json", "Cargo.toml", "pyproject.toml", "pom.xml"].contains(&name)
}

/// What READMEs and manifests say, READMEs first.
fn quotes(texts: &[(String, String)], snapshot: &Snapshot) -> Vec<about::Quote> {
    let directory = |path: &str| path.rsplit_once('/').map_or("", |(directory, _)| directory).to_owned();
    let is_manifest = |path: &str| snapshot.sources.project.packages.iter().any(|package| *package.manifest == *path);
    let readmes = texts.iter().filter(|(path, _)| about::is_readme(path.rsplit('/').next().unwrap_or(path)));
    let manifests = texts.iter().filter(|(path, _)| is_manifest(path));
    let prose = readmes.filter_map(|(path, text)| about::first_paragraph(&directory(path), path, text));
    prose.chain(manifests.filter_map(|(path, text)| about::description(&directory(path), path, text))).collect()
}

/// Whether output goes into a folder.
fn is_folder(output: &Path) -> bool {
    output.as_os_str().as_encoded_bytes().ends_with(b"/") || output.is_dir()
}

/// What leads from the folder of a document to the project's root: `../../` for `docs/architecture/`. Empty where the
/// document is not below the root.
fn way_to_root(output: &Path, root: &Path) -> String {
    let folder = if is_folder(output) { output } else { output.parent().unwrap_or(Path::new("")) };
    let Ok(absolute) = std::path::absolute(folder) else { return String::new() };
    // Folders that are there may be reached through links.
    let absolute = absolute.canonicalize().unwrap_or(absolute);
    match absolute.strip_prefix(root) {
        Ok(below) => below.components().filter(|part| matches!(part, Component::Normal(_))).map(|_| "../").collect(),
        Err(_) => String::new(),
    }
}
