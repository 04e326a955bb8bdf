//! The thread that works out what takes longer than a frame may: the graph of a what-if, and whether the rules hold.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::compare::Comparer;
use super::model::{Applied, Job, RulesAnswer, Thought};
use crate::analysis::whatif::{self, Figure};
use crate::analysis::{Analysis, Changed, Counting, Finding, Location, Severity};
use crate::check::{self, BASELINE_FILE, Baseline, Report, Rule, Rules};
use crate::config::{self, Error, PROJECT_FILE, Setting};
use crate::graph::Snapshot;
use crate::index::{self, git};

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
    let changed = job
        .revisions
        .iter()
        .map(|text| Ok((text.clone(), index::changed_since(root, text, &job.snapshot)?)))
        .collect::<Result<Changed, git::Error>>()
        .map_err(|error| error.to_string());
    let dated = job.dating.as_ref().map(|dating| dating.answer(root, &job.snapshot, &job.analysis));
    let changes = job.since.as_ref().map(|since| comparer.changes(root, since, &job.snapshot, &job.analysis));
    if job.steps.is_empty() {
        let rules = check_rules(root, &job.snapshot, &job.analysis).map(|report| report.map(Arc::new));
        return Thought {
            number: job.number,
            applied: None,
            rules: RulesAnswer::Known(rules),
            changes,
            changed,
            dated,
        };
    }
    let what_if = whatif::apply(&job.snapshot, &job.steps);
    let log = job.analysis.history().map(|history| history.log.clone());
    let analysis = Arc::new(Analysis::with(&what_if.snapshot, Counting::ALL, log));
    let mut figures = whatif::figures((&job.snapshot, &job.analysis), (&what_if.snapshot, &analysis));
    let rules = check_rules(root, &what_if.snapshot, &analysis);
    if let Ok(Some(then)) = &rules
        && let Ok(Some(now)) = check_rules(root, &job.snapshot, &job.analysis)
    {
        let number = |report: &Report| report.violations.len() as u64;
        figures.push(Figure { name: "violations of rules", now: number(&now), then: number(then) });
    }
    let rules = RulesAnswer::Known(rules.map(|report| report.map(Arc::new)));
    let applied = Some(Arc::new(Applied { what_if, analysis, figures }));
    Thought { number: job.number, applied, rules, changes, changed, dated }
}

/// That a rule is not checked here.
fn unchecked(rule: Rule) -> Finding {
    let Setting { value: name, file, line, .. } = &rule.name;
    Finding {
        rule: name.as_str().into(),
        severity: Severity::Warning,
        message: format!("the rule '{name}' is about the commits, which are not read yet or not there"),
        evidence: vec![Location { path: file.as_str().into(), line: u32::try_from(*line).ok() }],
        help: "It is checked as soon as they are read.".into(),
    }
}

/// Whether the project's own rules hold; none where it has none.
fn check_rules(root: &Path, snapshot: &Snapshot, analysis: &Arc<Analysis>) -> Result<Option<Report>, Error> {
    let file = root.join(PROJECT_FILE);
    let Some(text) = config::text_of(&file, false)? else { return Ok(None) };
    let mut rules = Rules::parse(PROJECT_FILE, &text)?;
    // Before the commits are read, what asks for them is said not to be checked.
    let is_unread = analysis.history().is_none();
    let unchecked: Vec<Finding> =
        rules.rules.extract_if(.., |rule| is_unread && rule.needs_history()).map(unchecked).collect();
    if rules.rules.is_empty() && unchecked.is_empty() {
        return Ok(None);
    }
    let mut changed = Changed::new();
    for revision in rules.revisions() {
        let found = index::changed_since(root, &revision.value, snapshot);
        changed.insert(revision.value.clone(), found.map_err(|error| revision.error(error.to_string()))?);
    }
    let mut report = check::check(rules, snapshot, &analysis.clone().knowing(changed))?;
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
