//! The thread that works out what takes longer than a frame may: the graph of a what-if, and whether the rules hold.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::compare::Comparer;
use super::model::{Applied, Job, RulesAnswer, Thought};
use crate::analysis::whatif::{self, Figure};
use crate::analysis::{Analysis, Finding, Location, Severity};
use crate::check::{self, BASELINE_FILE, Baseline, Report, Rule, Rules};
use crate::config::{self, Error, PROJECT_FILE, Setting};
use crate::graph::Snapshot;

/// A handle on the thread; it ends when this is dropped.
pub struct Thinker {
    requests: Sender<Job>,
    /// What it found.
    pub answers: Receiver<Thought>,
}

impl Thinker {
    /// Starts the thread for a project.
    pub fn start(root: PathBuf) -> Self {
        let (requests, inbox) = unbounded::<Job>();
        let (outbox, answers) = unbounded();
        std::thread::spawn(move || {
            let mut comparer = Comparer::default();
            while let Ok(first) = inbox.recv() {
                // Only the last of several states is still of interest.
                let job = inbox.try_iter().last().unwrap_or(first);
                if outbox.send(think(&root, job, &mut comparer)).is_err() {
                    return;
                }
            }
        });
        Self { requests, answers }
    }

    /// Asks for what is to be worked out.
    pub fn ask(&self, job: Option<Job>) {
        if let Some(job) = job {
            // The thread ends only with this handle.
            let _ = self.requests.send(job);
        }
    }
}

fn think(root: &Path, job: Job, comparer: &mut Comparer) -> Thought {
    let changes = job.since.as_ref().map(|since| comparer.changes(root, since, &job.snapshot, &job.analysis));
    if job.steps.is_empty() {
        let rules = check_rules(root, &job.snapshot, &job.analysis).map(|report| report.map(Arc::new));
        return Thought { number: job.number, applied: None, rules: RulesAnswer::Known(rules), changes };
    }
    let what_if = whatif::apply(&job.snapshot, &job.steps);
    let analysis = Arc::new(Analysis::new(&what_if.snapshot));
    let mut figures = whatif::figures((&job.snapshot, &job.analysis), (&what_if.snapshot, &analysis));
    let rules = check_rules(root, &what_if.snapshot, &analysis);
    if let Ok(Some(then)) = &rules
        && let Ok(Some(now)) = check_rules(root, &job.snapshot, &job.analysis)
    {
        let number = |report: &Report| report.violations.len() as u64;
        figures.push(Figure { name: "violations of rules", now: number(&now), then: number(then) });
    }
    let rules = RulesAnswer::Known(rules.map(|report| report.map(Arc::new)));
    Thought { number: job.number, applied: Some(Arc::new(Applied { what_if, analysis, figures })), rules, changes }
}

/// That a rule is not checked here.
fn unchecked(rule: Rule) -> Finding {
    let Setting { value: name, file, line, .. } = &rule.name;
    Finding {
        rule: name.as_str().into(),
        severity: Severity::Warning,
        message: format!("the rule '{name}' is about the commits and is checked by `transom check` only"),
        evidence: vec![Location { path: file.as_str().into(), line: u32::try_from(*line).ok() }],
        help: "Run `transom check`.".into(),
    }
}

/// Whether the project's own rules hold; none where it has none.
fn check_rules(root: &Path, snapshot: &Snapshot, analysis: &Analysis) -> Result<Option<Report>, Error> {
    let file = root.join(PROJECT_FILE);
    let Some(text) = config::text_of(&file, false)? else { return Ok(None) };
    let mut rules = Rules::parse(PROJECT_FILE, &text)?;
    // The commits are not read here: what asks for them is said not to be checked.
    let unchecked: Vec<Finding> = rules.rules.extract_if(.., |rule| rule.needs_history()).map(unchecked).collect();
    if rules.rules.is_empty() && unchecked.is_empty() {
        return Ok(None);
    }
    let mut report = check::check(rules, snapshot, analysis)?;
    // Nor are its exceptions.
    report.notices.retain(|notice| !unchecked.iter().any(|other| other.rule == notice.rule));
    report.notices.extend(unchecked);
    let file = root.join(BASELINE_FILE);
    if let Some(text) = config::text_of(&file, false)? {
        let known = Baseline::parse(&text).map_err(|error| Error {
            file: BASELINE_FILE.to_owned(),
            line: 1,
            key: String::new(),
            message: format!("{error:#}"),
        })?;
        report.compare(&known, &file);
    }
    Ok(Some(report))
}
