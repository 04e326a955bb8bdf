//! Architecture documents, written from the graph: each statement with the lines that support it.
//!
//! A [`Kind`] is a row of the table: a title and its sections. A [`Part`] is a section: what it looks for, and a function
//! of [`Input`] that fills it. A part that finds nothing says what was looked for. Reports are [`Document`]s, which
//! renderers write as Markdown, HTML or JSON.

pub mod about;
mod architecture;
mod decisions;
mod diagrams;
pub mod digest;
pub mod document;
mod facts;
pub mod formats;
pub mod keep;

pub use about::Quote;
pub use document::{Block, Content, Diagram, Document, Inline, Section, Statement, Table, Text};

use std::cell::OnceCell;

use crate::analysis::Analysis;
use crate::analysis::adoption::Adoptions;
use crate::analysis::patterns::{self, Judgement, Pattern};
use crate::analysis::smells::{self, Occurrence};
use crate::graph::{NodeId, Snapshot};

/// What a report is written from.
pub struct Input<'a> {
    /// The graph.
    pub snapshot: &'a Snapshot,
    /// Its metrics, with the history where there is one.
    pub analysis: &'a Analysis,
    /// The project's name.
    pub name: &'a str,
    /// What it says of itself in prose, what is about all of it first.
    pub quotes: &'a [Quote],
    /// When technologies came into it and left it, where there is a history.
    pub adoptions: Option<&'a Adoptions>,
    pub(crate) smells: OnceCell<Vec<Occurrence>>,
    pub(crate) patterns: OnceCell<Vec<(&'static Pattern, Judgement)>>,
}

impl<'a> Input<'a> {
    /// A report without prose and history.
    pub fn new(snapshot: &'a Snapshot, analysis: &'a Analysis, name: &'a str) -> Self {
        let (smells, patterns) = (OnceCell::new(), OnceCell::new());
        Self { snapshot, analysis, name, quotes: &[], adoptions: None, smells, patterns }
    }

    /// The smells, looked for when the first section asks.
    pub fn smells(&self) -> &[Occurrence] {
        self.smells.get_or_init(|| smells::find(self.snapshot, self.analysis))
    }

    /// The judgement of every pattern, made when the first section asks.
    pub fn patterns(&self) -> &[(&'static Pattern, Judgement)] {
        self.patterns.get_or_init(|| patterns::judge(self.snapshot, self.analysis))
    }
}

/// A row of [`KINDS`].
pub struct Kind {
    /// The name on the command line: lower case, one word.
    pub name: &'static str,
    /// What it is, in one line.
    pub doc: &'static str,
    /// The title before the project's name.
    pub title: &'static str,
    /// Its sections in reading order.
    pub parts: &'static [&'static Part],
}

/// A section of a report.
pub struct Part {
    /// Its heading.
    pub title: &'static str,
    /// What was looked for, where nothing was found: `services, stores and people`.
    pub looks_for: &'static str,
    /// Fills it.
    pub write: fn(&Input<'_>, &mut Content),
}

/// Every kind of report.
pub static KINDS: &[&Kind] = &[&diagrams::DIAGRAMS, &architecture::ARCHITECTURE, &decisions::DECISIONS];

/// The kind with this name.
pub fn kind_named(name: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|kind| kind.name == name)
}

/// Writes a report.
pub fn write(kind: &Kind, input: &Input<'_>) -> Document {
    let section = |part: &&Part| {
        let mut content = Content::default();
        (part.write)(input, &mut content);
        if content.is_empty() {
            content.nothing(part.looks_for);
        }
        let id = document::slug(part.title);
        let Content { blocks, sections, apart } = content;
        Section { title: part.title.into(), id, header: Vec::new(), apart, blocks, sections }
    };
    let title = format!("{} {}", kind.title, input.name);
    Document { title, lead: Vec::new(), sections: kind.parts.iter().map(section).collect() }
}

/// What a project is called: by the package at its root, else by the only package that it has, else by its directory.
pub fn name_of(snapshot: &Snapshot, directory: &str) -> String {
    let packages = &snapshot.sources.project.packages;
    let root = snapshot.package(NodeId::ROOT).or(match packages.as_slice() {
        [package] => Some(package),
        _ => None,
    });
    let name = root.map(|package| package.name.as_str()).filter(|name| !name.is_empty());
    name.unwrap_or(directory).to_owned()
}
