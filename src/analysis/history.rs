//! What the commits of a project say about its components: how often they change, by whom, and what changes with what.
//!
//! A [`Log`] is what was read of a repository; [`History`] is a pure function of it and of a snapshot. The measures are
//! those of A. Tornhill, "Your Code as a Crime Scene" (2015), with the thresholds that his program Code Maat has by
//! default. Merges change nothing by themselves, and a file is the same under all names that it had.

mod together;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

pub use together::{CoChange, Thresholds, co_changes};

use crate::graph::{NodeId, Snapshot};

/// The commits of a project, the newest first, without merges.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Log {
    /// Those who wrote them: their addresses in lower case, or names where there is none. Unsanitised.
    pub people: Vec<String>,
    /// The files, by the last name that each had.
    pub paths: Vec<Arc<str>>,
    /// The commits.
    pub commits: Vec<Change>,
    /// Why there are no older ones.
    pub end: End,
    /// Changes of files of which the lines are not known, because the repository lacks what they were before or after.
    pub uncounted: u64,
    /// What changes together, once somebody has asked.
    #[serde(skip)]
    together: OnceLock<Vec<CoChange<u32>>>,
}

impl Log {
    /// A log of commits that touch `paths` and were written by `people`.
    pub fn new(people: Vec<String>, paths: Vec<Arc<str>>, commits: Vec<Change>, end: End) -> Self {
        Self { people, paths, commits, end, uncounted: 0, together: OnceLock::new() }
    }

    /// The pairs of files that change together, by Code Maat's thresholds: see [`co_changes`].
    pub fn together(&self) -> &[CoChange<u32>] {
        self.together.get_or_init(|| co_changes(self, Thresholds::default()))
    }
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its name, in hexadecimal digits.
    pub id: String,
    /// When it was committed, in seconds since 1970.
    pub time: i64,
    /// Index into [`Log::people`].
    pub author: u32,
    /// Whether its message says that it mends something.
    pub is_fix: bool,
    /// The files that it changed, by path.
    pub files: Vec<Touched>,
}

/// A file that a commit changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Touched {
    /// Index into [`Log::paths`].
    pub path: u32,
    /// Lines that are new; 0 of binary files.
    pub added: u32,
    /// Lines that are gone.
    pub removed: u32,
}

/// Where a log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum End {
    /// At the first commit.
    #[default]
    First,
    /// Where a shallow clone was cut off.
    Shallow,
    /// Where the reader stopped: there are more.
    Limit,
}

/// How a component changed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Churn {
    /// Commits that changed something in it.
    pub revisions: u32,
    /// The same, each commit counting half as much for each year that it is older than the newest one.
    pub recent: f64,
    /// Lines that commits added.
    pub added: u64,
    /// Lines that commits removed.
    pub removed: u64,
    /// Of the commits, those that mend something.
    pub fixes: u32,
    /// Those who changed it, as indexes into [`Log::people`] with their commits, the most first.
    pub authors: Vec<(u32, u32)>,
}

impl Churn {
    /// The smallest number of people who together wrote more than half of the commits: if they leave, most of what is known
    /// about it leaves with them.
    pub fn bus_factor(&self) -> u32 {
        let mut left = i64::from(self.revisions) / 2;
        let mut people = 0;
        for (_, commits) in &self.authors {
            people += 1;
            left -= i64::from(*commits);
            if left < 0 {
                break;
            }
        }
        people
    }
}

/// The history of the components of one snapshot.
#[derive(Clone)]
pub struct History {
    /// What it was made from.
    pub log: Arc<Log>,
    churn: Vec<Churn>,
    /// Files that change together, those that do so most first.
    pairs: Vec<CoChange<NodeId>>,
    /// For each file its pairs, as indexes.
    of_file: FxHashMap<NodeId, Vec<u32>>,
}

impl History {
    /// The history of each node of the tree.
    pub fn new(snapshot: &Snapshot, log: Arc<Log>) -> Self {
        let nodes: Vec<Option<NodeId>> = log.paths.iter().map(|path| snapshot.find(path)).collect();
        let churn = churn(snapshot, &log, &nodes);
        let pairs: Vec<CoChange<NodeId>> = log
            .together()
            .iter()
            .filter_map(|pair| {
                let (a, b) = (nodes[pair.a as usize]?, nodes[pair.b as usize]?);
                Some(CoChange { a: a.min(b), b: a.max(b), shared: pair.shared, revisions: pair.revisions })
            })
            .collect();
        let mut of_file: FxHashMap<NodeId, Vec<u32>> = FxHashMap::default();
        for (index, pair) in pairs.iter().enumerate() {
            of_file.entry(pair.a).or_default().push(index as u32);
            of_file.entry(pair.b).or_default().push(index as u32);
        }
        Self { log, churn, pairs, of_file }
    }

    /// How a node of the tree changed.
    pub fn churn(&self, id: NodeId) -> &Churn {
        &self.churn[id.index()]
    }

    /// Pairs of files that change together, those that do so most first.
    pub fn pairs(&self) -> &[CoChange<NodeId>] {
        &self.pairs
    }

    /// The pairs with one file in a subtree and one outside of it: the inner one first. Those that change together most come
    /// first.
    pub fn pairs_of(&self, snapshot: &Snapshot, id: NodeId) -> Vec<CoChange<NodeId>> {
        let below = snapshot.subtree(id).map(NodeId);
        let mut found: Vec<u32> = below.filter_map(|file| self.of_file.get(&file)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        let leaving = found.into_iter().filter_map(|index| {
            let pair = self.pairs[index as usize];
            match (snapshot.contains(id, pair.a), snapshot.contains(id, pair.b)) {
                (true, false) => Some(pair),
                (false, true) => Some(CoChange { a: pair.b, b: pair.a, ..pair }),
                _ => None,
            }
        });
        leaving.collect()
    }

    /// How many commits changed a file of the subtree together with another file that it is coupled with by change, but
    /// not by any dependency.
    pub fn hidden(&self, snapshot: &Snapshot, id: NodeId) -> u32 {
        let pairs = self.pairs_of(snapshot, id);
        pairs.iter().filter(|pair| is_hidden(snapshot, pair.a, pair.b)).map(|pair| pair.shared).sum()
    }
}

/// Whether no dependency leads from one file to the other, in either direction.
pub fn is_hidden(snapshot: &Snapshot, a: NodeId, b: NodeId) -> bool {
    let leads = |from, to| snapshot.outgoing(from).any(|edge| snapshot.edge(edge).to == to);
    !leads(a, b) && !leads(b, a)
}

/// The time in which a commit comes to count half as much, in seconds.
const HALF_LIFE: f64 = 365.25 * 86_400.0;

fn churn(snapshot: &Snapshot, log: &Log, nodes: &[Option<NodeId>]) -> Vec<Churn> {
    let mut churn = vec![Churn::default(); snapshot.tree().len()];
    let mut authors: Vec<BTreeMap<u32, u32>> = vec![BTreeMap::new(); churn.len()];
    let newest = log.commits.iter().map(|commit| commit.time).max().unwrap_or_default();
    // The commit with which a component was counted last: one that changes several of its files counts once.
    let mut last_seen = vec![usize::MAX; churn.len()];
    for (index, commit) in log.commits.iter().enumerate() {
        let weight = 0.5f64.powf((newest - commit.time).max(0) as f64 / HALF_LIFE);
        for touched in &commit.files {
            let Some(file) = nodes[touched.path as usize] else { continue };
            for id in std::iter::once(file).chain(snapshot.ancestors(file)) {
                let of = &mut churn[id.index()];
                of.added += u64::from(touched.added);
                of.removed += u64::from(touched.removed);
                if std::mem::replace(&mut last_seen[id.index()], index) != index {
                    of.revisions += 1;
                    of.recent += weight;
                    of.fixes += u32::from(commit.is_fix);
                    *authors[id.index()].entry(commit.author).or_default() += 1;
                }
            }
        }
    }
    for (of, authors) in churn.iter_mut().zip(authors) {
        of.authors = authors.into_iter().collect();
        of.authors.sort_by_key(|(author, commits)| (std::cmp::Reverse(*commits), *author));
    }
    churn
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::fixture::{at, graph};

    /// A log from `author: path path`, the newest first, a day between two commits.
    fn log(commits: &[&str]) -> Arc<Log> {
        let mut log = Log::default();
        for (index, line) in commits.iter().enumerate() {
            let (author, files) = line.split_once(": ").expect("an author");
            let number = |list: &mut Vec<String>, name: &str| {
                list.iter().position(|known| known == name).unwrap_or_else(|| {
                    list.push(name.to_owned());
                    list.len() - 1
                }) as u32
            };
            let mut paths: Vec<String> = log.paths.iter().map(|path| path.to_string()).collect();
            let touched = |name| Touched { path: number(&mut paths, name), added: 2, removed: 1 };
            let files = files.split(' ').map(touched).collect();
            log.paths = paths.into_iter().map(Arc::from).collect();
            let author = number(&mut log.people, author);
            let time = -86_400 * index as i64;
            log.commits.push(Change { id: index.to_string(), time, author, is_fix: index == 0, files });
        }
        Arc::new(log)
    }

    #[test]
    fn a_folder_counts_each_commit_once_and_all_of_its_lines() {
        let snapshot = graph(&["d/a d/b", "d/a c"]);
        let history = History::new(&snapshot, log(&["x: d/a d/b", "y: d/a c", "x: c"]));
        let folder = history.churn(at(&snapshot, "d"));
        assert_eq!((folder.revisions, folder.added, folder.removed, folder.fixes), (2, 6, 3, 1));
        assert_eq!(folder.authors, [(0, 1), (1, 1)]);
        assert_eq!(folder.bus_factor(), 2);
        let root = history.churn(NodeId::ROOT);
        assert_eq!((root.revisions, root.bus_factor()), (3, 1));
        assert!(folder.recent < 2.0 && folder.recent > 1.9);
    }

    #[test]
    fn files_that_change_together_without_a_dependency_are_hidden_coupling() {
        let snapshot = graph(&["d/a d/b", "c z"]);
        let history = History::new(&snapshot, log(&["x: d/a c d/b"; 6]));
        let of_a = history.pairs_of(&snapshot, at(&snapshot, "d/a"));
        assert_eq!(of_a.len(), 2);
        assert!(of_a.iter().all(|pair| (pair.shared, pair.degree()) == (6, 100.0)));
        assert!(!is_hidden(&snapshot, at(&snapshot, "d/a"), at(&snapshot, "d/b")));
        assert_eq!(history.hidden(&snapshot, at(&snapshot, "d/a")), 6);
        assert_eq!(history.hidden(&snapshot, at(&snapshot, "d")), 12);
        assert_eq!(history.pairs_of(&snapshot, NodeId::ROOT).len(), 0);
    }
}
