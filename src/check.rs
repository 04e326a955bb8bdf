//! Rules that a project sets itself, checked against a snapshot.
//!
//! ```text
//! transom.toml -> read -> rules -> context (one rule's graph, without what is ignored) -> violations
//!              -> baseline (which of them are known) -> a report in one of the formats
//! ```
//! A kind of rule is one file with a [`Kind`] constant and a line in [`KINDS`].

mod baseline;
mod context;
mod externals;
mod forbid;
pub mod formats;
mod layers;
mod limit;
mod no_cycles;
mod only_through;
mod orphans;
mod propose;
mod read;
mod require;
mod routes;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::analysis::{Analysis, Finding, Severity};
use crate::config::{Error, Setting};
use crate::graph::Snapshot;
use crate::graph::reach::Through;

pub use baseline::{Baseline, FILE as BASELINE_FILE};
use context::{Context, Reaches};
pub use propose::propose;
use read::Fields;
pub use read::Rules;

/// A kind of rule.
pub struct Kind {
    /// The table's name in the configuration.
    pub section: &'static str,
    /// The keys of its own; those in brackets may be left out.
    pub keys: &'static str,
    /// What it asks for, in one line.
    pub doc: &'static str,
    /// What its violations are about, and so what `[[ignore]]` takes from it.
    about: About,
    /// Which dependencies count unless the rule says otherwise.
    through: Through,
    /// Whether `type_only` can be set.
    has_type_only: bool,
    read: fn(&mut Fields<'_, '_, '_>) -> Result<Box<dyn Check>, Error>,
}

/// What a violation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// A dependency or a chain of them: ignored ones are taken out of the graph before the rule is checked.
    Dependencies,
    /// A component: violations of ignored ones are dropped.
    Components,
}

/// Every kind of rule, in the order of the documentation.
pub static KINDS: &[&Kind] = &[
    &layers::KIND,
    &forbid::KIND,
    &require::KIND,
    &only_through::KIND,
    &no_cycles::KIND,
    &limit::KIND,
    &externals::KIND,
    &orphans::KIND,
];

/// What a rule of one kind asks for.
trait Check: Send + Sync {
    /// Adds the violations to the context.
    ///
    /// # Errors
    /// What the rule says cannot be understood.
    fn check(&self, context: &mut Context<'_>) -> Result<(), Error>;

    /// Whether it asks for what only the commits say.
    fn needs_history(&self) -> bool {
        false
    }
}

/// A rule of a project.
pub struct Rule {
    /// What it is called, unique in its file.
    pub name: Setting<String>,
    /// Why it is there; may be empty.
    pub reason: String,
    /// How much a violation matters: an error or a warning.
    pub severity: Severity,
    /// Of which kind it is.
    pub kind: &'static Kind,
    through: Through,
    check: Box<dyn Check>,
}

impl Rule {
    /// Whether it asks for what only the commits say.
    pub fn needs_history(&self) -> bool {
        self.check.needs_history()
    }
}

/// What a violation is known by across runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The rule's name.
    pub rule: String,
    /// The path of what needs, or of what the violation is about.
    pub from: String,
    /// The path of what is needed; empty where the violation is about one component.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
}

/// A rule that does not hold somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// What it is known by, never empty: one key, or one for each dependency within a cycle. The violation is known where
    /// all of them are.
    pub keys: Vec<Key>,
    /// What to say about it.
    pub finding: Finding,
}

/// What came out of checking a project.
pub struct Report {
    /// The rules, in the order of their file.
    pub rules: Vec<Rule>,
    /// Violations that are not in the baseline, by rule, then in the order of the graph.
    pub violations: Vec<Violation>,
    /// Violations that are in the baseline.
    pub known: Vec<Violation>,
    /// What is in the baseline and no longer there.
    pub gone: Vec<Key>,
    /// What is wrong with the rules themselves: they match nothing.
    pub notices: Vec<Finding>,
    /// The baseline's file, where there is one.
    pub baseline: Option<PathBuf>,
    /// The number of source files that were looked at.
    pub files: usize,
    /// The number of dependencies that were looked at.
    pub dependencies: usize,
}

impl Report {
    /// Whether a rule of severity error is broken by something that is not known.
    pub fn fails(&self) -> bool {
        self.violations.iter().any(|violation| violation.finding.severity == Severity::Error)
    }

    /// Every key of every violation, known or not, sorted.
    pub fn keys(&self) -> Vec<Key> {
        let all = self.violations.iter().chain(&self.known);
        let mut keys: Vec<Key> = all.flat_map(|violation| violation.keys.iter().cloned()).collect();
        keys.sort();
        keys.dedup();
        keys
    }

    /// Sets apart what a baseline knows.
    pub fn compare(&mut self, baseline: &Baseline, file: &Path) {
        let is_known = |violation: &Violation| violation.keys.iter().all(|key| baseline.contains(key));
        let all = std::mem::take(&mut self.violations);
        let keys: Vec<Key> = all.iter().flat_map(|violation| violation.keys.iter().cloned()).collect();
        (self.known, self.violations) = all.into_iter().partition(is_known);
        self.gone = baseline.without(&keys);
        self.baseline = Some(file.to_owned());
    }
}

/// Checks every rule. The same snapshot and rules give the same report.
///
/// # Errors
/// A query of a rule is none, a metric or level is unknown, or two layers share a file; the error names file, line and key.
pub fn check(rules: Rules, snapshot: &Snapshot, analysis: &Analysis) -> Result<Report, Error> {
    let reaches = Reaches::new(snapshot);
    let (mut violations, mut notices) = (Vec::new(), Vec::new());
    let mut is_used = vec![false; rules.ignores.len()];
    for rule in &rules.rules {
        let mut context = Context::new(snapshot, analysis, rule, reaches.get(rule.through));
        let ignores = rules.ignores.iter().zip(&mut is_used).filter(|(ignore, _)| ignore.rule.value == rule.name.value);
        let ignores: Vec<_> = ignores.collect();
        match rule.kind.about {
            About::Dependencies => {
                for (ignore, used) in ignores {
                    *used |= context.ignore_dependencies(ignore)?;
                }
                rule.check.check(&mut context)?;
            }
            About::Components => {
                rule.check.check(&mut context)?;
                for (ignore, used) in ignores {
                    *used |= context.ignore_components(ignore)?;
                }
            }
        }
        let (found, said) = context.finish();
        violations.extend(found);
        notices.extend(said);
    }
    let unused = rules.ignores.iter().zip(is_used).filter(|(_, used)| !used);
    notices.extend(unused.map(|(ignore, _)| ignore.matches_nothing()));
    Ok(Report {
        rules: rules.rules,
        violations,
        known: Vec::new(),
        gone: Vec::new(),
        notices,
        baseline: None,
        files: snapshot.nodes().filter(|(_, node)| node.language.is_some()).count(),
        dependencies: snapshot.edges().filter(|(_, edge)| edge.kind.is_coupling()).count(),
    })
}
