//! What a round of indexing read, what it left out and why, and how long it took.

use std::collections::BTreeMap;
use std::time::Duration;

pub use crate::graph::{SkipReason, Skipped};

use crate::lang::LANGUAGES;
use crate::lang::resolve::Reason;

/// Files of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LanguageCount {
    /// Files.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Their physical lines (of those that were parsed).
    pub lines: u64,
    /// Files with facts, just parsed or from the cache.
    pub parsed: usize,
    /// Files whose syntax tree has an error.
    pub with_errors: usize,
}

/// How long each stage of a round took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timings {
    /// Finding the files.
    pub walk: Duration,
    /// Reading and understanding the manifests.
    pub manifests: Duration,
    /// Reading the cache.
    pub cache: Duration,
    /// Reading, hashing and parsing source files.
    pub parse: Duration,
    /// Resolving imports and references.
    pub resolve: Duration,
    /// Building the graph.
    pub graph: Duration,
    /// Metrics, cycles, risks.
    pub analysis: Duration,
    /// From the start to the complete graph.
    pub total: Duration,
}

impl Timings {
    /// Each stage's name and time, in the order of the work; the total is last.
    pub fn stages(&self) -> [(&'static str, Duration); 8] {
        [
            ("walk", self.walk),
            ("manifests", self.manifests),
            ("cache", self.cache),
            ("parse", self.parse),
            ("resolve", self.resolve),
            ("graph", self.graph),
            ("analysis", self.analysis),
            ("total", self.total),
        ]
    }
}

/// What a round read, what it left out, and how long it took.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// By language, in the order of [`LANGUAGES`]; only those that have files.
    pub languages: Vec<(&'static str, LanguageCount)>,
    /// Files that no language claims.
    pub other_files: usize,
    /// Their bytes.
    pub other_bytes: u64,
    /// Files that this round parsed.
    pub parsed: usize,
    /// Files of which the facts came from the cache (or, after the first round, were still known).
    pub cached: usize,
    /// What was not read, by path.
    pub skipped: Vec<Skipped>,
    /// Dependencies (source, target, kind) inside the project.
    pub dependencies: usize,
    /// Dependencies on packages from elsewhere.
    pub external_dependencies: usize,
    /// Imports without a target, by language and reason.
    pub unresolved: BTreeMap<(&'static str, Reason), usize>,
    /// How long it took.
    pub timings: Timings,
}

impl Report {
    /// Files of all languages and of none.
    pub fn files(&self) -> usize {
        self.other_files + self.languages.iter().map(|(_, count)| count.files).sum::<usize>()
    }

    /// How often each reason kept something from being read.
    pub fn skipped_by_reason(&self) -> BTreeMap<SkipReason, usize> {
        let mut counts = BTreeMap::new();
        for skipped in &self.skipped {
            *counts.entry(skipped.reason).or_default() += 1;
        }
        counts
    }

    /// Where there is nothing to show: one line that says what was looked for.
    pub fn emptiness(&self) -> Option<String> {
        if !self.languages.is_empty() {
            return None;
        }
        let left_out = match self.skipped.len() {
            0 => String::new(),
            count => format!(" ({count} entries were not read)"),
        };
        if self.other_files == 0 {
            return Some(format!("no files were found{left_out}"));
        }
        let extensions: Vec<String> =
            LANGUAGES.iter().flat_map(|language| language.extensions).map(|name| format!(".{name}")).collect();
        Some(format!(
            "none of {} files is of a known language{left_out}; looked for {}",
            self.other_files,
            extensions.join(" ")
        ))
    }
}
